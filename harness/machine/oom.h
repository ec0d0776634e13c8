/* Evidence that the kernel's out-of-memory killer ended a process. */
#ifndef NWAY_OOM_H
#define NWAY_OOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Kills counted so far; -1: the kernel does not report them. */
struct oom_kills {
  int64_t groups;  /* in the cgroups of this process and in their ancestors */
  int64_t machine; /* on the whole machine, in every cgroup */
};

/* Reads `oom_kill` of memory.events (v2), memory.oom_control (v1) and /proc/vmstat below `root` ("" for this machine).
 */
struct oom_kills oom_read(const char *root);

/* Returns true if a kill was counted since `before`; `evidence` then gets which counter shows it, else "". */
bool oom_since(const char *root, struct oom_kills before, char *evidence, size_t size);

#endif

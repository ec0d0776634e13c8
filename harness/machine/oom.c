/* Reads how many processes the kernel's out-of-memory killer has ended. */
#include "oom.h"

#include "cgroup.h"
#include "sysfile.h"

#include <inttypes.h>
#include <string.h>

/* Returns the counter `oom_kill` of a file of "name number" lines; -1 if there is none. */
static int64_t kills_in(const char *root, const char *path) {
  char name[64];
  int64_t number, kills = -1;
  FILE *file = sysfile_open(root, "%s", path);
  while (file && kills < 0 && fscanf(file, "%63s %" SCNd64, name, &number) == 2)
    if (strcmp(name, "oom_kill") == 0)
      kills = number;
  if (file)
    fclose(file);
  return kills;
}

static void add_group(const char *root, const char *folder, bool v2, void *with) {
  int64_t *sum = with, kills;
  char path[4300];
  snprintf(path, sizeof path, "%s/%s", folder, v2 ? "memory.events" : "memory.oom_control");
  kills = kills_in(root, path);
  if (kills >= 0)
    *sum = (*sum > 0 ? *sum : 0) + kills;
}

struct oom_kills oom_read(const char *root) {
  struct oom_kills kills = {.groups = -1, .machine = kills_in(root, "/proc/vmstat")};
  cgroup_walk(root, "memory", add_group, &kills.groups);
  return kills;
}

bool oom_since(const char *root, struct oom_kills before, char *evidence, size_t size) {
  const struct oom_kills after = oom_read(root);
  evidence[0] = '\0';
  if (before.groups >= 0 && after.groups > before.groups)
    snprintf(evidence, size, "oom_kill of its memory cgroup rose by %" PRId64, after.groups - before.groups);
  else if (before.machine >= 0 && after.machine > before.machine)
    snprintf(evidence, size, "oom_kill of /proc/vmstat rose by %" PRId64, after.machine - before.machine);
  return evidence[0] != '\0';
}

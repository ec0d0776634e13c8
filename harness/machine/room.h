/* The memory available to a process, and the limit that determines it. */
#ifndef NWAY_ROOM_H
#define NWAY_ROOM_H

/* In bytes; HUGE_VAL if no limit is known. */
struct room {
  double machine; /* for all processes together: the smallest of free memory and the rest of each cgroup's limit */
  const char *machine_by; /* the limit that determines it, in words */
  double process;         /* for this process: the rest of RLIMIT_AS */
};

/* Reads /proc/meminfo, the memory limits of all cgroup ancestors and /proc/self/statm below `root` ("" for this
 * machine). Page cache of a cgroup does not count as used, because the kernel can reclaim it. */
struct room room_read(const char *root);

#endif

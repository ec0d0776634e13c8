/* How much memory a process can still get here, and what sets that. */
#ifndef NWAY_ROOM_H
#define NWAY_ROOM_H

/* Bytes: HUGE_VAL where nothing is known to limit them. */
struct room {
  double machine;         /* for all processes together: the least of what is free and what each cgroup has left */
  const char *machine_by; /* what sets it, in words */
  double process;         /* for this process: what RLIMIT_AS leaves */
};

/* Reads /proc/meminfo, the memory limits of all cgroup ancestors and /proc/self/statm below `root` ("" for this
 * machine). What a cgroup holds of files can be dropped, so it does not count as used. */
struct room room_read(const char *root);

#endif

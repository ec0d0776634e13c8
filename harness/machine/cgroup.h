/* Finds the cgroups whose limits apply to this process. */
#ifndef NWAY_CGROUP_H
#define NWAY_CGROUP_H

#include <stdbool.h>

/* Calls `each` for the group of this process and for each of its ancestors up to the root, of v2 and of v1's
 * `controller` ("cpu", "memory"), as listed in /proc/self/cgroup below `root` ("" for this machine). `folder` is the
 * group's path below `root`; it may be missing. The v1 controller cpu is searched at its mount cpu, then at
 * cpu,cpuacct. */
void cgroup_walk(const char *root, const char *controller,
                 void (*each)(const char *root, const char *folder, bool v2, void *with), void *with);

#endif

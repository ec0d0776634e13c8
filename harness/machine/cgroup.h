/* The cgroups whose limits hold for this process. */
#ifndef NWAY_CGROUP_H
#define NWAY_CGROUP_H

#include <stdbool.h>

/* Calls `each` for the group of this process and for each of its ancestors up to the root, of v2 and of v1's
 * `controller` ("cpu", "memory"), as /proc/self/cgroup below `root` tells ("" for this machine). `folder` is the
 * group's, to be read below `root`; it need not exist. v1's cpu is looked for where it is mounted as cpu, then as
 * cpu,cpuacct. */
void cgroup_walk(const char *root, const char *controller,
                 void (*each)(const char *root, const char *folder, bool v2, void *with), void *with);

#endif

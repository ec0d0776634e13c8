/* Reads how much memory the machine, the cgroups and ulimit allow this process. */
#include "room.h"

#include "cgroup.h"
#include "sysfile.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Returns -1 if the file has no number, such as the "max" of v2. */
static double number_in(const char *root, const char *folder, const char *name) {
  char text[64], *end;
  if (!sysfile_line(root, text, sizeof text, "%s/%s", folder, name))
    return -1;
  double number = strtod(text, &end);
  return end > text ? number : -1;
}

/* Returns the page cache in memory.stat, which the kernel can reclaim. */
static double files_in(const char *root, const char *folder, bool v2) {
  char name[64];
  double number, sum = 0;
  FILE *file = sysfile_open(root, "%s/memory.stat", folder);
  while (file && fscanf(file, "%63s %lf", name, &number) == 2)
    if (strcmp(name, v2 ? "inactive_file" : "total_inactive_file") == 0 ||
        strcmp(name, v2 ? "active_file" : "total_active_file") == 0)
      sum += number;
  if (file)
    fclose(file);
  return sum;
}

static void take_less(struct room *room, double bytes, const char *by) {
  if (bytes >= room->machine)
    return;
  room->machine = fmax(bytes, 0);
  room->machine_by = by;
}

static void take_group(const char *root, const char *folder, bool v2, void *with) {
  double limit = number_in(root, folder, v2 ? "memory.max" : "memory.limit_in_bytes");
  double used = number_in(root, folder, v2 ? "memory.current" : "memory.usage_in_bytes");
  if (limit >= 0 && used >= 0)
    take_less(with, limit - used + fmin(files_in(root, folder, v2), used), "the memory limit of the cgroup");
}

/* Returns the rest of the address space limit after what is already mapped. */
static double left_by_ulimit(const char *root) {
  struct rlimit limit;
  double pages = number_in(root, "/proc/self", "statm");
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return HUGE_VAL;
  return fmax((double)limit.rlim_cur - fmax(pages, 0) * (double)sysconf(_SC_PAGESIZE), 0);
}

struct room room_read(const char *root) {
  struct room room = {.machine = HUGE_VAL, .machine_by = "", .process = left_by_ulimit(root)};
  char text[64];
  if (sysfile_value(root, "/proc/meminfo", "MemAvailable", ':', text, sizeof text))
    take_less(&room, strtod(text, NULL) * 1024, "what is available of the machine's memory");
  cgroup_walk(root, "memory", take_group, &room);
  return room;
}

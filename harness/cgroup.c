/* Walks from the cgroups of this process up to their roots. */
#include "cgroup.h"

#include "sysfile.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct walk {
  const char *root;
  void (*each)(const char *root, const char *folder, bool v2, void *with);
  void *with;
};

/* Often one mount is a link to the other, so only one of them may count. */
static const char *mount_of_v1(const char *root, const char *group) {
  char path[4200];
  snprintf(path, sizeof path, "%s/sys/fs/cgroup/cpu%s", root, group);
  return access(path, F_OK) == 0 ? "/cpu" : "/cpu,cpuacct";
}

/* Cuts `group` up. */
static void walk_up(const struct walk *walk, char *group, bool v2) {
  for (;;) {
    char folder[4200];
    if (strcmp(group, "/") == 0)
      group[0] = '\0';
    snprintf(folder, sizeof folder, "/sys/fs/cgroup%s%s", v2 ? "" : mount_of_v1(walk->root, group), group);
    walk->each(walk->root, folder, v2, walk->with);
    char *slash = strrchr(group, '/');
    if (!slash)
      return;
    *slash = '\0';
  }
}

/* Whole names: cpuset and cpuacct are other controllers. */
static bool has_cpu(const char *controllers) {
  for (const char *at = controllers; *at; at += strcspn(at, ","), at += *at == ',')
    if (strcspn(at, ",") == 3 && strncmp(at, "cpu", 3) == 0)
      return true;
  return false;
}

/* A line of /proc/self/cgroup: "0::/path" is v2, "4:cpu,cpuacct:/path" v1. */
static void walk_line(const struct walk *walk, char *line) {
  char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
  if (!group)
    return;
  *controllers++ = '\0';
  *group++ = '\0';
  group[strcspn(group, "\n")] = '\0';
  bool v2 = strcmp(line, "0") == 0 && *controllers == '\0';
  if (v2 || has_cpu(controllers))
    walk_up(walk, group, v2);
}

void cgroup_walk(const char *root, void (*each)(const char *root, const char *folder, bool v2, void *with),
                 void *with) {
  const struct walk walk = {root, each, with};
  char line[4096];
  FILE *file = sysfile_open(root, "/proc/self/cgroup");
  if (!file)
    return;
  while (fgets(line, sizeof line, file))
    walk_line(&walk, line);
  fclose(file);
}

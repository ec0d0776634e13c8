/* Walks from the cgroups of this process up to their roots. */
#include "cgroup.h"

#include "sysfile.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct walk {
  const char *root, *controller;
  void (*each)(const char *root, const char *folder, bool v2, void *with);
  void *with;
};

/* Chooses one mount of a v1 controller, because cpu is often a link to cpu,cpuacct and must count once. */
static void mount_of_v1(const struct walk *walk, const char *group, char *out, size_t size) {
  char path[4200];
  snprintf(path, sizeof path, "%s/sys/fs/cgroup/%s%s", walk->root, walk->controller, group);
  bool joint = strcmp(walk->controller, "cpu") == 0 && access(path, F_OK) != 0;
  snprintf(out, size, "/%s%s", walk->controller, joint ? ",cpuacct" : "");
}

/* Calls `each` for the group and its ancestors; modifies `group`. */
static void walk_up(const struct walk *walk, char *group, bool v2) {
  for (;;) {
    char folder[4200], mount[80] = "";
    if (strcmp(group, "/") == 0)
      group[0] = '\0';
    if (!v2)
      mount_of_v1(walk, group, mount, sizeof mount);
    snprintf(folder, sizeof folder, "/sys/fs/cgroup%s%s", mount, group);
    walk->each(walk->root, folder, v2, walk->with);
    char *slash = strrchr(group, '/');
    if (!slash)
      return;
    *slash = '\0';
  }
}

/* Compares whole names, because cpuset and cpuacct are not cpu. */
static bool has_controller(const char *controllers, const char *name) {
  for (const char *at = controllers; *at; at += strcspn(at, ","), at += *at == ',')
    if (strcspn(at, ",") == strlen(name) && strncmp(at, name, strlen(name)) == 0)
      return true;
  return false;
}

/* Reads a line of /proc/self/cgroup: "0::/path" is v2, "4:cpu,cpuacct:/path" v1. */
static void walk_line(const struct walk *walk, char *line) {
  char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
  if (!group)
    return;
  *controllers++ = '\0';
  *group++ = '\0';
  group[strcspn(group, "\n")] = '\0';
  bool v2 = strcmp(line, "0") == 0 && *controllers == '\0';
  if (v2 || has_controller(controllers, walk->controller))
    walk_up(walk, group, v2);
}

void cgroup_walk(const char *root, const char *controller,
                 void (*each)(const char *root, const char *folder, bool v2, void *with), void *with) {
  const struct walk walk = {root, controller, each, with};
  char line[4096];
  FILE *file = sysfile_open(root, "/proc/self/cgroup");
  if (!file)
    return;
  while (fgets(line, sizeof line, file))
    walk_line(&walk, line);
  fclose(file);
}

/* Searches /proc, /sys and / for signs of hypervisors and containers. */
#include "host.h"

#include "base/words.h"
#include "sysfile.h"

#include <stdlib.h>
#include <string.h>

struct sign {
  const char *path;
  const char *text; /* searched in the file; NULL: the file's existence is the sign */
  const char *name; /* of the hypervisor or container; NULL: the line of the file */
  int is;           /* 1: present; 0: certainly absent */
};

#define DMI(file) "/sys/class/dmi/id/" file
#define DEVICES "/proc/device-tree/"

/* Signs in addition to the hypervisor flag of x86 CPUs, which is the most reliable. */
static const struct sign hypervisors[] = {
    {DMI("product_name"), ".metal", NULL, 0}, /* bare-metal EC2 instances have the same vendor as virtual ones */
    {"/sys/hypervisor/type", "", NULL, 1},
    {DMI("sys_vendor"), "QEMU", NULL, 1},
    {DMI("sys_vendor"), "VMware", NULL, 1},
    {DMI("sys_vendor"), "innotek", NULL, 1},
    {DMI("sys_vendor"), "Xen", NULL, 1},
    {DMI("sys_vendor"), "Amazon EC2", NULL, 1},
    {DMI("sys_vendor"), "Parallels", NULL, 1},
    {DMI("product_name"), "Virtual Machine", NULL, 1},
    {DMI("product_name"), "VirtualBox", NULL, 1},
    {DMI("product_name"), "Apple Virtualization", NULL, 1},
    {DMI("product_name"), "Google Compute Engine", NULL, 1},
    {DMI("product_name"), "OpenStack", NULL, 1},
    {DMI("product_name"), "KVM", NULL, 1},
    {DMI("product_name"), "BHYVE", NULL, 1},
    {DEVICES "hypervisor/compatible", "", NULL, 1},
    {DEVICES "compatible", "linux,dummy-virt", "QEMU", 1},
    {DEVICES "ibm,partition-name", NULL, "PowerVM", 1},
    {"/proc/sysinfo", "VM00 Control Program", "s390 hypervisor", 1},
};

static const struct sign containers[] = {
    {"/.dockerenv", NULL, "docker", 1},
    {"/run/.containerenv", NULL, "podman", 1},
    {"/run/systemd/container", "", NULL, 1}, /* systemd-nspawn, lxc and others write their name there */
    {"/proc/sys/kernel/osrelease", "-WSL", "wsl", 1},
};

/* Parts of cgroup paths, if visible inside the container. */
static const struct sign groups[] = {
    {NULL, "/kubepods", "kubernetes", 1}, {NULL, "/docker/", "docker", 1}, {NULL, "/docker-", "docker", 1},
    {NULL, "/libpod", "podman", 1},       {NULL, "/lxc/", "lxc", 1},       {NULL, "/lxc.payload", "lxc", 1},
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* Copies the name for a sign found in a file; returns false if the file lacks the sign. */
static bool sign_seen(const char *root, const char *path, const struct sign *sign, char *name, size_t size) {
  char line[4096];
  bool seen = false;
  FILE *file = sysfile_open(root, "%s", path);
  if (!file)
    return false;
  if (!sign->text)
    snprintf(line, sizeof line, "%s", sign->name), seen = true;
  while (!seen && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    seen = line[0] && strstr(line, sign->text);
  }
  fclose(file);
  if (seen) {
    char shown[4 * sizeof line];
    snprintf(name, size, "%s", sign->name ? sign->name : printable(line, shown, sizeof shown));
  }
  return seen;
}

/* Reads "container=..." from the environment of process 1 or, on this machine, of this process. */
static void read_environment(const char *root, char *container, size_t size) {
  char *entry = NULL, shown[128];
  size_t room = 0;
  FILE *file = sysfile_open(root, "/proc/1/environ");
  while (file && !container[0] && getdelim(&entry, &room, '\0', file) > 0)
    if (strncmp(entry, "container=", 10) == 0)
      snprintf(container, size, "%s", printable(entry + 10, shown, sizeof shown));
  if (file)
    fclose(file);
  free(entry);
  const char *own = root[0] ? NULL : getenv("container");
  if (!container[0] && own)
    snprintf(container, size, "%s", printable(own, shown, sizeof shown));
}

static void read_container(const char *root, struct host *host) {
  static const char *const cgroups[] = {"/proc/self/cgroup", "/proc/1/cgroup"};
  char *out = host->container;
  for (size_t i = 0; i < LENGTH(containers) && !out[0]; i++)
    sign_seen(root, containers[i].path, &containers[i], out, sizeof host->container);
  for (size_t i = 0; i < LENGTH(cgroups) * LENGTH(groups) && !out[0]; i++)
    sign_seen(root, cgroups[i / LENGTH(groups)], &groups[i % LENGTH(groups)], out, sizeof host->container);
  host->for_all = out[0] != '\0';
  if (!host->for_all)
    read_environment(root, out, sizeof host->container);
}

/* Only x86 CPUs list flags; they include "hypervisor" unless the hypervisor hides itself. */
static void read_hypervisor(const char *root, struct host *host) {
  char flags[8192], name[64];
  bool x86 = sysfile_value(root, "/proc/cpuinfo", "flags", ':', flags, sizeof flags);
  host->virtual_machine = !x86 ? -1 : strstr(flags, " hypervisor") != NULL;
  for (size_t i = 0; i < LENGTH(hypervisors); i++) {
    const struct sign *sign = &hypervisors[i];
    if (host->virtual_machine == 1 || !sign_seen(root, sign->path, sign, name, sizeof name))
      continue;
    host->virtual_machine = sign->is;
    if (!host->vendor[0])
      snprintf(host->vendor, sizeof host->vendor, "%s", name);
    return;
  }
}

void host_read(const char *root, struct host *host) {
  char vendor[64];
  *host = (struct host){.virtual_machine = -1};
  if (sysfile_line(root, vendor, sizeof vendor, DMI("sys_vendor")))
    printable(vendor, host->vendor, sizeof host->vendor);
  read_hypervisor(root, host);
  read_container(root, host);
}

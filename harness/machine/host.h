/* What stands between this system and the bare machine: a hypervisor, a container. */
#ifndef NWAY_HOST_H
#define NWAY_HOST_H

struct host {
  int virtual_machine; /* 1 yes, 0 no, -1 nothing tells */
  char vendor[64];     /* of the machine as DMI tells it, else the hypervisor's name; printable; "" unknown */
  char container[32];  /* "docker", "podman", "lxc" ...; "" if no sign of one was seen */
  int for_all;         /* 1 if every user sees a sign of the container, not root or one environment alone */
};

/* Looks for signs in /proc, /sys and / below `root` ("" for this machine: then the environment counts, too).
 * Which signs there are: systemd-detect-virt(1) and its source, src/basic/virt.c. */
void host_read(const char *root, struct host *host);

#endif

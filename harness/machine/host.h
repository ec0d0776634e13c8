/* Detects a hypervisor and a container. */
#ifndef NWAY_HOST_H
#define NWAY_HOST_H

struct host {
  int virtual_machine; /* 1 yes, 0 no, -1 unknown */
  char vendor[64];     /* the machine's vendor by DMI, else the hypervisor's name; printable; "" unknown */
  char container[32];  /* "docker", "podman", "lxc" ...; "" if none was detected */
  int for_all;         /* 1 if every user can detect the container, not only root or one environment */
};

/* Searches /proc, /sys and / below `root` ("" for this machine, and its environment). The signs are those of
 * systemd-detect-virt(1) and its source, src/basic/virt.c. */
void host_read(const char *root, struct host *host);

#endif

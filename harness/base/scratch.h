/* A temporary folder that does not outlive the process. */
#ifndef NWAY_SCRATCH_H
#define NWAY_SCRATCH_H

#include "fault.h"

struct scratch {
  char *folder;
  int guard; /* socket to the process that removes the folder once this one has ended; -1: none could be started */
};

/* Creates a folder below TMPDIR, or /tmp; `name` begins its name. It is removed by scratch_close, or when this process
 * ends, by SIGKILL too. Returns NULL and a fault if it cannot be created. */
struct scratch *scratch_open(const char *name, struct fault *);

/* Removes the folder with all in it and frees `scratch`, which may be NULL. */
void scratch_close(struct scratch *scratch);

/* Removes a folder with all in it, through no link. Returns 0 if it is gone, else -1 and errno. */
int scratch_remove(const char *folder);

#endif

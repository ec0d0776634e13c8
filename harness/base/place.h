/* Reads and writes files of an untrusted folder; links inside it cannot redirect an access outside it. */
#ifndef NWAY_PLACE_H
#define NWAY_PLACE_H

#include "fault.h"

#include <stddef.h>

/* An open folder and its name for messages. */
struct place {
  int fd; /* -1: not open */
  char path[4096];
};

/* Creates a folder that the user named by `option`, and those above it, where they are missing. */
int place_make(const char *path, const char *option, struct fault *fault);

/* Opens a folder that the user named. Follows links, because the user chose the path. */
int place_open(struct place *place, const char *path, struct fault *fault);

/* Opens a folder in `parent` and creates it if it is missing. Refuses a link or any other object, naming it. */
int place_below(struct place *place, const struct place *parent, const char *name, struct fault *fault);

void place_close(struct place *place);

/* Creates a file for writing and returns its descriptor, or -1. Replaces a regular file of that name, which an earlier
 * process may have left; refuses a link, FIFO or any other object, naming it. */
int place_create(const struct place *place, const char *name, struct fault *fault);

/* Opens a regular file for reading without blocking. Refuses a link, FIFO or any other object, naming it. */
int place_read(const struct place *place, const char *name, struct fault *fault);

/* Writes a file atomically, through a temporary file and rename. An existing object of that name must be a regular
 * file. */
int place_write(const struct place *place, const char *name, const void *bytes, size_t count, struct fault *fault);

/* Calls place_write for a path whose folder the user named. */
int place_write_path(const char *path, const void *bytes, size_t count, struct fault *fault);

/* Renames the file `from`, which place_create created, to its final name. */
int place_rename(const struct place *place, const char *from, const char *to, struct fault *fault);

/* Returns 0 if `name` is a regular file or missing, else -1 and a fault that names it. */
int place_plain(const struct place *place, const char *name, struct fault *fault);

#endif

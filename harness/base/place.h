/* Files in a folder that may come from a stranger: nothing in it leads a read or a write out of it. */
#ifndef NWAY_PLACE_H
#define NWAY_PLACE_H

#include "fault.h"

#include <stddef.h>

/* A folder that is open, and how to name it in messages. */
struct place {
  int fd; /* -1: not open */
  char path[4096];
};

/* Opens a folder that the user named, through links if need be: the user's own word is trusted. */
int place_open(struct place *place, const char *path, struct fault *fault);

/* Opens a folder in `parent`, made if it is missing; a link or anything else in its place is refused by name. */
int place_below(struct place *place, const struct place *parent, const char *name, struct fault *fault);

void place_close(struct place *place);

/* Opens a new file for writing and returns its descriptor, or -1. A plain file of that name is removed, as an earlier
 * process may have left it; a link, a FIFO or anything else is refused by name. */
int place_create(const struct place *place, const char *name, struct fault *fault);

/* Opens a plain file for reading, without waiting; a link, a FIFO or anything else is refused by name. */
int place_read(const struct place *place, const char *name, struct fault *fault);

/* Writes a file whole or not at all, by a temporary one and rename; what stands there must be a plain file. */
int place_write(const struct place *place, const char *name, const void *bytes, size_t count, struct fault *fault);

/* The same by a path, in a folder that the user named. */
int place_write_path(const char *path, const void *bytes, size_t count, struct fault *fault);

/* Gives the file `from`, made by place_create, its real name. */
int place_rename(const struct place *place, const char *from, const char *to, struct fault *fault);

/* 0 if `name` is a plain file or missing, else -1 and a refusal by name. */
int place_plain(const struct place *place, const char *name, struct fault *fault);

#endif

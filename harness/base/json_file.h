/* Reads JSON from a file that may come from a stranger. */
#ifndef NWAY_JSON_FILE_H
#define NWAY_JSON_FILE_H

#include "fault.h"

#include <jansson.h>

/* Reads a plain file of at most 16 MiB, and never waits for one: a FIFO, device or folder is refused. A key that stands
 * twice is an error. `advice`: what to do about a file that is refused, for the message. Returns a new reference, or
 * NULL and a fault with the file's line. */
json_t *json_file_read(const char *path, const char *advice, struct fault *fault);

#endif

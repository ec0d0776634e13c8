/* What to measure, as a file or the command line says it; read as bytes, refused with file and line. */
#ifndef NWAY_CONFIG_H
#define NWAY_CONFIG_H

#include "fault.h"

#include <stddef.h>

/* One `name = value` and where it stands. Texts are owned by the config. */
struct setting {
  char *name, *value;
  int line;
};

/* One section: "[run]", "[problem LABEL]", "[define]" (see define.h) or "[expect]", whose lines are no settings
 * (see expect.h). */
struct section {
  char *kind, *label; /* label: "" for run and define, and for expect where it has none */
  int line;
  struct setting *settings;
  int count;
};

struct config {
  char *file; /* as messages name it */
  char *text; /* byte for byte */
  size_t text_bytes;
  struct section *sections;
  int count;
};

#define CONFIG_BYTES_MAX (1 << 20)

/* Reads a file. Refuses what is no regular file, larger than CONFIG_BYTES_MAX, or holds a NUL byte; lines
 * over 198 bytes; unknown kinds of section; a name or section given twice (naming both lines). */
int config_read(const char *path, struct config *config, struct fault *fault);
void config_free(struct config *config);

/* The setting called `name`, or NULL. */
const struct setting *section_find(const struct section *section, const char *name);

/* Adds or replaces a setting (line 0: from the command line). */
int section_put(struct section *section, const char *name, const char *value, int line, struct fault *fault);
/* Adds a section; NULL without memory. */
struct section *config_add(struct config *config, const char *kind, const char *label, int line);

/* The [run] section, made if there is none; NULL without memory. */
struct section *config_run(struct config *config);

#endif

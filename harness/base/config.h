/* Reads a configuration: sections and settings, with file and line for messages. */
#ifndef NWAY_CONFIG_H
#define NWAY_CONFIG_H

#include "fault.h"

#include <stddef.h>

/* One `name = value` and its line. The config owns the texts. */
struct setting {
  char *name, *value;
  int line;
};

/* One section: "[run]", "[problem LABEL]", "[define]" and "[quick]" (see define.h), "[choose NAME]" (see
 * plan/choose.h), "[report]" (see report_section.h) or "[expect]". Lines of [expect] are not settings; expect.h reads
 * them. */
struct section {
  char *kind, *label; /* label: "" for run, define and an expect section without one */
  int line;
  struct setting *settings;
  int count;
};

struct config {
  char *file; /* its name in messages */
  char *text; /* the exact bytes of the file */
  size_t text_bytes;
  struct section *sections;
  int count;
};

#define CONFIG_BYTES_MAX (1 << 20)

/* Reads a regular file of at most CONFIG_BYTES_MAX bytes. Refuses NUL bytes, lines over 198 bytes, unknown sections,
 * and duplicate names or sections (naming both lines). */
int config_read(const char *path, struct config *config, struct fault *fault);
/* Reads a text instead of a file; `name` stands for the file in messages. */
int config_read_text(const char *name, const char *text, struct config *config, struct fault *fault);
void config_free(struct config *config);

/* Returns the setting called `name`, or NULL. */
const struct setting *section_find(const struct section *section, const char *name);

/* Adds or replaces a setting (line 0: from the command line). */
int section_put(struct section *section, const char *name, const char *value, int line, struct fault *fault);
/* Adds a section; returns NULL if out of memory. */
struct section *config_add(struct config *config, const char *kind, const char *label, int line);

/* Removes all sections of a kind. */
void config_drop(struct config *config, const char *kind);

/* Returns the [run] section and adds it if it is missing; NULL if out of memory. */
struct section *config_run(struct config *config);

#endif

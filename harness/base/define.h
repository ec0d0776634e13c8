/* Named values: `name = value` in [define] replaces ${name} in every other section. */
#ifndef NWAY_DEFINE_H
#define NWAY_DEFINE_H

#include "config.h"
#include "fault.h"

/* A definition; NULL if there is none. */
const struct setting *define_find(const struct config *config, const char *name);
/* Replaces the value of a definition that exists. */
int define_put(struct config *config, const char *name, const char *value, int line, struct fault *fault);
/* With --quick: every setting of [quick] replaces the definition of its name. */
int define_quick(struct config *config, struct fault *fault);

/* Overrides one definition with "name=value" from --define; the [define] section must contain the name. */
int define_set(struct config *config, const char *text, struct fault *fault);

/* Replaces each ${name} by its definition, and $${name} by a literal ${name}, in all values outside [define]; before
 * that, ${here} by the folder of the configuration in all values, unless it is a definition. Reports unknown names and
 * definitions that use another ${name}, with file and line. */
int define_expand(struct config *config, struct fault *fault);

#endif

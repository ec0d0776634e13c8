/* Names for values: where [define] says `name = value`, ${name} in any value stands for it. */
#ifndef NWAY_DEFINE_H
#define NWAY_DEFINE_H

#include "config.h"
#include "fault.h"

/* Another value, "name=value" as --define has it, for a name that the configuration's [define] section has. */
int define_set(struct config *config, const char *text, struct fault *fault);

/* Puts what is defined in place of each ${name}, and ${name} in place of $${name}, in all values outside [define].
 * Refuses, with file and line, unknown names and definitions that use others. */
int define_expand(struct config *config, struct fault *fault);

#endif

/* Names the programs of a configuration, and takes the parameters that the command line sets. */
#ifndef NWAY_PROGRAMS_H
#define NWAY_PROGRAMS_H

#include "base/config.h"
#include "catalog.h"

/* Refuses a section of programs without a command, and warns on stderr where " ;" cuts one off. */
int programs_check(const struct config *config, const struct section *section, const struct known_kernel *kernel,
                   struct fault *fault);

/* The kind of the section that holds the --set of the command line; a setting's line is 1 once it was used. */
#define SECTION_OF_SETS "set"

/* Puts the command line's parameters that the kernel has into its section. */
int programs_take_sets(struct config *config, struct section *section, const struct known_kernel *kernel,
                       struct fault *fault);

/* Refuses a --set that no measured kernel has. `runs_programs`: commands are measured, which may have its {NAME}. */
int programs_check_sets(const struct config *config, bool runs_programs, struct fault *fault);

/* Replaces each section whose command has {NAME}, with a setting or a --set NAME = VALUE, VALUE..., by one section for
 * each value. The values are methods of one problem, "NAME=VALUE", unless the title has {NAME} too. Call it before
 * anyone keeps a pointer to a section. */
int programs_expand(struct config *config, const struct catalog *catalog, struct fault *fault);

/* Gives a section whose kernel runs programs the names that it lacks: the problem is called as the section where the
 * program has a name, else as its command. */
int programs_name(struct section *section, const struct known_kernel *kernel, struct fault *fault);

/* True if nothing in the section tells its program the number of workers; false if the kernel runs no programs. */
bool programs_untold(const struct section *section, const struct setting *env, const struct known_kernel *kernel);

/* True if the program's command or environment has a "{name}" left, which may be meant for its number of workers. */
bool programs_have_braces(const struct section *section, const struct setting *env, const struct known_kernel *kernel);

#endif

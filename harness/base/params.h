/* A kernel's parameters: from what users write to typed values, and to the names of problem and method. */
#ifndef NWAY_PARAMS_H
#define NWAY_PARAMS_H

#include "fault.h"
#include "kernel.h"
#include "words.h"

#define PARAMS_MAX 24 /* parameters of one kernel */

/* All values of one kernel's parameters. Owns its lists; free with params_free. */
struct settings {
  const struct param *params;
  struct value values[PARAMS_MAX];
  void *owned[PARAMS_MAX]; /* what a text or list lies in; NULL of others */
};

/* What a parameter was before it grew. */
struct ungrown {
  struct value value;
  void *owned;
};

int params_count(const struct param *params);

/* Index of the parameter called `name`; else -1 and a fault that names the nearest one. */
int params_find(const char *kernel, const struct param *params, const char *name, struct fault *fault);

/* All parameters at their defaults. */
int params_init(const struct param *params, struct settings *settings, struct fault *fault);

/* Reads `text` as parameter `index`; refuses what its type and range do not allow. */
int params_set(struct settings *settings, int index, const char *text, struct fault *fault);

/* Makes the parameter `times` as large (a list so many times over), checked against its range; `before` gets what it
 * was, for params_ungrow. */
int params_grow(struct settings *settings, int index, int times, struct ungrown *before, struct fault *fault);
void params_ungrow(struct settings *settings, int index, struct ungrown before);

void params_free(struct settings *settings);

/* False where the parameter's `when` excludes it: such a value means nothing and is left out of names. */
bool params_counts(const struct settings *settings, int index);

/* The same, but one whose condition only leaves its own idle value out of names means something at that too. */
bool params_means(const struct settings *settings, int index);

/* What the parameter's `when` asks, in words: "with method=memo", "without ranges"; "" where it asks about nothing
 * else. Returns `out`. */
char *params_condition(const struct param *params, int index, char *out, size_t size);

/* The canonical text of one value, which params_set reads back. Returns `out`. */
char *params_text(const struct settings *settings, int index, char *out, size_t size);

/* The canonical name of the problem (problem and size parameters) or of the method: "list n=499",
 * "memo bound=128". Words of choices stand alone, other values as name=value; an option at its default not at all. */
char *params_problem(const struct settings *settings, char *out, size_t size);
char *params_method(const struct settings *settings, char *out, size_t size);

/* Finds the values that have these names; those that the names leave out are at their defaults. False, and nothing to
 * free, where there are none: the names are of another kernel, say, or have too many readings. */
bool params_read(const struct param *params, const char *problem, const char *method, struct settings *settings);

/* False where parameters from elsewhere cannot be worked with: a choice without words, conditions in a circle. */
bool params_sound(const struct param *params);

#endif

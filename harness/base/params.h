/* Parses a kernel's parameters into typed values and forms the names of problem and method from them. */
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

/* Returns the index of the parameter called `name`, or -1 and a fault that suggests the nearest one. */
int params_find(const char *kernel, const struct param *params, const char *name, struct fault *fault);

/* Sets all parameters to their defaults. */
int params_init(const struct param *params, struct settings *settings, struct fault *fault);

/* Parses `text` as the value of parameter `index`; fails if its type or range does not allow the value. */
int params_set(struct settings *settings, int index, const char *text, struct fault *fault);

/* Visits the alternatives of a parameter as a setting writes them: parts between commas, a range LOW..HIGH of numbers
 * as LOW, twice LOW ... and HIGH, LOW..HIGH:F by the factor F. A text is one alternative. Anything else, such as
 * 8..4, is visited as it is, so that params_set refuses it. Returns the last result of `each`. */
int params_each(const struct param *param, const char *text, int (*each)(const char *text, void *with), void *with);

/* The numbers of a range "LOW..HIGH" or "LOW..HIGH:F", as above. Returns how many; 0 for anything else. */
enum { RANGE_MAX = 64 };
int params_range(const char *text, int64_t numbers[RANGE_MAX]);

/* Multiplies the parameter by `times` (repeats a list that often) and checks its range. Stores the old value in
 * `before` for params_ungrow. */
int params_grow(struct settings *settings, int index, int times, struct ungrown *before, struct fault *fault);
void params_ungrow(struct settings *settings, int index, struct ungrown before);

void params_free(struct settings *settings);

/* Returns false if the parameter's `when` condition does not hold: the value then has no effect, and names omit it. */
bool params_counts(const struct settings *settings, int index);

/* As params_counts, but also true for a parameter whose `when` tests the parameter itself: that condition only omits
 * the idle value from names. */
bool params_means(const struct settings *settings, int index);

/* Writes the parameter's `when` in words: "with method=memo", "without ranges"; "" if it depends on no other parameter.
 * Returns `out`. */
char *params_condition(const struct param *params, int index, char *out, size_t size);

/* Writes the canonical text of one value, which params_set can parse. Returns `out`. */
char *params_text(const struct settings *settings, int index, char *out, size_t size);

/* Write the canonical name of the problem (problem and size parameters) or of the method: "list n=499", "memo
 * bound=128". Choices appear as their word, other values as name=value; options at their default are omitted. */
char *params_problem(const struct settings *settings, char *out, size_t size);
char *params_method(const struct settings *settings, char *out, size_t size);

/* Recovers the values from the names; omitted parameters get their defaults. Returns false, with nothing to free, if no
 * values yield these names (they belong to another kernel) or the search takes too many tries. */
bool params_read(const struct param *params, const char *problem, const char *method, struct settings *settings);

/* Validates the parameters of an external module: returns false for a choice without words or circular conditions. */
bool params_sound(const struct param *params);

#endif

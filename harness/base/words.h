/* Words that users write: numbers, durations, lists, and the nearest known word to a mistyped one. */
#ifndef NWAY_WORDS_H
#define NWAY_WORDS_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A whole number: 499, 10k, 5M, 2G, 1T (powers of 1000), 1e6, 10^12 or a product of such, 3*10k, with an
 * optional '-'. Consumes all of `text`; refuses what does not fit in 63 bits. */
int parse_count(const char *text, int64_t *count, struct fault *fault);

/* A duration in ns: 20ms, 1.5s, 3min, 2h, 500us, 100ns; a unit is required. Never negative or zero. */
int parse_duration(const char *text, int64_t *ns, struct fault *fault);

/* A share: "2%", "0.5%"; more than 0, at most 1000 %. `share` gets 0.02. */
int parse_share(const char *text, double *share, struct fault *fault);

/* "499", "9000", "10k", "5M": a short way to write a count that parse_count reads back. Returns `out`. */
char *format_count(int64_t count, char *out, size_t size);

/* "820 us", "12.3 ms", "3.1 s", "2 min 05 s": for people. Returns `out`. */
char *format_duration(int64_t ns, char *out, size_t size);

/* The word of `words` with the fewest edits to `text`, or NULL if none is near (more than a third of its
 * letters differ, at least 2). Edits: insert, delete, replace, swap of neighbours. */
const char *nearest_word(const char *text, const char *const *words, size_t count);

/* "s" for every count but one: "%d worker%s". */
const char *plural(int64_t count);

/* "a, b or c", with `last` before the last word: "or", "and"; " ..." at the end where `size` ends it. Returns `out`. */
char *list_words(char *out, size_t size, const char *const *words, size_t count, const char *last);

/* What to do about an unknown word, for the end of a message: "did you mean 'X'?" where one of `words` is near, else
 * `otherwise`, else (NULL) "expected a, b or c". Words are made printable. Returns `out`. */
char *suggest(char *out, size_t size, const char *text, const char *const *words, size_t count, const char *otherwise);

/* "unknown WHAT 'word'; " and what suggest() says; returns -1 (EXIT_USAGE). */
int unknown_word(struct fault *fault, const char *what, const char *word, const char *const *words, size_t count,
                 const char *otherwise);

/* Splits at `separator`, trims blanks (a part is at most 1023 bytes), calls `each` for every part until it returns
 * non-zero. An empty part is a part. Returns what `each` returned last. */
int each_part(const char *text, char separator, int (*each)(const char *part, void *with), void *with);

/* snprintf onto the end of a string of `size` bytes; cuts silently at the end. */
void append(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Copies text with everything that is not printable ASCII or valid UTF-8 shown as \xNN, for messages. */
char *printable(const char *text, char *out, size_t size);

/* Whether one of the words, joined by blanks, is this one (not ""). */
bool text_has_word(const char *words, const char *word);

#endif

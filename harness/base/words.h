/* Parses and formats numbers, durations and lists, and suggests the nearest known word for a mistyped one. */
#ifndef NWAY_WORDS_H
#define NWAY_WORDS_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A whole number: 499, 10k, 5M, 2G, 1T (powers of 1000), 1e6, 10^12 or a product of such, 3*10k, with an
 * optional '-'. The whole text must be a number; refuses values beyond 63 bits. */
int parse_count(const char *text, int64_t *count, struct fault *fault);

/* A duration in ns: 20ms, 1.5s, 3min, 2h, 500us, 100ns; a unit is required. The result is positive. */
int parse_duration(const char *text, int64_t *ns, struct fault *fault);

/* A share: "2%", "0.5%"; more than 0, at most 1000 %. `share` gets 0.02. */
int parse_share(const char *text, double *share, struct fault *fault);

/* "499", "9000", "10k", "5M": a short form that parse_count can read. Returns `out`. */
char *format_count(int64_t count, char *out, size_t size);

/* "820 us", "12.3 ms", "3.1 s", "2 min 05 s". Returns `out`. */
char *format_duration(int64_t ns, char *out, size_t size);

/* Returns the word with the fewest edits to `text`, or NULL if each needs more edits than a third of its length (at
 * least 2). Edits: insert, delete, replace, swap of neighbours. */
const char *nearest_word(const char *text, const char *const *words, size_t count);

/* Returns "s", or "" if count is 1: "%d worker%s". */
const char *plural(int64_t count);

/* Writes "a, b or c" with `last` ("or", "and") before the last word; ends with " ..." if `size` is too small. Returns
 * `out`. */
char *list_words(char *out, size_t size, const char *const *words, size_t count, const char *last);

/* Writes the advice of a message about an unknown word: "did you mean 'X'?" if one of `words` is near, else
 * `otherwise`, or "expected a, b or c" if that is NULL. Escapes unprintable characters. Returns `out`. */
char *suggest(char *out, size_t size, const char *text, const char *const *words, size_t count, const char *otherwise);

/* Sets the fault "unknown WHAT 'word'; " followed by suggest(); returns -1 (EXIT_USAGE). */
int unknown_word(struct fault *fault, const char *what, const char *word, const char *const *words, size_t count,
                 const char *otherwise);

/* Splits at `separator`, trims blanks (a part is at most 1023 bytes), calls `each` for every part until it returns
 * non-zero. Empty parts are passed too. Returns the last result of `each`. */
int each_part(const char *text, char separator, int (*each)(const char *part, void *with), void *with);

/* Appends formatted text to a string in a buffer of `size` bytes; truncates silently. */
void append(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Whether a shell reads the word as it is: it holds only letters, digits and a few signs, and at least one. */
bool is_plain_word(const char *word);

/* Appends a word as a shell or a command line reads it back: in single quotes if it holds more than letters, digits and
 * a few signs. Truncates silently. */
void append_quoted(char *out, size_t size, const char *word);

/* Returns the length of the valid UTF-8 sequence at `at` (1 to 4), or 0. */
size_t utf8_length(const char *at);

/* Copies text for a message; bytes other than printable ASCII and valid UTF-8 become \xNN. */
char *printable(const char *text, char *out, size_t size);

/* Returns true if the blank-separated list contains `word`, which must not be "". */
bool text_has_word(const char *words, const char *word);

#endif

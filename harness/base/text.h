/* Growable text, escapes for HTML, terminal and scripts, and human-readable numbers. */
#ifndef NWAY_TEXT_H
#define NWAY_TEXT_H

#include "fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Allocation for nway-report: if memory runs out, these print a message and exit with EXIT_UNDECIDED. */
void *must_alloc(size_t count, size_t size); /* zeroed */
void *must_grow(void *old, size_t count, size_t size);
char *must_copy(const char *);

/* Makes room for one more element of a plain array. */
#define GROW(array, count, capacity)                                                                                   \
  do {                                                                                                                 \
    if ((count) == (capacity)) {                                                                                       \
      (capacity) = (capacity) ? 2 * (capacity) : 8;                                                                    \
      (array) = must_grow((array), (capacity), sizeof *(array));                                                       \
    }                                                                                                                  \
  } while (0)

/* Growable text. Initialise with {0}; `bytes` is NULL while empty; free with text_free. */
struct text {
  char *bytes;
  size_t length, capacity;
};
void text_add(struct text *, const char *);
void text_bytes(struct text *, const char *, size_t);
void text_format(struct text *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_free(struct text *);
/* The text, "" while empty. */
const char *text_of(const struct text *);

/* Appends untrusted text, escaped for HTML; control bytes and invalid UTF-8 appear as \xNN. */
void text_html(struct text *, const char *foreign);
/* Appends untrusted text, escaped for a terminal: it cannot move the cursor or change colours. */
void text_plain(struct text *, const char *foreign);
/* Appends at most `bytes` bytes of untrusted text, whole code points, for a single-quoted gnuplot string, in which
 * nothing but the quote has a meaning: a quote is doubled, and a backtick becomes a look-alike, so that no version
 * takes it for a command. Control characters and invalid UTF-8 become '?'. Its terminal must be `noenhanced`. */
void text_script(struct text *, const char *foreign, size_t bytes);
/* Appends text as a field of a CSV file, in quotes where it needs them (RFC 4180). */
void text_field(struct text *, const char *field);
/* Appends untrusted text as a field of a CSV file in one line; what cannot be shown becomes '?'. */
void text_csv(struct text *, const char *foreign);

/* Width of valid UTF-8 text on a terminal, one column per code point. */
size_t text_columns(const char *);
/* Width of the terminal on standard output, at most 100 columns; 100 if it is none. COLUMNS overrides it, from 40 to
 * 200. */
size_t terminal_columns(void);

/* The value, or 0 where it is negative and so many decimals show nothing of it, which would print as -0.00. */
double no_minus_zero(double value, int decimals);

#define HUMAN_MAX 32
/* "12.3 ms", three significant digits; "–" for NaN and infinities. Each returns `out`. */
const char *human_ns(char out[HUMAN_MAX], double ns);
/* "1.93", "0.0412", "1 240": three significant digits, without a unit. */
const char *human_number(char out[HUMAN_MAX], double value);
/* "2.41 M" with an SI prefix, for throughput. */
const char *human_si(char out[HUMAN_MAX], double value);
const char *human_bytes(char out[HUMAN_MAX], double bytes);
/* "95 %" */
const char *human_percent(char out[HUMAN_MAX], double share);

#endif

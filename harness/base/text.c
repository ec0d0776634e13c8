/* Growable text, escapes for HTML, terminal and scripts, and human-readable numbers. */
#include "text.h"

#include "fault.h"
#include "words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void *or_exit(void *memory) {
  if (memory)
    return memory;
  fputs("nway: out of memory; existing files are unchanged\n", stderr);
  exit(EXIT_UNDECIDED);
}

void *must_alloc(size_t count, size_t size) { return or_exit(calloc(count ? count : 1, size)); }
void *must_grow(void *old, size_t count, size_t size) { return or_exit(reallocarray(old, count, size)); }
char *must_copy(const char *from) { return or_exit(strdup(from)); }

void text_bytes(struct text *text, const char *bytes, size_t length) {
  if (!text->bytes || text->length + length + 1 > text->capacity) {
    text->capacity = 2 * (text->length + length + 1);
    text->bytes = must_grow(text->bytes, text->capacity, 1);
  }
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
  text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *more) { text_bytes(text, more, strlen(more)); }

void text_format(struct text *text, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (length > 0) {
    char *line = must_alloc((size_t)length + 1, 1);
    vsnprintf(line, (size_t)length + 1, format, again);
    text_bytes(text, line, (size_t)length);
    free(line);
  }
  va_end(again);
}

void text_free(struct text *text) {
  free(text->bytes);
  *text = (struct text){0};
}

const char *text_of(const struct text *text) { return text->bytes ? text->bytes : ""; }

/* ---- escapes ---- */

/* C0, C1, and the Unicode marks that reverse or hide text. */
static bool is_control(const char *at, size_t length) {
  const unsigned char *s = (const unsigned char *)at;
  if (length == 1)
    return s[0] < 0x20 || s[0] == 0x7f;
  if (length == 2)
    return s[0] == 0xc2 && s[1] < 0xa0;
  if (length != 3 || s[0] != 0xe2)
    return length == 3 && s[0] == 0xef && s[1] == 0xbb && s[2] == 0xbf;
  return (s[1] == 0x80 && ((s[2] >= 0x8b && s[2] <= 0x8f) || (s[2] >= 0xa8 && s[2] <= 0xae))) ||
         (s[1] == 0x81 && s[2] >= 0xa0 && s[2] <= 0xaf);
}

/* Appends one code point if it is safe to show, otherwise \xNN for each of its bytes; returns its length. */
static size_t add_visible(struct text *text, const char *at) {
  size_t length = utf8_length(at);
  if (length && !is_control(at, length)) {
    text_bytes(text, at, length);
    return length;
  }
  for (size_t i = 0; i < (length ? length : 1); i++)
    text_format(text, "\\x%02X", (unsigned)(unsigned char)at[i]);
  return length ? length : 1;
}

void text_html(struct text *text, const char *foreign) {
  for (const char *at = foreign; *at;) {
    const char *entity = *at == '<'    ? "&lt;"
                         : *at == '>'  ? "&gt;"
                         : *at == '&'  ? "&amp;"
                         : *at == '"'  ? "&quot;"
                         : *at == '\'' ? "&#39;"
                                       : NULL;
    if (entity)
      text_add(text, entity), at++;
    else
      at += add_visible(text, at);
  }
}

void text_plain(struct text *text, const char *foreign) {
  for (const char *at = foreign; *at;)
    at += add_visible(text, at);
}

/* Appends one code point for people to read; what cannot be shown becomes '?'. Returns its length. */
static size_t add_readable(struct text *text, const char *at) {
  size_t length = utf8_length(at);
  bool good = length && !is_control(at, length);
  text_bytes(text, good ? at : "?", good ? length : 1);
  return length ? length : 1;
}

void text_script(struct text *text, const char *foreign, size_t bytes) {
  for (const char *at = foreign, *end = foreign + bytes; at < end && *at;) {
    const char *other = *at == '\'' ? "''" : *at == '`' ? "ˋ" : NULL;
    if (other)
      text_add(text, other), at++;
    else
      at += add_readable(text, at);
  }
}

void text_field(struct text *text, const char *field) {
  bool quoted = strpbrk(field, ",\"\r\n") != NULL;
  text_add(text, quoted ? "\"" : "");
  for (const char *at = field; *at; at++)
    text_bytes(text, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
  text_add(text, quoted ? "\"" : "");
}

void text_csv(struct text *text, const char *foreign) {
  struct text readable = {0};
  for (const char *at = foreign; *at;)
    at += add_readable(&readable, at);
  text_field(text, text_of(&readable));
  text_free(&readable);
}

size_t text_columns(const char *s) {
  size_t columns = 0;
  for (; *s; s++)
    columns += ((unsigned char)*s & 0xc0) != 0x80;
  return columns;
}

size_t terminal_columns(void) {
  enum { USUAL = 100, LEAST = 40, MOST = 200 };
  struct winsize size;
  const char *asked = getenv("COLUMNS");
  size_t columns = USUAL;
  if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
    columns = size.ws_col < USUAL ? size.ws_col : USUAL;
  if (asked && atoi(asked) > 0)
    columns = (size_t)atoi(asked);
  return columns < LEAST ? LEAST : columns > MOST ? MOST : columns;
}

/* ---- numbers ---- */

static const char NO_NUMBER[] = "–";

double no_minus_zero(double value, int decimals) {
  return value <= 0 && value >= -0.5 * pow(10, -decimals) ? 0 : value;
}

static const char *three_digits(char out[HUMAN_MAX], double value, const char *unit) {
  double size = fabs(value);
  if (size > 0 && size < 0.009995) { /* three significant digits, with at most 9 leading zeros */
    int zeros = (int)fmin(-floor(log10(size)) - 1, 9);
    snprintf(out, HUMAN_MAX, "%.*f%s", zeros + 3, no_minus_zero(value, zeros + 3), unit);
    return out;
  }
  int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 || size == 0 ? 2 : size >= 0.09995 ? 3 : 4;
  snprintf(out, HUMAN_MAX, "%.*f%s", digits, no_minus_zero(value, digits), unit);
  return out;
}

struct scale {
  double from; /* smallest value that uses this unit, after rounding */
  double divisor;
  const char *unit;
};

static const char *scaled(char out[HUMAN_MAX], double value, const struct scale *scales) {
  if (!isfinite(value)) {
    snprintf(out, HUMAN_MAX, "%s", NO_NUMBER);
    return out;
  }
  while (scales->from > 0 && fabs(value) < scales->from)
    scales++;
  return three_digits(out, value / scales->divisor, scales->unit);
}

const char *human_ns(char out[HUMAN_MAX], double ns) {
  static const struct scale scales[] = {
      {999.5e6, 1e9, " s"}, {999.5e3, 1e6, " ms"}, {999.5, 1e3, " µs"}, {0, 1, " ns"}};
  return scaled(out, ns, scales);
}

const char *human_number(char out[HUMAN_MAX], double value) {
  static const struct scale scales[] = {{0, 1, ""}};
  return scaled(out, value, scales);
}

const char *human_si(char out[HUMAN_MAX], double value) {
  static const struct scale scales[] = {{999.5e9, 1e12, " T"}, {999.5e6, 1e9, " G"}, {999.5e3, 1e6, " M"},
                                        {999.5, 1e3, " k"},    {0.9995, 1, " "},     {0.9995e-3, 1e-3, " m"},
                                        {0, 1e-6, " µ"}};
  return scaled(out, value, scales);
}

const char *human_bytes(char out[HUMAN_MAX], double bytes) {
  static const struct scale scales[] = {
      {1073741824.0, 1073741824.0, " GiB"}, {1048576.0, 1048576.0, " MiB"}, {1024, 1024, " KiB"}, {0, 1, " B"}};
  return scaled(out, bytes, scales);
}

const char *human_percent(char out[HUMAN_MAX], double share) {
  int digits = fabs(share) < 0.0995 ? 1 : 0;
  if (!isfinite(share))
    snprintf(out, HUMAN_MAX, "%s", NO_NUMBER);
  else
    snprintf(out, HUMAN_MAX, "%.*f %%", digits, no_minus_zero(100 * share, digits));
  return out;
}

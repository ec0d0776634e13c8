/* Reads the common row of a CSV file in place: no quotes, good values. All else is left to table.c. */
#include "table_rows.h"

#include <endian.h>
#include <float.h>
#include <math.h>
#include <string.h>

enum {
  INT_DIGITS = 18, /* a whole number of so many digits does not overflow */
  REAL_DIGITS = 15 /* a double holds every whole number of so many digits */
};

/* ---- one field ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool ends_field(char c) { return c == ',' || c == '\n'; }

/* Reads digits and adds their number to `digits`. The value is right for up to INT_DIGITS. */
static uint64_t read_digits(char **at, int *digits) {
  uint64_t value = 0;
  char *c = *at;
  for (; is_digit(*c); c++)
    value = 10 * value + (uint64_t)(*c - '0');
  *digits += (int)(c - *at);
  *at = c;
  return value;
}

/* Each reads a field that is not empty. Returns its end, which is a delimiter unless the field needs the rules of
 * table.c, or NULL if it needs them. */

/* The bytes that end a plain text or need the rules of table.c. */
static const bool is_special[256] = {[','] = true, ['\n'] = true, ['"'] = true, ['\r'] = true, ['\0'] = true};

/* The first of eight bytes that is at most a comma, as every special byte is; 8 if none is. H. S. Warren, Hacker's
 * Delight, ISBN 0-321-84268-5, section 6-1. */
static unsigned first_low(const char *at) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t word;
  memcpy(&word, at, sizeof word);
  word = le64toh(word);
  uint64_t low = (word - ones * (',' + 1)) & ~word & ones * 0x80;
  return low ? (unsigned)__builtin_ctzll(low) / 8 : 8;
}

static char *take_text(char *at) {
  for (;;) {
    unsigned low = first_low(at);
    at += low;
    if (low < 8 && is_special[(unsigned char)*at])
      return at;
    at += low < 8;
  }
}

static char *take_int(char *at, struct field *f) {
  char *end = at + (*at == '-');
  int digits = 0;
  int64_t value = (int64_t)read_digits(&end, &digits);
  if (digits == 0 || digits > INT_DIGITS)
    return NULL;
  f->number = *at == '-' ? -value : value;
  f->real = (double)f->number;
  return end;
}

/* By the words of decimal.h. */
static char *take_any_real(char *at, struct field *f) {
  char *end = take_text(at);
  if (!ends_field(*end))
    return NULL;
  char delimiter = *end;
  *end = '\0';
  bool good = read_real(at, &f->real);
  *end = delimiter;
  return good ? end : NULL;
}

/* The quotient of two numbers that doubles hold exactly is rounded once, so it is the nearest double: Clinger 1990, doi
 * 10.1145/93542.93557. */
static char *take_real(char *at, struct field *f) {
  static const uint64_t tens[REAL_DIGITS + 1] = {1,
                                                 10,
                                                 100,
                                                 1000,
                                                 10000,
                                                 100000,
                                                 1000000,
                                                 10000000,
                                                 100000000,
                                                 1000000000,
                                                 10000000000,
                                                 100000000000,
                                                 1000000000000,
                                                 10000000000000,
                                                 100000000000000,
                                                 1000000000000000};
  char *end = at + (*at == '-');
  int whole = 0, part = 0;
  uint64_t value = read_digits(&end, &whole), behind = 0;
  bool point = *end == '.';
  if (point)
    end++, behind = read_digits(&end, &part);
  if (FLT_EVAL_METHOD != 0 || whole == 0 || (point && part == 0) || whole + part > REAL_DIGITS || !ends_field(*end))
    return take_any_real(at, f);
  double size = (double)(value * tens[part] + behind) / (double)tens[part];
  f->real = *at == '-' ? -size : size;
  return end;
}

/* ---- the row ---- */

/* The end of the field in a column of the file, or NULL. */
static char *take_field(const struct table *t, size_t column, char *at, struct field *fields) {
  size_t wanted = t->wanted[column];
  if (wanted == NOWHERE)
    return take_text(at);
  struct field *f = &fields[wanted];
  f->text = at;
  f->known = !ends_field(*at);
  f->number = 0;
  f->real = NAN;
  if (!f->known)
    return at;
  enum column_type type = t->columns[wanted].type;
  return type == TEXT ? take_text(at) : type == INT ? take_int(at, f) : take_real(at, f);
}

/* Puts the separators back that became the ends of texts. */
static bool give_back(char *at, const char *end) {
  for (; at < end; at++)
    if (*at == '\0')
      *at = ',';
  return false;
}

bool table_take_plain(struct table *t, struct field *fields) {
  char *line_end = memchr(t->at, '\n', (size_t)(t->end - t->at)), *at = t->at;
  if (t->dialect.separator != ',' || t->dialect.loose || t->width < 2 || !line_end ||
      line_end - t->at > (ptrdiff_t)FIELD_BYTES_MAX)
    return false;
  for (size_t column = 0; column < t->width; column++) {
    char *end = take_field(t, column, at, fields);
    bool last = column + 1 == t->width;
    if (!end || *end != (last ? '\n' : ','))
      return give_back(t->at, at);
    *end = '\0';
    at = end + 1;
  }
  for (size_t i = 0; i < t->missing_count; i++)
    fields[t->missing[i]] = (struct field){.text = "", .real = NAN};
  t->at = at;
  return true;
}

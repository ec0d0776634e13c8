/* Parses and formats numbers, durations and lists, and finds the nearest known word. */
#include "words.h"

#include "translate.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Returns true for a well-formed count, used for those that exceed 63 bits. */
static bool is_form_of_count(const char *text) {
  bool number = false; /* a number ends here */
  for (text += *text == '-'; *text; text++) {
    size_t length = strspn(text, "0123456789");
    if (length > 0) {
      if (number)
        return false;
      text += length;
      length = strspn(text, "^e");
      size_t power = length == 1 ? strspn(text + 1, "0123456789") : 0;
      text += power ? 1 + power : *text && strchr("kMGT", *text) != NULL;
      if (*text == '\0')
        return true;
      number = true;
    }
    if (*text != '*' || !number)
      return false;
    number = false;
  }
  return false;
}

static int not_a_count(const char *text, struct fault *fault) {
  char shown[80];
  if (is_form_of_count(text))
    return fault_set(fault, EXIT_USAGE, "'%s' is too large for a whole number of 63 bits; the limit is %lld",
                     printable(text, shown, sizeof shown), (long long)INT64_MAX);
  return fault_set(fault, EXIT_USAGE, "'%s' is not a whole number (write 499, 10k, 5M, 1e6)",
                   printable(text, shown, sizeof shown));
}

static bool digits(const char **at, int64_t *value) {
  const char *start = *at;
  *value = 0;
  for (; isdigit((unsigned char)**at); ++*at)
    if (__builtin_mul_overflow(*value, 10, value) || __builtin_add_overflow(*value, **at - '0', value))
      return false;
  return *at > start;
}

static bool scale(int64_t *value, int64_t base, int64_t times) {
  for (; times > 0 && *value != 0 && base != 1; times--)
    if (__builtin_mul_overflow(*value, base, value))
      return false;
  return true;
}

/* Parses the suffix at `at` and multiplies `value` by it. */
static bool suffix(const char **at, int64_t *value) {
  static const char *const thousands = "kMGT";
  const char *letter = **at ? strchr(thousands, **at) : NULL;
  int64_t power = 0;
  if (letter) {
    ++*at;
    return scale(value, 1000, letter - thousands + 1);
  }
  if (**at == 'e') {
    ++*at;
    return digits(at, &power) && power < 19 && scale(value, 10, power);
  }
  if (**at == '^') {
    int64_t base = *value;
    ++*at;
    *value = 1;
    return digits(at, &power) && (base < 2 || power < 64) && scale(value, base, power);
  }
  return true;
}

static bool factor(const char **at, int64_t *value) { return digits(at, value) && suffix(at, value); }

int parse_count(const char *text, int64_t *count, struct fault *fault) {
  const char *at = text;
  int64_t times = 1;
  bool negative = *at == '-';
  at += negative;
  bool fine = factor(&at, count);
  while (fine && *at == '*')
    fine = factor((++at, &at), &times) && !__builtin_mul_overflow(*count, times, count);
  if (!fine || *at != '\0')
    return not_a_count(text, fault);
  if (negative)
    *count = -*count;
  return 0;
}

int parse_share(const char *text, double *share, struct fault *fault) {
  char *end, shown[80];
  double percent = strtod(text, &end);
  bool plain = end > text && strspn(text, "0123456789.") == (size_t)(end - text);
  if (!plain || strcmp(end, "%") != 0 || !(percent > 0) || percent > 1000)
    return fault_set(fault, EXIT_USAGE, "'%s' is not a share (write 2%%; at most 1000%%)",
                     printable(text, shown, sizeof shown));
  *share = percent / 100;
  return 0;
}

/* Reads one number with its unit and moves `at` past both; 0 if there is no such pair. */
static double duration_part(const char **at) {
  static const struct {
    const char *unit;
    double ns;
  } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"m", 60e9}, {"h", 3600e9}};
  size_t digits = strspn(*at, "0123456789."), letters = strspn(*at + digits, "abcdefghijklmnopqrstuvwxyz");
  const char *point = memchr(*at, '.', digits);
  bool number = digits > 0 && digits < 18 && **at != '.' &&
                !(point && memchr(point + 1, '.', digits - (size_t)(point + 1 - *at)));
  const char *unit = *at + digits;
  for (size_t i = 0; number && i < sizeof units / sizeof *units; i++)
    if (strlen(units[i].unit) == letters && strncmp(unit, units[i].unit, letters) == 0) {
      double value = strtod(*at, NULL) * units[i].ns;
      *at = unit + letters;
      return value;
    }
  return 0;
}

/* Several parts go from the larger unit to the smaller: 1h30m. */
int parse_duration(const char *text, int64_t *ns, struct fault *fault) {
  const char *at = text;
  double value = duration_part(&at), last = value;
  while (last > 0 && *at) {
    double part = duration_part(&at);
    last = part < last ? part : 0;
    value += last;
  }
  if (last > 0 && value >= 1 && value <= 9e18) {
    *ns = (int64_t)round(value);
    return 0;
  }
  char shown[80];
  printable(text, shown, sizeof shown);
  if (*text && text[strspn(text, "0123456789.")] == '\0')
    return fault_set(fault, EXIT_USAGE, "'%s' has no unit; write %ss for seconds, or ms, min, h", shown, shown);
  return fault_set(fault, EXIT_USAGE, "'%s' is not a duration (write 20ms, 1.5s, 3min, 1h30m)", shown);
}

char *format_count(int64_t count, char *out, size_t size) {
  static const struct {
    int64_t factor;
    const char *letter;
  } forms[] = {{1000000000, "G"}, {1000000, "M"}, {1000, "k"}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (count >= 10 * 1000 && count % forms[i].factor == 0) {
      snprintf(out, size, "%lld%s", (long long)(count / forms[i].factor), forms[i].letter);
      return out;
    }
  snprintf(out, size, "%lld", (long long)count);
  return out;
}

char *format_duration(int64_t ns, char *out, size_t size) {
  double s = (double)ns / 1e9;
  if (s >= 99.95)
    snprintf(out, size, "%lld min %02d s", (long long)(s / 60), (int)fmod(s, 60));
  else if (s >= 0.9995)
    snprintf(out, size, "%.3g s", s);
  else if (s >= 0.9995e-3)
    snprintf(out, size, "%.3g ms", s * 1e3);
  else
    snprintf(out, size, "%.3g us", s * 1e6);
  return out;
}

/* Optimal string alignment distance; 64 if a word exceeds 63 bytes. */
static int edits(const char *a, const char *b) {
  int n = (int)strlen(a), m = (int)strlen(b), d[64][64];
  if (n > 63 || m > 63)
    return 64;
  for (int i = 0; i <= n; i++)
    for (int j = 0; j <= m; j++) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      int least = d[i - 1][j - 1] + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
      least = d[i - 1][j] + 1 < least ? d[i - 1][j] + 1 : least;
      least = d[i][j - 1] + 1 < least ? d[i][j - 1] + 1 : least;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < least)
        least = d[i - 2][j - 2] + 1;
      d[i][j] = least;
    }
  return d[n][m];
}

const char *nearest_word(const char *text, const char *const *words, size_t count) {
  const char *best = NULL;
  int limit = (int)strlen(text) / 3 > 2 ? (int)strlen(text) / 3 : 2, least = limit + 1;
  for (size_t i = 0; i < count; i++) {
    int distance = edits(text, words[i]);
    bool alike = distance < 2 || strlen(text) > 4 || *text == *words[i]; /* two edits of four letters may be anything */
    if (alike && distance < least && distance < (int)strlen(words[i])) {
      least = distance;
      best = words[i];
    }
  }
  return best;
}

const char *plural(int64_t count) { return count == 1 ? "" : "s"; }

char *list_words(char *out, size_t size, const char *const *words, size_t count, const char *last) {
  char shown[100];
  out[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    const char *between = i == 0 ? "" : i + 1 == count ? last : ",";
    printable(words[i], shown, sizeof shown);
    if (strlen(out) + strlen(between) + strlen(shown) + sizeof "  , ..." > size) {
      append(out, size, " ...");
      break;
    }
    append(out, size, "%s%s%s%s", i > 0 && i + 1 == count ? " " : "", between, i > 0 ? " " : "", shown);
  }
  return out;
}

char *suggest(char *out, size_t size, const char *text, const char *const *words, size_t count, const char *otherwise) {
  const char *near = nearest_word(text, words, count);
  char shown[200];
  if (near)
    snprintf(out, size, translated("did you mean '%s'?"), printable(near, shown, sizeof shown));
  else if (otherwise)
    snprintf(out, size, "%s", translated(otherwise));
  else if (count == 0)
    snprintf(out, size, "%s", translated("there are none"));
  else if (snprintf(out, size, "%s ", translated("expected")) < (int)size)
    list_words(out + strlen(out), size - strlen(out), words, count, translated("or"));
  return out;
}

int unknown_word(struct fault *fault, const char *what, const char *word, const char *const *words, size_t count,
                 const char *otherwise) {
  char shown[100], hint[600];
  return fault_set(fault, EXIT_USAGE, "unknown %s '%s'; %s", translated(what), printable(word, shown, sizeof shown),
                   suggest(hint, sizeof hint, word, words, count, otherwise));
}

int each_part(const char *text, char separator, int (*each)(const char *part, void *with), void *with) {
  for (;;) {
    const char *end = strchr(text, separator);
    const char *stop = end ? end : text + strlen(text);
    while (text < stop && isspace((unsigned char)*text))
      text++;
    const char *last = stop;
    while (last > text && isspace((unsigned char)last[-1]))
      last--;
    char part[1024];
    snprintf(part, sizeof part, "%.*s", (int)(last - text), text);
    int result = each(part, with);
    if (result != 0 || !end)
      return result;
    text = end + 1;
  }
}

void append(char *out, size_t size, const char *format, ...) {
  size_t used = strlen(out);
  va_list args;
  va_start(args, format);
  if (used + 1 < size)
    vsnprintf(out + used, size - used, format, args);
  va_end(args);
}

static bool breaks_line(char c) { return (unsigned char)c < 0x20 || c == 0x7f; }

/* In one line, as bash writes it: $'first\nsecond'. A quote within is \x27, so that nothing but the end closes it. */
static void append_escaped(char *out, size_t size, const char *word) {
  append(out, size, "$'");
  for (const char *at = word; *at; at++)
    if (*at == '\n' || *at == '\t' || *at == '\\')
      append(out, size, "\\%c", *at == '\n' ? 'n' : *at == '\t' ? 't' : '\\');
    else
      append(out, size, breaks_line(*at) || *at == '\'' ? "\\x%02x" : "%c", (unsigned char)*at);
  append(out, size, "'");
}

bool is_plain_word(const char *word) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-{}";
  return *word && word[strspn(word, plain)] == '\0';
}

void append_quoted(char *out, size_t size, const char *word) {
  if (is_plain_word(word)) {
    append(out, size, "%s", word);
    return;
  }
  for (const char *at = word; *at; at++)
    if (breaks_line(*at)) {
      append_escaped(out, size, word);
      return;
    }
  append(out, size, "'");
  for (const char *at = word; *at; at++)
    append(out, size, *at == '\'' ? "'\\''" : "%c", *at);
  append(out, size, "'");
}

size_t utf8_length(const char *at) {
  const unsigned char *s = (const unsigned char *)at;
  size_t length = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3 : 4;
  if (length == 4 && (s[0] < 0xf0 || s[0] > 0xf4))
    return 0;
  for (size_t i = 1; i < length; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
  bool outside = (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f);
  return overlong || outside ? 0 : length;
}

/* Unicode marks that reverse or hide text, as in text.c. */
static bool hides_text(const unsigned char *at) {
  bool marks = at[0] == 0xe2 && at[1] == 0x80 && ((at[2] >= 0x8b && at[2] <= 0x8f) || (at[2] >= 0xa8 && at[2] <= 0xae));
  bool joins = at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa0 && at[2] <= 0xaf;
  return marks || joins || (at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf);
}

/* Control characters, C0 and C1, can move the cursor of a terminal. */
static bool is_control(const char *at) {
  const unsigned char *s = (const unsigned char *)at;
  return s[0] < 0x20 || s[0] == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0) || hides_text(s);
}

char *printable(const char *text, char *out, size_t size) {
  size_t used = 0;
  for (const char *at = text; *at && used + 5 < size;) {
    size_t length = is_control(at) ? 0 : utf8_length(at);
    if (length == 0) {
      used += (size_t)snprintf(out + used, size - used, "\\x%02x", (unsigned)(unsigned char)*at++);
      continue;
    }
    memcpy(out + used, at, length);
    used += length;
    at += length;
  }
  out[used] = '\0';
  return out;
}

bool text_has_word(const char *words, const char *word) {
  size_t length = strlen(word);
  for (const char *at = words; (at = strstr(at, word)); at += length)
    if ((at == words || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
      return true;
  return false;
}

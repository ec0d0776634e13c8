/* Parses [expect] lines, matches them to cells and judges intervals by them. */
#include "expect.h"

#include "translate.h"
#include "words.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const expect_selector_names[EXPECT_SELECTORS] = {
#define CELL_ID(name, level, label, meaning) [CELL_ID_##name] = CELL_ID_##name == CELL_ID_kernel ? NULL : #name,
#include "cell_id.def"
    [EXPECT_WORKERS] = "workers"};

static const char *const quantities[] = {[EXPECT_SPEEDUP] = "speedup",
                                         [EXPECT_GAIN] = "gain",
                                         [EXPECT_EFFICIENCY] = "efficiency",
                                         [EXPECT_TIME] = "time",
                                         [EXPECT_THROUGHPUT] = "throughput"};
enum { QUANTITIES = sizeof quantities / sizeof *quantities };

/* Units that may follow the number of a quantity; parse_duration reads the units of time. */
static const struct unit {
  enum expect_quantity quantity;
  const char *word;
  double factor;
} units[] = {{EXPECT_SPEEDUP, "x", 1},      {EXPECT_GAIN, "x", 1},         {EXPECT_EFFICIENCY, "%", 0.01},
             {EXPECT_THROUGHPUT, "k", 1e3}, {EXPECT_THROUGHPUT, "M", 1e6}, {EXPECT_THROUGHPUT, "G", 1e9},
             {EXPECT_THROUGHPUT, "T", 1e12}};

const char *expect_quantity_name(enum expect_quantity quantity) { return quantities[quantity]; }

/* ---- the lines of a configuration ---- */

/* Returns the end of the line's content. A comment starts at ';' or '#' at the line's start or after a blank; blanks
 * before it are dropped too. */
static const char *content_end(const char *start, const char *end) {
  bool quoted = false;
  const char *stop = end;
  for (const char *at = start; at < end && stop == end; at++) {
    quoted ^= *at == '"';
    if (!quoted && (*at == ';' || *at == '#') && (at == start || at[-1] == ' ' || at[-1] == '\t'))
      stop = at;
  }
  while (stop > start && strchr(" \t\r", stop[-1]))
    stop--;
  return stop;
}

static bool opens_expect(const char *head) {
  size_t length = strcspn(head + 1, "] \t\n");
  return length == strlen("expect") && strncmp(head + 1, "expect", length) == 0;
}

bool expect_next(struct expect_reader *reader, char out[EXPECT_BYTES]) {
  if (reader->line == 0 && strncmp(reader->at, "\xef\xbb\xbf", 3) == 0)
    reader->at += 3;
  while (*reader->at) {
    const char *start = reader->at + strspn(reader->at, " \t"), *end = reader->at + strcspn(reader->at, "\n");
    reader->at = *end ? end + 1 : end;
    reader->line++;
    const char *stop = start < end ? content_end(start, end) : start;
    if (*start == '[')
      reader->inside = opens_expect(start);
    else if (reader->inside && stop > start) {
      snprintf(out, EXPECT_BYTES, "%.*s", (int)(stop - start), start);
      return true;
    }
  }
  return false;
}

/* ---- one line ---- */

static int fault_word(struct fault *fault, const char *what, const char *word) {
  char shown[EXPECT_BYTES];
  return fault_set(fault, EXIT_USAGE, "'%s': %s", printable(word, shown, sizeof shown), translated(what));
}

/* Finds the first '<' or '>' outside quotes, or NULL. */
static const char *find_operator(const char *text, bool *open) {
  *open = false;
  for (; *text; text++) {
    *open ^= *text == '"';
    if (!*open && (*text == '<' || *text == '>'))
      return text;
  }
  return NULL;
}

/* Copies the next word before `end` without its quotes, or "" if none is left. Returns the position after it. */
static const char *take_word(const char *at, const char *end, char word[EXPECT_BYTES], bool *quoted) {
  bool open = false;
  size_t length = 0;
  while (at < end && isspace((unsigned char)*at))
    at++;
  *quoted = at < end && *at == '"';
  for (; at < end && (open || !isspace((unsigned char)*at)); at++) {
    if (*at == '"')
      open = !open;
    else if (length + 1 < EXPECT_BYTES)
      word[length++] = *at;
  }
  word[length] = '\0';
  return at;
}

static int take_workers(struct expect *expect, const char *value, struct fault *fault) {
  if (strcmp(value, "max") == 0) {
    expect->workers = EXPECT_MOST_WORKERS;
    return 0;
  }
  if (parse_count(value, &expect->workers, fault) == 0 && expect->workers > 0)
    return 0;
  return fault_word(fault, "invalid worker count (write workers=2 or workers=max)", value);
}

static int take_selector(struct expect *expect, int which, const char *value, struct fault *fault) {
  char *own = expect->selectors[which];
  if (*own)
    return fault_word(fault, "given twice; remove one", expect_selector_names[which]);
  if (!*value)
    return fault_word(fault, "no value after '='; add one", expect_selector_names[which]);
  snprintf(own, EXPECT_BYTES, "%s", value);
  if (strcmp(value, "*") == 0)
    *own = '\0';
  return which == EXPECT_WORKERS && *own ? take_workers(expect, value, fault) : 0;
}

/* Takes a word between subject and quantity. A word that is not a selector is matched with the cell's names, for
 * example a parameter. */
static int take_condition(struct expect *expect, const char *word, struct fault *fault) {
  size_t name = strcspn(word, "=");
  for (int i = 0; word[name] && i < EXPECT_SELECTORS; i++)
    if (i != CELL_ID_kernel && strlen(expect_selector_names[i]) == name &&
        strncmp(word, expect_selector_names[i], name) == 0)
      return take_selector(expect, i, word + name + 1, fault);
  if (strcmp(word, "*") == 0)
    return 0;
  if (expect->word_count == EXPECT_WORDS)
    return fault_word(fault, "too many words; shorten the line", word);
  snprintf(expect->words[expect->word_count++], EXPECT_BYTES, "%s", word);
  return 0;
}

static int take_quantity(struct expect *expect, const char *word, struct fault *fault) {
  for (int i = 0; i < QUANTITIES; i++)
    if (strcmp(word, quantities[i]) == 0) {
      expect->quantity = (enum expect_quantity)i;
      return 0;
    }
  return unknown_word(fault, "quantity", word, quantities, QUANTITIES, NULL);
}

/* Reads a plain decimal and its unit. */
static int take_number(struct expect *expect, const char *text, struct fault *fault) {
  static const char digits[] = "0123456789";
  size_t whole = strspn(text, digits), point = text[whole] == '.', after = point ? strspn(text + whole + 1, digits) : 0;
  bool number = whole > 0 && whole < 18 && after < 18 && point == (after > 0);
  const char *unit = text + whole + point + after;
  double factor = *unit ? 0 : 1;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (units[i].quantity == expect->quantity && strcmp(unit, units[i].word) == 0)
      factor = units[i].factor;
  if (!number || factor <= 0)
    return fault_word(fault,
                      expect->quantity == EXPECT_EFFICIENCY ? N_("not a share (write 0.9 or 90%)")
                      : expect->quantity == EXPECT_THROUGHPUT
                          ? N_("not a number of units a second (write 2500000 or 2.5M)")
                          : N_("not a ratio (write 1.5 or 1.5x)"),
                      text);
  expect->bound = strtod(text, NULL) * factor;
  return 0;
}

static int take_bound(struct expect *expect, const char *text, struct fault *fault) {
  int64_t ns;
  if (strpbrk(text, "<>"))
    return fault_word(fault, "only one comparison is allowed; write a line for each", text);
  if (expect->quantity != EXPECT_TIME)
    return take_number(expect, text, fault);
  if (parse_duration(text, &ns, fault) != 0)
    return -1;
  expect->bound = (double)ns;
  return 0;
}

static enum expect_operator operator_of(const char *at) {
  return at[0] == '>' ? (at[1] == '=' ? EXPECT_AT_LEAST : EXPECT_ABOVE) : at[1] == '=' ? EXPECT_AT_MOST : EXPECT_BELOW;
}

/* Reads subject and conditions from `at` to `end`; the last word is the quantity. */
static int take_words(struct expect *expect, const char *at, const char *end, struct fault *fault) {
  char word[EXPECT_BYTES], next[EXPECT_BYTES];
  bool quoted, next_quoted;
  at = take_word(at, end, expect->subject, &expect->labelled);
  at = take_word(at, end, word, &quoted);
  if (!*expect->subject || (!*word && !quoted))
    return fault_word(fault,
                      "a kernel and a quantity must precede the comparison (countdown omp workers=2 speedup>=1.5)",
                      expect->subject);
  for (;; memcpy(word, next, sizeof word), quoted = next_quoted) {
    at = take_word(at, end, next, &next_quoted);
    if (!*next && !next_quoted)
      return take_quantity(expect, word, fault);
    if (take_condition(expect, word, fault) != 0)
      return -1;
  }
}

int expect_parse(const char *text, struct expect *expect, struct fault *fault) {
  bool open;
  *expect = (struct expect){0};
  if (strlen(text) >= EXPECT_BYTES)
    return fault_set(fault, EXIT_USAGE, "the expectation is %zu bytes long; shorten it to %d", strlen(text),
                     EXPECT_BYTES - 1);
  const char *comparison = find_operator(text, &open);
  if (open)
    return fault_word(fault, "unclosed quote; add '\"'", text);
  if (!comparison)
    return fault_word(fault, "no comparison (end the line with QUANTITY>=NUMBER; also <=, > and <)", text);
  if (take_words(expect, text, comparison, fault) != 0)
    return -1;
  expect->comparison = operator_of(comparison);
  const char *number = comparison + 1 + (comparison[1] == '=');
  number += strspn(number, " \t");
  snprintf(expect->asked, sizeof expect->asked, "%.*s%s", 1 + (comparison[1] == '='), comparison, number);
  return take_bound(expect, number, fault);
}

/* ---- judging ---- */

enum expect_outcome expect_judge(const struct expect *expect, double low, double high) {
  double bound = expect->bound;
  bool met = false, failed = false;
  switch (expect->comparison) {
  case EXPECT_AT_LEAST:
    met = low >= bound, failed = high < bound;
    break;
  case EXPECT_ABOVE:
    met = low > bound, failed = high <= bound;
    break;
  case EXPECT_AT_MOST:
    met = high <= bound, failed = low > bound;
    break;
  case EXPECT_BELOW:
    met = high < bound, failed = low >= bound;
    break;
  }
  return isnan(low) || isnan(high) ? EXPECT_NOT_SHOWN : met ? EXPECT_MET : failed ? EXPECT_FAILED : EXPECT_NOT_SHOWN;
}

/* ---- which cells ---- */

/* Compares PARAM=VALUE with the cell, both as params_text writes them; a parameter that has no meaning in the cell does
 * not match. */
static bool value_fits(const struct settings *settings, int index, const char *value) {
  char own[512], wanted[512];
  struct settings asked = {0};
  struct fault ignored;
  bool fits =
      params_means(settings, index) && params_init(settings->params, &asked, &ignored) == 0 &&
      params_set(&asked, index, value, &ignored) == 0 &&
      strcmp(params_text(settings, index, own, sizeof own), params_text(&asked, index, wanted, sizeof wanted)) == 0;
  params_free(&asked);
  return fits;
}

/* Matches a word with a parameter's value, including defaults that names omit. `from`: the lowest role to match. */
static bool param_fits(const struct settings *settings, const char *word, enum param_role from) {
  char own[512];
  size_t name = strcspn(word, "=");
  for (int i = 0; i < params_count(settings->params); i++) {
    const struct param *param = &settings->params[i];
    if (param->role < from)
      continue;
    if (word[name] && strlen(param->name) == name && strncmp(param->name, word, name) == 0)
      return value_fits(settings, i, word + name + 1);
    if (!word[name] && param->type == PARAM_CHOICE && params_counts(settings, i) &&
        strcmp(params_text(settings, i, own, sizeof own), word) == 0)
      return true;
  }
  return false;
}

static bool read_and_fits(const struct expect_cell *cell, const char *word, enum param_role from) {
  struct settings settings;
  if (!cell->params || !params_read(cell->params, cell->own[CELL_ID_problem], cell->own[CELL_ID_method], &settings))
    return false;
  bool fits = param_fits(&settings, word, from);
  params_free(&settings);
  return fits;
}

static bool is_open(const char *word) {
  size_t name = strcspn(word, "=");
  return strcmp(word + name, "=*") == 0;
}

static bool word_fits(const char *word, const struct expect_cell *cell) {
  const char *method = cell->own[CELL_ID_method];
  return *word &&
         (strcmp(word, cell->own[CELL_ID_variant]) == 0 || strcmp(word, method) == 0 || text_has_word(method, word) ||
          text_has_word(cell->own[CELL_ID_problem], word) || is_open(word) || read_and_fits(cell, word, PARAM_PROBLEM));
}

/* The column omits a chunk of 1: dynamic:1 equals dynamic. */
static bool is_schedule(const char *own, const char *asked) {
  size_t length = strlen(own);
  return strncmp(own, asked, length) == 0 && strcmp(asked + length, ":1") == 0;
}

static bool selector_fits(const struct expect *expect, int which, const struct expect_cell *cell) {
  const char *asked = expect->selectors[which], *own = which == EXPECT_WORKERS ? "" : cell->own[which];
  return !*asked || which == EXPECT_WORKERS || strcmp(own, asked) == 0 ||
         (which == CELL_ID_schedule && is_schedule(own, asked)) ||
         (which == CELL_ID_method && (text_has_word(own, asked) || read_and_fits(cell, asked, PARAM_METHOD)));
}

int expect_missed(const struct expect *expect, const struct expect_cell *cell) {
  int missed = 0;
  for (int i = 0; i < expect->word_count; i++)
    missed += !word_fits(expect->words[i], cell);
  for (int i = 0; i < EXPECT_SELECTORS; i++)
    missed += !selector_fits(expect, i, cell);
  return missed;
}

bool expect_leaves_open(const struct expect *expect, const char *param) {
  size_t length = strlen(param);
  for (int i = 0; i < expect->word_count; i++)
    if (is_open(expect->words[i]) && strncmp(expect->words[i], param, length) == 0 && expect->words[i][length] == '=')
      return true;
  return false;
}

/* Formats text for a terminal: colours, columns, wrapped text, rules. */
#include "terminal.h"

#include "base/words.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const BOLD = "\033[1m", *const DIM = "\033[2m", *const RED = "\033[31m", *const GREEN = "\033[32m",
                  *const YELLOW = "\033[33m", *const RESET = "\033[0m";

static bool says_utf8(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]);
    if (value && *value)
      return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8") || strstr(value, "utf-8");
  }
  return false;
}

struct screen screen_now(void) {
  struct screen s = {.columns = terminal_columns(), .unicode = says_utf8(), .command = getenv("NWAY_COMMAND")};
  const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
  s.colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && !(term && strcmp(term, "dumb") == 0);
  return s;
}

void text_coloured(struct text *out, struct screen s, const char *colour, const char *words) {
  text_format(out, "%s%s%s", s.colour ? colour : "", words, s.colour ? RESET : "");
}

void text_blanks(struct text *out, size_t count) { text_format(out, "%*s", (int)count, ""); }

void text_cell(struct text *out, const char *foreign, size_t width, bool right) {
  struct text safe = {0};
  text_plain(&safe, foreign);
  size_t columns = text_columns(text_of(&safe)), shown = columns > width ? width - 1 : columns;
  const char *end = text_of(&safe);
  for (size_t i = 0; i < shown; i++)
    end += utf8_length(end);
  size_t pad = width - shown - (columns > width);
  if (right)
    text_blanks(out, pad);
  text_bytes(out, text_of(&safe), (size_t)(end - text_of(&safe)));
  if (columns > width)
    text_add(out, "…");
  if (!right)
    text_blanks(out, pad);
  text_free(&safe);
}

/* Whether a blank and a unit stand at `at`; a line break must not separate them from the number. */
static bool is_unit(const char *at) {
  static const char *const units[] = {" %", " ns", " µs", " ms", " s"};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    size_t length = strlen(units[i]);
    if (strncmp(at, units[i], length) == 0 && (!at[length] || strchr(" .,;:()", at[length])))
      return true;
  }
  return false;
}

void text_wrapped(struct text *out, const char *foreign, size_t indent, size_t width) {
  struct text safe = {0};
  text_plain(&safe, foreign);
  size_t column = indent;
  text_blanks(out, indent);
  for (const char *at = text_of(&safe); *at;) {
    size_t length = strcspn(at, " ");
    if (is_unit(at + length)) /* "95 %" stays together */
      length += 1 + strcspn(at + length + 1, " ");
    struct text word = {0};
    text_bytes(&word, at, length);
    size_t columns = text_columns(text_of(&word));
    if (column > indent && column + 1 + columns > width) {
      text_add(out, "\n");
      text_blanks(out, indent);
      column = indent;
    }
    text_format(out, "%s%s", column > indent ? " " : "", text_of(&word));
    column += columns + (column > indent);
    text_free(&word);
    at += length;
    while (*at == ' ')
      at++;
  }
  text_add(out, "\n");
  text_free(&safe);
}

void text_ascii(struct text *out) {
  static const char *const pairs[][2] = {
      {"×", "x"}, {"–", "-"}, {"…", "~"},  {"µ", "u"}, {"·", "|"}, {"─", "-"},  {"✓", "+"},  {"✗", "!"},     {"█", "#"},
      {"│", "|"}, {"▏", " "}, {"▎", " "},  {"▍", " "}, {"▌", "#"}, {"▋", "#"},  {"▊", "#"},  {"▉", "#"},     {"’", "'"},
      {"é", "e"}, {"è", "e"}, {"ê", "e"},  {"à", "a"}, {"â", "a"}, {"ç", "c"},  {"î", "i"},  {"ï", "i"},     {"ô", "o"},
      {"ù", "u"}, {"û", "u"}, {"œ", "oe"}, {"É", "E"}, {"À", "A"}, {"«", "\""}, {"»", "\""}, {"\u00a0", " "}};
  struct text plain = {0};
  for (const char *at = text_of(out); *at;) {
    size_t length = utf8_length(at), found = 0;
    for (size_t i = 0; length > 1 && !found && i < sizeof pairs / sizeof *pairs; i++)
      if (strncmp(at, pairs[i][0], length) == 0 && strlen(pairs[i][0]) == length) {
        text_add(&plain, pairs[i][1]);
        found = 1;
      }
    if (!found)
      text_bytes(&plain, length > 1 ? "?" : at, 1);
    at += length ? length : 1;
  }
  text_free(out);
  *out = plain;
}

void text_rule(struct text *out, const char *title, struct screen s) {
  struct text line = {0};
  text_cell(&line, title, text_columns(title) < s.columns - 4 ? text_columns(title) : s.columns - 4, false);
  size_t used = text_columns(text_of(&line));
  text_add(out, "\n");
  text_coloured(out, s, BOLD, text_of(&line));
  text_add(out, " ");
  text_free(&line);
  for (size_t i = used + 1; i < s.columns; i++)
    text_add(&line, "─");
  text_coloured(out, s, DIM, text_of(&line));
  text_add(out, "\n");
  text_free(&line);
}

/* Splits a command line into words by a shell's quoting rules, with bash's $'' for line breaks, and replaces {workers}.
 */
#ifndef NWAY_COMMAND_LINE_H
#define NWAY_COMMAND_LINE_H

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 256, LINE_MAX_BYTES = 4096 };

struct words {
  char text[LINE_MAX_BYTES];
  char *word[WORDS_MAX + 1]; /* ends with NULL */
  int count;
};

#define WORD_ENDS " \t\n"

/* Whether the backslash at `at` escapes the next character: not within '...', and within "..." only one of
 * $`"\ (POSIX.1, Shell Command Language 2.2). */
static int is_escape(const char *at, char quote) {
  return *at == '\\' && at[1] && (quote == 0 || (quote == '"' && strchr("$`\"\\", at[1])));
}

/* Copies what a $'...' stands for, from behind its first quote on: \n, \t, \\, \xHH; any other letter is itself. */
static const char *copy_escaped(const char *at, char **out) {
  for (; *at && *at != '\''; at++) {
    unsigned hex;
    if (*at != '\\' || !at[1]) {
      *(*out)++ = *at;
    } else if (*++at == 'x' && sscanf(at + 1, "%2x", &hex) == 1 && hex > 0) {
      *(*out)++ = (char)hex;
      at += strspn(at + 1, "0123456789abcdefABCDEF") > 1 ? 2 : 1;
    } else {
      *(*out)++ = *at == 'n' ? '\n' : *at == 't' ? '\t' : *at;
    }
  }
  return at;
}

/* Copies the word at *in to *out without its quotes, and moves both past it. Returns 0 if a quote is not closed, else
 * 1. */
static int copy_word(const char **in, char **out) {
  const char *at = *in;
  char quote = 0;
  int closed = 1;
  for (; closed && *at && (quote || !strchr(WORD_ENDS, *at)); at += *at != '\0') {
    if (!quote && at[0] == '$' && at[1] == '\'') {
      at = copy_escaped(at + 2, out);
      closed = *at != '\0';
    } else if (quote ? *at == quote : *at == '\'' || *at == '"')
      quote = quote ? 0 : *at;
    else if (is_escape(at, quote))
      *(*out)++ = *++at;
    else
      *(*out)++ = *at;
  }
  *(*out)++ = '\0';
  *in = at;
  return closed && quote == 0;
}

/* Copies the line with {workers} and {workers-1} replaced. Returns -1 if the result does not fit, else 0. */
static int with_workers(const char *line, int workers, char *out, size_t size) {
  static const char all[] = "{workers}", others[] = "{workers-1}";
  size_t used = 0;
  for (const char *at = line; *at;) {
    size_t mark = strncmp(at, all, sizeof all - 1) == 0         ? sizeof all - 1
                  : strncmp(at, others, sizeof others - 1) == 0 ? sizeof others - 1
                                                                : 0;
    int number = mark == sizeof others - 1 ? workers - 1 : workers;
    int n = mark ? snprintf(out + used, size - used, "%d", number) : snprintf(out + used, size - used, "%c", *at);
    used += (size_t)n;
    if (used + 1 >= size)
      return -1;
    at += mark ? mark : 1;
  }
  out[used] = '\0';
  return 0;
}

static const char too_long[] = "too long; at most 4095 bytes: write it into a script";

/* Splits the line into `words`. Returns NULL, or why the line is invalid. */
static const char *split_command(const char *line, int workers, struct words *words) {
  char filled[LINE_MAX_BYTES];
  words->count = 0;
  if (with_workers(line, workers, filled, sizeof filled) != 0)
    return too_long;
  char *out = words->text;
  for (const char *at = filled + strspn(filled, WORD_ENDS); *at; at += strspn(at, WORD_ENDS)) {
    if (words->count == WORDS_MAX)
      return "too many words; at most 256: write it into a script";
    words->word[words->count++] = out;
    if (!copy_word(&at, &out))
      return "a quote is not closed; close it (in a configuration ' ;' begins a comment)";
  }
  words->word[words->count] = NULL;
  return words->count ? NULL : "empty: write the program and its arguments";
}

#endif

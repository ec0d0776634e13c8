/* Reads environments of cells, and fills in the number of workers. */
#include "environment.h"

#include "base/translate.h"
#include "base/words.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Finds the end of a word: a blank or bar outside quotes, or the end of the text. `open`: a quote is not closed. */
static const char *word_end(const char *at, bool *open) {
  char quote = 0;
  for (; *at && (quote || !strchr(" \t|", *at)); at++) {
    if (quote ? *at == quote : *at == '\'' || *at == '"')
      quote = quote ? 0 : *at;
  }
  *open = quote != 0;
  return at;
}

static size_t name_length(const char *word) {
  size_t length = 0;
  while (isalnum((unsigned char)word[length]) || word[length] == '_')
    length++;
  return isdigit((unsigned char)word[0]) ? 0 : length;
}

static int refuse(const char *word, size_t length, const char *what, struct fault *fault) {
  char own[ENVIRONMENT_BYTES], shown[ENVIRONMENT_BYTES];
  snprintf(own, sizeof own, "%.*s", (int)length, word);
  return fault_set(fault, EXIT_USAGE, "'%s': %s", printable(own, shown, sizeof shown), translated(what));
}

/* True if the alternative already sets the variable; `name` is the length of its name. */
static bool is_given(const char *alternative, const char *word, size_t name) {
  bool open;
  for (const char *at = alternative; *at; at += *at == ' ') {
    if (strncmp(at, word, name + 1) == 0)
      return true;
    at = word_end(at, &open);
  }
  return false;
}

/* Whether a word has, outside quotes, a "{name}" or "{workers+1}" that nothing replaces. */
static bool has_other_mark(const char *word, size_t length) {
  static const char *const marks[] = {"{workers}", "{workers-1}"};
  char quote = 0;
  for (const char *at = word; at < word + length; at++) {
    if (quote ? *at == quote : *at == '\'' || *at == '"')
      quote = quote ? 0 : *at;
    bool known = strncmp(at, marks[0], strlen(marks[0])) == 0 || strncmp(at, marks[1], strlen(marks[1])) == 0;
    const char *end = quote || known || *at != '{' || !isalpha((unsigned char)at[1]) ? NULL : strpbrk(at, "} \t|'\"");
    if (end && *end == '}' && end < word + length)
      return true;
  }
  return false;
}

static int check_word(const char *alternative, int count, const char *word, size_t length, bool open,
                      struct fault *fault) {
  static const char own[] = "NWAY_";
  size_t name = name_length(word);
  const char *what =
      open                                   ? N_("a quote is not closed; close it")
      : name == 0 || word[name] != '='       ? N_("not a variable (write NAME=VALUE, in each alternative)")
      : strncmp(word, own, strlen(own)) == 0 ? N_("names starting with NWAY_ are reserved for nway; choose another")
      : is_given(alternative, word, name)    ? N_("given twice; remove one")
      : count == ENVIRONMENT_VARIABLES       ? N_("too many variables; remove some")
      : has_other_mark(word, length) ? N_("only {workers} and {workers-1} are replaced here; write one of them, or "
                                          "quote what is the program's own")
      : strlen(alternative) + length + 2 > ENVIRONMENT_BYTES ? N_("the environment is too long; shorten it")
                                                             : NULL;
  return what ? refuse(word, length, what, fault) : 0;
}

int environment_each(const char *text, int (*each)(const char *alternative, void *with), void *with,
                     struct fault *fault) {
  for (const char *at = text;; at++) {
    char alternative[ENVIRONMENT_BYTES] = "";
    int count = 0;
    for (at += strspn(at, " \t"); *at && *at != '|'; at += strspn(at, " \t")) {
      bool open;
      const char *end = word_end(at, &open);
      size_t length = (size_t)(end - at);
      if (check_word(alternative, count, at, length, open, fault) != 0)
        return -1;
      append(alternative, sizeof alternative, "%s%.*s", count++ ? " " : "", (int)length, at);
      at = end;
    }
    int result = each(alternative, with);
    if (result != 0 || *at == '\0')
      return result;
  }
}

/* Expands a mark for the workers at `at`. Returns the length of the mark; 0 if there is none. */
static size_t take_mark(const char *at, int workers, char *out, size_t size) {
  static const struct {
    const char *mark;
    int less;
  } marks[] = {{"{workers}", 0}, {"{workers-1}", 1}};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (strncmp(at, marks[i].mark, strlen(marks[i].mark)) == 0) {
      append(out, size, "%d", workers - marks[i].less);
      return strlen(marks[i].mark);
    }
  return 0;
}

const char *const *environment_set(const char *alternative, int workers, struct environment *environment) {
  char *out = environment->text, *end = out + sizeof environment->text;
  int count = 0;
  for (const char *at = alternative; *at && count < ENVIRONMENT_VARIABLES; at += *at == ' ') {
    char quote = 0;
    environment->variables[count++] = out;
    for (*out = '\0'; *at && (quote || *at != ' ');) {
      size_t mark = take_mark(at, workers, out, (size_t)(end - out));
      bool turns = !mark && (quote ? *at == quote : *at == '\'' || *at == '"');
      if (turns)
        quote = quote ? 0 : *at;
      else if (!mark)
        append(out, (size_t)(end - out), "%c", *at);
      out += strlen(out);
      at += mark ? mark : 1;
    }
    out += out + 1 < end;
  }
  environment->variables[count] = NULL;
  return environment->variables;
}

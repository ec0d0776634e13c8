/* Makes mutants of C files, one small change each, to see whether tests notice: https://doi.org/10.1109/C-M.1978.218136
 *
 *   mutate sites SEED FILE...    every place that can be changed, in random order: "FILE SITE LINE KIND"
 *   mutate make FILE SITE        the file with that place changed, on standard output
 *
 * It reads tokens, not C: a mutant that does not compile is for the caller to drop. */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum kind { RELATION, LOGIC, ARITHMETIC, CONSTANT, CONDITION, STATEMENT };
static const char *const kind_words[] = {"relation", "logic", "arithmetic", "constant", "condition", "statement"};

/* A place, what stands there and what is put there instead. */
struct site {
  size_t start, end;
  enum kind kind;
  char other[24];
};

struct source {
  char *text;
  size_t length;
  struct site *sites;
  size_t count, capacity;
};

struct token {
  size_t start, end;
  char kind; /* 'a' a word, '0' a number, 's' a string or character, '#' a line of the preprocessor, else punctuation */
};

static _Noreturn void die(const char *what, const char *name) {
  fprintf(stderr, "mutate: %s: %s\n", name, what);
  exit(2);
}

static void *grow(void *old, size_t count, size_t size) {
  void *grown = realloc(old, count * size);
  if (!grown)
    die("out of memory", "realloc");
  return grown;
}

static void read_source(struct source *source, const char *name) {
  FILE *file = fopen(name, "r");
  *source = (struct source){0};
  if (!file)
    die("cannot be read", name);
  for (size_t got = 1; got > 0; source->length += got) {
    source->text = grow(source->text, source->length + 65537, 1);
    got = fread(source->text + source->length, 1, 65536, file);
  }
  source->text[source->length] = '\0';
  fclose(file);
}

/* ---- tokens ---- */

static size_t skip_quoted(const char *text, size_t at) {
  char quote = text[at++];
  for (; text[at] && text[at] != quote; at++)
    at += text[at] == '\\' && text[at + 1];
  return at + (text[at] != '\0');
}

static size_t skip_line(const char *text, size_t at) {
  for (; text[at] && text[at] != '\n'; at++)
    at += text[at] == '\\' && text[at + 1];
  return at;
}

/* Skips blanks and comments. */
static size_t skip_space(const char *text, size_t at) {
  for (;;) {
    if (isspace((unsigned char)text[at]))
      at++;
    else if (text[at] == '/' && text[at + 1] == '*')
      at = (size_t)(strstr(text + at + 2, "*/") ? strstr(text + at + 2, "*/") + 2 - text : (long)strlen(text));
    else if (text[at] == '/' && text[at + 1] == '/')
      at = skip_line(text, at);
    else
      return at;
  }
}

static size_t punctuation(const char *at) {
  static const char *const longer[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==",
                                       "!=",  "&&",  "||",  "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="};
  for (size_t i = 0; i < sizeof longer / sizeof *longer; i++)
    if (strncmp(at, longer[i], strlen(longer[i])) == 0)
      return strlen(longer[i]);
  return 1;
}

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* Reads the token after `at`; false at the end. */
static bool next_token(const char *text, size_t at, struct token *token) {
  at = skip_space(text, at);
  *token = (struct token){at, at, text[at]};
  if (text[at] == '\0')
    return false;
  if (text[at] == '#')
    token->end = skip_line(text, at);
  else if (text[at] == '"' || text[at] == '\'')
    token->end = skip_quoted(text, at), token->kind = 's';
  else if (isdigit((unsigned char)text[at])) {
    while (is_word(text[token->end]) || text[token->end] == '.')
      token->end++;
    token->kind = '0';
  } else if (is_word(text[at])) {
    while (is_word(text[token->end]))
      token->end++;
    token->kind = 'a';
  } else {
    token->end += punctuation(text + at);
  }
  return true;
}

static bool is_token(const char *text, const struct token *token, const char *word) {
  return token->end - token->start == strlen(word) && strncmp(text + token->start, word, strlen(word)) == 0;
}

/* ---- places ---- */

static void add_site(struct source *s, size_t start, size_t end, enum kind kind, const char *other) {
  if (s->count == s->capacity)
    s->sites = grow(s->sites, s->capacity = s->capacity ? 2 * s->capacity : 256, sizeof *s->sites);
  s->sites[s->count] = (struct site){start, end, kind, ""};
  snprintf(s->sites[s->count++].other, sizeof s->sites->other, "%s", other);
}

static const struct swap {
  const char *from, *to;
  enum kind kind;
} swaps[] = {{"<", "<=", RELATION},   {"<=", "<", RELATION},    {">", ">=", RELATION},    {">=", ">", RELATION},
             {"==", "!=", RELATION},  {"!=", "==", RELATION},   {"&&", "||", LOGIC},      {"||", "&&", LOGIC},
             {"+", "-", ARITHMETIC},  {"-", "+", ARITHMETIC},   {"*", "/", ARITHMETIC},   {"/", "*", ARITHMETIC},
             {"%", "*", ARITHMETIC},  {"+=", "-=", ARITHMETIC}, {"-=", "+=", ARITHMETIC}, {"++", "--", ARITHMETIC},
             {"--", "++", ARITHMETIC}};

/* An operator between two operands, or ++ and --. A `*` before a word may be a declaration's; those do not compile. */
static void see_operator(struct source *s, const struct token *t, const struct token *before) {
  bool after_operand = before->kind == 'a' || before->kind == '0' || before->kind == ')' || before->kind == ']';
  for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++)
    if (is_token(s->text, t, swaps[i].from) && (after_operand || swaps[i].from[1] == swaps[i].from[0]))
      add_site(s, t->start, t->end, swaps[i].kind, swaps[i].to);
}

/* A plain number becomes the next one, and 1 becomes 0. */
static void see_number(struct source *s, const struct token *t) {
  char *end, other[24];
  unsigned long number = strtoul(s->text + t->start, &end, 10);
  if (end != s->text + t->end || number > 1000000000 || (s->text[t->start] == '0' && t->end - t->start > 1))
    return;
  snprintf(other, sizeof other, "%lu", number == 1 ? 0 : number + 1);
  add_site(s, t->start, t->end, CONSTANT, other);
}

/* The condition of an if or while: its end is that of the parenthesis. */
static void see_condition(struct source *s, const struct token *t) {
  struct token at = *t;
  int depth = 0;
  if (!next_token(s->text, t->end, &at) || at.kind != '(')
    return;
  size_t open = at.start;
  do
    depth += at.kind == '(' ? 1 : at.kind == ')' ? -1 : 0;
  while (depth > 0 && next_token(s->text, at.end, &at));
  if (depth == 0)
    add_site(s, open, at.end, CONDITION, "!");
}

/* A statement that begins with a word and holds a call, an assignment or a jump; a declaration does not compile without
 * its name's use. */
static void see_statement(struct source *s, const struct token *t) {
  static const char *const not_removed[] = {"if",      "for",    "while",  "do",    "switch", "case",
                                            "default", "else",   "static", "const", "struct", "enum",
                                            "typedef", "extern", "int",    "return"};
  struct token at = *t;
  int depth = 0;
  for (size_t i = 0; i < sizeof not_removed / sizeof *not_removed; i++)
    if (is_token(s->text, t, not_removed[i]))
      return;
  do {
    depth += strchr("([", at.kind) ? 1 : strchr(")]", at.kind) ? -1 : 0;
    if (at.kind == '{' || at.kind == '}')
      return;
    if (depth == 0 && at.kind == ';') {
      add_site(s, t->start, at.end, STATEMENT, "{}");
      return;
    }
  } while (next_token(s->text, at.end, &at));
}

static void find_sites(struct source *s) {
  struct token before = {0, 0, ';'}, t;
  int depth = 0; /* of braces: statements are inside of functions */
  for (size_t at = 0; next_token(s->text, at, &t); at = t.end) {
    depth += t.kind == '{' ? 1 : t.kind == '}' ? -1 : 0;
    if (t.kind == '#')
      continue;
    if (t.kind == '0')
      see_number(s, &t);
    else if (is_token(s->text, &t, "if") || is_token(s->text, &t, "while"))
      see_condition(s, &t);
    else if (t.kind == 'a' && depth > 0 && strchr(";{})", before.kind))
      see_statement(s, &t);
    else if (t.kind != 'a' && t.kind != 's')
      see_operator(s, &t, &before);
    before = t;
  }
}

/* ---- commands ---- */

static long line_of(const struct source *s, size_t at) {
  long line = 1;
  for (size_t i = 0; i < at; i++)
    line += s->text[i] == '\n';
  return line;
}

static int list_sites(uint64_t seed, char **names, int count) {
  char **list = NULL, line[400];
  int *order = NULL;
  int length = 0;
  for (int i = 0; i < count; i++) {
    struct source source;
    read_source(&source, names[i]);
    find_sites(&source);
    for (size_t j = 0; j < source.count; j++) {
      const struct site *site = &source.sites[j];
      snprintf(line, sizeof line, "%s %zu %ld %s", names[i], j, line_of(&source, site->start), kind_words[site->kind]);
      list = grow(list, (size_t)length + 1, sizeof *list);
      order = grow(order, (size_t)length + 1, sizeof *order);
      order[length] = length;
      if (!(list[length++] = strdup(line)))
        die("out of memory", names[i]);
    }
    free(source.text);
    free(source.sites);
  }
  random_shuffle(order, length, &seed);
  for (int i = 0; i < length; i++)
    puts(list[order[i]]);
  for (int i = 0; i < length; i++)
    free(list[i]);
  free(list);
  free(order);
  return 0;
}

static int make_mutant(const char *name, const char *number) {
  struct source s;
  read_source(&s, name);
  find_sites(&s);
  size_t which = strtoul(number, NULL, 10);
  if (which >= s.count)
    die("has no such place", name);
  const struct site *site = &s.sites[which];
  fwrite(s.text, 1, site->start, stdout);
  if (site->kind == CONDITION)
    printf("(!%.*s)", (int)(site->end - site->start), s.text + site->start);
  else
    fputs(site->other, stdout);
  fputs(s.text + site->end, stdout);
  free(s.text);
  free(s.sites);
  return 0;
}

int main(int argc, char **argv) {
  if (argc >= 4 && strcmp(argv[1], "sites") == 0)
    return list_sites(strtoull(argv[2], NULL, 10), argv + 3, argc - 3);
  if (argc == 4 && strcmp(argv[1], "make") == 0)
    return make_mutant(argv[2], argv[3]);
  fputs("usage: mutate sites SEED FILE... | mutate make FILE SITE\n", stderr);
  return 2;
}

/* Reads the notebook's experiments through inih. Reports what the page could not show by file and line. */
#include "experiments.h"

#include "base/text.h"
#include "base/words.h"

#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* configs/notebook/experiments.conf, built in. */
extern const char experiments_conf[];

enum { LINE_BYTES = 198 }; /* inih cuts lines of 200 bytes and more */
#define TEXT_SECTION "text"
#define ID_BYTES "abcdefghijklmnopqrstuvwxyz0123456789-"

struct key {
  const char *name;
  size_t offset;
  bool required;
};
static const struct key experiment_keys[] = {
#define KEY(name, required)                                                                                            \
  { #name, offsetof(struct experiment, name), required }
    KEY(title, true),  KEY(kernel, false), KEY(with, false),      KEY(without, false), KEY(method, false),
    KEY(script, true), KEY(option, false), KEY(no_option, false), KEY(means, false),   KEY(did, true),
    KEY(figure, true), KEY(shows, true),   KEY(cell, false),      KEY(gain, false),
#undef KEY
};
static const struct key word_keys[] = {
#define KEY(name)                                                                                                      \
  { #name, offsetof(struct page_words, name), true }
    KEY(table_note), KEY(headline), KEY(range),    KEY(wrappers),    KEY(wrappers_note), KEY(threads),
    KEY(memory),     KEY(creation), KEY(exchange), KEY(switch_note), KEY(metg_note),
#undef KEY
};
enum {
  EXPERIMENT_KEYS = sizeof experiment_keys / sizeof *experiment_keys,
  WORD_KEYS = sizeof word_keys / sizeof *word_keys
};

/* The object that a section fills, and its keys. */
struct target {
  char *base;
  const struct key *keys;
  size_t count;
};

struct reader {
  struct experiments *all;
  const char *name, *at; /* the next byte to read */
  int line;
  bool goes_on, in_text, any; /* this line continues the value above; inside [text]; a section has started */
  struct fault *why;
  bool failed;
};

static struct target experiment_target(struct experiment *e) {
  return (struct target){(char *)e, experiment_keys, EXPERIMENT_KEYS};
}

static struct target words_target(struct experiments *all) {
  return (struct target){(char *)&all->words, word_keys, WORD_KEYS};
}

static char **value_of(const struct target *t, const struct key *key) { return (char **)(t->base + key->offset); }

static int refuse(struct reader *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Keeps the first reason. */
static int refuse(struct reader *r, const char *format, ...) {
  char message[700];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  if (!r->failed)
    fault_set(r->why, EXIT_USAGE, "%s:%d: %s", r->name, r->line, message);
  r->failed = true;
  return -1;
}

/* ---- lines ---- */

static int open_section(struct reader *r, const char *line) {
  char id[LINE_BYTES + 1];
  snprintf(id, sizeof id, "%.*s", (int)strcspn(line + 1, "]"), line + 1);
  if (line[strcspn(line, "]")] == '\0' || !*id || id[strspn(id, ID_BYTES)])
    return refuse(r, "invalid section header '%.*s'; write [ID] with lower-case letters, digits and '-'",
                  (int)strcspn(line, "\n"), line);
  const struct experiment *earlier = experiment_by(r->all, id);
  r->in_text = strcmp(id, TEXT_SECTION) == 0;
  int before = earlier ? earlier->line : r->in_text ? r->all->words.line : 0;
  if (before)
    return refuse(r, "duplicate section [%s] (first defined on line %d); rename or remove one", id, before);
  r->any = true;
  if (r->in_text) {
    r->all->words.line = r->line;
    return 0;
  }
  GROW(r->all->list, r->all->count, r->all->capacity);
  r->all->list[r->all->count++] = (struct experiment){.id = must_copy(id), .line = r->line};
  return 0;
}

/* Reads one line for inih. Starts sections here, because inih reports a section only with its first setting. */
static char *next_line(char *out, int size, void *stream) {
  struct reader *r = stream;
  if (*r->at == '\0' || r->failed)
    return NULL;
  r->line++;
  size_t length = strcspn(r->at, "\n");
  if (length > LINE_BYTES || (int)length + 2 > size)
    return refuse(r, "line of %zu bytes is too long; continue on an indented line after at most %d", length,
                  LINE_BYTES),
           NULL;
  snprintf(out, (size_t)size, "%.*s\n", (int)length, r->at);
  r->at += length + (r->at[length] == '\n');
  r->goes_on = *out == ' ' || *out == '\t';
  return *out == '[' && open_section(r, out) != 0 ? NULL : out;
}

static int unknown_key(struct reader *r, const struct target *t, const char *name) {
  const char *names[EXPERIMENT_KEYS + WORD_KEYS];
  for (size_t i = 0; i < t->count; i++)
    names[i] = t->keys[i].name;
  char shown[100], hint[200];
  return refuse(r, "unknown setting '%s'; %s", printable(name, shown, sizeof shown),
                suggest(hint, sizeof hint, name, names, t->count, "see the top of the file"));
}

static int take(void *with, const char *section, const char *name, const char *value) {
  struct reader *r = with;
  (void)section;
  if (r->failed)
    return 1;
  if (!r->any)
    return refuse(r, "setting '%s' before the first section; move it into a section", name), 1;
  struct target t = r->in_text ? words_target(r->all) : experiment_target(&r->all->list[r->all->count - 1]);
  size_t i = 0;
  while (i < t.count && strcmp(t.keys[i].name, name) != 0)
    i++;
  if (i == t.count)
    return unknown_key(r, &t, name), 1;
  char **old = value_of(&t, &t.keys[i]);
  if (*old && !r->goes_on)
    return refuse(r, "duplicate setting '%s' in this section; remove one", name), 1;
  struct text joined = {0};
  text_format(&joined, "%s%s%s", *old ? *old : "", *old && *value ? " " : "", value);
  free(*old);
  *old = must_copy(text_of(&joined));
  text_free(&joined);
  return 1;
}

/* ---- the whole ---- */

static void require(struct reader *r, const struct target *t, const char *id, int line) {
  r->line = line;
  for (size_t i = 0; i < t->count && !r->failed; i++)
    if (t->keys[i].required && (!*value_of(t, &t->keys[i]) || !**value_of(t, &t->keys[i])))
      refuse(r, "section [%s] lacks '%s'; add it", id, t->keys[i].name);
}

static void require_experiment(struct reader *r, const char *id) {
  if (!experiment_by(r->all, id) && !r->failed)
    refuse(r, "missing section [%s], which the page needs; add it", id);
}

int experiments_read(struct experiments *all, const char *name, const char *text, struct fault *why) {
  *all = (struct experiments){0};
  struct reader r = {.all = all, .name = name, .at = text, .why = why};
  int line = ini_parse_stream(next_line, &r, take, &r);
  if (line != 0 && !r.failed) {
    r.line = line;
    refuse(&r, "neither a section nor a setting; write [ID] or 'name = value'");
  }
  int last = r.line;
  for (size_t i = 0; i < all->count; i++) {
    struct target t = experiment_target(&all->list[i]);
    require(&r, &t, all->list[i].id, all->list[i].line);
  }
  struct target words = words_target(all);
  require(&r, &words, TEXT_SECTION, all->words.line ? all->words.line : last);
  r.line = last;
  require_experiment(&r, HEADLINE_EXPERIMENT);
  require_experiment(&r, THREADS_EXPERIMENT);
  return r.failed ? -1 : 0;
}

int experiments_built_in(struct experiments *all, struct fault *why) {
  return experiments_read(all, "configs/notebook/experiments.conf", experiments_conf, why);
}

static void free_values(const struct target *t) {
  for (size_t i = 0; i < t->count; i++)
    free(*value_of(t, &t->keys[i]));
}

void experiments_free(struct experiments *all) {
  for (size_t i = 0; i < all->count; i++) {
    struct target t = experiment_target(&all->list[i]);
    free_values(&t);
    free(all->list[i].id);
  }
  struct target words = words_target(all);
  free_values(&words);
  free(all->list);
  *all = (struct experiments){0};
}

const struct experiment *experiment_by(const struct experiments *all, const char *id) {
  for (size_t i = 0; i < all->count; i++)
    if (strcmp(all->list[i].id, id) == 0)
      return &all->list[i];
  return NULL;
}

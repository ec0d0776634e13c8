/* Checks the cells of a submitted run against the problems of an examiner's configuration. */
#include "examiner.h"

#include "base/define.h"
#include "base/translate.h"

#include <stdlib.h>
#include <string.h>

int examiner_read(struct examiner *examiner, const char *path, struct fault *fault) {
  return config_read(path, &examiner->config, fault) != 0 || define_expand(&examiner->config, fault) != 0 ? -1 : 0;
}

void examiner_free(struct examiner *examiner) { config_free(&examiner->config); }

enum { VALUE_BYTES = 16384 };

/* ---- values ---- */

static int by_number(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Adds a value's text with a list's numbers sorted, since their order is free. */
static char *unordered(struct settings *settings, int index, char *out, size_t size) {
  struct value *value = &settings->values[index];
  const int64_t *given = value->list;
  int64_t *sorted = NULL;
  if (settings->params[index].type == PARAM_LIST && value->count) {
    sorted = must_alloc(value->count, sizeof *sorted);
    memcpy(sorted, given, value->count * sizeof *sorted);
    qsort(sorted, value->count, sizeof *sorted, by_number);
    value->list = sorted;
  }
  params_text(settings, index, out, size);
  value->list = given;
  free(sorted);
  return out;
}

struct alternative {
  const struct param *params;
  int index;
  const char *own; /* of a cell, in the form of `unordered` */
};

static int is_alternative(const char *text, void *with) {
  const struct alternative *alternative = with;
  struct settings settings;
  struct fault ignored;
  char sorted[VALUE_BYTES];
  bool same = params_init(alternative->params, &settings, &ignored) == 0 &&
              params_set(&settings, alternative->index, text, &ignored) == 0 &&
              strcmp(unordered(&settings, alternative->index, sorted, sizeof sorted), alternative->own) == 0;
  params_free(&settings);
  return same;
}

/* Visits the values that a section gives a parameter; a text has only one. */
static int each_alternative(const struct section *section, const struct param *param,
                            int (*each)(const char *text, void *with), void *with) {
  const struct setting *setting = section_find(section, param->name);
  const char *text = setting ? setting->value : param->initial;
  return setting ? params_each(param, text, each, with) : each(text, with);
}

static bool has_value(const struct section *section, struct settings *settings, int index) {
  char own[VALUE_BYTES];
  struct alternative alternative = {settings->params, index, unordered(settings, index, own, sizeof own)};
  return each_alternative(section, &settings->params[index], is_alternative, &alternative) != 0;
}

/* ---- one cell ---- */

struct questions {
  const struct examiner *examiner;
  const struct result *result;
  const struct analysis *analysis;
  const struct cell *cell;
  const struct expect *expect;
  const struct section *section; /* the examiner's */
  struct text *why;
};

/* "grain=3M, where x.conf:18 has 30k" */
static void say_other(const struct questions *q, const char *name, const char *own, const struct setting *setting,
                      const char *initial) {
  const char *format = setting ? _("%s=%s, where %s:%d has %s") : _("%s=%s, where %s:%d leaves it at %s");
  text_format(q->why, format, name, own, q->examiner->config.file, setting ? setting->line : q->section->line,
              setting ? setting->value : initial);
}

static bool read_cell(const struct problem *p, const struct cell *c, struct settings *settings) {
  return p->params && params_read(p->params, c->problem, c->method, settings);
}

static void ask_params(const struct questions *q) {
  struct settings settings;
  char own[VALUE_BYTES];
  if (!read_cell(q->analysis->problem, q->cell, &settings)) {
    text_add(q->why, _("the run's catalog.json does not list its parameters"));
    return;
  }
  for (int i = 0; i < params_count(settings.params) && !q->why->length; i++) {
    const struct param *param = &settings.params[i];
    params_text(&settings, i, own, sizeof own);
    if (!expect_leaves_open(q->expect, param->name) && params_means(&settings, i) &&
        !has_value(q->section, &settings, i))
      say_other(q, param->name, own, section_find(q->section, param->name), param->initial);
  }
  params_free(&settings);
}

static int is_this(const char *text, void *with) { return strcmp(text, with) == 0; }

static void ask_scale(const struct questions *q) {
  const struct config *config = &q->examiner->config;
  const struct setting *scale = section_find(q->section, "scale");
  for (int i = 0; i < config->count && !scale; i++)
    if (strcmp(config->sections[i].kind, "run") == 0)
      scale = section_find(&config->sections[i], "scale");
  if (!each_part(scale ? scale->value : "strong", ',', is_this, q->cell->scale))
    say_other(q, "scale", q->cell->scale, scale, "strong");
}

/* ---- alternatives that the run must include ---- */

struct wanted {
  const struct questions *questions;
  const struct param *params;
  int index;
};

/* Returns 1 if the cell has the value, 0 if another one, -1 if the parameter does not apply. */
static int cell_has(const struct wanted *w, const struct analysis *a, const struct cell *c, const char *value) {
  struct settings settings;
  char own[VALUE_BYTES];
  if (!read_cell(a->problem, c, &settings))
    return -1;
  struct alternative alternative = {settings.params, w->index, unordered(&settings, w->index, own, sizeof own)};
  int has = params_means(&settings, w->index) ? is_alternative(value, &alternative) : -1;
  params_free(&settings);
  return has;
}

static bool of_subject(const struct expect *e, const char *label, const char *kernel) {
  return strcmp(e->labelled ? label : kernel, e->subject) == 0;
}

/* Searches for a method in the cell's own problem, which holds its baseline, and for other parameters in all problems
 * of the line's subject. Cells of one method are adjacent, and all cells of a problem share its parameters. */
static bool is_lacking(const struct wanted *w, const char *value) {
  const struct questions *q = w->questions;
  bool method = w->params[w->index].role >= PARAM_METHOD, means = false;
  for (size_t i = 0; i < q->result->run.problem_count; i++) {
    const struct analysis *a = &q->result->analyses[i];
    if ((method && a != q->analysis) || strcmp(a->problem->kernel, q->cell->kernel) != 0)
      continue;
    for (size_t j = 0; j < a->count; j++) {
      const struct cell *c = a->figures[j].cell, *before = j ? a->figures[j - 1].cell : NULL;
      if ((before && strcmp(c->method, before->method) == 0 && strcmp(c->section, before->section) == 0) ||
          (!method && !of_subject(q->expect, c->section, c->kernel)))
        continue;
      int has = cell_has(w, a, c, value);
      if (has > 0)
        return false;
      means |= has == 0;
    }
  }
  return means;
}

static int ask_alternative(const char *value, void *with) {
  const struct wanted *w = with;
  const struct questions *q = w->questions;
  const struct setting *setting = section_find(q->section, w->params[w->index].name);
  if (!is_lacking(w, value))
    return 0;
  text_format(q->why, _("the run has no %s=%s, as %s:%d has"), w->params[w->index].name, value,
              q->examiner->config.file, setting ? setting->line : q->section->line);
  return 1;
}

static void ask_run(const struct questions *q) {
  struct wanted w = {q, q->analysis->problem->params, 0};
  for (; w.params && w.index < params_count(w.params) && !q->why->length; w.index++)
    if (!expect_leaves_open(q->expect, w.params[w.index].name))
      each_alternative(q->section, &w.params[w.index], ask_alternative, &w);
}

/* Like the plan: "memo" also matches "memo bound=128". */
static bool is_method(const char *method, const char *words) {
  size_t length = strlen(words);
  return strncmp(method, words, length) == 0 && (method[length] == '\0' || method[length] == ' ');
}

static int is_first(const char *value, void *with) { return is_alternative(value, with) ? 1 : -1; }

/* Returns whether the method is the section's first: each parameter at its first alternative. */
static bool is_first_method(const struct questions *q, const struct cell *c) {
  struct settings settings = {0};
  char own[VALUE_BYTES];
  bool first = read_cell(q->analysis->problem, c, &settings);
  for (int i = 0; first && i < params_count(settings.params); i++) {
    struct alternative alternative = {settings.params, i, unordered(&settings, i, own, sizeof own)};
    if (settings.params[i].role >= PARAM_METHOD && params_means(&settings, i) &&
        !expect_leaves_open(q->expect, settings.params[i].name))
      first = each_alternative(q->section, &settings.params[i], is_first, &alternative) == 1;
  }
  params_free(&settings);
  return first;
}

/* Checks the naive method of a gain: the one that the examiner marks, else the first. */
static void ask_naive(const struct questions *q) {
  const struct cell *naive = q->analysis->naive ? q->analysis->naive->cell : NULL;
  const struct setting *called = section_find(q->section, "naive");
  if (naive && !(called ? is_method(naive->method, called->value) : is_first_method(q, naive)))
    say_other(q, "naive", naive->method, called, _("its first method"));
}

static void ask(const struct questions *q) {
  const struct setting *kernel = section_find(q->section, "kernel");
  if (!kernel || strcmp(kernel->value, q->cell->kernel) != 0)
    say_other(q, "kernel", q->cell->kernel, kernel, "none");
  if (!q->why->length)
    ask_params(q);
  if (!q->why->length)
    ask_scale(q);
  if (!q->why->length)
    ask_run(q);
  if (!q->why->length && q->expect->quantity == EXPECT_GAIN)
    ask_naive(q);
}

void examiner_compare(struct text *why, const struct examiner *examiner, const struct result *r,
                      const struct analysis *a, const struct cell *c, const struct expect *e) {
  struct text first = {0};
  bool found = false, good = false;
  for (int i = 0; i < examiner->config.count && !good; i++) {
    const struct section *section = &examiner->config.sections[i];
    const struct setting *kernel = section_find(section, "kernel");
    struct text reasons = {0};
    if (strcmp(section->kind, "problem") != 0 || !of_subject(e, section->label, kernel ? kernel->value : ""))
      continue;
    ask(&(struct questions){examiner, r, a, c, e, section, found ? &reasons : &first});
    good = !(found ? reasons : first).length;
    found = true;
    text_free(&reasons);
  }
  if (found && !good)
    text_format(why, _("not this problem: %s"), text_of(&first));
  text_free(&first);
}

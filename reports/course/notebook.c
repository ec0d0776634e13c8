/* Finds the experiments of the course notebook among the cells of a run. */
#include "notebook.h"

#include "stats/fitness.h"
#include "words/language.h"
#include "words/note_words.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool is_notebook(const struct experiments *all, const struct run *run) {
  enum { ENOUGH = 5 }; /* experiments with a peer; a single lesson has fewer */
  int peers = 0;
  for (size_t i = 0; i < all->count; i++)
    for (size_t j = 0; j < run->problem_count; j++)
      if (is_peer(&run->problems[j], &all->list[i])) {
        peers++;
        break;
      }
  return strcmp(run->config_name, "notebook") == 0 || peers >= ENOUGH;
}

/* ---- words ---- */

static bool has_word(const char *text, const char *word, size_t length) {
  for (const char *at = text; *at; at += strspn(at, " ")) {
    size_t own = strcspn(at, " ");
    if (own == length && strncmp(at, word, length) == 0)
      return true;
    at += own;
  }
  return false;
}

/* Whether one of `words` stands in the text. */
static bool has_any(const char *text, const char *words) {
  for (const char *at = words; *at; at += strspn(at, " ")) {
    size_t length = strcspn(at, " ");
    if (has_word(text, at, length))
      return true;
    at += length;
  }
  return false;
}

static bool is_problem(const struct problem *p, const struct experiment *e) {
  return e->kernel && strcmp(p->kernel, e->kernel) == 0 && (!e->with || has_any(p->problem, e->with)) &&
         !(e->without && has_any(p->problem, e->without));
}

const struct analysis *experiment_problem(const struct result *result, const struct experiment *e) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (is_problem(&result->run.problems[i], e))
      return &result->analyses[i];
  return NULL;
}

bool is_script(const struct problem *p, const char *script) {
  struct text file = {0};
  text_format(&file, "notebook/%s.py", script);
  bool ours = strcmp(p->kernel, "command") == 0 && strstr(p->problem, text_of(&file)) != NULL;
  text_free(&file);
  return ours;
}

bool is_peer(const struct problem *p, const struct experiment *e) {
  return is_script(p, e->script) && (!e->option || has_any(p->problem, e->option)) &&
         !(e->no_option && has_any(p->problem, e->no_option));
}

bool peer_option(struct text *out, const struct problem *p, const char *option) {
  size_t length = strlen(option);
  for (const char *at = p->problem; (at = strstr(at, option)); at += length)
    if (at[length] == ' ') {
      text_bytes(out, at + length + 1, strcspn(at + length + 1, " '\""));
      return true;
    }
  return false;
}

void peer_how(struct text *out, const struct problem *p) {
  if (!peer_option(out, p, "--how"))
    text_add(out, "seq");
}

/* ---- what tells the peers of an experiment apart ---- */

/* Whether an option takes the next word as its value, and that word. */
static const char *value_after(const char *option) {
  const char *next = option + strcspn(option, " ");
  next += strspn(next, " ");
  return *next && strncmp(next, "--", 2) != 0 ? next : NULL;
}

static bool names(const char *word, const char *option) {
  return strncmp(word, option, strlen(option)) == 0 && strchr(" ", word[strlen(option)]);
}

/* Of how a peer runs and prints, which is no part of its input. */
static bool is_beside(const char *option) {
  return names(option, "--how") || names(option, "--workers") || names(option, "--print");
}

void peer_options(const struct problem *p, void (*each)(const char *option, const char *value, void *), void *with) {
  const char *at = strstr(p->problem, ".py ");
  for (at = at ? strstr(at, " --") : NULL; at; at = strstr(at + 1, " --"))
    if (!is_beside(at + 1))
      each(at + 1, value_after(at + 1), with);
}

struct label {
  struct text *out;
  const struct result *result;
  const struct experiment *e;
};

/* Whether all peers of the experiment have the word. */
static bool is_common(const struct label *label, const char *word, size_t length) {
  for (size_t i = 0; i < label->result->run.problem_count; i++) {
    const struct problem *p = &label->result->run.problems[i];
    if (is_peer(p, label->e) && !has_word(p->problem, word, length))
      return false;
  }
  return true;
}

/* A value that is no number, or a flag without its dashes. */
static void label_option(const char *option, const char *value, void *with) {
  const struct label *label = with;
  const char *word = value ? value : option;
  size_t length = strcspn(word, " ");
  if ((value && isdigit((unsigned char)*value)) || is_common(label, word, length))
    return;
  text_bytes(label->out, value ? word : word + 2, value ? length : length - 2);
  text_add(label->out, ", ");
}

void peer_label(struct text *out, const struct result *result, const struct experiment *e, const struct problem *p) {
  struct label label = {out, result, e};
  peer_options(p, label_option, &label);
  peer_how(out, p);
}

bool is_of(const struct experiment *e, const struct cell *c) {
  size_t length = strcspn(c->method, " ");
  return !e->method || (strlen(e->method) == length && strncmp(c->method, e->method, length) == 0);
}

/* ---- cells ---- */

const struct figures *naive_of(const struct analysis *a, const struct experiment *e) {
  for (size_t i = 0; i < a->count; i++)
    if (a->figures[i].valid && is_serial(a->figures[i].cell) && is_of(e, a->figures[i].cell))
      return &a->figures[i];
  return NULL;
}

const struct figures *serial_of(const struct analysis *a, const struct experiment *e) {
  const struct figures *best = NULL;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->valid && is_serial(f->cell) && is_of(e, f->cell) && (!best || f->time.median < best->time.median))
      best = f;
  }
  return best;
}

/* The lower end of the speedup's interval; without an interval the median; for the baseline 1. */
static double sure_gain(const struct analysis *a, const struct figures *f) {
  return f == a->base ? 1 : f->speedup.coverage > 0 ? f->speedup.low : f->speedup.median;
}

static bool is_asked(const struct figures *f, const struct experiment *e, bool parallel) {
  return f->valid && is_of(e, f->cell) && (!parallel || f->cell->workers > 1);
}

/* Compares sure gains; if neither is known, times. */
static bool is_surer(const struct analysis *a, const struct figures *f, const struct figures *than) {
  double own = sure_gain(a, f), other = sure_gain(a, than);
  return isfinite(own) ? !(other >= own) : !isfinite(other) && f->time.median < than->time.median;
}

const struct figures *best_of(const struct analysis *a, const struct experiment *e, bool parallel) {
  const struct figures *surest = NULL, *best = NULL;
  for (size_t i = 0; i < a->count; i++)
    if (is_asked(&a->figures[i], e, parallel) && (!surest || is_surer(a, &a->figures[i], surest)))
      surest = &a->figures[i];
  best = surest;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (surest && is_asked(f, e, parallel) && f->cell->workers < best->cell->workers &&
        f->time.median <= surest->time.median * (1 + WORTH_ATTENTION))
      best = f;
  }
  return best;
}

struct estimate per_unit(const struct figures *f) {
  struct estimate each = f->time;
  each.median /= f->cell->units, each.low /= f->cell->units, each.high /= f->cell->units;
  return each;
}

void no_cell_words(struct text *out, const struct analysis *a, const struct experiment *e) {
  for (size_t i = 0; i < a->count && !out->length; i++)
    if (is_of(e, a->figures[i].cell) && !is_thinned(a->figures[i].cell))
      trouble_words(out, &a->figures[i]);
  for (size_t i = 0; i < a->count && !out->length; i++)
    if (is_of(e, a->figures[i].cell) && is_thinned(a->figures[i].cell))
      note_words(out, a->figures[i].cell->plan_note);
  if (!out->length)
    text_add(out, _("none of its cells was measured"));
}

void unjudged_words(struct text *out, const struct figures *f) {
  if (f->unfit == UNFIT_BUSY)
    text_format(out, " (%s)", _("not judged: machine busy"));
  else if (is_unfit(&f->own))
    text_format(out, " (%s)", _("not judged: too few rounds or too wide an interval"));
}

/* Loads and frees a run folder; names its cells and problems. */
#include "results.h"

#include "base/manifest.h"
#include "base/scratch.h"
#include "base/translate.h"
#include "load.h"
#include "table.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Offset of each axis's text in struct cell. */
static const size_t axis_offsets[CELL_IDS] = {
#define CELL_ID(name, level, label, meaning) offsetof(struct cell, name),
#include "base/cell_id.def"
};

char **cell_text_of(struct cell *c, int axis) { return (char **)((char *)c + axis_offsets[axis]); }

static const char *text_at(const struct cell *c, int axis) {
  const char *text = *(char *const *)((const char *)c + axis_offsets[axis]);
  return text ? text : ""; /* a synthetic cell may lack some */
}

const char *cell_text(const struct cell *c, enum cell_axis axis) { return text_at(c, (int)axis); }

/* Offset of each axis's text in struct problem. */
#define NO_TEXT SIZE_MAX
#define TEXT_AT_BUILD(name) offsetof(struct problem, name)
#define TEXT_AT_PROBLEM(name) offsetof(struct problem, name)
#define TEXT_AT_WAY(name) NO_TEXT
static const size_t problem_offsets[CELL_IDS] = {
#define CELL_ID(name, level, label, meaning) TEXT_AT_##level(name),
#include "base/cell_id.def"
};

char **problem_text_of(struct problem *p, enum cell_axis axis) {
  return problem_offsets[axis] == NO_TEXT ? NULL : (char **)((char *)p + problem_offsets[axis]);
}

const char *problem_text(const struct problem *p, enum cell_axis axis) {
  size_t offset = problem_offsets[axis];
  const char *text = offset == NO_TEXT ? NULL : *(char *const *)((const char *)p + offset);
  return text ? text : "";
}

bool problems_alike(const struct problem *a, const struct problem *b) {
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (strcmp(problem_text(a, axis), problem_text(b, axis)) != 0)
      return false;
  return true;
}

void entry_free_raws(struct entry *e) {
  for (size_t i = 0; i < e->count; i++)
    free(e->raws[i].many);
  free(e->raws);
  e->raws = NULL;
  e->count = e->capacity = 0;
}

static void loader_free(struct loader *l) {
  for (size_t i = 0; i < l->count; i++)
    entry_free_raws(&l->entries[i]);
  for (size_t i = 0; i < l->oracle_count; i++)
    oracle_free(&l->oracles[i]);
  hash_free(&l->by_identity), hash_free(&l->by_answer);
  free(l->entries);
  free(l->oracles);
}

static void cell_free(struct cell *c) {
  char *own[] = {
#define CELL_ID(name, level, label, meaning) c->name,
#include "base/cell_id.def"
      c->section, c->digest, c->plan_note, c->trouble.note, c->trouble.trust, c->counters};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    free(own[i]);
  free(c->processes);
}

/* Adds a notice where rows were lost or changed, or where it cannot be told. The line of the whole run ends blocks.csv
 * before run.json says that the run is complete. */
static void check_rows(struct run *run) {
  struct manifest_tail tail;
  struct fault lost;
  if (manifest_check(run->folder, &tail, &lost) != 0)
    notice(run, lost.text);
  else if (run->listed && !tail.known)
    notice(run, N_("blocks.csv: missing, so lost or changed rows go unnoticed; restore the file as nway wrote it"));
  else if (run->listed && run->state == RUN_COMPLETE && !tail.ended)
    notice(run,
           N_("blocks.csv: its last line is missing, so lost rows may go unnoticed; restore the file as nway wrote "
              "it"));
}

static void mark_imported(struct run *run) {
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++)
      run->problems[i].cells[j].imported = run->imported;
}

static int load_all(struct loader *l, struct fault *why) {
  char path[PATH_BYTES_MAX];
  snprintf(path, sizeof path, "%s/plan.csv", l->run->folder);
  if (load_plan(l, path, why) != 0)
    return -1;
  snprintf(path, sizeof path, "%s/samples.csv", l->run->folder);
  if (load_samples(l, path, why) != 0)
    return -1;
  if (load_catalog(l, why) != 0 || load_group(l, why) != 0)
    return -1;
  if (load_json_files(l->run, why) != 0)
    return -1;
  check_rows(l->run);
  mark_imported(l->run);
  if (load_second(l->run, why) != 0)
    return -1;
  const char *usable = run_fact(l->run, "usable_cpus");
  int64_t count;
  if (usable && read_int(usable, &count) && count > 0)
    l->run->usable_cpus = count;
  return 0;
}

int run_load(struct run *run, const char *folder, struct fault *why) {
  *run = (struct run){0};
  char **texts[] = {&run->id,          &run->machine_id,  &run->label,   &run->name,  &run->nway,   &run->config_name,
                    &run->config_file, &run->config_text, &run->started, &run->ended, &run->command};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    *texts[i] = must_copy("");
  run->folder = must_copy(folder);
  struct loader l = {.run = run};
  int result = load_all(&l, why);
  for (size_t i = 0; i < l.count; i++)
    cell_free(&l.entries[i].cell); /* cells not moved into a problem */
  loader_free(&l);
  return result;
}

static void problem_free(struct problem *p) {
  for (size_t i = 0; i < p->count; i++)
    cell_free(&p->cells[i]);
  char *own[] = {p->unit, p->bound, p->summary, p->doc, p->flags};
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (problem_text_of(p, axis))
      free(*problem_text_of(p, axis));
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    free(own[i]);
  free(p->cells);
  free(p->params);
}

void run_free(struct run *run) {
  for (size_t i = 0; i < run->problem_count; i++)
    problem_free(&run->problems[i]);
  for (size_t i = 0; i < run->variant_count; i++) {
    struct variant_facts *v = &run->variants[i];
    free(v->name), free(v->colour), free(v->marker), free(v->dash);
  }
  for (size_t i = 0; i < run->fact_count; i++)
    free(run->facts[i].name), free(run->facts[i].value), free(run->facts[i].unit), free(run->facts[i].source);
  for (size_t i = 0; i < run->note_count; i++)
    free(run->notes[i]);
  for (size_t i = 0; i < run->size_count; i++)
    free(run->sizes[i].name), free(run->sizes[i].value);
  for (size_t i = 0; i < run->notice_count; i++)
    free(run->notices[i]);
  char *own[] = {run->folder,  run->id,          run->machine_id,  run->label,       run->name,  run->nway,
                 run->started, run->config_name, run->config_file, run->config_text, run->ended, run->command};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    free(own[i]);
  second_free(&run->second);
  free(run->imported);
  json_decref(run->catalog);
  scratch_close(run->unpacked);
  free(run->variants);
  free(run->problems);
  free(run->facts);
  free(run->notes);
  free(run->sizes);
  free(run->notices);
  *run = (struct run){0};
}

const char *run_fact(const struct run *run, const char *name) {
  for (size_t i = 0; i < run->fact_count; i++)
    if (strcmp(run->facts[i].name, name) == 0)
      return run->facts[i].value;
  return NULL;
}

const char *run_machine(const struct run *run) {
  return *run->name ? run->name : *run->label ? run->label : *run->machine_id ? run->machine_id : "unknown machine";
}

/* A loaded problem knows the answers of these two, which are asked for every name; others are searched. */
bool axis_varies(const struct problem *p, enum cell_axis axis) {
  if (p->compared)
    return p->varies >> axis & 1;
  for (size_t i = 1; i < p->count; i++)
    if (strcmp(cell_text(&p->cells[i], axis), cell_text(&p->cells[0], axis)) != 0)
      return true;
  return false;
}

/* A schedule or pinning is named only if the same variant runs under several. */
static bool is_choice(const struct problem *p, const struct cell *c, int axis) {
  if (p->compared)
    return c->several >> axis & 1;
  for (size_t i = 0; i < p->count; i++)
    if (strcmp(p->cells[i].variant, c->variant) == 0 && strcmp(text_at(&p->cells[i], axis), text_at(c, axis)) != 0)
      return true;
  return false;
}

/* An interrupted or skipped cell did not fail. */
enum cell_outcome cell_outcome(const struct cell *c, bool valid) {
  enum status status = c->trouble.status;
  bool spared = status == STATUS_INTERRUPTED || status == STATUS_SKIPPED;
  if (valid && (c->trouble.failed == 0 || spared))
    return OUTCOME_RIGHT;
  if (c->digests_differ || c->state == CELL_FAILED)
    return OUTCOME_FAILED;
  return spared || (status == STATUS_NONE && c->process_count == 0) ? OUTCOME_LEFT_OUT : OUTCOME_FAILED;
}

const char *timed_thing(const struct problem *p) { return p->rated ? "one unit" : "one execution"; }

const char *time_head(const struct problem *p) { return p->rated ? "time/unit" : "time"; }

bool of_two_builds(const struct run *run) {
  for (size_t i = 0; i < run->problem_count; i++)
    if (*run->problems[i].build)
      return true;
  return false;
}

bool is_weak(const struct problem *p) { return scale_of(p->scale) == SCALE_WEAK; }

int64_t cell_cpus(const struct cell *c) {
  bool fewer = c->bound_cpus > 0 && (c->usable_cpus <= 0 || c->bound_cpus < c->usable_cpus);
  return fewer ? c->bound_cpus : c->usable_cpus;
}

bool is_oversubscribed(const struct cell *c) { return cell_cpus(c) > 0 && c->os_threads > cell_cpus(c); }

bool is_thinned(const struct cell *c) { return c->state == CELL_THINNED && c->process_count == 0; }

double cell_counter(const struct cell *c, const char *name) { return counter_in(c->counters, name); }

bool cells_alike(const struct cell *a, const struct cell *b) {
  for (int i = 0; i < CELL_IDS; i++)
    if (cell_axes[i].level != CELL_LEVEL_BUILD && strcmp(text_at(a, i), text_at(b, i)) != 0)
      return false;
  return a->workers == b->workers;
}

bool same_way(const struct cell *a, const struct cell *b) {
  for (int i = 0; i < CELL_IDS; i++)
    if (cell_axes[i].level == CELL_LEVEL_WAY && strcmp(text_at(a, i), text_at(b, i)) != 0)
      return false;
  return true;
}

/* A name shows the variant always, the method if the problem has several, and any other axis if the variant has several
 * values there. */
static bool is_said(const struct problem *p, const struct cell *c, int axis) {
  return axis == CELL_ID_variant ||
         (*text_at(c, axis) && (axis == CELL_ID_method ? axis_varies(p, CELL_ID_method) : is_choice(p, c, axis)));
}

void cell_name(struct text *out, const struct problem *p, const struct cell *c, bool with_workers) {
  size_t from = out->length;
  for (int i = 0; i < CELL_IDS; i++)
    if (cell_axes[i].level == CELL_LEVEL_WAY && is_said(p, c, i))
      text_format(out, "%s%s%s", out->length > from ? " " : "", cell_axes[i].label, text_at(c, i));
  if (with_workers)
    text_format(out, "%s%lld", out->length > from ? " ×" : "×", (long long)c->workers);
}

void problem_title(struct text *out, const struct problem *p) {
  text_format(out, "%s%s%s", p->kernel, *p->problem ? " " : "", p->problem);
  if (*p->build)
    text_format(out, ", build %s", p->build);
  if (is_weak(p))
    text_add(out, ", weak scaling");
}

/* Summarises raw processes and groups the flat list of cells into problems. */
#include "base/paired.h"
#include "base/translate.h"
#include "load.h"
#include "parallel.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- raw processes to processes ---- */

static int by_sample(const void *a, const void *b) {
  const struct sample *x = a, *y = b;
  if (x->index != y->index)
    return (x->index > y->index) - (x->index < y->index);
  return (x->line > y->line) - (x->line < y->line);
}

double process_ns(double *samples, size_t count) {
  sort_doubles(samples, count);
  return median_sorted(samples, count);
}

/* Sorts the samples of a process, which are sorted as a rule. */
static void sort_samples(struct sample *samples, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (by_sample(&samples[i - 1], &samples[i]) > 0) {
      qsort(samples, count, sizeof *samples, by_sample);
      return;
    }
}

/* `values`: room for its samples. */
static int finish_raw(const struct cell *c, struct raw *raw, double *values, const char *folder, struct fault *why) {
  struct sample *samples = raw->many ? raw->many : raw->few;
  sort_samples(samples, raw->count);
  for (size_t i = 0; i < raw->count; i++) {
    values[i] = samples[i].ns;
    if (i > 0 && samples[i].index == samples[i - 1].index)
      return fault_set(why, EXIT_USAGE,
                       "%s/samples.csv:%ld: the same sample as line %ld (round, block, order, sample); remove one",
                       folder, samples[i].line, samples[i - 1].line);
  }
  struct process *p = &raw->process;
  if (raw->count > 1)
    p->first_excess = log(values[0] / process_ns(values + 1, raw->count - 1));
  if (raw->count)
    p->ns = process_ns(values, raw->count);
  if (raw->work_units > 0)
    p->throughput = c->rated ? 1e9 / p->ns : raw->work_units / p->wall * 1e9;
  if (raw->count) /* prefer cycle counters over the frequency that the system reports */
    p->clock = raw->cycles > 0 && raw->user_ns > 0 ? raw->cycles / raw->user_ns * 1e6 : raw->khz / (double)raw->count;
  p->ok = !raw->failed && raw->count > 0;
  return 0;
}

static int by_place(const void *a, const void *b) {
  const struct process *x = a, *y = b;
  if (x->round != y->round)
    return (x->round > y->round) - (x->round < y->round);
  if (x->block != y->block)
    return (x->block > y->block) - (x->block < y->block);
  return (x->order > y->order) - (x->order < y->order);
}

/* What the processes of an entry add up to. */
struct sums {
  double throttled, wall, cpu;
};

static void take_process(struct cell *c, const struct raw *raw, struct sums *sums) {
  c->processes[c->process_count++] = raw->process;
  sums->throttled += raw->throttled_ns;
  sums->cpu += raw->user_ns + raw->sys_ns;
  sums->wall += raw->process.wall;
  c->trouble.failed += raw->failed;
  c->trouble.distrusted += raw->process.distrusted;
}

/* The most samples that a process of the entry has. */
static size_t samples_most(const struct entry *e) {
  size_t most = 0;
  for (size_t i = 0; i < e->count; i++)
    most = e->raws[i].count > most ? e->raws[i].count : most;
  return most;
}

static bool in_place(const struct cell *c) {
  for (size_t i = 1; i < c->process_count; i++)
    if (by_place(&c->processes[i - 1], &c->processes[i]) > 0)
      return false;
  return true;
}

static int finish_entry(struct entry *e, const char *folder, struct fault *why) {
  struct cell *c = &e->cell;
  struct sums sums = {0};
  double *values = must_alloc(samples_most(e), sizeof *values);
  int failed = 0;
  c->processes = must_grow(NULL, e->count + 1, sizeof *c->processes);
  for (size_t i = 0; i < e->count && !failed; i++)
    if (!e->raws[i].superseded && (failed = finish_raw(c, &e->raws[i], values, folder, why)) == 0)
      take_process(c, &e->raws[i], &sums);
  free(values);
  entry_free_raws(e);
  c->throttled = sums.wall > 0 && sums.throttled > 0.01 * sums.wall;
  c->cpus = sums.wall > 0 && sums.cpu > 0 ? sums.cpu / sums.wall : 0; /* NAN, an unknown time, is not above 0 */
  c->trouble.processes = (long)c->process_count;
  if (!in_place(c))
    qsort(c->processes, c->process_count, sizeof *c->processes, by_place);
  return failed;
}

/* Entries that threads finish, each alone. */
struct finishing {
  struct loader *loader;
  pthread_mutex_t lock; /* of the two below */
  size_t failed;        /* the first entry that is wrong, or NOT_THERE */
  struct fault *why;
};

static void finish_one(void *with, size_t i) {
  struct finishing *f = with;
  struct fault why = {0};
  if (finish_entry(&f->loader->entries[i], f->loader->run->folder, &why) == 0)
    return;
  pthread_mutex_lock(&f->lock);
  if (i < f->failed)
    f->failed = i, *f->why = why;
  pthread_mutex_unlock(&f->lock);
}

static int finish_entries(struct loader *l, struct fault *why) {
  struct finishing f = {.loader = l, .failed = NOT_THERE, .why = why};
  pthread_mutex_init(&f.lock, NULL);
  parallel_each(l->count, l->run->rows < ROWS_FEW ? 1 : usable_threads(), finish_one, &f);
  pthread_mutex_destroy(&f.lock);
  return f.failed == NOT_THERE ? 0 : -1;
}

/* ---- the flat list to problems ---- */

static bool same_problem(const void *problems, size_t at, const void *key) {
  const struct problem *p = &((const struct problem *)problems)[at];
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (cell_axes[axis].level != CELL_LEVEL_WAY && strcmp(problem_text(p, axis), cell_text(key, axis)) != 0)
      return false;
  return true;
}

static struct problem *problem_of(struct run *run, struct hash *by_name, const struct cell *c) {
  uint64_t hash = HASH_START;
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (cell_axes[axis].level != CELL_LEVEL_WAY)
      hash = hash_text(hash, cell_text(c, axis));
  size_t at = hash_find(by_name, hash, same_problem, run->problems, c);
  if (at != NOT_THERE)
    return &run->problems[at];
  GROW(run->problems, run->problem_count, run->problem_capacity);
  hash_add(by_name, hash, run->problem_count);
  struct problem *p = &run->problems[run->problem_count++];
  *p = (struct problem){.unit = must_copy(""),
                        .bound = must_copy(""),
                        .summary = must_copy(""),
                        .doc = must_copy(""),
                        .flags = must_copy("")};
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (problem_text_of(p, axis))
      *problem_text_of(p, axis) = must_copy(cell_text(c, axis));
  return p;
}

/* Sorts cells by the first appearance of their texts, which is the configuration's order. */
struct sorted {
  size_t first[CELL_IDS]; /* index plus 1 of the problem's first cell with the same text */
  struct cell cell;
};

struct wanted_text {
  const char *text;
  enum cell_axis axis;
};

static bool has_text(const void *cells, size_t at, const void *key) {
  const struct wanted_text *wanted = key;
  return strcmp(cell_text(&((const struct cell *)cells)[at], wanted->axis), wanted->text) == 0;
}

/* Fills `first` on one axis for every cell of the problem. */
static void find_first(const struct problem *p, enum cell_axis axis, struct sorted *sorted) {
  struct hash seen = {0};
  for (size_t i = 0; i < p->count; i++) {
    struct wanted_text wanted = {cell_text(&p->cells[i], axis), axis};
    uint64_t hash = hash_text(HASH_START, wanted.text);
    size_t first = hash_find(&seen, hash, has_text, p->cells, &wanted);
    if (first == NOT_THERE)
      hash_add(&seen, hash, first = i);
    sorted[i].first[axis] = 1 + first;
  }
  hash_free(&seen);
}

static int by_name(const void *a, const void *b) {
  const struct sorted *x = a, *y = b;
  for (int i = 0; i < CELL_IDS; i++)
    if (x->first[i] != y->first[i])
      return x->first[i] < y->first[i] ? -1 : 1;
  return (x->cell.workers > y->cell.workers) - (x->cell.workers < y->cell.workers);
}

/* Finds the axes on which the cells of the problem, and those of each variant, differ. `sorted` is in their order. */
static void compare_texts(struct problem *p, const struct sorted *sorted) {
  size_t *first = must_alloc(p->count + 1, sizeof *first);
  unsigned *several = must_alloc(p->count + 1, sizeof *several);
  for (size_t i = 0; i < p->count; i++) {
    size_t variant = sorted[i].first[CELL_ID_variant];
    if (!first[variant])
      first[variant] = i + 1;
    for (int axis = 0; axis < CELL_IDS; axis++) {
      p->varies |= (unsigned)(sorted[i].first[axis] != sorted[0].first[axis]) << axis;
      several[variant] |= (unsigned)(sorted[i].first[axis] != sorted[first[variant] - 1].first[axis]) << axis;
    }
  }
  for (size_t i = 0; i < p->count; i++)
    p->cells[i].several = several[sorted[i].first[CELL_ID_variant]];
  p->compared = true;
  free(first);
  free(several);
}

static void sort_cells(struct problem *p) {
  struct sorted *sorted = must_alloc(p->count, sizeof *sorted);
  for (int axis = 0; axis < CELL_IDS; axis++)
    find_first(p, (enum cell_axis)axis, sorted);
  for (size_t i = 0; i < p->count; i++) {
    sorted[i].cell = p->cells[i];
    if (p->cells[i].serial)
      sorted[i].first[CELL_ID_variant] = 0;
  }
  qsort(sorted, p->count, sizeof *sorted, by_name);
  for (size_t i = 0; i < p->count; i++) {
    p->cells[i] = sorted[i].cell;
    if (p->cells[i].naive)
      p->naive = &p->cells[i];
    if (p->cells[i].best_serial)
      p->best_serial = &p->cells[i];
  }
  compare_texts(p, sorted);
  free(sorted);
}

/* ---- answers ---- */

static bool fixes_answer(enum cell_axis axis) {
  return cell_axes[axis].level == CELL_LEVEL_PROBLEM || axis == CELL_ID_method;
}

static bool has_answer(const void *oracles, size_t at, const void *key) {
  const struct oracle *o = &((const struct oracle *)oracles)[at];
  const struct cell_id *wanted = key;
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (fixes_answer(axis) && strcmp(o->text[axis], wanted->text[axis]) != 0)
      return false;
  return true;
}

static uint64_t answer_hash(const struct cell_id *id) {
  uint64_t hash = HASH_START;
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (fixes_answer(axis))
      hash = hash_text(hash, id->text[axis]);
  return hash;
}

void oracle_free(struct oracle *o) {
  for (int axis = 0; axis < CELL_IDS; axis++)
    free(o->text[axis]);
  free(o->digest);
}

void oracle_add(struct loader *l, const struct cell_id *id, const char *digest) {
  uint64_t hash = answer_hash(id);
  size_t first = hash_find(&l->by_answer, hash, has_answer, l->oracles, id), last = NOT_THERE;
  for (size_t i = first; i != NOT_THERE; last = i, i = l->oracles[i].next)
    if (strcmp(l->oracles[i].digest, digest) == 0)
      return;
  GROW(l->oracles, l->oracle_count, l->oracle_capacity);
  if (first == NOT_THERE)
    hash_add(&l->by_answer, hash, l->oracle_count);
  else
    l->oracles[last].next = l->oracle_count;
  struct oracle *o = &l->oracles[l->oracle_count++];
  *o = (struct oracle){.digest = must_copy(digest), .next = NOT_THERE};
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    o->text[axis] = fixes_answer(axis) ? must_copy(id->text[axis]) : NULL;
}

/* Weak scaling has one oracle per problem size; one of them must agree. */
static void check_digest(const struct loader *l, struct cell *c) {
  size_t asked = 0, agree = 0;
  struct cell_id id = {.workers = c->workers};
  if (!c->digest)
    return;
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    id.text[axis] = cell_text(c, axis);
  size_t i = hash_find(&l->by_answer, answer_hash(&id), has_answer, l->oracles, &id);
  for (; i != NOT_THERE; i = l->oracles[i].next) {
    asked++;
    agree += strcmp(l->oracles[i].digest, c->digest) == 0;
  }
  if (scale_of(c->scale) == SCALE_WEAK ? asked && !agree : agree < asked)
    c->digests_differ = true;
}

/* Programs that print a rate say what they count in words that only people read. */
static void take_rates(struct problem *p) {
  for (size_t i = 0; i < p->count; i++)
    p->rated |= p->cells[i].rated;
  if (p->rated)
    replace(&p->unit, "units");
}

int load_group(struct loader *l, struct fault *why) {
  struct run *run = l->run;
  struct hash by_problem = {0};
  long invalid = 0, unplanned = 0;
  if (finish_entries(l, why) != 0)
    return -1;
  for (size_t i = 0; i < l->count; i++) {
    struct cell *c = &l->entries[i].cell;
    check_digest(l, c);
    invalid += c->trouble.invalid_times;
    unplanned += !c->planned;
    if (c->workers > run->most_workers)
      run->most_workers = c->workers;
    if (c->usable_cpus > run->usable_cpus)
      run->usable_cpus = c->usable_cpus;
    struct problem *p = problem_of(run, &by_problem, c);
    GROW(p->cells, p->count, p->capacity);
    p->cells[p->count++] = *c;
    *c = (struct cell){0}; /* the problem owns it now */
  }
  hash_free(&by_problem);
  for (size_t i = 0; i < run->problem_count; i++) {
    sort_cells(&run->problems[i]);
    describe_problem(run, &run->problems[i]);
    take_rates(&run->problems[i]);
  }
  char message[160];
  snprintf(message, sizeof message,
           N_("samples.csv: %ld timed rows without a positive time; their processes are left out"), invalid);
  if (invalid)
    notice(run, message);
  snprintf(message, sizeof message, N_("samples.csv: %ld cells that plan.csv does not name"), unplanned);
  if (unplanned)
    notice(run, message);
  return 0;
}

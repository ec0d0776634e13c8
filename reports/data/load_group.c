/* From raw processes to processes, and from the flat list of cells to problems. */
#include "base/paired.h"
#include "load.h"

#include <math.h>
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

static int finish_raw(struct raw *raw, const char *folder, struct fault *why) {
  if (raw->count)
    qsort(raw->samples, raw->count, sizeof *raw->samples, by_sample);
  double *values = must_alloc(raw->count, sizeof *values);
  for (size_t i = 0; i < raw->count; i++) {
    values[i] = raw->samples[i].ns;
    if (i > 0 && raw->samples[i].index == raw->samples[i - 1].index) {
      free(values);
      return fault_set(why, EXIT_USAGE, "%s/samples.csv:%ld: the same sample as line %ld (round, block, order, sample)",
                       folder, raw->samples[i].line, raw->samples[i - 1].line);
    }
  }
  struct process *p = &raw->process;
  if (raw->count)
    p->ns = process_ns(values, raw->count);
  if (raw->work_units > 0)
    p->throughput = raw->work_units / p->wall * 1e9;
  p->ok = !raw->failed && raw->count > 0;
  free(values);
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

static int finish_entry(struct entry *e, const char *folder, struct fault *why) {
  struct cell *c = &e->cell;
  int64_t throttled = 0;
  double wall = 0;
  for (size_t i = 0; i < e->count; i++) {
    if (e->raws[i].superseded)
      continue;
    if (finish_raw(&e->raws[i], folder, why) != 0)
      return -1;
    GROW(c->processes, c->process_count, c->process_capacity);
    c->processes[c->process_count++] = e->raws[i].process;
    throttled += e->raws[i].throttled_ns;
    wall += e->raws[i].process.wall;
    c->trouble.failed += e->raws[i].failed;
    c->trouble.distrusted += e->raws[i].process.distrusted;
  }
  c->throttled = wall > 0 && (double)throttled > 0.01 * wall;
  c->trouble.processes = (long)c->process_count;
  if (c->process_count)
    qsort(c->processes, c->process_count, sizeof *c->processes, by_place);
  return 0;
}

/* ---- the flat list to problems ---- */

static bool same_problem(const struct problem *p, const struct cell *c) {
  return strcmp(p->kernel, c->kernel) == 0 && strcmp(p->problem, c->problem) == 0 && strcmp(p->build, c->build) == 0 &&
         strcmp(p->scale, c->scale) == 0;
}

static struct problem *problem_of(struct run *run, const struct cell *c) {
  for (size_t i = 0; i < run->problem_count; i++)
    if (same_problem(&run->problems[i], c))
      return &run->problems[i];
  GROW(run->problems, run->problem_count, run->problem_capacity);
  struct problem *p = &run->problems[run->problem_count++];
  *p = (struct problem){.build = must_copy(c->build),
                        .kernel = must_copy(c->kernel),
                        .problem = must_copy(c->problem),
                        .scale = must_copy(c->scale),
                        .unit = must_copy(""),
                        .bound = must_copy(""),
                        .summary = must_copy(""),
                        .doc = must_copy("")};
  return p;
}

/* Where a cell's text first appears among the cells: keeps the order of the configuration. */
static size_t first_seen(const struct cell *cells, const struct cell *c, enum cell_axis axis) {
  size_t i = 0;
  while (strcmp(cell_text(&cells[i], axis), cell_text(c, axis)) != 0)
    i++;
  return i;
}

struct sorted {
  size_t place[CELL_IDS];
  struct cell cell;
};

static int by_name(const void *a, const void *b) {
  const struct sorted *x = a, *y = b;
  for (int i = 0; i < CELL_IDS; i++)
    if (x->place[i] != y->place[i])
      return x->place[i] < y->place[i] ? -1 : 1;
  return (x->cell.workers > y->cell.workers) - (x->cell.workers < y->cell.workers);
}

static void sort_cells(struct problem *p) {
  struct sorted *sorted = must_alloc(p->count, sizeof *sorted);
  for (size_t i = 0; i < p->count; i++) {
    struct cell *c = &p->cells[i];
    sorted[i].cell = *c;
    for (int axis = 0; axis < CELL_IDS; axis++)
      sorted[i].place[axis] = 1 + first_seen(p->cells, c, (enum cell_axis)axis);
    if (strcmp(c->variant, "seq") == 0)
      sorted[i].place[CELL_ID_variant] = 0;
  }
  qsort(sorted, p->count, sizeof *sorted, by_name);
  for (size_t i = 0; i < p->count; i++) {
    p->cells[i] = sorted[i].cell;
    if (p->cells[i].naive)
      p->naive = &p->cells[i];
    if (p->cells[i].best_serial)
      p->best_serial = &p->cells[i];
  }
  free(sorted);
}

/* A problem that grows has an oracle a size: then one of them must agree. */
static void check_digest(const struct loader *l, struct cell *c) {
  size_t asked = 0, agree = 0;
  for (size_t i = 0; i < l->oracle_count; i++) {
    const struct oracle *o = &l->oracles[i];
    if (c->digest && strcmp(o->kernel, c->kernel) == 0 && strcmp(o->problem, c->problem) == 0 &&
        strcmp(o->method, c->method) == 0 && strcmp(o->scale, c->scale) == 0) {
      asked++;
      agree += strcmp(o->digest, c->digest) == 0;
    }
  }
  if (strcmp(c->scale, "weak") == 0 ? asked && !agree : agree < asked)
    c->digests_differ = true;
}

int load_group(struct loader *l, struct fault *why) {
  struct run *run = l->run;
  long invalid = 0, unplanned = 0;
  for (size_t i = 0; i < l->count; i++) {
    struct cell *c = &l->entries[i].cell;
    if (finish_entry(&l->entries[i], run->folder, why) != 0)
      return -1;
    check_digest(l, c);
    invalid += c->trouble.invalid_times;
    unplanned += !c->planned;
    if (c->workers > run->most_workers)
      run->most_workers = c->workers;
    if (c->usable_cpus > run->usable_cpus)
      run->usable_cpus = c->usable_cpus;
    struct problem *p = problem_of(run, c);
    GROW(p->cells, p->count, p->capacity);
    p->cells[p->count++] = *c;
    *c = (struct cell){0}; /* the problem owns it now */
  }
  for (size_t i = 0; i < run->problem_count; i++)
    sort_cells(&run->problems[i]);
  char said[160];
  snprintf(said, sizeof said, "samples.csv: %ld timed rows without a positive time; their processes are left out",
           invalid);
  if (invalid)
    notice(run, said);
  snprintf(said, sizeof said, "samples.csv: %ld cells that plan.csv does not name", unplanned);
  if (unplanned)
    notice(run, said);
  return 0;
}

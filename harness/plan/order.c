/* Orders a plan: baselines, what fits the budget, random blocks. */
#include "plan.h"

#include "base/random.h"
#include "base/samples.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- baselines ---- */

static bool runs(const struct plan_cell *cell) { return cell->state == CELL_PLANNED && !cell->settled; }

int plan_baseline(const struct plan *plan, int block) {
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].best_serial && plan->cells[i].block == block)
      return i;
  return -1;
}

void plan_choose_baselines(struct plan *plan) {
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_cell *cell = &plan->cells[i];
    if (!runs(cell) || !cell->variant->serial || cell->pilot_ns <= 0)
      continue;
    int best = plan_baseline(plan, cell->block);
    if (best >= 0 && plan->cells[best].pilot_ns <= cell->pilot_ns)
      continue;
    if (best >= 0)
      plan->cells[best].best_serial = false;
    cell->best_serial = true;
  }
}

const char *plan_baseline_name(const struct plan *plan, const struct plan_cell *cell) {
  int best = plan_baseline(plan, cell->block);
  bool naive =
      cell->variant->serial && plan->tasks[cell->task].naive && cell->pin == (best >= 0 ? plan->cells[best].pin : 0);
  if (plan->tasks[cell->task].build)
    return "";
  return naive && cell->best_serial ? "naive best-serial" : naive ? "naive" : cell->best_serial ? "best-serial" : "";
}

/* ---- what fits the budget ---- */

static int cells_in_block(const struct plan *plan, int block) {
  int count = 0;
  for (int i = 0; i < plan->cell_count; i++)
    count += runs(&plan->cells[i]) && plan->cells[i].block == block;
  return count;
}

/* How often the baseline stands in a block of `others` other cells. */
static int repeats(int others) {
  int times = (int)lround(sqrt(others));
  return times > 1 ? times : 1;
}

int plan_processes(const struct plan *plan, int block) {
  int base = plan_baseline(plan, block), cells = cells_in_block(plan, block);
  return base >= 0 && runs(&plan->cells[base]) ? cells - 1 + repeats(cells - 1) : cells;
}

int64_t plan_block_ns(const struct plan *plan, int block) {
  int64_t sum = 0;
  for (int i = 0; i < plan->cell_count; i++)
    if (runs(&plan->cells[i]) && plan->cells[i].block == block)
      sum += plan->cells[i].process_ns;
  int base = plan_baseline(plan, block);
  if (base >= 0 && runs(&plan->cells[base]))
    sum += plan->cells[base].process_ns * (plan_processes(plan, block) - cells_in_block(plan, block));
  return sum;
}

int64_t plan_round_ns(const struct plan *plan) {
  int64_t sum = 0;
  for (int block = 0; block < plan->block_count; block++)
    sum += plan_block_ns(plan, block);
  return sum;
}

void plan_set_work(struct plan_cell *cell, int64_t iterations, int64_t warmup, int64_t samples) {
  int64_t before = cell->pilot_ns * cell->iterations * (cell->warmup + cell->samples);
  int64_t after = cell->pilot_ns * iterations * (warmup + samples);
  cell->iterations = iterations, cell->warmup = warmup, cell->samples = samples;
  cell->process_ns += after - before;
  if (cell->process_ns < after)
    cell->process_ns = after;
}

/* Of one problem and build; a block is not enough, since each pair of two builds is a block of its own. */
static bool same_problem(const struct plan *plan, const struct plan_cell *a, const struct plan_cell *b) {
  const struct task *x = &plan->tasks[a->task], *y = &plan->tasks[b->task];
  return x->kernel == y->kernel && strcmp(x->problem, y->problem) == 0 && !x->weak == !y->weak &&
         strcmp(x->build ? x->build : "", y->build ? y->build : "") == 0;
}

/* Without it the problem would have no cell of several workers left under its variant. */
static bool is_last_of_several(const struct plan *plan, const struct plan_cell *cell) {
  for (const struct plan_cell *other = plan->cells; other < plan->cells + plan->cell_count; other++)
    if (same_problem(plan, other, cell) && other->variant == cell->variant && runs(other) && other->workers > 1 &&
        other->workers != cell->workers)
      return false;
  return cell->workers > 1;
}

static void thin_count(struct plan *plan, int workers) {
  for (int i = 0; i < plan->cell_count; i++)
    if (runs(&plan->cells[i]) && plan->cells[i].workers == workers && !is_last_of_several(plan, &plan->cells[i])) {
      plan->cells[i].state = CELL_THINNED;
      snprintf(plan->cells[i].note, sizeof plan->cells[i].note, "left out to keep the time budget");
    }
}

/* Fewer samples a process: its time shrinks with them. */
static void thin_samples(struct plan *plan, int64_t samples) {
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_cell *cell = &plan->cells[i];
    plan_set_work(cell, cell->iterations, cell->warmup, samples);
  }
  plan->samples = samples;
}

/* In double, since a hopeless plan overflows 63 bits. */
static bool fits(const struct plan *plan, int64_t rounds, int64_t left_ns) {
  return (double)plan_round_ns(plan) * (double)rounds <= (double)left_ns;
}

void plan_thin(struct plan *plan, int64_t left_ns, int64_t rounds, int keep) {
  int workers;
  while (plan->thinned.count > keep && !fits(plan, rounds, left_ns) && (workers = workers_thin(&plan->thinned)) > 0)
    thin_count(plan, workers);
}

static void fit_samples(struct plan *plan, int64_t left_ns) {
  for (int64_t samples = plan->samples - 1; samples >= 1 && !fits(plan, plan->rounds, left_ns); samples--)
    thin_samples(plan, samples);
}

static void fit_rounds(struct plan *plan, int64_t left_ns) {
  int64_t round = plan_round_ns(plan), rounds = round > 0 ? left_ns / round : plan->rounds;
  if (rounds < plan->rounds && plan->rounds > ROUNDS_MIN)
    plan->rounds = rounds < ROUNDS_MIN ? ROUNDS_MIN : rounds;
}

void plan_fit(struct plan *plan, int64_t left_ns) {
  plan_thin(plan, left_ns, plan->rounds, CURVE_COUNTS);
  fit_samples(plan, left_ns);
  fit_rounds(plan, left_ns);
  plan_thin(plan, left_ns, plan->rounds, 0);
}

/* Of no cell that runs any more, for the budget's sake: cells that failed or cannot run here are another matter. */
static bool thinned_out(const struct plan *plan, int workers) {
  bool thinned = false;
  for (const struct plan_cell *cell = plan->cells; cell < plan->cells + plan->cell_count; cell++) {
    if (cell->workers == workers && runs(cell))
      return false;
    thinned |= cell->workers == workers && cell->state == CELL_THINNED;
  }
  return thinned;
}

void plan_tell(const struct plan *plan, const struct plan *asked, int64_t left_ns, char *told, size_t size) {
  char out[8 * COUNTS_MAX] = "", needed[40];
  for (int i = 0; i < plan->counts.count; i++) {
    if (thinned_out(plan, plan->counts.workers[i]))
      append(out, sizeof out, "%s%d", out[0] ? ", " : "", plan->counts.workers[i]);
  }
  told[0] = '\0';
  if (out[0])
    append(told, size, "to keep the budget: worker counts left out: %s\n", out);
  if (plan->samples < asked->samples)
    append(told, size, "to keep the budget: samples of a process: %d instead of %d\n", (int)plan->samples,
           (int)asked->samples);
  if (plan->rounds < asked->rounds)
    append(told, size, "to keep the budget: rounds: %d instead of %d\n", (int)plan->rounds, (int)asked->rounds);
  if (left_ns > 0 && !fits(plan, plan->rounds, left_ns))
    append(told, size, "the budget is too short: %d rounds take %s\n", (int)plan->rounds,
           format_duration(plan_round_ns(plan) * plan->rounds, needed, sizeof needed));
  if (told[0])
    told[strlen(told) - 1] = '\0';
}

/* ---- random order ---- */

int plan_order(const struct plan *plan, int block, uint64_t *random, int *order) {
  int base = plan_baseline(plan, block), count = 0, others = 0;
  int *shuffled = malloc(((size_t)plan->cell_count + 1) * sizeof *shuffled);
  if (!shuffled)
    return 0;
  for (int i = 0; i < plan->cell_count; i++)
    if (i != base && runs(&plan->cells[i]) && plan->cells[i].block == block)
      shuffled[others++] = i;
  if (!plan->sequential)
    random_shuffle(shuffled, others, random);
  int times = base >= 0 && runs(&plan->cells[base]) ? repeats(others) : 0;
  for (int part = 0, next = 0; part < (times ? times : 1); part++) {
    int end = others * (part + 1) / (times ? times : 1);
    int side = plan->sequential ? 0 : (int)(random_next(random) & 1); /* of an odd number: either side */
    int middle = next + (end - next + side) / 2;
    for (; next < end || (times && next == middle); next++) {
      if (times && next == middle) {
        order[count++] = base;
        middle = -1;
        if (next == end)
          break;
      }
      order[count++] = shuffled[next];
    }
  }
  free(shuffled);
  return count;
}

/* ---- identity ---- */

const struct cell_id *plan_identify(const struct plan *plan, const struct task *task, const struct plan_cell *cell,
                                    struct plan_identity *out) {
  const struct schedule schedule = cell ? cell->schedule : (struct schedule){SCHEDULE_STATIC, 1};
  const struct pin *pin = cell ? &plan->pins[cell->pin] : NULL;
  out->id = (struct cell_id){.text = {[CELL_ID_build] = task->build ? task->build : "",
                                      [CELL_ID_kernel] = task->kernel->name,
                                      [CELL_ID_problem] = task->problem,
                                      [CELL_ID_method] = task->method,
                                      [CELL_ID_variant] = (cell ? cell->variant : plan->serial)->name,
                                      [CELL_ID_schedule] = schedule_text(schedule, out->schedule, sizeof out->schedule),
                                      [CELL_ID_pin] = pin ? pin->policy : "none",
                                      [CELL_ID_memory] = pin ? pin->memory : "local",
                                      [CELL_ID_scale] = scale_word(task->weak ? SCALE_WEAK : SCALE_STRONG)},
                             .workers = cell         ? cell->workers
                                        : task->weak ? task->weak
                                                     : 1};
  return &out->id;
}

/* ---- plan.csv ---- */

static const char *const plan_names[PLAN_COLUMNS] = {
#define PLAN_COLUMN(name, type, meaning) #name,
#include "base/plan.def"
#undef PLAN_COLUMN
};

static void write_cell(FILE *file, const struct plan *plan, int index) {
  const struct plan_cell *cell = &plan->cells[index];
  const struct task *task = &plan->tasks[cell->task];
  struct plan_identity identity;
  const struct cell_id *id = plan_identify(plan, task, cell, &identity);
  const struct {
    enum plan_column column;
    int64_t value;
  } numbers[] = {{PLAN_cell, index},
                 {PLAN_block, cell->block},
                 {PLAN_workers, id->workers},
                 {PLAN_iterations, cell->iterations},
                 {PLAN_warmup, cell->warmup},
                 {PLAN_samples, cell->samples},
                 {PLAN_pilot_ns, cell->pilot_ns},
                 {PLAN_process_ns, cell->process_ns},
                 {PLAN_pss_bytes, cell->pss_bytes}};
  char number[sizeof numbers / sizeof *numbers][24], attainable[32], line[8192] = "";
  const char *texts[PLAN_COLUMNS] = {
#define CELL_ID(name, level, label, meaning) [PLAN_##name] = id->text[CELL_ID_##name],
#include "base/cell_id.def"
      [PLAN_baseline] = plan_baseline_name(plan, cell),
      [PLAN_attainable_ratio] = attainable,
      [PLAN_section] = task->section ? task->section->label : "",
      [PLAN_state] = cell_state_word(cell->state),
      [PLAN_note] = cell->note};
  snprintf(attainable, sizeof attainable, "%.6g", task->attainable[cell->count_index]);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    snprintf(number[i], sizeof number[i], "%lld", (long long)numbers[i].value);
    texts[numbers[i].column] = number[i];
  }
  for (int i = 0; i < PLAN_COLUMNS; i++)
    csv_field(line, sizeof line, texts[i], i == 0);
  fprintf(file, "%s\n", line);
}

int plan_write(const struct plan *plan, const char *path, struct fault *fault) {
  char temporary[4200];
  snprintf(temporary, sizeof temporary, "%s.new", path);
  FILE *file = fopen(temporary, "we");
  if (!file)
    return fault_set(fault, EXIT_USAGE, "%s: cannot create: %s", temporary, strerror(errno));
  for (int i = 0; i < PLAN_COLUMNS; i++)
    fprintf(file, "%s%s", i ? "," : "", plan_names[i]);
  fputc('\n', file);
  for (int i = 0; i < plan->cell_count; i++)
    write_cell(file, plan, i);
  int failed = ferror(file);
  if (fclose(file) == 0 && !failed && rename(temporary, path) == 0)
    return 0;
  int error = errno;
  unlink(temporary);
  return fault_set(fault, EXIT_UNDECIDED, "%s: cannot write: %s", path, strerror(error));
}

/* Baselines, expected times and the random order of a plan. */
#include "plan.h"

#include "base/paired.h"
#include "base/place.h"
#include "base/random.h"
#include "base/samples.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- baselines ---- */

bool cell_runs(const struct plan_cell *cell) { return cell->state == CELL_PLANNED && !cell->settled; }

double plan_pilot_time(const struct plan_cell *cell) {
  return cell->unit_ns > 0 ? cell->unit_ns : (double)cell->pilot_ns;
}

int plan_baseline(const struct plan *plan, int block) {
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i))
    if (plan->cells[i].best_serial)
      return i;
  return -1;
}

void plan_choose_baselines(struct plan *plan) {
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_cell *cell = &plan->cells[i];
    if (!cell_runs(cell) || !cell->variant->serial || cell->pilot_ns <= 0)
      continue;
    int best = plan_baseline(plan, cell->block);
    if (best >= 0 && plan_pilot_time(&plan->cells[best]) <= plan_pilot_time(cell))
      continue;
    if (best >= 0)
      plan->cells[best].best_serial = false;
    cell->best_serial = true;
  }
}

const char *plan_baseline_name(const struct plan *plan, const struct plan_cell *cell) {
  const struct task *task = &plan->tasks[cell->task];
  int index = plan_baseline(plan, cell->block);
  const struct plan_cell *best = index >= 0 ? &plan->cells[index] : NULL;
  bool naive = cell->variant->serial && task->naive && cell->pin == (best ? best->pin : 0) &&
               cell->env == (best ? best->env : task->env);
  if (task->build)
    return "";
  return baseline_words(naive, cell->best_serial);
}

/* ---- what a round takes ---- */

static int cells_in_block(const struct plan *plan, int block) {
  int count = 0;
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i))
    count += cell_runs(&plan->cells[i]);
  return count;
}

/* Returns how often the baseline runs in a round of its block, 0 if it does not: as often as makes the round's time and
 * the widths of its ratios smallest. Three partners (partners_median) have 0.72 of the variance of one, which pays
 * where the others take over 4.3 times its time. */
static int repeats(const struct plan *plan, int block) {
  const double pays = 4.3;
  int base = plan_baseline(plan, block), others = cells_in_block(plan, block) - 1;
  double sum = 0;
  if (base < 0 || !cell_runs(&plan->cells[base]))
    return 0;
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i))
    if (i != base && cell_runs(&plan->cells[i]))
      sum += (double)plan->cells[i].process_ns;
  int64_t own = plan->cells[base].process_ns;
  double share = own > 0 ? sum / (double)own : others;
  int whole = (int)lround(sqrt(share < others ? share : others));
  if (whole < PARTNERS_MOST && share > pays)
    return PARTNERS_MOST;
  return whole > 1 ? whole : 1;
}

int plan_processes(const struct plan *plan, int block) {
  int times = repeats(plan, block), cells = cells_in_block(plan, block);
  return times ? cells - 1 + times : cells;
}

int64_t plan_block_ns(const struct plan *plan, int block) {
  int64_t sum = 0;
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i))
    if (cell_runs(&plan->cells[i]))
      sum += plan->cells[i].process_ns;
  int base = plan_baseline(plan, block);
  if (base >= 0 && cell_runs(&plan->cells[base]))
    sum += plan->cells[base].process_ns * (plan_processes(plan, block) - cells_in_block(plan, block));
  return sum;
}

int64_t plan_round_ns(const struct plan *plan) {
  int64_t sum = 0;
  for (int block = 0; block < plan->block_count; block++)
    sum += plan_block_ns(plan, block);
  return sum;
}

int64_t plan_least_ns(const struct plan_cell *cell) {
  return cell->process_ns - cell->pilot_ns * cell->iterations * (cell->samples - 1);
}

bool cell_first_counts(const struct task *task, const struct plan_cell *cell) {
  return (task->kernel->needs & NEED_OWN) && cell->iterations == 1 && cell->warmup == 0;
}

void plan_expect_process(struct plan_cell *cell, const struct task *task, int64_t overhead_ns, int64_t cold_ns) {
  int64_t first = cell_first_counts(task, cell) ? 0 : cold_ns;
  cell->process_ns = overhead_ns + first + (cell->samples + cell->warmup) * cell->pilot_ns * cell->iterations;
}

void plan_set_work(struct plan_cell *cell, int64_t iterations, int64_t warmup, int64_t samples) {
  int64_t before = cell->pilot_ns * cell->iterations * (cell->warmup + cell->samples);
  int64_t after = cell->pilot_ns * iterations * (warmup + samples);
  cell->iterations = iterations, cell->warmup = warmup, cell->samples = samples;
  cell->process_ns += after - before;
  if (cell->process_ns < after)
    cell->process_ns = after;
}

/* ---- random order ---- */

int plan_order(const struct plan *plan, int block, uint64_t *random, int *order, struct fault *fault) {
  int base = plan_baseline(plan, block), count = 0, others = 0;
  int *shuffled = calloc((size_t)plan->cell_count + 1, sizeof *shuffled);
  if (!shuffled)
    return fault_memory(fault);
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i))
    if (i != base && cell_runs(&plan->cells[i]))
      shuffled[others++] = i;
  if (!plan->sequential)
    random_shuffle(shuffled, others, random);
  int times = repeats(plan, block);
  for (int part = 0, next = 0; part < (times ? times : 1); part++) {
    int end = others * (part + 1) / (times ? times : 1);
    int side =
        plan->sequential
            ? 0
            : (int)(random_next(random) & 1); /* an odd count: the baseline goes left or right of the middle cell */
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

bool plan_same_way(const struct plan_cell *a, const struct plan_cell *b) {
  return a->task == b->task && a->variant == b->variant && a->pin == b->pin && a->env == b->env &&
         a->schedule.kind == b->schedule.kind && a->schedule.chunk == b->schedule.chunk;
}

bool plan_stays(const struct plan *plan, const struct plan_cell *cell) {
  return plan->pins[cell->pin].keeps && (cell->workers == 1 || cell->variant->one_thread) &&
         !(plan->tasks[cell->task].kernel->needs & (NEED_OWN | NEED_POLL));
}

const struct cell_id *plan_identify(const struct plan *plan, const struct task *task, const struct plan_cell *cell,
                                    struct plan_identity *out) {
  const struct schedule schedule = cell ? cell->schedule : (struct schedule){SCHEDULE_STATIC, 1};
  int env = cell ? cell->env : task->env;
  const struct pin *pin = cell ? &plan->pins[cell->pin] : plan->pin_count > 0 ? plan->pins : NULL;
  out->id = (struct cell_id){.text = {[CELL_ID_build] = build_role_word(task->build),
                                      [CELL_ID_kernel] = task->kernel->name,
                                      [CELL_ID_problem] = task->problem,
                                      [CELL_ID_method] = task->method,
                                      [CELL_ID_variant] = (cell ? cell->variant : plan->serial)->name,
                                      [CELL_ID_schedule] = schedule_text(schedule, out->schedule, sizeof out->schedule),
                                      [CELL_ID_env] = env ? plan->envs[env - 1] : "",
                                      [CELL_ID_pin] = pin ? pin->policy : PIN_NONE,
                                      [CELL_ID_memory] = pin ? pin->memory : MEMORY_LOCAL,
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
  snprintf(attainable, sizeof attainable, "%.6g", plan_attainable(task, cell));
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    snprintf(number[i], sizeof number[i], "%lld", (long long)numbers[i].value);
    texts[numbers[i].column] = number[i];
  }
  for (int i = 0; i < PLAN_COLUMNS; i++)
    csv_field(line, sizeof line, texts[i], i == 0);
  fprintf(file, "%s\n", line);
}

char *plan_header(char out[PLAN_HEADER_BYTES]) {
  out[0] = '\0';
  for (int i = 0; i < PLAN_COLUMNS; i++)
    csv_field(out, PLAN_HEADER_BYTES, plan_names[i], i == 0);
  return out;
}

int plan_write(const struct plan *plan, const char *path, struct fault *fault) {
  char *text = NULL, header[PLAN_HEADER_BYTES];
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  if (!file)
    return fault_memory(fault);
  fprintf(file, "%s\n", plan_header(header));
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].state != CELL_SPARE)
      write_cell(file, plan, i);
  int failed = ferror(file);
  if (fclose(file) != 0 || failed)
    failed = fault_memory(fault);
  else
    failed = place_write_path(path, text, bytes, fault);
  free(text);
  return failed;
}

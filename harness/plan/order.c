/* Orders a plan: baselines, what a round of it takes, random blocks. */
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

bool cell_runs(const struct plan_cell *cell) { return cell->state == CELL_PLANNED && !cell->settled; }

static bool is_seq(const struct plan_cell *cell) { return strcmp(cell->variant->name, "seq") == 0; }

int plan_baseline(const struct plan *plan, int block) {
  for (int i = 0; i < plan->cell_count; i++)
    if (plan->cells[i].best_serial && plan->cells[i].block == block)
      return i;
  return -1;
}

void plan_choose_baselines(struct plan *plan) {
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_cell *cell = &plan->cells[i];
    if (!cell_runs(cell) || !is_seq(cell) || cell->pilot_ns <= 0)
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
  bool naive = is_seq(cell) && plan->tasks[cell->task].naive && cell->pin == (best >= 0 ? plan->cells[best].pin : 0);
  if (plan->tasks[cell->task].build)
    return "";
  return naive && cell->best_serial ? "naive best-serial" : naive ? "naive" : cell->best_serial ? "best-serial" : "";
}

/* ---- what a round takes ---- */

static int cells_in_block(const struct plan *plan, int block) {
  int count = 0;
  for (int i = 0; i < plan->cell_count; i++)
    count += cell_runs(&plan->cells[i]) && plan->cells[i].block == block;
  return count;
}

/* How often the baseline stands in a block of `others` other cells. */
static int repeats(int others) {
  int times = (int)lround(sqrt(others));
  return times > 1 ? times : 1;
}

int plan_processes(const struct plan *plan, int block) {
  int base = plan_baseline(plan, block), cells = cells_in_block(plan, block);
  return base >= 0 && cell_runs(&plan->cells[base]) ? cells - 1 + repeats(cells - 1) : cells;
}

int64_t plan_block_ns(const struct plan *plan, int block) {
  int64_t sum = 0;
  for (int i = 0; i < plan->cell_count; i++)
    if (cell_runs(&plan->cells[i]) && plan->cells[i].block == block)
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

void plan_set_work(struct plan_cell *cell, int64_t iterations, int64_t warmup, int64_t samples) {
  int64_t before = cell->pilot_ns * cell->iterations * (cell->warmup + cell->samples);
  int64_t after = cell->pilot_ns * iterations * (warmup + samples);
  cell->iterations = iterations, cell->warmup = warmup, cell->samples = samples;
  cell->process_ns += after - before;
  if (cell->process_ns < after)
    cell->process_ns = after;
}

/* ---- random order ---- */

int plan_order(const struct plan *plan, int block, uint64_t *random, int *order) {
  int base = plan_baseline(plan, block), count = 0, others = 0;
  int *shuffled = malloc(((size_t)plan->cell_count + 1) * sizeof *shuffled);
  if (!shuffled)
    return 0;
  for (int i = 0; i < plan->cell_count; i++)
    if (i != base && cell_runs(&plan->cells[i]) && plan->cells[i].block == block)
      shuffled[others++] = i;
  if (!plan->sequential)
    random_shuffle(shuffled, others, random);
  int times = base >= 0 && cell_runs(&plan->cells[base]) ? repeats(others) : 0;
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

/* ---- plan.csv ---- */

static const char *state_name(enum cell_state state) {
  static const char *const names[] = {"planned", "skipped", "failed", "thinned"};
  return names[state];
}

static void write_cell(FILE *file, const struct plan *plan, int index) {
  const struct plan_cell *cell = &plan->cells[index];
  const struct task *task = &plan->tasks[cell->task];
  char line[4096] = "", schedule[40];
  schedule_text(cell->schedule, schedule, sizeof schedule);
  append(line, sizeof line, "%d,%d,", index, cell->block);
  const char *const texts[] = {task->build ? task->build : "",
                               task->kernel->name,
                               task->problem,
                               task->method,
                               cell->variant->name,
                               schedule,
                               plan->pins[cell->pin].policy,
                               plan->pins[cell->pin].memory,
                               task->weak ? "weak" : "strong"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    csv_field(line, sizeof line, texts[i], i == 0);
  append(line, sizeof line, ",%d", cell->workers);
  csv_field(line, sizeof line, plan_baseline_name(plan, cell), 0);
  append(line, sizeof line, ",%lld,%lld,%lld,%lld,%lld,%lld,%.6g", (long long)cell->iterations, (long long)cell->warmup,
         (long long)cell->samples, (long long)cell->pilot_ns, (long long)cell->process_ns, (long long)cell->pss_bytes,
         task->attainable[cell->count_index]);
  csv_field(line, sizeof line, task->section ? task->section->label : "", 0);
  csv_field(line, sizeof line, state_name(cell->state), 0);
  csv_field(line, sizeof line, cell->note, 0);
  fprintf(file, "%s\n", line);
}

int plan_write(const struct plan *plan, const char *path, struct fault *fault) {
  static const char *const names[] = {
#define PLAN_COLUMN(name, type, meaning) #name,
#include "base/plan.def"
#undef PLAN_COLUMN
  };
  char temporary[4200];
  snprintf(temporary, sizeof temporary, "%s.new", path);
  FILE *file = fopen(temporary, "we");
  if (!file)
    return fault_set(fault, EXIT_USAGE, "%s: cannot create: %s", temporary, strerror(errno));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    fprintf(file, "%s%s", i ? "," : "", names[i]);
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

/* Checks the lines of a cell's process and makes rows of them. */
#include "hear.h"

#include "base/counters.h"
#include "base/decimal.h"
#include "base/row_check.h"
#include "base/translate.h"
#include "cell/record.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double clock_drop = 0.95;

/* Keeps the first reason why the lines of the process are not its own alone. */
__attribute__((format(printf, 2, 3))) static void doubt(struct listener *l, const char *format, ...) {
  va_list args;
  va_start(args, format);
  if (!l->doubt[0])
    vsnprintf(l->doubt, sizeof l->doubt, format, args);
  va_end(args);
}

/* A number of a line other than a row. */
static int64_t number_of(struct listener *l, const char *name, const char *value) {
  int64_t number = 0;
  char shown[100], text[60];
  snprintf(text, sizeof text, "%s", value);
  if (!read_int(value, &number) || number < 0)
    doubt(l, "%.40s: '%s' is not a whole number from 0", name, printable(text, shown, sizeof shown));
  return number;
}

static double real_of(struct listener *l, const char *name, const char *value) {
  double real = 0;
  char shown[100], text[60];
  snprintf(text, sizeof text, "%s", value);
  if (!read_real(value, &real))
    doubt(l, "%.40s: '%s' is not a decimal number", name, printable(text, shown, sizeof shown));
  return real;
}

/* ---- rows ---- */

static void take_column(const char *name, const char *value, void *with) {
  struct listener *l = with;
  int column = column_find(name);
  char shown[100];
  if (row_is_sent(column))
    row_text(&l->row, (enum column)column, value);
  else
    doubt(l, "a row has the column '%s', which a cell may not send", printable(name, shown, sizeof shown));
}

/* A process killed while the kernel counted an out-of-memory kill ended for lack of memory. */
static enum status name_lack_of_memory(struct listener *l, enum status status) {
  char evidence[120], note[FIELD_BYTES];
  if (status != STATUS_CRASH || !strstr(l->row.field[COL_note], strsignal(SIGKILL)) ||
      !oom_since("", l->kills, evidence, sizeof evidence))
    return status;
  snprintf(note, sizeof note, N_("out of memory: ended by the kernel (%s); %.500s"), evidence, l->row.field[COL_note]);
  row_text(&l->row, COL_status, status_word(STATUS_NOMEM));
  row_text(&l->row, COL_note, note);
  return STATUS_NOMEM;
}

static void judge_row(struct listener *l) {
  struct visit_result *result = l->result;
  enum status status = name_lack_of_memory(l, status_of(l->row.field[COL_status]));
  if (status == STATUS_OK) {
    l->visit->run->reached.ok_rows += phase_of(l->row.field[COL_phase]) == PHASE_SAMPLE;
    return;
  }
  row_without_figures(&l->row);
  if (result->status != STATUS_NONE)
    return;
  result->status = status == STATUS_NONE ? STATUS_UNKNOWN : status;
  snprintf(result->note, sizeof result->note, "%s", l->row.field[COL_note]);
}

/* Compares with the cell's own highest clock, since the clock limit depends on how many cores are busy. */
static void watch_clock(struct listener *l) {
  struct plan_cell *cell = l->visit->cell;
  int64_t khz = atoll(l->row.field[COL_cpu_khz]);
  if (khz > cell->most_khz)
    cell->most_khz = khz;
  if (khz > 0 && (double)khz < clock_drop * (double)cell->most_khz)
    trust_add(l->row.field[COL_trust], FIELD_BYTES, TRUST_CLOCK_DROP);
}

static void write_row(struct listener *l) {
  struct run *run = l->visit->run;
  if (l->writes && samples_write(&run->samples, &l->row, run->fault) != 0)
    l->writes = false;
}

/* Adds a row's time to the sums. */
static void add_time(struct visit_result *result, const struct row *row) {
  int64_t wall = atoll(row->field[COL_wall_ns]);
  enum phase phase = phase_of(row->field[COL_phase]);
  result->rows++;
  result->rows_wall_ns += wall;
  if (isfinite(counter_in(row->field[COL_counters], COUNTER_RATE)))
    result->unit_ns = execution_ns((double)wall, 1, row->field[COL_counters]);
  if (phase == PHASE_COLD)
    result->cold_wall_ns = wall;
  if (phase != PHASE_SAMPLE)
    return;
  result->timed_ns += wall;
  if (result->execution_count < SAMPLES_KEPT)
    result->executions[result->execution_count++] =
        execution_ns((double)wall, (double)atoll(row->field[COL_iterations]), row->field[COL_counters]);
}

/* True for a row with the figures of a sample; the others tell of a failure. */
static bool has_figures(const struct row *row) {
  enum status status = status_of(row->field[COL_status]);
  return status == STATUS_OK || (status == STATUS_WRONG && row->field[COL_iterations][0]);
}

static int cold_rows(const struct visit *visit) {
  return visit->mode == MODE_MEASURE && cell_first_counts(visit->task, visit->cell) ? 0 : 1;
}

/* The rows of a process come in a fixed order. */
static void check_place(struct listener *l) {
  const struct visit *visit = l->visit;
  enum phase phase = phase_of(l->row.field[COL_phase]), due = visit->mode == MODE_ORACLE      ? PHASE_ORACLE
                                                              : l->samples < cold_rows(visit) ? PHASE_COLD
                                                              : visit->mode == MODE_PILOT     ? PHASE_PILOT
                                                                                              : PHASE_SAMPLE;
  int number = l->samples - cold_rows(visit);
  int64_t sample = atoll(l->row.field[COL_sample]), iterations = atoll(l->row.field[COL_iterations]);
  if (phase != due || (visit->mode == MODE_ORACLE && l->samples > 0))
    doubt(l, "row %d has the unexpected phase %s", l->samples + 1, phase_word(phase));
  else if (due == PHASE_SAMPLE && (sample != number || sample >= visit->cell->samples))
    doubt(l, "sample %lld where sample %d of %lld was due", (long long)sample, number, (long long)visit->cell->samples);
  else if (due == PHASE_SAMPLE && iterations != visit->cell->iterations)
    doubt(l, "sample %lld has %lld iterations instead of %lld", (long long)sample, (long long)iterations,
          (long long)visit->cell->iterations);
  l->samples++;
}

/* The CPU that a process stayed on; -1 if it could not be there, so that the next one asks again. */
static int home_of(const struct row *row) {
  bool lost = trust_bits(row->field[COL_trust]) & TRUST_BIT(TRUST_UNPINNED);
  return lost || !row->field[COL_cpus][0] ? -1 : atoi(row->field[COL_cpus]);
}

/* Adds what the harness knows of a sample. */
static void complete_row(struct listener *l) {
  const struct visit *visit = l->visit;
  struct task *task = visit->task;
  add_time(l->result, &l->row);
  if (visit->cell) {
    if (visit->cell->pss_bytes > 0)
      row_int(&l->row, COL_pss_bytes, visit->cell->pss_bytes);
    watch_clock(l);
    if (plan_stays(&visit->run->plan, visit->cell))
      visit->run->reached.home = home_of(&l->row);
    row_real(&l->row, COL_attainable_ratio, plan_attainable(task, visit->cell));
  } else if (l->result->rows == 1) {
    snprintf(task->digest, sizeof task->digest, "%s", l->row.field[COL_digest]);
    task->oracle_ns = l->result->rows_wall_ns;
    task->unit_ns = l->result->unit_ns;
  }
  if (visit->mode == MODE_MEASURE && visit->round == 0 && phase_of(l->row.field[COL_phase]) == PHASE_SAMPLE)
    row_text(&l->row, COL_phase, phase_word(PHASE_PILOT)); /* a trial of a serial cell, before the rounds */
}

static void take_row(struct listener *l, char *line) {
  struct row identity = l->row;
  char why[300];
  record_read(line, take_column, l);
  if (!row_check(&l->row, why, sizeof why))
    doubt(l, "%s", why);
  else if (has_figures(&l->row))
    check_place(l);
  if (!l->doubt[0]) {
    complete_row(l);
    judge_row(l);
    write_row(l);
  }
  l->row = identity;
}

/* ---- other lines ---- */

static void take_plan(const char *name, const char *value, void *with) {
  struct listener *l = with;
  struct plan_cell *cell = l->visit->cell;
  int64_t ignored;
  const struct {
    const char *name;
    int64_t *field, least;
  } fields[] = {{"iterations", &cell->iterations, 1},
                {"pilot_ns", &cell->pilot_ns, 0},
                {"pss_bytes", &cell->pss_bytes, 0},
                {"clock_overhead_ns", &l->result->clock_overhead_ns, 0},
                {"clock_resolution_ns", &ignored, 0}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    if (strcmp(name, fields[i].name) != 0)
      continue;
    int64_t number = number_of(l, name, value);
    if (number < fields[i].least)
      doubt(l, "%s: %lld is too few", name, (long long)number);
    if (!l->doubt[0])
      *fields[i].field = number;
  }
}

static void take_probe(const char *name, const char *value, void *with) {
  struct listener *l = with;
  struct task *task = l->visit->task;
  const struct counts *counts = &l->visit->run->plan.counts;
  if (strcmp(name, "work_units") == 0)
    task->units = real_of(l, name, value);
  for (int i = 0; i < counts->count; i++) {
    char attainable[32];
    snprintf(attainable, sizeof attainable, "attainable_%d", counts->workers[i]);
    if (strcmp(name, attainable) == 0)
      task->attainable[i] = real_of(l, name, value);
  }
}

static void take_refusal(const char *name, const char *value, void *with) {
  struct visit_result *result = ((struct listener *)with)->result;
  if (strcmp(name, "param") == 0)
    snprintf(result->param, sizeof result->param, "%s", value);
  if (strcmp(name, "note") == 0)
    snprintf(result->note, sizeof result->note, "%s", value);
  result->refused = true;
}

static void take_closed(const char *name, const char *value, void *with) {
  struct visit_result *result = ((struct listener *)with)->result;
  if (strcmp(name, "note") == 0)
    snprintf(result->left, sizeof result->left, "%s", value);
}

/* Takes how the process spent its time. */
static void take_spent(const char *name, const char *value, void *with) {
  struct listener *l = with;
  if (strcmp(name, "warmup_ns") == 0)
    l->result->warmup_ns = number_of(l, name, value);
  if (strcmp(name, "inside_ns") == 0)
    l->result->inside_ns = number_of(l, name, value);
}

/* The kinds of lines, and which processes send them, at most so often. */
static const struct kind {
  const char *word;
  void (*each)(const char *, const char *, void *);
  unsigned modes;
} kinds[HEAR_KINDS] = {[HEAR_PLAN] = {"plan", take_plan, 1U << MODE_PILOT},
                       [HEAR_PROBE] = {"probe", take_probe, 1U << MODE_PROBE},
                       [HEAR_REFUSED] = {"refused", take_refusal, ~0U},
                       [HEAR_OPENED] = {"opened", NULL, ~0U},
                       [HEAR_CLOSED] = {"closed", take_closed, ~0U},
                       [HEAR_SPENT] = {"spent", take_spent, ~0U},
                       [HEAR_END] = {"end", NULL, ~0U}};

void hear_line(char *line, void *with) {
  struct listener *l = with;
  char shown[100], word[40];
  snprintf(word, sizeof word, "%.*s", (int)strcspn(line, "\t"), line);
  if (strcmp(word, "row") == 0 && l->visit->mode != MODE_PROBE) {
    take_row(l, line);
    return;
  }
  for (int i = 0; i < HEAR_KINDS; i++) {
    if (strcmp(word, kinds[i].word) != 0 || !(kinds[i].modes & 1U << l->visit->mode))
      continue;
    if (l->heard[i]++ > 0)
      doubt(l, "duplicate line '%s'", word);
    else if (kinds[i].each)
      record_read(line, kinds[i].each, l);
    return;
  }
  doubt(l, "unexpected line '%s'", printable(word, shown, sizeof shown));
}

/* ---- the end ---- */

/* Doubts a process that says it is done but did not send all that was asked of it. */
static void check_whole(struct listener *l) {
  const struct visit *visit = l->visit;
  int asked = visit->mode == MODE_MEASURE ? cold_rows(visit) + (int)visit->cell->samples : 1;
  if (visit->mode == MODE_PROBE || l->result->refused || l->result->status != STATUS_NONE)
    return;
  if (l->samples < asked)
    doubt(l, "it ended with %d of %s%d rows", l->samples, visit->mode == MODE_PILOT ? "at least " : "", asked);
  if (visit->mode == MODE_PILOT && !l->heard[HEAR_PLAN])
    doubt(l, "it ended without a plan");
}

/* Writes a row for a process that failed without sending one. */
static void write_failure(struct listener *l, enum status status, const char *why) {
  static const enum phase phases[MODE_UNKNOWN] = {
      [MODE_ORACLE] = PHASE_ORACLE, [MODE_PILOT] = PHASE_PILOT, [MODE_MEASURE] = PHASE_SAMPLE};
  char note[FIELD_BYTES];
  row_text(&l->row, COL_phase, phase_word(phases[l->visit->mode]));
  row_text(&l->row, COL_status, status_word(status));
  row_text(&l->row, COL_note, printable(why, note, sizeof note));
  judge_row(l);
  write_row(l);
}

void hear_end(struct listener *l) {
  struct visit_result *result = l->result;
  struct outcome *outcome = &result->outcome;
  if (outcome->status == STATUS_OK)
    check_whole(l);
  if (outcome->status == STATUS_OK && l->doubt[0]) {
    outcome->status = STATUS_EXIT;
    snprintf(outcome->note, sizeof outcome->note,
             N_("rows are missing or written by the kernel: %s; check which files the kernel writes to"), l->doubt);
    if (result->status == STATUS_NONE)
      result->refused = false;
  }
  if (l->writes && result->refused && result->status == STATUS_NONE) /* its layout succeeded in the probe */
    write_failure(l, STATUS_NORES, result->note);
  else if (outcome->status != STATUS_OK && result->status == STATUS_NONE && !result->refused)
    write_failure(l, outcome->status, outcome->note);
}

bool hear_left_open(const struct listener *l) { return l->heard[HEAR_OPENED] && !l->heard[HEAR_CLOSED]; }

/* Reads samples.csv: the raw processes of the cells. */
#include "base/translate.h"
#include "load.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN(name, type, unit, meaning) S_##name,
enum sample_column {
#include "base/columns.def"
  S_COUNT
};
#undef COLUMN
#define COLUMN(name, type, unit, meaning) {#name, type, false},
#define COLUMN_LATER(name, type, unit, meaning) {#name, type, true},
static const struct column sample_columns[] = {
#include "base/columns.def"
};
#undef COLUMN
static const char *const statuses[] = {
#define STATUS(NAME, word, meaning) word,
#include "base/states.def"
};
static struct raw *find_raw(struct entry *e, int64_t round, int64_t block, int64_t order) {
  for (size_t i = e->count; i-- > 0;) {
    struct process *p = &e->raws[i].process;
    if (p->round == round && p->block == block && p->order == order && !e->raws[i].superseded)
      return &e->raws[i];
    if (p->round + 2 < round) /* rows are written round by round: no earlier row can match */
      break;
  }
  return NULL;
}

static struct raw *raw_of(struct entry *e, const struct field *f, long line) {
  struct raw *found = find_raw(e, f[S_round].number, f[S_block].number, f[S_order].number);
  if (found)
    return found;
  GROW(e->raws, e->count, e->capacity);
  struct raw *raw = &e->raws[e->count++];
  *raw = (struct raw){.line = line,
                      .process = {.round = f[S_round].number,
                                  .block = f[S_block].number,
                                  .order = f[S_order].number,
                                  .ns = NAN,
                                  .first_excess = NAN,
                                  .inner_ns = NAN,
                                  .cold_ns = NAN,
                                  .clock = NAN,
                                  .throughput = NAN}};
  return raw;
}

static void add_trust(struct cell *c, const char *trust) {
  if (!*trust || (c->trouble.trust && (strstr(c->trouble.trust, trust) || strlen(c->trouble.trust) > 300)))
    return;
  struct text all = {0};
  if (c->trouble.trust)
    text_format(&all, "%s; ", c->trouble.trust);
  text_add(&all, trust);
  replace(&c->trouble.trust, text_of(&all));
  text_free(&all);
}

/* A wrong answer replaces any other status; otherwise the first failure is kept. */
static void add_failure(struct cell *c, enum status status, const char *note) {
  if (c->trouble.status != STATUS_NONE && (status != STATUS_WRONG || c->trouble.status == STATUS_WRONG))
    return;
  c->trouble.status = status;
  replace(&c->trouble.note, note);
}

static void add_digest(struct cell *c, const char *digest) {
  if (!*digest)
    return;
  if (!c->digest)
    c->digest = must_copy(digest);
  else if (strcmp(c->digest, digest) != 0)
    c->digests_differ = true;
}

static double positive(const struct field *f) { return f->known && f->number > 0 ? (double)f->number : 0; }

/* Returns NAN for an unknown value, which makes its sum unknown too. */
static double or_unknown(const struct field *f) { return f->known && f->number >= 0 ? (double)f->number : NAN; }

/* Adds the inputs of the loss stack: workers' busy time and processor speed. */
static void add_busy(struct raw *raw, const struct field *f) {
  raw->process.finish += or_unknown(&f[S_finish_ns]);
  raw->process.busy += or_unknown(&f[S_busy_mean_ns]) * or_unknown(&f[S_team_workers]);
  raw->user_ns += or_unknown(&f[S_user_ns]);
  raw->sys_ns += or_unknown(&f[S_sys_ns]);
  raw->cycles += or_unknown(&f[S_cycles]);
  raw->khz += or_unknown(&f[S_cpu_khz]);
}

/* The place of one more sample. */
static struct sample *new_sample(struct raw *raw) {
  if (raw->count < FEW_SAMPLES)
    return &raw->few[raw->count++];
  if (raw->count == FEW_SAMPLES) {
    raw->capacity = 2 * FEW_SAMPLES;
    raw->many = must_alloc(raw->capacity, sizeof *raw->many);
    memcpy(raw->many, raw->few, sizeof raw->few);
  }
  GROW(raw->many, raw->count, raw->capacity);
  return &raw->many[raw->count++];
}

static void add_sample(struct cell *c, struct raw *raw, const struct field *f, long line) {
  double wall = positive(&f[S_wall_ns]), iterations = positive(&f[S_iterations]);
  if (wall <= 0 || iterations <= 0) {
    c->trouble.invalid_times++;
    raw->failed = true;
    return;
  }
  *new_sample(raw) = (struct sample){f[S_sample].known ? f[S_sample].number : -1,
                                     execution_ns(wall, iterations, f[S_counters].text), line};
  raw->process.wall += wall;
  raw->process.spawn += positive(&f[S_spawn_ns]);
  raw->process.work += positive(&f[S_work_ns]);
  raw->process.join += positive(&f[S_join_ns]);
  add_busy(raw, f);
  if (c->units <= 0 && f[S_work_units].known)
    c->units = f[S_work_units].real / iterations;
  raw->work_units += f[S_work_units].known && f[S_work_units].real > 0 ? f[S_work_units].real : 0;
  if (*f[S_counters].text && (!c->counters || strcmp(c->counters, f[S_counters].text) != 0))
    replace(&c->counters, f[S_counters].text);
  raw->process.inner_ns = counter_in(f[S_counters].text, "inner_ns");
  c->rated |= isfinite(counter_in(f[S_counters].text, COUNTER_RATE));
  c->alone |= c->workers > 1 && strstr(f[S_counters].text, "alone=1");
  raw->throttled_ns += positive(&f[S_throttled_ns]);
}

/* Counts the distinct CPUs in a list such as "0+1+0"; skips invalid entries. */
static int64_t count_cpus(const char *list) {
  enum { CPUS_MAX = 8192 };
  bool seen[CPUS_MAX] = {false};
  int64_t count = 0;
  for (const char *at = list; *at; at += strcspn(at, "+"), at += *at == '+') {
    unsigned long cpu = *at >= '0' && *at <= '9' ? strtoul(at, NULL, 10) : CPUS_MAX;
    count += cpu < CPUS_MAX && !seen[cpu];
    if (cpu < CPUS_MAX)
      seen[cpu] = true;
  }
  return count;
}

static void add_to_process(struct entry *e, const struct table *t) {
  const struct field *f = t->fields;
  const enum status status = status_of(f[S_status].text);
  const enum phase phase = phase_of(f[S_phase].text);
  const unsigned trust = trust_bits(f[S_trust].text);
  struct raw *raw = raw_of(e, f, t->line);
  struct cell *c = &e->cell;
  raw->rows++;
  if (status == STATUS_SUPERSEDED) {
    raw->superseded = true;
    return;
  }
  if (f[S_os_threads].known && f[S_os_threads].number > c->os_threads)
    c->os_threads = f[S_os_threads].number;
  if (f[S_pss_bytes].known && f[S_pss_bytes].number > c->pss_bytes)
    c->pss_bytes = f[S_pss_bytes].number;
  if (f[S_usable_cpus].known)
    c->usable_cpus = f[S_usable_cpus].number;
  int64_t bound = *f[S_cpus].text ? count_cpus(f[S_cpus].text) : 0;
  if (bound > c->bound_cpus)
    c->bound_cpus = bound;
  if (isnan(c->attainable) && f[S_attainable_ratio].known && f[S_attainable_ratio].real > 0)
    c->attainable = f[S_attainable_ratio].real;
  add_trust(c, f[S_trust].text);
  c->trouble.trust_bits |= trust;
  raw->process.distrusted |= trust_disturbed(trust);
  if (status != STATUS_OK) {
    raw->failed = true;
    add_failure(c, status, f[S_note].text);
    return;
  }
  add_digest(c, f[S_digest].text);
  if (phase == PHASE_COLD && positive(&f[S_wall_ns]) > 0 && positive(&f[S_iterations]) > 0)
    raw->process.cold_ns = execution_ns(positive(&f[S_wall_ns]), positive(&f[S_iterations]), f[S_counters].text);
  else if (phase == PHASE_SAMPLE)
    add_sample(c, raw, f, t->line);
}

/* Reads a row of round 0: the oracle's answer or a failure, never a measurement. */
static void before_rounds(struct loader *l, const struct cell_id *id, struct entry *e, const struct table *t) {
  const struct field *f = t->fields;
  enum status status = status_of(f[S_status].text);
  if (status == STATUS_OK && phase_of(f[S_phase].text) == PHASE_ORACLE && *f[S_digest].text)
    oracle_add(l, id, f[S_digest].text);
  if (status == STATUS_OK || status == STATUS_SUPERSEDED)
    return;
  if (e) {
    add_failure(&e->cell, status, f[S_note].text);
    return;
  }
  if (phase_of(f[S_phase].text) != PHASE_ORACLE) /* of a worker count that was tried and left out: a note says so */
    return;
  struct text message = {0};
  text_format(&message, "%s of %s %s %s: %s: %s", f[S_phase].text, f[S_kernel].text, f[S_problem].text,
              f[S_method].text, f[S_status].text, f[S_note].text);
  notice(l->run, text_of(&message));
  text_free(&message);
}

static int sample_row(void *with, const struct table *t, struct fault *why) {
  struct loader *l = with;
  static const int columns[CELL_IDS] = {
#define CELL_ID(name, level, label, meaning) S_##name,
#include "base/cell_id.def"
  };
  const struct field *f = t->fields;
  struct cell_id id = identity_of(f, columns, S_workers);
  if (f[S_schema].known && f[S_schema].number > SCHEMA_READ)
    return fault_set(why, EXIT_USAGE, "%s:%ld: schema %lld is newer than this nway reads (%d); use a newer nway",
                     t->path, t->line, (long long)f[S_schema].number, SCHEMA_READ);
  if (in_range(t, S_schema, 1, SCHEMA_READ, why) || in_range(t, S_workers, 1, COUNT_MAX, why) ||
      in_range(t, S_round, 0, COUNT_MAX, why))
    return -1;
  enum status status = status_of(f[S_status].text);
  if (status == STATUS_NONE || status == STATUS_UNKNOWN)
    return refuse_word(t, S_status, statuses, sizeof statuses / sizeof *statuses, why);
  struct entry *e = find_entry(l, &id);
  if (f[S_round].number == 0) {
    before_rounds(l, &id, e, t);
    return 0;
  }
  if (in_range(t, S_block, 0, COUNT_MAX, why) || in_range(t, S_order, 0, COUNT_MAX, why))
    return -1;
  if (!e && !(e = add_entry(l, t, &id, why)))
    return -1;
  if (!e->cell.planned)
    e->cell.block = f[S_block].number;
  add_to_process(e, t);
  return 0;
}

int load_samples(struct loader *l, const char *path, struct fault *why) {
  struct table t;
  int got = table_open(&t, path, sample_columns, S_COUNT, why);
  if (got == 0)
    got = table_each(&t, table_split_for(&t), sample_row, l, why);
  l->run->rows = t.rows;
  l->run->torn = t.torn;
  if (got == 0 && t.torn)
    notice(l->run, N_("samples.csv: the last line is incomplete and was ignored"));
  table_close(&t);
  return got;
}

/* Reads a run folder into problems, their cells, and the processes that were measured. */
#include "run.h"

#include "../harness/paired.h"
#include "table.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SCHEMA_READ 1
#define JSON_BYTES_MAX ((off_t)16 << 20)
#define PATH_BYTES_MAX 4096

/* ---- the columns, from the project's one list ---- */

#define COLUMN(name, type, unit, meaning) S_##name,
enum sample_column {
#include "../harness/columns.def"
  S_COUNT
};
#undef COLUMN
#define COLUMN(name, type, unit, meaning) {#name, type},
static const struct column sample_columns[] = {
#include "../harness/columns.def"
};
#undef COLUMN
#define PLAN_COLUMN(name, type, meaning) P_##name,
enum plan_column {
#include "../harness/plan.def"
  P_COUNT
};
#undef PLAN_COLUMN
#define PLAN_COLUMN(name, type, meaning) {#name, type},
static const struct column plan_columns[] = {
#include "../harness/plan.def"
};
#undef PLAN_COLUMN

/* ---- while loading: cells in one flat list, samples kept with their lines ---- */

struct sample {
  int64_t index;
  double ns;
  long line;
};

struct raw {
  struct process process;
  struct sample *samples;
  size_t count, capacity;
  double work_units;
  int64_t throttled_ns;
  long line, rows;
  bool failed, superseded;
};

struct entry {
  uint64_t hash;
  struct cell cell;
  struct raw *raws;
  size_t count, capacity;
};

struct oracle {
  char *kernel, *problem, *method, *digest;
};

struct loader {
  struct run *run;
  struct entry *entries;
  size_t count, capacity, last;
  struct oracle *oracles;
  size_t oracle_count, oracle_capacity;
};

static void notice(struct run *run, const char *text) {
  GROW(run->notices, run->notice_count, run->notice_capacity);
  run->notices[run->notice_count++] = must_copy(text);
}

static void replace(char **old, const char *text) {
  free(*old);
  *old = must_copy(text);
}

/* ---- identity ---- */

enum { IDENTITY = 8 };

/* The texts that tell cells apart, in one order for rows of both files. */
static void identity_of(const struct field *f, const int columns[IDENTITY], const char *texts[IDENTITY]) {
  for (int i = 0; i < IDENTITY; i++)
    texts[i] = f[columns[i]].text;
}

static void cell_texts(const struct cell *c, const char *texts[IDENTITY]) {
  const char *all[IDENTITY] = {c->build, c->kernel, c->problem, c->method, c->variant, c->schedule, c->pin, c->scale};
  memcpy(texts, all, sizeof all);
}

static uint64_t hash_of(const char *const texts[IDENTITY], int64_t workers) {
  uint64_t hash = 14695981039346656037ULL ^ (uint64_t)workers; /* FNV-1a */
  for (int i = 0; i < IDENTITY; i++) {
    for (const char *at = texts[i]; *at; at++)
      hash = (hash ^ (unsigned char)*at) * 1099511628211ULL;
    hash = (hash ^ 0x1f) * 1099511628211ULL;
  }
  return hash;
}

static bool is_cell(const struct entry *e, uint64_t hash, const char *const texts[IDENTITY], int64_t workers) {
  if (e->hash != hash || e->cell.workers != workers)
    return false;
  const char *own[IDENTITY];
  cell_texts(&e->cell, own);
  for (int i = 0; i < IDENTITY; i++)
    if (strcmp(own[i], texts[i]) != 0)
      return false;
  return true;
}

static struct entry *find_entry(struct loader *l, const char *const texts[IDENTITY], int64_t workers) {
  uint64_t hash = hash_of(texts, workers);
  if (l->last < l->count && is_cell(&l->entries[l->last], hash, texts, workers))
    return &l->entries[l->last];
  for (size_t i = 0; i < l->count; i++)
    if (is_cell(&l->entries[i], hash, texts, workers))
      return &l->entries[l->last = i];
  return NULL;
}

static struct entry *add_entry(struct loader *l, const char *const texts[IDENTITY], int64_t workers) {
  GROW(l->entries, l->count, l->capacity);
  struct entry *e = &l->entries[l->last = l->count++];
  *e = (struct entry){.hash = hash_of(texts, workers)};
  struct cell *c = &e->cell;
  char **own[IDENTITY] = {&c->build,   &c->kernel,   &c->problem, &c->method,
                          &c->variant, &c->schedule, &c->pin,     &c->scale};
  for (int i = 0; i < IDENTITY; i++)
    *own[i] = must_copy(texts[i]);
  c->workers = workers;
  c->attainable = NAN;
  c->state = must_copy("");
  c->plan_note = must_copy("");
  return e;
}

static int at_least(const struct table *t, int column, int64_t least, struct reason *why) {
  const struct field *f = &t->fields[column];
  if (f->known && f->number >= least)
    return 0;
  return reason_say(why, "%s:%ld: %s: '%.40s' is not at least %lld", t->path, t->line, t->columns[column].name, f->text,
                    (long long)least);
}

/* ---- plan.csv ---- */

static bool has_word(const char *words, const char *word) {
  size_t length = strlen(word);
  for (const char *at = words; (at = strstr(at, word)); at += length)
    if ((at == words || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
      return true;
  return false;
}

static int plan_row(struct loader *l, const struct table *t, struct reason *why) {
  static const int columns[IDENTITY] = {P_build, P_kernel, P_problem, P_method, P_variant, P_schedule, P_pin, P_scale};
  const struct field *f = t->fields;
  const char *texts[IDENTITY];
  identity_of(f, columns, texts);
  if (at_least(t, P_workers, 1, why) || at_least(t, P_block, 0, why))
    return -1;
  if (find_entry(l, texts, f[P_workers].number))
    return reason_say(why, "%s:%ld: this cell was already planned above", t->path, t->line);
  struct cell *c = &add_entry(l, texts, f[P_workers].number)->cell;
  c->planned = true;
  c->block = f[P_block].number;
  c->naive = has_word(f[P_baseline].text, "naive");
  c->best_serial = has_word(f[P_baseline].text, "best-serial");
  c->iterations = f[P_iterations].known ? f[P_iterations].number : 0;
  c->samples = f[P_samples].known ? f[P_samples].number : 0;
  c->attainable = f[P_attainable_ratio].known && f[P_attainable_ratio].real > 0 ? f[P_attainable_ratio].real : NAN;
  replace(&c->state, f[P_state].text);
  replace(&c->plan_note, f[P_note].text);
  return 0;
}

static int load_plan(struct loader *l, const char *path, struct reason *why) {
  struct table t;
  int got = table_open(&t, path, plan_columns, P_COUNT, why) == 0 ? 1 : -1;
  while (got == 1 && (got = table_next(&t, why)) == 1)
    if (plan_row(l, &t, why) != 0)
      got = -1;
  if (got == 0 && t.torn)
    notice(l->run, "plan.csv: the last line was cut off and is left out");
  table_close(&t);
  return got;
}

/* ---- samples.csv ---- */

static struct raw *find_raw(struct entry *e, int64_t round, int64_t block, int64_t order) {
  for (size_t i = e->count; i-- > 0;) {
    struct process *p = &e->raws[i].process;
    if (p->round == round && p->block == block && p->order == order && !e->raws[i].superseded)
      return &e->raws[i];
    if (p->round + 2 < round) /* rows come round by round, so it cannot be further up */
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
                                  .cold_ns = NAN,
                                  .throughput = NAN}};
  return raw;
}

/* Words in `trust` that say that the machine disturbed the sample; others describe the cell as such. */
static bool is_disturbed(const char *trust) {
  static const char *const words[] = {"throttl", "steal", "clock", "suspend", "frequency"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strstr(trust, words[i]))
      return true;
  return false;
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

/* A wrong answer outweighs every other trouble; else the first one told stays. */
static void add_failure(struct cell *c, const char *status, const char *note) {
  if (c->trouble.status && (strcmp(status, "wrong") != 0 || strcmp(c->trouble.status, "wrong") == 0))
    return;
  replace(&c->trouble.status, status);
  replace(&c->trouble.note, note);
}

static int known_status(const struct table *t, struct reason *why) {
  static const char *const known[] = {"ok",    "wrong", "crash",   "exit",        "timeout",
                                      "nomem", "nores", "skipped", "interrupted", "superseded"};
  const char *status = t->fields[S_status].text;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(status, known[i]) == 0)
      return 0;
  struct text shown = {0};
  text_plain(&shown, status);
  const char *near = word_near(status, known, sizeof known / sizeof *known);
  reason_say(why, "%s:%ld: status: '%.80s' is not known%s%s%s", t->path, t->line, text_of(&shown),
             near ? "; the nearest is '" : "", near ? near : "", near ? "'" : "");
  text_free(&shown);
  return -1;
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

static void add_sample(struct cell *c, struct raw *raw, const struct field *f, long line) {
  double wall = positive(&f[S_wall_ns]), iterations = positive(&f[S_iterations]);
  if (wall <= 0 || iterations <= 0) {
    c->trouble.invalid_times++;
    raw->failed = true;
    return;
  }
  GROW(raw->samples, raw->count, raw->capacity);
  raw->samples[raw->count++] = (struct sample){f[S_sample].known ? f[S_sample].number : -1, wall / iterations, line};
  raw->process.wall += wall;
  raw->process.spawn += positive(&f[S_spawn_ns]);
  raw->process.work += positive(&f[S_work_ns]);
  raw->process.join += positive(&f[S_join_ns]);
  raw->work_units += f[S_work_units].known && f[S_work_units].real > 0 ? f[S_work_units].real : 0;
  raw->throttled_ns += f[S_throttled_ns].known ? f[S_throttled_ns].number : 0;
}

static void add_to_process(struct entry *e, const struct table *t) {
  const struct field *f = t->fields;
  const char *status = f[S_status].text;
  struct raw *raw = raw_of(e, f, t->line);
  struct cell *c = &e->cell;
  raw->rows++;
  if (strcmp(status, "superseded") == 0) {
    raw->superseded = true;
    return;
  }
  if (f[S_os_threads].known && f[S_os_threads].number > c->os_threads)
    c->os_threads = f[S_os_threads].number;
  if (f[S_usable_cpus].known)
    c->usable_cpus = f[S_usable_cpus].number;
  if (isnan(c->attainable) && f[S_attainable_ratio].known && f[S_attainable_ratio].real > 0)
    c->attainable = f[S_attainable_ratio].real;
  add_trust(c, f[S_trust].text);
  raw->process.distrusted |= is_disturbed(f[S_trust].text);
  if (strcmp(status, "ok") != 0) {
    raw->failed = true;
    add_failure(c, status, f[S_note].text);
    return;
  }
  add_digest(c, f[S_digest].text);
  if (strcmp(f[S_phase].text, "cold") == 0 && positive(&f[S_wall_ns]) > 0 && positive(&f[S_iterations]) > 0)
    raw->process.cold_ns = positive(&f[S_wall_ns]) / positive(&f[S_iterations]);
  else if (strcmp(f[S_phase].text, "sample") == 0)
    add_sample(c, raw, f, t->line);
}

static void add_oracle(struct loader *l, const struct field *f) {
  GROW(l->oracles, l->oracle_count, l->oracle_capacity);
  l->oracles[l->oracle_count++] = (struct oracle){must_copy(f[S_kernel].text), must_copy(f[S_problem].text),
                                                  must_copy(f[S_method].text), must_copy(f[S_digest].text)};
}

/* Rows of round 0 are not measurements, but their answers count. */
static void before_rounds(struct loader *l, struct entry *e, const struct table *t) {
  const struct field *f = t->fields;
  bool good = strcmp(f[S_status].text, "ok") == 0;
  if (good && strcmp(f[S_phase].text, "oracle") == 0 && *f[S_digest].text)
    add_oracle(l, f);
  if (good || strcmp(f[S_status].text, "superseded") == 0)
    return;
  if (e) {
    add_failure(&e->cell, f[S_status].text, f[S_note].text);
    return;
  }
  struct text said = {0};
  text_format(&said, "%s of %s %s %s: %s: %s", f[S_phase].text, f[S_kernel].text, f[S_problem].text, f[S_method].text,
              f[S_status].text, f[S_note].text);
  notice(l->run, text_of(&said));
  text_free(&said);
}

static int sample_row(struct loader *l, const struct table *t, struct reason *why) {
  static const int columns[IDENTITY] = {S_build, S_kernel, S_problem, S_method, S_variant, S_schedule, S_pin, S_scale};
  const struct field *f = t->fields;
  const char *texts[IDENTITY];
  identity_of(f, columns, texts);
  if (f[S_schema].known && f[S_schema].number > SCHEMA_READ)
    return reason_say(why, "%s:%ld: schema: written by a newer nway (schema %lld; this one reads %d)", t->path, t->line,
                      (long long)f[S_schema].number, SCHEMA_READ);
  if (known_status(t, why) || at_least(t, S_workers, 1, why) || at_least(t, S_round, 0, why))
    return -1;
  struct entry *e = find_entry(l, texts, f[S_workers].number);
  if (f[S_round].number == 0) {
    before_rounds(l, e, t);
    return 0;
  }
  if (at_least(t, S_block, 0, why) || at_least(t, S_order, 0, why))
    return -1;
  if (!e)
    e = add_entry(l, texts, f[S_workers].number);
  if (!e->cell.planned)
    e->cell.block = f[S_block].number;
  add_to_process(e, t);
  return 0;
}

static int load_samples(struct loader *l, const char *path, struct reason *why) {
  struct table t;
  int got = table_open(&t, path, sample_columns, S_COUNT, why) == 0 ? 1 : -1;
  while (got == 1 && (got = table_next(&t, why)) == 1)
    if (sample_row(l, &t, why) != 0)
      got = -1;
  l->run->rows = t.rows;
  l->run->torn = t.torn;
  if (got == 0 && t.torn)
    notice(l->run, "samples.csv: the last line was cut off and is left out");
  table_close(&t);
  return got;
}

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

static int finish_raw(struct raw *raw, const char *folder, struct reason *why) {
  if (raw->count)
    qsort(raw->samples, raw->count, sizeof *raw->samples, by_sample);
  double *values = must_alloc(raw->count, sizeof *values);
  for (size_t i = 0; i < raw->count; i++) {
    values[i] = raw->samples[i].ns;
    if (i > 0 && raw->samples[i].index == raw->samples[i - 1].index) {
      free(values);
      return reason_say(why, "%s/samples.csv:%ld: the same sample as line %ld (round, block, order, sample)", folder,
                        raw->samples[i].line, raw->samples[i - 1].line);
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

static int finish_entry(struct entry *e, const char *folder, struct reason *why) {
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

/* Where a text first appears among the cells before `c`: keeps the order of the configuration. */
static size_t first_seen(const struct cell *cells, const char *text, size_t offset) {
  size_t i = 0;
  while (strcmp(*(char *const *)((const char *)&cells[i] + offset), text) != 0)
    i++;
  return i;
}

struct sorted {
  size_t method, variant, schedule, pin;
  struct cell cell;
};

static int by_name(const void *a, const void *b) {
  const struct sorted *x = a, *y = b;
#define DIFFER(what)                                                                                                   \
  if (x->what != y->what)                                                                                              \
    return x->what < y->what ? -1 : 1;
  DIFFER(method)
  DIFFER(variant)
  DIFFER(schedule)
  DIFFER(pin)
  DIFFER(cell.workers)
#undef DIFFER
  return 0;
}

static void sort_cells(struct problem *p) {
  struct sorted *sorted = must_alloc(p->count, sizeof *sorted);
  for (size_t i = 0; i < p->count; i++) {
    struct cell *c = &p->cells[i];
    bool seq = strcmp(c->variant, "seq") == 0;
    sorted[i] = (struct sorted){first_seen(p->cells, c->method, offsetof(struct cell, method)),
                                seq ? 0 : 1 + first_seen(p->cells, c->variant, offsetof(struct cell, variant)),
                                first_seen(p->cells, c->schedule, offsetof(struct cell, schedule)),
                                first_seen(p->cells, c->pin, offsetof(struct cell, pin)), *c};
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

static void check_digest(const struct loader *l, struct cell *c) {
  for (size_t i = 0; i < l->oracle_count; i++) {
    const struct oracle *o = &l->oracles[i];
    if (c->digest && strcmp(o->kernel, c->kernel) == 0 && strcmp(o->problem, c->problem) == 0 &&
        strcmp(o->method, c->method) == 0 && strcmp(o->digest, c->digest) != 0)
      c->digests_differ = true;
  }
}

static int group(struct loader *l, struct reason *why) {
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

/* ---- the JSON files ---- */

/* The root object of folder/name; NULL with a notice if the file is not there, with a reason if it is bad. */
static json_t *load_json(struct run *run, const char *name, struct reason *why) {
  char path[PATH_BYTES_MAX];
  struct stat about;
  json_error_t error;
  why->text[0] = '\0';
  snprintf(path, sizeof path, "%s/%s", run->folder, name);
  if (stat(path, &about) != 0) {
    char said[300];
    snprintf(said, sizeof said, "%s: %s; what it would tell is shown as unknown", name, strerror(errno));
    notice(run, said);
    return NULL;
  }
  if (!S_ISREG(about.st_mode) || about.st_size > JSON_BYTES_MAX) {
    reason_say(why, "%s: not a regular file of at most 16 MiB", path);
    return NULL;
  }
  json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!root) {
    struct text shown = {0};
    text_plain(&shown, error.text);
    reason_say(why, "%s:%d: %s", path, error.line, text_of(&shown));
    text_free(&shown);
  } else if (!json_is_object(root) || json_integer_value(json_object_get(root, "schema")) > SCHEMA_READ) {
    reason_say(why, "%s: %s", path,
               json_is_object(root) ? "schema: written by a newer nway" : "not an object: nothing to read");
    json_decref(root);
    root = NULL;
  }
  return root;
}

/* A text or number as text; NULL for null and what is absent. */
static char *json_words(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  char number[40];
  if (json_is_string(value))
    return must_copy(json_string_value(value));
  if (json_is_integer(value))
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
  else if (json_is_real(value))
    snprintf(number, sizeof number, "%.6g", json_real_value(value));
  else if (json_is_boolean(value))
    snprintf(number, sizeof number, "%s", json_is_true(value) ? "yes" : "no");
  else
    return NULL;
  return must_copy(number);
}

static void take_words(char **to, const json_t *object, const char *key) {
  char *words = json_words(object, key);
  if (words) {
    free(*to);
    *to = words;
  }
}

static int64_t take_number(const json_t *object, const char *key) {
  return (int64_t)json_integer_value(json_object_get(object, key));
}

static char *join_words(const json_t *list) {
  struct text all = {0};
  size_t i;
  json_t *word;
  json_array_foreach(list, i, word)
      text_format(&all, "%s%s", i ? " " : "", json_string_value(word) ? json_string_value(word) : "");
  char *joined = must_copy(text_of(&all));
  text_free(&all);
  return joined;
}

static int load_run_json(struct run *run, struct reason *why) {
  json_t *root = load_json(run, "run.json", why);
  if (!root)
    return why->text[0] ? -1 : 0;
  take_words(&run->id, root, "run_id");
  take_words(&run->machine_id, root, "machine_id");
  take_words(&run->name, root, "name");
  take_words(&run->nway, root, "nway");
  take_words(&run->config_name, root, "config_name");
  take_words(&run->config_text, root, "config_text");
  take_words(&run->started, root, "started_utc");
  take_words(&run->ended, root, "ended_utc");
  take_words(&run->state, root, "state");
  free(run->command);
  run->command = join_words(json_object_get(root, "command"));
  run->seed = take_number(root, "seed");
  run->rounds_planned = take_number(root, "rounds_planned");
  run->rounds_done = take_number(root, "rounds_done");
  run->elapsed_ns = take_number(root, "elapsed_ns");
  run->budget_ns = take_number(root, "time_budget_ns");
  size_t i;
  json_t *note;
  json_array_foreach(json_object_get(root, "notes"), i, note) if (json_is_string(note)) {
    GROW(run->notes, run->note_count, run->note_capacity);
    run->notes[run->note_count++] = must_copy(json_string_value(note));
  }
  json_decref(root);
  return 0;
}

static int load_machine(struct run *run, struct reason *why) {
  json_t *root = load_json(run, "machine.json", why), *fact;
  size_t i;
  if (!root)
    return why->text[0] ? -1 : 0;
  take_words(&run->machine_id, root, "machine_id");
  take_words(&run->label, root, "label");
  json_array_foreach(json_object_get(root, "facts"), i, fact) {
    char *name = json_words(fact, "name"), *unit = json_words(fact, "unit"), *source = json_words(fact, "source");
    GROW(run->facts, run->fact_count, run->fact_capacity);
    run->facts[run->fact_count++] = (struct fact){name ? name : must_copy("?"), json_words(fact, "value"),
                                                  unit ? unit : must_copy(""), source ? source : must_copy("")};
  }
  json_decref(root);
  const char *usable = run_fact(run, "usable_cpus");
  int64_t count;
  if (usable && read_int(usable, &count) && count > 0)
    run->usable_cpus = count;
  return 0;
}

static const json_t *named(const json_t *list, const char *name) {
  size_t i;
  json_t *one;
  json_array_foreach(list, i, one) {
    const char *own = json_string_value(json_object_get(one, "name"));
    if (own && strcmp(own, name) == 0)
      return one;
  }
  return NULL;
}

static int load_catalog(struct run *run, struct reason *why) {
  json_t *root = load_json(run, "catalog.json", why);
  if (!root)
    return why->text[0] ? -1 : 0;
  for (size_t i = 0; i < run->problem_count; i++) {
    struct problem *p = &run->problems[i];
    const json_t *kernel = named(json_object_get(root, "kernels"), p->kernel);
    take_words(&p->unit, kernel, "unit");
    take_words(&p->bound, kernel, "bound");
    take_words(&p->summary, kernel, "summary");
    take_words(&p->doc, kernel, "doc");
    for (size_t j = 0; j < p->count; j++) {
      const json_t *variant = named(json_object_get(root, "variants"), p->cells[j].variant);
      const char *lifetime = json_string_value(json_object_get(variant, "lifetime"));
      p->cells[j].per_iteration = lifetime && strcmp(lifetime, "iteration") == 0;
    }
  }
  json_decref(root);
  return 0;
}

/* ---- the whole ---- */

static void loader_free(struct loader *l) {
  for (size_t i = 0; i < l->count; i++) {
    for (size_t j = 0; j < l->entries[i].count; j++)
      free(l->entries[i].raws[j].samples);
    free(l->entries[i].raws);
  }
  for (size_t i = 0; i < l->oracle_count; i++) {
    struct oracle *o = &l->oracles[i];
    free(o->kernel), free(o->problem), free(o->method), free(o->digest);
  }
  free(l->entries);
  free(l->oracles);
}

static void cell_free(struct cell *c) {
  char *own[] = {c->build, c->kernel, c->problem, c->method,    c->variant,        c->schedule,     c->pin,
                 c->scale, c->state,  c->digest,  c->plan_note, c->trouble.status, c->trouble.note, c->trouble.trust};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    free(own[i]);
  free(c->processes);
}

static int load_all(struct loader *l, struct reason *why) {
  char path[PATH_BYTES_MAX];
  snprintf(path, sizeof path, "%s/plan.csv", l->run->folder);
  if (load_plan(l, path, why) != 0)
    return -1;
  snprintf(path, sizeof path, "%s/samples.csv", l->run->folder);
  if (load_samples(l, path, why) != 0 || group(l, why) != 0)
    return -1;
  return load_run_json(l->run, why) || load_machine(l->run, why) || load_catalog(l->run, why) ? -1 : 0;
}

int run_load(struct run *run, const char *folder, struct reason *why) {
  *run = (struct run){0};
  char **texts[] = {&run->id,          &run->machine_id, &run->label, &run->name,  &run->nway,   &run->config_name,
                    &run->config_text, &run->started,    &run->ended, &run->state, &run->command};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    *texts[i] = must_copy("");
  run->folder = must_copy(folder);
  struct loader l = {.run = run};
  int result = load_all(&l, why);
  for (size_t i = 0; i < l.count; i++)
    cell_free(&l.entries[i].cell); /* those that no problem took over */
  loader_free(&l);
  return result;
}

static void problem_free(struct problem *p) {
  for (size_t i = 0; i < p->count; i++)
    cell_free(&p->cells[i]);
  char *own[] = {p->build, p->kernel, p->problem, p->scale, p->unit, p->bound, p->summary, p->doc};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    free(own[i]);
  free(p->cells);
}

void run_free(struct run *run) {
  for (size_t i = 0; i < run->problem_count; i++)
    problem_free(&run->problems[i]);
  for (size_t i = 0; i < run->fact_count; i++)
    free(run->facts[i].name), free(run->facts[i].value), free(run->facts[i].unit), free(run->facts[i].source);
  for (size_t i = 0; i < run->note_count; i++)
    free(run->notes[i]);
  for (size_t i = 0; i < run->notice_count; i++)
    free(run->notices[i]);
  char *own[] = {run->folder,  run->id,          run->machine_id,  run->label, run->name,  run->nway,
                 run->started, run->config_name, run->config_text, run->ended, run->state, run->command};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    free(own[i]);
  free(run->problems);
  free(run->facts);
  free(run->notes);
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

static bool all_same(const struct problem *p, size_t offset) {
  for (size_t i = 1; i < p->count; i++)
    if (strcmp(*(char **)((char *)&p->cells[i] + offset), *(char **)((char *)&p->cells[0] + offset)) != 0)
      return false;
  return true;
}

/* A schedule or pinning is worth saying only where the same variant runs under several. */
static bool is_choice(const struct problem *p, const struct cell *c, size_t offset) {
  const char *own = *(char *const *)((const char *)c + offset);
  for (size_t i = 0; i < p->count; i++)
    if (strcmp(p->cells[i].variant, c->variant) == 0 && strcmp(*(char **)((char *)&p->cells[i] + offset), own) != 0)
      return true;
  return false;
}

void cell_name(struct text *out, const struct problem *p, const struct cell *c, bool with_workers) {
  size_t from = out->length;
  if (*c->method && !all_same(p, offsetof(struct cell, method)))
    text_format(out, "%s ", c->method);
  text_add(out, c->variant);
  if (*c->schedule && is_choice(p, c, offsetof(struct cell, schedule)))
    text_format(out, " %s", c->schedule);
  if (*c->pin && is_choice(p, c, offsetof(struct cell, pin)))
    text_format(out, " pin=%s", c->pin);
  if (with_workers)
    text_format(out, "%s%lld", out->length > from ? " ×" : "×", (long long)c->workers);
}

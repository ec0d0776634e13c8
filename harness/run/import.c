/* Writes the run folder of an imported file: the same files that a measured run has, with what is unknown left out. */
#include "import_read.h"

#include "base/counters.h"
#include "base/json_foreign.h"
#include "base/json_list.h"
#include "base/paired.h"
#include "base/samples.h"
#include "base/states.h"
#include "base/words.h"
#include "folder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAN_COLUMN(name, type, meaning) PLAN_##name,
enum plan_column {
#include "base/plan.def"
  PLAN_COLUMNS
};
#undef PLAN_COLUMN
#define PLAN_COLUMN(name, type, meaning) #name,
static const char *const plan_names[PLAN_COLUMNS] = {
#include "base/plan.def"
};
#undef PLAN_COLUMN

static const char serial[] = "serial", parallel[] = "parallel";

/* The identity of a cell; of its way only the workers are known. */
static struct cell_id id_of(const struct import *import, const struct import_cell *c) {
  struct cell_id id = {.workers = c->workers};
  for (int axis = 0; axis < CELL_IDS; axis++)
    id.text[axis] = "";
  id.text[CELL_ID_kernel] = import->by;
  id.text[CELL_ID_problem] = c->problem;
  id.text[CELL_ID_method] = c->method;
  id.text[CELL_ID_variant] = c->workers == 1 ? serial : parallel;
  id.text[CELL_ID_scale] = "strong";
  return id;
}

/* ---- which cells are baselines ---- */

/* Sets the median time of each cell's right samples. Returns 0, or -1 without memory. */
static int find_medians(struct import *import) {
  for (struct import_cell *c = import->cells; c < import->cells + import->count; c++) {
    double *values = calloc(c->count + 1, sizeof *values);
    size_t n = 0;
    if (!values)
      return -1;
    for (size_t i = 0; i < c->count; i++)
      if (!c->samples[i].failed[0])
        values[n++] = c->samples[i].wall_ns / (double)c->samples[i].iterations;
    sort_doubles(values, n);
    c->median_ns = n ? median_sorted(values, n) : NAN;
    free(values);
  }
  return 0;
}

/* The index of the problem's first cell, which numbers its block. */
static size_t first_of(const struct import *import, size_t at) {
  size_t i = 0;
  while (strcmp(import->cells[i].problem, import->cells[at].problem) != 0)
    i++;
  return i;
}

/* The first serial cell of a problem is naive, the fastest is the best; without one on a single worker there is no
 * baseline, and so no speedup. */
static const char *baseline_of(const struct import *import, size_t at) {
  size_t naive = import->count, best = import->count;
  for (size_t i = 0; i < import->count; i++) {
    const struct import_cell *c = &import->cells[i];
    if (c->workers != 1 || strcmp(c->problem, import->cells[at].problem) != 0 || isnan(c->median_ns))
      continue;
    naive = naive == import->count ? i : naive;
    best = best == import->count || c->median_ns < import->cells[best].median_ns ? i : best;
  }
  return baseline_words(at == naive, at == best);
}

/* ---- the files ---- */

/* The axes have the same names in the plan, so that one list fills both. */
static void plan_line(const struct import *import, size_t at, char *line, size_t size) {
  const struct cell_id id = id_of(import, &import->cells[at]);
  char number[3][32];
  const char *value[PLAN_COLUMNS];
  for (int i = 0; i < PLAN_COLUMNS; i++) {
    value[i] = "";
    for (int axis = 0; axis < CELL_IDS; axis++)
      if (strcmp(plan_names[i], cell_axes[axis].name) == 0)
        value[i] = id.text[axis];
  }
  snprintf(number[0], sizeof number[0], "%zu", at), value[PLAN_cell] = number[0];
  snprintf(number[1], sizeof number[1], "%zu", first_of(import, at)), value[PLAN_block] = number[1];
  snprintf(number[2], sizeof number[2], "%lld", (long long)id.workers), value[PLAN_workers] = number[2];
  value[PLAN_baseline] = baseline_of(import, at);
  value[PLAN_samples] = "1";
  value[PLAN_state] = cell_state_word(CELL_PLANNED);
  line[0] = '\0';
  for (int i = 0; i < PLAN_COLUMNS; i++)
    csv_field(line, size, value[i], i == 0);
}

static int write_plan(const struct import *import, const struct folder *folder, struct fault *fault) {
  char *text = NULL, line[8 * IMPORT_TEXT]; /* quotes are doubled */
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  if (!file)
    return fault_memory(fault);
  for (int i = 0; i < PLAN_COLUMNS; i++)
    fprintf(file, "%s%s", i ? "," : "", plan_names[i]);
  for (size_t at = 0; at < import->count; at++) {
    plan_line(import, at, line, sizeof line);
    fprintf(file, "\n%s", line);
  }
  fputc('\n', file);
  int failed = fclose(file) != 0 ? fault_memory(fault) : folder_write(folder, "plan.csv", text, bytes, fault);
  free(text);
  return failed;
}

static void fill_row(const struct import *import, const struct folder *folder, size_t at,
                     const struct import_sample *sample, struct row *row) {
  const struct cell_id id = id_of(import, &import->cells[at]);
  memset(row, 0, sizeof *row);
  row_int(row, COL_schema, SCHEMA);
  row_text(row, COL_run_id, folder->run_id);
  row_text(row, COL_started_utc, import->date);
  row_cell(row, &id);
  row_int(row, COL_round, sample->round);
  row_int(row, COL_block, (int64_t)first_of(import, at));
  row_int(row, COL_order, (int64_t)at);
  row_text(row, COL_phase, phase_word(PHASE_SAMPLE));
  row_int(row, COL_sample, 0);
  row_text(row, COL_work_unit, import->unit);
  row_text(row, COL_status, status_word(sample->failed[0] ? STATUS_WRONG : STATUS_OK));
  row_text(row, COL_note, sample->failed);
  if (sample->failed[0])
    return;
  row_int(row, COL_iterations, sample->iterations);
  row_int(row, COL_wall_ns, llround(sample->wall_ns));
  row_text(row, COL_counters, sample->counters);
}

/* Round by round, as a measured run has them; the file's own order is command by command. The file gets its name last:
 * an import that is killed leaves no run behind. */
static int write_samples(const struct import *import, struct folder *folder, int64_t rounds, struct fault *fault) {
  struct samples samples;
  struct row *row = malloc(sizeof *row);
  char path[4200];
  int failed = !row ? fault_memory(fault)
                    : samples_create(&samples, folder_file(folder, "samples.csv.new", path, sizeof path), fault);
  for (int64_t round = 1; round <= rounds && !failed; round++)
    for (size_t at = 0; at < import->count && !failed; at++) {
      const struct import_cell *c = &import->cells[at];
      if ((int64_t)c->count < round)
        continue;
      fill_row(import, folder, at, &c->samples[round - 1], row);
      failed = samples_write(&samples, row, fault);
    }
  if (!failed)
    failed = samples_close(&samples, fault);
  free(row);
  return failed ? -1 : place_rename(&folder->at, "samples.csv.new", "samples.csv", fault);
}

static json_t *notes_of(const struct import *import, const char *file) {
  char note[1000];
  json_t *notes = json_array();
  snprintf(note, sizeof note, "imported from %s", file);
  json_list_add(&notes, json_foreign(note));
  if (import->workers_unknown)
    json_list_add(&notes, json_string("worker counts are missing in the file; each command counts as one worker"));
  if (import->lost_counters) {
    snprintf(note, sizeof note, "%zu counters left out: a row holds %d bytes of them, and names below %d bytes",
             import->lost_counters, IMPORT_COUNTERS, COUNTER_NAME);
    json_list_add(&notes, json_string(note));
  }
  return notes;
}

static json_t *catalog_of(const struct import *import) {
  json_t *kernel =
      json_pack("{ss ss ss sn s[] so}", "name", import->by, "summary", import->summary, "unit", import->unit, "bound",
                "params", "command", import->programs ? json_string("command") : json_null());
  return json_pack("{si s[o] s[{ss sb si s{ss ss ss}}{ss sb s{ss ss ss}}]}", "schema", 1, "kernels", kernel, "variants",
                   "name", serial, "serial", 1, "max_workers", 1, "look", "colour", "#000000", "marker", "circle",
                   "dash", "solid", "name", parallel, "serial", 0, "look", "colour", "#555555", "marker", "circle",
                   "dash", "3,3");
}

static int write_json(const struct import *import, const struct import_options *o, struct folder *folder,
                      int64_t rounds, struct fault *fault) {
  json_t *run = json_pack("{si ss ss sn ss s[sso] ss ss so sn ss sI sI so ss}", "schema", 1, "run_id", folder->run_id,
                          "machine_id", "", "name", "nway", NWAY_VERSION, "command", "nway", "import",
                          json_foreign(o->file), "config_name", import->by, "config_text", "", "started_utc",
                          import->date[0] ? json_foreign(import->date) : json_null(), "ended_utc", "state",
                          run_state_word(RUN_COMPLETE), "rounds_planned", (json_int_t)rounds, "rounds_done",
                          (json_int_t)rounds, "notes", notes_of(import, o->file), "imported", import->by);
  json_t *machine = json_pack("{si ss sn sO}", "schema", 1, "machine_id", "", "label", "facts", import->facts);
  json_t *catalog = catalog_of(import);
  int failed = folder_write_json(folder, "run.json", run, fault) != 0 ||
               folder_write_json(folder, "machine.json", machine, fault) != 0 ||
               folder_write_json(folder, "catalog.json", catalog, fault) != 0 ||
               folder_write(folder, "config.conf", "", 0, fault) != 0;
  json_decref(run), json_decref(machine), json_decref(catalog);
  return failed;
}

static int write_run(const struct import *import, const struct import_options *o, struct folder *folder,
                     struct fault *fault) {
  int64_t rounds = 0;
  for (size_t i = 0; i < import->count; i++)
    rounds = (int64_t)import->cells[i].count > rounds ? (int64_t)import->cells[i].count : rounds;
  return write_json(import, o, folder, rounds, fault) != 0 || write_plan(import, folder, fault) != 0 ||
                 write_samples(import, folder, rounds, fault) != 0
             ? -1
             : 0;
}

int import_file(const struct import_options *options, char *path, size_t size, struct fault *fault) {
  struct import import;
  struct folder folder;
  path[0] = '\0';
  int failed = import_read(&import, options, fault);
  if (!failed && find_medians(&import) != 0)
    failed = fault_memory(fault);
  if (!failed)
    failed = folder_create(&folder, options->results ? options->results : "results", "imported", import.by, fault);
  if (!failed) {
    failed = write_run(&import, options, &folder, fault);
    if (failed)
      folder_remove(&folder);
    else
      folder_point_latest(&folder), snprintf(path, size, "%s", folder.path);
    folder_close(&folder);
  }
  import_free(&import);
  return failed ? -1 : 0;
}

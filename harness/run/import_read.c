/* Reads the JSON of hyperfine and of Google Benchmark into cells and samples. */
#include "import_read.h"

#include "base/hyperfine.h"
#include "base/json_list.h"
#include "base/limits.h"
#include "base/words.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS_MOST = 1000000 };

/* ---- cells ---- */

/* Copies text into one line: a control character becomes a blank. */
static void copy_line(char *out, const char *text) {
  snprintf(out, IMPORT_TEXT, "%s", text);
  for (char *at = out; *at; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      *at = ' ';
}

/* The cell of this identity, a new one if there is none yet; NULL if memory or room runs out. */
static struct import_cell *cell_of(struct import *import, const char *problem, const char *method, int64_t workers) {
  for (size_t i = 0; i < import->count; i++) {
    struct import_cell *c = &import->cells[i];
    if (c->workers == workers && strcmp(c->problem, problem) == 0 && strcmp(c->method, method) == 0)
      return c;
  }
  if (import->count == import->capacity) {
    size_t more = import->capacity ? 2 * import->capacity : 16;
    struct import_cell *grown = import->count < IMPORT_CELLS_MAX ? realloc(import->cells, more * sizeof *grown) : NULL;
    if (!grown)
      return NULL;
    import->cells = grown, import->capacity = more;
  }
  struct import_cell *c = &import->cells[import->count++];
  *c = (struct import_cell){.workers = workers};
  copy_line(c->problem, problem), copy_line(c->method, method);
  return c;
}

static struct import_sample *add_sample(struct import_cell *c) {
  if (c->count == c->capacity) {
    size_t more = c->capacity ? 2 * c->capacity : 16;
    struct import_sample *grown = realloc(c->samples, more * sizeof *grown);
    if (!grown)
      return NULL;
    c->samples = grown, c->capacity = more;
  }
  c->samples[c->count] = (struct import_sample){.round = (int64_t)c->count + 1, .iterations = 1};
  return &c->samples[c->count++];
}

void import_free(struct import *import) {
  for (size_t i = 0; i < import->count; i++)
    free(import->cells[i].samples);
  free(import->cells);
  json_decref(import->facts);
}

static bool read_workers(const char *text, int64_t *workers) {
  char *end;
  long value = text && isdigit((unsigned char)*text) ? strtol(text, &end, 10) : 0;
  *workers = value;
  return value >= 1 && value <= WORKERS_MOST && *end == '\0';
}

/* ---- hyperfine ---- */

static const json_t *parameters_of(const json_t *root, size_t i) {
  return json_object_get(json_array_get(json_object_get(root, "results"), i), "parameters");
}

static const char *command_of(const json_t *root, size_t i) {
  return json_string_value(json_object_get(json_array_get(json_object_get(root, "results"), i), "command"));
}

/* The parameter that is the number of workers: the one asked for, or the first usual name that every command has. */
static const char *workers_parameter(const json_t *root, const char *asked) {
  static const char *const usual[] = {"workers", "threads", "thread",    "jobs",     "cores",
                                      "cpus",    "procs",   "processes", "nthreads", "num_threads"};
  for (size_t u = 0; u < (asked ? 1 : sizeof usual / sizeof *usual); u++) {
    const char *name = asked ? asked : usual[u];
    int64_t workers;
    size_t i = 0, count = hyperfine_results(root);
    while (i < count && read_workers(json_string_value(json_object_get(parameters_of(root, i), name)), &workers))
      i++;
    if (count && i == count)
      return name;
  }
  return NULL;
}

/* The start of the next number in a text, or its end. */
static const char *next_number(const char *at) {
  while (*at && !isdigit((unsigned char)*at))
    at++;
  return at;
}

/* Whether two commands are the same but for their numbers. */
static bool same_words(const char *a, const char *b) {
  for (;;) {
    const char *x = next_number(a), *y = next_number(b);
    if (x - a != y - b || memcmp(a, b, (size_t)(x - a)) != 0)
      return false;
    if (!*x || !*y)
      return *x == *y;
    for (a = x; isdigit((unsigned char)*a);)
      a++;
    for (b = y; isdigit((unsigned char)*b);)
      b++;
  }
}

/* Whether the number with this index equals the workers in every command that is the same but for its numbers. */
static bool is_workers(const json_t *root, const char *parameter, const char *command, size_t index) {
  for (size_t i = 0; i < hyperfine_results(root); i++) {
    const char *other = command_of(root, i),
               *workers = json_string_value(json_object_get(parameters_of(root, i), parameter));
    if (!other || !same_words(command, other))
      continue;
    const char *at = next_number(other);
    for (size_t k = 0; k < index; k++)
      at = next_number(at + strspn(at, "0123456789"));
    if (strspn(at, "0123456789") != strlen(workers) || strncmp(at, workers, strlen(workers)) != 0)
      return false;
  }
  return true;
}

/* The command with {NAME} for the numbers that are the workers, so that it is the same for all counts. */
static void name_command(const json_t *root, const char *parameter, const char *command, char *out, size_t size) {
  size_t index = 0;
  out[0] = '\0';
  for (const char *at = command, *number; *at; index++) {
    number = next_number(at);
    append(out, size, "%.*s", (int)(number - at), at);
    size_t digits = strspn(number, "0123456789");
    if (digits && is_workers(root, parameter, command, index))
      append(out, size, "{%s}", parameter);
    else
      append(out, size, "%.*s", (int)digits, number);
    at = number + digits;
  }
}

static int add_times(const json_t *root, size_t i, struct import_cell *cell, const char *file, struct fault *fault) {
  for (size_t k = 0; k < hyperfine_times(root, i); k++) {
    struct import_sample *sample = add_sample(cell);
    if (!sample)
      return fault_memory(fault);
    sample->wall_ns = hyperfine_ns(root, i, k);
    if (isnan(sample->wall_ns))
      return fault_set(fault, EXIT_USAGE,
                       "%s: results[%zu].times[%zu] is not a positive time in seconds; measure again", file, i, k);
    if (hyperfine_failed(root, i, k))
      snprintf(sample->failed, sizeof sample->failed, "ended with another exit code than 0");
  }
  return 0;
}

static int read_hyperfine(struct import *import, const json_t *root, const struct import_options *o,
                          struct fault *fault) {
  const char *parameter = workers_parameter(root, o->parameter);
  import->by = "hyperfine", import->unit = "runs", import->summary = "programs timed by hyperfine";
  import->programs = true, import->workers_unknown = !parameter;
  if (o->parameter && !parameter)
    return fault_set(fault, EXIT_USAGE,
                     "%s: not every command has a parameter '%s' that is a number of workers; name another or none",
                     o->file, o->parameter);
  for (size_t i = 0; i < hyperfine_results(root); i++) {
    const char *command = command_of(root, i);
    char method[IMPORT_TEXT];
    int64_t workers = 1;
    if (!command || hyperfine_times(root, i) == 0)
      return fault_set(fault, EXIT_USAGE,
                       "%s: results[%zu] has no \"command\", or no \"times\" (hyperfine "
                       "--export-json writes both)",
                       o->file, i);
    if (parameter)
      read_workers(json_string_value(json_object_get(parameters_of(root, i), parameter)), &workers);
    if (parameter)
      name_command(root, parameter, command, method, sizeof method);
    else
      snprintf(method, sizeof method, "%s", command);
    struct import_cell *cell = cell_of(import, o->title ? o->title : "", method, workers);
    if (!cell)
      return fault_set(fault, EXIT_USAGE, "%s: more than %d commands; split the file", o->file, IMPORT_CELLS_MAX);
    if (add_times(root, i, cell, o->file, fault) != 0)
      return -1;
  }
  return 0;
}

/* ---- Google Benchmark ---- */

static double unit_ns(const char *unit) {
  return !unit || strcmp(unit, "ns") == 0 ? 1
         : strcmp(unit, "us") == 0        ? 1e3
         : strcmp(unit, "ms") == 0        ? 1e6
         : strcmp(unit, "s") == 0         ? 1e9
                                          : NAN;
}

/* The benchmark's name without the part that says its threads. */
static void name_benchmark(const char *name, char *out, size_t size) {
  static const char mark[] = "/threads:";
  const char *at = strstr(name, mark);
  size_t digits = at ? strspn(at + sizeof mark - 1, "0123456789") : 0;
  snprintf(out, size, "%.*s%s", at ? (int)(at - name) : (int)strlen(name), name,
           at ? at + sizeof mark - 1 + digits : "");
}

/* Numbers in unknown fields are the benchmark's counters. */
static void take_counters(json_t *entry, char *out, size_t size) {
  static const char *const own[] = {"family_index", "per_family_instance_index",
                                    "repetitions",  "repetition_index",
                                    "threads",      "iterations",
                                    "real_time",    "cpu_time"};
  const char *key;
  json_t *value;
  out[0] = '\0';
  json_object_foreach(entry, key, value) {
    bool known =
        !json_is_number(value) || key[strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")];
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
      known |= strcmp(key, own[i]) == 0;
    if (!known && strlen(out) + strlen(key) + 30 < size)
      append(out, size, "%s%s=%.12g", out[0] ? ";" : "", key, json_number_value(value));
  }
}

static int add_benchmark(struct import *import, json_t *entry, size_t index, const char *file, struct fault *fault) {
  const char *type = json_string_value(json_object_get(entry, "run_type")),
             *name = json_string_value(json_object_get(entry, "run_name")),
             *error = json_string_value(json_object_get(entry, "error_message"));
  const json_t *time = json_object_get(entry, "real_time"), *threads = json_object_get(entry, "threads"),
               *iterations = json_object_get(entry, "iterations");
  char problem[IMPORT_TEXT];
  if (type && strcmp(type, "iteration") != 0)
    return 0;
  name = name ? name : json_string_value(json_object_get(entry, "name"));
  bool failed = json_is_true(json_object_get(entry, "error_occurred"));
  double ns = json_number_value(time) * unit_ns(json_string_value(json_object_get(entry, "time_unit")));
  int64_t workers = json_is_integer(threads) ? (int64_t)json_integer_value(threads) : 1;
  if (!name || (!failed && !(ns > 0 && ns < 1e18)) || workers < 1 || workers > WORKERS_MOST)
    return fault_set(fault, EXIT_USAGE,
                     "%s: benchmarks[%zu] has no \"name\", or no positive \"real_time\" in ns, us, ms or s", file,
                     index);
  name_benchmark(name, problem, sizeof problem);
  struct import_cell *cell = cell_of(import, problem, "", workers);
  struct import_sample *sample = cell ? add_sample(cell) : NULL;
  if (!sample)
    return fault_memory(fault);
  sample->iterations = json_integer_value(iterations) > 0 ? json_integer_value(iterations) : 1;
  sample->wall_ns = ns * (double)sample->iterations;
  take_counters(entry, sample->counters, sizeof sample->counters);
  if (failed)
    snprintf(sample->failed, sizeof sample->failed, "%s", error && *error ? error : "an error occurred");
  return 0;
}

static void take_fact(struct import *import, const json_t *context, const char *key, const char *name,
                      const char *unit) {
  json_t *value = json_object_get(context, key);
  if (value)
    json_list_add(&import->facts, json_pack("{ss sO ss ss}", "name", name, "value", value, "unit", unit, "source",
                                            "context of the imported file"));
}

static int read_google(struct import *import, const json_t *root, const struct import_options *o, struct fault *fault) {
  const json_t *context = json_object_get(root, "context");
  json_t *entry;
  const char *date = json_string_value(json_object_get(context, "date"));
  size_t i;
  import->by = "google-benchmark", import->unit = "iterations", import->summary = "functions timed by Google Benchmark";
  snprintf(import->date, sizeof import->date, "%s", date ? date : "");
  take_fact(import, context, "host_name", "host_name", "");
  take_fact(import, context, "num_cpus", "cpus_online", "");
  take_fact(import, context, "mhz_per_cpu", "cpu_mhz", "MHz");
  take_fact(import, context, "cpu_scaling_enabled", "cpu_scaling_enabled", "");
  take_fact(import, context, "library_build_type", "library_build_type", "");
  json_array_foreach(json_object_get(root, "benchmarks"), i,
                     entry) if (add_benchmark(import, entry, i, o->file, fault) != 0) return -1;
  return import->count ? 0
                       : fault_set(fault, EXIT_USAGE,
                                   "%s: holds aggregates only; write the repetitions too: "
                                   "--benchmark_report_aggregates_only=false",
                                   o->file);
}

/* ---- the file ---- */

int import_read(struct import *import, const struct import_options *options, struct fault *fault) {
  json_error_t error;
  char shown[200];
  *import = (struct import){.facts = json_array()};
  json_t *root = json_load_file(options->file, JSON_REJECT_DUPLICATES, &error);
  if (!root)
    return fault_set(fault, EXIT_USAGE, "%s:%d: %s", options->file, error.line > 0 ? error.line : 1,
                     printable(error.text, shown, sizeof shown));
  int failed = hyperfine_results(root) ? read_hyperfine(import, root, options, fault)
               : json_object_get(root, "benchmarks")
                   ? read_google(import, root, options, fault)
                   : fault_set(fault, EXIT_USAGE,
                               "%s: neither JSON of hyperfine (\"results\") nor of Google Benchmark (\"benchmarks\"); "
                               "write it by hyperfine --export-json FILE or --benchmark_out=FILE",
                               options->file);
  json_decref(root);
  return failed;
}

/* Reads the JSON of hyperfine and of Google Benchmark into cells and samples. */
#include "import_read.h"

#include "base/counters.h"
#include "base/digest.h"
#include "base/hyperfine.h"
#include "base/json_file.h"
#include "base/json_list.h"
#include "base/words.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS_MOST = 1000000, NUMBERS_MOST = 64 }; /* NUMBERS_MOST: numbers of a command that may be the workers */
static const double time_most_ns = 1e18;

/* ---- cells ---- */

/* Copies text into one line: a control character becomes a blank. */
static void copy_line(char *out, size_t size, const char *text) {
  snprintf(out, size, "%s", text);
  for (char *at = out; *at; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      *at = ' ';
}

/* Copies a name, which tells cells apart: one that is too long ends with a digest of all of it. */
static void copy_name(char out[IMPORT_TEXT], const char *text) {
  enum { DIGEST = 17 };
  size_t length = strlen(text);
  copy_line(out, length < IMPORT_TEXT ? IMPORT_TEXT : IMPORT_TEXT - DIGEST, text);
  if (length >= IMPORT_TEXT)
    append(out, IMPORT_TEXT, "~%016" PRIx64, digest_of(0, text, length));
}

/* The cell of this identity, a new one if there is none yet; NULL if memory or room runs out. */
static struct import_cell *cell_of(struct import *import, const char *problem_name, const char *method_name,
                                   int64_t workers) {
  char problem[IMPORT_TEXT], method[IMPORT_TEXT];
  copy_name(problem, problem_name), copy_name(method, method_name);
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
  *c = (struct import_cell){.workers = workers, .entry = -1, .median_ns = NAN};
  strcpy(c->problem, problem), strcpy(c->method, method);
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

/* What a command is beside its numbers, and which of these are the workers, in this command and in all of the same
 * words.
 */
struct wording {
  uint64_t words;
  bool is_workers[NUMBERS_MOST];
};

/* The start of the next number in a text, or its end. */
static const char *next_number(const char *at) {
  while (*at && !isdigit((unsigned char)*at))
    at++;
  return at;
}

static void read_wording(const char *command, const char *workers, struct wording *wording) {
  *wording = (struct wording){0};
  size_t index = 0;
  for (const char *at = command, *number; *at; index++) {
    number = next_number(at);
    size_t digits = strspn(number, "0123456789"), before = (size_t)(number - at);
    wording->words = digest_of(wording->words, &before, sizeof before);
    wording->words = digest_of(wording->words, at, before);
    if (index < NUMBERS_MOST)
      wording->is_workers[index] = digits == strlen(workers) && strncmp(number, workers, digits) == 0;
    at = number + digits;
  }
}

static size_t first_alike(const struct wording *wordings, size_t index) {
  size_t first = 0;
  while (wordings[first].words != wordings[index].words)
    first++;
  return first;
}

/* A number is the workers if it equals them in every command that is the same but for its numbers. */
static void agree(struct wording *wordings, size_t count) {
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0, first = first_alike(wordings, i); k < NUMBERS_MOST; k++)
      wordings[first].is_workers[k] &= wordings[i].is_workers[k];
  for (size_t i = 0; i < count; i++)
    memcpy(wordings[i].is_workers, wordings[first_alike(wordings, i)].is_workers, sizeof wordings[i].is_workers);
}

/* Of each command; NULL if memory runs out. The caller frees the list. */
static struct wording *read_wordings(const json_t *root, const char *parameter) {
  size_t count = hyperfine_results(root);
  struct wording *wordings = calloc(count + 1, sizeof *wordings);
  for (size_t i = 0; wordings && parameter && i < count; i++) {
    const char *command = command_of(root, i);
    read_wording(command ? command : "", json_string_value(json_object_get(parameters_of(root, i), parameter)),
                 &wordings[i]);
  }
  if (wordings && parameter)
    agree(wordings, count);
  return wordings;
}

/* The command with {NAME} for the numbers that are the workers, so that it is the same for all counts; NULL if memory
 * runs out. The caller frees it. */
static char *name_command(const struct wording *wording, const char *parameter, const char *command) {
  char *name = NULL;
  size_t bytes = 0, index = 0;
  FILE *out = open_memstream(&name, &bytes);
  for (const char *at = command; out && *at; index++) {
    size_t before = (size_t)(next_number(at) - at), digits = strspn(at + before, "0123456789");
    fwrite(at, 1, before, out);
    if (digits && index < NUMBERS_MOST && wording->is_workers[index])
      fprintf(out, "{%s}", parameter);
    else
      fwrite(at + before, 1, digits, out);
    at += before + digits;
  }
  if (out && fclose(out) == 0)
    return name;
  free(name);
  return NULL;
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

/* The cell of a command. A command that stands twice is refused: its times may be of two programs. */
static struct import_cell *cell_of_command(struct import *import, const struct import_options *o, const char *name,
                                           int64_t workers, size_t index, struct fault *fault) {
  struct import_cell *cell = cell_of(import, o->title ? o->title : "", name, workers);
  if (!cell) {
    fault_memory(fault);
  } else if (cell->entry >= 0) {
    fault_set(fault, EXIT_USAGE,
              "%s: results[%zu] is the same command as results[%lld]; take one out, or name them: hyperfine "
              "--command-name",
              o->file, index, (long long)cell->entry);
    cell = NULL;
  } else {
    cell->entry = (int64_t)index;
  }
  return cell;
}

/* The commands of a file, and which of their numbers are the workers. */
struct commands {
  const struct import_options *o;
  const json_t *root;
  const char *parameter; /* NULL: none holds the workers */
  struct wording *wordings;
};

static int add_command(struct import *import, const struct commands *all, size_t i, struct fault *fault) {
  const char *command = command_of(all->root, i);
  const struct import_options *o = all->o;
  int64_t workers = 1;
  if (!command || hyperfine_times(all->root, i) == 0)
    return fault_set(fault, EXIT_USAGE,
                     "%s: results[%zu] has no \"command\", or no \"times\" (hyperfine --export-json writes both)",
                     o->file, i);
  if (all->parameter)
    read_workers(json_string_value(json_object_get(parameters_of(all->root, i), all->parameter)), &workers);
  char *name = name_command(&all->wordings[i], all->parameter, command);
  if (!name)
    return fault_memory(fault);
  struct import_cell *cell = cell_of_command(import, o, name, workers, i, fault);
  free(name);
  return cell ? add_times(all->root, i, cell, o->file, fault) : -1;
}

static int read_hyperfine(struct import *import, const json_t *root, const struct import_options *o,
                          struct fault *fault) {
  size_t count = hyperfine_results(root);
  const char *parameter = workers_parameter(root, o->parameter);
  import->by = "hyperfine", import->unit = "runs", import->summary = "programs timed by hyperfine";
  import->programs = true, import->workers_unknown = !parameter;
  if (o->parameter && !parameter)
    return fault_set(fault, EXIT_USAGE,
                     "%s: not every command has a parameter '%s' that is a number of workers; name another or none",
                     o->file, o->parameter);
  if (count > IMPORT_CELLS_MAX)
    return fault_set(fault, EXIT_USAGE, "%s: %zu commands; at most %d can be imported; split the file", o->file, count,
                     IMPORT_CELLS_MAX);
  struct commands all = {o, root, parameter, read_wordings(root, parameter)};
  int failed = all.wordings ? 0 : fault_memory(fault);
  for (size_t i = 0; all.wordings && i < count && !failed; i++)
    failed = add_command(import, &all, i, fault);
  free(all.wordings);
  return failed;
}

/* ---- Google Benchmark ---- */

static double unit_ns(const char *unit) {
  return !unit || strcmp(unit, "ns") == 0 ? 1
         : strcmp(unit, "us") == 0        ? 1e3
         : strcmp(unit, "ms") == 0        ? 1e6
         : strcmp(unit, "s") == 0         ? 1e9
                                          : NAN;
}

/* The benchmark's name without the part that says its threads; NULL if memory runs out. The caller frees it. */
static char *name_benchmark(const char *name) {
  static const char mark[] = "/threads:";
  char *copy = strdup(name), *at = copy ? strstr(copy, mark) : NULL;
  if (at) {
    const char *rest = at + strlen(mark) + strspn(at + strlen(mark), "0123456789");
    memmove(at, rest, strlen(rest) + 1);
  }
  return copy;
}

/* Keeps the repetition's number, where the file has it, in the cell's last sample. One that stands twice is refused:
 * two benchmarks may have one name. */
static int take_repetition(struct import_cell *cell, const json_t *entry, size_t index, const char *file,
                           struct fault *fault) {
  const json_t *number = json_object_get(entry, "repetition_index");
  struct import_sample *last = &cell->samples[cell->count - 1];
  last->repetition = json_is_integer(number) ? json_integer_value(number) : -1;
  last->entry = (int64_t)index;
  for (const struct import_sample *other = cell->samples; last->repetition >= 0 && other < last; other++)
    if (other->repetition == last->repetition)
      return fault_set(
          fault, EXIT_USAGE,
          "%s: benchmarks[%zu] is the same repetition of the same benchmark as benchmarks[%lld]; take one out", file,
          index, (long long)other->entry);
  return 0;
}

/* Adds "name=value" to a list of counters; '_' stands for what would end a name. False if room runs out. */
static bool add_counter(char *out, size_t size, const char *key, double value) {
  char name[COUNTER_NAME];
  if (strlen(key) >= sizeof name || strlen(out) + strlen(key) + 30 >= size)
    return false;
  copy_line(name, sizeof name, key);
  for (char *at = name; (at = strpbrk(at, "=;"));)
    *at = '_';
  append(out, size, "%s%s=%.12g", out[0] ? ";" : "", name, value);
  return true;
}

/* Numbers in unknown fields are the benchmark's counters. Returns how many found no room. */
static size_t take_counters(json_t *entry, char *out, size_t size) {
  static const char *const own[] = {"family_index", "per_family_instance_index",
                                    "repetitions",  "repetition_index",
                                    "threads",      "iterations",
                                    "real_time",    "cpu_time"};
  const char *key;
  json_t *value;
  size_t lost = 0;
  out[0] = '\0';
  json_object_foreach(entry, key, value) {
    bool known = !json_is_number(value);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
      known |= strcmp(key, own[i]) == 0;
    lost += !known && !add_counter(out, size, key, json_number_value(value));
  }
  return lost;
}

static int add_benchmark(struct import *import, json_t *entry, size_t index, const char *file, struct fault *fault) {
  const char *type = json_string_value(json_object_get(entry, "run_type")),
             *name = json_string_value(json_object_get(entry, "run_name")),
             *error = json_string_value(json_object_get(entry, "error_message"));
  const json_t *time = json_object_get(entry, "real_time"), *threads = json_object_get(entry, "threads"),
               *iterations = json_object_get(entry, "iterations");
  if (type && strcmp(type, "iteration") != 0)
    return 0;
  name = name ? name : json_string_value(json_object_get(entry, "name"));
  bool failed = json_is_true(json_object_get(entry, "error_occurred"));
  double ns = json_number_value(time) * unit_ns(json_string_value(json_object_get(entry, "time_unit")));
  int64_t workers = json_is_integer(threads) ? (int64_t)json_integer_value(threads) : 1;
  int64_t count = json_integer_value(iterations) > 0 ? json_integer_value(iterations) : 1;
  if (!name || (!failed && !(ns > 0 && ns * (double)count < time_most_ns)) || workers < 1 || workers > WORKERS_MOST)
    return fault_set(
        fault, EXIT_USAGE,
        "%s: benchmarks[%zu] has no \"name\", or no \"real_time\" in ns, us, ms or s that is positive and, "
        "for all its \"iterations\", below 1e9 s",
        file, index);
  char *problem = name_benchmark(name);
  struct import_cell *cell = problem ? cell_of(import, problem, "", workers) : NULL;
  free(problem);
  if (problem && !cell && import->count >= IMPORT_CELLS_MAX)
    return fault_set(fault, EXIT_USAGE, "%s: more than %d different benchmarks; split the file", file,
                     IMPORT_CELLS_MAX);
  struct import_sample *sample = cell ? add_sample(cell) : NULL;
  if (!sample)
    return fault_memory(fault);
  if (take_repetition(cell, entry, index, file, fault) != 0)
    return -1;
  sample->iterations = count;
  sample->wall_ns = ns * (double)count;
  import->lost_counters += take_counters(entry, sample->counters, sizeof sample->counters);
  if (failed)
    copy_line(sample->failed, sizeof sample->failed, error && *error ? error : "an error occurred");
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
  copy_line(import->date, sizeof import->date, date ? date : "");
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

/* One program alone is the problem, so that its name stands as the title. */
static void name_problem(struct import *import) {
  for (size_t i = 0; i < import->count; i++)
    if (*import->cells[i].problem || strcmp(import->cells[i].method, import->cells[0].method) != 0)
      return;
  for (size_t i = 0; i < import->count; i++) {
    memcpy(import->cells[i].problem, import->cells[i].method, sizeof import->cells[i].problem);
    import->cells[i].method[0] = '\0';
  }
}

int import_read(struct import *import, const struct import_options *options, struct fault *fault) {
  *import = (struct import){.facts = json_array()};
  json_t *root = json_file_read(options->file, "give a file as the program wrote it", fault);
  if (!root)
    return -1;
  int failed = hyperfine_results(root) ? read_hyperfine(import, root, options, fault)
               : json_object_get(root, "benchmarks")
                   ? read_google(import, root, options, fault)
                   : fault_set(fault, EXIT_USAGE,
                               "%s: neither JSON of hyperfine (\"results\") nor of Google Benchmark (\"benchmarks\"); "
                               "write it by hyperfine --export-json FILE or --benchmark_out=FILE",
                               options->file);
  json_decref(root);
  if (!failed)
    name_problem(import);
  return failed;
}

/* Exports a run as JSON of Google Benchmark, hyperfine and github-action-benchmark. */
#include "base/words.h"
#include "export_cells.h"
#include "fields.h"
#include "words/verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *json_name(const struct problem *p, const struct cell *c) {
  struct text name = {0};
  export_name(&name, p, c);
  json_t *json = json_string(text_of(&name));
  text_free(&name);
  return json;
}

static double fact_number(const struct run *run, const char *name) {
  const char *value = run_fact(run, name);
  return value ? strtod(value, NULL) : 0;
}

/* "warnings": "BUSY · SYNTHETIC", where the run has badges; readers of these formats skip members they do not know. */
static void put_warnings(json_t *object, const struct result *result) {
  struct text names = {0};
  badge_names(&names, result);
  if (names.length)
    json_object_set_new(object, "warnings", text_json(text_of(&names)));
  text_free(&names);
}

/* ---- Google Benchmark ---- */

struct listing {
  json_t *list;
  bool summary;
  int family;
};

static void put_times(json_t *entry, double ns, double iterations) {
  json_object_set_new(entry, "iterations", json_integer((json_int_t)iterations));
  json_object_set_new(entry, "real_time", json_real(ns));
  json_object_set_new(entry, "cpu_time", json_real(ns)); /* wall time: workers may be other processes */
  json_object_set_new(entry, "time_unit", json_string("ns"));
}

static json_t *benchmark_entry(const struct analysis *a, const struct figures *f, int family, size_t repetitions,
                               size_t index) {
  json_t *entry = json_object(), *name = json_name(a->problem, f->cell);
  json_object_set(entry, "name", name);
  json_object_set_new(entry, "family_index", json_integer(family));
  json_object_set_new(entry, "per_family_instance_index", json_integer(0));
  json_object_set_new(entry, "run_name", name);
  json_object_set_new(entry, "run_type", json_string("iteration"));
  json_object_set_new(entry, "repetitions", json_integer((json_int_t)repetitions));
  json_object_set_new(entry, "repetition_index", json_integer((json_int_t)index));
  json_object_set_new(entry, "threads", json_integer((json_int_t)f->cell->workers));
  return entry;
}

static void add_benchmark(const struct analysis *a, const struct figures *f, void *with) {
  struct listing *l = with;
  double *times, iterations = fmax(1, (double)f->cell->iterations);
  size_t n = export_times(f->cell, &times);
  for (size_t i = 0; i < (l->summary ? 1 : n); i++) {
    json_t *entry = benchmark_entry(a, f, l->family, l->summary ? 1 : n, i);
    put_times(entry, l->summary ? f->time.median : times[i], iterations);
    json_array_append_new(l->list, entry);
  }
  l->family++;
  free(times);
}

json_t *export_google_benchmark(const struct result *result, bool summary) {
  const struct run *run = &result->run;
  struct listing l = {json_array(), summary, 0};
  json_t *root = json_object(), *context = json_object();
  json_object_set_new(context, "date", text_json(run->started));
  json_object_set_new(context, "host_name", text_json(run_machine(run)));
  json_object_set_new(context, "executable", text_json("nway"));
  json_object_set_new(context, "num_cpus", json_integer((json_int_t)run->usable_cpus));
  json_object_set_new(context, "mhz_per_cpu", json_integer((json_int_t)fact_number(run, "frequency_cpuinfo")));
  json_object_set_new(context, "cpu_scaling_enabled", json_false());
  json_object_set_new(context, "caches", json_array());
  json_object_set_new(context, "load_avg", json_pack("[f]", fact_number(run, "load_1min")));
  json_object_set_new(context, "library_build_type", json_string("release"));
  json_object_set_new(context, "json_schema_version", json_integer(1));
  put_warnings(context, result);
  json_object_set_new(root, "context", context);
  export_each(result, add_benchmark, &l);
  json_object_set_new(root, "benchmarks", l.list);
  return root;
}

/* ---- hyperfine ---- */

static int by_value(const void *a, const void *b) {
  double one = *(const double *)a, two = *(const double *)b;
  return (one > two) - (one < two);
}

static json_t *seconds_of(const double *ns, size_t n) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(list, json_real(ns[i] / 1e9));
  return list;
}

static void add_hyperfine(const struct analysis *a, const struct figures *f, void *with) {
  double *times, sum = 0, squares = 0;
  size_t n = export_times(f->cell, &times);
  char workers[24];
  json_t *codes = json_array(), *entry = json_object();
  for (size_t i = 0; i < n; i++)
    sum += times[i], json_array_append_new(codes, json_integer(0));
  double mean = sum / (double)n;
  for (size_t i = 0; i < n; i++)
    squares += (times[i] - mean) * (times[i] - mean);
  snprintf(workers, sizeof workers, "%lld", (long long)f->cell->workers);
  json_object_set_new(entry, "command", json_name(a->problem, f->cell));
  json_object_set_new(entry, "mean", json_real(mean / 1e9));
  json_object_set_new(entry, "stddev", n > 1 ? json_real(sqrt(squares / (double)(n - 1)) / 1e9) : json_null());
  json_object_set_new(entry, "median", json_real(f->time.median / 1e9));
  json_object_set_new(entry, "user", json_real(0)), json_object_set_new(entry, "system", json_real(0));
  json_object_set_new(entry, "times", seconds_of(times, n));
  qsort(times, n, sizeof *times, by_value);
  json_object_set_new(entry, "min", json_real(times[0] / 1e9));
  json_object_set_new(entry, "max", json_real(times[n - 1] / 1e9));
  json_object_set_new(entry, "exit_codes", codes);
  json_object_set_new(entry, "parameters", json_pack("{s:s}", "workers", workers));
  json_array_append_new(with, entry);
  free(times);
}

json_t *export_hyperfine(const struct result *result) {
  json_t *list = json_array();
  export_each(result, add_hyperfine, list);
  json_t *root = json_pack("{s:o}", "results", list);
  put_warnings(root, result);
  return root;
}

/* ---- github-action-benchmark ---- */

struct smaller {
  json_t *list;
  struct text badges;
};

static void add_smaller(const struct analysis *a, const struct figures *f, void *with) {
  struct smaller *s = with;
  char low[HUMAN_MAX], high[HUMAN_MAX], range[2 * HUMAN_MAX + 8] = "";
  struct text extra = {0};
  if (f->time.coverage > 0)
    snprintf(range, sizeof range, "%s to %s", human_ns(low, f->time.low), human_ns(high, f->time.high));
  text_format(&extra, "%zu rounds%s%s", f->time.n, s->badges.length ? "; " : "", text_of(&s->badges));
  json_t *entry = json_object();
  json_object_set_new(entry, "name", json_name(a->problem, f->cell));
  json_object_set_new(entry, "unit", json_string("ns"));
  json_object_set_new(entry, "value", json_real(f->time.median));
  if (*range)
    json_object_set_new(entry, "range", json_string(range));
  json_object_set_new(entry, "extra", json_string(text_of(&extra)));
  json_array_append_new(s->list, entry);
  text_free(&extra);
}

json_t *export_smaller_is_better(const struct result *result) {
  struct smaller s = {.list = json_array()};
  badge_names(&s.badges, result);
  export_each(result, add_smaller, &s);
  text_free(&s.badges);
  return s.list;
}

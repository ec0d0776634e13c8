/* Runs one kernel under one variant in a process of its own and reports each sample as a line. */
#include "cell.h"

#include "attainable.h"
#include "clock.h"
#include "module.h"
#include "paired.h"
#include "params.h"
#include "record.h"
#include "team.h"

#include <getopt.h>
#include <inttypes.h>
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

enum { ATTAINABLE_MAX = 64, WINDOW = 3, WINDOWS_MAX = 12 };
static const double steady_ratio = 0.02; /* two windows that differ by less are steady */

struct options {
  const char *mode, *kernel, *variant;
  const char *sets[PARAMS_MAX];
  int set_count, attainable[ATTAINABLE_MAX], attainable_count;
  struct schedule schedule;
  int64_t workers, iterations, warmup, samples, fd;
  int64_t sample_ns, warmup_ns;
};

struct cell {
  const struct options *options;
  const struct kernel *kernel;
  const struct variant *variant;
  struct settings settings;
  struct job job;
  struct team team;
  struct record record;
};

/* ---- times of one sample, summed over its iterations ---- */

#define TIMES(X) X(wall) X(spawn) X(work) X(join) X(finish) X(ramp) X(tail) X(busy_min) X(busy_mean) X(busy_max)
struct times {
#define X(name) int64_t name;
  TIMES(X)
#undef X
};

static void add_stamps(const struct team *team, int64_t t0, int64_t t1, int64_t finish, struct times *times) {
  const struct stamps *stamps = team->shared->stamps;
  int64_t first_in = INT64_MAX, last_in = 0, first_out = INT64_MAX, last_out = 0;
  int64_t least = INT64_MAX, most = 0, sum = 0;
  for (int i = 0; i < team->workers; i++) {
    first_in = stamps[i].in_ns < first_in ? stamps[i].in_ns : first_in;
    last_in = stamps[i].in_ns > last_in ? stamps[i].in_ns : last_in;
    first_out = stamps[i].out_ns < first_out ? stamps[i].out_ns : first_out;
    last_out = stamps[i].out_ns > last_out ? stamps[i].out_ns : last_out;
    least = stamps[i].busy_ns < least ? stamps[i].busy_ns : least;
    most = stamps[i].busy_ns > most ? stamps[i].busy_ns : most;
    sum += stamps[i].busy_ns;
  }
  times->wall += t1 - t0;
  times->spawn += first_in - t0;
  times->work += last_out - first_in;
  times->join += t1 - last_out;
  times->finish += finish;
  times->ramp += last_in - first_in;
  times->tail += last_out - first_out;
  times->busy_min += least;
  times->busy_mean += sum / team->workers;
  times->busy_max += most;
}

/* One iteration; start and stop of the team are inside the clock where told so. */
static int iterate(struct cell *cell, bool start, bool stop, struct times *times) {
  const struct variant *variant = cell->variant;
  struct team *team = &cell->team;
  if (cell->kernel->reset)
    cell->kernel->reset(&cell->job);
  team_reset(team);
  int64_t t0 = clock_ns();
  if ((start && variant->start && variant->start(team) != 0) || variant->run(team) != 0)
    return -1;
  int64_t worked = clock_ns();
  if (cell->kernel->finish)
    cell->kernel->finish(&cell->job);
  int64_t finished = clock_ns();
  if (stop && variant->stop && variant->stop(team) != 0)
    return -1;
  int64_t t1 = clock_ns();
  add_stamps(team, t0, t1, cell->kernel->finish ? finished - worked : 0, times);
  return 0;
}

/* ---- rows ---- */

static int64_t timeval_ns(struct timeval t) { return (int64_t)t.tv_sec * 1000000000 + t.tv_usec * 1000; }

/* CPU time, faults and switches of this process and its reaped children. */
static void usage_now(struct rusage *sum) {
  struct rusage own, children;
  getrusage(RUSAGE_SELF, &own);
  getrusage(RUSAGE_CHILDREN, &children);
  *sum = own;
  timeradd(&own.ru_utime, &children.ru_utime, &sum->ru_utime);
  timeradd(&own.ru_stime, &children.ru_stime, &sum->ru_stime);
  sum->ru_maxrss = own.ru_maxrss > children.ru_maxrss ? own.ru_maxrss : children.ru_maxrss;
  sum->ru_minflt += children.ru_minflt;
  sum->ru_majflt += children.ru_majflt;
  sum->ru_nvcsw += children.ru_nvcsw;
  sum->ru_nivcsw += children.ru_nivcsw;
}

static void add_usage(struct record *record, const struct rusage *before, const struct rusage *after) {
  record_int(record, "user_ns", timeval_ns(after->ru_utime) - timeval_ns(before->ru_utime));
  record_int(record, "sys_ns", timeval_ns(after->ru_stime) - timeval_ns(before->ru_stime));
  record_int(record, "max_rss_bytes", after->ru_maxrss * 1024L);
  record_int(record, "minor_faults", after->ru_minflt - before->ru_minflt);
  record_int(record, "major_faults", after->ru_majflt - before->ru_majflt);
  record_int(record, "voluntary_switches", after->ru_nvcsw - before->ru_nvcsw);
  record_int(record, "involuntary_switches", after->ru_nivcsw - before->ru_nivcsw);
}

static void add_answer(struct cell *cell) {
  struct counter counters[COUNTERS_MAX];
  char text[512] = "", digest[32];
  int count = cell->kernel->counters ? cell->kernel->counters(&cell->job, counters) : 0;
  for (int i = 0; i < count; i++)
    append(text, sizeof text, "%s%s=%.12g", i ? ";" : "", counters[i].name, counters[i].value);
  snprintf(digest, sizeof digest, "%016" PRIx64, cell->kernel->digest(&cell->job));
  record_text(&cell->record, "digest", digest);
  record_text(&cell->record, "counters", text);
}

/* A sample that beats the kernel's stated floor did not do the work. */
static bool too_fast(const struct cell *cell, const struct times *times, int64_t iterations) {
  double least = cell->kernel->min_unit_ns * cell->job.units * (double)iterations / cell->team.workers;
  return (double)times->wall < least;
}

static const char *say_too_fast(struct cell *cell) {
  return job_say(&cell->job, "faster than %g ns for one of %s: the work was not done, or the compiler removed it",
                 cell->kernel->min_unit_ns, cell->kernel->unit);
}

static int send_sample(struct cell *cell, const char *phase, int64_t index, int64_t iterations,
                       const struct times *times, const struct rusage *before, const struct rusage *after) {
  struct record *record = &cell->record;
  record_begin(record, "row");
  record_text(record, "phase", phase);
  record_int(record, "sample", index);
  record_int(record, "iterations", iterations);
  record_int(record, "team_workers", atomic_load(&cell->team.shared->joined));
  record_int(record, "os_threads", cell->variant->os_threads(cell->team.workers));
#define X(name) record_int(record, #name "_ns", times->name);
  TIMES(X)
#undef X
  add_usage(record, before, after);
  record_real(record, "work_units", cell->job.units * (double)iterations);
  add_answer(cell);
  const char *wrong = too_fast(cell, times, iterations) ? say_too_fast(cell) : "";
  record_text(record, "status", wrong[0] ? "wrong" : "ok");
  record_text(record, "note", wrong);
  return record_send(record, (int)cell->options->fd);
}

static int send_failure(struct cell *cell, const char *phase, const char *status, const char *note) {
  record_begin(&cell->record, "row");
  record_text(&cell->record, "phase", phase);
  record_text(&cell->record, "status", status);
  record_text(&cell->record, "note", note);
  record_send(&cell->record, (int)cell->options->fd);
  return -1;
}

static int send_kind(struct cell *cell, const char *kind) {
  record_begin(&cell->record, kind);
  return record_send(&cell->record, (int)cell->options->fd);
}

/* ---- samples ---- */

static bool per_iteration(const struct cell *cell) { return cell->variant->lifetime == TEAM_PER_ITERATION; }

/* Runs one sample; with a phase it becomes a row. -1 after a failure that has been told. */
static int sample(struct cell *cell, const char *phase, int64_t index, int64_t iterations, struct times *times) {
  struct rusage before, after;
  *times = (struct times){0};
  usage_now(&before);
  for (int64_t i = 0; i < iterations; i++)
    if (iterate(cell, per_iteration(cell), per_iteration(cell), times) != 0)
      return send_failure(cell, phase ? phase : "sample", cell->team.failure, cell->team.reason);
  usage_now(&after);
  return phase ? send_sample(cell, phase, index, iterations, times, &before, &after) : 0;
}

/* The first iteration, its start included whatever the variant's lifetime. */
static int cold(struct cell *cell, const char *phase, struct times *times) {
  struct rusage before, after;
  *times = (struct times){0};
  usage_now(&before);
  if (iterate(cell, true, per_iteration(cell), times) != 0)
    return send_failure(cell, phase, cell->team.failure, cell->team.reason);
  usage_now(&after);
  return send_sample(cell, phase, 0, 1, times, &before, &after);
}

static int run_measure(struct cell *cell) {
  struct times times;
  if (cold(cell, "cold", &times) != 0)
    return -1;
  for (int64_t i = 0; i < cell->options->warmup; i++)
    if (sample(cell, NULL, i, cell->options->iterations, &times) != 0)
      return -1;
  for (int64_t i = 0; i < cell->options->samples; i++)
    if (sample(cell, "sample", i, cell->options->iterations, &times) != 0)
      return -1;
  return 0;
}

static int run_oracle(struct cell *cell) {
  struct times times = {0};
  if (iterate(cell, true, per_iteration(cell), &times) != 0)
    return send_failure(cell, "oracle", cell->team.failure, cell->team.reason);
  const char *wrong = too_fast(cell, &times, 1)  ? say_too_fast(cell)
                      : cell->kernel->check ? cell->kernel->check(&cell->job)
                                            : NULL;
  struct record *record = &cell->record;
  record_begin(record, "row");
  record_text(record, "phase", "oracle");
  record_int(record, "iterations", 1);
  record_int(record, "wall_ns", times.wall);
  add_answer(cell);
  record_text(record, "status", wrong ? "wrong" : "ok");
  record_text(record, "note", wrong ? wrong : cell->kernel->check ? "" : "no oracle: seq's digest is the reference");
  return record_send(record, (int)cell->options->fd);
}

/* ---- the pilot ---- */

/* Executions that fill sample_ns; `execution` gets the time of one. */
static int calibrate(struct cell *cell, int64_t *iterations, int64_t *execution) {
  struct times times;
  *iterations = 1;
  for (;;) {
    if (sample(cell, "pilot", 0, *iterations, &times) != 0)
      return -1;
    *execution = times.wall / *iterations > 0 ? times.wall / *iterations : 1;
    if (times.wall >= cell->options->sample_ns / 2)
      break;
    int64_t wanted = (cell->options->sample_ns + *execution - 1) / *execution;
    *iterations = wanted < *iterations * 20 ? wanted : *iterations * 20;
    if (times.wall >= cell->options->sample_ns / 20)
      break;
  }
  return 0;
}

/* Windows of samples until two in a row differ by less than steady_ratio: `warmup` gets the samples before
 * the first of the two, or -1 where none were steady in time, or where there was no time for two. */
static int warm_up(struct cell *cell, int64_t iterations, int64_t *execution, int64_t *warmup, bool *tried) {
  int64_t end = clock_ns() + cell->options->warmup_ns;
  double last = 0;
  *warmup = -1;
  *tried = false;
  for (int window = 0; window < WINDOWS_MAX; window++) {
    double values[WINDOW];
    struct times times;
    for (int i = 0; i < WINDOW; i++) {
      if (clock_ns() > end)
        return 0;
      if (sample(cell, "pilot", 1 + window * WINDOW + i, iterations, &times) != 0)
        return -1;
      values[i] = (double)times.wall;
    }
    sort_doubles(values, WINDOW);
    double median = median_sorted(values, WINDOW);
    *execution = (int64_t)(median / (double)iterations);
    *tried = window > 0;
    if (window > 0 && fabs(log(median / last)) < steady_ratio) {
      *warmup = (window - 1) * WINDOW;
      return 0;
    }
    last = median;
  }
  return 0;
}

static int run_pilot(struct cell *cell) {
  struct times times;
  int64_t iterations, execution, warmup;
  bool tried;
  if (cold(cell, "cold", &times) != 0 || calibrate(cell, &iterations, &execution) != 0 ||
      warm_up(cell, iterations, &execution, &warmup, &tried) != 0)
    return -1;
  struct clock_facts facts = clock_measure();
  struct record *record = &cell->record;
  record_begin(record, "plan");
  record_int(record, "iterations", iterations);
  record_int(record, "warmup", warmup >= 0 ? warmup : tried ? WINDOW : 0);
  record_int(record, "pilot_ns", execution);
  record_text(record, "steady", warmup >= 0 ? "yes" : tried ? "no" : "unknown");
  record_int(record, "clock_overhead_ns", facts.overhead_ns);
  record_int(record, "clock_resolution_ns", facts.resolution_ns);
  return record_send(record, (int)cell->options->fd);
}

/* ---- setting up ---- */

static int apply_sets(struct cell *cell, struct fault *fault) {
  if (params_init(cell->kernel->params, &cell->settings, fault) != 0)
    return -1;
  for (int i = 0; i < cell->options->set_count; i++) {
    const char *set = cell->options->sets[i];
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(set, "="), set);
    int index = params_find(cell->kernel->name, cell->kernel->params, name, fault);
    if (index < 0 || params_set(&cell->settings, index, set + strcspn(set, "=") + (strchr(set, '=') != NULL), fault))
      return -1;
  }
  return 0;
}

/* layout, with what it must not do undone. -1 after the refusal has been told. */
static int lay_out(struct cell *cell) {
  struct job *job = &cell->job;
  *job = (struct job){.kernel = cell->kernel, .values = cell->settings.values};
  int refused = cell->kernel->layout(job);
  if (refused == 0 && (job->steps < 1 || job->locks > JOB_LOCKS_MAX))
    job_say(job, "layout gives %d steps and %d locks (at least 1 step, at most %d locks)", job->steps, job->locks,
            JOB_LOCKS_MAX);
  else if (refused == 0 && (job->bytes > JOB_BYTES_MAX || job->scratch_bytes > JOB_BYTES_MAX))
    job_say(job, "needs %.3g GB of memory, more than the limit of %.3g GB",
            (double)(job->bytes > job->scratch_bytes ? job->bytes : job->scratch_bytes) / 1e9,
            (double)JOB_BYTES_MAX / 1e9);
  else if (refused == 0)
    return 0;
  record_begin(&cell->record, "refused");
  record_text(&cell->record, "param", job->refused ? job->refused : "");
  record_text(&cell->record, "note", job->message);
  record_send(&cell->record, (int)cell->options->fd);
  return -1;
}

static int run_probe(struct cell *cell) {
  struct record *record = &cell->record;
  record_begin(record, "probe");
  record_real(record, "work_units", cell->job.units);
  record_int(record, "bytes", (int64_t)cell->job.bytes);
  record_int(record, "scratch_bytes", (int64_t)cell->job.scratch_bytes);
  record_int(record, "steps", cell->job.steps);
  for (int i = 0; i < cell->options->attainable_count; i++) {
    char name[32];
    snprintf(name, sizeof name, "attainable_%d", cell->options->attainable[i]);
    record_real(record, name, attainable_ratio(&cell->job, cell->options->attainable[i]));
  }
  return record_send(record, (int)cell->options->fd);
}

/* Everything between layout and the end that needs memory and a team. */
static int run_with_team(struct cell *cell, int (*run)(struct cell *)) {
  struct fault fault;
  int workers = (int)cell->options->workers;
  if (team_create(&cell->team, &cell->job, workers, cell->options->schedule, cell->variant->processes, &fault) != 0)
    return send_failure(cell, "cold", "nomem", fault.text);
  if (cell->kernel->setup && cell->kernel->setup(&cell->job) != 0)
    return send_failure(cell, "cold", "exit", cell->job.message);
  int failed = run(cell);
  if (failed)
    return -1;
  if (!per_iteration(cell) && cell->variant->stop)
    cell->variant->stop(&cell->team);
  if (cell->kernel->teardown)
    cell->kernel->teardown(&cell->job);
  team_destroy(&cell->team);
  return 0;
}

static const struct {
  const char *name;
  int (*run)(struct cell *);
  bool team;
} modes[] = {
    {"probe", run_probe, false}, {"oracle", run_oracle, true}, {"pilot", run_pilot, true}, {"measure", run_measure, true}};

static int run_mode(struct cell *cell, struct fault *fault) {
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    if (strcmp(cell->options->mode, modes[i].name) != 0)
      continue;
    if (modes[i].team && !cell->variant)
      return fault_set(fault, EXIT_USAGE, "cell %s needs --variant FILE.so", modes[i].name);
    if (lay_out(cell) == 0)
      modes[i].team ? run_with_team(cell, modes[i].run) : modes[i].run(cell);
    send_kind(cell, "end");
    return 0;
  }
  return fault_set(fault, EXIT_USAGE, "no cell mode '%s'; there are probe, oracle, pilot, measure", cell->options->mode);
}

/* ---- arguments ---- */

static const struct option long_options[] = {
    {"kernel", required_argument, NULL, 'k'},     {"variant", required_argument, NULL, 'v'},
    {"set", required_argument, NULL, 's'},        {"workers", required_argument, NULL, 'w'},
    {"schedule", required_argument, NULL, 'd'},   {"iterations", required_argument, NULL, 'i'},
    {"warmup", required_argument, NULL, 'u'},     {"samples", required_argument, NULL, 'n'},
    {"sample-time", required_argument, NULL, 't'}, {"warmup-time", required_argument, NULL, 'T'},
    {"attainable", required_argument, NULL, 'a'}, {"fd", required_argument, NULL, 'f'},
    {NULL, 0, NULL, 0}};

static int number(const char *text, int64_t low, int64_t *value, struct fault *fault) {
  if (parse_count(text, value, fault) != 0)
    return -1;
  return *value >= low && *value <= 1000000000 ? 0 : fault_set(fault, EXIT_USAGE, "'%s' is out of range", text);
}

static int add_attainable(struct options *options, const char *text, struct fault *fault) {
  int64_t workers;
  if (number(text, 1, &workers, fault) != 0)
    return -1;
  if (options->attainable_count == ATTAINABLE_MAX)
    return fault_set(fault, EXIT_USAGE, "more than %d worker counts", ATTAINABLE_MAX);
  options->attainable[options->attainable_count++] = (int)workers;
  return 0;
}

static int add_set(struct options *options, const char *text, struct fault *fault) {
  if (options->set_count == PARAMS_MAX)
    return fault_set(fault, EXIT_USAGE, "more than %d --set", PARAMS_MAX);
  options->sets[options->set_count++] = text;
  return 0;
}

static int one_option(struct options *options, int letter, const char *text, struct fault *fault) {
  switch (letter) {
  case 'k': return options->kernel = text, 0;
  case 'v': return options->variant = text, 0;
  case 's': return add_set(options, text, fault);
  case 'a': return add_attainable(options, text, fault);
  case 'd': return schedule_parse(text, &options->schedule, fault);
  case 'w': return number(text, 1, &options->workers, fault);
  case 'i': return number(text, 1, &options->iterations, fault);
  case 'u': return number(text, 0, &options->warmup, fault);
  case 'n': return number(text, 1, &options->samples, fault);
  case 'f': return number(text, 0, &options->fd, fault);
  case 't': return parse_duration(text, &options->sample_ns, fault);
  case 'T': return parse_duration(text, &options->warmup_ns, fault);
  default: return fault_set(fault, EXIT_USAGE, "bad arguments for nway cell");
  }
}

/* One policy for all cells: memory that is freed stays with the process, so that no sample pays for page
 * faults that an earlier one has already paid for. Told as the fact "malloc" of the machine. */
static void fix_malloc(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, INT32_MAX);
}

int cell_main(int argc, char **argv, struct fault *fault) {
  struct options options = {.mode = argc > 1 ? argv[1] : "", .schedule = {SCHEDULE_STATIC, 1}, .workers = 1,
                            .iterations = 1, .samples = 1, .fd = STDOUT_FILENO, .sample_ns = 20000000,
                            .warmup_ns = 1000000000};
  struct cell cell = {.options = &options};
  optind = 2;
  for (int letter; (letter = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
    if (one_option(&options, letter, optarg, fault) != 0)
      return -1;
  if (!options.kernel)
    return fault_set(fault, EXIT_USAGE, "nway cell needs --kernel FILE.so");
  fix_malloc();
  if (module_kernel(options.kernel, &cell.kernel, fault) != 0 ||
      (options.variant && module_variant(options.variant, &cell.variant, fault) != 0) || apply_sets(&cell, fault) != 0)
    return -1;
  int failed = run_mode(&cell, fault);
  params_free(&cell.settings);
  return failed;
}

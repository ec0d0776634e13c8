/* Runs the iterations of a cell, times them, and tells each sample as a row. */
#include "sampling.h"

#include "clock.h"

#include <inttypes.h>
#include <sys/resource.h>
#include <sys/time.h>

/* ---- times ---- */

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

/* The CPUs that the workers were seen on; true if each was where it was bound to. */
static bool where_bound(const struct cell *cell, char *out, size_t size) {
  const struct team *team = &cell->team;
  bool right = true;
  out[0] = '\0';
  for (int i = 0; i < team->workers && team->cpu_count > 0; i++) {
    int cpu = team->shared->stamps[i].cpu;
    append(out, size, "%s%d", i ? "+" : "", cpu);
    right &= cpu == team->cpus[i % team->cpu_count];
  }
  return right;
}

/* What the machine took since the process started: its ticks are too coarse for one sample. */
static void add_disturbance(struct cell *cell, const struct rusage *now) {
  struct record *record = &cell->record;
  char cpus[5 * WORKERS_MAX], trust[100];
  struct disturbance grown = disturbance_between(cell->before, disturbance_read(""));
  bool bound = where_bound(cell, cpus, sizeof cpus);
  disturbance_trust(grown, clock_ns() - cell->began_ns, cell->usable_cpus,
                    timeval_ns(now->ru_utime) + timeval_ns(now->ru_stime), trust, sizeof trust);
  if (!bound)
    append(trust, sizeof trust, "%sunpinned", trust[0] ? " " : "");
  if (grown.steal_ns >= 0)
    record_int(record, "steal_ns", grown.steal_ns);
  if (grown.throttled_ns >= 0)
    record_int(record, "throttled_ns", grown.throttled_ns);
  int64_t khz = disturbance_cpu_khz("", cell->team.shared->stamps[0].cpu);
  if (khz > 0)
    record_int(record, "cpu_khz", khz);
  record_text(record, "cpus", cpus);
  record_text(record, "trust", trust);
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
  add_disturbance(cell, after);
  record_real(record, "work_units", cell->job.units * (double)iterations);
  add_answer(cell);
  const char *wrong = too_fast(cell, times, iterations) ? say_too_fast(cell) : "";
  record_text(record, "status", wrong[0] ? "wrong" : "ok");
  record_text(record, "note", wrong);
  return record_send(record, (int)cell->options->fd);
}

int tell_failure(struct cell *cell, const char *phase, const char *status, const char *note) {
  record_begin(&cell->record, "row");
  record_text(&cell->record, "phase", phase);
  record_text(&cell->record, "status", status);
  record_text(&cell->record, "note", note);
  record_send(&cell->record, (int)cell->options->fd);
  return -1;
}

/* ---- samples ---- */

bool team_per_iteration(const struct cell *cell) { return cell->variant->lifetime == TEAM_PER_ITERATION; }

/* Runs one sample; with a phase it becomes a row. -1 after a failure that has been told. */
int sample(struct cell *cell, const char *phase, int64_t index, int64_t iterations, struct times *times) {
  struct rusage before, after;
  *times = (struct times){0};
  usage_now(&before);
  for (int64_t i = 0; i < iterations; i++)
    if (iterate(cell, team_per_iteration(cell), team_per_iteration(cell), times) != 0)
      return tell_failure(cell, phase ? phase : "sample", cell->team.failure, cell->team.reason);
  usage_now(&after);
  if (!phase)
    cell->warmup_spent_ns += times->wall;
  return phase ? send_sample(cell, phase, index, iterations, times, &before, &after) : 0;
}

/* The first iteration, its start included whatever the variant's lifetime. */
int sample_cold(struct cell *cell, struct times *times) {
  struct rusage before, after;
  *times = (struct times){0};
  usage_now(&before);
  if (iterate(cell, true, team_per_iteration(cell), times) != 0)
    return tell_failure(cell, "cold", cell->team.failure, cell->team.reason);
  usage_now(&after);
  return send_sample(cell, "cold", 0, 1, times, &before, &after);
}

int sample_oracle(struct cell *cell) {
  struct times times = {0};
  if (iterate(cell, true, team_per_iteration(cell), &times) != 0)
    return tell_failure(cell, "oracle", cell->team.failure, cell->team.reason);
  const char *wrong = too_fast(cell, &times, 1) ? say_too_fast(cell)
                      : cell->kernel->check     ? cell->kernel->check(&cell->job)
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

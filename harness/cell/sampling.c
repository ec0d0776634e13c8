/* Runs the iterations of a cell, times them, and sends each sample as a row. */
#include "sampling.h"

#include "ask.h"
#include "base/clock.h"
#include "base/translate.h"
#include "seats.h"

#include <inttypes.h>

enum { DIGEST_BYTES = 17 };
static const int64_t check_limit_ns = 5000000000;

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

/* A worker that came and did not return from its work has left its thread: what it did not do is not in any time. */
static int all_returned(struct team *team) {
  const struct stamps *stamps = team->shared->stamps;
  for (int i = 0; i < team->workers; i++)
    if (stamps[i].in_ns > 0 && stamps[i].out_ns == 0)
      return team_fail(team, STATUS_EXIT, "worker %d ended its thread before its work was done", i);
  return 0;
}

/* The time that something else measured, such as hyperfine: all of it is work. */
static void add_timed(const struct timed *timed, struct times *times) {
  times->wall += timed->wall_ns;
  times->work += timed->wall_ns;
  times->busy_min += timed->wall_ns;
  times->busy_mean += timed->wall_ns;
  times->busy_max += timed->wall_ns;
  times->timed.wall_ns += timed->wall_ns;
  times->timed.user_ns += timed->user_ns;
  times->timed.sys_ns += timed->sys_ns;
}

/* ---- answers ---- */

/* What an execution is to its check. */
enum check {
  CHECK_BY_CHANCE,
  CHECK_ALWAYS,
  CHECK_UNTOUCHED /* always, but workers must touch its memory first */
};

/* Why this answer is not the checked one. The check is asked once: a cell's answers tend to be wrong alike. */
static void note_other(struct cell *cell, uint64_t digest) {
  char why[sizeof cell->job.message] = "", text[DIGEST_BYTES];
  const struct cell_options *options = cell->options;
  snprintf(text, sizeof text, "%016" PRIx64, digest);
  if (!options->answer || strcmp(text, options->answer) == 0)
    return;
  int64_t left = (cell->began_ns + options->limit_ns - clock_ns()) / 2; /* the other half is left for sending the row */
  left = left < check_limit_ns ? left : check_limit_ns;
  if (!cell->asked && cell->kernel->check)
    ask_check(&cell->job, left, why, sizeof why);
  else if (!cell->asked)
    ask_difference(&cell->team, left, why, sizeof why);
  cell->asked = true;
  if (why[0]) /* the column `digest` holds the number */
    snprintf(cell->wrong, sizeof cell->wrong, "%s", why);
  else
    snprintf(cell->wrong, sizeof cell->wrong, N_("answer %s, expected %s"), text, options->answer);
}

/* Keeps the first wrong execution of the sample. */
static void check_answer(struct cell *cell, enum check check, int64_t execution_ns) {
  struct answers *answers = &cell->answers;
  bool chosen = answers->chosen;
  const char *unwritten = answers_after(answers, &cell->job, execution_ns);
  if (!chosen || cell->wrong[0])
    return;
  if (unwritten)
    snprintf(cell->wrong, sizeof cell->wrong, "%s", unwritten);
  else
    note_other(cell, answers->digest);
  if (cell->wrong[0] && check == CHECK_BY_CHANCE && answers->executions > 1)
    append(cell->wrong, sizeof cell->wrong, "; execution %" PRId64 " of the sample", answers->executions);
}

/* One iteration; start and stop of the team are inside the clock where told so. */
static int iterate(struct cell *cell, bool start, bool stop, enum check check, struct times *times) {
  const struct variant *variant = cell->variant;
  struct team *team = &cell->team;
  cell->job.message[0] = '\0';
  cell->job.lacks = 0;
  cell->job.timed = (struct timed){0};
  if (cell->kernel->reset)
    cell->kernel->reset(&cell->job);
  if (cell->job.slots)
    memset(cell->job.slots, 0, cell->job.slot_stride * (size_t)team->workers);
  answers_before(&cell->answers, &cell->job, check != CHECK_BY_CHANCE, check == CHECK_UNTOUCHED);
  team_reset(team);
  int64_t t0 = clock_ns();
  if ((start && variant->start && variant->start(team) != 0) || variant->run(team) != 0)
    return -1;
  int64_t worked = clock_ns();
  if (cell->kernel->finish)
    cell->kernel->finish(&cell->job);
  int64_t finished = clock_ns();
  if (cell->kernel->finish && cell->job.message[0])
    return team_fail(team, cell->job.lacks ? STATUS_NORES : STATUS_WRONG, "%s", cell->job.message);
  if (stop && variant->stop && variant->stop(team) != 0)
    return -1;
  int64_t t1 = clock_ns();
  if (all_returned(team) != 0)
    return -1;
  if (cell->job.timed.wall_ns > 0)
    add_timed(&cell->job.timed, times);
  else
    add_stamps(team, t0, t1, cell->kernel->finish ? finished - worked : 0, times);
  check_answer(cell, check, t1 - t0);
  return 0;
}

/* ---- rows ---- */

/* Resource usage and hardware counters at the start of a sample. */
struct mark {
  struct usage usage;
  int64_t hardware[HARDWARE_COUNTERS];
};

static struct mark mark_now(const struct cell *cell) {
  struct mark mark = {.usage = usage_of_process()};
  hardware_read(&cell->hardware, mark.hardware);
  return mark;
}

/* True for a worker process that outlives the iteration: usage_of_process() does not include it. */
static bool is_separate(const struct cell *cell, int worker) {
  return !team_per_iteration(cell) && cell->team.shared->stamps[worker].process != cell->team.process;
}

/* Usage since `before`: the process with its threads and reaped children, plus the worker processes still alive. */
static struct usage used_since(const struct cell *cell, const struct usage *before) {
  struct usage sum = {0};
  usage_add(&sum, usage_of_process(), *before);
  for (int i = 0; i < cell->team.workers; i++)
    if (is_separate(cell, i))
      usage_add(&sum, cell->team.shared->stamps[i].used, (struct usage){0});
  return sum;
}

/* CPU time of the process and its workers since the process started. */
static int64_t cpu_since_start(const struct cell *cell) {
  int64_t sum = used_since(cell, &(struct usage){0}).cpu_ns;
  for (int i = 0; i < cell->team.workers; i++)
    if (is_separate(cell, i))
      sum += cell->team.shared->stamps[i].before.cpu_ns;
  return sum;
}

static void add_usage(struct record *record, const struct usage *used) {
  record_int(record, "user_ns", used->user_ns);
  record_int(record, "sys_ns", used->sys_ns);
  record_int(record, "max_rss_bytes", used->max_rss_bytes);
  record_int(record, "minor_faults", used->minor_faults);
  record_int(record, "major_faults", used->major_faults);
  record_int(record, "voluntary_switches", used->voluntary_switches);
  record_int(record, "involuntary_switches", used->involuntary_switches);
}

/* Records the workers' CPU times. A worker that was busy for longer than its CPU time was kept off its CPU. A CPU clock
 * belongs to a thread, so workers that share one thread have no times of their own. */
static void add_cpu_clocks(struct record *record, const struct cell *cell) {
  const struct team *team = &cell->team;
  if (cell->variant->os_threads(team->workers) < team->workers)
    return;
  int64_t least = INT64_MAX, most = 0, sum = 0;
  for (int i = 0; i < team->workers; i++) {
    int64_t cpu = team->shared->stamps[i].used.cpu_ns;
    least = cpu < least ? cpu : least;
    most = cpu > most ? cpu : most;
    sum += cpu;
  }
  record_int(record, "cpu_min_ns", least);
  record_int(record, "cpu_mean_ns", sum / team->workers);
  record_int(record, "cpu_max_ns", most);
}

static void add_hardware(struct cell *cell, const struct mark *before) {
  int64_t now[HARDWARE_COUNTERS];
  hardware_read(&cell->hardware, now);
  for (int i = 0; i < HARDWARE_COUNTERS; i++)
    if (now[i] >= 0 && before->hardware[i] >= 0)
      record_int(&cell->record, hardware_names[i], now[i] - before->hardware[i]);
}

/* The last execution of a sample is always checked, so its digest is known. */
static void add_answer(struct cell *cell) {
  char digest[DIGEST_BYTES];
  struct counter counters[COUNTERS_MAX];
  char text[512] = "";
  int count = cell->kernel->counters ? cell->kernel->counters(&cell->job, counters) : 0;
  for (int i = 0; i < count; i++)
    append(text, sizeof text, "%s%s=%.12g", i ? ";" : "", counters[i].name, counters[i].value);
  snprintf(digest, sizeof digest, "%016" PRIx64, cell->answers.digest);
  const char *by = cell->job.checked_by;
  record_text(&cell->record, "checked_by", by ? by : cell->kernel->check ? "oracle" : "vs seq");
  record_text(&cell->record, "digest", digest);
  record_text(&cell->record, "counters", text);
}

/* True if a sample took less than the kernel's minimum time per unit: it did not do the work. */
static bool too_fast(const struct cell *cell, const struct times *times, int64_t iterations) {
  double least = cell->kernel->min_unit_ns * cell->job.units * (double)iterations / cell->team.workers;
  return (double)times->wall < least;
}

/* Lists the CPUs that something else than nway, such as OpenMP, left the workers, if it moved them. */
static void where_moved(const struct cell *cell, char *out, size_t size) {
  const struct team *team = &cell->team;
  int cpus[WORKERS_MAX];
  if (!seats_are_moved(team->shared->stamps, team->workers, cell->mask))
    return;
  out[0] = '\0';
  seats_find(team->shared->stamps, team->workers, cpus);
  for (int i = 0; i < team->workers; i++)
    if (cpus[i] >= 0)
      append(out, size, "%s%d", out[0] ? "+" : "", cpus[i]);
}

/* Lists the CPUs that the workers ran on; true if each worker ran on the CPU that it is bound to. */
static bool where_bound(const struct cell *cell, char *out, size_t size) {
  const struct team *team = &cell->team;
  bool right = true;
  out[0] = '\0';
  if (cell->options->stays) {
    append(out, size, "%d", team->shared->stamps[0].cpu);
    right = team->shared->stamps[0].cpu == cell->options->home;
  }
  for (int i = 0; i < team->workers && team->cpu_count > 0; i++) {
    int cpu = team->shared->stamps[i].cpu;
    append(out, size, "%s%d", i ? "+" : "", cpu);
    right &= cpu == team->cpus[i % team->cpu_count];
  }
  return right;
}

/* Records disturbances since the process started: the ticks that count them are too coarse for one sample. */
static void add_disturbance(struct cell *cell) {
  struct record *record = &cell->record;
  char cpus[5 * WORKERS_MAX], trust[100];
  struct disturbance grown = disturbance_between(cell->before, disturbance_read(""));
  bool bound = where_bound(cell, cpus, sizeof cpus);
  if (cell->team.cpu_count == 0)
    where_moved(cell, cpus, sizeof cpus);
  int threads = cell->variant->os_threads(cell->team.workers);
  int asked = threads < cell->usable_cpus ? threads : cell->usable_cpus;
  disturbance_trust(grown, clock_ns() - cell->began_ns, asked, cpu_since_start(cell), trust, sizeof trust);
  if (!bound)
    trust_add(trust, sizeof trust, TRUST_UNPINNED);
  if (atomic_load(&cell->team.shared->joined) < cell->team.workers)
    trust_add(trust, sizeof trust, TRUST_FEWER_WORKERS);
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

static int send_sample(struct cell *cell, enum phase phase, int64_t index, int64_t iterations,
                       const struct times *times, const struct mark *before) {
  struct record *record = &cell->record;
  record_begin(record, "row");
  record_text(record, "phase", phase_word(phase));
  record_int(record, "sample", index);
  record_int(record, "iterations", iterations);
  record_int(record, "team_workers", atomic_load(&cell->team.shared->joined));
  record_int(record, "os_threads", cell->variant->os_threads(cell->team.workers));
#define X(name) record_int(record, #name "_ns", times->name);
  TIMES(X)
#undef X
  struct usage used = used_since(cell, &before->usage);
  if (times->timed.wall_ns > 0)
    used.user_ns = times->timed.user_ns, used.sys_ns = times->timed.sys_ns;
  add_usage(record, &used);
  add_cpu_clocks(record, cell);
  add_hardware(cell, before);
  add_disturbance(cell);
  record_real(record, "work_units", cell->job.units * (double)iterations);
  record_int(record, "checked", cell->answers.checked);
  record_real(record, "check_chance", answers_chance(&cell->answers));
  add_answer(cell);
  const char *wrong = too_fast(cell, times, iterations) ? say_too_fast(cell) : cell->wrong;
  record_text(record, "status", status_word(wrong[0] ? STATUS_WRONG : STATUS_OK));
  record_text(record, "note", wrong);
  int failed = record_send(record, (int)cell->options->fd);
  cell->wrong[0] = '\0';
  return failed;
}

bool is_for_people(const struct cell *cell) { return mode_of(cell->options->mode) == MODE_ONCE; }

int tell_failure(struct cell *cell, enum phase phase, enum status status, const char *note) {
  if (is_for_people(cell)) {
    fprintf(stderr, "nway: kernel %s: %s: %s\n", cell->kernel->name, status_word(status), note);
    cell->code = status == STATUS_WRONG ? EXIT_WRONG : EXIT_UNDECIDED;
    return -1;
  }
  record_begin(&cell->record, "row");
  record_text(&cell->record, "phase", phase_word(phase));
  record_text(&cell->record, "status", status_word(status));
  record_text(&cell->record, "note", note);
  record_send(&cell->record, (int)cell->options->fd);
  return -1;
}

/* ---- samples ---- */

bool team_per_iteration(const struct cell *cell) { return cell->variant->lifetime == TEAM_PER_ITERATION; }

/* The borders of a worker's usage (BORDER_*) at iteration i of n. */
static int borders_of(const struct cell *cell, int64_t i, int64_t n) {
  if (team_per_iteration(cell))
    return BORDER_END;
  return (i == 0 ? BORDER_BEGIN : 0) | (i + 1 == n ? BORDER_END : 0);
}

int sample(struct cell *cell, enum phase phase, int64_t index, int64_t iterations, struct times *times) {
  *times = (struct times){0};
  team_begin_sample(&cell->team);
  answers_begin_sample(&cell->answers);
  struct mark before = mark_now(cell);
  for (int64_t i = 0; i < iterations; i++) {
    cell->team.shared->borders = borders_of(cell, i, iterations);
    enum check check = i + 1 == iterations ? CHECK_ALWAYS : CHECK_BY_CHANCE;
    if (iterate(cell, team_per_iteration(cell), team_per_iteration(cell), check, times) != 0)
      return tell_failure(cell, phase ? phase : PHASE_SAMPLE, cell->team.failure, cell->team.reason);
  }
  if (!phase)
    cell->warmup_spent_ns += times->wall;
  return phase ? send_sample(cell, phase, index, iterations, times, &before) : 0;
}

bool runs_programs(const struct cell *cell) { return (cell->kernel->needs & NEED_OWN) != 0; }

static int first_of_all(struct cell *cell, enum phase phase, enum check check, struct times *times) {
  *times = (struct times){0};
  answers_begin_sample(&cell->answers);
  struct mark before = mark_now(cell);
  cell->team.shared->borders = BORDER_END; /* the workers begin with this iteration */
  if (iterate(cell, true, team_per_iteration(cell), check, times) != 0)
    return tell_failure(cell, phase, cell->team.failure, cell->team.reason);
  return send_sample(cell, phase, 0, 1, times, &before);
}

int sample_cold(struct cell *cell, struct times *times) {
  return first_of_all(cell, PHASE_COLD, CHECK_UNTOUCHED, times);
}

int sample_first(struct cell *cell, struct times *times) {
  return first_of_all(cell, PHASE_SAMPLE, CHECK_ALWAYS, times);
}

int64_t sample_memory(struct cell *cell) {
  struct times ignored = {0};
  int64_t sum = 0;
  cell->team.shared->borders = BORDER_MEMORY;
  if (iterate(cell, team_per_iteration(cell), team_per_iteration(cell), CHECK_ALWAYS, &ignored) != 0)
    return tell_failure(cell, PHASE_PILOT, cell->team.failure, cell->team.reason);
  for (int i = 0; i < cell->team.workers; i++)
    sum += cell->team.shared->stamps[i].pss_bytes;
  return sum;
}

/* Why the first execution is wrong, or NULL. `untouched`: the digest that reset had left, if `known`. */
static const char *oracle_says(struct cell *cell, const struct times *times, bool known, uint64_t untouched) {
  if (cell->wrong[0])
    return cell->wrong;
  if (too_fast(cell, times, 1))
    return say_too_fast(cell);
  const char *wrong = cell->kernel->check ? cell->kernel->check(&cell->job) : NULL;
  if (!wrong && known && untouched == cell->answers.digest)
    return N_("the execution did not change the result that reset had erased");
  return wrong;
}

int sample_once(struct cell *cell, int64_t iterations, struct times *times, const char **wrong) {
  *times = (struct times){0};
  team_begin_sample(&cell->team);
  answers_begin_sample(&cell->answers);
  for (int64_t i = 0; i < iterations; i++) {
    bool first = i == 0, last = i + 1 == iterations;
    cell->team.shared->borders = borders_of(cell, i, iterations);
    if (iterate(cell, first || team_per_iteration(cell), team_per_iteration(cell),
                last ? CHECK_ALWAYS : CHECK_BY_CHANCE, times) != 0)
      return tell_failure(cell, PHASE_ORACLE, cell->team.failure, cell->team.reason);
  }
  *wrong = too_fast(cell, times, iterations) ? say_too_fast(cell) : oracle_says(cell, times, false, 0);
  return 0;
}

int sample_oracle(struct cell *cell) {
  struct times times = {0};
  uint64_t untouched = 0;
  bool known = cell->job.result_bytes == 0; /* else random bytes show what was not written */
  answers_begin_sample(&cell->answers);
  if (known && cell->kernel->reset)
    cell->kernel->reset(&cell->job);
  known = known && ask_digest(&cell->job, check_limit_ns, &untouched);
  if (iterate(cell, true, team_per_iteration(cell), CHECK_ALWAYS, &times) != 0)
    return tell_failure(cell, PHASE_ORACLE, cell->team.failure, cell->team.reason);
  const char *wrong = oracle_says(cell, &times, known, untouched);
  struct record *record = &cell->record;
  record_begin(record, "row");
  record_text(record, "phase", phase_word(PHASE_ORACLE));
  record_int(record, "iterations", 1);
  record_int(record, "wall_ns", times.wall);
  record_int(record, "checked", cell->answers.checked);
  add_answer(cell);
  record_text(record, "status", status_word(wrong ? STATUS_WRONG : STATUS_OK));
  record_text(record, "note",
              wrong                 ? wrong
              : cell->kernel->check ? ""
                                    : N_("no check of its own: this sequential answer is the reference"));
  return record_send(record, (int)cell->options->fd);
}

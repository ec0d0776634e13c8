/* The process of one cell: reads its arguments, sets up one kernel and one variant, and runs a mode. */
#include "cell.h"

#include "attainable.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/words.h"
#include "machine/cpus.h"
#include "machine/room.h"
#include "memory.h"
#include "module.h"
#include "sampling.h"
#include "seats.h"

#include <fcntl.h>
#include <malloc.h>
#include <math.h>
#include <unistd.h>

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

/* ---- memory check ---- */

/* At most as many workers are busy as the largest step has items. */
static double busy_workers(const struct job *job, int workers) {
  long items = 0;
  for (int step = 0; step < job->steps && items < workers; step++)
    items = job_items(job, step) > items ? job_items(job, step) : items;
  return items < workers ? (double)items : workers;
}

/* The size parameter to reduce when memory is short; NULL if the kernel has none. */
static const char *size_to_reduce(const struct settings *settings) {
  for (int i = 0; i < params_count(settings->params); i++)
    if (settings->params[i].role == PARAM_SIZE && params_counts(settings, i))
      return settings->params[i].name;
  return NULL;
}

/* Checks that memory suffices for `workers` workers; -1 with job->message if not. `ulimit -v` bounds the address space
 * of one process, which all its threads share. */
static int check_room(struct cell *cell, int workers) {
  struct job *job = &cell->job;
  struct room room = room_read("");
  bool processes = cell->variant && cell->variant->processes;
  double busy = job->heap_bytes ? busy_workers(job, workers) : 0, heap = (double)job->heap_bytes;
  double mapped = (double)job->bytes + (double)workers * (double)(job->scratch_bytes + job->slot_bytes);
  double all = mapped + busy * heap, own = mapped + (processes ? fmin(busy, 1) : busy) * heap;
  bool ulimited = own > room.process;
  if (all <= room.machine && !ulimited)
    return 0;
  job->refused = size_to_reduce(&cell->settings);
  job_say(job, "needs about %.3g GB of memory for %d worker%s; only %.3g GB available (limited by %s)",
          (ulimited ? own : all) / 1e9, workers, plural(workers), (ulimited ? room.process : room.machine) / 1e9,
          ulimited ? "ulimit -v" : room.machine_by);
  return -1;
}

/* Runs the kernel's layout and checks what it asks for; -1 after a refusal or a failed row has been sent. */
static int lay_out(struct cell *cell) {
  struct job *job = &cell->job;
  int workers = cell->options->workers > 0 ? (int)cell->options->workers : 1;
  *job = (struct job){.kernel = cell->kernel, .values = cell->settings.values};
  int refused = cell->kernel->layout(job);
  if (refused == 0 && (job->steps < 1 || job->locks > JOB_LOCKS_MAX))
    job_say(job, "layout gives %d steps and %d locks (at least 1 step, at most %d locks)", job->steps, job->locks,
            JOB_LOCKS_MAX);
  else if (refused == 0 && (job->bytes > JOB_BYTES_MAX || job->scratch_bytes > JOB_BYTES_MAX))
    job_say(job, "needs %.3g GB of memory, more than the limit of %.3g GB",
            (double)(job->bytes > job->scratch_bytes ? job->bytes : job->scratch_bytes) / 1e9,
            (double)JOB_BYTES_MAX / 1e9);
  else if (refused == 0 && job->slot_bytes > JOB_BYTES_MAX / WORKERS_MAX)
    job_say(job, "needs %.3g GB for each worker's slot, more than the limit of %.3g GB", (double)job->slot_bytes / 1e9,
            (double)JOB_BYTES_MAX / WORKERS_MAX / 1e9);
  else if (refused == 0 && !cell->kernel->digest && job->result_bytes == 0)
    job_say(job, "has no digest, and layout declares no result; write a digest or set result_bytes");
  else if (refused == 0 && (job->result_at > job->bytes || job->result_bytes > job->bytes - job->result_at))
    job_say(job, "layout declares a result of %zu bytes at %zu in a memory of %zu", job->result_bytes, job->result_at,
            job->bytes);
  else if (refused == 0 && check_room(cell, workers) == 0)
    return 0;
  else if (cell->variant && (refused == 0 || job->lacks))
    return tell_failure(cell, PHASE_COLD, job->lacks ? STATUS_NORES : STATUS_NOMEM, job->message);
  if (is_for_people(cell)) {
    fprintf(stderr, "nway: kernel %s: %s%s%s\n", cell->kernel->name, job->refused ? job->refused : "",
            job->refused ? ": " : "", job->message);
    cell->code = EXIT_USAGE;
    return -1;
  }
  record_begin(&cell->record, "refused");
  record_text(&cell->record, "param", job->refused ? job->refused : "");
  record_text(&cell->record, "note", job->message);
  record_send(&cell->record, (int)cell->options->fd);
  return -1;
}

static int send_kind(struct cell *cell, const char *kind) {
  record_begin(&cell->record, kind);
  return record_send(&cell->record, (int)cell->options->fd);
}

/* Reports how the process spent its time; the run adds this to its duty. */
static void send_spent(struct cell *cell) {
  record_begin(&cell->record, "spent");
  record_int(&cell->record, "warmup_ns", cell->warmup_spent_ns);
  record_int(&cell->record, "inside_ns", clock_ns() - cell->began_ns);
  record_send(&cell->record, (int)cell->options->fd);
}

static int run_probe(struct cell *cell) {
  struct record *record = &cell->record;
  record_begin(record, "probe");
  record_real(record, "work_units", cell->job.units);
  record_int(record, "bytes", (int64_t)cell->job.bytes);
  record_int(record, "scratch_bytes", (int64_t)cell->job.scratch_bytes);
  record_int(record, "steps", cell->job.steps);
  bool own = runs_programs(cell); /* its items are not ours, so they limit nothing that we know */
  for (int i = 0; i < cell->options->attainable_count && !own; i++) {
    char name[32];
    snprintf(name, sizeof name, "attainable_%d", cell->options->attainable[i]);
    record_real(record, name, attainable_ratio(&cell->job, cell->options->attainable[i]));
  }
  return record_send(record, (int)cell->options->fd);
}

/* The run is told when there is something to undo, and when it is undone, or what could not be. */
static void send_open(struct cell *cell) {
  if (cell->kernel->recover && !is_for_people(cell))
    send_kind(cell, "opened");
}

static void send_closed(struct cell *cell) {
  if (!cell->kernel->recover)
    return;
  if (is_for_people(cell)) {
    fprintf(stderr, "%s%s", cell->job.message, cell->job.message[0] ? "\n" : "");
    return;
  }
  record_begin(&cell->record, "closed");
  record_text(&cell->record, "note", cell->job.message);
  record_send(&cell->record, (int)cell->options->fd);
}

static int run_recover(struct cell *cell) {
  cell->job.workers = (int)cell->options->workers;
  if (cell->kernel->recover)
    cell->kernel->recover(&cell->job);
  send_closed(cell);
  return 0;
}

/* Creates memory and team, runs a mode on them, and releases both. */
static int run_with_team(struct cell *cell, int (*run)(struct cell *)) {
  struct fault fault;
  int workers = (int)cell->options->workers;
  if (team_create(&cell->team, &cell->job, workers, cell->options->schedule, cell->variant->processes, &fault) != 0)
    return tell_failure(cell, PHASE_COLD, STATUS_NOMEM, fault.text);
  cell->team.cpus = cell->options->cpus;
  cell->team.cpu_count = cell->options->cpu_count;
  cell->team.usable_cpus = cell->usable_cpus;
  if (memory_place(&cell->team, cell->options->memory, &fault) != 0)
    return tell_failure(cell, PHASE_COLD, STATUS_NORES, fault.text);
  send_open(cell);
  if (cell->kernel->setup && cell->kernel->setup(&cell->job) != 0)
    return tell_failure(cell, PHASE_COLD, cell->job.lacks ? STATUS_NORES : STATUS_EXIT, cell->job.message);
  int failed = run(cell);
  if (failed)
    return -1;
  if (!team_per_iteration(cell) && cell->variant->stop)
    cell->variant->stop(&cell->team);
  cell->job.message[0] = '\0';
  if (cell->kernel->teardown)
    cell->kernel->teardown(&cell->job);
  send_closed(cell);
  team_destroy(&cell->team);
  return 0;
}

static int run_measure(struct cell *cell) {
  struct times times;
  bool first = runs_programs(cell) && cell->options->iterations == 1 && cell->options->warmup == 0;
  if ((first ? sample_first(cell, &times) : sample_cold(cell, &times)) != 0)
    return -1;
  for (int64_t i = 0; i < cell->options->warmup; i++)
    if (sample(cell, PHASE_NONE, i, cell->options->iterations, &times) != 0)
      return -1;
  for (int64_t i = first; i < cell->options->samples; i++)
    if (sample(cell, PHASE_SAMPLE, i, cell->options->iterations, &times) != 0)
      return -1;
  return 0;
}

static const struct {
  int (*run)(struct cell *);
  bool team;
} modes[MODE_UNKNOWN] = {
    [MODE_PROBE] = {run_probe, false},    [MODE_ORACLE] = {sample_oracle, true}, [MODE_PILOT] = {pilot, true},
    [MODE_MEASURE] = {run_measure, true}, [MODE_RECOVER] = {run_recover, false}, [MODE_ONCE] = {once, true}};

static int unknown_mode(const char *mode, struct fault *fault) {
  const char *names[MODE_UNKNOWN];
  for (int i = 1; i < MODE_UNKNOWN; i++)
    names[i - 1] = mode_word((enum mode)i);
  return unknown_word(fault, "cell mode", mode, names, MODE_UNKNOWN - 1, NULL);
}

static int run_mode(struct cell *cell, struct fault *fault) {
  enum mode mode = mode_of(cell->options->mode);
  if (mode == MODE_NONE || mode == MODE_UNKNOWN)
    return unknown_mode(cell->options->mode, fault);
  if (modes[mode].team && !cell->variant)
    return fault_set(fault, EXIT_USAGE, "cell %s needs --variant FILE.so", mode_word(mode));
  if (lay_out(cell) == 0)
    modes[mode].team ? run_with_team(cell, modes[mode].run) : modes[mode].run(cell);
  if (!is_for_people(cell))
    send_spent(cell), send_kind(cell, "end");
  fflush(NULL);
  if (cell->team.torn) /* exit would take locks and use the heap, which may be half changed */
    _exit(cell->code);
  return cell->code;
}

/* ---- arguments ---- */

/* Moves the pipe to a random descriptor that a kernel cannot guess, and that a program it starts does not inherit. It
 * stays below 64: a higher one would make fork copy a larger table. Returns the old one if there is no other. */
static int64_t hide_pipe(int64_t fd) {
  enum { LEAST = 16, MOST = 60 };
  uint64_t random = (uint64_t)clock_ns() ^ (uint64_t)getpid() << 32;
  int hidden =
      fd > STDERR_FILENO ? fcntl((int)fd, F_DUPFD_CLOEXEC, LEAST + (int)(random_next(&random) % (MOST - LEAST))) : -1;
  if (hidden < 0)
    return fd;
  close((int)fd);
  return hidden;
}

static int add_cpu(const char *text, void *with) {
  struct cell_options *options = with;
  struct fault fault;
  int64_t cpu;
  if (parse_count(text, &cpu, &fault) != 0 || cpu < 0 || cpu > INT32_MAX || options->cpu_count == WORKERS_MAX)
    return -1;
  options->cpus[options->cpu_count++] = (int)cpu;
  return 0;
}

/* The words of the command line that stand for something of the cell's. */
static int take_words(struct cell_options *options, const struct options *o, struct fault *fault) {
  const char *cpus = option_text(o, OPTION_CPUS), *counts[ATTAINABLE_MAX];
  int64_t workers;
  options->set_count = option_texts(o, OPTION_SET, options->sets, PARAMS_MAX, fault);
  options->attainable_count = option_texts(o, OPTION_ATTAINABLE, counts, ATTAINABLE_MAX, fault);
  if (options->set_count < 0 || options->attainable_count < 0)
    return -1;
  for (int i = 0; i < options->attainable_count; options->attainable[i++] = (int)workers)
    if (parse_count(counts[i], &workers, fault) != 0)
      return -1;
  if (cpus && each_part(cpus, ',', add_cpu, options) != 0)
    return fault_set(fault, EXIT_USAGE, "--cpus: invalid list '%.200s'; write CPU numbers such as 0,2,4", cpus);
  options->memory = memory_policy(option_text(o, OPTION_CELL_MEMORY), fault);
  return options->memory ? schedule_parse(option_text(o, OPTION_SCHEDULE), &options->schedule, fault) : -1;
}

/* Keeps freed memory in the process, so that a page is faulted in only once and later samples do not pay for it again.
 * The same policy holds for all cells; the machine's facts record it as "malloc". */
static void configure_malloc(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, INT32_MAX);
}

int cell_main(const struct options *o, struct fault *fault) {
  struct cell_options options = {.mode = o->words[0],
                                 .kernel = option_text(o, OPTION_CELL_KERNEL),
                                 .variant = option_text(o, OPTION_CELL_VARIANT),
                                 .answer = option_text(o, OPTION_ANSWER),
                                 .workers = option_number(o, OPTION_CELL_WORKERS),
                                 .iterations = option_number(o, OPTION_ITERATIONS),
                                 .warmup = option_number(o, OPTION_WARMUP),
                                 .samples = option_number(o, OPTION_CELL_SAMPLES),
                                 .fd = hide_pipe(option_number(o, OPTION_FD)),
                                 .sample_ns = option_number(o, OPTION_SAMPLE_TIME),
                                 .warmup_ns = option_number(o, OPTION_WARMUP_TIME),
                                 .limit_ns = option_number(o, OPTION_CELL_LIMIT)};
  struct cell cell = {.options = &options,
                      .before = disturbance_read(""),
                      .hardware = hardware_open(),
                      .began_ns = clock_ns(),
                      .answers = answers_begin((uint64_t)clock_ns()),
                      .usable_cpus = cpus_read("").usable};
  options.stays = option_text(o, OPTION_HOME) != NULL;
  options.home = seats_stay(option_text(o, OPTION_HOME));
  seats_mask(cell.mask);
  if (take_words(&options, o, fault) != 0)
    return -1;
  if (!options.kernel)
    return fault_set(fault, EXIT_USAGE, "cell needs a kernel; add --kernel FILE.so");
  configure_malloc();
  if (module_kernel(options.kernel, &cell.kernel, fault) != 0 ||
      (options.variant && module_variant(options.variant, &cell.variant, fault) != 0) || apply_sets(&cell, fault) != 0)
    return -1;
  int failed = run_mode(&cell, fault);
  params_free(&cell.settings);
  hardware_close(&cell.hardware);
  return failed;
}

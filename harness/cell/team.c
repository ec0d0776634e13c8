/* Distributes a job's items to the workers of a team and records when each one starts, works and ends. */
#include "team.h"

#include "base/clock.h"
#include "base/words.h"
#include "machine/cpus.h"
#include "machine/usage.h"
#include "seats.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* ---- services for workers ---- */

static void service_wait(struct worker *worker, int64_t ns) {
  (void)worker;
  struct timespec left = {ns / 1000000000, ns % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
    ;
}

static int service_poll(struct worker *worker, struct pollfd *fds, int count, int64_t timeout_ns) {
  (void)worker;
  struct timespec limit = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  return ppoll(fds, (nfds_t)count, timeout_ns < 0 ? NULL : &limit, NULL);
}

static int service_lock(struct worker *worker, int id) {
  struct team *team = worker->host;
  int orphaned = pthread_mutex_lock(&team->shared->locks[id]) == EOWNERDEAD;
  if (orphaned)
    pthread_mutex_consistent(&team->shared->locks[id]);
  return orphaned;
}

static void service_unlock(struct worker *worker, int id) {
  struct team *team = worker->host;
  pthread_mutex_unlock(&team->shared->locks[id]);
}

static const struct services services = {service_wait, service_poll, service_lock, service_unlock};

/* ---- memory ---- */

static size_t pages(size_t bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return (bytes + page - 1) / page * page;
}

static void *map(size_t bytes, bool shared) {
  if (bytes == 0)
    return NULL;
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

/* Workers write their slots at the same time, so each has cache lines of its own; the prefetcher takes them in pairs.
 */
static size_t slot_stride(const struct job *job) {
  enum { PAIR_OF_LINES = 128 };
  return (job->slot_bytes + PAIR_OF_LINES - 1) / PAIR_OF_LINES * PAIR_OF_LINES;
}

static size_t shared_bytes(int workers) {
  return pages(sizeof(struct team_shared) + (size_t)workers * sizeof(struct stamps));
}

static void init_shared(struct team *team) {
  pthread_barrierattr_t barrier;
  pthread_barrierattr_init(&barrier);
  pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&team->shared->barrier, &barrier, (unsigned)team->workers);
  pthread_mutexattr_t mutex;
  pthread_mutexattr_init(&mutex);
  pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_settype(&mutex, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutexattr_setrobust(&mutex, PTHREAD_MUTEX_ROBUST);
  for (int i = 0; i < team->job->locks; i++)
    pthread_mutex_init(&team->shared->locks[i], &mutex);
}

static void wait_for_all(struct team *team, int id) {
  (void)id;
  pthread_barrier_wait(&team->shared->barrier);
}

int team_create(struct team *team, struct job *job, int workers, struct schedule schedule, bool processes,
                struct fault *fault) {
  *team = (struct team){.job = job,
                        .workers = workers,
                        .schedule = schedule,
                        .processes = processes,
                        .barrier = wait_for_all,
                        .process = getpid()};
  size_t stride = pages(job->scratch_bytes), scratch;
  if (mul_overflows(stride, (size_t)workers, &scratch) || job->slot_bytes > JOB_BYTES_MAX / WORKERS_MAX)
    return fault_note(fault, EXIT_UNDECIDED, "scratch memory of %d workers exceeds the address space; use fewer",
                      workers);
  job->workers = workers;
  job->scratch_stride = stride;
  job->slot_stride = slot_stride(job);
  job->memory = map(pages(job->bytes), processes);
  job->scratch = map(scratch, processes);
  job->slots = map(pages(job->slot_stride * (size_t)workers), processes);
  team->shared = map(shared_bytes(workers), processes);
  team->members = calloc((size_t)workers, sizeof *team->members);
  bool lacks = (job->bytes && !job->memory) || (scratch && !job->scratch) || (job->slot_bytes && !job->slots);
  if (lacks || !team->shared || !team->members)
    return fault_note(fault, EXIT_UNDECIDED, "out of memory: %zu bytes shared and %zu private to workers are needed",
                      job->bytes, scratch);
  for (int i = 0; i < workers; i++)
    team->members[i] = (struct worker){.id = i,
                                       .scratch = job->scratch ? job_scratch(job, i) : NULL,
                                       .services = &services,
                                       .host = team,
                                       .slot = job->slots ? job_slot(job, i) : NULL};
  init_shared(team);
  return 0;
}

void team_destroy(struct team *team) {
  struct job *job = team->job;
  if (job->memory)
    munmap(job->memory, pages(job->bytes));
  if (job->scratch)
    munmap(job->scratch, job->scratch_stride * (size_t)team->workers);
  if (job->slots)
    munmap(job->slots, pages(job->slot_stride * (size_t)team->workers));
  if (team->shared)
    munmap(team->shared, shared_bytes(team->workers));
  free(team->members);
  *team = (struct team){0};
}

void team_reset(struct team *team) {
  for (int i = 0; i < team->workers; i++) {
    struct stamps *stamps = &team->shared->stamps[i];
    stamps->in_ns = stamps->out_ns = stamps->busy_ns = 0;
  }
  atomic_store(&team->shared->next[0], 0);
  atomic_store(&team->shared->next[1], 0);
  atomic_store(&team->shared->joined, 0);
}

void team_begin_sample(struct team *team) {
  for (int i = 0; i < team->workers; i++)
    team->shared->stamps[i].before = team->shared->stamps[i].used = (struct usage){0};
}

/* ---- one worker's iteration ---- */

long team_items(const struct team *team, int step) { return job_items(team->job, step); }

void team_share(long items, int workers, int id, long *lo, long *hi) {
  long each = items / workers, more = items % workers;
  *lo = id * each + (id < more ? id : more);
  *hi = *lo + each + (id < more);
}

void team_enter(struct team *team, int id) {
  struct stamps *stamps = &team->shared->stamps[id];
  if (team->shared->borders & BORDER_BEGIN)
    stamps->before = usage_of_worker();
  stamps->in_ns = clock_ns();
  stamps->cpu = sched_getcpu();
  atomic_fetch_add_explicit(&team->shared->joined, 1, memory_order_relaxed);
}

/* Records the memory of a worker (PSS). Where workers are processes, worker 0 adds the cell's own process unless it
 * runs in it. */
static void record_memory(struct team *team, int id) {
  if (team->processes && getpid() != team->shared->stamps[id].process)
    return; /* a copy that the kernel forked off: it has no place at the barrier */
  team->barrier(team, id);
  if (team->processes || id == 0)
    team->shared->stamps[id].pss_bytes = usage_pss(getpid());
  if (team->processes && id == 0 && getpid() != team->process)
    team->shared->stamps[id].pss_bytes += usage_pss(team->process);
  team->barrier(team, id);
}

void team_leave(struct team *team, int id) {
  struct stamps *stamps = &team->shared->stamps[id];
  stamps->out_ns = clock_ns();
  if (team->shared->borders & BORDER_END) {
    usage_add(&stamps->used, usage_of_worker(), stamps->before);
    if (!stamps->masked)
      seats_mask(stamps->mask), stamps->masked = 1;
  }
  if (team->shared->borders & BORDER_MEMORY)
    record_memory(team, id);
}

void team_leave_own(struct team *team) {
  bool first = !team->shared->stamps[0].masked;
  for (int i = 0; i < team->workers; i++)
    team_leave(team, i);
  if (first && team->shared->stamps[0].masked && team->job->kernel->own)
    seats_of_threads(team->shared->stamps, team->workers);
}

static void run_range(struct team *team, int id, int step, long lo, long hi) {
  if (lo < hi)
    team->job->kernel->work(team->job, step, lo, hi, &team->members[id]);
}

void team_run_own(struct team *team, int step) {
  int64_t start = clock_ns();
  if (team->job->kernel->own)
    team->job->kernel->own(team->job, step, team->workers);
  else
    run_range(team, 0, step, 0, team_items(team, step));
  team->shared->stamps[0].busy_ns += clock_ns() - start;
}

void team_run_range(struct team *team, int id, int step, long lo, long hi) {
  int64_t start = clock_ns();
  run_range(team, id, step, lo, hi);
  team->shared->stamps[id].busy_ns += clock_ns() - start;
}

/* Takes the next chunk of a dynamic or guided schedule; false when no items are left. */
static bool take(struct team *team, atomic_long *next, long items, long *lo, long *hi) {
  long chunk = team->schedule.chunk;
  if (team->schedule.kind == SCHEDULE_DYNAMIC) {
    *lo = atomic_fetch_add_explicit(next, chunk, memory_order_relaxed);
  } else {
    *lo = atomic_load_explicit(next, memory_order_relaxed);
    long fair;
    do {
      fair = (items - *lo) / (2 * team->workers);
      chunk = fair > team->schedule.chunk ? fair : team->schedule.chunk;
    } while (*lo < items && !atomic_compare_exchange_weak(next, lo, *lo + chunk));
  }
  *hi = *lo + chunk < items ? *lo + chunk : items;
  return *lo < items;
}

void team_run_step(struct team *team, int id, int step) {
  long items = team_items(team, step), lo, hi;
  if (team->schedule.kind == SCHEDULE_STATIC) {
    team_share(items, team->workers, id, &lo, &hi);
    run_range(team, id, step, lo, hi);
    return;
  }
  atomic_long *next = &team->shared->next[step & 1];
  /* Worker 0 resets the other counter for the next step. This is safe: all workers have left the previous step, which
   * used it, and the barrier keeps them out of the next one. */
  if (id == 0)
    atomic_store(&team->shared->next[(step + 1) & 1], 0);
  while (take(team, next, items, &lo, &hi))
    run_range(team, id, step, lo, hi);
}

void team_work(struct team *team, int id) {
  team_enter(team, id);
  for (int step = 0; step < team->job->steps; step++) {
    if (step > 0 && team->workers > 1)
      team->barrier(team, id);
    int64_t start = clock_ns();
    team_run_step(team, id, step);
    team->shared->stamps[id].busy_ns += clock_ns() - start;
  }
  team_leave(team, id);
}

int team_bind_whole(struct team *team) {
  int count = team->cpu_count < team->workers ? team->cpu_count : team->workers;
  if (count > 0 && seats_bind(team->cpus, count) != 0)
    return team_fail(team, STATUS_NORES, "cannot bind to the CPUs of %d workers: %s", team->workers, strerror(errno));
  return 0;
}

int team_is_bound_whole(const struct team *team) {
  size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
  cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
  int bound = set && sched_getaffinity(0, bytes, set) == 0 && team->cpu_count > 0;
  for (int i = 0; bound && i < team->workers; i++)
    bound = CPU_ISSET_S((size_t)team->cpus[i % team->cpu_count], bytes, set) != 0;
  CPU_FREE(set);
  return bound;
}

int team_open(struct team *team, int id) {
  team->shared->stamps[id].process = getpid();
  if (team->cpu_count > 0 && seats_bind(&team->cpus[id % team->cpu_count], 1) != 0) {
    job_say(team->job, "cannot bind worker %d to CPU %d: %s", id, team->cpus[id % team->cpu_count], strerror(errno));
    return -1;
  }
  int (*enter)(struct job *, struct worker *) = team->job->kernel->enter;
  return enter && enter(team->job, &team->members[id]) != 0 ? -1 : 0;
}

void team_close(struct team *team, int id) {
  if (team->job->kernel->leave)
    team->job->kernel->leave(team->job, &team->members[id]);
}

int team_fail(struct team *team, enum status failure, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(team->reason, sizeof team->reason, format, args);
  va_end(args);
  team->failure = failure;
  return -1;
}

/* ---- schedules ---- */

const char *const schedule_names[SCHEDULES] = {[SCHEDULE_STATIC] = "static",
                                               [SCHEDULE_DYNAMIC] = "dynamic",
                                               [SCHEDULE_GUIDED] = "guided",
                                               [SCHEDULE_TASK] = "task"};

int schedule_parse(const char *text, struct schedule *schedule, struct fault *fault) {
  const char *colon = strchr(text, ':');
  char name[32], shown[80];
  int64_t chunk = 1;
  snprintf(name, sizeof name, "%.*s", colon ? (int)(colon - text) : 31, text);
  if (colon && parse_count(colon + 1, &chunk, fault) != 0)
    return -1;
  if (chunk < 1 || chunk > 1000000000)
    return fault_set(fault, EXIT_USAGE, "invalid chunk in '%s' (expected 1 to 1G items)",
                     printable(text, shown, sizeof shown));
  for (int kind = 0; kind < SCHEDULES; kind++)
    if (strcmp(name, schedule_names[kind]) == 0) {
      if (colon && kind == SCHEDULE_STATIC)
        return fault_set(fault, EXIT_USAGE, "'%s': static takes no chunk; it gives each worker one range", text);
      *schedule = (struct schedule){kind, (long)chunk};
      return 0;
    }
  return unknown_word(fault, "schedule", name, schedule_names, SCHEDULES,
                      "expected static, dynamic:CHUNK, guided:CHUNK or task:CHUNK");
}

char *schedule_text(struct schedule schedule, char *out, size_t size) {
  if (schedule.chunk == 1)
    snprintf(out, size, "%s", schedule_names[schedule.kind]);
  else
    snprintf(out, size, "%s:%ld", schedule_names[schedule.kind], schedule.chunk);
  return out;
}

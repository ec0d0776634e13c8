/* The contract between a way to run and nway: all that a variant author includes.
 *
 * A variant is one C file that ends in `NWAY_VARIANT = { ... };`, built as a shared object and loaded only
 * by the cell that needs it. It knows no kernel by name. One timed iteration is:
 *
 *   reset -> t0 -> [start] -> run (all steps) -> kernel's finish -> [stop] -> t1
 *
 * where start and stop are inside the clock for a TEAM_PER_ITERATION variant and once a cell, untimed, for
 * a TEAM_PER_CELL variant. Each worker calls team_work once an iteration; it stamps entry and exit, so that
 *   spawn = first entry - t0,  work = last exit - first entry,  join = t1 - last exit
 * sum exactly to the wall time t1 - t0.
 */
#ifndef NWAY_VARIANT_H
#define NWAY_VARIANT_H

#include "base/clock.h"
#include "base/states.h"
#include "kernel.h"
#include "machine/usage.h"

#include <pthread.h>
#include <stdatomic.h>

#define VARIANT_ABI 3
#define WORKERS_MAX 1024 /* the largest team */

enum schedule_kind { SCHEDULE_STATIC, SCHEDULE_DYNAMIC, SCHEDULE_GUIDED, SCHEDULE_TASK };
#define SCHEDULE_BIT(kind) (1u << (kind))

/* How items are dealt to workers: static = one contiguous range each; dynamic = `chunk` at a time from a
 * shared counter; guided = half of a fair share of what is left, at least `chunk`; task = `chunk` items a task of
 * the runtime's own, for variants that have tasks. */
struct schedule {
  enum schedule_kind kind;
  long chunk; /* items; >= 1 */
};

/* What one worker stamps, in memory that the cell process can read even if the worker is a process.
 * Times: CLOCK_MONOTONIC, ns. in, out, busy and cpu are cleared before each iteration, the rest before each sample. */
struct stamps {
  _Alignas(128) int64_t in_ns;
  int64_t out_ns;
  int64_t busy_ns;           /* inside steps, waiting at barriers not counted */
  int cpu;                   /* where it entered */
  struct usage before, used; /* when the sample began; during the sample */
  int64_t pss_bytes;         /* proportional share of memory, see BORDER_MEMORY */
  int process;               /* that it is in, noted by team_open */
};

/* What this iteration is to a sample; set by the harness, acted upon by team_enter and team_leave. A team that lives
 * for one iteration has only ends: its workers' usage begins with themselves. */
enum border {
  BORDER_BEGIN = 1, /* workers note what they have used so far */
  BORDER_END = 2,   /* workers add what they have used since */
  BORDER_MEMORY = 4 /* untimed: once all have worked, each reads its share of memory, and none leaves before all have */
};

/* Shared by all workers of a cell; a shared mapping where workers are processes. */
struct team_shared {
  pthread_barrier_t barrier;
  int borders;                       /* enum border, or-ed */
  _Alignas(128) atomic_long next[2]; /* dynamic schedules: the first item not yet dealt, by parity of the step */
  _Alignas(128) atomic_int joined;   /* workers that entered in this iteration */
  pthread_mutex_t locks[JOB_LOCKS_MAX];
  struct stamps stamps[]; /* one a worker */
};

struct team {
  struct job *job;
  int workers;
  struct schedule schedule;
  struct team_shared *shared;
  struct worker *members; /* one a worker, filled: pass &members[id] on; a variant may replace their services */
  const int *cpus;        /* worker i is bound to cpus[i % cpu_count] by team_open */
  int cpu_count;          /* 0: not bound */
  int usable_cpus;        /* that this process may use at the same time, by affinity and quota; 0: not known */
  int process;            /* the cell's own */
  int processes;          /* as the variant says */
  void (*barrier)(struct team *, int id); /* between two steps; a variant may put its own in its place */
  void *state;                            /* the variant's own */
  enum status failure;                    /* set by team_fail: the status of the cell's row */
  char reason[200];                       /* set by team_fail: for people */
  int torn; /* set by a variant that a signal took out of the middle of its work: the process tells why and ends, by
               nothing but what a signal handler may do */
};

/* How charts draw a variant. One without a look gets a free one from the report. */
struct look {
  const char *colour; /* "#RRGGBB" */
  const char
      *marker;      /* circle, square, triangle-up, triangle-down, diamond or pentagon: all can be filled and hollow */
  const char *dash; /* "solid", or lengths of strokes and gaps by turns: "16,4,3,4" */
};

enum team_lifetime { TEAM_PER_ITERATION, TEAM_PER_CELL };

struct variant {
  int abi; /* VARIANT_ABI */
  const char *name, *summary;
  unsigned offers;    /* enum need, or-ed */
  unsigned only;      /* enum need, or-ed: kernels without these needs are not for this variant */
  unsigned schedules; /* SCHEDULE_BIT, or-ed */
  int max_workers;    /* 0 = as many as asked for */
  int serial; /* 1: the plain serial way that runs every oracle and is the base of speedups; one variant is it */
  int usual;  /* place, from 1, among the variants that a problem without a `variants` setting gets; 0: not one */
  struct look look;
  int processes; /* workers are processes, the cell's own perhaps one of them: job->memory is a shared mapping */
  enum team_lifetime lifetime;
  /* NULL, or why this machine cannot run it. May be absent. */
  const char *(*unavailable)(void);
  /* Each returns 0, or the -1 of team_fail. A worker that dies is such a reason, never waited for.
   * run returns once every worker has left team_work. start and stop may be absent. */
  int (*start)(struct team *);
  int (*run)(struct team *);
  int (*stop)(struct team *);
  /* Threads of the system that run at the same time for so many workers. */
  int (*os_threads)(int workers);
};

#define NWAY_VARIANT                                                                                                   \
  NWAY_EXPORT extern const char nway_flags[];                                                                          \
  const char nway_flags[] = NWAY_FLAGS NWAY_COMPILER;                                                                  \
  NWAY_EXPORT extern const struct variant nway_variant;                                                                \
  const struct variant nway_variant

/* ---- offered by the harness (team.c) to variants ---- */

/* One worker's whole iteration: stamps, all steps by the team's schedule, a barrier between them. */
void team_work(struct team *, int id);
/* For a runtime that deals items or waits at barriers by its own means: the pieces of team_work. */
void team_enter(struct team *, int id);
void team_leave(struct team *, int id);
long team_items(const struct team *, int step);
/* All items of a step that the team's schedule gives this worker; no barrier. */
void team_run_step(struct team *, int id, int step);
/* Runs items lo .. hi - 1 and adds the time to the worker's busy_ns. */
void team_run_range(struct team *, int id, int step, long lo, long hi);
/* The contiguous share of worker id of `items` items, as a static schedule deals them. */
void team_share(long items, int workers, int id, long *lo, long *hi);
/* Binds the worker to its CPU and calls the kernel's enter (leave), in the worker itself. team_open returns 0, or
 * -1 and a reason in job->message. */
int team_open(struct team *, int id);
void team_close(struct team *, int id);
/* Binds the calling thread, and so what it starts, to the CPUs of all workers; does nothing where the team is not
 * bound. Returns 0 or the -1 of team_fail. */
int team_bind_whole(struct team *);
/* 1 if the calling thread may run on the CPUs of all workers, read back from the system; 0 if not, or not bound. */
int team_is_bound_whole(const struct team *);
/* Notes why the team cannot go on and returns -1; `failure` is the status of the row: STATUS_CRASH (a worker died),
 * STATUS_EXIT (it left before its work was done), STATUS_NORES (no threads, processes or memory to be had, or what the
 * kernel lacks) or STATUS_WRONG (the kernel's finish says so). */
int team_fail(struct team *, enum status failure, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif

/* The contract between nway and a variant, a way to run kernels: the only header that a variant's author includes.
 *
 * A variant is one C file that ends in `NWAY_VARIANT = { ... };`, built as a shared object and loaded only
 * by the cell that needs it. It must not depend on any kernel. One timed iteration is:
 *
 *   reset -> t0 -> [start] -> run (all steps) -> kernel's finish -> [stop] -> t1
 *
 * where start and stop are timed for a TEAM_PER_ITERATION variant, and called once per cell, untimed, for a
 * TEAM_PER_CELL variant. Each worker calls team_work once per iteration; it stamps entry and exit, so that
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

/* How items are assigned to workers: static = one contiguous range each; dynamic = `chunk` items at a time from a
 * shared counter; guided = half of an equal share of the remaining items, at least `chunk`; task = one task of the
 * runtime per `chunk` items, for variants that have tasks. */
struct schedule {
  enum schedule_kind kind;
  long chunk; /* items; >= 1 */
};

enum { MASK_WORDS = 16 }; /* of an affinity mask, 64 CPUs each */

/* Measurements of one worker, in memory shared with the cell's process. Times: CLOCK_MONOTONIC, ns. in, out, busy and
 * cpu are cleared before each iteration, the rest before each sample. */
struct stamps {
  _Alignas(128) int64_t in_ns;
  int64_t out_ns;
  int64_t busy_ns;           /* time inside steps, without waiting at barriers */
  int cpu;                   /* the CPU on which the worker entered */
  struct usage before, used; /* at the start of the sample; during the sample */
  int64_t pss_bytes;         /* proportional set size, see BORDER_MEMORY */
  int process;               /* the worker's process, set by team_open */
  int masked;                /* `mask` was read */
  uint64_t mask[MASK_WORDS]; /* CPUs that the worker may use, read once by team_leave; all 0: unknown */
};

/* What workers record in this iteration; set by the harness, done by team_enter and team_leave. A TEAM_PER_ITERATION
 * team needs no BORDER_BEGIN, because its workers start with zero usage. */
enum border {
  BORDER_BEGIN = 1, /* first of a sample: workers record their usage so far */
  BORDER_END = 2,   /* last of a sample: workers add their usage since BORDER_BEGIN */
  BORDER_MEMORY = 4 /* untimed: after all have worked, each reads its proportional set size, and waits for the others */
};

/* State shared by all workers of a cell; in a shared mapping if workers are processes. */
struct team_shared {
  pthread_barrier_t barrier;
  int borders;                       /* enum border, or-ed */
  _Alignas(128) atomic_long next[2]; /* dynamic schedules: next item to assign, indexed by the parity of the step */
  _Alignas(128) atomic_int joined;   /* workers that entered in this iteration */
  pthread_mutex_t locks[JOB_LOCKS_MAX];
  struct stamps stamps[]; /* one per worker */
};

struct team {
  struct job *job;
  int workers;
  struct schedule schedule;
  struct team_shared *shared;
  struct worker *members; /* one per worker, initialised: pass &members[id] on; a variant may replace their services */
  const int *cpus;        /* worker i is bound to cpus[i % cpu_count] by team_open */
  int cpu_count;          /* 0: not bound */
  int usable_cpus;        /* CPUs that affinity and quota allow this process; 0: unknown */
  int process;            /* the cell's own process */
  int processes;          /* copied from the variant */
  void (*barrier)(struct team *, int id); /* between two steps; a variant may replace it */
  void *state;                            /* owned by the variant */
  enum status failure;                    /* set by team_fail: the status of the cell's row */
  char reason[200];                       /* set by team_fail: the note of the cell's row */
  int torn; /* set by a variant after a signal interrupted its work: the process reports why and exits, using only
               async-signal-safe functions */
};

/* How charts draw a variant. The report assigns an unused look to a variant without one. */
struct look {
  const char *colour; /* "#RRGGBB" */
  const char *marker; /* circle, square, triangle-up, triangle-down, diamond or pentagon */
  const char *dash;   /* "solid", or alternating lengths of strokes and gaps: "16,4,3,4" */
};

enum team_lifetime { TEAM_PER_ITERATION, TEAM_PER_CELL };

struct variant {
  int abi; /* VARIANT_ABI */
  const char *name, *summary;
  unsigned offers;    /* enum need, or-ed */
  unsigned only;      /* enum need, or-ed: the variant runs only kernels that have all these needs */
  unsigned schedules; /* SCHEDULE_BIT, or-ed */
  int max_workers;    /* 0 = no limit */
  int serial; /* 1: the serial variant, which runs every oracle and is the base of speedups; exactly one has 1 */
  int usual; /* position, from 1, among the default variants of a problem without a `variants` setting; 0: not a default
              */
  struct look look;
  int processes; /* 1: workers are processes (the cell's own may be one), so job->memory is a shared mapping */
  enum team_lifetime lifetime;
  /* Returns NULL, or the reason why this machine cannot run the variant. Optional. */
  const char *(*unavailable)(void);
  /* Each returns 0, or -1 from team_fail, also if a worker dies: the variant must not wait for a dead worker. run
   * returns after every worker left team_work. start and stop are optional. */
  int (*start)(struct team *);
  int (*run)(struct team *);
  int (*stop)(struct team *);
  /* Returns the number of concurrent operating system threads for `workers` workers. */
  int (*os_threads)(int workers);
};

#define NWAY_VARIANT                                                                                                   \
  NWAY_EXTERN const char nway_flags[];                                                                                 \
  const char nway_flags[] = NWAY_FLAGS NWAY_COMPILER;                                                                  \
  NWAY_EXTERN const struct variant nway_variant;                                                                       \
  const struct variant nway_variant

/* ---- offered by the harness (team.c) to variants ---- */

/* Runs one worker's whole iteration: stamps, all steps by the team's schedule, a barrier between steps. */
void team_work(struct team *, int id);
/* The parts of team_work, for a runtime with its own schedule or barriers. */
void team_enter(struct team *, int id);
void team_leave(struct team *, int id);
/* Leaves all workers that the kernel or program brought itself, and reads where their threads may run while they wait.
 */
void team_leave_own(struct team *);
long team_items(const struct team *, int step);
/* Runs all items of a step that the team's schedule assigns to this worker; no barrier. */
void team_run_step(struct team *, int id, int step);
/* Runs a step by the workers that the kernel brings: its `own`, or `work` on all items where it has none; the time is
 * that of worker 0. */
void team_run_own(struct team *, int step);
/* Runs items lo .. hi - 1 and adds the time to the worker's busy_ns. */
void team_run_range(struct team *, int id, int step, long lo, long hi);
/* Computes worker id's contiguous range of `items` items under a static schedule: lo .. hi - 1. */
void team_share(long items, int workers, int id, long *lo, long *hi);
/* team_open binds the worker to its CPU and calls the kernel's enter; team_close calls its leave. The worker itself
 * must call them. team_open returns 0, or -1 and a reason in job->message. */
int team_open(struct team *, int id);
void team_close(struct team *, int id);
/* Binds the calling thread, and the threads it creates, to the CPUs of all workers; does nothing if the team is not
 * bound. Returns 0, or -1 from team_fail. */
int team_bind_whole(struct team *);
/* Returns 1 if the calling thread's affinity, read back from the system, is the CPUs of all workers; 0 if it is not, or
 * the team is not bound. */
int team_is_bound_whole(const struct team *);
/* Records why the team failed and returns -1. `failure` is the status of the row: STATUS_CRASH (a worker died),
 * STATUS_EXIT (a worker exited before its work was done), STATUS_NORES (threads, processes, memory or a resource of the
 * kernel are not available) or STATUS_WRONG (the kernel's finish reports a wrong answer). */
int team_fail(struct team *, enum status failure, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif

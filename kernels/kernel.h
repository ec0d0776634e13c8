/* The contract between a workload and nway: all that a kernel author includes.
 *
 * A kernel is one C file that ends in `NWAY_KERNEL = { ... };` and is built as a shared object. It says
 * what is computed; how it is run (threads, processes, OpenMP, ...) is the business of a variant. One
 * body, `work`, runs under every variant, so it may rely only on what this header offers:
 *
 *   - state that workers share, and every result, lives in job->memory. Under `fork` this is a mapping
 *     shared between processes; a pointer into the ordinary heap dies with the child that made it. That
 *     holds for an mpz_t too: keep big numbers as limbs in job->memory and use mpn_*, or copy them there.
 *   - items of one step may run in any order, at the same time and on any worker; step s + 1 starts when
 *     every item of step s is done. Neither steps nor items may depend on the number of workers.
 *
 * Order of calls, all in a process of the cell's own ("cell": problem x method x variant x workers):
 *   layout -> [setup] -> ( [reset] -> clock on -> work ... -> [finish] -> clock off -> digest )* -> [teardown]
 */
#ifndef NWAY_KERNEL_H
#define NWAY_KERNEL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define KERNEL_ABI 5

/* ---- parameters: said once, here; the command line, the config, the report and the docs read them ---- */

enum param_role {
  PARAM_PROBLEM, /* changes the answer: part of the problem's name */
  PARAM_SIZE,    /* changes the answer and is how large it is: part of the problem's name */
  PARAM_METHOD,  /* chooses how the same answer is reached: part of the method's name */
  PARAM_OPTION   /* the same, but its default goes without saying: a name older than the option stays as it was */
};

enum param_type {
  PARAM_INT,    /* one integer in [min, max]; users may write 10k, 5M, 2G, 1e6 */
  PARAM_CHOICE, /* one word of `choices` */
  PARAM_TEXT,   /* one line of printable text, commas and all */
  PARAM_LIST    /* integers in [min, max] joined by '+'; 4x5M stands for four of them, 5M+5M+5M+5M */
};

struct param {
  const char *name;
  enum param_role role;
  enum param_type type;
  const char *initial; /* the default, as a user would write it */
  int64_t min, max;    /* PARAM_INT and each number of a PARAM_LIST, both inclusive */
  const char *choices; /* PARAM_CHOICE: "plain|memo|tree" */
  const char *when;    /* NULL, or "other=word|word": counts only where parameter `other` has such a value; with !=
                          only where it has none of them. A parameter may name itself, "port!=0": that value, which
                          must be its default, is left out of names */
  const char *unit;    /* "" for a plain count */
  const char *meaning; /* one line for users */
};

/* One parameter's value, in the order of kernel->params. Owned by the harness, constant for a cell. */
struct value {
  int64_t number;      /* PARAM_INT: the value; PARAM_CHOICE: index of the word in `choices` */
  const int64_t *list; /* PARAM_LIST: its numbers */
  size_t count;        /* PARAM_LIST: how many */
  const char *text;    /* PARAM_TEXT */
};

/* ---- one cell's work ---- */

struct kernel;

struct job {
  const struct kernel *kernel;
  const struct value *values; /* use job_int, job_choice, job_list */

  /* Set by `layout` (all start as 0). */
  size_t bytes;         /* shared memory, at job->memory, zeroed and page-aligned; at most JOB_BYTES_MAX */
  size_t scratch_bytes; /* private memory per worker, at worker->scratch, page-aligned */
  size_t heap_bytes; /* the most that a worker takes from malloc at once, as for big numbers; 0: little. Only to refuse
                        what the machine has no memory for */
  /* Where in `memory` the result lies that every execution writes from end to end, whatever was there before. Before an
   * execution, after reset, nway puts random bytes there, untimed; what of them survives makes it `wrong`. 0 bytes: not
   * declared, as where the work adds to what reset has laid out; then only a digest that reset and work leave the same
   * is found out. */
  size_t result_at, result_bytes;
  int steps;    /* sets of items with a barrier between; at least 1 */
  long items;   /* items in each step, unless the kernel has an `items` function */
  int locks;    /* how many locks the work takes (needs NEED_LOCKS), at most JOB_LOCKS_MAX */
  double units; /* how much one execution gets done, in kernel->unit: the numerator of a throughput;
                   a property of the problem, equal for all its methods */

  /* Set by the harness before setup. */
  int workers;
  void *memory;
  void *scratch;         /* worker w's private memory starts at job_scratch(job, w) */
  size_t scratch_stride; /* bytes between the scratch of two workers */

  void *state; /* the kernel's own, for setup ... teardown in the cell process */

  const char *refused; /* the parameter that layout refused, or NULL */
  char message[256];   /* the text behind job_say, job_refuse and job_lack */
  int lacks;           /* job_lack: the text is of something that could not be had, not of a mistake */
};

#define JOB_BYTES_MAX ((size_t)8 << 30)
#define JOB_LOCKS_MAX 64

/* ---- the worker and its services: one body for a thread, a process, a coroutine ---- */

struct worker;
struct pollfd;

struct services {
  void (*wait)(struct worker *, int64_t ns);                                    /* lets ns nanoseconds pass */
  int (*poll)(struct worker *, struct pollfd *, int count, int64_t timeout_ns); /* as poll(2); -1 = forever */
  int (*lock)(struct worker *, int id); /* recursive; 0 <= id < job->locks. 1 if its last owner died holding it */
  void (*unlock)(struct worker *, int id);
};

struct worker {
  int id;        /* 0 .. job->workers - 1 */
  void *scratch; /* this worker's scratch_bytes, kept between items, steps and iterations */
  const struct services *services;
  void *host; /* the harness's own */
};

static inline void worker_wait(struct worker *w, int64_t ns) { w->services->wait(w, ns); }
static inline int worker_poll(struct worker *w, struct pollfd *fds, int count, int64_t timeout_ns) {
  return w->services->poll(w, fds, count, timeout_ns);
}
/* Returns 1 if the last owner died inside, so that what the lock guards may be half-written; else 0. */
static inline int worker_lock(struct worker *w, int id) { return w->services->lock(w, id); }
static inline void worker_unlock(struct worker *w, int id) { w->services->unlock(w, id); }

/* ---- the kernel ---- */

/* What a kernel needs from a variant; what a variant does not offer makes a skipped row with the reason. */
enum need {
  NEED_SHARED = 1, /* workers write to memory that others read within one step */
  NEED_LOCKS = 2,  /* worker_lock, worker_unlock */
  NEED_WAIT = 4,   /* worker_wait */
  NEED_POLL = 8,   /* worker_poll */
  NEED_NAMES = 16, /* workers carry names that the system shows */
  NEED_OWN = 32 /* the work has job->workers workers of its own, so one call of it is all: a program that is told -T4 */
};

/* What limits the kernel, hence what an ideal counts: cores (CPU), workers (WAIT), or neither alone (MIXED). */
enum bound { BOUND_CPU, BOUND_WAIT, BOUND_MIXED };

struct counter {
  const char *name;
  double value;
};
#define COUNTERS_MAX 16

struct kernel {
  int abi; /* KERNEL_ABI */
  const char *name, *summary;
  const char *doc;            /* some sentences for the report; may be NULL */
  const char *unit;           /* what job->units counts, in the plural: "factorials", "x" */
  const struct param *params; /* ends with a NULL name; may be NULL */
  unsigned needs;             /* enum need, or-ed */
  enum bound bound;
  double min_unit_ns; /* a unit on one core cannot take less (0: no such floor); a faster sample is `wrong` */

  /* From values to bytes, steps, items and units. Returns 0, or job_refuse(...) where the values cannot be
   * served; where it is only here and now that they cannot, as a port that is taken, job->lacks = 1 too. So a run is
   * refused before it begins, by the parameter; a cell that meets it later has a `nores` row. Must be cheap, allocate
   * nothing, and use checked arithmetic: values come from strangers. */
  int (*layout)(struct job *);
  /* Items of one step, where steps differ. */
  long (*items)(const struct job *, int step);
  /* Once a cell, before anything is timed. Returns 0, or -1 after job_say or job_lack. teardown undoes it. */
  int (*setup)(struct job *);
  void (*teardown)(struct job *);
  /* Once for each worker of a team, in the worker itself: what cannot cross a fork. Timed as part of the
   * spawn where the team lives for one iteration, untimed where it lives for the cell. */
  int (*enter)(struct job *, struct worker *);
  void (*leave)(struct job *, struct worker *);
  /* Untimed, before each execution: empties caches and erases the last result, so that a body which does
   * nothing is found out. */
  void (*reset)(struct job *);
  /* Items lo .. hi - 1 of a step. The only part that runs on many workers. */
  void (*work)(struct job *, int step, long lo, long hi, struct worker *);
  /* Timed serial tail after the last step, in the cell process. A reason that it leaves by job_say makes the
   * execution a `wrong` row with that note, at any time of the cell. One that it leaves by job_lack makes it a `nores`
   * row: the work could not be done for want of something, as a server that died or a descriptor too many. */
  void (*finish)(struct job *);
  /* A hash of the whole result (use digest_of); equal within a method, build and machine. */
  uint64_t (*digest)(struct job *);
  /* NULL if the result in job->memory is right by an oracle that is not the code under test; else the
   * reason, by job_say. A kernel without it is checked by the digest of `seq`. Asked of the first execution, and for
   * the reason, in a child of the cell process, where a later one has another digest. */
  const char *(*check)(struct job *);
  /* The PARAM_SIZE by which the problem grows with the workers (weak scaling): a PARAM_INT times their number, a
   * PARAM_LIST so many times over, either of which must be so many times the work. NULL: it has no such parameter. */
  const char *weak;
  /* The PARAM_TEXT that is the command line of a program; programs on nway's own command line are run by the kernel
   * that has one. NULL: it runs no program. */
  const char *command;
  /* What the kernel is a probe for, so that a report can find it: "granularity" (its first parameter is the size of an
   * item), "bandwidth" (of memory: it does little else than move bytes). NULL: it is a workload. */
  const char *probes;
  /* 1: plain CPU work in proportion to the parameter `weak`, by which nway tries itself and the machine. */
  int calibrates;
  /* Relative cost of one item (any unit; equal items if absent): gives the attainable speedup. */
  double (*cost)(const struct job *, int step, long item);
  /* Facts of the last execution, such as hits and misses. Fills at most COUNTERS_MAX, returns how many. */
  int (*counters)(struct job *, struct counter *);
};

#ifndef NWAY_FLAGS
#define NWAY_FLAGS "" /* the build passes the compiler and flags of this very file */
#endif
#ifdef __clang__
#define NWAY_COMPILER " [clang " __clang_version__ "]"
#else
#define NWAY_COMPILER " [gcc " __VERSION__ "]"
#endif
#define NWAY_EXPORT __attribute__((visibility("default")))
#define NWAY_KERNEL                                                                                                    \
  NWAY_EXPORT extern const char nway_flags[];                                                                          \
  const char nway_flags[] = NWAY_FLAGS NWAY_COMPILER;                                                                  \
  NWAY_EXPORT extern const struct kernel nway_kernel;                                                                  \
  const struct kernel nway_kernel

/* ---- helpers ---- */

/* The value of parameter `name`, which must be one of the kernel's own. */
static inline const struct value *job_value(const struct job *job, const char *name) {
  const struct param *p = job->kernel->params;
  for (int i = 0; p[i].name; i++)
    if (strcmp(p[i].name, name) == 0)
      return &job->values[i];
  fprintf(stderr, "kernel %s asks for its parameter '%s', which it does not declare\n", job->kernel->name, name);
  __builtin_trap();
}
static inline int64_t job_int(const struct job *job, const char *name) { return job_value(job, name)->number; }
/* Index of the chosen word in `choices`. */
static inline int job_choice(const struct job *job, const char *name) { return (int)job_value(job, name)->number; }
static inline const char *job_text(const struct job *job, const char *name) { return job_value(job, name)->text; }
static inline const int64_t *job_list(const struct job *job, const char *name, size_t *count) {
  *count = job_value(job, name)->count;
  return job_value(job, name)->list;
}

static inline long job_items(const struct job *job, int step) {
  return job->kernel->items ? job->kernel->items(job, step) : job->items;
}

/* Keeps a printf-like reason in job->message and returns it. */
__attribute__((format(printf, 2, 3))) static inline const char *job_say(struct job *job, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(job->message, sizeof job->message, format, args);
  va_end(args);
  return job->message;
}
/* For layout: `return job_refuse(job, "n", "needs %zu bytes", bytes);` names the parameter to blame. */
#define job_refuse(job, param, ...) ((job)->refused = (param), job_say((job), __VA_ARGS__), -1)

/* For layout, setup and finish: job_say, for work that could not be done rather than was done wrong. */
#define job_lack(job, ...) ((job)->lacks = 1, job_say((job), __VA_ARGS__))

/* Memory and units from checked arithmetic: true if a * b (a + b) does not fit. */
#define mul_overflows(a, b, result) __builtin_mul_overflow((a), (b), (result))
#define add_overflows(a, b, result) __builtin_add_overflow((a), (b), (result))

static inline void *job_scratch(const struct job *job, int worker) {
  return (char *)job->scratch + (size_t)worker * job->scratch_stride;
}

/* Continues a 64-bit digest over `bytes` bytes; start from 0. Multiply-xorshift over 8-byte words after the
 * public-domain finaliser of MurmurHash3; for telling results apart, not for security. */
static inline uint64_t digest_of(uint64_t digest, const void *data, size_t bytes) {
  const unsigned char *at = data;
  for (digest ^= bytes; bytes > 0;) {
    uint64_t word = 0;
    size_t take = bytes < 8 ? bytes : 8;
    memcpy(&word, at, take);
    at += take, bytes -= take;
    digest = (digest ^ word) * 0xff51afd7ed558ccdULL;
    digest ^= digest >> 33;
  }
  return digest * 0xc4ceb9fe1a85ec53ULL + 1;
}

#endif

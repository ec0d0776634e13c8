/* The contract between a workload and nway: the only nway header that a kernel needs.
 *
 * A kernel is one C file that ends in `NWAY_KERNEL = { ... };` and is built as a shared object. The kernel
 * defines what is computed; a variant defines how it runs (threads, processes, OpenMP, ...). One function,
 * `work`, runs under every variant, so it may rely only on what this header offers:
 *
 *   - Shared state and results live in job->memory. Under `fork` this is a mapping shared between processes;
 *     heap memory is private to each child and lost when the child exits. The same applies to an mpz_t:
 *     keep big numbers as limbs in job->memory and use mpn_*, or copy them there.
 *   - Items of one step may run in any order, at the same time and on any worker; step s + 1 starts when
 *     every item of step s is done. The numbers of steps and items must not depend on the number of workers.
 *
 * Order of calls; each cell (problem x method x variant x workers) has its own process:
 *   layout -> [setup] -> ( [reset] -> clock on -> work ... -> [finish] -> clock off -> digest )* -> [teardown]
 *
 * It compiles as C11 and as C++11 and later; in C++ an exception must not leave a function of the kernel.
 */
#ifndef NWAY_KERNEL_H
#define NWAY_KERNEL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define KERNEL_ABI 7

/* ---- parameters: declared here only; the command line, configurations, reports and docs read them ---- */

enum param_role {
  PARAM_PROBLEM, /* changes the answer; part of the problem's name */
  PARAM_SIZE,    /* as PARAM_PROBLEM, and sets the size of the problem */
  PARAM_METHOD,  /* chooses how the same answer is computed; part of the method's name */
  PARAM_OPTION   /* as PARAM_METHOD, but names omit the default, so that adding an option keeps existing names */
};

enum param_type {
  PARAM_INT,    /* one integer in [min, max]; users may write 10k, 5M, 2G, 1e6 */
  PARAM_CHOICE, /* one word of `choices` */
  PARAM_TEXT,   /* one line of printable text; commas are part of the text */
  PARAM_LIST    /* integers in [min, max] joined by '+'; 4x5M is short for 5M+5M+5M+5M */
};

struct param {
  const char *name;
  enum param_role role;
  enum param_type type;
  const char *initial; /* the default, as a user would write it */
  int64_t min, max;    /* inclusive bounds of a PARAM_INT and of each number of a PARAM_LIST */
  const char *choices; /* PARAM_CHOICE: "plain|memo|tree" */
  const char *when;    /* NULL: always used. "other=word|word": used only if parameter `other` has one of these values;
                          "other!=word|word": only if it has none of them. A parameter may name itself, "port!=0":
                          names then omit that value, which must be the default. "port=": names never have it */
  const char *unit;    /* "" for a plain count */
  const char *meaning; /* one line for users */
};

/* Rows of a kernel's parameters, the same in C and C++: {param_int("n", PARAM_SIZE, "1M", 1, 1000000000, "numbers"),
 * param_choice("how", PARAM_METHOD, "plain", "plain|tree", "how they are added"), params_end}. */
#define param_int(name, role, initial, min, max, meaning)                                                              \
  { name, role, PARAM_INT, initial, min, max, NULL, NULL, "", meaning }
#define param_choice(name, role, initial, choices, meaning)                                                            \
  { name, role, PARAM_CHOICE, initial, 0, 0, choices, NULL, "", meaning }
#define param_list(name, role, initial, min, max, meaning)                                                             \
  { name, role, PARAM_LIST, initial, min, max, NULL, NULL, "", meaning }
#define params_end                                                                                                     \
  { NULL, PARAM_PROBLEM, PARAM_INT, NULL, 0, 0, NULL, NULL, NULL, NULL }

/* A parameter's value. The harness owns the array, in the order of kernel->params; it is constant for a cell. */
struct value {
  int64_t number;      /* PARAM_INT: the value; PARAM_CHOICE: index of the word in `choices` */
  const int64_t *list; /* PARAM_LIST: the numbers */
  size_t count;        /* PARAM_LIST: length of `list` */
  const char *text;    /* PARAM_TEXT */
};

/* ---- one cell's work ---- */

struct kernel;

/* The time of an execution where something else than nway measured it; ns. wall_ns 0: nway's clock counts. */
struct timed {
  int64_t wall_ns, user_ns, sys_ns;
};

struct job {
  const struct kernel *kernel;
  const struct value *values; /* use job_int, job_choice, job_list */

  /* Set by `layout` (all start as 0). */
  size_t bytes;         /* shared memory, at job->memory, zeroed and page-aligned; at most JOB_BYTES_MAX */
  size_t scratch_bytes; /* private memory per worker, at worker->scratch, page-aligned */
  size_t slot_bytes;    /* a partial result per worker, at worker->slot: zeroed before each execution, untimed, in cache
                           lines of its own, and readable by `finish` under every variant, as job_slot(job, w) */
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
  void *slots;           /* worker w's slot is at job_slot(job, w) */
  size_t slot_stride;    /* bytes between two slots */

  void *state; /* for the kernel's use from setup to teardown, in the cell process */

  const char *refused; /* the parameter that layout refused, or NULL */
  char message[256];   /* set by job_say, job_refuse and job_lack */
  int lacks;           /* set by job_lack: `message` reports a missing resource, not a wrong answer */
  struct timed timed;  /* set by `work` for this execution, by a kernel that has another program measure it */
  /* Set by `layout` where the parameters decide what `check` compares an answer with: the word in the column
   * checked_by. NULL: "oracle" for a kernel with `check`, else "vs seq". */
  const char *checked_by;
};

#define JOB_BYTES_MAX ((size_t)8 << 30)
#define JOB_LOCKS_MAX 64

/* ---- the worker and its services, the same for a thread, a process and a coroutine ---- */

struct worker;
struct pollfd;

struct services {
  void (*wait)(struct worker *, int64_t ns);                                    /* waits for ns nanoseconds */
  int (*poll)(struct worker *, struct pollfd *, int count, int64_t timeout_ns); /* as poll(2); -1: no time limit */
  int (*lock)(struct worker *, int id); /* recursive; 0 <= id < job->locks. 1 if the last owner died holding it */
  void (*unlock)(struct worker *, int id);
};

struct worker {
  int id;        /* 0 .. job->workers - 1 */
  void *scratch; /* this worker's scratch_bytes, kept between items, steps and iterations */
  const struct services *services;
  void *host; /* for the harness's use */
  void *slot; /* this worker's slot_bytes, zero at the start of each execution; for every step of it */
};

static inline void worker_wait(struct worker *w, int64_t ns) { w->services->wait(w, ns); }
static inline int worker_poll(struct worker *w, struct pollfd *fds, int count, int64_t timeout_ns) {
  return w->services->poll(w, fds, count, timeout_ns);
}
/* Returns 1 if the last owner died holding the lock: the data that it guards may be half-written. Else returns 0. */
static inline int worker_lock(struct worker *w, int id) { return w->services->lock(w, id); }
static inline void worker_unlock(struct worker *w, int id) { w->services->unlock(w, id); }

/* ---- the kernel ---- */

/* What a kernel needs from a variant. A cell whose variant lacks a need is a `skipped` row with the reason. */
enum need {
  NEED_SHARED = 1, /* within one step, workers read memory that other workers write */
  NEED_LOCKS = 2,  /* worker_lock, worker_unlock */
  NEED_WAIT = 4,   /* worker_wait */
  NEED_POLL = 8,   /* worker_poll */
  NEED_NAMES = 16, /* workers have names that the system shows */
  NEED_OWN = 32    /* one call of `work` starts job->workers workers itself, for example a program run with -T4. For
                      work that comes as items too, see `own` in struct kernel */
};

/* The resource that limits the ideal speedup: cores (CPU), workers (WAIT), or neither alone (MIXED). */
enum bound { BOUND_CPU, BOUND_WAIT, BOUND_MIXED };

struct counter {
  const char *name;
  double value;
};
#define COUNTERS_MAX 16

struct kernel {
  int abi; /* KERNEL_ABI */
  const char *name, *summary;
  const char *doc;            /* a few sentences for the report; may be NULL */
  const char *unit;           /* what job->units counts, in the plural: "factorials" */
  const struct param *params; /* ends with a NULL name; may be NULL */
  unsigned needs;             /* OR of enum need */
  enum bound bound;
  double min_unit_ns; /* least possible time of a unit on one core (0: no minimum); a faster sample is `wrong` */

  /* Required: layout, work, and a digest or a declared result. Any other function may be NULL. */

  /* Computes bytes, steps, items and units from the values. Returns 0, or job_refuse(...) for values that it cannot
   * serve. If the reason is a resource missing at this moment, such as a port in use, it also sets job->lacks = 1: the
   * run is refused before it starts, and a cell that fails so later is a `nores` row. Must be cheap, must not
   * allocate, and must use checked arithmetic: values are untrusted. */
  int (*layout)(struct job *);
  /* Returns the number of items of a step, for kernels whose steps differ. */
  long (*items)(const struct job *, int step);
  /* Called once in a cell, untimed, before the first execution. Returns 0, or -1 after job_say or job_lack. */
  int (*setup)(struct job *);
  /* Undoes setup. Not called if the cell fails: its process exits, and `recover` follows. After job_say the run has a
   * note of it, such as what could not be undone. */
  void (*teardown)(struct job *);
  /* Called once by each worker of a team, to make what cannot cross a fork. Returns 0, or -1 after job_say.
   * Timed as part of the spawn if the team lives for one iteration, untimed if it lives for the cell. */
  int (*enter)(struct job *, struct worker *);
  /* Undoes enter, in the same worker. */
  void (*leave)(struct job *, struct worker *);
  /* Called before each execution, untimed. Empties caches and erases the last result, so that `check` detects a
   * `work` that does nothing. */
  void (*reset)(struct job *);
  /* Computes items lo .. hi - 1 of a step. The only function that runs in parallel. */
  void (*work)(struct job *, int step, long lo, long hi, struct worker *);
  /* Timed serial part after the last step, in the cell process. After job_say the execution is a `wrong` row with that
   * note; after job_lack it is a `nores` row: a resource was missing, such as a server or a file descriptor. Both apply
   * to every execution of the cell. */
  void (*finish)(struct job *);
  /* Returns a hash of the whole result (use digest_of); equal for all executions of a method with one build on one
   * machine. NULL: the hash of the result_bytes that layout declares. */
  uint64_t (*digest)(struct job *);
  /* Returns NULL if the result in job->memory is right, else the reason by job_say. Must use an oracle other than the
   * code under test. Called for the first execution, and, in a child of the cell process, for a later one whose digest
   * differs. If NULL, the result of `seq` is the reference. */
  const char *(*check)(struct job *);
  /* The PARAM_SIZE that grows with the workers in weak scaling: a PARAM_INT is multiplied by their number, a PARAM_LIST
   * repeated as often. The work must grow by the same factor. NULL: no weak scaling. */
  const char *weak;
  /* The PARAM_TEXT that holds a program's command line. `nway run --command` uses the kernel that has one. Where it has
   * the parameters `title` and `name` too, these name the problem and the method. NULL: the kernel runs no program. */
  const char *command;
  /* What the kernel is a probe for; reports find it by this word. "granularity": the first parameter is the size of an
   * item. "bandwidth": the kernel does little but move bytes in memory. NULL: it is a workload. */
  const char *probes;
  /* 1: plain CPU work in proportion to the parameter `weak`. nway uses it to test itself and the machine. */
  int calibrates;
  /* Returns the relative cost of an item, in any unit; gives the attainable speedup. If NULL, all items cost the same.
   */
  double (*cost)(const struct job *, int step, long item);
  /* Reports facts of the last execution, such as hits and misses. Fills at most COUNTERS_MAX; returns the number. */
  int (*counters)(struct job *, struct counter *);
  /* The same step as all its items by `work`, by workers that this code starts itself, `workers` of them: an OpenMP
   * loop, std::thread, TBB. It runs as one more variant (`own`) of the same problem, beside pool, pthread and the rest,
   * and its answer is checked as theirs is. It may use every worker's slot and scratch. NULL: it has none. */
  void (*own)(struct job *, int step, int workers);
  /* Undoes what lies outside the process, such as files, after a process of the cell that began its setup and did not
   * get through teardown: it failed, crashed, or was ended by its time limit or by Ctrl-C. Called in a process of its
   * own, after layout and with job->workers, but without memory and state, once all processes of the cell are dead.
   * After job_say the run notes what could not be undone. NULL: the kernel leaves nothing behind. */
  void (*recover)(struct job *);
};

#ifndef NWAY_FLAGS
#define NWAY_FLAGS "" /* the build passes the compiler and flags of this very file */
#endif
#ifdef __clang__
#define NWAY_COMPILER " [clang " __clang_version__ "]"
#else
#define NWAY_COMPILER " [gcc " __VERSION__ "]"
#endif
#ifdef __cplusplus
#define NWAY_EXPORT extern "C" __attribute__((visibility("default")))
#define NWAY_EXTERN NWAY_EXPORT
#else
#define NWAY_EXPORT __attribute__((visibility("default")))
#define NWAY_EXTERN NWAY_EXPORT extern
#endif
/* Ends the file: NWAY_KERNEL = {.abi = KERNEL_ABI, .name = "squares", ...}; in C++ before C++20, which has no such
 * initializers, NWAY_KERNEL = squares(); where that function returns a struct kernel. */
#define NWAY_KERNEL                                                                                                    \
  NWAY_EXTERN const char nway_flags[];                                                                                 \
  const char nway_flags[] = NWAY_FLAGS NWAY_COMPILER;                                                                  \
  NWAY_EXTERN const struct kernel nway_kernel;                                                                         \
  const struct kernel nway_kernel

/* ---- helpers ---- */

/* The value of parameter `name`; traps if the kernel does not declare it. */
static inline const struct value *job_value(const struct job *job, const char *name) {
  const struct param *p = job->kernel->params;
  for (int i = 0; p[i].name; i++)
    if (strcmp(p[i].name, name) == 0)
      return &job->values[i];
  fprintf(stderr, "kernel %s: unknown parameter '%s'; declare it in params\n", job->kernel->name, name);
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

/* Formats a reason into job->message, as printf does, and returns it. */
__attribute__((format(printf, 2, 3))) static inline const char *job_say(struct job *job, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(job->message, sizeof job->message, format, args);
  va_end(args);
  return job->message;
}
/* For layout: `return job_refuse(job, "n", "needs %zu bytes", bytes);` names the parameter to blame. */
#define job_refuse(job, param, ...) ((job)->refused = (param), job_say((job), __VA_ARGS__), -1)

/* For layout, setup and finish: as job_say, for a missing resource rather than a wrong answer. */
#define job_lack(job, ...) ((job)->lacks = 1, job_say((job), __VA_ARGS__))

/* Checked arithmetic for sizes and units: true if a * b (a + b) overflows. */
#define mul_overflows(a, b, result) __builtin_mul_overflow((a), (b), (result))
#define add_overflows(a, b, result) __builtin_add_overflow((a), (b), (result))

static inline void *job_scratch(const struct job *job, int worker) {
  return (char *)job->scratch + (size_t)worker * job->scratch_stride;
}

/* ---- loops and sums ---- */

/* For layout: one step of `count` items, each a unit, with a result of `result_bytes` at job->memory that every
 * execution writes. Returns 0. */
static inline int job_loop(struct job *job, int64_t count, size_t result_bytes) {
  job->steps = 1;
  job->items = (long)count;
  job->units = (double)count;
  job->bytes = job->result_bytes = result_bytes;
  return 0;
}

/* As job_loop, for a reduction: `bytes` are the result's and those of each worker's slot, which `finish` brings
 * together. Which items a worker does differs from variant to variant, so the order of what is added does too: integers
 * give the same sum in any order, floating-point numbers do not, and then belong into a slot by item. */
static inline int job_reduce(struct job *job, int64_t count, size_t bytes) {
  job->slot_bytes = bytes;
  return job_loop(job, count, bytes);
}

static inline void *job_slot(const struct job *job, int worker) {
  return (char *)job->slots + (size_t)worker * job->slot_stride;
}

/* For finish: the sum, modulo 2^64, of the first 8 bytes of all slots. */
static inline uint64_t job_sum_u64(const struct job *job) {
  uint64_t sum = 0;
  for (int w = 0; w < job->workers; w++)
    sum += *(const uint64_t *)job_slot(job, w);
  return sum;
}

/* ---- digests ---- */

/* Extends a 64-bit digest by `bytes` bytes; start from 0. Multiply-xorshift over 8-byte words, after the public-domain
 * finaliser of MurmurHash3. Distinguishes results; not for security. */
static inline uint64_t digest_of(uint64_t digest, const void *data, size_t bytes) {
  const unsigned char *at = (const unsigned char *)data;
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

/* The digest of the result as it is: that of the kernel's function or, without one, of the declared bytes. */
static inline uint64_t job_digest(struct job *job) {
  if (job->kernel->digest)
    return job->kernel->digest(job);
  return digest_of(0, (const char *)job->memory + job->result_at, job->result_bytes);
}

#endif

/* Writers append the letters A, B, C to one trace, with or without a lock, to show what a lock keeps together. */
#include "kernel.h"
#include "lib/waits.h"

#include <stdatomic.h>

#define WRITERS_MAX 1000
#define LETTERS_MAX 26
#define TRACE_MAX 1000000

enum lock { ON, OFF };

struct entry {
  int32_t writer, turn; /* the writer and its turn, both from 0 */
  int32_t letter;       /* 'A', 'B', ... */
  int32_t worker;       /* the worker that wrote it; not part of the digest */
};

struct writer {
  int64_t waited;   /* waits that lasted as long as asked */
  int64_t seen;     /* used by check: number of entries so far */
  uint64_t entries; /* used by digest: digest of its entries so far */
};

/* At the start of the memory; writers and entries follow. */
struct trace {
  _Alignas(64) atomic_long written; /* entries so far */
};

static struct writer *writer_at(const struct job *job, long writer) {
  return (struct writer *)((struct trace *)job->memory + 1) + writer;
}
static struct entry *entry_at(const struct job *job, long entry) {
  return (struct entry *)writer_at(job, job->items) + entry;
}
static int is_locked(const struct job *job) { return job_choice(job, "lock") == ON; }
static long letters_of(const struct job *job) { return (long)job_int(job, "letters"); }
static long entries_each(const struct job *job) { return letters_of(job) * (long)job_int(job, "turns"); }
static long entries_in_all(const struct job *job) { return job->items * entries_each(job); }

static int layout(struct job *job) {
  int64_t writers = job_int(job, "writers"), turns = job_int(job, "turns"), wait = job_int(job, "wait");
  int64_t letters = writers * turns * job_int(job, "letters");
  if (letters > TRACE_MAX)
    return job_refuse(job, "turns", "%lld writers and %lld turns make %lld letters; at most %d", (long long)writers,
                      (long long)turns, (long long)letters, TRACE_MAX);
  if (waits_too_long(letters, wait))
    return job_refuse(job, "wait", "%lld letters with a wait of %lld us each take more than an hour",
                      (long long)letters, (long long)wait);
  job->bytes = sizeof(struct trace) + (size_t)writers * sizeof(struct writer) + (size_t)letters * sizeof(struct entry);
  job->locks = 1;
  job->steps = 1;
  job->items = (long)writers;
  job->units = (double)(writers * turns);
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

static void take_turn(struct job *job, long writer, long turn, struct worker *worker) {
  for (long letter = 0; letter < letters_of(job); letter++) {
    long at = atomic_fetch_add(&((struct trace *)job->memory)->written, 1);
    *entry_at(job, at) = (struct entry){(int32_t)writer, (int32_t)turn, (int32_t)('A' + letter), worker->id};
    writer_at(job, writer)->waited += worker_waited(worker, job_int(job, "wait") * 1000);
  }
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  for (long writer = lo; writer < hi; writer++)
    for (long turn = 0; turn < job_int(job, "turns"); turn++) {
      if (is_locked(job))
        worker_lock(worker, 0);
      take_turn(job, writer, turn, worker);
      if (is_locked(job))
        worker_unlock(worker, 0);
    }
}

/* ---- the answer ---- */

/* The number of entries, limited to the trace in case the index is corrupt. */
static long written(const struct job *job) {
  long entries = atomic_load(&((struct trace *)job->memory)->written);
  return entries < 0 ? 0 : entries < entries_in_all(job) ? entries : entries_in_all(job);
}

static int is_writer(const struct job *job, int32_t writer) { return writer >= 0 && writer < job->items; }

/* 1 if the letters from `first` on are one whole turn of one writer. */
static int is_whole_turn(const struct job *job, long first) {
  const struct entry *entry = entry_at(job, first);
  for (long i = 0; i < letters_of(job); i++)
    if (first + i >= written(job) || entry[i].writer != entry->writer || entry[i].turn != entry->turn ||
        entry[i].letter != 'A' + i)
      return 0;
  return 1;
}

static long whole_turns(const struct job *job) {
  long whole = 0;
  for (long at = 0; at < written(job); at += is_whole_turn(job, at) ? letters_of(job) : 1)
    whole += is_whole_turn(job, at);
  return whole;
}

/* Digests each writer's letters in the order of their arrival, so the digest is the same with and without the lock and
 * for any order of turns. A turn that is torn despite the lock changes it. */
static uint64_t digest(struct job *job) {
  uint64_t whole = digest_of(0, job->memory, sizeof(atomic_long)), strange = 0;
  long torn = is_locked(job) ? job->items * (long)job_int(job, "turns") - whole_turns(job) : 0;
  for (long i = 0; i < job->items; i++)
    writer_at(job, i)->entries = 0;
  for (long at = 0; at < written(job); at++) {
    struct entry entry = *entry_at(job, at);
    uint64_t *of = is_writer(job, entry.writer) ? &writer_at(job, entry.writer)->entries : &strange;
    *of = digest_of(*of, &entry, offsetof(struct entry, worker));
  }
  for (long i = 0; i < job->items; i++) {
    whole = digest_of(whole, &writer_at(job, i)->waited, sizeof(int64_t));
    whole = digest_of(whole, &writer_at(job, i)->entries, sizeof(uint64_t));
  }
  return digest_of(digest_of(whole, &strange, sizeof strange), &torn, sizeof torn);
}

/* 1 if the entry is its writer's next letter. */
static int is_next(struct job *job, const struct entry *entry) {
  int64_t seen = writer_at(job, entry->writer)->seen++;
  return entry->turn == seen / letters_of(job) && entry->letter == 'A' + seen % letters_of(job);
}

static const char *check(struct job *job) {
  long entries = atomic_load(&((struct trace *)job->memory)->written);
  if (entries != entries_in_all(job))
    return job_say(job, "%ld letters written, expected %ld", entries, entries_in_all(job));
  for (long i = 0; i < job->items; i++)
    writer_at(job, i)->seen = 0;
  for (long at = 0; at < entries; at++) {
    const struct entry *entry = entry_at(job, at);
    if (!is_writer(job, entry->writer))
      return job_say(job, "letter %ld is from writer %d of %ld", at, entry->writer, job->items);
    if (!is_next(job, entry))
      return job_say(job, "letter %ld: writer %d wrote its letters out of order", at, entry->writer);
    if (is_locked(job) && at % letters_of(job) == 0 && !is_whole_turn(job, at))
      return job_say(job, "letter %ld: the turn was interrupted by another writer despite the lock", at);
  }
  for (long i = 0; i < job->items; i++)
    if (writer_at(job, i)->waited != entries_each(job))
      return job_say(job, "writer %ld: %lld of %ld waits lasted as long as asked", i,
                     (long long)writer_at(job, i)->waited, entries_each(job));
  return NULL;
}

/* The largest number of consecutive turns of one worker. */
static long longest_run(const struct job *job) {
  long longest = 0, run = 0;
  for (long at = 0; at < written(job); at += letters_of(job)) {
    run = at > 0 && entry_at(job, at)->worker == entry_at(job, at - 1)->worker ? run + 1 : 1;
    longest = run > longest ? run : longest;
  }
  return longest;
}

static int counters(struct job *job, struct counter *out) {
  out[0] = (struct counter){"whole_turns", (double)whole_turns(job)};
  out[1] = (struct counter){"longest_run", (double)longest_run(job)};
  return is_locked(job) ? 2 : 1;
}

/* Under the lock nothing overlaps. All cost is given to the first writer, so that the attainable speedup is 1. */
static double cost(const struct job *job, int step, long item) {
  (void)step;
  return is_locked(job) && item > 0 ? 1e-9 : 1;
}

/* The lock is a method: with and without it the same writers write the same letters, each in its own order. Only the
 * order in the trace differs, which is not part of the digest. So both run in one block, and their difference is the
 * cost of the lock. */
static const struct param params[] = {
    {"writers", PARAM_PROBLEM, PARAM_INT, "2", 1, WRITERS_MAX, .unit = "",
     .meaning = "number of writers; a writer is an item"},
    {"turns", PARAM_SIZE, PARAM_INT, "3", 1, TRACE_MAX, .unit = "", .meaning = "turns of each writer"},
    {"letters", PARAM_PROBLEM, PARAM_INT, "3", 1, LETTERS_MAX, .unit = "",
     .meaning = "letters written in a turn: A, B, ..."},
    {"wait", PARAM_PROBLEM, PARAM_INT, "300", 1, INT64_MAX, .unit = "us",
     .meaning = "wait after each letter, in microseconds"},
    {"lock", PARAM_METHOD, PARAM_CHOICE, "on", .choices = "on|off", .unit = "",
     .meaning = "on: a writer holds the lock for a whole turn; off: no lock"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "critical_section",
               .summary = "writers that write A, B, C to one trace, with or without a lock",
               .doc = "The notebook's two threads write AA BB CC without the RLock and A B C, A B C with it, "
                      "waiting 0.3 s after each letter (default here: 0.3 ms). Under the lock every turn must be "
                      "whole, which is checked, and the expected speedup is 1: the waits are inside the lock, so "
                      "nothing overlaps. The counter longest_run is the largest number of consecutive turns of one "
                      "worker: the notebook's remark that the thread which starts first ends first is such a run.",
               .unit = "turns",
               .params = params,
               .needs = NEED_SHARED | NEED_LOCKS | NEED_WAIT,
               .bound = BOUND_MIXED,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost,
               .counters = counters};

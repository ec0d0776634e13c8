/* Lets writers write A, B, C into one trace, each time under a lock or not: what a lock keeps together. */
#include "kernel.h"
#include "lib/waits.h"

#include <stdatomic.h>

#define WRITERS_MAX 1000
#define LETTERS_MAX 26
#define TRACE_MAX 1000000

enum lock { ON, OFF };

struct entry {
  int32_t writer, turn; /* whose letter, and in which of its turns */
  int32_t letter;       /* 'A', 'B', ... */
  int32_t worker;       /* who wrote it: not part of the result */
};

struct writer {
  int64_t waited;   /* waits that lasted as long as asked */
  int64_t seen;     /* by check: entries so far */
  uint64_t entries; /* by digest: of its entries so far */
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
    return job_refuse(job, "wait", "%lld letters with %lld us each take more than an hour one after another",
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

/* ---- what came of it ---- */

/* Entries that may be read: what a fault left in the index must not lead out of the trace. */
static long written(const struct job *job) {
  long entries = atomic_load(&((struct trace *)job->memory)->written);
  return entries < 0 ? 0 : entries < entries_in_all(job) ? entries : entries_in_all(job);
}

static int is_writer(const struct job *job, int32_t writer) { return writer >= 0 && writer < job->items; }

/* 1 if the letters from `first` on are one whole turn with nothing in between. */
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

/* The letters of each writer in the order in which they came: the same with the lock, without it, and however
 * turns follow one another. Only turns that the lock should have kept together and did not make it another. */
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

/* The writer's next letter, in its own order. */
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
      return job_say(job, "letter %ld: writer %d writes its letters out of their order", at, entry->writer);
    if (is_locked(job) && at % letters_of(job) == 0 && !is_whole_turn(job, at))
      return job_say(job, "letter %ld: another writer came in between, in spite of the lock", at);
  }
  for (long i = 0; i < job->items; i++)
    if (writer_at(job, i)->waited != entries_each(job))
      return job_say(job, "writer %ld: %lld of %ld waits lasted as long as asked", i,
                     (long long)writer_at(job, i)->waited, entries_each(job));
  return NULL;
}

/* The most turns in a row that one worker got the lock for. */
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

/* Under the lock nothing overlaps: as if the first writer did all the work, so that 1 is what is attainable. */
static double cost(const struct job *job, int step, long item) {
  (void)step;
  return is_locked(job) && item > 0 ? 1e-9 : 1;
}

/* The lock is a method: with it or without, the same letters are written by the same writers, each in its order. What
 * it changes is the order in the trace, which no worker count could keep the same without a lock; so both can stand
 * in one block, and the difference between them is the price of the lock. */
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
               .summary = "writers that write A, B, C to one trace, under a lock or not",
               .doc = "The notebook's two threads write AA BB CC without the RLock and A B C, A B C with it, "
                      "waiting 0.3 s after each letter (0.3 ms here unless set). Under the lock every turn must be "
                      "whole, which is checked, and a speedup of 1 is the right answer: the waits are inside the "
                      "lock, so nothing overlaps. longest_run is the most turns in a row that one worker got: the "
                      "notebook's remark that the thread which starts first ends first is such a run.",
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

/* Sends messages to and fro between two workers through a pipe, a queue or a shared buffer, to measure what one costs.
 */
#include "kernel.h"
#include "lib/pair.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <stdlib.h>

enum by { PIPE, QUEUE, SHARED };

enum {
  BYTES_LEAST = 8,  /* a message begins with its number */
  BYTES_MAX = 4096, /* PIPE_BUF: a pipe takes this much in one piece */
  SLOTS = 8,        /* messages that a queue holds */
  SPINS = 2000,     /* looks at a queue before the reader lets others run */
  BESIDE = 128      /* bytes between what two cores write */
};

/* One direction, in the job's memory: a ring of one writer and one reader, of which `shared` uses the first slot. */
struct lane {
  _Alignas(BESIDE) atomic_uint sent;     /* messages put into the ring, written by the sender */
  _Alignas(BESIDE) atomic_uint received; /* messages taken, written by the receiver */
  _Alignas(BESIDE) sem_t full, empty;    /* of the shared buffer */
  _Alignas(BESIDE) unsigned char slots[SLOTS][BYTES_MAX];
};

/* What one side received, written only by that side. */
struct side {
  _Alignas(BESIDE) int64_t received;
  int64_t sum;     /* of the messages' numbers */
  int64_t spoiled; /* messages that did not arrive as they were sent, or not in order */
};

/* The job's memory. */
struct table {
  _Alignas(BESIDE) atomic_int pair; /* see pair_join */
  struct side sides[2];
  struct lane lanes[2]; /* to side 1, to side 0 */
};

/* Ends of the pipes of the two directions, opened before any worker starts. */
struct pipes {
  int ends[2][2];
};

/* One worker's state. */
struct player {
  struct table *table;
  const struct pipes *pipes;
  struct worker *worker;
  unsigned char *out, *in; /* messages, in the worker's scratch */
  size_t bytes;
  enum by by;
  int shares_thread; /* with the other side: wait only by worker_wait */
};

static int layout(struct job *job) {
  job->bytes = sizeof(struct table);
  job->scratch_bytes = 2 * BYTES_MAX;
  job->steps = 1;
  job->items = 2;
  job->units = 2 * (double)job_int(job, "count");
  return 0;
}

static void close_pipes(struct pipes *pipes) {
  for (int i = 0; i < 4; i++)
    if (pipes->ends[i / 2][i % 2] >= 0)
      close(pipes->ends[i / 2][i % 2]);
  free(pipes);
}

static int setup(struct job *job) {
  if (job_choice(job, "by") != PIPE)
    return 0;
  struct pipes *pipes = malloc(sizeof *pipes);
  if (!pipes) {
    job_lack(job, "no memory");
    return -1;
  }
  *pipes = (struct pipes){{{-1, -1}, {-1, -1}}};
  if (pipe(pipes->ends[0]) != 0 || pipe(pipes->ends[1]) != 0) {
    job_lack(job, "cannot open a pipe: %s", strerror(errno));
    close_pipes(pipes);
    return -1;
  }
  job->state = pipes;
  return 0;
}

static void teardown(struct job *job) {
  if (job->state)
    close_pipes(job->state);
}

static void reset(struct job *job) {
  struct table *table = job->memory;
  memset(table, 0, sizeof *table);
  for (int i = 0; i < 2; i++) {
    sem_init(&table->lanes[i].full, 1, 0);
    sem_init(&table->lanes[i].empty, 1, 1);
  }
}

/* ---- the three ways; a message to `lane` never waits for room, since each is answered before the next ---- */

static void pipe_send(struct player *self, int lane) {
  while (write(self->pipes->ends[lane][1], self->out, self->bytes) < 0 && errno == EINTR)
    ;
}

static void pipe_receive(struct player *self, int lane) {
  for (size_t have = 0; have < self->bytes;) {
    ssize_t got = read(self->pipes->ends[lane][0], self->in + have, self->bytes - have);
    if (got == 0 || (got < 0 && errno != EINTR))
      return; /* the check finds the message missing */
    have += got > 0 ? (size_t)got : 0;
  }
}

static int pipe_holds(struct player *self, int lane) {
  struct pollfd end = {.fd = self->pipes->ends[lane][0], .events = POLLIN};
  return poll(&end, 1, 0) != 0;
}

static void queue_send(struct player *self, int lane) {
  struct lane *to = &self->table->lanes[lane];
  unsigned sent = atomic_load_explicit(&to->sent, memory_order_relaxed);
  memcpy(to->slots[sent % SLOTS], self->out, self->bytes);
  atomic_store_explicit(&to->sent, sent + 1, memory_order_release);
}

static int queue_holds(struct player *self, int lane) {
  struct lane *from = &self->table->lanes[lane];
  return atomic_load_explicit(&from->sent, memory_order_acquire) !=
         atomic_load_explicit(&from->received, memory_order_relaxed);
}

static void queue_receive(struct player *self, int lane) {
  struct lane *from = &self->table->lanes[lane];
  for (int looks = 1; !queue_holds(self, lane); looks++)
    if (looks % SPINS == 0)
      sched_yield();
  unsigned received = atomic_load_explicit(&from->received, memory_order_relaxed);
  memcpy(self->in, from->slots[received % SLOTS], self->bytes);
  atomic_store_explicit(&from->received, received + 1, memory_order_release);
}

static void take(sem_t *semaphore) {
  while (sem_wait(semaphore) != 0 && errno == EINTR)
    ;
}

static void shared_send(struct player *self, int lane) {
  struct lane *to = &self->table->lanes[lane];
  take(&to->empty);
  memcpy(to->slots[0], self->out, self->bytes);
  sem_post(&to->full);
}

static int shared_holds(struct player *self, int lane) {
  int value = 0;
  sem_getvalue(&self->table->lanes[lane].full, &value);
  return value > 0;
}

static void shared_receive(struct player *self, int lane) {
  struct lane *from = &self->table->lanes[lane];
  take(&from->full);
  memcpy(self->in, from->slots[0], self->bytes);
  sem_post(&from->empty);
}

static const struct way {
  void (*send)(struct player *, int lane);
  void (*receive)(struct player *, int lane);
  int (*holds)(struct player *, int lane); /* whether `receive` has something to take */
} ways[] = {[PIPE] = {pipe_send, pipe_receive, pipe_holds},
            [QUEUE] = {queue_send, queue_receive, queue_holds},
            [SHARED] = {shared_send, shared_receive, shared_holds}};

/* ---- the two sides ---- */

static void send_number(struct player *self, int lane, int64_t number) {
  memcpy(self->out, &number, sizeof number);
  ways[self->by].send(self, lane);
}

/* Receives as `side` the message that should have this number, and records what came. */
static void receive_number(struct player *self, int side, int64_t number) {
  struct side *own = &self->table->sides[side];
  int64_t came;
  while (self->shares_thread && !ways[self->by].holds(self, !side))
    worker_wait(self->worker, 0);
  ways[self->by].receive(self, !side);
  memcpy(&came, self->in, sizeof came);
  own->received++;
  own->sum += came;
  own->spoiled +=
      came != number || memcmp(self->in + sizeof came, self->out + sizeof came, self->bytes - sizeof came) != 0;
}

static void play_side(struct player *self, int side, int64_t count) {
  for (int64_t number = 0; number < count; number++) {
    if (side == 0)
      send_number(self, 0, number);
    receive_number(self, side, number);
    if (side == 1)
      send_number(self, 1, number);
  }
}

/* The base of comparison: the same messages and system calls without a wait. */
static void play_both(struct player *self, int64_t count) {
  for (int64_t number = 0; number < count; number++) {
    send_number(self, 0, number);
    receive_number(self, 1, number);
    send_number(self, 1, number);
    receive_number(self, 0, number);
  }
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  struct player self = {.table = job->memory,
                        .pipes = job->state,
                        .worker = worker,
                        .out = worker->scratch,
                        .in = (unsigned char *)worker->scratch + BYTES_MAX,
                        .bytes = (size_t)job_int(job, "bytes"),
                        .by = (enum by)job_choice(job, "by")};
  int64_t count = job_int(job, "count");
  enum pair_part part = PAIR_BOTH_SIDES;
  for (size_t i = 0; i < self.bytes; i++)
    self.out[i] = (unsigned char)(31 * i + 7);
  if (hi - lo < 2)
    part = pair_join(&self.table->pair, worker, job->workers);
  else
    atomic_store(&self.table->pair, PAIR_ALONE);
  self.shares_thread = atomic_load(&self.table->pair) == PAIR_IN_ONE_THREAD;
  if (part == PAIR_ONE_SIDE)
    play_side(&self, (int)lo, count);
  else if (part == PAIR_BOTH_SIDES)
    play_both(&self, count);
}

static uint64_t digest(struct job *job) {
  const struct table *table = job->memory;
  int64_t result[6];
  for (int i = 0; i < 2; i++) {
    result[3 * i] = table->sides[i].received;
    result[3 * i + 1] = table->sides[i].sum;
    result[3 * i + 2] = table->sides[i].spoiled;
  }
  return digest_of(0, result, sizeof result);
}

static const char *check(struct job *job) {
  const struct table *table = job->memory;
  int64_t count = job_int(job, "count"), sum = count * (count - 1) / 2;
  for (int i = 0; i < 2; i++) {
    const struct side *side = &table->sides[i];
    if (side->received != count || side->sum != sum || side->spoiled != 0)
      return job_say(job, "side %d received %lld messages (expected %lld) with sum %lld (expected %lld), %lld spoiled",
                     i, (long long)side->received, (long long)count, (long long)side->sum, (long long)sum,
                     (long long)side->spoiled);
  }
  return NULL;
}

/* Only one side runs at a time, so two workers are no faster than one under any schedule. */
static double cost(const struct job *job, int step, long item) {
  (void)job, (void)step;
  return item == 0 ? 1 : 1e-9;
}

static int counters(struct job *job, struct counter *out) {
  struct table *table = job->memory;
  out[0] = (struct counter){"alone", atomic_load(&table->pair) == PAIR_ALONE};
  out[1] = (struct counter){"messages", job->units};
  out[2] = (struct counter){"bytes", job->units * (double)job_int(job, "bytes")};
  return 3;
}

static const struct param params[] = {
    {"count", PARAM_SIZE, PARAM_INT, "1k", 1, 1000000000, .unit = "",
     .meaning = "number of messages to the other side, each of which comes back"},
    {"bytes", PARAM_PROBLEM, PARAM_INT, "1000", BYTES_LEAST, BYTES_MAX, .unit = "", .meaning = "size of a message"},
    {"by", PARAM_METHOD, PARAM_CHOICE, "pipe", .choices = "pipe|queue|shared", .unit = "",
     .meaning = "pipe: of the system; queue: a ring without locks, polled; shared: a buffer with semaphores"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "messages",
               .summary = "two workers send messages to and fro",
               .doc =
                   "With two workers, the time of a message is the time to copy it and to signal the other worker. "
                   "Threads and processes use the same pipes, rings and semaphores. A single worker takes both sides, "
                   "which is the same work without a wait; with more than two, the others are idle. The counter alone "
                   "is 1 if one worker took both sides; bytes over the time is the rate of data.",
               .unit = "messages",
               .params = params,
               .needs = NEED_SHARED | NEED_WAIT,
               .bound = BOUND_MIXED,
               .min_unit_ns = 0.1,
               .layout = layout,
               .setup = setup,
               .teardown = teardown,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .cost = cost,
               .counters = counters};

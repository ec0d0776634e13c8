/* Solution 8 : des nombres à travers un tube, un par message ou beaucoup. */
#include "kernel.h"

#include <unistd.h>

enum method { SINGLE, BATCH };
enum { MANY = 512 }; /* nombres par message, 4 Kio : un tube les prend d’un bloc */

struct tally {
  int64_t sum, sent; /* de tous les nombres ; combien sont passés par le tube */
};

/* Envoie `count` nombres par le tube et renvoie leur somme, telle que le lecteur la calcule. */
static int64_t message(int pipe[2], const int64_t *numbers, int count, struct tally *tally) {
  int64_t read_back[MANY], sum = 0;
  size_t bytes = (size_t)count * sizeof *numbers;
  if (write(pipe[1], numbers, bytes) != (ssize_t)bytes || read(pipe[0], read_back, bytes) != (ssize_t)bytes)
    return 0;
  for (int i = 0; i < count; i++)
    sum += read_back[i];
  tally->sent += count;
  return sum;
}

static int64_t single(int pipe[2], int64_t n, struct tally *tally) {
  int64_t sum = 0;
  for (int64_t i = 0; i < n; i++)
    sum += message(pipe, &i, 1, tally);
  return sum;
}

static int64_t batch(int pipe[2], int64_t n, struct tally *tally) {
  int64_t sum = 0, numbers[MANY];
  for (int64_t at = 0; at < n; at += MANY) {
    int count = n - at < MANY ? (int)(n - at) : MANY;
    for (int i = 0; i < count; i++)
      numbers[i] = at + i;
    sum += message(pipe, numbers, count, tally);
  }
  return sum;
}

static int layout(struct job *job) {
  job->steps = 1;
  job->items = 1;
  job->bytes = sizeof(struct tally);
  job->units = (double)job_int(job, "n");
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)lo, (void)hi, (void)worker;
  struct tally *tally = job->memory;
  int ends[2];
  if (pipe(ends) != 0)
    return;
  tally->sum = (job_choice(job, "method") == BATCH ? batch : single)(ends, job_int(job, "n"), tally);
  close(ends[0]);
  close(ends[1]);
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, sizeof(struct tally)); }

static const char *check(struct job *job) {
  const struct tally *tally = job->memory;
  int64_t n = job_int(job, "n");
  if (tally->sent != n)
    return job_say(job, "%lld nombres sont passés par le tube, au lieu de %lld", (long long)tally->sent, (long long)n);
  if (tally->sum != n * (n - 1) / 2)
    return job_say(job, "la somme est %lld, au lieu de %lld", (long long)tally->sum, (long long)(n * (n - 1) / 2));
  return NULL;
}

static const struct param params[] = {
    {"n", PARAM_SIZE, PARAM_INT, "10000", 1, 1000000, .unit = "", .meaning = "les nombres de 0 à n - 1"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "single", .choices = "single|batch", .unit = "",
     .meaning = "un message pour chaque nombre, ou pour beaucoup"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "exchange",
               .summary = "exercice : des nombres par un tube, un ou plusieurs par message",
               .unit = "numbers",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};

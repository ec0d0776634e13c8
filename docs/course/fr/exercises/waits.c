/* Exercice 4 : des attentes qui doivent se recouvrir, même quand tous les ouvriers partagent un seul thread. */
#include "kernel.h"

#include <errno.h>
#include <time.h>

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* TODO : ceci bloque le thread, et avec lui toutes les coroutines qui y vivent (comme time.sleep dans une coroutine en
 * Python). Attendez plutôt par le service de l’ouvrier : voir worker_wait dans kernels/kernel.h. */
static void pause_ns(struct worker *worker, int64_t ns) {
  (void)worker;
  struct timespec left = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR)
    ;
}

static int layout(struct job *job) {
  job->steps = 1;
  job->items = (long)job_int(job, "waits");
  job->bytes = (size_t)job->items * sizeof(int64_t);
  job->units = (double)job->items;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* La marque d’une attente est son numéro à partir de 1, si elle a duré autant qu’elle devait. */
static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  int64_t *marks = job->memory, wait_ns = job_int(job, "wait") * 1000;
  for (long i = lo; i < hi; i++) {
    int64_t begin = now_ns();
    pause_ns(worker, wait_ns);
    marks[i] = now_ns() - begin >= wait_ns ? i + 1 : 0;
  }
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

static const char *check(struct job *job) {
  const int64_t *marks = job->memory;
  for (long i = 0; i < job->items; i++)
    if (marks[i] != i + 1)
      return job_say(job, "l’attente %ld était trop courte", i);
  return NULL;
}

static const struct param params[] = {
    {"waits", PARAM_SIZE, PARAM_INT, "10", 1, 1000, .unit = "", .meaning = "combien, chacune un élément"},
    {"wait", PARAM_PROBLEM, PARAM_INT, "10000", 1, 1000000, .unit = "us", .meaning = "microsecondes que dure chacune"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "waits",
               .summary = "exercice : des attentes qui doivent se recouvrir",
               .unit = "waits",
               .params = params,
               .needs = NEED_WAIT,
               .bound = BOUND_WAIT,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};

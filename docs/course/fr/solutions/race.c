/* Solution 2 : chaque ouvrier fait sa propre somme et l’ajoute au total une seule fois, pour tout ce qu’il a
 * reçu. */
#include "kernel.h"

#include <stdatomic.h>
#include <stdlib.h>

#define BLOCK 10 /* nombres par élément */

/* Le nombre d’étapes de la règle « diviser par 2, ou tripler et ajouter 1 » de x jusqu’à 1. */
static int64_t steps_to_1(uint64_t x) {
  int64_t steps = 0;
  for (; x != 1; steps++)
    x = x % 2 ? 3 * x + 1 : x / 2;
  return steps;
}

static int layout(struct job *job) {
  job->steps = 1;
  job->items = (long)job_int(job, "blocks");
  job->bytes = sizeof(int64_t);
  job->units = (double)job->items * BLOCK;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* Une addition atomique par appel de work : juste, et trop rare pour coûter quelque chose. Un verrou autour de cette
 * seule ligne ferait aussi bien ; un verrou ou une addition atomique pour chaque nombre est juste aussi, mais la ligne
 * de cache du total voyagerait à chaque fois. */
static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  _Atomic int64_t *total = job->memory;
  int64_t own = 0;
  for (int64_t x = lo * BLOCK + 1; x <= hi * BLOCK; x++)
    own += steps_to_1((uint64_t)x);
  atomic_fetch_add(total, own);
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

/* La même somme autrement : à partir de x, la règle mène à un nombre plus petit, dont les étapes sont connues.
 */
static const char *check(struct job *job) {
  int64_t sum = 0, found = *(const int64_t *)job->memory;
  uint64_t last = (uint64_t)job->items * BLOCK;
  int32_t *known = calloc(last + 1, sizeof *known);
  for (uint64_t x = 2; known && x <= last; sum += known[x++]) {
    uint64_t y = x;
    for (; y >= x; known[x]++)
      y = y % 2 ? 3 * y + 1 : y / 2;
    known[x] += known[y];
  }
  free(known);
  return found == sum ? NULL : job_say(job, "le total est %lld, attendu %lld", (long long)found, (long long)sum);
}

static const struct param params[] = {
    {"blocks", PARAM_SIZE, PARAM_INT, "6400", 1, 1000000, .unit = "", .meaning = "de 10 nombres, chacun un élément"}, {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "total",
               .summary = "solution : un total auquel tous les ouvriers ajoutent",
               .unit = "numbers",
               .params = params,
               .needs = NEED_SHARED,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};

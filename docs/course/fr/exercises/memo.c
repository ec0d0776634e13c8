/* Exercice 1 : les nombres de Fibonacci par récursion simple, et par une récursion qui doit retenir ce qu’elle a
 * calculé. */
#include "kernel.h"

enum method { PLAIN, MEMO };
#define N_MAX 40

static uint64_t plain(int64_t n) { return n < 2 ? (uint64_t)n : plain(n - 1) + plain(n - 2); }

/* Toute somme de la méthode mémoïsée passe par ici, pour que `check` voie ce qu’une exécution a calculé. */
static uint64_t add(uint64_t *additions, uint64_t a, uint64_t b) {
  ++*additions;
  return a + b;
}

/* TODO : telle quelle, cette fonction ne retient rien. memo[i] vaut 0 tant que F(i) est inconnu (F(1) = 1 : 0 n’est
 * jamais la réponse pour un i supérieur à 0). Regardez-y d’abord ; ne calculez par récursion, par
 * remembered(memo, ...), que ce qui manque ; et gardez-le. */
static uint64_t remembered(uint64_t *memo, uint64_t *additions, int64_t n) {
  if (n < 2)
    return (uint64_t)n;
  return add(additions, remembered(memo, additions, n - 1), remembered(memo, additions, n - 2));
}

static int layout(struct job *job) {
  job->steps = 1;
  job->items = (long)job_int(job, "n");
  job->bytes = (size_t)(job->items + 1) * sizeof(uint64_t); /* les nombres, et le nombre d’additions qui les ont faits */
  job->units = (double)job->items;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

static uint64_t *additions_of(struct job *job) { return (uint64_t *)job->memory + job->items; }

/* L’élément i est F(i + 1). Le cache vit le temps d’un appel de work : l’exécution suivante commence avec un
 * cache vide, sinon on mesurerait la vitesse de lecture d’une table. */
static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)worker;
  uint64_t *numbers = job->memory, memo[N_MAX + 1] = {0};
  int memoised = job_choice(job, "method") == MEMO;
  for (long i = lo; i < hi; i++)
    numbers[i] = memoised ? remembered(memo, additions_of(job), i + 1) : plain(i + 1);
}

/* Une exécution qui commence avec un cache vide fait une addition pour chaque nombre, sauf F(1). */
static int too_few_additions(struct job *job) {
  return job_choice(job, "method") == MEMO && *additions_of(job) + 1 < (uint64_t)job->items;
}

static uint64_t digest(struct job *job) {
  return digest_of((uint64_t)too_few_additions(job), job->memory, (size_t)job->items * sizeof(uint64_t));
}

/* En additionnant vers le haut, ce qui n’est pas le code vérifié. */
static const char *check(struct job *job) {
  const uint64_t *numbers = job->memory;
  uint64_t before = 0, number = 1;
  if (too_few_additions(job))
    return job_say(job, "%llu additions comptées ; à partir d’un cache vide il en faut au moins %ld",
                   (unsigned long long)*additions_of(job), job->items - 1);
  for (long i = 0; i < job->items; i++) {
    if (numbers[i] != number)
      return job_say(job, "F(%ld) est %llu, au lieu de %llu", i + 1, (unsigned long long)numbers[i],
                     (unsigned long long)number);
    uint64_t next = before + number;
    before = number, number = next;
  }
  return NULL;
}

static const struct param params[] = {
    {"n", PARAM_SIZE, PARAM_INT, "25", 1, N_MAX, .unit = "", .meaning = "la liste F(1) ... F(n)"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "plain", .choices = "plain|memo", .unit = "",
     .meaning = "récursion simple, ou qui retient"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "fibonacci",
               .summary = "exercice : une liste de nombres de Fibonacci, retenus ou non",
               .unit = "numbers",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};

/* Exercice 9 : le calcul_lourd du notebook sur un range, qui est converti à chaque pas et doit l’être une seule
 * fois. */
#include "kernel.h"

#include <stdlib.h>

enum method { AGAIN, ONCE };
enum { STEPS = 49 };

struct range {
  long n; /* 0, 1, ..., n - 1 */
};

/* Fait d’un range un tableau comme numpy : chaque nombre devient un objet, dont la valeur est ensuite lue. */
static void convert(const struct range *range, double *out, uint64_t *conversions) {
  ++*conversions;
  for (long i = 0; i < range->n; i++) {
    long *object = malloc(sizeof *object);
    if (!object)
      abort();
    *object = i;
    __asm__ volatile("" : "+r"(object) : : "memory"); /* sinon le compilateur supprime l’objet */
    out[i] = (double)*object;
    free(object);
  }
}

/* Un pas, avec une puissance moins chère que celle du notebook : result += a * (b + k). */
static void add(double *result, const double *a, const double *b, long n, int k) {
  for (long i = 0; i < n; i++)
    result[i] += a[i] * (b[i] + k);
}

/* La façon du notebook : numpy reçoit le range deux fois à chaque pas, pour la puissance et pour le produit. */
static void again(const struct range *range, double *x, double *y, double *result, uint64_t *conversions) {
  for (int k = 1; k <= STEPS; k++) {
    convert(range, x, conversions);
    convert(range, y, conversions);
    add(result, x, y, range->n, k);
  }
}

/* TODO : telle quelle, cette fonction convertit aussi souvent que `again`. Les deux tampons sont à vous :
 * convertissez avant la boucle, et donnez deux fois le même tableau à `add`. */
static void once(const struct range *range, double *x, double *y, double *result, uint64_t *conversions) {
  for (int k = 1; k <= STEPS; k++) {
    convert(range, x, conversions);
    convert(range, y, conversions);
    add(result, x, y, range->n, k);
  }
}

/* La mémoire : le résultat, deux tampons et le nombre de conversions. */
static int layout(struct job *job) {
  size_t n = (size_t)job_int(job, "n");
  job->steps = 1;
  job->items = 1;
  job->bytes = 3 * n * sizeof(double) + sizeof(uint64_t);
  job->units = (double)n;
  return 0;
}

static uint64_t *conversions_of(struct job *job) { return (uint64_t *)((double *)job->memory + 3 * job_int(job, "n")); }

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)lo, (void)hi, (void)worker;
  const struct range range = {job_int(job, "n")};
  double *result = job->memory, *x = result + range.n, *y = x + range.n;
  if (job_choice(job, "method") == ONCE)
    once(&range, x, y, result, conversions_of(job));
  else
    again(&range, x, y, result, conversions_of(job));
}

static uint64_t digest(struct job *job) {
  return digest_of(*conversions_of(job) == 0, job->memory, (size_t)job_int(job, "n") * sizeof(double));
}

/* La somme sur k de x * (x + k) est 49 x * x + 1225 x, exacte en double. */
static const char *check(struct job *job) {
  const double *result = job->memory;
  if (*conversions_of(job) == 0)
    return job_say(job, "le range n’a pas été converti dans cette exécution");
  for (long i = 0; i < job_int(job, "n"); i++)
    if (result[i] != STEPS * (double)i * (double)i + 1225.0 * (double)i)
      return job_say(job, "la somme pour %ld est %.17g, au lieu de %.17g", i, result[i],
                     STEPS * (double)i * (double)i + 1225.0 * (double)i);
  return NULL;
}

static const struct param params[] = {
    {"n", PARAM_SIZE, PARAM_INT, "7000", 1, 1000000, .unit = "", .meaning = "nombres du range"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "again", .choices = "again|once", .unit = "",
     .meaning = "le range est converti deux fois à chaque pas, ou une seule fois"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "lourd",
               .summary = "exercice : des sommes sur un range, converti à chaque fois ou une seule",
               .unit = "numbers",
               .params = params,
               .bound = BOUND_CPU,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check};

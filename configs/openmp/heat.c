/* Spreads heat over a square by OpenMP, and checks itself: what configs/openmp.conf measures.
 * cc -O2 -fopenmp -o heat heat.c && OMP_NUM_THREADS=4 ./heat 1000 100 */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

/* One step: each inner point becomes the mean of its neighbours. */
static void step(const double *from, double *to, long n) {
#pragma omp parallel for
  for (long i = 1; i < n - 1; i++)
    for (long j = 1; j < n - 1; j++)
      to[i * n + j] =
          0.25 * (from[(i - 1) * n + j] + from[(i + 1) * n + j] + from[i * n + j - 1] + from[i * n + j + 1]);
}

int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 1000, steps = argc > 2 ? atol(argv[2]) : 100;
  double *heat = calloc((size_t)(n * n), sizeof *heat), *next = calloc((size_t)(n * n), sizeof *next);
  if (n < 3 || !heat || !next)
    return 2;
  for (long i = 0; i < n; i++) /* a plane is its own mean everywhere, so nothing may change */
    for (long j = 0; j < n; j++)
      heat[i * n + j] = next[i * n + j] = (double)(i + j);
  double began = omp_get_wtime();
  for (long s = 0; s < steps; s++) {
    step(heat, next, n);
    double *other = heat;
    heat = next, next = other;
  }
  double took = omp_get_wtime() - began;
  for (long i = 0; i < n; i++)
    for (long j = 0; j < n; j++)
      if (fabs(heat[i * n + j] - (double)(i + j)) > 1e-6)
        return fprintf(stderr, "heat: wrong at %ld, %ld\n", i, j), 1;
  printf("nway: time %.9f s\n", took);
  return 0;
}

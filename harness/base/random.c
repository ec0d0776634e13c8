/* Seeded random numbers, the same on every machine, so that a resumed run repeats its order. */
#include "random.h"

uint64_t random_next(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/* Fisher-Yates shuffle. The modulo bias is below count / 2^64, which no run can detect. */
void random_shuffle(int *order, int count, uint64_t *random) {
  for (int i = count - 1; i > 0; i--) {
    int j = (int)(random_next(random) % (uint64_t)(i + 1)), swap = order[i];
    order[i] = order[j];
    order[j] = swap;
  }
}

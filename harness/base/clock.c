/* Measures the cost and the resolution of a clock reading. */
#include "clock.h"

#include "paired.h"

enum { ROUNDS = 101, READINGS = 100 };

struct clock_facts clock_measure(void) {
  struct clock_facts facts = {.overhead_ns = 1, .resolution_ns = INT64_MAX};
  double costs[ROUNDS];
  for (int round = 0; round < ROUNDS; round++) {
    int64_t start = clock_ns(), last = start;
    for (int i = 0; i < READINGS; i++) {
      int64_t now = clock_ns();
      if (now > last && now - last < facts.resolution_ns)
        facts.resolution_ns = now - last;
      last = now;
    }
    costs[round] = (double)(last - start) / READINGS;
  }
  sort_doubles(costs, ROUNDS);
  if (median_sorted(costs, ROUNDS) > 1)
    facts.overhead_ns = (int64_t)(median_sorted(costs, ROUNDS) + 0.5);
  return facts;
}

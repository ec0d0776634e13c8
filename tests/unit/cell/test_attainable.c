/* Tests the attainable speedup against schedules worked out by hand and against its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "cell/attainable.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))

/* Up to STEPS steps of up to ITEMS costs, found through job->state. */
enum { STEPS = 4, ITEMS = 40 };
struct costs {
  long items[STEPS];
  double cost[STEPS][ITEMS];
};

static double cost_of(const struct job *job, int step, long item) {
  return ((const struct costs *)job->state)->cost[step][item];
}
static long items_of(const struct job *job, int step) { return ((const struct costs *)job->state)->items[step]; }

static double ratio(const struct costs *costs, int steps, int workers) {
  static const struct kernel kernel = {.items = items_of, .cost = cost_of};
  struct job job = {.kernel = &kernel, .steps = steps, .state = (void *)costs};
  return attainable_ratio(&job, workers);
}

static double ratio_of_equal(long items, int workers) {
  static const struct kernel kernel = {.items = NULL};
  struct job job = {.kernel = &kernel, .steps = 1, .items = items};
  return attainable_ratio(&job, workers);
}

static void unequal_items_bound_the_speedup_as_on_paper(void **state) {
  (void)state;
  static const struct costs countdowns = {{4}, {{5e6, 3e6, 6e6, 10e6}}}, ranges = {{4}, {{1, 5, 4, 7}}},
                            one = {{1}, {{42}}}, classic = {{5}, {{3, 3, 2, 2, 2}}};
  static const struct {
    const struct costs *costs;
    int workers;
    double ratio;
  } table[] = {
      {&countdowns, 1, 1},     {&countdowns, 2, 24 / 13.0},
      {&countdowns, 3, 2.4},   {&countdowns, 4, 2.4},
      {&countdowns, 100, 2.4}, {&ranges, 1, 1},
      {&ranges, 2, 17 / 9.0},  {&ranges, 3, 17 / 7.0},
      {&ranges, 4, 17 / 7.0},  {&one, 1, 1},
      {&one, 64, 1},           {&classic, 2, 2}, /* largest first gives 7 where 6 is possible */
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    double is = ratio(table[i].costs, 1, table[i].workers);
    if (fabs(is - table[i].ratio) > 1e-12)
      fail_msg("row %zu: %.6f, not %.6f", i, is, table[i].ratio);
  }
}

static void equal_items_are_dealt_whole(void **state) {
  (void)state;
  static const struct {
    long items;
    int workers;
    double ratio;
  } table[] = {{8, 1, 1},
               {8, 2, 2},
               {8, 3, 8 / 3.0},
               {8, 4, 4},
               {8, 5, 4},
               {8, 7, 4},
               {8, 8, 8},
               {8, 100, 8},
               {1, 8, 1},
               {7, 2, 1.75},
               {1000000, 3, 1000000 / 333334.0}};
  for (size_t i = 0; i < LENGTH(table); i++)
    assert_near(ratio_of_equal(table[i].items, table[i].workers), table[i].ratio, 1e-12);
}

static void more_than_a_million_items_count_as_evenly_divisible(void **state) {
  (void)state;
  assert_near(ratio_of_equal(1000001, 3), 3, 1e-12);
  assert_near(ratio_of_equal(1000000000000, 7), 7, 1e-12);
}

static double one_each(const struct job *job, int step, long item) { return (void)job, (void)step, (void)item, 1; }

static void a_cost_function_over_a_million_items_changes_nothing(void **state) {
  (void)state;
  static const struct kernel kernel = {.cost = one_each};
  struct job job = {.kernel = &kernel, .steps = 1, .items = 1000001};
  assert_near(attainable_ratio(&job, 3), 3, 1e-9);
}

static void a_barrier_ends_each_step(void **state) {
  (void)state;
  static const struct costs tree = {{4, 2, 1}, {{1, 1, 1, 1}, {2, 2}, {4}}}, late = {{2, 2}, {{1, 3}, {3, 1}}},
                            gap = {{2, 0, 2}, {{1, 1}, {0}, {1, 1}}};
  assert_near(ratio(&tree, 3, 1), 1, 1e-12);
  assert_near(ratio(&tree, 3, 2), 12 / 8.0, 1e-12);
  assert_near(ratio(&tree, 3, 4), 12 / 7.0, 1e-12);
  assert_near(ratio(&late, 2, 2), 8 / 6.0, 1e-12); /* without the barrier it would be 2 */
  assert_near(ratio(&gap, 3, 2), 2, 1e-12);
}

static void work_that_costs_nothing_gives_one(void **state) {
  (void)state;
  static const struct costs nothing = {{3}, {{0, 0, 0}}}, empty = {{0}, {{0}}};
  assert_near(ratio(&nothing, 1, 4), 1, 0);
  assert_near(ratio(&empty, 1, 4), 1, 0);
}

/* Any list schedule: makespan <= total / p + (1 - 1/p) largest, and never below max(total / p, largest). */
static void random_costs_stay_between_grahams_bounds(void **state) {
  (void)state;
  uint64_t seed = 88172645463325252ULL;
  for (int round = 0; round < 500; round++) {
    struct costs costs = {{1 + round % ITEMS}, {{0}}};
    double total = 0, largest = 0;
    for (long i = 0; i < costs.items[0]; i++) {
      seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
      costs.cost[0][i] = 1 + (double)(seed % 1000);
      total += costs.cost[0][i];
      largest = fmax(largest, costs.cost[0][i]);
    }
    for (int workers = 1; workers <= 16; workers++) {
      double makespan = total / ratio(&costs, 1, workers);
      assert_true(makespan >= fmax(total / workers, largest) - 1e-6);
      assert_true(makespan <= total / workers + (1 - 1.0 / workers) * largest + 1e-6);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unequal_items_bound_the_speedup_as_on_paper),
      cmocka_unit_test(equal_items_are_dealt_whole),
      cmocka_unit_test(more_than_a_million_items_count_as_evenly_divisible),
      cmocka_unit_test(a_cost_function_over_a_million_items_changes_nothing),
      cmocka_unit_test(a_barrier_ends_each_step),
      cmocka_unit_test(work_that_costs_nothing_gives_one),
      cmocka_unit_test(random_costs_stay_between_grahams_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

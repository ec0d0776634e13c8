/* Holds the set of the best and the interval of a chosen cell against hand counts and runs of known truth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/best.h"

#define EPS 1e-12
/* cmocka 1.1.5 compares as float, which is too coarse here. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))

enum { CELLS_MAX = 64, ROUNDS_MAX = 300 };

static double logs[CELLS_MAX * ROUNDS_MAX];
static uint64_t seed = 88172645463325252ULL;

static double uniform(void) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return ((double)(seed >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void) { return sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform()); }

/* Cell i is `by[i]` slower than round, plus noise of that size; a round's own effect is large and met by all. */
static void draw(size_t cells, size_t rounds, const double *by, double noise) {
  for (size_t r = 0; r < rounds; r++) {
    double round = normal();
    for (size_t i = 0; i < cells; i++)
      logs[i * rounds + r] = round + by[i] + noise * normal();
  }
}

/* The second cell is slower by `step` in all rounds but the first `not`. */
static void two_cells(size_t rounds, size_t not, double step) {
  for (size_t r = 0; r < rounds; r++)
    logs[r] = (double)r, logs[rounds + r] = (double)r + (r < not ? -step : step * (1 + (double)(r % 5)));
}

static void two_cells_have_the_p_of_a_one_sided_sign_test(void **state) {
  (void)state;
  two_cells(12, 1, 0.01);
  struct best_set set = best_set_of(logs, 2, 12);
  assert_near(set.p[1], 13.0 / 4096 / 0.8, EPS); /* 0 or 1 of 12 the other way */
  assert_true(set.p[0] > 0.9 && set.in[0] && !set.in[1]);
  assert_int_equal(set.size, 1);
  assert_int_equal(set.others[0], 1);
  best_set_free(&set);
  two_cells(12, 3, 0.01);
  set = best_set_of(logs, 2, 12);
  assert_near(set.p[1], 299.0 / 4096 / 0.8, EPS); /* 1 + 12 + 66 + 220 */
  assert_int_equal(set.size, 2);
  best_set_free(&set);
}

static void equal_rounds_count_for_neither(void **state) {
  (void)state;
  two_cells(12, 1, 0);
  struct best_set set = best_set_of(logs, 2, 12);
  assert_true(set.p[0] == 1 && set.p[1] == 1 && set.size == 2);
  best_set_free(&set);
}

static void p_is_multiplied_by_the_cells_compared(void **state) {
  (void)state;
  enum { ROUNDS = 12, CELLS = 17 };
  for (size_t i = 2; i < CELLS; i++)
    for (size_t r = 0; r < ROUNDS; r++)
      logs[i * ROUNDS + r] = NAN;
  two_cells(ROUNDS, 1, 0.01);
  for (size_t others = 1; others < CELLS; others++) {
    for (size_t r = 0; r < ROUNDS; r++) /* one more that is as fast as the first in half of the rounds */
      logs[others * ROUNDS + r] = others == 1 ? logs[ROUNDS + r] : (double)r + (r % 2 ? 1e-5 : -1e-5) * (double)others;
    struct best_set set = best_set_of(logs, CELLS, ROUNDS);
    assert_int_equal(set.others[1], others);
    assert_near(set.p[1], 13.0 / 4096 / 0.8 * (double)others, EPS);
    assert_int_equal(set.in[1], others > 12); /* 13 others are too many: 0.0516 */
    best_set_free(&set);
  }
}

static void too_few_common_rounds_compare_nothing(void **state) {
  (void)state;
  two_cells(12, 0, 0.01);
  for (size_t r = 0; r < 6; r++)
    logs[12 + r] = NAN;
  struct best_set set = best_set_of(logs, 2, 12);
  assert_near(set.p[1], 1.0 / 64 / 0.8, EPS);
  best_set_free(&set);
  logs[12 + 6] = NAN;
  set = best_set_of(logs, 2, 12);
  assert_int_equal(set.others[1], 0);
  assert_true(set.p[1] == 1 && set.in[1]);
  best_set_free(&set);
  set = best_set_of(logs, 0, 12);
  assert_int_equal(set.size, 0);
  best_set_free(&set);
}

/* 63 cells and 6 rounds: no sign test can fire (62 / 64), the distance can. */
static void what_is_far_slower_leaves_after_six_rounds(void **state) {
  (void)state;
  double by[63] = {0};
  for (size_t i = 2; i < 63; i++)
    by[i] = 0.4;
  draw(63, 6, by, 0.01);
  struct best_set set = best_set_of(logs, 63, 6);
  assert_int_equal(set.size, 2);
  assert_true(set.in[0] && set.in[1]);
  best_set_free(&set);
}

/* One cell is robbed now and then, and as fast as the others otherwise: its mean is slower, its median is not. */
static void a_skewed_cell_of_equal_median_stays(void **state) {
  (void)state;
  enum { ROUNDS = 48, CELLS = 8, SETS = 400 };
  const double none[CELLS] = {0};
  size_t dropped = 0;
  for (int s = 0; s < SETS; s++) {
    draw(CELLS, ROUNDS, none, 0.01);
    for (size_t r = 0; r < ROUNDS; r++) {
      double e = 0.1 * (exp(normal()) - 1);
      logs[r] = logs[ROUNDS + r] + e;
    }
    struct best_set set = best_set_of(logs, CELLS, ROUNDS);
    dropped += !set.in[0];
    best_set_free(&set);
  }
  assert_in_range(dropped, 0, SETS * 8 / 100);
}

/* Each is faster than the next in two rounds of three: none is the best, one is named all the same. */
static void the_set_is_never_empty(void **state) {
  (void)state;
  enum { ROUNDS = 300 };
  for (size_t i = 0; i < 3; i++)
    for (size_t r = 0; r < ROUNDS; r++)
      logs[i * ROUNDS + r] = (double)((i + r) % 3);
  struct best_set set = best_set_of(logs, 3, ROUNDS);
  assert_true(set.p[0] < 0.05 && set.p[1] < 0.05 && set.p[2] < 0.05);
  assert_int_equal(set.size, 1);
  best_set_free(&set);
}

static void equal_cells_leave_in_at_most_five_percent(void **state) {
  (void)state;
  enum { ROUNDS = 12, CELLS = 8, SETS = 1000 };
  const double none[CELLS] = {0};
  size_t dropped = 0;
  for (int s = 0; s < SETS; s++) {
    draw(CELLS, ROUNDS, none, 0.01);
    struct best_set set = best_set_of(logs, CELLS, ROUNDS);
    dropped += CELLS - set.size;
    best_set_free(&set);
  }
  assert_in_range(dropped, SETS * CELLS / 200, SETS * CELLS / 20); /* 2 % expected; no drop at all would be no test */
}

static void the_same_rounds_give_the_same_set(void **state) {
  (void)state;
  const double by[20] = {0, 0, .01, .02, .03};
  draw(20, 24, by, 0.02);
  struct best_set one = best_set_of(logs, 20, 24), two = best_set_of(logs, 20, 24);
  assert_memory_equal(one.p, two.p, sizeof *one.p * 20);
  best_set_free(&one);
  best_set_free(&two);
}

/* Of many cells each is compared with the fastest few, and pays for a comparison with all. */
static void of_many_cells_the_fastest_are_the_set(void **state) {
  (void)state;
  enum { ROUNDS = 24, CELLS = 400, FASTEST = 3, SETS = 50 };
  static double by[CELLS];
  size_t dropped = 0;
  for (size_t i = 0; i < CELLS; i++)
    by[i] = i % 100 == 50 && i / 100 < FASTEST ? 0 : 0.1;
  for (int s = 0; s < SETS; s++) {
    draw(CELLS, ROUNDS, by, 0.01);
    struct best_set set = best_set_of(logs, CELLS, ROUNDS);
    for (size_t i = 0; i < CELLS; i++) {
      assert_int_equal(set.others[i], CELLS - 1);
      assert_true(by[i] == 0 || !set.in[i]);
      dropped += by[i] == 0 && !set.in[i];
    }
    best_set_free(&set);
  }
  assert_in_range(dropped, 0, SETS * FASTEST / 20);
}

static void rivals_are_all_or_the_few_with_the_lowest_mean(void **state) {
  (void)state;
  enum { MANY = COMPARED_ALL + 1 };
  size_t count;
  for (size_t i = 0; i < MANY; i++)
    logs[2 * i] = (double)(MANY - i), logs[2 * i + 1] = NAN;
  size_t *list = rivals_of(logs, COMPARED_ALL, 2, &count);
  assert_int_equal(count, COMPARED_ALL);
  assert_true(list[0] == 0 && list[count - 1] == COMPARED_ALL - 1);
  free(list);
  logs[2 * (MANY - 1)] = NAN; /* no round at all */
  list = rivals_of(logs, MANY, 2, &count);
  assert_int_equal(count, COMPARED_FEW);
  assert_true(list[0] == MANY - 1 - COMPARED_FEW && list[count - 1] == MANY - 2);
  free(list);
}

/* ---- the interval of a chosen cell ---- */

static double ascending[ROUNDS_MAX];

static void chosen_from_one_it_is_the_median_interval(void **state) {
  (void)state;
  for (size_t n = 0; n <= 100; n++) {
    struct interval own = median_interval(ascending, n, 0.95), chosen = chosen_interval(ascending, n, 1, 1, 0.95);
    assert_near(chosen.coverage, own.coverage, 1e-9);
    assert_true(own.coverage == 0 ? isnan(chosen.low) && isnan(chosen.high)
                                  : chosen.low == own.low && chosen.high == own.high);
  }
}

static void it_is_never_narrower_and_holds_its_bound(void **state) {
  (void)state;
  static const size_t rounds[] = {6, 8, 12, 17, 24, 34, 48}, among[] = {2, 8, 32, 128};
  for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++)
    for (size_t j = 0; j < sizeof among / sizeof *among; j++) {
      struct interval own = median_interval(ascending, rounds[i], 0.95);
      struct interval chosen = chosen_interval(ascending, rounds[i], among[j], 1, 0.95);
      if (chosen.coverage == 0)
        continue;
      assert_true(chosen.coverage >= 0.95);
      assert_true(chosen.low <= own.low && chosen.high >= own.high);
      assert_true(chosen.low - 1 <= (double)rounds[i] - chosen.high); /* the low end pays */
    }
}

static void so_many_may_be_chosen_among(void **state) {
  (void)state;
  static const struct { size_t n, most; } table[] = {{6, 2}, {7, 5}, {8, 11}, {10, 50}, {12, 203}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct interval most = chosen_interval(ascending, table[i].n, table[i].most, 1, 0.95);
    assert_near(most.coverage, 1 - (double)(table[i].most + 1) * exp2(-(double)table[i].n), 1e-9);
    assert_near(chosen_interval(ascending, table[i].n, table[i].most + 1, 1, 0.95).coverage, 0, 0);
  }
}

static void what_was_chosen_as_the_smallest_pays_at_the_high_end(void **state) {
  (void)state;
  for (size_t n = 12; n <= 48; n += 12) {
    struct interval largest = chosen_interval(ascending, n, 20, 1, 0.95);
    struct interval smallest = chosen_interval(ascending, n, 1, 20, 0.95);
    assert_near(smallest.low, (double)n + 1 - largest.high, 0);
    assert_near(smallest.high, (double)n + 1 - largest.low, 0);
    assert_near(smallest.coverage, largest.coverage, EPS);
  }
}

/* Of 16 equal cells the one with the largest median: its own interval is wrong too often, the chosen one is not. */
static void the_luckiest_of_sixteen_is_covered(void **state) {
  (void)state;
  enum { ROUNDS = 12, CELLS = 16, SETS = 2000 };
  size_t naive = 0, chosen = 0;
  for (int s = 0; s < SETS; s++) {
    double best[ROUNDS] = {0}, most = -INFINITY;
    for (int i = 0; i < CELLS; i++) {
      double cell[ROUNDS];
      for (int r = 0; r < ROUNDS; r++)
        cell[r] = normal();
      sort_doubles(cell, ROUNDS);
      if (median_sorted(cell, ROUNDS) > most)
        most = median_sorted(cell, ROUNDS), memcpy(best, cell, sizeof best);
    }
    struct interval own = median_interval(best, ROUNDS, 0.95), paid = chosen_interval(best, ROUNDS, CELLS, 1, 0.95);
    naive += own.low <= 0 && 0 <= own.high;
    chosen += paid.low <= 0 && 0 <= paid.high;
  }
  assert_in_range(naive, 0, SETS * 90 / 100);
  assert_in_range(chosen, SETS * 95 / 100, SETS);
}

int main(void) {
  for (size_t i = 0; i < ROUNDS_MAX; i++)
    ascending[i] = (double)(i + 1);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_cells_have_the_p_of_a_one_sided_sign_test),
      cmocka_unit_test(equal_rounds_count_for_neither),
      cmocka_unit_test(p_is_multiplied_by_the_cells_compared),
      cmocka_unit_test(too_few_common_rounds_compare_nothing),
      cmocka_unit_test(what_is_far_slower_leaves_after_six_rounds),
      cmocka_unit_test(a_skewed_cell_of_equal_median_stays),
      cmocka_unit_test(the_set_is_never_empty),
      cmocka_unit_test(equal_cells_leave_in_at_most_five_percent),
      cmocka_unit_test(the_same_rounds_give_the_same_set),
      cmocka_unit_test(of_many_cells_the_fastest_are_the_set),
      cmocka_unit_test(rivals_are_all_or_the_few_with_the_lowest_mean),
      cmocka_unit_test(chosen_from_one_it_is_the_median_interval),
      cmocka_unit_test(it_is_never_narrower_and_holds_its_bound),
      cmocka_unit_test(so_many_may_be_chosen_among),
      cmocka_unit_test(what_was_chosen_as_the_smallest_pays_at_the_high_end),
      cmocka_unit_test(the_luckiest_of_sixteen_is_covered),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of the search for the knee, on curves without noise. */
#include "base/knee.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST = 64 };
static const int asked[] = {1, 2, 4, 8, 16};

static double usl(int p, double sigma, double kappa) { return (1 + sigma * (p - 1) + kappa * p * (p - 1)) / p; }
static double linear(int p) { return 1.0 / p; }
static double best_at_6(int p) { return usl(p, 0.02, 0.0273); }
static double best_at_11(int p) { return usl(p, 0.05, 0.008); }
static double flat(int p) { return p ? 1 : 0; }
static double twelve_items(int p) { return (12 + p - 1) / p; }
static double eleven_cpus(int p) { return p <= 11 ? 1.0 / p : 2.0 / p; }
static double fails_at_6(int p) { return p == 6 ? NAN : best_at_6(p); }
/* Fast on 2 and, most so, on 6 workers; and the same of 3 and 13. */
static double best_at_2_and_6(int p) { return p == 6 ? 0.4 : p == 2 ? 0.5 : p == 1 ? 1 : 0.8 + 0.01 * p; }
static double best_at_3_and_13(int p) { return p == 13 ? 0.2 : p == 3 ? 0.3 : 0.9 + 0.001 * p; }
static double never(int p) { return p ? NAN : 0; }

struct searched {
  struct knee_point tried[MOST];
  size_t count, steps;
};

static void try_one(struct searched *s, int workers, double time) {
  size_t at = s->count++;
  assert_true(at < MOST);
  for (; at > 0 && s->tried[at - 1].workers >= workers; at--) {
    assert_int_not_equal(s->tried[at - 1].workers, workers); /* none is tried twice */
    s->tried[at] = s->tried[at - 1];
  }
  s->tried[at] = (struct knee_point){workers, time};
}

/* Tries counts next to the knee, and then elsewhere too. */
static struct searched search_all(double (*time)(int), bool elsewhere) {
  struct searched s = {.count = 0};
  int spare[MOST], next[KNEE_NEXT_MAX];
  size_t spares = knee_spares(asked, 5, spare, MOST), found;
  for (size_t i = 0; i < 5; i++)
    try_one(&s, asked[i], time(asked[i]));
  for (;; s.steps++) {
    found = knee_next(s.tried, s.count, spare, spares, next);
    if (found == 0 && elsewhere)
      found = (next[0] = knee_elsewhere(s.tried, s.count, spare, spares)) > 0;
    for (size_t i = 0; i < found; i++)
      try_one(&s, next[i], time(next[i]));
    if (found == 0)
      return s;
  }
}

static struct searched search(double (*time)(int)) { return search_all(time, false); }

static size_t place_of(const struct searched *s, int workers) {
  size_t at = 0;
  while (at < s->count && s->tried[at].workers != workers)
    at++;
  return at;
}

static bool has(const struct searched *s, int workers) { return place_of(s, workers) < s->count; }

static void a_knee_between_4_and_8_adds_5_6_7(void **state) {
  (void)state;
  struct searched s = search(best_at_6);
  assert_true(has(&s, 5) && has(&s, 6) && has(&s, 7));
  assert_false(has(&s, 3));
  for (int p = 5; p <= 7; p++)
    assert_true(knee_is_near(s.tried, s.count, place_of(&s, p)));
  assert_false(knee_is_near(s.tried, s.count, place_of(&s, 1)));
}

static void the_best_of_all_counts_is_found(void **state) {
  (void)state;
  double (*const curves[])(int) = {linear, best_at_6, best_at_11, flat, twelve_items, eleven_cpus};
  for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
    struct searched s = search(curves[i]);
    double all = INFINITY, found = INFINITY;
    for (int p = 1; p <= 16; p++)
      all = fmin(all, curves[i](p));
    for (size_t j = 0; j < s.count; j++)
      found = fmin(found, s.tried[j].time);
    assert_true(found <= all * (1 + 1e-12));
    assert_true(s.steps <= 4);
  }
  struct searched items = search(twelve_items);
  assert_true(has(&items, 12)); /* the fewest of those that are as fast as 16 */
}

static void a_second_minimum_is_found_elsewhere(void **state) {
  (void)state;
  double (*const curves[])(int) = {best_at_2_and_6, best_at_3_and_13, flat, best_at_11};
  for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
    struct searched s = search_all(curves[i], true);
    assert_int_equal(s.count, 16); /* in the end all counts, each once */
  }
  struct searched near = search(best_at_2_and_6), all = search_all(best_at_2_and_6, true);
  assert_false(has(&near, 6));
  assert_true(knee_is_near(all.tried, all.count, place_of(&all, 6)));
  assert_false(knee_is_near(all.tried, all.count, place_of(&all, 4)));
}

static void the_widest_gap_is_looked_into_first(void **state) {
  (void)state;
  static const struct knee_point tried[] = {{1, 1}, {2, 2}, {4, NAN}, {16, 3}};
  static const int spare[] = {3, 6, 8, 10, 12, 14};
  assert_int_equal(knee_elsewhere(tried, 4, spare, 6), 10);
  assert_int_equal(knee_elsewhere(tried, 4, spare, 2), 6);
  assert_int_equal(knee_elsewhere(tried, 4, spare, 1), 3);
  assert_int_equal(knee_elsewhere(tried, 4, spare, 0), 0);
}

static void no_more_than_eight_counts_are_near(void **state) {
  (void)state;
  struct searched s = search_all(flat, true);
  size_t near = 0;
  for (size_t i = 0; i < s.count; i++)
    near += knee_is_near(s.tried, s.count, i);
  assert_int_equal(near, KNEE_NEAR_MAX);
}

static void a_count_that_fails_is_tried_once(void **state) {
  (void)state;
  struct searched s = search(fails_at_6), none = search(never);
  assert_true(has(&s, 6) && has(&s, 5) && has(&s, 7));
  assert_false(knee_is_near(s.tried, s.count, place_of(&s, 6)));
  assert_int_equal(none.count, 5);
  assert_false(knee_is_near(none.tried, none.count, 0));
}

static void a_wide_gap_has_few_spare_counts(void **state) {
  (void)state;
  static const int wide[] = {1, 2, 4, 64, 128};
  int spare[MOST];
  size_t count = knee_spares(wide, 5, spare, MOST);
  assert_int_equal(spare[0], 3);
  assert_int_equal(spare[1], 8);
  for (size_t i = 1; i < count; i++)
    assert_true(spare[i] > spare[i - 1] && spare[i] != 64 && spare[i] < 128);
  assert_true(count <= 1 + 2 * KNEE_GAP_MAX);
  assert_int_equal(knee_spares(wide, 5, spare, 2), 2);
  assert_int_equal(knee_spares((const int[]){1, 2, 3}, 3, spare, MOST), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_knee_between_4_and_8_adds_5_6_7),   cmocka_unit_test(the_best_of_all_counts_is_found),
      cmocka_unit_test(a_second_minimum_is_found_elsewhere), cmocka_unit_test(the_widest_gap_is_looked_into_first),
      cmocka_unit_test(no_more_than_eight_counts_are_near),  cmocka_unit_test(a_count_that_fails_is_tried_once),
      cmocka_unit_test(a_wide_gap_has_few_spare_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of the order of growth, on times of known law. */
#include "stats/order_of_growth.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SIZES = 6, ROUNDS = 12 };
static const double sizes[SIZES] = {1000, 4000, 16000, 64000, 256000, 1024000};

static double one(double n) { return n > 0 ? 1 : 0; }
static double n_of(double n) { return n; }
static double n_log_n(double n) { return n * log(n); }
static double n_to_1_5(double n) { return n * sqrt(n); }
static double two_parts(double n) { return 20000 + n; }

/* Rounds that cost more and more, and times that are off by up to `noise`, up and down. */
static void fill(double *logs, double (*law)(double), double noise) {
  for (int r = 0; r < ROUNDS; r++)
    for (int i = 0; i < SIZES; i++)
      logs[r * SIZES + i] = log(law(sizes[i])) + 0.1 * r + noise * sin(7 * r + 3 * i);
}

static void is(double (*law)(double), double noise, const char *name) {
  double logs[SIZES * ROUNDS];
  fill(logs, law, noise);
  struct order order = order_of_growth(sizes, SIZES, logs, ROUNDS);
  if (name)
    assert_string_equal(order.name, name);
  else
    assert_null(order.name);
  assert_true(name ? order.error < 0.05 : isnan(order.error));
}

static void usual_orders_are_named(void **state) {
  (void)state;
  is(one, 0.02, "1");
  is(log, 0.02, "log N");
  is(n_of, 0.02, "N");
  is(n_log_n, 0.02, "N log N");
}

static void what_the_data_do_not_decide_is_not_named(void **state) {
  (void)state;
  double logs[SIZES * ROUNDS];
  static const double near[SIZES] = {100000, 101000, 102000, 103000, 104000, 105000};
  is(n_to_1_5, 0, NULL);  /* none of them */
  is(two_parts, 0, NULL); /* small sizes cost more than the law says */
  fill(logs, n_of, 0);
  assert_null(order_of_growth(sizes, SIZES, logs, 5).name); /* rounds */
  assert_null(order_of_growth(sizes, 2, logs, ROUNDS).name);
  for (int r = 0; r < ROUNDS; r++)
    for (int i = 0; i < SIZES; i++)
      logs[r * SIZES + i] = log(near[i]) + 0.01 * sin(7 * r + 3 * i);
  assert_null(order_of_growth(near, SIZES, logs, ROUNDS).name); /* the sizes differ too little for n or n log n */
}

static void a_size_of_one_leaves_logarithms_out(void **state) {
  (void)state;
  double logs[3 * ROUNDS];
  static const double small[] = {1, 10, 100};
  for (int r = 0; r < ROUNDS; r++)
    for (int i = 0; i < 3; i++)
      logs[r * 3 + i] = 2 * log(small[i]) + 0.01 * sin(7 * r + 3 * i);
  assert_string_equal(order_of_growth(small, 3, logs, ROUNDS).name, "N^2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(usual_orders_are_named),
      cmocka_unit_test(what_the_data_do_not_decide_is_not_named),
      cmocka_unit_test(a_size_of_one_leaves_logarithms_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

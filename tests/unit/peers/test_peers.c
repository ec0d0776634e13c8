/* Holds the peers' two-sample tests against published values and closed forms, and the counts of a trial. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peers/trials.h"
#include "peers/two_samples.h"

/* cmocka 1.1.5 compares as float, which is too coarse here. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))
#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define U(a, b) u_test(a, LENGTH(a), b, LENGTH(b))
#define WELCH(a, b) welch_test(a, LENGTH(a), b, LENGTH(b))

/* ---- U ---- */

static void small_samples_have_an_exact_u_test(void **state) {
  (void)state;
  /* Shier 2004, the example of scipy's manual: U = 17 of 20. As likely as that or less, on one side, are 1 + 1 + 2 + 3
   * of the 126 ways to choose 4 of 9 (partitions of 0 to 3 into at most 4 parts of at most 5). */
  const double males[] = {19, 22, 16, 29, 24}, females[] = {20, 11, 17, 12};
  assert_near(U(males, females), 2 * 7 / 126.0, 1e-14);
  assert_near(U(females, males), 2 * 7 / 126.0, 1e-14);
  /* one of the 20 ways, on each side */
  const double low[] = {1, 2, 3}, high[] = {4, 5, 6};
  assert_near(U(low, high), 0.1, 1e-14);
  /* the median of the statistic: both tails hold it, their sum is cut to 1 */
  const double outer[] = {1, 4}, inner[] = {2, 3};
  assert_near(U(outer, inner), 1, 0);
  /* 8 of 8 values: one of 12870 ways on each side */
  const double eight[] = {1, 2, 3, 4, 5, 6, 7, 8}, above[] = {11, 12, 13, 14, 15, 16, 17, 18};
  assert_near(U(eight, above), 2 / 12870.0, 1e-14);
}

/* Ten values a side of which the second sample's `below` pairs are the other way round than all others. */
static double u_of_ten(int below) {
  double a[10], b[10];
  for (int i = 0; i < 10; i++) {
    a[i] = i;
    b[i] = 100 + i;
  }
  for (int i = 0; below > 0; i++) { /* b[i] falls under so many of a */
    int under = below < 10 ? below : 10;
    b[i] = 10 - under - 0.5 + i * 0.01;
    below -= under;
  }
  return U(a, b);
}

/* mean 50, variance 10 * 10 * 21 / 12 = 175, continuity 1/2; the table's critical value for 10 and 10 is 23 */
static void ten_of_ten_take_the_normal_approximation(void **state) {
  (void)state;
  assert_near(u_of_ten(0), erfc((50 - 0.5) / sqrt(175) / sqrt(2)), 1e-15);
  assert_near(u_of_ten(0), 0.00018267179110955002, 1e-15); /* what scipy prints */
  assert_near(u_of_ten(23), erfc((27 - 0.5) / sqrt(175) / sqrt(2)), 1e-14);
  assert_true(u_of_ten(23) < PEERS_ALPHA && u_of_ten(24) > PEERS_ALPHA);
}

/* U = 8 of 9, mean 4.5, ties of 3 and of 2: variance 9 / 12 * (7 - (24 + 6) / 30) = 4.5, z = 3 / sqrt(4.5) = sqrt(2),
 * and twice the normal tail beyond sqrt(2) is erfc(1). */
static void ties_take_the_corrected_approximation(void **state) {
  (void)state;
  const double a[] = {1, 2, 2}, b[] = {3, 2, 3}, same[] = {5, 5, 5};
  assert_near(U(a, b), erfc(1), 1e-14);
  assert_near(U(same, same), 1, 0);
  assert_true(isnan(u_test(a, 3, b, 0)));
}

/* ---- Welch ---- */

/* Samples and p-values of the task "Welch's t-test" of Rosetta Code. */
static void welch_gives_published_values(void **state) {
  (void)state;
  const double a1[] = {27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4};
  const double b1[] = {27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4};
  const double a2[] = {17.2, 20.9, 22.6, 18.1, 21.7, 21.4, 23.5, 24.2, 14.7, 21.8};
  const double b2[] = {21.5, 22.8, 21.0, 23.0, 21.6, 23.6, 22.5, 20.7, 23.4, 21.8,
                       20.7, 21.7, 21.5, 22.5, 23.6, 21.5, 22.5, 23.5, 21.5, 21.8};
  const double a4[] = {30.02, 29.99, 30.11, 29.97, 30.01, 29.99}, b4[] = {29.89, 29.93, 29.72, 29.98, 30.02, 29.98};
  const double a5[] = {3.0, 4.0, 1.0, 2.1}, b5[] = {490.2, 340.0, 433.9};
  assert_near(WELCH(a1, b1), 0.021378001462867, 1e-12);
  assert_near(WELCH(a2, b2), 0.148841696605327, 1e-12);
  assert_near(WELCH(a4, b4), 0.0907733242856612, 1e-12);
  assert_near(WELCH(a5, b5), 0.0107515611497845, 1e-12);
  assert_near(WELCH(b5, a5), 0.0107515611497845, 1e-12);
}

/* Squared errors 1 and 1, so 4 / (1 + 1) = 2 degrees of freedom and t = 2 / sqrt(2); P(|T| > t) of 2 degrees is
 * 1 - t / sqrt(2 + t^2). */
static void welch_gives_the_closed_form_of_two_degrees(void **state) {
  (void)state;
  const double a[] = {0, 2}, b[] = {2, 4}, flat[] = {1, 1}, higher[] = {2, 2};
  assert_near(WELCH(a, b), 1 - sqrt(0.5), 1e-14);
  assert_true(WELCH(flat, higher) == 0 && isnan(WELCH(flat, flat)) && isnan(welch_test(a, 1, b, 2)));
}

/* ---- the trial ---- */

static const char head[] = "kind,contender,trial,load,seconds,ratio,p,different,verdict\n";

/* Loads lines below the header. */
static int load_lines(struct trials *trials, const char *lines, struct fault *why) {
  char path[] = "/tmp/nway-test-peers-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0 && dprintf(fd, "%s%s", head, lines) > 0);
  close(fd);
  int failed = trials_load(trials, path, why);
  unlink(path);
  return failed;
}

static void lines_are_counted_where_they_belong(void **state) {
  (void)state;
  struct trials t;
  struct fault why = {0};
  assert_int_equal(load_lines(&t,
                              "aa,nway,1,0,1.2,1.004,0.01,1,undecided\n"
                              "aa,nway,2,0,1.4,0.998,0.9,0,same\n"
                              "aa,nway,3,0,,,,,failed: no time\n"
                              "slow2,hyperfine,1,1,1,1.03,0.001,1,different\n"
                              "slow2,hyperfine,2,1,1,0.97,0.001,1,different\n" /* the wrong way round: not found */
                              "slow2,hyperfine,3,1,1,1.02,0.2,0,\n"
                              "parity,nway,1,0,0.2,1.01,,,nway 0.25 ns Google Benchmark 0.2525 ns\n"
                              "aa,gbench,1,0,1.2,1.0", /* an interrupt cut it */
                              &why),
                   0);
  const struct group *aa = &t.groups[0][KIND_AA][NWAY], *slow = &t.groups[1][KIND_SLOW2][HYPERFINE];
  assert_true(aa->count == 2 && aa->failed == 1 && aa->different == 1 && aa->words[WORD_SAME] == 1);
  assert_near(aa->shifts[0], 0.004, 1e-12);
  assert_near(aa->seconds[1], 1.4, 0);
  assert_true(slow->count == 3 && slow->different == 2 && slow->found == 1);
  assert_near(slow->shifts[0], 1.03 / 1.02 - 1, 1e-12);
  assert_true(t.parity_count == 1 && t.groups[0][KIND_AA][GBENCH].count == 0);
  trials_free(&t);
}

static void a_line_that_is_none_is_refused_with_its_number(void **state) {
  (void)state;
  static const struct {
    const char *line, *says;
  } cases[] = {
      {"bb,nway,1,0,1,1,1,0,\n", ":2: kind 'bb'"},   {"aa,perf,1,0,1,1,1,0,\n", ":2: contender 'perf'"},
      {"aa,nway,1,2,1,1,1,0,\n", ":2: load '2'"},    {"aa,nway,1,0,1,,1,0,\n", ":2: ratio ''"},
      {"aa,nway,1,0,1,0,1,0,\n", ":2: ratio '0'"},   {"aa,nway,1,0,1,1,1,3,\n", ":2: different '3'"},
      {"aa,nway,1,0,1,1,1,,\n", ":2: different ''"}, {"parity,nway,1,0,1,-1,,,\n", ":2: ratio '-1'"},
      {"aa,nway,1,0,fast,1,1,0,\n", "fast"},
  };
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct trials t;
    struct fault why = {0};
    assert_int_equal(load_lines(&t, cases[i].line, &why), -1);
    assert_non_null(strstr(why.text, cases[i].says));
    trials_free(&t);
  }
}

/* A trial in which all is well, but for what the arguments say. */
struct made {
  int pairs, alarms, found, parity;
  double shift, seconds, parity_shift;
  const char *more;
};

static int verdict_of(struct made made) {
  static char lines[200000];
  size_t at = 0;
  for (int i = 0; i < made.pairs; i++)
    at += (size_t)sprintf(lines + at, "aa,nway,%d,0,1,%.6f,1,%d,same\n", i, 1 + made.shift, i < made.alarms);
  for (int i = 0; i < 40; i++)
    at += (size_t)sprintf(lines + at, "slow2,nway,%d,0,%.1f,1.02,0.001,%d,slower\n", i, made.seconds, i < made.found);
  for (int i = 0; i < made.parity; i++)
    at += (size_t)sprintf(lines + at, "parity,nway,%d,0,1,%.6f,,,\n", i, 1 + made.parity_shift);
  strcpy(lines + at, made.more);
  struct trials t;
  struct fault why = {0};
  struct text out = {0};
  assert_int_equal(load_lines(&t, lines, &why), 0);
  int code = trials_print(&t, &out);
  text_free(&out);
  trials_free(&t);
  return code;
}

static void each_criterion_can_fail(void **state) {
  (void)state;
  const struct made well = {400, 18, 32, 12, 0.001, 1.2, 0.004, ""};
  struct made made = well;
  assert_int_equal(verdict_of(well), 0);
  made.alarms = 60;
  assert_int_equal(verdict_of(made), 1);
  made.alarms = 21; /* 5.25 %, whose interval ends at 7.9 % */
  assert_int_equal(verdict_of(made), 1);
  made = well, made.shift = -0.003;
  assert_int_equal(verdict_of(made), 1);
  made = well, made.found = 31;
  assert_int_equal(verdict_of(made), 1);
  made = well, made.seconds = 61;
  assert_int_equal(verdict_of(made), 1);
  made = well, made.parity_shift = -0.011;
  assert_int_equal(verdict_of(made), 1);
  made = well, made.more = "aa,nway,401,1,1,,,,failed: killed\n";
  assert_int_equal(verdict_of(made), 1);
}

static void too_few_trials_decide_nothing(void **state) {
  (void)state;
  const struct made well = {400, 18, 40, 12, 0.001, 1.2, 0.004, ""};
  struct made made = well;
  made.pairs = 47, made.alarms = 0; /* an upper end of 7.55 % without any alarm */
  assert_int_equal(verdict_of(made), 3);
  made.pairs = 48;
  assert_int_equal(verdict_of(made), 0);
  made = well, made.parity = 5;
  assert_int_equal(verdict_of(made), 3);
  made.alarms = 60; /* what fails counts more */
  assert_int_equal(verdict_of(made), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_samples_have_an_exact_u_test),
      cmocka_unit_test(ten_of_ten_take_the_normal_approximation),
      cmocka_unit_test(ties_take_the_corrected_approximation),
      cmocka_unit_test(welch_gives_published_values),
      cmocka_unit_test(welch_gives_the_closed_form_of_two_degrees),
      cmocka_unit_test(lines_are_counted_where_they_belong),
      cmocka_unit_test(a_line_that_is_none_is_refused_with_its_number),
      cmocka_unit_test(each_criterion_can_fail),
      cmocka_unit_test(too_few_trials_decide_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

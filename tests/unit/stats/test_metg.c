/* Tests METG on curves of known truth, and the memory that a run tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <unistd.h>

#include "stats/metg.h"

#define SYNTH_NO_MAIN
#include "tools/synth_run.c"

#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- the crossing ---- */

enum { SIZES = 6 };

/* Items of 10 ns to 1 ms, each with an overhead of `overhead` ns; the intervals are those of other overheads. */
static void overhead_curve(struct size_point points[SIZES], double overhead, double least, double most) {
  for (int i = 0; i < SIZES; i++) {
    double g = pow(10, i + 1);
    points[i] = (struct size_point){g, g / (g + overhead), g / (g + most), g / (g + least)};
  }
}

static void an_overhead_is_its_own_metg(void **state) {
  (void)state;
  static const double overheads[] = {11, 50, 333, 1e3, 7.5e3, 99e3, 0.9e6};
  struct size_point points[SIZES];
  for (size_t i = 0; i < LENGTH(overheads); i++) {
    double o = overheads[i];
    overhead_curve(points, o, o * 0.95, o * 1.05);
    struct metg m = metg_of(points, SIZES, 0.5);
    assert_int_equal(m.middle.state, METG_FOUND);
    assert_near(m.middle.ns / o, 1, 1e-9);
    assert_near(m.low.ns / o, 0.95, 1e-9);
    assert_near(m.high.ns / o, 1.05, 1e-9);
  }
}

static void another_level_moves_it(void **state) {
  (void)state;
  struct size_point points[SIZES];
  overhead_curve(points, 1e3, 1e3, 1e3);
  /* g / (g + o) = level at o * level / (1 - level) */
  assert_near(metg_of(points, SIZES, 0.8).middle.ns, 4e3, 1e-6);
  assert_near(metg_of(points, SIZES, 0.25).middle.ns, 1e3 / 3, 1e-6);
}

static void a_curve_that_never_crosses_says_on_which_side(void **state) {
  (void)state;
  struct size_point points[SIZES];
  overhead_curve(points, 1, 0.5, 2);
  struct metg m = metg_of(points, SIZES, 0.5);
  assert_int_equal(m.middle.state, METG_BELOW);
  assert_near(m.middle.ns, 10, 0);
  overhead_curve(points, 1e9, 1e5, 2e9);
  m = metg_of(points, SIZES, 0.5);
  assert_int_equal(m.middle.state, METG_NOT_REACHED);
  assert_near(m.middle.ns, 1e6, 0);
  assert_int_equal(m.low.state, METG_FOUND); /* an interval may reach where its middle does not */
  assert_near(m.low.ns, 1e5, 1e-3);
  assert_int_equal(m.high.state, METG_NOT_REACHED);
}

static void without_points_or_intervals_it_is_unknown(void **state) {
  (void)state;
  struct size_point points[SIZES];
  overhead_curve(points, 1e3, 1e3, 1e3);
  assert_int_equal(metg_of(points, 0, 0.5).middle.state, METG_UNKNOWN);
  points[2].low = NAN;
  struct metg m = metg_of(points, SIZES, 0.5);
  assert_near(m.middle.ns, 1e3, 1e-6);
  assert_int_equal(m.high.state, METG_UNKNOWN);
  assert_int_equal(m.low.state, METG_FOUND);
}

static void a_lucky_small_size_does_not_count(void **state) {
  (void)state;
  const struct size_point points[] = {
      {10, 0.6, 0.6, 0.6}, {100, 0.2, 0.2, 0.2}, {1000, 0.8, 0.8, 0.8}, {1e4, 0.9, 0.9, 0.9}};
  /* the two around the crossing lie as far from a half, so it is half way between them on a log scale */
  assert_near(metg_of(points, 4, 0.5).middle.ns, sqrt(100.0 * 1000), 1e-6);
}

/* Efficiency that ends at 0.8: 0.8 g / (g + o) crosses a half at 5/3 o, which the chord between two sizes misses. */
static void a_curve_that_bends_is_held_by_its_neighbours(void **state) {
  (void)state;
  struct size_point points[SIZES];
  for (double o = 700; o < 8e3; o *= 1.3) {
    overhead_curve(points, o, o * 0.99, o * 1.01);
    for (int i = 0; i < SIZES; i++)
      points[i].efficiency *= 0.8, points[i].low *= 0.8, points[i].high *= 0.8;
    struct metg m = metg_of(points, SIZES, 0.5);
    assert_true(m.low.ns <= o * 5 / 3 && o * 5 / 3 <= m.high.ns);
    assert_true(m.low.ns <= m.middle.ns && m.middle.ns <= m.high.ns);
  }
}

static void more_than_all_is_noise_and_stays_inside(void **state) {
  (void)state;
  const struct size_point points[] = {{10, -0.1, 0, 0.1}, {100, 1.2, 1.1, 1.3}};
  struct metg m = metg_of(points, 2, 0.5);
  assert_int_equal(m.middle.state, METG_FOUND);
  assert_true(m.low.ns <= m.middle.ns && m.middle.ns <= m.high.ns && m.low.ns >= 10 && m.high.ns <= 100);
}

/* ---- a whole run ---- */

struct place {
  char folder[64];
  struct result result;
};

static int load_notebook(void **state) {
  struct place *p = calloc(1, sizeof *p);
  struct fault why;
  strcpy(p->folder, "/tmp/nway-test-XXXXXX");
  if (!mkdtemp(p->folder) || synth_run(p->folder, "notebook", 1) != 0 || result_load(&p->result, p->folder, &why) != 0)
    return -1;
  *state = p;
  return 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
  (void)about, (void)kind, (void)walk;
  return remove(path);
}

static int drop_notebook(void **state) {
  struct place *p = *state;
  result_free(&p->result);
  int code = nftw(p->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  free(p);
  return code;
}

static const struct metg_curve *curve_of(const struct metg_curves *curves, const char *variant) {
  for (size_t i = 0; i < curves->count; i++)
    if (strcmp(curves->list[i].cell->variant, variant) == 0)
      return &curves->list[i];
  fail_msg("no curve of %s", variant);
  return NULL;
}

static void the_curves_of_a_run_give_the_planted_overheads(void **state) {
  struct place *p = *state;
  struct metg_curves curves = metg_curves(&p->result);
  static const struct {
    const char *variant;
    enum metg_state state;
    double ns;
  } truth[] = {{"pool", METG_FOUND, 5e3},
               {"pthread", METG_FOUND, 50e3},
               {"fork", METG_NOT_REACHED, 100e3},
               {"coro", METG_NOT_REACHED, 100e3}};
  assert_int_equal(curves.count, LENGTH(truth)); /* seq is the base, not a way to compare */
  for (size_t i = 0; i < LENGTH(truth); i++) {
    const struct metg_curve *c = curve_of(&curves, truth[i].variant);
    assert_int_equal(c->workers, 4); /* 8 workers have no CPU each */
    assert_int_equal(c->count, 4);
    assert_string_equal(text_of(&c->name), truth[i].variant);
    assert_int_equal(c->metg.middle.state, truth[i].state);
    assert_near(c->metg.middle.ns / truth[i].ns, 1, 0.03); /* the run's noise is 0.3 % */
    assert_true(c->metg.low.ns <= c->metg.middle.ns && c->metg.middle.ns <= c->metg.high.ns);
  }
  metg_free(&curves);
}

/* The figures of the cell with that efficiency. */
static struct figures *figures_with(struct result *result, double efficiency) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++)
      if (result->analyses[i].figures[j].efficiency == efficiency)
        return &result->analyses[i].figures[j];
  return NULL;
}

/* The largest size is withheld: where it may miss the level, nothing says that METG lies below it. */
static void a_withheld_larger_size_leaves_metg_unknown(void **state) {
  struct place *p = *state;
  struct metg_curves curves = metg_curves(&p->result);
  const struct metg_curve *pool = curve_of(&curves, "pool");
  struct figures *largest = figures_with(&p->result, pool->points[pool->count - 1].efficiency), kept = *largest;
  metg_free(&curves);
  for (int doubt = 0; doubt < 2; doubt++) {
    largest->efficiency = NAN, largest->own.low = doubt ? 4 * 0.4 : 4 * 0.6;
    curves = metg_curves(&p->result);
    pool = curve_of(&curves, "pool");
    assert_int_equal(pool->withheld, 1);
    assert_int_equal(pool->metg.middle.state, doubt ? METG_UNKNOWN : METG_FOUND);
    metg_free(&curves);
  }
  *largest = kept;
}

static void a_run_without_the_kernel_has_no_curve(void **state) {
  (void)state;
  struct result none = {0};
  struct metg_curves curves = metg_curves(&none);
  assert_int_equal(curves.count, 0);
  metg_free(&curves);
}

static void memory_of_workers_is_read(void **state) {
  struct place *p = *state;
  int64_t seen = 0;
  for (size_t i = 0; i < p->result.run.problem_count; i++)
    for (size_t j = 0; j < p->result.run.problems[i].count; j++) {
      const struct cell *c = &p->result.run.problems[i].cells[j];
      if (strcmp(c->variant, "fork") == 0 && c->workers == 1000)
        seen = c->pss_bytes;
      if (strcmp(c->kernel, "grain") == 0)
        assert_int_equal(c->pss_bytes, 0); /* unknown there */
    }
  assert_int_equal(seen, 2097152 + 999 * 524288);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_overhead_is_its_own_metg),
      cmocka_unit_test(another_level_moves_it),
      cmocka_unit_test(a_curve_that_never_crosses_says_on_which_side),
      cmocka_unit_test(without_points_or_intervals_it_is_unknown),
      cmocka_unit_test(a_lucky_small_size_does_not_count),
      cmocka_unit_test(a_curve_that_bends_is_held_by_its_neighbours),
      cmocka_unit_test(more_than_all_is_noise_and_stays_inside),
      cmocka_unit_test(the_curves_of_a_run_give_the_planted_overheads),
      cmocka_unit_test(a_withheld_larger_size_leaves_metg_unknown),
      cmocka_unit_test(a_run_without_the_kernel_has_no_curve),
      cmocka_unit_test(memory_of_workers_is_read),
  };
  return cmocka_run_group_tests(tests, load_notebook, drop_notebook);
}

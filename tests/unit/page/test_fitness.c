/* Tests what a busy machine, few rounds and wide intervals do to every page and sentence, on synthetic runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <unistd.h>

#include "base/words.h"
#include "charts/charts.h"
#include "course/course.h"
#include "page/compare.h"
#include "page/page.h"
#include "page/page_parts.h"
#include "stats/offers.h"
#include "words/ab.h"
#include "words/gate.h"
#include "words/history_words.h"
#include "words/show.h"
#include "words/show_two.h"

#define SYNTH_NO_MAIN
#include "tools/synth_run.c"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const struct screen wide_screen = {.columns = 200, .unicode = true};

/* ---- runs in a private folder ---- */

struct scene {
  char folder[64];
  struct result r;
};

static int make_place(void **state) {
  struct scene *p = calloc(1, sizeof *p);
  strcpy(p->folder, "/tmp/nway-test-XXXXXX");
  *state = p;
  return mkdtemp(p->folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
  (void)about, (void)kind, (void)walk;
  return remove(path);
}

static int drop_place(void **state) {
  struct scene *p = *state;
  result_free(&p->r);
  int result = nftw(p->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  free(p);
  return result;
}

static struct result *load(struct scene *p, const char *scenario) {
  char folder[128];
  struct fault why = {0};
  snprintf(folder, sizeof folder, "%s/%s", p->folder, scenario);
  result_free(&p->r);
  if (synth_run(folder, scenario, 1) != 0 || result_load(&p->r, folder, &why) != 0)
    fail_msg("%s", why.text);
  return &p->r;
}

static char *report_file(const struct scene *p, const char *scenario, const char *name) {
  enum { MOST = 1 << 22 };
  char path[200];
  snprintf(path, sizeof path, "%s/%s/report/%s", p->folder, scenario, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  char *text = calloc(1, MOST);
  text[fread(text, 1, MOST - 1, file)] = '\0';
  fclose(file);
  return text;
}

static void has(const char *text, const char *part) {
  if (!strstr(text, part))
    fail_msg("no '%s' in: %.3000s", part, text);
}

static void lacks(const char *text, const char *part) {
  if (strstr(text, part))
    fail_msg("'%s' in: %.3000s", part, text);
}

/* The second stands behind the first. */
static void has_in_order(const char *text, const char *first, const char *second) {
  has(text, first);
  has(strstr(text, first), second);
}

static const char *shown(struct text *out, const struct result *r) {
  text_free(out);
  show_run(out, r, wide_screen);
  return text_of(out);
}

/* ---- a busy machine ---- */

static void above_a_twentieth_the_machine_is_busy(void **state) {
  (void)state;
  struct run run = {0};
  assert_true(isnan(foreign_share(&run)));
  assert_false(is_busy(&run));
  run.watched_ns = 1000, run.foreign_ns = 50;
  assert_false(is_busy(&run));
  run.foreign_ns = 51;
  assert_true(is_busy(&run));
}

static void busy_and_synthetic_stand_first_in_terminal_and_pages(void **state) {
  struct scene *p = *state;
  struct result *r = load(p, "busy");
  struct badge badges[BADGES_MAX];
  struct text out = {0};
  assert_true(run_badges(r, badges) >= 3);
  assert_string_equal(badges[0].name, "BUSY");
  has(badges[0].text, "took 12 % of the usable CPU time");
  assert_string_equal(badges[1].name, "SYNTHETIC");
  shown(&out, r);
  has_in_order(text_of(&out), "! BUSY: ", "! SYNTHETIC: ");
  has_in_order(text_of(&out), "! SYNTHETIC: ", "! VIRTUALISED: ");
  text_free(&out);
  show_two(&out, r, r, wide_screen);
  has_in_order(text_of(&out), "first: ", "! BUSY: ");
  has_in_order(text_of(&out), "second: ", "! BUSY: ");
  text_free(&out);
  struct fault why = {0};
  char *path = must_copy(getenv("PATH"));
  setenv("PATH", "/nowhere", 1); /* the pages' words and the charts' scripts need no gnuplot */
  assert_false(page_write(r, course_pages, ROWS_IF_SMALL, &why).failed);
  const struct result two[] = {*r, *r};
  assert_false(compare_write(two, 2, &out, wide_screen, &why).failed);
  setenv("PATH", path, 1);
  free(path);
  has_in_order(text_of(&out), "B: ", "BUSY SYNTHETIC");
  text_free(&out);
  char *page = report_file(p, "busy", "report.html"), *compare = report_file(p, "busy", "compare.html");
  has_in_order(page, "<ul class=\"badges\">\n<li><b>BUSY</b>", "<li><b>SYNTHETIC</b>");
  has_in_order(compare, "<td class=\"wrap badges\"><b>BUSY</b>", "<b>SYNTHETIC</b>");
  char *slides = report_file(p, "busy", "gnuplot/common.gp");
  has(slides, "'A: BUSY · SYNTHETIC · VIRTUALISED   B: BUSY");
  free(page), free(compare), free(slides);
}

static void a_quiet_measured_run_has_neither_badge(void **state) {
  struct scene *p = *state;
  struct result *r = load(p, "runs");
  struct text names = {0};
  badge_names(&names, r);
  lacks(text_of(&names), "BUSY");
  has(text_of(&names), "SYNTHETIC");
  text_free(&names);
  r->run.synthetic = false;
  badge_names(&names, r);
  lacks(text_of(&names), "SYNTHETIC");
  text_free(&names);
}

static void history_and_gate_count_the_busy_runs(void **state) {
  struct scene *p = *state;
  struct text out = {0};
  struct run_history history = {.runs = 7, .busy = 2, .few = 1, .synthetic = 1};
  history_sentence(&out, &history);
  assert_ptr_equal(strstr(text_of(&out), "BUSY: other programs took over 5 % of the CPU time in 2 earlier runs"),
                   text_of(&out));
  has(text_of(&out), "which are left out. Earlier runs left out for having fewer than 6 rounds: 1. ");
  has(text_of(&out), "SYNTHETIC: a generator made 1 of 7 earlier runs");
  text_free(&out);
  ab_print(&load(p, "busy")->run, .03, &out);
  has(text_of(&out), "BUSY: other programs met both builds alike");
  text_free(&out);
  const struct gate_side sides[GATE_SIDES] = {{load(p, "busy"), 1}, {load(p, "busy"), 1}};
  gate_print(sides, .03, &out, wide_screen);
  has(text_of(&out), "! BUSY: 1 of 1 base run, 1 of 1 new run. ");
  has(text_of(&out), "! SYNTHETIC: 1 of 1 base run");
  text_free(&out);
}

/* ---- figures without a verdict ---- */

static void a_figure_is_unfit_from_its_interval(void **state) {
  (void)state;
  assert_int_equal(fitness_of(12, 1.81, 2.19, 2), FIT);
  assert_int_equal(fitness_of(12, 1.79, 2.21, 2), UNFIT_WIDE);
  assert_int_equal(fitness_of(12, NAN, NAN, 2), UNFIT_WIDE);
  assert_int_equal(fitness_of(5, 1.99, 2.01, 2), UNFIT_FEW);
}

static void nothing_is_best_and_nothing_efficient(const struct result *r) {
  for (size_t i = 0; i < r->run.problem_count; i++) {
    const struct analysis *a = &r->analyses[i];
    assert_int_not_equal(a->unfit, FIT);
    for (size_t j = 0; j < a->count; j++) {
      assert_int_not_equal(a->figures[j].standing, BEST);
      assert_int_not_equal(a->figures[j].standing, EQUAL);
      assert_true(isnan(a->figures[j].efficiency) || a->figures[j].cell->workers == 1);
    }
  }
}

static void a_busy_machine_few_rounds_and_wide_intervals_name_no_best(void **state) {
  struct scene *p = *state;
  static const struct {
    const char *scenario, *says;
  } table[] = {{"busy", "no best is named: other programs took 12 % of the CPU time. Stop them and run again."},
               {"few", "no best is named: 3 rounds: too few for an interval (6). Measure more rounds."},
               {"wide", "no best is named: the interval of the fastest is +-"}};
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct text out = {0};
    struct result *r = load(p, table[i].scenario);
    nothing_is_best_and_nothing_efficient(r);
    shown(&out, r);
    has(text_of(&out), table[i].says);
    lacks(text_of(&out), " best\n");
    lacks(text_of(&out), "fficiency");
    text_free(&out);
  }
}

static void a_busy_machine_withholds_the_verdicts_and_keeps_the_figures(void **state) {
  struct scene *p = *state;
  const struct analysis *a = &load(p, "busy")->analyses[0];
  assert_int_equal(a->unfit, UNFIT_BUSY);
  assert_int_equal(a->equals, 0);
  assert_true(a->nearest_speedup.low > 1);
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    assert_int_equal(f->unfit, UNFIT_BUSY);
    assert_int_equal(f->standing, UNDECIDED);
    assert_true(isnan(f->efficiency) && isnan(f->serial_share));
    assert_true(f == a->base || f->speedup.coverage > 0);
  }
}

static void page_says(struct scene *p, const char *scenario, const char *caption, const char *cause,
                      const char *efficiency) {
  struct result *r = load(p, scenario);
  struct fault why = {0};
  char *path = must_copy(getenv("PATH"));
  setenv("PATH", "/nowhere", 1);
  assert_false(page_write(r, course_pages, ROWS_IF_SMALL, &why).failed);
  setenv("PATH", path, 1);
  free(path);
  char *page = report_file(p, scenario, "report.html");
  lacks(page, "● best");
  lacks(page, "(best)");
  lacks(page, "<tr class=\"best\">");
  lacks(page, "<td class=\"b4\">");
  has(page, "<td class=\"none\">");
  has(page, caption);
  lacks(page, "it still scales: efficiency");
  has(page, cause);
  has(page, efficiency);
  free(page);
}

static void pages_and_captions_say_why_there_is_no_best(void **state) {
  page_says(*state, "wide", "No best: the interval of the fastest is +-",
            "no cause is named: under 6 rounds, or an interval wider",
            "No efficiency where an interval is missing or wider than 10 percent");
  page_says(*state, "busy", "No best: other programs took 12 % of the CPU time. ", "BUSY, so no cause is named.",
            "No efficiency from a busy machine. ");
}

static void the_first_sentence_claims_nothing_unfit(void **state) {
  struct scene *p = *state;
  struct text out = {0};
  const struct result *wide = load(p, "wide");
  run_sentence(&out, wide);
  has(text_of(&out), "No figure is precise enough to name a best; the most seen is ");
  text_free(&out);
  run_sentence(&out, load(p, "busy"));
  has(text_of(&out), "No best is named: other programs took 12 % of the CPU time; the most seen is ");
  text_free(&out);
  const struct result *fit = load(p, "runs");
  run_sentence(&out, fit);
  has(text_of(&out), " reaches ");
  text_free(&out);
}

/* The most of many problems is a lucky one: its low end pays for that, its high end does not. */
static void the_first_sentence_pays_for_its_choice_of_a_problem(void **state) {
  struct scene *p = *state;
  const struct analysis *a = &load(p, "runs")->analyses[0];
  assert_true(a->nearest_speedup.coverage >= 0.95);
  assert_true(nearest_among(a, 1).low == a->nearest_speedup.low);
  struct estimate among = nearest_among(a, 20);
  assert_true(among.low < a->nearest_speedup.low && among.coverage >= 0.95);
  assert_true(isnan(nearest_among(a, 100000000).low)); /* no ranks prove that: withheld */
  struct estimate least = nearest_least_among(a, 20);  /* chosen as the least: the high end pays */
  assert_true(least.high >= a->nearest_speedup.high && least.coverage >= 0.95);
  assert_true(isnan(nearest_least_among(a, 100000000).high));
}

/* ---- a run that ended early ---- */

/* Takes the measurements of a cell away, as if no block with it had run. */
static void unmeasure(struct result *r, size_t cell) {
  struct figures *f = &r->analyses[0].figures[cell];
  ((struct cell *)f->cell)->process_count = 0;
  f->valid = false, f->no_speedup = "not measured";
}

static void a_cell_that_a_stopped_run_did_not_reach_is_not_judged(void **state) {
  struct scene *p = *state;
  struct result *r = load(p, "runs");
  struct text out = {0};
  size_t last = r->analyses[0].count - 1;
  free(r->run.config_text);
  r->run.config_text = must_copy("[expect]\nsum pthread workers=8 speedup>=3\n");
  assert_int_equal(expectations_exit(r), EXIT_FINE);
  unmeasure(r, last);
  assert_int_equal(expectations_exit(r), EXIT_WRONG); /* the run is complete, and lacks the cell */
  has(shown(&out, r), "FAILED: 1 of 6 cells");
  r->run.state = RUN_INTERRUPTED;
  assert_int_equal(expectations_exit(r), EXIT_UNDECIDED);
  has(shown(&out, r), "not measured: 1 of 6 cells");
  has(text_of(&out), "not judged: the run ended before it was measured");
  lacks(text_of(&out), "FAILED");
  ((struct cell *)r->analyses[0].figures[last].cell)->trouble.status = STATUS_CRASH; /* a cell that failed has failed */
  assert_int_equal(expectations_exit(r), EXIT_WRONG);
  text_free(&out);
}

static void precise_runs_keep_their_best(void **state) {
  struct scene *p = *state;
  struct result *r = load(p, "runs");
  const struct analysis *a = &r->analyses[0];
  assert_int_equal(a->unfit, FIT);
  assert_int_equal(a->best->standing, BEST);
  assert_true(isfinite(a->best->efficiency));
}

/* ---- words that carry their uncertainty ---- */

static double uniform_of(uint64_t *random) {
  *random = *random * 6364136223846793005u + 1442695040888963407u;
  return 2 * (double)(*random >> 11) / 9007199254740992.0 - 1;
}

/* Cells of so many rounds. Log ratios are uniform from -1 to 1: a part that all cells of a round share, the rest their
 * own, or all of it shared. */
enum { NOISE_ROUNDS = 60, NOISE_CELLS = 4 };
static struct noise_floor floor_of(size_t cells, size_t rounds, bool shared, uint64_t *random) {
  static struct process base[NOISE_ROUNDS], list[NOISE_CELLS][NOISE_ROUNDS];
  struct cell baseline = {.processes = base, .process_count = rounds}, of[NOISE_CELLS];
  const struct cell *those[NOISE_CELLS];
  for (size_t r = 0; r < rounds; r++) {
    double same = uniform_of(random);
    base[r] = (struct process){.round = (int64_t)r, .ok = true, .ns = 1};
    for (size_t i = 0; i < cells; i++)
      list[i][r] = (struct process){
          .round = (int64_t)r, .order = (int64_t)i + 1, .ok = true, .ns = exp(shared ? same : uniform_of(random))};
  }
  for (size_t i = 0; i < cells; i++)
    of[i] = (struct cell){.processes = list[i], .process_count = rounds}, those[i] = &of[i];
  return noise_floor(&baseline, those, cells);
}

static int floors_that_cover(size_t cells, bool shared, int sets) {
  uint64_t random = 1;
  int covered = 0;
  for (int set = 0; set < sets; set++) {
    struct noise_floor f = floor_of(cells, NOISE_ROUNDS, shared, &random);
    assert_int_equal(f.pairs, cells * NOISE_ROUNDS);
    assert_true(f.upper_low <= f.upper && !(f.upper_high < f.upper));
    covered += f.upper_low <= expm1(.9) && !(f.upper_high < expm1(.9));
  }
  return covered;
}

static void the_quantile_of_noise_has_an_interval_that_covers_it(void **state) {
  (void)state;
  enum { SETS = 1000 };
  uint64_t random = 1;
  assert_in_range(floors_that_cover(1, false, SETS), 920, SETS); /* 95 % less four standard errors */
  assert_in_range(floors_that_cover(NOISE_CELLS, false, SETS), 920, SETS);
  assert_in_range(floors_that_cover(NOISE_CELLS, true, SETS), 920, SETS); /* as few pairs as rounds */
  struct noise_floor few = floor_of(1, 24, false, &random);
  assert_true(isfinite(few.upper_low) && isnan(few.upper_high)); /* 0.9^24 = 8 %: the quantile may lie above all */
}

static void noisy_names_its_problem_and_the_interval_of_its_quantile(void **state) {
  (void)state;
  struct problem problems[2] = {{.kernel = "calm", .problem = "", .build = "", .scale = ""},
                                {.kernel = "loud", .problem = "n=1", .build = "", .scale = ""}};
  struct analysis analyses[2] = {{.problem = &problems[0], .noise = {30, .001, .002, .001, .003}},
                                 {.problem = &problems[1], .noise = {30, .05, .25, .2, NAN}}};
  struct result r = {.run = {.problems = problems, .problem_count = 2, .state = RUN_COMPLETE}, .analyses = analyses};
  struct badge badges[BADGES_MAX];
  assert_int_equal(run_badges(&r, badges), 1);
  assert_string_equal(badges[0].name, "NOISY");
  has(badges[0].text, "loud n=1: the ratio of one round differs");
  has(badges[0].text, "in one pair of ten by over 25 % [20 % or more]");
}

static void ratios_that_missed_the_width_asked_are_counted(void **state) {
  struct scene *p = *state;
  struct result *r = load(p, "runs");
  struct text out = {0};
  width_sentence(&out, r); /* no width was asked for */
  assert_int_equal(out.length, 0);
  r->run.width = 1e-6;
  width_sentence(&out, r);
  has(text_of(&out), "5 of 5 speedups have an interval wider than the 0.0001 % asked.");
  text_free(&out);
  r->run.width = 1;
  width_sentence(&out, r);
  assert_int_equal(out.length, 0);
}

/* The planted fault: a speedup of 8.8 on 8 CPUs. */
static void a_point_above_its_bound_is_marked(void **state) {
  struct scene *p = *state;
  struct result *r = load(p, "runs");
  struct text out = {0};
  lacks(shown(&out, r), "above\n");
  struct figures *most = &r->analyses[0].figures[r->analyses[0].count - 1];
  assert_int_equal(most->cell->workers, 8);
  most->own.low = 8.1, most->own.median = 8.8, most->own.high = 9;
  has(shown(&out, r), "best above\n");
  text_free(&out);
}

/* Each rule that reads the figures fails once they break it. */
static void rules_pass_only_by_what_they_compute(void **state) {
  struct scene *p = *state;
  static const char *const passes[] = {"✓ pass</b><span>3 ", "✓ pass</b><span>4 ", "✓ pass</b><span>5 ",
                                       "✓ pass</b><span>6 ", "✓ pass</b><span>7 ", "✓ pass</b><span>10 ",
                                       "✓ pass</b><span>12 "};
  struct result *r = load(p, "runs");
  struct text out = {0};
  rules_section(&out, r);
  for (size_t i = 0; i < LENGTH(passes); i++)
    has(text_of(&out), passes[i]);
  text_free(&out);
  for (size_t i = 0; i < r->analyses[0].count; i++) {
    struct figures *f = &r->analyses[0].figures[i];
    f->throughput *= 1.1;                         /* a mean of rates */
    f->time.median /= 1.1;                        /* and a time that agrees with it, but not with the processes */
    f->p_best = NAN;                              /* compared with nothing */
    f->speedup.coverage *= i % 2;                 /* no interval for every other one */
    f->speedup.median *= 1.01;                    /* a mean of ratios */
    f->speedup.low = f->speedup.median * .999999; /* narrower than the rounds allow */
    f->time.coverage = 0;                         /* no spread */
    for (size_t j = 0; j < f->cell->process_count; j++)
      f->cell->processes[j].join += f->cell->processes[j].wall;
  }
  rules_section(&out, r);
  for (size_t i = 0; i < LENGTH(passes); i++)
    lacks(text_of(&out), passes[i]);
  text_free(&out);
}

static void bars_of_the_waterfall_agree_with_their_factors(void **state) {
  struct scene *p = *state;
  struct result *r = load(p, "busy"); /* it drifts, so medians of times and of ratios differ */
  const struct analysis *a = &r->analyses[0];
  struct charts charts = {0};
  struct fault why = {0};
  double naive, base, parallel;
  assert_int_equal(charts_open(&charts, &r->run, "all.gp", &why), 0);
  charts_problem(&charts, r, 0);
  charts_free(&charts);
  char *csv = report_file(p, "busy", "data/p01-waterfall.csv");
  assert_int_equal(sscanf(strchr(csv, '\n') + 1, "%*d,%*[^,],%*d,%*d,%*d,%lf", &naive), 1);
  assert_int_equal(sscanf(strstr(csv, "\n2,") + 1, "%*d,%*[^,],%*d,%*d,%*d,%lf", &base), 1);
  assert_int_equal(sscanf(strstr(csv, "\n3,") + 1, "%*d,%*[^,],%*d,%*d,%*d,%lf", &parallel), 1);
  assert_true(fabs(base / parallel / fastest_parallel(a)->speedup.median - 1) < 1e-6);
  assert_true(fabs(naive / base / a->algorithmic.median - 1) < 1e-6);
  assert_true(fabs(a->base->time.median / fastest_parallel(a)->time.median / fastest_parallel(a)->speedup.median - 1) >
              1e-6); /* what was drawn before */
  free(csv);
}

/* ---- no round ---- */

static void a_run_without_a_whole_round_decides_nothing(void **state) {
  struct scene *p = *state;
  struct result *r = load(p, "runs");
  assert_int_equal(result_exit(r), EXIT_FINE);
  r->run.rounds_done = 0;
  assert_int_equal(result_exit(r), EXIT_UNDECIDED);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, drop_place)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(above_a_twentieth_the_machine_is_busy),
      IN_PLACE(busy_and_synthetic_stand_first_in_terminal_and_pages),
      IN_PLACE(a_quiet_measured_run_has_neither_badge),
      IN_PLACE(history_and_gate_count_the_busy_runs),
      cmocka_unit_test(a_figure_is_unfit_from_its_interval),
      IN_PLACE(a_busy_machine_few_rounds_and_wide_intervals_name_no_best),
      IN_PLACE(a_busy_machine_withholds_the_verdicts_and_keeps_the_figures),
      IN_PLACE(pages_and_captions_say_why_there_is_no_best),
      IN_PLACE(the_first_sentence_pays_for_its_choice_of_a_problem),
      IN_PLACE(the_first_sentence_claims_nothing_unfit),
      IN_PLACE(a_cell_that_a_stopped_run_did_not_reach_is_not_judged),
      IN_PLACE(precise_runs_keep_their_best),
      cmocka_unit_test(the_quantile_of_noise_has_an_interval_that_covers_it),
      cmocka_unit_test(noisy_names_its_problem_and_the_interval_of_its_quantile),
      IN_PLACE(ratios_that_missed_the_width_asked_are_counted),
      IN_PLACE(a_point_above_its_bound_is_marked),
      IN_PLACE(rules_pass_only_by_what_they_compute),
      IN_PLACE(bars_of_the_waterfall_agree_with_their_factors),
      IN_PLACE(a_run_without_a_whole_round_decides_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

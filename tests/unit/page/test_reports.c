/* Tests the report from row to chart: reading, pairing, figures, words, files, and what bad input must not do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <unistd.h>

#include "base/words.h"
#include "charts/charts.h"
#include "charts/draw.h"
#include "course/course.h"
#include "page/compare.h"
#include "page/page.h"
#include "page/page_parts.h"
#include "stats/change.h"
#include "stats/scaling.h"
#include "words/machine_words.h"
#include "words/show.h"
#include "words/show_two.h"

#define SYNTH_NO_MAIN
#include "tools/synth_run.c"

/* cmocka 1.1.5 compares as float, which is too coarse here. */
#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- a private folder for each test ---- */

struct scene {
  char folder[64], file[128];
};

static int make_place(void **state) {
  struct scene *p = calloc(1, sizeof *p);
  strcpy(p->folder, "/tmp/nway-test-XXXXXX");
  if (!mkdtemp(p->folder))
    return -1;
  snprintf(p->file, sizeof p->file, "%s/t.csv", p->folder);
  *state = p;
  return 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
  (void)about, (void)kind, (void)walk;
  return remove(path);
}

static int drop_place(void **state) {
  struct scene *p = *state;
  int result = nftw(p->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  free(p);
  return result;
}

static void put_bytes(const char *path, const char *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static void put(const char *path, const char *text) { put_bytes(path, text, strlen(text)); }

/* The whole file, NUL at its end; free it. */
static char *get(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *bytes = calloc(1, (size_t)16 << 20);
  *length = fread(bytes, 1, ((size_t)16 << 20) - 1, file);
  fclose(file);
  return bytes;
}

static void synth(const struct scene *p, const char *scenario) {
  char folder[128];
  snprintf(folder, sizeof folder, "%s/%s", p->folder, scenario);
  assert_int_equal(synth_run(folder, scenario, 1), 0);
}

static void load(const struct scene *p, const char *scenario, struct result *result) {
  char folder[128];
  struct fault why = {0};
  snprintf(folder, sizeof folder, "%s/%s", p->folder, scenario);
  if (result_load(result, folder, &why) != 0)
    fail_msg("%s", why.text);
}

static const struct figures *cell_of(const struct analysis *a, const char *method, const char *variant,
                                     int64_t workers) {
  for (size_t i = 0; i < a->count; i++) {
    const struct cell *c = a->figures[i].cell;
    if (strcmp(c->method, method) == 0 && strcmp(c->variant, variant) == 0 && c->workers == workers)
      return &a->figures[i];
  }
  fail_msg("no cell %s %s %d", method, variant, (int)workers);
  return NULL;
}

/* ---- pairing and figures ---- */

static struct process process(int64_t round, int64_t order, double ns) {
  return (struct process){.round = round, .order = order, .ns = ns, .cold_ns = NAN, .throughput = NAN, .ok = true};
}

static void a_cell_is_held_against_the_three_nearest_baselines(void **state) {
  (void)state;
  struct process base[] = {process(1, 0, 10),  process(1, 4, 20), process(1, 8, 40),
                           process(1, 20, 70), process(2, 9, 30), process(2, 11, 60)};
  struct process own[] = {process(1, 10, 5), process(1, 13, 5), process(2, 12, 15), process(3, 1, 1)};
  struct cell b = {.processes = base, .process_count = 6}, c = {.processes = own, .process_count = 4};
  double logs[4];
  /* order 10 is nearest to 8, 4 and then to 0 (earlier than 20), 13 to 8, 20 and 4; two are one too many, so 12 of
   * round 2 has the nearest alone; round 3 has none */
  assert_int_equal(log_ratios(&b, &c, false, logs), 2);
  assert_near(logs[0], (log(20 / 5.0) + log(40 / 5.0)) / 2, 1e-12);
  assert_near(exp(logs[1]), 4, 1e-12);
  own[0].block = 1; /* another block has no baseline at all */
  assert_int_equal(log_ratios(&b, &c, false, logs), 2);
  assert_near(exp(logs[0]), 8, 1e-12);
  base[2].distrusted = true; /* of 8, 20 and 4 one is out, which leaves the nearer of two: 20 */
  assert_int_equal(log_ratios(&b, &c, true, logs), 2);
  assert_near(exp(logs[0]), 14, 1e-12);
}

/* Among 2k + 1 exchangeable partners a process is as often above their median as below: the sign test stays exact. */
static void a_process_is_above_the_median_of_its_partners_half_the_time(void **state) {
  (void)state;
  static const double ranks[] = {1, 2, 3, 4};
  for (int partners = 1; partners <= 3; partners += 2) {
    int above = 0, all = 0;
    for (int i = 0; i < 256; i++) { /* the process and its partners in every order */
      int at[] = {i & 3, i >> 2 & 3, i >> 4 & 3, i >> 6};
      if ((1 << at[0] | 1 << at[1] | 1 << at[2] | 1 << at[3]) != 15)
        continue;
      double near[] = {ranks[at[1]], ranks[at[2]], ranks[at[3]]};
      above += ranks[at[0]] > partners_median(near, (size_t)partners), all++;
    }
    assert_int_equal(2 * above, all);
  }
}

static void the_baseline_pairs_with_another_process_of_its_own(void **state) {
  (void)state;
  struct process base[] = {process(1, 0, 10), process(1, 3, 20), process(2, 0, 10)};
  struct cell b = {.processes = base, .process_count = 3};
  double logs[3];
  assert_int_equal(log_ratios(&b, &b, false, logs), 1); /* round 2 has none other */
  assert_near(logs[0], 0, 1e-12);                       /* the median of log 2 and log 1/2 */
}

static void noise_counts_each_pair_of_a_ratio_once_around_its_median(void **state) {
  (void)state;
  struct process base[40], one[20], two[20];
  for (int i = 0; i < 20; i++) { /* the far baseline process is three times as slow: a nearest one is what counts */
    base[2 * i] = process(i + 1, 1, 100), base[2 * i + 1] = process(i + 1, 9, 300);
    one[i] = process(i + 1, 2, 50 * pow(1.01, i % 2 ? i : -i));
    two[i] = process(i + 1, 0, 1000);
  }
  struct cell b = {.processes = base, .process_count = 40},
              of[] = {{.processes = one, .process_count = 20}, {.processes = two, .process_count = 20}};
  const struct cell *cells[] = {&of[0], &of[1]};
  struct noise_floor floor = noise_floor(&b, cells, 1);
  assert_int_equal(floor.pairs, 20);
  assert_near(floor.typical, pow(1.01, 9.5) - 1, 1e-9);
  assert_near(floor.upper, pow(1.01, 16.5) - 1, 1e-9);
  floor = noise_floor(&b, cells, 2);
  assert_int_equal(floor.pairs, 40);
  assert_near(floor.typical, 0, 0.006); /* the second cell's pairs are all alike */
  one[3].ok = false;
  assert_int_equal(noise_floor(&b, cells, 2).pairs, 39);
  of[1].process_count = 1; /* a cell of one round has no median to differ from */
  assert_int_equal(noise_floor(&b, cells, 2).pairs, 19);
  assert_int_equal(noise_floor(&b, cells + 1, 1).pairs, 0);
  assert_true(isnan(noise_floor(&b, cells + 1, 1).upper));
}

/* A problem of so many rounds, whose machine slows by `drift` from round to round, with three baselines and with cells
 * with a time of their own in each round. */
enum { ROUNDS = 12, CELLS = 4 };
struct stage {
  struct process base[3 * ROUNDS], others[CELLS][ROUNDS];
  struct cell cells[CELLS + 1];
  struct problem problem;
};

static struct cell named_cell(const char *method, const char *variant, int64_t workers, struct process *p, size_t n) {
  struct cell c = {.workers = workers, .processes = p, .process_count = n, .attainable = NAN};
  c.build = c.kernel = c.problem = c.schedule = c.pin = c.memory = c.scale = c.plan_note = "";
  c.method = (char *)method, c.variant = (char *)variant;
  c.serial = strcmp(variant, "seq") == 0;
  return c;
}

/* times[i]: of cell i + 1 in each round, without drift; the first of them is naive. */
static void set_stage(struct stage *s, double times[CELLS][ROUNDS], double drift) {
  static const char *const methods[] = {"plain", "plain", "fast", "fast"};
  static const int64_t workers[] = {1, 2, 2, 1};
  for (int r = 0; r < ROUNDS; r++) {
    for (int i = 0; i < 3; i++)
      s->base[3 * r + i] = process(r + 1, 4 * i, 100 * pow(drift, r));
    for (int i = 0; i < CELLS; i++) {
      int place = 4 * (i % 2) + 1 + i / 2; /* the baseline before it is nearest */
      s->others[i][r] = process(r + 1, place, times[i][r] * pow(drift, r));
    }
  }
  s->cells[0] = named_cell("fast", "seq", 1, s->base, 3 * ROUNDS);
  for (int i = 0; i < CELLS; i++)
    s->cells[i + 1] = named_cell(methods[i], i == 0 ? "seq" : "omp", workers[i], s->others[i], ROUNDS);
  s->problem = (struct problem){.build = "",
                                .kernel = "k",
                                .problem = "",
                                .scale = "",
                                .cells = s->cells,
                                .count = CELLS + 1,
                                .naive = &s->cells[1],
                                .best_serial = &s->cells[0]};
}

static void one_ratio_has_one_interval(void **state) {
  (void)state;
  struct stage s;
  double times[CELLS][ROUNDS];
  for (int r = 0; r < ROUNDS; r++)
    times[0][r] = 1000 + r, times[1][r] = (1000 + r) / 1.9, times[2][r] = 50 - r % 3, times[3][r] = 100 + r % 2;
  set_stage(&s, times, 1.1);
  struct analysis a = analyse(&s.problem);
  const struct figures *base = &a.figures[0], *naive = &a.figures[1], *plain2 = &a.figures[2], *best = &a.figures[3];
  assert_ptr_equal(a.best, best);
  assert_near(a.algorithmic.median * naive->speedup.median, 1, 1e-12);
  assert_near(a.algorithmic.low * naive->speedup.high, 1, 1e-12);
  assert_near(a.algorithmic.high * naive->speedup.low, 1, 1e-12);
  assert_near(base->naive.low, a.algorithmic.low, 0);
  assert_near(naive->naive.median, 1, 0);
  /* 1.9 of the naive, whatever the machine did between the rounds, and in each round alike */
  assert_near(plain2->naive.median, 1.9, 1e-9);
  assert_near(plain2->naive.high / plain2->naive.low, 1, 1e-9);
  assert_near(plain2->own.median, 1.9, 1e-9);
  assert_near(plain2->efficiency, 0.95, 1e-9);
  assert_near(plain2->serial_share, karp_flatt(1.9, 2), 1e-9);
  assert_near(best->own.low, best->speedup.low, 0);
  assert_near(best->efficiency, best->speedup.median / 2, 1e-12);
  /* the baseline against the best is the same ratio as the best's speedup */
  assert_near(base->slowdown.low, best->speedup.low, 0);
  assert_int_equal(base->standing, SLOWER);
  analysis_free(&a);
}

static void a_wide_interval_makes_neither_a_best_nor_equals(void **state) {
  (void)state;
  struct stage s;
  double times[CELLS][ROUNDS];
  for (int r = 0; r < ROUNDS; r++) { /* plain omp x2: the fastest median, now and then 20 times slower */
    times[0][r] = 500 + r;
    times[1][r] = r % 3 == 0 ? 2000 : 70;
    times[2][r] = 80 + r % 3;
    times[3][r] = r % 2 ? 101 : 99;
  }
  set_stage(&s, times, 1);
  struct analysis a = analyse(&s.problem);
  assert_true(a.figures[2].speedup.median > a.figures[3].speedup.median);
  assert_ptr_equal(a.best, &a.figures[3]);
  assert_int_equal(a.figures[2].standing, EQUAL); /* it may be as fast */
  assert_int_equal(a.figures[1].standing, SLOWER);
  assert_int_equal(a.figures[0].standing, SLOWER);
  analysis_free(&a);
  for (int r = 0; r < ROUNDS; r++)
    times[1][r] = r % 2 ? 70 : 2000, times[2][r] = 400;
  set_stage(&s, times, 1);
  a = analyse(&s.problem); /* nothing is surely faster than the baseline, and what is five times slower is no equal */
  assert_ptr_equal(a.best, a.base);
  assert_true(a.figures[1].standing == SLOWER && a.figures[3].standing == SLOWER);
  analysis_free(&a);
}

static void what_holm_does_not_prove_is_not_called_proven(void **state) {
  (void)state;
  struct stage s;
  struct text words = {0};
  double times[CELLS][ROUNDS];
  for (int r = 0; r < ROUNDS; r++) /* faster in 10 of 12 rounds, now by little and now by much: p = 0.019 * 4 */
    times[0][r] = 500, times[1][r] = 500, times[2][r] = r < 2 ? 101 : 99.5 - 2 * (r - 2), times[3][r] = 99 + r % 3;
  set_stage(&s, times, 1);
  struct analysis a = analyse(&s.problem);
  verdict_sentence(&words, &a);
  assert_ptr_equal(a.best, &a.figures[3]);
  assert_int_equal(a.base->standing, SLOWER_UNPROVEN);
  assert_int_equal(a.equals, 3); /* and it stays in the set */
  assert_non_null(strstr(text_of(&words), "not proven: fast omp, 2 workers: "));
  assert_non_null(
      strstr(text_of(&words), "Its own interval shows it faster, but the correction for 4 comparisons does not"));
  text_free(&words);
  analysis_free(&a);
  for (int i = 0; i < ROUNDS; i++)
    s.others[1][i].ok = s.others[2][i].ok = false;
  s.cells[2].trouble.status = s.cells[3].trouble.status = STATUS_WRONG;
  a = analyse(&s.problem);
  verdict_sentence(&words, &a);
  assert_non_null(strstr(text_of(&words), "no right answer on several workers: 2 wrong; shown is"));
  text_free(&words);
  analysis_free(&a);
}

static size_t words_until(const char *text, char end) {
  size_t count = 0;
  for (const char *at = text; *at && !(*at == end && (at[1] == ' ' || !at[1])); at++)
    count += (at == text || at[-1] == ' ') && *at != ' ';
  return count;
}

/* The set's headline names variants and a range, never a list of cells, and pays for its choice. */
static void the_headline_is_short_and_pays_for_the_choice(void **state) {
  (void)state;
  enum { OTHERS = 12 };
  static const char *const variants[] = {"pool", "omp", "prefork", "fork", "coro", "pthread"};
  static struct process base[ROUNDS], of[OTHERS][ROUNDS];
  struct cell cells[OTHERS + 1];
  for (int r = 0; r < ROUNDS; r++)
    base[r] = process(r + 1, 0, 700);
  cells[0] = named_cell("gmp", "seq", 1, base, ROUNDS);
  for (int i = 0; i < OTHERS; i++) {
    for (int r = 0; r < ROUNDS; r++)
      of[i][r] = process(r + 1, i + 1, 100 + (i * i * 5 + r * r * 7 + i * r * 3) % 13);
    cells[i + 1] = named_cell(i % 2 ? "gmp" : "tree", variants[i / 2], i % 2 ? 4 : 8, of[i], ROUNDS);
  }
  struct problem problem = {.build = "",
                            .kernel = "k",
                            .problem = "",
                            .scale = "",
                            .cells = cells,
                            .count = OTHERS + 1,
                            .best_serial = &cells[0]};
  struct text words = {0};
  struct analysis a = analyse(&problem);
  verdict_sentence(&words, &a);
  assert_int_equal(a.equals, OTHERS);
  assert_int_equal(a.base->standing, SLOWER);
  assert_true(a.headline.low < a.best->speedup.low && a.headline.high >= a.best->speedup.high);
  assert_near(a.headline.median, a.best->speedup.median, 0);
  assert_in_range(words_until(text_of(&words), '.'), 10, 20);
  assert_non_null(strstr(text_of(&words), " and 3 more, 4 to 8 workers: 6."));
  assert_non_null(
      strstr(text_of(&words), "over best serial 700 ns (gmp). 12 cells cannot be distinguished; the figure is "));
  text_free(&words);
  analysis_free(&a);
}

/* The baseline was chosen before the run and stays; what the run proves of it is said first. */
static void a_baseline_that_is_not_the_fastest_serial_cell_is_told(void **state) {
  (void)state;
  struct stage s;
  struct text words = {0};
  double times[CELLS][ROUNDS];
  for (int r = 0; r < ROUNDS; r++)
    times[0][r] = 80 + r % 3, times[1][r] = 90 + r % 2, times[2][r] = 50 + r % 3, times[3][r] = 99 + r % 3;
  set_stage(&s, times, 1);
  struct analysis a = analyse(&s.problem);
  verdict_sentence(&words, &a);
  assert_ptr_equal(a.base, &a.figures[0]);
  assert_ptr_equal(a.faster_serial, &a.figures[1]);
  assert_ptr_equal(strstr(text_of(&words),
                          "The baseline fast seq (100 ns) is not the fastest serial cell: plain seq is "
                          "1.23x ["),
                   text_of(&words));
  assert_non_null(strstr(text_of(&words), "proven among 2 serial cells. fast omp, 2 workers: 1.96x ["));
  assert_non_null(strstr(text_of(&words), "over baseline 100 ns (fast). Over plain seq it is 1.59x ["));
  assert_null(strstr(text_of(&words), "best serial"));
  assert_near(a.over_serial.median, 81.0 / 51, 0.02);
  text_free(&words);
  analysis_free(&a);
  for (int r = 0; r < ROUNDS; r++) /* the serial cell wins: no sentence sets it over the best serial */
    times[2][r] = 120;
  set_stage(&s, times, 1);
  a = analyse(&s.problem);
  verdict_sentence(&words, &a);
  assert_ptr_equal(a.best, &a.figures[1]);
  assert_non_null(
      strstr(text_of(&words), "nothing beats the serial plain seq, 81.0 ns. The fastest on several workers"));
  assert_null(strstr(text_of(&words), "best serial"));
  text_free(&words);
  analysis_free(&a);
  for (int r = 0; r < ROUNDS; r++) /* faster in 9 of 12 rounds is no proof */
    times[0][r] = r % 4 ? 98 : 103;
  set_stage(&s, times, 1);
  a = analyse(&s.problem);
  assert_null(a.faster_serial);
  assert_int_equal(a.serials, 1);
  analysis_free(&a);
}

static void failed_processes_never_count(void **state) {
  (void)state;
  struct process base[] = {process(1, 0, 10), process(1, 5, 99), process(2, 1, 10)};
  struct process own[] = {process(1, 6, 5), process(2, 0, 1)};
  struct cell b = {.processes = base, .process_count = 3}, c = {.processes = own, .process_count = 2};
  double logs[2];
  base[1].ok = false; /* the nearer baseline failed */
  own[1].ok = false;
  assert_int_equal(log_ratios(&b, &c, false, logs), 1);
  assert_near(exp(logs[0]), 2, 1e-12);
}

static void disturbed_pairs_are_left_out_until_they_are_too_many(void **state) {
  (void)state;
  struct process base[12], own[12];
  for (int i = 0; i < 12; i++) {
    base[i] = process(i + 1, 0, 100 + i % 3);
    own[i] = process(i + 1, 1, 50);
  }
  struct cell b = {.processes = base, .process_count = 12}, c = {.processes = own, .process_count = 12};
  own[0].distrusted = base[1].distrusted = true;
  struct estimate e = compare_cells(&b, &c);
  assert_int_equal(e.n, 10);
  assert_false(e.noisy);
  for (int i = 0; i < 5; i++)
    own[i].distrusted = true;
  e = compare_cells(&b, &c);
  assert_int_equal(e.n, 12);
  assert_true(e.noisy);
}

static void intervals_and_checks_are_the_known_ones(void **state) {
  (void)state;
  double six[] = {log(1.5), log(1.1), log(1.2), log(1.6), log(1.3), log(1.4)};
  struct estimate e = ratio_of(six, 6);
  assert_near(e.low, 1.1, 1e-12);
  assert_near(e.high, 1.6, 1e-12);
  assert_near(e.coverage, 0.96875, 1e-12);
  assert_near(e.p, 2 / 64.0, 1e-12);
  assert_near(e.median, sqrt(1.3 * 1.4), 1e-12);
  double five[] = {1, 2, 3, 4, 5};
  e = ratio_of(five, 5);
  assert_near(e.coverage, 0, 0);
  assert_true(isnan(e.low) && isnan(e.high));
  double four[] = {-1, 0, 0, 1}; /* s = sqrt(2/3); t at 3 degrees of freedom is 3.182446 */
  e = ratio_of(four, 4);
  assert_near(log(e.t_high), 3.182446 * sqrt(2 / 3.0) / 2, 1e-5);
  assert_near(log(e.t_low), -log(e.t_high), 1e-12);
  assert_int_equal(ratio_of(four, 0).n, 0);
  assert_true(isnan(ratio_of(four, 0).median));
}

static void karp_flatt_knows_its_example(void **state) {
  (void)state;
  assert_near(karp_flatt(6, 8), 0.047619, 5e-7);
  assert_near(karp_flatt(8, 8), 0, 1e-12);
  assert_true(isnan(karp_flatt(1, 1)));
}

/* ---- from rows to figures ---- */

static void known_speedups_come_out_exactly(void **state) {
  struct scene *p = *state;
  struct result r;
  synth(p, "exact");
  load(p, "exact", &r);
  const struct analysis *a = &r.analyses[0];
  static const double speedups[] = {1, 1.9, 3.6, 6.4};
  for (int i = 0; i < 4; i++) {
    const struct figures *f = cell_of(a, "fast", "pthread", 1 << i);
    assert_near(f->speedup.median, speedups[i], 1e-6);
    assert_near(f->speedup.low, speedups[i], 1e-6);
    assert_int_equal(f->speedup.n, 12);
    assert_near(f->efficiency, speedups[i] / (1 << i), 1e-6);
    assert_near(f->naive.median, 10 * speedups[i], 1e-5);
    assert_near(f->time.median, 8e6 / speedups[i], 1);
    assert_near(f->cold_ns, 1.4 * 8e6 / speedups[i] + 60e3, 1);
    assert_near(f->throughput, 1000 / (8e-3 / speedups[i]), 1);
  }
  assert_near(cell_of(a, "fast", "pthread", 8)->serial_share, karp_flatt(6.4, 8), 1e-6);
  assert_near(a->algorithmic.median, 10, 1e-9);
  assert_ptr_equal(a->best, cell_of(a, "fast", "pthread", 8));
  assert_ptr_equal(a->knee, a->best);
  assert_ptr_equal(a->base, cell_of(a, "fast", "seq", 1));
  assert_ptr_equal(a->naive, cell_of(a, "plain", "seq", 1));
  assert_int_equal(a->equals, 1);
  assert_int_equal(result_exit(&r), 0);
  result_free(&r);
}

/* Sixteen workers on two CPUs: CPU-bound work gains at most 2, waiting may gain 16. */
static void the_ideal_ends_at_the_cpus(void **state) {
  (void)state;
  struct cell cells[2] = {{.workers = 1, .usable_cpus = 2, .attainable = 1},
                          {.workers = 16, .usable_cpus = 2, .attainable = NAN}};
  struct problem problem = {.bound = "cpu", .cells = cells, .count = 2};
  struct figures figures[2] = {{.cell = &cells[0]}, {.cell = &cells[1]}};
  struct analysis a = {.problem = &problem, .figures = figures, .count = 2};
  assert_near(cell_ideal(&problem, &cells[1]), 2, 0);
  assert_near(ideal_end(&a), 2, 0);
  cells[1].bound_cpus = 1; /* bound to one of them */
  assert_near(ideal_end(&a), 1, 0);
  problem.bound = "wait";
  assert_near(ideal_end(&a), 16, 0);
}

static void equals_and_the_knee_are_found(void **state) {
  struct scene *p = *state;
  struct result r;
  struct text words = {0};
  synth(p, "many");
  load(p, "many", &r);
  const struct analysis *a = &r.analyses[2]; /* 32 equal items: 48 and 64 workers do the same, 32 lose a little more */
  assert_int_equal(a->knee->cell->workers, 48);
  assert_near(a->best->speedup.median, 32, 0.8);
  assert_near(cell_of(a, "", "pthread", 24)->cell->attainable, 16, 1e-3); /* two turns */
  assert_near(cell_of(a, "", "pthread", 48)->cell->attainable, 32, 1e-3);
  assert_true(a->equals >= 4);
  assert_int_equal(cell_of(a, "", "pthread", 8)->standing, SLOWER);
  assert_true(cell_of(a, "", "pthread", 8)->p_best < 0.05);
  assert_true(cell_of(a, "", "pthread", 8)->slowdown.low > 4);
  verdict_sentence(&words, a);
  assert_non_null(strstr(text_of(&words), "cannot be distinguished"));
  assert_non_null(strstr(text_of(&words), "within 2 %"));
  text_free(&words);
  a = &r.analyses[1]; /* bandwidth: more workers than some are slower */
  assert_true(a->best->cell->workers < 64);
  assert_string_equal(a->best->cell->variant, "omp");
  result_free(&r);
}

static void a_machine_that_steals_is_called_noisy(void **state) {
  struct scene *p = *state;
  struct result r;
  struct badge badges[BADGES_MAX];
  bool noisy = false;
  synth(p, "stolen");
  load(p, "stolen", &r);
  for (size_t i = 0, count = run_badges(&r, badges); i < count; i++)
    noisy |= strcmp(badges[i].name, "NOISY") == 0;
  assert_true(noisy);
  result_free(&r);
}

/* The one badge of that name, or "". */
static struct badge badge_of(const struct result *r, const char *name) {
  struct badge badges[BADGES_MAX];
  for (size_t i = 0, count = run_badges(r, badges); i < count; i++)
    if (strcmp(badges[i].name, name) == 0)
      return badges[i];
  return (struct badge){"", ""};
}

/* Threads are held against the CPUs that the cell had: the usable ones, or those that its placement named. */
static void more_threads_than_cpus_of_the_placement_are_oversubscribed(void **state) {
  struct scene *p = *state;
  struct result r;
  synth(p, "exact"); /* on 8 usable CPUs, with pin=compact */
  load(p, "exact", &r);
  assert_string_equal(badge_of(&r, "OVERSUBSCRIBED").name, "");
  struct cell *cells = r.run.problems[0].cells, *coro = NULL, *pthread = NULL;
  for (size_t i = 0; i < r.run.problems[0].count; i++) {
    cells[i].bound_cpus = cells[i].workers; /* each worker has a CPU */
    if (cells[i].workers == 4)
      coro = &cells[i];
    if (cells[i].workers == 8)
      pthread = &cells[i];
  }
  assert_string_equal(badge_of(&r, "OVERSUBSCRIBED").name, "");
  coro->os_threads = coro->bound_cpus = 1; /* workers that share a thread need no CPU each */
  assert_string_equal(badge_of(&r, "OVERSUBSCRIBED").name, "");
  coro->os_threads = 4, coro->bound_cpus = 3, pthread->bound_cpus = 2;
  struct badge badge = badge_of(&r, "OVERSUBSCRIBED");
  if (!strstr(badge.text, "2 of ") || !strstr(badge.text, "(8 threads on 2 CPUs of pin=compact)"))
    fail_msg("%s", badge.text);
  coro->bound_cpus = pthread->bound_cpus = 0, pthread->os_threads = 16;
  badge = badge_of(&r, "OVERSUBSCRIBED");
  if (!strstr(badge.text, "1 of ") || !strstr(badge.text, "(16 threads on 8 usable CPUs)"))
    fail_msg("%s", badge.text);
  coro->os_threads = 1, pthread->os_threads = 2, pthread->bound_cpus = 1; /* by something else than nway */
  free(pthread->pin), pthread->pin = must_copy("none");
  badge = badge_of(&r, "OVERSUBSCRIBED");
  if (!strstr(badge.text, "(2 threads on 1 CPU by their affinity masks, which nway did not set (nway doctor))"))
    fail_msg("%s", badge.text);
  result_free(&r);
}

/* Cells that differ only in an axis without a column would look the same. */
static void the_table_of_all_cells_has_a_column_for_each_axis_that_varies(void **state) {
  struct scene *p = *state;
  struct result r;
  struct charts charts = {0};
  struct text same = {0}, differing = {0};
  synth(p, "exact");
  load(p, "exact", &r);
  struct cell *cell = &r.run.problems[0].cells[0];
  problem_section(&same, &r, &charts, 0);
  free(cell->pin), cell->pin = must_copy("0+2");
  r.run.problems[0].compared = false; /* by the loader, before this change */
  problem_section(&differing, &r, &charts, 0);
  assert_null(strstr(text_of(&same), ">pin</th>"));
  assert_null(strstr(text_of(&same), ">compact</td>"));
  assert_non_null(strstr(text_of(&differing), ">pin</th>"));
  assert_non_null(strstr(text_of(&differing), ">0+2</td>"));
  assert_non_null(strstr(text_of(&differing), ">compact</td>"));
  assert_null(strstr(text_of(&differing), ">memory</th>"));
  text_free(&same), text_free(&differing);
  result_free(&r);
}

static void a_baseline_that_nobody_named_did_not_fail(void **state) {
  struct scene *p = *state;
  struct result r;
  struct text words = {0};
  synth(p, "exact");
  load(p, "exact", &r);
  r.run.problems[0].best_serial = NULL;
  analysis_free(&r.analyses[0]);
  r.analyses[0] = analyse(&r.run.problems[0]);
  assert_string_equal(r.analyses[0].figures[0].no_speedup, "the plan names no baseline");
  verdict_sentence(&words, &r.analyses[0]);
  assert_non_null(strstr(text_of(&words), "the plan has no best-serial baseline; fastest seen is "));
  assert_null(strstr(text_of(&words), "no valid time"));
  text_free(&words);
  result_free(&r);
}

static void wrong_and_failed_cells_get_no_speedup_but_a_reason(void **state) {
  struct scene *p = *state;
  struct result r;
  synth(p, "bad");
  load(p, "bad", &r);
  const struct figures *wrong = cell_of(&r.analyses[0], "plain", "omp", 1);
  const struct figures *crash = cell_of(&r.analyses[0], "plain", "fork", 1);
  const struct figures *skipped = cell_of(&r.analyses[0], "memo", "fork", 1);
  assert_string_equal(wrong->no_speedup, "wrong answer");
  assert_string_equal(crash->no_speedup, "crash");
  assert_string_equal(skipped->no_speedup, "skipped");
  assert_int_equal(wrong->standing, NOT_COMPARED);
  assert_int_equal(wrong->speedup.n, 0);
  struct text words = {0};
  trouble_words(&words, skipped);
  assert_non_null(strstr(text_of(&words), "does not offer SHARED"));
  text_free(&words);
  assert_int_equal(result_exit(&r), 1);
  result_free(&r);
}

static void answers_that_differ_are_wrong_whatever_the_status(void **state) {
  struct scene *p = *state;
  struct result r;
  char path[128];
  size_t length;
  synth(p, "exact");
  snprintf(path, sizeof path, "%s/exact/samples.csv", p->folder);
  char *rows = get(path, &length);
  char *digest = strstr(strstr(rows, "pthread"), "0123456789abcdef");
  digest[0] = '9';
  put_bytes(path, rows, length);
  free(rows);
  load(p, "exact", &r);
  size_t differ = 0;
  for (size_t i = 0; i < r.analyses[0].count; i++)
    differ += r.analyses[0].figures[i].cell->digests_differ && r.analyses[0].figures[i].speedup.n == 0;
  assert_int_equal(differ, 1);
  assert_int_equal(result_exit(&r), 1);
  result_free(&r);
}

static void under_six_rounds_there_is_no_interval_and_no_verdict(void **state) {
  struct scene *p = *state;
  struct result r;
  struct text words = {0};
  synth(p, "few");
  load(p, "few", &r);
  const struct figures *f = cell_of(&r.analyses[4], "pow", "omp", 2);
  assert_near(f->speedup.coverage, 0, 0);
  assert_int_equal(f->standing == BEST || f->standing == UNDECIDED, 1);
  speedup_words(&words, &r.analyses[4], f, true);
  assert_non_null(strstr(text_of(&words), "[–]"));
  text_free(&words);
  verdict_sentence(&words, &r.analyses[4]);
  assert_non_null(strstr(text_of(&words), "too few"));
  assert_null(strchr(text_of(&words), '['));
  text_free(&words);
  result_free(&r);
}

static void a_run_in_which_all_failed_decides_nothing(void **state) {
  struct scene *p = *state;
  struct result r;
  struct text out = {0};
  synth(p, "failed");
  load(p, "failed", &r);
  assert_int_equal(result_exit(&r), 3);
  show_run(&out, &r, (struct screen){.columns = 100, .unicode = true});
  assert_non_null(strstr(text_of(&out), "no cell has both a valid time"));
  assert_non_null(strstr(text_of(&out), "FAILED"));
  text_free(&out);
  result_free(&r);
}

/* ---- files that are not what they should be ---- */

static void change(const struct scene *p, const char *file, const char *from, const char *to) {
  char path[160];
  size_t length;
  struct text changed = {0};
  snprintf(path, sizeof path, "%s/exact/%s", p->folder, file);
  char *bytes = get(path, &length), *at = strstr(bytes, from);
  assert_non_null(at);
  text_bytes(&changed, bytes, (size_t)(at - bytes));
  text_add(&changed, to);
  text_add(&changed, at + strlen(from));
  put_bytes(path, text_of(&changed), changed.length);
  text_free(&changed);
  free(bytes);
}

static void the_cpus_of_a_placement_are_those_that_rows_name(void **state) {
  static const struct {
    const char *said;
    int64_t cpus;
  } cases[] = {{"0+0", 1}, {"0+1+0+1+10", 3}, {"", 0}, {"x+-1+ 7+99999999999999999999", 0}, {"+", 0}};
  struct scene *p = *state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct result r;
    char to[80];
    synth(p, "exact");
    snprintf(to, sizeof to, ",8,8,8,8,%s,1,", cases[i].said);
    change(p, "samples.csv", ",8,8,8,8,,1,", to); /* workers, of the team, threads, usable CPUs, cpus, round */
    load(p, "exact", &r);
    int64_t most = 0;
    for (size_t j = 0; j < r.run.problems[0].count; j++)
      most = r.run.problems[0].cells[j].bound_cpus > most ? r.run.problems[0].cells[j].bound_cpus : most;
    assert_int_equal(most, cases[i].cpus);
    result_free(&r);
  }
}

static void refuse(const struct scene *p, const char *says) {
  struct result r;
  struct fault why = {0};
  char folder[128];
  snprintf(folder, sizeof folder, "%s/exact", p->folder);
  assert_int_equal(result_load(&r, folder, &why), -1);
  if (!strstr(why.text, says))
    fail_msg("'%s' does not say '%s'", why.text, says);
  result_free(&r);
}

static void bad_runs_are_refused_with_a_reason(void **state) {
  struct scene *p = *state;
  static const struct {
    const char *file, *from, *to, *says;
  } bad[] = {
      {"samples.csv", "\n1,", "\n2,", "samples.csv:2: schema 2 is newer than this nway reads"},
      {"samples.csv", ",ok,", ",okk,", "unknown status 'okk'; did you mean 'ok'?"},
      {"samples.csv", ",sample,1,", ",sample,0,", "the same sample as line"},
      {"samples.csv", "wall_ns", "wall_ms", "column 'wall_ns' is missing; the nearest is 'wall_ms'"},
      {"plan.csv", "strong,1,", "strong,-1,", "plan.csv:2: workers: '-1' is not from 1 to 1000000000; restore"},
      {"plan.csv", "1,0,,sum,n=1000,fast,seq", "1,0,,sum,n=1000,plain,seq", "plan.csv:3: duplicate cell"},
      {"run.json", "\"seed\"", "\"schema\"", "run.json"},
      {"machine.json", "}]", "}", "machine.json:"},
      {"catalog.json", "\"schema\": 1", "\"schema\": 2", "newer nway"},
  };
  for (size_t i = 0; i < LENGTH(bad); i++) {
    synth(p, "exact");
    change(p, bad[i].file, bad[i].from, bad[i].to);
    refuse(p, bad[i].says);
  }
}

static void a_torn_last_row_is_dropped_and_told(void **state) {
  struct scene *p = *state;
  char path[160];
  size_t length;
  synth(p, "exact");
  snprintf(path, sizeof path, "%s/exact/samples.csv", p->folder);
  char *bytes = get(path, &length);
  size_t last = length - 1;
  while (bytes[last - 1] != '\n')
    last--;
  for (size_t cut = last + 1; cut < length; cut += 7) {
    struct result r;
    put_bytes(path, bytes, cut);
    load(p, "exact", &r);
    assert_int_equal(r.run.torn, 1);
    assert_int_equal(r.run.notice_count, 1);
    assert_near(cell_of(&r.analyses[0], "fast", "pthread", 8)->speedup.median, 6.4, 1e-6);
    result_free(&r);
  }
  free(bytes);
}

static void times_that_are_not_positive_are_left_out_and_told(void **state) {
  struct scene *p = *state;
  struct result r;
  synth(p, "exact");
  change(p, "samples.csv", ",sample,0,1,1250000,", ",sample,0,1,-5,");
  load(p, "exact", &r);
  assert_int_equal(cell_of(&r.analyses[0], "fast", "pthread", 8)->speedup.n, 11);
  assert_int_equal(r.run.notice_count, 1);
  result_free(&r);
}

static void superseded_rows_make_room_for_new_ones(void **state) {
  struct scene *p = *state;
  struct result r;
  char path[160];
  size_t length;
  synth(p, "exact");
  snprintf(path, sizeof path, "%s/exact/samples.csv", p->folder);
  char *bytes = get(path, &length), *first = strchr(bytes, '\n') + 1;
  size_t process = 0;
  for (int i = 0; i < 4; i++)
    process += strcspn(first + process, "\n") + 1;
  struct text all = {0};
  text_bytes(&all, bytes, length);
  text_bytes(&all, first, strcspn(first, "\n") + 1); /* the first row once more, as a mark */
  char *status = strstr(all.bytes + length, ",ok,");
  assert_non_null(status);
  struct text marked = {0};
  text_bytes(&marked, all.bytes, (size_t)(status - all.bytes));
  text_format(&marked, ",superseded,%s", status + 4);
  text_bytes(&marked, first, process); /* measured again */
  put_bytes(path, text_of(&marked), marked.length);
  text_free(&all), text_free(&marked), free(bytes);
  load(p, "exact", &r);
  assert_near(cell_of(&r.analyses[0], "fast", "pthread", 8)->speedup.median, 6.4, 1e-6);
  assert_int_equal(cell_of(&r.analyses[0], "fast", "pthread", 8)->speedup.n, 12);
  result_free(&r);
}

/* ---- words ---- */

static void foreign_text_stays_text(void **state) {
  (void)state;
  struct text out = {0};
  text_html(&out, "<b a=\"1\" c='2'>&\x1b\n\xff\xc2\x80é\xe2\x80\xae</b>");
  assert_string_equal(text_of(&out), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;\\x1B\\x0A\\xFF\\xC2\\x80é"
                                     "\\xE2\\x80\\xAE&lt;/b&gt;");
  text_free(&out);
  text_plain(&out, "a\x1b]0;x\x07\r\x7f\xc0\xaf");
  assert_string_equal(text_of(&out), "a\\x1B]0;x\\x07\\x0D\\x7F\\xC0\\xAF");
  text_free(&out);
  text_script(&out, "a`b\"c'd\\e$f@g{h}%i\nj<k|l µ×\xe2\x80\xae\xff", 100);
  assert_string_equal(text_of(&out), "aˋb\"c''d\\e$f@g{h}%i?j<k|l µ×??");
  text_free(&out);
  text_csv(&out, "a,\"b\"\nc"), text_add(&out, " "), text_csv(&out, "{d}'");
  assert_string_equal(text_of(&out), "\"a,\"\"b\"\"?c\" {d}'");
  text_free(&out);
}

static void the_nearest_word_is_found(void **state) {
  (void)state;
  static const char *const words[] = {"show", "report", "compare", "two"};
  assert_string_equal(nearest_word("shwo", words, 4), "show");
  assert_string_equal(nearest_word("repotr", words, 4), "report");
  assert_string_equal(nearest_word("tow", words, 4), "two");
  assert_string_equal(nearest_word("compar", words, 4), "compare");
  assert_null(nearest_word("xylophone", words, 4));
  assert_null(nearest_word("", words, 4));
}

static void numbers_have_three_digits_and_a_unit(void **state) {
  (void)state;
  char out[HUMAN_MAX];
  static const struct {
    double ns;
    const char *words;
  } times[] = {{0, "0.00 ns"},       {1.234, "1.23 ns"}, {999.4, "999 ns"},  {999.6, "1.00 µs"}, {12345, "12.3 µs"},
               {9.996e6, "10.0 ms"}, {1.5e9, "1.50 s"},  {7.2e12, "7200 s"}, {NAN, "–"}};
  for (size_t i = 0; i < LENGTH(times); i++)
    assert_string_equal(human_ns(out, times[i].ns), times[i].words);
  assert_string_equal(human_number(out, 0.04125), "0.0413");
  assert_string_equal(human_number(out, 6.4), "6.40");
  assert_string_equal(human_number(out, 0.00012345), "0.000123");
  assert_string_equal(human_number(out, 0.0099951), "0.0100");
  assert_string_equal(human_number(out, 0.009991), "0.00999");
  assert_string_equal(human_percent(out, 0.949), "95 %");
  assert_string_equal(human_si(out, 2.41e6), "2.41 M");
}

static void no_zero_has_a_minus(void **state) {
  (void)state;
  char out[HUMAN_MAX];
  assert_string_equal(human_percent(out, -0.0004), "0.0 %");
  assert_string_equal(human_percent(out, -0.0006), "-0.1 %");
  assert_string_equal(human_number(out, -0.0), "0.00");
  assert_string_equal(human_number(out, -1e-15), "0.000000000000");
  assert_false(signbit(no_minus_zero(-0.0049, 2)));
  assert_true(no_minus_zero(-0.0051, 2) < 0);
  assert_false(signbit(change_percent(1.00001)));
  assert_true(change_percent(1.001) < 0);
}

static void the_terminal_shows_what_it_always_showed(void **state) {
  struct scene *p = *state;
  struct result r;
  struct text out = {0};
  size_t length;
  synth(p, "exact");
  load(p, "exact", &r);
  free(r.run.folder);
  r.run.folder = must_copy("results/exact");
  show_run(&out, &r, (struct screen){.columns = 100, .unicode = true});
  if (getenv("GOLDEN_WRITE"))
    put("tests/golden/show-exact.txt", text_of(&out));
  char *golden = get("tests/golden/show-exact.txt", &length);
  assert_string_equal(text_of(&out), golden);
  free(golden);
  text_free(&out);
  show_run(&out, &r, (struct screen){.columns = 60});
  for (const char *at = text_of(&out); *at; at++)
    assert_true((unsigned char)*at < 0x80);
  text_free(&out);
  result_free(&r);
}

static size_t widest_line(const char *text) {
  size_t widest = 0;
  for (const char *line = text; *line;) {
    char copy[1024];
    size_t bytes = strcspn(line, "\n");
    snprintf(copy, sizeof copy, "%.*s", (int)bytes, line);
    size_t columns = text_columns(copy);
    widest = columns > widest ? columns : widest;
    line += bytes + (line[bytes] == '\n');
  }
  return widest;
}

static void no_line_is_wider_than_the_screen(void **state) {
  struct scene *p = *state;
  static const char *const scenarios[] = {"exact", "two", "bad", "many"};
  for (size_t i = 0; i < LENGTH(scenarios); i++) {
    struct result r;
    synth(p, scenarios[i]);
    load(p, scenarios[i], &r);
    free(r.run.folder);
    r.run.folder = must_copy("r");
    for (size_t columns = 56; columns <= 120; columns++) {
      struct text out = {0};
      show_run(&out, &r, (struct screen){.columns = columns, .unicode = true});
      if (widest_line(text_of(&out)) > columns)
        fail_msg("%s at %zu columns is %zu wide\n%s", scenarios[i], columns, widest_line(text_of(&out)), text_of(&out));
      text_free(&out);
    }
    result_free(&r);
  }
}

static void thinned_cells_take_one_line(void **state) {
  struct scene *p = *state;
  struct result r;
  struct text out = {0};
  synth(p, "exact");
  for (int i = 0; i < 2; i++) { /* two more cells, that were left out */
    char path[160], row[512];
    size_t length;
    snprintf(path, sizeof path, "%s/exact/plan.csv", p->folder);
    char *plan = get(path, &length), *line = strstr(plan, "pthread");
    while (line > plan && line[-1] != '\n')
      line--;
    struct text all = {0};
    snprintf(row, sizeof row, "%.*s", (int)strcspn(line, "\n"), line);
    text_bytes(&all, plan, length);
    char *workers = strstr(row, "strong,1,"), *state_at = strstr(row, "planned");
    text_format(&all, "%.*sstrong,%d,%.*sthinned,left out to keep the time budget%s\n", (int)(workers - row), row,
                3 + 2 * i, (int)(state_at - workers - 9), workers + 9, state_at + strlen("planned,"));
    put_bytes(path, text_of(&all), all.length);
    text_free(&all), free(plan);
  }
  load(p, "exact", &r);
  assert_int_equal(r.analyses[0].worker_count, 4);
  show_run(&out, &r, (struct screen){.columns = 100, .unicode = true, .results = "there", .runs = 2});
  assert_non_null(strstr(text_of(&out), "2 cells: left out to keep the time budget (worker counts 3, 5)"));
  assert_null(strstr(text_of(&out), "thinned"));
  assert_non_null(strstr(text_of(&out), "nway compare --results there @1 @0"));
  text_free(&out);
  result_free(&r);
}

static void two_runs_are_set_side_by_side_without_a_verdict(void **state) {
  struct scene *p = *state;
  struct result a, b;
  struct text out = {0};
  synth(p, "exact");
  load(p, "exact", &a);
  load(p, "exact", &b);
  assert_int_equal(show_two(&out, &a, &b, (struct screen){.columns = 100, .unicode = true}), 6);
  assert_non_null(strstr(text_of(&out), "unpaired: two runs at two times"));
  assert_non_null(strstr(text_of(&out), "1.00\n"));
  text_free(&out);
  result_free(&a);
  result_free(&b);
}

/* ---- pages and charts ---- */

static char *report_file(const struct scene *p, const char *scenario, const char *name, size_t *length) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s/report/%s", p->folder, scenario, name);
  return get(path, length);
}

static void chart_data_hold_the_very_numbers(void **state) {
  struct scene *p = *state;
  struct result r;
  struct fault why = {0};
  size_t length;
  synth(p, "exact");
  load(p, "exact", &r);
  struct page_outcome outcome = page_write(&r, course_pages, ROWS_IF_SMALL, &why);
  assert_false(outcome.failed);
  char *csv = report_file(p, "exact", "data/p01-m2-speedup.csv", &length);
  static const char *const rows[] = {",pthread,1,1,12,1,1,1,1,", ",pthread,1,2,12,1.9", ",pthread,1,4,12,3.6",
                                     ",pthread,1,8,12,6.4,6.4,6.4,8,NaN,"};
  for (size_t i = 0; i < LENGTH(rows); i++)
    if (!strstr(csv, rows[i]))
      fail_msg("no '%s' in\n%s", rows[i], csv);
  free(csv);
  csv = report_file(p, "exact", "data/waterfall.csv", &length);
  assert_non_null(strstr(csv, ",80000000,"));
  assert_non_null(strstr(csv, ",8000000,"));
  assert_non_null(strstr(csv, ",1250000,"));
  free(csv);
  result_free(&r);
}

static size_t times_in(const char *text, const char *word) {
  size_t count = 0;
  for (const char *at = text; (at = strcasestr(at, word)); at += strlen(word))
    count++;
  return count;
}

static void hostile_names_do_nothing(void **state) {
  struct scene *p = *state;
  struct result r;
  struct fault why = {0};
  struct text out = {0};
  size_t length;
  unlink("/tmp/canary");
  synth(p, "hostile");
  load(p, "hostile", &r);
  assert_false(page_write(&r, course_pages, ROWS_IF_SMALL, &why).failed);
  char *page = report_file(p, "hostile", "report.html", &length);
  assert_int_equal(times_in(page, "<script"), 1); /* its own */
  assert_int_equal(times_in(page, "<img"), 0);
  assert_int_equal(times_in(page, "\" onload"), 0);
  assert_int_equal(memchr(page, 0x1b, length) == NULL, 1);
  assert_true(times_in(page, "&lt;script&gt;alert(1)") > 0);
  free(page);
  char *script = report_file(p, "hostile", "gnuplot/p01-speedup.gp", &length);
  assert_null(strchr(script, '`'));
  assert_null(strstr(script, "canary`"));
  free(script);
  show_run(&out, &r, (struct screen){.columns = 100, .unicode = true});
  assert_null(strchr(text_of(&out), 0x1b));
  assert_null(strchr(text_of(&out), 0xff));
  text_free(&out);
  assert_int_equal(access("/tmp/canary", F_OK), -1);
  result_free(&r);
}

/* The page with another gnuplot on PATH: a script of one's own, or none at all. */
static struct page_outcome page_of(const struct scene *p, const char *run, const char *gnuplot, char **page) {
  struct result r;
  struct fault why = {0};
  char folder[128], path[160], *old = strdup(getenv("PATH"));
  size_t length;
  snprintf(folder, sizeof folder, "%s/bin", p->folder);
  mkdir(folder, 0777);
  snprintf(path, sizeof path, "%s/gnuplot", folder);
  unlink(path);
  if (gnuplot) {
    put(path, gnuplot);
    assert_int_equal(chmod(path, 0755), 0);
  }
  synth(p, run);
  load(p, run, &r);
  setenv("PATH", folder, 1);
  struct page_outcome outcome = page_write(&r, course_pages, ROWS_IF_SMALL, &why);
  setenv("PATH", old, 1);
  free(old);
  *page = report_file(p, run, "report.html", &length);
  result_free(&r);
  return outcome;
}

static struct page_outcome page_with(const struct scene *p, const char *gnuplot, char **page) {
  return page_of(p, "exact", gnuplot, page);
}

/* I22: where no point is valid there is no chart to draw; where some are, the same gnuplot is called and noticed. */
static void without_a_valid_point_gnuplot_is_not_called(void **state) {
  struct scene *p = *state;
  char stub[200], called[160], *page;
  snprintf(called, sizeof called, "%s/called", p->folder);
  snprintf(stub, sizeof stub, "#!/bin/sh\necho x >%s\nexit 1\n", called);
  unlink(called);
  page_of(p, "failed", stub, &page);
  assert_int_equal(access(called, F_OK), -1);
  assert_non_null(strstr(page, "no cell has both a valid time"));
  free(page);
  page_of(p, "exact", stub, &page);
  assert_int_equal(access(called, F_OK), 0);
  free(page);
}

static void without_gnuplot_the_page_is_whole_but_for_charts(void **state) {
  struct scene *p = *state;
  static const struct {
    const char *gnuplot, *says;
  } cases[] = {
      {NULL, "gnuplot is not installed"},
      {"#!/bin/sh\necho 'line 3: broken' >&2\nexit 1\n", "status 1: line 3: broken"},
      {"#!/bin/sh\nkill -9 $$\n", "signal 9"},
      {"#!/bin/sh\nexit 0\n", "gnuplot did not write"},
      {"#!/bin/sh\nfor g in p*.gp overview.gp waterfall.gp; do echo '<svg><desc></desc><script>x</script></svg>' "
       ">${g%.gp}.svg; done\n",
       "unsafe content '<script'"},
      {"#!/bin/sh\nfor g in p*.gp overview.gp waterfall.gp; do echo '<svg><desc></desc><g></g></svg>' >${g%.gp}.svg; "
       "printf '\\211PNG\\r\\n\\032\\n' >../png/${g%.gp}.png.part; done\n",
       "incomplete PNG"},
  };
  for (size_t i = 0; i < LENGTH(cases); i++) {
    char *page;
    struct page_outcome outcome = page_with(p, cases[i].gnuplot, &page);
    assert_false(outcome.failed);
    assert_true(outcome.charts_missing);
    if (!strstr(outcome.why.text, cases[i].says))
      fail_msg("'%s' does not say '%s'", outcome.why.text, cases[i].says);
    assert_non_null(strstr(page, "6.40×"));
    assert_non_null(strstr(page, "</html>"));
    assert_int_equal(times_in(page, "<script"), 1); /* its own */
    assert_int_equal(strstr(page, "Chart unavailable") != NULL, i < 5);
    free(page);
  }
}

static void drawings_with_anything_active_are_refused(void **state) {
  struct scene *p = *state;
  static const char *const bad[] = {
      "<script>x</script>",           "<SCRIPT >x",      "<g onload='x'/>",  "<g\tONCLICK = \"x\"/>",
      "<a xlink:href=\"http://x\"/>", "<a href='//x'/>", "<foreignObject/>", "<image x='1'/>",
      "<a x='javascript:x'/>"};
  struct chart chart = {.title = "t<", .caption = "c", .width = 10, .height = 10};
  struct fault why;
  struct text svg = {0};
  struct place at;
  const char *name = strrchr(p->file, '/') + 1;
  char folder[200];
  snprintf(folder, sizeof folder, "%.*s", (int)(name - p->file), p->file);
  assert_int_equal(place_open(&at, folder, &why), 0);
  for (size_t i = 0; i < LENGTH(bad); i++) {
    text_format(&svg, "<svg><desc>x</desc>%s</svg>", bad[i]);
    put(p->file, text_of(&svg));
    assert_null(embed_svg(&at, name, "k1-", &chart, &why));
    text_free(&svg);
  }
  put(p->file, "<?xml?><svg><desc>x</desc><g id='gpDot'/><use xlink:href='#gpDot' color='black'/></svg>");
  char *good = embed_svg(&at, name, "k1-", &chart, &why);
  assert_non_null(good);
  assert_non_null(strstr(good, "<title id=\"k1-title\">t&lt;</title>"));
  assert_non_null(strstr(good, "id='k1-gpDot'"));
  assert_non_null(strstr(good, "href='#k1-gpDot' color='currentColor'"));
  free(good);
  put(p->file,
      "<svg><desc>x</desc><text x='1'><tspan> items=5M once=3 onload=x href=y javascript:z</tspan></text></svg>");
  good = embed_svg(&at, name, "k1-", &chart, &why); /* words between tags do nothing */
  assert_non_null(good);
  free(good);
  put(p->file, "<svg><desc>x</desc><text y='>' onclick='x'>t</text></svg>");
  assert_null(embed_svg(&at, name, "k1-", &chart, &why));
  put(p->file, "<svg><desc>x</desc><g>");
  assert_null(embed_svg(&at, name, "k1-", &chart, &why));
  assert_non_null(strstr(why.text, "incomplete"));
  place_close(&at);
}

static void compare_never_divides_over_machines(void **state) {
  struct scene *p = *state;
  struct result runs[2];
  struct fault why = {0};
  struct text out = {0};
  size_t length;
  synth(p, "exact");
  load(p, "exact", &runs[0]);
  load(p, "exact", &runs[1]);
  struct page_outcome outcome = compare_write(runs, 2, &out, (struct screen){.columns = 100, .unicode = true}, &why);
  assert_false(outcome.failed || outcome.nothing);
  assert_non_null(strstr(text_of(&out), "800 k")); /* 1000 terms in 1.25 ms */
  char *page = report_file(p, "exact", "compare.html", &length);
  assert_int_equal(times_in(page, "speedup ["), 0);
  assert_non_null(strstr(page, "No speedup over another machine's baseline is shown"));
  free(page);
  text_free(&out);
  result_free(&runs[0]);
  result_free(&runs[1]);
}

/* The first sentence names the machine, the problem, the counts and the ratio; a missing problem is told. */
static void compare_names_the_faster_machine(void **state) {
  struct scene *p = *state;
  struct result runs[2];
  struct fault why = {0};
  struct text out = {0};
  size_t length;
  synth(p, "two"), synth(p, "large");
  load(p, "two", &runs[0]), load(p, "large", &runs[1]);
  runs[1].run.problems[0].problem[0] = 'x';     /* a problem that only the second run has */
  struct machines alike = machines_of(runs, 2); /* both runs have one identity */
  char **names = run_names(runs, 2);
  struct text *warnings;
  machines_sentence(&out, &alike, names);
  assert_true(strstr(text_of(&out), "No machine is proven faster: ") == text_of(&out));
  assert_null(strstr(text_of(&out), "is faster for"));
  assert_non_null(strstr(text_of(&out), "not judged, because one run a side"));
  assert_non_null(strstr(text_of(&out), " (the largest: B "));
  text_free(&out);
  assert_int_equal(machine_warnings(&alike, &warnings), 1);
  assert_non_null(strstr(text_of(&warnings[0]), "ran on the same machine"));
  text_free(&warnings[0]), free(warnings);
  run_names_free(names, 2), machines_free(&alike);
  runs[1].run.machine_id[0] = 'x';
  struct page_outcome outcome = compare_write(runs, 2, &out, (struct screen){.columns = 900, .unicode = true}, &why);
  assert_false(outcome.failed || outcome.nothing);
  assert_true(strstr(text_of(&out), "B (AMD EPYC 9654, 64 cores) is faster for 1 of 4 problems: power_sum by ") ==
              text_of(&out));
  assert_non_null(strstr(text_of(&out), "] (64 workers against 2); "));
  assert_non_null(strstr(text_of(&out), "B was faster in these runs: 1.1")); /* factorial what=one n=100k */
  assert_non_null(strstr(text_of(&out), "factorial what=list n=499 is missing in B."));
  assert_null(strstr(text_of(&out), "ran on the same machine"));
  char *page = report_file(p, "two", "compare.html", &length);
  assert_non_null(strstr(page, "VIRTUALISED"));
  assert_non_null(strstr(page, "<td class=\"n\">48</td>")); /* every count, not only the best */
  assert_null(strstr(page, "8589934592"));
  free(page);
  text_free(&out);
  result_free(&runs[0]), result_free(&runs[1]);
}

/* A busy machine's lead is told as seen, with that reason and without the word faster. */
static void compare_of_a_busy_run_calls_nothing_faster(void **state) {
  struct scene *p = *state;
  struct result runs[2];
  struct text out = {0};
  synth(p, "two"), synth(p, "large");
  load(p, "two", &runs[0]), load(p, "large", &runs[1]);
  runs[1].run.machine_id[0] = 'x';
  runs[1].run.foreign_ns = 1, runs[1].run.watched_ns = 10;
  struct machines m = machines_of(runs, 2);
  for (size_t i = 0; i < m.shared; i++) {
    contest_words(&out, &m, &m.contests[i]);
    text_add(&out, "\n");
  }
  assert_non_null(strstr(text_of(&out), "B did in these runs: "));
  assert_non_null(strstr(text_of(&out), "; not judged: a machine was BUSY"));
  assert_null(strstr(text_of(&out), "was faster"));
  assert_null(strstr(text_of(&out), "one run a side"));
  text_free(&out), machines_free(&m);
  result_free(&runs[0]), result_free(&runs[1]);
}

static void replace_text(char **at, const char *text) {
  free(*at);
  *at = strdup(text);
}

/* What one run measured larger because its machine is, is no reason to compare nothing: the warning has the command. */
static void sizes_that_follow_the_machine_come_with_the_command(void **state) {
  struct scene *p = *state;
  struct result runs[2];
  struct text *warnings, out = {0};
  static const char *const names[] = {"size", "passes", "elements", "few"};
  static const char *const sizes[][4] = {{"8", "4", "4M", "2"}, {"64", "$(false)", "32M", "4"}};
  synth(p, "two"), synth(p, "large");
  load(p, "two", &runs[0]), load(p, "large", &runs[1]);
  for (int i = 0; i < 2; i++) {
    replace_text(&runs[i].run.config_text, "[problem a]\nn = 10k*${size}\nn = ${elements}\npasses = ${passes}\n"
                                           "workers = 1..${few}\n");
    replace_text(&runs[i].run.config_file, "a.conf");
    assert_int_equal(runs[i].run.size_count, 0);
    runs[i].run.sizes = calloc(4, sizeof *runs[i].run.sizes);
    for (size_t k = 0; k < 4; k++)
      runs[i].run.sizes[runs[i].run.size_count++] = (struct chosen_size){strdup(names[k]), strdup(sizes[i][k])};
  }
  size_t last = runs[1].run.problem_count - 1;
  replace_text(&runs[1].run.problems[last].problem, "n=800k"); /* power_sum, the only one of its kernel */
  runs[1].run.machine_id[0] = 'x';
  for (int same = 0; same < 2; same++) {
    struct machines m = machines_of(runs, 2);
    size_t count = machine_warnings(&m, &warnings);
    assert_int_equal(count, same ? 1 : 2);
    assert_non_null(strstr(text_of(&warnings[0]), "not compared: power_sum (n=100k; n=800k)."));
    if (same)
      assert_non_null(strstr(text_of(&warnings[0]), "Run the same configuration on each machine."));
    else
      assert_non_null(strstr(text_of(&warnings[1]), "measure A with those of B: nway run -c a.conf --define size=64 "
                                                    "--define elements=32M"));
    for (size_t i = 0; i < count; i++)
      text_free(&warnings[i]);
    free(warnings), machines_free(&m);
    replace_text(&runs[0].run.config_text, "another"); /* then nothing says that one command would do */
  }
  shape_beside(&out, "A: AMD EPYC, 2 cores", &runs[0].run);
  assert_int_equal(out.length, 0);
  shape_beside(&out, "A: AMD EPYC, 12 cores", &runs[0].run);
  assert_string_equal(text_of(&out), "2 cores");
  text_free(&out);
  result_free(&runs[0]), result_free(&runs[1]);
}

/* Many problems fold together from the 25th on; the page keeps every one. */
static void many_problems_fold_together(void **state) {
  struct scene *p = *state;
  struct result result = {0};
  struct fault why = {0};
  size_t length;
  synth(p, "lot");
  load(p, "lot", &result);
  result.alone = true; /* no slides */
  assert_false(page_write(&result, NULL, ROWS_LEFT_OUT, &why).failed);
  char *page = report_file(p, "lot", "report.html", &length);
  assert_int_equal(times_in(page, "<summary>Problems 25 to 26, without charts of losses, fits and processes</summary>"),
                   1);
  assert_int_equal(times_in(page, "<summary>26 problems</summary>"), 1);
  assert_int_equal(times_in(page, "<h2 id=\"p"), 26);
  assert_non_null(strstr(page, "The first 16 of 26 problems."));
  const char *last = strstr(page, "<h2 id=\"p26\">");
  assert_non_null(last);
  assert_non_null(strstr(last, "Speedup"));
  assert_null(strstr(last, "Every process: spread and drift"));
  free(page);
  result_free(&result);
}

/* Only a problem in both ways makes the section; each side has its own data. */
static void strong_and_weak_scaling_stand_side_by_side(void **state) {
  struct scene *p = *state;
  struct result result = {0};
  struct fault why = {0};
  size_t length;
  synth(p, "scales");
  load(p, "scales", &result);
  assert_false(page_write(&result, NULL, ROWS_LEFT_OUT, &why).failed);
  char *page = report_file(p, "scales", "report.html", &length);
  assert_non_null(strstr(page, "At 64 workers the fixed problem is done at best 58."));
  assert_non_null(strstr(page, "; 64 times the work goes through at 60."));
  assert_int_equal(times_in(page, "Strong: the same work for all workers"), 1);
  free(page);
  char *strong = report_file(p, "scales", "data/p01-strong.csv", &length);
  char *weak = report_file(p, "scales", "data/p01-weak.csv", &length);
  assert_non_null(strstr(strong, ",64,11.")); /* fork: each worker costs */
  assert_non_null(strstr(weak, ",64,48."));
  free(strong), free(weak);
  result.run.problem_count = 1;
  assert_false(page_write(&result, NULL, ROWS_LEFT_OUT, &why).failed);
  page = report_file(p, "scales", "report.html", &length);
  assert_null(strstr(page, "id=\"pairs\""));
  free(page);
  result.run.problem_count = 2;
  result_free(&result);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, drop_place)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_cell_is_held_against_the_three_nearest_baselines),
      cmocka_unit_test(a_process_is_above_the_median_of_its_partners_half_the_time),
      cmocka_unit_test(the_baseline_pairs_with_another_process_of_its_own),
      cmocka_unit_test(noise_counts_each_pair_of_a_ratio_once_around_its_median),
      cmocka_unit_test(one_ratio_has_one_interval),
      cmocka_unit_test(a_wide_interval_makes_neither_a_best_nor_equals),
      cmocka_unit_test(what_holm_does_not_prove_is_not_called_proven),
      cmocka_unit_test(the_headline_is_short_and_pays_for_the_choice),
      cmocka_unit_test(a_baseline_that_is_not_the_fastest_serial_cell_is_told),
      cmocka_unit_test(failed_processes_never_count),
      cmocka_unit_test(disturbed_pairs_are_left_out_until_they_are_too_many),
      cmocka_unit_test(intervals_and_checks_are_the_known_ones),
      cmocka_unit_test(karp_flatt_knows_its_example),
      IN_PLACE(known_speedups_come_out_exactly),
      cmocka_unit_test(the_ideal_ends_at_the_cpus),
      IN_PLACE(equals_and_the_knee_are_found),
      IN_PLACE(a_machine_that_steals_is_called_noisy),
      IN_PLACE(more_threads_than_cpus_of_the_placement_are_oversubscribed),
      IN_PLACE(the_cpus_of_a_placement_are_those_that_rows_name),
      IN_PLACE(the_table_of_all_cells_has_a_column_for_each_axis_that_varies),
      IN_PLACE(a_baseline_that_nobody_named_did_not_fail),
      IN_PLACE(wrong_and_failed_cells_get_no_speedup_but_a_reason),
      IN_PLACE(answers_that_differ_are_wrong_whatever_the_status),
      IN_PLACE(under_six_rounds_there_is_no_interval_and_no_verdict),
      IN_PLACE(a_run_in_which_all_failed_decides_nothing),
      IN_PLACE(bad_runs_are_refused_with_a_reason),
      IN_PLACE(a_torn_last_row_is_dropped_and_told),
      IN_PLACE(times_that_are_not_positive_are_left_out_and_told),
      IN_PLACE(superseded_rows_make_room_for_new_ones),
      cmocka_unit_test(foreign_text_stays_text),
      cmocka_unit_test(the_nearest_word_is_found),
      cmocka_unit_test(no_zero_has_a_minus),
      cmocka_unit_test(numbers_have_three_digits_and_a_unit),
      IN_PLACE(the_terminal_shows_what_it_always_showed),
      IN_PLACE(no_line_is_wider_than_the_screen),
      IN_PLACE(thinned_cells_take_one_line),
      IN_PLACE(two_runs_are_set_side_by_side_without_a_verdict),
      IN_PLACE(chart_data_hold_the_very_numbers),
      IN_PLACE(hostile_names_do_nothing),
      IN_PLACE(without_gnuplot_the_page_is_whole_but_for_charts),
      IN_PLACE(without_a_valid_point_gnuplot_is_not_called),
      IN_PLACE(drawings_with_anything_active_are_refused),
      IN_PLACE(compare_never_divides_over_machines),
      IN_PLACE(compare_names_the_faster_machine),
      IN_PLACE(compare_of_a_busy_run_calls_nothing_faster),
      IN_PLACE(sizes_that_follow_the_machine_come_with_the_command),
      IN_PLACE(many_problems_fold_together),
      IN_PLACE(strong_and_weak_scaling_stand_side_by_side),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

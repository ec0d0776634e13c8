/* Tests that a plan is ordered fairly, fits its budget in the promised order, and is written as it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "plan/builds.h"
#include "plan/plan.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- plans made by hand: task t is block t, each with one seq cell and the parallel cells after it ---- */

enum { TASKS = 4, CELLS = 700 };
static const struct known_variant seq = {.name = (char *)"seq", .serial = true}, omp = {.name = (char *)"omp"},
                                  fork_variant = {.name = (char *)"fork"};
static const struct known_kernel kernel = {.name = (char *)"factorial"};

static struct pin pins[] = {{.policy = "none", .memory = "local"}, {.policy = "cores", .memory = "local"}};

struct model {
  struct task tasks[TASKS];
  struct plan_cell cells[CELLS];
  struct plan plan;
};

static struct model *model_of(int blocks) {
  struct model *m = calloc(1, sizeof *m);
  assert_non_null(m);
  for (int i = 0; i < blocks; i++)
    m->tasks[i] = (struct task){.kernel = &kernel, .block = i, .problem = "list n=499", .method = "plain"};
  m->plan = (struct plan){.tasks = m->tasks,
                          .cells = m->cells,
                          .pins = pins,
                          .pin_count = 2,
                          .task_count = blocks,
                          .block_count = blocks,
                          .rounds = 12,
                          .samples = 3,
                          .usable_cpus = 2};
  return m;
}

static struct plan_cell *add_cell(struct model *m, int task, const struct known_variant *variant, int workers) {
  assert_true(m->plan.cell_count < CELLS);
  struct plan_cell *cell = &m->cells[m->plan.cell_count++];
  *cell = (struct plan_cell){.state = CELL_PLANNED,
                             .task = task,
                             .block = m->tasks[task].block,
                             .variant = variant,
                             .workers = workers,
                             .iterations = 10,
                             .samples = 3,
                             .schedule = {SCHEDULE_STATIC, 1},
                             .pilot_ns = 1000000,
                             .process_ns = 50000000};
  return cell;
}

/* One block: the baseline and `others` cells after it. */
static struct model *block_of(int others) {
  struct model *m = model_of(1);
  add_cell(m, 0, &seq, 1)->best_serial = true;
  for (int i = 0; i < others; i++)
    add_cell(m, 0, i % 2 ? &omp : &fork_variant, 1 + i / 2);
  return m;
}

static struct fault no_fault; /* of plan_order, whose only one is a lack of memory */

/* ---- baselines ---- */

static void a_program_without_warm_up_executes_its_samples_and_no_more(void **state) {
  (void)state;
  static const struct known_kernel program = {.name = (char *)"command", .needs = NEED_OWN};
  struct task of_program = {.kernel = &program}, of_kernel = {.kernel = &kernel};
  struct plan_cell cell = {.iterations = 1, .samples = 2, .pilot_ns = 100};
  plan_expect_process(&cell, &of_program, 7, 150);
  assert_int_equal(cell.process_ns, 7 + 2 * 100);
  plan_expect_process(&cell, &of_kernel, 7, 150);
  assert_int_equal(cell.process_ns, 7 + 150 + 2 * 100);
  cell.warmup = 1;
  plan_expect_process(&cell, &of_program, 7, 150);
  assert_int_equal(cell.process_ns, 7 + 150 + 3 * 100);
  cell.warmup = 0, cell.iterations = 10;
  plan_expect_process(&cell, &of_program, 7, 150);
  assert_int_equal(cell.process_ns, 7 + 150 + 20 * 100);
}

static void a_long_program_is_guessed_at_one_execution_a_process(void **state) {
  (void)state;
  static const struct known_kernel program = {.name = (char *)"command", .needs = NEED_OWN};
  const int64_t second = 1000000000;
  struct model *m = model_of(1);
  struct plan_cell *cell = add_cell(m, 0, &seq, 1);
  m->tasks[0].oracle_ns = 2 * second;
  assert_int_equal(plan_thin_by_guess(&m->plan, 100 * second), 2 * (PROCESS_GUESS_NS + 4 * second));
  m->tasks[0].kernel = &program;
  assert_int_equal(plan_thin_by_guess(&m->plan, 100 * second), 2 * (PROCESS_GUESS_NS + 2 * second));
  m->tasks[0].oracle_ns = second / 2; /* long for a program, whose pilot is that execution, and not for a kernel */
  assert_int_equal(plan_thin_by_guess(&m->plan, 100 * second), 2 * (PROCESS_GUESS_NS + second / 2));
  m->tasks[0].kernel = &kernel;
  assert_int_equal(plan_thin_by_guess(&m->plan, 100 * second), 6 * (PROCESS_GUESS_NS + second));
  assert_int_equal(cell->state, CELL_PLANNED);
  free(m);
}

static void the_fastest_serial_cell_of_each_block_is_its_baseline(void **state) {
  (void)state;
  struct model *m = model_of(3);
  m->tasks[1].block = 0, m->tasks[2].block = 1; /* two methods of one problem, and another problem */
  m->plan.block_count = 2;
  add_cell(m, 0, &seq, 1)->pilot_ns = 900;
  add_cell(m, 0, &omp, 1)->pilot_ns = 1;
  add_cell(m, 1, &seq, 1)->pilot_ns = 300;
  add_cell(m, 2, &seq, 1)->pilot_ns = 5000;
  plan_choose_baselines(&m->plan);
  assert_int_equal(plan_baseline(&m->plan, 0), 2);
  assert_int_equal(plan_baseline(&m->plan, 1), 3);
  assert_false(m->cells[0].best_serial || m->cells[1].best_serial);
  free(m);
}

static void a_cell_that_failed_or_was_never_timed_is_no_baseline(void **state) {
  (void)state;
  static const enum cell_state states[] = {CELL_FAILED, CELL_SKIPPED, CELL_THINNED};
  for (size_t i = 0; i < LENGTH(states); i++) {
    struct model *m = model_of(1);
    add_cell(m, 0, &seq, 1)->state = states[i];
    plan_choose_baselines(&m->plan);
    assert_int_equal(plan_baseline(&m->plan, 0), -1);
    add_cell(m, 0, &seq, 1)->pilot_ns = 0;
    plan_choose_baselines(&m->plan);
    assert_int_equal(plan_baseline(&m->plan, 0), -1);
    add_cell(m, 0, &seq, 1)->pilot_ns = INT64_MAX;
    plan_choose_baselines(&m->plan);
    assert_int_equal(plan_baseline(&m->plan, 0), 2);
    free(m);
  }
}

static void of_two_equally_fast_the_first_is_the_baseline(void **state) {
  (void)state;
  struct model *m = model_of(2);
  m->tasks[1].block = 0;
  add_cell(m, 0, &seq, 1);
  add_cell(m, 1, &seq, 1);
  plan_choose_baselines(&m->plan);
  assert_int_equal(plan_baseline(&m->plan, 0), 0);
  free(m);
}

static void baselines_are_named_by_what_they_are(void **state) {
  (void)state;
  struct model *m = model_of(1);
  struct plan_cell *cell = add_cell(m, 0, &seq, 1), *other = add_cell(m, 0, &omp, 1);
  assert_string_equal(plan_baseline_name(&m->plan, cell), "");
  cell->best_serial = true;
  assert_string_equal(plan_baseline_name(&m->plan, cell), "best-serial");
  m->tasks[0].naive = true;
  assert_string_equal(plan_baseline_name(&m->plan, cell), "naive best-serial");
  assert_string_equal(plan_baseline_name(&m->plan, other), ""); /* the naive method, but not its seq cell */
  add_cell(m, 0, &seq, 1)->pin = 1;
  assert_string_equal(plan_baseline_name(&m->plan, cell + 2), ""); /* bound in another way than the best serial */
  cell->best_serial = false;
  assert_string_equal(plan_baseline_name(&m->plan, cell), "naive");
  free(m);
}

/* ---- order ---- */

static const int sizes[] = {0, 1, 2, 3, 4, 5, 9, 10, 50, 99, 100, 101, 600};

static int order_of(const struct model *m, int block, uint64_t seed, int *order) {
  uint64_t random = seed;
  return plan_order(&m->plan, block, &random, order, &no_fault);
}

/* Blocks whose cells lie apart, one without a cell. */
static void the_listed_cells_of_a_block_are_those_that_a_search_finds(void **state) {
  (void)state;
  struct fault fault;
  struct model *m = model_of(4);
  for (int i = 0; i < 40; i++)
    add_cell(m, i % 7 % 3, i % 2 ? &omp : &seq, 1 + i);
  struct plan listed = m->plan;
  assert_int_equal(plan_index_blocks(&listed, &fault), 0);
  assert_int_equal(plan_index_blocks(&listed, &fault), 0); /* again, as after a change */
  for (int block = 0, cells = 0; block < 4; block++) {
    assert_int_equal(block_first(&listed, block), block_first(&m->plan, block));
    for (int i = block_first(&listed, block); i >= 0; i = block_next(&listed, i), cells++) {
      assert_int_equal(listed.cells[i].block, block);
      assert_int_equal(block_next(&listed, i), block_next(&m->plan, i));
    }
    assert_int_equal(plan_baseline(&listed, block), plan_baseline(&m->plan, block));
    assert_int_equal(plan_processes(&listed, block), plan_processes(&m->plan, block));
    assert_int_equal(plan_block_ns(&listed, block), plan_block_ns(&m->plan, block));
    assert_true(block < 3 || cells == 40);
  }
  free(listed.blocks.first), free(listed.blocks.next);
  free(m);
}

static void an_order_holds_each_cell_once_and_the_baseline_about_root_m_times(void **state) {
  (void)state;
  static const int repeats[] = {1, 1, 1, 2, 2, 3, 3, 3, 7, 10, 10, 10, 24};
  for (size_t i = 0; i < LENGTH(sizes); i++) {
    struct model *m = block_of(sizes[i]);
    int order[2 * CELLS + 3], seen[CELLS] = {0};
    int room = 2 * m->plan.cell_count + 2;
    order[room] = -77;
    int count = order_of(m, 0, 42, order);
    assert_int_equal(count, sizes[i] + repeats[i]);
    assert_int_equal(count, plan_processes(&m->plan, 0));
    assert_int_equal(order[room], -77);
    for (int j = 0; j < count; j++)
      seen[order[j]]++;
    assert_int_equal(seen[0], repeats[i]);
    for (int j = 1; j <= sizes[i]; j++)
      assert_int_equal(seen[j], 1);
    free(m);
  }
}

/* Places from place `at` to the nearest baseline (cell 0). */
static int distance_to_baseline(const int *order, int count, int at) {
  for (int by = 0;; by++)
    if ((at - by >= 0 && order[at - by] == 0) || (at + by < count && order[at + by] == 0))
      return by;
}

/* Pairs are made with the nearest baseline, so none may be far. */
static void the_baseline_is_spread_evenly(void **state) {
  (void)state;
  for (size_t i = 1; i < LENGTH(sizes); i++) {
    struct model *m = block_of(sizes[i]);
    int order[2 * CELLS + 2], count = order_of(m, 0, 7, order), times = count - sizes[i];
    int last = -1, least = count, most = 0;
    for (int j = 0; j < count; j++) {
      assert_true(distance_to_baseline(order, count, j) <= (sizes[i] + times - 1) / times / 2 + 1);
      if (order[j] != 0)
        continue;
      least = last >= 0 && j - last < least ? j - last : least;
      most = last >= 0 && j - last > most ? j - last : most;
      last = j;
    }
    assert_true(times < 2 || most - least <= 2);
    free(m);
  }
}

static void the_same_seed_gives_the_same_order(void **state) {
  (void)state;
  struct model *m = block_of(50);
  int first[2 * CELLS], second[2 * CELLS];
  for (uint64_t seed = 0; seed < 20; seed++) {
    int count = order_of(m, 0, seed, first);
    assert_int_equal(order_of(m, 0, seed, second), count);
    assert_memory_equal(first, second, (size_t)count * sizeof *first);
  }
  free(m);
}

static void different_seeds_and_rounds_give_different_orders(void **state) {
  (void)state;
  struct model *m = block_of(50);
  int first[2 * CELLS], second[2 * CELLS], count = 0;
  for (uint64_t seed = 0; seed < 20; seed++) {
    count = order_of(m, 0, seed, first);
    order_of(m, 0, seed + 1, second);
    assert_memory_not_equal(first, second, (size_t)count * sizeof *first);
  }
  uint64_t random = 3;
  plan_order(&m->plan, 0, &random, first, &no_fault);
  plan_order(&m->plan, 0, &random, second, &no_fault); /* the next round goes on from there */
  assert_memory_not_equal(first, second, (size_t)count * sizeof *first);
  free(m);
}

/* Over many rounds each cell stands first as often as any other: 6000 draws of 1/10 have a deviation of 23. */
static void every_cell_comes_to_every_place(void **state) {
  (void)state;
  struct model *m = block_of(10);
  int order[2 * CELLS], first[11] = {0};
  uint64_t random = 1;
  for (int round = 0; round < 6000; round++) {
    plan_order(&m->plan, 0, &random, order, &no_fault);
    first[order[0] ? order[0] : order[1]]++;
  }
  for (int i = 1; i <= 10; i++)
    assert_in_range(first[i], 600 - 5 * 23, 600 + 5 * 23);
  free(m);
}

static void only_planned_cells_of_the_block_are_ordered(void **state) {
  (void)state;
  struct model *m = model_of(2);
  int order[40];
  add_cell(m, 0, &seq, 1)->best_serial = true;
  for (int i = 0; i < 8; i++)
    add_cell(m, i % 2, &omp, i + 1)->state = (enum cell_state)(CELL_PLANNED + i / 2);
  int count = order_of(m, 0, 1, order);
  assert_int_equal(count, 2);
  assert_true(order[0] + order[1] == 1); /* the baseline, 0, and the one planned cell of block 0, 1 */
  assert_int_equal(order_of(m, 1, 1, order), 1);
  assert_int_equal(order[0], 2);
  free(m);
}

static void a_block_without_a_baseline_is_ordered_all_the_same(void **state) {
  (void)state;
  struct model *m = block_of(20);
  int order[100], seen[21] = {0};
  m->cells[0].state = CELL_FAILED; /* chosen in the pilot, failed later */
  assert_int_equal(order_of(m, 0, 1, order), 20);
  assert_int_equal(plan_processes(&m->plan, 0), 20);
  for (int i = 0; i < 20; i++)
    seen[order[i]]++;
  for (int i = 0; i <= 20; i++)
    assert_int_equal(seen[i], i > 0);
  for (int i = 1; i <= 20; i++)
    m->cells[i].state = CELL_FAILED;
  assert_int_equal(order_of(m, 0, 1, order), 0);
  free(m);
}

/* Of a pair the baseline, the old build, comes first; where random, it comes to either side. */
static void a_sequential_order_leaves_nothing_to_chance(void **state) {
  (void)state;
  for (int others = 1; others <= 10; others++) {
    struct model *m = block_of(others);
    int first[40], order[40], sides = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
      order_of(m, 0, seed, order);
      sides |= order[0] == 0 ? 1 : 2;
    }
    assert_true(others > 1 || sides == 3);
    m->plan.sequential = true;
    int count = order_of(m, 0, 0, first);
    assert_true(others > 1 || (first[0] == 0 && first[1] == 1));
    for (uint64_t seed = 1; seed < 20; seed++) {
      assert_int_equal(order_of(m, 0, seed, order), count);
      assert_memory_equal(first, order, (size_t)count * sizeof *first);
    }
    free(m);
  }
}

static void shuffling_reaches_every_order_equally_often(void **state) {
  (void)state;
  int seen[27] = {0};
  uint64_t random = 5;
  for (int i = 0; i < 6000; i++) {
    int order[] = {0, 1, 2};
    random_shuffle(order, 3, &random);
    seen[order[0] * 9 + order[1] * 3 + order[2]]++;
  }
  int reached = 0;
  for (int i = 0; i < 27; i++)
    if (seen[i]) {
      reached++;
      assert_in_range(seen[i], 1000 - 5 * 29, 1000 + 5 * 29);
    }
  assert_int_equal(reached, 6);
  random_shuffle(NULL, 0, &random);
}

static void random_numbers_are_those_of_splitmix64(void **state) {
  (void)state;
  static const uint64_t known[] = {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                   4593380528125082431ULL, 16408922859458223821ULL};
  uint64_t random = 1234567;
  for (size_t i = 0; i < LENGTH(known); i++)
    assert_true(random_next(&random) == known[i]);
}

/* ---- what fits the budget ---- */

static const int64_t sample_ns = 20000000, overhead_ns = 15000000;

/* Two problems under two variants at the default counts of a machine of 128 cores. */
static struct model *large_machine(void) {
  struct model *m = model_of(2);
  workers_default((struct capacity){128, 128}, &m->plan.counts);
  m->plan.thinned = m->plan.counts;
  m->plan.usable_cpus = 128;
  strcpy(m->tasks[1].problem, "list n=500");
  for (int task = 0; task < 2; task++) {
    add_cell(m, task, &seq, 1)->best_serial = true;
    for (int i = 0; i < m->plan.counts.count; i++)
      for (int v = 0; v < 2; v++)
        add_cell(m, task, v ? &omp : &fork_variant, m->plan.counts.workers[i])->count_index = i;
  }
  for (int i = 0; i < m->plan.cell_count; i++) {
    m->cells[i].pilot_ns = sample_ns / m->cells[i].iterations;
    m->cells[i].process_ns = overhead_ns + sample_ns * m->cells[i].samples;
  }
  return m;
}

/* Fits the model's plan and tells what was done to it. */
static void fit_and_tell(struct model *m, int64_t left, char *told, size_t size) {
  struct plan asked = m->plan;
  plan_fit(&m->plan, left);
  plan_tell(&m->plan, &asked, 0, told, size);
}

static int64_t needs(const struct plan *plan) { return plan_round_ns(plan) * plan->rounds; }

static int planned(const struct model *m) {
  int count = 0;
  for (int i = 0; i < m->plan.cell_count; i++)
    count += m->cells[i].state == CELL_PLANNED;
  return count;
}

static void a_round_takes_all_its_processes(void **state) {
  (void)state;
  struct model *m = block_of(9); /* the baseline stands three times among nine others */
  assert_int_equal(plan_round_ns(&m->plan), 12 * 50000000LL);
  m->cells[0].process_ns = 1000;
  assert_int_equal(plan_round_ns(&m->plan), 9 * 50000000LL + 3000);
  m->cells[5].state = CELL_THINNED;
  assert_int_equal(plan_round_ns(&m->plan), 8 * 50000000LL + 3000);
  m->cells[0].state = CELL_FAILED;
  assert_int_equal(plan_round_ns(&m->plan), 8 * 50000000LL);
  free(m);
}

static void a_plan_that_fits_is_left_alone(void **state) {
  (void)state;
  struct model *m = large_machine();
  struct plan before = m->plan;
  int cells = planned(m);
  char told[500] = "";
  fit_and_tell(m, needs(&m->plan), told, sizeof told);
  assert_string_equal(told, "");
  assert_int_equal(planned(m), cells);
  assert_int_equal(m->plan.rounds, before.rounds);
  assert_int_equal(m->plan.samples, before.samples);
  assert_int_equal(m->plan.thinned.count, before.thinned.count);
  free(m);
}

static void worker_counts_go_first_and_are_named(void **state) {
  (void)state;
  struct model *m = large_machine();
  char told[500] = "";
  fit_and_tell(m, needs(&m->plan) * 9 / 10, told, sizeof told);
  assert_string_equal(told, "to keep the budget: worker counts left out: 5, 7");
  assert_int_equal(m->plan.rounds, 12);
  assert_int_equal(m->plan.samples, 3);
  for (int i = 0; i < m->plan.cell_count; i++) {
    bool out = m->cells[i].workers == 7 || m->cells[i].workers == 5;
    assert_int_equal(m->cells[i].state, out ? CELL_THINNED : CELL_PLANNED);
    assert_true(!out || strstr(m->cells[i].note, "left out to keep the time budget"));
  }
  free(m);
}

static void counts_without_a_cell_for_other_reasons_are_not_the_budgets(void **state) {
  (void)state;
  static const enum cell_state others[] = {CELL_FAILED, CELL_SKIPPED};
  for (size_t i = 0; i < LENGTH(others); i++) {
    struct model *m = large_machine();
    char told[500] = "";
    for (int c = 0; c < m->plan.cell_count; c++)
      if (m->cells[c].workers > 1)
        m->cells[c].state = others[i];
    fit_and_tell(m, needs(&m->plan), told, sizeof told);
    assert_string_equal(told, "");
    m->cells[m->plan.cell_count - 1].state = CELL_THINNED;
    plan_tell(&m->plan, &m->plan, 0, told, sizeof told);
    assert_string_equal(told, "to keep the budget: worker counts left out: 128");
    free(m);
  }
}

/* What a plan needs with the counts that a curve keeps, without touching samples or rounds. */
static int64_t needs_with_curve_counts(void) {
  struct model *m = large_machine();
  plan_thin(&m->plan, 0, 1, CURVE_COUNTS);
  int64_t ns = needs(&m->plan);
  free(m);
  return ns;
}

static void then_samples_then_rounds_and_both_are_named(void **state) {
  (void)state;
  struct model *m = large_machine();
  char told[500] = "";
  fit_and_tell(m, needs_with_curve_counts() - 1, told, sizeof told);
  assert_int_equal(m->plan.samples, 2);
  assert_int_equal(m->plan.rounds, 12);
  assert_int_equal(m->plan.thinned.count, CURVE_COUNTS);
  assert_non_null(strstr(told, "samples of a process: 2 instead of 3"));
  assert_null(strstr(told, "rounds"));
  for (int i = 0; i < m->plan.cell_count; i++)
    assert_true(m->cells[i].samples == 2 && m->cells[i].process_ns == overhead_ns + 2 * sample_ns);
  struct plan asked = m->plan;
  plan_fit(&m->plan, (plan_round_ns(&m->plan) - sample_ns * 30) * 9);
  plan_tell(&m->plan, &asked, 0, told, sizeof told);
  assert_int_equal(m->plan.samples, 1);
  assert_true(m->plan.rounds < 12);
  assert_non_null(strstr(told, "instead of 12"));
  free(m);
}

static void samples_stay_as_long_as_fewer_counts_are_enough(void **state) {
  (void)state;
  struct model *m = large_machine();
  char told[500] = "";
  fit_and_tell(m, needs_with_curve_counts(), told, sizeof told);
  assert_int_equal(m->plan.samples, 3);
  assert_int_equal(m->plan.rounds, 12);
  assert_int_equal(m->plan.thinned.count, CURVE_COUNTS);
  free(m);
}

static int running(const struct plan *plan) {
  int count = 0;
  for (int i = 0; i < plan->cell_count; i++)
    count += cell_runs(&plan->cells[i]);
  return count;
}

/* Whatever the budget: one means is used up before the next is touched, and the result fits or cannot. */
static void every_budget_is_met_in_that_order_or_cannot_be_met(void **state) {
  (void)state;
  struct model *whole = large_machine();
  int64_t all = needs(&whole->plan);
  for (int64_t percent = -20; percent <= 120; percent++) {
    struct model *m = large_machine();
    struct plan asked = m->plan;
    char told[500] = "";
    int64_t left = all / 100 * percent;
    plan_fit(&m->plan, left);
    plan_tell(&m->plan, &asked, left, told, sizeof told);
    assert_true(m->plan.samples == 3 || m->plan.thinned.count <= CURVE_COUNTS);
    assert_true(m->plan.rounds == 12 || m->plan.samples == 1);
    bool dropped = strstr(told, "problems left out: factorial list n=500 (") != NULL;
    assert_true(m->plan.thinned.count >= CURVE_COUNTS || m->plan.rounds <= ROUNDS_MIN);
    assert_true(m->plan.thinned.count == 3 || !dropped);
    assert_true(m->plan.rounds >= ROUNDS_MIN || dropped);
    assert_true(m->plan.rounds >= 1 && m->plan.rounds <= 12);
    bool cells_dropped = strstr(told, "cells left out, the most expensive first") != NULL;
    assert_true(m->plan.rounds == 1 || !cells_dropped);
    assert_true(needs(&m->plan) <= left || running(&m->plan) == 1);
    assert_int_equal(m->plan.rounds < 12, strstr(told, "instead of 12") != NULL);
    assert_int_equal(m->plan.samples < 3, strstr(told, "samples of a process") != NULL);
    assert_int_equal(m->plan.thinned.count < 12, strstr(told, "worker counts left out") != NULL);
    assert_int_equal(left > 0 && needs(&m->plan) > left, strstr(told, "too short") != NULL);
    for (int i = 0; i < m->plan.cell_count; i++)
      assert_true(m->cells[i].state == CELL_PLANNED || m->cells[i].dropped_ns ||
                  (m->cells[i].dropped_alone && cells_dropped) ||
                  (m->cells[i].workers > 2 && m->cells[i].workers < 128));
    free(m);
  }
  free(whole);
}

/* The second problem is the dearer one. Left with the first, six rounds are kept as long as they fit. */
static void the_dearest_problems_go_whole_and_by_name(void **state) {
  (void)state;
  for (int rounds = 1; rounds <= 12; rounds += 11) {
    struct model *m = large_machine();
    char told[500] = "";
    m->plan.rounds = rounds;
    for (int i = 0; i < m->plan.cell_count; i++)
      m->cells[i].process_ns += m->cells[i].block * 1000000000LL;
    struct model *alone = large_machine();
    plan_thin(&alone->plan, 1, 1, 0);
    int64_t one_round = plan_block_ns(&alone->plan, 0);
    free(alone);
    fit_and_tell(m, one_round * (rounds < ROUNDS_MIN ? rounds : ROUNDS_MIN), told, sizeof told);
    assert_non_null(strstr(told, "to keep the budget: problems left out: factorial list n=500 ("));
    assert_null(strstr(told, "n=499"));
    assert_int_equal(m->plan.rounds, rounds < ROUNDS_MIN ? rounds : ROUNDS_MIN);
    for (int i = 0; i < m->plan.cell_count; i++) {
      bool out = m->cells[i].block == 1;
      assert_int_equal(m->cells[i].dropped_ns > 0,
                       out && m->cells[i].state == CELL_THINNED &&
                           strstr(m->cells[i].note, "a round of its problem takes ") != NULL);
      assert_true(out || m->cells[i].workers > 2 || m->cells[i].state == CELL_PLANNED);
    }
    free(m);
  }
}

static void names_without_room_are_counted_and_none_is_cut(void **state) {
  (void)state;
  for (size_t room = 500; room <= 900; room++) {
    struct model *m = model_of(4);
    char told[1000] = "";
    struct plan asked = m->plan;
    for (int i = 0; i < 4; i++) {
      memset(m->tasks[i].problem, 'a' + i, 200);
      m->tasks[i].problem[200] = '\0';
      add_cell(m, i, &seq, 1)->dropped_ns = 1000000;
    }
    m->plan.rounds = 6, asked.rounds = 12;
    plan_tell(&m->plan, &asked, 0, told, room);
    size_t named = 0, more = 0;
    for (const char *at = told; (at = strstr(at, "(1 ms a round)")); at++)
      named++;
    if (strstr(told, "; and "))
      more = (size_t)strtol(strstr(told, "; and ") + strlen("; and "), NULL, 10);
    assert_int_equal(named + more, 4);
    assert_true(named >= 1 && strchr(told, 'a' + (int)named - 1));
    assert_non_null(strstr(told, "\nto keep the budget: rounds: 6 instead of 12"));
    free(m);
  }
}

/* The first problem is the dearer one. It stays where it fits alone, and goes where it does not. */
static void the_first_problem_stays_if_it_fits_alone(void **state) {
  (void)state;
  for (int fits = 0; fits < 2; fits++) {
    struct model *m = large_machine();
    for (int i = 0; i < m->plan.cell_count; i++)
      m->cells[i].process_ns += !m->cells[i].block * 1000000000LL;
    plan_drop(&m->plan, plan_block_ns(&m->plan, 0) * 6 - !fits, 6);
    assert_int_equal(plan_processes(&m->plan, 0) > 0, fits);
    assert_int_equal(plan_processes(&m->plan, 1) > 0, !fits);
    free(m);
  }
}

static void the_last_problem_stays_with_one_round_at_least(void **state) {
  (void)state;
  struct model *m = large_machine();
  char told[500] = "";
  fit_and_tell(m, 1, told, sizeof told);
  assert_int_equal(m->plan.rounds, 1);
  assert_true(plan_processes(&m->plan, 0) > 0);
  assert_int_equal(plan_processes(&m->plan, 1), 0);
  assert_non_null(strstr(told, "rounds: 1 instead of 12"));
  free(m);
}

/* Of one problem whose round does not fit the dearest cells go, and its baseline stays, however little is left. */
static void the_dearest_cells_go_and_the_baseline_stays(void **state) {
  (void)state;
  struct model *m = block_of(4);
  char told[500] = "";
  struct plan asked = m->plan;
  for (int i = 0; i < m->plan.cell_count; i++)
    m->cells[i].process_ns = (i + 1) * 1000000;
  m->cells[0].process_ns = 9000000; /* the baseline is the dearest */
  plan_drop_cells(&m->plan, 14000000, 1);
  assert_int_equal(m->cells[0].state, CELL_PLANNED);
  assert_int_equal(m->cells[1].state, CELL_PLANNED);
  assert_int_equal(m->cells[2].state, CELL_PLANNED);
  assert_int_equal(m->cells[3].state, CELL_THINNED);
  assert_int_equal(m->cells[4].state, CELL_THINNED);
  assert_non_null(strstr(m->cells[4].note, "left out to keep the time budget: a process of it takes 5 ms"));
  plan_tell(&m->plan, &asked, 0, told, sizeof told);
  assert_string_equal(told, "to keep the budget: 2 of the remaining 5 cells left out, the most expensive first");
  plan_drop_cells(&m->plan, 1, 1);
  assert_int_equal(running(&m->plan), 1);
  assert_int_equal(m->cells[0].state, CELL_PLANNED);
  free(m);
}

static void a_pair_of_builds_is_never_halved(void **state) {
  (void)state;
  struct model *m = block_of(1);
  m->tasks[0].build = BUILD_OLD;
  plan_drop_cells(&m->plan, 1, 1);
  assert_int_equal(running(&m->plan), 2);
  free(m);
}

static void all_counts_left_out_are_named_whole(void **state) {
  (void)state;
  struct model *m = model_of(1);
  struct fault fault;
  char told[1000] = "";
  workers_add(&m->plan.thinned, 1, &fault);
  workers_add(&m->plan.thinned, 2, &fault);
  for (int n = 963; n <= 1024; n++)
    workers_add(&m->plan.thinned, n, &fault);
  add_cell(m, 0, &seq, 1);
  for (int i = 0; i < m->plan.thinned.count; i++)
    add_cell(m, 0, &omp, m->plan.thinned.workers[i]);
  m->plan.counts = m->plan.thinned;
  plan_thin(&m->plan, 1, 6, 0);
  struct plan asked = m->plan;
  plan_tell(&m->plan, &asked, 0, told, sizeof told);
  int left = m->plan.thinned.count;
  free(m);
  assert_int_equal(left, 3);
  assert_non_null(strstr(told, "left out: 963, 964, "));
  assert_non_null(strstr(told, ", 1022, 1023"));
}

static void the_only_count_above_one_stays(void **state) {
  (void)state;
  static const int counts[] = {1, 2, 3, 4, 10, 1000};
  struct model *m = model_of(2);
  struct fault fault;
  snprintf(m->tasks[1].problem, sizeof m->tasks[1].problem, "another");
  for (int task = 0; task < 2; task++)
    add_cell(m, task, &seq, 1)->best_serial = true;
  for (size_t i = 0; i < LENGTH(counts); i++) {
    workers_add(&m->plan.counts, counts[i], &fault);
    add_cell(m, 0, &omp, counts[i]);
  }
  int first = m->plan.cell_count;
  add_cell(m, 1, &omp, 3); /* the only one of its problem */
  add_cell(m, 1, &fork_variant, 3);
  add_cell(m, 1, &fork_variant, 4); /* one of the two stays */
  m->plan.thinned = m->plan.counts;
  for (int i = 0; i < m->plan.cell_count; i++)
    m->cells[i].process_ns = sample_ns;
  plan_thin(&m->plan, 1, 6, 0);
  assert_int_equal(m->plan.thinned.count, 3);
  for (int i = 2; i < first; i++)
    assert_int_equal(m->cells[i].state == CELL_PLANNED,
                     m->cells[i].workers < 3 || m->cells[i].workers == counts[LENGTH(counts) - 1]);
  assert_int_equal(m->cells[first].state, CELL_PLANNED);
  assert_int_equal((m->cells[first + 1].state == CELL_PLANNED) + (m->cells[first + 2].state == CELL_PLANNED), 1);
  free(m);
}

/* 60 s a process, 100000 rounds: their product is beyond 63 bits, and beyond any budget. */
static void a_plan_too_large_to_count_does_not_fit(void **state) {
  (void)state;
  struct model *m = large_machine();
  char told[500] = "";
  m->plan.rounds = 100000;
  for (int i = 0; i < m->plan.cell_count; i++)
    m->cells[i].process_ns = 3000000000000;
  fit_and_tell(m, 180000000000, told, sizeof told);
  int counts = m->plan.thinned.count, rounds = (int)m->plan.rounds;
  free(m);
  assert_int_equal(counts, 3);
  assert_int_equal(rounds, 1);
}

static void what_is_told_stays_within_its_text(void **state) {
  (void)state;
  for (size_t size = 10; size < 200; size += 7) {
    struct model *m = large_machine();
    char told[220];
    memset(told, '#', sizeof told);
    fit_and_tell(m, 1, told, size);
    assert_true(strlen(told) < size && told[size] == '#');
    free(m);
  }
}

/* ---- pairs of builds ---- */

enum { PAIR_START = 5000000 };
static const int64_t second = 1000000000;

/* A program of which a sample holds `iterations`, beside one whose executions take `execution` ns, as pilots found. */
static struct model *pair_of(int64_t iterations, int64_t execution) {
  struct model *m = model_of(1);
  const int64_t executions[] = {sample_ns / iterations, execution};
  for (int i = 0; i < 2; i++) {
    struct plan_cell *cell = add_cell(m, 0, &seq, 1);
    cell->best_serial = i == 0;
    cell->samples = 5;
    cell->pilot_ns = executions[i];
    cell->iterations = executions[i] < sample_ns ? sample_ns / executions[i] : 1;
    cell->process_ns = PAIR_START + cell->pilot_ns * cell->iterations * cell->samples;
  }
  m->plan.samples = 5, m->plan.sample_ns = sample_ns, m->plan.limit_ns = 60 * second;
  return m;
}

/* What a process of the cell takes by what it will do. */
static int64_t real_ns(const struct plan_cell *cell) {
  return PAIR_START + cell->pilot_ns * cell->iterations * cell->samples;
}

static void a_pair_does_what_its_slower_one_has_time_for(void **state) {
  (void)state;
  static const int64_t executions[] = {10000, 100000, 700000, 5000000, 50000000, 500000000};
  static const int64_t iterations[] = {135, 135, 28, 20, 2, 1};
  for (size_t i = 0; i < LENGTH(executions); i++) {
    struct model *m = pair_of(27, executions[i]);
    plan_twin(&m->plan);
    for (int c = 0; c < 2; c++) {
      assert_int_equal(m->cells[c].iterations, iterations[i]);
      assert_int_equal(m->cells[c].process_ns, real_ns(&m->cells[c]));
    }
    free(m);
  }
}

/* 5 samples of two executions of 50 ms: 500 ms. */
static void the_other_takes_no_process_to_its_limit(void **state) {
  (void)state;
  static const int64_t limits[] = {1100000000, 900000000};
  for (int i = 0; i < 2; i++) {
    struct model *m = pair_of(27, 50000000);
    m->plan.limit_ns = limits[i];
    plan_twin(&m->plan);
    for (int c = 0; c < 2; c++) {
      assert_int_equal(m->cells[c].iterations, i == 0 ? 2 : 1);
      assert_int_equal(m->cells[c].process_ns, real_ns(&m->cells[c]));
    }
    free(m);
  }
}

static void a_pair_keeps_its_budget_however_far_apart_the_two_are(void **state) {
  (void)state;
  for (int64_t execution = 1000; execution < 2 * second; execution *= 3)
    for (int64_t left = -second; left < 100 * second; left += second) {
      struct model *m = pair_of(27, execution);
      plan_twin(&m->plan);
      plan_fit(&m->plan, left);
      for (int c = 0; c < 2; c++)
        assert_int_equal(m->cells[c].process_ns, real_ns(&m->cells[c]));
      assert_true(needs(&m->plan) <= left || (m->plan.samples == 1 && m->plan.rounds == 1));
      free(m);
    }
}

static void no_process_is_expected_to_take_less_than_its_samples(void **state) {
  (void)state;
  struct model *m = pair_of(27, second / 2);
  m->cells[1].process_ns = 0; /* less than its own samples */
  plan_set_work(&m->cells[1], 1, 0, 2);
  assert_int_equal(m->cells[1].process_ns, second);
  free(m);
}

/* ---- plan.csv ---- */

static void read_plan(const struct plan *plan, char *text, size_t size) {
  char path[40] = "/tmp/nway-plan-XXXXXX";
  struct fault fault = {0};
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  assert_int_equal(plan_write(plan, path, &fault), 0);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  text[fread(text, 1, size - 1, file)] = '\0';
  fclose(file);
  unlink(path);
  strcat(path, ".new");
  assert_int_not_equal(access(path, F_OK), 0); /* the temporary file became the plan */
}

static void the_plan_is_written_a_row_a_cell_with_every_state(void **state) {
  (void)state;
  struct model *m = model_of(1);
  char text[4000];
  m->tasks[0].naive = true;
  m->tasks[0].attainable[0] = 1, m->tasks[0].attainable[1] = 1.846153846;
  *add_cell(m, 0, &seq, 1) = (struct plan_cell){.state = CELL_PLANNED,
                                                .variant = &seq,
                                                .workers = 1,
                                                .best_serial = true,
                                                .iterations = 10,
                                                .warmup = 3,
                                                .schedule = {SCHEDULE_STATIC, 1},
                                                .samples = 3,
                                                .pilot_ns = 7,
                                                .process_ns = 8};
  static const enum cell_state states[] = {CELL_SKIPPED, CELL_FAILED, CELL_THINNED};
  for (size_t i = 0; i < LENGTH(states); i++) {
    struct plan_cell *cell = add_cell(m, 0, &omp, 2);
    cell->state = states[i], cell->count_index = 1, cell->schedule = (struct schedule){SCHEDULE_DYNAMIC, 4};
    snprintf(cell->note, sizeof cell->note, "a, \"quoted\" note");
  }
  read_plan(&m->plan, text, sizeof text);
  assert_string_equal(
      text,
      "cell,block,build,kernel,problem,method,variant,schedule,pin,memory,scale,workers,baseline,iterations,warmup,"
      "samples,"
      "pilot_ns,process_ns,pss_bytes,attainable_ratio,section,state,note,env\n"
      "0,0,,factorial,list n=499,plain,seq,static,none,local,strong,1,naive best-serial,10,3,3,7,8,0,1,,planned,,\n"
      "1,0,,factorial,list "
      "n=499,plain,omp,dynamic:4,none,local,strong,2,,10,0,3,1000000,50000000,0,1.84615,,skipped,\"a, "
      "\"\"quoted\"\" note\",\n"
      "2,0,,factorial,list "
      "n=499,plain,omp,dynamic:4,none,local,strong,2,,10,0,3,1000000,50000000,0,1.84615,,failed,\"a, "
      "\"\"quoted\"\" note\",\n"
      "3,0,,factorial,list "
      "n=499,plain,omp,dynamic:4,none,local,strong,2,,10,0,3,1000000,50000000,0,1.84615,,thinned,\"a, "
      "\"\"quoted\"\" note\",\n");
  free(m);
}

static void a_plan_that_cannot_be_written_names_the_file(void **state) {
  (void)state;
  struct model *m = block_of(1);
  struct fault fault = {0};
  assert_int_equal(plan_write(&m->plan, "/nowhere/plan.csv", &fault), -1);
  assert_non_null(strstr(fault.text, "/nowhere/plan.csv"));
  free(m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_long_program_is_guessed_at_one_execution_a_process),
      cmocka_unit_test(a_program_without_warm_up_executes_its_samples_and_no_more),
      cmocka_unit_test(the_fastest_serial_cell_of_each_block_is_its_baseline),
      cmocka_unit_test(a_cell_that_failed_or_was_never_timed_is_no_baseline),
      cmocka_unit_test(of_two_equally_fast_the_first_is_the_baseline),
      cmocka_unit_test(baselines_are_named_by_what_they_are),
      cmocka_unit_test(the_listed_cells_of_a_block_are_those_that_a_search_finds),
      cmocka_unit_test(an_order_holds_each_cell_once_and_the_baseline_about_root_m_times),
      cmocka_unit_test(the_baseline_is_spread_evenly),
      cmocka_unit_test(the_same_seed_gives_the_same_order),
      cmocka_unit_test(different_seeds_and_rounds_give_different_orders),
      cmocka_unit_test(every_cell_comes_to_every_place),
      cmocka_unit_test(only_planned_cells_of_the_block_are_ordered),
      cmocka_unit_test(a_block_without_a_baseline_is_ordered_all_the_same),
      cmocka_unit_test(a_sequential_order_leaves_nothing_to_chance),
      cmocka_unit_test(shuffling_reaches_every_order_equally_often),
      cmocka_unit_test(random_numbers_are_those_of_splitmix64),
      cmocka_unit_test(a_round_takes_all_its_processes),
      cmocka_unit_test(a_plan_that_fits_is_left_alone),
      cmocka_unit_test(worker_counts_go_first_and_are_named),
      cmocka_unit_test(counts_without_a_cell_for_other_reasons_are_not_the_budgets),
      cmocka_unit_test(then_samples_then_rounds_and_both_are_named),
      cmocka_unit_test(samples_stay_as_long_as_fewer_counts_are_enough),
      cmocka_unit_test(every_budget_is_met_in_that_order_or_cannot_be_met),
      cmocka_unit_test(the_dearest_cells_go_and_the_baseline_stays),
      cmocka_unit_test(a_pair_of_builds_is_never_halved),
      cmocka_unit_test(the_dearest_problems_go_whole_and_by_name),
      cmocka_unit_test(names_without_room_are_counted_and_none_is_cut),
      cmocka_unit_test(the_first_problem_stays_if_it_fits_alone),
      cmocka_unit_test(the_last_problem_stays_with_one_round_at_least),
      cmocka_unit_test(all_counts_left_out_are_named_whole),
      cmocka_unit_test(the_only_count_above_one_stays),
      cmocka_unit_test(a_plan_too_large_to_count_does_not_fit),
      cmocka_unit_test(what_is_told_stays_within_its_text),
      cmocka_unit_test(a_pair_does_what_its_slower_one_has_time_for),
      cmocka_unit_test(the_other_takes_no_process_to_its_limit),
      cmocka_unit_test(a_pair_keeps_its_budget_however_far_apart_the_two_are),
      cmocka_unit_test(no_process_is_expected_to_take_less_than_its_samples),
      cmocka_unit_test(the_plan_is_written_a_row_a_cell_with_every_state),
      cmocka_unit_test(a_plan_that_cannot_be_written_names_the_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests that what runs just before a cell is balanced over rounds, and that an order is random and repeatable still. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/balance.h"
#include "plan/catalog.h"

/* ---- a block made by hand: the baseline, two serial cells, parallel ones, and ones of a team per iteration ---- */

enum { SERIAL = 2, PARALLEL = 9, PER_ITERATION = 4, CELLS = 1 + SERIAL + PARALLEL + PER_ITERATION, CLASSES = 3 };
enum { ORDER_ROOM = 2 * CELLS + 2, CYCLE = 12 };

static const struct known_variant stays = {.name = (char *)"stays"};
static const struct known_variant passes = {.name = (char *)"passes", .per_iteration = true};
static const struct known_kernel kernel = {.name = (char *)"kernel"};
static struct pin pin = {.policy = "none", .memory = "local"};
static struct task task = {.kernel = &kernel, .problem = "n=1", .method = "plain"};
static struct plan_cell cells[CELLS];

static int class_of(int cell) { return cell <= SERIAL ? 0 : cell <= SERIAL + PARALLEL ? 1 : 2; }

static struct plan plan_of(int64_t seed) {
  for (int i = 0; i < CELLS; i++)
    cells[i] = (struct plan_cell){.state = CELL_PLANNED,
                                  .variant = class_of(i) == 2 ? &passes : &stays,
                                  .workers = class_of(i) == 0 ? 1 : 2,
                                  .best_serial = i == 0,
                                  .pilot_ns = 1000000,
                                  .process_ns = 50000000};
  return (struct plan){.tasks = &task,
                       .cells = cells,
                       .pins = &pin,
                       .task_count = 1,
                       .cell_count = CELLS,
                       .block_count = 1,
                       .pin_count = 1,
                       .seed = seed};
}

typedef int order_of_round(const struct plan *, int round, int *order);

static int balanced(const struct plan *plan, int round, int *order) {
  struct fault fault;
  return plan_round_order(plan, 0, round, order, &fault);
}

/* The planted fault: an order that is random and nothing else. */
static int unbalanced(const struct plan *plan, int round, int *order) {
  uint64_t random = plan_random(plan, round, 0);
  struct fault fault;
  return plan_order(plan, 0, &random, order, &fault);
}

/* How far, of all classes and cells but the baseline, the times that a cell ran after a class are from its share, root
 * mean square. */
static double imbalance(const struct plan *plan, int rounds, order_of_round *order_of) {
  double after[CELLS][CLASSES] = {{0}}, times[CELLS] = {0}, share[CLASSES] = {0}, squares = 0;
  int order[ORDER_ROOM], count = 0;
  for (int round = 1; round <= rounds; round++) {
    count = order_of(plan, round, order);
    for (int i = 1; i < count; i++)
      after[order[i]][class_of(order[i - 1])]++, times[order[i]]++;
  }
  double bases = 0;
  for (int i = 0; i < count; i++)
    *(order[i] == 0 ? &bases : &share[class_of(order[i])]) += 1;
  for (int c = 0; c < CLASSES; c++) /* before a baseline runs one of the others, before one of them it or another */
    share[c] = (share[c] * (1 - bases / (CELLS - 1)) + (c == 0 ? bases : 0)) / (CELLS - 1);
  for (int cell = 1; cell < CELLS; cell++)
    for (int c = 0; c < CLASSES; c++) {
      double expected = share[c] * times[cell];
      squares += (after[cell][c] - expected) * (after[cell][c] - expected);
    }
  return sqrt(squares / (CELLS - 1) / CLASSES);
}

static void each_cell_runs_after_each_class_about_equally_often(void **state) {
  (void)state;
  for (int64_t seed = 1; seed <= 20; seed++) {
    struct plan plan = plan_of(seed);
    assert_true(imbalance(&plan, CYCLE, balanced) < .7);
    assert_true(imbalance(&plan, 4 * CYCLE, balanced) < 1.4);
    assert_true(imbalance(&plan, CYCLE, unbalanced) > 1);
    assert_true(imbalance(&plan, 4 * CYCLE, unbalanced) > 2);
  }
}

static void the_same_processes_run_and_the_baseline_keeps_its_places(void **state) {
  (void)state;
  struct plan plan = plan_of(5);
  for (int round = 1; round <= 30; round++) {
    int order[ORDER_ROOM], plain[ORDER_ROOM], seen[CELLS] = {0};
    int count = balanced(&plan, round, order);
    assert_int_equal(count, unbalanced(&plan, round, plain));
    for (int i = 0; i < count; i++) {
      seen[order[i]]++, seen[plain[i]]--;
      assert_int_equal(order[i] == 0, plain[i] == 0);
    }
    for (int i = 0; i < CELLS; i++)
      assert_int_equal(seen[i], 0);
  }
}

/* A resumed run asks for its first round without having asked for those before. */
static void an_order_depends_on_seed_and_round_alone(void **state) {
  (void)state;
  struct plan plan = plan_of(7), other = plan_of(8);
  int fresh[ORDER_ROOM], again[ORDER_ROOM];
  for (int round = 1; round <= 30; round++) {
    int count = balanced(&plan, 31 - round, fresh);
    for (int before = 1; before <= 31 - round; before++)
      balanced(&plan, before, again);
    assert_memory_equal(fresh, again, (size_t)count * sizeof *fresh);
    balanced(&other, 31 - round, again);
    assert_memory_not_equal(fresh, again, (size_t)count * sizeof *fresh);
  }
}

/* Of the 15 cells that are not the baseline, 6000 rounds: 400 each, with a deviation of 19. */
static void every_cell_still_comes_to_every_place(void **state) {
  (void)state;
  int first[CELLS] = {0}, order[ORDER_ROOM];
  struct plan plan = plan_of(3);
  for (int round = 1; round <= 6000; round++) {
    balanced(&plan, round, order);
    first[order[0] ? order[0] : order[1]]++;
  }
  for (int i = 1; i < CELLS; i++)
    assert_in_range(first[i], 400 - 5 * 19, 400 + 5 * 19);
}

static void settled_cells_are_left_out(void **state) {
  (void)state;
  struct plan plan = plan_of(3);
  int order[ORDER_ROOM];
  cells[4].settled = true, cells[5].state = CELL_FAILED;
  int count = balanced(&plan, 20, order);
  assert_int_equal(count, plan_processes(&plan, 0));
  for (int i = 0; i < count; i++)
    assert_true(order[i] != 4 && order[i] != 5);
}

static void a_sequential_plan_stays_as_it_is(void **state) {
  (void)state;
  struct plan plan = plan_of(3);
  int order[ORDER_ROOM], plain[ORDER_ROOM];
  plan.sequential = true;
  for (int round = 1; round <= 3; round++) {
    int count = balanced(&plan, round, order);
    unbalanced(&plan, round, plain);
    assert_memory_equal(order, plain, (size_t)count * sizeof *order);
  }
}

static void small_blocks_are_ordered_too(void **state) {
  (void)state;
  int order[ORDER_ROOM];
  struct plan plan = plan_of(1);
  plan.cell_count = 1;
  assert_int_equal(balanced(&plan, 1, order), 1);
  plan.cell_count = 2;
  assert_int_equal(balanced(&plan, 1, order), 2);
  plan.cell_count = 0;
  assert_int_equal(balanced(&plan, 1, order), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_cell_runs_after_each_class_about_equally_often),
      cmocka_unit_test(the_same_processes_run_and_the_baseline_keeps_its_places),
      cmocka_unit_test(an_order_depends_on_seed_and_round_alone),
      cmocka_unit_test(every_cell_still_comes_to_every_place),
      cmocka_unit_test(settled_cells_are_left_out),
      cmocka_unit_test(a_sequential_plan_stays_as_it_is),
      cmocka_unit_test(small_blocks_are_ordered_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

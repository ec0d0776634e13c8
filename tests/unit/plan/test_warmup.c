/* Tests that problems whose processes begin slowly get a sample of warm-up, all their cells together and only once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "cell/cell.h"
#include "plan/offers.h"

enum { CELLS = 4 };
static const struct known_kernel work = {.name = "work"}, program = {.name = "program", .needs = NEED_OWN};
static struct known_variant serial = {.name = "one"};

/* Two problems of two cells each. */
struct made {
  struct plan plan;
  struct task tasks[2];
  struct plan_cell cells[CELLS];
};

static void make(struct made *m) {
  *m = (struct made){.plan = {.task_count = 2, .cell_count = CELLS, .block_count = 2}};
  m->plan.tasks = m->tasks, m->plan.cells = m->cells;
  for (int i = 0; i < 2; i++)
    m->tasks[i] = (struct task){.kernel = &work, .block = i};
  for (int i = 0; i < CELLS; i++)
    m->cells[i] = (struct plan_cell){.task = i / 2,
                                     .block = i / 2,
                                     .variant = &serial,
                                     .state = CELL_PLANNED,
                                     .iterations = 10,
                                     .samples = 3,
                                     .pilot_ns = 1000,
                                     .process_ns = 100000};
}

/* Processes of a cell, `slow` of which begin with a sample `percent` longer. */
static void see(struct plan_cell *cell, int count, int slow, double percent) {
  for (int i = 0; i < count; i++)
    warmup_see(cell, (const double[]){100 * (i < slow ? 1 + percent / 100 : 1), 101, 99}, 3);
}

static void a_problem_that_starts_slowly_grows_as_a_whole_and_once(void **state) {
  (void)state;
  struct made m;
  int cells;
  make(&m);
  see(&m.cells[0], 6, 6, 5); /* cell 1 has no processes of its own, but is compared with cell 0 */
  see(&m.cells[1], 1, 1, 5);
  see(&m.cells[2], 6, 3, 5);
  see(&m.cells[3], 6, 3, 5);
  assert_int_equal(warmup_grow(&m.plan, &cells), 1);
  assert_int_equal(cells, 2);
  assert_int_equal(m.cells[0].warmup, 1);
  assert_int_equal(m.cells[1].warmup, 1);
  assert_int_equal(m.cells[2].warmup, 0);
  assert_int_equal(m.cells[0].process_ns, 110000);
  assert_int_equal(warmup_grow(&m.plan, &cells), 0);
  assert_int_equal(m.cells[0].warmup, 1);
}

static void chance_and_small_differences_change_nothing(void **state) {
  (void)state;
  struct made m;
  make(&m);
  see(&m.cells[0], 6, 6, 1); /* always slower, by less than 2 % */
  see(&m.cells[2], 6, 5, 5); /* as one steady cell in nine */
  warmup_see(&m.cells[3], (const double[]){200}, 1);
  warmup_see(&m.cells[3], NULL, 0);
  assert_int_equal(warmup_grow(&m.plan, NULL), 0);
  assert_int_equal(m.cells[3].first_seen, 0);
}

static void programs_and_long_executions_are_left_alone(void **state) {
  (void)state;
  struct made m;
  int cells;
  make(&m);
  m.tasks[0].kernel = &program;
  m.cells[2].pilot_ns = LONG_EXECUTION_NS;
  for (int i = 0; i < CELLS; i++)
    see(&m.cells[i], 6, 6, 50);
  assert_int_equal(warmup_grow(&m.plan, &cells), 1);
  assert_int_equal(cells, 1);
  assert_int_equal(m.cells[3].warmup, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_problem_that_starts_slowly_grows_as_a_whole_and_once),
      cmocka_unit_test(chance_and_small_differences_change_nothing),
      cmocka_unit_test(programs_and_long_executions_are_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

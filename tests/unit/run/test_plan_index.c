/* Tests the index of a plan: it finds every cell and task, and no other, in few comparisons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "run/plan_index.h"

enum { TASKS = 200, WAYS = 100, CELLS = TASKS * WAYS }; /* CELLS_MAX cells */

static long compared;

int __real_cell_id_compare(const struct cell_id *, const struct cell_id *);
int __wrap_cell_id_compare(const struct cell_id *a, const struct cell_id *b);
int __wrap_cell_id_compare(const struct cell_id *a, const struct cell_id *b) {
  compared++;
  return __real_cell_id_compare(a, b);
}

static const struct known_kernel kernel = {.name = "k"};
static const struct known_variant variants[2] = {{.name = "one"}, {.name = "two"}};
static struct pin pins[1] = {{.policy = PIN_NONE, .memory = MEMORY_LOCAL}};

static struct plan make_plan(void) {
  struct plan plan = {.tasks = calloc(TASKS, sizeof *plan.tasks),
                      .cells = calloc(CELLS, sizeof *plan.cells),
                      .serial = &variants[0],
                      .pins = pins,
                      .pin_count = 1,
                      .task_count = TASKS,
                      .cell_count = CELLS,
                      .block_count = TASKS / 2};
  assert_true(plan.tasks && plan.cells);
  for (int i = 0; i < TASKS; i++) {
    plan.tasks[i] = (struct task){.kernel = &kernel, .block = i / 2};
    snprintf(plan.tasks[i].problem, sizeof plan.tasks[i].problem, "n=%d", i * 7919 % TASKS);
  }
  for (int i = 0; i < CELLS; i++)
    plan.cells[i] = (struct plan_cell){
        .task = i / WAYS, .block = i / WAYS / 2, .variant = &variants[i % 2], .workers = 1 + i % WAYS / 2};
  return plan;
}

static void each_cell_and_task_is_found_in_few_comparisons(void **state) {
  (void)state;
  struct plan plan = make_plan();
  struct plan_index index;
  struct fault fault = {0};
  struct plan_identity id;
  compared = 0;
  assert_int_equal(plan_index_open(&index, &plan, &fault), 0);
  for (int i = 0; i < CELLS; i++) {
    const struct plan_cell *cell = &plan.cells[i];
    plan_identify(&plan, &plan.tasks[cell->task], cell, &id);
    assert_int_equal(plan_index_cell(&index, &id.id, cell->block), i);
    assert_int_equal(plan_index_cell(&index, &id.id, cell->block + 1), -1);
  }
  for (int i = 0; i < TASKS; i++)
    assert_int_equal(plan_index_task(&index, plan_identify(&plan, &plan.tasks[i], NULL, &id)), i);
  assert_true(compared < 64L * CELLS); /* one after the other takes 10,000 for each */
  id.id.workers = 99;
  assert_int_equal(plan_index_task(&index, &id.id), -1);
  assert_int_equal(plan_index_cell(&index, &id.id, 0), -1);
  plan_index_close(&index);
  free(plan.tasks), free(plan.cells);
}

static void an_empty_plan_has_nothing_to_find(void **state) {
  (void)state;
  struct plan plan = {.serial = &variants[0]};
  struct plan_index index;
  struct fault fault = {0};
  struct cell_id id = {.workers = 1};
  for (int i = 0; i < CELL_IDS; i++)
    id.text[i] = "";
  assert_int_equal(plan_index_open(&index, &plan, &fault), 0);
  assert_int_equal(plan_index_cell(&index, &id, 0), -1);
  assert_int_equal(plan_index_task(&index, &id), -1);
  plan_index_close(&index);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_cell_and_task_is_found_in_few_comparisons),
      cmocka_unit_test(an_empty_plan_has_nothing_to_find),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Sorts the cells and tasks of a plan by identity and searches them. */
#include "plan_index.h"

#include <stdlib.h>

static const struct cell_id *id_of_cell(const struct plan *plan, int cell, struct plan_identity *out) {
  return plan_identify(plan, &plan->tasks[plan->cells[cell].task], &plan->cells[cell], out);
}

static int compare_cells(const struct plan *plan, int cell, const struct cell_id *id, int64_t block) {
  struct plan_identity own;
  int own_block = plan->cells[cell].block, order = (own_block > block) - (own_block < block);
  return order ? order : cell_id_compare(id_of_cell(plan, cell, &own), id);
}

static int compare_tasks(const struct plan *plan, int task, const struct cell_id *id) {
  struct plan_identity own;
  return cell_id_compare(plan_identify(plan, &plan->tasks[task], NULL, &own), id);
}

static int by_cell(const void *a, const void *b, void *with) {
  const struct plan *plan = with;
  struct plan_identity other;
  int x = *(const int *)a, y = *(const int *)b;
  int order = compare_cells(plan, x, id_of_cell(plan, y, &other), plan->cells[y].block);
  return order ? order : (x > y) - (x < y);
}

static int by_task(const void *a, const void *b, void *with) {
  const struct plan *plan = with;
  struct plan_identity other;
  int x = *(const int *)a, y = *(const int *)b;
  int order = compare_tasks(plan, x, plan_identify(plan, &plan->tasks[y], NULL, &other));
  return order ? order : (x > y) - (x < y);
}

/* The numbers from 0 on, sorted; NULL if memory runs out. */
static int *sorted(int count, int (*compare)(const void *, const void *, void *), const struct plan *plan) {
  union { /* qsort_r hands it to `compare`, which takes it as const */
    const struct plan *plan;
    void *with;
  } context = {plan};
  int *list = malloc(((size_t)count + 1) * sizeof *list);
  for (int i = 0; list && i < count; i++)
    list[i] = i;
  if (list)
    qsort_r(list, (size_t)count, sizeof *list, compare, context.with);
  return list;
}

int plan_index_open(struct plan_index *index, const struct plan *plan, struct fault *fault) {
  *index = (struct plan_index){plan, sorted(plan->cell_count, by_cell, plan), sorted(plan->task_count, by_task, plan)};
  if (index->cells && index->tasks)
    return 0;
  plan_index_close(index);
  return fault_memory(fault);
}

void plan_index_close(struct plan_index *index) {
  free(index->cells);
  free(index->tasks);
  *index = (struct plan_index){0};
}

int plan_index_cell(const struct plan_index *index, const struct cell_id *id, int64_t block) {
  int low = 0, high = index->plan->cell_count;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (compare_cells(index->plan, index->cells[middle], id, block) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low < index->plan->cell_count && compare_cells(index->plan, index->cells[low], id, block) == 0;
  return found ? index->cells[low] : -1;
}

int plan_index_task(const struct plan_index *index, const struct cell_id *id) {
  int low = 0, high = index->plan->task_count;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (compare_tasks(index->plan, index->tasks[middle], id) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low < index->plan->task_count && compare_tasks(index->plan, index->tasks[low], id) == 0;
  return found ? index->tasks[low] : -1;
}

/* Sorts the cells and tasks of a plan by identity and searches them. */
#include "plan_index.h"

#include <stdlib.h>

/* What is looked for, or the place of one in the plan. */
struct wanted {
  const struct cell_id *id;
  int64_t block; /* of a cell; 0 for a task */
};

/* Identifies the cell or the task at a place. */
typedef struct wanted identify(const struct plan *, int place, struct plan_identity *room);

static struct wanted cell_at(const struct plan *plan, int place, struct plan_identity *room) {
  const struct plan_cell *cell = &plan->cells[place];
  return (struct wanted){plan_identify(plan, &plan->tasks[cell->task], cell, room), cell->block};
}

static struct wanted task_at(const struct plan *plan, int place, struct plan_identity *room) {
  return (struct wanted){plan_identify(plan, &plan->tasks[place], NULL, room), 0};
}

static int compare(struct wanted a, struct wanted b) {
  int order = (a.block > b.block) - (a.block < b.block);
  return order ? order : cell_id_compare(a.id, b.id);
}

struct sorting {
  const struct plan *plan;
  identify *at;
};

static int by_identity(const void *a, const void *b, void *with) {
  const struct sorting *s = with;
  struct plan_identity one, other;
  int x = *(const int *)a, y = *(const int *)b, order = compare(s->at(s->plan, x, &one), s->at(s->plan, y, &other));
  return order ? order : (x > y) - (x < y);
}

/* The numbers from 0 on, sorted; NULL if memory runs out. */
static int *sorted(const struct plan *plan, int count, identify *at) {
  struct sorting sorting = {plan, at};
  int *list = malloc(((size_t)count + 1) * sizeof *list);
  for (int i = 0; list && i < count; i++)
    list[i] = i;
  if (list)
    qsort_r(list, (size_t)count, sizeof *list, by_identity, &sorting);
  return list;
}

/* The first place in a sorted list with this identity, or -1. */
static int find(const struct plan *plan, const int *list, int count, identify *at, struct wanted wanted) {
  struct plan_identity room;
  int low = 0, high = count;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (compare(at(plan, list[middle], &room), wanted) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && compare(at(plan, list[low], &room), wanted) == 0 ? list[low] : -1;
}

int plan_index_open(struct plan_index *index, const struct plan *plan, struct fault *fault) {
  *index = (struct plan_index){plan, sorted(plan, plan->cell_count, cell_at), sorted(plan, plan->task_count, task_at)};
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
  return find(index->plan, index->cells, index->plan->cell_count, cell_at, (struct wanted){id, block});
}

int plan_index_task(const struct plan_index *index, const struct cell_id *id) {
  return find(index->plan, index->tasks, index->plan->task_count, task_at, (struct wanted){id, 0});
}

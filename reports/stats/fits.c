/* The fits of a whole table or run: one per group of rows. */
#include "fits.h"

#include "fitness.h"

#include <stdlib.h>
#include <string.h>

static void fit_rows(struct fit_group *g) {
  g->points = must_alloc(g->row_count, sizeof *g->points);
  g->fit = fit_rates(g->points, fit_medians(g->rows, g->row_count, g->points), g->weak);
}

/* ---- a user's table ---- */

static char **copy_texts(char *const *texts, size_t count) {
  char **copies = must_alloc(count, sizeof *copies);
  for (size_t i = 0; i < count; i++)
    copies[i] = must_copy(texts[i]);
  return copies;
}

struct fits fits_of_table(const struct scaling_table *t) {
  struct fits f = {.columns = copy_texts(t->columns, t->column_count),
                   .column_count = t->column_count,
                   .workers = must_copy(t->workers),
                   .value = must_copy(t->value),
                   .time = t->time,
                   .groups = must_alloc(t->group_count, sizeof *f.groups),
                   .count = t->group_count};
  for (size_t i = 0; i < f.count; i++) {
    struct fit_group *g = &f.groups[i];
    g->texts = copy_texts(t->groups[i], t->column_count);
    g->rows = must_alloc(t->row_count, sizeof *g->rows);
    for (size_t j = 0; j < t->row_count; j++)
      if (t->rows[j].group == i)
        g->rows[g->row_count++] = (struct fit_point){t->rows[j].workers, t->rows[j].rate};
    fit_rows(g);
  }
  return f;
}

/* ---- a run ---- */

/* The grouping columns: the problem, then every axis of a way. */
static size_t run_columns(const char *names[CELL_IDS + 1]) {
  size_t count = 0;
  names[count++] = "problem";
  for (int axis = 0; axis < CELL_IDS; axis++)
    if (cell_axes[axis].level == CELL_LEVEL_WAY)
      names[count++] = cell_axes[axis].name;
  return count;
}

static char **way_texts(const struct problem *p, const struct cell *c) {
  char **texts = must_alloc(CELL_IDS + 1, sizeof *texts);
  struct text title = {0};
  size_t count = 0;
  problem_title(&title, p);
  texts[count++] = must_copy(text_of(&title));
  for (int axis = 0; axis < CELL_IDS; axis++)
    if (cell_axes[axis].level == CELL_LEVEL_WAY)
      texts[count++] = must_copy(cell_text(c, (enum cell_axis)axis));
  text_free(&title);
  return texts;
}

struct fit_group fit_of_way(const struct analysis *a, size_t from, size_t to) {
  struct fit_group g = {.rows = must_alloc(to - from, sizeof *g.rows), .weak = is_weak(a->problem), .busy = a->busy};
  for (size_t i = from; i < to; i++) {
    const struct figures *f = &a->figures[i];
    if (f->no_speedup || !(f->own.median > 0))
      continue;
    if (cell_ideal(a->problem, f->cell) < (double)f->cell->workers)
      g.left_out++;
    else {
      g.rows[g.row_count++] = (struct fit_point){(double)f->cell->workers, f->own.median};
      g.unfit += is_unfit(&f->own);
    }
  }
  fit_rows(&g);
  return g;
}

static void add_ways(struct fits *f, const struct analysis *a, size_t *capacity) {
  for (size_t i = 0, end; i < a->count; i = end) {
    for (end = i + 1; end < a->count && same_way(a->figures[i].cell, a->figures[end].cell);)
      end++;
    if (end - i < 2)
      continue;
    GROW(f->groups, f->count, *capacity);
    f->groups[f->count] = fit_of_way(a, i, end);
    f->groups[f->count++].texts = way_texts(a->problem, a->figures[i].cell);
  }
}

struct fits fits_of_run(const struct run *run, const struct analysis *analyses) {
  const char *names[CELL_IDS + 1];
  struct fits f = {.workers = must_copy("workers"), .value = must_copy("speedup")};
  size_t capacity = 0;
  f.column_count = run_columns(names);
  f.columns = must_alloc(f.column_count, sizeof *f.columns);
  for (size_t i = 0; i < f.column_count; i++)
    f.columns[i] = must_copy(names[i]);
  for (size_t i = 0; i < run->problem_count; i++)
    add_ways(&f, &analyses[i], &capacity);
  return f;
}

void fit_group_free(struct fit_group *g, size_t columns) {
  for (size_t i = 0; i < columns && g->texts; i++)
    free(g->texts[i]);
  free(g->texts), free(g->rows), free(g->points);
}

void fits_free(struct fits *f) {
  for (size_t i = 0; i < f->count; i++)
    fit_group_free(&f->groups[i], f->column_count);
  for (size_t i = 0; i < f->column_count; i++)
    free(f->columns[i]);
  free(f->columns), free(f->groups), free(f->workers), free(f->value);
  *f = (struct fits){0};
}

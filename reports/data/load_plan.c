/* Reads plan.csv: the planned cells of a run. */
#include "base/translate.h"
#include "base/words.h"
#include "load.h"
#include "table.h"

#include <math.h>

#define PLAN_COLUMN(name, type, meaning) P_##name,
enum plan_column {
#include "base/plan.def"
  P_COUNT
};
#undef PLAN_COLUMN
#define PLAN_COLUMN(name, type, meaning) {#name, type, false},
#define PLAN_COLUMN_LATER(name, type, meaning) {#name, type, true},
static const struct column plan_columns[] = {
#include "base/plan.def"
};
#undef PLAN_COLUMN

static const char *const cell_states[] = {
#define CELL_STATE(NAME, word, meaning) word,
#include "base/states.def"
};

static int plan_row(struct loader *l, const struct table *t, struct fault *why) {
  static const int columns[CELL_IDS] = {
#define CELL_ID(name, level, label, meaning) P_##name,
#include "base/cell_id.def"
  };
  const struct field *f = t->fields;
  struct cell_id id = identity_of(f, columns, P_workers);
  if (in_range(t, P_workers, 1, COUNT_MAX, why) || in_range(t, P_block, 0, COUNT_MAX, why))
    return -1;
  enum cell_state state = cell_state_of(f[P_state].text);
  if (state == CELL_UNKNOWN)
    return refuse_word(t, P_state, cell_states, sizeof cell_states / sizeof *cell_states, why);
  if (find_entry(l, &id))
    return fault_set(why, EXIT_USAGE, "%s:%ld: duplicate cell; remove this line or the earlier one", t->path, t->line);
  struct entry *e = add_entry(l, t, &id, why);
  if (!e)
    return -1;
  struct cell *c = &e->cell;
  c->planned = true;
  c->block = f[P_block].number;
  c->naive = baseline_is_naive(f[P_baseline].text);
  c->best_serial = baseline_is_best(f[P_baseline].text);
  c->iterations = f[P_iterations].known ? f[P_iterations].number : 0;
  c->samples = f[P_samples].known ? f[P_samples].number : 0;
  c->attainable = f[P_attainable_ratio].known && f[P_attainable_ratio].real > 0 ? f[P_attainable_ratio].real : NAN;
  replace(&c->section, f[P_section].text);
  c->state = state;
  replace(&c->plan_note, f[P_note].text);
  return 0;
}

int load_plan(struct loader *l, const char *path, struct fault *why) {
  struct table t;
  int got = table_open(&t, path, plan_columns, P_COUNT, why) == 0 ? 1 : -1;
  while (got == 1 && (got = table_next(&t, why)) == 1)
    if (plan_row(l, &t, why) != 0)
      got = -1;
  if (got == 0 && t.torn)
    notice(l->run, N_("plan.csv: the last line is incomplete and was ignored"));
  table_close(&t);
  return got;
}

/* Two builds or sides as CSV, one line per cell. */
#include "change_csv.h"

#include "fields.h"
#include "words/ab.h"
#include "words/gate.h"

#include <math.h>

/* The first columns, in the order that they have had since the first version. */
static const enum cell_axis first[] = {CELL_ID_kernel,   CELL_ID_problem, CELL_ID_method, CELL_ID_variant,
                                       CELL_ID_schedule, CELL_ID_pin,     CELL_ID_scale};
enum { FIRST = sizeof first / sizeof *first };

/* The axis of a column behind the others: neither among the first ones, nor `memory`, nor the build, which is compared.
 */
static bool is_later(enum cell_axis axis) {
  for (size_t i = 0; i < FIRST; i++)
    if (first[i] == axis)
      return false;
  return axis != CELL_ID_memory && cell_axes[axis].level != CELL_LEVEL_BUILD;
}

static void csv_number(struct text *out, double value) {
  text_add(out, ",");
  if (!isnan(value))
    text_format(out, "%.6g", value);
}

/* `unit`: name of the count column: rounds or runs. */
static void csv_head(struct text *out, const char *unit) {
  for (size_t i = 0; i < FIRST; i++)
    text_format(out, "%s,", cell_axes[first[i]].name);
  text_format(out, "workers,%s,ratio,low,high,p,holm_p,verdict,memory,taken_out,whole,noisy", unit);
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (is_later(axis))
      text_format(out, ",%s", cell_axes[axis].name);
  text_add(out, "\n");
}

/* `r`: old / new; n = 0 if there is none. */
static void csv_line(struct text *out, const struct cell *cell, const struct estimate *r, double holm_p,
                     const char *verdict) {
  const bool compared = r->n > 0, interval = r->coverage > 0;
  for (size_t i = 0; i < FIRST; i++)
    csv_text(out, cell_text(cell, first[i])), text_add(out, ",");
  text_format(out, "%lld,%zu", (long long)cell->workers, r->n);
  csv_number(out, compared ? 1 / r->median : NAN);
  csv_number(out, interval ? 1 / r->high : NAN);
  csv_number(out, interval ? 1 / r->low : NAN);
  csv_number(out, compared ? r->p : NAN);
  csv_number(out, compared ? holm_p : NAN);
  text_add(out, ",");
  for (const char *at = verdict; *at; at++)
    text_bytes(out, at, *at != ',');
  text_add(out, ",");
  csv_text(out, cell->memory);
  text_format(out, ",%zu", r->taken_out);
  csv_number(out, r->taken_out ? 1 / r->whole : NAN);
  text_format(out, ",%d", r->noisy);
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (is_later(axis))
      text_add(out, ","), csv_text(out, cell_text(cell, axis));
  text_add(out, "\n");
}

struct pair_counts ab_csv(const struct run *run, double worth, struct text *out) {
  struct pairs pairs = pairs_of(run, worth);
  struct pair_counts counts = pairs.counts;
  csv_head(out, "rounds");
  for (const struct pair *p = pairs.list; p < pairs.list + pairs.count; p++)
    csv_line(out, p->old, &p->ratio, p->holm_p, pair_word(p));
  pairs_free(&pairs);
  return counts;
}

struct gate_counts gate_csv(const struct gate_side sides[GATE_SIDES], double worth, struct text *out) {
  struct sided_cells rows = sided_cells_of(sides, worth);
  struct gate_counts counts = rows.counts;
  csv_head(out, "runs");
  for (const struct sided_cell *row = rows.list; row < rows.list + rows.count; row++)
    if (!row->nowhere)
      csv_line(out, row->named->cell, &row->ratio, row->holm_p,
               row->broken ? "broken" : sided_cell_word(row, !counts.refused));
  sided_cells_free(&rows);
  return counts;
}

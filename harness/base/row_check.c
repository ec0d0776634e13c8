/* Checks the values of a row of samples.csv by the types of columns.def. */
#include "row_check.h"

#include "decimal.h"
#include "states.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

enum type { TYPE_TEXT, TYPE_INT, TYPE_REAL };

static const struct {
  const char *name;
  enum type type;
} columns[COLUMNS] = {
#define COLUMN(name, type, unit, meaning) {#name, TYPE_##type},
#include "columns.def"
#undef COLUMN
};

static bool refuse(const struct row *row, int column, const char *expected, char *why, size_t size) {
  char shown[100], text[FIELD_BYTES];
  snprintf(text, sizeof text, "%.40s", row->field[column]);
  snprintf(why, size, "%s: '%s' is not %s", columns[column].name, printable(text, shown, sizeof shown), expected);
  return false;
}

/* The least values of counts and times; the other columns have none. */
static const struct {
  int column, least;
} bounds[] = {{COL_schema, 1}, {COL_workers, 1}, {COL_iterations, 1}, {COL_round, 0},
              {COL_block, 0},  {COL_order, 0},   {COL_sample, 0},     {COL_wall_ns, 0}};

static bool in_range(int column, int64_t number) {
  for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
    if (bounds[i].column == column && number < bounds[i].least)
      return false;
  return true;
}

static bool is_typed(const struct row *row, int column, char *why, size_t size) {
  int64_t number;
  double real;
  const char *text = row->field[column];
  if (!*text || columns[column].type == TYPE_TEXT)
    return true;
  if (columns[column].type == TYPE_REAL)
    return read_real(text, &real) || refuse(row, column, "a decimal number", why, size);
  if (!read_int(text, &number))
    return refuse(row, column, "a whole number", why, size);
  return in_range(column, number) || refuse(row, column, "in its range", why, size);
}

bool row_check(const struct row *row, char *why, size_t size) {
  enum status status = status_of(row->field[COL_status]);
  enum phase phase = phase_of(row->field[COL_phase]);
  for (int i = 0; i < COLUMNS; i++)
    if (!is_typed(row, i, why, size))
      return false;
  if (status == STATUS_NONE || status == STATUS_UNKNOWN)
    return refuse(row, COL_status, "a status", why, size);
  if (phase == PHASE_NONE || phase == PHASE_UNKNOWN)
    return refuse(row, COL_phase, "a phase", why, size);
  static const int needed[] = {COL_iterations, COL_wall_ns};
  for (size_t i = 0; status == STATUS_OK && i < sizeof needed / sizeof *needed; i++)
    if (!row->field[needed[i]][0])
      return refuse(row, needed[i], "known", why, size);
  return true;
}

bool row_is_sent(int column) {
  static const int own[] = {COL_schema,      COL_run_id, COL_machine_id, COL_started_utc, COL_workers,
                            COL_usable_cpus, COL_round,  COL_block,      COL_order,       COL_work_unit};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (own[i] == column)
      return false;
  for (int i = 0; i < CELL_IDS; i++)
    if ((int)cell_columns[i] == column)
      return false;
  return column >= 0 && column < COLUMNS;
}

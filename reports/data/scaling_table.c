/* Reads a reader's table of times or throughputs over worker counts, measured by any tool. */
#include "scaling_table.h"

#include "base/words.h"
#include "dialect.h"
#include "scaling_columns.h"
#include "scaling_number.h"
#include "table.h"

#include <float.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { GROUPS_MAX = 256, COUNT_COLUMN = 0, VALUE_COLUMN = 1, OTHER_COLUMNS = 2 };
#define NO_COLUMN SIZE_MAX

/* ---- which columns ---- */

struct choice {
  struct column *columns; /* the count, the value, then those that may form groups */
  size_t count;
  char *const *names;
  size_t name_count;
  const struct table_choice *asked;
  const char *path;
  long header; /* its line */
  struct fault *why;
};

/* The column that an option names: exactly, else but for upper and lower case. */
static int find_named(const struct choice *c, const char *option, const char *name, size_t *found) {
  for (int alike = 0; alike < 2; alike++)
    for (size_t i = 0; i < c->name_count; i++)
      if ((alike ? strcasecmp : strcmp)(c->names[i], name) == 0) {
        *found = i;
        return 0;
      }
  unknown_word(c->why, "column", name, (const char *const *)c->names, c->name_count, NULL);
  return fault_at(c->why, "%s", option);
}

static int ambiguous(const struct choice *c, size_t first, size_t second, const char *options) {
  struct text one = {0}, two = {0};
  text_plain(&one, c->names[first]), text_plain(&two, c->names[second]);
  fault_set(c->why, EXIT_USAGE, "%s:%ld: columns '%.80s' and '%.80s' are alike; choose one with %s", c->path, c->header,
            text_of(&one), text_of(&two), options);
  text_free(&one), text_free(&two);
  return -1;
}

/* Finds the column of a kind with the lowest rank below `below`; NO_COLUMN: none. */
static int find_kind(const struct choice *c, enum column_kind kind, int below, const char *options, size_t *found) {
  size_t rival = *found = NO_COLUMN;
  for (size_t i = 0; i < c->name_count; i++) {
    struct column_role role = column_role(c->names[i]);
    if (role.kind != kind || role.rank > below)
      continue;
    if (role.rank < below || *found == NO_COLUMN)
      *found = i, rival = NO_COLUMN, below = role.rank;
    else if (rival == NO_COLUMN)
      rival = i;
  }
  return rival == NO_COLUMN ? 0 : ambiguous(c, *found, rival, options);
}

/* A header of numbers is a row of a table without one. */
static bool is_row(const struct choice *c) {
  double ignored;
  enum decimal_mark mark;
  for (size_t i = 0; i < c->name_count; i++)
    if (!scaling_number(c->names[i], true, &ignored, &mark))
      return false;
  return true;
}

static int missing(const struct choice *c, const char *what, const char *words, const char *options) {
  if (is_row(c))
    return fault_set(c->why, EXIT_USAGE,
                     "%s:%ld: numbers where names of columns are expected; add a first line such as threads,seconds",
                     c->path, c->header);
  return fault_set(c->why, EXIT_USAGE, "%s:%ld: no column is known as %s (%s ...); name it with %s, or rename it",
                   c->path, c->header, what, words, options);
}

static int find_count(const struct choice *c, size_t *found) {
  static const char options[] = "--count COLUMN";
  if (c->asked->count)
    return find_named(c, "--count", c->asked->count, found);
  if (find_kind(c, COLUMN_COUNT, INT_MAX, options, found) != 0)
    return -1;
  return *found != NO_COLUMN ? 0 : missing(c, "the number of workers", COUNT_WORDS, options);
}

/* A throughput is preferred to a time, and a time to a speedup, whose rank is DERIVED. */
static int find_value(const struct choice *c, size_t *found, bool *time) {
  enum { MEASURED = 8 };
  static const char times[] = "--time COLUMN", rates[] = "--throughput COLUMN";
  *time = c->asked->time != NULL;
  if (c->asked->time && c->asked->rate)
    return fault_set(c->why, EXIT_USAGE, "--time and --throughput: name one column");
  if (c->asked->time || c->asked->rate)
    return find_named(c, *time ? "--time" : "--throughput", *time ? c->asked->time : c->asked->rate, found);
  if (find_kind(c, COLUMN_RATE, MEASURED, rates, found) != 0)
    return -1;
  if (*found == NO_COLUMN) {
    if (find_kind(c, COLUMN_TIME, INT_MAX, times, found) != 0)
      return -1;
    *time = *found != NO_COLUMN;
  }
  if (*found == NO_COLUMN && find_kind(c, COLUMN_RATE, INT_MAX, rates, found) != 0)
    return -1;
  return *found != NO_COLUMN
             ? 0
             : missing(c, "a time or a throughput", VALUE_WORDS, "--time COLUMN or --throughput COLUMN");
}

static int take_group(const char *name, void *with) {
  struct choice *c = with;
  size_t found;
  for (size_t i = 0; i < c->count; i++)
    if (strcmp(c->columns[i].name, name) == 0)
      return fault_set(c->why, EXIT_USAGE, "--group: '%.80s' is a duplicate or the count or value column; remove it",
                       name);
  if (find_named(c, "--group", name, &found) != 0)
    return -1;
  c->columns[c->count++] = (struct column){.name = c->names[found], .type = TEXT};
  return 0;
}

/* Chooses the count, the value, then the columns that may form groups. */
static int choose_columns(struct choice *c, bool *time) {
  size_t workers = 0, value = 0;
  if (find_count(c, &workers) != 0 || find_value(c, &value, time) != 0)
    return -1;
  if (workers == value)
    return fault_set(c->why, EXIT_USAGE, "%s:%ld: '%.80s' cannot be both the count and the value; name two columns",
                     c->path, c->header, c->names[value]);
  c->columns[c->count++] = (struct column){.name = c->names[workers], .type = TEXT};
  c->columns[c->count++] = (struct column){.name = c->names[value], .type = TEXT};
  if (c->asked->group)
    return strcmp(c->asked->group, "none") == 0 ? 0 : each_part(c->asked->group, ',', take_group, c);
  for (size_t i = 0; i < c->name_count; i++)
    if (i != workers && i != value && *c->names[i])
      c->columns[c->count++] = (struct column){.name = c->names[i], .type = TEXT};
  return 0;
}

/* ---- the values of a column ---- */

/* A column beside the count and the value: its different texts, at most GROUPS_MAX. */
struct other {
  const char *name;
  char **texts;
  double *counts; /* at which each text was first seen */
  size_t text_count, text_capacity, count_capacity, last;
  bool shared;   /* a text stands at two counts */
  bool whole;    /* all texts are whole numbers */
  bool too_many; /* more texts than groups can be */
};

struct reading {
  struct scaling_table *s;
  struct table t;
  struct other *others;
  size_t other_count;
  size_t *texts; /* per row the text of each other column */
  size_t text_count, text_capacity;
  long point_line, comma_line; /* where a decimal mark was first seen */
  struct fault *why;
};

static size_t text_in(struct other *o, const char *text, double count) {
  int64_t ignored;
  size_t i = o->last;
  if (i >= o->text_count || strcmp(o->texts[i], text) != 0)
    for (i = 0; i < o->text_count && strcmp(o->texts[i], text) != 0;)
      i++;
  if (i < o->text_count) {
    o->shared |= o->counts[i] != count;
    return o->last = i;
  }
  if (o->text_count == GROUPS_MAX) {
    o->too_many = true;
    return 0;
  }
  o->whole = (o->whole || !o->text_count) && read_int(text, &ignored);
  GROW(o->texts, o->text_count, o->text_capacity);
  GROW(o->counts, o->text_count, o->count_capacity);
  o->texts[i] = must_copy(text), o->counts[i] = count;
  return o->last = o->text_count++;
}

/* Why a column forms no groups; NULL: it does. */
static const char *unfit(const struct other *o, size_t rows) {
  struct column_role role = column_role(o->name);
  if (role.kind == COLUMN_REPEAT && o->whole)
    return "numbers repetitions";
  if (role.kind == COLUMN_MEASURE || role.kind == COLUMN_TIME || role.kind == COLUMN_RATE)
    return "another measured figure";
  if (o->too_many)
    return "more than 256 values";
  return rows > 1 && !o->shared ? "no value at two counts" : NULL;
}

/* ---- rows ---- */

/* A number above 0; refuses a table that has both decimal marks. */
static int above_zero(struct reading *r, int column, double *value) {
  const struct table *t = &r->t;
  const struct field *f = &t->fields[column];
  enum decimal_mark mark = MARK_NONE;
  struct text name = {0}, shown = {0};
  text_plain(&name, t->columns[column].name), text_plain(&shown, f->text);
  int result = 0;
  if (!f->known)
    result = fault_set(r->why, EXIT_USAGE, "%s:%ld: %.80s: empty value; fill it in or remove the row", t->path, t->line,
                       text_of(&name));
  else if (!scaling_number(f->text, t->dialect.separator != ',', value, &mark))
    result =
        fault_set(r->why, EXIT_USAGE, "%s:%ld: %.80s: '%.80s' is not a decimal number; correct it or remove the row",
                  t->path, t->line, text_of(&name), text_of(&shown));
  else if (!(*value > 0 && 1 / *value <= DBL_MAX))
    result = fault_set(r->why, EXIT_USAGE, "%s:%ld: %.80s: '%.40s' must be above 0; correct it or remove the row",
                       t->path, t->line, text_of(&name), text_of(&shown));
  r->point_line = mark == MARK_POINT && !r->point_line ? t->line : r->point_line;
  r->comma_line = mark == MARK_COMMA && !r->comma_line ? t->line : r->comma_line;
  if (result == 0 && mark != MARK_NONE && r->point_line && r->comma_line)
    result = fault_set(r->why, EXIT_USAGE,
                       "%s:%ld: '%.40s': decimal commas and decimal points in one table (line %ld); use one of them",
                       t->path, t->line, text_of(&shown), mark == MARK_POINT ? r->comma_line : r->point_line);
  text_free(&name), text_free(&shown);
  return result;
}

static int take_row(struct reading *r) {
  struct scaling_table *s = r->s;
  double workers = 0, value = 0;
  if (above_zero(r, COUNT_COLUMN, &workers) != 0 || above_zero(r, VALUE_COLUMN, &value) != 0)
    return -1;
  GROW(s->rows, s->row_count, s->row_capacity);
  s->rows[s->row_count++] = (struct scaling_row){.workers = workers, .rate = s->time ? 1 / value : value};
  for (size_t i = 0; i < r->other_count; i++) {
    GROW(r->texts, r->text_count, r->text_capacity);
    r->texts[r->text_count++] = text_in(&r->others[i], r->t.fields[OTHER_COLUMNS + i].text, workers);
  }
  return 0;
}

/* ---- groups ---- */

/* Keeps the columns that form groups, all of them where the user named them. */
static size_t keep_columns(struct reading *r, bool named, size_t *kept) {
  struct scaling_table *s = r->s;
  size_t count = 0;
  s->columns = must_alloc(r->other_count, sizeof *s->columns);
  s->left_out = must_alloc(r->other_count, sizeof *s->left_out);
  for (size_t i = 0; i < r->other_count; i++) {
    const char *why = named ? NULL : unfit(&r->others[i], s->row_count);
    if (why)
      s->left_out[s->left_count++] = (struct left_column){must_copy(r->others[i].name), why};
    else
      s->columns[s->column_count++] = must_copy(r->others[i].name), kept[count++] = i;
  }
  return count;
}

static int new_group(struct reading *r, size_t row, const size_t *kept, size_t count) {
  struct scaling_table *s = r->s;
  if (s->group_count == GROUPS_MAX)
    return fault_set(r->why, EXIT_USAGE,
                     "%s: more than %d groups; name the grouping columns with --group, or use --group none", r->t.path,
                     GROUPS_MAX);
  GROW(s->groups, s->group_count, s->group_capacity);
  char **texts = must_alloc(count, sizeof *texts);
  for (size_t i = 0; i < count; i++)
    texts[i] = must_copy(r->others[kept[i]].texts[r->texts[row * r->other_count + kept[i]]]);
  s->groups[s->group_count++] = texts;
  return 0;
}

/* Whether two rows agree in the columns that form groups. */
static bool is_alike(const struct reading *r, size_t one, size_t two, const size_t *kept, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (r->texts[one * r->other_count + kept[i]] != r->texts[two * r->other_count + kept[i]])
      return false;
  return true;
}

static int form_groups(struct reading *r, bool named) {
  struct scaling_table *s = r->s;
  size_t *kept = must_alloc(r->other_count, sizeof *kept), first[GROUPS_MAX] = {0};
  size_t count = keep_columns(r, named, kept);
  int result = 0;
  for (size_t i = 0; i < count && result == 0; i++)
    if (r->others[kept[i]].too_many)
      result =
          fault_set(r->why, EXIT_USAGE, "%s: column '%.80s' has more than %d values; name other columns with --group",
                    r->t.path, r->others[kept[i]].name, GROUPS_MAX);
  for (size_t row = 0; row < s->row_count && result == 0; row++) {
    size_t group = s->group_count;
    while (group-- > 0 && !is_alike(r, first[group], row, kept, count))
      ;
    if (group == SIZE_MAX) {
      group = s->group_count;
      result = new_group(r, row, kept, count);
      if (result == 0)
        first[group] = row;
    }
    s->rows[row].group = group;
  }
  free(kept);
  return result;
}

/* ---- the file ---- */

static void reading_free(struct reading *r) {
  for (size_t i = 0; i < r->other_count; i++) {
    for (size_t j = 0; j < r->others[i].text_count; j++)
      free(r->others[i].texts[j]);
    free(r->others[i].texts), free(r->others[i].counts);
  }
  free(r->others), free(r->texts);
  table_close(&r->t);
}

static int read_rows(struct scaling_table *s, const char *path, const struct choice *c, struct fault *why) {
  struct reading r = {.s = s, .other_count = c->count - OTHER_COLUMNS, .why = why};
  s->workers = must_copy(c->columns[COUNT_COLUMN].name), s->value = must_copy(c->columns[VALUE_COLUMN].name);
  r.others = must_alloc(r.other_count, sizeof *r.others);
  for (size_t i = 0; i < r.other_count; i++)
    r.others[i].name = c->columns[OTHER_COLUMNS + i].name;
  int got = table_open_as(&r.t, path, s->dialect, c->columns, c->count, why) == 0 ? 1 : -1;
  while (got == 1 && (got = table_next(&r.t, why)) == 1)
    if (take_row(&r) != 0)
      got = -1;
  s->torn = r.t.torn, s->decimal_comma = r.comma_line > 0;
  if (got == 0 && !s->row_count)
    got = fault_set(why, EXIT_USAGE, "%s: no data rows%s", path, s->torn ? "; end the last line with a line feed" : "");
  if (got == 0)
    got = form_groups(&r, c->asked->group != NULL);
  reading_free(&r);
  return got;
}

int scaling_table_read(struct scaling_table *s, const char *path, const struct table_choice *asked, struct fault *why) {
  char **names = NULL;
  struct choice c = {.path = path, .asked = asked, .why = why};
  *s = (struct scaling_table){0};
  if (dialect_of(&s->dialect, path, why) != 0)
    return -1;
  int result = table_names(path, s->dialect, &names, &c.name_count, why);
  c.names = names, c.header = s->dialect.skip + 1;
  c.columns = must_alloc(c.name_count + OTHER_COLUMNS, sizeof *c.columns);
  if (result == 0)
    result = choose_columns(&c, &s->time);
  if (result == 0)
    result = read_rows(s, path, &c, why);
  free(c.columns);
  table_names_free(names, c.name_count);
  return result;
}

void scaling_table_free(struct scaling_table *s) {
  for (size_t i = 0; i < s->group_count; i++) {
    for (size_t j = 0; j < s->column_count; j++)
      free(s->groups[i][j]);
    free(s->groups[i]);
  }
  for (size_t i = 0; i < s->column_count; i++)
    free(s->columns[i]);
  for (size_t i = 0; i < s->left_count; i++)
    free(s->left_out[i].name);
  free(s->workers), free(s->value), free(s->columns), free(s->groups), free(s->rows), free(s->left_out);
  *s = (struct scaling_table){0};
}

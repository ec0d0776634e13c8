/* Reads a user's CSV table of times or throughputs over worker counts, measured by any tool. */
#include "scaling_table.h"

#include "base/words.h"
#include "table.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { GROUPS_MAX = 256, COUNT_COLUMN = 0, VALUE_COLUMN = 1, GROUP_COLUMNS = 2 };
#define COUNT_WORDS "workers, threads, nodes or cores"
#define VALUE_WORDS "seconds, time or throughput"

/* ---- which columns ---- */

static bool is_word(const char *name, const char *const *words) {
  for (; *words; words++)
    if (strcasecmp(name, *words) == 0)
      return true;
  return false;
}

/* Finds the only column whose name is one of the words. */
static int find_one(char *const *names, size_t count, const char *const *words, const char *listed, const char *path,
                    size_t *found, struct fault *why) {
  size_t times = 0, first = 0;
  for (size_t i = 0; i < count; i++)
    if (is_word(names[i], words)) {
      if (times++)
        return fault_set(why, EXIT_USAGE, "%s:1: ambiguous columns '%s' and '%s'; rename one of them", path,
                         names[first], names[i]);
      first = *found = i;
    }
  if (times)
    return 0;
  if (count == 1 && strpbrk(names[0], ";\t"))
    return fault_set(why, EXIT_USAGE, "%s:1: only one column; separate columns with commas", path);
  return fault_set(why, EXIT_USAGE, "%s:1: missing column (expected %s); rename the column that holds it", path,
                   listed);
}

struct choice {
  struct column *columns;
  size_t count;
  char *const *names;
  size_t name_count;
  const char *path;
  struct fault *why;
};

static int take_group(const char *name, void *with) {
  struct choice *c = with;
  for (size_t i = 0; i < c->count; i++)
    if (strcmp(c->columns[i].name, name) == 0)
      return fault_set(c->why, EXIT_USAGE, "--group: '%.80s' is a duplicate or the count or value column; remove it",
                       name);
  for (size_t i = 0; i < c->name_count; i++)
    if (strcmp(c->names[i], name) == 0) {
      c->columns[c->count++] = (struct column){.name = c->names[i], .type = TEXT};
      return 0;
    }
  unknown_word(c->why, "column", name, (const char *const *)c->names, c->name_count, NULL);
  return fault_at(c->why, "--group");
}

/* Chooses the count, the value, then the grouping columns. */
static int choose_columns(struct choice *c, const char *group) {
  static const char *const count_words[] = {"workers", "threads", "nodes", "cores", NULL};
  static const char *const value_words[] = {"seconds", "time", "throughput", NULL};
  size_t workers, value;
  if (find_one(c->names, c->name_count, count_words, COUNT_WORDS, c->path, &workers, c->why) != 0 ||
      find_one(c->names, c->name_count, value_words, VALUE_WORDS, c->path, &value, c->why) != 0)
    return -1;
  c->columns[c->count++] = (struct column){.name = c->names[workers], .type = REAL};
  c->columns[c->count++] = (struct column){.name = c->names[value], .type = REAL};
  if (group)
    return strcmp(group, "none") == 0 ? 0 : each_part(group, ',', take_group, c);
  for (size_t i = 0; i < c->name_count; i++)
    if (i != workers && i != value)
      c->columns[c->count++] = (struct column){.name = c->names[i], .type = TEXT};
  return 0;
}

/* ---- rows ---- */

static bool is_group(const struct table *t, const struct scaling_table *s, size_t group) {
  for (size_t i = 0; i < s->column_count; i++)
    if (strcmp(t->fields[GROUP_COLUMNS + i].text, s->groups[group][i]) != 0)
      return false;
  return true;
}

static int group_of(const struct table *t, struct scaling_table *s, size_t *group, struct fault *why) {
  for (*group = s->group_count; (*group)-- > 0;)
    if (is_group(t, s, *group))
      return 0;
  if (s->group_count == GROUPS_MAX)
    return fault_set(why, EXIT_USAGE,
                     "%s:%ld: more than %d groups; name the grouping columns with --group, or use --group none",
                     t->path, t->line, GROUPS_MAX);
  GROW(s->groups, s->group_count, s->group_capacity);
  char **texts = must_alloc(s->column_count, sizeof *texts);
  for (size_t i = 0; i < s->column_count; i++)
    texts[i] = must_copy(t->fields[GROUP_COLUMNS + i].text);
  *group = s->group_count;
  s->groups[s->group_count++] = texts;
  return 0;
}

static int above_zero(const struct table *t, int column, struct fault *why) {
  const struct field *f = &t->fields[column];
  if (!f->known)
    return fault_set(why, EXIT_USAGE, "%s:%ld: %s: empty value; fill it in or remove the row", t->path, t->line,
                     t->columns[column].name);
  if (f->real > 0 && 1 / f->real <= DBL_MAX)
    return 0;
  return fault_set(why, EXIT_USAGE, "%s:%ld: %s: '%.40s' must be above 0; correct it or remove the row", t->path,
                   t->line, t->columns[column].name, f->text);
}

static int take_row(const struct table *t, struct scaling_table *s, struct fault *why) {
  struct scaling_row row = {0};
  if (above_zero(t, COUNT_COLUMN, why) || above_zero(t, VALUE_COLUMN, why) || group_of(t, s, &row.group, why))
    return -1;
  row.workers = t->fields[COUNT_COLUMN].real;
  row.rate = s->time ? 1 / t->fields[VALUE_COLUMN].real : t->fields[VALUE_COLUMN].real;
  GROW(s->rows, s->row_count, s->row_capacity);
  s->rows[s->row_count++] = row;
  return 0;
}

static int read_rows(struct scaling_table *s, const char *path, const struct choice *c, struct fault *why) {
  struct table t;
  s->workers = must_copy(c->columns[COUNT_COLUMN].name), s->value = must_copy(c->columns[VALUE_COLUMN].name);
  s->time = strcasecmp(s->value, "throughput") != 0;
  s->columns = must_alloc(c->count, sizeof *s->columns);
  for (size_t i = GROUP_COLUMNS; i < c->count; i++)
    s->columns[s->column_count++] = must_copy(c->columns[i].name);
  int got = table_open(&t, path, c->columns, c->count, why) == 0 ? 1 : -1;
  while (got == 1 && (got = table_next(&t, why)) == 1)
    if (take_row(&t, s, why) != 0)
      got = -1;
  s->torn = t.torn;
  table_close(&t);
  return got;
}

int scaling_table_read(struct scaling_table *s, const char *path, const char *group, struct fault *why) {
  char **names;
  struct choice c = {.path = path, .why = why};
  *s = (struct scaling_table){0};
  int result = table_names(path, &names, &c.name_count, why);
  c.names = names;
  c.columns = must_alloc(c.name_count + GROUP_COLUMNS, sizeof *c.columns);
  if (result == 0)
    result = choose_columns(&c, group);
  if (result == 0)
    result = read_rows(s, path, &c, why);
  if (result == 0 && !s->row_count)
    result =
        fault_set(why, EXIT_USAGE, "%s: no data rows%s", path, s->torn ? "; end the last line with a line feed" : "");
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
  free(s->workers), free(s->value), free(s->columns), free(s->groups), free(s->rows);
  *s = (struct scaling_table){0};
}

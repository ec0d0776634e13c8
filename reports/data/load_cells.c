/* The flat list of cells named by rows of plan.csv and samples.csv, and range checks of their values. */
#include "base/words.h"
#include "load.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void notice(struct run *run, const char *text) {
  GROW(run->notices, run->notice_count, run->notice_capacity);
  run->notices[run->notice_count++] = must_copy(text);
}

void replace(char **old, const char *text) {
  free(*old);
  *old = must_copy(text);
}

struct cell_id identity_of(const struct field *f, const int columns[CELL_IDS], int workers) {
  struct cell_id id = {.workers = f[workers].number};
  for (int i = 0; i < CELL_IDS; i++)
    id.text[i] = f[columns[i]].text;
  return id;
}

static uint64_t hash_of(const struct cell_id *id) {
  uint64_t hash = hash_number(HASH_START, id->workers);
  for (int i = 0; i < CELL_IDS; i++)
    hash = hash_text(hash, id->text[i]);
  return hash;
}

static bool is_cell(const void *entries, size_t at, const void *key) {
  const struct cell *c = &((const struct entry *)entries)[at].cell;
  const struct cell_id *id = key;
  if (c->workers != id->workers)
    return false;
  for (int i = 0; i < CELL_IDS; i++)
    if (strcmp(cell_text(c, (enum cell_axis)i), id->text[i]) != 0)
      return false;
  return true;
}

struct entry *find_entry(struct loader *l, const struct cell_id *id) {
  if (l->last < l->count && is_cell(l->entries, l->last, id)) /* rows of a process follow each other */
    return &l->entries[l->last];
  size_t at = hash_find(&l->by_identity, hash_of(id), is_cell, l->entries, id);
  return at == NOT_THERE ? NULL : &l->entries[l->last = at];
}

struct entry *add_entry(struct loader *l, const struct table *t, const struct cell_id *id, struct fault *why) {
  if (l->count == CELLS_READ_MAX) {
    fault_set(why, EXIT_USAGE, "%s:%ld: more than %d different cells; give one run, and its files as nway wrote them",
              t->path, t->line, CELLS_READ_MAX);
    return NULL;
  }
  GROW(l->entries, l->count, l->capacity);
  hash_add(&l->by_identity, hash_of(id), l->count);
  struct entry *e = &l->entries[l->last = l->count++];
  *e = (struct entry){.cell = {.workers = id->workers, .attainable = NAN}};
  struct cell *c = &e->cell;
  for (int i = 0; i < CELL_IDS; i++)
    *cell_text_of(c, i) = must_copy(id->text[i]);
  c->section = must_copy("");
  c->plan_note = must_copy("");
  return e;
}

int in_range(const struct table *t, int column, int64_t least, int64_t most, struct fault *why) {
  const struct field *f = &t->fields[column];
  if (f->known && f->number >= least && f->number <= most)
    return 0;
  return fault_set(why, EXIT_USAGE, "%s:%ld: %s: '%.40s' is not from %lld to %lld; restore the file as nway wrote it",
                   t->path, t->line, t->columns[column].name, f->text, (long long)least, (long long)most);
}

int refuse_word(const struct table *t, int column, const char *const *known, size_t count, struct fault *why) {
  unknown_word(why, t->columns[column].name, t->fields[column].text, known, count, NULL);
  return fault_at(why, "%s:%ld", t->path, t->line);
}

/* Reads the rows of a CSV file by several threads, each a part of the file at a time, and passes them on in order. */
#include "parallel.h"
#include "table_rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PART_BYTES = 64 << 10, PARTS_LEAST = 8, ROW_BYTES_USUAL = 4096 };

/* What the threads share. A part is read by any thread at any time; the rows of one part are passed on after those of
 * the part before it, in its turn. */
struct reading {
  struct table *table;
  struct table_split split;
  table_take *take;
  void *with;
  struct fault *why;
  pthread_mutex_t lock; /* of the four below */
  pthread_cond_t turned;
  size_t next, turn; /* the part to read next; the part whose turn it is */
  bool over;         /* a row was refused */
  off_t begin;       /* of the first row */
  off_t reached;     /* the rows up to here were passed on; this and below: of the part whose turn it is */
  long next_line, rows;
  bool torn;
  int result;
};

/* A part as one thread reads it: the rows from `start` that were read before its turn. */
struct part {
  struct table table;
  struct field *fields; /* of all rows, one after the other */
  size_t count;
  off_t start;
};

/* ---- before its turn ---- */

/* Whether the block holds the first line feed at or behind a place in the file. */
static bool holds_line_end(const struct table *t, off_t place) {
  off_t behind = place - table_offset(t);
  return t->end - t->at > behind && memchr(t->at + behind, '\n', (size_t)(t->end - t->at - behind));
}

/* Goes to the first row that starts in the part: behind the first line feed from the byte before it. A line feed in
 * quotes is none; its turn shows that (take_turn). */
static void find_start(struct part *p, off_t from, bool first) {
  struct table *t = &p->table;
  table_seek(t, from - !first);
  while (!holds_line_end(t, t->until - 1) && t->end - t->at < t->until - from + (off_t)FIELD_BYTES_MAX)
    if (!table_read_more(t))
      break;
  char *line_end = first ? NULL : memchr(t->at, '\n', (size_t)(t->end - t->at));
  if (!first)
    t->at = line_end ? line_end + 1 : t->end;
  p->start = table_offset(t);
}

/* Reads plain rows up to the end of the part, or to a row that is not plain. */
static void read_part(struct part *p, const struct reading *r, size_t number) {
  struct table *t = &p->table;
  off_t from = r->begin + (off_t)(number * r->split.bytes);
  t->until = from + (off_t)r->split.bytes;
  find_start(p, from, number == 0);
  p->count = 0;
  while (table_offset(t) < t->until && table_take_plain(t, p->fields + p->count * t->count))
    p->count++;
}

/* ---- in its turn ---- */

/* Passes on the row in t->fields; false if it was refused. */
static bool pass_on(struct reading *r, const struct table *t) {
  if (r->take(r->with, t, r->why) == 0)
    return true;
  r->result = -1;
  return false;
}

/* Passes on the rows that were read before. */
static bool pass_plain(struct reading *r, struct part *p) {
  struct table *t = &p->table;
  for (size_t i = 0; i < p->count; i++) {
    t->fields = p->fields + i * t->count;
    t->line = t->next_line++;
    t->rows++;
    if (!pass_on(r, t))
      return false;
  }
  t->fields = p->fields;
  return true;
}

/* Reads the rest of the part and passes it on. */
static bool pass_rest(struct reading *r, struct table *t) {
  int got;
  while ((got = table_next(t, r->why)) == 1)
    if (!pass_on(r, t))
      return false;
  if (got != 0)
    r->result = -1;
  return got == 0 && !t->torn;
}

/* Passes on all rows of a part. Returns whether rows may follow. */
static bool take_turn(struct reading *r, struct part *p) {
  struct table *t = &p->table;
  if (r->reached >= t->until)
    return true;
  t->next_line = r->next_line, t->rows = r->rows;
  if (r->reached != p->start || t->rows + (long)p->count > ROWS_MAX) {
    table_seek(t, r->reached);
    p->count = 0;
  }
  bool more = pass_plain(r, p) && pass_rest(r, t);
  r->reached = table_offset(t), r->next_line = t->next_line, r->rows = t->rows;
  r->torn = t->torn;
  return more;
}

/* ---- the threads ---- */

/* Takes the number of a part that nobody reads; false if there is none. */
static bool claim(struct reading *r, size_t *number) {
  pthread_mutex_lock(&r->lock);
  *number = r->next++;
  bool is_there = !r->over && r->begin + (off_t)(*number * r->split.bytes) < r->table->size;
  pthread_mutex_unlock(&r->lock);
  return is_there;
}

/* Waits for the turn of a part; false if no row is wanted any more. */
static bool await_turn(struct reading *r, size_t number) {
  pthread_mutex_lock(&r->lock);
  while (!r->over && r->turn != number)
    pthread_cond_wait(&r->turned, &r->lock);
  bool wanted = !r->over;
  pthread_mutex_unlock(&r->lock);
  return wanted;
}

static void end_turn(struct reading *r, bool more) {
  pthread_mutex_lock(&r->lock);
  r->turn++;
  r->over = !more;
  pthread_cond_broadcast(&r->turned);
  pthread_mutex_unlock(&r->lock);
}

static void read_parts(void *with, size_t thread) {
  struct reading *r = with;
  (void)thread;
  const struct table *t = r->table;
  size_t rows_most = r->split.bytes / t->width + 2; /* a row has at least so many bytes as columns */
  struct part p = {.table = *t, .fields = must_alloc(rows_most, t->count * sizeof *p.fields)};
  p.table.room = r->split.bytes + ROW_BYTES_USUAL;
  p.table.block = must_alloc(p.table.room + BLOCK_SLACK, 1);
  p.table.fields = p.fields;
  p.table.bytes = NULL, p.table.capacity = 0;
  p.table.starts = NULL, p.table.start_capacity = 0;
  for (size_t number; claim(r, &number);) {
    read_part(&p, r, number);
    if (!await_turn(r, number))
      break;
    end_turn(r, take_turn(r, &p));
  }
  free(p.fields), free(p.table.block), free(p.table.bytes), free(p.table.starts);
}

/* Without threads: row after row. */
static int each_alone(struct table *t, table_take *take, void *with, struct fault *why) {
  int got;
  while ((got = table_next(t, why)) == 1)
    if (take(with, t, why) != 0)
      return -1;
  return got;
}

int table_each(struct table *t, struct table_split split, table_take *take, void *with, struct fault *why) {
  struct reading r = {.table = t, .split = split, .take = take, .with = with, .why = why};
  if (split.threads < 2)
    return each_alone(t, take, with, why);
  r.begin = r.reached = table_offset(t), r.next_line = t->next_line, r.rows = t->rows;
  pthread_mutex_init(&r.lock, NULL), pthread_cond_init(&r.turned, NULL);
  parallel_each(split.threads, split.threads, read_parts, &r);
  pthread_mutex_destroy(&r.lock), pthread_cond_destroy(&r.turned);
  t->rows = r.rows, t->torn = r.torn;
  return r.result;
}

struct table_split table_split_for(const struct table *t) {
  bool large = t->size >= (off_t)PARTS_LEAST * PART_BYTES;
  return (struct table_split){.threads = large ? usable_threads() : 1, .bytes = PART_BYTES};
}

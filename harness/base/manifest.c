/* Writes blocks.csv and checks samples.csv by it. */
#include "manifest.h"

#include "decimal.h"
#include "digest.h"
#include "limits.h"
#include "lines.h"
#include "samples.h"
#include "states.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = "blocks.csv", header[] = "what,round,block,rows,digest\n";

struct entry {
  char what[8];
  int64_t round, block, rows;
  uint64_t digest;
};

/* ---- writing ---- */

int manifest_create(const struct place *run, struct fault *fault) {
  return place_write(run, name, header, strlen(header), fault);
}

/* The length of the file; -1 where it is not there. */
static int64_t length_of(const struct place *run) {
  struct stat facts;
  return fstatat(run->fd, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 ? (int64_t)facts.st_size : -1;
}

void manifest_follow(const struct place *run, struct samples *samples) {
  int64_t length = length_of(run);
  samples->listed = length > 0 ? length : 0;
}

/* Whether the file is as this process wrote it. */
static int check_file(const struct place *run, const struct samples *samples, struct fault *fault) {
  int64_t length = length_of(run);
  if (length == samples->listed)
    return 0;
  return fault_set(fault, EXIT_UNDECIDED,
                   "%s/%s: %s by another program during the run; check which files the kernel or program writes, and "
                   "start a new run",
                   run->path, name,
                   length < 0                 ? "was removed"
                   : length > samples->listed ? "was written to"
                                              : "was cut");
}

static int add_line(const struct place *run, struct samples *samples, const struct entry *entry, struct fault *fault) {
  char line[120], why[LIMIT_TEXT];
  if (samples->listed == 0)
    return 0;
  if (check_file(run, samples, fault) != 0)
    return -1;
  int fd = openat(run->fd, name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  int length = snprintf(line, sizeof line, "%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%016" PRIx64 "\n", entry->what,
                        entry->round, entry->block, entry->rows, entry->digest);
  int failed = fd < 0 || write_whole(fd, line, (size_t)length) != 0 ? errno : 0;
  if (fd >= 0 && close(fd) != 0 && !failed)
    failed = errno;
  samples->listed += length;
  return failed ? fault_set(fault, EXIT_UNDECIDED, "%s/%s: cannot write: %s", run->path, name,
                            error_text(failed, why, sizeof why))
                : 0;
}

int manifest_add(const struct place *run, struct samples *samples, const char *what, int64_t round, int64_t block,
                 struct fault *fault) {
  struct entry entry = {.round = round, .block = block, .rows = samples->rows, .digest = samples->digest};
  snprintf(entry.what, sizeof entry.what, "%s", what);
  samples->rows = 0;
  samples->digest = 0;
  if (fdatasync(samples->fd) != 0 && errno != EINVAL && errno != EROFS)
    return fault_set(fault, EXIT_UNDECIDED, "%s: cannot flush to disk: %s", samples->path, strerror(errno));
  return samples_check(samples, run, fault) != 0 ? -1 : add_line(run, samples, &entry, fault);
}

/* ---- reading ---- */

/* Fills an entry from a line; false if the line is invalid. */
static bool read_entry(char *line, struct entry *entry) {
  char *field[5], *at = line, *end;
  for (int i = 0; i < 5; i++)
    if (!at || !(field[i] = csv_take(at, &at)))
      return false;
  snprintf(entry->what, sizeof entry->what, "%s", field[0]);
  entry->digest = strtoull(field[4], &end, 16);
  return !at && end == field[4] + 16 && !*end && read_int(field[1], &entry->round) &&
         read_int(field[2], &entry->block) && read_int(field[3], &entry->rows) && entry->rows >= 0;
}

static bool is_what(const struct entry *entry, const char *what) { return strcmp(entry->what, what) == 0; }

/* The sum of all entries. */
static void add_up(struct entry *sum, const struct entry *entry) {
  sum->rows += entry->rows;
  sum->digest = digest_of(sum->digest, &entry->digest, sizeof entry->digest);
}

/* Opens the file of a run; NULL if it is not there. */
static FILE *open_file(const struct place *run) {
  int fd = openat(run->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  return fd >= 0 ? fdopen(fd, "r") : NULL;
}

int manifest_end(const struct place *run, struct samples *samples, struct fault *fault) {
  struct entry sum = {.what = "run"}, entry;
  if (samples->rows > 0 &&
      manifest_add(run, samples, "cut", samples->round, samples->round ? samples->block : 0, fault) != 0)
    return -1;
  if (samples_check(samples, run, fault) != 0)
    return -1;
  struct lines lines = {.file = open_file(run)};
  while (lines_next(&lines)) {
    lines.line[strcspn(lines.line, "\n")] = '\0';
    if (read_entry(lines.line, &entry))
      add_up(&sum, &entry);
  }
  const char *wrong = lines.failed;
  lines_close(&lines);
  return wrong ? fault_set(fault, EXIT_UNDECIDED, "%s/%s: %s", run->path, name, wrong)
               : add_line(run, samples, &sum, fault);
}

int manifest_reopen(const struct place *run, struct fault *fault) {
  struct lines lines = {.file = open_file(run)};
  struct entry entry;
  char *text = NULL, *copy;
  size_t size = 0;
  bool lost = false;
  if (!lines.file)
    return 0;
  FILE *out = open_memstream(&text, &size);
  if (out)
    fputs(header, out);
  while (out && !lost && lines_next(&lines)) {
    lost = !(copy = strdup(lines.line));
    lines.line[strcspn(lines.line, "\n")] = '\0';
    if (!lost && read_entry(lines.line, &entry) && (is_what(&entry, "pilot") || is_what(&entry, "block")))
      lost = fputs(copy, out) < 0;
    free(copy);
  }
  const char *wrong = lines.failed;
  int number = lines.number;
  lines_close(&lines);
  lost |= !out || fclose(out) != 0;
  int failed = wrong  ? fault_set(fault, EXIT_USAGE, "%s/%s:%d: %s; start a new run", run->path, name, number, wrong)
               : lost ? fault_memory(fault)
                      : place_write(run, name, text, size, fault);
  free(text);
  return failed;
}

/* ---- checking ---- */

struct checking {
  struct lines rows, entries;
  const char *folder;
  struct entry entry, sum; /* the one that rows belong to now; all before it */
  bool open;               /* there is such an entry */
  bool over;               /* the line of the run was reached */
  int64_t count;           /* rows of the entry so far */
  uint64_t digest;
  int round_at, block_at, status_at; /* columns */
  struct manifest_tail *tail;
  struct fault *fault;
};

static int bad_entry(struct checking *c) {
  return fault_set(c->fault, EXIT_USAGE, "%s/%s:%d: not a line of this file (%.*s); restore the file as nway wrote it",
                   c->folder, name, c->entries.number, (int)sizeof header - 2, header);
}

/* Goes to the next entry; after the last one, or the run's, none is open. */
static int next_entry(struct checking *c) {
  c->open = false;
  c->count = 0;
  c->digest = 0;
  if (c->over || !lines_next(&c->entries))
    return 0;
  c->entries.line[strcspn(c->entries.line, "\n")] = '\0';
  if (!read_entry(c->entries.line, &c->entry))
    return bad_entry(c);
  if (!is_what(&c->entry, "run"))
    return c->open = true, 0;
  c->over = c->tail->ended = true;
  return c->entry.rows == c->sum.rows && c->entry.digest == c->sum.digest
             ? 0
             : fault_set(c->fault, EXIT_USAGE,
                         "%s/%s:%d: the lines above do not add up to this one; restore the file as nway wrote it",
                         c->folder, name, c->entries.number);
}

/* Ends the open entry: all its rows must have come. */
static int end_entry(struct checking *c) {
  const struct entry *entry = &c->entry;
  if (c->count != entry->rows)
    return fault_set(c->fault, EXIT_USAGE,
                     "%s/samples.csv:%d: round %" PRId64 ", block %" PRId64 ": %" PRId64 " of %" PRId64
                     " rows before this line, so rows are lost; restore the file as nway wrote it",
                     c->folder, c->rows.number, entry->round, entry->block, c->count, entry->rows);
  if (c->digest != entry->digest)
    return fault_set(c->fault, EXIT_USAGE,
                     "%s/samples.csv:%d: round %" PRId64 ", block %" PRId64
                     ": the rows before this line were changed; restore the file as nway wrote it",
                     c->folder, c->rows.number, entry->round, entry->block);
  if (is_what(entry, "cut"))
    c->tail->rows = entry->rows, c->tail->round = entry->round, c->tail->block = entry->block;
  add_up(&c->sum, entry);
  return next_entry(c);
}

static int take_tail(struct checking *c, int64_t round, int64_t block) {
  struct manifest_tail *tail = c->tail;
  if (c->over || (tail->rows > 0 && (tail->round != round || tail->block != block)))
    return fault_set(c->fault, EXIT_USAGE,
                     "%s/samples.csv:%d: a row of round %" PRId64 ", block %" PRId64
                     " that %s does not list; restore the file as nway wrote it",
                     c->folder, c->rows.number, round, block, name);
  tail->rows++;
  tail->round = round;
  tail->block = block;
  return 0;
}

static int take_row(struct checking *c, int64_t round, int64_t block, uint64_t digest) {
  while (c->open) {
    if (c->count < c->entry.rows && c->entry.round == round && c->entry.block == block) {
      c->count++;
      c->digest = digest_of(c->digest, &digest, sizeof digest);
      return 0;
    }
    if (end_entry(c) != 0)
      return -1;
  }
  return take_tail(c, round, block);
}

static int check_line(struct checking *c) {
  int64_t round = -1, block = -1;
  bool counts = true;
  uint64_t digest = digest_of(0, c->rows.line, strlen(c->rows.line));
  c->rows.line[strcspn(c->rows.line, "\n")] = '\0';
  int i = 0;
  for (char *at = c->rows.line, *field; at && (field = csv_take(at, &at)); i++) {
    if (i == c->round_at)
      read_int(field, &round);
    else if (i == c->block_at)
      read_int(field, &block);
    else if (i == c->status_at)
      counts = status_of(field) != STATUS_SUPERSEDED;
  }
  return counts ? take_row(c, round, round ? block : 0, digest) : 0;
}

static void find_columns(struct checking *c) {
  int i = 0;
  c->rows.line[strcspn(c->rows.line, "\n")] = '\0';
  c->round_at = c->block_at = c->status_at = -1;
  for (char *at = c->rows.line, *field; at && (field = csv_take(at, &at)); i++) {
    int column = column_find(field);
    if (column == COL_round)
      c->round_at = i;
    else if (column == COL_block)
      c->block_at = i;
    else if (column == COL_status)
      c->status_at = i;
  }
}

static int check_files(struct checking *c) {
  if (!lines_next(&c->entries) || strcmp(c->entries.line, header) != 0)
    return fault_set(c->fault, EXIT_USAGE, "%s/%s:1: wrong header; restore the file as nway wrote it", c->folder, name);
  if (next_entry(c) != 0)
    return -1;
  if (lines_next(&c->rows))
    find_columns(c);
  while (lines_next(&c->rows))
    if (check_line(c) != 0)
      return -1;
  while (!c->rows.failed && c->open)
    if (end_entry(c) != 0)
      return -1;
  if (c->rows.failed || c->entries.failed)
    return fault_set(c->fault, EXIT_USAGE, "%s/%s:%d: %s; restore the file as nway wrote it", c->folder,
                     c->rows.failed ? "samples.csv" : name, c->rows.failed ? c->rows.number : c->entries.number,
                     c->rows.failed ? c->rows.failed : c->entries.failed);
  return 0;
}

int manifest_check(const char *folder, struct manifest_tail *tail, struct fault *fault) {
  struct place place;
  *tail = (struct manifest_tail){0};
  if (place_open(&place, folder, fault) != 0)
    return -1;
  int samples = openat(place.fd, "samples.csv", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  struct checking c = {.folder = folder, .tail = tail, .fault = fault, .entries.file = open_file(&place)};
  c.rows.file = samples >= 0 ? fdopen(samples, "r") : NULL;
  tail->known = c.entries.file && c.rows.file;
  int failed = tail->known ? check_files(&c) : 0;
  lines_close(&c.rows);
  lines_close(&c.entries);
  place_close(&place);
  return failed;
}

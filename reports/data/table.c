/* A strict CSV reader: row by row, columns by name, every value checked. */
#include "table.h"

#include "base/words.h"
#include "table_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FAILED = -2, SEPARATOR = -3 };
enum { BLOCK_BYTES = 256 << 10 };

/* ---- the file to bytes ---- */

bool table_read_more(struct table *t) {
  size_t left = (size_t)(t->end - t->at);
  if (left)
    memmove(t->block, t->at, left);
  if (left == t->room) {
    t->room = t->room ? 2 * t->room : BLOCK_BYTES;
    t->block = must_grow(t->block, t->room + BLOCK_SLACK, 1);
  }
  ssize_t got;
  do
    got = pread(t->fd, t->block + left, t->room - left, t->offset);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    t->failed = errno;
  t->at = t->block;
  t->end = t->block + left + (got > 0 ? got : 0);
  t->offset += got > 0 ? got : 0;
  return got > 0;
}

void table_seek(struct table *t, off_t place) {
  t->at = t->end = t->block;
  t->offset = place;
  t->failed = 0;
}

off_t table_offset(const struct table *t) { return t->offset - (t->end - t->at); }

static inline int next_byte(struct table *t) {
  return t->at < t->end || table_read_more(t) ? (unsigned char)*t->at++ : EOF;
}

/* Puts the byte just read back. */
static void unread(struct table *t, int byte) { t->at -= byte != EOF; }

/* ---- bytes to fields ---- */

static int say_at(const struct table *t, long line, struct fault *why, const char *what) {
  fault_set(why, EXIT_USAGE, "%s:%ld: %s", t->path, line, what);
  return FAILED;
}

static int keep(struct table *t, int byte, struct fault *why) {
  if (t->used - t->starts[t->start_count - 1] >= FIELD_BYTES_MAX)
    return say_at(t, t->line, why, "field longer than 64 KiB; check for an unclosed quote");
  if (t->used >= ROW_BYTES_MAX)
    return say_at(t, t->line, why, "row longer than 1 MiB; check for an unclosed quote");
  GROW(t->bytes, t->used, t->capacity);
  t->bytes[t->used++] = (char)byte;
  return 0;
}

static bool is_gap(int byte) { return byte == ' ' || byte == '\t'; }

static bool is_separator(const struct table *t, int byte) {
  return byte == t->dialect.separator || (t->dialect.separator == ' ' && byte == '\t');
}

/* The byte after blanks that do not count; a tab that separates does. */
static int past_gap(struct table *t, int byte) {
  while (t->dialect.loose && is_gap(byte) && (t->dialect.separator == ' ' || !is_separator(t, byte)))
    byte = next_byte(t);
  return byte;
}

/* Blanks that separate: a SEPARATOR, unless the line ends behind them. */
static int after_blanks(struct table *t, int byte) {
  byte = past_gap(t, byte);
  if (byte == '\r' || byte == '\n' || byte == EOF)
    return byte;
  unread(t, byte);
  return SEPARATOR;
}

/* What ends a field: SEPARATOR or '\n' (also for CR LF), EOF, or FAILED. */
static int delimiter(struct table *t, int byte, struct fault *why) {
  if (t->dialect.separator == ' ' && is_gap(byte))
    byte = after_blanks(t, byte);
  if (is_separator(t, byte))
    return SEPARATOR;
  if (byte == '\r') {
    byte = next_byte(t);
    if (byte == EOF)
      return EOF;
    if (byte != '\n')
      return say_at(t, t->next_line, why, "carriage return without a line feed; end lines with LF or CR LF");
  }
  if (byte == SEPARATOR || byte == '\n' || byte == EOF)
    return byte;
  return say_at(t, t->next_line, why, "text after a closing quote; double a quote inside a quoted field");
}

static int read_quoted(struct table *t, struct fault *why) {
  long opened = t->next_line;
  for (;;) {
    int byte = next_byte(t);
    if (byte == EOF && t->next_line == opened)
      return EOF; /* incomplete last line */
    if (byte == EOF)
      return say_at(t, opened, why, "unclosed quote; close the field that starts on this line");
    if (byte == '\0')
      return say_at(t, t->next_line, why, "NUL byte; save the file as plain text");
    if (byte == '"') {
      byte = next_byte(t);
      if (byte != '"')
        return delimiter(t, past_gap(t, byte), why);
    }
    t->next_line += byte == '\n';
    if (keep(t, byte, why))
      return FAILED;
  }
}

static int read_bare(struct table *t, int byte, struct fault *why) {
  const int separator = (unsigned char)t->dialect.separator, other = separator == ' ' ? '\t' : separator;
  for (; byte != separator && byte != other && byte != '\n' && byte != '\r' && byte != EOF; byte = next_byte(t)) {
    if (byte == '\0' || byte == '"')
      return say_at(t, t->next_line, why,
                    byte ? "quote inside an unquoted field; quote the whole field and double the quote"
                         : "NUL byte; save the file as plain text");
    if (keep(t, byte, why))
      return FAILED;
  }
  while (t->dialect.loose && t->used > t->starts[t->start_count - 1] && is_gap(t->bytes[t->used - 1]))
    t->used--;
  return delimiter(t, byte, why);
}

/* The first byte of a row, past comment lines. */
static int first_byte(struct table *t) {
  int byte = past_gap(t, next_byte(t));
  while (t->dialect.loose && byte == '#' && t->width) {
    while (byte != '\n' && byte != EOF)
      byte = next_byte(t);
    if (byte == EOF)
      return EOF;
    t->line = ++t->next_line;
    byte = past_gap(t, next_byte(t));
  }
  return byte;
}

/* Reads a row into t->bytes. Returns 1, 0 at the end (t->torn if the last row is incomplete), or FAILED. */
static int read_row(struct table *t, struct fault *why) {
  t->used = t->start_count = 0;
  t->line = t->next_line;
  for (int end = SEPARATOR; end == SEPARATOR;) {
    int byte = t->start_count ? past_gap(t, next_byte(t)) : first_byte(t);
    GROW(t->starts, t->start_count, t->start_capacity);
    t->starts[t->start_count++] = t->used;
    if (byte == EOF && t->used == 0 && t->start_count == 1)
      return 0;
    end = byte == '"' ? read_quoted(t, why) : read_bare(t, byte, why);
    if (end == FAILED)
      return FAILED;
    if (end == EOF) {
      t->torn = true;
      return 0;
    }
    if (keep(t, '\0', why))
      return FAILED;
  }
  t->next_line++;
  return 1;
}

/* ---- the header ---- */

static const char *word(const struct table *t, size_t column) { return t->bytes + t->starts[column]; }

static int find_column(const struct table *t, const char *name, bool optional, size_t *found, struct fault *why) {
  size_t times = 0, first = 0;
  for (size_t i = 0; i < t->start_count; i++)
    if (strcmp(word(t, i), name) == 0) {
      if (times++)
        return fault_set(why, EXIT_USAGE, "%s:%ld: duplicate column '%s' (columns %zu and %zu); remove one", t->path,
                         t->line, name, first + 1, i + 1);
      first = *found = i;
    }
  if (times)
    return 0;
  *found = NOWHERE;
  if (optional)
    return 0;
  const char **names = must_alloc(t->start_count, sizeof *names);
  for (size_t i = 0; i < t->start_count; i++)
    names[i] = word(t, i);
  const char *near = nearest_word(name, names, t->start_count);
  struct text shown = {0};
  text_plain(&shown, near ? near : "");
  fault_set(why, EXIT_USAGE, "%s:%ld: column '%s' is missing; %s%s%s", t->path, t->line, name,
            near ? "the nearest is '" : "restore the file as nway wrote it", text_of(&shown),
            near ? "': rename it, or restore the file as nway wrote it" : "");
  text_free(&shown);
  free(names);
  return -1;
}

static void skip_bom(struct table *t) {
  static const unsigned char bom[] = {0xef, 0xbb, 0xbf};
  if (table_read_more(t) && t->end - t->at >= 3 && memcmp(t->at, bom, 3) == 0)
    t->at += 3;
}

static int open_regular(struct table *t, struct fault *why) {
  int fd = open(t->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  struct stat about;
  if (fd < 0)
    return fault_set(why, EXIT_USAGE, "%s: cannot read: %s; check the path", t->path, strerror(errno));
  t->fd = fd;
  if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
    return fault_set(why, EXIT_USAGE, "%s: not a regular file; give a plain file", t->path);
  if (about.st_size > TABLE_BYTES_MAX)
    return fault_set(why, EXIT_USAGE, "%s: larger than 4 GiB, which no run of %ld rows is; split the file", t->path,
                     ROWS_MAX);
  t->size = about.st_size;
  skip_bom(t);
  return 0;
}

/* Skips the lines before the header, and its '#'. */
static void skip_lines(struct table *t) {
  for (int byte = 0; t->next_line <= t->dialect.skip && byte != EOF;) {
    byte = next_byte(t);
    t->next_line += byte == '\n';
  }
  if (!t->dialect.hash)
    return;
  int byte = next_byte(t);
  while (byte == '#' || is_gap(byte))
    byte = next_byte(t);
  unread(t, byte);
}

int table_open(struct table *t, const char *path, const struct column *columns, size_t count, struct fault *why) {
  return table_open_as(t, path, (struct dialect){.separator = ','}, columns, count, why);
}

int table_open_as(struct table *t, const char *path, struct dialect dialect, const struct column *columns, size_t count,
                  struct fault *why) {
  *t = (struct table){.path = path,
                      .fd = -1,
                      .dialect = dialect,
                      .columns = columns,
                      .count = count,
                      .next_line = 1,
                      .until = INT64_MAX};
  t->fields = must_alloc(count, sizeof *t->fields);
  t->source = must_alloc(count, sizeof *t->source);
  t->missing = must_alloc(count, sizeof *t->missing);
  if (open_regular(t, why) != 0)
    return -1;
  skip_lines(t);
  int got = read_row(t, why);
  if (got != 1)
    return got == 0 ? fault_set(why, EXIT_USAGE, "%s:1: missing header line; add one with the column names", path) : -1;
  t->width = t->start_count;
  t->wanted = must_alloc(t->width, sizeof *t->wanted);
  for (size_t c = 0; c < t->width; c++)
    t->wanted[c] = NOWHERE;
  for (size_t i = 0; i < count; i++) {
    if (find_column(t, columns[i].name, columns[i].optional, &t->source[i], why) != 0)
      return -1;
    if (t->source[i] != NOWHERE)
      t->wanted[t->source[i]] = i;
    else
      t->missing[t->missing_count++] = i;
  }
  return 0;
}

int table_names(const char *path, struct dialect dialect, char ***names, size_t *count, struct fault *why) {
  struct table t;
  int result = table_open_as(&t, path, dialect, NULL, 0, why);
  *count = result == 0 ? t.width : 0;
  *names = must_alloc(*count, sizeof **names);
  for (size_t i = 0; i < *count; i++)
    (*names)[i] = must_copy(word(&t, i));
  table_close(&t);
  return result;
}

void table_names_free(char **names, size_t count) {
  for (size_t i = 0; i < count; i++)
    free(names[i]);
  free(names);
}

/* ---- rows ---- */

static int read_field(const struct table *t, size_t i, struct fault *why) {
  struct field *field = &t->fields[i];
  *field = (struct field){.text = t->source[i] == NOWHERE ? "" : word(t, t->source[i]), .real = NAN};
  field->known = *field->text != '\0';
  if (!field->known || t->columns[i].type == TEXT)
    return 0;
  bool good = t->columns[i].type == INT ? read_int(field->text, &field->number) : read_real(field->text, &field->real);
  if (good) {
    if (t->columns[i].type == INT)
      field->real = (double)field->number;
    return 0;
  }
  struct text shown = {0};
  text_plain(&shown, field->text);
  fault_set(why, EXIT_USAGE, "%s:%ld: %s: '%.80s' is not %s", t->path, t->line, t->columns[i].name, text_of(&shown),
            t->columns[i].type == INT ? "a whole number" : "a decimal number");
  text_free(&shown);
  return -1;
}

static bool is_blank(const struct table *t) { return t->start_count == 1 && *word(t, 0) == '\0'; }

/* Reads a row by every rule, or says what is wrong with it. Returns as table_next. */
static int next_row(struct table *t, struct fault *why) {
  int got;
  do
    got = read_row(t, why);
  while (got == 1 && is_blank(t));
  if (got != 1)
    return got != 0    ? -1
           : t->failed ? fault_set(why, EXIT_USAGE, "%s: cannot read: %s; check the disk", t->path, strerror(t->failed))
                       : 0;
  if (++t->rows > ROWS_MAX)
    return fault_set(why, EXIT_USAGE, "%s:%ld: more than %ld rows; split the file", t->path, t->line, ROWS_MAX);
  if (t->start_count != t->width)
    return fault_set(why, EXIT_USAGE, "%s:%ld: %zu fields, but the header has %zu; correct this row", t->path, t->line,
                     t->start_count, t->width);
  for (size_t i = 0; i < t->count; i++)
    if (read_field(t, i, why) != 0)
      return -1;
  return 1;
}

int table_next(struct table *t, struct fault *why) {
  if (table_offset(t) >= t->until)
    return 0;
  while (!memchr(t->at, '\n', (size_t)(t->end - t->at)))
    if (t->end - t->at > (ptrdiff_t)FIELD_BYTES_MAX || !table_read_more(t))
      break;
  if (t->rows >= ROWS_MAX || !table_take_plain(t, t->fields))
    return next_row(t, why);
  t->rows++;
  t->line = t->next_line++;
  return 1;
}

void table_close(struct table *t) {
  if (t->path && t->fd >= 0)
    close(t->fd);
  free(t->block);
  free(t->fields);
  free(t->source);
  free(t->missing);
  free(t->wanted);
  free(t->bytes);
  free(t->starts);
  *t = (struct table){0};
}

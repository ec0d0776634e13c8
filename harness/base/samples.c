/* Writes samples.csv. */
#include "samples.h"

#include "digest.h"
#include "limits.h"
#include "lines.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[COLUMNS] = {
#define COLUMN(name, type, unit, meaning) #name,
#include "columns.def"
#undef COLUMN
};

const enum column cell_columns[CELL_IDS] = {
#define CELL_ID(name, level, label, meaning) COL_##name,
#include "cell_id.def"
};

enum { ROW_BYTES = COLUMNS * (2 * FIELD_BYTES + 3) };

int column_find(const char *name) {
  for (int i = 0; i < COLUMNS; i++)
    if (strcmp(names[i], name) == 0)
      return i;
  return -1;
}

void row_cell(struct row *row, const struct cell_id *id) {
  for (int i = 0; i < CELL_IDS; i++)
    row_text(row, cell_columns[i], id->text[i]);
  row_int(row, COL_workers, id->workers);
}

struct cell_id row_cell_id(const struct row *row) {
  struct cell_id id = {.workers = atoll(row->field[COL_workers])};
  for (int i = 0; i < CELL_IDS; i++)
    id.text[i] = row->field[cell_columns[i]];
  return id;
}

void row_text(struct row *row, enum column column, const char *text) {
  snprintf(row->field[column], FIELD_BYTES, "%s", text);
}

void row_int(struct row *row, enum column column, int64_t value) {
  snprintf(row->field[column], FIELD_BYTES, "%lld", (long long)value);
}

void row_real(struct row *row, enum column column, double value) {
  row->field[column][0] = '\0';
  if (isfinite(value))
    snprintf(row->field[column], FIELD_BYTES, "%.12g", value);
}

void row_without_figures(struct row *row) {
  for (int i = COL_iterations; i <= COL_work_units; i++)
    row->field[i][0] = '\0';
}

void csv_field(char *out, size_t size, const char *text, int first) {
  if (!first)
    append(out, size, ",");
  if (!strpbrk(text, ",\"\r\n")) {
    append(out, size, "%s", text);
    return;
  }
  append(out, size, "\"");
  for (; *text; text++)
    append(out, size, *text == '"' ? "\"\"" : "%c", *text);
  append(out, size, "\"");
}

static int write_all(struct samples *samples, const char *text, struct fault *fault) {
  char why[LIMIT_TEXT];
  samples->bytes += (int64_t)strlen(text);
  return write_whole(samples->fd, text, strlen(text)) == 0
             ? 0
             : fault_set(fault, EXIT_UNDECIDED,
                         "%s: cannot write: %s; then resume the run, whose earlier rows are kept", samples->path,
                         error_text(errno, why, sizeof why));
}

int samples_create(struct samples *samples, const char *path, struct fault *fault) {
  char header[HEADER_BYTES];
  *samples = (struct samples){.fd = -1, .path = strdup(path)};
  if (!samples->path)
    return fault_memory(fault);
  samples->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (samples->fd < 0)
    return fault_set(fault, EXIT_USAGE, "%s: cannot create: %s; check the folder's permissions and its disk", path,
                     strerror(errno));
  append(row_header(header), sizeof header, "\n");
  return write_all(samples, header, fault);
}

int samples_append(struct samples *samples, const char *path, struct fault *fault) {
  *samples = (struct samples){.fd = -1, .path = strdup(path)};
  if (!samples->path)
    return fault_memory(fault);
  samples->fd = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat facts;
  if (samples->fd < 0 || fstat(samples->fd, &facts) != 0)
    return fault_set(fault, EXIT_USAGE, "%s: cannot append: %s; check the file's permissions", path, strerror(errno));
  samples->bytes = (int64_t)facts.st_size;
  return 0;
}

int samples_check(const struct samples *samples, const struct place *run, struct fault *fault) {
  struct stat own, now;
  if (fstat(samples->fd, &own) != 0 || !S_ISREG(own.st_mode))
    return 0;
  const char *what = NULL;
  if (fstatat(run->fd, "samples.csv", &now, AT_SYMLINK_NOFOLLOW) != 0)
    what = "was removed";
  else if (now.st_dev != own.st_dev || now.st_ino != own.st_ino)
    what = "was replaced";
  else if (own.st_size != samples->bytes)
    what = own.st_size > samples->bytes ? "was written to" : "was cut";
  return what ? fault_set(fault, EXIT_UNDECIDED,
                          "%s: %s by another program during the run; check which files the kernel or program writes, "
                          "and start a new run",
                          samples->path, what)
              : 0;
}

char *csv_take(char *at, char **end) {
  char *out = at, *from = at;
  bool quoted = *from == '"', open = quoted;
  for (from += quoted; *from && (quoted || *from != ','); from++) {
    if (quoted && *from == '"' && *++from != '"') {
      open = false;
      break;
    }
    *out++ = *from;
  }
  if (*from ? *from != ',' : open)
    return NULL;
  *end = *from ? from + 1 : NULL;
  *out = '\0';
  return at;
}

bool row_parse(char *line, struct row *row) {
  char *at = line;
  for (int i = 0; i < COLUMNS; i++) {
    char *field = at ? csv_take(at, &at) : NULL;
    if (!field || strlen(field) >= FIELD_BYTES)
      return false;
    if (row)
      strcpy(row->field[i], field);
  }
  return at == NULL;
}

char *row_header(char out[HEADER_BYTES]) {
  out[0] = '\0';
  for (int i = 0; i < COLUMNS; i++)
    csv_field(out, HEADER_BYTES, names[i], i == 0);
  return out;
}

int samples_write(struct samples *samples, const struct row *row, struct fault *fault) {
  char line[ROW_BYTES] = "";
  for (int i = 0; i < COLUMNS; i++)
    csv_field(line, sizeof line - 1, row->field[i], i == 0);
  strcat(line, "\n");
  if (write_all(samples, line, fault) != 0)
    return -1;
  uint64_t digest = digest_of(0, line, strlen(line));
  samples->digest = digest_of(samples->digest, &digest, sizeof digest);
  samples->rows++;
  samples->round = atoll(row->field[COL_round]);
  samples->block = atoll(row->field[COL_block]);
  return 0;
}

int samples_close(struct samples *samples, struct fault *fault) {
  int failed = fsync(samples->fd) != 0 && errno != EINVAL && errno != EROFS ? errno : 0;
  if (close(samples->fd) != 0 && !failed)
    failed = errno;
  int result =
      failed ? fault_set(fault, EXIT_UNDECIDED, "%s: cannot flush to disk: %s", samples->path, strerror(failed)) : 0;
  free(samples->path);
  *samples = (struct samples){.fd = -1};
  return result;
}

/* Finds how a reader's table is written: what separates its columns, and where its header is. */
#include "dialect.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PREFIX_BYTES = 1 << 16 };

static const char separators[] = "\t;,| ";

/* Skips blanks but not tabs, which may separate empty fields. */
static const char *past_blanks(const char *at) { return at + strspn(at, " "); }

/* The columns of a line: 1 more than the separators outside quotes; blanks count once. */
static size_t columns_in(const char *line, char separator) {
  bool quoted = false;
  size_t count = 1;
  line += separator == ' ' ? strspn(line, " \t") : 0;
  for (const char *at = line; *at && (quoted || !strchr("\r\n", *at)); at++) {
    quoted ^= *at == '"';
    if (quoted || !(*at == separator || (separator == ' ' && *at == '\t')))
      continue;
    size_t more = separator == ' ' ? strspn(at, " \t") : 1;
    count += separator != ' ' || !strchr("\r\n", at[more]);
    at += more - 1;
  }
  return count;
}

/* The first separator that gives both lines equally many columns, else the first that the header has. */
static char separator_of(const char *header, const char *row) {
  for (int agree = row != NULL; agree >= 0; agree--)
    for (const char *at = separators; *at; at++) {
      size_t columns = columns_in(header, *at);
      if (columns > 1 && (!agree || columns_in(row, *at) == columns))
        return *at;
    }
  return ',';
}

static bool is_numbers(const char *line) { return line[strspn(line, "0123456789.,;|+-eE \t\"\r\n")] == '\0'; }

/* The lines of a prefix; NULs end a line early, which the reader of rows refuses. */
struct lines {
  char *bytes;
  const char *at;
  long number; /* of the line that next_line gave */
};

/* The next line, ended in place of its line feed, or NULL. */
static char *next_line(struct lines *l) {
  if (!*l->at)
    return NULL;
  char *line = l->bytes + (l->at - l->bytes), *end = strchr(line, '\n');
  l->number++;
  l->at = end ? end + 1 : line + strlen(line);
  if (end)
    *end = '\0';
  return line;
}

static bool is_empty(const char *line) { return line[strspn(line, " \t\r")] == '\0'; }

/* The next line that is neither empty nor a comment, or NULL; `comment`: the last comment before it. */
static const char *next_row(struct lines *l, const char **comment, long *comment_number) {
  for (const char *line; (line = next_line(l));) {
    const char *start = past_blanks(line);
    if (is_empty(line))
      continue;
    if (*start != '#')
      return line;
    if (comment)
      *comment = start + strspn(start, "# \t"), *comment_number = l->number;
  }
  return NULL;
}

static void examine(struct dialect *d, struct lines *l) {
  const char *comment = NULL;
  long comment_number = 0;
  const char *header = next_row(l, &comment, &comment_number), *row;
  if (header && strncmp(header, "sep=", 4) == 0 && header[4] && strchr(separators, header[4]) && is_empty(header + 5)) {
    d->separator = header[4];
    header = next_row(l, &comment, &comment_number);
    d->skip = header ? l->number - 1 : 0;
    return;
  }
  if (!header)
    return;
  if (comment && is_numbers(header)) {
    row = header, header = comment;
    d->skip = comment_number - 1, d->hash = true;
  } else {
    d->skip = l->number - 1;
    row = next_row(l, NULL, NULL);
  }
  d->separator = separator_of(header, row);
}

static int is_other_text(const char *path, const char *bytes, size_t length, struct fault *why) {
  bool wide = length >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0);
  if (wide)
    return fault_set(why, EXIT_USAGE, "%s:1: UTF-16 text; save the table as UTF-8 or ASCII", path);
  if (length >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
    return fault_set(why, EXIT_USAGE, "%s:1: a spreadsheet or an archive, not text; save the table as CSV", path);
  return 0;
}

int dialect_of(struct dialect *d, const char *path, struct fault *why) {
  *d = (struct dialect){.separator = ',', .loose = true};
  struct stat about;
  FILE *file = stat(path, &about) == 0 && S_ISREG(about.st_mode) ? fopen(path, "re") : NULL;
  if (!file)
    return 0; /* table_open says why */
  char *bytes = must_alloc(PREFIX_BYTES + 1, 1);
  size_t length = fread(bytes, 1, PREFIX_BYTES, file);
  fclose(file);
  int result = is_other_text(path, bytes, length, why);
  struct lines lines = {.bytes = bytes, .at = bytes};
  if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
    lines.at += 3;
  if (result == 0)
    examine(d, &lines);
  free(bytes);
  return result;
}

const char *dialect_word(const struct dialect *d) {
  static const char *const words[] = {"tabs", "semicolons", "commas", "bars", "blanks"};
  const char *at = strchr(separators, d->separator);
  return words[at && *at ? at - separators : 2];
}

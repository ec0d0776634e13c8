/* Fuzzes the reader of tables: several threads must be told what one is told, whatever the file holds. */
#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "data/table.h"

static const struct column wanted[] = {{"name", TEXT, false}, {"count", INT, false}, {"ratio", REAL, true}};
enum { WANTED = sizeof wanted / sizeof *wanted };

static int tell(void *with, const struct table *t, struct fault *why) {
  struct text *told = with;
  (void)why;
  text_format(told, "%ld:", t->line);
  for (size_t i = 0; i < WANTED; i++)
    text_format(told, " [%s] %d %lld %.17g", t->fields[i].text, t->fields[i].known, (long long)t->fields[i].number,
                t->fields[i].real);
  text_add(told, "\n");
  return 0;
}

static struct text told_by(const char *path, struct table_split split) {
  struct text told = {0};
  struct table t;
  struct fault why = {0};
  int got = table_open(&t, path, wanted, WANTED, &why);
  if (got == 0)
    got = table_each(&t, split, tell, &told, &why);
  text_format(&told, "%d torn %d: %s", got, t.torn, why.text);
  table_close(&t);
  return told;
}

/* The first byte of the input says how large a part is. */
void fuzz_table(const uint8_t *bytes, size_t count) {
  char path[40];
  if (count < 1)
    return;
  int fd = memfd_create("table", MFD_CLOEXEC);
  if (fd < 0 || write(fd, bytes + 1, count - 1) != (ssize_t)count - 1)
    abort();
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  struct text alone = told_by(path, (struct table_split){1, 1});
  struct text several = told_by(path, (struct table_split){2, 1 + (size_t)bytes[0] * 4});
  if (strcmp(text_of(&alone), text_of(&several)) != 0) {
    fprintf(stderr, "fuzz: one thread is told\n%s\nseveral are told\n%s\n", text_of(&alone), text_of(&several));
    abort();
  }
  text_free(&alone), text_free(&several);
  close(fd);
}

/* Has hyperfine time one execution of a program, so that its clock stands in nway's blocks. */
#include "hyperfine.h"

#include "command_line.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JSON_BYTES_MOST = 1 << 20, QUOTED_BYTES = 4 * LINE_MAX_BYTES };

int hyperfine_is_there(void) {
  char why[200];
  const struct program own = {.line = "hyperfine", .workers = 1};
  return program_fault(&own, why, sizeof why) == NULL;
}

/* ---- the command line ---- */

struct quoted {
  char text[QUOTED_BYTES];
  size_t length;
};

static void put(struct quoted *out, char c) {
  if (out->length + 1 < sizeof out->text)
    out->text[out->length++] = c;
}

/* Adds a word as hyperfine and sh read it back: in single quotes, with each quote of its own outside them. */
static void put_word(struct quoted *out, const char *word) {
  if (out->length)
    put(out, ' ');
  put(out, '\'');
  for (; *word; word++)
    if (*word == '\'')
      for (const char *at = "'\\''"; *at; at++)
        put(out, *at);
    else
      put(out, *word);
  put(out, '\'');
}

/* Writes the program as one argument of hyperfine. A shell opens its stdin, and ends with the program in its place. */
static int quote_program(const struct program *p, struct quoted *out) {
  struct words words;
  char filled[LINE_MAX_BYTES], path[PATH_MAX];
  struct quoted opens = {.length = 0};
  *out = (struct quoted){.length = 0};
  if (p->shell ? with_workers(p->line, p->workers, filled, sizeof filled) != 0
               : split_command(p->line, p->workers, &words) != NULL)
    return E2BIG;
  if (p->input && *p->input) {
    if (!realpath(p->input, path))
      return errno;
    put_word(&opens, path);
    char script[QUOTED_BYTES + 32];
    snprintf(script, sizeof script, "exec \"$0\" \"$@\" <%s", opens.text);
    put_word(out, "sh"), put_word(out, "-c"), put_word(out, script);
  }
  if (p->shell)
    put_word(out, "sh"), put_word(out, "-c"), put_word(out, filled);
  for (int i = 0; !p->shell && i < words.count; i++)
    put_word(out, words.word[i]);
  return out->length + 1 < sizeof out->text ? 0 : E2BIG;
}

int hyperfine_start(const struct program *program, struct hyperfine *call, pid_t *pid) {
  struct quoted line;
  char json[64];
  int error = quote_program(program, &line);
  call->json = error ? -1 : memfd_create("hyperfine", MFD_CLOEXEC);
  if (error || call->json < 0)
    return error ? error : errno;
  snprintf(json, sizeof json, "/proc/%ld/fd/%d", (long)getpid(), call->json);
  const char *const argv[] = {"hyperfine", "--runs=1", "--style=none",  "--shell=none", "--ignore-failure",
                              "--output",  "inherit",  "--export-json", json,           "--",
                              line.text,   NULL};
  struct program own = *program;
  own.argv = argv;
  own.input = NULL;
  error = program_start(&own, pid);
  if (error)
    close(call->json);
  return error;
}

/* ---- its JSON ---- */

/* The element of a list of one; NULL for any other value. */
static const json_t *only(const json_t *object, const char *key) {
  const json_t *list = json_object_get(object, key);
  return json_array_size(list) == 1 ? json_array_get(list, 0) : NULL;
}

/* Takes a time in seconds, at least `least`; false for any other value. */
static int take_ns(const json_t *value, double least, int64_t *ns) {
  double seconds = json_is_number(value) ? json_number_value(value) : NAN;
  if (!(seconds >= least && seconds < 1e9))
    return 0;
  *ns = llround(seconds * 1e9);
  return 1;
}

static const char *wrong_in(const json_t *root, struct hyperfine_times *times) {
  const json_t *result = only(root, "results"), *code = only(result, "exit_codes");
  if (!json_is_object(result))
    return "its JSON has no list \"results\" of one";
  if (!take_ns(only(result, "times"), 1e-9, &times->wall_ns))
    return "its JSON has no single positive time in \"times\"";
  if (!take_ns(json_object_get(result, "user"), 0, &times->user_ns) ||
      !take_ns(json_object_get(result, "system"), 0, &times->sys_ns))
    return "its JSON has no CPU times in \"user\" and \"system\"";
  if (!json_is_integer(code) || json_integer_value(code) < 0 || json_integer_value(code) > 255)
    return "its JSON has no exit code in \"exit_codes\"";
  times->code = (int)json_integer_value(code);
  return NULL;
}

const char *hyperfine_read(int fd, struct hyperfine_times *times, char *why, size_t size) {
  struct stat facts;
  json_error_t error;
  if (fstat(fd, &facts) != 0 || facts.st_size == 0)
    return snprintf(why, size, "it wrote no JSON"), why;
  if (facts.st_size > JSON_BYTES_MOST)
    return snprintf(why, size, "its JSON is longer than %d bytes", JSON_BYTES_MOST), why;
  json_t *root = json_loadfd(fd, JSON_REJECT_DUPLICATES, &error);
  const char *wrong = root ? wrong_in(root, times) : NULL;
  if (!root)
    snprintf(why, size, "its JSON is cut off or broken in line %d", error.line);
  else if (wrong)
    snprintf(why, size, "%s", wrong);
  int failed = !root || wrong;
  json_decref(root);
  return failed ? why : NULL;
}

const char *hyperfine_end(struct hyperfine *call, int status, struct hyperfine_times *times, char *why, size_t size) {
  char reason[100] = "";
  const char *wrong = why;
  lseek(call->json, 0, SEEK_SET);
  if (!WIFEXITED(status))
    snprintf(why, size, "hyperfine was killed by signal %d and gave no time; use timer = nway", WTERMSIG(status));
  else if (WEXITSTATUS(status) != 0)
    snprintf(
        why, size,
        "hyperfine gave no time (exit code %d): it is older than 1.13, or cannot run the program; use timer = nway",
        WEXITSTATUS(status));
  else if (hyperfine_read(call->json, times, reason, sizeof reason))
    snprintf(why, size, "hyperfine: %s; install a release of it, or use timer = nway", reason);
  else
    wrong = NULL;
  close(call->json);
  return wrong;
}

/* Runs a program, with or without a shell, and says what is wrong with a command line before anything runs. */
#include "program.h"
#include "script.h"

#include "command_line.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int is_given(const char *text) { return text && *text; }

int program_fill(const char *text, int workers, char *out, size_t size) {
  return with_workers(text, workers, out, size);
}

/* ---- running ---- */

/* Files are opened before the folder changes: their names are those that the user sees. */
static void arrange(const struct program *p, posix_spawn_file_actions_t *actions) {
  if (!p->input && p->input_fd)
    posix_spawn_file_actions_adddup2(actions, p->input_fd, 0);
  else
    posix_spawn_file_actions_addopen(actions, 0, is_given(p->input) ? p->input : "/dev/null", O_RDONLY, 0);
  if (p->output_fd)
    posix_spawn_file_actions_adddup2(actions, p->output_fd, 1);
  else
    posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
  if (p->output_fd && p->all_output)
    posix_spawn_file_actions_adddup2(actions, p->output_fd, 2);
  if (p->counters_fd > 0)
    posix_spawn_file_actions_adddup2(actions, p->counters_fd, p->counters_as);
  if (is_given(p->folder))
    posix_spawn_file_actions_addchdir_np(actions, p->folder);
}

int program_start(const struct program *p, pid_t *pid) {
  struct words words;
  char filled[LINE_MAX_BYTES], sh[] = "sh", c[] = "-c", *shell[] = {sh, c, filled, NULL};
  posix_spawn_file_actions_t actions;
  const union { /* exec changes no word, though its type allows it (POSIX.1-2017, rationale of exec) */
    const char *const *ours;
    char **theirs;
  } given = {.ours = p->argv};
  if (!p->argv && (p->shell ? with_workers(p->line, p->workers, filled, sizeof filled) != 0
                            : split_command(p->line, p->workers, &words) != NULL))
    return E2BIG;
  posix_spawn_file_actions_init(&actions);
  arrange(p, &actions);
  char **argv = p->argv ? given.theirs : p->shell ? shell : words.word;
  int error = argv ? posix_spawnp(pid, argv[0], &actions, NULL, argv, environ) : EINVAL;
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int program_wait(pid_t pid) {
  int status = -1;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  return status;
}

int program_run(const struct program *p, int *status) {
  pid_t pid;
  int error = program_start(p, &pid);
  *status = error ? -1 : program_wait(pid);
  return error;
}

/* ---- what is wrong ---- */

/* Whether the word around `at` names files for a shell; one that matches none is passed on as it is by a shell too. */
static int names_files(const char *line, const char *at, const char *folder) {
  char path[LINE_MAX_BYTES];
  glob_t files;
  while (at > line && !strchr(WORD_ENDS, at[-1]))
    at--;
  int absolute = *at == '/' || !folder;
  snprintf(path, sizeof path, "%s%s%.*s", absolute ? "" : folder, absolute ? "" : "/", (int)strcspn(at, WORD_ENDS), at);
  int found = glob(path, GLOB_NOSORT, NULL, &files) == 0;
  if (found)
    globfree(&files);
  return found;
}

/* Whether a word is "~" or begins with "~/". */
static int is_home(const char *line, const char *at) {
  return *at == '~' && (at == line || strchr(WORD_ENDS, at[-1])) && (!at[1] || strchr("/" WORD_ENDS, at[1]));
}

/* The first character outside quotes that only a shell gives a meaning, or NULL. */
static const char *shell_sign(const char *line, const char *folder) {
  char quote = 0;
  for (const char *at = line; *at; at++) {
    if (quote ? *at == quote : *at == '\'' || *at == '"')
      quote = quote ? 0 : *at;
    else if (is_escape(at, quote))
      at++;
    else if (!quote && strchr("*?[", *at) && !names_files(line, at, folder))
      continue;
    else if (!quote && (strchr("<>|&;*?[`", *at) || is_home(line, at) ||
                        (*at == '$' && (isalpha((unsigned char)at[1]) || strchr("_({", at[1])))))
      return at;
  }
  return NULL;
}

/* What to write in place of a shell's sign. */
static const char *instead_of(const char *sign) {
  return *sign == '<'   ? "write input = FILE (--input FILE) for its stdin"
         : *sign == '>' ? "write output = file:FILE (--output file:FILE) for its stdout"
         : *sign == '$' ? "write its value"
         : *sign == '~' ? "write the folder"
         : *sign == '&' ? "quote it"
                        : "quote it to pass it on as it is";
}

static int is_assignment(const char *word) {
  size_t length = 0;
  while (isalnum((unsigned char)word[length]) || word[length] == '_')
    length++;
  return length > 0 && !isdigit((unsigned char)word[0]) && word[length] == '=';
}

/* Whether at most two letters are missing, added or other ones than in "workers" (Levenshtein 1966). */
static int is_nearly_workers(const char *name, size_t length) {
  enum { LETTERS = 7 };
  static const char wanted[] = "workers";
  size_t row[LETTERS + 1];
  for (size_t j = 0; j <= LETTERS; j++)
    row[j] = j;
  for (size_t i = 1; i <= length; i++) {
    size_t above_left = row[0];
    row[0] = i;
    for (size_t j = 1; j <= LETTERS; j++) {
      size_t other = above_left + (name[i - 1] != wanted[j - 1]),
             least = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
      above_left = row[j];
      row[j] = other < least ? other : least;
    }
  }
  size_t letters = 0;
  while (letters < length && isalpha((unsigned char)name[letters]))
    letters++;
  return letters == length && row[LETTERS] > 0 && row[LETTERS] <= 2;
}

/* The length of a misspelt {workers}, or 0. In quotes it may be the program's own, as in an f-string of Python. */
static size_t misnamed(const char *at) {
  static const char *const names[] = {"threads", "thread",    "jobs",    "job",      "cores",       "core",   "cpus",
                                      "cpu",     "procs",     "nproc",   "n",        "N",           "worker", "WORKERS",
                                      "p",       "processes", "Workers", "nthreads", "num_threads", "n_jobs"};
  size_t length = *at == '{' ? strcspn(at, "} ") : 0;
  for (size_t i = 0; at[length] == '}' && i < sizeof names / sizeof *names; i++)
    if (strlen(names[i]) == length - 1 && strncmp(at + 1, names[i], length - 1) == 0)
      return length + 1;
  return at[length] == '}' && length > 1 && is_nearly_workers(at + 1, length - 1) ? length + 1 : 0;
}

/* The length of a "{workers*2}", or 0: nothing is computed but {workers-1}. */
static size_t computed(const char *at) {
  static const char name[] = "{workers";
  const char *behind = at + sizeof name - 1;
  if (strncmp(at, name, sizeof name - 1) != 0 || !*behind || !strchr("+-*/%^:", *behind) ||
      strncmp(behind, "-1}", 3) == 0)
    return 0;
  size_t length = sizeof name - 1 + strcspn(behind, "}" WORD_ENDS);
  return at[length] == '}' ? length + 1 : 0;
}

/* The length of a "{{workers}}", or 0. */
static size_t doubled(const char *at) {
  static const char *const forms[] = {"{{workers}}", "{{workers-1}}"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (strncmp(at, forms[i], strlen(forms[i])) == 0)
      return strlen(forms[i]);
  return 0;
}

/* The length of a "{name}", or 0. */
static size_t placeholder_at(const char *at) {
  size_t length =
      *at == '{' ? 1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") : 0;
  return length > 1 && at[length] == '}' && !isdigit((unsigned char)at[1]) ? length + 1 : 0;
}

/* The length of a variable that no shell replaces, or 0. */
static size_t dollar_at(const char *at) {
  static const char *const dollars[] = {"$workers", "${workers}", "$WORKERS", "%workers%", "$threads", "${threads}"};
  for (size_t i = 0; i < sizeof dollars / sizeof *dollars; i++)
    if (strncmp(at, dollars[i], strlen(dollars[i])) == 0)
      return strlen(dollars[i]);
  return 0;
}

/* Says what is wrong with a placeholder outside quotes at `at`; NULL if nothing is. */
static const char *say_placeholder(const char *at, char *out, size_t size) {
  int wrong = (int)(misnamed(at) + dollar_at(at)), other = wrong ? 0 : (int)placeholder_at(at);
  int twice = (int)doubled(at), sum = (int)computed(at);
  if (wrong)
    snprintf(out, size, "'%.*s' is replaced by nothing; write {workers} for the number of workers, or quote it", wrong,
             at);
  else if (twice)
    snprintf(out, size, "'%.*s' keeps its outer braces; write %.*s, or quote it", twice, at, twice - 2, at + 1);
  else if (sum)
    snprintf(out, size,
             "'%.*s' is replaced by nothing; write {workers} or {workers-1}, or have a shell compute it: --shell and "
             "$(({workers}%.*s))",
             sum, at, sum - 9, at + 8);
  else if (other && strncmp(at, "{workers}", 9) != 0)
    snprintf(out, size, "'%.*s' is replaced by nothing; give its values, %.*s = A, B (--set %.*s=A,B), or quote it",
             other, at, other - 2, at + 1, other - 2, at + 1);
  else
    return NULL;
  return out;
}

const char *program_misspelt(const char *line, int shell, char *out, size_t size) {
  char quote = 0;
  for (const char *at = line; *at; at++) {
    int expands = shell && at > line && at[-1] == '$' && *at == '{'; /* "${name}" is the shell's */
    if (quote ? *at == quote : *at == '\'' || *at == '"')
      quote = quote ? 0 : *at;
    else if (!quote && !expands && say_placeholder(at, out, size))
      return out;
  }
  return NULL;
}

/* Whether NAME in the folder can be executed; `path` gets where it is. */
static int can_run(const char *folder, size_t length, const char *name, char path[LINE_MAX_BYTES]) {
  struct stat facts;
  snprintf(path, LINE_MAX_BYTES, "%.*s%s%s", (int)length, folder, length ? "/" : "", name);
  return stat(path, &facts) == 0 && S_ISREG(facts.st_mode) && access(path, X_OK) == 0;
}

/* As posix_spawnp will look for it; `found` gets its path. */
static int is_there(const char *name, const char *folder, char found[LINE_MAX_BYTES]) {
  const char *path = getenv("PATH");
  if (strchr(name, '/'))
    return can_run(folder ? folder : "", *name == '/' || !folder ? 0 : strlen(folder), name, found);
  for (const char *at = path ? path : "/bin:/usr/bin"; *at; at += strcspn(at, ":"), at += *at == ':')
    if (can_run(at, strcspn(at, ":"), name, found))
      return 1;
  return 0;
}

const char *program_fault(const struct program *p, char *out, size_t size) {
  struct words words;
  char path[LINE_MAX_BYTES];
  const char *wrong = split_command(p->line, p->workers, &words), *folder = is_given(p->folder) ? p->folder : NULL,
             *sign = p->shell ? NULL : shell_sign(p->line, folder);
  if (wrong && (!p->shell || wrong == too_long))
    return snprintf(out, size, "%s", wrong), out;
  if (program_misspelt(p->line, p->shell, out, size))
    return out;
  if (p->shell)
    return NULL;
  if (is_assignment(words.word[0]))
    return snprintf(out, size, "no shell runs it, so '%.60s' sets no variable; write 'env %.60s PROGRAM'",
                    words.word[0], words.word[0]),
           out;
  if (sign)
    return snprintf(out, size, "no shell runs it, so '%.*s' means nothing; %s, or have a shell: shell = yes (--shell)",
                    sign[1] == *sign ? 2 : 1, sign, instead_of(sign)),
           out;
  if (!is_there(words.word[0], folder, path))
    return snprintf(out, size, "no program '%.100s' %s", words.word[0],
                    strchr(words.word[0], '/') ? "that can be run" : "on PATH"),
           out;
  return script_fault(path, out, size);
}

/* Builds git revisions in clones of their own, without a shell. */
#include "revision.h"

#include "process/spawn.h"
#include "process/stop.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 4200 };
static const int64_t look_limit_ns = 60000000000;

/* Hooks of git set variables that would lead a command in another repository back to the caller's (git rev-parse
 * --local-env-vars). */
#define GIT_ALONE                                                                                                      \
  "env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u", "GIT_INDEX_FILE", "-u", "GIT_OBJECT_DIRECTORY", "-u",           \
      "GIT_COMMON_DIR", "-u", "GIT_PREFIX", "-u", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "-u", "GIT_SHALLOW_FILE"

/* Runs git or make; limit_ns 0: no limit. */
static int run_tool(const char *const *argv, int output, int64_t limit_ns) {
  return spawn_run(&(struct spawn){
      .argv = argv, .output = output, .folder = SPAWN_INHERIT, .limit_ns = limit_ns, .stop = stop_flag()});
}

int revision_exists(const char *word) {
  char commit[300];
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  snprintf(commit, sizeof commit, "%s^{commit}", word);
  int code =
      run_tool((const char *const[]){"git", "rev-parse", "--verify", "--quiet", "--end-of-options", commit, NULL}, null,
               look_limit_ns);
  if (null >= 0)
    close(null);
  return code == 0;
}

/* Runs git and writes the one line that it prints; returns -1 and "" if it fails. Reads the pipe after git has ended:
 * its answer is far shorter than a pipe's buffer. */
static int answer_of(const char *const *argv, char *out, size_t size) {
  int ends[2];
  out[0] = '\0';
  if (pipe2(ends, O_CLOEXEC) != 0)
    return -1;
  int code = run_tool(argv, ends[1], look_limit_ns);
  close(ends[1]);
  ssize_t length = read(ends[0], out, size - 1);
  close(ends[0]);
  out[code == 0 && length > 0 ? length : 0] = '\0';
  out[strcspn(out, "\n")] = '\0';
  return out[0] ? 0 : -1;
}

char *revision_here(char *out, size_t size) {
  const char *const describe[] = {"git", "--no-optional-locks", "describe", "--always", "--dirty", "--exclude",
                                  "*",   "--abbrev=12",         NULL};
  answer_of(describe, out, size);
  return out;
}

/* Writes the commit that `word` names, in full, and where the repository has its objects. */
static int look_up(const char *word, char commit[LINE], char repository[LINE]) {
  char name[LINE];
  snprintf(name, sizeof name, "%s^{commit}", word);
  const char *const resolve[] = {"git", "rev-parse", "--verify", "--quiet", "--end-of-options", name, NULL};
  const char *const find[] = {"git", "rev-parse", "--git-common-dir", NULL};
  return answer_of(resolve, commit, LINE) == 0 && answer_of(find, repository, LINE) == 0 ? 0 : -1;
}

/* A clone that shares the repository's objects, where a worktree would leave an entry in the repository if nway were
 * killed. */
static int check_out(const struct scratch *scratch, const char *word) {
  char commit[LINE], repository[LINE];
  if (look_up(word, commit, repository) != 0)
    return -1;
  const char *const clone[] = {GIT_ALONE,       "git", "clone",    "--quiet",       "--shared",
                               "--no-checkout", "--",  repository, scratch->folder, NULL};
  const char *const checkout[] = {GIT_ALONE,  "git",     "-C",       scratch->folder, "-c", "advice.detachedHead=false",
                                  "checkout", "--quiet", "--detach", commit,          NULL};
  return run_tool(clone, STDERR_FILENO, 0) == 0 && run_tool(checkout, STDERR_FILENO, 0) == 0 ? 0 : -1;
}

int revision_build(struct revision *revision, const char *word, char *build, size_t size, struct fault *fault) {
  revision->scratch = scratch_open("nway-ab", fault);
  if (!revision->scratch)
    return fault_at(fault, "%s: no folder to build it in", word);
  fprintf(stderr, "%s: building in a folder of its own\n", word);
  if (check_out(revision->scratch, word) != 0)
    return fault_set(fault, EXIT_USAGE, "%s: git cannot check it out; see its output above", word);
  const char *const make[] = {GIT_ALONE, "make", "-s", "-C", revision->scratch->folder, "all", NULL};
  if (run_tool(make, STDERR_FILENO, 0) != 0)
    return fault_set(fault, EXIT_USAGE, "%s: 'make all' failed in its checkout; see its output above", word);
  snprintf(build, size, "%.4000s/build", revision->scratch->folder);
  return 0;
}

void revision_remove(struct revision *revision) {
  scratch_close(revision->scratch);
  revision->scratch = NULL;
}

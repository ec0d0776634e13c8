/* Builds git revisions in worktrees, without a shell. */
#include "revision.h"

#include "process/spawn.h"
#include "process/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t look_limit_ns = 60000000000;

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

/* Reads the pipe after git has ended: its answer is far shorter than a pipe's buffer. */
char *revision_here(char *out, size_t size) {
  int ends[2];
  out[0] = '\0';
  if (pipe2(ends, O_CLOEXEC) != 0)
    return out;
  const char *const describe[] = {"git", "--no-optional-locks", "describe", "--always", "--dirty", "--exclude",
                                  "*",   "--abbrev=12",         NULL};
  int code = run_tool(describe, ends[1], look_limit_ns);
  close(ends[1]);
  ssize_t length = read(ends[0], out, size - 1);
  close(ends[0]);
  out[code == 0 && length > 0 ? length : 0] = '\0';
  out[strcspn(out, "\n")] = '\0';
  return out;
}

int revision_build(struct revision *revision, const char *word, char *build, size_t size, struct fault *fault) {
  const char *temporary = getenv("TMPDIR");
  snprintf(revision->worktree, sizeof revision->worktree, "%s/nway-ab-XXXXXX", temporary ? temporary : "/tmp");
  if (!mkdtemp(revision->worktree)) {
    int error = errno;
    revision->worktree[0] = '\0';
    return fault_set(fault, EXIT_USAGE,
                     "%s: cannot create a folder for the worktree: %s; set TMPDIR to a writable folder", word,
                     strerror(error));
  }
  fprintf(stderr, "%s: building in a worktree\n", word);
  const char *const checkout[] = {"git",      "worktree",         "add", "--quiet", "--force",
                                  "--detach", revision->worktree, word,  NULL};
  if (run_tool(checkout, STDERR_FILENO, 0) != 0) {
    if (rmdir(revision->worktree) == 0 || errno == ENOENT)
      revision->worktree[0] = '\0'; /* nothing for git to remove */
    return fault_set(fault, EXIT_USAGE, "%s: 'git worktree add' failed; see its output above", word);
  }
  const char *const make[] = {"make", "-s", "-C", revision->worktree, "all", NULL};
  if (run_tool(make, STDERR_FILENO, 0) != 0)
    return fault_set(fault, EXIT_USAGE, "%s: 'make all' failed in its worktree; see its output above", word);
  snprintf(build, size, "%.4000s/build", revision->worktree);
  return 0;
}

void revision_remove(struct revision *revision) {
  const char *const argv[] = {"git", "worktree", "remove", "--force", revision->worktree, NULL};
  if (revision->worktree[0]) /* also after a request to stop */
    spawn_run(
        &(struct spawn){.argv = argv, .output = STDERR_FILENO, .folder = SPAWN_INHERIT, .limit_ns = look_limit_ns});
  revision->worktree[0] = '\0';
}

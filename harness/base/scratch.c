/* Creates temporary folders, each beside a process that removes it once its owner has ended, by whatever signal. */
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { UNIQUE = 6 }; /* the characters at the end of a name that mkdtemp chooses */
enum { TREE_FILES = 16, REMOVE_TRIES = 500 };
static const struct timespec next_try = {.tv_nsec = 20000000};

/* The first message of a guard. */
struct answer {
  int error;
  char unique[UNIQUE];
};

static int remove_one(const char *path, const struct stat *facts, int type, struct FTW *place) {
  (void)facts, (void)type, (void)place;
  remove(path);
  return 0;
}

int scratch_remove(const char *folder) {
  nftw(folder, remove_one, TREE_FILES, FTW_DEPTH | FTW_PHYS);
  return rmdir(folder) == 0 || errno == ENOENT ? 0 : -1;
}

/* ---- the guard ---- */

/* Removes the folder of an owner that died. What the owner started may still write there, for as long as its keeper
 * takes to end it. */
static void remove_until_gone(const char *folder) {
  int tries = access(folder, F_OK) == 0 ? REMOVE_TRIES : 0;
  for (int gone = 0; gone < 3 && tries > 0; tries--) {
    gone = scratch_remove(folder) == 0 ? gone + 1 : 0;
    nanosleep(&next_try, NULL);
  }
}

/* Creates the folder, so that it never exists without a guard, and removes it once the owner's socket closes. Ctrl-C
 * must not end it, and it holds no file of the owner open. */
static _Noreturn void guard(int channel, char *folder) {
  static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE};
  for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
    signal(ignored[i], SIG_IGN);
  setsid();
  if (dup2(channel, 0) < 0)
    _exit(1);
  syscall(SYS_close_range, 1, ~0U, 0);
  struct answer answer = {.error = mkdtemp(folder) ? 0 : errno};
  memcpy(answer.unique, folder + strlen(folder) - UNIQUE, UNIQUE);
  bool wait = send(0, &answer, sizeof answer, 0) > 0 && answer.error == 0;
  while (wait)
    wait = read(0, &answer, sizeof answer) < 0 && errno == EINTR;
  if (answer.error == 0)
    remove_until_gone(folder);
  _exit(0);
}

/* Starts the guard as nobody's child: the owner never has to wait for it, and as a subreaper never takes it for what a
 * killed keeper left. Returns the owner's end of the socket, or -1. */
static int start_guard(char *folder) {
  int ends[2], reaper = 0;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return -1;
  prctl(PR_GET_CHILD_SUBREAPER, &reaper);
  prctl(PR_SET_CHILD_SUBREAPER, 0);
  pid_t between = fork();
  if (between == 0) {
    if (fork() == 0)
      guard(ends[1], folder);
    _exit(0);
  }
  close(ends[1]);
  while (between > 0 && waitpid(between, NULL, 0) < 0 && errno == EINTR)
    ;
  prctl(PR_SET_CHILD_SUBREAPER, reaper);
  return ends[0];
}

/* Creates the folder by a guard; without one (no process may be started) by itself. Returns 0, or an errno. */
static int create(struct scratch *scratch) {
  struct answer answer;
  scratch->guard = start_guard(scratch->folder);
  ssize_t n = -1;
  while (scratch->guard >= 0 && (n = read(scratch->guard, &answer, sizeof answer)) < 0 && errno == EINTR)
    ;
  if (n != (ssize_t)sizeof answer)
    return mkdtemp(scratch->folder) ? 0 : errno;
  if (answer.error == 0)
    memcpy(scratch->folder + strlen(scratch->folder) - UNIQUE, answer.unique, UNIQUE);
  return answer.error;
}

/* ---- the owner ---- */

static void scratch_free(struct scratch *scratch) {
  if (scratch->guard >= 0)
    close(scratch->guard);
  free(scratch->folder);
  free(scratch);
}

struct scratch *scratch_open(const char *name, struct fault *why) {
  const char *temporary = getenv("TMPDIR");
  struct scratch *scratch = calloc(1, sizeof *scratch);
  if (!scratch || asprintf(&scratch->folder, "%s/%s-XXXXXX", temporary && *temporary ? temporary : "/tmp", name) < 0) {
    free(scratch);
    fault_memory(why);
    return NULL;
  }
  int error = create(scratch);
  if (error == 0)
    return scratch;
  fault_set(why, EXIT_USAGE, "%s: %s; set TMPDIR to a folder with space", scratch->folder, strerror(error));
  scratch_free(scratch);
  return NULL;
}

void scratch_close(struct scratch *scratch) {
  if (!scratch)
    return;
  scratch_remove(scratch->folder);
  scratch_free(scratch);
}

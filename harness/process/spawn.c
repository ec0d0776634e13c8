/* Runs an external program from start to end, without a shell, under a keeper. */
#include "spawn.h"

#include "base/clock.h"
#include "keeper.h"
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>

int spawn_run(const struct spawn *spawn) {
  const struct program program = {.argv = spawn->argv,
                                  .environment = spawn->environment,
                                  .output = spawn->output,
                                  .extra = -1,
                                  .folder = spawn->folder};
  struct keeper keeper;
  struct ending ending;
  struct fault fault;
  int64_t began = clock_ns();
  if (keeper_start(&keeper, &program, &fault) != 0)
    return SPAWN_NOT_STARTED;
  struct watch watch = watch_begin(&keeper, began, spawn->limit_ns, spawn->stop);
  for (;;) {
    struct pollfd report = {keeper.channel, POLLIN, 0};
    int64_t wait_ns = watch_look(&watch);
    if (poll(&report, 1, (int)(wait_ns / 1000000) + 1) > 0)
      break;
  }
  if (!keeper_end(&keeper, &ending))
    return errno = ECHILD, SPAWN_NOT_STARTED;
  if (watch.why != WATCH_NOTHING)
    return watch.why == WATCH_TIMEOUT ? SPAWN_TIMEOUT : SPAWN_STOPPED;
  return WIFEXITED(ending.status) ? WEXITSTATUS(ending.status) : 128 + WTERMSIG(ending.status);
}

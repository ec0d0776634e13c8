/* seq: one worker, the cell's own process; the baseline of the others. */
#include "variant.h"

static int start(struct team *team) {
  return team_open(team, 0) == 0 ? 0 : team_fail(team, STATUS_NORES, "%s", team->job->message);
}

static int run(struct team *team) {
  team_work(team, 0);
  return 0;
}

static int stop(struct team *team) {
  team_close(team, 0);
  return 0;
}

static int os_threads(int workers) { return workers; }

NWAY_VARIANT = {
    .abi = VARIANT_ABI,
    .name = "seq",
    .summary = "plain sequential code: one worker",
    .offers = NEED_SHARED | NEED_LOCKS | NEED_WAIT | NEED_POLL | NEED_OWN,
    .schedules = SCHEDULE_BIT(SCHEDULE_STATIC),
    .max_workers = 1,
    .usual = 1,
    .serial = 1,
    .look = {"#000000", "circle", "solid"},
    .lifetime = TEAM_PER_CELL,
    .start = start,
    .run = run,
    .stop = stop,
    .os_threads = os_threads,
};

/* own: the work brings its own workers, as a program does that is told how many threads to use, or an OpenMP loop. */
#include "variant.h"

/* nway runs one thread here, so there is no other to wait for. */
static void no_barrier(struct team *team, int id) { (void)team, (void)id; }

/* The program inherits where this thread may run: on the CPUs of all workers. The state is not NULL if it may. */
static int start(struct team *team) {
  team->barrier = no_barrier;
  if (team_open(team, 0) != 0)
    return team_fail(team, STATUS_NORES, "%s", team->job->message);
  if (team_bind_whole(team) != 0)
    return team_close(team, 0), -1;
  team->state = team_is_bound_whole(team) ? team : NULL;
  return 0;
}

/* One call runs the whole step. The program manages the other workers, so each counts as present for the whole time, on
 * a CPU of its own if the program is bound. */
static int run(struct team *team) {
  for (int i = 0; i < team->workers; i++) {
    team_enter(team, i);
    if (team->state)
      team->shared->stamps[i].cpu = team->cpus[i % team->cpu_count];
  }
  for (int step = 0; step < team->job->steps; step++)
    team_run_own(team, step);
  for (int i = 1; i < team->workers; i++)
    team->shared->stamps[i].busy_ns = team->shared->stamps[0].busy_ns;
  for (int i = 0; i < team->workers; i++)
    team_leave(team, i);
  return 0;
}

static int stop(struct team *team) {
  team_close(team, 0);
  return 0;
}

static int os_threads(int workers) { return workers; }

NWAY_VARIANT = {
    .abi = VARIANT_ABI,
    .name = "own",
    .summary = "workers that the code brings itself: a program's, set by {workers}, or a kernel's",
    .offers = NEED_OWN,
    .only = NEED_OWN,
    .schedules = SCHEDULE_BIT(SCHEDULE_STATIC),
    .usual = 1,
    .look = {"#555555", "circle", "3,3"},
    .lifetime = TEAM_PER_CELL,
    .start = start,
    .run = run,
    .stop = stop,
    .os_threads = os_threads,
};

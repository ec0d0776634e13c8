/* own: the work brings its own workers, as a program does that is told how many threads to use. */
#include "cpus.h"
#include "variant.h"

#include <sched.h>

/* There is one thread of nway here, so nobody to wait for. */
static void nobody(struct team *team, int id) { (void)team, (void)id; }

/* The program inherits where this thread may run: on the CPUs of all workers. */
static int start(struct team *team) {
  team->barrier = nobody;
  return team_open(team, 0) == 0 ? team_bind_whole(team) : team_fail(team, "nores", "%s", team->job->message);
}

/* The CPU of a worker, read back: its own if the program may run there, else the one where this thread is. */
static int cpu_of(const struct team *team, int id) {
  int cpu = team->cpus[id % team->cpu_count], seen = sched_getcpu();
  size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
  cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
  if (set && sched_getaffinity(0, bytes, set) == 0 && CPU_ISSET_S((size_t)cpu, bytes, set))
    seen = cpu;
  CPU_FREE(set);
  return seen;
}

/* One call does it all; what the other workers do is the program's, so they count as there from end to end. */
static int run(struct team *team) {
  for (int i = 0; i < team->workers; i++) {
    team_enter(team, i);
    if (team->cpu_count > 0)
      team->shared->stamps[i].cpu = cpu_of(team, i);
  }
  for (int step = 0; step < team->job->steps; step++)
    team_run_range(team, 0, step, 0, team_items(team, step));
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
    .summary = "the program's own workers, told their number by {workers}",
    .offers = NEED_OWN,
    .only = NEED_OWN,
    .schedules = SCHEDULE_BIT(SCHEDULE_STATIC),
    .lifetime = TEAM_PER_CELL,
    .start = start,
    .run = run,
    .stop = stop,
    .os_threads = os_threads,
};

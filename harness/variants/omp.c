/* omp: one OpenMP parallel region an iteration; libgomp keeps its threads between them. */
#include "variant.h"

#include <omp.h>

static long chunks(const struct team *team, int step) {
  return (team_items(team, step) + team->schedule.chunk - 1) / team->schedule.chunk;
}

/* Items of one step by OpenMP's own schedule(runtime), a chunk at a time. Ends without a barrier. */
static void deal(struct team *team, int id, int step) {
  long items = team_items(team, step), chunk = team->schedule.chunk, n = chunks(team, step);
#pragma omp for schedule(runtime) nowait
  for (long i = 0; i < n; i++)
    team_run_range(team, id, step, i * chunk, (i + 1) * chunk < items ? (i + 1) * chunk : items);
}

/* One thread makes a task of every chunk; all of them run tasks. */
static void deal_tasks(struct team *team, int step) {
  long items = team_items(team, step), chunk = team->schedule.chunk;
#pragma omp single nowait
  for (long lo = 0; lo < items; lo += chunk) {
#pragma omp task firstprivate(lo)
    team_run_range(team, omp_get_thread_num(), step, lo, lo + chunk < items ? lo + chunk : items);
  }
}

static void steps(struct team *team, int id) {
  for (int step = 0; step < team->job->steps; step++) {
    if (team->schedule.kind == SCHEDULE_TASK) {
      deal_tasks(team, step);
    } else if (team->schedule.kind == SCHEDULE_STATIC) {
      long lo, hi;
      team_share(team_items(team, step), team->workers, id, &lo, &hi);
      team_run_range(team, id, step, lo, hi);
    } else {
      deal(team, id, step);
    }
    if (step + 1 < team->job->steps || team->schedule.kind == SCHEDULE_TASK) {
#pragma omp barrier
    }
  }
}

static int run(struct team *team) {
  int got = 0;
#pragma omp parallel num_threads(team->workers)
  {
    int id = omp_get_thread_num();
    /* A runtime that gives fewer threads (OMP_THREAD_LIMIT) must not pass for the number asked for. */
    if (omp_get_num_threads() == team->workers) {
      team_enter(team, id);
      steps(team, id);
      team_leave(team, id);
    } else if (id == 0) {
      got = omp_get_num_threads();
    }
  }
  return got ? team_fail(team, STATUS_NORES, "OpenMP gave %d threads of the %d asked for", got, team->workers) : 0;
}

static int start(struct team *team) {
  static const omp_sched_t kinds[] = {[SCHEDULE_STATIC] = omp_sched_static,
                                      [SCHEDULE_DYNAMIC] = omp_sched_dynamic,
                                      [SCHEDULE_GUIDED] = omp_sched_guided,
                                      [SCHEDULE_TASK] = omp_sched_static};
  int failed = 0;
  omp_set_dynamic(0);
  omp_set_schedule(kinds[team->schedule.kind], 1);
#pragma omp parallel num_threads(team->workers) reduction(+ : failed)
  failed += team_open(team, omp_get_thread_num()) != 0;
  return failed ? team_fail(team, STATUS_NORES, "%s", team->job->message) : 0;
}

static int stop(struct team *team) {
#pragma omp parallel num_threads(team->workers)
  team_close(team, omp_get_thread_num());
  return 0;
}

static int os_threads(int workers) { return workers; }

NWAY_VARIANT = {
    .abi = VARIANT_ABI,
    .name = "omp",
    .summary = "an OpenMP parallel region on the runtime's own team",
    .offers = NEED_SHARED | NEED_LOCKS | NEED_WAIT | NEED_POLL,
    .schedules = SCHEDULE_BIT(SCHEDULE_STATIC) | SCHEDULE_BIT(SCHEDULE_DYNAMIC) | SCHEDULE_BIT(SCHEDULE_GUIDED) |
                 SCHEDULE_BIT(SCHEDULE_TASK),
    .usual = 3,
    .look = {"#E69F00", "triangle-up", "24,3"},
    .lifetime = TEAM_PER_CELL,
    .start = start,
    .run = run,
    .stop = stop,
    .os_threads = os_threads,
};

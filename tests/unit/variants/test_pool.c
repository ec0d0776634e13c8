/* Tests where lasting teams meet, and the two variants made of it: hand-over and barrier under stress between threads
 * and between processes, what a worker that dies or never starts leaves behind, and whose usage is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cell/module.h"
#include "cell/team.h"
#include "machine/usage.h"
#include "variants/spin.h"

enum { WORKERS = 4, ROUNDS = 1000, LATE_ROUNDS = 3 };
static const int64_t second = 1000000000;

static void *shared_memory(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_ptr_not_equal(memory, MAP_FAILED);
  return memory;
}

/* ---- no thread or process to be had ---- */

static int starts_left = -1; /* threads and processes until there are no more; -1: no limit */

static int none_left(void) { return starts_left == 0 || (starts_left > 0 && starts_left-- == 0); }

pid_t fork(void) {
  pid_t (*real)(void) = (pid_t(*)(void))dlsym(RTLD_NEXT, "fork");
  return none_left() ? (errno = EAGAIN, -1) : real();
}

int pthread_create(pthread_t *thread, const pthread_attr_t *with, void *(*body)(void *), void *argument) {
  typedef int create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  create *real = (create *)dlsym(RTLD_NEXT, "pthread_create");
  return none_left() ? EAGAIN : real(thread, with, body, argument);
}

/* ---- the hub under stress ---- */

enum plant { NOTHING, LEAKING_BARRIER, LEAKING_WAIT };

/* Shared by all. The slots and `given` are no atomics: only the hub orders what is written to them. */
struct arena {
  struct hub *hub, *steps; /* one for the rounds, one for the barrier */
  struct wait_policy policy;
  int workers, rounds;
  enum plant plant;
  unsigned given;
  unsigned slots[WORKERS];
  atomic_uint through, gone; /* the last round in which worker 1 left the barrier, worker 0 the round */
  atomic_int faults;
};

struct member {
  struct arena *arena;
  int id;
};

static void expect_slots(struct arena *arena, unsigned value) {
  for (int i = 0; i < arena->workers; i++)
    if (*(volatile unsigned *)&arena->slots[i] != value)
      atomic_fetch_add(&arena->faults, 1);
}

/* In the first rounds one worker is late: until who should wait for it went on without it, which one that does wait
 * never does. */
static void be_late(const struct arena *arena, enum plant plant, const atomic_uint *went_on, unsigned round) {
  int64_t end = clock_ns() + (arena->plant == plant ? 10 * second : second / 500);
  while (round <= LATE_ROUNDS && arena->workers > 1 && atomic_load(went_on) < round && clock_ns() < end)
    sched_yield();
}

static void meet(struct arena *arena, int id) {
  if (arena->plant != LEAKING_BARRIER || id != 1)
    hub_barrier(arena->steps, &arena->policy);
}

/* One round as a worker: two steps, each with a barrier behind it. */
static void work_round(struct arena *arena, int id, unsigned round) {
  if (*(volatile unsigned *)&arena->given != round)
    atomic_fetch_add(&arena->faults, 1);
  if (id == 0)
    be_late(arena, LEAKING_BARRIER, &arena->through, round);
  arena->slots[id] = round;
  meet(arena, id);
  expect_slots(arena, round);
  if (id == 1)
    atomic_store(&arena->through, round);
  meet(arena, id);
  if (id == 1)
    be_late(arena, LEAKING_WAIT, &arena->gone, round);
  arena->slots[id] = ~round;
}

static void *follow(void *argument) {
  const struct member *self = argument;
  struct arena *arena = self->arena;
  hub_done(arena->hub, &arena->policy);
  for (unsigned round = 1; hub_next(arena->hub, round, &arena->policy); round++) {
    work_round(arena, self->id, round);
    hub_done(arena->hub, &arena->policy);
  }
  return NULL;
}

static void lead(struct arena *arena) {
  hub_wait(arena->hub, &arena->policy);
  for (unsigned round = 1; round <= (unsigned)arena->rounds; round++) {
    arena->given = round;
    hub_begin(arena->hub, &arena->policy);
    work_round(arena, 0, round);
    if (arena->plant != LEAKING_WAIT)
      hub_wait(arena->hub, &arena->policy);
    expect_slots(arena, ~round);
    atomic_store(&arena->gone, round);
    hub_wait(arena->hub, &arena->policy);
  }
  hub_end(arena->hub, &arena->policy);
}

static void lead_threads(struct arena *arena) {
  struct member members[WORKERS];
  pthread_t threads[WORKERS];
  for (int i = 1; i < arena->workers; i++) {
    members[i] = (struct member){arena, i};
    assert_int_equal(pthread_create(&threads[i], NULL, follow, &members[i]), 0);
  }
  lead(arena);
  for (int i = 1; i < arena->workers; i++)
    pthread_join(threads[i], NULL);
}

static void lead_processes(struct arena *arena) {
  pid_t children[WORKERS];
  for (int i = 1; i < arena->workers; i++) {
    children[i] = fork();
    if (children[i] == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      follow(&(struct member){arena, i});
      _exit(0);
    }
  }
  lead(arena);
  for (int i = 1; i < arena->workers; i++) {
    int status = -1;
    waitpid(children[i], &status, 0);
    assert_int_equal(status, 0);
  }
}

/* Faults seen in so many rounds. */
static int stress(int workers, int rounds, int processes, int64_t spin_ns, enum plant plant) {
  struct arena *arena = shared_memory(sizeof *arena);
  arena->workers = workers;
  arena->rounds = rounds;
  arena->plant = plant;
  arena->policy = (struct wait_policy){.spin_ns = spin_ns, .processes = processes};
  arena->hub = hub_map(workers, processes);
  arena->steps = hub_map(plant == LEAKING_BARRIER ? workers - 1 : workers, processes);
  processes ? lead_processes(arena) : lead_threads(arena);
  int faults = atomic_load(&arena->faults);
  hub_unmap(arena->hub);
  hub_unmap(arena->steps);
  munmap(arena, sizeof *arena);
  return faults;
}

/* A wake-up that is lost never ends: the alarm of main tells. Four workers are more than many a machine has CPUs. */
static void nobody_is_let_through_and_nobody_is_forgotten(void **state) {
  (void)state;
  for (int workers = 1; workers <= WORKERS; workers++)
    for (int processes = 0; processes < 2; processes++)
      for (int spins = 0; spins < 2; spins++) {
        int faults = stress(workers, ROUNDS, processes, spins ? 50000 : 0, NOTHING);
        if (faults > 0)
          fail_msg("%d faults among %d %s, %s", faults, workers, processes ? "processes" : "threads",
                   spins ? "spinning" : "sleeping");
      }
}

static void a_planted_leak_is_seen(void **state) {
  (void)state;
  for (int processes = 0; processes < 2; processes++)
    for (int workers = 2; workers <= WORKERS; workers++) {
      assert_true(stress(workers, LATE_ROUNDS, processes, 50000, LEAKING_BARRIER) > 0);
      assert_true(stress(workers, LATE_ROUNDS, processes, 0, LEAKING_WAIT) > 0);
    }
}

static void more_workers_than_cpus_do_not_spin(void **state) {
  (void)state;
  struct team team = {.workers = 2, .usable_cpus = 2};
  assert_true(wait_policy_of(&team).spin_ns > 0);
  team.workers = 3;
  assert_int_equal(wait_policy_of(&team).spin_ns, 0);
  team = (struct team){.workers = 2, .usable_cpus = 2, .cpu_count = 1}; /* all bound to one */
  assert_int_equal(wait_policy_of(&team).spin_ns, 0);
  team = (struct team){.workers = 2}; /* nobody knows */
  assert_int_equal(wait_policy_of(&team).spin_ns, 0);
}

/* ---- the variants, with a kernel of the test's own ---- */

static const char *const names[] = {"pool", "prefork"};

/* In job->memory. */
struct notes {
  int entered[WORKERS], left[WORKERS], worked[WORKERS];
  pid_t pids[WORKERS];
  char names[WORKERS][16];
};

static struct {
  int worker; /* who misbehaves; -1: none */
  int step;   /* when */
  void (*act)(void);
  void (*wait)(struct worker *); /* what all others do then; NULL: nothing */
  bool no_entry;                 /* `enter` refuses it */
  pid_t victim;                  /* whom `act` kills */
} bad;

static int enter(struct job *job, struct worker *worker) {
  struct notes *notes = job->memory;
  if (bad.no_entry && worker->id == bad.worker)
    return job_say(job, "no entry"), -1;
  notes->entered[worker->id]++;
  notes->pids[worker->id] = getpid();
  return 0;
}

static void leave(struct job *job, struct worker *worker) { ((struct notes *)job->memory)->left[worker->id]++; }

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  struct notes *notes = job->memory;
  notes->worked[worker->id] += (int)(hi - lo);
  prctl(PR_GET_NAME, notes->names[worker->id]);
  if (bad.act && worker->id == bad.worker && step == bad.step)
    bad.act();
  else if (bad.wait && step == bad.step)
    bad.wait(worker);
}

static uint64_t digest(struct job *job) { return digest_of(0, job->memory, job->bytes); }

static const struct kernel kernel = {
    .abi = KERNEL_ABI, .name = "notes", .enter = enter, .leave = leave, .work = work, .digest = digest};

struct bench {
  struct job job;
  struct team team;
  const struct variant *variant;
  struct notes *notes;
};

static struct bench *make_bench(const char *name, int workers) {
  struct bench *bench = calloc(1, sizeof *bench);
  struct fault fault;
  char path[300];
  const char *build = getenv("NWAY_BUILD");
  snprintf(path, sizeof path, "%s/variants/%s.so", build ? build : "build", name);
  if (module_variant(path, &bench->variant, &fault) != 0)
    fail_msg("%s", fault.text);
  bench->job = (struct job){.kernel = &kernel, .bytes = sizeof(struct notes), .steps = 3, .items = workers, .units = 1};
  assert_int_equal(team_create(&bench->team, &bench->job, workers, (struct schedule){SCHEDULE_STATIC, 1},
                               bench->variant->processes, &fault),
                   0);
  bench->notes = bench->job.memory;
  bench->team.usable_cpus = 2;
  return bench;
}

static void free_bench(struct bench *bench) {
  team_destroy(&bench->team);
  free(bench);
}

static int iterate(struct bench *bench) {
  team_reset(&bench->team);
  return bench->variant->run(&bench->team);
}

static int threads_now(void) {
  char line[200];
  int threads = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, file) && sscanf(line, "Threads: %d", &threads) != 1)
    ;
  fclose(file);
  return threads;
}

/* No process, and no thread but those there were. One that is joined may be about to go. */
static void expect_nobody_left(int threads) {
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
  assert_int_equal(errno, ECHILD);
  for (int64_t end = clock_ns() + 60 * second; threads_now() > threads && clock_ns() < end;)
    sched_yield();
  assert_int_equal(threads_now(), threads);
}

static void workers_live_for_the_cell_bear_names_and_leave(void **state) {
  (void)state;
  char before[16], now[16];
  prctl(PR_GET_NAME, before);
  int threads = threads_now();
  for (int v = 0; v < 2; v++)
    for (int workers = 1; workers <= WORKERS; workers++) {
      struct bench *bench = make_bench(names[v], workers);
      void (*barrier)(struct team *, int) = bench->team.barrier;
      assert_int_equal(bench->variant->start(&bench->team), 0);
      for (int i = 0; i < 20; i++)
        assert_int_equal(iterate(bench), 0);
      assert_int_equal(atomic_load(&bench->team.shared->joined), workers);
      assert_int_equal(bench->variant->stop(&bench->team), 0);
      for (int i = 0; i < workers; i++) {
        char name[16];
        snprintf(name, sizeof name, "worker %d", i);
        assert_string_equal(bench->notes->names[i], name);
        assert_int_equal(bench->notes->entered[i], 1);
        assert_int_equal(bench->notes->left[i], 1);
        assert_int_equal(bench->notes->worked[i], 60);
        assert_int_equal(bench->notes->pids[i] == getpid(), v == 0 || i == 0);
      }
      assert_ptr_equal(bench->team.barrier, barrier);
      free_bench(bench);
      expect_nobody_left(threads);
    }
  prctl(PR_GET_NAME, now);
  assert_string_equal(now, before);
}

static void too_few_threads_or_processes_are_told_and_none_is_left(void **state) {
  (void)state;
  int threads = threads_now();
  for (int v = 0; v < 2; v++)
    for (int had = 0; had < WORKERS - 1; had++) {
      struct bench *bench = make_bench(names[v], WORKERS);
      starts_left = had;
      int failed = bench->variant->start(&bench->team);
      assert_int_equal(starts_left, 0); /* the limit was met */
      starts_left = -1;
      assert_int_equal(failed, -1);
      assert_int_equal(bench->team.failure, STATUS_NORES);
      assert_non_null(strstr(bench->team.reason, "Resource temporarily unavailable"));
      expect_nobody_left(threads);
      if (v == 0) /* threads that came leave in good order */
        assert_memory_equal(bench->notes->entered, bench->notes->left, sizeof bench->notes->left);
      free_bench(bench);
    }
}

static void a_worker_that_cannot_start_is_told_and_none_is_left(void **state) {
  (void)state;
  int threads = threads_now();
  for (int v = 0; v < 2; v++)
    for (bad.worker = 0; bad.worker < WORKERS; bad.worker++) {
      struct bench *bench = make_bench(names[v], WORKERS);
      bad.no_entry = true;
      assert_int_equal(bench->variant->start(&bench->team), -1);
      bad.no_entry = false;
      assert_int_equal(bench->team.failure, STATUS_NORES);
      expect_nobody_left(threads);
      if (v == 0) {
        assert_string_equal(bench->team.reason, "no entry");
        assert_memory_equal(bench->notes->entered, bench->notes->left, sizeof bench->notes->left);
      }
      free_bench(bench);
    }
  bad.worker = -1;
}

static void die(void) { raise(SIGKILL); }
static void quit(void) { exit(0); }
static void quit_7(void) { _exit(7); }

static void run_a_child(void) {
  pid_t pid = fork();
  if (pid == 0)
    _exit(1);
  waitpid(pid, NULL, 0);
}

/* Its siblings wait for it at a barrier, or worker 0 at the end of the iteration. */
static void a_process_that_dies_is_told_and_its_siblings_end(void **state) {
  (void)state;
  static const struct {
    void (*act)(void);
    enum status failure;
    const char *reason;
  } table[] = {{die, STATUS_CRASH, "worker 2 died: signal 9"},
               {quit, STATUS_EXIT, "worker 2 called exit(0)"},
               {quit_7, STATUS_EXIT, "worker 2 called exit(7)"}};
  int threads = threads_now();
  for (int i = 0; i < 3; i++)
    for (bad.step = 0; bad.step < 3; bad.step++) {
      struct bench *bench = make_bench("prefork", WORKERS);
      assert_int_equal(bench->variant->start(&bench->team), 0);
      assert_int_equal(iterate(bench), 0);
      assert_int_equal(bench->variant->stop(&bench->team), 0);
      bad.worker = 2;
      bad.act = table[i].act;
      assert_int_equal(bench->variant->start(&bench->team), 0);
      assert_int_equal(iterate(bench), -1);
      bad.worker = -1;
      bad.act = NULL;
      assert_int_equal(bench->team.failure, table[i].failure);
      assert_non_null(strstr(bench->team.reason, table[i].reason));
      expect_nobody_left(threads);
      free_bench(bench);
    }
}

static void spin_for_ever(struct worker *worker) {
  for (volatile int *id = &worker->id; *id >= 0;)
    ;
}

static void sleep_for_ever(struct worker *worker) { worker_wait(worker, 3600 * second); }

static void poll_for_ever(struct worker *worker) {
  while (worker_poll(worker, NULL, 0, -1) <= 0)
    ;
}

static void lock_for_ever(struct worker *worker) {
  pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
  (void)worker;
  pthread_mutex_lock(&own);
  pthread_mutex_lock(&own);
}

/* Worker 0 is the cell's own process and is told all the same, wherever in its items it is. */
static void a_process_that_dies_is_told_whatever_the_others_wait_for(void **state) {
  (void)state;
  static void (*const waits[])(struct worker *) = {spin_for_ever, sleep_for_ever, poll_for_ever, lock_for_ever};
  int threads = threads_now();
  for (int i = 0; i < 4; i++) {
    struct bench *bench = make_bench("prefork", WORKERS);
    void (*barrier)(struct team *, int) = bench->team.barrier;
    bad.worker = 2, bad.step = 1, bad.act = die, bad.wait = waits[i];
    assert_int_equal(bench->variant->start(&bench->team), 0);
    assert_int_equal(iterate(bench), -1);
    bad.worker = -1, bad.act = NULL, bad.wait = NULL;
    assert_int_equal(bench->team.failure, STATUS_CRASH);
    assert_non_null(strstr(bench->team.reason, "worker 2 died: signal 9"));
    assert_ptr_equal(bench->team.barrier, barrier);
    expect_nobody_left(threads);
    free_bench(bench);
  }
}

/* A kernel may have children of its own: a server that ends is no worker that died. */
static void another_child_that_ends_is_nobody_of_the_team(void **state) {
  (void)state;
  struct bench *bench = make_bench("prefork", 2);
  assert_int_equal(bench->variant->start(&bench->team), 0);
  pid_t pid = fork();
  if (pid == 0)
    _exit(1);
  assert_int_equal(waitpid(pid, NULL, 0), pid);
  assert_int_equal(iterate(bench), 0);
  bad.worker = 0, bad.step = 1, bad.act = run_a_child;
  assert_int_equal(iterate(bench), 0);
  bad.worker = -1, bad.act = NULL;
  assert_int_equal(bench->variant->stop(&bench->team), 0);
  struct sigaction action;
  sigaction(SIGCHLD, NULL, &action);
  assert_true(action.sa_handler == SIG_DFL);
  free_bench(bench);
}

/* Gets the SIGCHLD of worker 1's end, which the system may hand to any thread of the process. */
static void *hear_it(void *thread) {
  pthread_kill(pthread_self(), SIGCHLD);
  return thread;
}

/* Kills worker 1 so that a thread of the kernel's gets the signal, and worker 0 none. */
static void hear_by_a_thread(void) {
  sigset_t child;
  pthread_t thread;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &child, NULL);
  kill(bad.victim, SIGKILL);
  siginfo_t info;
  while (waitid(P_PID, (id_t)bad.victim, &info, WEXITED | WNOWAIT) != 0)
    ;
  sigtimedwait(&child, NULL, &(struct timespec){60, 0});
  pthread_sigmask(SIG_UNBLOCK, &child, NULL);
  pthread_create(&thread, NULL, hear_it, NULL);
  pthread_detach(thread);
  pause();
}

static void an_end_that_a_thread_of_the_kernel_hears_of_is_told(void **state) {
  (void)state;
  struct bench *bench = make_bench("prefork", 2);
  assert_int_equal(bench->variant->start(&bench->team), 0);
  assert_int_equal(iterate(bench), 0);
  bad.worker = 0, bad.step = 1, bad.act = hear_by_a_thread, bad.victim = bench->notes->pids[1];
  alarm(60); /* a signal that is lost waits for ever */
  assert_int_equal(iterate(bench), -1);
  alarm(0);
  bad.worker = -1, bad.act = NULL;
  assert_int_equal(bench->team.failure, STATUS_CRASH);
  free_bench(bench);
}

static void fork_and_return(void) { (void)!fork(); }

/* The copy would count as a second worker 1 at the barrier and at the end of each round, or as a second leader. */
static void a_copy_of_a_worker_is_not_counted(void **state) {
  (void)state;
  for (int worker = 0; worker < 3; worker++)
    for (int step = 0; step < 3; step++) {
      bad.worker = worker, bad.step = step, bad.act = fork_and_return;
      struct bench *bench = make_bench("prefork", 3);
      alarm(60); /* a round that is counted wrongly may never end */
      assert_int_equal(bench->variant->start(&bench->team), 0);
      for (int i = 0; i < 10; i++)
        assert_int_equal(iterate(bench), 0);
      bad.worker = -1, bad.act = NULL;
      assert_int_equal(bench->variant->stop(&bench->team), 0);
      alarm(0);
      while (waitpid(-1, NULL, 0) > 0)
        ;
      free_bench(bench);
    }
}

static void a_process_killed_between_two_iterations_is_told(void **state) {
  (void)state;
  struct bench *bench = make_bench("prefork", 3);
  assert_int_equal(bench->variant->start(&bench->team), 0);
  assert_int_equal(iterate(bench), 0);
  kill(bench->notes->pids[1], SIGKILL);
  assert_int_equal(iterate(bench), -1);
  assert_int_equal(bench->team.failure, STATUS_CRASH);
  expect_nobody_left(threads_now());
  free_bench(bench);
}

/* ---- memory ---- */

enum { HEAVY_BYTES = 64 << 20 };

/* In a child of a heavy parent: what worker 0, which is the cell's process, weighs must not have the parent in it. */
static _Noreturn void weigh_in_child(char *heavy) {
  munmap(heavy, HEAVY_BYTES);
  struct bench *bench = make_bench("prefork", 2);
  bool right = bench->variant->start(&bench->team) == 0;
  bench->team.shared->borders = BORDER_MEMORY;
  right &= iterate(bench) == 0;
  const struct stamps *stamps = bench->team.shared->stamps;
  for (int i = 0; i < 2; i++)
    right &= stamps[i].pss_bytes > 0 && stamps[i].pss_bytes < HEAVY_BYTES / 2;
  right &= stamps[0].process == getpid() && stamps[1].process == bench->notes->pids[1];
  bench->variant->stop(&bench->team);
  _exit(right && usage_pss(getppid()) > HEAVY_BYTES / 2 ? 0 : 1);
}

static void the_cells_process_is_weighed_once_and_its_parent_never(void **state) {
  (void)state;
  if (usage_pss(getpid()) == 0)
    skip();
  char *heavy = mmap(NULL, HEAVY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(heavy, 1, HEAVY_BYTES);
  pid_t pid = fork();
  if (pid == 0)
    weigh_in_child(heavy);
  int status = -1;
  waitpid(pid, &status, 0);
  munmap(heavy, HEAVY_BYTES);
  assert_int_equal(status, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nobody_is_let_through_and_nobody_is_forgotten),
      cmocka_unit_test(a_planted_leak_is_seen),
      cmocka_unit_test(more_workers_than_cpus_do_not_spin),
      cmocka_unit_test(workers_live_for_the_cell_bear_names_and_leave),
      cmocka_unit_test(too_few_threads_or_processes_are_told_and_none_is_left),
      cmocka_unit_test(a_worker_that_cannot_start_is_told_and_none_is_left),
      cmocka_unit_test(a_process_that_dies_is_told_and_its_siblings_end),
      cmocka_unit_test(a_process_that_dies_is_told_whatever_the_others_wait_for),
      cmocka_unit_test(another_child_that_ends_is_nobody_of_the_team),
      cmocka_unit_test(an_end_that_a_thread_of_the_kernel_hears_of_is_told),
      cmocka_unit_test(a_copy_of_a_worker_is_not_counted),
      cmocka_unit_test(a_process_killed_between_two_iterations_is_told),
      cmocka_unit_test(the_cells_process_is_weighed_once_and_its_parent_never),
  };
  bad.worker = -1;
  alarm(600); /* a wake-up that is lost must not hang the tests */
  return cmocka_run_group_tests(tests, NULL, NULL);
}

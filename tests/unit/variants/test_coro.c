/* Tests the variant coro from within: who runs when, locks, polls, deadlines and deadlocks, all in one thread. */
#include "base/clock.h"
#include "cell/module.h"
#include "cell/team.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { HANGS_S = 600, MANY = 1000, HOUR_S = 3600 };
#define MS INT64_C(1000000)

/* ---- a rig: the variant, a kernel of one function, and a notebook in shared memory ---- */

struct notes {
  int count, fds[4];
  long words[4 * MANY];
};

struct rig {
  const struct variant *variant;
  struct kernel kernel;
  struct job job;
  struct team team;
};

static void note(struct job *job, long word) {
  struct notes *notes = job->memory;
  assert_true(notes->count < 4 * MANY);
  notes->words[notes->count++] = word;
}

/* Worker i gets item i of every step. A coroutine that is never woken ends the program by SIGALRM. */
static void lay_out(struct rig *rig, void (*work)(struct job *, int, long, long, struct worker *), int workers,
                    int steps) {
  char path[512];
  struct fault fault;
  const char *build = getenv("NWAY_BUILD");
  snprintf(path, sizeof path, "%s/variants/coro.missing", build ? build : "build");
  if (access(path, F_OK) == 0)
    skip();
  snprintf(path, sizeof path, "%s/variants/coro.so", build ? build : "build");
  *rig = (struct rig){.kernel = {.abi = KERNEL_ABI, .name = "test", .work = work}};
  if (module_variant(path, &rig->variant, &fault) != 0)
    fail_msg("%s", fault.text);
  rig->job =
      (struct job){.kernel = &rig->kernel, .bytes = sizeof(struct notes), .steps = steps, .items = workers, .locks = 2};
  struct schedule schedule = {SCHEDULE_STATIC, 1};
  assert_int_equal(team_create(&rig->team, &rig->job, workers, schedule, false, &fault), 0);
  alarm(HANGS_S);
}

static struct notes *run_once(struct rig *rig) {
  memset(rig->job.memory, 0, sizeof(struct notes));
  team_reset(&rig->team);
  if (rig->variant->run(&rig->team) != 0)
    fail_msg("%s", rig->team.reason);
  return rig->job.memory;
}

static struct notes *open_and_run(struct rig *rig, void (*work)(struct job *, int, long, long, struct worker *),
                                  int workers, int steps) {
  lay_out(rig, work, workers, steps);
  if (rig->variant->start(&rig->team) != 0)
    fail_msg("%s", rig->team.reason);
  return run_once(rig);
}

static void close_rig(struct rig *rig) {
  assert_int_equal(rig->variant->stop(&rig->team), 0);
  team_destroy(&rig->team);
  alarm(0);
}

static int open_descriptors(void) {
  int count = 0;
  for (int fd = 0; fd < 256; fd++)
    count += fcntl(fd, F_GETFD) >= 0;
  return count;
}

/* ---- turns ---- */

static void note_around_wait(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)hi;
  note(job, lo);
  worker_wait(worker, MS);
  note(job, -1 - lo);
}

/* Also in a second iteration, on the same stacks. */
static void test_all_start_before_any_ends(void **state) {
  (void)state;
  struct rig rig;
  const struct notes *notes = open_and_run(&rig, note_around_wait, MANY, 1);
  for (int iteration = 0; iteration < 2; iteration++) {
    assert_int_equal(notes->count, 2 * MANY);
    for (long i = 0; i < MANY; i++) {
      assert_int_equal(notes->words[i], i);
      assert_true(notes->words[MANY + i] < 0);
    }
    notes = run_once(&rig);
  }
  close_rig(&rig);
}

static void take_turns(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)hi;
  for (int i = 0; i < 3; i++) {
    note(job, lo);
    worker_wait(worker, 0);
  }
}

static void test_a_wait_of_nothing_lets_all_others_run(void **state) {
  (void)state;
  struct rig rig;
  const struct notes *notes = open_and_run(&rig, take_turns, 4, 1);
  assert_int_equal(notes->count, 12);
  for (int i = 0; i < notes->count; i++)
    assert_int_equal(notes->words[i], i % 4);
  close_rig(&rig);
}

static void note_step(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)hi;
  worker_wait(worker, (lo + step) % 3 * MS / 10);
  note(job, step);
}

static void test_a_barrier_holds_all_until_the_last(void **state) {
  (void)state;
  for (int workers = 1; workers <= 16; workers *= 4) {
    struct rig rig;
    const struct notes *notes = open_and_run(&rig, note_step, workers, 5);
    assert_int_equal(notes->count, 5 * workers);
    for (int i = 0; i < notes->count; i++)
      assert_int_equal(notes->words[i], i / workers);
    close_rig(&rig);
  }
}

/* Only one of them can run at a time. */
static void test_busy_times_do_not_overlap(void **state) {
  (void)state;
  struct rig rig;
  open_and_run(&rig, note_step, 16, 5);
  const struct stamps *stamps = rig.team.shared->stamps;
  int64_t first = INT64_MAX, last = 0, busy = 0;
  for (int i = 0; i < 16; i++) {
    first = stamps[i].in_ns < first ? stamps[i].in_ns : first;
    last = stamps[i].out_ns > last ? stamps[i].out_ns : last;
    assert_true(stamps[i].busy_ns > 0);
    busy += stamps[i].busy_ns;
  }
  assert_true(busy <= last - first);
  close_rig(&rig);
}

/* ---- waits ---- */

static void wait_and_look(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)hi;
  int64_t ns = lo * 37 % 11 * MS / 5 - 1, start = clock_ns();
  worker_wait(worker, ns);
  note(job, clock_ns() - start >= ns);
}

static void test_no_wait_ends_early(void **state) {
  (void)state;
  struct rig rig;
  const struct notes *notes = open_and_run(&rig, wait_and_look, 50, 1);
  assert_int_equal(notes->count, 50);
  for (int i = 0; i < 50; i++)
    assert_int_equal(notes->words[i], 1);
  close_rig(&rig);
}

/* The first and the last wait for a byte or for an hour, whichever comes first, and then for a moment. */
static void wait_long_and_short(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)hi;
  struct notes *notes = job->memory;
  if (lo == 0)
    assert_int_equal(pipe(notes->fds), 0);
  if (lo == 1) {
    for (int turn = 0; turn < 3; turn++)
      worker_wait(worker, 0); /* one hour is under way */
    worker_wait(worker, MS);
    assert_int_equal(write(notes->fds[1], "xx", 2), 2);
  } else {
    struct pollfd fd = {notes->fds[0], POLLIN, 0};
    note(job, worker_poll(worker, &fd, 1, INT64_C(1000000000) * HOUR_S));
    note(job, fd.revents);
    int64_t start = clock_ns();
    worker_wait(worker, MS); /* of the hour nothing is left */
    assert_true(clock_ns() - start >= MS);
  }
}

static void test_a_short_wait_does_not_stand_behind_a_long_one(void **state) {
  (void)state;
  struct rig rig;
  const struct notes *notes = open_and_run(&rig, wait_long_and_short, 3, 1);
  assert_int_equal(notes->count, 4);
  for (int i = 0; i < 4; i++)
    assert_int_equal(notes->words[i], i % 2 ? POLLIN : 1);
  close(notes->fds[0]);
  close(notes->fds[1]);
  close_rig(&rig);
}

/* ---- polls ---- */

static int poll_one(struct worker *worker, int fd, short events, int64_t timeout, short *seen) {
  struct pollfd one = {fd, events, 0};
  int found = worker_poll(worker, &one, 1, timeout);
  *seen = one.revents;
  return found;
}

static void poll_oddly(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)lo, (void)hi;
  struct notes *notes = job->memory;
  short seen;
  assert_int_equal(pipe(notes->fds), 0);
  int file = open("/proc/self/exe", O_RDONLY), *fds = notes->fds;
  int64_t start = clock_ns();
  assert_int_equal(poll_one(worker, fds[0], POLLIN, MS, &seen), 0);
  assert_true(clock_ns() - start >= MS);
  assert_int_equal(worker_poll(worker, NULL, 0, MS), 0);
  assert_true(clock_ns() - start >= 2 * MS);
  assert_int_equal(poll_one(worker, fds[0], POLLIN, 0, &seen), 0);
  assert_int_equal(poll_one(worker, fds[1], POLLOUT, -1, &seen), 1);
  assert_int_equal(seen, POLLOUT);
  assert_int_equal(poll_one(worker, 250, POLLIN, -1, &seen), 1);
  assert_int_equal(seen, POLLNVAL);
  assert_int_equal(poll_one(worker, file, POLLIN, -1, &seen), 1);
  /* a pipe that was waited for still blocks */
  assert_int_equal(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
  struct pollfd twice[] = {{fds[0], POLLIN, 0}, {-1, POLLIN, 0}, {fds[0], POLLIN, 0}};
  assert_int_equal(worker_poll(worker, twice, 3, MS), 0);
  close(fds[1]);
  assert_int_equal(poll_one(worker, fds[0], 0, -1, &seen), 1);
  assert_int_equal(seen, POLLHUP);
  close(fds[0]);
  close(file);
  note(job, 1);
}

static void test_poll_is_as_poll_2(void **state) {
  (void)state;
  struct rig rig;
  int before = open_descriptors();
  assert_int_equal(open_and_run(&rig, poll_oddly, 1, 1)->count, 1);
  close_rig(&rig);
  assert_int_equal(open_descriptors(), before);
}

/* Many wait for one pipe, one has always something to do, the last one writes. */
static void poll_amid_work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)hi;
  struct notes *notes = job->memory;
  short seen;
  if (lo == 0)
    assert_int_equal(pipe(notes->fds), 0);
  if (lo == 1) {
    while (notes->count < job->workers - 2)
      worker_wait(worker, 0);
  } else if (lo == job->workers - 1) {
    worker_wait(worker, MS);
    assert_int_equal(write(notes->fds[1], "x", 1), 1);
  } else {
    assert_int_equal(poll_one(worker, notes->fds[0], POLLIN, -1, &seen), 1);
    note(job, seen);
  }
}

static void test_a_descriptor_wakes_all_who_wait_for_it(void **state) {
  (void)state;
  struct rig rig;
  const struct notes *notes = open_and_run(&rig, poll_amid_work, 8, 1);
  assert_int_equal(notes->count, 6);
  for (int i = 0; i < 6; i++)
    assert_int_equal(notes->words[i], POLLIN);
  close(notes->fds[0]);
  close(notes->fds[1]);
  close_rig(&rig);
}

/* ---- locks ---- */

static void queue_for_lock(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step, (void)hi;
  worker_unlock(worker, 1); /* not held: nothing happens */
  worker_lock(worker, 1);
  worker_lock(worker, 1);
  note(job, lo);
  worker_wait(worker, 0);
  worker_unlock(worker, 1);
  worker_wait(worker, MS / 10);
  note(job, lo);
  worker_unlock(worker, 1);
}

static void test_locks_are_recursive_and_serve_in_order(void **state) {
  (void)state;
  struct rig rig;
  const struct notes *notes = open_and_run(&rig, queue_for_lock, 20, 1);
  assert_int_equal(notes->count, 40);
  for (int i = 0; i < 40; i++)
    assert_int_equal(notes->words[i], i / 2);
  close_rig(&rig);
}

/* ---- deadlocks; their coroutines can never end, so the rig is not closed ---- */

static void must_deadlock(struct rig *rig, void (*work)(struct job *, int, long, long, struct worker *),
                          const char *reason) {
  lay_out(rig, work, 3, 2);
  assert_int_equal(rig->variant->start(&rig->team), 0);
  assert_int_equal(rig->variant->run(&rig->team), -1);
  assert_int_equal(rig->team.failure, STATUS_EXIT);
  assert_string_equal(rig->team.reason, reason);
  alarm(0);
}

static void take_and_keep(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)job, (void)step, (void)lo, (void)hi;
  worker_lock(worker, 0);
}

static void wait_for_ever(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)job, (void)step, (void)hi;
  worker_wait(worker, MS); /* no deadlock yet */
  if (lo == 2)
    worker_poll(worker, NULL, 0, -1);
}

static void test_a_deadlock_is_a_failure_with_a_reason(void **state) {
  (void)state;
  static struct rig rigs[2]; /* what is left must be found from here, or it is a leak */
  must_deadlock(
      &rigs[0], take_and_keep,
      "deadlock: none of 3 workers can go on, 1 are at the barrier; worker 1 waits for lock 0, which worker 0 "
      "has");
  must_deadlock(&rigs[1], wait_for_ever, "deadlock: none of 3 workers can go on, 2 are at the barrier");
}

/* ---- beginning and end ---- */

static int entered, left;

static int enter_slowly(struct job *job, struct worker *worker) {
  (void)job;
  worker_wait(worker, MS / 10);
  entered++;
  return 0;
}

static void leave_slowly(struct job *job, struct worker *worker) {
  (void)job;
  worker_wait(worker, MS / 10);
  left++;
}

static int refuse_the_last(struct job *job, struct worker *worker) {
  return worker->id == 2 ? job_say(job, "no more than two"), -1 : 0;
}

static void test_enter_and_leave_may_wait(void **state) {
  (void)state;
  struct rig rig;
  lay_out(&rig, note_around_wait, 3, 1);
  rig.kernel.enter = enter_slowly;
  rig.kernel.leave = leave_slowly;
  for (int team = 1; team <= 2; team++) {
    assert_int_equal(rig.variant->start(&rig.team), 0);
    run_once(&rig);
    run_once(&rig);
    assert_int_equal(entered, 3 * team);
    assert_int_equal(left, 3 * (team - 1));
    assert_int_equal(rig.variant->stop(&rig.team), 0);
    assert_int_equal(left, 3 * team);
  }
  team_destroy(&rig.team);
  alarm(0);
}

static void test_a_worker_that_cannot_enter_fails_the_start(void **state) {
  (void)state;
  static struct rig rig;
  lay_out(&rig, note_around_wait, 3, 1);
  rig.kernel.enter = refuse_the_last;
  assert_int_equal(rig.variant->start(&rig.team), -1);
  assert_int_equal(rig.team.failure, STATUS_NORES);
  assert_string_equal(rig.team.reason, "no more than two");
  alarm(0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_start_before_any_ends),
      cmocka_unit_test(test_a_wait_of_nothing_lets_all_others_run),
      cmocka_unit_test(test_a_barrier_holds_all_until_the_last),
      cmocka_unit_test(test_busy_times_do_not_overlap),
      cmocka_unit_test(test_no_wait_ends_early),
      cmocka_unit_test(test_a_short_wait_does_not_stand_behind_a_long_one),
      cmocka_unit_test(test_poll_is_as_poll_2),
      cmocka_unit_test(test_a_descriptor_wakes_all_who_wait_for_it),
      cmocka_unit_test(test_locks_are_recursive_and_serve_in_order),
      cmocka_unit_test(test_a_deadlock_is_a_failure_with_a_reason),
      cmocka_unit_test(test_enter_and_leave_may_wait),
      cmocka_unit_test(test_a_worker_that_cannot_enter_fails_the_start),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

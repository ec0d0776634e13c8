/* Tests what workers tell of themselves (usage.c), the processor's counters (hardware.c) and where pages lie
 * (memory.c). */
#include "base/clock.h"
#include "cell/memory.h"
#include "machine/hardware.h"
#include "machine/usage.h"

#include <linux/mempolicy.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void spin_cpu(int64_t ns) {
  int64_t end = usage_of_worker().cpu_ns + ns;
  while (usage_of_worker().cpu_ns < end)
    ;
}

static void *spin_and_tell(void *usage) {
  spin_cpu(20000000);
  *(struct usage *)usage = usage_of_worker();
  return NULL;
}

static void a_worker_tells_of_itself_and_a_process_of_all(void **state) {
  (void)state;
  struct usage before = usage_of_worker(), all = usage_of_process(), worker, now = {0}, sum = {0};
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, spin_and_tell, &worker), 0);
  pthread_join(thread, NULL);
  usage_add(&now, usage_of_worker(), before);
  usage_add(&sum, usage_of_process(), all);
  assert_true(worker.cpu_ns >= 20000000);
  assert_true(now.cpu_ns < worker.cpu_ns);
  assert_true(sum.cpu_ns >= 10000000); /* getrusage may count in ticks */
  assert_true(worker.max_rss_bytes > 100000);
}

static void reaped_children_count_for_the_process(void **state) {
  (void)state;
  struct usage before = usage_of_process(), sum = {0};
  pid_t pid = fork();
  if (pid == 0) {
    spin_cpu(20000000);
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  usage_add(&sum, usage_of_process(), before);
  assert_true(sum.cpu_ns >= 10000000);
}

static void usage_adds_differences_but_keeps_the_peak(void **state) {
  (void)state;
  struct usage sum = {.cpu_ns = 1, .minor_faults = 2, .max_rss_bytes = 50};
  usage_add(&sum, (struct usage){.cpu_ns = 10, .minor_faults = 7, .max_rss_bytes = 40},
            (struct usage){.cpu_ns = 4, .minor_faults = 7, .max_rss_bytes = 30});
  assert_int_equal(sum.cpu_ns, 7);
  assert_int_equal(sum.minor_faults, 2);
  assert_int_equal(sum.max_rss_bytes, 50);
}

static void touched_memory_shows_in_pss(void **state) {
  (void)state;
  enum { BYTES = 8 << 20 };
  int64_t before = usage_pss(getpid());
  if (before == 0)
    skip(); /* this system has no smaps_rollup */
  char *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_true(memory != MAP_FAILED);
  memset(memory, 1, BYTES);
  assert_true(usage_pss(getpid()) - before > BYTES / 2);
  munmap(memory, BYTES);
  assert_int_equal(usage_pss(-5), 0);
}

/* Counters that are there count; those that are not say so. */
static void counters_count_or_are_unknown(void **state) {
  (void)state;
  struct hardware hardware = hardware_open(), none = {{-1, -1, -1, -1}};
  int64_t before[HARDWARE_COUNTERS], after[HARDWARE_COUNTERS];
  hardware_read(&hardware, before);
  spin_cpu(1000000);
  hardware_read(&hardware, after);
  for (int i = 0; i < HARDWARE_COUNTERS; i++)
    assert_true(before[i] < 0 ? after[i] < 0 : after[i] >= before[i]);
  if (before[0] >= 0)
    assert_true(after[0] - before[0] > 1000);
  hardware_read(&none, after);
  for (int i = 0; i < HARDWARE_COUNTERS; i++)
    assert_int_equal(after[i], -1);
  hardware_close(&hardware);
}

/* ---- the team ---- */

static int layout(struct job *job) { return job->bytes = 1 << 20, job->scratch_bytes = 5000, job->items = 4, 0; }
static void burn(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)job, (void)step, (void)worker;
  for (long i = lo; i < hi; i++)
    spin_cpu(3000000);
}
static const struct kernel kernel = {.layout = layout, .work = burn};

static void make_team(struct team *team, struct job *job, int workers) {
  struct fault fault;
  *job = (struct job){.kernel = &kernel, .steps = 1};
  layout(job);
  assert_int_equal(team_create(team, job, workers, (struct schedule){SCHEDULE_STATIC, 1}, false, &fault), 0);
}

struct member {
  struct team *team;
  int id;
};
static void *member_main(void *with) {
  struct member *member = with;
  team_work(member->team, member->id);
  return NULL;
}

static void run_two(struct team *team, int borders) {
  pthread_t threads[2];
  struct member members[2] = {{team, 0}, {team, 1}};
  team_reset(team);
  team->shared->borders = borders;
  for (int i = 0; i < 2; i++)
    pthread_create(&threads[i], NULL, member_main, &members[i]);
  for (int i = 0; i < 2; i++)
    pthread_join(threads[i], NULL);
}

static void workers_note_their_usage_at_the_borders_of_a_sample_only(void **state) {
  (void)state;
  struct team team;
  struct job job;
  make_team(&team, &job, 2);
  team_begin_sample(&team);
  run_two(&team, 0);
  assert_int_equal(team.shared->stamps[0].used.cpu_ns, 0);
  run_two(&team, BORDER_BEGIN | BORDER_END);
  for (int i = 0; i < 2; i++) {
    assert_true(team.shared->stamps[i].used.cpu_ns >= 6000000); /* two items each */
    assert_true(team.shared->stamps[i].used.cpu_ns <= team.shared->stamps[i].busy_ns + 3000000);
  }
  team_begin_sample(&team);
  assert_int_equal(team.shared->stamps[1].used.cpu_ns, 0);
  run_two(&team, BORDER_MEMORY);
  assert_true(team.shared->stamps[0].pss_bytes == usage_pss(-5) || team.shared->stamps[0].pss_bytes > 100000);
  assert_int_equal(team.shared->stamps[1].pss_bytes, 0); /* of threads, one tells for all */
  team_destroy(&team);
}

static int mode_at(const void *at) {
  int mode = -1;
  return syscall(SYS_get_mempolicy, &mode, NULL, 0UL, at, (unsigned long)MPOL_F_ADDR) == 0 ? mode : -1;
}

static void pages_lie_where_the_policy_says(void **state) {
  (void)state;
  struct team team;
  struct job job;
  struct fault fault;
  make_team(&team, &job, 2);
  if (mode_at(job.memory) < 0)
    skip(); /* this system knows of no memory policies */
  assert_int_equal(memory_place(&team, "local", &fault), 0);
  assert_int_equal(mode_at(job.memory), MPOL_DEFAULT); /* not bound: where first touched */
  int cpu = 0;
  team.cpus = &cpu, team.cpu_count = 1;
  assert_int_equal(memory_place(&team, "local", &fault), 0);
  if (access("/sys/devices/system/cpu/cpu0/node0", F_OK) == 0) {
    assert_int_equal(mode_at(job.memory), MPOL_PREFERRED);
    assert_int_equal(mode_at((char *)job.memory + job.bytes - 1), MPOL_PREFERRED);
    assert_int_equal(mode_at(team.members[1].scratch), MPOL_PREFERRED);
  }
  assert_int_equal(memory_place(&team, "interleave", &fault), 0);
  assert_int_equal(mode_at(job.memory), MPOL_INTERLEAVE);
  assert_int_equal(mode_at(team.members[1].scratch), MPOL_INTERLEAVE);
  team_destroy(&team);
}

static void policies_are_known_by_name(void **state) {
  (void)state;
  struct fault fault;
  assert_string_equal(memory_policy("local", &fault), "local");
  assert_string_equal(memory_policy("interleave", &fault), "interleave");
  assert_null(memory_policy("interleaf", &fault));
  assert_non_null(strstr(fault.text, "did you mean 'interleave'"));
  assert_int_equal(fault.code, EXIT_USAGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_worker_tells_of_itself_and_a_process_of_all),
      cmocka_unit_test(reaped_children_count_for_the_process),
      cmocka_unit_test(usage_adds_differences_but_keeps_the_peak),
      cmocka_unit_test(touched_memory_shows_in_pss),
      cmocka_unit_test(counters_count_or_are_unknown),
      cmocka_unit_test(workers_note_their_usage_at_the_borders_of_a_sample_only),
      cmocka_unit_test(pages_lie_where_the_policy_says),
      cmocka_unit_test(policies_are_known_by_name),
  };
  return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}

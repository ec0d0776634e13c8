/* Tests which CPUs real affinity masks leave the workers of a team. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "cell/seats.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* CPUs of each worker's mask as bits, and what must come of them. */
static const struct {
  const char *what;
  int workers, different;
  uint64_t masks[4];
} table[] = {
    {"one CPU for two threads: GOMP_CPU_AFFINITY=0", 2, 1, {1, 1}},
    {"a CPU each: OMP_PROC_BIND=true", 2, 2, {1, 2}},
    {"two CPUs for two threads", 2, 2, {3, 3}},
    {"two CPUs for three threads", 3, 2, {3, 3, 3}},
    {"two threads share, the third has room", 3, 2, {1, 1, 6}},
    {"the first must make room", 3, 3, {7, 3, 1}},
    {"a chain that must move twice", 4, 4, {3, 6, 12, 1}},
    {"unknown masks have no CPU", 2, 0, {0, 0}},
};

static void as_many_cpus_as_the_masks_allow(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct stamps stamps[4] = {0};
    int cpus[WORKERS_MAX];
    for (int w = 0; w < table[i].workers; w++)
      stamps[w].mask[0] = table[i].masks[w];
    if (seats_find(stamps, table[i].workers, cpus) != table[i].different)
      fail_msg("%s", table[i].what);
    for (int w = 0; w < table[i].workers; w++)
      assert_true(cpus[w] < 0 ? !table[i].masks[w] : (table[i].masks[w] >> cpus[w] & 1) != 0);
  }
}

static void only_masks_that_somebody_changed_are_told(void **state) {
  (void)state;
  struct stamps stamps[2] = {0};
  uint64_t own[MASK_WORDS] = {3}, unknown[MASK_WORDS] = {0};
  assert_false(seats_are_moved(stamps, 2, own)); /* not read */
  stamps[0].mask[0] = stamps[1].mask[0] = 3;
  assert_false(seats_are_moved(stamps, 2, own));
  assert_false(seats_are_moved(stamps, 2, unknown));
  stamps[1].mask[0] = 1;
  assert_true(seats_are_moved(stamps, 2, own));
  stamps[0].mask[0] = 0; /* where one worker may be anywhere, nobody knows whether two share a CPU */
  assert_false(seats_are_moved(stamps, 2, own));
}

static void the_own_mask_has_a_cpu(void **state) {
  (void)state;
  struct stamps stamps[1] = {0};
  int cpus[WORKERS_MAX];
  seats_mask(stamps[0].mask);
  assert_int_equal(seats_find(stamps, 1, cpus), 1);
  assert_true(cpus[0] >= 0);
}

static void *wait_bound(void *barriers) {
  cpu_set_t all, one;
  sched_getaffinity(0, sizeof all, &all);
  int cpu = 0;
  while (!CPU_ISSET(cpu, &all))
    cpu++;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  pthread_setaffinity_np(pthread_self(), sizeof one, &one);
  pthread_barrier_wait(barriers), pthread_barrier_wait(barriers);
  return NULL;
}

/* The threads that a kernel brought: as many as workers, each with its own mask; of another number nothing is known. */
static void the_masks_of_threads_are_read_if_there_is_one_a_worker(void **state) {
  (void)state;
  struct stamps stamps[3] = {0};
  pthread_barrier_t barrier;
  pthread_t thread;
  uint64_t own[MASK_WORDS];
  seats_mask(own);
  seats_of_threads(stamps, 1);
  if (memcmp(stamps[0].mask, own, sizeof own) != 0)
    fail_msg("a process of one thread");
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_create(&thread, NULL, wait_bound, &barrier);
  pthread_barrier_wait(&barrier);
  seats_of_threads(stamps, 2);
  int bits = 0, known = 0;
  for (int w = 0; w < MASK_WORDS; w++)
    bits += __builtin_popcountll(stamps[1].mask[w]), known += stamps[0].mask[w] != 0;
  seats_of_threads(stamps, 3);
  int other = 0;
  for (int w = 0; w < MASK_WORDS; w++)
    other += stamps[1].mask[w] != 0 || stamps[2].mask[w] != 0;
  pthread_barrier_wait(&barrier);
  pthread_join(thread, NULL);
  pthread_barrier_destroy(&barrier);
#ifndef __SANITIZE_THREAD__ /* its runtime has a thread of its own */
  assert_int_equal(bits, 1);
  assert_true(known > 0);
#endif
  assert_int_equal(other, 0);
}

/* Each stays in a thread of its own, so that the next one may be anywhere. */
static void *stay(void *where) {
  cpu_set_t mask;
  int stayed = seats_stay(where);
  bool only = stayed >= 0 && sched_getaffinity(0, sizeof mask, &mask) == 0 && CPU_COUNT(&mask) == 1;
  return only && CPU_ISSET(stayed, &mask) ? where : NULL;
}

static void a_thread_stays_on_the_cpu_named_or_where_it_is(void **state) {
  (void)state;
  char first[8] = "", here[] = "here", none[] = "60000", *const places[] = {here, first, none};
  cpu_set_t mask;
  assert_int_equal(sched_getaffinity(0, sizeof mask, &mask), 0);
  int cpu = 0;
  while (!CPU_ISSET(cpu, &mask))
    cpu++;
  snprintf(first, sizeof first, "%d", cpu);
  for (size_t i = 0; i < LENGTH(places); i++) {
    pthread_t thread;
    void *stayed;
    assert_int_equal(pthread_create(&thread, NULL, stay, places[i]), 0);
    assert_int_equal(pthread_join(thread, &stayed), 0);
    assert_ptr_equal(stayed, places[i] == none ? NULL : places[i]);
  }
  assert_int_equal(seats_stay(NULL), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(as_many_cpus_as_the_masks_allow),
      cmocka_unit_test(only_masks_that_somebody_changed_are_told),
      cmocka_unit_test(the_own_mask_has_a_cpu),
      cmocka_unit_test(a_thread_stays_on_the_cpu_named_or_where_it_is),
      cmocka_unit_test(the_masks_of_threads_are_read_if_there_is_one_a_worker),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

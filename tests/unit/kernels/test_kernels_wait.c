/* Tests the kernels that wait, write to a log or chain calls: under real threads, and under services that cheat. */
#include "base/params.h"
#include "cell/module.h"
#include "cell/team.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- a rig: one kernel, its values, and a team on its memory ---- */

struct rig {
  const struct kernel *kernel;
  struct settings settings;
  struct job job;
  struct team team;
};

static void load(struct rig *rig, const char *name) {
  const char *named = getenv("NWAY_BUILD"), *build = named ? named : "build";
  char path[512];
  struct fault fault;
  memset(rig, 0, sizeof *rig);
  snprintf(path, sizeof path, "%s/kernels/%s.missing", build, name);
  if (access(path, F_OK) == 0)
    skip();
  snprintf(path, sizeof path, "%s/kernels/%s.so", build, name);
  if (module_kernel(path, &rig->kernel, &fault) != 0 || params_init(rig->kernel->params, &rig->settings, &fault) != 0)
    fail_msg("%s", fault.text);
}

/* `settings` is name=value name=value ...; the rest have their defaults. */
static void set(struct rig *rig, const char *settings) {
  char copy[512], *rest = NULL;
  struct fault fault;
  snprintf(copy, sizeof copy, "%s", settings);
  for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    char *equals = strchr(word, '=');
    *equals = '\0';
    int index = params_find(rig->kernel->name, rig->kernel->params, word, &fault);
    if (index < 0 || params_set(&rig->settings, index, equals + 1, &fault) != 0)
      fail_msg("%s", fault.text);
  }
}

/* Returns what layout says. */
static int lay_out(struct rig *rig, const char *name, const char *settings) {
  load(rig, name);
  set(rig, settings);
  rig->job = (struct job){.kernel = rig->kernel, .values = rig->settings.values};
  return rig->kernel->layout(&rig->job);
}

static void open_rig(struct rig *rig, const char *name, const char *settings, int workers) {
  struct fault fault;
  if (lay_out(rig, name, settings) != 0)
    fail_msg("%s %s is refused: %s", name, settings, rig->job.message);
  assert_true(rig->job.steps == 1 && rig->job.units > 0 && rig->job.bytes <= JOB_BYTES_MAX);
  struct schedule schedule = {SCHEDULE_DYNAMIC, 1};
  if (team_create(&rig->team, &rig->job, workers, schedule, false, &fault) != 0)
    fail_msg("%s", fault.text);
  rig->kernel->reset(&rig->job);
}

static void close_rig(struct rig *rig) {
  team_destroy(&rig->team);
  params_free(&rig->settings);
}

static void run(struct rig *rig, long lo, long hi, int id) {
  rig->kernel->work(&rig->job, 0, lo, hi, &rig->team.members[id]);
}

typedef void deal(struct rig *);

static void whole(struct rig *rig) { run(rig, 0, rig->job.items, 0); }

static void backwards(struct rig *rig) {
  for (long i = rig->job.items; i > 0; i--)
    run(rig, i - 1, i, (int)(i % rig->job.workers));
}

struct thread {
  pthread_t id;
  struct rig *rig;
  int worker;
};

static void *thread_main(void *argument) {
  struct thread *self = argument;
  char name[16];
  snprintf(name, sizeof name, "worker %d", self->worker);
  pthread_setname_np(pthread_self(), name);
  team_work(&self->rig->team, self->worker);
  return NULL;
}

/* At the same time, with real waits and locks. */
static void threads(struct rig *rig) {
  struct thread all[8];
  team_reset(&rig->team);
  for (int i = 0; i < rig->job.workers; i++) {
    all[i] = (struct thread){.rig = rig, .worker = i};
    assert_int_equal(pthread_create(&all[i].id, NULL, thread_main, &all[i]), 0);
  }
  for (int i = 0; i < rig->job.workers; i++)
    pthread_join(all[i].id, NULL);
}

static void must_be_right(struct rig *rig) {
  const char *fault = rig->kernel->check(&rig->job);
  if (fault)
    fail_msg("%s: %s", rig->kernel->name, fault);
}

static void must_be_wrong(struct rig *rig, const char *said) {
  const char *fault = rig->kernel->check(&rig->job);
  if (!fault || !strstr(fault, said))
    fail_msg("%s: \"%s\" does not say \"%s\"", rig->kernel->name, fault ? fault : "", said);
}

static uint64_t digest(struct rig *rig) { return rig->kernel->digest(&rig->job); }

static uint64_t right_digest(const char *name, const char *settings, int workers, deal *by) {
  struct rig rig;
  open_rig(&rig, name, settings, workers);
  by(&rig);
  must_be_right(&rig);
  uint64_t found = digest(&rig);
  close_rig(&rig);
  return found;
}

static double counter(struct rig *rig, const char *name) {
  struct counter counters[COUNTERS_MAX];
  int count = rig->kernel->counters(&rig->job, counters);
  for (int i = 0; i < count; i++)
    if (strcmp(counters[i].name, name) == 0)
      return counters[i].value;
  fail_msg("%s has no counter %s", rig->kernel->name, name);
  return 0;
}

/* ---- what each of them must stand ---- */

static const struct {
  const char *kernel, *settings;
} cases[] = {{"sleep", "waits=5 wait=200"},
             {"sleep_print", "printers=3 lines=4 wait=100"},
             {"memo_wait", "calls=1+1+2+1+7 wait=200 method=none"},
             {"memo_wait", "calls=1+1+2+1+7 wait=200 method=private bound=2"},
             {"memo_wait", "calls=1+1+2+1+7 wait=200 method=shared"},
             {"critical_section", "writers=3 turns=2 letters=4 wait=50 lock=on"},
             {"critical_section", "writers=3 turns=2 letters=4 wait=50 lock=off"},
             {"overlap", "bases=5+3+70 exponent=997 digits=50 wait=500"},
             {"call_chain", "calls=20 chains=3 arguments=4 order=none"},
             {"call_chain", "calls=20 chains=3 arguments=4 bad=2 order=doc payload=csv"},
             {"call_chain", "calls=20 chains=3 arguments=4 bad=2 order=guard+timer+memo payload=csv"},
             {"call_chain", "calls=20 chains=3 arguments=4 bad=2 order=memo+timer+guard"},
             {"call_chain", "calls=3 chains=3 arguments=9 bad=0 order=doc+guard+timer+memo"}};

static void test_digests_are_equal_however_items_are_dealt(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    uint64_t first = right_digest(cases[i].kernel, cases[i].settings, 1, whole);
    assert_int_equal(right_digest(cases[i].kernel, cases[i].settings, 3, backwards), first);
    for (int workers = 1; workers <= 4; workers++)
      assert_int_equal(right_digest(cases[i].kernel, cases[i].settings, workers, threads), first);
  }
}

/* Methods that reach the same answer have the same digest; the orders of call_chain differ in what they refuse. */
static void test_digests_are_equal_for_all_methods(void **state) {
  (void)state;
  assert_int_equal(right_digest(cases[3].kernel, cases[3].settings, 2, threads),
                   right_digest(cases[2].kernel, cases[2].settings, 1, whole));
  assert_int_equal(right_digest(cases[4].kernel, cases[4].settings, 2, threads),
                   right_digest(cases[2].kernel, cases[2].settings, 1, whole));
  assert_int_equal(right_digest(cases[5].kernel, cases[5].settings, 2, threads),
                   right_digest(cases[6].kernel, cases[6].settings, 2, threads));
}

static void test_reset_erases(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct rig rig;
    open_rig(&rig, cases[i].kernel, cases[i].settings, 1);
    whole(&rig);
    uint64_t found = digest(&rig);
    rig.kernel->reset(&rig.job);
    assert_non_null(rig.kernel->check(&rig.job));
    assert_int_not_equal(digest(&rig), found);
    whole(&rig);
    must_be_right(&rig);
    assert_int_equal(digest(&rig), found);
    close_rig(&rig);
  }
}

/* Every byte of the memory in turn: what the digest covers is the result, and check must see it. */
static void must_find_planted_faults(const char *name, const char *settings, unsigned char flip) {
  struct rig rig;
  open_rig(&rig, name, settings, 1);
  whole(&rig);
  uint64_t found = digest(&rig);
  unsigned char *memory = rig.job.memory;
  int planted = 0;
  for (size_t at = 0; at < rig.job.bytes; at++) {
    memory[at] ^= flip;
    if (digest(&rig) != found) {
      planted++;
      if (!rig.kernel->check(&rig.job))
        fail_msg("%s %s: byte %zu changed and not missed", name, settings, at);
    }
    memory[at] ^= flip;
  }
  must_be_right(&rig);
  assert_true(planted > 0);
  close_rig(&rig);
}

static void test_check_finds_planted_faults(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    must_find_planted_faults(cases[i].kernel, cases[i].settings, 1);
    must_find_planted_faults(cases[i].kernel, cases[i].settings, 0x80);
  }
}

static void test_costs_are_positive(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct rig rig;
    assert_int_equal(lay_out(&rig, cases[i].kernel, cases[i].settings), 0); /* cost needs no memory */
    for (long item = 0; rig.kernel->cost && item < rig.job.items; item++) {
      double cost = rig.kernel->cost(&rig.job, 0, item);
      assert_true(cost > 0 && cost < 1e300);
    }
    params_free(&rig.settings);
  }
}

static void test_layouts_refuse_with_the_reason(void **state) {
  (void)state;
  static const struct {
    const char *kernel, *settings, *param, *said;
  } bad[] = {{"sleep", "wait=3600000001", "wait", "longer than an hour"},
             {"sleep", "waits=1G wait=1000", "waits", "more than an hour"},
             {"sleep", "waits=3G wait=1", "waits", "bytes"},
             {"sleep_print", "printers=1000 lines=1001", "lines", "at most 1000000"},
             {"sleep_print", "lines=1000 wait=1800001", "wait", "more than an hour"},
             {"memo_wait", "calls=4097x1", "calls", "expected 1 to 4096"},
             {"memo_wait", "wait=1800000001", "wait", "more than an hour"},
             {"critical_section", "writers=1000 turns=1000", "turns", "at most 1000000"},
             {"critical_section", "wait=9223372036854775807", "wait", "more than an hour"},
             {"overlap", "exponent=1000000000000", "exponent", "digits"},
             {"overlap", "wait=9223372036854775807", "wait", "longer than an hour"},
             {"call_chain", "arguments=3 bad=4", "bad", "4 bad arguments"},
             {"call_chain", "calls=1G", "calls", "bytes"}};
  for (size_t i = 0; i < LENGTH(bad); i++) {
    struct rig rig;
    assert_int_not_equal(lay_out(&rig, bad[i].kernel, bad[i].settings), 0);
    assert_non_null(rig.job.refused);
    assert_string_equal(rig.job.refused, bad[i].param);
    if (!strstr(rig.job.message, bad[i].said))
      fail_msg("%s: \"%s\" does not say \"%s\"", bad[i].kernel, rig.job.message, bad[i].said);
    params_free(&rig.settings);
  }
}

/* Nothing of nothing: refused by the parameter's own range. */
static void test_zero_is_no_size(void **state) {
  (void)state;
  static const char *const sizes[][2] = {{"sleep", "waits"},
                                         {"sleep", "wait"},
                                         {"sleep_print", "printers"},
                                         {"sleep_print", "lines"},
                                         {"memo_wait", "wait"},
                                         {"memo_wait", "bound"},
                                         {"critical_section", "turns"},
                                         {"critical_section", "writers"},
                                         {"critical_section", "letters"},
                                         {"overlap", "digits"},
                                         {"overlap", "bases"},
                                         {"call_chain", "calls"},
                                         {"call_chain", "chains"},
                                         {"call_chain", "arguments"}};
  for (size_t i = 0; i < LENGTH(sizes); i++) {
    struct rig rig;
    struct fault fault;
    load(&rig, sizes[i][0]);
    int index = params_find(sizes[i][0], rig.kernel->params, sizes[i][1], &fault);
    assert_true(index >= 0);
    assert_int_not_equal(params_set(&rig.settings, index, "0", &fault), 0);
    params_free(&rig.settings);
  }
}

/* Strange values are refused or served within the bounds; sanitizers watch the arithmetic. */
static void test_layouts_stand_any_size(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++)
    for (int64_t n = 1; n > 0 && n < INT64_MAX / 3; n = 3 * n + 1) {
      struct rig rig;
      load(&rig, cases[i].kernel);
      set(&rig, cases[i].settings);
      rig.job = (struct job){.kernel = rig.kernel, .values = rig.settings.values};
      for (int p = 0; rig.kernel->params[p].name; p++) {
        const struct param *param = &rig.kernel->params[p];
        int64_t before = rig.settings.values[p].number;
        if (param->type != PARAM_INT || n < param->min || n > param->max)
          continue;
        rig.settings.values[p].number = n;
        if (rig.kernel->layout(&rig.job) == 0)
          assert_true(rig.job.bytes <= JOB_BYTES_MAX && rig.job.items >= 1 && rig.job.units > 0);
        else
          assert_non_null(rig.job.refused);
        rig.settings.values[p].number = before;
      }
      params_free(&rig.settings);
    }
}

/* ---- services that cheat ---- */

static void use(struct rig *rig, const struct services *services) {
  for (int i = 0; i < rig->job.workers; i++)
    rig->team.members[i].services = services;
}

static void wait_not_at_all(struct worker *worker, int64_t ns) { (void)worker, (void)ns; }

static void wait_too_short(struct worker *worker, int64_t ns) {
  (void)worker;
  struct timespec half = {0, ns / 1000};
  nanosleep(&half, NULL);
}

static void wait_for_real(struct worker *worker, int64_t ns) {
  (void)worker;
  struct timespec left = {ns / 1000000000, ns % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) != 0)
    ;
}

static int lock_nothing(struct worker *worker, int id) { return (void)worker, (void)id, 0; }
static void unlock_nothing(struct worker *worker, int id) { (void)worker, (void)id; }

/* A wait of seconds that comes back at once, or after a thousandth, must not pass: for check, and for every other
 * sample whose digest is compared. */
static void test_a_wait_that_does_not_last_is_found_out(void **state) {
  (void)state;
  static const struct {
    const char *kernel, *quick, *slow;
  } waits[] = {{"sleep", "wait=100", "wait=3000000"},
               {"sleep_print", "wait=100", "wait=3000000"},
               {"memo_wait", "method=none wait=100", "method=none wait=3000000"},
               {"memo_wait", "method=private wait=100", "method=private wait=3000000"},
               {"memo_wait", "method=shared wait=100", "method=shared wait=3000000"},
               {"critical_section", "wait=100", "wait=3000000"},
               {"overlap", "exponent=50 wait=100", "exponent=50 wait=3000000"}};
  static const struct services cheats[] = {{.wait = wait_not_at_all, .lock = lock_nothing, .unlock = unlock_nothing},
                                           {.wait = wait_too_short, .lock = lock_nothing, .unlock = unlock_nothing}};
  for (size_t i = 0; i < LENGTH(waits); i++)
    for (size_t c = 0; c < LENGTH(cheats); c++) {
      struct rig rig;
      open_rig(&rig, waits[i].kernel, waits[i].slow, 1);
      use(&rig, &cheats[c]);
      whole(&rig);
      must_be_wrong(&rig, "last");
      assert_int_not_equal(digest(&rig), right_digest(waits[i].kernel, waits[i].quick, 1, whole));
      close_rig(&rig);
    }
}

/* Another worker comes in during the first wait, as it may where no lock keeps it out: the same order every time. */
static struct rig *intruded;

static void wait_and_let_another_in(struct worker *worker, int64_t ns) {
  struct rig *rig = intruded;
  intruded = NULL;
  if (rig)
    run(rig, 1, 2, 1);
  wait_for_real(worker, ns);
}

static const struct services open_door = {
    .wait = wait_and_let_another_in, .lock = lock_nothing, .unlock = unlock_nothing};

static void run_intruded(struct rig *rig, const char *name, const char *settings) {
  open_rig(rig, name, settings, 2);
  use(rig, &open_door);
  intruded = rig;
  run(rig, 0, 1, 0);
}

static void test_a_lock_that_locks_nothing_is_found_out(void **state) {
  (void)state;
  struct rig rig;
  run_intruded(&rig, "critical_section", "wait=50 lock=on");
  must_be_wrong(&rig, "despite the lock");
  assert_int_not_equal(digest(&rig), right_digest("critical_section", "wait=50 lock=on", 1, whole));
  close_rig(&rig);
  run_intruded(&rig, "critical_section", "wait=50 lock=off");
  must_be_right(&rig);
  assert_true(counter(&rig, "whole_turns") == 5); /* A ABC ABC ABC BC ABC ABC */
  assert_int_equal(digest(&rig), right_digest("critical_section", "wait=50 lock=off", 1, whole));
  close_rig(&rig);
}

static void test_printers_may_interleave(void **state) {
  (void)state;
  struct rig rig;
  run_intruded(&rig, "sleep_print", "wait=50");
  must_be_right(&rig);
  assert_true(counter(&rig, "alternations") == 2); /* o xxx oo */
  assert_int_equal(digest(&rig), right_digest("sleep_print", "wait=50", 1, whole));
  close_rig(&rig);
}

/* ---- sleep, sleep_print ---- */

static void test_sleep_counts_what_overlaps(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "sleep", "waits=2 wait=100", 1);
  int64_t naps[2][3] = {{1, 1000000, 2000000}, {2, 1500000, 2500000}}; /* mark, begin, end */
  memcpy(rig.job.memory, naps, sizeof naps);
  must_be_right(&rig);
  double at_once = counter(&rig, "at_once"), late = counter(&rig, "late_max_us");
  assert_true(at_once > 1.333 && at_once < 1.334);
  assert_true(late > 899.9 && late < 900.1);
  close_rig(&rig);
}

static void test_workers_carry_their_names(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "sleep_print", "wait=50", 2);
  threads(&rig);
  assert_true(counter(&rig, "named") == 1);
  rig.kernel->reset(&rig.job);
  whole(&rig); /* this thread has the program's name */
  assert_true(counter(&rig, "named") == 0);
  close_rig(&rig);
}

/* As in sleep_print.c. */
struct line {
  int32_t printer, number;
  char text[16];
};

static struct line *log_of(struct rig *rig) { return (struct line *)((char *)rig->job.memory + 64 + 2 * 32); }

static void test_lines_out_of_order_are_found_out(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "sleep_print", "wait=50", 1);
  whole(&rig);
  struct line *lines = log_of(&rig), first = lines[0];
  assert_string_equal(lines[0].text, "oooooooooooo");
  assert_string_equal(lines[3].text, "xxxxxxxxxxxx");
  uint64_t found = digest(&rig);
  lines[0] = lines[3], lines[3] = first; /* the printers change places, each still in its own order */
  must_be_wrong(&rig, "out of order");
  lines[3] = lines[0], lines[0] = first;
  must_be_right(&rig);
  lines[0] = lines[1], lines[1] = first;
  must_be_wrong(&rig, "out of order");
  assert_int_not_equal(digest(&rig), found);
  close_rig(&rig);
}

/* ---- memo_wait ---- */

static void test_memo_wait_counts_as_the_notebook(void **state) {
  (void)state;
  static const struct {
    const char *settings;
    double hits, misses;
  } memos[] = {{"calls=1+1 method=none", 0, 2},
               {"calls=1+1 method=private", 1, 1},
               {"calls=1+1 method=shared", 1, 1},
               {"calls=1+2+1+2 method=shared bound=1", 0, 4},
               {"calls=1+2+3+1+4+2+1 method=private bound=3", 2, 5}}; /* 4 evicts 2, then 2 evicts 3 */
  for (size_t i = 0; i < LENGTH(memos); i++) {
    struct rig rig;
    char settings[96];
    snprintf(settings, sizeof settings, "%s wait=50", memos[i].settings);
    open_rig(&rig, "memo_wait", settings, 1);
    whole(&rig);
    must_be_right(&rig);
    assert_string_equal((char *)rig.job.memory, "hello 1");
    assert_true(counter(&rig, "hits") == memos[i].hits);
    assert_true(counter(&rig, "misses") == memos[i].misses);
    close_rig(&rig);
  }
}

/* As in memo_wait.c. */
struct reply {
  char text[32];
  int64_t hits, misses;
};

static void test_wrong_counts_of_a_memo_are_found_out(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "memo_wait", "calls=1+1+2 method=private wait=50", 1);
  whole(&rig);
  struct reply *replies = rig.job.memory;
  replies[1].hits = 0, replies[1].misses = 1; /* a memo that forgot */
  must_be_wrong(&rig, "0 hits, expected 1");
  close_rig(&rig);
  open_rig(&rig, "memo_wait", "calls=1+1+2 method=shared wait=50", 2);
  threads(&rig);
  replies = rig.job.memory;
  for (int i = 0; i < 2; i++)
    replies[i].hits = 1, replies[i].misses = 0; /* one that knew what nobody had computed */
  must_be_wrong(&rig, "2 hits, but only 1");
  close_rig(&rig);
}

/* ---- critical_section ---- */

struct entry {
  int32_t writer, turn, letter, worker;
};

static void test_letters_out_of_order_are_found_out(void **state) {
  (void)state;
  static const char *const locks[] = {"wait=50 lock=on", "wait=50 lock=off"};
  for (int i = 0; i < 2; i++) {
    struct rig rig;
    open_rig(&rig, "critical_section", locks[i], 1);
    whole(&rig);
    struct entry *entries = (struct entry *)((char *)rig.job.memory + 64 + 2 * 24), first = entries[0];
    assert_int_equal(first.letter, 'A');
    assert_int_equal(entries[1].letter, 'B');
    entries[0] = entries[1], entries[1] = first;
    must_be_wrong(&rig, "order");
    close_rig(&rig);
  }
}

static void test_longest_run_under_the_lock(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "critical_section", "wait=50 writers=3 turns=2", 2);
  run(&rig, 0, 1, 0);
  run(&rig, 1, 2, 1);
  run(&rig, 2, 3, 1);
  must_be_right(&rig);
  assert_true(counter(&rig, "longest_run") == 4);
  close_rig(&rig);
}

/* ---- overlap ---- */

struct answer {
  int64_t total;
  char text[56];
};

static void test_overlap_finds_what_the_notebook_found(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "overlap", "bases=5+3 exponent=1000000 digits=2 wait=100", 1);
  whole(&rig);
  must_be_right(&rig);
  const struct answer *answers = rig.job.memory;
  assert_string_equal(answers[0].text, "Daniel");
  assert_string_equal(answers[1].text, "10");
  assert_int_equal(answers[1].total, 698971);
  assert_string_equal(answers[2].text, "17");
  assert_int_equal(answers[2].total, 477122);
  close_rig(&rig);
}

/* The oracle tells powers of any length and any base, such as end in zeros or are shorter than asked. */
static void test_overlap_of_any_length(void **state) {
  (void)state;
  static const char *const powers[] = {
      "bases=10+2+1+7+99999999999+20 digits=3 exponent=%d",
      "bases=1000+9223372036854775807+25 digits=50 exponent=%d",
  };
  for (int exponent = 0; exponent < 200; exponent = exponent < 70 ? exponent + 1 : exponent + 13)
    for (size_t i = 0; i < LENGTH(powers); i++) {
      char settings[128];
      snprintf(settings, sizeof settings, powers[i], exponent);
      snprintf(settings + strlen(settings), sizeof settings - strlen(settings), " wait=1");
      right_digest("overlap", settings, 1, whole);
    }
}

/* ---- call_chain ---- */

/* As in call_chain.c. */
struct made {
  int64_t value;
  char path[8];
};
struct told {
  int64_t timed_ns, timed, refused, hits, misses, documented;
  char name[24], doc[64], reason[64];
};

/* 100 calls with 4 arguments in turn, the last of them bad. */
static void test_orders_give_what_they_imply(void **state) {
  (void)state;
  static const struct {
    const char *order, *first, *again, *bad, *bad_again;
    int timed, refused, hits, misses;
  } orders[] = {{"none", "f", "f", "f", "f", 0, 0, 0, 0},
                {"doc", "df", "df", "df", "df", 0, 0, 0, 0},
                {"timer", "tf", "tf", "tf", "tf", 100, 0, 0, 0},
                {"guard", "gf", "gf", "g!", "g!", 0, 25, 0, 0},
                {"memo", "mf", "m=", "mf", "m=", 0, 0, 96, 4},
                {"timer+memo", "tmf", "tm=", "tmf", "tm=", 100, 0, 96, 4},
                {"memo+timer", "mtf", "m=", "mtf", "m=", 4, 0, 96, 4},
                {"guard+timer", "gtf", "gtf", "g!", "g!", 75, 25, 0, 0},
                {"timer+guard", "tgf", "tgf", "tg!", "tg!", 100, 25, 0, 0},
                {"guard+memo", "gmf", "gm=", "g!", "g!", 0, 25, 72, 3},
                {"memo+guard", "mgf", "m=", "mg!", "m=", 0, 1, 96, 4},
                {"guard+timer+memo", "gtmf", "gtm=", "g!", "g!", 75, 25, 72, 3},
                {"timer+guard+memo", "tgmf", "tgm=", "tg!", "tg!", 100, 25, 72, 3},
                {"guard+memo+timer", "gmtf", "gm=", "g!", "g!", 3, 25, 72, 3},
                {"memo+guard+timer", "mgtf", "m=", "mg!", "m=", 3, 1, 96, 4},
                {"timer+memo+guard", "tmgf", "tm=", "tmg!", "tm=", 100, 1, 96, 4},
                {"memo+timer+guard", "mtgf", "m=", "mtg!", "m=", 4, 1, 96, 4},
                {"doc+guard+timer+memo", "dgtmf", "dgtm=", "dg!", "dg!", 75, 25, 72, 3}};
  for (size_t i = 0; i < LENGTH(orders); i++) {
    struct rig rig;
    char settings[96];
    snprintf(settings, sizeof settings, "calls=100 chains=1 arguments=4 bad=1 order=%s", orders[i].order);
    open_rig(&rig, "call_chain", settings, 1);
    whole(&rig);
    must_be_right(&rig);
    const struct told *told = rig.job.memory;
    const struct made *made = (const struct made *)(told + 1);
    assert_string_equal(made[0].path, orders[i].first);
    assert_string_equal(made[4].path, orders[i].again);
    assert_string_equal(made[3].path, orders[i].bad);
    assert_string_equal(made[7].path, orders[i].bad_again);
    assert_int_equal(made[0].value, 0);
    assert_int_equal(made[7].value, orders[i].refused ? -1 : 3);
    assert_int_equal(told->timed, orders[i].timed);
    assert_int_equal(told->refused, orders[i].refused);
    assert_int_equal(told->hits, orders[i].hits);
    assert_int_equal(told->misses, orders[i].misses);
    assert_string_equal(told->name, "empty");
    assert_string_equal(told->reason, orders[i].refused ? "the first argument must contain .csv" : "");
    close_rig(&rig);
  }
}

static void test_the_csv_table_is_read(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "call_chain", "calls=2 chains=1 arguments=2 bad=0 order=doc payload=csv", 1);
  whole(&rig);
  must_be_right(&rig);
  const struct told *told = rig.job.memory;
  const struct made *made = (const struct made *)(told + 1);
  assert_int_equal(made[1].value, 140 * 1000000 + 5976 * 1000 + 1);
  assert_string_equal(told->name, "import_csv");
  assert_string_equal(told->doc, "Imports a csv file into a table.");
  close_rig(&rig);
}

/* What a guard would leave behind that lets a bad argument through, and wrappers in another order than asked. */
static void test_a_guard_that_lets_through_is_found_out(void **state) {
  (void)state;
  struct rig rig, other;
  open_rig(&rig, "call_chain", "calls=8 chains=1 arguments=4 bad=1 order=guard", 1);
  open_rig(&other, "call_chain", "calls=8 chains=1 arguments=4 bad=0 order=guard", 1);
  whole(&rig);
  whole(&other);
  memcpy(rig.job.memory, other.job.memory, rig.job.bytes);
  must_be_wrong(&rig, "call 3: path gf, value 3; expected path g!, value -1");
  close_rig(&rig);
  close_rig(&other);
}

static void test_wrappers_in_another_order_are_found_out(void **state) {
  (void)state;
  struct rig rig, other;
  open_rig(&rig, "call_chain", "calls=8 chains=1 arguments=4 bad=0 order=guard+timer", 1);
  open_rig(&other, "call_chain", "calls=8 chains=1 arguments=4 bad=0 order=timer+guard", 1);
  whole(&rig);
  whole(&other);
  assert_int_not_equal(digest(&rig), digest(&other));
  memcpy(rig.job.memory, other.job.memory, rig.job.bytes);
  must_be_wrong(&rig, "call 0: path tgf");
  close_rig(&rig);
  close_rig(&other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_digests_are_equal_however_items_are_dealt),
      cmocka_unit_test(test_digests_are_equal_for_all_methods),
      cmocka_unit_test(test_reset_erases),
      cmocka_unit_test(test_check_finds_planted_faults),
      cmocka_unit_test(test_costs_are_positive),
      cmocka_unit_test(test_layouts_refuse_with_the_reason),
      cmocka_unit_test(test_zero_is_no_size),
      cmocka_unit_test(test_layouts_stand_any_size),
      cmocka_unit_test(test_a_wait_that_does_not_last_is_found_out),
      cmocka_unit_test(test_a_lock_that_locks_nothing_is_found_out),
      cmocka_unit_test(test_printers_may_interleave),
      cmocka_unit_test(test_sleep_counts_what_overlaps),
      cmocka_unit_test(test_workers_carry_their_names),
      cmocka_unit_test(test_lines_out_of_order_are_found_out),
      cmocka_unit_test(test_memo_wait_counts_as_the_notebook),
      cmocka_unit_test(test_wrong_counts_of_a_memo_are_found_out),
      cmocka_unit_test(test_letters_out_of_order_are_found_out),
      cmocka_unit_test(test_longest_run_under_the_lock),
      cmocka_unit_test(test_overlap_finds_what_the_notebook_found),
      cmocka_unit_test(test_overlap_of_any_length),
      cmocka_unit_test(test_orders_give_what_they_imply),
      cmocka_unit_test(test_the_csv_table_is_read),
      cmocka_unit_test(test_a_guard_that_lets_through_is_found_out),
      cmocka_unit_test(test_wrappers_in_another_order_are_found_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

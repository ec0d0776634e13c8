/* Tests handoff, messages, triad, false_sharing, grain and the shared memos of factorial under real threads and
 * processes. */
#include "base/params.h"
#include "cell/module.h"
#include "cell/team.h"
#include "lib/memo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- a rig: a kernel, its values, a variant and a team, as the process of a cell has them ---- */

struct rig {
  const struct kernel *kernel;
  const struct variant *variant;
  struct settings settings;
  struct job job;
  struct team team;
};

static char *path_of(const char *folder, const char *name, const char *ending, char *path, size_t size) {
  const char *build = getenv("NWAY_BUILD");
  snprintf(path, size, "%s/%s/%s.%s", build ? build : "build", folder, name, ending);
  return path;
}

/* `sets` is name=value name=value ...; the rest have their defaults. Returns what layout does. */
static int lay_out(struct rig *rig, const char *kernel, const char *sets) {
  char path[512], set[100];
  struct fault fault;
  *rig = (struct rig){0};
  if (access(path_of("kernels", kernel, "missing", path, sizeof path), F_OK) == 0)
    skip(); /* no GMP */
  if (module_kernel(path_of("kernels", kernel, "so", path, sizeof path), &rig->kernel, &fault) != 0 ||
      params_init(rig->kernel->params, &rig->settings, &fault) != 0)
    fail_msg("%s", fault.text);
  for (const char *at = sets; sscanf(at, " %99s", set) == 1; at = strstr(at, set) + strlen(set)) {
    char *value = strchr(set, '=') + 1;
    value[-1] = '\0';
    int index = params_find(kernel, rig->kernel->params, set, &fault);
    if (index < 0 || params_set(&rig->settings, index, value, &fault) != 0)
      fail_msg("%s", fault.text);
    value[-1] = '=';
  }
  rig->job = (struct job){.kernel = rig->kernel, .values = rig->settings.values};
  return rig->kernel->layout(&rig->job);
}

static void open_rig(struct rig *rig, const char *kernel, const char *sets, const char *variant, int workers,
                     const char *schedule) {
  char path[512];
  struct fault fault;
  struct schedule dealt;
  if (lay_out(rig, kernel, sets) != 0)
    fail_msg("%s %s is refused: %s", kernel, sets, rig->job.message);
  if (module_variant(path_of("variants", variant, "so", path, sizeof path), &rig->variant, &fault) != 0 ||
      schedule_parse(schedule, &dealt, &fault) != 0 ||
      team_create(&rig->team, &rig->job, workers, dealt, rig->variant->processes, &fault) != 0)
    fail_msg("%s", fault.text);
  assert_int_equal(rig->kernel->needs & ~rig->variant->offers, 0);
  assert_int_equal(rig->kernel->setup ? rig->kernel->setup(&rig->job) : 0, 0);
}

static void close_rig(struct rig *rig) {
  if (rig->kernel->teardown)
    rig->kernel->teardown(&rig->job);
  team_destroy(&rig->team);
  params_free(&rig->settings);
}

/* What an iteration does after reset. */
static void run(struct rig *rig) {
  team_reset(&rig->team);
  if ((rig->variant->start && rig->variant->start(&rig->team) != 0) || rig->variant->run(&rig->team) != 0 ||
      (rig->variant->stop && rig->variant->stop(&rig->team) != 0))
    fail_msg("%s: %s", rig->kernel->name, rig->team.reason);
}

static void iterate(struct rig *rig) {
  rig->kernel->reset(&rig->job);
  run(rig);
}

static uint64_t right_digest(struct rig *rig) {
  const char *wrong = rig->kernel->check(&rig->job);
  if (wrong)
    fail_msg("%s: %s", rig->kernel->name, wrong);
  return rig->kernel->digest(&rig->job);
}

static double counter(struct rig *rig, const char *name) {
  struct counter counters[COUNTERS_MAX];
  int count = rig->kernel->counters(&rig->job, counters);
  for (int i = 0; i < count; i++)
    if (strcmp(counters[i].name, name) == 0)
      return counters[i].value;
  fail_msg("no counter %s", name);
  return 0;
}

/* ---- what each must stand ---- */

static const struct {
  const char *kernel, *sets;
  int answer; /* equal ones have one digest */
} cases[] = {
    {"handoff", "turns=301 by=spin", 1},
    {"handoff", "turns=301 by=futex", 1},
    {"handoff", "turns=1 by=futex", 2},
    {"messages", "count=30 bytes=1000 by=pipe", 11},
    {"messages", "count=30 bytes=1000 by=queue", 11},
    {"messages", "count=30 bytes=8 by=shared", 11},
    {"messages", "count=1 bytes=4096 by=pipe", 12},
    {"triad", "n=10000 passes=3", 3},
    {"triad", "n=1 passes=1", 4},
    {"triad", "n=4097 passes=2", 5},
    {"false_sharing", "counters=5 times=1000 padding=none", 6},
    {"false_sharing", "counters=5 times=1000 padding=line", 6},
    {"grain", "items=7 steps=5 grain=0", 7},
    {"grain", "items=7 steps=5 grain=100", 7},
    {"grain", "items=1 steps=1", 8},
    {"factorial", "n=150 method=plain", 9},
    {"factorial", "n=150 method=memo bound=40 cache=private", 9},
    {"factorial", "n=150 method=memo bound=40 cache=exact", 9},
    {"factorial", "n=150 method=memo bound=40 cache=striped", 9},
    {"factorial", "n=150 method=memo bound=1 cache=exact", 9},
    {"factorial", "n=150 method=memo bound=16 cache=striped", 9},
    {"factorial", "n=150 method=memo bound=64 cache=striped stripes=64", 9},
    {"factorial", "n=3 method=memo cache=striped", 10},
};

static uint64_t digest_under(size_t i, const char *variant, int workers, const char *schedule) {
  struct rig rig;
  open_rig(&rig, cases[i].kernel, cases[i].sets, variant, workers, schedule);
  iterate(&rig);
  iterate(&rig);
  uint64_t digest = right_digest(&rig);
  close_rig(&rig);
  return digest;
}

static void test_answers_are_equal_whatever_runs_them(void **state) {
  (void)state;
  static const char *const variants[] = {"pthread", "fork"}, *const schedules[] = {"static", "dynamic", "guided:2"};
  uint64_t digests[LENGTH(cases)];
  for (size_t i = 0; i < LENGTH(cases); i++) {
    digests[i] = digest_under(i, "seq", 1, "static");
    for (size_t k = 0; k < 2 * 3 * 3; k++)
      assert_int_equal(digest_under(i, variants[k % 2], (int)(k / 2 % 3) + 1, schedules[k / 6]), digests[i]);
    for (size_t j = 0; j < i; j++)
      if ((digests[i] == digests[j]) != (cases[i].answer == cases[j].answer))
        fail_msg("'%s' and '%s' have %s digests", cases[i].sets, cases[j].sets,
                 cases[i].answer == cases[j].answer ? "unlike" : "equal");
  }
}

static void test_reset_erases(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct rig rig;
    open_rig(&rig, cases[i].kernel, cases[i].sets, "seq", 1, "static");
    iterate(&rig);
    uint64_t digest = right_digest(&rig);
    rig.kernel->reset(&rig.job);
    if (!rig.kernel->check(&rig.job) || rig.kernel->digest(&rig.job) == digest)
      fail_msg("%s %s: a body that does nothing would pass", cases[i].kernel, cases[i].sets);
    close_rig(&rig);
  }
}

/* Flips a bit in up to 1000 of the bytes that the work wrote; check must see those that the digest covers. */
static void must_find_planted_faults(struct rig *rig, const char *sets) {
  struct job *job = &rig->job;
  rig->kernel->reset(job);
  unsigned char *before = malloc(job->bytes), *now = job->memory;
  memcpy(before, now, job->bytes);
  run(rig);
  uint64_t digest = right_digest(rig);
  int planted = 0;
  for (size_t at = 0, next = 1 + job->bytes / 1000; at < job->bytes; at += now[at] == before[at] ? 1 : next) {
    if (now[at] == before[at])
      continue;
    now[at] ^= 1;
    bool covered = rig->kernel->digest(job) != digest;
    planted += covered;
    if (covered && !rig->kernel->check(job))
      fail_msg("%s %s: a fault in byte %zu is missed", rig->kernel->name, sets, at);
    now[at] ^= 1;
  }
  assert_true(planted > 0);
  free(before);
}

static void test_check_finds_planted_faults(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct rig rig;
    open_rig(&rig, cases[i].kernel, cases[i].sets, "seq", 1, "static");
    must_find_planted_faults(&rig, cases[i].sets);
    close_rig(&rig);
  }
}

/* A step that runs twice or out of order is no right answer, though every item has run. */
static void must_notice_bad_steps(const char *kernel, const char *sets, const int *steps, int count) {
  struct rig rig;
  open_rig(&rig, kernel, sets, "seq", 1, "static");
  rig.kernel->reset(&rig.job);
  for (int i = 0; i < count; i++)
    rig.kernel->work(&rig.job, steps[i], 0, rig.job.items, &rig.team.members[0]);
  assert_non_null(rig.kernel->check(&rig.job));
  close_rig(&rig);
}

static void test_bad_steps_are_noticed(void **state) {
  (void)state;
  static const int twice[] = {0, 1, 1}, swapped[] = {1, 0}, missing[] = {1};
  static const struct {
    const char *kernel, *sets;
  } stepped[] = {{"grain", "items=3 steps=2 grain=1"}, {"triad", "n=5000 passes=2"}};
  for (size_t i = 0; i < LENGTH(stepped); i++) {
    must_notice_bad_steps(stepped[i].kernel, stepped[i].sets, twice, 3);
    must_notice_bad_steps(stepped[i].kernel, stepped[i].sets, swapped, 2);
    must_notice_bad_steps(stepped[i].kernel, stepped[i].sets, missing, 1);
  }
}

static void must_refuse(const char *kernel, const char *sets, const char *param, const char *said) {
  struct rig rig;
  assert_int_not_equal(lay_out(&rig, kernel, sets), 0);
  assert_string_equal(rig.job.refused, param);
  if (!strstr(rig.job.message, said))
    fail_msg("\"%s\" does not say \"%s\"", rig.job.message, said);
  params_free(&rig.settings);
}

static void test_what_cannot_be_served_is_refused(void **state) {
  (void)state;
  must_refuse("triad", "n=1G", "n", "need 2.4e+10 bytes");
  must_refuse("triad", "n=9223372036854775807", "n", "bytes");
  must_refuse("false_sharing", "counters=1000000 times=9223372036854775807", "times", "63 bits");
  must_refuse("factorial", "method=memo cache=striped bound=15", "stripes", "16 stripes for bound=15 entries");
  must_refuse("factorial", "method=memo cache=striped bound=7 stripes=8", "stripes", "each stripe needs one");
}

static void test_layout_stands_any_size(void **state) {
  (void)state;
  static const char *const sized[][2] = {{"triad", "n"},
                                         {"false_sharing", "padding=line times"},
                                         {"grain", "items=1000000 steps=1000000 grain"},
                                         {"factorial", "method=memo cache=exact bound=1G n"},
                                         {"factorial", "method=memo cache=striped bound=1G n"}};
  for (size_t i = 0; i < LENGTH(sized); i++)
    for (int64_t n = 1; n > 0 && n < INT64_MAX / 3; n = 3 * n + 1) {
      struct rig rig;
      char sets[128];
      snprintf(sets, sizeof sets, "%s=%lld", sized[i][1], (long long)n);
      if (lay_out(&rig, sized[i][0], sets) == 0)
        assert_true(rig.job.bytes > 0 && rig.job.bytes <= JOB_BYTES_MAX && rig.job.items >= 1 && rig.job.units > 0);
      else
        assert_true(rig.job.refused && rig.job.message[0]);
      params_free(&rig.settings);
    }
}

/* ---- handoff ---- */

static void test_two_workers_hand_over_and_one_plays_alone(void **state) {
  (void)state;
  static const char *const sets[] = {"turns=300 by=spin", "turns=300 by=futex"};
  for (size_t i = 0; i < 2 * 3; i++) {
    struct rig rig;
    int workers = (int)(i / 2) + 1;
    open_rig(&rig, "handoff", sets[i % 2], "pthread", workers, "static");
    iterate(&rig);
    right_digest(&rig);
    if (workers == 1)
      assert_true(counter(&rig, "alone") == 1);
    close_rig(&rig);
  }
}

/* Items one after the other, though there are said to be two workers: the first gives up waiting and plays both. */
static void test_an_item_without_a_partner_plays_both_sides(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "handoff", "turns=101 by=futex", "pthread", 2, "dynamic");
  rig.kernel->reset(&rig.job);
  rig.kernel->work(&rig.job, 0, 1, 2, &rig.team.members[0]);
  rig.kernel->work(&rig.job, 0, 0, 1, &rig.team.members[0]);
  right_digest(&rig);
  assert_true(counter(&rig, "alone") == 1);
  close_rig(&rig);
}

/* Two faked coroutines: worker_wait is the only place where one gives way to the other, as in a loop on one thread. */
struct coroutines {
  ucontext_t back, context[2];
  bool ended[2];
  int now;
  struct rig *rig;
  struct worker workers[2];
};

static struct coroutines *loop; /* makecontext passes ints alone */

static void fake_wait(struct worker *worker, int64_t ns) {
  (void)ns;
  int other = !worker->id;
  if (loop->ended[other])
    return;
  loop->now = other;
  swapcontext(&loop->context[worker->id], &loop->context[other]);
}

static void fake_body(int id) {
  loop->rig->kernel->work(&loop->rig->job, 0, id, id + 1, &loop->workers[id]);
  loop->ended[id] = true;
  if (!loop->ended[!id])
    setcontext(&loop->context[!id]);
  setcontext(&loop->back);
}

static void play_as_coroutines(const char *kernel, const char *sets) {
  enum { STACK = 1 << 18 };
  static const struct services services = {.wait = fake_wait};
  struct rig rig;
  open_rig(&rig, kernel, sets, "pthread", 2, "static");
  struct coroutines own = {.rig = &rig,
                           .workers = {{0, rig.team.members[0].scratch, &services, NULL, NULL},
                                       {1, rig.team.members[1].scratch, &services, NULL, NULL}}};
  char *stacks = malloc(2 * STACK);
  assert_non_null(stacks);
  loop = &own;
  for (int id = 0; id < 2; id++) {
    getcontext(&own.context[id]);
    own.context[id].uc_stack = (stack_t){.ss_sp = stacks + id * STACK, .ss_size = STACK};
    makecontext(&own.context[id], (void (*)(void))fake_body, 1, id);
  }
  rig.kernel->reset(&rig.job);
  swapcontext(&own.back, &own.context[0]);
  right_digest(&rig);
  assert_true(counter(&rig, "alone") == 0);
  free(stacks);
  close_rig(&rig);
}

static void test_coroutines_of_one_thread_hand_over_too(void **state) {
  (void)state;
  play_as_coroutines("handoff", "turns=500 by=spin");
  play_as_coroutines("handoff", "turns=500 by=futex");
  play_as_coroutines("messages", "count=100 by=pipe");
  play_as_coroutines("messages", "count=100 by=queue");
  play_as_coroutines("messages", "count=100 by=shared");
}

/* ---- messages ---- */

/* A side that answers without having waited for its message is found out: it answers what it did not get. */
static void test_a_spoiled_message_is_found(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "messages", "count=3 by=pipe", "pthread", 2, "static");
  rig.kernel->reset(&rig.job);
  char stray[1000] = {0};
  const int *pipe_ends = rig.job.state;
  assert_int_equal(write(pipe_ends[1], stray, sizeof stray), sizeof stray);
  run(&rig);
  assert_non_null(
      strstr(rig.kernel->check(&rig.job), "side 1 received 3 messages (expected 3) with sum 1 (expected 3)"));
  close_rig(&rig);
}

/* ---- false_sharing ---- */

static void test_padding_is_where_the_counters_lie(void **state) {
  (void)state;
  struct rig rig;
  assert_int_equal(lay_out(&rig, "false_sharing", "counters=8 padding=none"), 0);
  assert_int_equal(rig.job.bytes, 64);
  params_free(&rig.settings);
  assert_int_equal(lay_out(&rig, "false_sharing", "counters=8 padding=line"), 0);
  assert_int_equal(rig.job.bytes, 8 * 128);
  params_free(&rig.settings);
}

/* ---- SIEVE, against a model that keeps its entries in an array, the oldest first ---- */

struct model {
  uint64_t keys[8];
  bool marked[8];
  int count, bound, hand, evictions;
};

static int model_find(const struct model *m, uint64_t key) {
  for (int i = 0; i < m->count; i++)
    if (m->keys[i] == key)
      return i;
  return -1;
}

static void model_evict(struct model *m) {
  while (m->hand %= m->count, m->marked[m->hand])
    m->marked[m->hand++] = false;
  m->count--, m->evictions++;
  for (int i = m->hand; i < m->count; i++)
    m->keys[i] = m->keys[i + 1], m->marked[i] = m->marked[i + 1];
}

static void model_put(struct model *m, uint64_t key) {
  /* Past the newest entry the hand starts again from the oldest, also if a newer one came meanwhile. */
  if (m->count == m->bound) {
    model_evict(m);
    if (m->hand == m->count)
      m->hand = 0;
  }
  m->keys[m->count] = key;
  m->marked[m->count++] = false;
}

static void sieve_follows_model(uint32_t bound) {
  struct model model = {.bound = (int)bound};
  void *memory = aligned_alloc(64, memo_bytes(bound, sizeof(uint64_t)));
  struct memo *memo = memo_init_sieve(memory, bound, sizeof(uint64_t));
  uint64_t random = 7;
  for (int i = 0; i < 20000; i++) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    uint64_t key = (random >> 33) % 12;
    int found = model_find(&model, key);
    uint64_t *value = memo_get(memo, key);
    assert_int_equal(value != NULL, found >= 0);
    if (value) {
      assert_int_equal(*value, ~key);
      model.marked[found] = true;
    } else {
      model_put(&model, key);
      *(uint64_t *)memo_put(memo, key) = ~key;
    }
  }
  assert_int_equal(memo->evictions, model.evictions);
  free(memory);
}

static void test_sieve_forgets_as_its_model(void **state) {
  (void)state;
  for (uint32_t bound = 1; bound <= 8; bound++)
    sieve_follows_model(bound);
}

/* Where LRU and SIEVE part: an entry hit once since long ago stays with SIEVE for one more round. */
static void test_sieve_is_not_lru(void **state) {
  (void)state;
  void *memory = aligned_alloc(64, memo_bytes(2, 8));
  struct memo *memo = memo_init_sieve(memory, 2, 8);
  memo_put(memo, 1), memo_get(memo, 1), memo_put(memo, 2), memo_put(memo, 3);
  assert_non_null(memo_get(memo, 1));
  assert_null(memo_get(memo, 2));
  memo_init(memory, 2, 8);
  memo_put(memo, 1), memo_get(memo, 1), memo_put(memo, 2), memo_put(memo, 3);
  assert_null(memo_get(memo, 1));
  free(memory);
}

/* ---- the shared memos of factorial ---- */

static void test_every_memo_counts_as_lru_cache_in_order(void **state) {
  (void)state;
  static const char *const caches[] = {"private", "exact", "striped", "striped stripes=1", "striped stripes=64"};
  for (size_t i = 0; i < LENGTH(caches); i++) {
    char sets[100];
    struct rig rig;
    snprintf(sets, sizeof sets, "n=499 method=memo bound=128 cache=%s", caches[i]);
    open_rig(&rig, "factorial", sets, "seq", 1, "static");
    iterate(&rig);
    iterate(&rig);
    right_digest(&rig);
    assert_true(counter(&rig, "hits") == 498);
    assert_true(counter(&rig, "misses") == 499);
    assert_true(counter(&rig, "evictions") == 371);
    close_rig(&rig);
  }
}

/* Two workers that take turns at the items: what one computed the other finds, unless each has a memo of its own. */
static void test_a_shared_memo_is_shared(void **state) {
  (void)state;
  static const struct {
    const char *cache;
    double hits;
  } table[] = {{"private", 98}, {"exact", 99}, {"striped", 99}};
  for (size_t i = 0; i < LENGTH(table); i++) {
    char sets[100];
    struct rig rig;
    snprintf(sets, sizeof sets, "n=100 method=memo bound=128 cache=%s", table[i].cache);
    open_rig(&rig, "factorial", sets, "fork", 2, "static");
    rig.kernel->reset(&rig.job);
    for (long item = 0; item < 100; item++)
      rig.kernel->work(&rig.job, 0, item, item + 1, &rig.team.members[item % 2]);
    right_digest(&rig);
    assert_true(counter(&rig, "hits") == table[i].hits);
    close_rig(&rig);
  }
}

/* Small numbers and few entries, so that workers spend their time inside the memo. */
static void test_workers_crowd_at_a_shared_memo(void **state) {
  (void)state;
  static const char *const caches[] = {"exact bound=3", "striped bound=6 stripes=2"};
  for (size_t i = 0; i < LENGTH(caches); i++) {
    char sets[100];
    struct rig rig;
    snprintf(sets, sizeof sets, "n=300 method=memo cache=%s", caches[i]);
    open_rig(&rig, "factorial", sets, "pthread", 3, "dynamic");
    for (int iteration = 0; iteration < 5; iteration++) {
      iterate(&rig);
      right_digest(&rig);
    }
    close_rig(&rig);
  }
}

/* As factorial.c lays them out: the numbers, a count of wipes a lock, the stripes. */
static char *stripes_of(struct rig *rig, const char *private_sets) {
  struct rig alone;
  assert_int_equal(lay_out(&alone, "factorial", private_sets), 0);
  params_free(&alone.settings);
  return (char *)rig->job.memory + alone.job.bytes + JOB_LOCKS_MAX * sizeof(int64_t);
}

struct victim {
  struct rig *rig;
  char *stripe;
  size_t bytes;
  int lock;
};

static void *die_inside(void *with) {
  struct victim *v = with;
  if (worker_lock(&v->rig->team.members[0], v->lock) != 0)
    return v;
  memset(v->stripe, 0xff, v->bytes);
  return NULL;
}

static void a_thread_dies(struct victim *v) {
  pthread_t thread;
  void *failed = v;
  assert_int_equal(pthread_create(&thread, NULL, die_inside, v), 0);
  assert_int_equal(pthread_join(thread, &failed), 0);
  assert_null(failed);
}

static void a_process_dies(struct victim *v) {
  int status;
  pid_t pid = fork();
  if (pid == 0)
    _exit(die_inside(v) != NULL);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static void survive(const char *cache, int lock, const char *variant, void (*dies)(struct victim *)) {
  char sets[100];
  struct rig rig;
  snprintf(sets, sizeof sets, "n=200 method=memo bound=64 cache=%s", cache);
  open_rig(&rig, "factorial", sets, variant, 2, "dynamic");
  rig.kernel->reset(&rig.job);
  char *stripes = stripes_of(&rig, "n=200 method=memo bound=64");
  size_t bytes = (size_t)((char *)rig.job.memory + rig.job.bytes - stripes) / (size_t)rig.job.locks;
  struct victim v = {&rig, stripes + bytes * (size_t)lock, bytes, lock};
  dies(&v);
  run(&rig);
  uint64_t digest = right_digest(&rig);
  assert_true(counter(&rig, "wiped") == 1);
  iterate(&rig); /* the lock is whole again, and nothing is left to wipe */
  assert_int_equal(right_digest(&rig), digest);
  assert_true(counter(&rig, "wiped") == 0);
  close_rig(&rig);
}

static void test_what_a_dead_owner_left_is_wiped(void **state) {
  (void)state;
  survive("exact", 0, "pthread", a_thread_dies);
  survive("exact", 0, "fork", a_process_dies);
  survive("striped", 0, "pthread", a_thread_dies);
  survive("striped", 15, "fork", a_process_dies);
}

/* Without the wipe the test above would fail: values spoilt under a lock that is then let go of are used. */
static void test_what_is_not_wiped_is_found_wrong(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "factorial", "n=200 method=memo bound=64 cache=exact", "seq", 1, "static");
  struct worker *worker = &rig.team.members[0];
  rig.kernel->reset(&rig.job);
  rig.kernel->work(&rig.job, 0, 0, 100, worker);
  struct memo *memo = (void *)stripes_of(&rig, "n=200 method=memo bound=64");
  assert_int_equal(memo->count, 64);
  assert_int_equal(worker_lock(worker, 0), 0);
  for (size_t i = 0; i < memo->count; i++) /* the first limb stands after a length and three counts */
    ((uint64_t *)((char *)memo + memo->values_at + i * memo->value_bytes))[4] ^= 1;
  worker_unlock(worker, 0);
  rig.kernel->work(&rig.job, 0, 100, 200, worker);
  assert_non_null(rig.kernel->check(&rig.job));
  close_rig(&rig);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answers_are_equal_whatever_runs_them),
      cmocka_unit_test(test_reset_erases),
      cmocka_unit_test(test_check_finds_planted_faults),
      cmocka_unit_test(test_bad_steps_are_noticed),
      cmocka_unit_test(test_what_cannot_be_served_is_refused),
      cmocka_unit_test(test_layout_stands_any_size),
      cmocka_unit_test(test_two_workers_hand_over_and_one_plays_alone),
      cmocka_unit_test(test_an_item_without_a_partner_plays_both_sides),
      cmocka_unit_test(test_coroutines_of_one_thread_hand_over_too),
      cmocka_unit_test(test_a_spoiled_message_is_found),
      cmocka_unit_test(test_padding_is_where_the_counters_lie),
      cmocka_unit_test(test_sieve_forgets_as_its_model),
      cmocka_unit_test(test_sieve_is_not_lru),
      cmocka_unit_test(test_every_memo_counts_as_lru_cache_in_order),
      cmocka_unit_test(test_a_shared_memo_is_shared),
      cmocka_unit_test(test_workers_crowd_at_a_shared_memo),
      cmocka_unit_test(test_what_a_dead_owner_left_is_wiped),
      cmocka_unit_test(test_what_is_not_wiped_is_found_wrong),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests power_sum's ranges, power_digits' certified digits, and fetch with servers that die, stall or talk nonsense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/params.h"
#include "cell/attainable.h"
#include "cell/module.h"
#include "cell/team.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

/* ---- a rig: one kernel, its values, and the harness's own team of workers, who are played one after another ---- */

struct rig {
  const struct kernel *kernel;
  struct settings settings;
  struct job job;
  struct team team;
};

static void load(struct rig *rig, const char *name) {
  const char *build = getenv("NWAY_BUILD");
  char path[512];
  struct fault fault;
  snprintf(path, sizeof path, "%s/kernels/%s.missing", build ? build : "build", name);
  if (access(path, F_OK) == 0)
    skip();
  snprintf(path, sizeof path, "%s/kernels/%s.so", build ? build : "build", name);
  if (module_kernel(path, &rig->kernel, &fault) != 0)
    fail_msg("%s", fault.text);
}

/* `sets` is "name=value name=value"; the answer of layout is returned. */
static int lay_out(struct rig *rig, const char *name, const char *sets) {
  char words[512], *rest = words;
  struct fault fault = {0};
  memset(rig, 0, sizeof *rig);
  load(rig, name);
  assert_int_equal(params_init(rig->kernel->params, &rig->settings, &fault), 0);
  snprintf(words, sizeof words, "%s", sets);
  for (char *set; (set = strtok_r(rest, " ", &rest)) != NULL;) {
    char *value = strchr(set, '=');
    *value++ = '\0';
    int index = params_find(name, rig->kernel->params, set, &fault);
    if (index < 0 || params_set(&rig->settings, index, value, &fault) != 0)
      fail_msg("%s", fault.text);
  }
  rig->job = (struct job){.kernel = rig->kernel, .values = rig->settings.values};
  return rig->kernel->layout(&rig->job);
}

static void make_team(struct rig *rig, int workers) {
  struct fault fault;
  assert_int_equal(team_create(&rig->team, &rig->job, workers, (struct schedule){SCHEDULE_STATIC, 1}, false, &fault),
                   0);
}

static void open_rig(struct rig *rig, const char *name, const char *sets, int workers) {
  if (lay_out(rig, name, sets) != 0)
    fail_msg("%s %s is refused: %s", name, sets, rig->job.message);
  make_team(rig, workers);
  if (rig->kernel->setup && rig->kernel->setup(&rig->job) != 0)
    fail_msg("%s %s: %s", name, sets, rig->job.message);
  for (int i = 0; i < workers; i++)
    assert_int_equal(team_open(&rig->team, i), 0);
}

static void close_rig(struct rig *rig) {
  for (int i = 0; i < rig->team.workers; i++)
    team_close(&rig->team, i);
  if (rig->kernel->teardown)
    rig->kernel->teardown(&rig->job);
  team_destroy(&rig->team);
  params_free(&rig->settings);
}

static void run_items(struct rig *rig, long lo, long hi, int id) {
  if (lo < hi)
    rig->kernel->work(&rig->job, 0, lo, hi, &rig->team.members[id]);
}

/* Uneven shares, the last first, dealt to the workers in turn. */
static void iterate(struct rig *rig) {
  long items = rig->job.items, cut = items / 3;
  int last = rig->team.workers - 1;
  rig->job.message[0] = '\0';
  rig->kernel->reset(&rig->job);
  run_items(rig, cut, items, last);
  for (long i = 0; i < cut; i++)
    run_items(rig, i, i + 1, (int)(i % rig->team.workers));
  if (rig->kernel->finish)
    rig->kernel->finish(&rig->job);
}

static void must_be_right(struct rig *rig) {
  const char *fault = rig->kernel->check(&rig->job);
  if (fault)
    fail_msg("%s: %s", rig->kernel->name, fault);
}

static void must_say(const char *text, const char *said) {
  assert_non_null(text);
  if (!strstr(text, said))
    fail_msg("\"%s\" does not say \"%s\"", text, said);
}

static uint64_t right_digest(const char *name, const char *sets, int workers) {
  struct rig rig;
  open_rig(&rig, name, sets, workers);
  iterate(&rig);
  must_be_right(&rig);
  uint64_t digest = rig.kernel->digest(&rig.job);
  rig.kernel->reset(&rig.job);
  if (rig.kernel->finish)
    rig.kernel->finish(&rig.job);
  assert_non_null(rig.kernel->check(&rig.job)); /* it was erased */
  iterate(&rig);
  must_be_right(&rig);
  assert_int_equal(rig.kernel->digest(&rig.job), digest);
  close_rig(&rig);
  return digest;
}

static void must_refuse(const char *name, const char *sets, const char *param, const char *said) {
  struct rig rig;
  assert_int_not_equal(lay_out(&rig, name, sets), 0);
  assert_string_equal(rig.job.refused, param);
  must_say(rig.job.message, said);
  params_free(&rig.settings);
}

/* ---- power_sum ---- */

/* As in power_sum.c: the oracle's number of each range, the sums, then the inner sums of each x. */
static double *totals_of(const struct rig *rig, size_t ranges) {
  return (double *)((long double *)rig->job.memory + ranges);
}

static void ranges_give_the_same_bits_whoever_takes_what(void **state) {
  (void)state;
  static const char *const results[] = {"result=sum", "result=vector"};
  for (int i = 0; i < 2; i++) {
    char block[100], range[100];
    snprintf(block, sizeof block, "ranges=100+500+400+700+1+256+257 items=block %s", results[i]);
    snprintf(range, sizeof range, "ranges=100+500+400+700+1+256+257 items=range %s", results[i]);
    uint64_t digest = right_digest("power_sum", block, 1);
    for (int workers = 1; workers <= 3; workers++) {
      assert_int_equal(right_digest("power_sum", block, workers), digest);
      assert_int_equal(right_digest("power_sum", range, workers), digest);
    }
  }
}

static void a_range_sums_to_what_n_does(void **state) {
  (void)state;
  struct rig ranges, plain;
  open_rig(&ranges, "power_sum", "ranges=700+3000", 2);
  iterate(&ranges);
  open_rig(&plain, "power_sum", "n=3000", 1);
  iterate(&plain);
  assert_memory_equal(totals_of(&ranges, 2) + 1, totals_of(&plain, 1), sizeof(double));
  assert_int_equal(ranges.job.units, 3700);
  close_rig(&ranges);
  close_rig(&plain);
}

static void a_vector_holds_the_inner_sum_of_each_x(void **state) {
  (void)state;
  struct rig rig;
  struct counter counters[COUNTERS_MAX];
  open_rig(&rig, "power_sum", "ranges=3+900 result=vector", 2);
  iterate(&rig);
  const double *vector = totals_of(&rig, 2) + 2;
  assert_true(vector[0] == 0 && vector[1] == 49 && vector[2] > 49 * 4);
  assert_memory_equal(vector, vector + 3, 3 * sizeof *vector); /* both start at 0 */
  assert_int_equal(rig.kernel->counters(&rig.job, counters), 1);
  assert_true(fabs(counters[0].value) < 4);
  close_rig(&rig);
}

static void a_wrong_element_of_a_vector_is_found(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "power_sum", "ranges=100+900 result=vector", 1);
  iterate(&rig);
  uint64_t digest = rig.kernel->digest(&rig.job);
  double *vector = totals_of(&rig, 2) + 2, right = vector[100 + 77];
  vector[100 + 77] = nextafter(right, INFINITY); /* less than libm may err by: only the digest can tell */
  assert_int_not_equal(rig.kernel->digest(&rig.job), digest);
  for (int i = 0; i < 8; i++)
    vector[100 + 77] = nextafter(vector[100 + 77], INFINITY);
  must_say(rig.kernel->check(&rig.job), "range 2: the powers of 77 sum to");
  vector[100 + 77] = NAN;
  must_say(rig.kernel->check(&rig.job), "range 2: the powers of 77 sum to");
  vector[100 + 77] = right;
  must_be_right(&rig);
  close_rig(&rig);
}

/* Of a range that is too long to compute each x twice, the sum covers what is left out. */
static void a_wrong_element_of_a_long_vector_is_found(void **state) {
  (void)state;
  struct rig rig;
  long last = (1 << 17) + 1;
  open_rig(&rig, "power_sum", "ranges=131074 result=vector", 1);
  iterate(&rig);
  must_be_right(&rig);
  totals_of(&rig, 1)[1 + last] *= 1.001;
  must_say(rig.kernel->check(&rig.job), "range 1: the vector sums to");
  close_rig(&rig);
}

static void a_wrong_sum_of_a_range_is_found(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "power_sum", "ranges=100+900+300", 1);
  iterate(&rig);
  totals_of(&rig, 3)[1] *= 1 + 1e-15;
  must_say(rig.kernel->check(&rig.job), "range 2: the sum is");
  close_rig(&rig);
}

static double attainable(const char *sets, int workers) {
  struct rig rig;
  assert_int_equal(lay_out(&rig, "power_sum", sets), 0);
  double ratio = attainable_ratio(&rig.job, workers);
  params_free(&rig.settings);
  return ratio;
}

static void whole_ranges_bound_the_speedup_as_in_the_notebook(void **state) {
  (void)state;
  static const char whole[] = "ranges=1M+5M+4M+7M items=range", blocks[] = "ranges=1M+5M+4M+7M items=block";
  static const double at[] = {1, 17 / 9.0, 17 / 7.0, 17 / 7.0}; /* 1.889 at 2, 2.43 at 4 */
  for (int workers = 1; workers <= 4; workers++) {
    assert_true(fabs(attainable(whole, workers) - at[workers - 1]) < 1e-9);
    assert_true(attainable(blocks, workers) > workers - 0.001);
  }
}

static void power_sum_refuses_ranges_that_cannot_be(void **state) {
  (void)state;
  must_refuse("power_sum", "ranges=5+0+3", "ranges", "range 2 of 3 is empty");
  must_refuse("power_sum", "ranges=257x10", "ranges", "257 ranges; expected 1 to 256");
  must_refuse("power_sum", "ranges=256x9007199254740992", "ranges", "sums of blocks");
  must_refuse("power_sum", "ranges=2x1G result=vector", "ranges", "inner sums");
}

/* ---- power_digits ---- */

/* As in power_digits.c. */
struct digits {
  int64_t total;
  char text[56];
};

static void skip_without_mpfr(void) {
  struct rig rig;
  int refused = lay_out(&rig, "power_digits", "exponent=10 method=certified");
  params_free(&rig.settings);
  if (!refused)
    return;
  assert_string_equal(rig.job.refused, "method");
  must_say(rig.job.message, "built without MPFR");
  skip();
}

/* The digest covers the digits and how many there are. */
static void must_agree(const char *problem) {
  char certified[200], divide[200];
  snprintf(certified, sizeof certified, "%s method=certified", problem);
  snprintf(divide, sizeof divide, "%s method=divide", problem);
  assert_int_equal(right_digest("power_digits", certified, 2), right_digest("power_digits", divide, 1));
}

static void certified_digits_are_those_of_the_whole_power(void **state) {
  (void)state;
  skip_without_mpfr();
  must_agree("bases=5+3+7 exponent=30011 digits=20");
  must_agree("bases=5+3 exponent=1M digits=50");
  must_agree("bases=1000000000000000001+999999999999999999 exponent=9 digits=50"); /* long runs of 0 and 9 */
  must_agree("bases=9223372036854775807+1+10 exponent=1000 digits=1");
}

/* Powers that end before the digits do, by themselves or but for zeros, lie on the edge of every interval. */
static void certified_digits_of_short_and_round_powers(void **state) {
  (void)state;
  skip_without_mpfr();
  static const int digits[] = {1, 3, 20, 50};
  for (int d = 0; d < 4; d++)
    for (int exponent = 0; exponent < 80; exponent += exponent < 12 ? 1 : 7) {
      char problem[100];
      snprintf(problem, sizeof problem, "bases=10+20+1+2+25+300+1000000007 exponent=%d digits=%d", exponent, digits[d]);
      must_agree(problem);
    }
}

static void certified_has_no_limit_but_63_bits(void **state) {
  (void)state;
  skip_without_mpfr();
  struct rig rig;
  open_rig(&rig, "power_digits", "bases=5+2 exponent=1000000000000000 method=certified", 1);
  iterate(&rig);
  must_be_right(&rig);
  const struct digits *out = rig.job.memory;
  assert_int_equal(out[0].total, 698970004336019); /* log10(5) = 0.698970004336018804786... */
  assert_int_equal(out[1].total, 301029995663982);
  close_rig(&rig);
  must_refuse("power_digits", "bases=10 exponent=9223372036854775807 method=certified", "exponent", "at most 9.2e18");
}

static void what_computes_the_whole_power_refuses_one_that_is_too_long(void **state) {
  (void)state;
  must_refuse("power_digits", "exponent=1000000000000 method=divide", "exponent", "at most 1073741824");
  must_refuse("power_digits", "exponent=1000000000000 method=string", "exponent", "method=certified");
}

static void a_wrong_digit_is_found(void **state) {
  (void)state;
  skip_without_mpfr();
  struct rig rig;
  open_rig(&rig, "power_digits", "method=certified", 1);
  iterate(&rig);
  struct digits *out = rig.job.memory;
  out[1].text[19] ^= 1;
  must_say(rig.kernel->check(&rig.job), "3^1000000: 17");
  out[1].text[19] ^= 1;
  out[0].total++;
  must_say(rig.kernel->check(&rig.job), "5^1000000: 10100340591980302247 and 698972 digits in all");
  out[0].total--;
  must_be_right(&rig);
  close_rig(&rig);
}

/* ---- fetch ---- */

/* As in fetch.c. */
struct server {
  pid_t pid;
  int port;
};
struct fetched {
  int32_t length;
  char part[480];
  int32_t order, bytes, connects;
};

static struct server *server_of(const struct rig *rig) { return rig->job.state; }

static const struct fetched *fetched_of(const struct rig *rig) {
  size_t head = rig->job.bytes - (size_t)rig->job.items * sizeof(struct fetched);
  return (struct fetched *)((char *)rig->job.memory + head);
}

static double counter_of(struct rig *rig, const char *name) {
  struct counter counters[COUNTERS_MAX];
  int count = rig->kernel->counters(&rig->job, counters);
  for (int i = 0; i < count; i++)
    if (strcmp(counters[i].name, name) == 0)
      return counters[i].value;
  fail_msg("no counter %s", name);
  return 0;
}

static void pages_arrive_as_they_were_shipped(void **state) {
  (void)state;
  uint64_t digest = right_digest("fetch", "fetches=7 latency=1000", 1);
  assert_int_equal(right_digest("fetch", "fetches=7 latency=0", 1), digest);
  assert_int_equal(right_digest("fetch", "fetches=7 latency=1000 wait=1000", 3), digest);
  assert_int_not_equal(right_digest("fetch", "fetches=7 latency=1000 return=summary", 1), digest);
  right_digest("fetch", "fetches=13 pages=6 latency=0 return=summary", 2);
  right_digest("fetch", "fetches=3 first=5 pages=1 latency=0", 2);
}

static void a_sentence_ends_where_a_word_does_and_a_connection_is_kept(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "fetch", "fetches=9 latency=1000", 2);
  iterate(&rig);
  must_be_right(&rig);
  assert_string_equal(fetched_of(&rig)[1].part,
                      "A core with simultaneous multithreading is seldom worth more than 1.3 cores without it.");
  assert_true(counter_of(&rig, "connections") == 2);
  assert_true(counter_of(&rig, "bytes") > 9 * 200);
  /* iterate runs items 3 to 8 first, in order, then 0, 1, 2 */
  assert_true(counter_of(&rig, "inversions") == 6 * 3);
  iterate(&rig);
  assert_true(counter_of(&rig, "connections") == 0);
  close_rig(&rig);
}

static void a_wrong_text_is_found(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "fetch", "fetches=4 latency=0", 1);
  iterate(&rig);
  struct fetched *one = (struct fetched *)&fetched_of(&rig)[2];
  one->part[5] ^= 1;
  must_say(rig.kernel->check(&rig.job), "fetch 2, of page concurrent_programming: ");
  one->part[5] ^= 1;
  one->length--;
  must_say(rig.kernel->check(&rig.job), "fetch 2, of page concurrent_programming: ");
  one->length++;
  must_be_right(&rig);
  close_rig(&rig);
}

static void no_proxy_of_the_environment_is_asked(void **state) {
  (void)state;
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("all_proxy", "http://127.0.0.1:1", 1);
  right_digest("fetch", "fetches=2 latency=0", 1);
  unsetenv("http_proxy");
  unsetenv("all_proxy");
}

static void fetch_refuses_pages_that_are_not_there(void **state) {
  (void)state;
  must_refuse("fetch", "first=4 pages=3", "first", "unknown page 6");
  must_refuse("fetch", "first=6 pages=1", "first", "unknown page 6");
  must_refuse("fetch", "latency=50000 limit=50", "latency", "less than the limit");
}

/* ---- fetch by coroutines: one thread, many requests in flight ---- */

enum { FIBRES = 5, STACK = 512 << 10 };

struct fibre {
  ucontext_t context;
  struct rig *rig;
  struct worker worker; /* with services that give the thread back */
  char *stack;
  struct pollfd *fds;
  int count, result;
  int64_t until_ns;
  bool done;
};

/* Of the one loop; a context can be handed no more than ints. */
static ucontext_t loop;
static struct fibre *current;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int fibre_poll(struct worker *worker, struct pollfd *fds, int count, int64_t timeout_ns) {
  struct fibre *self = current;
  (void)worker;
  self->fds = fds;
  self->count = count;
  self->until_ns = timeout_ns < 0 ? INT64_MAX : now_ns() + timeout_ns;
  swapcontext(&self->context, &loop);
  return self->result;
}

static void fibre_wait(struct worker *worker, int64_t ns) { fibre_poll(worker, NULL, 0, ns); }

static void fibre_main(void) {
  struct fibre *self = current;
  self->rig->kernel->work(&self->rig->job, 0, self->worker.id, self->worker.id + 1, &self->worker);
  self->done = true;
}

static void resume(struct fibre *fibre) {
  current = fibre;
  swapcontext(&loop, &fibre->context);
}

/* Polls for all that wait and resumes those whose time or file has come. */
static void turn(struct fibre *fibres) {
  int64_t until = INT64_MAX;
  struct pollfd all[FIBRES * 8];
  int count = 0;
  for (int i = 0; i < FIBRES; i++)
    if (!fibres[i].done) {
      until = fibres[i].until_ns < until ? fibres[i].until_ns : until;
      for (int fd = 0; fd < fibres[i].count; fd++)
        all[count++] = fibres[i].fds[fd];
    }
  int64_t left = until - now_ns();
  poll(all, (nfds_t)count, left <= 0 ? 0 : (int)(left / 1000000) + 1);
  for (int i = 0; i < FIBRES; i++)
    if (!fibres[i].done) {
      fibres[i].result = poll(fibres[i].fds, (nfds_t)fibres[i].count, 0);
      if (fibres[i].result > 0 || fibres[i].until_ns <= now_ns())
        resume(&fibres[i]);
    }
}

/* How many requests are out: in a poll for a file. */
static int in_flight(const struct fibre *fibres) {
  int count = 0;
  for (int i = 0; i < FIBRES; i++)
    count += !fibres[i].done && fibres[i].count > 0;
  return count;
}

static int unfinished(const struct fibre *fibres) {
  int count = 0;
  for (int i = 0; i < FIBRES; i++)
    count += !fibres[i].done;
  return count;
}

static void start_fibre(struct fibre *fibre, struct rig *rig, int id) {
  static const struct services services = {.wait = fibre_wait, .poll = fibre_poll};
  *fibre = (struct fibre){.rig = rig, .worker = rig->team.members[id], .stack = malloc(STACK)};
  fibre->worker.services = &services;
  getcontext(&fibre->context);
  fibre->context.uc_stack.ss_sp = fibre->stack;
  fibre->context.uc_stack.ss_size = STACK;
  fibre->context.uc_link = &loop;
  makecontext(&fibre->context, fibre_main, 0);
  resume(fibre);
}

/* Until all are done; how many requests were out at most. */
static int run_loop(struct fibre *fibres) {
  int most = 0;
  while (unfinished(fibres) > 0) {
    turn(fibres);
    most = in_flight(fibres) > most ? in_flight(fibres) : most;
  }
  return most;
}

static void one_thread_has_many_requests_in_flight(void **state) {
  (void)state;
  struct fibre fibres[FIBRES];
  struct rig rig;
  open_rig(&rig, "fetch", "fetches=5 latency=30000 wait=1000", FIBRES);
  rig.kernel->reset(&rig.job);
  for (int i = 0; i < FIBRES; i++)
    start_fibre(&fibres[i], &rig, i);
  assert_int_equal(run_loop(fibres), FIBRES);
  must_be_right(&rig);
  for (int i = 0; i < FIBRES; i++)
    free(fibres[i].stack);
  close_rig(&rig);
}

/* ---- fetch, when the server fails ---- */

static void a_server_killed_in_mid_run_is_told_and_ends_the_work(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "fetch", "fetches=8 latency=1000", 2);
  iterate(&rig);
  must_be_right(&rig);
  assert_string_equal(rig.job.message, "");
  rig.kernel->reset(&rig.job);
  run_items(&rig, 0, 2, 0);
  kill(server_of(&rig)->pid, SIGKILL);
  while (waitpid(server_of(&rig)->pid, NULL, WNOHANG | WNOWAIT) == 0 && errno != ECHILD) /* dead, not yet reaped */
    usleep(1000);
  run_items(&rig, 2, 5, 0);
  run_items(&rig, 5, 8, 1);
  rig.kernel->finish(&rig.job);
  must_say(rig.job.message, "fetch 2, of page concurrent_programming: ");
  assert_int_equal(rig.job.lacks, 1);
  must_say(rig.kernel->check(&rig.job), "fetch 2, of page concurrent_programming: ");
  for (int i = 2; i < 8; i++)
    assert_int_equal(fetched_of(&rig)[i].length, -1);
  iterate(&rig); /* the next iteration fails anew, and does not hang */
  must_say(rig.job.message, "onnect");
  close_rig(&rig);
}

/* Its workers come anew, with a limit that a busy machine keeps too. */
static void lift_limit(struct rig *rig) {
  struct fault fault;
  int index = params_find("fetch", rig->kernel->params, "limit", &fault);
  team_close(&rig->team, 0);
  assert_int_equal(params_set(&rig->settings, index, "600000", &fault), 0);
  assert_int_equal(team_open(&rig->team, 0), 0);
}

static void a_server_that_stalls_is_a_timeout(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "fetch", "fetches=6 latency=1000 limit=100", 1);
  kill(server_of(&rig)->pid, SIGSTOP);
  iterate(&rig);
  must_say(rig.job.message, "timed out");
  kill(server_of(&rig)->pid, SIGCONT);
  lift_limit(&rig);
  iterate(&rig);
  must_be_right(&rig);
  close_rig(&rig);
}

static void teardown_ends_the_server(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "fetch", "fetches=1 latency=0", 1);
  pid_t pid = server_of(&rig)->pid;
  assert_int_equal(kill(pid, 0), 0);
  close_rig(&rig);
  assert_int_not_equal(kill(pid, 0), 0);
}

/* A cell that is killed tears nothing down. */
static void the_server_dies_with_its_cell(void **state) {
  (void)state;
  int pids[2];
  pid_t server = 0;
  struct rig rig;
  assert_int_equal(lay_out(&rig, "fetch", "fetches=1"), 0);
  assert_int_equal(pipe(pids), 0);
  pid_t cell = fork();
  if (cell == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    make_team(&rig, 1);
    if (rig.kernel->setup(&rig.job) == 0 && write(pids[1], &server_of(&rig)->pid, sizeof server) == sizeof server)
      pause();
    _exit(1);
  }
  assert_int_equal(read(pids[0], &server, sizeof server), sizeof server);
  assert_int_equal(kill(server, 0), 0);
  kill(cell, SIGKILL);
  waitpid(cell, NULL, 0);
  /* init, or a reaper that never reaps, adopts it: dead is what is a zombie or gone */
  char path[64], line[256] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", server);
  bool dead = false;
  for (int i = 0; i < 6000 && !dead; i++) {
    FILE *file = fopen(path, "r");
    dead = !file || !fgets(line, sizeof line, file) || strstr(line, ") Z ");
    if (file)
      fclose(file);
    usleep(10000);
  }
  assert_true(dead);
  close(pids[0]);
  close(pids[1]);
  params_free(&rig.settings);
}

/* A listener on loopback; port 0 becomes the one it got. */
static int listen_at(int *port) {
  struct sockaddr_in at = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
  assert_int_equal(listen(fd, 16), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
  *port = ntohs(at.sin_port);
  return fd;
}

static void a_port_in_use_is_refused_with_the_reason(void **state) {
  (void)state;
  struct rig rig;
  int port = 0, fd = listen_at(&port);
  char sets[64], said[100];
  snprintf(sets, sizeof sets, "fetches=2 latency=0 port=%d", port);
  snprintf(said, sizeof said, "cannot listen on port %d of 127.0.0.1: Address already in use; choose another port",
           port);
  assert_int_not_equal(lay_out(&rig, "fetch", sets), 0);
  must_say(rig.job.message, said);
  assert_string_equal(rig.job.refused, "port");
  assert_int_equal(rig.job.lacks, 1);
  params_free(&rig.settings);
  close(fd);
  assert_int_equal(lay_out(&rig, "fetch", sets), 0);
  fd = listen_at(&port); /* taken since */
  make_team(&rig, 1);
  assert_int_not_equal(rig.kernel->setup(&rig.job), 0);
  must_say(rig.job.message, said);
  assert_int_equal(rig.job.lacks, 1);
  team_destroy(&rig.team);
  params_free(&rig.settings);
  close(fd);
  right_digest("fetch", sets, 1); /* free again, it serves */
}

/* Gives every request the same answer and hangs up. */
static _Noreturn void impostor(int listener, const char *answer) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    char request[4096];
    int fd = accept(listener, NULL, NULL);
    if (fd < 0 || read(fd, request, sizeof request) < 0 || write(fd, answer, strlen(answer)) < 0)
      _exit(1);
    close(fd);
  }
}

static void what_is_not_the_page_is_told(void **state) {
  (void)state;
  static char long_page[6000] = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n";
  memset(long_page + strlen(long_page), 'x', 5000);
  static const struct {
    const char *answer, *said;
    int lacks; /* of an answer: not a wrong one */
  } table[] = {
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404", 0},
      {"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "500", 0},
      {"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nTitle\n\nOnly the beginning.", "bytes", 1},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "lacks a title", 0},
      {"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nno paragraph", "lacks a title", 0},
      {"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nTitle\n\nAnother.", "\"Another.\" (8 bytes), expected", 0},
      {long_page, "writing", 0},
      {"\x16\x03\x01nonsense\r\n\r\n", "HTTP/0.9", 0},
      {"", "fetch ", 1}, /* an empty reply, or a reset */
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct rig rig;
    open_rig(&rig, "fetch", "fetches=3 latency=0 limit=60000", 1);
    kill(server_of(&rig)->pid, SIGKILL);
    waitpid(server_of(&rig)->pid, NULL, 0);
    int port = server_of(&rig)->port, listener = listen_at(&port);
    server_of(&rig)->pid = fork();
    if (server_of(&rig)->pid == 0)
      impostor(listener, table[i].answer);
    close(listener);
    iterate(&rig);
    const char *said = rig.kernel->check(&rig.job);
    must_say(said, "of page ");
    must_say(said, table[i].said);
    assert_int_equal(rig.job.lacks, table[i].lacks);
    close_rig(&rig); /* ends the impostor as it would the server */
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ranges_give_the_same_bits_whoever_takes_what),
      cmocka_unit_test(a_range_sums_to_what_n_does),
      cmocka_unit_test(a_vector_holds_the_inner_sum_of_each_x),
      cmocka_unit_test(a_wrong_element_of_a_vector_is_found),
      cmocka_unit_test(a_wrong_element_of_a_long_vector_is_found),
      cmocka_unit_test(a_wrong_sum_of_a_range_is_found),
      cmocka_unit_test(whole_ranges_bound_the_speedup_as_in_the_notebook),
      cmocka_unit_test(power_sum_refuses_ranges_that_cannot_be),
      cmocka_unit_test(certified_digits_are_those_of_the_whole_power),
      cmocka_unit_test(certified_digits_of_short_and_round_powers),
      cmocka_unit_test(certified_has_no_limit_but_63_bits),
      cmocka_unit_test(what_computes_the_whole_power_refuses_one_that_is_too_long),
      cmocka_unit_test(a_wrong_digit_is_found),
      cmocka_unit_test(pages_arrive_as_they_were_shipped),
      cmocka_unit_test(a_sentence_ends_where_a_word_does_and_a_connection_is_kept),
      cmocka_unit_test(a_wrong_text_is_found),
      cmocka_unit_test(no_proxy_of_the_environment_is_asked),
      cmocka_unit_test(fetch_refuses_pages_that_are_not_there),
      cmocka_unit_test(one_thread_has_many_requests_in_flight),
      cmocka_unit_test(a_server_killed_in_mid_run_is_told_and_ends_the_work),
      cmocka_unit_test(a_server_that_stalls_is_a_timeout),
      cmocka_unit_test(teardown_ends_the_server),
      cmocka_unit_test(the_server_dies_with_its_cell),
      cmocka_unit_test(a_port_in_use_is_refused_with_the_reason),
      cmocka_unit_test(what_is_not_the_page_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

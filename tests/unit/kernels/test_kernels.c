/* Tests the kernels alone: a small driver plays the workers one after another, dealing items in odd ways. */
#include "kernel.h"
#include "lib/memo.h"

#include <dlfcn.h>
#include <gmp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- a rig: one kernel, its values and its memory ---- */

#define PARAMS_MAX 8
#define LIST_MAX 16

struct rig {
  void *module;
  struct job job;
  struct value values[PARAMS_MAX];
  int64_t lists[PARAMS_MAX][LIST_MAX];
};

static const char *build(void) {
  const char *named = getenv("NWAY_BUILD");
  return named ? named : "build";
}

/* Skips the test if the module could not be built (no GMP); a missing file without that reason fails. */
static void *open_module(const char *folder, const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s/%s.missing", build(), folder, name);
  FILE *missing = fopen(path, "r");
  if (missing) {
    fclose(missing);
    skip();
  }
  snprintf(path, sizeof path, "%s/%s/%s.so", build(), folder, name);
  void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!module)
    fail_msg("%s", dlerror());
  return module;
}

static int64_t parse_number(const char *text, char **end) {
  int64_t number = strtoll(text, end, 10);
  if (**end == 'M')
    number *= 1000000, ++*end;
  return number;
}

static int64_t parse_choice(const char *choices, const char *word, size_t length) {
  for (int64_t index = 0; choices; index++) {
    if (strncmp(choices, word, length) == 0 && (choices[length] == '|' || choices[length] == '\0'))
      return index;
    choices = strchr(choices, '|');
    choices = choices ? choices + 1 : NULL;
  }
  fail_msg("no choice %s", word);
  return 0;
}

static void set_value(struct rig *rig, int index, const char *text, size_t length) {
  const struct param *p = &rig->job.kernel->params[index];
  struct value *v = &rig->values[index];
  char *end = (char *)text;
  if (p->type == PARAM_CHOICE)
    v->number = parse_choice(p->choices, text, length);
  if (p->type == PARAM_INT)
    v->number = parse_number(text, &end);
  if (p->type != PARAM_LIST)
    return;
  *v = (struct value){.list = rig->lists[index]};
  rig->lists[index][v->count++] = parse_number(text, &end);
  while (*end == '+' && v->count < LIST_MAX)
    rig->lists[index][v->count++] = parse_number(end + 1, &end);
}

/* `settings` is name=value name=value ...; the rest have their defaults. */
static void set_values(struct rig *rig, const char *settings) {
  const struct param *p = rig->job.kernel->params;
  for (int i = 0; p && p[i].name; i++) {
    char key[64];
    snprintf(key, sizeof key, " %s=", p[i].name);
    char padded[256];
    snprintf(padded, sizeof padded, " %s", settings);
    const char *at = strstr(padded, key), *text = at ? at + strlen(key) : p[i].initial;
    set_value(rig, i, text, strcspn(text, " "));
  }
}

/* Loads a kernel and asks its layout, whose answer is returned. */
static int lay_out(struct rig *rig, const char *folder, const char *name, const char *settings) {
  memset(rig, 0, sizeof *rig);
  rig->module = open_module(folder, name);
  rig->job.kernel = dlsym(rig->module, "nway_kernel");
  assert_non_null(rig->job.kernel);
  assert_int_equal(rig->job.kernel->abi, KERNEL_ABI);
  rig->job.values = rig->values;
  set_values(rig, settings);
  return rig->job.kernel->layout(&rig->job);
}

static void *zeroed(size_t bytes) {
  size_t pages = (bytes + 4095) / 4096 * 4096;
  void *memory = aligned_alloc(4096, pages ? pages : 4096);
  assert_non_null(memory);
  memset(memory, 0, pages);
  return memory;
}

static void open_rig(struct rig *rig, const char *folder, const char *name, const char *settings, int workers) {
  struct job *job = &rig->job;
  if (lay_out(rig, folder, name, settings) != 0)
    fail_msg("%s %s is refused: %s", name, settings, job->message);
  assert_true(job->steps >= 1 && job->units > 0 && job->bytes <= JOB_BYTES_MAX);
  job->workers = workers;
  job->memory = zeroed(job->bytes);
  job->scratch_stride = (job->scratch_bytes + 4095) / 4096 * 4096;
  job->scratch = zeroed(job->scratch_stride * (size_t)workers);
  if (job->kernel->setup)
    assert_int_equal(job->kernel->setup(job), 0);
}

static void close_rig(struct rig *rig) {
  if (rig->job.kernel->teardown)
    rig->job.kernel->teardown(&rig->job);
  free(rig->job.memory);
  free(rig->job.scratch);
  dlclose(rig->module);
}

static long items_of(const struct job *job, int step) {
  return job->kernel->items ? job->kernel->items(job, step) : job->items;
}

/* ---- dealing the items of a step, in ways that no variant would ---- */

typedef void deal(struct job *, int step, long items);

static void run(struct job *job, int step, long lo, long hi, int id) {
  struct worker worker = {.id = id, .scratch = job_scratch(job, id)};
  if (lo < hi)
    job->kernel->work(job, step, lo, hi, &worker);
}

static void whole(struct job *job, int step, long items) { run(job, step, 0, items, 0); }

static void one_by_one(struct job *job, int step, long items) {
  for (long i = 0; i < items; i++)
    run(job, step, i, i + 1, (int)(i % job->workers));
}

static void backwards(struct job *job, int step, long items) {
  for (long i = items; i > 0; i--)
    run(job, step, i - 1, i, (int)(i % job->workers));
}

/* Three uneven shares, the last first; the middle one may be empty. */
static void thirds(struct job *job, int step, long items) {
  long a = items / 5, b = items / 2;
  run(job, step, b, items, 2 % job->workers);
  run(job, step, 0, a, 0);
  run(job, step, a, b, 1 % job->workers);
}

static void iterate(struct job *job, deal *by) {
  if (job->kernel->reset)
    job->kernel->reset(job);
  for (int step = 0; step < job->steps; step++)
    by(job, step, items_of(job, step));
  if (job->kernel->finish)
    job->kernel->finish(job);
}

/* ---- what every kernel must stand ---- */

static void must_be_right(struct job *job) {
  const char *fault = job->kernel->check(job);
  if (fault)
    fail_msg("%s: %s", job->kernel->name, fault);
}

static uint64_t right_digest(const char *name, const char *settings, int workers, deal *by) {
  struct rig rig;
  open_rig(&rig, "kernels", name, settings, workers);
  iterate(&rig.job, by);
  must_be_right(&rig.job);
  uint64_t digest = rig.job.kernel->digest(&rig.job);
  close_rig(&rig);
  return digest;
}

static uint64_t same_however_dealt(const char *name, const char *settings) {
  uint64_t digest = right_digest(name, settings, 1, whole);
  assert_int_equal(right_digest(name, settings, 1, backwards), digest);
  assert_int_equal(right_digest(name, settings, 3, one_by_one), digest);
  assert_int_equal(right_digest(name, settings, 3, backwards), digest);
  assert_int_equal(right_digest(name, settings, 3, thirds), digest);
  return digest;
}

/* A result is erased by reset, and computed anew by the next iteration in the same memory. */
static void must_erase(const char *name, const char *settings) {
  struct rig rig;
  open_rig(&rig, "kernels", name, settings, 2);
  struct job *job = &rig.job;
  iterate(job, thirds);
  uint64_t digest = job->kernel->digest(job);
  job->kernel->reset(job);
  if (job->kernel->finish)
    job->kernel->finish(job);
  assert_non_null(job->kernel->check(job));
  assert_int_not_equal(job->kernel->digest(job), digest);
  iterate(job, thirds);
  must_be_right(job);
  assert_int_equal(job->kernel->digest(job), digest);
  close_rig(&rig);
}

/* Flips a bit in up to 1000 of the bytes that the work wrote. Those that the digest covers are the result, and
 * check must see it, but for `tolerated` of them. */
static void must_find_planted_faults(const char *name, const char *settings, int tolerated) {
  struct rig rig;
  open_rig(&rig, "kernels", name, settings, 1);
  struct job *job = &rig.job;
  if (job->kernel->reset)
    job->kernel->reset(job);
  unsigned char *before = malloc(job->bytes), *now = job->memory;
  memcpy(before, now, job->bytes);
  iterate(job, whole);
  uint64_t digest = job->kernel->digest(job);
  int planted = 0, missed = 0;
  for (size_t at = 0, next = 1 + job->bytes / 1000; at < job->bytes; at += now[at] == before[at] ? 1 : next) {
    if (now[at] == before[at])
      continue;
    now[at] ^= 1;
    if (job->kernel->digest(job) != digest) {
      planted++;
      missed += job->kernel->check(job) == NULL;
    }
    now[at] ^= 1;
  }
  must_be_right(job);
  if (planted == 0 || missed > tolerated)
    fail_msg("%s %s: of %d planted faults %d were missed", name, settings, planted, missed);
  free(before);
  close_rig(&rig);
}

static void must_weigh_items(const char *name, const char *settings) {
  struct rig rig;
  assert_int_equal(lay_out(&rig, "kernels", name, settings), 0); /* cost needs no memory */
  for (int step = 0; step < rig.job.steps; step++)
    for (long item = 0; item < items_of(&rig.job, step); item++) {
      double cost = rig.job.kernel->cost(&rig.job, step, item);
      assert_true(cost > 0 && cost < 1e300);
    }
  dlclose(rig.module);
}

static void must_refuse(const char *name, const char *settings, const char *param, const char *said) {
  struct rig rig;
  assert_int_not_equal(lay_out(&rig, "kernels", name, settings), 0);
  assert_non_null(rig.job.refused);
  assert_string_equal(rig.job.refused, param);
  if (!strstr(rig.job.message, said))
    fail_msg("\"%s\" does not say \"%s\"", rig.job.message, said);
  dlclose(rig.module);
}

static const struct {
  const char *kernel, *settings;
  int tolerated;
} cases[] = {{"factorial", "n=60 method=plain", 0},
             {"factorial", "n=60 method=memo bound=7", 0},
             {"factorial", "n=60 method=memo bound=1", 0},
             {"factorial", "n=1 method=memo", 0},
             {"factorial", "what=one n=1 method=tree", 0},
             {"factorial", "what=one n=20 method=tree", 0},
             {"factorial", "what=one n=3000 method=tree", 0},
             {"factorial", "what=one n=3000 method=gmp", 0},
             {"power_digits", "exponent=997 method=string", 0},
             {"power_digits", "exponent=997 method=divide", 0},
             {"power_digits", "bases=10+1+2+9999999 exponent=64 digits=50 method=divide", 0},
             {"countdown", "items=5+1+70000+3", 0},
             {"power_sum", "n=3000", 1}, /* the last bits of the sum are its own */
             {"power_sum", "first=300 n=1300", 1},
             {0}};

static void test_digests_are_equal_however_items_are_dealt(void **state) {
  (void)state;
  for (int i = 0; cases[i].kernel; i++)
    same_however_dealt(cases[i].kernel, cases[i].settings);
}

static void test_reset_erases(void **state) {
  (void)state;
  for (int i = 0; cases[i].kernel; i++)
    must_erase(cases[i].kernel, cases[i].settings);
}

static void test_check_finds_planted_faults(void **state) {
  (void)state;
  for (int i = 0; cases[i].kernel; i++)
    must_find_planted_faults(cases[i].kernel, cases[i].settings, cases[i].tolerated);
}

static void test_costs_are_positive(void **state) {
  (void)state;
  for (int i = 0; cases[i].kernel; i++)
    must_weigh_items(cases[i].kernel, cases[i].settings);
}

/* Strange values are refused or served within the bounds; sanitizers watch the arithmetic. */
static void test_layout_stands_any_size(void **state) {
  (void)state;
  static const char *const kernels[][3] = {{"factorial", "what=one method=tree", "n"},
                                           {"factorial", "what=one method=gmp", "n"},
                                           {"factorial", "what=list method=memo bound=1073741824", "n"},
                                           {"power_digits", "method=string", "exponent"},
                                           {"power_sum", "first=0", "n"}};
  for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
    for (int64_t n = 1; n > 0 && n < INT64_MAX / 3; n = 3 * n + 1) {
      struct rig rig;
      char settings[128];
      snprintf(settings, sizeof settings, "%s %s=%lld", kernels[i][1], kernels[i][2], (long long)n);
      if (lay_out(&rig, "kernels", kernels[i][0], settings) != 0)
        assert_string_equal(rig.job.refused, kernels[i][2]);
      else
        assert_true(rig.job.bytes <= JOB_BYTES_MAX && rig.job.items >= 1);
      dlclose(rig.module);
    }
}

/* ---- factorial ---- */

/* As in factorial.c, whose numbers of a list lie at equal distances. */
struct number {
  mp_size_t length;
  int64_t memo[3];
  mp_limb_t limbs[];
};

static const struct number *listed(const struct job *job, long k) {
  return (void *)((char *)job->memory + (size_t)(k - 1) * (job->bytes / (size_t)job->items));
}

static void test_factorials_known_by_heart(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "kernels", "factorial", "n=500 method=plain", 1);
  iterate(&rig.job, whole);
  must_be_right(&rig.job);
  assert_int_equal(listed(&rig.job, 20)->length, 1);
  assert_int_equal(listed(&rig.job, 20)->limbs[0], 2432902008176640000);
  const struct number *last = listed(&rig.job, 500);
  mpz_t view;
  char *text = mpz_get_str(NULL, 10, mpz_roinit_n(view, last->limbs, last->length));
  assert_int_equal(strlen(text), 1135);
  free(text);
  close_rig(&rig);
}

static void test_methods_of_factorial_agree(void **state) {
  (void)state;
  assert_int_equal(same_however_dealt("factorial", "n=300 method=plain"),
                   same_however_dealt("factorial", "n=300 method=memo"));
  static const char *const sizes[] = {"n=1", "n=2", "n=1000", "n=1200", "n=2047", "n=2048", "n=30011"};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char tree[64], gmp[64];
    snprintf(tree, sizeof tree, "what=one method=tree %s", sizes[i]);
    snprintf(gmp, sizeof gmp, "what=one method=gmp %s", sizes[i]);
    assert_int_equal(same_however_dealt("factorial", tree), right_digest("factorial", gmp, 1, whole));
  }
}

/* The notebook's own figures, as functools.lru_cache(128) counts them. */
static void test_memo_counts_as_lru_cache(void **state) {
  (void)state;
  struct rig rig;
  struct counter counters[COUNTERS_MAX];
  open_rig(&rig, "kernels", "factorial", "n=499 method=memo bound=128", 1);
  for (int iteration = 0; iteration < 2; iteration++) {
    iterate(&rig.job, whole);
    assert_int_equal(rig.job.kernel->counters(&rig.job, counters), 3);
    assert_string_equal(counters[0].name, "hits");
    assert_true(counters[0].value == 498);
    assert_string_equal(counters[1].name, "misses");
    assert_true(counters[1].value == 499);
    assert_string_equal(counters[2].name, "evictions");
    assert_true(counters[2].value == 371);
  }
  close_rig(&rig);
}

static void test_factorial_refuses(void **state) {
  (void)state;
  must_refuse("factorial", "what=list method=tree", "method", "what=one");
  must_refuse("factorial", "what=one method=memo", "method", "what=list");
  must_refuse("factorial", "what=list method=plain n=1000000000000", "n", "5000");
  must_refuse("factorial", "what=one method=tree n=1000000000000", "n", "the largest n is");
  must_refuse("factorial", "what=one method=gmp n=1000000000000", "n", "the largest n is");
}

/* The largest n of the message is accepted, and no n above it. */
static void test_factorial_names_the_largest_n(void **state) {
  (void)state;
  struct rig rig;
  char settings[96];
  assert_int_not_equal(lay_out(&rig, "kernels", "factorial", "what=one method=gmp n=1000000000000"), 0);
  long long largest = atoll(strstr(rig.job.message, "largest n is ") + strlen("largest n is "));
  dlclose(rig.module);
  snprintf(settings, sizeof settings, "what=one method=gmp n=%lld", largest);
  assert_int_equal(lay_out(&rig, "kernels", "factorial", settings), 0);
  dlclose(rig.module);
  snprintf(settings, sizeof settings, "what=one method=gmp n=%lld", largest + 1);
  must_refuse("factorial", settings, "n", "the largest n is");
}

/* ---- memo, against a model that moves its entries about ---- */

struct model {
  uint64_t keys[8]; /* by age, the newest first */
  int count, bound, evictions;
};

static int model_find(const struct model *m, uint64_t key) {
  for (int i = 0; i < m->count; i++)
    if (m->keys[i] == key)
      return i;
  return -1;
}

static void model_move_first(struct model *m, int at, uint64_t key) {
  memmove(m->keys + 1, m->keys, (size_t)at * sizeof *m->keys);
  m->keys[0] = key;
}

static int model_get(struct model *m, uint64_t key) {
  int at = model_find(m, key);
  if (at >= 0)
    model_move_first(m, at, key);
  return at >= 0;
}

static int model_put(struct model *m, uint64_t key) {
  if (model_find(m, key) >= 0)
    return 0;
  if (m->count == m->bound)
    m->evictions++;
  else
    m->count++;
  model_move_first(m, m->count - 1, key);
  return 1;
}

static void memo_follows_model(uint32_t bound) {
  struct model model = {.bound = (int)bound};
  struct memo *memo = memo_init(zeroed(memo_bytes(bound, sizeof(uint64_t))), bound, sizeof(uint64_t));
  uint64_t random = 42;
  for (int i = 0; i < 20000; i++) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    uint64_t key = (random >> 33) % 12 << (random >> 63) * 40;
    uint64_t *value = memo_get(memo, key);
    assert_int_equal(value != NULL, model_get(&model, key));
    if (value)
      assert_int_equal(*value, ~key);
    if (random >> 62 & 1) {
      value = memo_put(memo, key);
      assert_int_equal(value != NULL, model_put(&model, key));
      if (value)
        *value = ~key;
    }
  }
  assert_int_equal(memo->hits + memo->misses, 20000);
  assert_int_equal(memo->evictions, model.evictions);
  assert_int_equal(memo->count, model.count);
  free(memo);
}

static void test_memo_forgets_the_least_recently_used(void **state) {
  (void)state;
  for (uint32_t bound = 1; bound <= 8; bound++)
    memo_follows_model(bound);
}

static void test_memo_refuses_sizes_that_overflow(void **state) {
  (void)state;
  assert_int_equal(memo_bytes(0, 8), 0);
  assert_int_equal(memo_bytes(MEMO_BOUND_MAX + 1, 8), 0);
  assert_int_equal(memo_bytes(MEMO_BOUND_MAX, SIZE_MAX / 2), 0);
  assert_int_equal(memo_bytes(1, SIZE_MAX), 0);
  assert_true(memo_bytes(MEMO_BOUND_MAX, 8) > (size_t)MEMO_BOUND_MAX * 64);
}

/* ---- power_digits ---- */

struct digits {
  int64_t total;
  char text[56];
};

static void test_power_digits_known_by_heart(void **state) {
  (void)state;
  static const char *const methods[] = {"method=string", "method=divide"};
  for (int m = 0; m < 2; m++) {
    struct rig rig;
    open_rig(&rig, "kernels", "power_digits", methods[m], 1);
    iterate(&rig.job, whole);
    must_be_right(&rig.job);
    const struct digits *out = rig.job.memory;
    assert_int_equal(out[0].total, 698971);
    assert_string_equal(out[0].text, "10100340591980302247");
    assert_int_equal(out[1].total, 477122);
    assert_memory_equal(out[1].text, "17", 2);
    close_rig(&rig);
  }
}

/* Around powers of ten, where mpz_sizeinbase may be 1 too large, and where a power is shorter than asked. */
static void test_power_digits_of_any_length(void **state) {
  (void)state;
  for (int exponent = 0; exponent < 80; exponent++) {
    char string[96], divide[96];
    snprintf(string, sizeof string, "bases=10+2+1+7+99999999999 digits=3 exponent=%d method=string", exponent);
    snprintf(divide, sizeof divide, "bases=10+2+1+7+99999999999 digits=3 exponent=%d method=divide", exponent);
    assert_int_equal(right_digest("power_digits", string, 1, whole), right_digest("power_digits", divide, 1, whole));
  }
}

static void test_power_digits_refuses(void **state) {
  (void)state;
  must_refuse("power_digits", "exponent=1000000000000", "exponent", "digits");
  must_refuse("power_digits", "exponent=9223372036854775807 method=string", "exponent", "digits");
}

/* ---- countdown ---- */

/* Of a register or, without optimisation, of memory; on x86 or ARM. */
static int is_decrement(const char *line) {
  static const char *const forms[][2] = {
      {"sub", "$0x1,"}, {"add", "$0xffffffffffffffff,"}, {"lea", " -0x1("}, {"dec", ""}, {"sub", "#0x1"}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (strstr(line, forms[i][0]) && strstr(line, forms[i][1]))
      return 1;
  return 0;
}

/* The address that a conditional jump (j.., b.ne, cbnz) leads to, or 0. */
static unsigned long jump_target(const char *line) {
  const char *tab = strchr(line, '\t'), *target = strrchr(line, '<');
  if (!tab || !target || (tab[1] != 'j' && strncmp(tab + 1, "b.", 2) != 0 && strncmp(tab + 1, "cb", 2) != 0))
    return 0;
  for (target--; target > tab && target[-1] != ' ' && target[-1] != '\t';)
    target--;
  return strtoul(target, NULL, 16);
}

/* 1 if count_down of a module still has a decrement with a jump back to or before it, 0 if the loop is lost. */
static int has_loop(const char *folder, const char *name) {
  char command[600], line[512];
  snprintf(command, sizeof command, "objdump -d --no-show-raw-insn '%s/%s/%s.so'", build(), folder, name);
  FILE *listing = popen(command, "r");
  assert_non_null(listing);
  int inside = 0, seen = 0, found = 0;
  unsigned long decrement = 0;
  while (fgets(line, sizeof line, listing)) {
    if (strstr(line, ">:\n"))
      seen |= inside = strstr(line, "<count_down") != NULL;
    if (inside && is_decrement(line))
      decrement = strtoul(line, NULL, 16);
    unsigned long target = inside ? jump_target(line) : 0;
    found |= target && decrement && target <= decrement;
  }
  assert_int_equal(pclose(listing), 0);
  assert_true(seen);
  return found;
}

static void test_countdown_kept_its_loop(void **state) {
  (void)state;
  if (system("objdump --version >/dev/null 2>&1") != 0)
    skip();
  assert_true(has_loop("kernels", "countdown"));
  assert_true(has_loop("kernels", "grain"));
}

/* Without that, the test above could be one that never fails. */
static void test_a_lost_loop_is_noticed(void **state) {
  (void)state;
  void *module = open_module("fixtures", "countdown_without_asm");
  const char *flags = dlsym(module, "nway_flags");
  /* Neither -O0 nor the checks of a sanitizer let the loop go. */
  int optimised = flags && strstr(flags, " -O") && !strstr(flags, " -O0") && !strstr(flags, "-fsanitize");
  dlclose(module);
  if (!optimised || system("objdump --version >/dev/null 2>&1") != 0)
    skip();
  assert_false(has_loop("fixtures", "countdown_without_asm"));
}

static void test_countdown_refuses(void **state) {
  (void)state;
  must_refuse("countdown", "items=9000000000000000000+9000000000000000000", "items", "63 bits");
}

/* ---- power_sum ---- */

/* 1.768130078955635859e53 by 40 digits of decimal arithmetic outside of this project. Exponents computed as
 * 1/k * k^1.5, as a notebook may, are other doubles and give 1.76813007895562e53. */
static void test_power_sum_of_a_million(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "kernels", "power_sum", "", 1);
  iterate(&rig.job, whole);
  must_be_right(&rig.job);
  struct counter counters[COUNTERS_MAX];
  assert_int_equal(rig.job.kernel->counters(&rig.job, counters), 1);
  assert_true(counters[0].value > -4 && counters[0].value < 4);
  double total;
  memcpy(&total, (char *)rig.job.memory + sizeof(long double), sizeof total); /* after the oracle's */
  assert_true(total > 1.76813007895563e53 && total < 1.76813007895564e53);
  close_rig(&rig);
}

/* Ranges before, across and far beyond the point where Euler-Maclaurin takes over, aligned to blocks or not. */
static void test_power_sum_of_odd_ranges(void **state) {
  (void)state;
  static const char *const ranges[] = {"first=0 n=1",
                                       "first=0 n=257",
                                       "first=999 n=1001",
                                       "first=1000 n=1001",
                                       "first=4095 n=4097",
                                       "first=511 n=5000",
                                       "first=10000000 n=10000001",
                                       "first=9007199254740000 n=9007199254740992",
                                       "first=123456789 n=123458000"};
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    same_however_dealt("power_sum", ranges[i]);
}

static void test_power_sum_refuses(void **state) {
  (void)state;
  must_refuse("power_sum", "first=5 n=5", "first", "must be less than n=5");
  must_refuse("power_sum", "n=1000000000000", "n", "bytes");
}

/* ---- the fixtures that other tests rely on ---- */

static const char *fault_of(struct rig *rig, const char *name, int workers) {
  open_rig(rig, "fixtures", name, "", workers);
  iterate(&rig->job, thirds);
  return rig->job.kernel->check(&rig->job);
}

static void test_fixtures_are_as_wrong_as_they_claim(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int workers, wrong;
  } fixtures[] = {{"noop", 1, 1}, {"lies", 1, 0}, {"lies", 2, 1}, {"optimised", 2, 0}, {"steps", 3, 0}};
  for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
    struct rig rig;
    assert_int_equal(fault_of(&rig, fixtures[i].name, fixtures[i].workers) != NULL, fixtures[i].wrong);
    close_rig(&rig);
  }
}

/* As a worker that did not wait for the others would, whichever is ahead: it runs all steps of its share at once. */
static void test_steps_notice_a_missing_barrier(void **state) {
  (void)state;
  struct rig rig;
  open_rig(&rig, "fixtures", "steps", "", 2);
  struct job *job = &rig.job;
  for (int ahead = 0; ahead < 2; ahead++) {
    job->kernel->reset(job);
    for (int turn = 0; turn < 2; turn++)
      for (int step = 0; step < job->steps; step++) {
        int id = turn ^ ahead;
        run(job, step, id ? job->items / 2 : 0, id ? job->items : job->items / 2, id);
      }
    assert_non_null(job->kernel->check(job));
  }
  close_rig(&rig);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_digests_are_equal_however_items_are_dealt),
      cmocka_unit_test(test_reset_erases),
      cmocka_unit_test(test_check_finds_planted_faults),
      cmocka_unit_test(test_costs_are_positive),
      cmocka_unit_test(test_layout_stands_any_size),
      cmocka_unit_test(test_factorials_known_by_heart),
      cmocka_unit_test(test_methods_of_factorial_agree),
      cmocka_unit_test(test_memo_counts_as_lru_cache),
      cmocka_unit_test(test_factorial_refuses),
      cmocka_unit_test(test_factorial_names_the_largest_n),
      cmocka_unit_test(test_memo_forgets_the_least_recently_used),
      cmocka_unit_test(test_memo_refuses_sizes_that_overflow),
      cmocka_unit_test(test_power_digits_known_by_heart),
      cmocka_unit_test(test_power_digits_of_any_length),
      cmocka_unit_test(test_power_digits_refuses),
      cmocka_unit_test(test_countdown_kept_its_loop),
      cmocka_unit_test(test_a_lost_loop_is_noticed),
      cmocka_unit_test(test_countdown_refuses),
      cmocka_unit_test(test_power_sum_of_a_million),
      cmocka_unit_test(test_power_sum_of_odd_ranges),
      cmocka_unit_test(test_power_sum_refuses),
      cmocka_unit_test(test_fixtures_are_as_wrong_as_they_claim),
      cmocka_unit_test(test_steps_notice_a_missing_barrier),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests that a plan made while memory runs out is an error or the right plan, whichever allocation fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json_list.h"
#include "plan/builds.h"
#include "plan/plan.h"
#include "run/settle.h"

/* ---- fake allocations: the linker puts these in place of those that the harness calls (--wrap) ---- */

static long fake_left = -1; /* allocations until one fails; -1: none does */
static bool fake_failed;

static bool fake_fails(void) {
  if (fake_left < 0 || fake_left-- > 0)
    return false;
  return fake_failed = true;
}

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
char *__real_strdup(const char *);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
char *__wrap_strdup(const char *);
void *__wrap_malloc(size_t size) { return fake_fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return fake_fails() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *old, size_t size) { return fake_fails() ? NULL : __real_realloc(old, size); }
char *__wrap_strdup(const char *text) { return fake_fails() ? NULL : __real_strdup(text); }

/* ---- a configuration and what it is made of ---- */

static char serial_name[] = "serial", many_name[] = "many", kernel_name[] = "sum", unit[] = "items", nowhere[] = "";
static struct param params[] = {{"n", PARAM_SIZE, PARAM_LIST, "10", 1, 1000, .unit = "", .meaning = ""},
                                {"say", PARAM_PROBLEM, PARAM_TEXT, "a", .unit = "", .meaning = ""},
                                {"way", PARAM_METHOD, PARAM_CHOICE, "plain", .choices = "plain|memo", .unit = ""},
                                {0}};
static struct known_kernel kernels[] = {
    {.name = kernel_name, .path = nowhere, .unit = unit, .params = params, .weak = "n", .command = "say"}};
static struct known_variant variants[] = {
    {.name = serial_name, .path = nowhere, .schedules = 1, .max_workers = 1, .serial = true, .usual = 1},
    {.name = many_name, .path = nowhere, .schedules = 3, .usual = 2}};
static const struct catalog catalog = {.kernels = kernels, .variants = variants, .kernel_count = 1, .variant_count = 2};

static const char text[] = "[run]\n"
                           "workers = 1,2,3\n"
                           "env = A=1 | A=2\n"
                           "[problem one]\n"
                           "kernel = sum\n"
                           "say = a\n"
                           "n = 5+5, 3x2\n"
                           "way = plain, memo\n"
                           "schedules = static, dynamic:2\n"
                           "[problem two]\n"
                           "kernel = sum\n"
                           "scale = strong, weak\n"
                           "variants = many\n"
                           "say = b, c\n";

static char path[] = "/tmp/nway-memory-XXXXXX";

static int write_config(void **state) {
  (void)state;
  kernels[0].json = json_pack("{s[]}", "params"); /* as far as two builds are held against each other */
  int fd = mkstemp(path);
  ssize_t n = fd >= 0 ? write(fd, text, strlen(text)) : -1;
  return fd < 0 || close(fd) != 0 || n != (ssize_t)strlen(text) ? -1 : 0;
}

static int remove_config(void **state) {
  (void)state;
  json_decref(kernels[0].json);
  return unlink(path);
}

/* ---- what is done while one allocation fails ---- */

enum { ORDER_MOST = 2000, SAID_BYTES = 1 << 16 };

/* Everything about a plan that a run goes by, as text. */
static int say_plan(struct plan *plan, char *said, struct fault *fault) {
  int order[ORDER_MOST];
  uint64_t random = 7;
  said[0] = '\0';
  for (int i = 0; i < plan->task_count; i++)
    for (int j = 0; plan->tasks[i].sets[j]; j++)
      append(said, SAID_BYTES, "%s;", plan->tasks[i].sets[j]);
  for (int i = 0; i < plan->cell_count; i++) {
    struct plan_identity own;
    const struct cell_id *id = plan_identify(plan, &plan->tasks[plan->cells[i].task], &plan->cells[i], &own);
    for (int axis = 0; axis < CELL_IDS; axis++)
      append(said, SAID_BYTES, "%s,", id->text[axis]);
    append(said, SAID_BYTES, "%d\n", plan->cells[i].workers);
  }
  for (int block = 0; block < plan->block_count; block++) {
    int count = plan_order(plan, block, &random, order, fault);
    if (count < 0)
      return -1;
    for (int i = 0; i < count; i++)
      append(said, SAID_BYTES, "%d ", order[i]);
  }
  return 0;
}

static int make_plan(char *said, struct fault *fault) {
  struct config config;
  struct plan plan = {0};
  int failed = config_read(path, &config, fault) != 0 || plan_make(&plan, &config, &catalog, NULL, 4, fault) != 0 ||
               say_plan(&plan, said, fault) != 0;
  plan_free(&plan);
  config_free(&config);
  return failed ? -1 : 0;
}

static int make_pairs(char *said, struct fault *fault) {
  const struct build build = {&catalog, 1};
  struct config config;
  struct plan plan = {0};
  int failed = config_read(path, &config, fault) != 0 || plan_make(&plan, &config, &catalog, NULL, 4, fault) != 0 ||
               plan_double(&plan, &build, &build, fault) != 0 || plan_double_command(&plan, "old", "new", fault) != 0 ||
               say_plan(&plan, said, fault) != 0;
  plan_free(&plan);
  config_free(&config);
  return failed ? -1 : 0;
}

/* Twelve rounds of two cells, the second settled by them if all are there. */
static int settle(char *said, struct fault *fault) {
  struct plan_cell cells[] = {{.state = CELL_PLANNED, .best_serial = true}, {.state = CELL_PLANNED}};
  struct task task = {.units = 1};
  struct plan plan = {.tasks = &task, .cells = cells, .task_count = 1, .cell_count = 2, .block_count = 1};
  struct settle *settle = settle_open(&plan);
  int failed = !settle;
  for (int round = 0; round < 12 && !failed; round++)
    failed = settle_block(settle, 0, (const struct block_process[]){{0, 100}, {1, 50}}, 2);
  int unsettled = failed ? -1 : settle_look(settle, 0.02);
  failed |= unsettled < 0;
  snprintf(said, SAID_BYTES, "%d", unsettled);
  settle_close(settle);
  return failed ? fault_memory(fault) : 0;
}

/* Fails the first allocation, then the second, and so on, until all of them went well. */
static void fail_each(int (*act)(char *said, struct fault *fault)) {
  static char right[SAID_BYTES], said[SAID_BYTES];
  struct fault fault = {0};
  long n = 0;
  if (act(right, &fault) != 0)
    fail_msg("without a lack of memory: %s", fault.text);
  assert_true(right[0] != '\0');
  for (;; n++) {
    fault = (struct fault){0};
    fake_left = n, fake_failed = false;
    int failed = act(said, &fault);
    fake_left = -1;
    if (!fake_failed)
      break;
    if (failed && (fault.code != EXIT_UNDECIDED || !strstr(fault.text, "out of memory")))
      fail_msg("allocation %ld: not told as such: '%s'", n, fault.text);
    if (!failed && strcmp(said, right) != 0)
      fail_msg("allocation %ld: another result, and no error:\n%s\nbut\n%s", n, said, right);
  }
  assert_string_equal(said, right);
  assert_true(n > 2);
}

/* F15: each allocation fails in turn. */
static void a_plan_is_right_or_an_error(void **state) {
  (void)state;
  fail_each(make_plan);
}

static void a_plan_of_two_builds_is_right_or_an_error(void **state) {
  (void)state;
  fail_each(make_pairs);
}

static void the_adaptive_stop_is_right_or_an_error(void **state) {
  (void)state;
  fail_each(settle);
}

/* ---- the detector, and lists ---- */

static int loses_silently(char *said, struct fault *fault) {
  (void)fault;
  char *copies[3] = {strdup("a"), strdup("b"), strdup("c")};
  snprintf(said, SAID_BYTES, "x");
  for (int i = 0; i < 3; i++)
    append(said, SAID_BYTES, "%s", copies[i] ? copies[i] : ""), free(copies[i]);
  return 0;
}

/* A planted loss: text that is left out where there is no memory for it. */
static void a_silent_loss_is_found(void **state) {
  (void)state;
  char right[SAID_BYTES], said[SAID_BYTES];
  struct fault fault = {0};
  loses_silently(right, &fault);
  fake_left = 1, fake_failed = false;
  int failed = loses_silently(said, &fault);
  fake_left = -1;
  assert_true(fake_failed && !failed && strcmp(said, right) != 0);
}

static void *fake_none(size_t size) {
  (void)size;
  return NULL;
}

static void a_list_that_lost_a_value_is_none(void **state) {
  (void)state;
  json_t *list = json_array();
  json_list_add(&list, json_integer(1));
  assert_int_equal(json_array_size(list), 1);
  json_set_alloc_funcs(fake_none, free);
  json_t *lost = json_string("lost");
  json_set_alloc_funcs(malloc, free);
  json_list_add(&list, lost);
  assert_null(list);
  json_list_add(&list, json_string("late"));
  assert_null(list);
  assert_null(json_pack("{so}", "list", list));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_plan_is_right_or_an_error),
      cmocka_unit_test(a_plan_of_two_builds_is_right_or_an_error),
      cmocka_unit_test(the_adaptive_stop_is_right_or_an_error),
      cmocka_unit_test(a_silent_loss_is_found),
      cmocka_unit_test(a_list_that_lost_a_value_is_none),
  };
  return cmocka_run_group_tests(tests, write_config, remove_config);
}

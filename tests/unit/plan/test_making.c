/* Tests that the size of a plan is known before it is made, however large. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "plan/plan.h"

enum { PARAMS = 20 };
static char serial_name[] = "serial", many_name[] = "many", kernel_name[] = "wide", unit[] = "items", nowhere[] = "";
static char names[PARAMS][8];
static struct param params[PARAMS + 1];
static struct known_kernel kernels[] = {{.name = kernel_name, .path = nowhere, .unit = unit, .params = params}};
static struct known_variant variants[] = {
    {.name = serial_name, .path = nowhere, .schedules = 1, .max_workers = 1, .serial = true, .usual = 1},
    {.name = many_name, .path = nowhere, .schedules = 7, .usual = 2}};
static const struct catalog catalog = {.kernels = kernels, .variants = variants, .kernel_count = 1, .variant_count = 2};

static int make_params(void **state) {
  (void)state;
  for (int i = 0; i < PARAMS; i++) {
    snprintf(names[i], sizeof names[i], "p%d", i);
    params[i] = (struct param){names[i], PARAM_SIZE, PARAM_INT, "1", 1, 1000, .unit = "", .meaning = ""};
  }
  return 0;
}

/* Plans a kernel of which `wide` parameters have ten values each; `run` are settings of [run]. */
static int plan_of(const char *run, int wide, struct plan *plan, struct fault *fault) {
  char text[4000];
  struct config config;
  int length = snprintf(text, sizeof text, "[run]\n%s[problem w]\nkernel = wide\n", run);
  for (int i = 0; i < wide; i++)
    length += snprintf(text + length, sizeof text - (size_t)length, "p%d = 1,2,3,4,5,6,7,8,9,10\n", i);
  *plan = (struct plan){0};
  *fault = (struct fault){0};
  assert_int_equal(config_read_text("c.conf", text, &config, fault), 0);
  int failed = plan_make(plan, &config, &catalog, NULL, 4, fault);
  plan_free(plan);
  config_free(&config);
  return failed;
}

/* I29. */
static void a_billion_cells_are_counted_and_refused(void **state) {
  (void)state;
  struct plan plan;
  struct fault fault;
  assert_int_equal(plan_of("workers = 1\nvariants = serial\n", 9, &plan, &fault), -1);
  assert_non_null(strstr(fault.text,
                         "c.conf:4: [problem w]: its lists make 1000000000 combinations of parameters, up to "
                         "1000000000 cells; at most 20000 cells can be planned"));
  assert_int_equal(plan_of("workers = 1,2,3\nvariants = serial,many\nschedules = static,dynamic\nenv = A=1 | A=2\n", 6,
                           &plan, &fault),
                   -1);
  assert_non_null(strstr(fault.text, "make 1000000 combinations of parameters, up to 24000000 cells"));
}

static void what_exceeds_63_bits_is_refused_as_such(void **state) {
  (void)state;
  struct plan plan;
  struct fault fault;
  assert_int_equal(plan_of("workers = 1,2\nvariants = all\n", 18, &plan, &fault), -1);
  assert_non_null(
      strstr(fault.text, "make 1000000000000000000 combinations of parameters, up to 4000000000000000000 "));
  assert_int_equal(plan_of("workers = 1,2,3\nvariants = all\nschedules = static,dynamic\n", 18, &plan, &fault), -1);
  assert_non_null(strstr(fault.text, "make 1000000000000000000 combinations of parameters, over 9223372036854775807 "));
  assert_int_equal(plan_of("workers = 1\nscale = weak\n", PARAMS, &plan, &fault), -1);
  assert_non_null(
      strstr(fault.text, "make over 9223372036854775807 combinations of parameters, over 9223372036854775"));
}

static void as_many_as_can_be_planned_are_not_refused(void **state) {
  (void)state;
  struct plan plan;
  struct fault fault;
  assert_int_equal(plan_of("workers = 1\nvariants = serial\n", 3, &plan, &fault), 0);
  assert_int_equal(
      plan_of("workers = 1,2,3,4,5,6,7,8,9,10\nvariants = many\nschedules = static,dynamic,guided\n", 3, &plan, &fault),
      -1);
  assert_non_null(strstr(
      fault.text, "c.conf:5: [problem w]: more than 20000 cells (this problem alone makes up to 30000); ask for"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_billion_cells_are_counted_and_refused),
      cmocka_unit_test(what_exceeds_63_bits_is_refused_as_such),
      cmocka_unit_test(as_many_as_can_be_planned_are_not_refused),
  };
  return cmocka_run_group_tests(tests, make_params, NULL);
}

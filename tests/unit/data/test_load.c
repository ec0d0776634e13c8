/* Tests that run folders are read, however many cells they hold; what no run says is refused with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <unistd.h>

#include "base/text.h"
#include "data/hash.h"
#include "data/load.h"
#include "data/results.h"

#define SYNTH_NO_MAIN
#include "tools/synth_run.c"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- a private run folder for each test ---- */

struct place {
  char folder[64], run[80];
};

static int make_place(void **state) {
  struct place *p = calloc(1, sizeof *p);
  strcpy(p->folder, "/tmp/nway-test-XXXXXX");
  if (!mkdtemp(p->folder))
    return -1;
  snprintf(p->run, sizeof p->run, "%s/run", p->folder);
  *state = p;
  return 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
  (void)about, (void)kind, (void)walk;
  return remove(path);
}

static int drop_place(void **state) {
  struct place *p = *state;
  int result = nftw(p->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  free(p);
  return result;
}

static char *file_text(const struct place *p, const char *file) {
  enum { MOST = 4 << 20 };
  char path[120], *text = calloc(1, MOST);
  snprintf(path, sizeof path, "%s/%s", p->run, file);
  FILE *in = fopen(path, "rb");
  assert_non_null(in);
  text[fread(text, 1, MOST - 1, in)] = '\0';
  fclose(in);
  return text;
}

static void put_text(const struct place *p, const char *file, const char *text) {
  char path[120];
  snprintf(path, sizeof path, "%s/%s", p->run, file);
  FILE *out = fopen(path, "wb");
  assert_non_null(out);
  assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
  assert_int_equal(fclose(out), 0);
}

/* Puts `value` into a column of a file's row (1: the first after the header). */
static void set_field(const struct place *p, const char *file, const char *column, int row, const char *value) {
  char *text = file_text(p, file), *line = text;
  struct text out = {0};
  size_t at = 0;
  for (const char *name = text; strncmp(name, column, strlen(column)) != 0 || !strchr(",\n", name[strlen(column)]);
       name += strcspn(name, ",") + 1)
    at++;
  for (int i = 0; i < row; i++)
    line += strcspn(line, "\n") + 1;
  for (size_t i = 0; i < at; i++)
    line += strcspn(line, ",\n") + 1;
  text_bytes(&out, text, (size_t)(line - text));
  text_add(&out, value);
  text_add(&out, line + strcspn(line, ",\n"));
  put_text(p, file, text_of(&out));
  text_free(&out);
  free(text);
}

static void refuse(const struct place *p, const char *says) {
  struct run run;
  struct fault why = {0};
  if (run_load(&run, p->run, &why) != -1)
    fail_msg("loaded, though it should say '%s'", says);
  if (!strstr(why.text, says))
    fail_msg("'%s' does not say '%s'", why.text, says);
  run_free(&run);
}

static struct run load(const struct place *p) {
  struct run run;
  struct fault why = {0};
  if (run_load(&run, p->run, &why) != 0)
    fail_msg("%s", why.text);
  return run;
}

/* ---- the hash ---- */

static bool same_number(const void *list, size_t at, const void *key) {
  return ((const int64_t *)list)[at] == *(const int64_t *)key;
}

static void a_hash_finds_what_was_added_and_nothing_else(void **state) {
  (void)state;
  enum { MANY = 1000 };
  struct hash h = {0};
  int64_t list[MANY], absent = -1;
  for (size_t i = 0; i < MANY; i++) {
    list[i] = (int64_t)(i * i);
    assert_int_equal(hash_find(&h, i % 7, same_number, list, &list[i]), NOT_THERE);
    hash_add(&h, i % 7, i); /* long runs of the same hash */
  }
  for (size_t i = 0; i < MANY; i++)
    assert_int_equal(hash_find(&h, i % 7, same_number, list, &list[i]), i);
  assert_int_equal(hash_find(&h, 3, same_number, list, &absent), NOT_THERE);
  assert_int_equal(hash_find(&h, 8, same_number, list, &list[0]), NOT_THERE);
  hash_free(&h);
}

static void a_hash_tells_apart_where_a_text_ends(void **state) {
  (void)state;
  assert_true(hash_text(hash_text(HASH_START, "ab"), "c") != hash_text(hash_text(HASH_START, "a"), "bc"));
  assert_true(hash_number(HASH_START, 1) != hash_number(HASH_START, 256));
}

/* ---- many cells ---- */

/* A plan of so many cells that differ in their method alone: m0, m1 and so on. */
static void plan_many(const struct place *p, int count) {
  char *plan = file_text(p, "plan.csv"), *row = plan + strcspn(plan, "\n") + 1, *method = strstr(row, ",plain,");
  struct text out = {0};
  assert_non_null(method);
  text_bytes(&out, plan, (size_t)(row - plan));
  for (int i = 0; i < count; i++) {
    text_bytes(&out, row, (size_t)(method - row));
    text_format(&out, ",m%d,", i);
    const char *rest = method + strlen(",plain,");
    text_bytes(&out, rest, strcspn(rest, "\n") + 1);
  }
  put_text(p, "plan.csv", text_of(&out));
  text_free(&out);
  free(plan);
}

static void many_cells_keep_the_order_of_the_plan(void **state) {
  struct place *p = *state;
  enum { MANY = 3000 };
  plan_many(p, MANY);
  struct run run = load(p);
  size_t planned = 0;
  for (size_t i = 0; i < run.problems[0].count; i++) {
    char method[16];
    snprintf(method, sizeof method, "m%zu", planned);
    if (run.problems[0].cells[i].planned) {
      assert_string_equal(run.problems[0].cells[i].method, method);
      planned++;
    }
  }
  assert_int_equal(planned, MANY);
  run_free(&run);
}

static void more_cells_than_a_run_can_have_are_refused(void **state) {
  struct place *p = *state;
  plan_many(p, CELLS_READ_MAX + 1);
  refuse(p, "/plan.csv:40002: more than 40000 different cells; give one run");
}

/* ---- numbers ---- */

static void numbers_that_no_run_has_are_refused(void **state) {
  struct place *p = *state;
  static const struct {
    const char *file, *column, *value, *says;
  } bad[] = {
      {"samples.csv", "schema", "", "samples.csv:2: schema: '' is not from 1 to 1; restore"},
      {"samples.csv", "schema", "0", "samples.csv:2: schema: '0' is not from 1 to 1; restore"},
      {"samples.csv", "schema", "-7", "samples.csv:2: schema: '-7' is not from 1 to 1; restore"},
      {"samples.csv", "schema", "2", "samples.csv:2: schema 2 is newer than this nway reads"},
      {"samples.csv", "round", "9223372036854775807", "samples.csv:2: round: '9223372036854775807' is not from 0 to"},
      {"samples.csv", "round", "-1", "samples.csv:2: round: '-1' is not from 0 to"},
      {"samples.csv", "order", "9223372036854775807", "samples.csv:2: order: '9223372036854775807' is not"},
      {"samples.csv", "block", "-9223372036854775808", "samples.csv:2: block: '-9223372036854775808' is not"},
      {"samples.csv", "workers", "0", "samples.csv:2: workers: '0' is not from 1 to"},
      {"plan.csv", "workers", "1000000001", "plan.csv:2: workers: '1000000001' is not from 1 to"},
      {"plan.csv", "block", "", "plan.csv:2: block: '' is not from 0 to"},
  };
  for (size_t i = 0; i < LENGTH(bad); i++) {
    assert_int_equal(synth_run(p->run, "exact", 1), 0);
    set_field(p, bad[i].file, bad[i].column, 1, bad[i].value);
    refuse(p, bad[i].says);
  }
}

/* A sum of such values overflows an int64_t; UBSan tells. */
static void the_largest_throttled_times_are_summed(void **state) {
  struct place *p = *state;
  for (int row = 1; row <= 40; row++)
    set_field(p, "samples.csv", "throttled_ns", row, "9223372036854775807");
  struct run run = load(p);
  bool any = false;
  for (size_t i = 0; i < run.problems[0].count; i++)
    any |= run.problems[0].cells[i].throttled;
  assert_true(any);
  run_free(&run);
}

static void a_json_file_must_say_its_schema(void **state) {
  struct place *p = *state;
  static const char *const files[] = {"run.json", "machine.json", "catalog.json"}, *const schemas[] = {
                                                                                       "{\"was\": 1", "{\"schema\": 0",
                                                                                       "{\"schema\": -7",
                                                                                       "{\"schema\": \"1\""};
  for (size_t i = 0; i < LENGTH(files); i++)
    for (size_t j = 0; j < LENGTH(schemas); j++) {
      assert_int_equal(synth_run(p->run, "exact", 1), 0);
      char *text = file_text(p, files[i]), says[80];
      struct text out = {0};
      assert_int_equal(strncmp(text, "{\"schema\": 1", 12), 0);
      text_format(&out, "%s%s", schemas[j], text + 12);
      put_text(p, files[i], text_of(&out));
      snprintf(says, sizeof says, "%s: schema: not a number from 1 to 1; restore", files[i]);
      refuse(p, says);
      text_free(&out);
      free(text);
    }
}

/* ---- answers ---- */

/* The answer of every cell is held against that of the oracle of its method, whichever row told it. */
static void an_answer_that_differs_from_its_oracle_is_found(void **state) {
  struct place *p = *state;
  static const struct {
    const char *digest;
    bool differs;
  } cases[] = {{"0123456789abcdef", false}, {"ffffffffffffffff", true}};
  for (size_t i = 0; i < LENGTH(cases); i++) {
    assert_int_equal(synth_run(p->run, "exact", 1), 0);
    set_field(p, "samples.csv", "round", 1, "0");
    set_field(p, "samples.csv", "phase", 1, "oracle");
    set_field(p, "samples.csv", "digest", 1, cases[i].digest);
    char *text = file_text(p, "samples.csv"), method[16];
    const char *at = strstr(text, "sum,n=1000,") + strlen("sum,n=1000,");
    snprintf(method, sizeof method, "%.*s", (int)strcspn(at, ","), at);
    struct run run = load(p);
    for (size_t j = 0; j < run.problems[0].count; j++) {
      const struct cell *c = &run.problems[0].cells[j];
      assert_int_equal(c->digests_differ, strcmp(c->method, method) == 0 && cases[i].differs);
    }
    run_free(&run);
    free(text);
  }
}

/* ---- variants ---- */

static const struct cell *serial_cell(const struct run *run) {
  for (size_t i = 0; i < run->problems[0].count; i++)
    if (run->problems[0].cells[i].serial)
      return &run->problems[0].cells[i];
  return NULL;
}

/* The name of the serial variant, under each catalog, new or old; whatever it is called. */
static void the_serial_variant_is_told_by_the_catalog_or_by_the_baselines(void **state) {
  struct place *p = *state;
  static const struct {
    const char *variants, *serial;
    bool baselines;
  } cases[] = {
      {"{\"name\": \"pthread\", \"serial\": true}, {\"name\": \"seq\", \"max_workers\": 1}", "pthread", true},
      {"{\"name\": \"pthread\", \"max_workers\": 1}, {\"name\": \"seq\"}", "seq", true}, /* as the baselines are */
      {"{\"name\": \"pthread\", \"max_workers\": 1}, {\"name\": \"seq\"}", "pthread", false},
      {"", "seq", true},
      {"", NULL, false},
  };
  for (size_t i = 0; i < LENGTH(cases); i++) {
    assert_int_equal(synth_run(p->run, "exact", 1), 0);
    struct text catalog = {0};
    text_format(&catalog, "{\"schema\": 1, \"kernels\": [], \"variants\": [%s]}", cases[i].variants);
    put_text(p, "catalog.json", text_of(&catalog));
    text_free(&catalog);
    for (int row = 1; row <= 6 && !cases[i].baselines; row++)
      set_field(p, "plan.csv", "baseline", row, "");
    struct run run = load(p);
    const struct cell *c = serial_cell(&run);
    if ((c == NULL) != (cases[i].serial == NULL) || (c && strcmp(c->variant, cases[i].serial) != 0))
      fail_msg("case %zu: %s is serial, not %s", i, c ? c->variant : "none",
               cases[i].serial ? cases[i].serial : "none");
    if (c)
      assert_string_equal(run.problems[0].cells[0].method, "plain"); /* methods first, then the serial variant */
    run_free(&run);
  }
}

static void variants_are_listed_with_the_serial_one_first_then_the_usual_ones(void **state) {
  struct place *p = *state;
  static const char *const listed[] = {"seq", "c", "a", "b", "special", "pthread"};
  put_text(p, "catalog.json",
           "{\"schema\": 1, \"kernels\": [], \"variants\": [{\"name\": \"a\", \"usual\": 3},"
           "{\"name\": \"b\", \"usual\": 0, \"look\": {\"colour\": \"#123456\", \"marker\": 7}},"
           "{\"name\": \"special\", \"usual\": 1, \"only\": [\"own\"]}, {\"name\": 5}, {\"name\": \"c\", \"usual\": 2},"
           "{\"name\": \"seq\", \"serial\": true, \"usual\": 4}, {\"name\": \"b\", \"processes\": true}]}");
  struct run run = load(p);
  assert_int_equal(run.variant_count, LENGTH(listed));
  for (size_t i = 0; i < LENGTH(listed); i++) {
    assert_string_equal(run.variants[i].name, listed[i]);
    assert_int_equal(run.variants[i].used, i == 0 || i == 5);
  }
  assert_string_equal(run.variants[3].colour, "#123456");
  assert_null(run.variants[3].marker);
  assert_false(run.variants[3].by_processes); /* the first of the same name counts */
  for (size_t i = 0; i < run.problems[0].count; i++)
    assert_string_equal(run.variants[run.problems[0].cells[i].variant_at].name, run.problems[0].cells[i].variant);
  run_free(&run);
}

static void a_state_that_is_no_word_of_the_plan_is_refused(void **state) {
  struct place *p = *state;
  set_field(p, "plan.csv", "state", 1, "skiped");
  refuse(p, "plan.csv:2: unknown state 'skiped'; did you mean 'skipped'?");
}

static int make_run(void **state) {
  return make_place(state) == 0 && synth_run(((struct place *)*state)->run, "exact", 1) == 0 ? 0 : -1;
}

#define OF_RUN(test) cmocka_unit_test_setup_teardown(test, make_run, drop_place)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_hash_finds_what_was_added_and_nothing_else),
      cmocka_unit_test(a_hash_tells_apart_where_a_text_ends),
      OF_RUN(many_cells_keep_the_order_of_the_plan),
      OF_RUN(more_cells_than_a_run_can_have_are_refused),
      OF_RUN(numbers_that_no_run_has_are_refused),
      OF_RUN(the_largest_throttled_times_are_summed),
      OF_RUN(a_json_file_must_say_its_schema),
      OF_RUN(the_serial_variant_is_told_by_the_catalog_or_by_the_baselines),
      OF_RUN(variants_are_listed_with_the_serial_one_first_then_the_usual_ones),
      OF_RUN(a_state_that_is_no_word_of_the_plan_is_refused),
      OF_RUN(an_answer_that_differs_from_its_oracle_is_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests that parameter texts become the values they say, and values become one canonical name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/params.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define LIST_LIMIT 100000

enum { WHAT, N, ITEMS, METHOD, BOUND, POLICY, WAYS, PARAMS };
static const struct param params[] = {
    {"what", PARAM_PROBLEM, PARAM_CHOICE, "list", 0, 0, "list|one", NULL, "", "what to compute"},
    {"n", PARAM_SIZE, PARAM_INT, "499", 1, 1000000, NULL, NULL, "", "how large"},
    {"items", PARAM_SIZE, PARAM_LIST, "5M+3M", 0, 1000000000000, NULL, "what=list", "", "unequal items"},
    {"method", PARAM_METHOD, PARAM_CHOICE, "plain", 0, 0, "plain|memo|tree", NULL, "", "how"},
    {"bound", PARAM_METHOD, PARAM_INT, "128", -10, 4096, NULL, "method=memo|tree", "", "entries"},
    {"policy", PARAM_METHOD, PARAM_CHOICE, "lru", 0, 0, "lru|fifo", "method=memo", "", "what goes"},
    {"ways", PARAM_METHOD, PARAM_INT, "4", 1, 64, NULL, "policy=fifo", "", "of the cache"},
    {0},
};

/* All at their defaults but for "name=value" texts, NULL at the end. */
static int set_up(struct settings *settings, struct fault *fault, const char *const *sets) {
  if (params_init(params, settings, fault) != 0)
    return -1;
  for (; sets && *sets; sets++) {
    char name[40];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(*sets, "="), *sets);
    int index = params_find("factorial", params, name, fault);
    if (index < 0 || params_set(settings, index, *sets + strlen(name) + 1, fault) != 0)
      return -1;
  }
  return 0;
}

static void every_parameter_starts_at_its_default(void **state) {
  (void)state;
  static const char *const texts[PARAMS] = {"list", "499", "5M+3M", "plain", "128", "lru", "4"};
  struct settings settings;
  struct fault fault;
  assert_int_equal(params_count(params), PARAMS);
  assert_int_equal(params_init(params, &settings, &fault), 0);
  for (int i = 0; i < PARAMS; i++) {
    char text[100];
    assert_string_equal(params_text(&settings, i, text, sizeof text), texts[i]);
  }
  assert_int_equal(settings.values[N].number, 499);
  assert_int_equal(settings.values[METHOD].number, 0);
  assert_int_equal(settings.values[ITEMS].count, 2);
  assert_int_equal(settings.values[ITEMS].list[1], 3000000);
  params_free(&settings);
}

static void a_kernel_without_parameters_has_empty_names(void **state) {
  (void)state;
  struct settings settings;
  struct fault fault;
  char text[20] = "x";
  assert_int_equal(params_count(NULL), 0);
  assert_int_equal(params_init(NULL, &settings, &fault), 0);
  assert_string_equal(params_problem(&settings, text, sizeof text), "");
  assert_string_equal(params_method(&settings, text, sizeof text), "");
  assert_int_equal(params_find("empty", NULL, "n", &fault), -1);
  params_free(&settings);
}

static void a_default_outside_its_own_range_is_refused_by_name(void **state) {
  (void)state;
  static const struct param bad[] = {{"depth", PARAM_SIZE, PARAM_INT, "0", 1, 9, NULL, NULL, "", ""}, {0}};
  struct settings settings;
  struct fault fault = {0};
  assert_int_equal(params_init(bad, &settings, &fault), -1);
  assert_non_null(strstr(fault.text, "default of parameter depth"));
  params_free(&settings);
}

static void both_ends_of_a_range_are_in_it(void **state) {
  (void)state;
  static const struct {
    int index;
    const char *text;
    int64_t number;
  } table[] = {{N, "1", 1}, {N, "1M", 1000000}, {N, "10^6", 1000000}, {BOUND, "-10", -10}, {BOUND, "4096", 4096}};
  struct settings settings;
  struct fault fault = {0};
  assert_int_equal(set_up(&settings, &fault, NULL), 0);
  for (size_t i = 0; i < LENGTH(table); i++) {
    assert_int_equal(params_set(&settings, table[i].index, table[i].text, &fault), 0);
    assert_int_equal(settings.values[table[i].index].number, table[i].number);
  }
  params_free(&settings);
}

/* What is refused, and the words that must be in the message. */
static void what_type_or_range_forbid_is_refused_with_the_reason(void **state) {
  (void)state;
  static const struct {
    int index;
    const char *text, *says, *also;
  } table[] = {
      {N, "0", "'0' is outside the range of n", "1 to 1M"},
      {N, "1000001", "the range of n", "1 to 1M"},
      {N, "-5", "the range of n", "'-5'"},
      {N, "4abc", "'4abc' is not a whole number", ""},
      {N, "", "'' is not a whole number", ""},
      {N, "10^19", "63 bits", ""},
      {N, "12 ", "'12 ' is not a whole number", ""},
      {N, "5+5", "not a whole number", ""},
      {WHAT, "lst", "'lst' is not one of what=list|one", "did you mean 'list'?"},
      {METHOD, "meom", "did you mean 'memo'?", ""},
      {METHOD, "quantum", "'quantum' is not one of method=plain|memo|tree", ""},
      {METHOD, "", "is not one of", ""},
      {METHOD, "plain|memo", "is not one of", ""},
      {METHOD, "pla", "is not one of", ""},
      {METHOD, "plain ", "is not one of", ""},
      {METHOD, "Plain", "did you mean 'plain'?", ""},
      {METHOD, "\x1b[2J", "\\x1b[2J", ""},
      {ITEMS, "", "not a whole number", ""},
      {ITEMS, "5M+", "not a whole number", ""},
      {ITEMS, "+5M", "not a whole number", ""},
      {ITEMS, "5M++5M", "not a whole number", ""},
      {ITEMS, "5M,5M", "not a whole number", ""},
      {ITEMS, "4x", "not a whole number", ""},
      {ITEMS, "x5", "not a whole number", ""},
      {ITEMS, "2x3x4", "not a whole number", ""},
      {ITEMS, "0x10", "'0x10': a list holds 1 to 100000 numbers", ""},
      {ITEMS, "-1x5", "a list holds 1 to", ""},
      {ITEMS, "5+-1", "'-1' is outside the range of items", ""},
      {ITEMS, "1+10^13", "the range of items", ""},
      {ITEMS, "100001x5", "'100001x5': a list holds 1 to 100000 numbers", ""},
      {ITEMS, "100000x5+5", "'5': a list holds", ""},
      {ITEMS, "5+100000x5", "a list holds", ""},
      {ITEMS, "9223372036854775807x1", "a list holds", ""},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct settings settings;
    struct fault fault = {0};
    assert_int_equal(set_up(&settings, &fault, NULL), 0);
    if (params_set(&settings, table[i].index, table[i].text, &fault) != -1)
      fail_msg("%s=%s is taken", params[table[i].index].name, table[i].text);
    assert_int_equal(fault.code, EXIT_USAGE);
    if (!strstr(fault.text, table[i].says) || !strstr(fault.text, table[i].also) || strchr(fault.text, '\x1b'))
      fail_msg("%s=%s: %s", params[table[i].index].name, table[i].text, fault.text);
    params_free(&settings);
  }
}

static void an_unknown_parameter_names_its_nearest_or_all(void **state) {
  (void)state;
  struct fault fault = {0};
  assert_int_equal(params_find("factorial", params, "items", &fault), ITEMS);
  assert_int_equal(params_find("factorial", params, "metod", &fault), -1);
  assert_string_equal(fault.text, "kernel factorial has no parameter 'metod'; did you mean 'method'?");
  assert_int_equal(fault.code, EXIT_USAGE);
  assert_int_equal(params_find("factorial", params, "zzzzzz", &fault), -1);
  assert_non_null(strstr(fault.text, "expected what, n, items, method, bound, policy"));
  assert_int_equal(params_find("factorial", params, "\x1b]0;x\x07zzzzzzz", &fault), -1);
  assert_non_null(strstr(fault.text, "\\x1b]0;x\\x07"));
}

static void lists_are_read_and_named_canonically(void **state) {
  (void)state;
  static const struct {
    const char *text, *canonical;
    size_t count;
  } table[] = {
      {"4x5M", "4x5M", 4},
      {"5M+5M+5M+5M", "4x5M", 4},
      {"5M+3M+6M+10M", "5M+3M+6M+10M", 4},
      {"1x7", "7", 1},
      {"2x1+1+3", "3x1+3", 4},
      {" 5M + 3M ", "5M+3M", 2},
      {"5000000", "5M", 1},
      {"10^12", "1000G", 1},
      {"1+2+1", "1+2+1", 3},
      {"100000x5", "100000x5", LIST_LIMIT},
      {"99999x5+6", "99999x5+6", LIST_LIMIT},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct settings settings;
    struct fault fault = {0};
    char text[100];
    assert_int_equal(set_up(&settings, &fault, NULL), 0);
    assert_int_equal(params_set(&settings, ITEMS, table[i].text, &fault), 0);
    assert_int_equal(settings.values[ITEMS].count, table[i].count);
    assert_string_equal(params_text(&settings, ITEMS, text, sizeof text), table[i].canonical);
    params_free(&settings);
  }
}

static void a_list_of_many_parts_reads_back_from_its_text(void **state) {
  (void)state;
  uint64_t seed = 88172645463325252ULL;
  struct settings settings, again;
  struct fault fault = {0};
  assert_int_equal(set_up(&settings, &fault, NULL), 0);
  assert_int_equal(set_up(&again, &fault, NULL), 0);
  for (int round = 0; round < 200; round++) {
    char text[4000] = "", canonical[4000];
    for (int part = 0; part < 40; part++) {
      seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
      append(text, sizeof text, "%s%dx%d", part ? "+" : "", (int)(seed % 3 + 1), (int)(seed >> 40) % 5 * 1000);
    }
    assert_int_equal(params_set(&settings, ITEMS, text, &fault), 0);
    params_text(&settings, ITEMS, canonical, sizeof canonical);
    assert_int_equal(params_set(&again, ITEMS, canonical, &fault), 0);
    assert_int_equal(again.values[ITEMS].count, settings.values[ITEMS].count);
    assert_memory_equal(again.values[ITEMS].list, settings.values[ITEMS].list,
                        settings.values[ITEMS].count * sizeof(int64_t));
  }
  params_free(&settings);
  params_free(&again);
}

static void how_often_is_never_cut_to_another_number(void **state) {
  (void)state;
  size_t wrong = 0;
  struct settings settings;
  struct fault fault;
  assert_int_equal(set_up(&settings, &fault, NULL), 0);
  for (int zeros = 0; zeros < 80; zeros++) {
    char text[100];
    snprintf(text, sizeof text, "%0*dx5", zeros + 2, 12);
    if (params_set(&settings, ITEMS, text, &fault) == 0 && settings.values[ITEMS].count != 12)
      wrong = settings.values[ITEMS].count;
  }
  params_free(&settings);
  if (wrong)
    fail_msg("0...012x5 gives %zu numbers", wrong);
}

static void a_refused_list_leaves_the_one_before(void **state) {
  (void)state;
  struct settings settings;
  struct fault fault;
  char text[40];
  assert_int_equal(set_up(&settings, &fault, NULL), 0);
  assert_int_equal(params_set(&settings, ITEMS, "7+8+x", &fault), -1);
  assert_string_equal(params_text(&settings, ITEMS, text, sizeof text), "5M+3M");
  params_free(&settings);
}

static void names_hold_what_counts_and_nothing_else(void **state) {
  (void)state;
  static const struct {
    const char *sets[6];
    const char *problem, *method;
  } table[] = {
      {{NULL}, "list n=499 items=5M+3M", "plain"},
      {{"what=one", "n=100k", NULL}, "one n=100k", "plain"},
      {{"what=one", "items=7", NULL}, "one n=499", "plain"},
      {{"method=memo", NULL}, "list n=499 items=5M+3M", "memo bound=128 lru"},
      {{"method=memo", "policy=fifo", NULL}, "list n=499 items=5M+3M", "memo bound=128 fifo ways=4"},
      {{"method=tree", "bound=64", "policy=fifo", NULL}, "list n=499 items=5M+3M", "tree bound=64"},
      {{"policy=fifo", "ways=8", NULL}, "list n=499 items=5M+3M", "plain"},
      {{"n=1000000", "items=2x10", NULL}, "list n=1M items=2x10", "plain"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct settings settings;
    struct fault fault = {0};
    char problem[200], method[200];
    assert_int_equal(set_up(&settings, &fault, table[i].sets), 0);
    assert_string_equal(params_problem(&settings, problem, sizeof problem), table[i].problem);
    assert_string_equal(params_method(&settings, method, sizeof method), table[i].method);
    params_free(&settings);
  }
}

/* So that a parameter may be added to a kernel without a new name for what there was before. */
static void an_option_is_named_only_where_it_is_not_the_default(void **state) {
  (void)state;
  static const struct param own[] = {
      {"method", PARAM_METHOD, PARAM_CHOICE, "plain", 0, 0, "plain|memo", NULL, "", ""},
      {"cache", PARAM_OPTION, PARAM_CHOICE, "private", 0, 0, "private|exact", "method=memo", "", ""},
      {"stripes", PARAM_OPTION, PARAM_INT, "16", 1, 64, NULL, "cache=exact", "", ""},
      {0},
  };
  static const struct {
    const char *cache, *stripes, *method, *name;
  } table[] = {{"private", "16", "memo", "memo"},
               {"private", "4", "memo", "memo"},
               {"exact", "16", "memo", "memo exact"},
               {"exact", "4", "memo", "memo exact stripes=4"},
               {"exact", "4", "plain", "plain"}};
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct settings settings;
    struct fault fault = {0};
    char name[100];
    assert_int_equal(params_init(own, &settings, &fault), 0);
    assert_int_equal(params_set(&settings, 0, table[i].method, &fault), 0);
    assert_int_equal(params_set(&settings, 1, table[i].cache, &fault), 0);
    assert_int_equal(params_set(&settings, 2, table[i].stripes, &fault), 0);
    assert_string_equal(params_method(&settings, name, sizeof name), table[i].name);
    assert_string_equal(params_problem(&settings, name, sizeof name), "");
    params_free(&settings);
  }
}

static void when_follows_the_other_parameter_through_any_depth(void **state) {
  (void)state;
  struct settings settings;
  struct fault fault = {0};
  assert_int_equal(set_up(&settings, &fault, (const char *const[]){"policy=fifo", NULL}), 0);
  assert_true(params_counts(&settings, METHOD));
  assert_false(params_counts(&settings, BOUND));
  assert_false(params_counts(&settings, WAYS)); /* policy=fifo, but policy itself does not count */
  assert_int_equal(params_set(&settings, METHOD, "memo", &fault), 0);
  assert_true(params_counts(&settings, BOUND) && params_counts(&settings, POLICY) && params_counts(&settings, WAYS));
  assert_int_equal(params_set(&settings, METHOD, "tree", &fault), 0);
  assert_true(params_counts(&settings, BOUND));
  assert_false(params_counts(&settings, POLICY) || params_counts(&settings, WAYS));
  params_free(&settings);
}

static void an_idle_value_is_left_out_of_names_and_still_decides_for_others(void **state) {
  (void)state;
  static const struct param idle[] = {
      {"n", PARAM_SIZE, PARAM_INT, "7", 0, 100, NULL, "ranges=0", "", "without ranges"},
      {"ranges", PARAM_SIZE, PARAM_LIST, "0", 0, 100000, NULL, "ranges!=0", "", "in place of n"},
      {"result", PARAM_PROBLEM, PARAM_CHOICE, "sum", 0, 0, "sum|vector", "ranges!=0", "", "of ranges"},
      {"port", PARAM_METHOD, PARAM_INT, "0", 0, 65535, NULL, "port!=0|1", "", "0 and 1 say nothing"},
      {0}};
  struct settings settings;
  struct fault fault = {0};
  char name[100];
  assert_int_equal(params_init(idle, &settings, &fault), 0);
  assert_string_equal(params_problem(&settings, name, sizeof name), "n=7");
  assert_string_equal(params_method(&settings, name, sizeof name), "");
  assert_int_equal(params_set(&settings, 1, "1k+2x5k", &fault), 0);
  assert_string_equal(params_problem(&settings, name, sizeof name), "ranges=1000+2x5000 sum");
  assert_int_equal(params_set(&settings, 3, "1", &fault), 0);
  assert_string_equal(params_method(&settings, name, sizeof name), "");
  assert_int_equal(params_set(&settings, 3, "8000", &fault), 0);
  assert_string_equal(params_method(&settings, name, sizeof name), "port=8000");
  params_free(&settings);
}

static void a_condition_is_said_in_words(void **state) {
  (void)state;
  static const struct param own[] = {
      {"n", PARAM_SIZE, PARAM_INT, "7", 0, 100, NULL, "ranges=0", "", "in place of ranges"},
      {"ranges", PARAM_SIZE, PARAM_LIST, "0", 0, 100000, NULL, "ranges!=0", "", "on itself"},
      {"result", PARAM_PROBLEM, PARAM_CHOICE, "sum", 0, 0, "sum|vector", "ranges!=0", "", "of ranges"},
      {"range", PARAM_PROBLEM, PARAM_CHOICE, "a", 0, 0, "a|b", "result!=sum", "", "a prefix of another's name"},
      {"port", PARAM_METHOD, PARAM_INT, "0", 0, 65535, NULL, "port=", "", "never named"},
      {"ranger", PARAM_METHOD, PARAM_INT, "0", 0, 9, NULL, "range=b", "", "begins with another's name"},
      {0}};
  static const char *const words[] = {"without ranges", "", "with ranges", "without result=sum", "", "with range=b"};
  char out[100];
  for (int i = 0; own[i].name; i++)
    assert_string_equal(params_condition(own, i, out, sizeof out), words[i]);
  assert_string_equal(params_condition(params, BOUND, out, sizeof out), "with method=memo or method=tree");
  assert_string_equal(params_condition(params, WHAT, out, sizeof out), "");
  struct settings settings;
  struct fault fault = {0};
  assert_int_equal(params_init(own, &settings, &fault), 0);
  assert_true(params_means(&settings, 1) && !params_counts(&settings, 1));
  assert_true(params_means(&settings, 4) && !params_counts(&settings, 4));
  assert_false(params_means(&settings, 2));
  assert_false(params_means(&settings, 5));
  params_free(&settings);
  assert_null(settings.params);
}

static void a_parameter_grows_and_is_put_back(void **state) {
  (void)state;
  struct settings settings;
  struct ungrown before;
  struct fault fault = {0};
  char text[100];
  assert_int_equal(set_up(&settings, &fault, (const char *const[]){"n=500", "items=1+2x3", NULL}), 0);
  assert_int_equal(params_grow(&settings, N, 3, &before, &fault), 0);
  assert_string_equal(params_text(&settings, N, text, sizeof text), "1500");
  params_ungrow(&settings, N, before);
  assert_string_equal(params_text(&settings, N, text, sizeof text), "500");
  assert_int_equal(params_grow(&settings, N, 2001, &before, &fault), -1); /* above its range */
  assert_string_equal(params_text(&settings, N, text, sizeof text), "500");
  assert_int_equal(params_grow(&settings, ITEMS, 2, &before, &fault), 0);
  assert_int_equal(settings.values[ITEMS].count, 6);
  assert_string_equal(params_text(&settings, ITEMS, text, sizeof text), "1+2x3+1+2x3");
  params_ungrow(&settings, ITEMS, before);
  assert_int_equal(settings.values[ITEMS].count, 3);
  params_free(&settings);
}

static void names_stay_within_their_buffer(void **state) {
  (void)state;
  struct settings settings;
  struct fault fault = {0};
  assert_int_equal(set_up(&settings, &fault, (const char *const[]){"method=memo", "items=1+2+3+4+5+6+7+8+9", NULL}), 0);
  for (size_t size = 1; size < 60; size++) {
    char name[64];
    memset(name, '#', sizeof name);
    params_problem(&settings, name, size);
    assert_true(strlen(name) < size && name[size] == '#');
    memset(name, '#', sizeof name);
    params_method(&settings, name, size);
    assert_true(strlen(name) < size && name[size] == '#');
  }
  params_free(&settings);
}

/* ---- names read back ---- */

static void names_are_read_back_as_the_values_that_have_them(void **state) {
  (void)state;
  static const struct {
    const char *problem, *method, *texts; /* NULL: nobody's names */
  } table[] = {
      {"list n=499 items=5M+3M", "plain", "list 499 5M+3M plain 128 lru 4"},
      {"one n=10k", "memo bound=8 fifo ways=2", "one 10k 5M+3M memo 8 fifo 2"},
      {"one n=10k", "memo bound=8 fifo", NULL}, /* fifo has ways */
      {"one n=10000", "plain", NULL},           /* not as names are written */
      {"one n=10k items=5M", "plain", NULL},    /* only a list has items */
      {"one", "plain", NULL},
      {"one n=10k", "plain lru", NULL},
      {"one n=10k", "memo bound=8 fifo ways=99", NULL}, /* out of range */
      {"", "", NULL},
      {"n=10k one", "plain", NULL},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct settings settings;
    char said[400] = "", text[100];
    bool found = params_read(params, table[i].problem, table[i].method, &settings);
    if (found != (table[i].texts != NULL))
      fail_msg("%s | %s: %s", table[i].problem, table[i].method, found ? "read" : "not read");
    for (int j = 0; found && j < PARAMS; j++)
      append(said, sizeof said, "%s%s", j ? " " : "", params_text(&settings, j, text, sizeof text));
    if (found) {
      assert_string_equal(said, table[i].texts);
      params_free(&settings);
    }
  }
}

static void a_text_is_read_back_with_its_blanks(void **state) {
  (void)state;
  static const struct param told[] = {
      {"command", PARAM_PROBLEM, PARAM_TEXT, "true", 0, 0, NULL, NULL, "", ""},
      {"answer", PARAM_PROBLEM, PARAM_CHOICE, "exit", 0, 0, "exit|stdout", NULL, "", ""},
      {"cache", PARAM_OPTION, PARAM_CHOICE, "private", 0, 0, "private|exact", NULL, "", ""},
      {0}};
  struct settings settings;
  char text[100];
  assert_true(params_read(told, "sh -c exit stdout", "", &settings));
  assert_string_equal(params_text(&settings, 0, text, sizeof text), "sh -c exit");
  assert_string_equal(params_text(&settings, 1, text, sizeof text), "stdout");
  assert_string_equal(params_text(&settings, 2, text, sizeof text), "private");
  params_free(&settings);
  assert_true(params_read(told, "a exit", "exact", &settings));
  assert_string_equal(params_text(&settings, 2, text, sizeof text), "exact");
  params_free(&settings);
}

/* A reading that never ends would be a hang of whoever looks at a foreign run. */
static void names_with_too_many_readings_are_given_up(void **state) {
  (void)state;
  struct param many[PARAMS_MAX + 1] = {{0}};
  char problem[400] = "x";
  struct settings settings;
  for (int i = 0; i < PARAMS_MAX; i++)
    many[i] = (struct param){.name = "t", .type = PARAM_TEXT, .initial = "y"};
  for (int i = 0; i < 190; i++)
    append(problem, sizeof problem, " x");
  params_read(many, problem, "never", &settings);
}

static void unsound_parameters_are_told(void **state) {
  (void)state;
  struct param circle[] = {{.name = "a", .initial = "1", .max = 9, .when = "b=1"},
                           {.name = "b", .initial = "1", .max = 9, .when = "a=1"},
                           {0}};
  struct param wordless[] = {{.name = "a", .type = PARAM_CHOICE, .initial = "x"}, {0}};
  assert_true(params_sound(params));
  assert_false(params_sound(circle));
  assert_false(params_sound(wordless));
  circle[1].when = "b!=1";
  assert_true(params_sound(circle));
  circle[1].when = "b";
  assert_false(params_sound(circle));
}

static int add_word(const char *text, void *with) {
  char *out = with;
  append(out, 400, "%s%s", out[0] ? " " : "", text);
  return 0;
}

static void ranges_are_their_numbers_and_nothing_else_is_a_range(void **state) {
  (void)state;
  static const struct {
    int param;
    const char *text, *words;
  } cases[] = {{N, "2^10..2^13", "1024 2048 4096 8192"},
               {N, "1k..10k", "1000 2000 4000 8000 10k"},
               {N, "10..1k:10, 7", "10 100 1000 7"},
               {N, "5..5", "5"},
               {ITEMS, "1M..4M, 5M+3M", "1M 2M 4M 5M+3M"},
               {N, "4611686018427387904..9223372036854775807", "4611686018427387904 9223372036854775807"},
               {N, "8..4", "8..4"},
               {N, "0..4", "0..4"},
               {N, "1..x", "1..x"},
               {N, "1..9:1", "1..9:1"},
               {WHAT, "list, one..two", "list one..two"}};
  for (size_t i = 0; i < LENGTH(cases); i++) {
    char words[400] = "";
    params_each(&params[cases[i].param], cases[i].text, add_word, words);
    assert_string_equal(words, cases[i].words);
  }
  struct settings settings;
  struct fault fault;
  assert_int_equal(set_up(&settings, &fault, (const char *const[]){"n=8..4", NULL}), -1);
  assert_non_null(strstr(fault.text, "'8..4' is not a range (write LOW..HIGH"));
  params_free(&settings);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_parameter_starts_at_its_default),
      cmocka_unit_test(a_kernel_without_parameters_has_empty_names),
      cmocka_unit_test(a_default_outside_its_own_range_is_refused_by_name),
      cmocka_unit_test(both_ends_of_a_range_are_in_it),
      cmocka_unit_test(what_type_or_range_forbid_is_refused_with_the_reason),
      cmocka_unit_test(an_unknown_parameter_names_its_nearest_or_all),
      cmocka_unit_test(lists_are_read_and_named_canonically),
      cmocka_unit_test(a_list_of_many_parts_reads_back_from_its_text),
      cmocka_unit_test(how_often_is_never_cut_to_another_number),
      cmocka_unit_test(a_refused_list_leaves_the_one_before),
      cmocka_unit_test(names_hold_what_counts_and_nothing_else),
      cmocka_unit_test(an_option_is_named_only_where_it_is_not_the_default),
      cmocka_unit_test(when_follows_the_other_parameter_through_any_depth),
      cmocka_unit_test(an_idle_value_is_left_out_of_names_and_still_decides_for_others),
      cmocka_unit_test(a_condition_is_said_in_words),
      cmocka_unit_test(a_parameter_grows_and_is_put_back),
      cmocka_unit_test(names_stay_within_their_buffer),
      cmocka_unit_test(names_are_read_back_as_the_values_that_have_them),
      cmocka_unit_test(a_text_is_read_back_with_its_blanks),
      cmocka_unit_test(names_with_too_many_readings_are_given_up),
      cmocka_unit_test(unsound_parameters_are_told),
      cmocka_unit_test(ranges_are_their_numbers_and_nothing_else_is_a_range),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

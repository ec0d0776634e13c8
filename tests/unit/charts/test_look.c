/* Tests that every variant gets a look of its own, whatever its name and whatever its catalog declares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charts/look.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { MANY = APART_MAX };

/* A run with variants alone. Names and words are not owned. */
struct stage {
  struct variant_facts variants[MANY + 1];
  char names[MANY + 1][16];
  struct run run;
};

static void set_stage(struct stage *s, size_t count) {
  *s = (struct stage){.run = {.variants = s->variants, .variant_count = count}};
  for (size_t i = 0; i < count; i++) {
    snprintf(s->names[i], sizeof s->names[i], "v%zu", i);
    s->variants[i] = (struct variant_facts){.name = s->names[i], .serial = i == 0, .used = true};
  }
}

static void declare(struct stage *s, size_t i, const char *colour, const char *marker, const char *dash) {
  s->variants[i].colour = (char *)(uintptr_t)colour;
  s->variants[i].marker = (char *)(uintptr_t)marker;
  s->variants[i].dash = (char *)(uintptr_t)dash;
}

static bool same_three(const struct look *a, const struct look *b) {
  return strcmp(a->rgb, b->rgb) == 0 && a->filled == b->filled && strcmp(a->dash, b->dash) == 0;
}

static void assert_apart(const struct look *looks, size_t count) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < i; j++)
      if (same_three(&looks[i], &looks[j]))
        fail_msg("looks %zu and %zu are both %s, point %d, dash %s", j, i, looks[i].rgb, looks[i].filled,
                 looks[i].dash);
}

static void assert_nothing_repeated(const struct look *looks, size_t count) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < i; j++)
      if (strcmp(looks[i].rgb, looks[j].rgb) == 0 || looks[i].filled == looks[j].filled ||
          strcmp(looks[i].dash, looks[j].dash) == 0)
        fail_msg("%zu variants: %zu is %s, point %d, dash %s; %zu is %s, point %d, dash %s", count, j, looks[j].rgb,
                 looks[j].filled, looks[j].dash, i, looks[i].rgb, looks[i].filled, looks[i].dash);
}

/* gnuplot's points that are filled, each with the hollow one of its shape before it. */
static void assert_fillable(const struct look *look) {
  assert_in_range(look->filled, 5, 15);
  assert_int_equal(look->filled % 2, 1);
  assert_int_equal(look->hollow, look->filled - 1);
}

static void unknown_names_get_looks_apart(void **state) {
  (void)state;
  for (size_t count = 1; count <= MANY; count++) {
    struct stage s;
    set_stage(&s, count);
    struct look *looks = looks_of(&s.run);
    assert_apart(looks, count);
    for (size_t i = 0; i < count; i++)
      assert_fillable(&looks[i]);
    if (count <= SHAPES)
      assert_nothing_repeated(looks, count);
    free(looks);
  }
}

/* All have the same name, colour, marker and dash, so that every walk begins at the same place. */
static void equal_declarations_are_told_apart(void **state) {
  (void)state;
  for (size_t count = 1; count <= 40; count++) {
    struct stage s;
    set_stage(&s, count);
    for (size_t i = 0; i < count; i++) {
      declare(&s, i, i % 2 ? "#0072B2" : "#0072b2", "square", "12,4");
      strcpy(s.names[i], "same");
    }
    struct look *looks = looks_of(&s.run);
    assert_string_equal(looks[0].rgb, "#0072B2");
    assert_apart(looks, count);
    if (count <= SHAPES)
      assert_nothing_repeated(looks, count);
    free(looks);
  }
}

static void declared_looks_are_kept_and_the_others_keep_off_them(void **state) {
  (void)state;
  struct stage s;
  set_stage(&s, 6);
  declare(&s, 4, "#123abc", "circle", "solid"); /* what the serial one would have by itself */
  declare(&s, 5, "#000000", "diamond", "3,3");
  struct look *looks = looks_of(&s.run);
  assert_string_equal(looks[4].rgb, "#123ABC");
  assert_int_equal(looks[4].filled, 7);
  assert_string_equal(looks[4].dash, "1");
  assert_string_equal(looks[5].rgb, "#000000");
  assert_int_equal(looks[5].filled, 13);
  assert_string_equal(looks[5].dash, "(3,3)");
  assert_nothing_repeated(looks, 6);
  free(looks);
}

/* Two of a few that declare the same marker: the first keeps it. */
static void of_a_few_the_first_keeps_what_two_declare(void **state) {
  (void)state;
  struct stage s;
  set_stage(&s, 2);
  declare(&s, 0, "#000000", "circle", "solid");
  declare(&s, 1, "#555555", "circle", "3,3");
  struct look *looks = looks_of(&s.run);
  assert_int_equal(looks[0].filled, 7);
  assert_int_not_equal(looks[1].filled, 7);
  assert_string_equal(looks[1].rgb, "#555555");
  assert_string_equal(looks[1].dash, "(3,3)");
  free(looks);
}

/* Among more than six a declared look stays whole, however often its marker is there. */
static void of_many_each_keeps_what_it_declares(void **state) {
  (void)state;
  struct stage s;
  set_stage(&s, 9);
  for (size_t i = 0; i < 9; i++)
    declare(&s, i, "#555555", "circle", i == 8 ? "solid" : "3,3");
  declare(&s, 3, "#56B4E9", "circle", "3,3");
  struct look *looks = looks_of(&s.run);
  assert_string_equal(looks[3].rgb, "#56B4E9");
  assert_int_equal(looks[8].filled, 7);
  assert_string_equal(looks[8].dash, "1");
  assert_apart(looks, 9);
  free(looks);
}

static void a_look_does_not_depend_on_variants_that_keep_off_it(void **state) {
  (void)state;
  struct stage alone, among;
  set_stage(&alone, 2);
  strcpy(alone.names[1], "mine");
  struct look *looks = looks_of(&alone.run);
  struct look mine = looks[1];
  free(looks);
  set_stage(&among, 6); /* the same serial one, and it is no longer the second */
  strcpy(among.names[5], "mine");
  for (size_t i = 1; i < 5; i++) {
    static const char *const markers[] = {"square", "triangle-up", "diamond", "triangle-down", "pentagon"};
    static const int filled[] = {5, 9, 13, 11, 15};
    size_t m = 0, free_marker = 0;
    while (filled[free_marker] != mine.filled)
      free_marker++;
    m = i - 1 + (i - 1 >= free_marker);
    declare(&among, i,
            i == 1   ? "#111111"
            : i == 2 ? "#222222"
            : i == 3 ? "#333333"
                     : "#444444",
            markers[m],
            i == 1   ? "1,1"
            : i == 2 ? "1,2"
            : i == 3 ? "1,3"
                     : "1,5");
  }
  looks = looks_of(&among.run);
  assert_true(same_three(&looks[5], &mine));
  free(looks);
}

/* Words of a catalog go into scripts and pages. */
static void what_is_no_look_is_not_taken_over(void **state) {
  (void)state;
  static const char *const bad[][3] = {{"#0072B", "cross", "dotted"},
                                       {"#0072B22", "Circle", "12,4)"},
                                       {"red", "plus", "12"},
                                       {"#00'2B2", "7", "12,4,3"},
                                       {"", "", ""},
                                       {"#0072B2'; system('x')", "x", "12,,4"},
                                       {"0072B2", "circle ", "0,4"},
                                       {"##072B2", "pentagon\n", "100,4"},
                                       {"#0072B2\n", "*", "12,4,"},
                                       {"# 072B2", "square;", ",12,4"},
                                       {"#GG72B2", "square'", "1,2,3,4,5,6,7,8,9,10"},
                                       {NULL, NULL, NULL}};
  for (size_t i = 0; i < LENGTH(bad); i++) {
    struct stage s;
    set_stage(&s, 2);
    struct look *free_ones = looks_of(&s.run);
    declare(&s, 1, bad[i][0], bad[i][1], bad[i][2]);
    struct look *looks = looks_of(&s.run);
    if (!same_three(&looks[1], &free_ones[1]))
      fail_msg("'%s', '%s', '%s' were taken over", bad[i][0], bad[i][1], bad[i][2]);
    free(looks), free(free_ones);
  }
}

static void variants_without_cells_take_nothing_away(void **state) {
  (void)state;
  struct stage s;
  set_stage(&s, 3);
  declare(&s, 1, "#0072B2", "square", "12,4");
  declare(&s, 2, "#0072B2", "square", "2,3");
  s.variants[1].used = false;
  struct look *looks = looks_of(&s.run);
  assert_string_equal(looks[2].rgb, "#0072B2");
  assert_int_equal(looks[2].filled, 5);
  assert_apart(looks, 3);
  free(looks);
}

static void more_variants_than_looks_are_drawn_all_the_same(void **state) {
  (void)state;
  struct stage s;
  set_stage(&s, MANY + 1);
  struct look *looks = looks_of(&s.run);
  for (size_t i = 0; i <= MANY; i++)
    assert_fillable(&looks[i]);
  free(looks);
  set_stage(&s, 0);
  free(looks_of(&s.run));
}

static void numbered_looks_share_nothing_at_first(void **state) {
  (void)state;
  struct look looks[12];
  for (size_t i = 0; i < 12; i++) {
    looks[i] = look_numbered(i);
    assert_fillable(&looks[i]);
  }
  assert_nothing_repeated(looks, SHAPES - 1);
  assert_apart(looks, 12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unknown_names_get_looks_apart),
      cmocka_unit_test(equal_declarations_are_told_apart),
      cmocka_unit_test(declared_looks_are_kept_and_the_others_keep_off_them),
      cmocka_unit_test(of_a_few_the_first_keeps_what_two_declare),
      cmocka_unit_test(of_many_each_keeps_what_it_declares),
      cmocka_unit_test(a_look_does_not_depend_on_variants_that_keep_off_it),
      cmocka_unit_test(what_is_no_look_is_not_taken_over),
      cmocka_unit_test(variants_without_cells_take_nothing_away),
      cmocka_unit_test(more_variants_than_looks_are_drawn_all_the_same),
      cmocka_unit_test(numbered_looks_share_nothing_at_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

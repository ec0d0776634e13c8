/* Tests of what is told where two times do not divide to the speedup. */
#include "words/times_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char empty[] = "", strong[] = "strong", weak[] = "weak", one[] = "one", two[] = "two", three[] = "three";

struct scene {
  struct cell cells[3];
  struct figures figures[3];
  struct problem problem;
};

static struct figures figures(const struct cell *c, double ms, double speedup) {
  struct estimate s = {.n = 12, .median = speedup, .low = speedup / 1.03, .high = speedup * 1.03, .coverage = 0.96};
  return (struct figures){.cell = c, .valid = true, .time = {.n = 12, .median = 1e6 * ms}, .speedup = s};
}

/* A baseline of 46 ms and two cells of the given times and speedups. */
static void play(struct scene *s, const double ms[2], const double speedup[2]) {
  char *names[] = {one, two, three};
  for (size_t i = 0; i < 3; i++) {
    s->cells[i].workers = i ? 2 : 1;
#define CELL_ID(name, level, label, meaning) s->cells[i].name = empty;
#include "base/cell_id.def"
    s->cells[i].variant = names[i];
    s->figures[i] = i ? figures(&s->cells[i], ms[i - 1], speedup[i - 1]) : figures(&s->cells[0], 46, 1);
  }
  s->problem = (struct problem){.scale = strong, .cells = s->cells, .count = 3};
}

static void says(struct scene *s, const struct figures *best, const char *words) {
  struct text out = {0};
  times_sentence(
      &out,
      &(struct analysis){.problem = &s->problem, .figures = s->figures, .count = 3, .base = s->figures, .best = best});
  if (*words ? !strstr(text_of(&out), words) : out.length != 0)
    fail_msg("'%s' does not say '%s'", text_of(&out), words);
  text_free(&out);
}

static void times_that_divide_to_the_speedup_are_not_mentioned(void **state) {
  (void)state;
  struct scene s = {0};
  play(&s, (const double[]){23, 24}, (const double[]){2, 1.98}); /* 1.92 lies just outside, under 5 % apart */
  says(&s, NULL, "");
}

static void the_best_is_told_first_then_the_furthest(void **state) {
  (void)state;
  struct scene s = {0};
  play(&s, (const double[]){28, 40}, (const double[]){1.98, 1.98});
  says(&s, &s.figures[1], "two ×2: 46.0 ms over 28.0 ms is 1.64, yet its speedup is 1.98");
  says(&s, &s.figures[1], "The same holds for 2 cells of this problem.");
  says(&s, NULL, "three ×2: 46.0 ms over 40.0 ms is 1.15");
}

static void cells_without_an_interval_and_weak_scaling_are_left_out(void **state) {
  (void)state;
  struct scene s = {0};
  play(&s, (const double[]){28, 40}, (const double[]){1.98, 1.98});
  s.figures[1].speedup.coverage = 0, s.figures[2].valid = false;
  says(&s, NULL, "");
  play(&s, (const double[]){28, 40}, (const double[]){1.98, 1.98});
  s.problem.scale = weak;
  says(&s, NULL, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(times_that_divide_to_the_speedup_are_not_mentioned),
      cmocka_unit_test(the_best_is_told_first_then_the_furthest),
      cmocka_unit_test(cells_without_an_interval_and_weak_scaling_are_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

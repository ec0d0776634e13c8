/* Counts the lines of a live trial, prints them as a table, and holds nway to its criteria. */
#include "trials.h"

#include "base/paired.h"
#include "data/table.h"
#include "selftest/selftest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL 0.95

static const struct {
  const char *name, *shown;
  double truth; /* time of the new one over the old one's */
} kinds[KINDS] = {{"aa", "A/A", 1},
                  {"slow1", "1 % slower", 1.01},
                  {"slow2", "2 % slower", 1.02},
                  {"slow5", "5 % slower", 1.05},
                  {"aa-omp", "A/A omp x2", 1},
                  {"aa-pool", "A/A pool x2", 1},
                  {"aa-fork", "A/A fork x2", 1},
                  {"aa-triad", "A/A triad", 1},
                  {"aa-program", "A/A program", 1}};

static bool is_identical(int kind) { return kinds[kind].truth == 1; }

static const struct {
  const char *name, *shown;
} contenders[CONTENDERS] = {{"nway", "nway ab"},
                            {"gbench", "Google Benchmark"},
                            {"gbench-interleaved", "  interleaved"},
                            {"hyperfine", "hyperfine"}};

static const char *const words[WORDS] = {"slower", "slower size undecided", "faster", "same", "undecided"};

/* ---- reading ---- */

enum { C_KIND, C_CONTENDER, C_LOAD, C_SECONDS, C_RATIO, C_DIFFERENT, C_VERDICT, COLUMNS };
static const struct column columns[COLUMNS] = {
    {"kind", TEXT, false},  {"contender", TEXT, false}, {"load", INT, false},    {"seconds", REAL, false},
    {"ratio", REAL, false}, {"different", INT, false},  {"verdict", TEXT, false}};

static int unknown(const struct table *t, int column, const char *what, struct fault *why) {
  struct text shown = {0};
  text_plain(&shown, t->fields[column].text);
  fault_set(why, EXIT_USAGE, "%s:%ld: %s '%.80s': %s", t->path, t->line, columns[column].name, text_of(&shown), what);
  text_free(&shown);
  return -1;
}

static bool failed(const struct field *f) { return strncmp(f[C_VERDICT].text, "failed", 6) == 0; }

static int add_parity(struct trials *trials, const struct table *t, struct fault *why) {
  const struct field *f = t->fields;
  if (failed(f))
    return trials->parity_failed++, 0;
  if (!f[C_RATIO].known || !(f[C_RATIO].real > 0))
    return unknown(t, C_RATIO, "no ratio of times", why);
  GROW(trials->parity, trials->parity_count, trials->parity_capacity);
  trials->parity[trials->parity_count++] = log(f[C_RATIO].real);
  return 0;
}

static int add_comparison(struct group *g, const struct table *t, double truth, struct fault *why) {
  const struct field *f = t->fields;
  if (failed(f))
    return g->failed++, 0;
  if (!f[C_RATIO].known || !(f[C_RATIO].real > 0))
    return unknown(t, C_RATIO, "no ratio of times", why);
  if (!f[C_SECONDS].known || !f[C_DIFFERENT].known || (f[C_DIFFERENT].number & ~INT64_C(1)))
    return unknown(t, C_DIFFERENT, "a comparison has seconds and 0 or 1 here", why);
  size_t same_size = g->count;
  GROW(g->shifts, same_size, g->shift_capacity);
  GROW(g->seconds, same_size, g->second_capacity);
  g->shifts[g->count] = fabs(f[C_RATIO].real / truth - 1);
  g->seconds[g->count++] = f[C_SECONDS].real;
  g->different += f[C_DIFFERENT].number == 1;
  g->found += f[C_DIFFERENT].number == 1 && f[C_RATIO].real > 1;
  for (int w = 0; w < WORDS; w++)
    g->words[w] += strcmp(f[C_VERDICT].text, words[w]) == 0;
  return 0;
}

static int add_line(struct trials *trials, const struct table *t, struct fault *why) {
  const struct field *f = t->fields;
  int kind = 0, contender = 0;
  if (strcmp(f[C_KIND].text, "parity") == 0)
    return add_parity(trials, t, why);
  while (kind < KINDS && strcmp(kinds[kind].name, f[C_KIND].text) != 0)
    kind++;
  if (kind == KINDS)
    return unknown(t, C_KIND, "aa, aa-omp, aa-pool, aa-fork, aa-triad, aa-program, slow1, slow2, slow5 or parity", why);
  while (contender < CONTENDERS && strcmp(contenders[contender].name, f[C_CONTENDER].text) != 0)
    contender++;
  if (contender == CONTENDERS)
    return unknown(t, C_CONTENDER, "nway, gbench, gbench-interleaved or hyperfine", why);
  if (!f[C_LOAD].known || f[C_LOAD].number < 0 || f[C_LOAD].number >= LOADS)
    return unknown(t, C_LOAD, "0 or 1", why);
  return add_comparison(&trials->groups[f[C_LOAD].number][kind][contender], t, kinds[kind].truth, why);
}

int trials_load(struct trials *trials, const char *path, struct fault *why) {
  struct table t;
  *trials = (struct trials){0};
  int got = table_open(&t, path, columns, COLUMNS, why) == 0 ? 1 : -1;
  while (got == 1 && (got = table_next(&t, why)) == 1)
    got = add_line(trials, &t, why) == 0 ? 1 : -1;
  table_close(&t);
  return got;
}

void trials_free(struct trials *trials) {
  for (int load = 0; load < LOADS; load++)
    for (int kind = 0; kind < KINDS; kind++)
      for (int c = 0; c < CONTENDERS; c++) {
        free(trials->groups[load][kind][c].shifts);
        free(trials->groups[load][kind][c].seconds);
      }
  free(trials->parity);
}

/* ---- the table ---- */

/* Sorts. */
static double median_of(double *values, size_t n) {
  sort_doubles(values, n);
  return n ? median_sorted(values, n) : NAN;
}

static double percent(size_t count, size_t of) { return 100 * (double)count / (double)of; }

static void group_words(struct text *out, const struct group *g) {
  const char *between = "  ";
  for (int w = 0; w < WORDS; w++)
    if (g->words[w]) {
      text_format(out, "%s%zu %s", between, g->words[w], words[w]);
      between = ", ";
    }
  if (g->failed)
    text_format(out, "%s%zu FAILED", between, g->failed);
}

static void group_line(struct text *out, struct group *g, enum trial_kind kind, enum contender contender) {
  text_format(out, "%-11s %-17s %5zu", kinds[kind].shown, contenders[contender].shown, g->count);
  if (g->count) {
    struct share ci = clopper_pearson((int64_t)g->different, (int64_t)g->count, LEVEL);
    text_format(out, "  %4zu  %5.1f [%4.1f, %5.1f]", g->different, percent(g->different, g->count), 100 * ci.low,
                100 * ci.high);
    if (is_identical(kind))
      text_add(out, "       -");
    else
      text_format(out, "   %5.1f", percent(g->found, g->count + g->failed));
    double typical = median_of(g->shifts, g->count);
    text_format(out, "  %6.2f %7.2f  %6.2f", 100 * typical, 100 * g->shifts[g->count - 1],
                median_of(g->seconds, g->count));
  }
  group_words(out, g);
  text_add(out, "\n");
}

static void print_table(struct trials *trials, struct text *out) {
  static const char *const heads[LOADS] = {"Nothing else on the machine", "With the last CPU kept busy"};
  for (int load = 0; load < LOADS; load++) {
    size_t lines = 0;
    for (int kind = 0; kind < KINDS; kind++)
      for (int c = 0; c < CONTENDERS; c++) {
        struct group *g = &trials->groups[load][kind][c];
        if (g->count + g->failed == 0)
          continue;
        if (lines++ == 0)
          text_format(out,
                      "%s\n%-29s %5s  called different, %%       found  off by, %%       seconds\n"
                      "%-29s %5s   of them     [95 %%]           %%  median   worst   (median)  says\n",
                      heads[load], "", "", "kind        contender", "times");
        group_line(out, g, (enum trial_kind)kind, (enum contender)c);
      }
    text_add(out, lines ? "\n" : "");
  }
}

/* ---- the criteria ---- */

enum outcome { PASS, FAIL, TOO_FEW };

static int outcome_line(struct text *out, enum outcome outcome) {
  static const char *const shown[] = {"pass     ", "FAIL     ", "too few  "};
  text_add(out, shown[outcome]);
  return outcome;
}

#define ALARMS_MOST 0.075
#define ALARM_LEVEL 0.05 /* of a test */
#define SHIFT_MOST 0.002
#define FOUND_LEAST 0.8
#define SECONDS_MOST 60.0
#define PARITY_MOST 0.01

/* Too few: so few that even no false alarm at all would not pass. */
static enum outcome judge_alarms(const struct group *g, struct text *out) {
  struct share ci = clopper_pearson((int64_t)g->different, (int64_t)g->count, LEVEL);
  double best = g->count ? clopper_pearson(0, (int64_t)g->count, LEVEL).high : 1;
  enum outcome outcome = best > ALARMS_MOST ? TOO_FEW : ci.high <= ALARMS_MOST ? PASS : FAIL;
  outcome_line(out, outcome);
  text_format(out, "identical code is called different in at most %.1f %% of times: %zu of %zu", 100 * ALARMS_MOST,
              g->different, g->count);
  if (g->count)
    text_format(out, ", upper end %.2f %%", 100 * ci.high);
  text_add(out, "\n");
  return outcome;
}

/* All kinds of cells together, and each by itself: of none is it proven that more than one in twenty is called
 * different.
 */
static enum outcome judge_kinds(const struct trials *trials, struct text *out) {
  size_t different = 0, count = 0;
  const char *proven = NULL;
  for (int kind = 0; kind < KINDS; kind++) {
    const struct group *g = &trials->groups[0][kind][NWAY];
    if (!is_identical(kind) || g->count == 0)
      continue;
    different += g->different, count += g->count;
    if (clopper_pearson((int64_t)g->different, (int64_t)g->count, LEVEL).low > ALARM_LEVEL)
      proven = kinds[kind].shown;
  }
  double best = count ? clopper_pearson(0, (int64_t)count, LEVEL).high : 1;
  double high = count ? clopper_pearson((int64_t)different, (int64_t)count, LEVEL).high : 1;
  enum outcome outcome = best > ALARMS_MOST ? TOO_FEW : high <= ALARMS_MOST && !proven ? PASS : FAIL;
  outcome_line(out, outcome);
  text_format(out, "so it is of all kinds of cells together, and of no kind is it proven in over %.0f %%: %zu of %zu",
              100 * ALARM_LEVEL, different, count);
  if (count)
    text_format(out, ", upper end %.2f %%", 100 * high);
  text_format(out, "%s%s\n", proven ? "; proven of " : "", proven ? proven : "");
  return outcome;
}

static enum outcome judge_shift(struct group *g, struct text *out) {
  double shift = median_of(g->shifts, g->count);
  enum outcome outcome = outcome_line(out, g->count == 0 ? TOO_FEW : shift <= SHIFT_MOST ? PASS : FAIL);
  text_format(out, "its median shift is at most %.1f %%", 100 * SHIFT_MOST);
  if (g->count)
    text_format(out, ": %.3f %%", 100 * shift);
  text_add(out, "\n");
  return outcome;
}

static enum outcome judge_found(struct group *g, struct text *out) {
  double of = (double)(g->count + g->failed), longest = 0;
  for (size_t i = 0; i < g->count; i++)
    longest = fmax(longest, g->seconds[i]);
  bool enough = (double)g->found >= FOUND_LEAST * of && longest <= SECONDS_MOST;
  enum outcome outcome = outcome_line(out, of < 1 ? TOO_FEW : enough ? PASS : FAIL);
  text_format(out, "2 %% slower is found in at least %.0f %% of times within %.0f s: %zu of %.0f", 100 * FOUND_LEAST,
              SECONDS_MOST, g->found, of);
  if (g->count)
    text_format(out, ", the longest in %.1f s", longest);
  text_add(out, "\n");
  return outcome;
}

static enum outcome judge_parity(struct trials *trials, struct text *out) {
  sort_doubles(trials->parity, trials->parity_count);
  struct interval ci = median_interval(trials->parity, trials->parity_count, LEVEL);
  bool inside = expm1(ci.low) >= -PARITY_MOST && expm1(ci.high) <= PARITY_MOST;
  enum outcome outcome = outcome_line(out, !(ci.coverage > 0) ? TOO_FEW : inside ? PASS : FAIL);
  text_format(out, "an iteration takes what Google Benchmark says, within %.0f %%: ", 100 * PARITY_MOST);
  if (ci.coverage > 0)
    text_format(out, "%+.3f %% [%+.3f, %+.3f], ", 100 * expm1(median_sorted(trials->parity, trials->parity_count)),
                100 * expm1(ci.low), 100 * expm1(ci.high));
  text_format(out, "%zu pairs\n", trials->parity_count);
  return outcome;
}

static enum outcome judge_failures(const struct trials *trials, struct text *out) {
  size_t lost = trials->parity_failed, made = trials->parity_count;
  for (int load = 0; load < LOADS; load++)
    for (int kind = 0; kind < KINDS; kind++) {
      lost += trials->groups[load][kind][NWAY].failed;
      made += trials->groups[load][kind][NWAY].count;
    }
  enum outcome outcome = outcome_line(out, lost ? FAIL : made ? PASS : TOO_FEW);
  text_format(out, "every trial of nway gave a result: %zu of %zu did not\n", lost, lost + made);
  return outcome;
}

int trials_print(struct trials *trials, struct text *out) {
  static const int codes[] = {0, 1, 3};
  struct group *quiet_aa = &trials->groups[0][KIND_AA][NWAY];
  print_table(trials, out);
  text_add(out, "Criteria, for nway with nothing else on the machine:\n");
  const enum outcome all[] = {judge_alarms(quiet_aa, out), judge_kinds(trials, out),
                              judge_shift(quiet_aa, out),  judge_found(&trials->groups[0][KIND_SLOW2][NWAY], out),
                              judge_parity(trials, out),   judge_failures(trials, out)};
  enum outcome worst = PASS;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (all[i] == FAIL || (all[i] == TOO_FEW && worst == PASS))
      worst = all[i];
  return codes[worst];
}

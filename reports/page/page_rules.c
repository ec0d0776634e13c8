/* Checks the run against the twelve rules of Hoefler and Belli. */
#include "page_parts.h"
#include "stats/percentile.h"
#include "stats/recount.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the rules are checked by: of the valid cells, how many show each property. */
struct tally {
  size_t cells, with_interval, with_percentiles, problems, with_base, parallel, with_bound, unknown_facts;
  size_t rated, rates;      /* with a throughput; of these, it is the work over the median time */
  size_t ratios, medians;   /* with a speedup; of these, it is the median of the rounds' ratios */
  size_t intervals, ranks;  /* with an interval of it; of these, with the ranks of the rounds' ratios that 95 % need */
  size_t split, sums;       /* parallel with a split time; of these, start, work and join sum to it */
  size_t joined, too_short; /* problems whose points are joined; of these, with fewer counts than curves need */
  size_t compared;          /* in the tests of the set of the best */
  size_t bases, base_times; /* pairs of builds; of these, the old one has a valid time */
};

static bool about(double a, double b) { return fabs(a - b) <= 1e-6 * fabs(b); }

/* Counts the speedup again from the processes. */
static void check_ratio(struct tally *t, const struct analysis *a, const struct figures *f) {
  const struct estimate *e = &f->speedup;
  struct recount again = recount_speedup(a->base->cell, f->cell, e->taken_out > 0, e->low, e->high);
  t->ratios++;
  t->medians += about(again.median, e->median);
  if (e->coverage > 0) {
    t->intervals++;
    t->ranks += again.coverage >= LEVEL - 1e-9;
  }
}

static void check_times(struct tally *t, const struct figures *f) {
  double sum = 0, wall = 0;
  for (size_t i = 0; i < f->cell->process_count; i++) {
    const struct process *p = &f->cell->processes[i];
    if (p->ok)
      sum += p->spawn + p->work + p->join, wall += p->wall;
  }
  if (f->cell->workers > 1 && sum > 0)
    t->split++, t->sums += fabs(sum - wall) <= 0.01 * wall;
  if (isfinite(f->throughput))
    t->rated++, t->rates += about(f->throughput, recount_throughput(f->cell));
}

static void count_cell(struct tally *t, const struct analysis *a, const struct figures *f) {
  t->cells++;
  t->with_interval += f->time.coverage > 0;
  t->compared += isfinite(f->p_best);
  t->with_percentiles += timed_processes(f->cell) >= PERCENTILES_FROM;
  t->parallel += f->cell->workers > 1;
  t->with_bound += f->cell->workers > 1 && isfinite(f->cell->attainable);
  check_times(t, f);
  if (a->base && f != a->base && !f->no_speedup && f->speedup.n)
    check_ratio(t, a, f);
}

/* Different worker counts with a right answer, up to CURVES_FROM, counted by hand. */
static size_t counts_of(const struct analysis *a) {
  size_t count = 0;
  for (size_t i = 0; i < a->count && count < CURVES_FROM; i++) {
    bool seen = !a->figures[i].valid;
    for (size_t j = 0; j < i && !seen; j++)
      seen = a->figures[j].valid && a->figures[j].cell->workers == a->figures[i].cell->workers;
    count += !seen;
  }
  return count;
}

static struct tally count_up(const struct result *result) {
  struct tally t = {.problems = result->run.problem_count};
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    t.with_base += a->base != NULL;
    t.joined += has_curves(a), t.too_short += has_curves(a) && counts_of(a) < CURVES_FROM;
    for (size_t j = 0; j < a->count; j++) {
      bool old = build_role_of(a->figures[j].cell->build) == BUILD_OLD;
      t.bases += old, t.base_times += old && a->figures[j].valid;
      if (a->figures[j].valid)
        count_cell(&t, a, &a->figures[j]);
    }
  }
  for (size_t i = 0; i < result->run.fact_count; i++)
    t.unknown_facts += result->run.facts[i].value == NULL;
  return t;
}

enum { FAIL, PARTLY, PASS };

__attribute__((format(printf, 3, 4))) static void rule(struct text *out, int verdict, const char *format, ...) {
  static const char *const words[] = {"<b class=\"wrong\">✗ fail</b>", "<b class=\"soft\">◐ partly</b>",
                                      "<b class=\"mark\">✓ pass</b>"};
  char text[700];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  text_format(out, "<li>%s<span>%s</span></li>\n", words[verdict], text);
}

static int all_of(size_t some, size_t all) { return all && some == all ? PASS : some ? PARTLY : FAIL; }

/* Without cases a rule does not pass. */
static int none_against(size_t right, size_t all) { return all == 0 ? PARTLY : right == all ? PASS : FAIL; }

static void rules_of_figures(struct text *out, const struct run *run, const struct tally *t) {
  bool whole = run->usable_cpus && run->most_workers >= run->usable_cpus;
  if (of_two_builds(run))
    rule(out, all_of(t->base_times, t->bases),
         "1 &middot; The base of a ratio is named, with its absolute time: the old build of each pair, %zu of %zu with "
         "a valid time.",
         t->base_times, t->bases);
  else
    rule(out, all_of(t->with_base, t->problems),
         "1 &middot; The base of a speedup is named, with its absolute time: %zu of %zu problems have a best-serial "
         "baseline; efficiency is over the sequential cell of its own method.",
         t->with_base, t->problems);
  rule(out, whole ? PASS : FAIL, "2 &middot; The whole machine is used: up to %lld workers on %lld usable CPUs.",
       (long long)run->most_workers, (long long)run->usable_cpus);
  rule(out, none_against(t->rates, t->rated),
       "3 &middot; Only costs are averaged, never rates: %zu of %zu throughputs are the work over the median time, "
       "counted "
       "again from the processes.",
       t->rates, t->rated);
  rule(out, none_against(t->medians, t->ratios),
       "4 &middot; Ratios are not averaged: %zu of %zu speedups are the median of the rounds&rsquo; ratios, counted "
       "again "
       "from the processes; means of logarithms serve only the t check, a test of distance and the range of another "
       "run.",
       t->medians, t->ratios);
  if (t->ratios)
    rule(out, all_of(t->intervals, t->ratios),
         "5 &middot; Values that vary have intervals: %zu of %zu speedups. Intervals of times hold for this run only.",
         t->intervals, t->ratios);
  else
    rule(out, all_of(t->with_interval, t->cells),
         "5 &middot; Values that vary have intervals: %zu of %zu cells have the 6 rounds that one needs.",
         t->with_interval, t->cells);
  rule(out, none_against(t->ranks, t->intervals),
       "6 &middot; Intervals of ratios assume no normality: %zu of %zu leave so few of the rounds&rsquo; ratios "
       "outside, "
       "counted again, that they cover the median in 95 %%. Student&rsquo;s t stands beside them as a check; the test "
       "of "
       "distance in the set of the best and the range of another run use it.",
       t->ranks, t->intervals);
}

static void rules_of_reporting(struct text *out, const struct run *run, const struct tally *t) {
  if (of_two_builds(run))
    rule(out, all_of(t->with_interval, t->cells),
         "7 &middot; Differences are tested: a sign test of each pair&rsquo;s rounds, adjusted by Holm over the pairs; "
         "%zu "
         "of %zu cells have the 6 rounds that an interval needs.",
         t->with_interval, t->cells);
  else
    rule(out, all_of(t->compared, t->cells),
         "7 &middot; Differences are tested: %zu of %zu cells are compared with every other one by their common "
         "rounds, by "
         "a sign test and a test of distance, times the number of comparisons.",
         t->compared, t->cells);
  rule(out, all_of(t->with_percentiles, t->cells),
       "8 &middot; Medians and other percentiles, not just means: every time is a median; %zu of %zu cells have the %d "
       "processes from which the tables of all cells give p10 and p90.",
       t->with_percentiles, t->cells, PERCENTILES_FROM);
  rule(out, t->unknown_facts || !run->fact_count ? PARTLY : PASS,
       "9 &middot; Every factor and the set-up are recorded: %zu facts of the machine, %zu of them unknown; "
       "configuration, seed, flags.",
       run->fact_count, t->unknown_facts);
  rule(out, none_against(t->sums, t->split),
       "10 &middot; How parallel time is measured: from the first release to the end of the last worker; in %zu of %zu "
       "parallel cells start, work and join sum to it.",
       t->sums, t->split);
  rule(out, all_of(t->with_bound, t->parallel),
       "11 &middot; Upper bounds are drawn: the ideal everywhere; the limit by item sizes for the %zu of %zu parallel "
       "cells where it is known.",
       t->with_bound, t->parallel);
  rule(out, t->too_short ? FAIL : all_of(t->with_interval, t->cells),
       "12 &middot; Points are joined only if values lie between them: in %zu of %zu problems, those with %d worker "
       "counts or more; %zu of %zu cells show their spread.",
       t->joined, t->problems, CURVES_FROM, t->with_interval, t->cells);
}

void rules_section(struct text *out, const struct result *result) {
  struct tally t = count_up(result);
  text_add(out,
           "<section><h2 id=\"rules\">Twelve rules, checked for this run</h2>\n<p class=\"soft\">After Hoefler and "
           "Belli, Scientific Benchmarking of Parallel Computing Systems, SC15, doi 10.1145/2807591.2807644.</p>\n"
           "<details><summary>The rules, each with pass or fail</summary><ol class=\"rules\">\n");
  rules_of_figures(out, &result->run, &t);
  rules_of_reporting(out, &result->run, &t);
  text_add(out, "</ol></details></section>\n");
}

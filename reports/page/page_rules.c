/* Checks the run against the twelve rules of Hoefler and Belli. */
#include "page_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

struct tally {
  size_t cells, with_interval, problems, with_base, parallel, with_bound, unknown_facts;
};

static struct tally count_up(const struct result *result) {
  struct tally t = {.problems = result->run.problem_count};
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    t.with_base += a->base != NULL;
    for (size_t j = 0; j < a->count; j++) {
      if (!a->figures[j].valid)
        continue;
      t.cells++;
      t.with_interval += a->figures[j].time.coverage > 0;
      t.parallel += a->figures[j].cell->workers > 1;
      t.with_bound += a->figures[j].cell->workers > 1 && isfinite(a->figures[j].cell->attainable);
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

void rules_section(struct text *out, const struct result *result) {
  struct tally t = count_up(result);
  const struct run *run = &result->run;
  bool whole = run->usable_cpus && run->most_workers >= run->usable_cpus;
  text_add(
      out,
      "<section><h2 id=\"rules\">Twelve rules, checked for this run</h2>\n<p class=\"soft\">After Hoefler and Belli, "
      "Scientific "
      "Benchmarking of Parallel Computing Systems, SC15, doi 10.1145/2807591.2807644.</p>\n<details><summary>The "
      "rules, each with pass or fail</summary><ol class=\"rules\">\n");
  if (of_two_builds(run))
    rule(out, PASS, "1 &middot; The base of a ratio is named, with its absolute time: the old build of each pair.");
  else
    rule(out, all_of(t.with_base, t.problems),
         "1 &middot; The base of a speedup is named, with its absolute time: %zu of %zu problems have a best-serial "
         "baseline; efficiency is over the sequential cell of its own method.",
         t.with_base, t.problems);
  rule(out, whole ? PASS : FAIL, "2 &middot; The whole machine is used: up to %lld workers on %lld usable CPUs.",
       (long long)run->most_workers, (long long)run->usable_cpus);
  rule(out, PASS,
       "3 &middot; Only costs are averaged, never rates; a throughput is the work over the time of a whole process.");
  rule(out, PASS,
       "4 &middot; Ratios are not averaged: medians over rounds; a mean of logarithms appears only in the t check.");
  rule(out, all_of(t.with_interval, t.cells),
       "5 &middot; Values that vary have intervals: %zu of %zu cells have the 6 rounds that an interval needs.",
       t.with_interval, t.cells);
  rule(out, PASS,
       "6 &middot; Nothing assumes normality: order statistics and sign tests are used; Student&rsquo;s t is shown "
       "beside them as a check.");
  rule(out, all_of(t.with_interval, t.cells),
       "7 &middot; Differences are tested: paired sign tests, adjusted by Holm%s.",
       t.with_interval < t.cells ? ", where there are enough rounds" : "");
  rule(out, PARTLY,
       "8 &middot; Medians, not just means: the report gives medians and their intervals; other percentiles need "
       "samples.csv.");
  rule(out, t.unknown_facts || !run->fact_count ? PARTLY : PASS,
       "9 &middot; Every factor and the set-up are recorded: %zu facts of the machine, %zu of them unknown; "
       "configuration, seed, flags.",
       run->fact_count, t.unknown_facts);
  rule(out, PASS,
       "10 &middot; How parallel time is measured: from the first release to the end of the last worker; start and "
       "join are included or shown separately.");
  rule(out, all_of(t.with_bound, t.parallel),
       "11 &middot; Upper bounds are drawn: the ideal everywhere; the limit by item sizes for the %zu of %zu parallel "
       "cells where it is known.",
       t.with_bound, t.parallel);
  rule(out, PASS,
       "12 &middot; Points are joined only if values lie between them: below 4 worker counts marks stand alone; "
       "intervals show the spread.");
  text_add(out, "</ol></details></section>\n");
}

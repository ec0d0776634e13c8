/* Writes sentences about runs of several machines: names, the first sentence, its qualifications. */
#include "machine_words.h"

#include "base/words.h"
#include "verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

const char *run_code(char out[RUN_CODE_MAX], size_t run) {
  enum { LETTERS = 26 };
  if (run < LETTERS)
    snprintf(out, RUN_CODE_MAX, "%c", 'A' + (int)run);
  else
    snprintf(out, RUN_CODE_MAX, "%c%c", 'A' + (int)(run / LETTERS - 1) % LETTERS, 'A' + (int)(run % LETTERS));
  return out;
}

char **run_names(const struct result *runs, size_t count) {
  char **names = must_alloc(count, sizeof *names), code[RUN_CODE_MAX];
  for (size_t i = 0; i < count; i++) {
    struct text name = {0};
    bool alike = false;
    for (size_t j = 0; j < count; j++)
      alike |= j != i && strcmp(run_machine(&runs[i].run), run_machine(&runs[j].run)) == 0;
    text_format(&name, "%s: %s", run_code(code, i), run_machine(&runs[i].run));
    if (alike && *runs[i].run.started) {
      text_add(&name, ", ");
      time_words(&name, runs[i].run.started);
    }
    names[i] = must_copy(text_of(&name));
    text_free(&name);
  }
  return names;
}

void run_names_free(char **names, size_t count) {
  for (size_t i = 0; i < count; i++)
    free(names[i]);
  free(names);
}

/* ---- one problem ---- */

/* The problem's kernel, with its parameters if another problem has the same kernel. */
static void contest_name(struct text *out, const struct machines *m, const struct contest *c) {
  size_t alike = 0;
  for (size_t i = 0; i < m->contest_count; i++)
    alike += strcmp(m->contests[i].problem->kernel, c->problem->kernel) == 0;
  if (alike == 1)
    text_add(out, c->problem->kernel);
  else
    problem_title(out, c->problem);
}

void lead_words(struct text *out, struct lead lead) {
  char number[HUMAN_MAX], low[HUMAN_MAX], high[HUMAN_MAX];
  text_format(out, "%sx", human_number(number, lead.ratio));
  if (isfinite(lead.low))
    text_format(out, " [%s, %s]", human_number(low, lead.low), human_number(high, lead.high));
}

/* The workers of a run's best, and the fewest that come within 2 % of it: "64 workers (4 within 2 %)". */
static void best_count(struct text *out, const struct contest *c, size_t run, bool unit, bool within) {
  const struct figures *best = c->best[run].of;
  int64_t fewest = best->cell->workers;
  for (size_t i = 0; i < c->analyses[run]->count; i++) {
    const struct figures *f = &c->analyses[run]->figures[i];
    if (f->valid && f->cell->workers < fewest && rate_median(c, f) * (1 + WORTH_ATTENTION) >= c->best[run].median)
      fewest = f->cell->workers;
  }
  text_format(out, "%lld", (long long)best->cell->workers);
  if (unit)
    text_format(out, " worker%s", plural(best->cell->workers));
  if (within && fewest < best->cell->workers)
    text_format(out, " (%lld within 2 %%)", (long long)fewest);
}

/* `within`: with the fewest workers that come within 2 % of each. */
static void counts_words(struct text *out, const struct contest *c, bool within) {
  long long first = (long long)c->best[c->first].of->cell->workers,
            second = (long long)c->best[c->second].of->cell->workers;
  if (first == second)
    text_format(out, "%lld worker%s each", first, plural(first));
  else
    best_count(out, c, c->first, true, within), text_add(out, " against "),
        best_count(out, c, c->second, false, within);
}

/* Why a lead that excludes 1 is not judged. */
static const char *unjudged_because(const struct contest *c) {
  if (c->withheld)
    return "a machine was BUSY, or its best has few rounds or a wide interval";
  return c->one_machine ? "both runs are of one machine" : "one run a side, and what differs from run to run is in it";
}

void contest_words(struct text *out, const struct machines *m, const struct contest *c) {
  char code[RUN_CODE_MAX];
  (void)m;
  if (c->runs < 2) {
    text_add(out, c->runs ? "in one run only" : "no right answer in any run");
    return;
  }
  static const char *const starts[] = {[LEAD_UNKNOWN] = "is the fastest seen: ",
                                       [LEAD_PROVEN] = "does ",
                                       [LEAD_OPEN] = "is not proven faster: ",
                                       [LEAD_UNJUDGED] = "was faster in these runs: "};
  enum lead_kind kind = lead_kind(c);
  bool seen = kind == LEAD_UNJUDGED && c->withheld;
  text_format(out, "%s %s", run_code(code, c->first), seen ? "did in these runs: " : starts[kind]);
  lead_words(out, c->lead);
  text_format(out, " the work of %s a second, ", run_code(code, c->second));
  counts_words(out, c, true);
  if (kind == LEAD_UNJUDGED)
    text_format(out, "; not judged: %s", unjudged_because(c));
}

/* ---- the first sentence ---- */

struct tally {
  size_t run, wins;
  const struct contest *least, *most; /* of its wins, by the lead */
};

static void tally_of(const struct machines *m, size_t run, struct tally *t) {
  *t = (struct tally){.run = run};
  for (size_t i = 0; i < m->shared; i++) {
    const struct contest *c = &m->contests[i];
    if (c->first != run || lead_kind(c) != LEAD_PROVEN)
      continue;
    t->wins++;
    t->least = !t->least || c->lead.ratio < t->least->lead.ratio ? c : t->least;
    t->most = !t->most || c->lead.ratio > t->most->lead.ratio ? c : t->most;
  }
}

static int by_wins(const void *a, const void *b) {
  const struct tally *one = a, *two = b;
  return one->wins != two->wins ? (one->wins < two->wins ? 1 : -1) : (one->run > two->run) - (one->run < two->run);
}

/* "1.9x [1.8, 2.0] over A (countdown, 64 workers against 2)" */
static void example(struct text *out, const struct machines *m, const struct contest *c, bool titled) {
  char code[RUN_CODE_MAX];
  lead_words(out, c->lead);
  if (m->count > 2)
    text_format(out, " over %s", run_code(code, c->second));
  text_add(out, " (");
  if (titled) {
    contest_name(out, m, c);
    text_add(out, ", ");
  }
  counts_words(out, c, false);
  text_add(out, ")");
}

/* The problems that a run wins, by falling lead; the first has its interval and counts. */
static void wins_words(struct text *out, const struct machines *m, const struct tally *t) {
  char number[HUMAN_MAX];
  const struct contest *last = NULL;
  for (size_t named = 0; named < t->wins; named++) {
    const struct contest *next = NULL;
    for (size_t i = 0; i < m->shared; i++) {
      const struct contest *c = &m->contests[i];
      bool wins = c->first == t->run && lead_kind(c) == LEAD_PROVEN;
      bool left = !last || c->lead.ratio < last->lead.ratio || (c->lead.ratio == last->lead.ratio && c > last);
      if (wins && left && (!next || c->lead.ratio > next->lead.ratio))
        next = c;
    }
    if (!next)
      return;
    text_add(out, named ? ", " : ": ");
    contest_name(out, m, next);
    text_add(out, " by ");
    if (named)
      text_format(out, "%sx", human_number(number, next->lead.ratio));
    else
      example(out, m, next, false);
    last = next;
  }
}

/* "B (name) is faster for 2 of 4 problems: sum n=1M by 28x [27, 29] (64 workers against 2), list n=9 by 15x"; of many
 * problems only the least and the largest lead. */
static void winner_words(struct text *out, const struct machines *m, char *const *names, const struct tally *t) {
  enum { EACH_NAMED = 3 };
  char number[HUMAN_MAX];
  const char *name = names[t->run], *colon = strchr(name, ':');
  text_format(out, "%.*s (%s) is %s for ", (int)(colon - name), name, colon + 2, m->count > 2 ? "fastest" : "faster");
  if (m->shared == 1) {
    contest_name(out, m, t->most);
    text_add(out, ", by ");
    example(out, m, t->most, false);
    return;
  }
  if (t->wins == m->shared)
    text_format(out, "all %zu problems", m->shared);
  else
    text_format(out, "%zu of %zu problems", t->wins, m->shared);
  if (t->wins <= EACH_NAMED || !t->least) {
    wins_words(out, m, t);
    return;
  }
  text_format(out, ": by %sx (", human_number(number, t->least->lead.ratio));
  contest_name(out, m, t->least);
  text_add(out, ", "), counts_words(out, t->least, false), text_add(out, ") to ");
  example(out, m, t->most, true);
}

/* The largest lead that is not judged, as seen: " (the largest: B 1.5x, triad, 2 workers each)". */
static void largest_unjudged(struct text *out, const struct machines *m) {
  const struct contest *most = NULL;
  char number[HUMAN_MAX], code[RUN_CODE_MAX];
  for (size_t i = 0; i < m->shared; i++) {
    const struct contest *c = &m->contests[i];
    if (lead_kind(c) == LEAD_UNJUDGED && (!most || c->lead.ratio > most->lead.ratio))
      most = c;
  }
  if (!most)
    return;
  text_format(out, " (the largest: %s %sx, ", run_code(code, most->first), human_number(number, most->lead.ratio));
  contest_name(out, m, most);
  text_add(out, ", "), counts_words(out, most, false), text_add(out, ")");
}

static void open_words(struct text *out, const struct machines *m, size_t wins) {
  size_t open = 0, unknown = 0, unjudged = 0, withheld = 0;
  for (size_t i = 0; i < m->shared; i++) {
    open += lead_kind(&m->contests[i]) == LEAD_OPEN;
    unknown += lead_kind(&m->contests[i]) == LEAD_UNKNOWN;
    bool not_judged = lead_kind(&m->contests[i]) == LEAD_UNJUDGED;
    withheld += not_judged && m->contests[i].withheld;
    unjudged += not_judged && !m->contests[i].withheld;
  }
  if (withheld)
    text_format(out,
                "%s%zu lead%s not judged, because a machine was BUSY or its best has few rounds or a wide interval",
                wins ? "; " : "", withheld, withheld == 1 ? " is" : "s are");
  wins += withheld;
  if (unjudged) {
    text_format(out, "%s%zu lead%s not judged, because one run a side does not show what differs from run to run",
                wins ? "; " : "", unjudged, unjudged == 1 ? " is" : "s are");
    largest_unjudged(out, m);
  }
  if (open)
    text_format(out, "%s%zu problem%s undecided", wins + unjudged ? "; " : "", open, open == 1 ? " is" : "s are");
  if (unknown)
    text_format(out, "%s%zu problem%s too few rounds for an interval", wins + unjudged + open ? "; " : "", unknown,
                unknown == 1 ? " has" : "s have");
}

void machines_sentence(struct text *out, const struct machines *m, char *const *names) {
  enum { NAMED_MAX = 3 };
  struct tally *tallies = must_alloc(m->count, sizeof *tallies);
  size_t wins = 0, named = 0, rest = 0;
  if (!m->shared)
    text_add(out, "The runs have no problem in common that both answered right, so no machine can be called faster");
  for (size_t i = 0; i < m->count; i++)
    tally_of(m, i, &tallies[i]), wins += tallies[i].wins;
  qsort(tallies, m->count, sizeof *tallies, by_wins);
  for (size_t i = 0; i < m->count && tallies[i].wins; i++)
    if (named < NAMED_MAX) {
      text_add(out, named++ ? "; " : "");
      winner_words(out, m, names, &tallies[i]);
    } else
      rest += tallies[i].wins;
  if (rest)
    text_format(out, "; others for %zu", rest);
  if (m->shared && !wins)
    text_format(out, "No machine is proven %s: ", m->count > 2 ? "fastest" : "faster");
  open_words(out, m, wins);
  text_add(out, ".");
  free(tallies);
}

/* ---- what qualifies it ---- */

static void remembered_words(struct text *out, const struct machines *m) {
  size_t count = 0;
  for (size_t i = 0; i < m->shared; i++)
    count += m->contests[i].remembered;
  if (count)
    text_format(out, " %zu problem%s judged by what earlier runs of both machines differ by.", count,
                count == 1 ? " is" : "s are");
}

/* With one worker each: how the second machine's cores compare with the first one's. */
static void single_words(struct text *out, const struct machines *m) {
  struct lead least = {NAN, NAN, NAN}, most = least;
  size_t known = 0;
  for (size_t i = 0; m->count == 2 && i < m->shared; i++) {
    struct lead lead = lead_of(m->contests[i].single[1], m->contests[i].single[0]);
    if (!isfinite(lead.ratio))
      continue;
    known++;
    least = !(least.ratio <= lead.ratio) ? lead : least;
    most = !(most.ratio >= lead.ratio) ? lead : most;
  }
  if (!known)
    return;
  text_add(out, " With one worker each, B is ");
  lead_words(out, least);
  if (known > 1)
    text_add(out, " to "), lead_words(out, most);
  text_add(out, " as fast as A in these runs.");
}

static void runs_words(struct text *out, const struct machines *m, const struct contest *c, bool that_have) {
  enum { LISTED_MAX = 4 };
  char code[RUN_CODE_MAX];
  size_t listed = 0;
  for (size_t i = 0; i < m->count; i++)
    if ((c->best[i].of != NULL) == that_have) {
      if (listed < LISTED_MAX)
        text_format(out, "%s%s", listed ? ", " : "", run_code(code, i));
      listed++;
    }
  if (listed > LISTED_MAX)
    text_format(out, " and %zu more", listed - LISTED_MAX);
}

static void missing_words(struct text *out, const struct machines *m) {
  enum { LISTED_MAX = 3 };
  size_t listed = 0;
  for (size_t i = 0; i < m->contest_count; i++) {
    const struct contest *c = &m->contests[i];
    if (c->runs == m->count)
      continue;
    if (listed++ >= LISTED_MAX)
      continue;
    text_add(out, " ");
    contest_name(out, m, c);
    if (!c->runs) {
      text_add(out, " has no right answer in any run.");
      continue;
    }
    text_add(out, " is missing in "), runs_words(out, m, c, false), text_add(out, ".");
  }
  if (listed > LISTED_MAX)
    text_format(out, " %zu more problem%s missing in some run.", listed - LISTED_MAX,
                listed - LISTED_MAX == 1 ? " is" : "s are");
}

/* Geometric mean over the shared problems of a machine's throughput over the median machine's; NAN without any. */
static double overall(const struct machines *m, size_t run) {
  double sum = 0;
  size_t known = 0;
  for (size_t i = 0; i < m->shared; i++) {
    double ratio = over_median(&m->contests[i], m->count, run);
    if (isfinite(ratio))
      sum += log(ratio), known++;
  }
  return known ? exp(sum / (double)known) : NAN;
}

static void overall_words(struct text *out, const struct machines *m) {
  char number[HUMAN_MAX], code[RUN_CODE_MAX];
  size_t fastest = 0, slowest = 0;
  if (m->count < 3 || !m->shared)
    return;
  double *means = must_alloc(m->count, sizeof *means);
  for (size_t i = 0; i < m->count; i++) {
    means[i] = overall(m, i);
    fastest = means[i] > means[fastest] || isnan(means[fastest]) ? i : fastest;
    slowest = means[i] < means[slowest] || isnan(means[slowest]) ? i : slowest;
  }
  text_format(out, " Over %zu problem%s together (geometric mean), %s (%s) has most: %sx the median machine;",
              m->shared, plural((int64_t)m->shared), run_code(code, fastest), run_machine(&m->runs[fastest].run),
              human_number(number, means[fastest]));
  text_format(out, " %s (%s) has least: %sx.", run_code(code, slowest), run_machine(&m->runs[slowest].run),
              human_number(number, means[slowest]));
  free(means);
}

/* A machine with the problems of which it is an outlier. */
struct odd {
  size_t run, problems;
  double worst; /* its ratio that is furthest from 1 */
  const struct contest *where;
};

static int by_distance(const void *a, const void *b) {
  double one = fabs(log(((const struct odd *)a)->worst)), two = fabs(log(((const struct odd *)b)->worst));
  return (one < two) - (one > two);
}

static size_t find_odd(const struct machines *m, struct odd *list) {
  size_t count = 0;
  for (size_t j = 0; j < m->count; j++) {
    struct odd odd = {j, 0, 1, NULL};
    for (size_t i = 0; i < m->shared; i++) {
      if (!is_outlier(&m->contests[i], m->count, j))
        continue;
      double ratio = over_median(&m->contests[i], m->count, j);
      odd.problems++;
      if (fabs(log(ratio)) > fabs(log(odd.worst)))
        odd.worst = ratio, odd.where = &m->contests[i];
    }
    if (odd.where)
      list[count++] = odd;
  }
  qsort(list, count, sizeof *list, by_distance);
  return count;
}

/* Names each outlier once, with the problem where it is furthest from the median machine. */
static void outlier_words(struct text *out, const struct machines *m) {
  enum { LISTED_MAX = 6 };
  char code[RUN_CODE_MAX], number[HUMAN_MAX];
  struct odd *list = must_alloc(m->count, sizeof *list);
  size_t count = find_odd(m, list), named = count < LISTED_MAX ? count : LISTED_MAX;
  for (size_t i = 0; i < named; i++) {
    text_format(out, "%s%s in %zu problem%s (%sx the median machine for ",
                i ? "; " : " Outliers: ", run_code(code, list[i].run), list[i].problems,
                plural((int64_t)list[i].problems), human_number(number, list[i].worst));
    contest_name(out, m, list[i].where);
    text_add(out, ")");
  }
  if (count > named)
    text_format(out, "; and %zu more machine%s", count - named, plural((int64_t)(count - named)));
  text_add(out, count ? "." : "");
  free(list);
}

void machines_qualified(struct text *out, const struct machines *m) {
  struct text all = {0};
  remembered_words(&all, m), single_words(&all, m), overall_words(&all, m), outlier_words(&all, m),
      missing_words(&all, m);
  text_add(out, all.length ? text_of(&all) + 1 : "");
  text_free(&all);
}

/* ---- a run in words ---- */

/* Drops the blank after a number without a prefix. */
static const char *si_word(char number[HUMAN_MAX], double value) {
  size_t length = strlen(human_si(number, value));
  if (length && number[length - 1] == ' ')
    number[length - 1] = '\0';
  return number;
}

void rate_range_words(struct text *out, struct rate rate) {
  char low[HUMAN_MAX], high[HUMAN_MAX];
  if (!isfinite(rate.low)) {
    text_add(out, "–");
    return;
  }
  text_format(out, "[%s, %s]", si_word(low, rate.low), si_word(high, rate.high));
}

static long long whole_fact(const struct run *run, const char *name) {
  const char *value = run_fact(run, name);
  return value ? strtoll(value, NULL, 10) : 0;
}

void shape_words(struct text *out, const struct run *run) {
  long long sockets = whole_fact(run, "sockets"), cores = whole_fact(run, "physical_cores"),
            threads = whole_fact(run, "logical_cpus"), usable = (long long)run->usable_cpus;
  const char *between = "";
  if (sockets > 1)
    text_format(out, "%lld sockets", sockets), between = ", ";
  if (cores > 0)
    text_format(out, "%s%lld core%s", between, cores, plural(cores)), between = ", ";
  if (threads > cores && cores > 0)
    text_format(out, "%s%lld threads", between, threads);
  if (usable > 0 && usable != (threads > 0 ? threads : cores))
    text_format(out, "%s%lld CPU%s usable", cores > 0 ? "; " : between, usable, plural(usable));
}

/* A name that has the shape in it already needs no shape: "A: AMD EPYC, 2 cores". */
void shape_beside(struct text *out, const char *name, const struct run *run) {
  struct text shape = {0};
  shape_words(&shape, run);
  const char *in = shape.length ? strstr(name, text_of(&shape)) : NULL;
  if (!in || (in > name && in[-1] >= '0' && in[-1] <= '9'))
    text_add(out, text_of(&shape));
  text_free(&shape);
}

void noise_words(struct text *out, const struct result *result) {
  char typical[HUMAN_MAX], upper[HUMAN_MAX];
  const struct noise_floor *worst = NULL;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct noise_floor *noise = &result->analyses[i].noise;
    if (noise->pairs && !(worst && noise->upper <= worst->upper))
      worst = noise;
  }
  if (!worst)
    text_add(out, "unknown");
  else
    text_format(out, "%s, one pair in ten over %s", human_percent(typical, worst->typical),
                human_percent(upper, worst->upper));
}

void load_words(struct text *out, double load, double cpus) {
  const double idle = 0.1, light = 0.5;
  const char *word = !(cpus > 0)           ? "load"
                     : load < idle * cpus  ? "idle"
                     : load < light * cpus ? "light"
                     : load < cpus         ? "busy"
                                           : "overloaded";
  if (!isfinite(load))
    text_add(out, "unknown");
  else if (cpus > 0)
    text_format(out, "%s: %.2g programs ready to run on %.0f CPU%s", word, load, cpus, plural((int64_t)cpus));
  else
    text_format(out, "%s %.2g", word, load);
}

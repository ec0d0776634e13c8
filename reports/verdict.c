/* The result in sentences: what won, by how much, what casts doubt on it. */
#include "verdict.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int result_load(struct result *result, const char *folder, struct reason *why) {
  *result = (struct result){0};
  if (run_load(&result->run, folder, why) != 0)
    return -1;
  result->analyses = must_alloc(result->run.problem_count, sizeof *result->analyses);
  for (size_t i = 0; i < result->run.problem_count; i++)
    result->analyses[i] = analyse(&result->run.problems[i]);
  return 0;
}

void result_free(struct result *result) {
  for (size_t i = 0; result->analyses && i < result->run.problem_count; i++)
    analysis_free(&result->analyses[i]);
  free(result->analyses);
  run_free(&result->run);
  *result = (struct result){0};
}

static bool is_wrong(const struct cell *c) {
  return c->digests_differ || (c->trouble.status && strcmp(c->trouble.status, "wrong") == 0);
}

/* Left out on purpose, with a reason in the plan. */
static bool is_skipped(const struct cell *c) {
  return strcmp(c->state, "skipped") == 0 || strcmp(c->state, "thinned") == 0;
}

int result_exit(const struct result *result) {
  bool decided = false, wrong = false;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    for (size_t j = 0; j < a->count; j++) {
      wrong |= is_wrong(a->figures[j].cell);
      decided |= a->figures[j].valid;
    }
  }
  return wrong ? 1 : decided ? 0 : 3;
}

/* ---- words ---- */

void problem_title(struct text *out, const struct problem *p) {
  text_format(out, "%s%s%s", p->kernel, *p->problem ? " " : "", p->problem);
  if (*p->build)
    text_format(out, ", build %s", p->build);
  if (strcmp(p->scale, "weak") == 0)
    text_add(out, ", weak scaling");
}

void time_words(struct text *out, const char *iso) {
  if (strlen(iso) >= 16 && iso[10] == 'T')
    text_format(out, "%.10s %.5s UTC", iso, iso + 11);
  else
    text_add(out, iso);
}

static void bracket(struct text *out, const struct estimate *e) {
  char low[HUMAN_MAX], high[HUMAN_MAX];
  if (e->coverage > 0)
    text_format(out, " [%s, %s]", human_number(low, e->low), human_number(high, e->high));
}

void speedup_words(struct text *out, const struct analysis *a, const struct figures *f) {
  char number[HUMAN_MAX];
  if (f->no_speedup || f->speedup.n == 0) {
    text_add(out, "–");
    return;
  }
  if (f == a->base) {
    text_add(out, "1 (baseline)");
    return;
  }
  text_add(out, human_number(number, f->speedup.median));
  if (f->speedup.coverage > 0)
    bracket(out, &f->speedup);
  else
    text_add(out, " [–]");
}

void trouble_words(struct text *out, const struct figures *f) {
  const struct cell_trouble *t = &f->cell->trouble;
  if (f->cell->digests_differ)
    text_add(out, "wrong: its answers differ between processes, or from the oracle");
  else if (!f->valid) {
    const char *note = t->note && *t->note ? t->note : f->cell->plan_note;
    text_format(out, "%s%s%s", f->no_speedup, *note ? ": " : "", note);
  } else if (t->failed)
    text_format(out, "%ld of %ld processes failed (%s%s%s), left out", t->failed, t->processes,
                t->status ? t->status : "no valid time", t->note && *t->note ? ": " : "", t->note ? t->note : "");
}

/* ---- the verdict ---- */

static bool same_workers(const struct analysis *a) {
  for (size_t i = 0; i < a->count; i++)
    if (a->figures[i].standing == EQUAL && a->figures[i].cell->workers != a->best->cell->workers)
      return false;
  return true;
}

static void worker_words(struct text *out, int64_t workers) {
  text_format(out, "%lld worker%s", (long long)workers, workers == 1 ? "" : "s");
}

/* "omp, pthread and pool at 8 workers": the best and what cannot be told from it. */
static void name_the_set(struct text *out, const struct analysis *a) {
  enum { NAMED_MAX = 6 };
  bool together = same_workers(a);
  size_t named = 1, left = a->equals - 1;
  cell_name(out, a->problem, a->best->cell, !together);
  for (size_t i = 0; i < a->count && left > 0; i++) {
    if (a->figures[i].standing != EQUAL)
      continue;
    if (named == NAMED_MAX && left > 1) {
      text_format(out, " and %zu more", left);
      break;
    }
    text_add(out, left == 1 ? " and " : ", ");
    cell_name(out, a->problem, a->figures[i].cell, !together);
    named++, left--;
  }
  if (together) {
    text_add(out, " at ");
    worker_words(out, a->best->cell->workers);
  }
}

static void name_the_base(struct text *out, const struct analysis *a) {
  char time[HUMAN_MAX];
  struct text name = {0};
  cell_name(&name, a->problem, a->base->cell, false);
  text_format(out, "the best serial %s (%s)", human_ns(time, a->base->time.median), text_of(&name));
  text_free(&name);
}

static const struct figures *best_parallel(const struct analysis *a) {
  const struct figures *best = NULL;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (!f->no_speedup && f->cell->workers > 1 && (!best || f->speedup.median > best->speedup.median))
      best = f;
  }
  return best;
}

static void one_worker(struct text *out, const struct analysis *a) {
  text_add(out, "measured on one worker only, so nothing about scaling; here stands ");
  name_the_base(out, a);
  text_add(out, ".");
}

static void serial_wins(struct text *out, const struct analysis *a, const struct figures *parallel) {
  text_add(out, "nothing beats ");
  name_the_base(out, a);
  text_add(out, "; the nearest on several workers is ");
  cell_name(out, a->problem, parallel->cell, true);
  char number[HUMAN_MAX];
  text_format(out, " with %sx", human_number(number, parallel->speedup.median));
  bracket(out, &parallel->speedup);
  text_add(out, ".");
}

/* The fastest seen cannot be told from the serial baseline. */
static void tie(struct text *out, const struct analysis *a) {
  char number[HUMAN_MAX];
  text_add(out, "nothing is proven faster than ");
  name_the_base(out, a);
  text_add(out, "; fastest seen is ");
  cell_name(out, a->problem, a->best->cell, true);
  text_format(out, " with %sx", human_number(number, a->best->speedup.median));
  bracket(out, &a->best->speedup);
  if (a->equals > 2)
    text_format(out, ", and %zu other cell%s cannot be told from it", a->equals - 2, a->equals == 3 ? "" : "s");
  text_add(out, ".");
}

static void winner(struct text *out, const struct analysis *a) {
  char number[HUMAN_MAX], share[HUMAN_MAX];
  const struct estimate *s = &a->best->speedup;
  bool few = a->best->slowdown.n < 6 || s->coverage <= 0;
  if (few) {
    text_add(out, "fastest seen is ");
    cell_name(out, a->problem, a->best->cell, false);
    text_add(out, " at ");
    worker_words(out, a->best->cell->workers);
  } else {
    name_the_set(out, a);
    text_add(out, a->equals > 1 ? " cannot be told apart" : " is the fastest");
    text_add(out, a->unproven && a->equals == 1 ? ", pair by pair" : "");
  }
  text_format(out, ": %sx", human_number(number, s->median));
  bracket(out, s);
  text_add(out, " over ");
  name_the_base(out, a);
  text_format(out, ", efficiency %s", human_percent(share, a->best->efficiency));
  if (few)
    text_format(out, "; %zu round%s: too few for an interval (6) or a verdict", s->n, s->n == 1 ? "" : "s");
  if (a->knee != a->best && a->knee->cell->workers < a->best->cell->workers) {
    text_add(out, "; ");
    cell_name(out, a->problem, a->knee->cell, true);
    text_add(out, " is within 2 % of that");
  }
  text_add(out, ".");
}

static void algorithmic(struct text *out, const struct analysis *a) {
  char number[HUMAN_MAX], before[HUMAN_MAX];
  if (a->algorithmic.n == 0)
    return;
  struct text name = {0};
  cell_name(&name, a->problem, a->naive->cell, false);
  text_format(out, " The method alone gains %sx", human_number(number, a->algorithmic.median));
  bracket(out, &a->algorithmic);
  text_format(out, " over the naive %s (%s).", human_ns(before, a->naive->time.median), text_of(&name));
  text_free(&name);
}

void verdict_sentence(struct text *out, const struct analysis *a) {
  if (!a->best) {
    text_add(out, "no cell has a valid time and a right answer; see the failures.");
    return;
  }
  if (!a->base) {
    char time[HUMAN_MAX];
    text_add(out, "no speedup, because the best-serial baseline has no valid time; fastest seen is ");
    cell_name(out, a->problem, a->best->cell, true);
    text_format(out, " with %s.", human_ns(time, a->best->time.median));
    return;
  }
  const struct figures *parallel = best_parallel(a);
  if (!parallel)
    one_worker(out, a);
  else if (a->best == a->base)
    serial_wins(out, a, parallel);
  else if (a->base->standing == EQUAL)
    tie(out, a);
  else
    winner(out, a);
  algorithmic(out, a);
}

/* ---- badges ---- */

__attribute__((format(printf, 4, 5))) static void add_badge(struct badge *badges, size_t *count, const char *name,
                                                            const char *format, ...) {
  va_list args;
  va_start(args, format);
  badges[*count].name = name;
  vsnprintf(badges[*count].text, sizeof badges[*count].text, format, args);
  va_end(args);
  (*count)++;
}

static void badge_incomplete(const struct run *run, struct badge *badges, size_t *count) {
  bool ended = strcmp(run->state, "complete") == 0;
  if (ended && run->rounds_done >= run->rounds_planned)
    return;
  const char *how = strcmp(run->state, "budget") == 0        ? "the time budget ended the run"
                    : strcmp(run->state, "interrupted") == 0 ? "the run was interrupted"
                    : strcmp(run->state, "running") == 0     ? "the run is still going, or died"
                    : ended                                  ? "the run stopped early"
                                                             : "how the run ended is unknown";
  add_badge(badges, count, "INCOMPLETE", "%s after %lld of %lld rounds; what is here is whole rounds only", how,
            (long long)run->rounds_done, (long long)run->rounds_planned);
}

struct doubts {
  size_t noisy, cells, throttled, oversubscribed, wrong, failed, skipped;
  double worst; /* widest noise floor */
};

static struct doubts find_doubts(const struct result *result) {
  struct doubts d = {0};
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    double spread = a->noise.coverage > 0 ? fmax(a->noise.high - 1, 1 - a->noise.low) : 0;
    d.worst = fmax(d.worst, spread);
    for (size_t j = 0; j < a->count; j++) {
      const struct cell *c = a->figures[j].cell;
      d.cells++;
      d.wrong += is_wrong(c);
      d.skipped += is_skipped(c);
      d.failed += !a->figures[j].valid && !is_wrong(c) && !is_skipped(c);
      d.noisy += a->figures[j].speedup.noisy;
      d.throttled += c->throttled;
      d.oversubscribed += c->usable_cpus > 0 && c->os_threads > c->usable_cpus;
    }
  }
  return d;
}

size_t run_badges(const struct result *result, struct badge badges[BADGES_MAX]) {
  enum { NOISE_PERCENT = 5 };
  size_t count = 0;
  struct doubts d = find_doubts(result);
  const char *virtual = run_fact(&result->run, "virtualisation");
  if (d.wrong)
    add_badge(badges, &count, "WRONG",
              "%zu of %zu cells gave a wrong answer and have no speedup; see what was left out", d.wrong, d.cells);
  if (d.failed)
    add_badge(badges, &count, "FAILED", "%zu of %zu cells have no valid time; see what was left out", d.failed,
              d.cells);
  badge_incomplete(&result->run, badges, &count);
  if (d.noisy)
    add_badge(badges, &count, "NOISY",
              "the machine disturbed over a third of the pairs of %zu of %zu cells, or leaving them out changes the "
              "result; all samples are used. Free the machine and run again",
              d.noisy, d.cells);
  else if (d.worst * 100 > NOISE_PERCENT)
    add_badge(badges, &count, "NOISY",
              "the baseline against itself is uncertain by %.0f %%; smaller differences mean nothing here",
              100 * d.worst);
  if (virtual && *virtual && strcmp(virtual, "none") != 0 && strcmp(virtual, "no") != 0)
    add_badge(badges, &count, "VIRTUALISED", "%.60s: cores may be shared with strangers and their clock is hidden",
              virtual);
  if (d.throttled)
    add_badge(badges, &count, "THROTTLED", "a CPU quota held back %zu of %zu cells for over 1 %% of their time",
              d.throttled, d.cells);
  if (d.oversubscribed)
    add_badge(badges, &count, "OVERSUBSCRIBED",
              "%zu of %zu cells ran more threads than the %lld CPUs that may be used: they show waiting, not scaling",
              d.oversubscribed, d.cells, (long long)result->run.usable_cpus);
  return count;
}

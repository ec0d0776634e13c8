/* Words for cells and warnings for a run: intervals, troubles, badges. */
#include "verdict.h"

#include "base/stop.h"
#include "base/words.h"
#include "dependence_words.h"
#include "language.h"
#include "note_words.h"
#include "stats/fitness.h"
#include "stats/slow_start.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

const char *standing_word(enum standing standing) {
  static const char *const words[] = {[NOT_COMPARED] = "", [UNDECIDED] = "undecided", [BEST] = "best",
                                      [EQUAL] = "equal",   [SLOWER] = "slower",       [SLOWER_UNPROVEN] = "slower*"};
  return words[standing];
}

void time_words(struct text *out, const char *iso) {
  if (strlen(iso) >= 16 && iso[10] == 'T')
    text_format(out, "%.10s %.5s UTC", iso, iso + 11);
  else
    text_add(out, iso);
}

void bracket_words(struct text *out, const struct estimate *e) {
  char low[HUMAN_MAX], high[HUMAN_MAX];
  if (e->coverage > 0)
    text_format(out, " [%s, %s]", human_number(low, e->low), human_number(high, e->high));
}

void whole_words(struct text *out, const struct estimate *e) {
  char number[HUMAN_MAX], low[HUMAN_MAX], high[HUMAN_MAX];
  if (e->taken_out == 0)
    return;
  text_format(out,
              dngettext("nway", "%zu disturbed pair left out; with all pairs %sx",
                        "%zu disturbed pairs left out; with all pairs %sx", e->taken_out),
              e->taken_out, human_number(number, e->whole));
  if (isfinite(e->whole_low))
    text_format(out, " [%s, %s]", human_number(low, e->whole_low), human_number(high, e->whole_high));
}

void speedup_words(struct text *out, const struct analysis *a, const struct figures *f, bool interval) {
  char number[HUMAN_MAX];
  if (f->no_speedup || f->speedup.n == 0) {
    text_add(out, "–");
    return;
  }
  if (f == a->base) {
    text_add(out, interval ? _("1 (baseline)") : "1");
    return;
  }
  text_add(out, human_number(number, f->speedup.median));
  if (!interval)
    return;
  if (f->speedup.coverage > 0)
    bracket_words(out, &f->speedup);
  else
    text_add(out, " [–]");
}

void trouble_words(struct text *out, const struct figures *f) {
  const struct cell_trouble *t = &f->cell->trouble;
  struct text note = {0};
  note_words(&note, t->note && *t->note ? t->note : f->valid ? "" : f->cell->plan_note);
  const char *colon = note.length ? _(": ") : "";
  if (f->cell->digests_differ)
    text_add(out, _("wrong: the answers differ between processes or from the oracle"));
  else if (!f->valid)
    text_format(out, "%s%s%s", text_in(f->no_speedup), colon, text_of(&note));
  else if (t->failed)
    text_format(out, _("%ld of %ld processes failed (%s%s%s), left out"), t->failed, t->processes,
                t->status == STATUS_NONE ? _("no valid time") : text_in(status_word(t->status)), colon, text_of(&note));
  text_free(&note);
}

/* Worker counts of the cells that were thinned out: "3, 5". */
static void thinned_counts(struct text *out, const struct result *result) {
  for (int64_t after = 0, next; after < INT64_MAX; after = next) {
    next = INT64_MAX;
    for (size_t i = 0; i < result->run.problem_count; i++)
      for (size_t j = 0; j < result->analyses[i].count; j++) {
        const struct cell *c = result->analyses[i].figures[j].cell;
        if (is_thinned(c) && c->workers > after && c->workers < next)
          next = c->workers;
      }
    if (next < INT64_MAX)
      text_format(out, "%s%lld", after ? ", " : "", (long long)next);
  }
}

static struct trouble *trouble_of(struct trouble **list, size_t *count, size_t *capacity, const char *why) {
  for (size_t i = 0; i < *count; i++)
    if (strcmp(text_of(&(*list)[i].why), why) == 0)
      return &(*list)[i];
  GROW(*list, *count, *capacity);
  (*list)[*count] = (struct trouble){0};
  text_add(&(*list)[*count].why, why);
  return &(*list)[(*count)++];
}

static void add_trouble(struct trouble *t, const struct problem *p, const struct cell *c) {
  enum { NAMED_MAX = 6 };
  t->cells++;
  if (is_thinned(c) || t->cells > NAMED_MAX)
    return;
  text_add(&t->where, t->where.length ? "; " : "");
  if (t->problem != p)
    problem_title(&t->where, p), text_add(&t->where, ": ");
  t->problem = p;
  cell_name(&t->where, p, c, true);
  t->named++;
}

size_t troubles_of(const struct result *result, struct trouble **list) {
  size_t count = 0, capacity = 0;
  *list = NULL;
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++) {
      const struct figures *f = &result->analyses[i].figures[j];
      struct text why = {0};
      if (is_thinned(f->cell))
        text_add(&why, _("left out to keep the time budget"));
      else
        trouble_words(&why, f);
      if (why.length)
        add_trouble(trouble_of(list, &count, &capacity, text_of(&why)), result->analyses[i].problem, f->cell);
      text_free(&why);
    }
  for (size_t i = 0; i < count; i++) {
    struct trouble *t = &(*list)[i];
    if (!t->named) {
      text_add(&t->where, _("worker counts "));
      thinned_counts(&t->where, result);
    } else if (t->cells > t->named)
      text_format(&t->where, _("; and %zu more"), t->cells - t->named);
  }
  return count;
}

void troubles_free(struct trouble *list, size_t count) {
  for (size_t i = 0; i < count; i++)
    text_free(&list[i].why), text_free(&list[i].where);
  free(list);
}

bool starts_slowly(const struct figures *f) { return f->valid && slow_start_of(f->cell).proven; }

void slow_start_sentence(struct text *out, const struct analysis *analyses, size_t count) {
  size_t cells = 0;
  double most = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < analyses[i].count; j++)
      if (analyses[i].figures[j].valid) {
        struct slow_start slow = slow_start_of(analyses[i].figures[j].cell);
        cells += slow.proven;
        most = slow.proven ? fmax(most, slow.excess) : most;
      }
  if (cells)
    text_format(out,
                dngettext("nway",
                          "~ %zu cell: the first sample of a process takes %.2g %% longer than the later ones; its "
                          "figures may include warm-up.",
                          "~ %zu cells: the first sample of a process takes longer than the later ones, by up to %.2g "
                          "%%; their figures may include warm-up.",
                          cells),
                cells, 100 * most);
}

/* ---- figures without a verdict ---- */

/* The interval that is too wide: of the ratio, of the time without a baseline. */
static double width_percent(const struct analysis *a, const struct figures *f) {
  const struct estimate *e = f ? (a->base ? &f->speedup : &f->time) : NULL;
  return !e ? NAN : 100 * half_width(e->low, e->high, e->median);
}

void unfit_words(struct text *out, const struct analysis *a) {
  const struct figures *wide = a->best == a->base && a->nearest ? a->nearest : a->best;
  if (a->unfit == UNFIT_BUSY)
    text_format(out, _("other programs took %.0f %% of the CPU time"), 100 * a->foreign);
  else if (a->unfit == UNFIT_FEW)
    text_format(out,
                dngettext("nway", "%zu round: too few for an interval (6)", "%zu rounds: too few for an interval (6)",
                          a->most_rounds),
                a->most_rounds);
  else if (a->unfit == UNFIT_WIDE && isfinite(width_percent(a, wide)))
    text_format(out,
                wide == a->best ? _("the interval of the fastest is +-%.0f %%, above %.0f %%")
                                : _("the interval of the fastest on several workers is +-%.0f %%, above %.0f %%"),
                width_percent(a, wide), 100 * HALF_WIDTH_MAX);
  else if (a->unfit)
    text_add(out, _("the fastest has no interval"));
}

void unfit_mark(struct text *out, const struct analysis *a, const struct figures *f) {
  if (f->unfit == UNFIT_WIDE && isfinite(width_percent(a, f)))
    text_format(out, "±%.0f %%", width_percent(a, f));
  else if (f->unfit)
    text_add(out, f->unfit == UNFIT_BUSY ? "BUSY" : _("few"));
}

/* ---- of the whole run ---- */

static bool is_wider(const struct estimate *e, double width) {
  return !(e->coverage > 0) || !(log(e->high / e->low) <= width);
}

/* Whether the interval that a cell's verdict uses is wider than that verdict needs (stop.h): of its ratio to the best,
 * of the best's ratio to the baseline. */
static bool lacks_width(const struct analysis *a, const struct figures *f, double width) {
  if (f == a->best || f->slowdown.n == 0)
    return is_wider(&f->speedup, width);
  return is_wider(&f->slowdown, stop_width(width, log(f->slowdown.median)));
}

void width_sentence(struct text *out, const struct result *result) {
  size_t wide = 0, all = 0, lacking = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++) {
      const struct analysis *a = &result->analyses[i];
      const struct figures *f = &a->figures[j];
      if (!f->valid || f->no_speedup || f == a->base || !(f->speedup.coverage > 0))
        continue; /* without an interval the problem says why */
      all++;
      wide += is_wider(&f->speedup, result->run.width);
      lacking += lacks_width(a, f, result->run.width);
    }
  if (!(result->run.width > 0) || !wide)
    return;
  text_format(out,
              dngettext("nway", "%zu of %zu speedups has an interval wider than the %.3g %% asked.",
                        "%zu of %zu speedups have an interval wider than the %.3g %% asked.", wide),
              wide, all, 100 * result->run.width);
  if (lacking)
    text_format(
        out,
        dngettext("nway",
                  " %zu cell needs more rounds for a clear verdict, which takes an interval of half the distance "
                  "to the best (from %.3g to %.0f %%).",
                  " %zu cells need more rounds for a clear verdict, which takes an interval of half the distance "
                  "to the best (from %.3g to %.0f %%).",
                  lacking),
        lacking, 100 * result->run.width, 100 * fmax(STOP_WIDEST, result->run.width));
  else
    text_add(out, _(" Narrower ones would change no verdict."));
}

void unproven_sentence(struct text *out, const struct result *result) {
  size_t count = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    count += result->analyses[i].unproven;
  if (!count)
    return;
  text_format(out,
              dngettext("nway",
                        "%zu cell looks slower than the best by a 95 %% interval of its own, but not after the "
                        "correction for all comparisons. It stays in the set of the best; the report shows each p.",
                        "%zu cells look slower than the best by a 95 %% interval of their own, but not after the "
                        "correction for all comparisons. They stay in the set of the best; the report shows each p.",
                        count),
              count);
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

struct doubts {
  size_t noisy, cells, throttled, oversubscribed, wrong, failed, skipped, unreached;
  struct noise_floor worst;                   /* of the noisiest problem */
  const struct problem *noisiest, *disturbed; /* that problem; the one with the most noisy cells */
  size_t most_noisy;                          /* noisy cells of `disturbed` */
  const struct cell *crowded;                 /* the oversubscribed cell with the most threads a CPU */
};

static void badge_incomplete(const struct run *run, const struct doubts *d, struct badge *badges, size_t *count) {
  static const char *const how[] = {
      [RUN_NONE] = N_("how the run ended is unknown"),    [RUN_UNKNOWN] = N_("how the run ended is unknown"),
      [RUN_REFUSED] = N_("how the run ended is unknown"), [RUN_RUNNING] = N_("the run is still going or was killed"),
      [RUN_COMPLETE] = N_("the run stopped early"),       [RUN_BUDGET] = N_("the time budget ended the run"),
      [RUN_INTERRUPTED] = N_("the run was interrupted")};
  if (run->state == RUN_COMPLETE && run->rounds_done >= run->rounds_planned)
    return;
  if (d->unreached)
    add_badge(badges, count, "INCOMPLETE",
              _("%s after %lld of %lld rounds; not measured: %zu of %zu cells; an expectation of them is not judged"),
              text_in(how[run->state]), (long long)run->rounds_done, (long long)run->rounds_planned, d->unreached,
              d->cells);
  else
    add_badge(
        badges, count, "INCOMPLETE",
        _("%s after %lld of %lld rounds; only whole blocks are included, so some cells may have one round more than "
          "others"),
        text_in(how[run->state]), (long long)run->rounds_done, (long long)run->rounds_planned);
}

static bool is_more_crowded(const struct cell *c, const struct cell *than) {
  return !than || (double)c->os_threads / (double)cell_cpus(c) > (double)than->os_threads / (double)cell_cpus(than);
}

static struct doubts find_doubts(const struct result *result) {
  struct doubts d = {0};
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    if (a->noise.pairs && !(a->noise.upper <= d.worst.upper))
      d.worst = a->noise, d.noisiest = a->problem;
    size_t noisy = d.noisy;
    for (size_t j = 0; j < a->count; j++) {
      const struct cell *c = a->figures[j].cell;
      d.cells++;
      d.wrong += cell_is_wrong(c);
      d.skipped += cell_is_skipped(c);
      bool unreached = cell_is_unreached(&result->run, c);
      d.unreached += unreached;
      d.failed += !a->figures[j].valid && !cell_is_wrong(c) && !cell_is_skipped(c) && !unreached;
      d.noisy += a->figures[j].speedup.noisy;
      d.throttled += c->throttled;
      if (!is_oversubscribed(c))
        continue;
      d.oversubscribed++;
      if (is_more_crowded(c, d.crowded))
        d.crowded = c;
    }
    if (d.noisy - noisy > d.most_noisy)
      d.most_noisy = d.noisy - noisy, d.disturbed = a->problem;
  }
  return d;
}

/* Names the pinning if it, rather than the machine, leaves too few CPUs, or says that something else bound them. */
static void badge_oversubscribed(const struct doubts *d, struct badge *badges, size_t *count) {
  const struct cell *c = d->crowded;
  long long cpus = (long long)cell_cpus(c);
  bool placed = cpus != c->usable_cpus, by_nway = placed && strcmp(c->pin, PIN_NONE) != 0;
  add_badge(badges, count, "OVERSUBSCRIBED",
            _("%zu of %zu cells ran more threads than they had CPUs (%lld threads on %lld%s%s%.80s): they measure "
              "waiting, not scaling"),
            d->oversubscribed, d->cells, (long long)c->os_threads, cpus,
            placed ? dngettext("nway", " CPU", " CPUs", (unsigned long)cpus)
                   : dngettext("nway", " usable CPU", " usable CPUs", (unsigned long)cpus),
            !placed   ? ""
            : by_nway ? _(" of pin=")
                      : _(" by their affinity masks, which nway did not set (nway doctor)"),
            by_nway ? c->pin : "");
}

static void badge_dependent(const struct result *result, struct badge *badges, size_t *count) {
  struct text words = {0};
  dependence_words(&words, &result->dependence);
  if (words.length)
    add_badge(badges, count, "DEPENDENT",
              _("the rounds depend on each other: %.500s. Run longer, on a quieter machine"), text_of(&words));
  text_free(&words);
}

/* " [24 %, 180 %]", or " [24 % or more]" where the pairs give no upper end, or nothing. */
static void noise_ends(struct text *out, const struct noise_floor *noise) {
  if (isfinite(noise->upper_low) && isfinite(noise->upper_high))
    text_format(out, " [%.0f %%, %.0f %%]", 100 * noise->upper_low, 100 * noise->upper_high);
  else if (isfinite(noise->upper_low))
    text_format(out, _(" [%.0f %% or more]"), 100 * noise->upper_low);
}

static void badge_noisy(const struct doubts *d, struct badge *badges, size_t *count) {
  enum { NOISE_PERCENT = 10 };
  struct text where = {0}, ends = {0};
  noise_ends(&ends, &d->worst);
  if (d->noisy ? d->disturbed != NULL : d->noisiest != NULL)
    problem_title(&where, d->noisy ? d->disturbed : d->noisiest);
  if (d->noisy)
    add_badge(
        badges, count, "NOISY",
        _("the machine disturbed over a third of the pairs in %zu of %zu cells (most in %.80s), or leaving them out "
          "would change the result; all samples are used. Stop other programs and run again"),
        d->noisy, d->cells, text_of(&where));
  else if (d->worst.upper * 100 > NOISE_PERCENT)
    add_badge(
        badges, count, "NOISY",
        _("%.80s: the ratio of one round differs from its cell's median by %.1f %% (median of %zu pairs), and in one "
          "pair of ten by over %.0f %%%s; the intervals contain this noise"),
        text_of(&where), 100 * d->worst.typical, d->worst.pairs, 100 * d->worst.upper, text_of(&ends));
  text_free(&where), text_free(&ends);
}

static void badge_busy(const struct run *run, struct badge *badges, size_t *count) {
  if (is_busy(run))
    add_badge(badges, count, "BUSY",
              _("other programs took %.0f %% of the usable CPU time during the run; no best is named, and an "
                "expectation that would fail is not judged. Stop them and run again"),
              100 * foreign_share(run));
}

size_t run_badges(const struct result *result, struct badge badges[BADGES_MAX]) {
  size_t count = 0;
  badge_busy(&result->run, badges, &count);
  if (result->run.synthetic)
    add_badge(badges, &count, "SYNTHETIC", _("a generator made these data; no program was measured"));
  if (result->run.imported)
    add_badge(
        badges, &count, "IMPORTED",
        _("%.40s measured one command after the other, not interleaved: a drift of the machine between two commands "
          "is part of their ratio, and an interval holds for the samples of the file and nothing more. No answer was "
          "checked by nway"),
        result->run.imported);
  struct doubts d = find_doubts(result);
  static const char in_words[] = "virtual machine"; /* as the fact begins, where nothing more is known first */
  const char *virtual = run_fact(&result->run, "virtualisation");
  bool machine = virtual && strncmp(virtual, in_words, strlen(in_words)) == 0;
  if (d.wrong)
    add_badge(badges, &count, "WRONG",
              _("%zu of %zu cells gave a wrong answer and have no speedup; see what was left out"), d.wrong, d.cells);
  if (d.failed)
    add_badge(badges, &count, "FAILED", _("%zu of %zu cells have no valid time; see what was left out"), d.failed,
              d.cells);
  badge_incomplete(&result->run, &d, badges, &count);
  badge_noisy(&d, badges, &count);
  badge_dependent(result, badges, &count);
  if (virtual && *virtual && strcmp(virtual, "none") != 0 && strcmp(virtual, "no") != 0)
    add_badge(badges, &count, "VIRTUALISED",
              _("%s%.60s: other guests may share the cores, and the clock frequency is not visible"),
              machine ? _("virtual machine") : "", machine ? virtual + strlen(in_words) : virtual);
  if (d.throttled)
    add_badge(badges, &count, "THROTTLED", _("a CPU quota stopped %zu of %zu cells for over 1 %% of their time"),
              d.throttled, d.cells);
  if (d.oversubscribed)
    badge_oversubscribed(&d, badges, &count);
  return count;
}

void badge_names(struct text *out, const struct result *result) {
  struct badge badges[BADGES_MAX];
  for (size_t i = 0, count = run_badges(result, badges); i < count; i++)
    text_format(out, "%s%s", i ? " · " : "", badges[i].name);
}

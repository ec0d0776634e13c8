/* Writes the verdict on a problem in sentences: what is fastest, by how much, over which baseline. */
#include "language.h"
#include "verdict.h"

#include <math.h>
#include <string.h>

/* ---- names ---- */

static void plain_name(struct text *out, const struct analysis *a, const struct figures *f) {
  cell_name(out, a->problem, f->cell, false);
}

static void worker_words(struct text *out, int64_t least, int64_t most) {
  if (least < most)
    text_format(out, _("%lld to "), (long long)least);
  text_format(out, dngettext("nway", "%lld worker", "%lld workers", (unsigned long)most), (long long)most);
}

static bool in_set(const struct figures *f) {
  return f->standing == BEST || f->standing == EQUAL || f->standing == SLOWER_UNPROVEN;
}

/* A serial cell serves as the reference, so the set's names leave it out. */
static bool is_named(const struct figures *f) { return in_set(f) && !is_serial(f->cell); }

/* The variants of the set, without repetition, the best one's first. */
struct variants {
  const char *name[64];
  size_t count;
  int64_t least, most; /* workers */
};

static void add_variant(struct variants *v, const struct figures *f) {
  const size_t room = sizeof v->name / sizeof *v->name;
  size_t i = 0;
  while (i < v->count && strcmp(v->name[i], f->cell->variant) != 0)
    i++;
  if (i == v->count && i < room)
    v->name[v->count++] = f->cell->variant;
  v->least = f->cell->workers < v->least ? f->cell->workers : v->least;
  v->most = f->cell->workers > v->most ? f->cell->workers : v->most;
}

/* "pool, omp and prefork, 4 to 8 workers" */
static void name_the_set(struct text *out, const struct analysis *a) {
  enum { NAMED_MAX = 3 };
  struct variants v = {.least = a->best->cell->workers, .most = a->best->cell->workers};
  add_variant(&v, a->best);
  for (size_t i = 0; i < a->count; i++)
    if (is_named(&a->figures[i]))
      add_variant(&v, &a->figures[i]);
  size_t named = v.count < NAMED_MAX ? v.count : NAMED_MAX;
  for (size_t i = 0; i < named; i++)
    text_format(out, "%s%s", i == 0 ? "" : i + 1 == v.count ? _(" and ") : ", ", v.name[i]);
  if (v.count > named)
    text_format(out, _(" and %zu more"), v.count - named);
  text_add(out, ", ");
  worker_words(out, v.least, v.most);
}

/* "best serial 0.91 s (gmp)": adds the method if there are several. */
static void name_the_base(struct text *out, const struct analysis *a) {
  char time[HUMAN_MAX];
  struct text name = {0};
  plain_name(&name, a, a->base);
  text_format(out, "%s %s", a->faster_serial ? _("baseline") : _("best serial"), human_ns(time, a->base->time.median));
  if (strcmp(text_of(&name), a->base->cell->variant) != 0)
    text_format(out, " (%s)", *a->base->cell->method ? a->base->cell->method : text_of(&name));
  text_free(&name);
}

static void ratio_words(struct text *out, const struct estimate *e) {
  char number[HUMAN_MAX];
  text_format(out, "%sx", human_number(number, e->median));
  bracket_words(out, e);
}

static void say_no_interval(struct text *out, const struct estimate *e, size_t among) {
  if (!(e->coverage > 0))
    text_format(out, _(" %zu rounds are too few for an interval of a cell chosen from %zu."), e->n, among);
}

/* ---- nothing on several workers has a speedup ---- */

static void counted(struct text *out, size_t count, const char *what, bool *first) {
  if (count)
    text_format(out, "%s%zu %s", *first ? " " : ", ", count, what), *first = false;
}

/* Nothing ran on several workers, or nothing gave a right answer. */
static void one_worker(struct text *out, const struct analysis *a) {
  size_t parallel = 0, wrong = 0, failed = 0, skipped = 0;
  bool first = true;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->cell->workers < 2)
      continue;
    parallel++;
    wrong += cell_is_wrong(f->cell);
    skipped += cell_is_skipped(f->cell);
    failed += f->no_speedup && !cell_is_wrong(f->cell) && !cell_is_skipped(f->cell);
  }
  text_add(out, parallel == 0         ? _("measured on one worker only, so scaling is unknown")
                : wrong + failed == 0 ? _("nothing was measured on several workers:")
                                      : _("no right answer on several workers:"));
  counted(out, wrong, _("wrong"), &first);
  counted(out, failed, _("failed"), &first);
  counted(out, skipped, _("left out"), &first);
  text_add(out, _("; shown is the "));
  name_the_base(out, a);
  text_add(out, ".");
}

/* ---- a serial cell is the best ---- */

static void name_the_serial(struct text *out, const struct analysis *a) {
  char time[HUMAN_MAX];
  if (a->best == a->base) {
    text_add(out, _("the "));
    name_the_base(out, a);
    return;
  }
  text_add(out, _("the serial "));
  plain_name(out, a, a->best);
  text_format(out, ", %s", human_ns(time, a->best->time.median));
}

static void serial_wins(struct text *out, const struct analysis *a) {
  text_add(out, a->equals > 1 ? _("nothing is proven faster than ") : _("nothing beats "));
  name_the_serial(out, a);
  text_add(out, ".");
  if (a->equals > 1)
    text_format(out,
                dngettext("nway", " %zu other cell may be as fast.", " %zu other cells may be as fast.", a->equals - 1),
                a->equals - 1);
  text_add(out, _(" The fastest on several workers is "));
  cell_name(out, a->problem, a->nearest->cell, true);
  text_add(out, _(" with "));
  ratio_words(out, &a->nearest_speedup);
  text_add(out, a->best == a->base ? "." : _(" over the baseline."));
}

/* ---- another cell is the best ---- */

static bool is_few(const struct analysis *a) { return a->best->slowdown.n < 6 || a->best->speedup.coverage <= 0; }

/* The set decides, not the best cell's own interval over the baseline. */
static bool is_proven(const struct analysis *a) { return a->base->standing == SLOWER; }

static void headline(struct text *out, const struct analysis *a) {
  if (is_few(a) || !is_proven(a)) {
    text_add(out, is_few(a) ? _("fastest seen is ") : _("not proven: "));
    plain_name(out, a, a->best);
    text_add(out, is_few(a) ? _(" at ") : ", ");
    worker_words(out, a->best->cell->workers, a->best->cell->workers);
  } else if (a->equals == 1) {
    plain_name(out, a, a->best);
    text_add(out, ", ");
    worker_words(out, a->best->cell->workers, a->best->cell->workers);
  } else
    name_the_set(out, a);
  text_add(out, ": ");
  ratio_words(out, &a->headline);
  text_add(out, is_weak(a->problem) ? _(" the throughput of ") : _(" over "));
  name_the_base(out, a);
  text_add(out, ".");
}

/* Says whose figure it is, and how many cells may be as fast. */
static void say_the_set(struct text *out, const struct analysis *a) {
  char share[HUMAN_MAX];
  bool alone = a->equals == 1;
  if (!alone) {
    text_format(out, _(" %zu cells cannot be distinguished; the figure is that of "), a->equals);
    cell_name(out, a->problem, a->best->cell, true);
  }
  if (isfinite(a->best->efficiency))
    text_format(out, "%s %s", alone ? _(" Efficiency") : _(", efficiency"), human_percent(share, a->best->efficiency));
  if (!alone || isfinite(a->best->efficiency))
    text_add(out, ".");
  if (a->unproven)
    text_format(out,
                dngettext("nway", " %zu of them looks slower, but that is not proven.",
                          " %zu of them look slower, but that is not proven.", a->unproven),
                a->unproven);
}

static void say_doubts(struct text *out, const struct analysis *a) {
  size_t rounds = a->headline.n;
  if (is_few(a))
    text_format(out,
                dngettext("nway", " %zu round: too few for an interval (6) or a verdict.",
                          " %zu rounds: too few for an interval (6) or a verdict.", rounds),
                rounds);
  else if (a->base->standing == SLOWER_UNPROVEN)
    text_format(out,
                dngettext("nway", " Its own interval shows it faster, but the correction for %zu comparison does not.",
                          " Its own interval shows it faster, but the correction for %zu comparisons does not.",
                          a->comparisons),
                a->comparisons);
  else if (!is_proven(a))
    text_add(out, _(" The baseline may be as fast."));
  if (!is_few(a))
    say_no_interval(out, &a->headline, a->equals);
}

static void say_knee(struct text *out, const struct analysis *a) {
  if (a->knee == a->best || a->knee->cell->workers >= a->best->cell->workers)
    return;
  text_add(out, " ");
  cell_name(out, a->problem, a->knee->cell, true);
  text_add(out, /* xgettext:no-c-format */ _(" is within 2 % of that, by median."));
}

static void winner(struct text *out, const struct analysis *a) {
  headline(out, a);
  if (a->over_serial.n) {
    text_add(out, _(" Over "));
    plain_name(out, a, a->faster_serial);
    text_add(out, _(" it is "));
    ratio_words(out, &a->over_serial);
    text_add(out, ".");
  }
  say_the_set(out, a);
  say_doubts(out, a);
  say_knee(out, a);
  if (a->headline.taken_out)
    text_add(out, " "), whole_words(out, &a->headline), text_add(out, ".");
}

/* ---- all of it ---- */

static void faster_serial(struct text *out, const struct analysis *a) {
  char time[HUMAN_MAX];
  if (!a->faster_serial || a->busy)
    return;
  text_add(out, _("The baseline "));
  plain_name(out, a, a->base);
  text_format(out, _(" (%s) is not the fastest serial cell: "), human_ns(time, a->base->time.median));
  plain_name(out, a, a->faster_serial);
  text_add(out, _(" is "));
  ratio_words(out, &a->serial_gain);
  text_format(out, _(" as fast, proven among %zu serial cells. "), a->serials + 1);
}

static void algorithmic(struct text *out, const struct analysis *a) {
  char before[HUMAN_MAX];
  if (a->algorithmic.n == 0)
    return;
  text_add(out, _(" The method alone gains "));
  ratio_words(out, &a->algorithmic);
  text_format(out, _(" over the naive %s ("), human_ns(before, a->naive->time.median));
  plain_name(out, a, a->naive);
  text_add(out, ").");
}

static bool is_serial_wrong(const struct analysis *a) {
  for (size_t i = 0; i < a->count; i++)
    if (is_serial(a->figures[i].cell) && a->figures[i].cell->trouble.status == STATUS_WRONG)
      return true;
  return false;
}

static void without_base(struct text *out, const struct analysis *a) {
  char time[HUMAN_MAX];
  text_add(out, *a->problem->build   ? _("one of two builds, compared with the other build and not with a baseline")
                : is_serial_wrong(a) ? _("no speedup: the serial answer is wrong")
                : !a->problem->best_serial ? _("no speedup: the plan has no best-serial baseline")
                                           : _("no speedup: the best-serial baseline has no valid time"));
  text_add(out, _("; fastest seen is "));
  cell_name(out, a->problem, a->best->cell, true);
  text_format(out, _(" with %s."), human_ns(time, a->best->time.median));
}

/* Names no best: says why, and what to do. */
static void no_verdict(struct text *out, const struct analysis *a) {
  text_add(out, _("no best is named: "));
  unfit_words(out, a);
  text_add(out, a->unfit == UNFIT_BUSY  ? _(". Stop them and run again.")
                : a->unfit == UNFIT_FEW ? _(". Measure more rounds.")
                                        : _(". Run longer, on a quieter machine."));
  if (!a->base)
    return;
  text_add(out, _(" The baseline is the "));
  name_the_base(out, a);
  text_add(out, ".");
}

/* Every cell was left out of the plan, so nothing failed. */
static bool all_left_out(const struct analysis *a) {
  size_t left_out = 0;
  for (size_t i = 0; i < a->count; i++)
    left_out += cell_is_skipped(a->figures[i].cell);
  return a->count > 0 && left_out == a->count;
}

void verdict_sentence(struct text *out, const struct analysis *a) {
  if (!a->best && all_left_out(a)) {
    text_add(out, _("not measured: all of its cells were left out; see why."));
    return;
  }
  if (!a->best) {
    text_add(out, _("no cell has both a valid time and a right answer; see what was left out."));
    return;
  }
  if (a->unfit && a->nearest && !a->nearest->no_speedup) {
    no_verdict(out, a);
    return;
  }
  if (!a->base) {
    without_base(out, a);
    return;
  }
  faster_serial(out, a);
  if (!a->nearest || a->nearest->no_speedup)
    one_worker(out, a);
  else if (is_serial(a->best->cell))
    serial_wins(out, a);
  else
    winner(out, a);
  algorithmic(out, a);
}

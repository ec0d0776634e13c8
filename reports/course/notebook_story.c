/* Writes the story on top of the notebook's page: what a better method, workers and overlapped waits gained. */
#include "notebook.h"
#include "notebook_page.h"
#include "page/page_parts.h"
#include "words/language.h"

#include <math.h>
#include <string.h>

/* One of the three gains and the experiment that shows it. */
struct gain {
  const char *kind; /* the experiment's `gain` */
  const struct experiment *experiment;
  struct text by;         /* the cell that gained */
  struct estimate figure; /* n = 0: unknown */
  bool busy;              /* measured on a busy machine */
};
enum { GAINS = 3 };

static const char *gain_words(size_t i) {
  const char *const words[GAINS] = {_("a better method"), _("more workers"), _("overlapped waits")};
  return words[i];
}

/* As the sentence begins. */
static const char *first_words(size_t i) {
  const char *const words[GAINS] = {_("A better method gained"), _("More workers gained"),
                                    _("Overlapped waits gained")};
  return words[i];
}

/* A method gains on one worker over the naive one; workers and waits over the sequential cell of their own method. */
static const struct figures *gaining_cell(const struct analysis *a, const struct experiment *e, struct estimate *gain) {
  bool by_method = strcmp(e->gain, "method") == 0;
  const struct figures *f = by_method ? serial_of(a, e) : best_of(a, e, true);
  if (f)
    *gain = by_method ? f->naive : f->own;
  return f;
}

/* Takes the first experiment of this kind whose gain is known. */
static void find_gain(struct gain *gain, const struct result *result, const struct experiments *all) {
  for (size_t i = 0; i < all->count && !gain->figure.n; i++) {
    const struct experiment *e = &all->list[i];
    const struct analysis *a = e->gain && strcmp(e->gain, gain->kind) == 0 ? experiment_problem(result, e) : NULL;
    const struct figures *f = a ? gaining_cell(a, e, &gain->figure) : NULL;
    if (!f || !gain->figure.n || !isfinite(gain->figure.median)) {
      gain->figure.n = 0;
      continue;
    }
    gain->experiment = e, gain->busy = a->busy;
    name_html(&gain->by, a->problem, f->cell, true);
  }
}

/* "A better method gained 5.6× (Factorials, remembered), more workers 1.8× (Countdown), overlapped waits 3.0× (Three
 * coroutines)." A gain whose interval holds 1, or that has no interval, is not proven;
 * none is judged on a busy machine. */
static void sentence(struct text *out, const struct gain *gains) {
  const char *between = "";
  char number[HUMAN_MAX];
  for (size_t i = 0; i < GAINS; i++) {
    const struct estimate *e = &gains[i].figure;
    if (!e->n)
      continue;
    text_format(out, "%s%s <b>%s×</b> (%s%s)", between, *between ? gain_words(i) : first_words(i),
                human_number(number, e->median), text_in(gains[i].experiment->title),
                gains[i].busy                   ? _("; not judged: machine busy")
                : e->coverage > 0 && e->low > 1 ? ""
                                                : _("; not proven"));
    between = ", ";
  }
  text_add(out, ".");
}

/* A bar from no gain to the largest, on a logarithmic scale. */
static void bar(struct text *out, const struct gain *gain, double most) {
  double share = fmin(fmax(log(gain->figure.median) / log(fmax(most, 2)), 0), 1);
  text_format(out,
              "<svg class=\"gain\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
              "width=\"%.1f\" height=\"10\"/></svg>",
              100 * share);
}

static void picture(struct text *out, const struct gain *gains) {
  double most = 1;
  for (size_t i = 0; i < GAINS; i++)
    if (gains[i].figure.n)
      most = fmax(most, gains[i].figure.median);
  text_add(out, "<ul class=\"gains\">\n");
  for (size_t i = 0; i < GAINS; i++) {
    const struct gain *g = &gains[i];
    text_format(out, "<li>%s – ", gain_words(i));
    if (g->figure.n) {
      text_format(out, "<a href=\"#%s\">%s</a>, %s, ", g->experiment->id, text_in(g->experiment->title),
                  text_of(&g->by));
      ratio_html(out, &g->figure);
      bar(out, g, most);
    } else
      text_format(out, "<span class=\"soft\">%s</span>", _("not in this run"));
    text_add(out, "</li>\n");
  }
  text_format(out, "</ul>\n<p class=\"soft\">%s</p>\n",
              _("Bars: logarithm of the gain; no bar: no gain. A method gains on one worker over the naive method; "
                "workers and waits over one worker of the same method. The gains multiply only where one program has "
                "them all."));
}

/* Returns how many are known. */
static size_t find_gains(struct gain gains[GAINS], const struct result *result, const struct experiments *all) {
  static const char *const kinds[GAINS] = {"method", "workers", "waits"};
  size_t known = 0;
  for (size_t i = 0; i < GAINS; i++) {
    gains[i] = (struct gain){.kind = kinds[i]};
    find_gain(&gains[i], result, all);
    known += gains[i].figure.n > 0;
  }
  return known;
}

static void free_gains(struct gain gains[GAINS]) {
  for (size_t i = 0; i < GAINS; i++)
    text_free(&gains[i].by);
}

void story_sentence(struct text *out, const struct result *result, const struct experiments *all) {
  struct gain gains[GAINS];
  if (find_gains(gains, result, all))
    sentence(out, gains);
  free_gains(gains);
}

void story_section(struct text *out, const struct result *result, const struct experiments *all) {
  struct gain gains[GAINS];
  if (find_gains(gains, result, all)) {
    text_add(out, "<p class=\"verdict\">");
    sentence(out, gains);
    text_add(out, "</p>\n");
    picture(out, gains);
  }
  free_gains(gains);
}

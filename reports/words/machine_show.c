/* Prints a comparison of machines in the terminal. */
#include "base/words.h"
#include "machine_words.h"
#include "verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUN = 20, WORKERS = 5, RATE = 14, RANGE = 20, EFFICIENCY = 7, BY = 16, FIXED = 2 + WORKERS + RATE + EFFICIENCY };
enum { FEW_MACHINES = 4 }; /* up to here every worker count is a line, else only each run's best */

/* What fits beside the fixed columns: the range, then the way, then a bar. */
static size_t run_width(struct screen s) { return s.columns >= FIXED + RUN ? RUN : s.columns - FIXED; }
static bool has_range(struct screen s) { return s.columns >= FIXED + RUN + 2 + RANGE; }
static bool has_by(struct screen s) { return s.columns >= FIXED + RUN + 2 + RANGE + 2 + BY; }

static void rate_line(struct text *out, const struct analysis *a, struct rate rate, const char *name, double most,
                      struct screen s) {
  char number[HUMAN_MAX];
  struct text by = {0}, range = {0};
  size_t used = FIXED + RUN + 2 + RANGE + 2 + BY + 1, room = s.columns > used ? s.columns - used : 0;
  text_add(out, "  ");
  text_cell(out, name, run_width(s), false);
  snprintf(number, sizeof number, "%lld", (long long)rate.of->cell->workers);
  text_cell(out, number, WORKERS, true);
  text_cell(out, human_si(number, rate.median), RATE, true);
  rate_range_words(&range, rate);
  if (has_range(s))
    text_add(out, "  "), text_cell(out, text_of(&range), RANGE, false);
  text_cell(out, human_percent(number, rate.of->efficiency), EFFICIENCY, true);
  if (has_by(s)) {
    text_add(out, "  ");
    cell_name(&by, a->problem, rate.of->cell, false);
    text_cell(out, text_of(&by), BY, false);
    text_add(out, room ? " " : "");
  }
  for (size_t i = 0; i < (size_t)lround(rate.median / most * (double)room); i++)
    text_add(out, "█");
  text_add(out, "\n");
  text_free(&by), text_free(&range);
}

static void heads(struct text *out, const struct contest *c, struct screen s) {
  struct text unit = {0};
  text_format(&unit, "%s/s", c->unit);
  text_add(out, "  ");
  text_cell(out, "run", run_width(s), false), text_cell(out, "w", WORKERS, true);
  text_add(out, " "), text_cell(out, text_of(&unit), RATE - 1, true);
  if (has_range(s))
    text_add(out, "  "), text_cell(out, "[this run]", RANGE, false);
  text_cell(out, "eff", EFFICIENCY, true), text_add(out, has_by(s) ? "  by\n" : "\n");
  text_free(&unit);
}

static void show_contest(struct text *out, const struct machines *m, const struct contest *c, char *const *names,
                         struct screen s) {
  struct text title = {0}, safe = {0}, lead = {0};
  problem_title(&title, c->problem);
  text_plain(&safe, text_of(&title));
  text_add(out, "\n");
  text_coloured(out, s, BOLD, text_of(&safe));
  contest_words(&lead, m, c);
  text_format(out, ": %s\n", text_of(&lead));
  heads(out, c, s);
  double most = c->best[c->first].median;
  for (size_t j = 0; j < m->count; j++) {
    const struct analysis *a = c->analyses[j];
    bool first = true;
    for (size_t k = 0; a && k < a->worker_count && m->count <= FEW_MACHINES; k++) {
      struct rate rate = rate_at(c, a, a->workers[k]);
      if (rate.of)
        rate_line(out, a, rate, first ? names[j] : "", most, s), first = false;
    }
    if (m->count > FEW_MACHINES && c->best[j].of)
      rate_line(out, a, c->best[j], names[j], most, s);
  }
  text_free(&title), text_free(&safe), text_free(&lead);
}

static void show_machine(struct text *out, const struct result *result, const char *name) {
  struct badge badges[BADGES_MAX];
  size_t count = run_badges(result, badges);
  struct text line = {0};
  struct text shape = {0};
  shape_beside(&shape, name, &result->run);
  text_format(&line, "%s%s%s", name, shape.length ? " · " : "", text_of(&shape));
  text_free(&shape);
  text_format(&line, " · %lld of %lld rounds · noise ", (long long)result->run.rounds_done,
              (long long)result->run.rounds_planned);
  noise_words(&line, result);
  for (size_t i = 0; i < count; i++)
    text_format(&line, "%s%s", i ? " " : " · ", badges[i].name);
  text_plain(out, text_of(&line));
  text_add(out, "\n");
  text_free(&line);
}

static void show_warnings(struct text *out, const struct machines *m, struct screen s) {
  struct text *list;
  size_t count = machine_warnings(m, &list);
  for (size_t i = 0; i < count; i++) {
    text_coloured(out, s, YELLOW, "! ");
    struct text wrapped = {0};
    text_wrapped(&wrapped, text_of(&list[i]), 2, s.columns);
    text_add(out, text_of(&wrapped) + (wrapped.length > 2 ? 2 : 0));
    text_free(&wrapped), text_free(&list[i]);
  }
  free(list);
}

void machines_show(struct text *out, const struct machines *m, char *const *names, struct screen s) {
  struct text sentence = {0};
  machines_sentence(&sentence, m, names);
  text_wrapped(out, text_of(&sentence), 0, s.columns);
  text_free(&sentence);
  machines_qualified(&sentence, m);
  if (sentence.length)
    text_wrapped(out, text_of(&sentence), 0, s.columns);
  text_free(&sentence);
  text_add(out, "\n");
  for (size_t i = 0; i < m->count; i++)
    show_machine(out, &m->runs[i], names[i]);
  show_warnings(out, m, s);
  text_add(out, "Runs are not paired: throughput compares machines, efficiency each machine with itself. Intervals\n"
                "hold for these runs only; another run on the same machine may differ.\n"
                "No speedup over another machine's baseline is shown, because a slow baseline would inflate it.\n");
  for (size_t i = 0; i < m->shared; i++)
    show_contest(out, m, &m->contests[i], names, s);
}

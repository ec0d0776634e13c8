/* Writes what Python's peers measured inside: sums over a range or an array, the making of a worker, a message. */
#include "base/words.h"
#include "charts/plot.h"
#include "notebook.h"
#include "notebook_page.h"
#include "page/page_parts.h"
#include "words/language.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The cell of a peer without --how by its inner time, divided by `units`; NAN: unknown. */
static struct estimate inner_each(const struct inner *inner, double units) {
  struct estimate each = {.median = NAN, .low = NAN, .high = NAN};
  if (!inner || !inner->analysis.count || !inner->analysis.figures[0].valid || !(units > 0))
    return each;
  each = inner->analysis.figures[0].time;
  each.median /= units, each.low /= units, each.high /= units;
  return each;
}

static void estimate_tds(struct text *out, const struct estimate *e) {
  char number[HUMAN_MAX];
  number_td(out, human_ns(number, e->median));
  text_add(out, "<td class=\"soft\">");
  interval_html(out, e, human_ns);
  text_add(out, "</td>");
}

/* Why a peer has no figure. */
static void reason_td(struct text *out, const struct analysis *a, int columns) {
  struct text why = {0};
  no_cell_words(&why, a, &(struct experiment){0});
  text_format(out, "<td class=\"wrap wrong\" colspan=\"%d\">", columns);
  text_html(out, text_of(&why));
  text_add(out, "</td>");
  text_free(&why);
}

/* ---- a range or an array ---- */

/* The x of a peer over one range, in one process; 0 for other peers. */
static double one_range(const struct problem *p) {
  struct text range = {0};
  double x = 0;
  bool alone = is_script(p, "power_sum") && !strstr(p->problem, "--how ") && peer_option(&range, p, "--ranges");
  if (alone && !strchr(text_of(&range), '+')) {
    char *end;
    x = 1;
    for (const char *at = text_of(&range); *at; at = *end == '*' ? end + 1 : end) {
      x *= strtod(at, &end);
      x *= *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : 1;
      end += *end == 'k' || *end == 'M';
      if (end == at || (*end && *end != '*')) {
        x = 0;
        break;
      }
    }
  }
  text_free(&range);
  return x;
}

static bool has_form(const struct problem *p, const char *form) {
  struct text own = {0};
  bool has = peer_option(&own, p, "--form") && strcmp(text_of(&own), form) == 0;
  text_free(&own);
  return has;
}

double next_range(const struct result *result, double after) {
  double next = 0;
  for (size_t i = 0; i < result->run.problem_count; i++) {
    double x = one_range(&result->run.problems[i]);
    if (x > after && (next == 0 || x < next))
      next = x;
  }
  return next;
}

static const struct analysis *form_at(const struct result *result, const char *form, double x) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (one_range(&result->run.problems[i]) == x && has_form(&result->run.problems[i], form))
      return &result->analyses[i];
  return NULL;
}

struct estimate form_time(const struct result *result, const char *form, double x) {
  const struct analysis *a = form_at(result, form, x);
  struct inner *inner = a ? inner_of(a) : NULL;
  struct estimate each = inner_each(inner, x);
  inner_free(inner);
  return each;
}

static const char *const forms[] = {"range", "array"};
enum { FORMS = 2 };

void range_chart(struct charts *charts, const struct result *result, const struct experiments *all) {
  struct text caption = {0};
  struct xy_chart chart = {.id = "notebook-range",
                           .title = _("Heavy sums in Python: a range or an array"),
                           .x_label = _("x in the range (log)"),
                           .y_label = _("time of one x, ns (log)"),
                           .log_y = true,
                           .joined = true};
  (void)all;
  for (size_t i = 0; i < FORMS; i++) {
    struct look look = look_numbered(i);
    struct xy_series *s = xy_add(&chart, forms[i], &look, i == 0);
    for (double x = 0; (x = next_range(result, x)) > 0;) {
      struct estimate each = form_time(result, forms[i], x);
      xy_point(s, x, each.median, each.low, each.high);
    }
  }
  text_format(&caption, _("%s, CPython with numpy, one process, time inside the script. Bars: 95 percent interval."),
              run_machine(&result->run));
  chart.caption = text_of(&caption);
  plot_xy(charts, &chart);
  xy_free(&chart);
  text_free(&caption);
}

static void range_row(struct text *out, const struct result *result, double x) {
  struct estimate each[FORMS];
  text_format(out, "<tr><th scope=\"row\">%.0f</th>", x);
  for (size_t i = 0; i < FORMS; i++) {
    const struct analysis *a = form_at(result, forms[i], x);
    each[i] = form_time(result, forms[i], x);
    if (a && !isfinite(each[i].median))
      reason_td(out, a, 2);
    else
      estimate_tds(out, &each[i]);
  }
  if (each[0].median / each[1].median > 0)
    text_format(out, "<td class=\"n\">%.3g×</td></tr>\n", each[0].median / each[1].median);
  else
    text_add(out, "<td class=\"n\">–</td></tr>\n");
}

void range_section(struct text *out, const struct result *result, const struct charts *charts,
                   const struct experiments *all) {
  text_format(out, "<section>%s\n", text_in(all->words.range));
  if (next_range(result, 0) > 0) {
    table_start(out, _("A range or an array"), "",
                _("x|#range, each x|[95 %]|#array, each x|[95 %]|#range over array"));
    for (double x = 0; (x = next_range(result, x)) > 0;)
      range_row(out, result, x);
    table_end(out);
    text_add(out, "<div class=\"waterfall\">");
    figure_html(out, charts, "notebook-range", NULL, true);
    text_add(out, "</div>\n");
  } else
    text_format(out, "<p class=\"soft\">%s</p>\n", _("Not in this run: it has no peer power_sum.py over one range."));
  text_add(out, "</section>\n");
}

/* ---- what a worker costs to make ---- */

/* What creation.py makes, by its option --what. */
static const char *made_word(const char *what) {
  static const char *const words[] = {N_("coroutine"), N_("thread"), N_("process")};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(what, words[i]) == 0)
      return text_in(words[i]);
  return what;
}

/* A row of a peer: what it makes, then the inner time divided by a counter. */
static void creation_peer(struct text *out, const struct analysis *a) {
  struct inner *inner = inner_of(a);
  struct text what = {0};
  struct estimate each = inner_each(inner, a->count ? cell_counter(a->figures[0].cell, "made") : NAN);
  peer_option(&what, a->problem, "--what");
  text_add(out, "<tr><th scope=\"row\">CPython, ");
  text_html(out, made_word(text_of(&what)));
  text_add(out, "</th>");
  if (isfinite(each.median))
    estimate_tds(out, &each);
  else
    reason_td(out, a, 2);
  text_add(out, "</tr>\n");
  text_free(&what), inner_free(inner);
}

/* Start and end of a C team that is made for each execution, divided by its workers. */
static bool creation_team(struct text *out, const struct figures *f) {
  const struct cell *c = f->cell;
  double share = (f->spawn_share + f->join_share) / (double)c->workers;
  if (!f->valid || !c->per_iteration || c->workers < 2 || !isfinite(share))
    return false;
  struct estimate each = f->time;
  each.median *= share, each.low *= share, each.high *= share;
  text_add(out, "<tr><th scope=\"row\">C, ");
  text_html(out, c->variant);
  text_format(out, " ×%lld</th>", (long long)c->workers);
  estimate_tds(out, &each);
  text_add(out, "</tr>\n");
  return true;
}

/* The smallest items of a granularity probe: the first problem of its kind. */
static size_t creation_teams(struct text *out, const struct result *result) {
  size_t count = 0;
  for (size_t i = 0; i < result->run.problem_count && !count; i++)
    for (size_t j = 0; result->run.problems[i].probes_granularity && j < result->analyses[i].count; j++)
      count += creation_team(out, &result->analyses[i].figures[j]);
  return count;
}

void creation_section(struct text *out, const struct result *result, const struct page_words *words) {
  struct text rows = {0};
  size_t count = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (is_script(&result->run.problems[i], "creation")) {
      creation_peer(&rows, &result->analyses[i]);
      count++;
    }
  count += creation_teams(&rows, result);
  text_format(out, "<section><h2 id=\"creation\">%s</h2>\n", _("What a worker costs to make"));
  if (count) {
    text_format(out, "%s\n", text_in(words->creation));
    table_start(out, _("Making a worker"), "", _("worker|#made and ended|[95 %]"));
    text_add(out, text_of(&rows));
    table_end(out);
  } else
    text_format(out, "<p class=\"soft\">%s</p>\n", _("Not in this run: it has no peer creation.py."));
  text_add(out, "</section>\n");
  text_free(&rows);
}

/* ---- what a message costs ---- */

/* Data a second, from the bytes that all messages of an execution have. */
static void data_td(struct text *out, const struct cell *c, double messages, const struct estimate *each) {
  double rate = cell_counter(c, "bytes") / messages / each->median * 1e3;
  text_format(out, rate < 100 ? "<td class=\"n\">%.3g MB/s</td>" : "<td class=\"n\">%.0f MB/s</td>", rate);
}

static void exchange_peer(struct text *out, const struct analysis *a) {
  struct inner *inner = inner_of(a);
  struct text between = {0}, by = {0};
  const struct cell *c = a->count ? a->figures[0].cell : NULL;
  double messages = c ? cell_counter(c, "messages") : NAN;
  struct estimate each = inner_each(inner, messages);
  peer_option(&between, a->problem, "--between");
  peer_option(&by, a->problem, "--by");
  text_add(out, "<tr><th scope=\"row\">CPython</th>");
  text_td(out, text_of(&by));
  text_td(out, strcmp(text_of(&between), "threads") == 0 ? _("threads") : _("processes"));
  if (isfinite(each.median)) {
    estimate_tds(out, &each);
    data_td(out, c, messages, &each);
    text_add(out, "<td class=\"n\">–</td>");
  } else
    reason_td(out, a, 4);
  text_add(out, "</tr>\n");
  text_free(&between), text_free(&by), inner_free(inner);
}

/* The cell of the same method and team whose workers are threads. */
static const struct figures *between_threads(const struct analysis *a, const struct figures *f) {
  for (size_t i = 0; i < a->count; i++) {
    const struct cell *c = a->figures[i].cell;
    if (a->figures[i].valid && !c->by_processes && !c->serial && c->workers == f->cell->workers &&
        c->per_iteration == f->cell->per_iteration && strcmp(c->method, f->cell->method) == 0)
      return &a->figures[i];
  }
  return NULL;
}

/* The time of a message between processes over that between threads, round by round. */
static void over_threads_td(struct text *out, const struct analysis *a, const struct figures *f) {
  const struct figures *threads = f->cell->by_processes ? between_threads(a, f) : NULL;
  struct estimate ratio = threads ? compare_cells(f->cell, threads->cell) : (struct estimate){0};
  text_add(out, "<td class=\"n\">");
  if (ratio.n)
    ratio_html(out, &ratio);
  else
    text_add(out, "–");
  text_add(out, "</td>");
}

static void exchange_cell(struct text *out, const struct analysis *a, const struct figures *f) {
  const struct cell *c = f->cell;
  struct estimate each = per_unit(f);
  text_add(out, "<tr><th scope=\"row\">C, ");
  text_html(out, c->variant);
  text_add(out, "</th>");
  text_td(out, c->method);
  text_td(out, c->serial ? _("one worker, nobody to wait for") : c->by_processes ? _("processes") : _("threads"));
  if (f->valid && c->units > 0 && (c->serial || !c->alone)) {
    estimate_tds(out, &each);
    data_td(out, c, c->units, &each);
    over_threads_td(out, a, f);
  } else {
    struct text why = {0};
    trouble_words(&why, f);
    text_add(out, "<td class=\"wrap wrong\" colspan=\"4\">");
    text_html(out, why.length ? text_of(&why) : _("one worker took both sides, because the other started too late"));
    text_add(out, "</td>");
    text_free(&why);
  }
  text_add(out, "</tr>\n");
}

/* Two workers answer each other; the serial cell takes both sides. */
static size_t exchange_cells(struct text *out, const struct analysis *a) {
  size_t count = 0;
  for (size_t i = 0; i < a->count; i++) {
    const struct cell *c = a->figures[i].cell;
    if (strcmp(c->kernel, "messages") != 0 || is_thinned(c) || !(c->workers == 2 || (c->serial && c->workers == 1)))
      continue;
    exchange_cell(out, a, &a->figures[i]);
    count++;
  }
  return count;
}

void exchange_section(struct text *out, const struct result *result, const struct page_words *words) {
  size_t count = 0;
  struct text rows = {0};
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (is_script(&result->run.problems[i], "exchange"))
      exchange_peer(&rows, &result->analyses[i]), count++;
  for (size_t i = 0; i < result->run.problem_count; i++)
    count += exchange_cells(&rows, &result->analyses[i]);
  text_format(out, "<section><h2 id=\"exchange\">%s</h2>\n", _("Messages between threads and between processes"));
  if (count) {
    text_format(out, "%s\n", text_in(words->exchange));
    table_start(out, _("Messages"), "", _("way|by|between|#a message|[95 %]|#data|#processes over threads"));
    text_add(out, text_of(&rows));
    table_end(out);
  } else
    text_format(out, "<p class=\"soft\">%s</p>\n",
                _("Not in this run: it has neither kernel messages nor a peer exchange.py."));
  text_add(out, "</section>\n");
  text_free(&rows);
}

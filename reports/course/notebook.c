/* The experiments of the course notebook as data, and where a run's cells hold them. */
#include "notebook.h"

#include <math.h>
#include <string.h>

const struct experiment experiments[EXPERIMENTS] = {
    {.id = "factorial-plain",
     .title = "Factorials",
     .kernel = "factorial",
     .with = "list",
     .method = "plain",
     .script = "factorial",
     .no_option = "--memo",
     .did = "Times a list of the factorials of 1 to 499, each by recursion from scratch.",
     .figure = "0.07 s; 0.001 s for 1 to 99",
     .shows = "The multiplications of n items grow as n²: the same in every language, so C and GMP only make its "
              "constant small."},
    {.id = "factorial-memo",
     .title = "Factorials, remembered",
     .kernel = "factorial",
     .with = "list",
     .method = "memo",
     .script = "factorial",
     .option = "--memo",
     .did = "Decorates the same function with lru_cache, so that each factorial starts from the one before.",
     .figure = "0.0 s for 1 to 99, so against the 0.001 s above; here 1 to 499",
     .shows = "A better method beats more workers: compare it with the row above before adding a single thread."},
    {.id = "call-chain",
     .title = "An import",
     .kernel = "call_chain",
     .with = "payload=csv csv",
     .method = "none",
     .script = "call_chain",
     .option = "none",
     .did = "Imports a small table from CSV text.",
     .figure = "0.003 s",
     .shows = "The yardstick for what is wrapped around it."},
    {.id = "call-chain-wrapped",
     .title = "The same, decorated",
     .kernel = "call_chain",
     .with = "payload=csv csv",
     .method = "guard+timer",
     .script = "call_chain",
     .option = "guard+timer",
     .did = "Wraps the import in decorators that guard its first argument and time it.",
     .figure = "0.003 s",
     .shows = "What wrappers cost, to be held against the row above: where the intervals overlap it was not seen at "
              "all. For a call, one by one, and what their order changes: <a href=\"#wrappers\">the tables</a>."},
    {.id = "memo-wait",
     .title = "A wait, remembered",
     .kernel = "memo_wait",
     .script = "memo_wait",
     .did = "Greets after 5 s of waiting, twice: the second time from the cache; then both without it.",
     .figure = "5.01 s, then 0.0 s; without it 5.01 s twice (waits scaled here)",
     .shows = "A memo saves a wait as it saves work: the second call takes none."},
    {.id = "printers",
     .title = "Two printers",
     .kernel = "sleep_print",
     .script = "sleep_print",
     .means = "pthread",
     .did =
         "Prints three lines 0.3 s apart from each of two functions, first one after the other, then in two threads.",
     .figure = "3 × 0.3 s each (waits scaled here)",
     .shows = "Waits overlap under threads in every language: the GIL is free while one waits. The lines then come "
              "interleaved."},
    {.id = "lock",
     .title = "A lock",
     .kernel = "critical_section",
     .method = "on",
     .script = "critical_section",
     .no_option = "off",
     .means = "pthread",
     .did = "Lets two threads write A, B, C under a lock.",
     .figure = "ABCABC… untimed (waits scaled here)",
     .shows = "With the lock the letters stay together and nothing is gained: a speedup of 1 is the right answer."},
    {.id = "no-lock",
     .title = "The same without it",
     .kernel = "critical_section",
     .method = "off",
     .script = "critical_section",
     .option = "off",
     .means = "pthread",
     .did = "Lets the two threads write as they come.",
     .figure = "AA BB CC… untimed (waits scaled here)",
     .shows = "Without the lock the waits overlap, which halves the time, and the letters get mixed: what a lock costs "
              "is what it forbids."},
    {.id = "overlap",
     .title = "A wait and a computation",
     .kernel = "overlap",
     .without = "bases=5+3",
     .script = "overlap",
     .no_option = "coroutines",
     .means = "pthread",
     .did = "Waits 10 s and computes 5^1000000, one after the other, then in two threads.",
     .figure = "20.70 s → 12.22 s (wait scaled here)",
     .shows = "A wait overlaps with a computation, so the two take as long as the longer one."},
    {.id = "fetch",
     .title = "Three pages",
     .kernel = "fetch",
     .with = "return=sentence sentence",
     .script = "fetch",
     .no_option = "--summary",
     .means = "pthread",
     .did = "Fetches three pages and keeps the first sentence of each, then the same in threads.",
     .figure = "2.20 s → 0.50 s (waits scaled here)",
     .shows =
         "Waiting for a network is waiting: it overlaps, whatever the number of cores. CPython’s time includes the "
         "start of its server."},
    {.id = "fetch-summary",
     .title = "Three summaries",
     .kernel = "fetch",
     .with = "return=summary summary",
     .script = "fetch",
     .option = "--summary",
     .means = "coro",
     .did = "Fetches summaries with 6 s of waiting each, one after the other, then as coroutines.",
     .figure = "no figure (waits scaled here)",
     .shows = "Coroutines overlap waits in a single thread."},
    {.id = "heavy-sums",
     .title = "Heavy sums",
     .kernel = "power_sum",
     .with = "result=vector vector",
     .script = "power_sum",
     .means = "fork",
     .did = "Sums powers over four ranges, one after the other, then by Pool(4).map.",
     .figure = "215.2 s → 0.55 s, <a href=\"#headline\">not of the same ranges</a>",
     .shows = "On equal ranges the gain is at most the number of workers, and less where the ranges are uneven."},
    {.id = "countdown",
     .title = "Countdown",
     .kernel = "countdown",
     .script = "countdown",
     .means = "fork",
     .did = "Counts 5, 3, 6 and 10 million down to 0: one after the other, by Pool, by Process.",
     .figure = "1.65 s → 1.10 s (Pool), 1.02 s (Process); a second time it hung, and another machine, DS, took 13.94 s "
               "(Pool), 13.91 s (Process)",
     .shows =
         "Python’s threads do not compute at the same time, its processes do; see <a href=\"#gil\">the chart</a>."},
    {.id = "digits",
     .title = "Digits of a power",
     .kernel = "power_digits",
     .script = "power_digits",
     .did = "Finds the first two digits of 5^1000000 and 3^1000000 by writing them out in full.",
     .figure = "10 and 17, untimed",
     .shows =
         "Nobody needs the other 698 969 digits of the first: one division, or two logarithms, find the same two."},
    {.id = "coroutines",
     .title = "Three coroutines",
     .kernel = "sleep",
     .with = "waits=3",
     .script = "sleep",
     .no_option = "--forget",
     .means = "coro",
     .did = "Awaits three waits of 10 s one by one, then gathered.",
     .figure = "30.02 s → 10.00 s (waits scaled here)",
     .shows = "n waits take as long as the longest, in one thread as in many."},
    {.id = "not-awaited",
     .title = "A coroutine not awaited",
     .kernel = "",
     .script = "sleep",
     .option = "--forget",
     .did = "Calls a coroutine without await.",
     .figure = "nothing happens, but for a warning",
     .shows =
         "A coroutine runs when it is awaited, not when it is made. What is left is the start of Python, which is in "
         "every CPython figure of this table."},
    {.id = "tasks",
     .title = "Tasks that compute",
     .kernel = "overlap",
     .with = "bases=5+3",
     .script = "overlap",
     .option = "coroutines",
     .means = "coro",
     .did = "Runs a wait of 10 s, 5^1000000 and 3^1000000 as tasks of one loop.",
     .figure = "23.84 s → 12.80 s (wait scaled here)",
     .shows = "In one thread the wait overlaps and the two computations do not; on several cores all three may."},
};

const struct experiment *experiment_by(const char *id) {
  for (size_t i = 0; i < EXPERIMENTS; i++)
    if (strcmp(experiments[i].id, id) == 0)
      return &experiments[i];
  return NULL;
}

bool is_notebook(const struct run *run) {
  enum { ENOUGH = 5 }; /* experiments with a peer: more than a part of a lesson has */
  int peers = 0;
  for (size_t i = 0; i < EXPERIMENTS; i++)
    for (size_t j = 0; j < run->problem_count; j++)
      if (is_peer(&run->problems[j], &experiments[i])) {
        peers++;
        break;
      }
  return strcmp(run->config_name, "notebook") == 0 || peers >= ENOUGH;
}

/* ---- words ---- */

static bool has_word(const char *text, const char *word, size_t length) {
  for (const char *at = text; *at; at += strspn(at, " ")) {
    size_t own = strcspn(at, " ");
    if (own == length && strncmp(at, word, length) == 0)
      return true;
    at += own;
  }
  return false;
}

/* Whether one of `words` stands in the text. */
static bool has_any(const char *text, const char *words) {
  for (const char *at = words; *at; at += strspn(at, " ")) {
    size_t length = strcspn(at, " ");
    if (has_word(text, at, length))
      return true;
    at += length;
  }
  return false;
}

static bool is_problem(const struct problem *p, const struct experiment *e) {
  return strcmp(p->kernel, e->kernel) == 0 && (!e->with || has_any(p->problem, e->with)) &&
         !(e->without && has_any(p->problem, e->without));
}

const struct analysis *experiment_problem(const struct result *result, const struct experiment *e) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    if (is_problem(&result->run.problems[i], e))
      return &result->analyses[i];
  return NULL;
}

bool is_peer(const struct problem *p, const struct experiment *e) {
  struct text file = {0};
  text_format(&file, "notebook/%s.py", e->script);
  bool ours = strcmp(p->kernel, "command") == 0 && strstr(p->problem, text_of(&file)) != NULL;
  text_free(&file);
  return ours && (!e->option || has_any(p->problem, e->option)) && !(e->no_option && has_any(p->problem, e->no_option));
}

void peer_how(struct text *out, const struct problem *p) {
  const char *how = strstr(p->problem, "--how ");
  if (how)
    text_bytes(out, how + 6, strcspn(how + 6, " '\""));
  else
    text_add(out, "seq");
}

bool is_of(const struct experiment *e, const struct cell *c) {
  size_t length = strcspn(c->method, " ");
  return !e->method || (strlen(e->method) == length && strncmp(c->method, e->method, length) == 0);
}

/* ---- cells ---- */

static bool is_serial(const struct cell *c) { return c->serial && c->workers == 1; }

const struct figures *naive_of(const struct analysis *a, const struct experiment *e) {
  for (size_t i = 0; i < a->count; i++)
    if (a->figures[i].valid && is_serial(a->figures[i].cell) && is_of(e, a->figures[i].cell))
      return &a->figures[i];
  return NULL;
}

const struct figures *serial_of(const struct analysis *a, const struct experiment *e) {
  const struct figures *best = NULL;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (f->valid && is_serial(f->cell) && is_of(e, f->cell) && (!best || f->time.median < best->time.median))
      best = f;
  }
  return best;
}

/* What it is sure to gain; of one without an interval its median, of the baseline itself 1. */
static double sure_gain(const struct analysis *a, const struct figures *f) {
  return f == a->base ? 1 : f->speedup.coverage > 0 ? f->speedup.low : f->speedup.median;
}

static bool is_asked(const struct figures *f, const struct experiment *e, bool parallel) {
  return f->valid && is_of(e, f->cell) && (!parallel || f->cell->workers > 1);
}

/* Where no gain is known the time decides. */
static bool is_surer(const struct analysis *a, const struct figures *f, const struct figures *than) {
  double own = sure_gain(a, f), other = sure_gain(a, than);
  return isfinite(own) ? !(other >= own) : !isfinite(other) && f->time.median < than->time.median;
}

const struct figures *best_of(const struct analysis *a, const struct experiment *e, bool parallel) {
  const struct figures *surest = NULL, *best = NULL;
  for (size_t i = 0; i < a->count; i++)
    if (is_asked(&a->figures[i], e, parallel) && (!surest || is_surer(a, &a->figures[i], surest)))
      surest = &a->figures[i];
  best = surest;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (is_asked(f, e, parallel) && f->cell->workers < best->cell->workers &&
        f->time.median <= surest->time.median * (1 + WORTH_ATTENTION))
      best = f;
  }
  return best;
}

struct estimate per_unit(const struct figures *f) {
  struct estimate each = f->time;
  each.median /= f->cell->units, each.low /= f->cell->units, each.high /= f->cell->units;
  return each;
}

void no_cell_words(struct text *out, const struct analysis *a, const struct experiment *e) {
  for (size_t i = 0; i < a->count && !out->length; i++)
    if (is_of(e, a->figures[i].cell) && !is_thinned(a->figures[i].cell))
      trouble_words(out, &a->figures[i]);
  if (!out->length)
    text_add(out, "none of its cells was measured");
}

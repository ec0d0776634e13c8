/* The experiments of the course notebook as data, and where a run's cells hold them. */
#include "notebook.h"

#include <math.h>
#include <string.h>

const struct experiment experiments[EXPERIMENTS] = {
    {"factorial-plain", "Factorials", "factorial", "list", "", "plain", "factorial", "", "--memo", "",
     "Times a list of the factorials of 1 to 499, each by recursion from scratch.", "0.07 s",
     "The multiplications of n items grow as n²: the same in every language, so C and GMP only make its constant small."},
    {"factorial-memo", "Factorials, remembered", "factorial", "list", "", "memo", "factorial", "--memo", "", "",
     "Decorates the same function with lru_cache, so that each factorial starts from the one before.", "0.0 s",
     "A better method beats more workers: compare it with the row above before adding a single thread."},
    {"call-chain", "Decorators", "call_chain", "payload=csv csv", "", "", "call_chain", "", "", "",
     "Wraps a CSV import in decorators that time it, document it and guard its first argument.", "0.003 s",
     "What wrappers cost for each call: it is to be compared with what the function itself takes."},
    {"memo-wait", "A wait, remembered", "memo_wait", "", "", "", "memo_wait", "", "", "",
     "Greets after 5 s of waiting, twice: the second time from the cache.", "5.01 s, then 0.0 s (waits scaled here)",
     "A memo saves a wait as it saves work: the second call takes none."},
    {"printers", "Two printers", "sleep_print", "", "", "", "sleep_print", "", "", "pthread",
     "Prints three lines 0.3 s apart from each of two functions, first one after the other, then in two threads.",
     "3 × 0.3 s each (waits scaled here)",
     "Waits overlap under threads in every language: the GIL is free while one "
     "waits. The lines then come interleaved."},
    {"lock", "A lock", "critical_section", "", "", "on", "critical_section", "", "off", "pthread",
     "Lets two threads write A, B, C under a lock.", "ABCABC… untimed (waits scaled here)",
     "With the lock the letters stay together and nothing is gained: a speedup of 1 is the right answer."},
    {"no-lock", "The same without it", "critical_section", "", "", "off", "critical_section", "off", "", "pthread",
     "Lets the two threads write as they come.", "AA BB CC… untimed (waits scaled here)",
     "Without the lock the waits overlap, which halves the time, and the letters get mixed: what a lock costs is what it "
     "forbids."},
    {"overlap", "A wait and a computation", "overlap", "", "bases=5+3", "", "overlap", "", "coroutines", "pthread",
     "Waits 10 s and computes 5^1000000, one after the other, then in two threads.",
     "20.70 s → 12.22 s (wait scaled here)",
     "A wait overlaps with a computation, so the two take as long as the longer one."},
    {"fetch", "Three pages", "fetch", "return=sentence sentence", "", "", "fetch", "", "--summary", "pthread",
     "Fetches three pages and keeps the first sentence of each, then the same in threads.", "2.20 s → 0.50 s (waits scaled here)",
     "Waiting for a network is waiting: it overlaps, whatever the number of cores."},
    {"fetch-summary", "Three summaries", "fetch", "return=summary summary", "", "", "fetch", "--summary", "", "coro",
     "Fetches summaries with 6 s of waiting each, one after the other, then as coroutines.",
     "no figure (waits scaled here)", "Coroutines overlap waits in a single thread."},
    {"heavy-sums", "Heavy sums", "power_sum", "result=vector vector", "", "", "power_sum", "", "", "fork",
     "Sums powers over four ranges, one after the other, then by Pool(4).map.",
     "215.2 s → 0.55 s, <a href=\"#headline\">not of the same ranges</a>",
     "On equal ranges the gain is at most the number of workers, and less where the ranges are uneven."},
    {"countdown", "Countdown", "countdown", "", "", "", "countdown", "", "", "fork",
     "Counts 5, 3, 6 and 10 million down to 0: one after the other, by Pool, by Process.",
     "1.65 s → 1.10 s (Pool), 1.02 s (Process); on another machine, DS, 13.94 s (Pool), 13.91 s (Process)",
     "Python’s threads do not compute at the same time, its processes do; see <a href=\"#gil\">the chart</a>."},
    {"digits", "Digits of a power", "power_digits", "", "", "", "power_digits", "", "", "",
     "Finds the first two digits of 5^1000000 and 3^1000000 by writing them out in full.", "10 and 17, untimed",
     "Nobody needs the other 698 969 digits of the first: one division, or two logarithms, find the same two."},
    {"coroutines", "Three coroutines", "sleep", "waits=3", "", "", "sleep", "", "", "coro",
     "Awaits three waits of 10 s one by one, then gathered.", "30.02 s → 10.00 s (waits scaled here)",
     "n waits take as long as the longest, in one thread as in many."},
    {"tasks", "Tasks that compute", "overlap", "bases=5+3", "", "", "overlap", "coroutines", "", "coro",
     "Runs a wait of 10 s, 5^1000000 and 3^1000000 as tasks of one loop.", "23.84 s → 12.80 s (wait scaled here)",
     "In one thread the wait overlaps and the two computations do not; on several cores all three may."},
};

const struct experiment *experiment_by(const char *id) {
  for (size_t i = 0; i < EXPERIMENTS; i++)
    if (strcmp(experiments[i].id, id) == 0)
      return &experiments[i];
  return NULL;
}

bool is_notebook(const struct run *run) { return strcmp(run->config_name, "notebook") == 0; }

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
  return strcmp(p->kernel, e->kernel) == 0 && (!*e->with || has_any(p->problem, e->with)) &&
         !has_any(p->problem, e->without);
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
  return ours && (!*e->option || has_any(p->problem, e->option)) && !has_any(p->problem, e->no_option);
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
  return !*e->method || (strlen(e->method) == length && strncmp(c->method, e->method, length) == 0);
}

/* ---- cells ---- */

static bool is_serial(const struct cell *c) { return strcmp(c->variant, "seq") == 0 && c->workers == 1; }

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

void no_cell_words(struct text *out, const struct analysis *a, const struct experiment *e) {
  for (size_t i = 0; i < a->count && !out->length; i++)
    if (is_of(e, a->figures[i].cell) && !is_thinned(a->figures[i].cell))
      trouble_words(out, &a->figures[i]);
  if (!out->length)
    text_add(out, "none of its cells was measured");
}

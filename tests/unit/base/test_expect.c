/* Tests that expectations are read or refused word for word, and judged by the end of the interval that decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/expect.h"
#include "page/page_parts.h"
#include "plan/expect_lookup.h"
#include "words/expectation_words.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- one line ---- */

/* "kernel|words|selectors|quantity asked bound" */
static char *summary(const struct expect *e, char *out, size_t size) {
  snprintf(out, size, "%s%s|", e->labelled ? "label " : "", e->subject);
  for (int i = 0; i < e->word_count; i++)
    append(out, size, "%s%s", i ? "," : "", e->words[i]);
  append(out, size, "|");
  for (int i = 0; i < EXPECT_SELECTORS; i++)
    if (*e->selectors[i])
      append(out, size, "%s=%s;", expect_selector_names[i], e->selectors[i]);
  append(out, size, "%d|%s %s %g", (int)e->workers, expect_quantity_name(e->quantity), e->asked, e->bound);
  return out;
}

static void lines_are_read_as_written(void **state) {
  (void)state;
  static const struct {
    const char *text, *summary;
    enum expect_operator comparison;
  } table[] = {
      {"countdown pool workers=2 efficiency>=0.9", "countdown|pool|workers=2;2|efficiency >=0.9 0.9", EXPECT_AT_LEAST},
      {"factorial method=memo variant=seq speedup>=20", "factorial||method=memo;variant=seq;0|speedup >=20 20",
       EXPECT_AT_LEAST},
      {"power_sum * workers=2 speedup>1.5x", "power_sum||workers=2;2|speedup >1.5x 1.5", EXPECT_ABOVE},
      {"sum variant=* gain >= 3", "sum||0|gain >=3 3", EXPECT_AT_LEAST},
      {"sum time<=20ms", "sum||0|time <=20ms 2e+07", EXPECT_AT_MOST},
      {"sum\ttime  <  1.5s", "sum||0|time <1.5s 1.5e+09", EXPECT_BELOW},
      {"sum efficiency>=90%", "sum||0|efficiency >=90% 0.9", EXPECT_AT_LEAST},
      {"sum throughput>2.5M", "sum||0|throughput >2.5M 2.5e+06", EXPECT_ABOVE},
      {"sum throughput>=1000", "sum||0|throughput >=1000 1000", EXPECT_AT_LEAST},
      {"sum workers=max speedup>=2", "sum||workers=max;-1|speedup >=2 2", EXPECT_AT_LEAST},
      {"sum workers=10k speedup>=2", "sum||workers=10k;10000|speedup >=2 2", EXPECT_AT_LEAST},
      {"\"factorial list\" memo n=499 time<1s", "label factorial list|memo,n=499|0|time <1s 1e+09", EXPECT_BELOW},
      {"sum problem=\"list n=499\" time<1s", "sum||problem=list n=499;0|time <1s 1e+09", EXPECT_BELOW},
      {"\"a <b\" time<1s", "label a <b||0|time <1s 1e+09", EXPECT_BELOW},
      {"sum schedule=dynamic:1 pin=0+2 memory=local scale=weak build=new time<1s",
       "sum||build=new;schedule=dynamic:1;pin=0+2;memory=local;scale=weak;0|time <1s 1e+09", EXPECT_BELOW},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct expect e;
    struct fault fault = {0};
    char said[1000];
    if (expect_parse(table[i].text, &e, &fault) != 0)
      fail_msg("%s: refused: %s", table[i].text, fault.text);
    assert_string_equal(summary(&e, said, sizeof said), table[i].summary);
    assert_int_equal(e.comparison, table[i].comparison);
  }
}

static void what_is_no_expectation_is_refused_with_its_word(void **state) {
  (void)state;
  static const struct {
    const char *text, *says;
  } table[] = {
      {"countdown pool", "'countdown pool': no comparison (end the line"},
      {"countdown speedup=20", "no comparison (end the line"},
      {"countdown spedup>=20", "unknown quantity 'spedup'; did you mean 'speedup'?"},
      {"countdown zzzzzzzz>=20", "unknown quantity 'zzzzzzzz'; expected speedup, gain, efficiency, time or throughput"},
      {"countdown \xff>=20", "unknown quantity '\\xff'"},
      {"speedup>=20", "'speedup': a kernel and a quantity must precede the comparison"},
      {">=20", "a kernel and a quantity"},
      {"countdown speedup>=", "'': not a ratio"},
      {"countdown speedup>=fast", "'fast': not a ratio"},
      {"countdown speedup>=-1", "'-1': not a ratio"},
      {"countdown speedup>=1.", "'1.': not a ratio"},
      {"countdown speedup>=1.2.3", "'1.2.3': not a ratio"},
      {"countdown speedup>=.5", "'.5': not a ratio"},
      {"countdown speedup>=1e3", "'1e3': not a ratio"},
      {"countdown speedup>=nan", "'nan': not a ratio"},
      {"countdown speedup>=90%", "'90%': not a ratio"},
      {"countdown efficiency>=0.9x", "'0.9x': not a share (write 0.9 or 90%)"},
      {"countdown throughput>=5ms", "'5ms': not a number of units a second"},
      {"countdown time<=20", "'20' has no unit; write 20s for seconds, or ms, min, h"},
      {"countdown time<=20 ms", "'20 ms' is not a duration"},
      {"countdown time>=1ms speedup>=2", "only one comparison is allowed"},
      {"countdown time==1ms", "no comparison"},
      {"countdown workers=0 time<1s", "'0': invalid worker count"},
      {"countdown workers=two time<1s", "'two': invalid worker count"},
      {"countdown workers=1,2 time<1s", "'1,2': invalid worker count"},
      {"countdown workers= time<1s", "'workers': no value after '='"},
      {"countdown variant=seq variant=omp time<1s", "'variant': given twice"},
      {"\"countdown time<1s", "unclosed quote"},
      {"k 1 2 3 4 5 6 7 8 9 10 11 12 13 time<1s", "'13': too many words"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct expect e;
    struct fault fault = {0};
    if (expect_parse(table[i].text, &e, &fault) == 0)
      fail_msg("%s: taken", table[i].text);
    assert_int_equal(fault.code, EXIT_USAGE);
    if (!strstr(fault.text, table[i].says))
      fail_msg("%s: %s", table[i].text, fault.text);
  }
  char longest[EXPECT_BYTES + 1];
  struct expect e;
  struct fault fault = {0};
  memset(longest, 'a', EXPECT_BYTES), longest[EXPECT_BYTES] = '\0';
  assert_int_equal(expect_parse(longest, &e, &fault), -1);
  assert_non_null(strstr(fault.text, "200 bytes long; shorten it to 199"));
}

static void lines_of_expect_sections_are_found_with_their_numbers(void **state) {
  (void)state;
  struct expect_reader reader = {.at = "\xef\xbb\xbf[expect]\r\n"
                                       "# a comment\n"
                                       "  a time<1s  ; behind\r\n"
                                       "\n"
                                       "[problem x]\n"
                                       "kernel = a\n"
                                       "; b time<1s\n"
                                       " [expect nightly]\n"
                                       "\"c # d\" time<1s # behind\n"
                                       "[expectation]\n"
                                       "e time<1s\n"
                                       "[expect last]\n"
                                       "f;g time<1s"};
  char text[EXPECT_BYTES];
  assert_true(expect_next(&reader, text));
  assert_string_equal(text, "a time<1s");
  assert_int_equal(reader.line, 3);
  assert_true(expect_next(&reader, text));
  assert_string_equal(text, "\"c # d\" time<1s");
  assert_int_equal(reader.line, 9);
  assert_true(expect_next(&reader, text));
  assert_string_equal(text, "f;g time<1s");
  assert_int_equal(reader.line, 13);
  assert_false(expect_next(&reader, text));
  assert_false(expect_next(&reader, text));
}

static uint64_t random_state = 88172645463325252ULL;

static size_t any(size_t below) {
  random_state ^= random_state << 13, random_state ^= random_state >> 7, random_state ^= random_state << 17;
  return (size_t)(random_state % below);
}

/* What is taken is whole, whatever the bytes: a subject, a bound that is a number, words that end. */
static void random_lines_are_taken_whole_or_refused(void **state) {
  (void)state;
  static const char *const pieces[] = {
      "sum", " ", " ",  "\"", "=", "<", ">",    ">=", "time",       "speedup",    "workers=", "max",
      "1",   ".", "ms", "%",  "x", "*", "\xff", "\t", "efficiency", "throughput", "k"};
  int taken = 0;
  for (int turn = 0; turn < 100000; turn++) {
    char text[EXPECT_BYTES + 40] = "", said[8000];
    struct expect e;
    struct fault fault = {0};
    bool likely = any(2); /* some that have the right form, all others have any */
    for (size_t n = any(likely ? 6 : 14); n > 0; n--)
      append(text, sizeof text, "%s", pieces[any(LENGTH(pieces))]);
    if (likely)
      append(text, sizeof text, " x %s%s1%s", any(2) ? "time" : "speedup", any(2) ? "<" : ">=", any(2) ? "ms" : "");
    if (expect_parse(text, &e, &fault) != 0) {
      assert_int_equal(fault.code, EXIT_USAGE);
      assert_true(fault.text[0]);
      continue;
    }
    taken++;
    summary(&e, said, sizeof said);
    assert_true(*e.subject && isfinite(e.bound) && e.bound >= 0 && strpbrk(e.asked, "<>") == e.asked);
  }
  assert_true(taken > 1000);
}

/* ---- the interval decides ---- */

static void the_end_that_makes_it_certain_decides(void **state) {
  (void)state;
  static const struct {
    const char *asked;
    double low, high;
    enum expect_outcome outcome;
  } table[] = {
      {">=2", 2, 3, EXPECT_MET},          {">=2", 1.99, 3, EXPECT_NOT_SHOWN}, {">=2", 1, 2, EXPECT_NOT_SHOWN},
      {">=2", 1, 1.99, EXPECT_FAILED},    {">2", 2, 3, EXPECT_NOT_SHOWN},     {">2", 2.01, 3, EXPECT_MET},
      {">2", 1, 2, EXPECT_FAILED},        {"<=2", 1, 2, EXPECT_MET},          {"<=2", 1, 2.01, EXPECT_NOT_SHOWN},
      {"<=2", 2, 3, EXPECT_NOT_SHOWN},    {"<=2", 2.01, 3, EXPECT_FAILED},    {"<2", 1, 2, EXPECT_NOT_SHOWN},
      {"<2", 1, 1.99, EXPECT_MET},        {"<2", 2, 3, EXPECT_FAILED},        {">=2", NAN, NAN, EXPECT_NOT_SHOWN},
      {"<=2", NAN, NAN, EXPECT_NOT_SHOWN}};
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct expect e;
    struct fault fault;
    char text[80];
    snprintf(text, sizeof text, "k speedup%s", table[i].asked);
    assert_int_equal(expect_parse(text, &e, &fault), 0);
    if (expect_judge(&e, table[i].low, table[i].high) != table[i].outcome)
      fail_msg("%s of [%g, %g]", table[i].asked, table[i].low, table[i].high);
  }
}

/* ---- cells made by hand ---- */

enum { CELLS = 9 };
struct model {
  struct result result;
  struct problem problem;
  struct analysis analysis;
  struct cell cells[CELLS];
  struct figures figures[CELLS];
  int64_t workers[3];
};

#define ESTIMATE(middle, from, to)                                                                                     \
  (struct estimate) { .n = 12, .median = (middle), .low = (from), .high = (to), .coverage = 0.96, .p = 0.01 }
static const struct estimate none = {.median = NAN, .low = NAN, .high = NAN, .p = NAN};

/* A cell of 1000 units whose time is 1 ms / speedup. */
static void add(struct model *m, const char *method, const char *variant, int workers, struct estimate speedup) {
  size_t i = m->problem.count++;
  m->cells[i] = (struct cell){.build = "",
                              .kernel = "sum",
                              .problem = "list n=9",
                              .method = (char *)method,
                              .variant = (char *)variant,
                              .schedule = "static",
                              .pin = "none",
                              .memory = "local",
                              .scale = "strong",
                              .section = "the sum",
                              .state = CELL_PLANNED,
                              .plan_note = "",
                              .units = 1000,
                              .workers = workers};
  m->figures[i] = (struct figures){.cell = &m->cells[i],
                                   .valid = true,
                                   .time = ESTIMATE(1e6 / speedup.median, 1e6 / speedup.high, 1e6 / speedup.low),
                                   .speedup = speedup,
                                   .own = speedup,
                                   .naive = none};
  m->analysis.count = m->problem.count;
}

static struct model *model(void) {
  struct model *m = calloc(1, sizeof *m);
  m->problem =
      (struct problem){.build = "", .kernel = "sum", .problem = "list n=9", .scale = "strong", .cells = m->cells};
  m->analysis = (struct analysis){.problem = &m->problem, .figures = m->figures, .workers = m->workers};
  m->result =
      (struct result){.run = {.config_file = "x.conf", .config_name = "x", .problems = &m->problem, .problem_count = 1},
                      .analyses = &m->analysis};
  m->workers[0] = 1, m->workers[1] = 2, m->workers[2] = 4, m->analysis.worker_count = 3;
  struct estimate itself = {.n = 12, .median = 1, .low = NAN, .high = NAN, .p = NAN};
  add(m, "plain", "seq", 1, itself);
  add(m, "plain", "omp", 2, ESTIMATE(1.9, 1.8, 1.95));
  add(m, "plain", "omp", 4, ESTIMATE(3.6, 3.5, 3.7));
  add(m, "memo bound=8", "omp", 2, ESTIMATE(1.2, 1.1, 1.3));
  add(m, "plain", "fork", 2, none); /* skipped */
  m->cells[4].state = CELL_SKIPPED, m->cells[4].plan_note = "it does not offer SHARED";
  m->figures[4].valid = false, m->figures[4].no_speedup = "skipped", m->figures[4].time = none;
  add(m, "plain", "pool", 2, none); /* crashed */
  m->cells[5].trouble.status = STATUS_CRASH, m->cells[5].trouble.note = "signal 11";
  m->figures[5].valid = false, m->figures[5].no_speedup = "crash", m->figures[5].time = none;
  add(m, "plain", "pthread", 2, ESTIMATE(1.5, NAN, NAN)); /* 3 rounds */
  m->figures[6].speedup.coverage = m->figures[6].time.coverage = 0;
  m->figures[6].time.n = m->figures[6].speedup.n = 3;
  add(m, "plain", "prefork", 2, ESTIMATE(9, 8, 10)); /* fast, and wrong */
  m->figures[7].valid = false, m->figures[7].no_speedup = "wrong answer";
  m->figures[0].time = ESTIMATE(1e6, 0.9e6, 1.1e6);
  return m;
}

/* What comes of one line: "met met", "not shown", "failed", or the reason why there is no cell. */
static void outcome_of(struct model *m, const char *line, char *out, size_t size) {
  char config[300];
  snprintf(config, sizeof config, "[expect]\n%s\n", line);
  m->result.run.config_text = config;
  struct expectations all = expectations_of(&m->result);
  assert_int_equal(all.count, 1);
  assert_int_equal(all.list[0].line, 2);
  assert_int_equal(all.unmet + all.unjudged, !all.list[0].met);
  assert_int_equal(expectations_exit(&m->result), all.unmet ? EXIT_WRONG : all.unjudged ? EXIT_UNDECIDED : EXIT_FINE);
  struct text why = {0};
  if (all.list[0].count == 0)
    no_cell_found_words(&why, &m->result, &all.list[0]);
  snprintf(out, size, "%s", text_of(&why));
  bool met = all.list[0].count > 0;
  for (size_t i = 0; i < all.list[0].count; i++) {
    struct judgement *j = &all.list[0].cells[i];
    struct text reason = {0}, outcome = {0};
    judgement_reason(&reason, j);
    outcome_words(&outcome, j);
    append(out, size, "%s%s%s%s%s", i ? ", " : "", text_of(&outcome), reason.length ? " (" : "", text_of(&reason),
           reason.length ? ")" : "");
    text_free(&reason), text_free(&outcome);
    met &= j->outcome == EXPECT_MET;
  }
  assert_int_equal(met, all.list[0].met);
  text_free(&why);
  expectations_free(&all);
  m->result.run.config_text = NULL;
}

static void cells_are_found_and_judged(void **state) {
  (void)state;
  static const struct {
    const char *line, *outcome;
  } table[] = {
      {"sum omp workers=4 speedup>=3.5", "met"},
      {"sum omp workers=4 speedup>=3.6", "not shown"},
      {"sum omp workers=4 speedup>=3.8", "failed"},
      {"sum omp workers=max speedup>=3.5", "met"},
      {"sum workers=4 efficiency>=0.8", "met"},
      {"sum workers=4 efficiency>=90%", "not shown"},
      {"sum omp workers=2 speedup>=1.5", "met, failed"},
      {"sum omp memo speedup>=1.5", "failed"},
      {"sum omp method=memo speedup>=1.1", "met"},
      {"sum method=\"memo bound=8\" speedup>=1.1", "met"},
      {"sum omp bound=8 speedup>=1.1", "met"},
      {"sum omp list n=9 workers=4 speedup>=1.1", "met"},
      {"sum problem=\"list n=9\" workers=4 speedup>=1.1", "met"},
      {"\"the sum\" plain omp workers=2 speedup>=1.5", "met"},
      {"sum plain omp workers=2 time<=0.6ms", "met"},
      {"sum plain omp workers=2 time<=0.53ms", "not shown"},
      {"sum plain omp workers=2 time<=0.5ms", "failed"},
      {"sum plain omp workers=2 throughput>=1.7M", "met"},
      {"sum plain omp workers=2 throughput>=1.9M", "not shown"},
      {"sum plain omp workers=2 throughput>=2M", "failed"},
      {"sum seq speedup>=1", "met"},
      {"sum seq speedup>1", "failed"},
      {"sum seq time<=1ms", "not shown"},
      {"sum omp workers=4 gain>=1", "not shown (the naive baseline has no valid time)"},
      {"sum pool workers=2 speedup>=1.5", "failed (crash: signal 11)"},
      {"sum pool workers=2 time<=1s", "failed (crash: signal 11)"},
      {"sum prefork workers=2 time<=1s", "failed (wrong answer)"},
      {"sum prefork workers=2 speedup>=1", "failed (wrong answer)"},
      {"sum pthread workers=2 speedup>=1.4", "not judged: too few rounds (3 rounds; an interval needs at least 6)"},
      {"sum fork workers=2 speedup>=1.5", "not shown (skipped: it does not offer SHARED)"},
      /* the skipped one counts only where nothing else does */
      {"sum * plain workers=2 speedup>=1.5", "met, failed (crash: signal 11), not judged: too few rounds (3 rounds; an "
                                             "interval needs at least 6), failed (wrong answer)"},
      {"sum omp workers=8 speedup>=1", "no such cell; the nearest is sum list n=9: plain omp ×4"},
      {"sum omp workers=3 memo speedup>=1", "no such cell; the nearest is sum list n=9: memo bound=8 omp ×2"},
      {"sum ranks speedup>=1", "no such cell; the nearest is sum list n=9: plain seq ×1"},
      {"product omp speedup>=1", "no such cell; this run has sum"},
      {"\"a product\" omp speedup>=1", "no such cell; this run has the sum"},
      {"\"sum\" omp speedup>=1", "no such cell; this run has the sum"},
      {"sum omp spedup>=1", "cannot be read: unknown quantity 'spedup'; did you mean 'speedup'?"},
  };
  struct model *m = model();
  for (size_t i = 0; i < LENGTH(table); i++) {
    char said[500];
    outcome_of(m, table[i].line, said, sizeof said);
    if (strcmp(said, table[i].outcome) != 0)
      fail_msg("%s: %s", table[i].line, said);
  }
  free(m);
}

/* The planted fault: other programs take a tenth of the CPU time. What would fail is then judged by nobody, but wrong
 * answers and missing cells fail on any machine. */
static void a_busy_machine_fails_no_figure(void **state) {
  (void)state;
  static const struct {
    const char *line, *quiet, *busy;
  } table[] = {
      {"sum omp workers=4 speedup>=3.5", "met", "met"},
      {"sum omp workers=4 speedup>=3.6", "not shown", "not judged: machine busy"},
      {"sum omp workers=4 speedup>=3.8", "failed", "not judged: machine busy"},
      {"sum plain omp workers=2 time<=0.5ms", "failed", "not judged: machine busy"},
      {"sum seq speedup>1", "failed", "failed"}, /* exact, whatever the machine does */
      {"sum prefork workers=2 speedup>=1", "failed (wrong answer)", "failed (wrong answer)"},
      {"sum pool workers=2 speedup>=1.5", "failed (crash: signal 11)", "failed (crash: signal 11)"},
      {"sum omp workers=8 speedup>=1", "no such cell; the nearest is sum list n=9: plain omp ×4",
       "no such cell; the nearest is sum list n=9: plain omp ×4"},
  };
  struct model *m = model();
  m->result.run.watched_ns = 1000;
  for (size_t i = 0; i < 2 * LENGTH(table); i++) {
    const char *expected = i % 2 ? table[i / 2].busy : table[i / 2].quiet;
    char said[500];
    m->result.run.foreign_ns = i % 2 ? 100 : 50;
    outcome_of(m, table[i / 2].line, said, sizeof said);
    if (strcmp(said, expected) != 0)
      fail_msg("%s: %s", table[i / 2].line, said);
  }
  free(m);
}

static void a_wide_interval_fails_nothing(void **state) {
  (void)state;
  struct model *m = model();
  struct text out = {0};
  char said[500];
  m->figures[2].speedup = ESTIMATE(2, 1.75, 2.25);
  outcome_of(m, "sum omp workers=4 speedup>=3", said, sizeof said);
  assert_string_equal(said, "not judged: interval too wide (an interval of more than 10 % to either side carries no "
                            "verdict)");
  m->result.run.config_text = "[expect]\nsum omp workers=4 speedup>=3\nsum omp memo speedup>=1.5\n";
  expectations_print(&out, &m->result, (struct screen){.columns = 200, .unicode = true}, false);
  assert_non_null(strstr(text_of(&out), "1 of 2 expectations not met, 1 not judged\n"));
  text_free(&out);
  m->figures[2].speedup = ESTIMATE(2, 1.85, 2.15);
  outcome_of(m, "sum omp workers=4 speedup>=3", said, sizeof said);
  assert_string_equal(said, "failed");
  m->figures[2].speedup = ESTIMATE(2, NAN, NAN); /* withheld */
  m->figures[2].speedup.coverage = 0;
  outcome_of(m, "sum omp workers=4 speedup>=3", said, sizeof said);
  assert_string_equal(said, "not judged: rounds depend on each other (no interval is given where rounds depend on each "
                            "other; measure again on a quieter machine)");
  free(m);
}

static void the_most_workers_are_those_asked_for_also_where_the_budget_left_them_out(void **state) {
  (void)state;
  struct model *m = model();
  struct text out = {0};
  char said[500];
  add(m, "plain", "omp", 8, none);
  m->cells[8].state = CELL_THINNED, m->cells[8].plan_note = "left out to keep the time budget";
  m->figures[8].valid = false, m->figures[8].no_speedup = "thinned", m->figures[8].time = none;
  outcome_of(m, "sum omp workers=max speedup>=3.5", said, sizeof said);
  assert_string_equal(said, "not shown (thinned: left out to keep the time budget)");
  m->result.run.config_text = "[expect]\nsum omp plain speedup>=1.5\n";
  expectations_print(&out, &m->result, (struct screen){.columns = 200, .unicode = true}, true);
  assert_non_null(strstr(text_of(&out), "2 cells (1 more left out to keep the time budget)"));
  text_free(&out);
  free(m);
}

static void what_is_not_met_is_named_with_figure_and_interval(void **state) {
  (void)state;
  struct model *m = model();
  struct text out = {0};
  struct screen wide = {.columns = 200, .unicode = true};
  m->result.run.config_text = "[expect]\nsum plain omp workers=2 speedup>=1.5\n\nsum omp workers=4 speedup>=9\n";
  assert_int_equal(expectations_print(&out, &m->result, wide, false), 2);
  assert_string_equal(text_of(&out),
                      "  ✗ x.conf:4: sum omp workers=4 speedup>=9\n"
                      "      failed: sum list n=9: plain omp ×4: speedup 3.60 [3.50, 3.70], expected >=9\n"
                      "1 of 2 expectations not met\n");
  text_free(&out);
  m->result.run.config_file = "";
  expectations_show(&out, &m->result, wide);
  assert_non_null(strstr(text_of(&out), "Expectations ─"));
  assert_non_null(
      strstr(text_of(&out), "✓ x.conf:2: sum plain omp workers=2 speedup>=1.5: speedup 1.90 [1.80, 1.95]\n"));
  assert_non_null(strstr(text_of(&out), "✗ x.conf:4: "));
  text_free(&out);
  m->result.run.config_text = "[expect]\nsum omp workers=4 speedup>=1\n";
  assert_int_equal(expectations_print(&out, &m->result, wide, false), 1);
  assert_string_equal(text_of(&out), "1 expectation met\n");
  text_free(&out);
  m->result.run.config_text = "[run]\nrounds = 6\n";
  expectations_show(&out, &m->result, wide);
  expectations_section(&out, &m->result);
  assert_int_equal(out.length, 0);
  free(m);
}

static void foreign_words_cannot_act_on_page_or_terminal(void **state) {
  (void)state;
  struct model *m = model();
  struct text out = {0};
  m->cells[2].plan_note = m->cells[2].method = "<b>\x1b[31m";
  m->result.run.config_text = "[expect]\nsum omp workers=4 speedup>=9\n<script> \x1b[31m time>1s\n";
  m->result.run.config_file = "<i>\x1b";
  expectations_section(&out, &m->result);
  assert_non_null(strstr(text_of(&out), "2 of 2 expectations not met"));
  assert_non_null(strstr(text_of(&out), "&lt;script&gt;"));
  assert_null(strstr(text_of(&out), "<script"));
  assert_null(strstr(text_of(&out), "<b>\\x1b"));
  assert_null(strstr(text_of(&out), "<i>"));
  assert_null(strchr(text_of(&out), '\x1b'));
  text_free(&out);
  expectations_print(&out, &m->result, (struct screen){.columns = 100, .unicode = true}, true);
  assert_null(strchr(text_of(&out), '\x1b'));
  text_free(&out);
  free(m);
}

/* ---- before anything is measured ---- */

static const struct param params[] = {
    {.name = "what", .role = PARAM_PROBLEM, .type = PARAM_CHOICE, .initial = "list", .choices = "list|one"},
    {.name = "n", .role = PARAM_SIZE, .type = PARAM_INT, .initial = "9", .max = 10000},
    {.name = "items", .role = PARAM_SIZE, .type = PARAM_LIST, .initial = "1", .max = 9, .when = "what=one"},
    {.name = "method", .role = PARAM_METHOD, .type = PARAM_CHOICE, .initial = "plain", .choices = "plain|memo"},
    {.name = "cache",
     .role = PARAM_OPTION,
     .type = PARAM_CHOICE,
     .initial = "private",
     .choices = "private|exact",
     .when = "method=memo"},
    {0}};

static void words_fit_what_a_configuration_writes(void **state) {
  (void)state;
  static const struct {
    const char *line, *problem, *method;
    int missed;
  } table[] = {
      {"f method=memo time<1s", "list n=9", "memo", 0},
      {"f cache=private time<1s", "list n=9", "memo", 0},
      {"f private time<1s", "list n=9", "memo", 0},
      {"f method=private time<1s", "list n=9", "memo", 0},
      {"f method=list time<1s", "list n=9", "memo", 1},
      {"f cache=exact time<1s", "list n=9", "memo", 1},
      {"f cache=exact time<1s", "list n=9", "memo exact", 0},
      {"f cache=private time<1s", "list n=9", "memo exact", 1},
      {"f private time<1s", "list n=9", "memo exact", 1},
      {"f cache=private time<1s", "list n=9", "plain", 1}, /* which has none */
      {"f private time<1s", "list n=9", "plain", 1},
      {"f what=list n=10000 time<1s", "list n=10k", "plain", 0},
      {"f what=one n=10k time<1s", "list n=10k", "plain", 1},
      {"f items=1+1+2 time<1s", "one n=10k items=2x1+2", "plain", 0},
      {"f items=1+2+1 time<1s", "one n=10k items=2x1+2", "plain", 1},
      {"f items=* n=* time<1s", "one n=10k items=2x1+2", "plain", 0},
      {"f schedule=dynamic:1 time<1s", "list n=9", "plain", 0},
      {"f schedule=dynamic:2 pin=cores time<1s", "list n=9", "plain", 2},
      {"f what=list time<1s", "of another kernel", "plain", 1},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct expect e;
    struct fault fault;
    struct expect_cell cell = {{[CELL_ID_build] = "",
                                [CELL_ID_kernel] = "f",
                                [CELL_ID_problem] = table[i].problem,
                                [CELL_ID_method] = table[i].method,
                                [CELL_ID_variant] = "omp",
                                [CELL_ID_schedule] = "dynamic",
                                [CELL_ID_pin] = "none",
                                [CELL_ID_memory] = "local",
                                [CELL_ID_scale] = "strong"},
                               params};
    assert_int_equal(expect_parse(table[i].line, &e, &fault), 0);
    if (expect_missed(&e, &cell) != table[i].missed)
      fail_msg("%s: %d", table[i].line, expect_missed(&e, &cell));
  }
}

static void words_are_looked_up_before_anything_is_measured(void **state) {
  (void)state;
  static const struct {
    const char *line, *says; /* NULL: it is fine */
  } table[] = {
      {"factorial memo omp workers=2 speedup>=2", NULL},
      {"factorial variant=omp list n=9 speedup>=2", NULL},
      {"\"two words\" * speedup>=2", NULL},
      {"broken anything speedup>=2", NULL}, /* not built, so its words are not known */
      {"factoril speedup>=2", "unknown kernel 'factoril'; did you mean 'factorial'?"},
      {"short speedup>=2", "unknown kernel 'short'; to name the problem, add quotes: \"short\""},
      {"\"two word\" speedup>=2", "unknown problem label 'two word'; did you mean 'two words'?"},
      {"factorial opm speedup>=2", "factorial: unknown variant or parameter value 'opm'; did you mean 'omp'?"},
      {"factorial meno speedup>=2", "did you mean 'memo'?"},
      {"factorial variant=opm speedup>=2", "unknown variant 'opm'; did you mean 'omp'?"},
      {"factorial worker=2 speedup>=2", "factorial: unknown selector or parameter 'worker'; did you mean 'workers'?"},
      {"factorial m=2 speedup>=2", "factorial: unknown selector or parameter 'm'"},
      {"factorial seq omp speedup>=2", "second variant 'omp'; name only one"},
      {"factorial variant=seq omp speedup>=2", "second variant 'omp'"},
      {"factorial spedup>=2", "unknown quantity 'spedup'"},
      {"factorial \xff time<1s", "not valid UTF-8"},
      {"factorial method=memo cache=private n=1k items=1+2 n=* what=list time<1s", NULL},
      {"factorial method=\"memo exact\" problem=\"one n=9 items=1\" time<1s", NULL},
      {"factorial schedule=dynamic:8 pin=cores memory=local scale=weak build=old time<1s", NULL},
      {"factorial pin=0+2-3 time<1s", NULL}, /* on a machine that has them */
      {"factorial cache=exat time<1s", "'exat' is not one of cache=private|exact; did you mean 'exact'?"},
      {"factorial n=1x time<1s", "'1x'"},
      {"factorial n=10001 time<1s", "'10001' is outside the range of n"},
      {"factorial method=memmo time<1s", "factorial: unknown word of a method 'memmo'; did you mean 'memo'?"},
      {"factorial method=list time<1s", "factorial: unknown word of a method 'list'"},
      {"factorial method=\"memo cache=exat\" time<1s", "'exat' is not one of cache"},
      {"factorial problem=\"bla\" time<1s", "factorial: unknown word of a problem 'bla'"},
      {"factorial problem=\"lst n=9\" time<1s", "did you mean 'list'?"},
      {"factorial schedule=dynamc time<1s", "unknown schedule 'dynamc'; did you mean 'dynamic'?"},
      {"factorial pin=coers time<1s", "unknown placement 'coers'; did you mean 'cores'?"},
      {"factorial memory=intreleave time<1s", "unknown memory policy 'intreleave'; did you mean 'interleave'?"},
      {"factorial scale=weka time<1s", "unknown scale 'weka'; did you mean 'weak'?"},
      {"factorial build=z time<1s", "unknown build 'z'; expected old or new"},
  };
  struct known_kernel kernels[] = {{.name = "factorial", .params = (struct param *)params},
                                   {.name = "broken", .missing = "no libfoo"}};
  struct known_variant variants[] = {{.name = "seq", .serial = true}, {.name = "omp"}};
  struct catalog catalog = {kernels, variants, LENGTH(kernels), LENGTH(variants)};
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct config config = {.file = "x.conf"};
    struct fault fault = {0};
    char text[300], where[] = "x.conf:2: ";
    snprintf(text, sizeof text, "[expect]\n%s\n", table[i].line);
    config.text = text;
    const char *const labels[] = {"two words", "short"};
    for (size_t j = 0; j < LENGTH(labels); j++)
      assert_int_equal(section_put(config_add(&config, "problem", labels[j], 1), "kernel", "factorial", 1, &fault), 0);
    int result = expect_lookup(&config, &catalog, &fault);
    config.file = config.text = NULL;
    config_free(&config);
    if (!table[i].says && result != 0)
      fail_msg("%s: %s", table[i].line, fault.text);
    if (!table[i].says)
      continue;
    assert_int_equal(result, -1);
    assert_int_equal(fault.code, EXIT_USAGE);
    if (strncmp(fault.text, where, strlen(where)) != 0 || !strstr(fault.text, table[i].says))
      fail_msg("%s: %s", table[i].line, fault.text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_are_read_as_written),
      cmocka_unit_test(what_is_no_expectation_is_refused_with_its_word),
      cmocka_unit_test(lines_of_expect_sections_are_found_with_their_numbers),
      cmocka_unit_test(random_lines_are_taken_whole_or_refused),
      cmocka_unit_test(the_end_that_makes_it_certain_decides),
      cmocka_unit_test(cells_are_found_and_judged),
      cmocka_unit_test(a_busy_machine_fails_no_figure),
      cmocka_unit_test(a_wide_interval_fails_nothing),
      cmocka_unit_test(the_most_workers_are_those_asked_for_also_where_the_budget_left_them_out),
      cmocka_unit_test(what_is_not_met_is_named_with_figure_and_interval),
      cmocka_unit_test(foreign_words_cannot_act_on_page_or_terminal),
      cmocka_unit_test(words_fit_what_a_configuration_writes),
      cmocka_unit_test(words_are_looked_up_before_anything_is_measured),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

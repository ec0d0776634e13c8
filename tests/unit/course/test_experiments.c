/* Tests the experiments of the notebook: read from their file, refused with its line, found in a run that has them all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <unistd.h>

#include "base/text.h"
#include "course/experiments.h"
#include "course/notebook.h"

#define SYNTH_NO_MAIN
#include "tools/synth_run.c"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- the file ---- */

extern const char experiments_conf[]; /* as it is built in */

/* The built-in text from its first section on, with the first `from` in it replaced. */
static void change(struct text *out, const char *from, const char *to) {
  const char *start = strstr(experiments_conf, "[factorial-plain]"), *at = strstr(start, from);
  assert_non_null(at);
  text_bytes(out, start, (size_t)(at - start));
  text_add(out, to);
  text_add(out, at + strlen(from));
}

static void a_value_goes_on_in_indented_lines(void **state) {
  (void)state;
  struct experiments all;
  struct fault why;
  struct text text = {0};
  change(&text, "title = Factorials\n", "title = Fac\n  to\n\trials; all\n");
  assert_int_equal(experiments_read(&all, "x.conf", text_of(&text), &why), 0);
  assert_string_equal(all.list[0].title, "Fac to rials; all");
  assert_null(all.list[0].without);
  assert_int_equal(experiments_conf[0], '#');
  assert_string_equal(all.list[all.count - 1].id, "tasks"); /* in the order of the file */
  experiments_free(&all);
  text_free(&text);
}

static void what_a_page_could_not_show_is_refused_with_its_line(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *says;
  } bad[] = {
      {"[factorial-plain]", "[factorial-plain]\nfigur = 1",
       "x.conf:2: unknown setting 'figur'; did you mean 'figure'?"},
      {"[factorial-plain]", "title = x\n[factorial-plain]", "x.conf:1: setting 'title' before the first section; move"},
      {"[factorial-plain]", "[factorial-plain]\ntitle = 1",
       "x.conf:3: duplicate setting 'title' in this section; remove one"},
      {"[factorial-memo]", "[factorial-plain]",
       "duplicate section [factorial-plain] (first defined on line 1); rename or remove"},
      {"[factorial-plain]", "[Factorial \"1\"]", "x.conf:1: invalid section header '[Factorial \"1\"]'; write [ID]"},
      {"[factorial-plain]", "[factorial-plain", "x.conf:1: invalid section header '[factorial-plain'; write [ID]"},
      {"[factorial-plain]", "[]", "x.conf:1: invalid section header '[]'; write [ID]"},
      {"title = Factorials\n", "", "x.conf:1: section [factorial-plain] lacks 'title'; add it"},
      {"title = Factorials\n", "title =\n", "x.conf:1: section [factorial-plain] lacks 'title'; add it"},
      {"title = Factorials\n", "Factorials\n",
       "x.conf:2: neither a section nor a setting; write [ID] or 'name = value'"},
      {"[heavy-sums]", "[light-sums]", "missing section [heavy-sums], which the page needs; add it"},
      {"[text]", "[text-of-no-use]", "unknown setting 'table_note'"},
      {"switch_note =", "switch_note =\nswitch_note =", "duplicate setting 'switch_note' in this section; remove one"},
      {"[text]", "[text]\n[text]", "duplicate section [text] (first defined on line"},
  };
  for (size_t i = 0; i < LENGTH(bad); i++) {
    struct experiments all;
    struct fault why = {0};
    struct text text = {0};
    change(&text, bad[i].from, bad[i].to);
    if (experiments_read(&all, "x.conf", text_of(&text), &why) != -1)
      fail_msg("read, though it should say '%s'", bad[i].says);
    if (!strstr(why.text, bad[i].says) || strncmp(why.text, "x.conf:", 7) != 0)
      fail_msg("'%s' does not say '%s'", why.text, bad[i].says);
    experiments_free(&all);
    text_free(&text);
  }
}

static void a_long_line_is_refused_before_inih_cuts_it(void **state) {
  (void)state;
  struct experiments all;
  struct fault why;
  struct text text = {0}, title = {0};
  text_add(&title, "title = ");
  for (int i = 0; i < 191; i++)
    text_add(&title, "x");
  change(&text, "title = Factorials", text_of(&title));
  assert_int_equal(experiments_read(&all, "x.conf", text_of(&text), &why), -1);
  assert_string_equal(why.text,
                      "x.conf:2: line of 199 bytes is too long; continue on an indented line after at most 198");
  experiments_free(&all);
  text_free(&text), text_free(&title);
}

static void an_empty_file_lacks_everything(void **state) {
  (void)state;
  struct experiments all;
  struct fault why;
  assert_int_equal(experiments_read(&all, "x.conf", "", &why), -1);
  assert_non_null(strstr(why.text, "x.conf:0: section [text] lacks"));
  experiments_free(&all);
}

/* ---- a whole run ---- */

struct place {
  char folder[64];
  struct result result;
  struct experiments experiments;
};

static int load_notebook(void **state) {
  struct place *p = calloc(1, sizeof *p);
  struct fault why;
  strcpy(p->folder, "/tmp/nway-test-XXXXXX");
  if (experiments_built_in(&p->experiments, &why) != 0)
    fail_msg("%s", why.text);
  if (!mkdtemp(p->folder) || synth_run(p->folder, "notebook", 1) != 0 || result_load(&p->result, p->folder, &why) != 0)
    return -1;
  *state = p;
  return 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
  (void)about, (void)kind, (void)walk;
  return remove(path);
}

static int drop_notebook(void **state) {
  struct place *p = *state;
  result_free(&p->result);
  experiments_free(&p->experiments);
  int code = nftw(p->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  free(p);
  return code;
}

static void every_experiment_finds_its_own_problem(void **state) {
  struct place *p = *state;
  const struct experiments *all = &p->experiments;
  const struct analysis *found[32];
  assert_in_range(all->count, 1, LENGTH(found));
  assert_true(is_notebook(all, &p->result.run));
  for (size_t i = 0; i < all->count; i++) {
    found[i] = experiment_problem(&p->result, &all->list[i]);
    bool of_python_alone = !all->list[i].kernel;
    if (!found[i] != of_python_alone)
      fail_msg("%s finds no problem", all->list[i].id);
    for (size_t j = 0; j < i; j++)
      if (found[i] && found[j] == found[i] && !(all->list[i].method && all->list[j].method))
        fail_msg("%s and %s share a problem", all->list[j].id, all->list[i].id);
  }
  const struct experiment *plain = experiment_by(all, "factorial-plain"), *memo = experiment_by(all, "factorial-memo");
  assert_ptr_equal(experiment_problem(&p->result, plain), experiment_problem(&p->result, memo));
  assert_string_equal(serial_of(experiment_problem(&p->result, plain), plain)->cell->method, "plain");
  assert_string_equal(serial_of(experiment_problem(&p->result, memo), memo)->cell->method, "memo bound=128");
  assert_string_equal(experiment_problem(&p->result, experiment_by(all, "coroutines"))->problem->problem,
                      "waits=3 wait=100000"); /* not the crowd whose memory is read */
}

static void peers_are_told_apart_by_script_and_option(void **state) {
  struct place *p = *state;
  static const struct {
    const char *kernel, *command, *experiment;
    bool is;
  } cases[] = {
      {"command", "python3 configs/notebook/factorial.py --how seq exit", "factorial-plain", true},
      {"command", "python3 configs/notebook/factorial.py --memo --how seq exit", "factorial-plain", false},
      {"command", "python3 configs/notebook/factorial.py --memo --how seq exit", "factorial-memo", true},
      {"command", "python3 /usr/share/nway/configs/notebook/sleep.py --how coroutines exit", "coroutines", true},
      {"command", "python3 configs/notebook/memo_sleep.py exit", "coroutines", false},
      {"command", "python3 configs/notebook/sleep_print.py --how threads exit", "coroutines", false},
      {"command", "python3 configs/notebook/overlap.py --how threads exit", "overlap", true},
      {"command", "python3 configs/notebook/overlap.py --how coroutines exit", "overlap", false},
      {"command", "python3 configs/notebook/overlap.py --how coroutines exit", "tasks", true},
      {"command", "python3 configs/notebook/critical_section.py --lock on --how threads exit", "lock", true},
      {"command", "python3 configs/notebook/critical_section.py --lock off --how threads exit", "lock", false},
      {"command", "python3 configs/notebook/overlap.py --how tasks exit", "tasks", true},
      {"command", "python3 configs/notebook/example.py --await --print stdout", "not-awaited", true},
      {"command", "python3 configs/notebook/fetch.py --summary --how coroutines exit", "fetch-summary", true},
      {"command", "python3 configs/notebook/fetch.py --summary --request blocking --how coroutines exit",
       "fetch-summary", false},
      {"command", "python3 configs/notebook/fetch.py --summary --request blocking --how coroutines exit",
       "fetch-blocking", true},
      {"command", "python3 configs/notebook/power_sum.py --form range --ranges 1k exit", "heavy-sums", false},
      {"command", "python3 configs/notebook/power_sum.py --form range --ranges 1k --how pool exit", "heavy-sums", true},
      {"command", "python3 configs/notebook/call_chain.py --order none stdout", "call-chain", true},
      {"command", "python3 configs/notebook/call_chain.py --order guard+timer stdout", "call-chain", false},
      {"sleep", "python3 configs/notebook/sleep.py exit", "coroutines", false},
  };
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct problem peer = {.kernel = (char *)cases[i].kernel, .problem = (char *)cases[i].command};
    if (is_peer(&peer, experiment_by(&p->experiments, cases[i].experiment)) != cases[i].is)
      fail_msg("%s: %s", cases[i].experiment, cases[i].command);
  }
}

/* What only some of an experiment's peers have, but for numbers, and how they run and print. */
static void peers_are_labelled_by_what_tells_them_apart(void **state) {
  struct place *p = *state;
  static const struct {
    const char *experiment, *commands[2], *labels[2];
  } cases[] = {
      {"heavy-sums",
       {"power_sum.py --form range --ranges 1k+5k --how pool --workers {workers} --print",
        "power_sum.py --form array --ranges 1k+5k --how pool --workers {workers} --print"},
       {"range, pool", "array, pool"}},
      {"memo-wait",
       {"memo_wait.py --calls 1+1 --print", "memo_wait.py --calls 1+1 --memo --print"},
       {"seq", "memo, seq"}},
      {"names",
       {"decorators.py --order after+before --print", "decorators.py --order before+after --wraps --print"},
       {"after+before, seq", "before+after, wraps, seq"}},
      {"call-chain",
       {"call_chain.py --calls 4*500 --order none", "call_chain.py --reader pandas --calls 500 --order none"},
       {"seq", "pandas, seq"}},
      {"countdown",
       {"countdown.py --items 5+3 --how threads", "countdown.py --items 5+3 --how process"},
       {"threads", "process"}},
  };
  for (size_t i = 0; i < LENGTH(cases); i++) {
    struct problem problems[2] = {0};
    struct result result = {.run = {.problems = problems, .problem_count = 2}};
    char commands[2][200];
    for (size_t j = 0; j < 2; j++) {
      snprintf(commands[j], sizeof commands[j], "python3 -B configs/notebook/%s", cases[i].commands[j]);
      problems[j] = (struct problem){.kernel = (char *)"command", .problem = commands[j]};
    }
    for (size_t j = 0; j < 2; j++) {
      struct text label = {0};
      peer_label(&label, &result, experiment_by(&p->experiments, cases[i].experiment), &problems[j]);
      assert_string_equal(text_of(&label), cases[i].labels[j]);
      text_free(&label);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_value_goes_on_in_indented_lines),
      cmocka_unit_test(what_a_page_could_not_show_is_refused_with_its_line),
      cmocka_unit_test(a_long_line_is_refused_before_inih_cuts_it),
      cmocka_unit_test(an_empty_file_lacks_everything),
      cmocka_unit_test(every_experiment_finds_its_own_problem),
      cmocka_unit_test(peers_are_told_apart_by_script_and_option),
      cmocka_unit_test(peers_are_labelled_by_what_tells_them_apart),
  };
  return cmocka_run_group_tests(tests, load_notebook, drop_notebook);
}

/* Tests that each column of a run's files reaches its figure: runs of few rows whose sums are known by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/samples.h"
#include "base/words.h"
#include "data/results.h"

enum { BYTES = 1 << 16 };
static const char *const files[] = {"samples.csv", "plan.csv", "run.json", "machine.json"};
static char folder[64];
static char samples[BYTES], plan[BYTES];
static struct row base;
static struct run run;
static struct fault why;

/* ---- files of a few rows ---- */

static void put(const char *file, const char *text) {
  char path[100];
  snprintf(path, sizeof path, "%s/%s", folder, file);
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
  assert_int_equal(fclose(out), 0);
}

/* Adds a row: that of `base`, with "column=value column=value"; '~' in a value is a blank. */
static void row(const char *settings) {
  static struct row r;
  char words[2000], *save = NULL;
  r = base;
  snprintf(words, sizeof words, "%s", settings);
  for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
    char *value = strchr(word, '=');
    *value++ = '\0';
    for (char *at = value; (at = strchr(at, '~'));)
      *at = ' ';
    assert_true(column_find(word) >= 0);
    row_text(&r, (enum column)column_find(word), value);
  }
  for (int i = 0; i < COLUMNS; i++)
    csv_field(samples, sizeof samples, r.field[i], i == 0);
  append(samples, sizeof samples, "\n");
}

static int begin(void **state) {
  static char header[HEADER_BYTES];
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/nway-rows-XXXXXX");
  if (!mkdtemp(folder))
    return -1;
  snprintf(samples, sizeof samples, "%s\n", row_header(header));
  snprintf(plan, sizeof plan,
           "cell,block,build,kernel,problem,method,variant,schedule,pin,memory,scale,workers,baseline,iterations,"
           "warmup,samples,pilot_ns,process_ns,pss_bytes,attainable_ratio,section,state,note,env\n");
  memset(&base, 0, sizeof base);
  static const char *const same[][2] = {
      {"schema", "1"},        {"kernel", "k"},      {"problem", "n=1"},  {"method", "m"},     {"variant", "v"},
      {"schedule", "static"}, {"pin", "none"},      {"memory", "local"}, {"scale", "strong"}, {"workers", "2"},
      {"round", "1"},         {"block", "0"},       {"order", "0"},      {"phase", "sample"}, {"status", "ok"},
      {"sample", "0"},        {"iterations", "10"}, {"wall_ns", "1000"}};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    row_text(&base, (enum column)column_find(same[i][0]), same[i][1]);
  return 0;
}

static int end(void **state) {
  char path[100];
  (void)state;
  run_free(&run);
  run = (struct run){0};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    unlink(path);
  }
  return rmdir(folder);
}

/* Adds a line of plan.csv for the cell of `base` with so many workers. */
static void planned(int workers, const char *baseline, const char *figures, const char *state) {
  append(plan, sizeof plan, "0,0,,k,n=1,m,v,static,none,local,strong,%d,%s,%s,sec,%s,,\n", workers, baseline, figures,
         state);
}

static void load(void) {
  put("samples.csv", samples);
  put("plan.csv", plan);
  if (run_load(&run, folder, &why) != 0)
    fail_msg("%s", why.text);
}

/* The only cell of the run that has so many workers. */
static const struct cell *cell_of(int64_t workers) {
  for (size_t i = 0; i < run.problems[0].count; i++)
    if (run.problems[0].cells[i].workers == workers)
      return &run.problems[0].cells[i];
  fail_msg("no cell of %d workers", (int)workers);
  return NULL;
}

static void near(double a, double b) { assert_true(fabs(a - b) <= 1e-9 * fabs(b)); }

static bool is_told(const char *notice) {
  for (size_t i = 0; i < run.notice_count; i++)
    if (strcmp(run.notices[i], notice) == 0)
      return true;
  return false;
}

/* ---- samples.csv ---- */

static void a_process_has_the_sums_of_its_samples(void **state) {
  (void)state;
  row("phase=cold iterations=2 wall_ns=900 digest=aa");
  row("spawn_ns=10 work_ns=900 join_ns=90 finish_ns=5 busy_mean_ns=80 team_workers=2 user_ns=500 sys_ns=100 "
      "cycles=1000 cpu_khz=3000 work_units=20 digest=aa counters=inner_ns=50;alone=1");
  row("sample=1 wall_ns=3000 spawn_ns=30 work_ns=2700 join_ns=270 finish_ns=15 busy_mean_ns=40 team_workers=2 "
      "user_ns=1500 sys_ns=300 cycles=5000 cpu_khz=5000 work_units=40 digest=aa counters=inner_ns=70");
  row("sample=2 wall_ns=2000 spawn_ns=20 work_ns=1800 join_ns=180 finish_ns=10 busy_mean_ns=60 team_workers=2 "
      "user_ns=1000 sys_ns=200 cycles=3000 cpu_khz=4000 work_units=60 digest=aa counters=inner_ns=60");
  load();
  const struct cell *c = cell_of(2);
  const struct process *p = &c->processes[0];
  assert_int_equal(c->process_count, 1);
  assert_true(p->ok && !p->distrusted);
  near(p->ns, 200);
  near(p->cold_ns, 450);
  near(p->inner_ns, 60);
  near(p->wall, 6000);
  near(p->spawn, 60);
  near(p->work, 5400);
  near(p->join, 540);
  near(p->finish, 30);
  near(p->busy, 360);
  near(p->clock, 9000.0 / 3000 * 1e6);
  near(p->throughput, 120.0 / 6000 * 1e9);
  near(c->cpus, 3600.0 / 6000);
  near(c->units, 2);
  assert_true(c->alone);
  assert_string_equal(c->counters, "inner_ns=60");
  assert_string_equal(c->digest, "aa");
  assert_false(c->digests_differ);
  assert_int_equal(c->trouble.processes, 1);
  assert_int_equal(c->trouble.failed, 0);
  assert_int_equal(c->trouble.status, STATUS_NONE);
  assert_int_equal(run.rows, 4);
  assert_int_equal(run.most_workers, 2);
}

static void what_a_sample_does_not_tell_is_unknown(void **state) {
  (void)state;
  row("sample=0 cpu_khz=3000");
  row("sample=1 cpu_khz=4000 finish_ns=-1");
  row("round=2 busy_mean_ns=5");
  row("round=2 sample=1 busy_mean_ns=5 team_workers=2 user_ns=7 cpu_khz=7");
  load();
  const struct process *p = cell_of(2)->processes;
  assert_true(isnan(p[0].finish) && isnan(p[0].busy) && isnan(p[0].inner_ns) && isnan(p[0].cold_ns));
  assert_true(isnan(p[0].throughput));
  near(p[0].clock, 3500);
  assert_true(isnan(p[1].busy) && isnan(p[1].clock));
  near(p[1].wall, 2000);
  assert_true(p[0].spawn == 0 && p[0].work == 0);
  assert_true(cell_of(2)->cpus == 0 && cell_of(2)->units == 0 && !cell_of(2)->alone);
  assert_null(cell_of(2)->counters);
  assert_null(cell_of(2)->digest);
}

static void processes_are_told_apart_by_round_block_and_order(void **state) {
  (void)state;
  row("round=2 order=7 wall_ns=70");
  row("round=1 order=5 wall_ns=50");
  row("round=1 order=4 wall_ns=40");
  row("round=1 order=4 sample=1 wall_ns=60");
  row("round=1 block=1 order=3 wall_ns=30");
  row("round=2 order=7 sample=1 wall_ns=90");
  load();
  const struct cell *c = cell_of(2);
  static const struct {
    int64_t round, block, order;
    double ns;
  } due[] = {{1, 0, 4, 5}, {1, 0, 5, 5}, {1, 1, 3, 3}, {2, 0, 7, 8}};
  assert_int_equal(c->process_count, 4);
  for (int i = 0; i < 4; i++) {
    assert_int_equal(c->processes[i].round, due[i].round);
    assert_int_equal(c->processes[i].block, due[i].block);
    assert_int_equal(c->processes[i].order, due[i].order);
    near(c->processes[i].ns, due[i].ns);
  }
}

static void a_cell_keeps_the_largest_of_what_its_rows_tell(void **state) {
  (void)state;
  row("os_threads=3 pss_bytes=500 usable_cpus=4 cpus=0+1+0 attainable_ratio=1.5 throttled_ns=0");
  row("sample=1 os_threads=2 pss_bytes=400 usable_cpus=3 cpus=1+2+5+x+9999 attainable_ratio=1.9 throttled_ns=21");
  row("workers=7 usable_cpus=9 throttled_ns=9");
  load();
  const struct cell *c = cell_of(2);
  assert_int_equal(c->os_threads, 3);
  assert_int_equal(c->pss_bytes, 500);
  assert_int_equal(c->usable_cpus, 3);
  assert_int_equal(c->bound_cpus, 3);
  near(c->attainable, 1.5);
  assert_true(c->throttled);
  assert_false(cell_of(7)->throttled);
  assert_true(isnan(cell_of(7)->attainable));
  assert_int_equal(cell_of(7)->bound_cpus, 0);
  assert_int_equal(run.usable_cpus, 9);
  assert_int_equal(run.most_workers, 7);
}

static void failures_and_disturbances_are_counted_by_process(void **state) {
  (void)state;
  row("");
  row("round=2 status=crash iterations= wall_ns= note=signal~11");
  row("round=3 trust=steal~unchecked");
  row("round=4 status=timeout note=late");
  row("round=4 sample=1 status=wrong note=off~by~one");
  row("round=5 wall_ns=0");
  row("round=6 iterations=");
  row("round=7 trust=steal~unchecked");
  row("round=7 sample=1 trust=unpinned status=wrong note=second");
  load();
  const struct cell *c = cell_of(2);
  assert_int_equal(c->trouble.processes, 7);
  assert_int_equal(c->trouble.failed, 5);
  assert_int_equal(c->trouble.distrusted, 2);
  assert_int_equal(c->trouble.invalid_times, 2);
  assert_int_equal(c->trouble.status, STATUS_WRONG);
  assert_string_equal(c->trouble.note, "off by one");
  assert_string_equal(c->trouble.trust, "steal unchecked; unpinned");
  assert_int_equal(c->trouble.trust_bits,
                   TRUST_BIT(TRUST_STEAL) | TRUST_BIT(TRUST_UNCHECKED) | TRUST_BIT(TRUST_UNPINNED));
  static const bool ok[] = {true, false, true, false, false, false, false};
  for (int i = 0; i < 7; i++)
    assert_int_equal(c->processes[i].ok, ok[i]);
  assert_true(!c->processes[0].distrusted && c->processes[2].distrusted && c->processes[6].distrusted);
  assert_true(is_told("samples.csv: 2 timed rows without a positive time; their processes are left out"));
  assert_true(is_told("samples.csv: 1 cells that plan.csv does not name"));
}

static void the_first_failure_is_kept(void **state) {
  (void)state;
  row("status=crash note=first");
  row("round=2 status=exit note=second");
  load();
  assert_int_equal(cell_of(2)->trouble.status, STATUS_CRASH);
  assert_string_equal(cell_of(2)->trouble.note, "first");
}

static void superseded_rows_belong_to_no_process(void **state) {
  (void)state;
  row("status=superseded wall_ns=5 digest=bb");
  row("wall_ns=70 digest=aa");
  row("sample=1 wall_ns=90 digest=aa");
  load();
  assert_int_equal(cell_of(2)->process_count, 1);
  near(cell_of(2)->processes[0].ns, 8);
  assert_false(cell_of(2)->digests_differ);
  assert_int_equal(cell_of(2)->trouble.failed, 0);
}

static void answers_that_differ_are_seen(void **state) {
  (void)state;
  row("digest=aa");
  row("sample=1 digest=ab");
  row("workers=3 digest=aa");
  row("workers=3 sample=1 digest=");
  load();
  assert_true(cell_of(2)->digests_differ);
  assert_false(cell_of(3)->digests_differ);
}

static void the_same_sample_twice_is_refused_with_both_lines(void **state) {
  (void)state;
  row("sample=3");
  row("sample=1");
  row("sample=3");
  put("samples.csv", samples);
  put("plan.csv", plan);
  assert_int_equal(run_load(&run, folder, &why), -1);
  assert_non_null(strstr(why.text, "samples.csv:4: the same sample as line 2 (round, block, order, sample)"));
}

static void rows_before_the_rounds_are_answers_or_notices(void **state) {
  (void)state;
  planned(2, "", "1,0,1,0,0,0,", "planned");
  row("round=0 phase=oracle digest=aa variant=o workers=1");
  row("round=0 phase=oracle status=crash note=boom variant=o workers=1");
  row("round=0 phase=pilot status=crash note=in~pilot");
  row("round=0 phase=pilot status=superseded note=old");
  row("digest=ab");
  load();
  assert_int_equal(run.problems[0].count, 1);
  assert_true(cell_of(2)->digests_differ); /* from the oracle's */
  assert_int_equal(cell_of(2)->trouble.status, STATUS_CRASH);
  assert_string_equal(cell_of(2)->trouble.note, "in pilot");
  assert_true(is_told("oracle of k n=1 m: crash: boom"));
}

/* Weak scaling has an oracle of each size: one of them must agree; otherwise all must. */
static void an_answer_agrees_with_one_of_the_sizes_or_with_all(void **state) {
  (void)state;
  for (int weak = 0; weak < 2; weak++) {
    row_text(&base, (enum column)column_find("scale"), weak ? "weak" : "strong");
    row("round=0 phase=oracle digest=aa workers=1");
    row("round=0 phase=oracle digest=ab workers=1");
    row("round=0 phase=oracle digest=aa workers=1");
    row("workers=4 digest=ab");
    row("workers=5 digest=ac");
    row("workers=6 digest=ac method=other");
  }
  load();
  for (size_t i = 0; i < run.problem_count; i++)
    for (size_t j = 0; j < run.problems[i].count; j++) {
      const struct cell *c = &run.problems[i].cells[j];
      bool weak = strcmp(c->scale, "weak") == 0;
      assert_int_equal(c->digests_differ, c->workers == 5 || (c->workers == 4 && !weak));
    }
  assert_int_equal(run.problem_count, 2);
}

/* ---- plan.csv ---- */

static void a_planned_cell_has_what_the_plan_says(void **state) {
  (void)state;
  planned(1, "naive", "12,3,4,5,6,7,1.25", "planned");
  planned(2, "naive best-serial", "0,0,0,0,0,0,-1", "thinned");
  planned(3, "", ",,,,,,", "skipped");
  row("workers=1");
  load();
  assert_int_equal(run.problems[0].count, 3);
  const struct cell *c = cell_of(1);
  assert_true(c->planned && c->naive && !c->best_serial);
  assert_int_equal(c->iterations, 12);
  assert_int_equal(c->samples, 4);
  near(c->attainable, 1.25);
  assert_string_equal(c->section, "sec");
  assert_string_equal(c->plan_note, "");
  assert_int_equal(c->state, CELL_PLANNED);
  c = cell_of(2);
  assert_true(c->naive && c->best_serial && isnan(c->attainable));
  assert_int_equal(c->state, CELL_THINNED);
  assert_ptr_equal(run.problems[0].best_serial, c);
  c = cell_of(3);
  assert_true(!c->naive && c->iterations == 0 && c->samples == 0 && isnan(c->attainable));
  assert_int_equal(c->state, CELL_SKIPPED);
  assert_int_equal(run.most_workers, 3);
  planned(3, "", ",,,,,,", "skipped");
  put("plan.csv", plan);
  run_free(&run);
  assert_int_equal(run_load(&run, folder, &why), -1);
  assert_non_null(strstr(why.text, "plan.csv:5: duplicate cell; remove this line or the earlier one"));
}

static void a_torn_plan_is_told(void **state) {
  (void)state;
  planned(1, "", "1,0,1,0,0,0,", "planned");
  append(plan, sizeof plan, "1,0,,k,n=");
  row("workers=1");
  load();
  assert_int_equal(run.problems[0].count, 1);
  assert_true(is_told("plan.csv: the last line is incomplete and was ignored"));
}

/* ---- JSON ---- */

static void every_value_of_run_json_is_taken(void **state) {
  (void)state;
  row("");
  put("run.json",
      "{\"schema\": 1, \"run_id\": \"id\", \"machine_id\": \"mi\", \"name\": \"na\", \"nway\": \"nw\", "
      "\"config_name\": \"cn\", \"config_file\": \"cf\", \"config_text\": \"ct\", \"started_utc\": \"st\", "
      "\"ended_utc\": null, \"state\": \"budget\", \"command\": [\"a\", 5, \"b c\"], \"seed\": 11, "
      "\"rounds_planned\": 12, \"rounds_done\": 13, \"elapsed_ns\": 14, \"time_budget_ns\": 15, \"foreign_ns\": 16, "
      "\"watched_ns\": 17, \"width\": 0.5, \"synthetic\": true, \"notes\": [\"n1\", 7, \"n2\"]}");
  put("machine.json",
      "{\"schema\": 1, \"machine_id\": \"of the machine\", \"label\": \"la\", \"facts\": [{\"name\": \"f1\", "
      "\"value\": 2.5, \"unit\": \"GHz\", \"source\": \"s\"}, {\"value\": true}, {\"name\": \"f3\", \"value\": "
      "null}]}");
  load();
  assert_string_equal(run.id, "id");
  assert_string_equal(run.machine_id, "of the machine");
  assert_string_equal(run.label, "la");
  assert_string_equal(run.name, "na");
  assert_string_equal(run.nway, "nw");
  assert_string_equal(run.config_name, "cn");
  assert_string_equal(run.config_file, "cf");
  assert_string_equal(run.config_text, "ct");
  assert_string_equal(run.started, "st");
  assert_string_equal(run.ended, "");
  assert_string_equal(run.command, "a  b c");
  assert_int_equal(run.state, RUN_BUDGET);
  assert_int_equal(run.seed, 11);
  assert_int_equal(run.rounds_planned, 12);
  assert_int_equal(run.rounds_done, 13);
  assert_int_equal(run.elapsed_ns, 14);
  assert_int_equal(run.budget_ns, 15);
  assert_int_equal(run.foreign_ns, 16);
  assert_int_equal(run.watched_ns, 17);
  near(run.width, 0.5);
  assert_true(run.synthetic);
  assert_int_equal(run.note_count, 2);
  assert_string_equal(run.notes[1], "n2");
  assert_int_equal(run.fact_count, 3);
  assert_string_equal(run_fact(&run, "f1"), "2.5");
  assert_string_equal(run.facts[0].unit, "GHz");
  assert_string_equal(run.facts[0].source, "s");
  assert_string_equal(run.facts[1].name, "?");
  assert_string_equal(run.facts[1].value, "yes");
  assert_string_equal(run.facts[1].unit, "");
  assert_null(run.facts[2].value);
}

static void json_that_is_none_or_too_large_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *says;
  } bad[] = {{"[1]", "run.json:1: not a JSON object"},
             {"{\"schema\": 2}", "run.json: schema 2 is newer than this nway reads (1)"},
             {"{\"schema\": 1, \"schema\": 1}", "run.json:1: duplicate object key"},
             {"{\"schema\": 1\n", "run.json:2: "}};
  char path[100];
  row("");
  put("samples.csv", samples);
  put("plan.csv", plan);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    put("run.json", bad[i].text);
    assert_int_equal(run_load(&run, folder, &why), -1);
    if (!strstr(why.text, bad[i].says))
      fail_msg("'%s' does not say '%s'", why.text, bad[i].says);
    run_free(&run);
  }
  snprintf(path, sizeof path, "%s/run.json", folder);
  assert_int_equal(truncate(path, (16 << 20) + 1), 0);
  assert_int_equal(run_load(&run, folder, &why), -1);
  assert_non_null(strstr(why.text, "not a regular file of at most 16 MiB"));
  run_free(&run);
  unlink(path);
  load();
  assert_true(is_told("run.json: No such file or directory; its values are shown as unknown"));
}

#define OF_RUN(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      OF_RUN(a_process_has_the_sums_of_its_samples),
      OF_RUN(what_a_sample_does_not_tell_is_unknown),
      OF_RUN(processes_are_told_apart_by_round_block_and_order),
      OF_RUN(a_cell_keeps_the_largest_of_what_its_rows_tell),
      OF_RUN(failures_and_disturbances_are_counted_by_process),
      OF_RUN(the_first_failure_is_kept),
      OF_RUN(superseded_rows_belong_to_no_process),
      OF_RUN(answers_that_differ_are_seen),
      OF_RUN(the_same_sample_twice_is_refused_with_both_lines),
      OF_RUN(rows_before_the_rounds_are_answers_or_notices),
      OF_RUN(an_answer_agrees_with_one_of_the_sizes_or_with_all),
      OF_RUN(a_planned_cell_has_what_the_plan_says),
      OF_RUN(a_torn_plan_is_told),
      OF_RUN(every_value_of_run_json_is_taken),
      OF_RUN(json_that_is_none_or_too_large_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

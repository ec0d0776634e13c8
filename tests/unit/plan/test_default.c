/* Tests that the default experiment shows scaling on machines of 1 to 192 CPUs, as planned with fake times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/define.h"
#include "cell/attainable.h"
#include "cell/cell.h"
#include "cell/module.h"
#include "plan/choose.h"
#include "plan/plan.h"

/* ---- the real kernels, and variants by name alone ---- */

static const char *const names[] = {"power_sum", "triad", "factorial", "countdown", "power_digits"};
enum { KERNELS = sizeof names / sizeof *names, STORIES = 3 }; /* the first three are the stories */
static struct known_kernel kernels[KERNELS];
static struct known_variant variants[] = {
    {.name = (char *)"seq", .path = (char *)"", .schedules = 1, .max_workers = 1, .serial = true, .offers = ~0u},
    {.name = (char *)"pthread", .path = (char *)"", .schedules = 3, .offers = ~0u},
    {.name = (char *)"omp", .path = (char *)"", .schedules = 3, .offers = ~0u},
    {.name = (char *)"fork", .path = (char *)"", .schedules = 3, .offers = ~0u},
    {.name = (char *)"pool", .path = (char *)"", .schedules = 3, .offers = ~0u},
    {.name = (char *)"prefork", .path = (char *)"", .schedules = 3, .offers = ~0u}};
static const struct kernel *opened[KERNELS];
static const struct catalog catalog = {
    .kernels = kernels, .variants = variants, .kernel_count = KERNELS, .variant_count = 6};

static int open_kernels(void **state) {
  (void)state;
  const char *build = getenv("NWAY_BUILD");
  for (int i = 0; i < KERNELS; i++) {
    char path[512];
    struct fault fault;
    snprintf(path, sizeof path, "%s/kernels/%s.so", build ? build : "build", names[i]);
    if (module_kernel(path, &opened[i], &fault) != 0)
      return print_error("%s\n", fault.text), -1;
    kernels[i] = (struct known_kernel){.name = (char *)names[i],
                                       .path = strdup(path),
                                       .unit = (char *)"",
                                       .params = (struct param *)opened[i]->params,
                                       .needs = opened[i]->needs,
                                       .min_unit_ns = opened[i]->min_unit_ns};
  }
  return 0;
}

/* ---- fake times ---- */

/* Time of a unit in ns, and the speedup at which the kernel stops gaining, on a fake machine of 3 GHz. */
static const struct fake_cost {
  const char *kernel, *method;
  double unit_ns, most;
} fake_costs[] = {{"power_sum", "", 550, INFINITY},           {"triad", "", 0.085, INFINITY},
                  {"factorial", "plain", 21, INFINITY},       {"factorial", "memo", 0.12, 1.5},
                  {"countdown", "", 0.31, INFINITY},          {"power_digits", "string", 4.5e6, INFINITY},
                  {"power_digits", "divide", 1.4e6, INFINITY}};

/* A machine's memory gives about 4 GB/s a CPU, three times what one CPU takes at least. */
static double fake_bandwidth_ratio(int cpus) { return fmax(3, cpus * 4e9 / 12e9); }

static double fake_execution_ns(const struct plan *plan, const struct plan_cell *cell) {
  const struct task *task = &plan->tasks[cell->task];
  for (size_t i = 0; i < sizeof fake_costs / sizeof *fake_costs; i++) {
    const struct fake_cost *cost = &fake_costs[i];
    if (strcmp(cost->kernel, task->kernel->name) != 0 || strncmp(cost->method, task->method, strlen(cost->method)) != 0)
      continue;
    double most = strcmp(cost->kernel, "triad") == 0 ? fake_bandwidth_ratio(plan->usable_cpus) : cost->most;
    double team = cell->workers > 1 ? 20e3 * cell->workers : 0; /* to start and end a worker */
    return task->units * cost->unit_ns / fmin(task->attainable[cell->count_index], most) + team;
  }
  fail_msg("no fake cost of %s %s", task->kernel->name, task->method);
  return 0;
}

/* What a process takes beside its executions: start and end, and triad's pages. */
static double fake_start_ns(const struct plan *plan, const struct plan_cell *cell) {
  const struct task *task = &plan->tasks[cell->task];
  double pages = strcmp(task->kernel->name, "triad") == 0 ? task->units / 4 * 0.25 : 0;
  return 15e6 + 50e3 * cell->workers + pages;
}

/* The pilot of a cell, as pilot.c does it: the first execution, a sample, three more, the memory's. */
static int64_t fake_pilot(struct plan *plan, struct plan_cell *cell) {
  double one = fake_execution_ns(plan, cell), start = fake_start_ns(plan, cell);
  double sample = fmax(one, (double)plan->sample_ns);
  bool is_long = one >= LONG_EXECUTION_NS;
  cell->iterations = is_long ? 1 : (int64_t)fmax(1, (double)plan->sample_ns / one);
  cell->pilot_ns = (int64_t)one;
  cell->process_ns = (int64_t)(start + one + (double)(cell->samples + cell->warmup) * sample);
  return (int64_t)(start + (is_long ? one : 3 * one + fmin(3 * sample, 250e6 + sample)));
}

/* ---- planning ---- */

static int kernel_index(const struct plan *plan, int task) { return (int)(plan->tasks[task].kernel - kernels); }

/* Lays every task out by the real kernel. */
static void lay_out(struct plan *plan, int cpus) {
  struct fault fault;
  for (int t = 0; t < plan->task_count; t++) {
    struct task *task = &plan->tasks[t];
    const struct kernel *kernel = opened[kernel_index(plan, t)];
    struct settings settings;
    assert_int_equal(params_init(kernel->params, &settings, &fault), 0);
    for (int i = 0; task->sets[i]; i++)
      assert_int_equal(params_set(&settings, i, strchr(task->sets[i], '=') + 1, &fault), 0);
    struct job job = {.kernel = kernel, .values = settings.values};
    assert_int_equal(kernel->layout(&job), 0);
    task->units = job.units;
    int most = 0;
    for (int i = 0; i < plan->cell_count; i++)
      most = plan->cells[i].task == t && plan->cells[i].workers > most ? plan->cells[i].workers : most;
    if ((kernel->items ? kernel->items(&job, 0) : job.items) < 4L * most)
      fail_msg("%s: under 4 items for each of %d workers, on %d CPUs", task->kernel->name, most, cpus);
    for (int i = 0; i < plan->counts.count; i++)
      task->attainable[i] = attainable_ratio(&job, plan->counts.workers[i]);
    params_free(&settings);
  }
}

/* The plan for a machine as a run fits it; returns what is spent before the rounds. */
static int64_t plan_for(struct plan *plan, struct config *config, int cpus, char *told, size_t size) {
  struct fault fault = {0};
  char chosen[2000] = "";
  int64_t spent = 0;
  if (config_read("configs/default.conf", config, &fault) != 0 ||
      choose_definitions(config, cpus, chosen, sizeof chosen, &fault) != 0 || define_expand(config, &fault) != 0 ||
      plan_make(plan, config, &catalog, NULL, cpus, &fault) != 0)
    fail_msg("%s", fault.text);
  assert_non_null(strstr(chosen, "size ")); /* sizes are stated, in one line */
  assert_null(strchr(chosen, '\n'));
  lay_out(plan, cpus);
  const struct plan asked = *plan;
  for (int i = 0; i < plan->task_count; i++) {
    const struct plan_cell seq = {.task = i, .workers = 1};
    plan->tasks[i].oracle_ns = (int64_t)fake_execution_ns(plan, &seq);
    spent += 2 * plan->tasks[i].oracle_ns + PROCESS_GUESS_NS;
  }
  plan_thin_by_guess(plan, plan->budget_ns - spent);
  for (int i = 0; i < plan->cell_count; i++)
    if (cell_runs(&plan->cells[i]))
      spent += fake_pilot(plan, &plan->cells[i]);
  plan_choose_baselines(plan);
  for (int i = 0; i < plan->cell_count; i++) /* seven more processes where a problem has two serial cells */
    if (plan->cells[i].variant->serial && plan->tasks[plan->cells[i].task].method[0] &&
        strcmp(plan->tasks[plan->cells[i].task].method, "scalar") != 0)
      spent += 7 * plan->cells[i].process_ns;
  plan_fit(plan, plan->budget_ns - spent);
  plan_tell(plan, &asked, plan->budget_ns - spent, told, size);
  return spent;
}

/* The worker counts at which a kernel's cells run; `last_ns` gets the fastest execution at the most workers. */
static int counts_of(const struct plan *plan, int kernel, int *most, double *last_ns) {
  int count = 0;
  *most = 0;
  for (int n = 0; n < plan->counts.count; n++) {
    double least = INFINITY;
    for (int i = 0; i < plan->cell_count; i++)
      if (kernel_index(plan, plan->cells[i].task) == kernel && cell_runs(&plan->cells[i]) &&
          plan->cells[i].count_index == n)
        least = fmin(least, fake_execution_ns(plan, &plan->cells[i]));
    if (isinf(least))
      continue;
    *most = plan->counts.workers[n], *last_ns = least, count++;
  }
  return count;
}

/* The longest round of a story: whichever block comes first, its curve is there after it. */
static int64_t first_block_ns(const struct plan *plan) {
  int64_t most = 0;
  for (int block = 0; block < STORIES && block < plan->block_count; block++)
    most = plan_block_ns(plan, block) > most ? plan_block_ns(plan, block) : most;
  return most;
}

/* ---- the promises ---- */

static const int machines[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192};

static void three_stories_have_their_curves_within_three_minutes(void **state) {
  (void)state;
  for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
    struct plan plan;
    struct config config;
    char told[2000];
    int cpus = machines[m], wanted = cpus < 6 ? cpus : 6, cells = 0;
    int64_t spent = plan_for(&plan, &config, cpus, told, sizeof told);
    for (int i = 0; i < plan.cell_count; i++)
      cells += cell_runs(&plan.cells[i]);
    double total = (double)(spent + plan_round_ns(&plan) * plan.rounds) / 1e9;
    double curve = (double)(spent + first_block_ns(&plan)) / 1e9;
    print_message("%3d CPUs: %3d cells, %5.1f s before the rounds, first curve after %5.1f s, %5.1f s in all%s%s\n",
                  cpus, cells, (double)spent / 1e9, curve, total, told[0] ? "; " : "", told);
    assert_true(curve <= 30);
    assert_true(total <= 180);
    assert_true(spent + plan_round_ns(&plan) <= 60000000000); /* stopped after a minute, a run has its curves */
    assert_int_equal(plan.rounds, 12);
    for (int k = 0; k < STORIES; k++) {
      int most;
      double last_ns = 0;
      int count = counts_of(&plan, k, &most, &last_ns);
      if (count < wanted || most != cpus)
        fail_msg("%s on %d CPUs: %d worker counts up to %d", names[k], cpus, count, most);
      if (k < 2 && last_ns < 5e6)
        fail_msg("%s on %d CPUs: %.2g ms at the most workers", names[k], cpus, last_ns / 1e6);
    }
    plan_free(&plan);
    config_free(&config);
  }
}

/* ---- [choose NAME] by CPUs ---- */

static const char *chosen_of(const char *list, const char *define, int cpus, struct fault *fault) {
  static char value[100];
  char text[400], told[400] = "";
  struct config config;
  snprintf(text, sizeof text, "[define]\nsize = 0\n[choose size]\ncpus = %s\n", list);
  *fault = (struct fault){0};
  assert_int_equal(config_read_text("a.conf", text, &config, fault), 0);
  assert_true(!define || define_set(&config, define, fault) == 0);
  bool chosen = choose_definitions(&config, cpus, told, sizeof told, fault) == 0;
  snprintf(value, sizeof value, "%s", chosen ? define_find(&config, "size")->value : fault->text);
  config_free(&config);
  return value;
}

static void the_number_of_cpus_chooses_a_value(void **state) {
  (void)state;
  struct fault fault;
  static const struct {
    int cpus;
    const char *value;
  } cases[] = {{1, "4M"}, {8, "4M"}, {9, "32M"}, {64, "32M"}, {65, "64M"}, {100000, "64M"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(chosen_of("8:4M, 64: 32M, 1k:64M", NULL, cases[i].cpus, &fault), cases[i].value);
  assert_string_equal(chosen_of("8:4M, 64:32M", "size=7", 2, &fault), "7"); /* by --define */
}

static void a_list_that_cannot_choose_is_refused(void **state) {
  (void)state;
  struct fault fault;
  assert_string_equal(chosen_of("8", NULL, 2, &fault), "a.conf:4: cpus: '8' is not CPUS:VALUE, such as 64:32M");
  assert_string_equal(chosen_of("8:1, 4:2", NULL, 16, &fault),
                      "a.conf:4: cpus: '4:2': numbers of CPUs must ascend; sort them");
  assert_non_null(strstr(chosen_of("many:1", NULL, 2, &fault), "a.conf:4: cpus: "));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(three_stories_have_their_curves_within_three_minutes),
                                     cmocka_unit_test(the_number_of_cpus_chooses_a_value),
                                     cmocka_unit_test(a_list_that_cannot_choose_is_refused)};
  return cmocka_run_group_tests(tests, open_kernels, NULL);
}

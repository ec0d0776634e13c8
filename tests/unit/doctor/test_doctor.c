/* Tests that each check of the doctor fires on a planted fault and is silent on a healthy reading; no timing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/loops.h"
#include "doctor/trial.h"
#include "machine/vitals.h"
#include "tools/fake_tree.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define CPU "/sys/devices/system/cpu"
#define POWER "/sys/class/power_supply"

/* ---- detectors ---- */

/* Two cores of bare metal, tuned for measuring. */
static struct readings healthy(void) {
  struct readings r;
  readings_unknown(&r);
  r.system.cpus = (struct cpus){.logical = 2, .affinity = 2, .quota = HUGE_VAL, .usable = 2, .ratio = 2};
  r.system.cores = 2;
  r.system.siblings = r.system.turbo = r.system.battery = r.system.virtual_machine = 0;
  r.system.aslr = 2;
  r.system.bindings = 0;
  strcpy(r.system.governor, "performance");
  strcpy(r.system.clocksource, "tsc");
  r.clock = (struct clock_facts){25, 1};
  r.system.load = r.busy = r.busy_during = 0.01;
  r.pair[1] = 1;
  r.two_wall = r.two_cpu = (struct estimate){1.99, {1.98, 2.0, 0.96}, 24};
  r.rate_count = 2;
  r.rates[0] = 3.0e9;
  r.rates[1] = 2.99e9;
  r.noise = (struct estimate){0.003, {0.002, 0.004, 0.95}, 80};
  r.mhz_low = 2990;
  r.mhz_high = 3000;
  r.steal = r.steal_ever = r.throttled = 0;
  r.trial = (struct trial){100, 4, {0.011, 0.099, 0.95}};
  return r;
}

static struct finding judged(const char *name, const struct readings *r) {
  struct finding finding;
  const struct check *check = check_find(name);
  assert_non_null(check);
  check_judge(check, r, &finding);
  return finding;
}

static void quota(struct readings *r, double cpus) {
  r->system.cpus.quota = r->system.cpus.ratio = cpus;
  r->system.cpus.usable = cpus < 1 ? 1 : (int)cpus;
}
static void quota_half(struct readings *r) { quota(r, 0.5); }
static void quota_one_and_a_half(struct readings *r) { quota(r, 1.5); }
static void one_cpu(struct readings *r) { r->system.cpus.affinity = r->system.cpus.usable = r->system.cores = 1; }
static void smt(struct readings *r) { r->system.siblings = 2; }
static void powersave(struct readings *r) { strcpy(r->system.governor, "powersave"); }
static void governors_differ(struct readings *r) { strcpy(r->system.governor, "performance, powersave"); }
static void turbo(struct readings *r) { r->system.turbo = 1, r->system.turbo_file = "intel_pstate/no_turbo"; }
static void battery(struct readings *r) { r->system.battery = 2; }
static void mains(struct readings *r) { r->system.battery = 1; }
static void no_aslr(struct readings *r) { r->system.aslr = 0; }
static void bound_by_openmp(struct readings *r) {
  r->system.bindings = 2;
  strcpy(r->system.binding, "GOMP_CPU_AFFINITY=0 OMP_PLACES={0}");
  strcpy(r->system.unbinding, "GOMP_CPU_AFFINITY OMP_PLACES");
}
static void guest(struct readings *r) { r->system.virtual_machine = 1; }
static void clock_of_ms(struct readings *r) { r->clock.resolution_ns = 4000000; }
static void clock_of_calls(struct readings *r) { r->clock.overhead_ns = 1500, strcpy(r->system.clocksource, "hpet"); }
static void busy_little(struct readings *r) { r->busy = 0.3; }
static void busy_in_bursts(struct readings *r) { r->busy_during = 0.35; }
static void busy_core(struct readings *r) { r->busy = 1; }
static void busy_core_of_many(struct readings *r) { r->busy = 1, r->system.cpus.affinity = 64; }
static void two(struct readings *r, double x) { r->two_wall = (struct estimate){x, {x - 0.03, x + 0.03, 0.96}, 24}; }
static void shared_by_others(struct readings *r) { two(r, 1.1); }
static void shared_hardware(struct readings *r) { two(r, 1.1), r->two_cpu = r->two_wall; }
static void shared_by_a_host(struct readings *r) { shared_hardware(r), r->system.virtual_machine = 1; }
static void no_cause(struct readings *r) { two(r, 1.1), r->two_cpu.interval.coverage = 0; }
static void clock_of_tsc(struct readings *r) { r->clock.overhead_ns = 1500; }
static void one_of_one(struct readings *r) { one_cpu(r), r->system.cpus.logical = 1; }
static void barely_two(struct readings *r) { two(r, 1.88); }
static void too_wide(struct readings *r) { r->two_wall.interval.low = 1.2; }
static void slow_core(struct readings *r) { r->rates[1] = 2.7e9; }
static void half_core(struct readings *r) { r->rates[0] = 1.4e9; }
static void noise_little(struct readings *r) { r->noise.median = 0.02; }
static void noise_much(struct readings *r) { r->noise.median = 0.094; }
static void clock_drop(struct readings *r) { r->mhz_low = 2700; }
static void clock_halved(struct readings *r) { r->mhz_low = 1500; }
static void steal_little(struct readings *r) { r->steal = 0.01; }
static void steal_much(struct readings *r) { r->steal = 0.05; }
static void throttled_little(struct readings *r) { r->throttled = 0.001; }
static void throttled_much(struct readings *r) { r->throttled = 0.3; }
static void alarms_some(struct readings *r) { r->trial = (struct trial){100, 9, {0.042, 0.164, 0.95}}; }
static void alarms_many(struct readings *r) { r->trial = (struct trial){100, 30, {0.21, 0.4, 0.95}}; }

static const struct plant {
  const char *check;
  void (*plant)(struct readings *);
  enum verdict verdict;
  const char *says; /* a part of what was found, or of the command that mends it */
} plants[] = {
    {"usable CPUs", one_cpu, WARN, "1 usable of 2"},
    {"usable CPUs", one_cpu, WARN, "taskset -pc 0-1"},
    {"usable CPUs", one_of_one, WARN, "two CPUs or more"},
    {"CPU quota", quota_half, FAIL, "0.5 CPUs"},
    {"CPU quota", quota_one_and_a_half, WARN, "1.5 CPUs"},
    {"SMT", smt, WARN, "smt/control"},
    {"governor", powersave, WARN, "powersave"},
    {"governor", governors_differ, WARN, "scaling_governor"},
    {"turbo", turbo, WARN, "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"},
    {"power", battery, WARN, "running on battery"},
    {"power", battery, WARN, "plug it in"},
    {"power", mains, PASS, "mains"},
    {"ASLR", no_aslr, PASS, "off"},
    {"OpenMP binding", bound_by_openmp, WARN, "GOMP_CPU_AFFINITY=0 OMP_PLACES={0}"},
    {"OpenMP binding", bound_by_openmp, WARN, "unset GOMP_CPU_AFFINITY OMP_PLACES"},
    {"virtualisation", guest, WARN, "virtual machine"},
    {"timer", clock_of_ms, FAIL, "4000000 ns"},
    {"timer", clock_of_tsc, WARN, "dmesg"},
    {"timer", clock_of_calls, WARN, "echo tsc"},
    {"neighbours", busy_little, WARN, "0.30 of 2"},
    {"neighbours", busy_in_bursts, WARN, "0.35 over the whole check"},
    {"neighbours", busy_core, FAIL, "ps -eo"},
    {"neighbours", busy_core_of_many, WARN, "of 64"},
    {"two cores", shared_by_others, FAIL, "other processes or the host"},
    {"two cores", shared_hardware, FAIL, "the hardware itself"},
    {"two cores", shared_hardware, FAIL, "smt/control"},
    {"two cores", shared_by_a_host, FAIL, "virsh vcpupin"},
    {"two cores", no_cause, FAIL, "ps -eo"},
    {"two cores", barely_two, WARN, "1.88x"},
    {"two cores", too_wide, WARN, "1.20 to 2.00"},
    {"core rates", slow_core, WARN, "spread 10.0 %"},
    {"core rates", half_core, FAIL, "slowest CPU 0"},
    {"noise floor", noise_little, WARN, "2.00 %"},
    {"noise floor", noise_much, FAIL, "9.40 %"},
    {"frequency", clock_drop, WARN, "2700 to 3000 MHz"},
    {"frequency", clock_halved, FAIL, "1500 to 3000 MHz"},
    {"steal", steal_little, WARN, "1.00 %"},
    {"steal", steal_much, FAIL, "5.00 %"},
    {"throttling", throttled_little, WARN, "0.10 %"},
    {"throttling", throttled_much, FAIL, "30.00 %"},
    {"A/A trial", alarms_some, WARN, "9 of 100"},
    {"A/A trial", alarms_many, FAIL, "30 of 100"},
};

static void each_fault_fires(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(plants); i++) {
    struct readings r = healthy();
    plants[i].plant(&r);
    struct finding f = judged(plants[i].check, &r);
    if (f.verdict != plants[i].verdict || (!strstr(f.found, plants[i].says) && !strstr(f.fix, plants[i].says)))
      fail_msg("%s, plant %zu: %s, '%s', fix '%s'; wanted %s with '%s'", plants[i].check, i, verdict_words[f.verdict],
               f.found, f.fix, verdict_words[plants[i].verdict], plants[i].says);
  }
}

static void what_does_not_pass_says_how_to_mend_it(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(plants); i++) {
    struct readings r = healthy();
    plants[i].plant(&r);
    struct finding f = judged(plants[i].check, &r);
    if (f.verdict > PASS && !f.fix[0])
      fail_msg("%s, plant %zu: %s, and nothing mends it", plants[i].check, i, f.found);
    if (f.verdict > PASS && strlen(f.fix) + 1 == sizeof f.fix)
      fail_msg("%s, plant %zu: the command is cut: %s", plants[i].check, i, f.fix);
  }
}

static void every_check_has_a_plant(void **state) {
  (void)state;
  for (int i = 0; i < check_count; i++) {
    size_t at = 0;
    while (at < LENGTH(plants) && strcmp(plants[at].check, checks[i].name) != 0)
      at++;
    if (at == LENGTH(plants))
      fail_msg("nothing is planted for '%s'", checks[i].name);
  }
}

static void a_healthy_machine_passes_every_check(void **state) {
  (void)state;
  struct readings r = healthy();
  for (int i = 0; i < check_count; i++) {
    struct finding f = judged(checks[i].name, &r);
    if (f.verdict != PASS || !f.found[0] || f.fix[0])
      fail_msg("%s: %s, '%s', fix '%s'", checks[i].name, verdict_words[f.verdict], f.found, f.fix);
  }
}

static void what_is_not_known_is_called_unknown(void **state) {
  (void)state;
  struct readings r;
  readings_unknown(&r);
  for (int i = 0; i < check_count; i++) {
    struct finding f = judged(checks[i].name, &r);
    if (f.verdict != UNKNOWN || !f.found[0] || f.fix[0])
      fail_msg("%s: %s, '%s', fix '%s'", checks[i].name, verdict_words[f.verdict], f.found, f.fix);
  }
}

static void every_verdict_that_comes_says_what_it_means(void **state) {
  (void)state;
  for (size_t i = 0; i < LENGTH(plants); i++)
    assert_non_null(check_find(plants[i].check)->means[plants[i].verdict]);
  for (int i = 0; i < check_count; i++) {
    assert_non_null(checks[i].means[UNKNOWN]);
    assert_non_null(checks[i].means[PASS]);
    if (!isnan(checks[i].warn) || !isnan(checks[i].fail))
      assert_true(checks[i].reason[0] != '\0');
  }
}

static void few_rounds_or_groups_decide_nothing(void **state) {
  (void)state;
  struct readings r = healthy();
  r.two_wall.n = 5;
  r.two_wall.interval = (struct interval){NAN, NAN, 0};
  r.trial.groups = 19;
  assert_int_equal(judged("two cores", &r).verdict, UNKNOWN);
  assert_int_equal(judged("A/A trial", &r).verdict, UNKNOWN);
}

/* ---- fake trees ---- */

static const struct cpu_list four = {4, {0, 1, 2, 3}};

static struct readings facts_of_tree(void) {
  struct readings r;
  readings_unknown(&r);
  vitals_facts(root, &four, &r.system);
  return r;
}

static void an_empty_tree_tells_nothing(void **state) {
  (void)state;
  struct readings r = facts_of_tree();
  struct cpu_list cores;
  vitals_cores(root, &four, &cores, &r.system);
  assert_int_equal(r.system.siblings, -1);
  assert_int_equal(r.system.cores, 0);
  assert_int_equal(cores.count, 4);
  assert_string_equal(r.system.governor, "");
  assert_int_equal(r.system.turbo, -1);
  assert_int_equal(r.system.battery, -1);
  assert_int_equal(r.system.aslr, -1);
  assert_int_equal(r.system.virtual_machine, -1);
  assert_true(isnan(r.system.load));
  struct ticks none = vitals_ticks(root, &four);
  assert_int_equal(none.cpus, 0);
  assert_true(isnan(ticks_steal(none, none)) && isnan(ticks_busy(none, none)));
}

static void variables_that_bind_openmp_are_read(void **state) {
  (void)state;
  static const char *const names[] = {"GOMP_CPU_AFFINITY", "KMP_AFFINITY", "OMP_PLACES", "OMP_PROC_BIND",
                                      "OMP_THREAD_LIMIT"};
  for (size_t i = 0; i < LENGTH(names); i++)
    unsetenv(names[i]);
  assert_int_equal(facts_of_tree().system.bindings, 0);
  setenv("OMP_PROC_BIND", "true", 1), setenv("GOMP_CPU_AFFINITY", "0\033", 1);
  struct readings r = facts_of_tree();
  assert_int_equal(r.system.bindings, 2);
  assert_string_equal(r.system.unbinding, "GOMP_CPU_AFFINITY OMP_PROC_BIND");
  assert_non_null(strstr(r.system.binding, "OMP_PROC_BIND=true"));
  assert_null(strchr(r.system.binding, 033));
  unsetenv("OMP_PROC_BIND"), unsetenv("GOMP_CPU_AFFINITY");
}

static void siblings_are_found_in_either_spelling(void **state) {
  (void)state;
  struct readings r;
  struct cpu_list cores, odd = {2, {1, 3}};
  put(CPU "/cpu0/topology/thread_siblings_list", "0,2\n");
  put(CPU "/cpu2/topology/thread_siblings_list", "0,2\n");
  put(CPU "/cpu1/topology/thread_siblings_list", "1-1,3\n");
  put(CPU "/cpu3/topology/thread_siblings_list", "1-1,3\n");
  vitals_cores(root, &four, &cores, &r.system);
  assert_int_equal(r.system.cores, 2);
  assert_int_equal(r.system.siblings, 4);
  assert_int_equal(cores.cpus[0], 0);
  assert_int_equal(cores.cpus[1], 1);
  put(CPU "/cpu1/topology/thread_siblings_list", "0-1\n");
  put(CPU "/cpu3/topology/thread_siblings_list", "2-3\n");
  vitals_cores(root, &odd, &cores, &r.system); /* the siblings may not be used: no sharing */
  assert_int_equal(r.system.cores, 2);
  assert_int_equal(r.system.siblings, 0);
}

static void a_strange_list_of_siblings_ends(void **state) {
  (void)state;
  static const char *const lists[] = {"x\n", "0-\n", ",,,\n", "99999999999999999999\n", "-5\n", "3-0\n"};
  for (size_t i = 0; i < LENGTH(lists); i++) {
    struct readings r;
    struct cpu_list cores;
    put(CPU "/cpu0/topology/thread_siblings_list", lists[i]);
    vitals_cores(root, &(struct cpu_list){1, {0}}, &cores, &r.system);
    assert_int_equal(cores.count, 1);
  }
}

static void governor_turbo_aslr_and_load_are_read(void **state) {
  (void)state;
  put(CPU "/cpu0/cpufreq/scaling_governor", "performance\n");
  put(CPU "/cpu1/cpufreq/scaling_governor", "performance\n");
  put(CPU "/cpufreq/boost", "1\n");
  put("/proc/sys/kernel/randomize_va_space", "2\n");
  put("/proc/loadavg", "1.25 0.9 0.5 1/100 4711\n");
  struct readings r = facts_of_tree();
  assert_string_equal(r.system.governor, "performance");
  assert_int_equal(r.system.turbo, 1);
  assert_string_equal(r.system.turbo_file, "cpufreq/boost");
  assert_int_equal(r.system.aslr, 2);
  assert_true(r.system.load == 1.25);
  put(CPU "/cpu3/cpufreq/scaling_governor", "powersave\n");
  assert_string_equal(facts_of_tree().system.governor, "performance, powersave");
  put(CPU "/cpufreq/boost", "0\n");
  assert_int_equal(facts_of_tree().system.turbo, 0);
}

static void no_turbo_is_turned_round(void **state) {
  (void)state;
  put(CPU "/intel_pstate/no_turbo", "0\n");
  assert_int_equal(facts_of_tree().system.turbo, 1);
  put(CPU "/intel_pstate/no_turbo", "1\n");
  assert_int_equal(facts_of_tree().system.turbo, 0);
}

static void a_boost_of_each_cpu_is_switched_for_all(void **state) {
  (void)state;
  put(CPU "/cpu0/cpufreq/boost", "1\n");
  struct readings r = facts_of_tree();
  assert_int_equal(r.system.turbo, 1);
  assert_string_equal(r.system.turbo_file, "cpu*/cpufreq/boost");
}

static void a_planted_quota_reaches_its_check(void **state) {
  (void)state;
  put("/proc/self/cgroup", "0::/job\n");
  put("/sys/fs/cgroup/job/cpu.max", "50000 100000\n");
  struct readings r = facts_of_tree();
  assert_int_equal(judged("CPU quota", &r).verdict, FAIL);
}

static void the_battery_of_the_machine_counts(void **state) {
  (void)state;
  put(POWER "/AC/type", "Mains\n");
  assert_int_equal(facts_of_tree().system.battery, 0);
  put(POWER "/mouse/type", "Battery\n");
  put(POWER "/mouse/scope", "Device\n");
  put(POWER "/mouse/status", "Discharging\n");
  assert_int_equal(facts_of_tree().system.battery, 0);
  put(POWER "/BAT0/type", "Battery\n");
  put(POWER "/BAT0/status", "Full\n");
  assert_int_equal(facts_of_tree().system.battery, 1);
  put(POWER "/BAT0/status", "Discharging\n");
  assert_int_equal(facts_of_tree().system.battery, 2);
}

static void the_flag_of_a_virtual_machine_is_seen(void **state) {
  (void)state;
  put("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu sse2\n");
  assert_int_equal(facts_of_tree().system.virtual_machine, 0);
  put("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor sse2\n");
  put("/sys/class/dmi/id/sys_vendor", "QEMU\033[31m\n");
  struct readings r = facts_of_tree();
  assert_int_equal(r.system.virtual_machine, 1);
  assert_string_equal(r.system.vendor, "QEMU\\x1b[31m");
  put("/proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\n");
  put("/sys/class/dmi/id/sys_vendor", "Ampere(R)\n");
  assert_int_equal(facts_of_tree().system.virtual_machine, -1);
  put("/sys/class/dmi/id/sys_vendor", "QEMU\n");
  assert_int_equal(facts_of_tree().system.virtual_machine, 1);
}

static void ticks_are_those_of_the_usable_cpus(void **state) {
  (void)state;
  static const struct cpu_list usable = {2, {0, 2}};
  put("/proc/stat", "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\n"
                    "cpu2 0 0 0 0 0 0 0 0 0 0\nintr 1\n");
  struct ticks before = vitals_ticks(root, &usable);
  put("/proc/stat", "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 90 1 2 0 0 1 1 5 40 0\ncpu1 7 7 7 7 7 7 7 77 0 0\n"
                    "cpu2 0 0 0 95 5 0 0 0 0 0\nintr 1\n");
  struct ticks after = vitals_ticks(root, &usable);
  assert_int_equal(after.cpus, 2);
  assert_true(fabs(ticks_steal(before, after) - 0.05) < 1e-12);
  assert_true(fabs(ticks_busy(before, after) - 0.95) < 1e-12);
  assert_true(isnan(ticks_busy(before, before)));
  assert_true(isnan(ticks_steal(after, before))); /* counters that went back */
}

/* ---- the trial and the loops ---- */

/* By definition: at the upper limit k or fewer are as rare as a tail, at the lower one k or more. */
static void binomial_intervals_leave_a_tail_on_each_side_by_gsl(void **state) {
  (void)state;
  static const int sizes[] = {1, 10, 20, 160, 400};
  for (size_t i = 0; i < LENGTH(sizes); i++)
    for (int n = sizes[i], k = 0; k <= n; k++) {
      struct interval found = binomial_interval(k, n, 0.95);
      double below = k == n ? 0.025 : gsl_cdf_binomial_P((unsigned)k, found.high, (unsigned)n);
      double above = k == 0 ? 0.025 : gsl_cdf_binomial_Q((unsigned)k - 1, found.low, (unsigned)n);
      if (fabs(below - 0.025) > 1e-8 || fabs(above - 0.025) > 1e-8)
        fail_msg("%d of %d: %.9f to %.9f leaves %.9f and %.9f", k, n, found.low, found.high, above, below);
    }
  assert_true(binomial_interval(0, 10, 0.95).low == 0 && binomial_interval(10, 10, 0.95).high == 1);
  assert_true(binomial_interval(0, 0, 0.95).coverage == 0);
}

static void a_group_is_different_from_ten_of_twelve_on(void **state) {
  (void)state;
  for (int above = 0; above <= TRIAL_ROUNDS; above++) {
    struct trial trial = {0};
    double values[TRIAL_ROUNDS];
    for (int i = 0; i < TRIAL_ROUNDS; i++)
      values[i] = i < above ? 0.01 : -0.01;
    trial_count(&trial, values, TRIAL_ROUNDS);
    assert_int_equal(trial.groups, 1);
    assert_int_equal(trial.different, above <= 2 || above >= 10);
  }
}

static void loops_run_on_the_cpus_asked_for_or_not_at_all(void **state) {
  (void)state;
  struct cpu_list usable;
  vitals_usable(&usable);
  assert_true(usable.count >= 1);
  struct loop loops[2] = {{.cpu = usable.cpus[0], .iterations = 1000},
                          {.cpu = usable.cpus[usable.count - 1], .iterations = 1}};
  assert_int_equal(loops_run(loops, usable.count > 1 ? 2 : 1), 0);
  assert_true(loops[0].wall_ns > 0 && loops[0].cpu_ns >= 0);
  loops[1].cpu = VITALS_CPUS_MAX - 1; /* there is none, and the other must not wait for it */
  assert_int_equal(loops_run(loops, 2), -1);
  assert_int_equal(loops_calibrate(VITALS_CPUS_MAX - 1, 1000000), 0);
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, plant, fell)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_fault_fires),
      cmocka_unit_test(what_does_not_pass_says_how_to_mend_it),
      cmocka_unit_test(every_check_has_a_plant),
      cmocka_unit_test(a_healthy_machine_passes_every_check),
      cmocka_unit_test(what_is_not_known_is_called_unknown),
      cmocka_unit_test(every_verdict_that_comes_says_what_it_means),
      cmocka_unit_test(few_rounds_or_groups_decide_nothing),
      TREE_TEST(an_empty_tree_tells_nothing),
      TREE_TEST(siblings_are_found_in_either_spelling),
      TREE_TEST(a_strange_list_of_siblings_ends),
      TREE_TEST(variables_that_bind_openmp_are_read),
      TREE_TEST(governor_turbo_aslr_and_load_are_read),
      TREE_TEST(no_turbo_is_turned_round),
      TREE_TEST(a_boost_of_each_cpu_is_switched_for_all),
      TREE_TEST(a_planted_quota_reaches_its_check),
      TREE_TEST(the_battery_of_the_machine_counts),
      TREE_TEST(the_flag_of_a_virtual_machine_is_seen),
      TREE_TEST(ticks_are_those_of_the_usable_cpus),
      cmocka_unit_test(binomial_intervals_leave_a_tail_on_each_side_by_gsl),
      cmocka_unit_test(a_group_is_different_from_ten_of_twelve_on),
      cmocka_unit_test(loops_run_on_the_cpus_asked_for_or_not_at_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Judges the readings of a machine: one table of checks, their thresholds and the reasons for them. */
#include "health.h"

#include "words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const verdict_words[VERDICTS] = {"unknown", "pass", "warn", "fail"};

void readings_unknown(struct readings *readings) {
  *readings = (struct readings){.siblings = -1,
                                .turbo = -1,
                                .battery = -1,
                                .aslr = -1,
                                .virtual_machine = -1,
                                .load = NAN,
                                .busy = NAN,
                                .busy_during = NAN,
                                .mhz_low = NAN,
                                .mhz_high = NAN,
                                .steal = NAN,
                                .steal_ever = NAN,
                                .throttled = NAN};
}

/* ---- saying ---- */

#define FOUND(finding, ...) append((finding)->found, sizeof(finding)->found, __VA_ARGS__)
#define MEND(finding, ...) append((finding)->mend, sizeof(finding)->mend, __VA_ARGS__)

static const char see_processes[] = "ps -eo pid,psr,pcpu,comm --sort=-pcpu | head";

/* The verdict on a value that is the worse the larger it is; unknown for a NaN. */
static enum verdict grade(const struct check *check, double value) {
  if (isnan(value))
    return UNKNOWN;
  return value > check->fail ? FAIL : value > check->warn ? WARN : PASS;
}

static void not_known(struct finding *finding, const char *why) {
  finding->verdict = UNKNOWN;
  FOUND(finding, "%s", why);
}

/* ---- facts ---- */

static void judge_usable(const struct check *check, const struct readings *r, struct finding *f) {
  const struct cpus *cpus = &r->cpus;
  if (cpus->usable < 1)
    return not_known(f, "no affinity mask");
  f->verdict = cpus->usable < check->warn ? WARN : PASS;
  FOUND(f, "%d usable of %d online", cpus->usable, cpus->logical);
  if (r->cores > 0)
    FOUND(f, ", %d physical core%s", r->cores, r->cores == 1 ? "" : "s");
  if (cpus->affinity < cpus->logical)
    FOUND(f, "; the affinity mask allows %d", cpus->affinity);
  if (f->verdict != PASS && cpus->affinity < cpus->logical)
    MEND(f, "taskset -pc 0-%d $$", cpus->logical - 1);
}

static void judge_quota(const struct check *check, const struct readings *r, struct finding *f) {
  double quota = r->cpus.quota;
  if (r->cpus.usable < 1)
    return not_known(f, "no cgroup was read");
  f->verdict = quota < check->fail ? FAIL : quota < r->cpus.affinity ? WARN : PASS;
  if (isinf(quota))
    FOUND(f, "none seen");
  else
    FOUND(f, "%.4g CPUs for %d in the mask", quota, r->cpus.affinity);
  if (f->verdict != PASS)
    MEND(f, "docker update --cpus %d CONTAINER, or: systemctl set-property UNIT CPUQuota=", r->cpus.affinity);
}

static void judge_smt(const struct check *check, const struct readings *r, struct finding *f) {
  (void)check;
  if (r->siblings < 0)
    return not_known(f, "the system tells no siblings");
  f->verdict = r->siblings > 0 ? WARN : PASS;
  if (r->siblings == 0)
    FOUND(f, "each usable CPU is a core of its own%s",
          r->virtual_machine == 1 ? ", as the virtual machine is told" : "");
  else
    FOUND(f, "%d usable CPUs share a core with another one", r->siblings);
  if (r->siblings > 0)
    MEND(f, "echo off | sudo tee /sys/devices/system/cpu/smt/control");
}

static void judge_governor(const struct check *check, const struct readings *r, struct finding *f) {
  (void)check;
  if (!r->governor[0])
    return not_known(f, "no cpufreq under /sys");
  f->verdict = strcmp(r->governor, "performance") == 0 ? PASS : WARN;
  FOUND(f, "%s", r->governor);
  if (f->verdict == WARN)
    MEND(f, "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
}

static void judge_turbo(const struct check *check, const struct readings *r, struct finding *f) {
  (void)check;
  if (r->turbo < 0)
    return not_known(f, "no boost or no_turbo under /sys");
  f->verdict = r->turbo ? WARN : PASS;
  FOUND(f, "%s", r->turbo ? "on" : "off");
  if (r->turbo && r->turbo_file)
    MEND(f, "echo %d | sudo tee /sys/devices/system/cpu/%s", strstr(r->turbo_file, "no_turbo") ? 1 : 0, r->turbo_file);
}

static void judge_power(const struct check *check, const struct readings *r, struct finding *f) {
  static const char *const words[] = {"no battery", "mains, with a battery behind it", "running on battery"};
  (void)check;
  if (r->battery < 0)
    return not_known(f, "no /sys/class/power_supply");
  f->verdict = r->battery == 2 ? WARN : PASS;
  FOUND(f, "%s", words[r->battery]);
}

/* Only told: either setting can be measured with. */
static void judge_aslr(const struct check *check, const struct readings *r, struct finding *f) {
  static const char *const words[] = {"off", "on, but not for the heap", "on"};
  (void)check;
  if (r->aslr < 0 || r->aslr > 2)
    return not_known(f, "no randomize_va_space");
  f->verdict = PASS;
  FOUND(f, "%s", words[r->aslr]);
}

static void judge_virtual(const struct check *check, const struct readings *r, struct finding *f) {
  (void)check;
  if (r->virtual_machine < 0)
    return not_known(f, "the CPU flags cannot be read");
  f->verdict = r->virtual_machine ? WARN : PASS;
  FOUND(f, "%s%s%s", r->virtual_machine ? "virtual machine" : "none", r->vendor[0] ? ", " : "", r->vendor);
}

/* ---- idle ---- */

/* A sample is timed by two readings and must be ten times coarser than the clock: see the table. */
static void judge_timer(const struct check *check, const struct readings *r, struct finding *f) {
  if (r->clock.overhead_ns < 1)
    return not_known(f, "the clock was not measured");
  double cost = (double)r->clock.overhead_ns, step = (double)r->clock.resolution_ns;
  f->verdict = grade(check, cost > step ? cost : step);
  FOUND(f, "a reading costs %.0f ns, the smallest step is %.0f ns", cost, step);
  if (r->clocksource[0])
    FOUND(f, ", by %s", r->clocksource);
  if (f->verdict != PASS && strcmp(r->clocksource, "tsc") != 0 && strcmp(r->clocksource, "arch_sys_counter") != 0)
    MEND(f, "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource");
}

static void judge_neighbours(const struct check *check, const struct readings *r, struct finding *f) {
  if (isnan(r->busy))
    return not_known(f, "/proc/stat tells no busy time");
  int usable = r->cpus.affinity > 0 ? r->cpus.affinity : 1;
  double busy = fmax(r->busy, r->busy_during); /* of a NaN and a number this gives the number */
  f->verdict = busy > check->fail * usable ? FAIL : busy > check->warn ? WARN : PASS;
  FOUND(f, "others kept %.2f of %d CPUs busy while nway slept", r->busy, usable);
  if (!isnan(r->busy_during))
    FOUND(f, ", %.2f over the whole check", r->busy_during);
  if (!isnan(r->load))
    FOUND(f, "; load %.2f over the last minute", r->load);
  if (f->verdict != PASS)
    MEND(f, "%s", see_processes);
}

/* ---- measured ---- */

/* Time that a loop did not run does not count for the CPU clocks: what they miss, too, the hardware lacks. */
static void judge_cause(const struct check *check, const struct estimate *cpu, struct finding *f) {
  FOUND(f, ", by CPU clocks %.2fx", cpu->median);
  if (cpu->interval.high < check->warn)
    FOUND(f, ": the hardware itself is shared");
  if (cpu->interval.low < check->warn)
    return;
  FOUND(f, ": other processes or the host took the time");
  MEND(f, "%s", see_processes);
}

/* Fails only where the whole interval is too low, passes only where all of it is high enough. */
static void judge_two(const struct check *check, const struct readings *r, struct finding *f) {
  const struct estimate *wall = &r->two_wall, *cpu = &r->two_cpu;
  if (wall->n == 0)
    return not_known(f, r->cores == 1 || r->cpus.affinity == 1 ? "only one physical core is usable"
                                                               : "the loops could not run");
  FOUND(f, "%.2fx on CPUs %d and %d", wall->median, r->pair[0], r->pair[1]);
  if (wall->interval.coverage <= 0)
    return not_known(f, "; too few rounds in time for an interval");
  FOUND(f, " (95 %%: %.2f to %.2f, %d rounds)", wall->interval.low, wall->interval.high, wall->n);
  f->verdict = wall->interval.high < check->fail ? FAIL : wall->interval.low >= check->warn ? PASS : WARN;
  if (f->verdict != PASS && cpu->interval.coverage > 0)
    judge_cause(check, cpu, f);
}

static void judge_rates(const struct check *check, const struct readings *r, struct finding *f) {
  int slow = 0, fast = 0;
  if (r->rate_count < 1)
    return not_known(f, "the loops could not run");
  for (int i = 0; i < r->rate_count; i++) {
    slow = r->rates[i] < r->rates[slow] ? i : slow;
    fast = r->rates[i] > r->rates[fast] ? i : fast;
  }
  double spread = 1 - r->rates[slow] / r->rates[fast];
  f->verdict = grade(check, spread);
  FOUND(f, "%.3f to %.3f G iterations/s alone", r->rates[slow] / 1e9, r->rates[fast] / 1e9);
  FOUND(f, ", spread %.1f %% over %d%s core%s", 100 * spread, r->rate_count, r->rate_count < r->cores ? " sampled" : "",
        r->rate_count == 1 ? "" : "s");
  for (int i = 0; i < r->rate_count && r->rate_count <= 4; i++)
    FOUND(f, "%s CPU %d %.3f", i ? "," : ":", r->rate_cpus[i], r->rates[i] / 1e9);
  if (f->verdict != PASS)
    FOUND(f, "; slowest CPU %d", r->rate_cpus[slow]), MEND(f, "lscpu -e=CPU,CORE,SOCKET,MAXMHZ,MHZ");
}

static void judge_noise(const struct check *check, const struct readings *r, struct finding *f) {
  if (r->noise.n == 0)
    return not_known(f, "the loop could not run");
  f->verdict = grade(check, r->noise.median);
  FOUND(f, "two samples of the same code differ by %.2f %%", 100 * r->noise.median);
  if (r->noise.interval.coverage > 0)
    FOUND(f, " (95 %%: %.2f to %.2f, %d pairs)", 100 * r->noise.interval.low, 100 * r->noise.interval.high, r->noise.n);
  if (f->verdict != PASS)
    MEND(f, "%s", see_processes);
}

static void judge_frequency(const struct check *check, const struct readings *r, struct finding *f) {
  if (isnan(r->mhz_low) || !(r->mhz_high > 0))
    return not_known(f, "no scaling_cur_freq under /sys");
  f->verdict = grade(check, 1 - r->mhz_low / r->mhz_high);
  FOUND(f, "%.0f to %.0f MHz under load", r->mhz_low, r->mhz_high);
  if (f->verdict != PASS)
    MEND(f, "sudo cpupower frequency-set --max %.0fMHz", r->mhz_low);
}

static void judge_steal(const struct check *check, const struct readings *r, struct finding *f) {
  if (isnan(r->steal))
    return not_known(f, "/proc/stat tells no steal");
  f->verdict = grade(check, r->steal);
  FOUND(f, "%.2f %% of the CPU time asked for", 100 * r->steal);
  if (r->steal_ever == 0)
    FOUND(f, "; 0 since boot%s", r->virtual_machine == 1 ? ": this host may not tell" : "");
}

static void judge_throttling(const struct check *check, const struct readings *r, struct finding *f) {
  if (isnan(r->throttled))
    return not_known(f, "no cpu.stat of this cgroup tells");
  f->verdict = grade(check, r->throttled);
  FOUND(f, "held back for %.2f %% of the CPU time used", 100 * r->throttled);
  if (f->verdict != PASS)
    MEND(f, "docker update --cpus %d CONTAINER, or: systemctl set-property UNIT CPUQuota=", r->cpus.affinity);
}

static void judge_trial(const struct check *check, const struct readings *r, struct finding *f) {
  const struct trial *t = &r->trial;
  if (t->groups < 20)
    return not_known(f, "fewer than 20 groups of identical processes ended");
  f->verdict = t->share.low > check->fail ? FAIL : (double)t->different / t->groups > check->warn ? WARN : PASS;
  FOUND(f, "%d of %d groups of identical processes called different: %.1f %% (95 %%: %.1f to %.1f)", t->different,
        t->groups, 100.0 * t->different / t->groups, 100 * t->share.low, 100 * t->share.high);
}

/* ---- the table ---- */

const struct check checks[] = {
    {"usable CPUs",
     STAGE_FACTS,
     judge_usable,
     2,
     NAN,
     "CPUs: a speedup needs two",
     {"how many workers can run at once is not known", "as many workers run at once",
      "no speedup can be measured here, only costs", NULL}},
    {"CPU quota",
     STAGE_FACTS,
     judge_quota,
     NAN,
     1,
     "CPUs: below 1 even one worker is stopped in each period; it warns below the CPUs in the mask",
     {"a process may be stopped once its share is used up", "nothing stops a process once its share is used up",
      "more busy workers than this are stopped for a part of each period",
      "even one worker is stopped in each period: samples would measure the quota"}},
    {"SMT",
     STAGE_FACTS,
     judge_smt,
     NAN,
     NAN,
     "",
     {"two workers may sit on one core; see two cores", "no worker has to share a core",
      "more workers than cores share cores: expect far less than their number", NULL}},
    {"governor",
     STAGE_FACTS,
     judge_governor,
     NAN,
     NAN,
     "",
     {"the clock may follow the load", "the clock does not wait for load",
      "the clock follows the load or stays low: samples after a pause are slower", NULL}},
    {"turbo",
     STAGE_FACTS,
     judge_turbo,
     NAN,
     NAN,
     "",
     {"one worker may run at a higher clock than many", "one worker and many have the same clock",
      "one worker runs at a higher clock than many: speedups come out too low", NULL}},
    {"power",
     STAGE_FACTS,
     judge_power,
     NAN,
     NAN,
     "",
     {"a battery may hold the clock down", "no battery holds the clock down",
      "the clock is held down and follows the charge: plug the machine in", NULL}},
    {"ASLR",
     STAGE_FACTS,
     judge_aslr,
     NAN,
     NAN,
     "",
     {"how the layout of memory varies is not known",
      "for information: where it is on, the layout varies from process to process", NULL, NULL}},
    {"virtualisation",
     STAGE_FACTS,
     judge_virtual,
     NAN,
     NAN,
     "",
     {"a host may take time unseen", "no host takes time unseen",
      "the host may share cores and set clocks unseen: trust what is measured below", NULL}},
    {"timer",
     STAGE_IDLE,
     judge_timer,
     1000,
     500000,
     "ns, the larger of cost and step: over 1000 the clock is a system call; over 500000 two readings cost 5 % of a "
     "sample of 20 ms",
     {"what timing itself costs is not known", "samples of 1 ms and more are timed well",
      "the clock is slow: use samples of 20 ms or more", "too coarse for the usual sample of 20 ms"}},
    {"neighbours",
     STAGE_END,
     judge_neighbours,
     0.1,
     0.25,
     "CPUs kept busy by others; it fails at a share of all: a quarter of the machine belongs to somebody else",
     {"others may be at work", "the machine is free", "a run on all CPUs waits for the worker that shares its core",
      "too much of the machine belongs to others"}},
    {"two cores",
     STAGE_TWO,
     judge_two,
     1.9,
     1.8,
     "times, below: turbo costs a few percent; below 1.8 two workers lack a fifth of a core",
     {"whether cores are shared is not known", "two workers have two cores",
      "not surely two whole cores: speedups are doubtful",
      "the cores are shared: speedups here say little of the code"}},
    {"core rates",
     STAGE_RATES,
     judge_rates,
     0.05,
     0.5,
     "share by which the slowest core is slower: 5 % is a drop of the clock that distrusts a sample; half is no kind "
     "of core but a core in use",
     {"whether cores are alike is not known", "any core may do the work of any other",
      "unlike cores, or one in use: pin workers, and the ideal is the sum of the cores' rates",
      "one core is slower by half: it is in use or held back"}},
    {"noise floor",
     STAGE_NOISE,
     judge_noise,
     0.01,
     0.05,
     "median |log ratio|: up to 1 % a width of 2 % is reached in 12 rounds; over 5 % 48 rounds do not reach 5 %",
     {"how small a difference shows is not known", "differences of 2 % can be seen in 12 rounds",
      "small differences take many rounds", "differences of 5 % drown even in 48 rounds"}},
    {"frequency",
     STAGE_NOISE,
     judge_frequency,
     0.05,
     0.25,
     "drop of the clock under load: over 5 % distrusts a sample, a quarter is a machine held back by heat or power",
     {"the clock may change unseen", "the clock holds", "the clock falls under load: samples differ by when they ran",
      "the clock falls by a quarter under load: heat or power holds it back"}},
    {"steal",
     STAGE_END,
     judge_steal,
     0.005,
     0.02,
     "share of the CPU time asked for: over 2 % distrusts a sample, and here the average one",
     {"a host may take time unseen", "the host took next to nothing",
      "the host takes some time: some samples are slower", "the host takes so much that most samples are distrusted"}},
    {"throttling",
     STAGE_END,
     judge_throttling,
     0,
     0.01,
     "share of the CPU time used: over 1 % distrusts a sample; there should be none",
     {"whether a quota held the loops back is not known", "no quota held the loops back",
      "a quota held the loops back: some samples are slower", "a quota held the loops back: samples are distrusted"}},
    {"A/A trial",
     STAGE_TRIAL,
     judge_trial,
     0.075,
     0.05,
     "share called different, of a test at 5 %: it fails where the interval lies above 5 %",
     {"how often identical code is called different is not known",
      "identical code is called different about as rarely as it should be",
      "identical code is called different rather often, or by chance: try again",
      "identical code is called different too often: no verdict from here can be believed"}},
};
const int check_count = sizeof checks / sizeof *checks;

const struct check *check_find(const char *name) {
  for (int i = 0; i < check_count; i++)
    if (strcmp(checks[i].name, name) == 0)
      return &checks[i];
  return NULL;
}

void check_judge(const struct check *check, const struct readings *readings, struct finding *finding) {
  *finding = (struct finding){0};
  check->judge(check, readings, finding);
}

/* Judges what was measured while the machine was idle, and under load. */
#include "judge.h"

#include "base/words.h"

#include <math.h>
#include <string.h>

/* The verdict on a value for which larger is worse; unknown for NaN. */
static enum verdict grade(const struct check *check, double value) {
  if (isnan(value))
    return UNKNOWN;
  return value > check->fail ? FAIL : value > check->warn ? WARN : PASS;
}

/* ---- idle ---- */

/* A sample is timed by two readings and must be ten times coarser than the clock: see the table. */
void judge_timer(const struct check *check, const struct readings *r, struct finding *f) {
  if (r->clock.overhead_ns < 1)
    return judge_not_known(f, "the clock was not measured");
  double cost = (double)r->clock.overhead_ns, step = (double)r->clock.resolution_ns;
  f->verdict = grade(check, cost > step ? cost : step);
  FOUND(f, "a reading costs %.0f ns, the smallest step is %.0f ns", cost, step);
  if (r->system.clocksource[0])
    FOUND(f, ", by %s", r->system.clocksource);
  if (f->verdict == PASS)
    return;
  if (strcmp(r->system.clocksource, "tsc") == 0 || strcmp(r->system.clocksource, "arch_sys_counter") == 0)
    FIX(f, "see why it is slow, then use another machine: dmesg | grep -i -e clocksource -e tsc");
  else
    FIX(f, "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource");
}

void judge_neighbours(const struct check *check, const struct readings *r, struct finding *f) {
  if (isnan(r->busy))
    return judge_not_known(f, "no busy time in /proc/stat");
  int usable = r->system.cpus.affinity > 0 ? r->system.cpus.affinity : 1;
  double busy = fmax(r->busy, r->busy_during); /* of a NaN and a number this gives the number */
  f->verdict = busy > check->fail * usable ? FAIL : busy > check->warn ? WARN : PASS;
  FOUND(f, "others kept %.2f of %d CPUs busy while nway slept", r->busy, usable);
  if (!isnan(r->busy_during))
    FOUND(f, ", %.2f over the whole check", r->busy_during);
  if (!isnan(r->system.load))
    FOUND(f, "; load %.2f over the last minute", r->system.load);
  if (f->verdict != PASS)
    FIX(f, "%s", SEE_PROCESSES);
}

/* ---- measured ---- */

/* Blames shared hardware, of the machine or of its host, rather than other processes. */
static void judge_hardware(const struct readings *r, struct finding *f) {
  FOUND(f, ": the hardware itself is shared");
  if (r->system.virtual_machine == 1)
    FIX(f, WHOLE_CORES);
  else
    FIX(f, "echo off | sudo tee /sys/devices/system/cpu/smt/control; else count half as many cores");
}

/* CPU clocks do not count time when a loop was descheduled, so a loss that they show, too, comes from the hardware. */
static void judge_cause(const struct check *check, const struct readings *r, struct finding *f) {
  const struct estimate *cpu = &r->two_cpu;
  FOUND(f, ", by CPU clocks %.2fx", cpu->median);
  if (cpu->interval.high < check->warn)
    return judge_hardware(r, f);
  if (cpu->interval.low >= check->warn)
    FOUND(f, ": other processes or the host took the time");
  FIX(f, "%s", SEE_PROCESSES);
}

/* Fails only where the whole interval is too low, passes only where all of it is high enough. */
void judge_two(const struct check *check, const struct readings *r, struct finding *f) {
  const struct estimate *wall = &r->two_wall, *cpu = &r->two_cpu;
  if (wall->n == 0)
    return judge_not_known(f, r->system.cores == 1 || r->system.cpus.affinity == 1 ? "only one physical core is usable"
                                                                                   : "the loops could not run");
  FOUND(f, "%.2fx on CPUs %d and %d", wall->median, r->pair[0], r->pair[1]);
  if (wall->interval.coverage <= 0)
    return judge_not_known(f, "; too few rounds in time for an interval");
  FOUND(f, " (95 %%: %.2f to %.2f, %d rounds)", wall->interval.low, wall->interval.high, wall->n);
  f->verdict = wall->interval.high < check->fail ? FAIL : wall->interval.low >= check->warn ? PASS : WARN;
  if (f->verdict == PASS)
    return;
  if (cpu->interval.coverage > 0)
    judge_cause(check, r, f);
  else
    FIX(f, "%s", SEE_PROCESSES);
}

void judge_rates(const struct check *check, const struct readings *r, struct finding *f) {
  int slow = 0, fast = 0;
  if (r->rate_count < 1)
    return judge_not_known(f, "the loops could not run");
  for (int i = 0; i < r->rate_count; i++) {
    slow = r->rates[i] < r->rates[slow] ? i : slow;
    fast = r->rates[i] > r->rates[fast] ? i : fast;
  }
  double spread = 1 - r->rates[slow] / r->rates[fast];
  f->verdict = grade(check, spread);
  FOUND(f, "%.3f to %.3f G iterations/s alone", r->rates[slow] / 1e9, r->rates[fast] / 1e9);
  FOUND(f, ", spread %.1f %% over %d%s core%s", 100 * spread, r->rate_count,
        r->rate_count < r->system.cores ? " sampled" : "", plural(r->rate_count));
  for (int i = 0; i < r->rate_count && r->rate_count <= 4; i++)
    FOUND(f, "%s CPU %d %.3f", i ? "," : ":", r->rate_cpus[i], r->rates[i] / 1e9);
  if (f->verdict != PASS)
    FOUND(f, "; slowest CPU %d", r->rate_cpus[slow]);
  if (f->verdict == WARN)
    FIX(f, "nway run --pin cores ...; which is which: lscpu -e=CPU,CORE,SOCKET,MAXMHZ,MHZ");
  if (f->verdict == FAIL)
    FIX(f, "%s", SEE_PROCESSES);
}

void judge_noise(const struct check *check, const struct readings *r, struct finding *f) {
  if (r->noise.n == 0)
    return judge_not_known(f, "the loop could not run");
  f->verdict = grade(check, r->noise.median);
  FOUND(f, "two samples of the same code differ by %.2f %%", 100 * r->noise.median);
  if (r->noise.interval.coverage > 0)
    FOUND(f, " (95 %%: %.2f to %.2f, %d pairs)", 100 * r->noise.interval.low, 100 * r->noise.interval.high, r->noise.n);
  if (f->verdict != PASS)
    FIX(f, "%s", SEE_PROCESSES);
}

void judge_frequency(const struct check *check, const struct readings *r, struct finding *f) {
  if (isnan(r->mhz_low) || !(r->mhz_high > 0))
    return judge_not_known(f, "no scaling_cur_freq under /sys");
  f->verdict = grade(check, 1 - r->mhz_low / r->mhz_high);
  FOUND(f, "%.0f to %.0f MHz under load", r->mhz_low, r->mhz_high);
  if (f->verdict != PASS)
    FIX(f, "sudo cpupower frequency-set --max %.0fMHz", r->mhz_low);
}

void judge_steal(const struct check *check, const struct readings *r, struct finding *f) {
  if (isnan(r->steal))
    return judge_not_known(f, "no steal time in /proc/stat");
  f->verdict = grade(check, r->steal);
  FOUND(f, "%.2f %% of the CPU time asked for", 100 * r->steal);
  if (r->steal_ever == 0)
    FOUND(f, "; 0 since boot%s", r->system.virtual_machine == 1 ? ": the hypervisor may not report it" : "");
  if (f->verdict > PASS)
    FIX(f, WHOLE_CORES);
}

void judge_throttling(const struct check *check, const struct readings *r, struct finding *f) {
  if (isnan(r->throttled))
    return judge_not_known(f, "no throttling data in this cgroup's cpu.stat");
  f->verdict = grade(check, r->throttled);
  FOUND(f, "held back for %.2f %% of the CPU time used", 100 * r->throttled);
  if (f->verdict != PASS)
    FIX(f, "docker update --cpus %d CONTAINER, or: systemctl set-property UNIT CPUQuota=", r->system.cpus.affinity);
}

void judge_trial(const struct check *check, const struct readings *r, struct finding *f) {
  const struct trial *t = &r->trial;
  if (t->groups < 20)
    return judge_not_known(f, "fewer than 20 groups of identical processes ended");
  f->verdict = t->share.low > check->fail ? FAIL : (double)t->different / t->groups > check->warn ? WARN : PASS;
  FOUND(f, "%d of %d groups of identical processes called different: %.1f %% (95 %%: %.1f to %.1f)", t->different,
        t->groups, 100.0 * t->different / t->groups, 100 * t->share.low, 100 * t->share.high);
  if (f->verdict != PASS)
    FIX(f, "fix the findings above, free the machine, then repeat: nway doctor --thorough");
}

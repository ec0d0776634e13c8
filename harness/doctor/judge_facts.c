/* Judges what the system tells of itself. */
#include "judge.h"

#include "base/words.h"

#include <math.h>
#include <string.h>

void judge_not_known(struct finding *finding, const char *why) {
  finding->verdict = UNKNOWN;
  FOUND(finding, "%s", why);
}

void judge_usable(const struct check *check, const struct readings *r, struct finding *f) {
  const struct cpus *cpus = &r->system.cpus;
  if (cpus->usable < 1)
    return judge_not_known(f, "no affinity mask");
  f->verdict = cpus->usable < check->warn ? WARN : PASS;
  FOUND(f, "%d usable of %d online", cpus->usable, cpus->logical);
  if (r->system.cores > 0)
    FOUND(f, ", %d physical core%s", r->system.cores, plural(r->system.cores));
  if (cpus->affinity < cpus->logical)
    FOUND(f, "; the affinity mask allows %d", cpus->affinity);
  if (f->verdict != PASS && cpus->affinity < cpus->logical)
    FIX(f, "taskset -pc 0-%d $$", cpus->logical - 1);
  else if (f->verdict != PASS)
    FIX(f, "use a machine of two CPUs or more; a container: docker update --cpus 2 CONTAINER");
}

void judge_quota(const struct check *check, const struct readings *r, struct finding *f) {
  double quota = r->system.cpus.quota;
  if (r->system.cpus.usable < 1)
    return judge_not_known(f, "no cgroup was read");
  f->verdict = quota < check->fail ? FAIL : quota < r->system.cpus.affinity ? WARN : PASS;
  if (isinf(quota))
    FOUND(f, "none seen");
  else
    FOUND(f, "%.4g CPUs for %d in the mask", quota, r->system.cpus.affinity);
  if (f->verdict != PASS)
    FIX(f, "docker update --cpus %d CONTAINER, or: systemctl set-property UNIT CPUQuota=", r->system.cpus.affinity);
}

void judge_smt(const struct check *check, const struct readings *r, struct finding *f) {
  (void)check;
  if (r->system.siblings < 0)
    return judge_not_known(f, "the system reports no siblings");
  f->verdict = r->system.siblings > 0 ? WARN : PASS;
  if (r->system.siblings == 0)
    FOUND(f, "each usable CPU is a core of its own%s",
          r->system.virtual_machine == 1 ? ", according to the hypervisor" : "");
  else
    FOUND(f, "%d usable CPUs share a core with another one", r->system.siblings);
  if (r->system.siblings > 0)
    FIX(f, "echo off | sudo tee /sys/devices/system/cpu/smt/control");
}

void judge_governor(const struct check *check, const struct readings *r, struct finding *f) {
  (void)check;
  if (!r->system.governor[0])
    return judge_not_known(f, "no cpufreq under /sys");
  f->verdict = strcmp(r->system.governor, "performance") == 0 ? PASS : WARN;
  FOUND(f, "%s", r->system.governor);
  if (f->verdict == WARN)
    FIX(f, "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
}

void judge_turbo(const struct check *check, const struct readings *r, struct finding *f) {
  (void)check;
  if (r->system.turbo < 0)
    return judge_not_known(f, "no boost or no_turbo under /sys");
  f->verdict = r->system.turbo ? WARN : PASS;
  FOUND(f, "%s", r->system.turbo ? "on" : "off");
  if (r->system.turbo && r->system.turbo_file)
    FIX(f, "echo %d | sudo tee /sys/devices/system/cpu/%s", strstr(r->system.turbo_file, "no_turbo") ? 1 : 0,
        r->system.turbo_file);
}

void judge_power(const struct check *check, const struct readings *r, struct finding *f) {
  static const char *const words[] = {"no battery", "mains, with a battery behind it", "running on battery"};
  (void)check;
  if (r->system.battery < 0)
    return judge_not_known(f, "no /sys/class/power_supply");
  f->verdict = r->system.battery == 2 ? WARN : PASS;
  FOUND(f, "%s", words[r->system.battery]);
  if (f->verdict != PASS)
    FIX(f, "plug it in, until none says Discharging: grep . /sys/class/power_supply/*/status");
}

/* For information only: both settings are fit for measuring. */
void judge_aslr(const struct check *check, const struct readings *r, struct finding *f) {
  static const char *const words[] = {"off", "on, but not for the heap", "on"};
  (void)check;
  if (r->system.aslr < 0 || r->system.aslr > 2)
    return judge_not_known(f, "no randomize_va_space");
  f->verdict = PASS;
  FOUND(f, "%s", words[r->system.aslr]);
}

void judge_virtual(const struct check *check, const struct readings *r, struct finding *f) {
  (void)check;
  if (r->system.virtual_machine < 0)
    return judge_not_known(f, "no information in CPU flags, DMI or device tree");
  f->verdict = r->system.virtual_machine ? WARN : PASS;
  if (f->verdict != PASS)
    FIX(f, WHOLE_CORES);
  FOUND(f, "%s%s%s", r->system.virtual_machine ? "virtual machine" : "none", r->system.vendor[0] ? ", " : "",
        r->system.vendor);
}

void judge_binding(const struct check *check, const struct readings *r, struct finding *f) {
  (void)check;
  if (r->system.bindings < 0)
    return judge_not_known(f, "the environment was not read");
  f->verdict = r->system.bindings > 0 ? WARN : PASS;
  FOUND(f, "%s", r->system.bindings > 0 ? r->system.binding : "no variable set");
  if (f->verdict != PASS)
    FIX(f, "unset %s", r->system.unbinding);
}

/* The functions behind the table of checks: each looks at readings and fills a finding; none reads or measures. */
#ifndef NWAY_JUDGE_H
#define NWAY_JUDGE_H

#include "base/words.h"
#include "health.h"

#define JUDGE(name) void name(const struct check *check, const struct readings *r, struct finding *f)

/* Of what the system tells: judge_facts.c. */
JUDGE(judge_usable);
JUDGE(judge_quota);
JUDGE(judge_smt);
JUDGE(judge_governor);
JUDGE(judge_turbo);
JUDGE(judge_power);
JUDGE(judge_aslr);
JUDGE(judge_virtual);
JUDGE(judge_binding);

/* Of what was measured: judge_measured.c. */
JUDGE(judge_timer);
JUDGE(judge_neighbours);
JUDGE(judge_two);
JUDGE(judge_rates);
JUDGE(judge_noise);
JUDGE(judge_frequency);
JUDGE(judge_steal);
JUDGE(judge_throttling);
JUDGE(judge_trial);

/* Adds to the finding, or to the command that fixes it. */
#define FOUND(finding, ...) append((finding)->found, sizeof(finding)->found, __VA_ARGS__)
#define FIX(finding, ...) append((finding)->fix, sizeof(finding)->fix, __VA_ARGS__)

#define SEE_PROCESSES "ps -eo pid,psr,pcpu,comm --sort=-pcpu | head"
#define WHOLE_CORES "on the host: virsh vcpupin DOMAIN VCPU CPU for each; in a cloud: an instance with whole cores"

/* Sets the verdict `unknown`, with the reason. */
void judge_not_known(struct finding *finding, const char *why);

#endif

/* What the doctor knows of a machine, and the pure functions that judge it: readings in, verdicts out. */
#ifndef NWAY_HEALTH_H
#define NWAY_HEALTH_H

#include "base/clock.h"
#include "base/paired.h"
#include "machine/vitals.h"

#include <stdbool.h>

enum { RATES_MAX = 16 }; /* cores whose solo rate is measured; of more, this many evenly spread */

/* A median of `n` values with its 95 % interval; n = 0: not measured. */
struct estimate {
  double median;
  struct interval interval;
  int n;
};

/* The A/A trial: groups of rounds of identical processes, and how many groups a sign test called different. */
struct trial {
  int groups, different;
  struct interval share; /* of groups called different, exact binomial */
};

/* Everything a check may look at. Unknown is -1, NAN, "" or n = 0; readings_unknown() makes all of it so. */
struct readings {
  struct vitals system; /* what it tells of itself */
  struct clock_facts clock;
  double busy;              /* CPUs that others kept busy while nway slept, a short time */
  double busy_during;       /* CPUs that others kept busy over the whole check: also what comes in bursts */
  int pair[2];              /* the CPUs of the two countdowns */
  struct estimate two_wall; /* time of two countdowns one after the other / side by side, by the wall clock */
  struct estimate two_cpu;  /* the same by the threads' own CPU clocks */
  int rate_count;
  int rate_cpus[RATES_MAX];
  double rates[RATES_MAX];  /* countdown iterations a second, the median, of a core that has the machine for itself */
  struct estimate noise;    /* |log ratio| of two neighbouring samples of the same loop */
  double mhz_low, mhz_high; /* of the core under load */
  double steal;             /* stolen share of the CPU time asked for during the check */
  double steal_ever;        /* stolen ticks since boot */
  double throttled;         /* time the quota held this process back / its CPU time */
  struct trial trial;
};

void readings_unknown(struct readings *readings);

enum verdict { UNKNOWN, PASS, WARN, FAIL, VERDICTS };
extern const char *const verdict_words[VERDICTS];

/* The stage after which a check has its readings; stages run in this order. */
enum stage { STAGE_FACTS, STAGE_IDLE, STAGE_TWO, STAGE_RATES, STAGE_NOISE, STAGE_END, STAGE_TRIAL, STAGES };

struct finding {
  enum verdict verdict;
  char found[240]; /* what was seen */
  char fix[200];   /* how to fix it, "" if nothing is known */
};

struct check {
  const char *name;
  enum stage stage;
  void (*judge)(const struct check *check, const struct readings *readings, struct finding *finding);
  double warn, fail;           /* the thresholds; NAN: none. From here on it warns, or fails */
  const char *reason;          /* of the thresholds, with their unit */
  const char *means[VERDICTS]; /* for measurements */
};

extern const struct check checks[];
extern const int check_count;

/* The check of a name, or NULL. */
const struct check *check_find(const char *name);

/* Judges the readings: always one verdict and a filled `found`. */
void check_judge(const struct check *check, const struct readings *readings, struct finding *finding);

#endif

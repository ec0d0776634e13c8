/* `nway run`: probes, checks, pilots and measures a plan into a results folder. */
#ifndef NWAY_RUN_H
#define NWAY_RUN_H

#include "base/fault.h"

#include <signal.h>
#include <stdbool.h>

#define OVERRIDES_MAX 20
#define DEFINES_MAX 20
#define MODULES_MAX 15
#define PROGRAMS_MAX 16
#define SETS_MAX 40

struct run_options {
  const char *config;  /* file; NULL = configs/default.conf, or built-in settings where there is none */
  const char *kernel;  /* regular expression, or NULL */
  const char *results; /* root of results; NULL = results */
  const char *modules[MODULES_MAX + 1]; /* kernels from outside the tree, NULL at the end */
  struct {
    const char *name, *value; /* settings of [run] given on the command line */
  } overrides[OVERRIDES_MAX];
  int override_count;
  char env[1000];                       /* the values of several --env, joined; an override points to it */
  const char *defines[DEFINES_MAX + 1]; /* name=value for [define], NULL at the end */
  bool quick;                           /* 6 rounds, a budget of 60 s, the definitions of [quick] */
  bool dry_run;
  const char *save;                       /* a name for the run, or NULL */
  bool second_opinion;                    /* hyperfine times one kernel of the run too */
  const char *resume;                     /* the run to resume, "" = the latest; NULL: start a new run */
  bool force;                             /* resume even if something has changed */
  const char *commands[PROGRAMS_MAX + 1]; /* programs to measure instead of a configuration's problems */
  const char *names[PROGRAMS_MAX + 1];    /* of these programs, in their order; fewer or none */
  const char *title;                      /* of the problem that they solve, or NULL */
  struct {
    const char *name, *value; /* a parameter of the measured kernels; the name ends with '=' or NUL */
  } sets[SETS_MAX];
  int set_count;
  const char *builds[2];             /* two builds or commands to compare, or NULL */
  double worth;                      /* of two builds: the share of time that is worth attention (0.03); 0: not given */
  const char *const *argv;           /* the command as typed, NULL at the end */
  const volatile sig_atomic_t *stop; /* signal that asks to stop, 0 = none */
};

/* Runs everything. `path` gets the results folder ("" for a dry run or if nothing was begun or kept). Returns an exit
 * code: 0, 1 (a wrong answer or a failed cell), 3 (nothing measured), 128 + signal; or -1 and a fault. */
int run_all(const struct run_options *options, char *path, size_t size, struct fault *fault);

#endif

/* The state shared by the parts that expand a configuration into a plan. */
#ifndef NWAY_MAKING_H
#define NWAY_MAKING_H

#include "base/fault.h"
#include "plan.h"

enum { CHECKS_MAX = 16 }; /* more distinct `requires` lines run again for each section */

struct making {
  struct plan *plan;
  struct config *config;
  const struct catalog *catalog;
  const struct section *run, *section; /* section: the current problem */
  const struct known_kernel *kernel;
  struct settings settings; /* of the current combination */
  bool counted[PARAMS_MAX]; /* parameters of the kernel that affect some task of the section */
  int *tasks, task_count;   /* tasks of the section; an earlier section may have added them */
  struct check {
    const char *line;
    char lacking[400];
  } checks[CHECKS_MAX]; /* of `requires` lines that were run, each once */
  int check_count;
  char lacking[400];         /* why no cell of the section can run; "" if cells can */
  int weak;                  /* workers that the current problem is grown for; 0: not grown */
  struct topology *topology; /* NULL until first needed */
  struct fault *fault;
  int setting_line; /* line of the current list, for messages */
};

/* Puts the place of a setting before the fault's text; returns -1. */
int making_fault_at(struct making *m, int line, const char *name);

/* Puts the place of the section before the fault's text, of one that no file has its name alone; returns -1. */
int making_fault_in(struct making *m);

/* A setting from the command line (line 0), else of the problem's section, else of [run]. */
const struct setting *making_setting(const struct making *m, const char *name);

/* Its value, or its default in settings.def where it is not set. */
const char *making_value(const struct making *m, const char *name);

/* Refuses a section whose lists make more than CELLS_MAX combinations of parameter values, with their number, before
 * any is made; -1 on fault. */
int making_check_size(struct making *m);

/* The largest number of cells that this many tasks of the section can make, INT64_MAX if it is larger still. */
int64_t making_most_cells(struct making *m, int64_t tasks, int64_t counts);

/* Adds a task for every combination of the section's values, grown for m->weak workers; -1 on fault. */
int making_add_tasks(struct making *m);
/* Adds a task to the plan, which takes ownership; -1 and a fault if memory runs out. */
int making_keep_task(struct making *m, const struct task *task);
void making_free_task(struct task *task);
/* Marks each problem's naive method: the one that the section names, else its first. */
int making_mark_naive(struct making *m);

/* Fills the worker counts of the section; -1 on fault. */
int making_counts(struct making *m, struct counts *counts);

/* Adds all cells of the section's tasks: every variant, placement, schedule and worker count in it. The serial variant
 * with one worker is always among them: speedups need it as their base. */
int making_add_cells(struct making *m);
/* Adds one skipped cell, with the reason, for a kernel that could not be built. */
int making_add_missing_cell(struct making *m, int task);

#endif

/* A plan in the making: what its parts share while a configuration is expanded. */
#ifndef NWAY_MAKING_H
#define NWAY_MAKING_H

#include "base/fault.h"
#include "plan.h"

struct making {
  struct plan *plan;
  struct config *config;
  const struct catalog *catalog;
  const struct section *run, *section; /* section: the problem at hand */
  const struct known_kernel *kernel;
  struct settings settings;  /* of the combination at hand */
  bool counted[PARAMS_MAX];  /* parameters of the kernel that mean something to a task of the section */
  int *tasks, task_count;    /* tasks that the section stands for; others may have asked for them before */
  char lacking[400];         /* why no cell of the section can run; "" if they can */
  int weak;                  /* the workers that the problem at hand is grown for; 0: it is not */
  struct topology *topology; /* NULL until a placement needs it */
  struct fault *fault;
  int setting_line; /* of the list at hand, for messages */
};

/* Puts where a setting stands before the fault's text; returns -1. */
int making_fault_at(struct making *m, int line, const char *name);

/* A setting of the problem's section, else of [run]; one from the command line (line 0) goes before both. */
const struct setting *making_setting(const struct making *m, const char *name);

/* The worker counts that the section asks for. */
int making_counts(struct making *m, struct counts *counts);

/* Adds all cells of the section's tasks: every variant, placement, schedule and worker count that it asks for. */
int making_add_cells(struct making *m);
/* A kernel that could not be built still gets its row: one skipped cell that says why. */
int making_add_missing_cell(struct making *m, int task);

#endif

/* Describes what a run measures, so that a resumed run can be compared with the original. */
#ifndef NWAY_INPUTS_H
#define NWAY_INPUTS_H

#include "run_state.h"

/* `options`: what was asked for on the command line beside the configuration; `modules`: 16 hex digits over the files
 * of all kernels of the plan and of all variants. */
void run_inputs(const struct run *run, char *options, size_t size, char modules[17]);

#endif

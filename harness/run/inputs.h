/* Describes what a run measures, so that a resumed run can be compared with the original, and writes it down. */
#ifndef NWAY_INPUTS_H
#define NWAY_INPUTS_H

#include "run_state.h"

/* `options`: what was asked for on the command line beside the configuration; a longer text is cut, and ends with a
 * digest of all of it. `modules`: 16 hex digits over the files of all kernels of the plan and of all variants. */
#define INPUTS_BYTES 8000
void run_inputs(const struct run *run, char options[INPUTS_BYTES], char modules[17]);

/* Writes what a run begins with into its folder: catalog.json, machine.json, config.conf and logs/; only what is not
 * there, and in a resumed run with a note. */
int inputs_write(struct run *run);

#endif

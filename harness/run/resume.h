/* Resumes an interrupted run: complete blocks stay, an incomplete block is repeated. */
#ifndef NWAY_RESUME_H
#define NWAY_RESUME_H

#include "run_state.h"

/* Opens the folder options->resume names ("" = the latest) instead of making one. Refuses, unless options->force, a run
 * of another configuration, options, modules, nway or machine, since its rows would be mixed with others. Restores what
 * the pilot fixed, from a plan.csv that has each cell once, and replays what the adaptive stop has seen. Rows of the
 * block that was cut short become `superseded`; a torn last line is dropped and noted; a line in the middle that cannot
 * be read is refused with its number. A run that ended before its pilot did starts over, its old rows superseded, its
 * header written if it was torn; one whose answers are lost since is refused. 0, or -1 and run->fault. */
int resume_open(struct run *run);

#endif

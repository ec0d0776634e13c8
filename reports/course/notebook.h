/* Where the cells of a run hold the experiments of the course notebook. Pure. */
#ifndef NWAY_REPORT_NOTEBOOK_H
#define NWAY_REPORT_NOTEBOOK_H

#include "experiments.h"
#include "words/verdict.h"

/* Whether a run is the notebook's: by the name of its configuration, or by peers of several experiments. */
bool is_notebook(const struct experiments *, const struct run *);
/* The first problem of an experiment, or NULL. */
const struct analysis *experiment_problem(const struct result *, const struct experiment *);
/* Whether a problem is the experiment's Python peer. */
bool is_peer(const struct problem *, const struct experiment *);
/* How a peer runs: the word after --how, "seq" where there is none. */
void peer_how(struct text *, const struct problem *);
/* Whether a cell has a method of the experiment. */
bool is_of(const struct experiment *, const struct cell *);

/* Valid cells of an experiment, or NULL. A peer's experiment has no method: give its problem. */
const struct figures *naive_of(const struct analysis *, const struct experiment *);  /* sequential, first method */
const struct figures *serial_of(const struct analysis *, const struct experiment *); /* sequential, fastest */
/* That with the fewest workers among those as fast (within WORTH_ATTENTION) as the one with the highest lower end of
 * its speedup; with `parallel` only of those on more than one worker. */
const struct figures *best_of(const struct analysis *, const struct experiment *, bool parallel);
/* The time of one unit of work: a turn, a call. */
struct estimate per_unit(const struct figures *);
/* Why an experiment has no valid cell: the first reason that a cell gives; raw foreign text. */
void no_cell_words(struct text *, const struct analysis *, const struct experiment *);

#endif

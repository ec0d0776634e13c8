/* Finds the experiments of the course notebook among the cells of a run. Pure functions. */
#ifndef NWAY_REPORT_NOTEBOOK_H
#define NWAY_REPORT_NOTEBOOK_H

#include "experiments.h"
#include "stats/inner.h"
#include "words/verdict.h"

/* Whether a run is the notebook's: by its configuration's name, or because it has peers of several experiments. */
bool is_notebook(const struct experiments *, const struct run *);
/* The first problem of an experiment, or NULL. */
const struct analysis *experiment_problem(const struct result *, const struct experiment *);
/* Whether a problem is the experiment's Python peer. */
bool is_peer(const struct problem *, const struct experiment *);
/* Whether a problem runs configs/notebook/SCRIPT.py. */
bool is_script(const struct problem *, const char *script);
/* How a peer runs: the word after --how; "seq" without one. */
void peer_how(struct text *, const struct problem *);
/* Calls `each` for every option of a peer's input: its name and its value (NULL: a flag), both up to the next blank. */
void peer_options(const struct problem *, void (*each)(const char *option, const char *value, void *with), void *with);
/* How a peer runs, after the words that tell it from the other peers of its experiment: "range, pool". */
void peer_label(struct text *, const struct result *, const struct experiment *, const struct problem *);
/* Whether a cell has a method of the experiment. */
bool is_of(const struct experiment *, const struct cell *);

/* The value after an option of a peer's command, up to the next blank; false without it. */
bool peer_option(struct text *, const struct problem *, const char *option);

/* A valid cell of an experiment, or NULL. For a peer pass its problem and an experiment without a method. */
const struct figures *naive_of(const struct analysis *, const struct experiment *);  /* sequential, first method */
const struct figures *serial_of(const struct analysis *, const struct experiment *); /* sequential, fastest */
/* Takes the cell whose speedup interval has the highest lower end; of the cells as fast as that (within
 * WORTH_ATTENTION), returns the one with the fewest workers. With `parallel`, considers only cells with more than one
 * worker. */
const struct figures *best_of(const struct analysis *, const struct experiment *, bool parallel);
/* " (not judged: ...)" of a cell whose ratio over its own sequential one carries no verdict (fitness.h), else "". */
void unjudged_words(struct text *, const struct figures *);
/* The time of one unit of work: a turn, a call. */
struct estimate per_unit(const struct figures *);
/* Why an experiment has no valid cell: the first reason among its cells. Raw foreign text. */
void no_cell_words(struct text *, const struct analysis *, const struct experiment *);

#endif

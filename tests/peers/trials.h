/* The table of a live trial and its criteria, from the CSV that trial.sh wrote. */
#ifndef NWAY_PEERS_TRIALS_H
#define NWAY_PEERS_TRIALS_H

#include "base/fault.h"
#include "base/text.h"

/* KIND_AA and from KIND_OMP on: identical code, of which the latter are other kinds of cells than one worker's. */
enum trial_kind {
  KIND_AA,
  KIND_SLOW1,
  KIND_SLOW2,
  KIND_SLOW5,
  KIND_OMP,
  KIND_POOL,
  KIND_FORK,
  KIND_TRIAD,
  KIND_PROGRAM,
  KINDS
};
enum contender { NWAY, GBENCH, GBENCH_INTERLEAVED, HYPERFINE, CONTENDERS };
enum word { WORD_SLOWER, WORD_UNSIZED, WORD_FASTER, WORD_SAME, WORD_UNDECIDED, WORDS };
enum { LOADS = 2 }; /* without and with a busy neighbour */

/* All comparisons of one kind by one contender. */
struct group {
  size_t count, failed; /* with a result, without one */
  size_t different;     /* called different by the contender's own test */
  size_t found;         /* of them, with the new one slower */
  size_t words[WORDS];  /* what nway says beyond its test */
  double *shifts;       /* |estimate / truth - 1|, `count` of them */
  double *seconds;      /* wall time of each */
  size_t shift_capacity, second_capacity;
};

struct trials {
  struct group groups[LOADS][KINDS][CONTENDERS];
  double *parity; /* log of Google Benchmark's time of an iteration over nway's */
  size_t parity_count, parity_capacity, parity_failed;
};

/* Reads the CSV; a last line that was cut short is left out. 0, or -1 with "file:line: what is wrong". */
int trials_load(struct trials *, const char *path, struct fault *);
void trials_free(struct trials *);

/* Adds the table and a line a criterion. 0: all pass; 1: one fails; 3: none fails, one had too few trials. */
int trials_print(struct trials *, struct text *);

#endif

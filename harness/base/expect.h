/* What a configuration expects of its cells: one line of an [expect] section, read and judged; pure.
 *
 *   SUBJECT [WORD | NAME=VALUE]... QUANTITY OP NUMBER[UNIT]        ; comment
 *
 *   countdown omp workers=2 efficiency>=0.9
 *   "factorial list" memo seq speedup>=20
 *   power_sum * workers=max time<20ms
 *
 * SUBJECT   a kernel, or in quotes the label of a problem's section
 * WORD      a variant, or a word of the cell's method or problem as the tables write it (memo, list, n=499); all must
 *           fit. '*' stands for every variant, as does leaving it out
 *           PARAM=VALUE as a configuration writes it: lock=off, cache=private; PARAM=* leaves it open to whoever is
 *           judged by another's file (nway expect -c)
 * NAME      variant, method, schedule, pin, memory, scale, build, problem (in quotes: problem="list n=499"), workers
 *           (a number, or max: the most that the run has of the problem); a line without one speaks of all cells
 * QUANTITY  speedup (over best-serial), gain (over naive), efficiency (own / workers), time (of one execution, with a
 *           unit of time), throughput (units of work a second, with k, M, G or T)
 * OP        >= <= > <
 * UNIT      also x behind a speedup or gain (20x), % behind an efficiency (90%) */
#ifndef NWAY_EXPECT_H
#define NWAY_EXPECT_H

#include "cell_id.h"
#include "fault.h"
#include "params.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXPECT_BYTES = 200, EXPECT_WORDS = 12, EXPECT_MOST_WORKERS = -1 };

/* What selects cells by name: the axes of a cell (enum cell_axis) but its kernel, which is the subject; and workers. */
enum { EXPECT_WORKERS = CELL_IDS, EXPECT_SELECTORS };
/* Their names; NULL of the kernel. */
extern const char *const expect_selector_names[EXPECT_SELECTORS];

enum expect_quantity { EXPECT_SPEEDUP, EXPECT_GAIN, EXPECT_EFFICIENCY, EXPECT_TIME, EXPECT_THROUGHPUT };
enum expect_operator { EXPECT_AT_LEAST, EXPECT_AT_MOST, EXPECT_ABOVE, EXPECT_BELOW };

struct expect {
  char subject[EXPECT_BYTES];
  bool labelled;                          /* the subject was in quotes: a section's label */
  char words[EXPECT_WORDS][EXPECT_BYTES]; /* without '*' */
  int word_count;
  char selectors[EXPECT_SELECTORS][EXPECT_BYTES]; /* "": any */
  int64_t workers;                                /* 0: any, or EXPECT_MOST_WORKERS */
  enum expect_quantity quantity;
  enum expect_operator comparison;
  double bound;             /* a ratio, a share (0.9), ns, or units a second */
  char asked[EXPECT_BYTES]; /* ">=0.9", as written */
};

/* Reads one line without its comment; grammar alone, no name is looked up but those of selectors and quantities.
 * Returns 0, or -1 and a fault (EXIT_USAGE) that names the offending word, without file and line. */
int expect_parse(const char *text, struct expect *expect, struct fault *fault);

/* What a line is held against. */
struct expect_cell {
  const char *own[CELL_IDS];  /* as the columns write it; workers are left to the caller */
  const struct param *params; /* of its kernel; NULL: unknown, so words fit only as they stand in names */
};

/* How many words and selectors of a line, but for its subject and workers, the cell does not fit. A word fits the
 * variant, the method, a word of method or problem, or a parameter's value: lock=off, n=1k, and cache=private too,
 * which goes without saying in names. */
int expect_missed(const struct expect *expect, const struct expect_cell *cell);

/* Whether the line leaves a parameter open: NAME=*. */
bool expect_leaves_open(const struct expect *expect, const char *param);

/* "speedup" ... */
const char *expect_quantity_name(enum expect_quantity quantity);

/* Goes through the text of a configuration; starts as {.at = text}. */
struct expect_reader {
  const char *at;
  int line; /* of what expect_next gave last, from 1 */
  bool inside;
};
/* The next expectation of any [expect] section: the line without blanks and comment, cut to EXPECT_BYTES - 1.
 * False at the end of the text. */
bool expect_next(struct expect_reader *reader, char out[EXPECT_BYTES]);

enum expect_outcome { EXPECT_MET, EXPECT_NOT_SHOWN, EXPECT_FAILED };
/* Judges by the interval's ends: met if even its worse end is right, failed if even its better end is not, else not
 * shown; so is an interval that is none (an end is no number). */
enum expect_outcome expect_judge(const struct expect *expect, double low, double high);

#endif

/* Parses and judges the lines of a configuration's [expect] sections; does no I/O.
 *
 *   SUBJECT [WORD | NAME=VALUE]... QUANTITY OP NUMBER[UNIT]        ; comment
 *
 *   countdown omp workers=2 efficiency>=0.9
 *   "factorial list" memo seq speedup>=20
 *   power_sum * workers=max time<20ms
 *
 * SUBJECT   a kernel, or in quotes the label of a problem's section
 * WORD      a variant, or a word of the cell's method or problem as the tables write it (memo, list, n=499); a cell
 *           must match every word. '*', or no variant, matches all variants
 * PARAM=VALUE  as a configuration writes it: lock=off, cache=private; PARAM=* accepts every value, also in a run that
 *           another file's lines judge (nway expect -c)
 * NAME      an axis of cell_id.def but kernel: variant, method, schedule, pin, memory, scale, build, env, problem (in
 *           quotes: problem="list n=499"), or workers (a number, or max: the largest worker count of the problem in the
 *           run); an omitted NAME matches all cells
 * QUANTITY  speedup (over best-serial), gain (over naive), efficiency (own / workers), time (of one execution, with a
 *           unit of time), throughput (units of work per second, with k, M, G or T)
 * OP        >= <= > <
 * UNIT      also x after a speedup or gain (20x), % after an efficiency (90%) */
#ifndef NWAY_EXPECT_H
#define NWAY_EXPECT_H

#include "cell_id.h"
#include "fault.h"
#include "params.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXPECT_BYTES = 200, EXPECT_WORDS = 12, EXPECT_MOST_WORKERS = -1 };

/* Selectors: the axes of a cell (enum cell_axis) plus workers. The kernel is not a selector; it is the subject. */
enum { EXPECT_WORKERS = CELL_IDS, EXPECT_SELECTORS };
/* Names of the selectors; NULL for the kernel. */
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
  double bound;             /* a ratio, a share (0.9), ns, or units per second */
  char asked[EXPECT_BYTES]; /* ">=0.9", as written */
};

/* Parses one line without its comment. Checks the names of selectors and quantities; does not look up kernels, variants
 * or parameters. Returns 0, or -1 and a fault (EXIT_USAGE) that names the offending word, without file and line. */
int expect_parse(const char *text, struct expect *expect, struct fault *fault);

/* The cell that a line is compared with. */
struct expect_cell {
  const char *own[CELL_IDS];  /* as in the columns of samples.csv; the caller compares workers */
  const struct param *params; /* parameters of its kernel; NULL: unknown, so words match only the text of the names */
};

/* Counts the words and selectors of a line that the cell does not match; ignores the subject and workers. A word
 * matches the variant, the method, a word of the method or problem, or a parameter's value (lock=off, n=1k), including
 * default values that names omit (cache=private). */
int expect_missed(const struct expect *expect, const struct expect_cell *cell);

/* Returns true if the line accepts any value of the parameter: NAME=*. */
bool expect_leaves_open(const struct expect *expect, const char *param);

/* "speedup" ... */
const char *expect_quantity_name(enum expect_quantity quantity);

/* Iterates over the lines of a configuration's text; initialise with {.at = text}. */
struct expect_reader {
  const char *at;
  int line; /* number of the line that expect_next returned last, from 1 */
  bool inside;
};
/* Copies the next line of any [expect] section, without comment and surrounding blanks, truncated to EXPECT_BYTES - 1.
 * Returns false at the end of the text. */
bool expect_next(struct expect_reader *reader, char out[EXPECT_BYTES]);

enum expect_outcome { EXPECT_MET, EXPECT_NOT_JUDGED, EXPECT_NOT_SHOWN, EXPECT_FAILED };
/* Compares both bounds of the interval: met if both satisfy the line, failed if neither does, otherwise not shown. NaN
 * bounds give EXPECT_NOT_SHOWN. Never EXPECT_NOT_JUDGED: the caller decides that by the state of the machine. */
enum expect_outcome expect_judge(const struct expect *expect, double low, double high);

#endif

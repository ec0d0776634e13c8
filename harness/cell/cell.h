/* The process of one cell: loads one kernel and one variant, runs and times them, and reports to a pipe. */
#ifndef NWAY_CELL_H
#define NWAY_CELL_H

#include "base/fault.h"
#include "options/options.h"

/* ns; an execution that takes this long or longer is its own pilot: no calibration, no warm-up. */
#define LONG_EXECUTION_NS 1000000000
#define LONG_PROGRAM_NS 100000000 /* the same for a program, which has nothing to warm that outlives it */

/* `nway cell MODE --kernel FILE.so [options]`; options.def lists them. `options` must be parsed for COMMAND_CELL.
 *
 * MODE: probe (layout only), oracle (one execution, checked), pilot (finds iterations and warm-up), measure.
 * Without --fd the lines (record.h) go to stdout, so that a cell can be run by hand. A cell
 * that ends by itself writes an "end" line; without one, the kernel ended the process (a crash or an exit).
 * Returns 0, or -1 and a fault for bad arguments. The mode once prints for people instead (`nway kernel`) and returns
 * the exit code. */
int cell_main(const struct options *options, struct fault *fault);

#endif

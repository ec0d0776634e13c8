/* The process of one cell: loads one kernel and one variant, runs and times them, and tells a pipe. */
#ifndef NWAY_CELL_H
#define NWAY_CELL_H

#include "base/fault.h"

/* `nway cell MODE --kernel FILE.so [--variant FILE.so] [--set name=value]... [--workers N] [--schedule S]
 *   [--iterations N] [--warmup N] [--samples N] [--sample-time T] [--warmup-time T] [--attainable N]... [--fd N]`
 *
 * MODE: probe (layout only), oracle (one execution, checked), pilot (finds iterations and warm-up), measure.
 * Without --fd the lines (record.h) go to stdout, so that a cell can be run by hand. Every way of ending is
 * told by a line, except those the kernel itself causes: no "end" line means that it did.
 * Returns 0, or -1 and a fault for bad arguments. */
int cell_main(int argc, char **argv, struct fault *fault);

#endif

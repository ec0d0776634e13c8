/* The process of one cell: loads one kernel and one variant, runs and times them, and tells a pipe. */
#ifndef NWAY_CELL_H
#define NWAY_CELL_H

#include "base/fault.h"
#include "base/options.h"

/* `nway cell MODE --kernel FILE.so [options]`; options.def lists them. `options` must be parsed for COMMAND_CELL.
 *
 * MODE: probe (layout only), oracle (one execution, checked), pilot (finds iterations and warm-up), measure.
 * Without --fd the lines (record.h) go to stdout, so that a cell can be run by hand. Every way of ending is
 * told by a line, except those the kernel itself causes: no "end" line means that it did.
 * Returns 0, or -1 and a fault for bad arguments. */
int cell_main(const struct options *options, struct fault *fault);

#endif

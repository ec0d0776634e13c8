/* Earlier runs of the same machine, configuration and programs, in the folder that a run lies in. */
#ifndef NWAY_REPORT_EARLIER_H
#define NWAY_REPORT_EARLIER_H

#include "results.h"

/* Folders of the latest such runs before `run`, at most `most`, newest first. They agree with it in the machine's
 * identity, the text of the configuration, the options of the command line that change what is measured, and the
 * modules. Runs without a run.json that can be read are passed over, as are runs that go on. `folders` is NULL where
 * there is none; free each and the list. Returns how many. */
size_t earlier_runs(const struct run *, size_t most, char ***folders);

#endif

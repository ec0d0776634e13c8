/* Says whether another program that timed one cell from outside agrees with nway. */
#ifndef NWAY_REPORT_SECOND_WORDS_H
#define NWAY_REPORT_SECOND_WORDS_H

#include "stats/second.h"

/* "Second opinion by hyperfine, countdown ...: it agrees: +0.4 % [-0.3 %, +1.1 %] ..."; nothing if the run was not
 * asked for one. */
void second_sentence(struct text *, const struct result *);

#endif

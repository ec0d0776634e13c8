/* The section [report] of a configuration: what a report of its runs holds beside them. */
#ifndef NWAY_REPORT_SECTION_H
#define NWAY_REPORT_SECTION_H

#include "config.h"

/* The setting `reference`, a run that reports draw beside this one; NULL: there is none. */
const struct setting *report_reference(const struct config *);

/* Refuses other settings of [report], and a reference that is no page and no run below `results`. Returns 0, or -1 with
 * "file:line: what is wrong; what to do". */
int report_section_check(const struct config *, const char *results, struct fault *);

#endif

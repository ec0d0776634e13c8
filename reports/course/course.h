/* The course's addition to a report: the page of the notebook's experiments. The room's other headers are private. */
#ifndef NWAY_REPORT_COURSE_H
#define NWAY_REPORT_COURSE_H

#include "base/text.h"
#include "page/page.h"
#include "stats/result.h"

/* The course's pages; the last entry has a NULL file. */
extern const struct companion course_pages[];

/* Appends the table of the notebook's experiments as Markdown. Returns 0, or -1 with a reason: the run is another one.
 */
int course_table(struct text *, const struct result *, struct fault *);

#endif

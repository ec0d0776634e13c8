/* The course's addition to a report: the page of the notebook's experiments. The room's other headers are private. */
#ifndef NWAY_REPORT_COURSE_H
#define NWAY_REPORT_COURSE_H

#include "page/page.h"

/* The course's pages; the last entry has a NULL file. */
extern const struct companion course_pages[];

#endif

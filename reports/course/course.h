/* What the course adds to a report: the page of the notebook's experiments. The rest of the room is private to it. */
#ifndef NWAY_REPORT_COURSE_H
#define NWAY_REPORT_COURSE_H

#include "page/page.h"

/* Ends with a NULL file. */
extern const struct companion course_pages[];

#endif

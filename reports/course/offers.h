/* The course's addition to a report.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_COURSE_OFFERS_H
#define NWAY_COURSE_OFFERS_H

#include "course.h"

#endif

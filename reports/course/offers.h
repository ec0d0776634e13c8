/* The course's addition to a report.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_COURSE_OFFERS_H
#define NWAY_COURSE_OFFERS_H

#include "course.h"

#endif

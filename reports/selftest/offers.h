/* The public header of this room: tests the report's analysis on synthetic runs of known truth.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_SELFTEST_OFFERS_H
#define NWAY_SELFTEST_OFFERS_H

#include "selftest.h"

#endif

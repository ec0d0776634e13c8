/* Synthetic runs of known truth through the report's own analysis.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_SELFTEST_OFFERS_H
#define NWAY_SELFTEST_OFFERS_H

#include "selftest.h"

#endif

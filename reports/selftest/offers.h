/* The public header of this room: tests the report's analysis on synthetic runs of known truth.
 * Other rooms include only this header. */
#ifndef NWAY_SELFTEST_OFFERS_H
#define NWAY_SELFTEST_OFFERS_H

#include "selftest.h"

#endif

/* Tests the report's analysis on synthetic runs of known truth.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_SELFTEST_OFFERS_H
#define NWAY_SELFTEST_OFFERS_H

#include "selftest.h"

#endif

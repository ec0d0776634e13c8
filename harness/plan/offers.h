/* Plans what will be measured: catalog, cells, orders, and what fits a budget.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_PLAN_OFFERS_H
#define NWAY_PLAN_OFFERS_H

#include "balance.h"
#include "builds.h"
#include "catalog.h"
#include "choose.h"
#include "environment.h"
#include "expect_cells.h"
#include "expect_lookup.h"
#include "pattern.h"
#include "plan.h"
#include "programs.h"
#include "revision.h"
#include "warmup.h"

#endif

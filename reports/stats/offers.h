/* Computes figures and verdicts, without output.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_STATS_OFFERS_H
#define NWAY_STATS_OFFERS_H

#include "advice.h"
#include "best.h"
#include "change.h"
#include "dependence.h"
#include "doubt.h"
#include "examiner.h"
#include "expectations.h"
#include "fitness.h"
#include "fits.h"
#include "growth.h"
#include "history.h"
#include "inner.h"
#include "loss.h"
#include "machines.h"
#include "metg.h"
#include "modes.h"
#include "pair_evidence.h"
#include "pairs.h"
#include "percentile.h"
#include "ranksum.h"
#include "recount.h"
#include "reference.h"
#include "result.h"
#include "scaling.h"
#include "second.h"
#include "sides.h"
#include "slow_start.h"
#include "widening.h"

#endif

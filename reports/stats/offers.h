/* The public header of this room: computes figures and verdicts, without output.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_STATS_OFFERS_H
#define NWAY_STATS_OFFERS_H

#include "advice.h"
#include "best.h"
#include "change.h"
#include "dependence.h"
#include "doubt.h"
#include "examiner.h"
#include "expectations.h"
#include "fit.h"
#include "fitness.h"
#include "fits.h"
#include "growth.h"
#include "history.h"
#include "inner.h"
#include "loss.h"
#include "machines.h"
#include "metg.h"
#include "modes.h"
#include "ranksum.h"
#include "recount.h"
#include "reference.h"
#include "result.h"
#include "run_dependence.h"
#include "run_history.h"
#include "scaling.h"
#include "second.h"
#include "slow_start.h"
#include "widening.h"

#endif

/* The words of nway: faults, numbers, parameters, configurations, paired statistics. Everything may use it.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_BASE_OFFERS_H
#define NWAY_BASE_OFFERS_H

/* Offered too: #include "cell_id.def" */
/* Offered too: #include "columns.def" */
/* Offered too: #include "plan.def" */
/* Offered too: #include "states.def" */
#include "cell_id.h"
#include "clock.h"
#include "config.h"
#include "define.h"
#include "digest.h"
#include "exec_words.h"
#include "expect.h"
#include "fault.h"
#include "find_run.h"
#include "json_list.h"
#include "limits.h"
#include "options.h"
#include "paired.h"
#include "param_json.h"
#include "params.h"
#include "place.h"
#include "random.h"
#include "samples.h"
#include "states.h"
#include "text.h"
#include "words.h"

#endif

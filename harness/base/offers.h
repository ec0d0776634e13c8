/* The base of nway: faults, numbers, parameters, configurations, paired statistics. Every room may use it.
 * Other rooms may include the headers listed here and the tables cell_id.def, columns.def, plan.def and states.def; the
 * other headers of this room are private. */
#ifndef NWAY_BASE_OFFERS_H
#define NWAY_BASE_OFFERS_H

#include "cell_id.h"
#include "clock.h"
#include "config.h"
#include "counters.h"
#include "decimal.h"
#include "define.h"
#include "digest.h"
#include "exec_words.h"
#include "expect.h"
#include "fault.h"
#include "find_run.h"
#include "hyperfine.h"
#include "json_file.h"
#include "json_foreign.h"
#include "json_list.h"
#include "knee.h"
#include "limits.h"
#include "lines.h"
#include "manifest.h"
#include "notes.h"
#include "paired.h"
#include "param_json.h"
#include "params.h"
#include "place.h"
#include "random.h"
#include "report_section.h"
#include "row_check.h"
#include "samples.h"
#include "scratch.h"
#include "states.h"
#include "stop.h"
#include "text.h"
#include "translate.h"
#include "words.h"

#endif

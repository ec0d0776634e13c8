/* The public header of this room: a run folder as typed values (rows, plan, catalog, machine).
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_DATA_OFFERS_H
#define NWAY_DATA_OFFERS_H

#include "earlier.h"
#include "embed.h"
#include "results.h"
#include "scaling_table.h"
#include "table.h"

#endif

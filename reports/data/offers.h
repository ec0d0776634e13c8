/* A run folder as typed values: rows, plan, catalog, machine.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_DATA_OFFERS_H
#define NWAY_DATA_OFFERS_H

#include "dialect.h"
#include "earlier.h"
#include "embed.h"
#include "hash.h"
#include "parallel.h"
#include "results.h"
#include "scaling_table.h"
#include "table.h"

#endif

/* One cell in a process of its own: loads a kernel and a variant, runs, times and checks them.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_CELL_OFFERS_H
#define NWAY_CELL_OFFERS_H

#include "cell.h"
#include "memory.h"
#include "module.h"
#include "record.h"
#include "team.h"

#endif

/* Carries a plan out: phases, visits, rows, resumption.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_RUN_OFFERS_H
#define NWAY_RUN_OFFERS_H

#include "execute.h"
#include "folder.h"
#include "import.h"
#include "list.h"
#include "new_kernel.h"
#include "run.h"

#endif

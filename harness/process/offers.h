/* Starts processes, enforces their time limits and kills their descendants.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_PROCESS_OFFERS_H
#define NWAY_PROCESS_OFFERS_H

#include "launch.h"
#include "spawn.h"
#include "stop.h"

#endif

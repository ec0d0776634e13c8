/* Starts processes, watches them with a time limit and ends what they leave.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_PROCESS_OFFERS_H
#define NWAY_PROCESS_OFFERS_H

#include "launch.h"
#include "spawn.h"
#include "stop.h"

#endif

/* What this machine is, what it gives to this process, and what it takes away meanwhile.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_MACHINE_OFFERS_H
#define NWAY_MACHINE_OFFERS_H

#include "cpus.h"
#include "disturbance.h"
#include "hardware.h"
#include "machine.h"
#include "room.h"
#include "topology.h"
#include "usage.h"
#include "vitals.h"

#endif

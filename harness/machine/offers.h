/* Facts of this machine, the CPUs and memory available to this process, and disturbances during a measurement.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_MACHINE_OFFERS_H
#define NWAY_MACHINE_OFFERS_H

#include "cpus.h"
#include "disturbance.h"
#include "hardware.h"
#include "machine.h"
#include "oom.h"
#include "room.h"
#include "topology.h"
#include "usage.h"
#include "vitals.h"

#endif

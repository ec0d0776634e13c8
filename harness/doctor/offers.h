/* Whether this machine is fit to measure on.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_DOCTOR_OFFERS_H
#define NWAY_DOCTOR_OFFERS_H

#include "doctor.h"

#endif

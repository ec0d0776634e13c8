/* Tells whether this machine is fit to measure on.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_DOCTOR_OFFERS_H
#define NWAY_DOCTOR_OFFERS_H

#include "doctor.h"

#endif

/* `nway doctor`: says whether this machine is fit to measure on, and how to fix it. */
#ifndef NWAY_DOCTOR_H
#define NWAY_DOCTOR_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdio.h>

/* Prints a line for each check; `thorough` adds the pairs of identical processes, about 2 min. Returns EXIT_FINE: fit,
 * EXIT_WRONG: unfit, or -1 and a fault if it could not be printed. */
int doctor_examine(bool thorough, struct fault *fault);

/* The thresholds of all checks with their reasons, for help. */
void doctor_thresholds(FILE *out);

#endif

/* Chooses definitions by what they can do: each [choose NAME] section names candidates and a test. */
#ifndef NWAY_CHOOSE_H
#define NWAY_CHOOSE_H

#include "base/config.h"
#include "base/fault.h"

/* For each section
 *   [choose NAME]
 *   try = FIRST, SECOND ...   ; command lines
 *   test = ARGUMENTS          ; of a candidate; passed by exit code 0
 *   slow = 300ms              ; a longer test is told; optional
 * sets the definition NAME to the first candidate that passes, or to a later one that passes in half its time. A value
 * given by --define is tested, but kept. So is the value of [define] if no candidate passes. Each test runs twice; the
 * shorter time counts. Appends a sentence for each section to `told`. Returns 0, or -1 and a fault with file and line.
 */
int choose_definitions(struct config *, char *told, size_t size, struct fault *);

#endif

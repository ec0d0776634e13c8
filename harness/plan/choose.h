/* Chooses definitions: each [choose NAME] section names candidates and a test, or a value for each size of machine. */
#ifndef NWAY_CHOOSE_H
#define NWAY_CHOOSE_H

#include "base/config.h"
#include "base/fault.h"

/* For each section
 *   [choose NAME]
 *   try = FIRST, SECOND ...   ; command lines
 *   test = ARGUMENTS          ; of a candidate; passed by exit code 0
 *   slow = 300ms              ; the notes name a longer test; optional
 * sets the definition NAME to the first candidate that passes, or to a later one that passes in half its time. A value
 * given by --define is tested, but kept. So is the value of [define] if no candidate passes. Each test runs twice; the
 * shorter time counts. A section
 *   [choose NAME]
 *   cpus = 8:4M, 64:32M, 1024:64M   ; CPUS:VALUE, CPUS ascending
 * sets NAME to the value of the first CPUS that is not below `cpus`, the usable ones, else to the last value; a value
 * given by --define is kept. Appends a sentence for each section to `told`. Returns 0, or -1 and a fault with file and
 * line.
 */
int choose_definitions(struct config *, int cpus, char *notes, size_t size, struct fault *);
/* The definitions that follow the size of the machine, with the values that they have, as an object; NULL without
 * memory. */
struct json_t *chosen_sizes(const struct config *);

#endif

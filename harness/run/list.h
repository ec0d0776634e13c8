/* `nway list`: the kernels, variants and facts of the machine, as text for people. */
#ifndef NWAY_LIST_H
#define NWAY_LIST_H

#include "base/fault.h"
#include "plan/catalog.h"

/* Prints to stdout what `what` names: kernels, variants, machine, or "" for all. -1 for another word. */
int list_print(const struct catalog *catalog, const char *what, struct fault *fault);

#endif

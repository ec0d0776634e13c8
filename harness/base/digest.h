/* Makes digest_of available to harness code that compares machines, modules and inputs by content. */
#ifndef NWAY_DIGEST_H
#define NWAY_DIGEST_H

#include "kernel.h"

#endif

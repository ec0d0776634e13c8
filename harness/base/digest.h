/* The digest of kernels' results (digest_of), for what else nway tells apart by content: machines, modules, inputs. */
#ifndef NWAY_DIGEST_H
#define NWAY_DIGEST_H

#include "kernel.h"

#endif

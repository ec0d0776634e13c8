/* `nway new-kernel`: writes the skeleton of a kernel that builds and runs outside the tree. */
#ifndef NWAY_NEW_KERNEL_H
#define NWAY_NEW_KERNEL_H

#include "base/fault.h"

/* Makes the folder NAME here, with a kernel in `language` ("c", "c++" or "fortran") and a Makefile, and prints what to
 * do next. -1 and a fault if the name is not an identifier in lower case, if NAME exists, or if a file cannot be
 * written. */
int new_kernel(const char *name, const char *language, struct fault *fault);

#endif

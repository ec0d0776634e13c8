/* A regular expression of the user's, matched within limits of time and memory. */
#ifndef NWAY_PATTERN_H
#define NWAY_PATTERN_H

#include "base/fault.h"

#include <stdbool.h>

struct pattern; /* a compiled one */

/* NULL and a fault that names the pattern if it is invalid or too large. */
struct pattern *pattern_open(const char *text, struct fault *fault);
void pattern_close(struct pattern *pattern);

/* True if `text` holds a match. Beyond the limits (a million steps, 16 MB) it is false, and pattern_overran true. */
bool pattern_matches(struct pattern *pattern, const char *text);
bool pattern_overran(const struct pattern *pattern);

#endif

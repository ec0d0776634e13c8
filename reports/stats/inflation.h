/* Splits the inflation of work, which is what workers take longer in sum than one alone, among its causes by its shape
 * over the worker counts. Pure.
 *
 * Shapes: memory bandwidth costs p / B(p) - 1, B the speedup of a bandwidth probe; shared cores cost the share of
 * workers that share one; anything else is taken to cost p - 1. Each combination of shapes is fitted to the points by
 * weighted least squares with factors of at least 0, and the one of least chi-square plus a price for each shape is
 * taken (Akaike 1974, doi 10.1109/TAC.1974.1100705, with a higher price for the shape that no measurement supports). */
#ifndef NWAY_REPORT_INFLATION_H
#define NWAY_REPORT_INFLATION_H

#include "loss.h"

struct inflation {
  double memory, smt; /* shares of the inflation at the last point, 0 to 1; their sum is at most 1 */
  bool either;        /* memory bandwidth and shared cores each fit it, and the points cannot tell which; both are 0 */
  bool cores_hidden;  /* every point on several workers shares cores, so that their cost has no shape */
};

/* Of `points` by workers, up to the one at `at`, whose parts are known. */
struct inflation inflation_of(const struct loss_point *points, size_t at);

#endif

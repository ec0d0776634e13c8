/* Predicts the figure of another run from earlier runs of the same machine and configuration. Pure. */
#include "history.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

struct run_prediction predict_run(const double *figures, size_t count) {
  struct run_prediction p = {count > 0 ? count - 1 : 0, NAN, NAN, NAN};
  double n = (double)count, mean = 0, squares = 0;
  if (p.earlier < HISTORY_LEAST)
    return p;
  for (size_t i = 0; i < count; i++)
    mean += log(figures[i]) / n;
  for (size_t i = 0; i < count; i++)
    squares += (log(figures[i]) - mean) * (log(figures[i]) - mean);
  p.spread = sqrt(squares / (n - 1));
  double half = gsl_cdf_tdist_Pinv(0.975, n - 1) * p.spread * sqrt(1 + 1 / n);
  p.low = exp(mean - half);
  p.high = exp(mean + half);
  return p;
}

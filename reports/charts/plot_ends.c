/* Labels at the ends of lines, moved apart if they overlap. */
#include "plot.h"

#include <math.h>
#include <stdlib.h>

static int by_height(const void *a, const void *b) {
  const struct end *x = a, *y = b;
  return (x->at > y->at) - (x->at < y->at);
}

/* Moves labels apart until none overlap, as near to the ends of their lines as possible. */
static void spread(struct end *ends, size_t count, double gap) {
  if (count)
    qsort(ends, count, sizeof *ends, by_height);
  for (size_t i = 0; i < count; i++)
    ends[i].label = i && ends[i].at < ends[i - 1].label + gap ? ends[i - 1].label + gap : ends[i].at;
  double top = 1 + gap / 2;
  for (size_t i = count; i-- > 0; top = ends[i].label - gap)
    ends[i].label = fmin(ends[i].label, top);
}

double axis_share(double value, double least, double most, bool logarithmic) {
  return logarithmic ? log(value / least) / log(most / least) : (value - least) / (most - least);
}

static void point_label(struct text *script, const struct end *end, bool above) {
  text_add(script, "set label ");
  quoted(script, text_of(&end->name), LABEL_MAX);
  text_format(script, " at %.10g,%.10g left offset 0.7,%s\n", end->x, end->y, above ? "0.6" : "-0.7");
}

void end_labels(struct text *script, struct end *ends, size_t count, double height, bool above) {
  size_t lines = 0;
  for (size_t i = 0; i < count; i++) {
    if (ends[i].alone) {
      point_label(script, &ends[i], above);
      text_free(&ends[i].name);
    } else
      ends[lines++] = ends[i];
  }
  spread(ends, lines, 17 / height);
  for (size_t i = 0; i < lines; i++) {
    text_format(script, "set arrow %zu from %.10g,%.10g to graph 1.05,graph %.4f nohead lw 0.8 lc rgb '%s'\n", i + 20,
                ends[i].x, ends[i].y, ends[i].label, ends[i].rgb);
    text_format(script, "set label %zu ", i + 20);
    quoted(script, text_of(&ends[i].name), LABEL_MAX);
    text_format(script, " at graph 1.06,graph %.4f left\n", ends[i].label);
    text_free(&ends[i].name);
  }
}

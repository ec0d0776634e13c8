/* Says how time grows with the size. */
#include "growth_words.h"

#include "base/words.h"
#include "language.h"

#include <math.h>

/* "O(items log items) describes them, with an error of 1.2 % (root mean square)." */
static void order_words(struct text *out, const struct growth_line *line) {
  const struct order *order = &line->growth.order;
  char error[HUMAN_MAX];
  if (!order->name)
    return;
  text_add(out, " O(");
  for (const char *at = order->name; *at; at++)
    if (*at == 'N')
      text_add(out, line->param);
    else
      text_bytes(out, at, 1);
  text_format(out, _(") describes them, with an error of %s (root mean square)."), human_percent(error, order->error));
}

void growth_sentence(struct text *out, const struct growth_line *line) {
  const struct growth *g = &line->growth;
  char from[32], to[32], miss[HUMAN_MAX];
  if (!isfinite(g->exponent)) {
    text_format(out, _("%s: no round has a time for each of its %zu sizes."), line->problem->kernel, g->sizes);
    return;
  }
  text_add(out, line->problem->kernel);
  if (*line->cell->method)
    text_format(out, " %s", line->cell->method);
  text_format(out, _(": the serial time grows as %s^%.2f "), line->param, no_minus_zero(g->exponent, 2));
  if (g->interval.coverage > 0)
    text_format(out, "[%.2f, %.2f]", no_minus_zero(g->interval.low, 2), no_minus_zero(g->interval.high, 2));
  else
    text_add(out, _("(no interval: too few rounds)"));
  text_format(out,
              dngettext("nway", " from %s=%s to %s (%zu sizes, %zu round). ",
                        " from %s=%s to %s (%zu sizes, %zu rounds). ", g->rounds),
              line->param, format_count(line->from, from, sizeof from), format_count(line->to, to, sizeof to), g->sizes,
              g->rounds);
  text_format(out, _("This law misses a time by up to %s%s."), human_percent(miss, g->miss),
              g->miss > 0.25 ? _(": one power does not describe these sizes") : "");
  order_words(out, line);
}

/* Draws the card of a run. */
#include "card.h"

#include "charts/charts.h"
#include "words/verdict.h"

static int draw_card(struct charts *charts, const struct result *result, struct fault *why) {
  struct text badges = {0}, sentence = {0};
  badge_names(&badges, result);
  run_sentence(&sentence, result);
  charts->card = text_of(&sentence);
  charts_stamp(charts, text_of(&badges));
  charts_overview(charts, result);
  charts_draw(charts);
  const struct chart *card = chart_find(charts, "card");
  bool drawn = card && card->png;
  text_free(&badges);
  text_free(&sentence);
  return drawn ? 0 : fault_set(why, EXIT_UNDECIDED, "no card: %s", charts->why.text);
}

int card_write(const struct result *result, struct fault *why) {
  struct charts charts = {0};
  if (of_two_builds(&result->run))
    return fault_set(why, EXIT_USAGE, "--card: a run of two builds has no card; see its report");
  int failed = charts_open(&charts, &result->run, "all-card.gp", why) != 0 || draw_card(&charts, result, why) != 0;
  charts_free(&charts);
  return failed ? -1 : 0;
}

/* A card: one picture to share, with the sentence of a run, its overview, machine and badges. */
#ifndef NWAY_REPORT_CARD_H
#define NWAY_REPORT_CARD_H

#include "base/fault.h"
#include "stats/result.h"

/* Writes png/card.png of 1920 x 1080 pixels into the report's folder, and its data and script beside those of the
 * report. Returns 0, or -1 with a reason: a run of two builds, or one without a point, has none. */
int card_write(const struct result *, struct fault *why);

#endif

/* Two builds or sides on a page: `nway ab` within a report, `nway gate` as a page of its own. */
#ifndef NWAY_REPORT_CHANGES_H
#define NWAY_REPORT_CHANGES_H

#include "charts/plot_forest.h"
#include "page.h"
#include "words/gate.h"

/* A forest plot under the id, and a table of all rows. */
void changes_figure(struct text *, const struct charts *, const char *id, const struct sides_words *);
void changes_table(struct text *, const struct sides_words *, const struct change_rows *);

/* Writes gate.html, with its charts, into the report's folder of the first new run. The reason of `failed` is in the
 * fault. */
struct page_outcome gate_write(const struct gate_side sides[GATE_SIDES], double worth, struct fault *);

#endif

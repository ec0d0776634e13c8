/* Writes the report as a page, RUN/report/report.html, with its charts, data and scripts, and the pages beside it. */
#ifndef NWAY_REPORT_PAGE_H
#define NWAY_REPORT_PAGE_H

#include "base/fault.h"
#include "charts/chart.h"

struct page_outcome {
  bool failed;         /* nothing was written; the fault has the reason */
  bool charts_missing; /* the page is complete except for its charts */
  bool nothing;        /* there was nothing to compare */
  struct fault why;    /* of charts_missing */
};

/* A page beside the report, for the runs that it applies to. */
struct companion {
  const char *file, *link; /* file name in the report's folder; text of the link to it */
  bool (*applies)(const struct run *);
  void (*draw)(struct charts *, const struct result *); /* adds its charts to those of the report */
  int (*write)(const struct result *, const struct charts *, struct fault *);
};

/* Whether the page holds its run (data/embed.h): up to 2 MB compressed, in any case, or not at all. */
enum page_rows { ROWS_IF_SMALL, ROWS_EMBEDDED, ROWS_LEFT_OUT };
/* The last companion has a NULL file; `companions` may be NULL. */
struct page_outcome page_write(const struct result *, const struct companion *companions, enum page_rows,
                               struct fault *);

#endif

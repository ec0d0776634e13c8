/* The report as a page: RUN/report/report.html with its charts, data and scripts, and pages beside it. */
#ifndef NWAY_REPORT_PAGE_H
#define NWAY_REPORT_PAGE_H

#include "base/fault.h"
#include "charts/chart.h"

struct page_outcome {
  bool failed;         /* nothing was written; the reason says why */
  bool charts_missing; /* the page is whole but for its charts */
  bool nothing;        /* there was nothing to compare */
  struct fault why;    /* of charts_missing */
};

/* A page beside the report, of runs that it is about. */
struct companion {
  const char *file, *link; /* its name in the folder of the report; the words of the link to it */
  bool (*applies)(const struct run *);
  void (*draw)(struct charts *, const struct result *); /* its charts, drawn together with those of the report */
  int (*write)(const struct result *, const struct charts *, struct fault *);
};

/* `companions` ends with a NULL file; NULL: none. */
struct page_outcome page_write(const struct result *, const struct companion *companions, struct fault *);

#endif

/* The report as a page: RUN/report/report.html with its charts, data and scripts; of a notebook's run notebook.html
 * beside it. */
#ifndef NWAY_REPORT_PAGE_H
#define NWAY_REPORT_PAGE_H

#include "base/fault.h"
#include "words/verdict.h"

struct page_outcome {
  bool failed;         /* nothing was written; the reason says why */
  bool charts_missing; /* the page is whole but for its charts */
  bool nothing;        /* there was nothing to compare */
  struct fault why;    /* of charts_missing */
};

struct page_outcome page_write(const struct result *, struct fault *);

#endif

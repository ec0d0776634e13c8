/* Shows several runs side by side, by throughput, in the terminal and as RUN/report/compare.html. */
#ifndef NWAY_REPORT_COMPARE_H
#define NWAY_REPORT_COMPARE_H

#include "base/fault.h"
#include "page.h"
#include "words/show.h"

struct page_outcome compare_write(const struct result *, size_t count, struct text *terminal, struct screen,
                                  struct fault *);

#endif

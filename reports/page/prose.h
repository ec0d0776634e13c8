/* The fixed words of the report: how to read its charts, and how its figures come about. */
#ifndef NWAY_REPORT_PROSE_H
#define NWAY_REPORT_PROSE_H

#include <stddef.h>

/* A paragraph of fixed HTML under a heading of its own. */
struct words {
  const char *heading, *html;
};
extern const struct words method_words[];
extern const size_t method_word_count;
/* How to read the charts of a problem: with few and with many worker counts. */
extern const char *const read_dots[], *const read_curves[];
enum { READ_LINES = 3 };

#endif

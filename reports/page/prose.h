/* The fixed text of the report: how to read its charts, and how its figures are computed. */
#ifndef NWAY_REPORT_PROSE_H
#define NWAY_REPORT_PROSE_H

#include <stddef.h>

/* A paragraph of HTML under its own heading. */
struct words {
  const char *heading, *html;
};
extern const struct words method_words[];
extern const size_t method_word_count;
/* How to read a problem's charts: with few worker counts, and with many. */
extern const char *const read_dots[], *const read_curves[];
enum { READ_LINES = 3 };

#endif

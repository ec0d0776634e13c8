/* Reads a number as people and spreadsheets write it. Pure. */
#ifndef NWAY_REPORT_SCALING_NUMBER_H
#define NWAY_REPORT_SCALING_NUMBER_H

#include <stdbool.h>

enum decimal_mark { MARK_NONE, MARK_POINT, MARK_COMMA };

/* A decimal number, "1234.5", or with thousands, "1,234.5". With `commas`, where no comma separates columns, also
 * "1234,5" and "1.234,5". `mark` tells which decimal mark it has. Returns false unless the whole text is a number. */
bool scaling_number(const char *text, bool commas, double *value, enum decimal_mark *mark);

#endif

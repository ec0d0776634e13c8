/* Checks the values of a row of samples.csv by the types of columns.def. */
#ifndef NWAY_ROW_CHECK_H
#define NWAY_ROW_CHECK_H

#include "samples.h"

/* Returns true if every field has the type of its column (empty: unknown), status and phase are words of states.def,
 * and a row that is ok has counts and times that a sample can have. Else `why` says which column has which text. */
bool row_check(const struct row *row, char *why, size_t size);

/* Returns true if the process of a cell may send this column; the others are the harness's own. */
bool row_is_sent(int column);

#endif

/* Shared by the files of the CSV reader: table.c reads by every rule, table_plain.c the common row, table_each.c by
 * several threads. */
#ifndef NWAY_REPORT_TABLE_ROWS_H
#define NWAY_REPORT_TABLE_ROWS_H

#include "table.h"

#define NOWHERE SIZE_MAX  /* the column is missing in the file */
enum { BLOCK_SLACK = 8 }; /* bytes that a block has behind its room, since texts are read eight bytes at a time */

/* Reads more bytes behind those that are left, which move to the block's start. Returns whether there were any. */
bool table_read_more(struct table *);
/* Continues at a place in the file. */
void table_seek(struct table *, off_t);
/* The place of the next byte in the file. */
off_t table_offset(const struct table *);
/* Reads the next row if the block holds all of it, without a quote, a carriage return or a NUL, and all its values are
 * good: its texts stand in the block until bytes are read. Else returns false and reads nothing, so that table_next can
 * read the row, or say what is wrong with it. */
bool table_take_plain(struct table *, struct field *fields);

#endif

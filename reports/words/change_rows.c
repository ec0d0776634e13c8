/* Keeps the list of judged cells of two builds or sides. */
#include "change_rows.h"

#include <math.h>
#include <stdlib.h>

struct change_row *change_rows_add(struct change_rows *rows) {
  GROW(rows->list, rows->count, rows->capacity);
  struct change_row *row = &rows->list[rows->count++];
  *row = (struct change_row){
      .old_ns = NAN, .new_ns = NAN, .ratio = NAN, .low = NAN, .high = NAN, .holm_p = NAN, .word = ""};
  return row;
}

void change_rows_free(struct change_rows *rows) {
  for (size_t i = 0; i < rows->count; i++)
    text_free(&rows->list[i].problem), text_free(&rows->list[i].name), text_free(&rows->list[i].note);
  free(rows->list);
  *rows = (struct change_rows){0};
}

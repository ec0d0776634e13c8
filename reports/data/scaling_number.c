/* Reads a number as people and spreadsheets write it. */
#include "scaling_number.h"

#include "base/decimal.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum { NUMBER_BYTES = 64 };

/* One to three digits, then groups of three behind `mark`, up to the end or to `decimal`. */
static bool has_thousands(const char *text, char mark, char decimal) {
  size_t digits = strspn(text, "0123456789");
  bool grouped = false;
  for (text += digits; digits >= 1 && digits <= 3 && *text == mark; text += 4, grouped = true)
    if (strspn(text + 1, "0123456789") != 3)
      return false;
  return grouped && (*text == '\0' || *text == decimal);
}

/* Copies a number without the marks of thousands and with a decimal point. */
static void plain_number(char out[NUMBER_BYTES], const char *text, char thousands, char decimal) {
  size_t length = 0;
  for (; *text && length < NUMBER_BYTES - 1; text++)
    if (*text != thousands)
      out[length++] = (char)(*text == decimal ? '.' : *text);
  out[length] = '\0';
}

bool scaling_number(const char *text, bool commas, double *value, enum decimal_mark *mark) {
  const char *digits = text + (*text == '-' || *text == '+');
  bool comma = strchr(text, ',') != NULL, point = strchr(text, '.') != NULL;
  char number[NUMBER_BYTES];
  *mark = point ? MARK_POINT : MARK_NONE;
  if (strlen(text) >= NUMBER_BYTES)
    return false;
  if (commas && comma && (!point || has_thousands(digits, '.', ',')) && strchr(text, ',') == strrchr(text, ',')) {
    *mark = MARK_COMMA;
    plain_number(number, text, '.', ',');
  } else if (comma) {
    if (!has_thousands(digits, ',', '.'))
      return false;
    plain_number(number, text, ',', '.');
  } else
    plain_number(number, text, '\0', '.');
  return read_real(number + (*number == '+'), value);
}

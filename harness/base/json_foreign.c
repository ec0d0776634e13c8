/* Makes JSON of text that may be no UTF-8. */
#include "json_foreign.h"

#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies the text with escapes, which are four bytes each; NULL if memory runs out. */
static char *escape(const char *text) {
  char *copy = malloc(4 * strlen(text) + 1), *out = copy;
  for (const char *at = text; copy && *at;) {
    size_t length = utf8_length(at);
    if (length) {
      memcpy(out, at, length);
      out += length, at += length;
    } else {
      out += sprintf(out, "\\x%02X", (unsigned)(unsigned char)*at++);
    }
  }
  if (copy)
    *out = '\0';
  return copy;
}

json_t *json_foreign(const char *text) {
  json_t *json = text ? json_string(text) : json_null();
  if (json || !text)
    return json;
  char *copy = escape(text);
  json = copy ? json_string(copy) : NULL;
  free(copy);
  return json;
}

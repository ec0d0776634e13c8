/* Reads a compiled catalog of texts. */
#include "texts.h"

#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t magic = 0x950412de;
enum { ENTRY_BYTES = 8, FIRST_BYTES = 20, SIZE_MAX_BYTES = 4 << 20 };

static uint32_t number_at(const struct texts *texts, size_t at) {
  uint32_t number;
  memcpy(&number, texts->bytes + at, sizeof number);
  return number;
}

/* Whether each entry of a table is a text that ends in a NUL within the file. */
static bool is_table(const struct texts *texts, size_t at) {
  if (at > texts->size || texts->count > (texts->size - at) / ENTRY_BYTES)
    return false;
  for (size_t i = 0; i < texts->count; i++) {
    size_t length = number_at(texts, at + i * ENTRY_BYTES), from = number_at(texts, at + i * ENTRY_BYTES + 4);
    if (from >= texts->size || length >= texts->size - from || texts->bytes[from + length] != '\0')
      return false;
  }
  return true;
}

bool texts_take(struct texts *texts, char *bytes, size_t size) {
  *texts = (struct texts){.bytes = bytes, .size = size};
  if (size < FIRST_BYTES || number_at(texts, 0) != magic)
    return false;
  texts->count = number_at(texts, 8);
  texts->originals = number_at(texts, 12);
  texts->translations = number_at(texts, 16);
  if (is_table(texts, texts->originals) && is_table(texts, texts->translations))
    return true;
  texts->count = 0;
  return false;
}

bool texts_read(struct texts *texts, const char *folder, const char *code) {
  struct text path = {0};
  *texts = (struct texts){0};
  text_format(&path, "%s/%s/LC_MESSAGES/nway.mo", folder, code);
  FILE *file = fopen(text_of(&path), "re");
  text_free(&path);
  if (!file)
    return false;
  char *bytes = must_alloc(SIZE_MAX_BYTES, 1);
  size_t size = fread(bytes, 1, SIZE_MAX_BYTES, file);
  fclose(file);
  return texts_take(texts, bytes, size);
}

void texts_free(struct texts *texts) {
  free(texts->bytes);
  *texts = (struct texts){0};
}

static const char *text_at(const struct texts *texts, size_t table, size_t i) {
  return texts->bytes + number_at(texts, table + i * ENTRY_BYTES + 4);
}

const char *texts_original(const struct texts *texts, size_t i) { return text_at(texts, texts->originals, i); }

const char *texts_translation(const struct texts *texts, size_t i) { return text_at(texts, texts->translations, i); }

/* The texts of a compiled catalog (GNU gettext's .mo), one after another, which gettext itself does not give. */
#ifndef NWAY_TEXTS_H
#define NWAY_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

struct texts {
  char *bytes;
  size_t size, count; /* count 0: no catalog */
  size_t originals, translations;
};

/* Reads FOLDER/CODE/LC_MESSAGES/nway.mo. False, and no texts, without such a file or where it is not whole. Free with
 * texts_free in both cases. The format: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html */
bool texts_read(struct texts *, const char *folder, const char *code);
/* Takes over `bytes`, from malloc. */
bool texts_take(struct texts *, char *bytes, size_t size);
void texts_free(struct texts *);
/* The text number `i` in English and in the catalog's language; of a text with a plural the singular. */
const char *texts_original(const struct texts *, size_t i);
const char *texts_translation(const struct texts *, size_t i);

#endif

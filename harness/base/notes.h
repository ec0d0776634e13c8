/* Notes of rows and runs, which are data and English, in another language. */
#ifndef NWAY_NOTES_H
#define NWAY_NOTES_H

#include "text.h"
#include "texts.h"

/* Adds a note by the texts of a catalog; as it is where none of them fits. A note was written by printf, so it is
 * recognised by the format of which it has the letters; of several that fit, by the one with most of them. What stood
 * for %s is translated in turn unless it is quoted. Of a note that fits no format, the parts between "; " and after ":
 * " are tried. The note and what it says are raw foreign text. */
void notes_translate(struct text *out, const struct texts *, const char *note);

#endif

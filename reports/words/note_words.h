/* Notes of rows and runs in the reader's language. */
#ifndef NWAY_REPORT_NOTE_WORDS_H
#define NWAY_REPORT_NOTE_WORDS_H

#include "base/text.h"

/* Adds a note in the reader's language (base/notes.h); as it is in English, and where no catalog has it. The note and
 * what it says are raw foreign text. */
void note_words(struct text *out, const char *note);

#endif

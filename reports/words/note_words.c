/* Writes notes in the language that the report has chosen. */
#include "note_words.h"

#include "base/notes.h"
#include "language.h"

void note_words(struct text *out, const char *note) {
  if (language_is_english())
    text_add(out, note);
  else if (*note)
    translated_note(out, note, language_code());
}

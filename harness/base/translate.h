/* Texts that xgettext finds (po/update.sh), in the reader's language where a program has chosen one, else in English.
 */
#ifndef NWAY_TRANSLATE_H
#define NWAY_TRANSLATE_H

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>

struct text;

#define _(text) dgettext("nway", text)
/* Only marks a text, where no call is allowed; text_in (reports/words/language.h) translates it later. */
#define N_(text) text

/* A text in the language of LANGUAGE, LC_ALL, LC_MESSAGES or LANG, whichever is set first; the text itself where no
 * catalog has it, and where the locale's letters are not those of UTF-8. Changes the locale and LANGUAGE during the
 * call, so no other thread may read them then: only a process's first thread calls it, and none while the threads of a
 * cell's team run, since what becomes a row is said by fault_note. */
const char *translated(const char *text) __attribute__((format_arg(1)));
/* Adds a note of a row or a run (notes.h) in the language `code`; NULL: the reader's, as above. */
void translated_note(struct text *out, const char *note, const char *code);

enum { LANGUAGE_CODE_BYTES = 16 };
/* "fr" of "fr_FR.UTF-8"; "en" of "C", "POSIX" and anything else. */
void translate_code(char code[LANGUAGE_CODE_BYTES], const char *locale);
/* The value of LC_ALL, LC_MESSAGES or LANG, or "C". */
const char *translate_locale(void);
/* The folder of catalogs: locale/ beside the program (as built), else ../share/locale (as installed). */
void translate_folder(char *out, size_t size);
/* Whether the folder has a catalog of this language; English needs none. */
bool translate_has(const char *folder, const char *code);

#endif

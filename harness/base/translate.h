/* Texts that xgettext finds (po/update.sh), in the reader's language where a program has chosen one, else in English.
 */
#ifndef NWAY_TRANSLATE_H
#define NWAY_TRANSLATE_H

#include <libintl.h>

#define _(text) dgettext("nway", text)
/* Only marks a text, where no call is allowed; text_in (reports/words/language.h) translates it later. */
#define N_(text) text

#endif

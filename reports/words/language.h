/* Texts in the reader's language, by GNU gettext: the domain nway, compiled from po/LANGUAGE.po. Numbers stay in the C
 * locale. */
#ifndef NWAY_REPORT_LANGUAGE_H
#define NWAY_REPORT_LANGUAGE_H

#include "base/fault.h"
#include "base/translate.h"

#include <stdbool.h>

/* A text that xgettext finds elsewhere: marked by N_, or in configs/notebook/experiments.conf. */
const char *text_in(const char *text) __attribute__((format_arg(1)));

/* Chooses the language of --lang ("fr", "en"); NULL: of LC_ALL, LC_MESSAGES or LANG. Refuses one without a catalog,
 * unless it comes from the environment. Returns 0, or -1 and a fault. */
int language_choose(const char *asked, struct fault *);
/* From begin to end _() translates; before and after it returns English. */
void language_begin(void);
void language_end(void);
/* The code of the language for HTML: "en", "fr". */
const char *language_code(void);
bool language_is_english(void);

#endif

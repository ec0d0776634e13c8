/* Switches between English and the reader's language. */
#include "language.h"

#include "base/words.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

const char *text_in(const char *text) { return text && *text ? dgettext("nway", text) : ""; }

int language_choose(const char *asked, struct fault *why) {
  char folder[4200], code[LANGUAGE_CODE_BYTES], shown[80];
  translate_code(code, asked ? asked : translate_locale());
  translate_folder(folder, sizeof folder);
  if (asked && (strcmp(code, asked) != 0 || !translate_has(folder, code)))
    return fault_set(why, EXIT_USAGE, "--lang: no texts in '%s'; use en, or fr if nway was built with gettext",
                     printable(asked, shown, sizeof shown));
  bindtextdomain("nway", folder);
  bind_textdomain_codeset("nway", "UTF-8");
  setenv("LANGUAGE", code, 1);
  return 0;
}

/* gettext ignores LANGUAGE in the locale "C", but not in C.UTF-8, which needs no installed locale. */
void language_begin(void) {
  if (!setlocale(LC_MESSAGES, "C.UTF-8"))
    setlocale(LC_MESSAGES, "");
}

void language_end(void) { setlocale(LC_MESSAGES, "C"); }

/* Translators: the code of this language, such as fr. */
const char *language_code(void) {
  const char *code = _("en");
  return code;
}

bool language_is_english(void) { return strcmp(language_code(), "en") == 0; }

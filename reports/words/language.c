/* Finds the catalogs of texts and switches between English and the reader's language. */
#include "language.h"

#include "base/text.h"
#include "base/words.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CODE_BYTES = 16 };

const char *text_in(const char *text) { return text && *text ? dgettext("nway", text) : ""; }

/* "fr" of "fr_FR.UTF-8"; "en" of "C", "POSIX" and anything that is no code. */
static void code_of(char code[CODE_BYTES], const char *locale) {
  size_t length = strcspn(locale, "_.@:");
  bool is = length >= 2 && length <= 3 && strspn(locale, "abcdefghijklmnopqrstuvwxyz") >= length;
  snprintf(code, CODE_BYTES, "%.*s", is ? (int)length : 2, is ? locale : "en");
}

static const char *of_environment(void) {
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]);
    if (value && *value)
      return value;
  }
  return "C";
}

/* The folder of catalogs: locale/ beside the program (as built), else ../share/locale (as installed). */
static void find_catalogs(char *out, size_t size) {
  ssize_t length = readlink("/proc/self/exe", out, size - 40);
  out[length > 0 ? length : 0] = '\0';
  char *slash = strrchr(out, '/');
  if (slash)
    slash[1] = '\0';
  size_t end = strlen(out);
  snprintf(out + end, size - end, "locale");
  if (access(out, F_OK) != 0)
    snprintf(out + end, size - end, "../share/locale");
}

static bool has_catalog(const char *folder, const char *code) {
  struct text path = {0};
  text_format(&path, "%s/%s/LC_MESSAGES/nway.mo", folder, code);
  bool has = access(text_of(&path), R_OK) == 0;
  text_free(&path);
  return has || strcmp(code, "en") == 0;
}

int language_choose(const char *asked, struct fault *why) {
  char folder[4200], code[CODE_BYTES], shown[80];
  code_of(code, asked ? asked : of_environment());
  find_catalogs(folder, sizeof folder);
  if (asked && (strcmp(code, asked) != 0 || !has_catalog(folder, code)))
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

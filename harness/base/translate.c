/* Finds the catalogs of texts and the reader's language, and translates single texts. */
#include "translate.h"

#include "notes.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void translate_code(char code[LANGUAGE_CODE_BYTES], const char *locale) {
  size_t length = strcspn(locale, "_.@:");
  bool is = length >= 2 && length <= 3 && strspn(locale, "abcdefghijklmnopqrstuvwxyz") >= length;
  snprintf(code, LANGUAGE_CODE_BYTES, "%.*s", is ? (int)length : 2, is ? locale : "en");
}

static const char *first_set(const char *const *names) {
  for (; *names; names++) {
    const char *value = getenv(*names);
    if (value && *value)
      return value;
  }
  return "C";
}

const char *translate_locale(void) {
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG", NULL};
  return first_set(names);
}

void translate_folder(char *out, size_t size) {
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

bool translate_has(const char *folder, const char *code) {
  char path[4300];
  snprintf(path, sizeof path, "%s/%s/LC_MESSAGES/nway.mo", folder, code);
  return strcmp(code, "en") == 0 || access(path, R_OK) == 0;
}

/* The text between two changes of the locale and of LANGUAGE, which only then holds the code alone. */
static const char *looked_up(const char *text, const char *folder, const char *code) {
  const char *before = getenv("LANGUAGE"), *found = text;
  char *kept = before ? strdup(before) : NULL;
  if (before && !kept)
    return text;
  bindtextdomain("nway", folder);
  bind_textdomain_codeset("nway", "UTF-8");
  const char *category = setlocale(LC_MESSAGES, NULL);
  char *old = category ? strdup(category) : NULL;
  if (old && setenv("LANGUAGE", code, 1) == 0 && setlocale(LC_MESSAGES, "C.UTF-8")) {
    found = dgettext("nway", text);
    setlocale(LC_MESSAGES, old);
  }
  if (kept)
    setenv("LANGUAGE", kept, 1);
  else
    unsetenv("LANGUAGE");
  free(kept), free(old);
  return found;
}

/* The code of the reader's language if its letters can be shown; else "en". */
static void readers_code(char code[LANGUAGE_CODE_BYTES]) {
  static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", NULL};
  const char *locale = first_set(names), *language = getenv(names[0]);
  bool readable = (language && *language) || strcasestr(locale, "UTF-8") || strcasestr(locale, "utf8");
  translate_code(code, readable ? locale : "en");
}

const char *translated(const char *text) {
  char folder[4200], code[LANGUAGE_CODE_BYTES];
  readers_code(code);
  if (!*text || strcmp(code, "en") == 0)
    return text;
  translate_folder(folder, sizeof folder);
  return translate_has(folder, code) ? looked_up(text, folder, code) : text;
}

void translated_note(struct text *out, const char *note, const char *code) {
  char folder[4200], own[LANGUAGE_CODE_BYTES];
  struct texts texts = {0};
  readers_code(own);
  if (strcmp(code ? code : own, "en") != 0) {
    translate_folder(folder, sizeof folder);
    texts_read(&texts, folder, code ? code : own);
  }
  notes_translate(out, &texts, note);
  texts_free(&texts);
}

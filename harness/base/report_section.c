/* The section [report] of a configuration: what a report of its runs holds beside them. */
#include "report_section.h"

#include "find_run.h"
#include "words.h"

#include <string.h>
#include <unistd.h>

static const char reference[] = "reference";

static const struct section *report_section(const struct config *config) {
  for (int i = 0; i < config->count; i++)
    if (strcmp(config->sections[i].kind, "report") == 0)
      return &config->sections[i];
  return NULL;
}

const struct setting *report_reference(const struct config *config) {
  const struct section *section = report_section(config);
  return section ? section_find(section, reference) : NULL;
}

static bool is_page(const char *word) {
  size_t length = strlen(word);
  return length > 5 && strcmp(word + length - 5, ".html") == 0 && access(word, R_OK) == 0;
}

static int check_reference(const char *word, const char *results, struct fault *fault) {
  char folder[4096];
  if (*word == '@')
    return fault_set(fault, EXIT_USAGE,
                     "'@N' is another run after each run; name one with 'nway run --save NAME', or "
                     "give a folder or a page");
  return is_page(word) ? 0 : find_run(results, word, folder, sizeof folder, fault);
}

int report_section_check(const struct config *config, const char *results, struct fault *fault) {
  static const char *const names[] = {reference};
  const struct section *section = report_section(config);
  for (int i = 0; section && i < section->count; i++) {
    const struct setting *s = &section->settings[i];
    int failed = strcmp(s->name, reference) != 0 ? unknown_word(fault, "setting", s->name, names, 1, NULL)
                                                 : check_reference(s->value, results, fault);
    if (failed)
      return fault_at(fault, "%s:%d", config->file, s->line);
  }
  return 0;
}

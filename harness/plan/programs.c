/* Names the programs of a configuration, and takes the parameters that the command line sets. */
#include "programs.h"

#include "base/params.h"

#include <stdio.h>
#include <string.h>

static const char mark[] = "{workers";
enum { TITLE_BYTES = 300 };

static struct section *sets_of(const struct config *config) {
  for (int i = 0; i < config->count; i++)
    if (strcmp(config->sections[i].kind, SECTION_OF_SETS) == 0)
      return &config->sections[i];
  return NULL;
}

static bool has_param(const struct known_kernel *kernel, const char *name) {
  struct fault ignored;
  return kernel->params && params_find(kernel->name, kernel->params, name, &ignored) >= 0;
}

int programs_take_sets(struct config *config, struct section *section, const struct known_kernel *kernel,
                       struct fault *fault) {
  struct section *sets = sets_of(config);
  for (int i = 0; sets && i < sets->count; i++) {
    if (!has_param(kernel, sets->settings[i].name))
      continue;
    sets->settings[i].line = 1;
    if (section_put(section, sets->settings[i].name, sets->settings[i].value, 0, fault) != 0)
      return -1;
  }
  return 0;
}

int programs_check_sets(const struct config *config, struct fault *fault) {
  const struct section *sets = sets_of(config);
  char shown[80];
  for (int i = 0; sets && i < sets->count; i++)
    if (sets->settings[i].line == 0)
      return fault_set(fault, EXIT_USAGE, "--set: no measured kernel has a parameter '%s'; see 'nway list KERNEL'",
                       printable(sets->settings[i].name, shown, sizeof shown));
  return 0;
}

/* A command as a name: at most so long that the names of files and charts hold it. */
static int put_shortened(struct section *section, const char *name, const char *text, struct fault *fault) {
  char title[TITLE_BYTES];
  size_t length = strlen(text), most = sizeof title - sizeof "…";
  while (length > most && most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
    most--;
  snprintf(title, sizeof title, "%.*s%s", (int)(length > most ? most : length), text, length > most ? "…" : "");
  return section_put(section, name, title, section->line, fault);
}

int programs_name(struct section *section, const struct known_kernel *kernel, struct fault *fault) {
  if (!kernel->command || !has_param(kernel, "title") || section_find(section, "title"))
    return 0;
  const struct setting *command = section_find(section, kernel->command), *name = section_find(section, "name");
  if (name && name->value[0])
    return put_shortened(section, "title", section->label, fault);
  return command ? put_shortened(section, "title", command->value, fault) : 0;
}

bool programs_untold(const struct section *section, const struct setting *env, const struct known_kernel *kernel) {
  const struct setting *command = kernel->command ? section_find(section, kernel->command) : NULL;
  return command && !strstr(command->value, mark) && !(env && strstr(env->value, mark));
}

/* Replaces ${name} in a configuration by the values of its [define] section. */
#include "define.h"

#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct section *only_section(const struct config *config, const char *kind) {
  for (int i = 0; i < config->count; i++)
    if (strcmp(config->sections[i].kind, kind) == 0)
      return &config->sections[i];
  return NULL;
}

static struct section *definitions(const struct config *config) { return only_section(config, "define"); }

static int unknown(const struct section *section, const char *name, struct fault *fault) {
  const char *names[256];
  size_t count = 0;
  for (int i = 0; section && i < section->count && count < sizeof names / sizeof *names; i++)
    names[count++] = section->settings[i].name;
  return unknown_word(fault, "definition", name, names, count,
                      section ? NULL : "the configuration has no [define] section");
}

const struct setting *define_find(const struct config *config, const char *name) {
  const struct section *section = definitions(config);
  return section ? section_find(section, name) : NULL;
}

int define_put(struct config *config, const char *name, const char *value, int line, struct fault *fault) {
  return section_put(definitions(config), name, value, line, fault);
}

int define_quick(struct config *config, struct fault *fault) {
  const struct section *quick = only_section(config, "quick");
  for (int i = 0; quick && i < quick->count; i++) {
    const struct setting *setting = &quick->settings[i];
    if (!define_find(config, setting->name))
      return unknown(definitions(config), setting->name, fault), fault_at(fault, "%s:%d", config->file, setting->line);
    if (define_put(config, setting->name, setting->value, setting->line, fault) != 0)
      return -1;
  }
  return 0;
}

int define_set(struct config *config, const char *text, struct fault *fault) {
  struct section *section = definitions(config);
  char name[200], shown[80];
  const char *equals = strchr(text, '=');
  if (!equals || equals == text)
    return fault_set(fault, EXIT_USAGE, "--define: invalid definition '%s' (expected NAME=VALUE)",
                     printable(text, shown, sizeof shown));
  snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
  if (!section || !section_find(section, name))
    return unknown(section, name, fault), fault_at(fault, "--define: %s", config->file);
  if (section_find(section, name)->line == 0)
    return fault_set(fault, EXIT_USAGE, "--define: '%s' is given twice; remove one",
                     printable(name, shown, sizeof shown));
  return section_put(section, name, equals + 1, 0, fault);
}

/* Copies `value` and replaces each ${name} in it. */
static int expand(const struct section *section, const char *value, char *out, size_t size, struct fault *fault) {
  char name[200];
  out[0] = '\0';
  for (const char *at = value; *at;) {
    bool plain = strncmp(at, "$${", 3) == 0, used = strncmp(at, "${", 2) == 0;
    const char *end = strchr(at, '}');
    if (used && !end)
      return fault_set(fault, EXIT_USAGE, "'${' has no closing '}'; write ${name}");
    if (used) {
      snprintf(name, sizeof name, "%.*s", (int)(end - at - 2), at + 2);
      const struct setting *found = section ? section_find(section, name) : NULL;
      if (!found)
        return unknown(section, name, fault);
      append(out, size, "%s", found->value);
    } else {
      append(out, size, "%s", plain ? "${" : (char[]){*at, '\0'});
    }
    at = used ? end + 1 : at + (plain ? 3 : 1);
  }
  return strlen(out) + 1 < size
             ? 0
             : fault_set(fault, EXIT_USAGE, "the value is too long after replacing each ${name}; shorten it");
}

static int at_setting(const struct config *config, const struct setting *setting, struct fault *fault) {
  return setting->line ? fault_at(fault, "%s:%d: %s", config->file, setting->line, setting->name)
                       : fault_at(fault, "--define: %s", setting->name);
}

static int expand_setting(const struct config *config, const struct section *section, struct setting *setting,
                          struct fault *fault) {
  char text[16384];
  if (!strstr(setting->value, "${"))
    return 0;
  if (expand(section, setting->value, text, sizeof text, fault) != 0)
    return at_setting(config, setting, fault);
  free(setting->value);
  setting->value = strdup(text);
  return setting->value ? 0 : fault_memory(fault);
}

/* ---- ${here} ---- */

static const char here[] = "${here}";

/* Replaces ${here} by the folder of the configuration. */
static int put_here(const struct config *config, struct setting *setting, struct fault *fault) {
  const char *slash = strrchr(config->file, '/');
  int length = slash ? (int)(slash - config->file) : 1;
  char text[16384] = "";
  if (!strstr(setting->value, here))
    return 0;
  for (const char *at = setting->value; *at;) {
    bool found = strncmp(at, here, sizeof here - 1) == 0 && (at == setting->value || at[-1] != '$');
    append(text, sizeof text, "%.*s", found ? length : 1, !found ? at : slash ? config->file : ".");
    at += found ? sizeof here - 1 : 1;
  }
  if (strlen(text) + 1 >= sizeof text)
    return fault_set(fault, EXIT_USAGE, "the value is too long after replacing ${here}"),
           at_setting(config, setting, fault);
  free(setting->value);
  setting->value = strdup(text);
  return setting->value ? 0 : fault_memory(fault);
}

static int put_here_everywhere(struct config *config, struct fault *fault) {
  for (int i = 0; !define_find(config, "here") && i < config->count; i++)
    for (int j = 0; j < config->sections[i].count; j++)
      if (put_here(config, &config->sections[i].settings[j], fault) != 0)
        return -1;
  return 0;
}

int define_expand(struct config *config, struct fault *fault) {
  const struct section *section = definitions(config);
  if (put_here_everywhere(config, fault) != 0)
    return -1;
  for (int i = 0; section && i < section->count; i++)
    if (strstr(section->settings[i].value, "${")) {
      fault_set(fault, EXIT_USAGE, "a definition cannot use ${name}; write its value out");
      return at_setting(config, &section->settings[i], fault);
    }
  for (int i = 0; i < config->count; i++)
    for (int j = 0; &config->sections[i] != section && j < config->sections[i].count; j++)
      if (expand_setting(config, section, &config->sections[i].settings[j], fault) != 0)
        return -1;
  return 0;
}

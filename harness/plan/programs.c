/* Names the programs of a configuration, and takes the parameters that the command line sets. */
#include "programs.h"

#include "base/params.h"
#include "base/translate.h"
#include "base/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { TITLE_BYTES = 300 };
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

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

int programs_check_sets(const struct config *config, bool runs_programs, struct fault *fault) {
  const struct section *sets = sets_of(config);
  char shown[80];
  for (int i = 0; sets && i < sets->count; i++)
    if (sets->settings[i].line == 0)
      return runs_programs
                 ? fault_set(fault, EXIT_USAGE, "--set: no command has {%s}; write it where the values are to stand",
                             printable(sets->settings[i].name, shown, sizeof shown))
                 : fault_set(fault, EXIT_USAGE,
                             "--set: no measured kernel has a parameter '%s'; see 'nway list KERNEL'",
                             printable(sets->settings[i].name, shown, sizeof shown));
  return 0;
}

/* ---- what a section of programs must have ---- */

/* The comment behind one blank in a line of the file, which may have been meant as a part of its value; NULL if there
 * is none. More blanks, as in a table of settings, say that it is one. */
static const char *doubtful_comment(const char *text, int line) {
  for (; line > 1 && text; line--)
    text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL;
  const char *end = text ? text + strcspn(text, "\n") : NULL;
  for (const char *at = text ? text + 2 : NULL; at && at < end; at++)
    if (*at == ';' && isspace((unsigned char)at[-1]))
      return isspace((unsigned char)at[-2]) ? NULL : at;
  return NULL;
}

int programs_check(const struct config *config, const struct section *section, const struct known_kernel *kernel,
                   struct fault *fault) {
  const struct setting *command = kernel->command ? section_find(section, kernel->command) : NULL;
  if (kernel->command && !command && section->line > 0)
    return fault_set(fault, EXIT_USAGE, "%s:%d: [problem %s]: missing %s; add %s = PROGRAM ARGUMENTS", config->file,
                     section->line, section->label, kernel->command, kernel->command);
  if (kernel->command && !command)
    return fault_set(fault, EXIT_USAGE, "kernel %s needs a program; write 'nway run -- PROGRAM'", kernel->name);
  const char *comment =
      command && command->line > 0 && config->text ? doubtful_comment(config->text, command->line) : NULL;
  char line[60], shown[4 * sizeof line];
  snprintf(line, sizeof line, "%.*s", comment ? (int)strcspn(comment, "\n") : 0, comment ? comment : "");
  if (comment)
    fprintf(
        stderr,
        translated("%s:%d: '%s' is a comment, as all behind ' ;' is; where it belongs to the command, write the ';' "
                   "without a blank before it\n"),
        config->file, command->line, printable(line, shown, sizeof shown));
  return 0;
}

/* ---- lists of values ---- */

enum { VALUE_BYTES = 4096, EXPANSIONS_MOST = 1000 };

/* Which quote the text is in behind `at`, by a shell's rules. */
static char quote_behind(const char *text, const char *at, char quote) {
  bool escaped = at > text && at[-1] == '\\' && quote != '\'' && (at - 1 == text || at[-2] != '\\');
  return escaped || !strchr("'\"", *at) ? quote : !quote ? *at : *at == quote ? 0 : quote;
}

/* Appends a value that keeps its characters within this quote; outside of quotes its words are words of the line. */
static void append_within(char *out, size_t size, char quote, const char *value) {
  for (const char *at = value; *at; at++) {
    bool closes = quote == '\'' && *at == '\'', special = quote == '"' && strchr("$`\"\\", *at);
    append(out, size, closes ? "'\\''" : special ? "\\%c" : "%c", *at);
  }
}

/* Copies `text` with {name} replaced; false if it does not fit. In the `line` of a program a value stays in the quotes
 * around it. */
static bool fill(const char *text, bool line, const char *name, const char *value, char *out, size_t size) {
  char placeholder[100], quote = 0;
  size_t length = (size_t)snprintf(placeholder, sizeof placeholder, "{%s}", name);
  out[0] = '\0';
  for (const char *at = text; *at;) {
    bool here = length < sizeof placeholder && strncmp(at, placeholder, length) == 0;
    if (here)
      append_within(out, size, quote, value);
    else
      append(out, size, "%c", *at);
    quote = line && !here ? quote_behind(text, at, quote) : quote;
    at += here ? length : 1;
  }
  return strlen(out) + 1 < size;
}

static bool has_placeholder(const char *text, const char *name) {
  char placeholder[100];
  snprintf(placeholder, sizeof placeholder, "{%s}", name);
  return text && strstr(text, placeholder);
}

/* The setting that a {NAME} of the command takes its values from, its section's before that of the command line. */
static struct setting *list_of(const struct config *config, struct section *section,
                               const struct known_kernel *kernel) {
  struct section *from[] = {section, sets_of(config)};
  const struct setting *command = section_find(section, kernel->command);
  for (int f = 0; command && f < 2; f++)
    for (int i = 0; from[f] && i < from[f]->count; i++)
      if (!has_param(kernel, from[f]->settings[i].name) && strcmp(from[f]->settings[i].name, "workers") != 0 &&
          has_placeholder(command->value, from[f]->settings[i].name))
        return &from[f]->settings[i];
  return NULL;
}

struct expansion {
  struct config *config;
  const struct known_kernel *kernel;
  int section;        /* index of the section with the list */
  const char *name;   /* of the list */
  bool names_problem; /* the title has the placeholder */
  struct fault *fault;
};

/* A program's setting for one value; its own name is that of put_own_name. */
static int put_filled(const struct expansion *e, struct section *to, const struct setting *setting, const char *value) {
  char filled[VALUE_BYTES];
  if (strcmp(setting->name, e->name) == 0 || strcmp(setting->name, "name") == 0)
    return 0;
  if (strcmp(setting->name, "title") == 0 && !e->names_problem)
    return section_put(to, setting->name, setting->value, setting->line, e->fault);
  bool line = strcmp(setting->name, "title") != 0;
  if (!fill(setting->value, line, e->name, value, filled, sizeof filled))
    return fault_set(e->fault, EXIT_USAGE, "%s:%d: %s: too long with %s=%s; shorten it", e->config->file, setting->line,
                     setting->name, e->name, value);
  return section_put(to, setting->name, filled, setting->line, e->fault);
}

/* The name of a program for one value: its own with the placeholder replaced, or with "NAME=VALUE" behind. */
static int put_own_name(const struct expansion *e, struct section *to, const struct setting *own, const char *value) {
  char name[400] = "";
  if (own && has_placeholder(own->value, e->name))
    fill(own->value, false, e->name, value, name, sizeof name);
  else
    snprintf(name, sizeof name, "%.190s", own ? own->value : "");
  if (!e->names_problem && !(own && has_placeholder(own->value, e->name)))
    append(name, sizeof name, "%s%.80s=%.80s", name[0] ? " " : "", e->name, value);
  return section_put(to, "name", name, to->line, e->fault);
}

static int add_value(const char *value, void *with) {
  struct expansion *e = with;
  const struct section *old = &e->config->sections[e->section];
  char label[400];
  snprintf(label, sizeof label, "%.200s %.80s=%.80s", old->label, e->name, value);
  struct section *to = e->config->count < EXPANSIONS_MOST ? config_add(e->config, "problem", label, old->line) : NULL;
  if (!to)
    return fault_set(e->fault, EXIT_USAGE, "%s: more than %d sections; shorten the lists", e->config->file,
                     EXPANSIONS_MOST);
  old = &e->config->sections[e->section]; /* adding one moves them */
  for (int i = 0; i < old->count; i++)
    if (put_filled(e, to, &old->settings[i], value) != 0)
      return -1;
  return put_own_name(e, to, section_find(old, "name"), value);
}

/* A part of a list: a range of numbers, as parameters of kernels have them, or one value as it is. */
static int add_values(const char *part, void *with) {
  struct expansion *e = with;
  int64_t numbers[RANGE_MAX];
  char value[32], shown[80];
  int count = params_range(part, numbers);
  size_t digits = strspn(part, "0123456789^");
  if (count == 0 && digits > 0 && strncmp(part + digits, "..", 2) == 0)
    return fault_set(
        e->fault, EXIT_USAGE,
        "%s: %s: '%s' is not a range (write LOW..HIGH, which doubles, or LOW..HIGH:10; %d numbers at most)",
        e->config->file, e->name, printable(part, shown, sizeof shown), RANGE_MAX);
  for (int i = 0; i < count; i++) {
    snprintf(value, sizeof value, "%lld", (long long)numbers[i]);
    if (add_value(value, e) != 0)
      return -1;
  }
  return count ? 0 : add_value(part, e);
}

static int put_title(struct section *section, const struct known_kernel *kernel, struct fault *fault);

static int expand(struct config *config, int index, const struct known_kernel *kernel, struct setting *list,
                  struct fault *fault) {
  struct section *section = &config->sections[index];
  const struct setting *title = section_find(section, "title");
  char name[100], values[VALUE_BYTES];
  struct expansion e = {config, kernel, index, name, title && has_placeholder(title->value, list->name), fault};
  snprintf(name, sizeof name, "%s", list->name);
  snprintf(values, sizeof values, "%s", list->value);
  struct section *sets = sets_of(config);
  if (sets && list >= sets->settings && list < sets->settings + sets->count)
    list->line = 1;
  if (put_title(section, kernel, fault) != 0) /* `list` may have moved */
    return -1;
  if (each_part(values, ',', add_values, &e) != 0)
    return -1;
  snprintf(config->sections[index].kind, strlen("problem") + 1, "gone");
  return 0;
}

int programs_expand(struct config *config, const struct catalog *catalog, struct fault *fault) {
  for (int i = 0; i < config->count; i++) {
    struct section *section = &config->sections[i];
    const struct setting *kernel_name = section_find(section, "kernel");
    const struct known_kernel *kernel = NULL;
    for (int k = 0; kernel_name && k < catalog->kernel_count; k++)
      if (strcmp(catalog->kernels[k].name, kernel_name->value) == 0 && catalog->kernels[k].command)
        kernel = &catalog->kernels[k];
    struct setting *list = kernel && strcmp(section->kind, "problem") == 0 ? list_of(config, section, kernel) : NULL;
    if (list && expand(config, i, kernel, list, fault) != 0)
      return -1;
  }
  config_drop(config, "gone");
  return 0;
}

/* ---- names ---- */

/* A command as a name: at most so long that the names of files and charts hold it. */
static int put_shortened(struct section *section, const char *name, const char *text, struct fault *fault) {
  char title[TITLE_BYTES];
  size_t length = strlen(text), most = sizeof title - sizeof "…";
  while (length > most && most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
    most--;
  snprintf(title, sizeof title, "%.*s%s", (int)(length > most ? most : length), text, length > most ? "…" : "");
  return section_put(section, name, title, section->line, fault);
}

static int put_title(struct section *section, const struct known_kernel *kernel, struct fault *fault) {
  if (!has_param(kernel, "title") || section_find(section, "title"))
    return 0;
  const struct setting *command = section_find(section, kernel->command), *name = section_find(section, "name");
  if (name && name->value[0])
    return put_shortened(section, "title", section->label, fault);
  return command ? put_shortened(section, "title", command->value, fault) : 0;
}

int programs_name(struct section *section, const struct known_kernel *kernel, struct fault *fault) {
  return kernel->command ? put_title(section, kernel, fault) : 0;
}

/* Whether a line has a placeholder that is replaced by, or computed from, the number of workers. */
static bool tells(const char *line) { return strstr(line, "{workers}") || strstr(line, "{workers-1}"); }

bool programs_untold(const struct section *section, const struct setting *env, const struct known_kernel *kernel) {
  const struct setting *command = kernel->command ? section_find(section, kernel->command) : NULL;
  return command && !tells(command->value) && !(env && tells(env->value));
}

/* Whether a line has what may be meant as a placeholder: a "{name}", a "{workers*2}". */
static bool has_braces(const char *line) {
  for (const char *at = line; (at = strchr(at, '{')) != NULL; at++)
    if (isalpha((unsigned char)at[1]) && at[1 + strspn(at + 1, letters)] == '}')
      return true;
  return strstr(line, "{workers") != NULL;
}

bool programs_have_braces(const struct section *section, const struct setting *env, const struct known_kernel *kernel) {
  const struct setting *command = section_find(section, kernel->command);
  return (command && has_braces(command->value)) || (env && has_braces(env->value));
}

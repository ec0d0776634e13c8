/* Looks the words of expectations up in the catalog and the configuration. */
#include "expect_lookup.h"

#include "base/expect.h"
#include "base/translate.h"
#include "cell/memory.h"
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 256, NAME_BYTES = 64 };

/* The names that a word is looked up in, and from which the nearest one is suggested. */
struct names {
  char text[NAMES_MAX][NAME_BYTES];
  size_t count;
};

static void add_name(struct names *names, const char *text, size_t length) {
  if (names->count < NAMES_MAX)
    snprintf(names->text[names->count++], NAME_BYTES, "%.*s", (int)length, text);
}

static bool among(const struct names *names, const char *word) {
  for (size_t i = 0; i < names->count; i++)
    if (strcmp(names->text[i], word) == 0)
      return true;
  return false;
}

/* `what`: the kind of word that is unknown. */
static int unknown(const struct names *names, const char *word, const char *what, struct fault *fault) {
  const char *list[NAMES_MAX];
  char shown[EXPECT_BYTES], hint[400];
  for (size_t i = 0; i < names->count; i++)
    list[i] = names->text[i];
  return fault_set(fault, EXIT_USAGE, "%s '%s'; %s", translated(what), printable(word, shown, sizeof shown),
                   suggest(hint, sizeof hint, word, list, names->count, NULL));
}

/* ---- the subject ---- */

static const struct section *labelled(const struct config *config, const char *label) {
  for (int i = 0; i < config->count; i++)
    if (strcmp(config->sections[i].kind, "problem") == 0 && strcmp(config->sections[i].label, label) == 0)
      return &config->sections[i];
  return NULL;
}

static int no_label(const struct config *config, const char *label, struct names *names, struct fault *fault) {
  names->count = 0;
  for (int i = 0; i < config->count; i++)
    if (strcmp(config->sections[i].kind, "problem") == 0)
      add_name(names, config->sections[i].label, strlen(config->sections[i].label));
  return unknown(names, label, "unknown problem label", fault);
}

/* The kernel of an expectation, or NULL and a fault. */
static const struct known_kernel *subject_of(const struct config *config, const struct catalog *catalog,
                                             const struct expect *expect, struct names *names, struct fault *fault) {
  const struct section *section = labelled(config, expect->subject);
  const struct setting *kernel = section ? section_find(section, "kernel") : NULL;
  char shown[EXPECT_BYTES];
  if (expect->labelled)
    return section ? catalog_kernel(catalog, kernel ? kernel->value : "", fault)
                   : (no_label(config, expect->subject, names, fault), NULL);
  const struct known_kernel *found = catalog_kernel(catalog, expect->subject, fault);
  if (!found && section)
    fault_set(fault, EXIT_USAGE, "unknown kernel '%s'; to name the problem, add quotes: \"%s\"",
              printable(expect->subject, shown, sizeof shown), shown);
  return found;
}

/* ---- the words behind it ---- */

static bool is_variant(const struct catalog *catalog, const char *word) {
  for (int i = 0; i < catalog->variant_count; i++)
    if (strcmp(catalog->variants[i].name, word) == 0)
      return true;
  return false;
}

/* Collects the variants (if there is a catalog) and the choices of the kernel's parameters of these roles. */
static void bare_names(struct names *names, const struct catalog *catalog, const struct known_kernel *kernel,
                       enum param_role from, enum param_role to) {
  names->count = 0;
  for (int i = 0; catalog && i < catalog->variant_count; i++)
    add_name(names, catalog->variants[i].name, strlen(catalog->variants[i].name));
  for (int i = 0; i < params_count(kernel->params); i++)
    for (const char *at = kernel->params[i].choices; at && *at; at += strcspn(at, "|"), at += *at == '|')
      if (kernel->params[i].role >= from && kernel->params[i].role <= to)
        add_name(names, at, strcspn(at, "|"));
}

static void left_names(struct names *names, const struct known_kernel *kernel) {
  names->count = 0;
  for (int i = 0; i < EXPECT_SELECTORS; i++)
    if (i != CELL_ID_kernel)
      add_name(names, expect_selector_names[i], strlen(expect_selector_names[i]));
  for (int i = 0; i < params_count(kernel->params); i++)
    add_name(names, kernel->params[i].name, strlen(kernel->params[i].name));
}

/* PARAM=VALUE as in a problem's section; PARAM=* leaves it open. */
static int check_value(const struct known_kernel *kernel, const char *name, const char *value, struct names *names,
                       struct fault *fault) {
  struct settings settings;
  struct fault ignored;
  char what[200];
  int index = params_find(kernel->name, kernel->params, name, &ignored);
  left_names(names, kernel);
  snprintf(what, sizeof what, "%s: unknown selector or parameter", kernel->name);
  if (index < 0)
    return unknown(names, name, what, fault);
  if (strcmp(value, "*") == 0)
    return 0;
  int failed = params_init(kernel->params, &settings, fault) != 0 || params_set(&settings, index, value, fault) != 0;
  params_free(&settings);
  return failed ? -1 : 0;
}

static int check_word(const struct catalog *catalog, const struct known_kernel *kernel, const char *word,
                      struct names *names, struct fault *fault) {
  char left[EXPECT_BYTES], what[200];
  snprintf(left, sizeof left, "%.*s", (int)strcspn(word, "="), word);
  if (word[strlen(left)] == '=')
    return check_value(kernel, left, word + strlen(left) + 1, names, fault);
  bare_names(names, catalog, kernel, PARAM_PROBLEM, PARAM_OPTION);
  snprintf(what, sizeof what, "%s: unknown variant or parameter value", kernel->name);
  return among(names, left) ? 0 : unknown(names, left, what, fault);
}

/* ---- selectors ---- */

static int check_schedule(const char *text, struct fault *fault) {
  struct schedule schedule;
  return schedule_parse(text, &schedule, fault);
}

static int check_memory(const char *text, struct fault *fault) { return memory_policy(text, fault) ? 0 : -1; }

static int check_scale(const char *text, struct fault *fault) {
  bool weak;
  return plan_scale(text, &weak, fault);
}

static int check_build(const char *text, struct fault *fault) {
  const char *const builds[] = {build_role_word(BUILD_OLD), build_role_word(BUILD_NEW)};
  enum build_role role = build_role_of(text);
  return role == BUILD_OLD || role == BUILD_NEW ? 0 : unknown_word(fault, "build", text, builds, 2, NULL);
}

/* Checks a selector's value by the same reader as a setting of [run]. */
static int (*const checks[CELL_IDS])(const char *, struct fault *) = {[CELL_ID_schedule] = check_schedule,
                                                                      [CELL_ID_pin] = topology_policy,
                                                                      [CELL_ID_memory] = check_memory,
                                                                      [CELL_ID_scale] = check_scale,
                                                                      [CELL_ID_build] = check_build};

struct naming {
  const struct known_kernel *kernel;
  enum cell_axis which;
  struct names *names;
  struct fault *fault;
};

static int check_part(const char *word, void *with) {
  struct naming *naming = with;
  const struct known_kernel *kernel = naming->kernel;
  bool method = naming->which == CELL_ID_method;
  char left[EXPECT_BYTES], what[200];
  snprintf(left, sizeof left, "%.*s", (int)strcspn(word, "="), word);
  if (word[strlen(left)] == '=')
    return check_value(kernel, left, word + strlen(left) + 1, naming->names, naming->fault);
  bare_names(naming->names, NULL, kernel, method ? PARAM_METHOD : PARAM_PROBLEM, method ? PARAM_OPTION : PARAM_SIZE);
  snprintf(what, sizeof what, "%s: unknown word of a %s", kernel->name, expect_selector_names[naming->which]);
  return among(naming->names, word) ? 0 : unknown(naming->names, word, what, naming->fault);
}

/* Checks the words of a method or problem. A text parameter may hold any words, so then nothing is checked. */
static int check_name(const struct known_kernel *kernel, const struct expect *expect, enum cell_axis which,
                      struct names *names, struct fault *fault) {
  for (int i = 0; i < params_count(kernel->params); i++)
    if (kernel->params[i].type == PARAM_TEXT && (kernel->params[i].role >= PARAM_METHOD) == (which == CELL_ID_method))
      return 0;
  return *expect->selectors[which]
             ? each_part(expect->selectors[which], ' ', check_part, &(struct naming){kernel, which, names, fault})
             : 0;
}

static int check_selectors(const struct catalog *catalog, const struct known_kernel *kernel,
                           const struct expect *expect, struct names *names, struct fault *fault) {
  if (*expect->selectors[CELL_ID_variant] && !catalog_variant(catalog, expect->selectors[CELL_ID_variant], fault))
    return -1;
  for (int i = 0; i < CELL_IDS; i++)
    if (checks[i] && *expect->selectors[i] && checks[i](expect->selectors[i], fault) != 0)
      return -1;
  return kernel->missing ? 0
         : check_name(kernel, expect, CELL_ID_method, names, fault) ||
                 check_name(kernel, expect, CELL_ID_problem, names, fault)
             ? -1
             : 0;
}

static int check_words(const struct catalog *catalog, const struct known_kernel *kernel, const struct expect *expect,
                       struct names *names, struct fault *fault) {
  int variants = *expect->selectors[CELL_ID_variant] != '\0';
  if (check_selectors(catalog, kernel, expect, names, fault) != 0)
    return -1;
  for (int i = 0; i < expect->word_count; i++) {
    variants += is_variant(catalog, expect->words[i]);
    if (variants > 1)
      return fault_set(fault, EXIT_USAGE, "second variant '%s'; name only one", expect->words[i]);
    if (kernel->missing == NULL && check_word(catalog, kernel, expect->words[i], names, fault) != 0)
      return -1;
  }
  return 0;
}

static int check_line(const struct config *config, const struct catalog *catalog, const char *text, struct names *names,
                      struct fault *fault) {
  struct expect expect;
  if (expect_parse(text, &expect, fault) != 0)
    return -1;
  const struct known_kernel *kernel = subject_of(config, catalog, &expect, names, fault);
  return kernel ? check_words(catalog, kernel, &expect, names, fault) : -1;
}

/* True for valid UTF-8, which run.json requires; the report reads the expectations from there. */
static bool fits_json(const char *text) {
  json_t *json = json_string(text);
  json_decref(json);
  return json != NULL;
}

int expect_lookup(const struct config *config, const struct catalog *catalog, struct fault *fault) {
  struct expect_reader reader = {.at = config->text ? config->text : ""};
  char text[EXPECT_BYTES];
  struct names *names = malloc(sizeof *names);
  int failed = names ? 0 : fault_memory(fault);
  while (!failed && expect_next(&reader, text)) {
    failed = fits_json(config->text)
                 ? check_line(config, catalog, text, names, fault)
                 : fault_set(fault, EXIT_USAGE, "the file has expectations but is not valid UTF-8; save it as UTF-8");
    if (failed)
      fault_at(fault, "%s:%d", config->file, reader.line);
  }
  free(names);
  return failed;
}

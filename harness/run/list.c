/* Prints the kernels, the variants and the machine's facts. */
#include "list.h"

#include "base/params.h"
#include "base/text.h"
#include "cell/module.h"
#include "machine/machine.h"
#include "plan/pattern.h"
#include "plan/revision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *json_text(json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

/* Lines of at most the terminal's width, broken at blanks and behind '|'. */
static void print_wrapped(const char *text) {
  size_t width = terminal_columns(), used = (size_t)printf("    ");
  for (const char *at = text; *at;) {
    size_t length = strcspn(at, " |");
    length += at[length] == '|';
    if (used + length > width && used > 8)
      used = (size_t)printf("\n        ") - 1;
    used += (size_t)printf("%.*s", (int)length, at);
    at += length;
    if (*at == ' ' && used + 1 + strcspn(at + 1, " |") < width)
      used += (size_t)printf(" ");
    else if (*at == ' ')
      used = width;
    at += *at == ' ';
  }
  putchar('\n');
}

static void add_range(char *out, size_t size, const struct param *p) {
  char low[32], high[32];
  bool list = p->type == PARAM_LIST;
  if (p->type == PARAM_CHOICE)
    append(out, size, " (%s)", p->choices);
  else if (p->type != PARAM_TEXT && p->max == INT64_MAX)
    append(out, size, " (%sat least %s%s)", list ? "each " : "", format_count(p->min, low, sizeof low),
           list ? ", joined by +" : "");
  else if (p->type != PARAM_TEXT)
    append(out, size, " (%s%s to %s%s)", list ? "each " : "", format_count(p->min, low, sizeof low),
           format_count(p->max, high, sizeof high), list ? ", joined by +" : "");
}

static void list_param(const struct param *params, int index) {
  const struct param *p = &params[index];
  char line[2000] = "", condition[200];
  append(line, sizeof line, "%s=%s", p->name, p->initial);
  add_range(line, sizeof line, p);
  append(line, sizeof line, " %s", p->meaning);
  if (*params_condition(params, index, condition, sizeof condition))
    append(line, sizeof line, "; used only %s", condition);
  print_wrapped(line);
}

static bool is_asked(struct pattern *pattern, const char *name) { return !pattern || pattern_matches(pattern, name); }

static int list_kernels(const struct catalog *catalog, struct pattern *pattern) {
  int listed = 0;
  for (int i = 0; i < catalog->kernel_count; i++) {
    const struct known_kernel *k = &catalog->kernels[i];
    if (!is_asked(pattern, k->name))
      continue;
    listed++;
    printf("%-14s %s\n", k->name, k->missing ? k->missing : json_text(k->json, "summary"));
    for (int p = 0; p < params_count(k->params); p++)
      list_param(k->params, p);
  }
  return listed;
}

/* As a user writes them. */
static void schedules_text(unsigned schedules, char *out, size_t size) {
  static const struct {
    enum schedule_kind kind;
    const char *written;
  } forms[] = {{SCHEDULE_STATIC, "static"},
               {SCHEDULE_DYNAMIC, "dynamic:CHUNK"},
               {SCHEDULE_GUIDED, "guided:CHUNK"},
               {SCHEDULE_TASK, "task:CHUNK"}};
  out[0] = '\0';
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (schedules & SCHEDULE_BIT(forms[i].kind))
      append(out, size, "%s%s", out[0] ? ", " : "", forms[i].written);
}

static int list_variants(const struct catalog *catalog, struct pattern *pattern) {
  int listed = 0;
  for (int i = 0; i < catalog->variant_count; i++) {
    const struct known_variant *v = &catalog->variants[i];
    char offers[80], schedules[80];
    if (!is_asked(pattern, v->name))
      continue;
    listed++;
    schedules_text(v->schedules, schedules, sizeof schedules);
    printf("%-14s %s\n    team lives for one %s; offers: %s; schedules: %s\n", v->name,
           v->missing ? v->missing : json_text(v->json, "summary"), json_text(v->json, "lifetime"),
           needs_text(v->offers, offers, sizeof offers), schedules);
  }
  return listed;
}

static int list_machine(const struct catalog *catalog, struct pattern *pattern) {
  (void)catalog, (void)pattern;
  struct machine machine;
  size_t i;
  json_t *fact;
  char commit[80];
  machine_read(&machine, "", NULL, revision_here(commit, sizeof commit));
  printf("%-19s %s\n%-19s %s\n", "machine_id", machine.id, "label", machine.label);
  json_array_foreach(json_object_get(machine.json, "facts"), i, fact) {
    char *value = json_dumps(json_object_get(fact, "value"), JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    printf("%-19s %s %s  [%s]\n", json_text(fact, "name"), value, json_text(fact, "unit"), json_text(fact, "source"));
    free(value);
  }
  machine_free(&machine);
  return 1;
}

/* Lists the kernels and variants whose name matches. */
static int list_matching(const struct catalog *catalog, const char *what, const char *const *lists, size_t count,
                         struct fault *fault) {
  const char *names[256];
  size_t known = 0;
  struct pattern *pattern = pattern_open(what, fault);
  if (!pattern)
    return -1;
  int listed = list_kernels(catalog, pattern) + list_variants(catalog, pattern);
  pattern_close(pattern);
  if (listed)
    return 0;
  for (size_t i = 0; i < count; i++)
    names[known++] = lists[i];
  for (int i = 0; i < catalog->kernel_count && known < 200; i++)
    names[known++] = catalog->kernels[i].name;
  for (int i = 0; i < catalog->variant_count && known < 256; i++)
    names[known++] = catalog->variants[i].name;
  return unknown_word(fault, "list, kernel or variant", what, names, known, "see 'nway list'");
}

int list_print(const struct catalog *catalog, const char *what, struct fault *fault) {
  static const struct {
    const char *name;
    int (*print)(const struct catalog *, struct pattern *); /* how many it listed */
  } lists[] = {{"kernels", list_kernels}, {"variants", list_variants}, {"machine", list_machine}};
  enum { LISTS = sizeof lists / sizeof *lists };
  const char *names[LISTS];
  bool known = what[0] == '\0';
  for (size_t i = 0; i < LISTS; i++) {
    names[i] = lists[i].name;
    if (what[0] != '\0' && strcmp(what, names[i]) != 0)
      continue;
    known = true;
    lists[i].print(catalog, NULL);
  }
  return known ? 0 : list_matching(catalog, what, names, LISTS, fault);
}

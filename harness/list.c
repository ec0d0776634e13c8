/* Prints what there is to run and where. */
#include "list.h"

#include "machine.h"
#include "module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *json_text(json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static void list_kernels(const struct catalog *catalog) {
  for (int i = 0; i < catalog->kernel_count; i++) {
    const struct known_kernel *k = &catalog->kernels[i];
    printf("%-14s %s\n", k->name, k->missing ? k->missing : json_text(k->json, "summary"));
    for (const struct param *p = k->params; p && p->name; p++) {
      char low[32], high[32];
      printf("    %s=%s", p->name, p->initial);
      if (p->type == PARAM_CHOICE)
        printf(" (%s)", p->choices);
      else
        printf(" (%s to %s%s)", format_count(p->min, low, sizeof low), format_count(p->max, high, sizeof high),
               p->type == PARAM_LIST ? ", joined by +" : "");
      printf("  %s%s%s\n", p->meaning, p->when ? "; for " : "", p->when ? p->when : "");
    }
  }
}

static void list_variants(const struct catalog *catalog) {
  for (int i = 0; i < catalog->variant_count; i++) {
    const struct known_variant *v = &catalog->variants[i];
    char offers[80];
    printf("%-14s %s\n    team lives for one %s; offers: %s\n", v->name,
           v->missing ? v->missing : json_text(v->json, "summary"), json_text(v->json, "lifetime"),
           needs_text(v->offers, offers, sizeof offers));
  }
}

static void list_machine(const struct catalog *catalog) {
  (void)catalog;
  struct machine machine;
  size_t i;
  json_t *fact;
  machine_read(&machine, "", NULL);
  printf("%-19s %s\n%-19s %s\n", "machine_id", machine.id, "label", machine.label);
  json_array_foreach(json_object_get(machine.json, "facts"), i, fact) {
    char *value = json_dumps(json_object_get(fact, "value"), JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    printf("%-19s %s %s  [%s]\n", json_text(fact, "name"), value, json_text(fact, "unit"), json_text(fact, "source"));
    free(value);
  }
  machine_free(&machine);
}

int list_print(const struct catalog *catalog, const char *what, struct fault *fault) {
  static const struct {
    const char *name;
    void (*print)(const struct catalog *);
  } lists[] = {{"kernels", list_kernels}, {"variants", list_variants}, {"machine", list_machine}};
  bool known = what[0] == '\0';
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    if (what[0] == '\0' || strcmp(what, lists[i].name) == 0) {
      known = true;
      lists[i].print(catalog);
    }
  char shown[80];
  return known ? 0
               : fault_set(fault, EXIT_USAGE, "nothing to list as '%s'; there are kernels, variants, machine",
                           printable(what, shown, sizeof shown));
}

/* Surveys this host, computes its identity and label, and combines the tables of facts. */
#include "machine.h"

#include "base/digest.h"
#include "base/words.h"
#include "facts.h"
#include "sysfile.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- survey ---- */

/* Reads the model name of x86 CPUs, or the closest key of other architectures. */
static void read_model(const char *root, char *out, size_t size) {
  static const char *const keys[] = {"model name", "cpu model", "cpu", "uarch"};
  char maker[32], part[32];
  out[0] = '\0';
  for (size_t i = 0; i < sizeof keys / sizeof *keys && !out[0]; i++)
    sysfile_value(root, "/proc/cpuinfo", keys[i], ':', out, size);
  if (!out[0] && sysfile_value(root, "/proc/cpuinfo", "CPU implementer", ':', maker, sizeof maker) &&
      sysfile_value(root, "/proc/cpuinfo", "CPU part", ':', part, sizeof part))
    snprintf(out, size, "ARM implementer %s part %s", maker, part);
}

/* Counts the CPUs present, including offline ones, in an ascending list such as "0-3,8-11". */
static int read_present(const char *root, int *highest) {
  char line[512];
  int count = 0;
  *highest = -1;
  sysfile_line(root, line, sizeof line, "/sys/devices/system/cpu/present");
  for (char *at = line, *end; *at; at = *end == ',' ? end + 1 : end) {
    long low = strtol(at, &end, 10), high = low;
    if (end == at)
      break;
    if (*end == '-')
      high = strtol(end + 1, &end, 10);
    if (low < 0 || high < low || high >= VITALS_CPUS_MAX)
      break;
    count += (int)(high - low) + 1;
    *highest = (int)high;
  }
  return count;
}

static void survey_take(struct survey *survey, const char *root, const char *commit) {
  struct cpu_list usable;
  *survey = (struct survey){.root = root};
  snprintf(survey->folder, sizeof survey->folder, "%s", commit);
  survey->present = read_present(root, &survey->highest);
  read_model(root, survey->model, sizeof survey->model);
  vitals_unknown(&survey->vitals);
  vitals_usable(&usable);
  vitals_facts(root, &usable, &survey->vitals);
  topology_shape(root, &survey->shape);
  host_read(root, &survey->host);
}

/* ---- identity and label ---- */

/* "Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz" -> "Intel Xeon Platinum 8488C". */
static void clean_model(const char *model, char *out, size_t size) {
  static const char *const noise[] = {"(R)", "(TM)", "(r)", "(tm)", " CPU", " Processor"};
  char text[256];
  snprintf(text, sizeof text, "%.*s", (int)strcspn(model, "@"), model);
  for (size_t i = 0; i < sizeof noise / sizeof *noise; i++)
    for (char *at; (at = strstr(text, noise[i]));)
      memmove(at, at + strlen(noise[i]), strlen(at + strlen(noise[i])) + 1);
  for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
    text[n - 1] = '\0';
  snprintf(out, size, "%s", text[0] ? text : "unknown CPU");
}

char *slug_of(const char *text, char *out, size_t size) {
  size_t used = 0;
  for (; *text && used + 1 < size; text++) {
    if (isalnum((unsigned char)*text))
      out[used++] = (char)tolower((unsigned char)*text);
    else if (used > 0 && out[used - 1] != '-')
      out[used++] = '-';
  }
  while (used > 0 && out[used - 1] == '-')
    used--;
  out[used] = '\0';
  return out;
}

/* Computes the id; machine.h explains the choice of facts. */
static void identify(struct machine *machine, const struct survey *survey) {
  static const char *const cpu_keys[] = {"vendor_id", "cpu family", "model", "stepping", "CPU variant", "CPU revision"};
  static const char *const files[] = {"/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/product_name",
                                      "/proc/device-tree/model"};
  char text[2048], value[256];
  snprintf(text, sizeof text, "%s\n%d", survey->model, survey->present);
  for (size_t i = 0; i < sizeof cpu_keys / sizeof *cpu_keys; i++) {
    sysfile_value(survey->root, "/proc/cpuinfo", cpu_keys[i], ':', value, sizeof value);
    append(text, sizeof text, "\n%s", value);
  }
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    sysfile_line(survey->root, value, sizeof value, "%s", files[i]);
    append(text, sizeof text, "\n%s", value);
  }
  value[0] = '\0';
  if (!survey->host.for_all)
    sysfile_line(survey->root, value, sizeof value, "/etc/machine-id");
  append(text, sizeof text, "\n%s", value);
  snprintf(machine->id, sizeof machine->id, "%016" PRIx64, digest_of(0, text, strlen(text)));
}

static void label_machine(struct machine *machine, const struct survey *survey, const char *name) {
  char clean[80];
  int cores = survey->shape.cores > 0 ? survey->shape.cores : survey->vitals.cpus.logical;
  clean_model(survey->model, clean, sizeof clean);
  if (name)
    snprintf(machine->label, sizeof machine->label, "%s", name);
  else
    snprintf(machine->label, sizeof machine->label, "%s, %d core%s", clean, cores, plural(cores));
  if (slug_of(machine->label, machine->slug, sizeof machine->slug)[0] == '\0')
    snprintf(machine->slug, sizeof machine->slug, "%s", machine->id); /* the label has no ASCII letter or digit */
}

/* ---- machine.json ---- */

void machine_read(struct machine *machine, const char *root, const char *name, const char *commit) {
  struct survey survey;
  survey_take(&survey, root, commit);
  *machine = (struct machine){.cpus = survey.vitals.cpus};
  identify(machine, &survey);
  label_machine(machine, &survey, name);
  json_t *facts = json_array();
  facts_add(&facts, facts_of_cpus, &survey);
  facts_add(&facts, facts_of_system, &survey);
  facts_add(&facts, facts_of_build, &survey);
  facts_add_environment(&facts);
  machine->json =
      json_pack("{si ss ss so}", "schema", 1, "machine_id", machine->id, "label", machine->label, "facts", facts);
}

void machine_add_module(struct machine *machine, const char *name, const json_t *described) {
  char fact[120];
  const char *flags = json_string_value(json_object_get(described, "flags"));
  const char *file = json_string_value(json_object_get(described, "file"));
  snprintf(fact, sizeof fact, "flags of %s", name);
  json_t *facts = json_incref(json_object_get(machine->json, "facts"));
  facts_add_value(&facts, fact, fact_string(flags), "", file ? file : "catalog.json");
  if (!facts) { /* out of memory: with json NULL, writing machine.json reports an error */
    json_decref(machine->json);
    machine->json = NULL;
  }
  json_decref(facts);
}

void machine_free(struct machine *machine) {
  json_decref(machine->json);
  machine->json = NULL;
}

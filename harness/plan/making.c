/* Finds settings while a plan is expanded, adds their place to faults, and counts what lists make. */
#include "making.h"

#include "base/words.h"
#include "options/options.h"
#include "options/settings.h"

#include <stdio.h>
#include <string.h>

/* Writes "FILE:LINE: name", or for a setting from the command line its option; a parameter's is --set. */
static char *setting_place(const struct config *config, int line, const char *name, char *out, size_t size) {
  const struct option_row *option = option_of_setting(name);
  if (line > 0)
    snprintf(out, size, "%s:%d: %s", config->file, line, name);
  else if (option)
    snprintf(out, size, "%s", option->name);
  else
    snprintf(out, size, "--set %s", name);
  return out;
}

int making_fault_at(struct making *m, int line, const char *name) {
  char where[300];
  return fault_at(m->fault, "%s", setting_place(m->config, line, name, where, sizeof where));
}

int making_fault_in(struct making *m) {
  const struct section *section = m->section;
  return section->line > 0 ? fault_at(m->fault, "%s:%d: [problem %s]", m->config->file, section->line, section->label)
                           : fault_at(m->fault, "[problem %s]", section->label);
}

const struct setting *making_setting(const struct making *m, const char *name) {
  const struct setting *run = section_find(m->run, name);
  const struct setting *own = section_find(m->section, name);
  return run && run->line == 0 ? run : own ? own : run;
}

const char *making_value(const struct making *m, const char *name) {
  const struct setting *setting = making_setting(m, name);
  return setting ? setting->value : setting_find(name)->initial;
}

/* ---- how much a section asks for ---- */

/* a times b, or INT64_MAX where that overflows. */
static int64_t times(int64_t a, int64_t b) {
  int64_t product;
  return mul_overflows(a, b, &product) ? INT64_MAX : product;
}

static int count_part(const char *part, void *with) {
  (void)part;
  ++*(int64_t *)with;
  return 0;
}

/* The number of values in a list; 1 if it is not set. */
static int64_t values_of(const struct setting *list, char separator) {
  int64_t count = 0;
  each_part(list ? list->value : "", separator, count_part, &count);
  return count;
}

struct scales {
  int64_t tasks, weak; /* tasks of one combination; of weak scaling alone */
};

static int count_scale(const char *part, void *with) {
  struct scales *scales = with;
  scales->tasks += scale_of(part) == SCALE_WEAK ? scales->weak : 1;
  return 0;
}

/* The number of tasks that the section makes, unless some of them are equal. */
static int64_t count_tasks(const struct making *m, int64_t counts) {
  const struct setting *scale = making_setting(m, "scale");
  struct scales scales = {0, counts};
  each_part(scale ? scale->value : "strong", ',', count_scale, &scales);
  int64_t tasks = scales.tasks;
  for (int i = 0; i < params_count(m->kernel->params); i++)
    if (m->kernel->params[i].type != PARAM_TEXT)
      tasks = times(tasks, values_of(section_find(m->section, m->kernel->params[i].name), ','));
  return tasks;
}

int64_t making_most_cells(struct making *m, int64_t tasks, int64_t counts) {
  const struct setting *variants = making_setting(m, "variants");
  int64_t cells = times(tasks, counts);
  bool listed = variants && !text_has_word(variants->value, "all");
  cells = times(cells, listed ? values_of(variants, ',') : m->catalog->variant_count);
  cells = times(cells, values_of(making_setting(m, "schedules"), ','));
  cells = times(cells, values_of(making_setting(m, "pin"), ','));
  cells = times(cells, values_of(making_setting(m, "memory"), ','));
  return times(cells, values_of(making_setting(m, "env"), '|'));
}

int making_check_size(struct making *m) {
  struct counts counts;
  if (making_counts(m, &counts) != 0)
    return -1;
  int64_t tasks = count_tasks(m, counts.count);
  if (tasks <= CELLS_MAX)
    return 0;
  int64_t cells = making_most_cells(m, tasks, counts.count);
  fault_set(m->fault, EXIT_USAGE,
            "its lists make %s%lld combinations of parameters, %s%lld cells; at most %d cells can be planned: shorten "
            "the lists",
            tasks == INT64_MAX ? "over " : "", (long long)tasks, cells == INT64_MAX ? "over " : "up to ",
            (long long)cells, CELLS_MAX);
  return making_fault_in(m);
}

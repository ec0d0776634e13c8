/* Writes the facts in which machines differ, each with its meaning, and the warnings that follow from them. */
#include "machine_words.h"

#include "base/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const fact_class_names[FACT_CLASSES] = {"Hardware", "Settings", "Build", "State at the start"};

const struct fact_meaning fact_meanings[] = {
    {"cpu_model", "processor", FACT_HARDWARE, "what the comparison is about"},
    {"sockets", "sockets", FACT_HARDWARE, "memory of another socket is slower"},
    {"physical_cores", "physical cores", FACT_HARDWARE, "speedup beyond them comes from SMT only"},
    {"threads_per_core", "threads a core (SMT)", FACT_HARDWARE, "two threads of a core share its units"},
    {"logical_cpus", "logical CPUs", FACT_HARDWARE, "cores times threads a core, online"},
    {"numa_nodes", "memory nodes", FACT_HARDWARE, "pages of another node are slower"},
    {"cpu_kinds", "kinds of cores", FACT_HARDWARE, "cores of unequal speed limit static schedules"},
    {"cache_l1d", "L1 data cache", FACT_HARDWARE, "work that fits is faster"},
    {"cache_l2", "L2 cache", FACT_HARDWARE, "work that fits is faster"},
    {"cache_l3", "L3 cache", FACT_HARDWARE, "work that fits is faster"},
    {"frequency_max", "highest clock", FACT_HARDWARE, "bounds the speed of one worker"},
    {"memory_bytes", "memory", FACT_HARDWARE, "matters only if a problem does not fit"},
    {"usable_cpus", "usable CPUs", FACT_SETTING, "the most workers that can run at once"},
    {"cpu_quota", "CPU quota", FACT_SETTING, "a cgroup stops workers beyond it"},
    {"smt", "SMT", FACT_SETTING, "on: workers beyond the cores share them"},
    {"governor", "clock governor", FACT_SETTING, "other than performance, the clock follows the load"},
    {"turbo", "turbo", FACT_SETTING, "on: few workers run at a higher clock than many"},
    {"frequency_limit", "clock limit", FACT_SETTING, "bounds the speed of one worker"},
    {"virtualisation", "virtualisation", FACT_SETTING, "other guests may take time and share cores"},
    {"container", "container", FACT_SETTING, "its limits may be below the machine's"},
    {"huge_pages", "huge pages", FACT_SETTING, "change the cost of large memory"},
    {"clock_source", "clock source", FACT_SETTING, "changes the cost of reading the time"},
    {"power", "power", FACT_SETTING, "on battery the clock is lower"},
    {"kernel", "operating system kernel", FACT_BUILD, "changes the cost of starting and waking workers"},
    {"os", "distribution", FACT_BUILD, "brings its own compiler and libraries"},
    {"libc", "C library", FACT_BUILD, "changes threads, memory and mathematics"},
    {"compiler", "compiler", FACT_BUILD, "other machine code for the same source"},
    {"gmp", "GMP", FACT_BUILD, "computes the large numbers"},
    {"libgomp", "OpenMP of gcc", FACT_BUILD, "runs the OpenMP workers"},
    {"libomp", "OpenMP of clang", FACT_BUILD, "runs the OpenMP workers"},
    {"nway", "nway", FACT_BUILD, "kernels and variants may differ between versions"},
    {"load_1min", "load", FACT_STATE, "other programs take time from the workers"},
    {"memory_available", "memory available", FACT_STATE, "matters only if a problem does not fit"},
    {"frequency_now_high", "clock at the start", FACT_STATE, "a snapshot, often of an idle core"},
};
const size_t fact_meaning_count = sizeof fact_meanings / sizeof *fact_meanings;

/* ---- values ---- */

static const struct fact *fact_named(const struct run *run, const char *name) {
  for (size_t i = 0; i < run->fact_count; i++)
    if (strcmp(run->facts[i].name, name) == 0)
      return run->facts[i].value ? &run->facts[i] : NULL;
  return NULL;
}

void fact_words(struct text *out, const struct run *run, const char *name) {
  const struct fact *f = fact_named(run, name);
  char number[HUMAN_MAX];
  if (!f)
    text_add(out, "unknown");
  else if (strcmp(f->unit, "B") == 0)
    text_add(out, human_bytes(number, strtod(f->value, NULL)));
  else if (strcmp(name, "load_1min") == 0)
    load_words(out, strtod(f->value, NULL), (double)run->usable_cpus);
  else
    text_format(out, "%s%s%s", f->value, *f->unit ? " " : "", f->unit);
}

/* ---- warnings ---- */

struct warnings {
  struct text *list;
  size_t count, capacity;
};

static struct text *new_warning(struct warnings *w) {
  GROW(w->list, w->count, w->capacity);
  w->list[w->count] = (struct text){0};
  return &w->list[w->count++];
}

static bool same_machine(const struct run *a, const struct run *b) {
  return *a->machine_id && strcmp(a->machine_id, b->machine_id) == 0;
}

static void warn_same_machine(struct warnings *w, const struct machines *m, bool *all) {
  size_t pairs = 0;
  char one[RUN_CODE_MAX], two[RUN_CODE_MAX];
  struct text names = {0};
  *all = true;
  for (size_t i = 0; i < m->count; i++) {
    *all &= same_machine(&m->runs[0].run, &m->runs[i].run);
    for (size_t j = i + 1; j < m->count; j++)
      if (same_machine(&m->runs[i].run, &m->runs[j].run) && pairs++ < 4)
        text_format(&names, "%s%s and %s", pairs > 1 ? ", " : "", run_code(one, i), run_code(two, j));
  }
  if (pairs)
    text_format(new_warning(w),
                "%s%s ran on the same machine: their difference is one of times or builds, not of machines%s.",
                text_of(&names), pairs > 4 ? " and more" : "",
                *all ? "; to compare two builds, pair them in one run: nway ab OLD NEW" : "");
  text_free(&names);
}

static const char *flags_of(const struct run *run, const char *kernel) {
  for (size_t i = 0; i < run->problem_count; i++)
    if (strcmp(run->problems[i].kernel, kernel) == 0)
      return run->problems[i].flags;
  return "";
}

/* Kernels that were compiled with other flags in some run. */
static void flag_words(struct text *out, const struct machines *m) {
  size_t flagged = 0;
  for (size_t i = 0; i < m->shared; i++) {
    const char *kernel = m->contests[i].problem->kernel, *first = flags_of(&m->runs[0].run, kernel);
    bool named = false, other = false;
    for (size_t j = 0; j < i; j++)
      named |= strcmp(m->contests[j].problem->kernel, kernel) == 0;
    for (size_t j = 1; j < m->count; j++) {
      const char *flags = flags_of(&m->runs[j].run, kernel);
      other |= *first && *flags && strcmp(first, flags) != 0;
    }
    if (other && !named)
      text_format(out, "%s%s", flagged++ ? ", " : out->length ? ", flags of " : "flags of ", kernel);
  }
}

static void warn_builds(struct warnings *w, const struct machines *m) {
  struct text differ = {0};
  for (size_t k = 0; k < fact_meaning_count; k++) {
    const struct fact_meaning *f = &fact_meanings[k];
    const char *first = run_fact(&m->runs[0].run, f->name);
    if (f->class != FACT_BUILD || !first)
      continue;
    for (size_t i = 1; i < m->count; i++) {
      const char *value = run_fact(&m->runs[i].run, f->name);
      if (!value || strcmp(value, first) == 0)
        continue;
      text_format(&differ, "%s%s (%s against %s)", differ.length ? ", " : "", f->label, first, value);
      break;
    }
  }
  flag_words(&differ, m);
  if (differ.length)
    text_format(new_warning(w),
                "The builds differ: %s. A difference in throughput may come from them; to compare "
                "machines alone, use the same versions and flags on each.",
                text_of(&differ));
  text_free(&differ);
}

static void warn_load(struct warnings *w, const struct machines *m) {
  const double much = 0.5;
  char code[RUN_CODE_MAX];
  struct text busy = {0};
  for (size_t i = 0; i < m->count; i++) {
    const char *value = run_fact(&m->runs[i].run, "load_1min");
    double load = value ? strtod(value, NULL) : NAN, cpus = (double)m->runs[i].run.usable_cpus;
    if (!(load >= much * cpus) || !(cpus > 0))
      continue;
    text_format(&busy, "%s%s was ", busy.length ? "; " : "", run_code(code, i));
    load_words(&busy, load, cpus);
  }
  if (busy.length)
    text_format(new_warning(w), "Other programs ran when a run started: %s. Stop them and run again.", text_of(&busy));
  text_free(&busy);
}

/* ---- sizes that follow the machine ---- */

/* Whether the configuration gives ${name} to a parameter, and not only to how it is measured. */
static bool sizes_problem(const char *config, const char *name) {
  char use[80];
  snprintf(use, sizeof use, "${%s}", name);
  for (const char *found = strstr(config, use); found; found = strstr(found + 1, use)) {
    const char *line = found;
    while (line > config && line[-1] != '\n')
      line--;
    line += strspn(line, " \t");
    if (strncmp(line, "workers", 7) != 0 && strncmp(line, "variants", 8) != 0)
      return true;
  }
  return false;
}

/* The value of a definition in a run, or NULL. */
static const char *size_named(const struct run *run, const char *name) {
  for (size_t i = 0; i < run->size_count; i++)
    if (strcmp(run->sizes[i].name, name) == 0)
      return run->sizes[i].value;
  return NULL;
}

/* Whether a text of a run can be part of a command as it is: it came with the run's files. */
static bool is_plain(const char *text) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.,:+-";
  return text[strspn(text, plain)] == '\0';
}

/* "--define size=64 --define elements=32M": what gives one run the sizes of another. */
static void define_words(struct text *out, const struct run *small, const struct run *large) {
  for (size_t i = 0; i < large->size_count; i++) {
    const struct chosen_size *wanted = &large->sizes[i];
    const char *given = size_named(small, wanted->name);
    if (given && strcmp(given, wanted->value) != 0 && is_plain(wanted->name) && is_plain(wanted->value) &&
        sizes_problem(large->config_text, wanted->name))
      text_format(out, " --define %s=%s", wanted->name, wanted->value);
  }
}

static size_t most_cpus(const struct machines *m) {
  size_t most = 0;
  for (size_t i = 1; i < m->count; i++)
    most = m->runs[i].run.usable_cpus > m->runs[most].run.usable_cpus ? i : most;
  return most;
}

/* The command that measures a smaller machine by the sizes of the largest, where one configuration made both. */
static void warn_sizes(struct warnings *w, const struct machines *m) {
  size_t large = most_cpus(m), told = 0;
  const struct run *largest = &m->runs[large].run;
  struct text codes = {0}, first = {0};
  char code[RUN_CODE_MAX];
  for (size_t i = 0; i < m->count; i++) {
    struct text defines = {0};
    if (strcmp(m->runs[i].run.config_text, largest->config_text) == 0)
      define_words(&defines, &m->runs[i].run, largest);
    if (defines.length && (!first.length || strcmp(text_of(&defines), text_of(&first)) == 0)) {
      text_format(&codes, "%s%s", told++ ? ", " : "", run_code(code, i));
      if (!first.length)
        text_add(&first, text_of(&defines));
    }
    text_free(&defines);
  }
  if (told)
    text_format(
        new_warning(w),
        "The configuration takes sizes from the number of CPUs. To compare every problem, measure %s with those "
        "of %s: nway run -c %s%s",
        text_of(&codes), run_code(code, large), *largest->config_file ? largest->config_file : largest->config_name,
        text_of(&first));
  text_free(&codes), text_free(&first);
}

/* Kernels that the runs measured only with other parameters. */
static void warn_parameters(struct warnings *w, const struct machines *m) {
  struct text list = {0};
  size_t kernels = 0;
  for (size_t i = m->shared; i < m->contest_count; i++) {
    const struct contest *c = &m->contests[i];
    bool shared = false;
    for (size_t j = 0; j < m->contest_count; j++)
      shared |= j != i && (j < m->shared || j < i) && strcmp(m->contests[j].problem->kernel, c->problem->kernel) == 0;
    for (size_t j = i + 1; j < m->contest_count && !shared; j++)
      if (strcmp(m->contests[j].problem->kernel, c->problem->kernel) == 0) {
        text_format(&list, "%s%s (%s; %s)", kernels++ ? ", " : "", c->problem->kernel, c->problem->problem,
                    m->contests[j].problem->problem);
        break;
      }
  }
  if (kernels)
    text_format(new_warning(w), "Measured with other parameters, and not compared: %s.", text_of(&list));
  text_free(&list);
  size_t before = w->count;
  if (kernels)
    warn_sizes(w, m);
  if (kernels && w->count == before)
    text_add(&w->list[before - 1], " Run the same configuration on each machine.");
}

static const char *answer_of(const struct analysis *a, const char *method) {
  for (size_t i = 0; a && i < a->count; i++)
    if (a->figures[i].valid && a->figures[i].cell->digest && strcmp(a->figures[i].cell->method, method) == 0)
      return a->figures[i].cell->digest;
  return NULL;
}

/* Whether the best method of a problem gave one answer wherever it was right. */
static bool answers_alike(const struct machines *m, const struct contest *c) {
  const char *method = c->best[c->first].of->cell->method, *first = answer_of(c->analyses[c->first], method);
  for (size_t j = 0; j < m->count; j++) {
    const char *other = answer_of(c->analyses[j], method);
    if (first && other && strcmp(first, other) != 0)
      return false;
  }
  return true;
}

static void warn_answers(struct warnings *w, const struct machines *m) {
  enum { LISTED_MAX = 4 };
  struct text list = {0};
  size_t differ = 0;
  for (size_t i = 0; i < m->shared; i++) {
    if (answers_alike(m, &m->contests[i]))
      continue;
    if (differ < LISTED_MAX) {
      text_add(&list, differ ? "; " : "");
      problem_title(&list, m->contests[i].problem);
    }
    differ++;
  }
  if (differ)
    text_format(
        new_warning(w),
        "Another machine gave other answers, each right by its own oracle: %s%s. Rounding or libraries differ, so "
        "the work may too.",
        text_of(&list), differ > LISTED_MAX ? " and more" : "");
  text_free(&list);
}

size_t machine_warnings(const struct machines *m, struct text **list) {
  struct warnings w = {0};
  bool all;
  warn_same_machine(&w, m, &all);
  warn_builds(&w, m), warn_load(&w, m), warn_parameters(&w, m), warn_answers(&w, m);
  *list = w.list;
  return w.count;
}

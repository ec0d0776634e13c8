/* Checks run.json of an interrupted run, and restores from it how far the run had come. */
#include "resume_state.h"

#include "base/find_run.h"
#include "base/json_file.h"
#include "base/json_foreign.h"
#include "base/words.h"
#include "inputs.h"

#include <limits.h>
#include <string.h>

/* ---- same inputs ---- */

/* How many words of a run's command line, from this one on, say only what was resumed and where results are. */
static size_t left_out(const char *word) {
  bool alone = strcmp(word, "--force") == 0 || strcmp(word, "--resume") == 0;
  bool two = strcmp(word, "--results") == 0;
  return two ? 2 : alone || strncmp(word, "--resume=", 9) == 0 || strncmp(word, "--results=", 10) == 0;
}

/* The command line that the run was started by, to be typed again. Its words are shown and not taken: they name
 * programs, and the folder may come from a stranger. */
static void add_command(char *out, size_t size, const json_t *words) {
  char shown[300];
  bool program = false;
  append(out, size, "; its command line was: nway");
  for (size_t i = 1, skipped; i < json_array_size(words); i += skipped ? skipped : 1) {
    const char *word = json_string_value(json_array_get(words, i));
    program |= word && strcmp(word, "--") == 0;
    skipped = word && !program ? left_out(word) : 0;
    if (!word || skipped)
      continue;
    append(out, size, " ");
    append_quoted(out, size, printable(word, shown, sizeof shown));
    if (i == 1)
      append(out, size, " --resume");
  }
  if (strlen(out) + 1 == size)
    strcpy(out + size - sizeof " ...", " ..."); /* run.json has it whole */
}

void resume_add_command(char *out, size_t size, const struct run_options *o) {
  char folder[PATH_MAX], path[PATH_MAX + 20];
  const char *results = o->results ? o->results : "results";
  struct fault ignored;
  snprintf(folder, sizeof folder, "%.4000s/latest", results);
  if (o->resume[0] && find_run(results, o->resume, folder, sizeof folder, &ignored) != 0)
    return;
  snprintf(path, sizeof path, "%s/run.json", folder);
  json_t *json = json_file_read(path, "", &ignored);
  if (json)
    add_command(out, size, json_object_get(json, "command"));
  json_decref(json);
}

static int same(struct run *run, const json_t *json, const char *key, const char *now, const char *what) {
  json_t *text = json_foreign(now);
  bool equal = text && json_equal(json_object_get(json, key), text);
  json_decref(text);
  if (run->asked.options->force || equal)
    return 0;
  fault_set(run->fault, EXIT_USAGE, "--resume: %.300s was measured with %s; add --force to resume it anyway",
            run->folder.run_id, what);
  if (strcmp(key, "config_text") == 0 || strcmp(key, "options") == 0)
    add_command(run->fault->text, sizeof run->fault->text, json_object_get(json, "command"));
  return -1;
}

static int check_inputs(struct run *run, const json_t *json) {
  char options[INPUTS_BYTES], modules[17];
  run_inputs(run, options, modules);
  return same(run, json, "config_text", run->asked.config.text, "another configuration") ||
                 same(run, json, "options", options, "other options") ||
                 same(run, json, "machine_id", run->asked.machine.id, "another machine") ||
                 same(run, json, "nway", NWAY_VERSION, "another nway") ||
                 same(run, json, "modules", modules, "other builds of its kernels or variants")
             ? -1
             : 0;
}

/* ---- numbers and words ---- */

int64_t resume_number(const json_t *json, const char *part, const char *key) {
  return json_integer_value(json_object_get(part ? json_object_get(json, part) : json, key));
}

#define TIME_MOST (INT64_MAX / 4)
/* The numbers that a resumed run continues from. `part`: NULL, or the object that holds them. A duty is a difference of
 * times, and may be below 0. */
static const struct {
  const char *part, *key;
  int64_t least, most;
} numbers[] = {{NULL, "rounds_fitted", 1, ROUNDS_MOST},      {NULL, "rounds_done", 0, ROUNDS_MOST},
               {NULL, "elapsed_ns", 0, TIME_MOST},           {"phases_ns", "oracle", 0, TIME_MOST},
               {"phases_ns", "pilot", 0, TIME_MOST},         {NULL, "foreign_ns", 0, TIME_MOST},
               {NULL, "watched_ns", 0, TIME_MOST},           {"duty_ns", "timed", -TIME_MOST, TIME_MOST},
               {"duty_ns", "warmup", -TIME_MOST, TIME_MOST}, {"duty_ns", "checks", -TIME_MOST, TIME_MOST},
               {"duty_ns", "starts", -TIME_MOST, TIME_MOST}};

static int check_state(struct run *run, const json_t *json, const char *path) {
  static const char *const words[] = {
#define RUN_STATE(NAME, word, meaning) word,
#include "base/states.def"
  };
  const char *word = json_string_value(json_object_get(json, "state"));
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    const json_t *object = numbers[i].part ? json_object_get(json, numbers[i].part) : json;
    int64_t number = resume_number(json, numbers[i].part, numbers[i].key);
    if (!json_is_integer(json_object_get(object, numbers[i].key)) || number < numbers[i].least ||
        number > numbers[i].most)
      return fault_set(run->fault, EXIT_USAGE, "%s: %s: not a whole number from %lld to %lld; start a new run", path,
                       numbers[i].key, (long long)numbers[i].least, (long long)numbers[i].most);
  }
  if (run_state_of(word) != RUN_NONE && run_state_of(word) != RUN_UNKNOWN)
    return 0;
  unknown_word(run->fault, "state", word ? word : "", words, sizeof words / sizeof *words, NULL);
  return fault_at(run->fault, "%s", path);
}

void resume_state(struct run *run, const json_t *json) {
  size_t i;
  json_t *note;
  const json_t *notes = json_object_get(json, "notes");
  run->reached.planned = json_is_true(json_object_get(json, "planned"));
  run->reached.before_ns = resume_number(json, NULL, "elapsed_ns");
  run->reached.oracle_ns = resume_number(json, "phases_ns", "oracle");
  run->reached.pilot_ns = resume_number(json, "phases_ns", "pilot");
  run->plan.rounds = resume_number(json, NULL, "rounds_fitted");
  run->reached.watch.foreign_ns = resume_number(json, NULL, "foreign_ns");
  run->reached.watch.watched_ns = resume_number(json, NULL, "watched_ns");
  run->reached.duty = (struct duty){resume_number(json, "duty_ns", "timed"), resume_number(json, "duty_ns", "warmup"),
                                    resume_number(json, "duty_ns", "checks"), resume_number(json, "duty_ns", "starts")};
  json_array_foreach(notes, i, note)
      append(run->reached.notes, sizeof run->reached.notes, "%s%s", run->reached.notes[0] ? "\n" : "",
             json_string_value(note) ? json_string_value(note) : "");
}

int resume_check(struct run *run, const json_t *json, const char *path) {
  if (check_inputs(run, json) != 0 || check_state(run, json, path) != 0)
    return -1;
  if (run_state_of(json_string_value(json_object_get(json, "state"))) != RUN_COMPLETE)
    return 0;
  return fault_set(run->fault, EXIT_USAGE, "--resume: %.300s is complete; start a new run, or see 'nway show'",
                   run->folder.run_id);
}

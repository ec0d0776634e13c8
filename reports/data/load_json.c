/* Reads run.json and machine.json, and checks the form of any JSON file of a run. */
#include "base/translate.h"
#include "load.h"

#include "base/json_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Checks that the root is an object of a supported schema; else sets a reason. */
static bool has_schema(const json_t *root, const char *path, struct fault *why) {
  const json_t *schema = json_object_get(root, "schema");
  int64_t number = json_integer_value(schema);
  if (!json_is_object(root))
    fault_set(why, EXIT_USAGE, "%s:1: not a JSON object; restore the file as nway wrote it", path);
  else if (number > SCHEMA_READ)
    fault_set(why, EXIT_USAGE, "%s: schema %lld is newer than this nway reads (%d); use a newer nway", path,
              (long long)number, SCHEMA_READ);
  else if (!json_is_integer(schema) || number < 1)
    fault_set(why, EXIT_USAGE, "%s: schema: not a number from 1 to %d; restore the file as nway wrote it", path,
              SCHEMA_READ);
  else
    return true;
  return false;
}

json_t *load_json(struct run *run, const char *name, struct fault *why) {
  char path[PATH_BYTES_MAX];
  struct stat about;
  why->text[0] = '\0';
  snprintf(path, sizeof path, "%s/%s", run->folder, name);
  if (stat(path, &about) != 0) {
    char message[300];
    snprintf(message, sizeof message, N_("%s: %s; its values are shown as unknown"), name, strerror(errno));
    notice(run, message);
    return NULL;
  }
  json_t *root = json_file_read(path, "restore the file as nway wrote it", why);
  if (root && !has_schema(root, path, why)) {
    json_decref(root);
    root = NULL;
  }
  return root;
}

/* Returns a text, number or boolean as text; NULL if null or absent. */
static char *json_words(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  char number[40];
  if (json_is_string(value))
    return must_copy(json_string_value(value));
  if (json_is_integer(value))
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
  else if (json_is_real(value))
    snprintf(number, sizeof number, "%.6g", json_real_value(value));
  else if (json_is_boolean(value))
    snprintf(number, sizeof number, "%s", json_is_true(value) ? "yes" : "no");
  else
    return NULL;
  return must_copy(number);
}

void take_words(char **to, const json_t *object, const char *key) {
  char *words = json_words(object, key);
  if (words) {
    free(*to);
    *to = words;
  }
}

static int64_t take_number(const json_t *object, const char *key) {
  return (int64_t)json_integer_value(json_object_get(object, key));
}

static char *join_words(const json_t *list) {
  struct text all = {0};
  size_t i;
  json_t *word;
  json_array_foreach(list, i, word)
      text_format(&all, "%s%s", i ? " " : "", json_string_value(word) ? json_string_value(word) : "");
  char *joined = must_copy(text_of(&all));
  text_free(&all);
  return joined;
}

static void take_sizes(struct run *run, json_t *sizes) {
  const char *name;
  json_t *value;
  json_object_foreach(sizes, name, value) if (json_is_string(value)) {
    GROW(run->sizes, run->size_count, run->size_capacity);
    run->sizes[run->size_count++] = (struct chosen_size){must_copy(name), must_copy(json_string_value(value))};
  }
}

static int load_run_json(struct run *run, struct fault *why) {
  json_t *root = load_json(run, "run.json", why);
  if (!root)
    return why->text[0] ? -1 : 0;
  take_words(&run->id, root, "run_id");
  take_words(&run->machine_id, root, "machine_id");
  take_words(&run->name, root, "name");
  take_words(&run->nway, root, "nway");
  take_words(&run->config_name, root, "config_name");
  take_words(&run->config_file, root, "config_file");
  take_words(&run->config_text, root, "config_text");
  take_words(&run->started, root, "started_utc");
  take_words(&run->ended, root, "ended_utc");
  run->state = run_state_of(json_string_value(json_object_get(root, "state")));
  free(run->command);
  run->command = join_words(json_object_get(root, "command"));
  run->seed = take_number(root, "seed");
  run->rounds_planned = take_number(root, "rounds_planned");
  run->rounds_done = take_number(root, "rounds_done");
  run->elapsed_ns = take_number(root, "elapsed_ns");
  run->budget_ns = take_number(root, "time_budget_ns");
  run->foreign_ns = take_number(root, "foreign_ns");
  run->watched_ns = take_number(root, "watched_ns");
  run->width = json_number_value(json_object_get(root, "width"));
  run->listed = json_is_true(json_object_get(root, "listed"));
  run->synthetic = json_is_true(json_object_get(root, "synthetic"));
  take_words(&run->imported, root, "imported");
  take_sizes(run, json_object_get(root, "sizes"));
  size_t i;
  json_t *note;
  json_array_foreach(json_object_get(root, "notes"), i, note) if (json_is_string(note)) {
    GROW(run->notes, run->note_count, run->note_capacity);
    run->notes[run->note_count++] = must_copy(json_string_value(note));
  }
  json_decref(root);
  return 0;
}

static int load_machine(struct run *run, struct fault *why) {
  json_t *root = load_json(run, "machine.json", why), *fact;
  size_t i;
  if (!root)
    return why->text[0] ? -1 : 0;
  take_words(&run->machine_id, root, "machine_id");
  take_words(&run->label, root, "label");
  json_array_foreach(json_object_get(root, "facts"), i, fact) {
    char *name = json_words(fact, "name"), *unit = json_words(fact, "unit"), *source = json_words(fact, "source");
    GROW(run->facts, run->fact_count, run->fact_capacity);
    run->facts[run->fact_count++] = (struct fact){name ? name : must_copy("?"), json_words(fact, "value"),
                                                  unit ? unit : must_copy(""), source ? source : must_copy("")};
  }
  json_decref(root);
  return 0;
}

int load_json_files(struct run *run, struct fault *why) {
  return load_run_json(run, why) || load_machine(run, why) ? -1 : 0;
}

/* Finds earlier runs of the same machine, configuration and programs beside a run's folder. */
#include "earlier.h"

#include "base/find_run.h"
#include "base/json_file.h"
#include "base/states.h"
#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *read_run_json(const char *folder) {
  struct text path = {0};
  struct fault ignored;
  text_format(&path, "%s/run.json", folder);
  json_t *json = json_file_read(text_of(&path), "", &ignored);
  text_free(&path);
  return json;
}

static bool same_text(const json_t *a, const json_t *b, const char *name) {
  const char *x = json_string_value(json_object_get(a, name)), *y = json_string_value(json_object_get(b, name));
  return x && y && strcmp(x, y) == 0;
}

/* Copies the options without seed and name: the seed changes only the order of an experiment, the name nothing. */
static void without_seed(const char *options, struct text *out) {
  for (const char *at = options; *at; at += strcspn(at, " "), at += *at == ' ')
    if (strncmp(at, "seed=", 5) != 0 && strncmp(at, "name=", 5) != 0)
      text_bytes(out, at, strcspn(at, " ")), text_add(out, " ");
}

static bool same_options(const json_t *a, const json_t *b) {
  const char *x = json_string_value(json_object_get(a, "options")),
             *y = json_string_value(json_object_get(b, "options"));
  struct text first = {0}, second = {0};
  without_seed(x ? x : "", &first), without_seed(y ? y : "", &second);
  bool same = x && y && strcmp(text_of(&first), text_of(&second)) == 0;
  text_free(&first), text_free(&second);
  return same;
}

static bool same_experiment(const json_t *run, const json_t *other) {
  static const char *const names[] = {"machine_id", "config_text", "modules"};
  enum run_state state = run_state_of(json_string_value(json_object_get(other, "state")));
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!same_text(run, other, names[i]))
      return false;
  return same_options(run, other) && state != RUN_NONE && state != RUN_RUNNING;
}

/* Splits "results/20261128-...-quick" into folder and name; false if the name is empty. */
static bool split(const char *path, struct text *folder, const char **name) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/')
    length--;
  size_t start = length;
  while (start > 0 && path[start - 1] != '/')
    start--;
  if (start == 0)
    text_add(folder, ".");
  else
    text_bytes(folder, path, start > 1 ? start - 1 : 1);
  *name = path + start;
  return length > start;
}

static void add_if_same(const json_t *own, const char *root, const char *name, char **folders, size_t *count) {
  struct text folder = {0};
  text_format(&folder, "%s/%s", root, name);
  struct fault ignored;
  json_t *other = run_is_plain(text_of(&folder), &ignored) == 0 ? read_run_json(text_of(&folder)) : NULL;
  if (same_experiment(own, other))
    folders[(*count)++] = must_copy(text_of(&folder));
  json_decref(other);
  text_free(&folder);
}

size_t earlier_runs(const struct run *run, size_t most, char ***folders) {
  struct text root = {0};
  const char *name;
  char **names = NULL;
  size_t count = 0, total = 0;
  struct fault why;
  if (split(run->folder, &root, &name) && runs_list(text_of(&root), &names, &total, &why) != 0) {
    fprintf(stderr, "nway: %s\n", why.text);
    exit(why.code);
  }
  json_t *own = read_run_json(run->folder);
  *folders = must_alloc(most + 1, sizeof **folders);
  for (size_t i = 0; own && i < total && count < most; i++)
    if (strcmp(names[i], run->id) < 0 && strcmp(names[i], name) != 0) /* names begin with the date */
      add_if_same(own, text_of(&root), names[i], *folders, &count);
  if (count == 0)
    free(*folders), *folders = NULL;
  json_decref(own);
  runs_free(names, total);
  text_free(&root);
  return count;
}

size_t earlier_load(const struct run *run, size_t most, struct run **runs) {
  char **folders;
  size_t found = earlier_runs(run, most, &folders), count = 0;
  struct fault ignored;
  *runs = must_alloc(found, sizeof **runs);
  for (size_t i = 0; i < found; i++) {
    if (run_load(&(*runs)[count], folders[i], &ignored) == 0)
      count++;
    else
      run_free(&(*runs)[count]);
    free(folders[i]);
  }
  free(folders);
  return count;
}

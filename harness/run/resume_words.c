/* The command line that a bare `nway run --resume` stands for: that of the interrupted run. */
#include "resume_words.h"

#include "base/find_run.h"
#include "base/json_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether these options say only what to resume and how, and not what to measure. */
static bool is_bare(const struct options *o) {
  for (size_t i = 0; i < o->given_count; i++)
    switch ((int)o->given[i].option) {
    case OPTION_RESUME:
    case OPTION_RESULTS:
    case OPTION_FORCE:
    case OPTION_PAGE:
      break;
    default:
      return false;
    }
  return o->word_count == 0 && option_given(o, OPTION_RESUME);
}

/* The words of the run's command line; NULL if they cannot be read. A new reference. */
static json_t *read_words(const struct options *o) {
  char folder[PATH_MAX], path[PATH_MAX + 20];
  struct fault ignored;
  const char *name = option_text(o, OPTION_RESUME), *results = option_text(o, OPTION_RESULTS);
  snprintf(folder, sizeof folder, "%.4000s/latest", results);
  if (name && find_run(results, name, folder, sizeof folder, &ignored) != 0)
    return NULL;
  snprintf(path, sizeof path, "%s/run.json", folder);
  json_t *json = json_file_read(path, "", &ignored), *words = json_incref(json_object_get(json, "command"));
  json_decref(json);
  return words;
}

/* How many words of the run's, from this one on, are not taken: what was resumed then, and where its results were. */
static size_t left_out(const char *word) {
  bool alone = strcmp(word, "--force") == 0 || strcmp(word, "--resume") == 0;
  return alone || strncmp(word, "--resume=", 9) == 0 || strncmp(word, "--results=", 10) == 0 ? 1
         : strcmp(word, "--results") == 0                                                    ? 2
                                                                                             : 0;
}

static void join(struct resume_words *w, int argc, char *const *argv) {
  size_t count = json_array_size(w->words), i = 0;
  const char *word;
  for (; i < count && strcmp(word = json_string_value(json_array_get(w->words, i)), "--") != 0;) {
    size_t skipped = left_out(word);
    if (!skipped)
      w->argv[w->argc++] = (char *)(uintptr_t)word;
    i += skipped ? skipped : 1;
  }
  for (int k = 2; k < argc; k++)
    w->argv[w->argc++] = argv[k];
  for (; i < count; i++)
    w->argv[w->argc++] = (char *)(uintptr_t)json_string_value(json_array_get(w->words, i));
}

int resume_words_take(const struct options *o, int argc, char *const *argv, struct resume_words *w,
                      struct fault *fault) {
  *w = (struct resume_words){0};
  if (!is_bare(o) || !(w->words = read_words(o)))
    return 0;
  size_t count = json_array_size(w->words), i = 0;
  while (i < count && json_is_string(json_array_get(w->words, i)))
    i++;
  if (i < count || count < 2)
    return 0;
  const char *command = json_string_value(json_array_get(w->words, 1));
  if (strcmp(command, command_table[o->command].name) != 0)
    return fault_set(fault, EXIT_USAGE, "--resume: that run was measured by 'nway %.40s'; write nway %.40s --resume",
                     command, command);
  w->argv = calloc(count + (size_t)argc + 1, sizeof *w->argv);
  if (!w->argv)
    return fault_memory(fault);
  join(w, argc, argv);
  return 0;
}

void resume_words_free(struct resume_words *w) {
  free(w->argv);
  json_decref(w->words);
}

/* Loads the input of `nway fit`: a CSV table or a run. */
#include "base/find_run.h"
#include "data/dialect.h"
#include "data/embed.h"
#include "fit_words.h"
#include "stats/result.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

static bool is_file(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* The file's name without folder and extension; charts are named by it. */
static void stem_of(struct text *out, const char *path) {
  const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path, *dot = strrchr(name, '.');
  text_bytes(out, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

/* "Read: threads as the number of workers; time as a time; groups by machine; left out: rep (numbers repetitions)." */
static void read_words(struct text *out, const struct scaling_table *t) {
  text_format(out, "Read: %s as the number of workers; %s as a %s", t->workers, t->value,
              t->time ? "time" : "throughput");
  for (size_t i = 0; i < t->column_count; i++)
    text_format(out, "%s%s", i ? ", " : "; groups by ", t->columns[i]);
  for (size_t i = 0; i < t->left_count; i++)
    text_format(out, "%s%s (%s)", i ? ", " : "; left out: ", t->left_out[i].name, t->left_out[i].why);
  if (t->dialect.separator != ',')
    text_format(out, "; %s between columns", dialect_word(&t->dialect));
  text_add(out, t->decimal_comma ? "; decimal commas." : ".");
}

static int load_table(struct fit_source *s, const char *path, const struct table_choice *choice, struct fault *why) {
  struct scaling_table table;
  int result = scaling_table_read(&table, path, choice, why);
  if (result == 0) {
    s->fits = fits_of_table(&table);
    s->fits.torn = table.torn;
    read_words(&s->read, &table);
  }
  scaling_table_free(&table);
  stem_of(&s->name, path);
  text_add(&s->parent, ".");
  text_format(&s->folder, "%s.fit", text_of(&s->name));
  return result;
}

static int load_run(struct fit_source *s, const char *word, const char *results, struct fault *why) {
  struct result result = {0};
  char folder[PATH_BYTES];
  bool page = embed_is_page(word);
  int code = page ? result_load_page(&result, word, why)
             : find_run(results, word, folder, sizeof folder, why) || result_load(&result, folder, why) ? -1
                                                                                                        : 0;
  if (code == 0) {
    s->fits = fits_of_run(&result.run, result.analyses);
    text_add(&s->name, run_machine(&result.run));
    badge_names(&s->badges, &result);
    text_add(&s->parent, result.run.folder);
    text_add(&s->folder, "report");
  }
  result_free(&result);
  return code;
}

int fit_load(struct fit_source *s, const char *input, const char *results, const struct table_choice *choice,
             struct fault *why) {
  *s = (struct fit_source){0};
  if (is_file(input) && !embed_is_page(input))
    return load_table(s, input, choice, why);
  if (choice->group)
    return fault_set(why, EXIT_USAGE, "--group: valid for a table only; a run is grouped by its variants");
  if (choice->count || choice->time || choice->rate)
    return fault_set(why, EXIT_USAGE,
                     "--count, --time and --throughput name columns of a table; leave them out for a run");
  return load_run(s, input, results, why);
}

void fit_source_free(struct fit_source *s) {
  fits_free(&s->fits);
  text_free(&s->name), text_free(&s->read), text_free(&s->badges), text_free(&s->parent), text_free(&s->folder);
}

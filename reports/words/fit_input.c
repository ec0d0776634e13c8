/* Loads the input of `nway fit`: a CSV table or a run. */
#include "base/find_run.h"
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

static int load_table(struct fit_source *s, const char *path, const char *group, struct fault *why) {
  struct scaling_table table;
  int result = scaling_table_read(&table, path, group, why);
  if (result == 0) {
    s->fits = fits_of_table(&table);
    s->fits.torn = table.torn;
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
  int code = find_run(results, word, folder, sizeof folder, why) || result_load(&result, folder, why) ? -1 : 0;
  if (code == 0) {
    s->fits = fits_of_run(&result.run, result.analyses);
    text_add(&s->name, run_machine(&result.run));
    badge_names(&s->badges, &result);
    text_add(&s->parent, folder);
    text_add(&s->folder, "report");
  }
  result_free(&result);
  return code;
}

int fit_load(struct fit_source *s, const char *input, const char *results, const char *group, struct fault *why) {
  *s = (struct fit_source){0};
  if (is_file(input))
    return load_table(s, input, group, why);
  if (group)
    return fault_set(why, EXIT_USAGE, "--group: valid for a table only; a run is grouped by its variants");
  return load_run(s, input, results, why);
}

void fit_source_free(struct fit_source *s) {
  fits_free(&s->fits);
  text_free(&s->name), text_free(&s->badges), text_free(&s->parent), text_free(&s->folder);
}

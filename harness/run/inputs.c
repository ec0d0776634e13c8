/* Names what a run measures, in a text and a digest, and writes it into the folder of the run. */
#include "inputs.h"

#include "base/digest.h"
#include "base/translate.h"
#include "base/words.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t digest_of_file(uint64_t digest, const char *path) {
  char block[65536];
  FILE *file = fopen(path, "re");
  for (size_t n; file && (n = fread(block, 1, sizeof block, file)) > 0;)
    digest = digest_of(digest, block, n);
  if (file)
    fclose(file);
  return digest;
}

/* Writes what was asked for, each word whole. */
static void put_options(const struct run *run, FILE *out) {
  const struct run_options *o = run->asked.options;
  fprintf(out, "kernel=%s", o->kernel ? o->kernel : "");
  for (int i = 0; i < o->override_count; i++)
    fprintf(out, " %s=%s", o->overrides[i].name, o->overrides[i].value);
  fputs(o->quick ? " quick" : "", out);
  for (int i = 0; o->defines[i]; i++)
    fprintf(out, " define %s", o->defines[i]);
  for (int i = 0; o->commands[i]; i++)
    fprintf(out, " command %s %s", o->commands[i], o->names[i] ? o->names[i] : "");
  if (o->title)
    fprintf(out, " title %s", o->title);
  for (int i = 0; i < o->set_count; i++)
    fprintf(out, " set %.*s=%s", (int)strcspn(o->sets[i].name, "="), o->sets[i].name, o->sets[i].value);
  for (int i = 0; i < 2 && o->builds[i]; i++)
    fprintf(out, " build=%s", o->builds[i]);
  if (o->builds[0]) /* --worth may have set it */
    fprintf(out, " stops_at=%g", run->plan.width);
}

/* Without memory the text is empty, and a run of other words. */
static void describe_options(const struct run *run, char options[INPUTS_BYTES]) {
  enum { MARK = 32 };
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  options[0] = '\0';
  if (!out)
    return;
  put_options(run, out);
  if (fclose(out) == 0) {
    snprintf(options, length < INPUTS_BYTES ? INPUTS_BYTES : INPUTS_BYTES - MARK, "%s", text);
    if (length >= INPUTS_BYTES)
      append(options, INPUTS_BYTES, " ... digest %016" PRIx64, digest_of(0, text, length));
  }
  free(text);
}

void run_inputs(const struct run *run, char options[INPUTS_BYTES], char modules[17]) {
  const char *last = "";
  uint64_t digest = 0;
  describe_options(run, options);
  for (int i = 0; i < run->plan.task_count; i++)
    if (run->plan.tasks[i].kernel->path && strcmp(run->plan.tasks[i].kernel->path, last) != 0)
      digest = digest_of_file(digest, last = run->plan.tasks[i].kernel->path);
  for (int i = 0; i < run->asked.catalog.variant_count; i++)
    digest = digest_of_file(digest, run->asked.catalog.variants[i].path);
  snprintf(modules, 17, "%016" PRIx64, digest);
}

/* ---- the files that a run begins with ---- */

static int write_catalog(struct run *run) {
  json_t *catalog = catalog_json(&run->asked.catalog);
  int failed = folder_write_json(&run->folder, "catalog.json", catalog, run->fault);
  json_decref(catalog);
  return failed;
}

static int write_machine(struct run *run) {
  return folder_write_json(&run->folder, "machine.json", run->asked.machine.json, run->fault);
}

static int write_config(struct run *run) {
  const struct config *config = &run->asked.config;
  return folder_write(&run->folder, "config.conf", config->text ? config->text : "", config->text_bytes, run->fault);
}

static int make_logs(struct run *run) { return folder_make(&run->folder, "logs", run->fault); }

int inputs_write(struct run *run) {
  static const struct {
    const char *name;
    int (*write)(struct run *);
  } files[] = {{"catalog.json", write_catalog},
               {"machine.json", write_machine},
               {"config.conf", write_config},
               {"logs", make_logs}};
  char note[100];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    if (faccessat(run->folder.at.fd, files[i].name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
      continue;
    if (files[i].write(run) != 0)
      return -1;
    snprintf(note, sizeof note, N_("resumed: %s was missing and is written again"), files[i].name);
    if (run->asked.options->resume)
      run_note(run, note);
  }
  return 0;
}

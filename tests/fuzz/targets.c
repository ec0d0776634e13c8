/* The fuzzed readers and escapers. An input may be refused; it may not crash, run on, or be passed on unescaped. */
#include "targets.h"

#include <ftw.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/decimal.h"
#include "base/define.h"
#include "base/expect.h"
#include "base/manifest.h"
#include "base/row_check.h"
#include "base/samples.h"
#include "base/scratch.h"
#include "base/text.h"
#include "base/words.h"
#include "cell/record.h"
#include "data/embed.h"
#include "data/results.h"
#include "data/scaling_table.h"
#include "plan/workers.h"
#include "run/import_read.h"

#define SYNTH_NO_MAIN
#include "tools/synth_run.c"

static char folder[64];

static void require(int holds, const char *what) {
  if (holds)
    return;
  fprintf(stderr, "fuzz: %s\n", what);
  abort();
}

/* A copy of the input that ends with a NUL; the caller frees it. */
static char *text_copy(const uint8_t *bytes, size_t count) {
  char *text = malloc(count + 1);
  require(text != NULL, "out of memory");
  if (count)
    memcpy(text, bytes, count);
  text[count] = '\0';
  return text;
}

static void put(const char *name, const uint8_t *bytes, size_t count) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  require(file && fwrite(bytes, 1, count, file) == count && fclose(file) == 0, "cannot write the input");
}

/* ---- folders ---- */

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
  (void)about, (void)kind, (void)walk;
  return remove(path);
}

void fuzz_begin(void) {
  char run[80];
  strcpy(folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/nway-fuzz-XXXXXX" : "/tmp/nway-fuzz-XXXXXX");
  require(mkdtemp(folder) != NULL, "cannot make a folder");
  setenv("TMPDIR", folder, 1);
  snprintf(run, sizeof run, "%s/run", folder);
  require(synth_run(run, "exact", 1) == 0, "cannot make a run");
  snprintf(run, sizeof run, "%s/run/samples.csv", folder);
  require(truncate(run, 8000) == 0, "cannot cut the run"); /* it is read for each input of another file */
}

void fuzz_end(void) { nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

/* Loads a run whose file `name` is the input; puts the file back as it was. */
static void load_with(const char *name, const uint8_t *bytes, size_t count) {
  char path[120], kept[160], run[100];
  struct run loaded;
  struct fault why = {0};
  snprintf(run, sizeof run, "%s/run", folder);
  snprintf(path, sizeof path, "%s/%s", run, name);
  snprintf(kept, sizeof kept, "%s.kept", path);
  bool had = access(path, F_OK) == 0;
  require(!had || rename(path, kept) == 0, "cannot keep the file");
  snprintf(path, sizeof path, "run/%s", name);
  put(path, bytes, count);
  int failed = run_load(&loaded, run, &why);
  require(failed == 0 || why.text[0], "refused without a reason");
  run_free(&loaded);
  snprintf(path, sizeof path, "%s/%s", run, name);
  require((had ? rename(kept, path) : unlink(path)) == 0, "cannot put the file back");
}

static void fuzz_samples(const uint8_t *bytes, size_t count) { load_with("samples.csv", bytes, count); }
static void fuzz_plan(const uint8_t *bytes, size_t count) { load_with("plan.csv", bytes, count); }
static void fuzz_run_json(const uint8_t *bytes, size_t count) { load_with("run.json", bytes, count); }
static void fuzz_machine_json(const uint8_t *bytes, size_t count) { load_with("machine.json", bytes, count); }
static void fuzz_second_json(const uint8_t *bytes, size_t count) { load_with("second.json", bytes, count); }
static void fuzz_catalog_json(const uint8_t *bytes, size_t count) { load_with("catalog.json", bytes, count); }

/* The first half of the input, up to a line of "--", is blocks.csv, the rest samples.csv. */
static void fuzz_manifest(const uint8_t *bytes, size_t count) {
  const char *cut = memmem(bytes, count, "--\n", 3);
  size_t first = cut ? (size_t)((const uint8_t *)cut - bytes) : count;
  struct manifest_tail tail;
  struct fault fault = {0};
  struct place place;
  put("blocks.csv", bytes, first);
  put("samples.csv", cut ? bytes + first + 3 : bytes, cut ? count - first - 3 : 0);
  int failed = manifest_check(folder, &tail, &fault);
  require(failed == 0 || fault.text[0], "refused without a reason");
  require(failed != 0 || tail.rows >= 0, "negative rows");
  require(place_open(&place, folder, &fault) == 0, "cannot open the folder");
  if (failed == 0 && manifest_reopen(&place, &fault) == 0)
    require(manifest_check(folder, &tail, &fault) == 0 || fault.text[0], "refused without a reason");
  place_close(&place);
}

static void fuzz_page(const uint8_t *bytes, size_t count) {
  char path[100];
  struct fault why = {0};
  put("page.html", bytes, count);
  snprintf(path, sizeof path, "%s/page.html", folder);
  if (!embed_is_page(path))
    return;
  char into[100];
  snprintf(into, sizeof into, "%s/unpacked", folder);
  mkdir(into, 0700);
  require(embed_unpack(path, into, &why) == 0 || why.text[0], "refused without a reason");
  scratch_remove(into);
}

static void fuzz_fit_table(const uint8_t *bytes, size_t count) {
  char path[100];
  struct scaling_table table;
  struct fault why = {0};
  put("t.csv", bytes, count);
  snprintf(path, sizeof path, "%s/t.csv", folder);
  int failed = scaling_table_read(&table, path, &(struct table_choice){0}, &why);
  require(failed == 0 || why.text[0], "refused without a reason");
  for (size_t i = 0; failed == 0 && i < table.row_count; i++)
    require(table.rows[i].workers > 0 && table.rows[i].rate > 0 && table.rows[i].group < table.group_count,
            "a row out of its range");
  scaling_table_free(&table);
}

/* What hyperfine or Google Benchmark wrote. */
static void fuzz_import(const uint8_t *bytes, size_t count) {
  char path[100];
  struct import import;
  struct fault why = {0};
  put("import.json", bytes, count);
  snprintf(path, sizeof path, "%s/import.json", folder);
  int failed = import_read(&import, &(struct import_options){.file = path}, &why);
  require(failed == 0 || why.text[0], "refused without a reason");
  for (size_t i = 0; failed == 0 && i < import.count; i++) {
    const struct import_cell *c = &import.cells[i];
    require(c->workers > 0 && c->count > 0 && !strpbrk(c->problem, "\r\n") && !strpbrk(c->method, "\r\n"),
            "a cell out of its range");
    for (size_t k = 0; k < c->count; k++)
      require(c->samples[k].iterations > 0 &&
                  (c->samples[k].failed[0] || (c->samples[k].wall_ns > 0 && c->samples[k].wall_ns < 9e18)),
              "a sample out of its range");
  }
  import_free(&import);
}

/* ---- texts ---- */

static void fuzz_config(const uint8_t *bytes, size_t count) {
  struct config config;
  struct fault fault = {0};
  char *text = text_copy(bytes, count), line[EXPECT_BYTES];
  int failed = config_read_text("c.conf", text, &config, &fault);
  if (failed == 0)
    failed = define_quick(&config, &fault) != 0 || define_expand(&config, &fault) != 0;
  require(failed == 0 || fault.text[0], "refused without a reason");
  config_free(&config);
  for (struct expect_reader reader = {.at = text}; expect_next(&reader, line);) {
    struct expect expect;
    require(expect_parse(line, &expect, &fault) == 0 || fault.text[0], "refused without a reason");
  }
  free(text);
}

static void fuzz_words(const uint8_t *bytes, size_t count) {
  char *text = text_copy(bytes, count), again[80];
  int64_t number, back;
  double real;
  struct counts counts = {0};
  struct fault fault = {0};
  if (parse_count(text, &number, &fault) == 0)
    require(parse_count(format_count(number, again, sizeof again), &back, &fault) == 0 && back == number,
            "a count that does not read back");
  if (parse_duration(text, &number, &fault) == 0)
    require(number > 0, "a duration that is not positive");
  if (parse_share(text, &real, &fault) == 0)
    require(real > 0 && real <= 10, "a share out of its range");
  if (read_real(text, &real))
    require(isfinite(real), "a number that is not finite");
  if (read_int(text, &number))
    require(read_real(text, &real), "a whole number that is no number");
  if (workers_parse(text, (struct capacity){4, 2}, &counts, &fault) == 0)
    require(counts.count > 0 && counts.workers[0] > 0, "a list of worker counts without any");
  free(text);
}

static void take_value(const char *name, const char *value, void *with) {
  struct row *row = with;
  int column = column_find(name);
  if (row_is_sent(column))
    row_text(row, (enum column)column, value);
}

/* A line of a cell's process, then the same bytes as a row of samples.csv. */
static void fuzz_lines(const uint8_t *bytes, size_t count) {
  static struct row row;
  char *text = text_copy(bytes, count), why[300];
  memset(&row, 0, sizeof row);
  record_read(text, take_value, &row);
  if (!row_check(&row, why, sizeof why))
    require(why[0], "refused without a reason");
  memcpy(text, bytes, count);
  if (row_parse(text, &row) && !row_check(&row, why, sizeof why))
    require(why[0], "refused without a reason");
  free(text);
}

/* ---- escapers ---- */

/* No control character, and UTF-8 throughout. */
static bool is_plain(const char *text) {
  for (size_t length; *text; text += length) {
    length = utf8_length(text);
    if (length == 0 || (unsigned char)*text < 0x20 || *text == 0x7f)
      return false;
  }
  return true;
}

static void fuzz_escapes(const uint8_t *bytes, size_t count) {
  char *foreign = text_copy(bytes, count), shown[200], copy[200];
  struct text out = {0};
  text_html(&out, foreign);
  require(is_plain(text_of(&out)) && !strpbrk(text_of(&out), "<>\"'"), "HTML: markup or control characters");
  text_free(&out);
  text_plain(&out, foreign);
  require(is_plain(text_of(&out)), "terminal: control characters");
  text_free(&out);
  text_script(&out, foreign, 60);
  require(is_plain(text_of(&out)) && !strpbrk(text_of(&out), "`"), "script: control characters or backticks");
  for (const char *at = text_of(&out); (at = strchr(at, '\'')); at += 2)
    require(at[1] == '\'', "script: a quote that ends the string");
  text_free(&out);
  text_csv(&out, foreign);
  require(!strpbrk(text_of(&out), "\r\n"), "CSV: more than a line");
  char *end = NULL, *line = strdup(text_of(&out));
  require(line && csv_take(line, &end) && !end, "CSV: more than a field");
  free(line);
  text_free(&out);
  snprintf(copy, sizeof copy, "%s", foreign);
  require(is_plain(printable(copy, shown, sizeof shown)), "message: control characters");
  char field[2100] = "";
  csv_field(field, sizeof field, copy, 1);
  require(csv_take(field, &end) && !end && strcmp(field, copy) == 0, "samples.csv: another field comes back");
  free(foreign);
}

const struct fuzz_target fuzz_targets[] = {{"config", fuzz_config},
                                           {"words", fuzz_words},
                                           {"lines", fuzz_lines},
                                           {"escapes", fuzz_escapes},
                                           {"samples", fuzz_samples},
                                           {"plan", fuzz_plan},
                                           {"run_json", fuzz_run_json},
                                           {"machine_json", fuzz_machine_json},
                                           {"catalog_json", fuzz_catalog_json},
                                           {"second_json", fuzz_second_json},
                                           {"import", fuzz_import},
                                           {"manifest", fuzz_manifest},
                                           {"page", fuzz_page},
                                           {"table", fuzz_table},
                                           {"fit_table", fuzz_fit_table},
                                           {NULL, NULL}};

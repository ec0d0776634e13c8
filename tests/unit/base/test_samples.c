/* Tests that a row reaches the file whole and unchanged, or that the reason and the file are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/row_check.h"
#include "base/samples.h"
#include "base/words.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* What write() does while `injected`: at most `limit` bytes a call, an interruption at every third call, and
 * "disk full" once `room` bytes are written. */
static struct {
  int injected, calls;
  size_t limit, room;
} disk;

ssize_t write(int fd, const void *bytes, size_t count) {
  if (!disk.injected)
    return syscall(SYS_write, fd, bytes, count);
  if (++disk.calls % 3 == 0)
    return errno = EINTR, -1;
  if (disk.room == 0)
    return errno = ENOSPC, -1;
  count = disk.limit < count ? disk.limit : count;
  count = disk.room < count ? disk.room : count;
  disk.room -= count;
  return syscall(SYS_write, fd, bytes, count);
}

static int fsync_error; /* what fsync() fails with; 0 = it works */

int fsync(int fd) { return fsync_error ? (errno = fsync_error, -1) : (int)syscall(SYS_fsync, fd); }

static char folder[64] = "/tmp/nway-samples-XXXXXX", path[100];

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder))
    return -1;
  snprintf(path, sizeof path, "%s/samples.csv", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  unlink(path);
  return rmdir(folder);
}

static char text[600000];

static const char *content(void) {
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t n = fread(text, 1, sizeof text - 1, file);
  text[n] = '\0';
  fclose(file);
  return text;
}

/* ---- a reader by the letter of RFC 4180, for what the writer wrote ---- */

struct fields {
  int count;
  char field[COLUMNS + 1][2 * FIELD_BYTES];
};

/* Reads one record; returns what follows it, or NULL if it is not well formed. */
static const char *read_record(const char *at, struct fields *fields) {
  fields->count = 0;
  for (;;) {
    char *out = fields->field[fields->count];
    if (fields->count++ > COLUMNS)
      return NULL;
    if (*at == '"') {
      for (at++; *at && (*at != '"' || at[1] == '"'); at++)
        at += *at == '"', *out++ = *at;
      if (*at++ != '"')
        return NULL;
    } else {
      while (*at && !strchr(",\"\r\n", *at))
        *out++ = *at++;
    }
    *out = '\0';
    if (*at == '\n')
      return at + 1;
    if (*at++ != ',')
      return NULL;
  }
}

static void create(struct samples *samples) {
  struct fault fault = {0};
  unlink(path);
  if (samples_create(samples, path, &fault) != 0)
    fail_msg("%s", fault.text);
}

/* Writes one row to a new file and expects it back, field by field. */
static void assert_comes_back(const struct row *row) {
  struct samples samples;
  struct fault fault = {0};
  static struct fields fields;
  create(&samples);
  assert_int_equal(samples_write(&samples, row, &fault), 0);
  assert_int_equal(samples_close(&samples, &fault), 0);
  const char *rest = read_record(content(), &fields);
  assert_non_null(rest);
  rest = read_record(rest, &fields);
  if (!rest)
    fail_msg("the row is torn: ...%s", text + strlen(text) - 60);
  assert_int_equal(fields.count, COLUMNS);
  assert_string_equal(rest, "");
  for (int i = 0; i < COLUMNS; i++)
    assert_string_equal(fields.field[i], row->field[i]);
}

/* ---- columns ---- */

static void columns_are_found_by_name(void **state) {
  (void)state;
  assert_int_equal(column_find("schema"), 0);
  assert_int_equal(column_find("wall_ns"), COL_wall_ns);
  assert_int_equal(column_find("note"), COL_note);
  assert_int_equal(column_find("env"), COLUMNS - 1); /* axes that came later stand behind it */
  assert_int_equal(column_find("wall"), -1);
  assert_int_equal(column_find(""), -1);
}

static void the_header_names_every_column_in_order(void **state) {
  (void)state;
  struct samples samples;
  struct fault fault = {0};
  static struct fields fields;
  create(&samples);
  assert_int_equal(samples_close(&samples, &fault), 0);
  assert_string_equal(read_record(content(), &fields), "");
  assert_int_equal(fields.count, COLUMNS);
  for (int i = 0; i < COLUMNS; i++)
    assert_int_equal(column_find(fields.field[i]), i);
}

/* ---- fields ---- */

static void fields_are_quoted_only_where_they_must_be(void **state) {
  (void)state;
  static const struct {
    const char *text, *field;
  } table[] = {
      {"", ""},
      {"plain", "plain"},
      {"two words", "two words"},
      {" blanks ", " blanks "},
      {"a,b", "\"a,b\""},
      {"say \"x\"", "\"say \"\"x\"\"\""},
      {"\"", "\"\"\"\""},
      {"a\nb", "\"a\nb\""},
      {"a\rb", "\"a\rb\""},
      {"=1+2", "=1+2"},
      {"@x", "@x"},
      {"caf\xc3\xa9", "caf\xc3\xa9"},
      {"\xff", "\xff"},
      {"hits=1;misses=2", "hits=1;misses=2"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    char line[100] = "x", first[100] = "";
    csv_field(line, sizeof line, table[i].text, 0);
    assert_int_equal(strncmp(line, "x,", 2), 0);
    assert_string_equal(line + 2, table[i].field);
    csv_field(first, sizeof first, table[i].text, 1);
    assert_string_equal(first, table[i].field);
  }
}

/* I16: lossless, whatever a spreadsheet would take it for. */
static void a_row_comes_back_as_it_was_filled(void **state) {
  (void)state;
  static const char *const pieces[] = {"\"",   ",",  "\n", "\r",   "a",  " ", "\xc3\xa9", "\xff", "=",
                                       "\"\"", ",,", "'",  "\x1b", "\t", "+", "-",        "@"};
  static struct row row;
  uint64_t seed = 88172645463325252ULL;
  for (int round = 0; round < 50; round++) {
    memset(&row, 0, sizeof row);
    for (int column = 0; column < COLUMNS; column++) {
      char field[100] = "";
      for (int i = (int)(seed >> 50) % 12; i > 0; i--) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        append(field, sizeof field, "%s", pieces[(seed >> 30) % LENGTH(pieces)]);
      }
      row_text(&row, (enum column)column, field);
    }
    assert_comes_back(&row);
  }
}

static void an_empty_row_has_all_its_columns(void **state) {
  (void)state;
  static const struct row row;
  assert_comes_back(&row);
}

/* The texts of a row come from kernels and from dying processes: any of them may be long. */
static void a_row_whose_texts_are_all_full_stays_whole(void **state) {
  (void)state;
  static struct row row;
  char quotes[FIELD_BYTES];
  memset(quotes, '"', sizeof quotes - 1);
  quotes[sizeof quotes - 1] = '\0';
  for (int i = 0; i < COLUMNS; i++)
    row_text(&row, (enum column)i, i < COL_iterations || i > COL_work_units ? quotes : "1");
  assert_comes_back(&row);
}

static void a_longer_text_is_cut_within_its_field(void **state) {
  (void)state;
  static struct row row;
  char letters[FIELD_BYTES + 100];
  memset(letters, 'x', sizeof letters - 1);
  letters[sizeof letters - 1] = '\0';
  row_text(&row, COL_trust, letters);
  assert_int_equal(strlen(row.field[COL_trust]), FIELD_BYTES - 1);
  assert_string_equal(row.field[COL_note], "");
  assert_comes_back(&row);
}

static void numbers_are_written_exactly(void **state) {
  (void)state;
  static struct row row;
  row_int(&row, COL_wall_ns, INT64_MAX);
  assert_string_equal(row.field[COL_wall_ns], "9223372036854775807");
  row_int(&row, COL_wall_ns, -1);
  assert_string_equal(row.field[COL_wall_ns], "-1");
  row_real(&row, COL_work_units, 499);
  assert_string_equal(row.field[COL_work_units], "499");
  row_real(&row, COL_work_units, 1.84615384615);
  assert_string_equal(row.field[COL_work_units], "1.84615384615");
  row_real(&row, COL_work_units, 0);
  assert_string_equal(row.field[COL_work_units], "0");
}

/* columns.def: a REAL is decimal, and what is unknown is empty. */
static void what_is_no_number_is_left_empty(void **state) {
  (void)state;
  static const double none[] = {NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < LENGTH(none); i++) {
    static struct row row;
    row_real(&row, COL_attainable_ratio, none[i]);
    assert_string_equal(row.field[COL_attainable_ratio], "");
  }
}

static void a_failed_row_keeps_its_identity_and_loses_its_figures(void **state) {
  (void)state;
  static struct row row;
  for (int i = 0; i < COLUMNS; i++)
    row_int(&row, (enum column)i, i + 1);
  row_without_figures(&row);
  static const char *const figures[] = {"iterations",  "wall_ns", "spawn_ns", "work_ns",       "join_ns",
                                        "finish_ns",   "ramp_ns", "tail_ns",  "busy_min_ns",   "busy_mean_ns",
                                        "busy_max_ns", "user_ns", "sys_ns",   "max_rss_bytes", "work_units"};
  static const char *const identity[] = {"schema",    "run_id", "kernel", "problem", "method", "variant",
                                         "workers",   "round",  "block",  "order",   "phase",  "sample",
                                         "work_unit", "status", "trust",  "note"};
  for (size_t i = 0; i < LENGTH(figures); i++)
    assert_string_equal(row.field[column_find(figures[i])], "");
  for (size_t i = 0; i < LENGTH(identity); i++)
    assert_string_not_equal(row.field[column_find(identity[i])], "");
}

/* ---- files ---- */

static void a_file_that_exists_is_refused_and_left_alone(void **state) {
  (void)state;
  struct samples samples;
  struct fault fault = {0};
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("rows of an earlier run\n", file);
  fclose(file);
  assert_int_equal(samples_create(&samples, path, &fault), -1);
  free(samples.path);
  assert_non_null(strstr(fault.text, path));
  assert_int_equal(fault.code, EXIT_USAGE);
  assert_string_equal(content(), "rows of an earlier run\n");
}

static void a_folder_that_is_not_there_is_told_with_the_file(void **state) {
  (void)state;
  struct samples samples;
  struct fault fault = {0};
  assert_int_equal(samples_create(&samples, "/nowhere/samples.csv", &fault), -1);
  free(samples.path);
  assert_non_null(strstr(fault.text, "/nowhere/samples.csv: cannot create: No such file"));
}

static void a_full_disk_is_told_with_the_file(void **state) {
  (void)state;
  static const struct row row;
  struct fault fault = {0};
  struct samples samples = {.fd = open("/dev/full", O_WRONLY | O_CLOEXEC), .path = strdup("results/x/samples.csv")};
  assert_true(samples.fd >= 0);
  assert_int_equal(samples_write(&samples, &row, &fault), -1);
  assert_int_not_equal(fault.code, 0);
  assert_non_null(strstr(fault.text, "results/x/samples.csv: cannot write: No space left on device"));
  samples_close(&samples, &fault);
}

static void rows_before_a_full_disk_are_kept(void **state) {
  (void)state;
  static struct row row;
  struct samples samples;
  struct fault fault = {0};
  static struct fields fields;
  create(&samples);
  row_text(&row, COL_note, "first");
  assert_int_equal(samples_write(&samples, &row, &fault), 0);
  disk.injected = 1, disk.calls = 0, disk.limit = 20, disk.room = 30;
  assert_int_equal(samples_write(&samples, &row, &fault), -1);
  disk.injected = 0;
  assert_true(disk.calls > 2);
  assert_non_null(strstr(fault.text, path));
  assert_non_null(strstr(fault.text, "No space left"));
  assert_int_equal(samples_close(&samples, &fault), 0);
  const char *rest = read_record(content(), &fields);
  assert_non_null(rest);
  assert_non_null(read_record(rest, &fields));
  assert_string_equal(fields.field[COL_note], "first");
}

static void short_and_interrupted_writes_are_completed(void **state) {
  (void)state;
  static struct row row;
  struct samples samples;
  struct fault fault = {0};
  static struct fields fields;
  create(&samples);
  row_text(&row, COL_note, "a note, \"quoted\"");
  disk.injected = 1, disk.calls = 0, disk.limit = 7, disk.room = 100000;
  int result = samples_write(&samples, &row, &fault);
  disk.injected = 0;
  assert_int_equal(result, 0);
  assert_true(disk.calls > 8);
  assert_int_equal(samples_close(&samples, &fault), 0);
  assert_string_equal(read_record(read_record(content(), &fields), &fields), "");
  assert_string_equal(fields.field[COL_note], "a note, \"quoted\"");
}

static void a_row_is_one_write(void **state) {
  (void)state;
  static struct row row;
  struct samples samples;
  struct fault fault = {0};
  create(&samples);
  for (int i = 0; i < COLUMNS; i++)
    row_text(&row, (enum column)i, "a field, quoted");
  disk.injected = 1, disk.calls = 0, disk.limit = disk.room = 1000000;
  assert_int_equal(samples_write(&samples, &row, &fault), 0);
  disk.injected = 0;
  assert_int_equal(disk.calls, 1);
  assert_int_equal(samples_close(&samples, &fault), 0);
}

static void rows_are_there_before_the_file_is_closed(void **state) {
  (void)state;
  static const struct row row;
  struct samples samples;
  struct fault fault = {0};
  static struct fields fields;
  create(&samples);
  for (int i = 1; i <= 3; i++) {
    assert_int_equal(samples_write(&samples, &row, &fault), 0);
    int rows = 0;
    for (const char *at = content(); *at; rows++)
      assert_non_null(at = read_record(at, &fields));
    assert_int_equal(rows, i + 1);
  }
  assert_int_equal(samples_close(&samples, &fault), 0);
}

static void what_only_closing_finds_is_told_with_the_file(void **state) {
  (void)state;
  struct samples samples;
  struct fault fault = {0};
  create(&samples);
  close(samples.fd);
  assert_int_equal(samples_close(&samples, &fault), -1);
  assert_non_null(strstr(fault.text, path));
  assert_int_equal(samples.fd, -1);
}

static void a_disk_that_fails_at_the_last_moment_is_told(void **state) {
  (void)state;
  struct samples samples;
  struct fault fault = {0};
  create(&samples);
  fsync_error = EIO;
  int result = samples_close(&samples, &fault);
  fsync_error = 0;
  assert_int_equal(result, -1);
  assert_non_null(strstr(fault.text, path));
  assert_non_null(strstr(fault.text, "Input/output error"));
}

/* Issue 12.6, 12.8: the values that a kernel's own line, or a hand, may leave in a row. */
static void a_row_is_checked_by_the_types_of_its_columns(void **state) {
  (void)state;
  static const struct {
    enum column column;
    const char *text, *why; /* NULL: it is in order */
  } table[] = {
      {COL_wall_ns, "12x4", "wall_ns: '12x4' is not a whole number"},
      {COL_wall_ns, "-1", "wall_ns: '-1' is not in its range"},
      {COL_wall_ns, "99999999999999999999", "wall_ns:"},
      {COL_wall_ns, "", "wall_ns: '' is not known"},
      {COL_iterations, "0x10", "iterations: '0x10' is not a whole number"},
      {COL_iterations, "0", "iterations: '0' is not in its range"},
      {COL_order, "1e9", "order: '1e9' is not a whole number"},
      {COL_round, "-5", "round: '-5' is not in its range"},
      {COL_work_units, "nan", "work_units: 'nan' is not a decimal number"},
      {COL_work_units, "1,5", "work_units: '1,5' is not a decimal number"}, /* I11 */
      {COL_status, "fine", "status: 'fine' is not a status"},
      {COL_status, "", "status: '' is not a status"},
      {COL_phase, "warm\033[2J", "phase: 'warm\\x1b[2J' is not a phase"},
      {COL_note, "anything, \"at\" all", NULL},
      {COL_work_units, "1.5e3", NULL},
      {COL_spawn_ns, "-7", NULL},
      {COL_cycles, "", NULL},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct row row = {0};
    char why[300] = "";
    row_text(&row, COL_status, "ok");
    row_text(&row, COL_phase, "sample");
    row_int(&row, COL_iterations, 3);
    row_int(&row, COL_wall_ns, 12);
    row_text(&row, table[i].column, table[i].text);
    bool good = row_check(&row, why, sizeof why);
    if (good != (table[i].why == NULL) || (table[i].why && strncmp(why, table[i].why, strlen(table[i].why)) != 0))
      fail_msg("'%s': %d, '%s'", table[i].text, good, why);
  }
}

static void what_the_harness_fills_is_not_sent(void **state) {
  (void)state;
  static const enum column own[] = {COL_kernel, COL_workers, COL_env, COL_round, COL_order, COL_run_id, COL_work_unit};
  static const enum column sent[] = {COL_phase, COL_sample, COL_wall_ns, COL_cpus, COL_digest, COL_status, COL_note};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    assert_false(row_is_sent((int)own[i]));
  for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
    assert_true(row_is_sent((int)sent[i]));
  assert_false(row_is_sent(column_find("no_such_column")));
}

/* F19, F20: rows of a run that is taken up. */
static void a_row_is_read_back_or_refused(void **state) {
  (void)state;
  static struct row row, back;
  static char line[COLUMNS * (2 * FIELD_BYTES + 3)], copy[sizeof line];
  for (int i = 0; i < COLUMNS; i++)
    row_int(&row, (enum column)i, i);
  row_text(&row, COL_note, "a \"note\", quoted");
  memset(row.field[COL_counters], 'x', FIELD_BYTES - 1);
  for (int i = 0; i < COLUMNS; i++)
    csv_field(line, sizeof line, row.field[i], i == 0);
  strcpy(copy, line);
  assert_true(row_parse(copy, &back));
  assert_memory_equal(&row, &back, sizeof row);
  strcpy(copy, line);
  assert_true(row_parse(copy, NULL));
  snprintf(copy, sizeof copy, "%s,", line);
  assert_false(row_parse(copy, &back)); /* a field too many */
  snprintf(copy, sizeof copy, "%.*s", (int)(strrchr(line, ',') - line), line);
  assert_false(row_parse(copy, &back)); /* a field too few */
  snprintf(copy, sizeof copy, "%.*s,\"open", (int)(strrchr(line, ',') - line), line);
  assert_false(row_parse(copy, &back));
  snprintf(copy, sizeof copy, "%.*s,\"closed\"x", (int)(strrchr(line, ',') - line), line);
  assert_false(row_parse(copy, &back));
  const char *at = strstr(line, "xxx");
  snprintf(copy, sizeof copy, "%.*sx%s", (int)(at - line), line, at);
  assert_false(row_parse(copy, &back)); /* a field longer than any that is written */
  copy[0] = '\0';
  assert_false(row_parse(copy, &back));
}

static void rows_are_appended_to_a_file_that_is_there(void **state) {
  (void)state;
  static struct row row;
  struct samples samples;
  struct fault fault = {0};
  static struct fields fields;
  create(&samples);
  row_text(&row, COL_note, "first");
  assert_int_equal(samples_write(&samples, &row, &fault), 0);
  assert_int_equal(samples_close(&samples, &fault), 0);
  assert_int_equal(samples_append(&samples, path, &fault), 0);
  assert_int_equal(samples.rows, 0);
  row_text(&row, COL_note, "second");
  row_int(&row, COL_round, 4), row_int(&row, COL_block, 7);
  assert_int_equal(samples_write(&samples, &row, &fault), 0);
  assert_int_equal(samples.rows, 1);
  assert_int_equal(samples.round, 4);
  assert_int_equal(samples.block, 7);
  assert_int_equal(samples_close(&samples, &fault), 0);
  const char *at = read_record(read_record(content(), &fields), &fields);
  assert_string_equal(fields.field[COL_note], "first");
  assert_string_equal(read_record(at, &fields), "");
  assert_string_equal(fields.field[COL_note], "second");
  unlink(path);
  assert_int_equal(samples_append(&samples, path, &fault), -1);
  assert_non_null(strstr(fault.text, "cannot append: No such file"));
  free(samples.path);
  assert_int_equal(symlink("/dev/null", path), 0);
  assert_int_equal(samples_append(&samples, path, &fault), -1); /* no link is followed */
  free(samples.path);
}

static void a_row_gives_back_the_cell_that_it_was_filled_with(void **state) {
  (void)state;
  static struct row row;
  char texts[CELL_IDS][8];
  struct cell_id id = {.workers = 12};
  for (int i = 0; i < CELL_IDS; i++) {
    snprintf(texts[i], sizeof texts[i], "id %d", i);
    id.text[i] = texts[i];
  }
  row_cell(&row, &id);
  struct cell_id back = row_cell_id(&row);
  assert_true(cell_id_same(&back, &id));
  back.workers = 13;
  assert_false(cell_id_same(&back, &id));
  assert_true(cell_id_compare(&back, &id) > 0);
  assert_string_equal(row.field[COL_workers], "12");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_row_gives_back_the_cell_that_it_was_filled_with),
      cmocka_unit_test(columns_are_found_by_name),
      cmocka_unit_test(the_header_names_every_column_in_order),
      cmocka_unit_test(fields_are_quoted_only_where_they_must_be),
      cmocka_unit_test(a_row_comes_back_as_it_was_filled),
      cmocka_unit_test(an_empty_row_has_all_its_columns),
      cmocka_unit_test(a_row_whose_texts_are_all_full_stays_whole),
      cmocka_unit_test(a_longer_text_is_cut_within_its_field),
      cmocka_unit_test(numbers_are_written_exactly),
      cmocka_unit_test(what_is_no_number_is_left_empty),
      cmocka_unit_test(a_failed_row_keeps_its_identity_and_loses_its_figures),
      cmocka_unit_test(a_file_that_exists_is_refused_and_left_alone),
      cmocka_unit_test(a_folder_that_is_not_there_is_told_with_the_file),
      cmocka_unit_test(a_full_disk_is_told_with_the_file),
      cmocka_unit_test(rows_before_a_full_disk_are_kept),
      cmocka_unit_test(short_and_interrupted_writes_are_completed),
      cmocka_unit_test(a_row_is_one_write),
      cmocka_unit_test(rows_are_there_before_the_file_is_closed),
      cmocka_unit_test(what_only_closing_finds_is_told_with_the_file),
      cmocka_unit_test(a_disk_that_fails_at_the_last_moment_is_told),
      cmocka_unit_test(a_row_is_checked_by_the_types_of_its_columns),
      cmocka_unit_test(what_the_harness_fills_is_not_sent),
      cmocka_unit_test(a_row_is_read_back_or_refused),
      cmocka_unit_test(rows_are_appended_to_a_file_that_is_there),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

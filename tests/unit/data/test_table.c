/* Tests the reader of CSV tables: what it takes, and what it refuses with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/table.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- a private folder for each test ---- */

struct scene {
  char folder[64], file[128], fifo[128];
};

static int make_place(void **state) {
  struct scene *p = calloc(1, sizeof *p);
  strcpy(p->folder, "/tmp/nway-test-XXXXXX");
  if (!mkdtemp(p->folder))
    return -1;
  snprintf(p->file, sizeof p->file, "%s/t.csv", p->folder);
  snprintf(p->fifo, sizeof p->fifo, "%s/fifo", p->folder);
  *state = p;
  return 0;
}

static int drop_place(void **state) {
  struct scene *p = *state;
  unlink(p->file), unlink(p->fifo);
  int result = rmdir(p->folder);
  free(p);
  return result;
}

static void put_bytes(const char *path, const char *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static void put(const char *path, const char *text) { put_bytes(path, text, strlen(text)); }

/* ---- the table ---- */

static const struct column three[] = {{"name", TEXT, false}, {"count", INT, false}, {"ratio", REAL, false}};

/* Reads a whole file; returns the number of rows, or -1 with the reason. */
static long read_all(const char *path, struct fault *why, bool *torn) {
  struct table t;
  long rows = 0;
  int got = table_open(&t, path, three, LENGTH(three), why) == 0 ? 1 : -1;
  while (got == 1 && (got = table_next(&t, why)) == 1)
    rows++;
  *torn = t.torn;
  table_close(&t);
  return got == 0 ? rows : -1;
}

static void columns_are_found_by_name(void **state) {
  struct scene *p = *state;
  struct table t;
  struct fault why;
  put(p->file, "\xEF\xBB\xBFratio,extra,name,count\r\n0.5,x,\"a \"\"b\"\", c\nd\",7\r\n,,,\r\n");
  assert_int_equal(table_open(&t, p->file, three, 3, &why), 0);
  assert_int_equal(table_next(&t, &why), 1);
  assert_string_equal(t.fields[0].text, "a \"b\", c\nd");
  assert_int_equal(t.fields[1].number, 7);
  assert_true(t.fields[2].real == 0.5);
  assert_int_equal(t.line, 2);
  assert_int_equal(table_next(&t, &why), 1);
  assert_false(t.fields[0].known || t.fields[1].known || t.fields[2].known);
  assert_int_equal(t.line, 4); /* the row before held a line break */
  assert_int_equal(table_next(&t, &why), 0);
  table_close(&t);
}

static void bad_tables_are_refused_with_file_and_line(void **state) {
  struct scene *p = *state;
  static const struct {
    const char *bytes;
    size_t length; /* 0: up to the NUL */
    const char *says;
  } bad[] = {
      {"", 0, ":1: missing header"},
      {"name,count\na,1\n", 0, ":1: column 'ratio' is missing"},
      {"name,count,ration\na,1,1\n", 0, "the nearest is 'ration'"},
      {"name,count,ratio,count\na,1,1,1\n", 0, "duplicate column 'count' (columns 2 and 4)"},
      {"name,count,ratio\na,1\n", 0, ":2: 2 fields, but the header has 3"},
      {"name,count,ratio\na,1,1,1\n", 0, ":2: 4 fields"},
      {"name,count,ratio\na,1,1\nb,x,1\n", 0, ":3: count: 'x' is not a whole number"},
      {"name,count,ratio\na,1,nan\n", 0, ":2: ratio: 'nan' is not a decimal number"},
      {"name,count,ratio\na,1,1e999\n", 0, "ratio"},
      {"name,count,ratio\na,1,\"1,5\"\n", 0, "ratio"},
      {"name,count,ratio\n\"a\nb\nc,1,1\nd,2,2\n", 0, ":2: unclosed quote"},
      {"name,count,ratio\nb\"c,1,1\n", 0, ":2: quote inside an unquoted field"},
      {"name,count,ratio\n\"b\"c,1,1\n", 0, ":2: text after a closing quote"},
      {"name,count,ratio\na\rb,1,1\n", 0, ":2: carriage return"},
      {"name,count,ratio\na\0b,1,1\n", 25, ":2: NUL byte"},
      {"name,count,ratio\na\x1b[31m,1,\x1b]0;x\n", 0, "\\x1B"},
  };
  for (size_t i = 0; i < LENGTH(bad); i++) {
    struct fault why = {0};
    bool torn;
    put_bytes(p->file, bad[i].bytes, bad[i].length ? bad[i].length : strlen(bad[i].bytes));
    assert_int_equal(read_all(p->file, &why, &torn), -1);
    if (!strstr(why.text, bad[i].says))
      fail_msg("'%s' does not say '%s'", why.text, bad[i].says);
    assert_null(strchr(why.text, 0x1b));
  }
}

static void a_table_cut_anywhere_loses_only_its_last_row(void **state) {
  struct scene *p = *state;
  static const char whole[] = "name,count,ratio\nplain,1,0.5\n\"quo\"\"ted\",22,1e3\n,,\nlast,4,4\n";
  size_t header = strcspn(whole, "\n") + 1;
  for (size_t cut = header; cut < sizeof whole; cut++) {
    struct fault why = {0};
    bool torn;
    long lines = 0;
    for (size_t i = header; i < cut; i++)
      lines += whole[i] == '\n';
    put_bytes(p->file, whole, cut);
    assert_int_equal(read_all(p->file, &why, &torn), lines);
    assert_int_equal(torn, cut > header && whole[cut - 1] != '\n');
  }
}

static void huge_fields_and_odd_files_are_refused(void **state) {
  struct scene *p = *state;
  struct fault why = {0};
  bool torn;
  FILE *file = fopen(p->file, "w");
  fputs("name,count,ratio\n", file);
  for (int i = 0; i < 100000; i++)
    fputc('x', file);
  fputs(",1,1\n", file);
  fclose(file);
  assert_int_equal(read_all(p->file, &why, &torn), -1);
  assert_non_null(strstr(why.text, ":2: field longer than"));
  static const char *const odd[] = {"/dev/zero", "/tmp", "/no/such/file"};
  for (size_t i = 0; i < LENGTH(odd); i++)
    assert_int_equal(read_all(odd[i], &why, &torn), -1);
  assert_int_equal(mkfifo(p->fifo, 0600), 0);
  assert_int_equal(read_all(p->fifo, &why, &torn), -1);
}

/* I3: by its size alone; the file has holes in place of its bytes. */
static void a_file_above_the_limit_is_refused_before_it_is_read(void **state) {
  struct scene *p = *state;
  struct fault why = {0};
  bool torn;
  put(p->file, "name,count,ratio\n");
  assert_int_equal(truncate(p->file, TABLE_BYTES_MAX + 1), 0);
  assert_int_equal(read_all(p->file, &why, &torn), -1);
  assert_non_null(strstr(why.text, "larger than 4 GiB"));
  assert_int_equal(truncate(p->file, 17), 0);
  assert_int_equal(read_all(p->file, &why, &torn), 0);
}

static void the_names_of_columns_come_in_the_order_of_the_file(void **state) {
  struct scene *p = *state;
  struct fault why = {0};
  char **names;
  size_t count;
  put(p->file, "b,\"a,\"\"x\",c\n1,2,3\n");
  assert_int_equal(table_names(p->file, (struct dialect){.separator = ','}, &names, &count, &why), 0);
  assert_int_equal(count, 3);
  assert_string_equal(names[0], "b");
  assert_string_equal(names[1], "a,\"x");
  assert_string_equal(names[2], "c");
  table_names_free(names, count);
  put(p->file, "");
  assert_int_equal(table_names(p->file, (struct dialect){.separator = ','}, &names, &count, &why), -1);
  assert_int_equal(count, 0);
  table_names_free(names, count);
}

/* ---- by several threads ---- */

/* All that a reader is told: each row with its line, then how it ended. */
struct told {
  struct text text;
  long refuse; /* the row that it does not want, from 1; 0: none */
  long rows;
};

static int tell(void *with, const struct table *t, struct fault *why) {
  struct told *told = with;
  text_format(&told->text, "%ld:", t->line);
  for (size_t i = 0; i < t->count; i++)
    text_format(&told->text, " [%s] %d %lld %.17g", t->fields[i].text, t->fields[i].known,
                (long long)t->fields[i].number, t->fields[i].real);
  text_add(&told->text, "\n");
  return ++told->rows == told->refuse ? fault_set(why, EXIT_USAGE, "%ld: refused", t->line) : 0;
}

static struct told told_by(const char *path, struct table_split split, long refuse) {
  struct table t;
  struct fault why = {0};
  struct told told = {.refuse = refuse};
  int got = table_open(&t, path, three, LENGTH(three), &why);
  if (got == 0)
    got = table_each(&t, split, tell, &told, &why);
  text_format(&told.text, "%d torn %d rows %ld: %s", got, t.torn, got == 0 ? t.rows : 0, why.text);
  table_close(&t);
  return told;
}

/* Rows that are plain but for one in `every`, which has a quote over two lines, or an empty line before it. */
static void write_rows(struct text *out, int count, int every, const char *line_end) {
  text_format(out, "name,extra,ratio,count%s", line_end);
  for (int i = 0; i < count; i++) {
    bool odd = every && i % every == every - 1;
    if (odd && i % 2)
      text_format(out, "\"quo,\"\"ted\n%d,1,1\"", i);
    else
      text_format(out, "%srow%d", odd ? line_end : "", i);
    text_format(out, ",x,%d.%02d,%d%s", i * i, i % 100, i - 50, line_end);
  }
}

/* What a file may end in, or hold in its second half. */
static const struct {
  const char *bytes;
  size_t length; /* 0: up to the NUL */
  const char *says;
} ends[] = {
    {"", 0, "0 torn 0 rows 200"},
    {"last,x,1", 0, "0 torn 1 rows 200"},
    {"\"last,x,1,1", 0, "0 torn 1 rows 200"},
    {"a,x,1,1\r", 0, "0 torn 1"},
    {"a,x,1,1\r\nb,x,2,2\r\n", 0, "0 torn 0 rows 202"},
    {"a,x,1,one\nb,x,1,1\n", 0, "count: 'one' is not a whole number"},
    {"a,x,1\nb,x,1,1\n", 0, "3 fields, but the header has 4"},
    {"a,x,1,1,1\nb,x,1,1\n", 0, "5 fields"},
    {"a,x,1e999,1\n", 0, "ratio"},
    {"a,x,1,9223372036854775808\n", 0, "count"},
    {"a\0b,x,1,1\nb,x,1,1\n", 18, "NUL byte"},
    {"a\"b,x,1,1\n", 0, "quote inside an unquoted field"},
    {"a\rb,x,1,1\n", 0, "carriage return"},
    {"\"a\nb,x,1,1\nc,x,1,1\n", 0, "unclosed quote"},
};

static void several_threads_tell_what_one_tells(void **state) {
  struct scene *p = *state;
  static const size_t parts[] = {43, 500, 2000, 1 << 20};
  for (size_t e = 0; e < LENGTH(ends); e++)
    for (int every = 0; every <= 7; every += 7) {
      struct text file = {0};
      write_rows(&file, 200, every, e % 2 ? "\n" : "\r\n");
      text_bytes(&file, ends[e].bytes, ends[e].length ? ends[e].length : strlen(ends[e].bytes));
      put_bytes(p->file, file.bytes, file.length);
      struct told alone = told_by(p->file, (struct table_split){1, 1}, 0);
      assert_non_null(strstr(alone.text.bytes, ends[e].says));
      for (size_t i = 0; i < LENGTH(parts); i++) {
        struct told several = told_by(p->file, (struct table_split){i % 2 ? 2 : 3, parts[i]}, 0);
        assert_string_equal(several.text.bytes, alone.text.bytes);
        text_free(&several.text);
      }
      text_free(&alone.text), text_free(&file);
    }
}

static void a_refused_row_ends_the_reading_of_all_threads(void **state) {
  struct scene *p = *state;
  struct text file = {0};
  write_rows(&file, 1000, 0, "\n");
  put_bytes(p->file, file.bytes, file.length);
  for (long row = 1; row <= 1000; row += 333) {
    struct told alone = told_by(p->file, (struct table_split){1, 1}, row);
    struct told several = told_by(p->file, (struct table_split){2, 200}, row);
    assert_int_equal(several.rows, row);
    assert_string_equal(several.text.bytes, alone.text.bytes);
    text_free(&alone.text), text_free(&several.text);
  }
  text_free(&file);
}

/* ---- numbers ---- */

/* Numbers at the limits of the fast reader, and at random; each must be the double that strtod finds. */
static void decimal_numbers_are_the_nearest_doubles(void **state) {
  struct scene *p = *state;
  static const char *const some[] = {"0",
                                     "-0",
                                     "0.1",
                                     "-0.3",
                                     "1e3",
                                     "-1.5E-7",
                                     "4503599627370497.5",
                                     "9007199254740993",
                                     "0.000000000000001",
                                     "123456789012345",
                                     "1234567890123456",
                                     "00000000000000000.5",
                                     "1.7976931348623157e308",
                                     "5e-324",
                                     "999999999999999.9",
                                     "8.5",
                                     "0.30000000000000004"};
  enum { RANDOM = 3000 };
  struct text file = {0};
  struct table t;
  struct fault why;
  uint64_t random = 7;
  text_add(&file, "name,count,ratio\n");
  for (size_t i = 0; i < LENGTH(some) + RANDOM; i++) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    if (i < LENGTH(some))
      text_format(&file, "%s,0,%s\n", some[i], some[i]);
    else
      text_format(&file, "%1$.*2$f,0,%1$.*2$f\n", (double)(random >> 11) / (double)(1 << (random % 31)),
                  (int)(random >> 5) & 7);
  }
  put_bytes(p->file, file.bytes, file.length);
  assert_int_equal(table_open(&t, p->file, three, LENGTH(three), &why), 0);
  while (table_next(&t, &why) == 1) {
    double exact = strtod(t.fields[0].text, NULL);
    assert_memory_equal(&t.fields[2].real, &exact, sizeof exact);
  }
  assert_int_equal(t.rows, LENGTH(some) + RANDOM);
  table_close(&t);
  text_free(&file);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, drop_place)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_PLACE(columns_are_found_by_name),
      IN_PLACE(bad_tables_are_refused_with_file_and_line),
      IN_PLACE(a_table_cut_anywhere_loses_only_its_last_row),
      IN_PLACE(huge_fields_and_odd_files_are_refused),
      IN_PLACE(a_file_above_the_limit_is_refused_before_it_is_read),
      IN_PLACE(the_names_of_columns_come_in_the_order_of_the_file),
      IN_PLACE(several_threads_tell_what_one_tells),
      IN_PLACE(a_refused_row_ends_the_reading_of_all_threads),
      IN_PLACE(decimal_numbers_are_the_nearest_doubles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

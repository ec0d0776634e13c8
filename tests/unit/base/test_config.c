/* Tests that configurations from strangers are read byte for byte, or refused with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/define.h"
#include "base/words.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static char folder[64] = "/tmp/nway-config-XXXXXX", path[128];

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder))
    return -1;
  snprintf(path, sizeof path, "%s/test.conf", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  unlink(path);
  return rmdir(folder);
}

static void write_file(const void *bytes, size_t count) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, count, file), count);
  assert_int_equal(fclose(file), 0);
}

static int read_text(const char *text, struct config *config, struct fault *fault) {
  write_file(text, strlen(text));
  return config_read(path, config, fault);
}

/* Everything that was understood, in one text: "run@1{a=1@2}problem x@3{}". */
static char *summary(const struct config *config, char *out, size_t size) {
  out[0] = '\0';
  for (int i = 0; i < config->count; i++) {
    const struct section *section = &config->sections[i];
    append(out, size, "%s%s%s@%d{", section->kind, section->label[0] ? " " : "", section->label, section->line);
    for (int j = 0; j < section->count; j++)
      append(out, size, "%s%s=%s@%d", j ? "," : "", section->settings[j].name, section->settings[j].value,
             section->settings[j].line);
    append(out, size, "}");
  }
  return out;
}

static void files_are_understood_with_the_line_of_everything(void **state) {
  (void)state;
  static const struct {
    const char *name, *text, *summary;
  } table[] = {
      {"usual", "# head\n\n[run]\nrounds = 12\n\n[problem a b]\nkernel=factorial\n; tail\nn = 499\n",
       "run@3{rounds=12@4}problem a b@6{kernel=factorial@7,n=499@9}"},
      {"no newline at the end", "[run]\nrounds = 12", "run@1{rounds=12@2}"},
      {"CRLF", "[run]\r\nrounds = 12\r\n\r\n[problem a]\r\nkernel = x\r\n",
       "run@1{rounds=12@2}problem a@4{kernel=x@5}"},
      {"BOM", "\xef\xbb\xbf[run]\nrounds = 12\n", "run@1{rounds=12@2}"},
      {"BOM alone", "\xef\xbb\xbf", ""},
      {"BOM and CRLF", "\xef\xbb\xbf# x\r\n[run]\r\nseed = 1\r\n", "run@2{seed=1@3}"},
      {"empty", "", ""},
      {"blank", "\n \n\t\n", ""},
      {"comments alone", "# a\n; b\n#\n;", ""},
      {"empty section", "[run]\n[problem a]\n[problem b]\n", "run@1{}problem a@2{}problem b@3{}"},
      {"empty section at the end without newline", "[problem a]\nkernel = x\n[run]", "problem a@1{kernel=x@2}run@3{}"},
      {"indented", "  [run]\n\trounds = 12\n   samples = 3\n", "run@1{rounds=12@2,samples=3@3}"},
      {"indented comment", "[run]\n  # not = this\n\t; nor = this\na = 1\n", "run@1{a=1@4}"},
      {"blanks around", "[run]  \na   =   1 2 3   \n", "run@1{a=1 2 3@2}"},
      {"blanks in the head", "[problem   a b]\n", "problem a b@1{}"},
      {"tab in the head", "[problem\ta]\n", "problem a@1{}"},
      {"empty value", "[run]\nname =\n", "run@1{name=@2}"},
      {"equals in a value", "[run]\nname = a=b=c\n", "run@1{name=a=b=c@2}"},
      {"colon in a value", "[run]\nschedules = static, dynamic:8\n", "run@1{schedules=static, dynamic:8@2}"},
      {"comment behind a value", "[run]\nrounds = 12 ; a dozen\n", "run@1{rounds=12@2}"},
      {"UTF-8", "[problem caf\xc3\xa9]\nkernel = \xe2\x82\xac\n", "problem caf\xc3\xa9@1{kernel=\xe2\x82\xac@2}"},
      {"expectations are no settings", "[expect]\na b=2 time<1s\n: = odd\n\n[expect x]\nword\n[run]\nseed = 1\n",
       "expect@1{}expect x@5{}run@7{seed=1@8}"},
      {"expectations last, without newline", "[run]\nseed = 1\n[expect]\n  ; note\n\ta time<1s",
       "run@1{seed=1@2}expect@3{}"},
      {"the same name in two sections", "[run]\nworkers = 1\n[problem a]\nworkers = 2\n",
       "run@1{workers=1@2}problem a@3{workers=2@4}"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct config config;
    struct fault fault = {0};
    char said[1000];
    if (read_text(table[i].text, &config, &fault) != 0)
      fail_msg("%s: refused: %s", table[i].name, fault.text);
    if (strcmp(summary(&config, said, sizeof said), table[i].summary) != 0)
      fail_msg("%s: understood as %s", table[i].name, said);
    assert_int_equal(config.text_bytes, strlen(table[i].text));
    assert_memory_equal(config.text, table[i].text, config.text_bytes); /* kept byte for byte */
    assert_string_equal(config.file, path);
    config_free(&config);
  }
}

/* `line`: the message must start with the file and this line; 0 = no line. */
static void refuses(const char *name, const char *text, size_t bytes, int line, const char *says) {
  struct config config;
  struct fault fault = {0};
  char where[200];
  write_file(text, bytes);
  int result = config_read(path, &config, &fault);
  config_free(&config);
  if (result != -1)
    fail_msg("%s: taken", name);
  assert_int_equal(fault.code, EXIT_USAGE);
  snprintf(where, sizeof where, line ? "%s:%d: " : "%s: ", path, line);
  if (strncmp(fault.text, where, strlen(where)) != 0 || !strstr(fault.text, says) || strchr(fault.text, '\x1b'))
    fail_msg("%s: %s", name, fault.text);
}

static void what_is_not_understood_is_refused_with_its_line(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
    int line;
    const char *says;
  } table[] = {
      {"no equals", "[run]\nrounds 12\n", 2, "expected '[section]' or 'name = value'"},
      {"no bracket", "# a\n[run]\nrounds = 1\n[problem a\n", 4, "expected '[section]'"},
      {"a word", "[run]\na = 1\nword", 3, "expected '[section]'"},
      {"before a section", "\nrounds = 12\n[run]\n", 2, "setting 'rounds' precedes the first section"},
      {"unknown section", "[run]\n[rnu]\n", 2, "unknown section '[rnu]'; did you mean '[run]'?"},
      {"unknown far section", "[zzzzzzzz]\n", 1,
       "unknown section '[zzzzzzzz]'; expected [run], [problem NAME], [define], [choose NAME], [quick], "
       "[report] or [expect]"},
      {"capitals", "[Run]\n", 1, "did you mean '[run]'?"},
      {"empty head", "[]\n", 1, "unknown section '[]'"},
      {"expect twice", "[expect]\na time<1s\n[expect]\n", 3, "duplicate section '[expect]' (first defined on line 1)"},
      {"an expectation like a head", "[expect]\n[a time<1s\n", 2, "expected '[section]'"},
      {"mistyped", "[expct]\n", 1, "did you mean '[expect]'?"},
      {"a problem without a name", "[problem]\n", 1, "a problem needs a name"},
      {"a problem with a blank name", "[problem   ]\n", 1, "a problem needs a name"},
      {"definitions with a name", "[define a]\n", 1, "[define] takes no name"},
      {"run with a name", "[run fast]\n", 1, "[run] takes no name"},
      {"escape in a section", "[\x1b[31mrun]\n", 1, "\\x1b[31mrun"},
      {"escape in a name", "a\x1b[31m = 1\n", 1, "'a\\x1b[31m'"},
      {"invalid UTF-8 in a name", "\xff\xfe = 1\n", 1, "'\\xff\\xfe'"},
  };
  for (size_t i = 0; i < LENGTH(table); i++)
    refuses(table[i].name, table[i].text, strlen(table[i].text), table[i].line, table[i].says);
}

static void the_first_mistake_is_the_one_that_is_told(void **state) {
  (void)state;
  static const char bracket[] = "# a\n[run\nrounds = 1\n", twice[] = "[run]\nrounds 12\nrounds = 1\nrounds = 2\n";
  refuses("no bracket, then a setting without a section", bracket, strlen(bracket), 2, "expected '[section]'");
  refuses("no equals, then a setting given twice", twice, strlen(twice), 2, "expected '[section]'");
}

static void what_is_given_twice_names_both_lines(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
    int line;
    const char *says;
  } table[] = {
      {"setting", "[run]\nrounds = 12\n\nrounds = 13\n", 4, "duplicate setting 'rounds' (first defined on line 2)"},
      {"equal setting", "[run]\na=1\na=1\n", 3, "duplicate setting 'a' (first defined on line 2)"},
      {"setting behind CRLF", "[run]\r\na=1\r\n\r\na=2\r\n", 4, "first defined on line 2"},
      {"run", "# x\n[run]\na=1\n[problem b]\n[run]\n", 5, "duplicate section '[run]' (first defined on line 2)"},
      {"problem", "[problem b]\nkernel=x\n[problem c]\n[problem b]\n", 4,
       "duplicate section '[problem b]' (first defined on line 1)"},
      {"problem, more blanks", "[problem b]\n[problem \t b]\n", 2, "first defined on line 1"},
      {"escape", "[problem \x1b[2J]\n[problem \x1b[2J]\n", 2, "duplicate section '[problem \\x1b[2J]'"},
  };
  for (size_t i = 0; i < LENGTH(table); i++)
    refuses(table[i].name, table[i].text, strlen(table[i].text), table[i].line, table[i].says);
}

static void a_section_is_the_same_whatever_blanks_end_its_name(void **state) {
  (void)state;
  static const char text[] = "[problem b]\n[problem b ]\n";
  refuses("blank behind", text, strlen(text), 2, "first defined on line 1");
}

static void nothing_behind_a_section_is_silently_ignored(void **state) {
  (void)state;
  static const char text[] = "[run] rounds = 12\nsamples = 3\n";
  refuses("setting behind a section", text, strlen(text), 1, "");
}

static void a_lone_carriage_return_is_refused_with_its_line(void **state) {
  (void)state;
  static const char inside[] = "[run]\nname = a\rb\n", old[] = "[run]\rrounds = 12\rsamples = 3\r";
  refuses("within a line", inside, strlen(inside), 2, "");
  refuses("as the line's end", old, strlen(old), 1, "");
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state) {
  (void)state;
  static const char text[] = "[run]\nrounds = 12\n";
  for (size_t at = 0; at < sizeof text - 1; at++) {
    char copy[sizeof text];
    memcpy(copy, text, sizeof text);
    copy[at] = '\0';
    refuses("NUL", copy, sizeof text - 1, 0, "NUL byte");
  }
}

/* A line "name = xxx" of so many bytes. */
static void long_line(char *text, size_t size, size_t bytes, const char *end) {
  size_t head = (size_t)snprintf(text, size, "[run]\n");
  memset(text + head, 'x', bytes);
  memcpy(text + head, "name = ", 7);
  snprintf(text + head + bytes, size - head - bytes, "%s", end);
}

static void lines_up_to_198_bytes_are_whole_and_longer_ones_refused(void **state) {
  (void)state;
  static const char *const ends[] = {"\n", "", "\nseed = 1\n"};
  for (size_t bytes = 190; bytes <= 320; bytes += bytes < 210 ? 1 : 50)
    for (size_t i = 0; i < LENGTH(ends); i++) {
      struct config config;
      struct fault fault = {0};
      char text[500];
      long_line(text, sizeof text, bytes, ends[i]);
      if (bytes > 198) {
        refuses("long line", text, strlen(text), 2, "shorten it to 198");
        continue;
      }
      assert_int_equal(read_text(text, &config, &fault), 0);
      assert_int_equal(strlen(section_find(&config.sections[0], "name")->value), bytes - 7);
      config_free(&config);
    }
}

static void a_line_of_a_million_bytes_is_refused(void **state) {
  (void)state;
  static char text[CONFIG_BYTES_MAX + 1];
  memset(text, 'x', sizeof text);
  refuses("one line", text, CONFIG_BYTES_MAX, 1, "shorten it to 198");
  refuses("one byte more", text, CONFIG_BYTES_MAX + 1, 0, "shorten the configuration to 1048576");
  memset(text, '[', sizeof text);
  refuses("brackets", text, CONFIG_BYTES_MAX, 1, "shorten it to 198");
}

static void a_file_of_the_largest_size_is_read(void **state) {
  (void)state;
  static char text[CONFIG_BYTES_MAX];
  struct config config;
  struct fault fault = {0};
  memset(text, '\n', sizeof text);
  memcpy(text + sizeof text - 11, "[run]\na = 1", 11);
  write_file(text, sizeof text);
  assert_int_equal(config_read(path, &config, &fault), 0);
  assert_int_equal(config.sections[0].line, CONFIG_BYTES_MAX - 10);
  assert_string_equal(section_find(&config.sections[0], "a")->value, "1");
  config_free(&config);
}

static void refuses_path(const char *name, const char *says) {
  struct config config;
  struct fault fault = {0};
  int result = config_read(name, &config, &fault);
  config_free(&config);
  assert_int_equal(result, -1);
  assert_int_equal(fault.code, EXIT_USAGE);
  if (strncmp(fault.text, name, strlen(name)) != 0 || !strstr(fault.text, says))
    fail_msg("%s: %s", name, fault.text);
}

static void only_regular_files_are_read(void **state) {
  (void)state;
  alarm(10); /* one that waits for a FIFO or for the end of /dev/zero must not hang the tests */
  unlink(path);
  refuses_path(path, "No such file");
  assert_int_equal(mkfifo(path, 0600), 0);
  refuses_path(path, "not a regular file");
  unlink(path);
  refuses_path(folder, "not a regular file");
  refuses_path("/dev/zero", "not a regular file");
  refuses_path("/dev/null", "not a regular file");
  alarm(0);
}

static void a_path_is_shown_without_its_escapes(void **state) {
  (void)state;
  struct config config;
  struct fault fault = {0};
  assert_int_equal(config_read("/nowhere/\x1b[31mred", &config, &fault), -1);
  config_free(&config);
  assert_null(strchr(fault.text, '\x1b'));
}

static void settings_are_added_replaced_and_found(void **state) {
  (void)state;
  struct config config = {0};
  struct fault fault;
  struct section *run = config_run(&config);
  assert_non_null(run);
  assert_int_equal(config.count, 1);
  assert_ptr_equal(config_run(&config), run);
  assert_null(section_find(run, "rounds"));
  assert_int_equal(section_put(run, "rounds", "6", 12, &fault), 0);
  assert_int_equal(section_put(run, "seed", "1", 13, &fault), 0);
  assert_int_equal(section_put(run, "rounds", "7", 0, &fault), 0);
  assert_int_equal(run->count, 2);
  assert_string_equal(section_find(run, "rounds")->value, "7");
  assert_int_equal(section_find(run, "rounds")->line, 0);
  assert_null(section_find(run, "round"));
  assert_non_null(config_add(&config, "problem", "a", 5));
  assert_string_equal(config_run(&config)->kind, "run");
  config_free(&config);
  assert_int_equal(config.count, 0);
}

/* Whatever bytes: read or refused, never a crash; the sanitizers look on. */
static void random_bytes_do_no_harm(void **state) {
  (void)state;
  static const char *const pieces[] = {"[run]",    "[problem a]",  "[",  "]",  "=",        "\n",        "\r\n", " ",
                                       "name = 1", "\xef\xbb\xbf", ";",  "#",  "\t",       "[problem ", ":",    "\xff",
                                       "a",        "\n  ",         "\"", "\\", "[define]", "a = ${a}",  "${",   "}",
                                       "$"};
  uint64_t seed = 88172645463325252ULL;
  for (int round = 0; round < 2000; round++) {
    char text[400] = "";
    struct config config;
    struct fault fault = {0};
    for (int i = 0; i < 25; i++) {
      seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
      append(text, sizeof text, "%s", pieces[(seed >> 20) % LENGTH(pieces)]);
    }
    if (read_text(text, &config, &fault) != 0 || define_expand(&config, &fault) != 0)
      assert_int_equal(strncmp(fault.text, path, strlen(path)), 0);
    config_free(&config);
  }
}

/* ---- definitions ---- */

/* Reads, defines anew what `again` (may be NULL) says, and expands. */
static int expand_text(const char *text, const char *again, struct config *config, struct fault *fault) {
  assert_int_equal(read_text(text, config, fault), 0);
  return again && define_set(config, again, fault) != 0 ? -1 : define_expand(config, fault);
}

static void here_is_the_folder_of_the_file(void **state) {
  (void)state;
  struct config config;
  struct fault fault;
  const char *slash = strrchr(path, '/');
  char wanted[400];
  assert_int_equal(
      expand_text("[define]\nscript = ${here}/a.py\n[run]\nx = ${script} ${here} $${here}\n", NULL, &config, &fault),
      0);
  snprintf(wanted, sizeof wanted, "%.*s/a.py %.*s ${here}", (int)(slash - path), path, (int)(slash - path), path);
  assert_string_equal(section_find(config_run(&config), "x")->value, wanted);
  config_free(&config);
  assert_int_equal(expand_text("[define]\nhere = there\n[run]\nx = ${here}\n", NULL, &config, &fault), 0);
  assert_string_equal(section_find(config_run(&config), "x")->value, "there");
  config_free(&config);
}

static void names_stand_for_what_is_defined(void **state) {
  (void)state;
  static const struct {
    const char *text, *again, *expected;
  } table[] = {
      {"[define]\nw = 10k\n[problem a]\nx = 3*${w}\n", NULL, "define@1{w=10k@2}problem a@3{x=3*10k@4}"},
      {"[define]\nw = 10k\n[problem a]\nx = 3*${w}\n", "w=2", "define@1{w=2@0}problem a@3{x=3*2@4}"},
      {"[define]\nw = 1\n[problem a]\nx = ${w}\n", "w=a=b", "define@1{w=a=b@0}problem a@3{x=a=b@4}"},
      {"[define]\nw = 1\n[problem a]\nx = ${w}\n", "w=", "define@1{w=@0}problem a@3{x=@4}"},
      {"[run]\na = ${v}${w},${v}\n[define]\nv = 1\nw = 2\n", NULL, "run@1{a=12,1@2}define@3{v=1@4,w=2@5}"},
      {"[problem a]\nx = $${HOME} $HOME ${w} $\n[define]\nw = $\n", NULL,
       "problem a@1{x=${HOME} $HOME $ $@2}define@3{w=$@4}"},
      {"[problem a]\nx = no names } {\n", NULL, "problem a@1{x=no names } {@2}"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct config config;
    struct fault fault = {0};
    char said[500];
    if (expand_text(table[i].text, table[i].again, &config, &fault) != 0)
      fail_msg("%s: %s", table[i].text, fault.text);
    if (strcmp(summary(&config, said, sizeof said), table[i].expected) != 0)
      fail_msg("%s: understood as %s", table[i].text, said);
    config_free(&config);
  }
}

static void what_cannot_be_replaced_is_refused_with_its_place(void **state) {
  (void)state;
  static const struct {
    const char *text, *again, *says;
  } table[] = {
      {"[define]\nwait = 1\n[problem a]\n\nx = ${wiat}\n", NULL,
       ":5: x: unknown definition 'wiat'; did you mean 'wait'?"},
      {"[problem a]\nx = ${wait}\n", NULL,
       ":2: x: unknown definition 'wait'; the configuration has no [define] section"},
      {"[define]\nwait = 1\n[problem a]\nx = ${}\n", NULL, ":4: x: unknown definition ''"},
      {"[define]\nwait = 1\n[problem a]\nx = ${wait\n", NULL, ":4: x: '${' has no closing '}'"},
      {"[define]\na = 1\nb = ${a}\n", NULL, ":3: b: a definition cannot use ${name}"},
      {"[define]\na = ${a}\n", NULL, ":2: a: a definition cannot use ${name}"},
      {"[define]\na = 1\n", "a=${a}", "--define: a: a definition cannot use ${name}"},
      {"[define]\nwait = 1\n", "wiat=2", "unknown definition 'wiat'; did you mean 'wait'?"},
      {"[run]\nrounds = 1\n", "wait=2", "unknown definition 'wait'; the configuration has no [define] section"},
      {"[define]\nwait = 1\n", "wait", "--define: invalid definition 'wait'"},
      {"[define]\nwait = 1\n", "=2", "--define: invalid definition '=2'"},
      {"[define]\nwait = 1\n[run]\na = ${w\x1b[31m}\n", NULL, "'w\\x1b[31m'"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct config config;
    struct fault fault = {0};
    if (expand_text(table[i].text, table[i].again, &config, &fault) == 0)
      fail_msg("%s: taken", table[i].text);
    assert_int_equal(fault.code, EXIT_USAGE);
    if (!strstr(fault.text, table[i].says) || (table[i].says[0] == ':' && strncmp(fault.text, path, strlen(path)) != 0))
      fail_msg("%s: %s", table[i].text, fault.text);
    config_free(&config);
  }
}

static void what_becomes_too_long_is_refused(void **state) {
  (void)state;
  struct config config;
  struct fault fault = {0};
  static char again[9000] = "w=";
  memset(again + 2, 'a', sizeof again - 3);
  assert_int_equal(expand_text("[define]\nw = 1\n[run]\na = ${w}\n", again, &config, &fault), 0);
  assert_int_equal(strlen(section_find(config_run(&config), "a")->value), sizeof again - 3);
  config_free(&config);
  assert_int_equal(expand_text("[define]\nw = 1\n[run]\na = ${w}${w}\n", again, &config, &fault), -1);
  assert_non_null(strstr(fault.text, "too long"));
  config_free(&config);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_are_understood_with_the_line_of_everything),
      cmocka_unit_test(what_is_not_understood_is_refused_with_its_line),
      cmocka_unit_test(the_first_mistake_is_the_one_that_is_told),
      cmocka_unit_test(what_is_given_twice_names_both_lines),
      cmocka_unit_test(a_section_is_the_same_whatever_blanks_end_its_name),
      cmocka_unit_test(nothing_behind_a_section_is_silently_ignored),
      cmocka_unit_test(a_lone_carriage_return_is_refused_with_its_line),
      cmocka_unit_test(a_nul_byte_is_refused_wherever_it_stands),
      cmocka_unit_test(lines_up_to_198_bytes_are_whole_and_longer_ones_refused),
      cmocka_unit_test(a_line_of_a_million_bytes_is_refused),
      cmocka_unit_test(a_file_of_the_largest_size_is_read),
      cmocka_unit_test(only_regular_files_are_read),
      cmocka_unit_test(a_path_is_shown_without_its_escapes),
      cmocka_unit_test(settings_are_added_replaced_and_found),
      cmocka_unit_test(random_bytes_do_no_harm),
      cmocka_unit_test(here_is_the_folder_of_the_file),
      cmocka_unit_test(names_stand_for_what_is_defined),
      cmocka_unit_test(what_cannot_be_replaced_is_refused_with_its_place),
      cmocka_unit_test(what_becomes_too_long_is_refused),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

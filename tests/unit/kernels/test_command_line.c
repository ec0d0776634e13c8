/* Tests of how a program's command line is split into words, and of what is refused before anything runs. */
#include "lib/command_line.h"
#include "lib/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void splits(const char *line, const char *joined) {
  struct words words;
  char got[LINE_MAX_BYTES] = "";
  assert_null(split_command(line, 3, &words));
  for (int i = 0; i < words.count; i++)
    snprintf(got + strlen(got), sizeof got - strlen(got), "%s|", words.word[i]);
  assert_string_equal(got, joined);
}

static void words_are_those_of_a_shell(void **state) {
  (void)state;
  splits("xz -T{workers} -k", "xz|-T3|-k|");
  splits(" a\tb\nc  d ", "a|b|c|d|");
  splits("'a b' \"c d\" e\\ f", "a b|c d|e f|");
  splits("grep \"\\d+\" '\\d+' \\d+", "grep|\\d+|\\d+|d+|"); /* "..." keeps most backslashes, as '...' does */
  splits("\"\\\"\\$\\`\\\\\"", "\"$`\\|");
  splits("'it'\\''s' ''", "it's||");
  splits("$'a\\nb\\t\\x27{workers}\\\\\\x2g' x$'y z'w $a", "a\nb\t'3\\\2g|xy zw|$a|");
  splits("ü '{a}' {workers-1}", "ü|{a}|2|");
}

static void a_line_that_is_none_is_refused(void **state) {
  (void)state;
  struct words words;
  static char many[2 * WORDS_MAX + 8];
  memset(many, 'x', sizeof many - 1);
  for (size_t i = 1; i < sizeof many - 1; i += 2)
    many[i] = ' ';
  assert_non_null(strstr(split_command("a 'b", 1, &words), "quote is not closed"));
  assert_non_null(strstr(split_command("a $'b", 1, &words), "quote is not closed"));
  assert_non_null(strstr(split_command(" \t", 1, &words), "empty"));
  assert_non_null(strstr(split_command(many, 1, &words), "too many words"));
}

/* ---- what is refused ---- */

static void refuses(const char *line, int shell, const char *why) {
  char out[300];
  const struct program program = {.line = line, .workers = 1, .shell = shell};
  const char *fault = program_fault(&program, out, sizeof out);
  if (!fault || !strstr(fault, why))
    fail_msg("'%s': '%s' does not say '%s'", line, fault ? fault : "nothing", why);
}

static void takes(const char *line, int shell) {
  char out[300];
  const struct program program = {.line = line, .workers = 1, .shell = shell};
  const char *fault = program_fault(&program, out, sizeof out);
  if (fault)
    fail_msg("'%s' is refused: %s", line, fault);
}

static void placeholders_are_known_outside_quotes(void **state) {
  (void)state;
  refuses("true -T{threads}", 0, "write {workers}");
  refuses("true -T{threads}", 1, "write {workers}");
  refuses("true -j $workers", 0, "write {workers}");
  refuses("true {level}", 0, "--set level=A,B");
  refuses("true -T{thread} {Workers}", 0, "'{thread}' is replaced by nothing; write {workers}");
  refuses("true -T{workers+1}", 0,
          "write {workers} or {workers-1}, or have a shell compute it: --shell and $(({workers}+1))");
  refuses("true -T{workers*2}", 1, "$(({workers}*2))");
  refuses("true -T{{workers}}", 0, "'{{workers}}' keeps its outer braces; write {workers}");
  takes("true {workers} {workers-1}", 0);
  takes("true $(({workers}*2)) '{workers+1}'", 1);
  takes("true {} {1,2}", 0);
  takes("true 'print(f\"{n}\")'", 0); /* a program's own braces */
  takes("true 'echo $threads'", 0);
}

static void what_only_a_shell_understands_is_refused(void **state) {
  (void)state;
  refuses("true <x", 0, "--input FILE");
  refuses("true >x", 0, "--output file:FILE");
  refuses("true | cat", 0, "--shell");
  refuses("true && false", 0, "'&&' means nothing");
  refuses("A=1 true", 0, "env A=1 PROGRAM");
  refuses("true $HOME", 0, "write its value");
  takes("true '<' \\> \"|\"", 0);
  takes("true <x | cat", 1);
  refuses("no-such-program-of-nway", 0, "no program 'no-such-program-of-nway' on PATH");
  refuses("./no-such", 0, "that can be run");
  refuses("/tmp", 0, "that can be run");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_are_those_of_a_shell),
      cmocka_unit_test(a_line_that_is_none_is_refused),
      cmocka_unit_test(placeholders_are_known_outside_quotes),
      cmocka_unit_test(what_only_a_shell_understands_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Holds the parser and the help of every command against the tables of commands and options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "options/options.h"
#include "options/settings.h"
#include "stats/result.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* Parses words, NULL at the end. */
#define PARSE(command, ...) parse(command, (const char *[]){__VA_ARGS__, NULL})
static struct options options;
static struct fault fault;

static int parse(enum command_id command, const char *const *words) {
  int count = 0;
  while (words[count])
    count++;
  fault = (struct fault){0};
  return options_parse(&options, command, count, (char *const *)words, &fault);
}

static void refuses(enum command_id command, const char *const *words, const char *reason) {
  assert_int_equal(parse(command, words), -1);
  assert_int_equal(fault.code, EXIT_USAGE);
  if (!strstr(fault.text, reason))
    fail_msg("'%s' does not say '%s'", fault.text, reason);
}
#define REFUSES(command, reason, ...) refuses(command, (const char *[]){__VA_ARGS__, NULL}, reason)

/* A value that an option of that kind takes. */
/* The first of "a|b|c". */
static const char *first_choice(const char *choices) {
  static char word[40];
  snprintf(word, sizeof word, "%.*s", (int)strcspn(choices, "|"), choices);
  return word;
}

static const char *value_for(const struct option_row *row) {
  switch (row->kind) {
  case OPTION_CHOICE:
    return first_choice(row->value);
  case OPTION_COUNT:
  case OPTION_WHOLE:
    return "1";
  case OPTION_DURATION:
    return "20ms";
  case OPTION_SHARE:
    return "4%";
  default:
    return "word";
  }
}

/* As many words as the command needs, behind the given ones. */
static void fill(enum command_id command, const char **words, size_t used) {
  for (size_t i = 0; i < command_table[command].least; i++)
    words[used++] = "word";
  words[used] = NULL;
}

/* ---- the tables ---- */

static void the_tables_are_whole(void **state) {
  (void)state;
  for (enum option_id id = 0; id < OPTIONS; id++) {
    const struct option_row *row = &option_table[id];
    assert_true(strncmp(row->name, "--", 2) == 0 && row->commands != 0);
    assert_true(!row->setting || setting_find(row->setting));
    assert_true(row->help || (row->setting && *option_help_text(row)));
    assert_int_equal(row->kind == OPTION_FLAG, row->value == NULL);
    if (row->kind == OPTION_COUNT || row->kind == OPTION_WHOLE)
      assert_true(row->low < row->high);
  }
  for (enum command_id id = 0; id < COMMANDS; id++) {
    const struct command *command = &command_table[id];
    assert_true(command->name && command->summary && command->exits && command->typed);
    assert_true(command->summary[0] >= 'a' && command->summary[0] <= 'z');
    assert_true(command->least <= command->most && command->most <= OPTIONS_WORDS_MAX);
    assert_int_equal(command->usage == NULL, command->most == 0);
    assert_true(command_takes(id, OPTION_HELP));
  }
}

/* A command knows a name or a letter once, and a program a command. */
static void no_name_has_two_meanings(void **state) {
  (void)state;
  for (enum command_id command = 0; command < COMMANDS; command++) {
    for (enum option_id a = 0; a < OPTIONS; a++)
      for (enum option_id b = a + 1; b < OPTIONS; b++)
        if (command_takes(command, a) && command_takes(command, b)) {
          assert_string_not_equal(option_table[a].name, option_table[b].name);
          assert_true(!option_table[a].letter || option_table[a].letter != option_table[b].letter);
        }
    for (enum command_id other = command + 1; other < COMMANDS; other++)
      if (strcmp(command_table[command].name, command_table[other].name) == 0)
        assert_int_equal(command_table[command].typed & command_table[other].typed, 0);
  }
}

static void initial_values_are_values(void **state) {
  (void)state;
  for (enum command_id command = 0; command < COMMANDS; command++)
    for (enum option_id id = 0; id < OPTIONS; id++) {
      const char *words[8] = {option_table[id].name, option_table[id].initial};
      if (!command_takes(command, id) || !words[1])
        continue;
      fill(command, words, 2);
      if (parse(command, words) != 0)
        fail_msg("%s: %s", command_table[command].name, fault.text);
    }
  assert_int_equal(PARSE(COMMAND_GATE, "a", "b"), 0);
  assert_true(option_share(&options, OPTION_WORTH) == WORTH);
}

/* ---- parser and help know what the table has, and nothing else ---- */

static void every_parser_takes_its_options_and_no_other(void **state) {
  (void)state;
  for (enum command_id command = 0; command < COMMANDS; command++)
    for (enum option_id id = 0; id < OPTIONS; id++) {
      const struct option_row *row = &option_table[id];
      const char *words[8] = {row->name};
      char joined[80];
      size_t used = 1;
      bool known = false; /* perhaps by another row */
      for (enum option_id other = 0; other < OPTIONS; other++)
        known |= command_takes(command, other) && strcmp(option_table[other].name, row->name) == 0;
      if (!known) {
        refuses(command, words, row->name);
        continue;
      }
      if (!command_takes(command, id))
        continue;
      if (row->kind != OPTION_FLAG && row->kind != OPTION_FOLDER_IF_ANY)
        words[used++] = value_for(row);
      if (row->kind != OPTION_RUNS) /* which takes the words that follow */
        fill(command, words, used);
      if (parse(command, words) != 0 || !option_given(&options, id))
        fail_msg("%s %s: %s", command_table[command].name, row->name, fault.text);
      if (row->kind == OPTION_FLAG)
        continue;
      snprintf(joined, sizeof joined, "%s=%s", row->name, value_for(row));
      words[0] = joined;
      fill(command, words, 1);
      if (parse(command, words) != 0)
        fail_msg("%s %s: %s", command_table[command].name, joined, fault.text);
      assert_string_equal(option_text(&options, id), value_for(row));
    }
}

/* What `print` writes; free it. */
static char *printed(void (*print)(FILE *out, int which), int which) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  print(out, which);
  fclose(out);
  return text;
}

static void print_command(FILE *out, int which) { options_help((enum command_id)which, out); }

static void print_overview(FILE *out, int which) {
  const char *format = which == 0 ? "--format=json" : "--format=text";
  assert_int_equal(PARSE(COMMAND_HELP, format), 0);
  assert_int_equal(options_overview(&options, which == 0 ? IN_NWAY : (enum program)which, out, &fault), EXIT_FINE);
}

/* Whether a line of help is about the option: "      --name" or "  -n, --name". */
static bool lists(const char *help, const char *name) {
  for (const char *at = help; (at = strstr(at, name)); at++)
    if (at - help > 7 && at[-7] == '\n' && at[-6] == ' ' && strchr(" [\n", at[strlen(name)]))
      return true;
  return false;
}

static void help_lists_exactly_the_options_of_its_command(void **state) {
  (void)state;
  for (enum command_id command = 0; command < COMMANDS; command++) {
    char *help = printed(print_command, (int)command), usage[80];
    snprintf(usage, sizeof usage, "usage: nway %s", command_table[command].name);
    assert_true(strncmp(help, usage, strlen(usage)) == 0);
    assert_non_null(strstr(help, "\nExit codes: "));
    for (enum option_id id = 0; id < OPTIONS; id++) {
      bool known = false;
      for (enum option_id other = 0; other < OPTIONS; other++)
        known |= command_takes(command, other) && strcmp(option_table[other].name, option_table[id].name) == 0;
      if (lists(help, option_table[id].name) != known)
        fail_msg("help of %s: %s", command_table[command].name, option_table[id].name);
      if (command_takes(command, id) && option_table[id].alias)
        assert_non_null(strstr(help, option_table[id].alias));
    }
    free(help);
  }
}

static void help_keeps_to_100_columns(void **state) {
  (void)state;
  for (enum command_id command = 0; command < COMMANDS; command++) {
    char *help = printed(print_command, (int)command);
    for (const char *line = help; *line; line += strcspn(line, "\n") + 1)
      assert_true(strcspn(line, "\n") <= 100);
    free(help);
  }
}

static void the_list_of_commands_is_that_of_the_program(void **state) {
  (void)state;
  static const enum program programs[] = {IN_NWAY, IN_REPORT};
  for (size_t i = 0; i < LENGTH(programs); i++) {
    char *help = printed(print_overview, (int)programs[i]), row[400];
    for (enum command_id command = 0; command < COMMANDS; command++) {
      snprintf(row, sizeof row, "\n  %-11s %s\n", command_table[command].name, command_table[command].summary);
      bool expected = (command_table[command].typed & programs[i]) && !command_table[command].hidden;
      if ((strstr(help, row) != NULL) != expected)
        fail_msg("help of program %d: %s", (int)programs[i], row);
    }
    free(help);
  }
}

static void json_has_every_option_of_every_command(void **state) {
  (void)state;
  char *text = printed(print_overview, 0);
  json_t *all = json_loads(text, 0, NULL), *command, *option;
  assert_int_equal(json_array_size(all), COMMANDS);
  size_t at, i;
  json_array_foreach(all, at, command) {
    json_t *list = json_object_get(command, "options");
    size_t expected = 0;
    assert_string_equal(json_string_value(json_object_get(command, "name")), command_table[at].name);
    for (enum option_id id = 0; id < OPTIONS; id++)
      expected += command_takes((enum command_id)at, id);
    assert_int_equal(json_array_size(list), expected);
    json_array_foreach(list, i, option) assert_true(json_is_string(json_object_get(option, "kind")));
  }
  json_decref(all);
  free(text);
}

/* ---- parsing ---- */

static void values_follow_or_are_joined(void **state) {
  (void)state;
  assert_int_equal(PARSE(COMMAND_RUN, "-c", "a.conf", "--rounds=3", "--dry-run", "--define", "x=1", "--define=y=--z"),
                   0);
  assert_string_equal(option_text(&options, OPTION_CONFIG), "a.conf");
  assert_string_equal(option_text(&options, OPTION_ROUNDS), "3");
  assert_true(option_given(&options, OPTION_DRY_RUN));
  assert_false(option_given(&options, OPTION_FORCE));
  const char *defines[2];
  assert_int_equal(option_texts(&options, OPTION_DEFINE, defines, 2, &fault), 2);
  assert_string_equal(defines[0], "x=1");
  assert_string_equal(defines[1], "y=--z");
  assert_int_equal(option_texts(&options, OPTION_DEFINE, defines, 1, &fault), -1);
  assert_int_equal(PARSE(COMMAND_RUN, "-cb.conf"), 0);
  assert_string_equal(option_text(&options, OPTION_CONFIG), "b.conf");
  assert_int_equal(PARSE(COMMAND_RUN, "--kernel", "--help"), 0); /* what follows is the value, whatever it looks like */
  assert_false(option_given(&options, OPTION_HELP));
  assert_int_equal(PARSE(COMMAND_RUN, "--variants", "seq"), 0);
  assert_string_equal(option_text(&options, OPTION_VARIANT), "seq");
}

static void the_last_value_counts(void **state) {
  (void)state;
  assert_int_equal(PARSE(COMMAND_GATE, "--worth", "1%", "a", "--worth=5%", "b"), 0);
  assert_true(option_share(&options, OPTION_WORTH) == 0.05);
  assert_int_equal(options.word_count, 2);
  assert_string_equal(options.words[1], "b");
}

static void what_is_not_given_has_its_initial_value(void **state) {
  (void)state;
  assert_int_equal(PARSE(COMMAND_CELL, "measure"), 0);
  assert_int_equal(option_number(&options, OPTION_SAMPLE_TIME), 20000000);
  assert_int_equal(option_number(&options, OPTION_CELL_WORKERS), 1);
  assert_string_equal(option_text(&options, OPTION_SCHEDULE), "static");
  assert_null(option_text(&options, OPTION_ANSWER));
  assert_int_equal(PARSE(COMMAND_CELL, "measure", "--workers", "1k", "--sample-time", "3ms"), 0);
  assert_int_equal(option_number(&options, OPTION_CELL_WORKERS), 1000);
  assert_int_equal(option_number(&options, OPTION_SAMPLE_TIME), 3000000);
}

static void a_value_may_be_left_out_only_where_the_table_says_so(void **state) {
  (void)state;
  assert_int_equal(PARSE(COMMAND_RUN, "--resume"), 0);
  assert_true(option_given(&options, OPTION_RESUME));
  assert_null(option_text(&options, OPTION_RESUME));
  assert_int_equal(PARSE(COMMAND_RUN, "--resume=@1"), 0);
  assert_string_equal(option_text(&options, OPTION_RESUME), "@1");
  REFUSES(COMMAND_RUN, "--resume: the folder's name is empty; name a folder or omit the option", "--resume=");
  REFUSES(COMMAND_RUN, "'@1' is not an option", "--resume", "@1");
  REFUSES(COMMAND_RUN, "--results: the folder's name is empty", "--results", "");
  REFUSES(COMMAND_SHOW, "--results: the folder's name is empty", "--results=");
  REFUSES(COMMAND_RUN, "--config needs a value; write --config FILE", "-c");
  REFUSES(COMMAND_AB, "--worth needs a value; write --worth P, such as --worth 3%", "a", "b", "--worth");
  REFUSES(COMMAND_RUN, "--force takes no value; write --force alone", "--force=yes");
}

static void two_dashes_end_the_options(void **state) {
  (void)state;
  assert_int_equal(PARSE(COMMAND_SHOW, "--results", "r", "--", "--worth"), 0);
  assert_string_equal(options.words[0], "--worth");
  assert_int_equal(PARSE(COMMAND_SHOW, "-"), 0);
  assert_string_equal(options.words[0], "-");
}

static void runs_belong_to_the_side_before_them(void **state) {
  (void)state;
  const char *base[4], *new[4];
  assert_int_equal(
      PARSE(COMMAND_GATE, "--base", "a", "b", "--strict", "c", "--new", "d", "--worth", "2%", "--base", "e"), 0);
  assert_int_equal(option_texts(&options, OPTION_BASE, base, 4, &fault), 4);
  assert_int_equal(option_texts(&options, OPTION_NEW, new, 4, &fault), 1);
  assert_string_equal(base[2], "c");
  assert_string_equal(base[3], "e");
  assert_string_equal(new[0], "d");
  assert_int_equal(options.word_count, 0);
  assert_true(option_given(&options, OPTION_STRICT));
  assert_int_equal(PARSE(COMMAND_GATE, "--base"), 0);
  assert_false(option_given(&options, OPTION_BASE));
}

static void names_are_never_guessed(void **state) {
  (void)state;
  REFUSES(COMMAND_RUN, "unknown option '--q'; see 'nway run --help'", "--q", "3");
  REFUSES(COMMAND_RUN, "unknown option '--kernal'; did you mean '--kernel'?", "--kernal=x");
  REFUSES(COMMAND_RUN, "unknown option '-z'; see 'nway run --help'", "-z");
  REFUSES(COMMAND_RUN, "unknown option '-hx'", "-hx");
  REFUSES(COMMAND_RUN, "unknown option '--\\x1b[m'", "--\033[m");
  REFUSES(COMMAND_DOCTOR, "unknown option '--thorogh'; did you mean '--thorough'?", "--thorogh");
  REFUSES(COMMAND_RUN, "unknown option '--fd'", "--fd", "1"); /* of cell, which users do not type */
}

static void options_of_other_programs_are_met_with_ours(void **state) {
  (void)state;
  REFUSES(COMMAND_RUN, "no option '--warmup' here: ", "--warmup", "3");
  REFUSES(COMMAND_RUN, "--limit T", "--timeout=3");
  REFUSES(COMMAND_RUN, "RUN/samples.csv", "--export-markdown", "x");
  REFUSES(COMMAND_RUN, "no option '-w' here: ", "-w", "3");
  REFUSES(COMMAND_RUN, "--set NAME=A,B,C", "-P", "n", "1", "4");
  REFUSES(COMMAND_RUN, "--save NAME", "--benchmark-save=x");
  REFUSES(COMMAND_RUN, "see 'nway run --help'", "--benchmark-no-such");
  REFUSES(COMMAND_AB, "--rounds N", "--benchmark_repetitions=3");
  REFUSES(COMMAND_RUN, "see 'nway run --help'", "--benchmark_no_such");
  REFUSES(COMMAND_RUN, "no option '-j4' here: --workers LIST", "-j4");
  REFUSES(COMMAND_RUN, "no option '-r' here: ", "-r", "5");
  REFUSES(COMMAND_RUN, "nway show --format", "-x,");
  REFUSES(COMMAND_RUN, "--pin LIST", "--cpu-list=0-3");
  REFUSES(COMMAND_RUN, "--prepare 'sleep T'", "--delay", "1");
  REFUSES(COMMAND_SHOW, "unknown option '--warmup'", "--warmup", "3");
}

static void a_program_stands_behind_two_dashes(void **state) {
  (void)state;
  const char *const words[] = {"--rounds", "6", "--", "sort", "-n", "--rounds", NULL};
  assert_int_equal(parse(COMMAND_RUN, words), 0);
  assert_int_equal(options.word_count, 3);
  assert_string_equal(options.words[2], "--rounds");
  assert_string_equal(option_text(&options, OPTION_ROUNDS), "6");
  REFUSES(COMMAND_RUN, "write a program behind '--': nway run -- sort ...", "sort", "-n");
}

static void an_option_of_others_says_whose_it_is(void **state) {
  (void)state;
  REFUSES(COMMAND_SHOW, "--csv: only ab and gate take it", "--csv");
  REFUSES(COMMAND_AB, "--report: only run and gate take it", "a", "b", "--report");
  REFUSES(COMMAND_SHOW, "-c: only run, ab and expect take it", "-c", "x");
  REFUSES(COMMAND_COMPARE, "--base: only gate takes it", "--base=x");
}

static void words_are_counted(void **state) {
  (void)state;
  REFUSES(COMMAND_DOCTOR, "'something' is not an option; see 'nway doctor --help'", "something");
  REFUSES(COMMAND_SHOW, "unexpected argument 'c'; usage: nway show [RUN [RUN]] [options]", "a", "b", "c");
  REFUSES(COMMAND_IMPORT, "missing argument; usage: nway import FILE.json [options]", "--title", "a");
  assert_int_equal(PARSE(COMMAND_AB, "--help"), 0);
  assert_int_equal(PARSE(COMMAND_AB, "--rounds", "3", "a", "b"), 0);
}

static void values_are_checked(void **state) {
  (void)state;
  REFUSES(COMMAND_SELFTEST, "--sets: '0' is not a whole number from 1 to 100000", "--sets", "0");
  REFUSES(COMMAND_SELFTEST, "--sets: '1e3' is not", "--sets=1e3");
  REFUSES(COMMAND_SELFTEST, "--sets: '' is not", "--sets=");
  REFUSES(COMMAND_CELL, "--workers: '0' is outside 1 to", "measure", "--workers", "0");
  REFUSES(COMMAND_CELL, "--limit: '3' has no unit; write 3s for seconds, or ms, min, h", "measure", "--limit", "3");
  REFUSES(COMMAND_GATE, "--worth: '3' is not a share", "--worth", "3");
  REFUSES(COMMAND_HELP, "--format: unknown value 'jsn'; did you mean 'json'?", "--format", "jsn");
  REFUSES(COMMAND_HELP,
          "--format: unknown value 'xhtml'; expected text, json, man, man-config, man-samples, bash or zsh", "--format",
          "xhtml");
}

static void commands_are_found_by_program(void **state) {
  (void)state;
  assert_int_equal(command_find("ab", IN_NWAY, &fault), COMMAND_AB);
  assert_int_equal(command_find("ab", IN_REPORT, &fault), COMMAND_AB_REPORT);
  assert_int_equal(command_find("--help", IN_REPORT, &fault), COMMAND_HELP);
  assert_int_equal(command_find("-h", IN_NWAY, &fault), COMMAND_HELP);
  assert_int_equal(command_find("--version", IN_NWAY, &fault), COMMAND_VERSION);
  assert_int_equal(command_find("cell", IN_NWAY, &fault), COMMAND_CELL);
  assert_int_equal(command_find("run", IN_REPORT, &fault), COMMANDS);
  assert_int_equal(command_find("shwo", IN_NWAY, &fault), COMMANDS);
  assert_string_equal(fault.text, "unknown command 'shwo'; did you mean 'show'?");
  command_find("describ", IN_NWAY, &fault); /* never suggested */
  assert_string_equal(fault.text, "unknown command 'describ'; see 'nway help'");
  assert_int_equal(fault.code, EXIT_USAGE);
}

static void more_than_there_is_room_for_is_refused(void **state) {
  (void)state;
  const char *many[OPTIONS_GIVEN_MAX + 2];
  for (size_t i = 0; i < OPTIONS_GIVEN_MAX + 1; i++)
    many[i] = "--force";
  many[OPTIONS_GIVEN_MAX + 1] = NULL;
  refuses(COMMAND_RUN, many, "too many options; at most 256: leave some out");
  for (size_t i = 0; i < RUNS_MAX + 1; i++)
    many[i] = "run";
  many[RUNS_MAX + 1] = NULL;
  refuses(COMMAND_COMPARE, many, "too many arguments, from 'run' on; at most 64: leave some out");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_tables_are_whole),
      cmocka_unit_test(no_name_has_two_meanings),
      cmocka_unit_test(initial_values_are_values),
      cmocka_unit_test(every_parser_takes_its_options_and_no_other),
      cmocka_unit_test(help_lists_exactly_the_options_of_its_command),
      cmocka_unit_test(help_keeps_to_100_columns),
      cmocka_unit_test(the_list_of_commands_is_that_of_the_program),
      cmocka_unit_test(json_has_every_option_of_every_command),
      cmocka_unit_test(values_follow_or_are_joined),
      cmocka_unit_test(the_last_value_counts),
      cmocka_unit_test(what_is_not_given_has_its_initial_value),
      cmocka_unit_test(a_value_may_be_left_out_only_where_the_table_says_so),
      cmocka_unit_test(two_dashes_end_the_options),
      cmocka_unit_test(runs_belong_to_the_side_before_them),
      cmocka_unit_test(names_are_never_guessed),
      cmocka_unit_test(options_of_other_programs_are_met_with_ours),
      cmocka_unit_test(a_program_stands_behind_two_dashes),
      cmocka_unit_test(an_option_of_others_says_whose_it_is),
      cmocka_unit_test(words_are_counted),
      cmocka_unit_test(values_are_checked),
      cmocka_unit_test(commands_are_found_by_program),
      cmocka_unit_test(more_than_there_is_room_for_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

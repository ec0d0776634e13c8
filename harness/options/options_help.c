/* Writes the tables of commands and options as help for people and as JSON for programs. */
#include "base/words.h"
#include "options.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 100, LEFT_MOST = 28 };

/* ---- lines ---- */

/* Prints text from `column` on, wrapped at WIDTH columns; indents continuation lines by `indent`. */
static void put_wrapped(FILE *out, const char *text, int column, int indent) {
  bool first = true;
  while (*text) {
    int length = (int)strcspn(text, " ");
    if (!first && column + 1 + length > WIDTH) {
      fprintf(out, "\n%*s", indent, "");
      column = indent;
    } else if (!first) {
      fputc(' ', out), column++;
    }
    fprintf(out, "%.*s", length, text);
    column += length;
    text += length + (text[length] == ' ');
    first = false;
  }
  fputc('\n', out);
}

/* Prints a name and its meaning in two columns. */
static void put_row(FILE *out, const char *left, const char *right, int indent) {
  int used = fprintf(out, "%s", left);
  if (used + 2 > indent)
    fprintf(out, "\n"), used = 0;
  fprintf(out, "%*s", indent - used, "");
  put_wrapped(out, right, indent, indent);
}

static void put_exits(FILE *out, const char *exits) {
  int column = fprintf(out, "\nExit codes: ");
  put_wrapped(out, exits, column - 1, 0);
}

/* ---- one command ---- */

/* "  -c, --config FILE" */
static char *left_of(const struct option_row *row, char *out, size_t size) {
  char letter[8] = "    ";
  if (row->letter)
    snprintf(letter, sizeof letter, "-%c, ", row->letter);
  bool may_be_left_out = row->kind == OPTION_FOLDER_IF_ANY;
  snprintf(out, size, "  %s%s%s%s%s", letter, row->name,
           !row->value       ? ""
           : may_be_left_out ? "[="
                             : " ",
           row->value ? row->value : "", may_be_left_out ? "]" : "");
  return out;
}

static char *right_of(const struct option_row *row, char *out, size_t size) {
  const char *initial = option_default(row);
  snprintf(out, size, "%s", option_help_text(row));
  if (initial)
    append(out, size, " (%s)", initial);
  if (row->again)
    append(out, size, "; may be given again");
  if (row->alias)
    append(out, size, "; also %s", row->alias);
  return out;
}

static void put_options(enum command_id command, FILE *out) {
  char left[160], right[400];
  int indent = 0;
  for (enum option_id id = 0; id < OPTIONS; id++) {
    int length = (int)strlen(left_of(&option_table[id], left, sizeof left)) + 2;
    if (command_takes(command, id) && length > indent)
      indent = length < LEFT_MOST ? length : LEFT_MOST;
  }
  for (enum option_id id = 0; id < OPTIONS; id++)
    if (command_takes(command, id))
      put_row(out, left_of(&option_table[id], left, sizeof left), right_of(&option_table[id], right, sizeof right),
              indent);
}

static const char runs_named[] =
    "RUN is a folder, a name under the results, or @0 (the newest run), @1 (the one before) ...";

/* Prints the summary as a sentence, then the further explanation. */
static void put_about(const struct command *command, FILE *out) {
  fprintf(out, "%c%s.\n", command->summary[0] - 'a' + 'A', command->summary + 1);
  if (command->about)
    put_wrapped(out, command->about, 0, 0);
  if (command->takes_runs)
    put_wrapped(out, runs_named, 0, 0);
}

void options_help(enum command_id id, FILE *out) {
  const struct command *command = &command_table[id];
  fprintf(out, "usage: nway %s%s%s%s%s\n", command->name, command->takes_program ? " [options]" : "",
          command->usage ? " " : "", command->usage ? command->usage : "", command->takes_program ? "" : " [options]");
  if (command->or_usage)
    fprintf(out, "   or: nway %s %s [options]\n", command->name, command->or_usage);
  put_about(command, out);
  fputc('\n', out);
  put_options(id, out);
  put_exits(out, command->exits);
}

/* ---- all commands ---- */

static void put_commands(enum program program, FILE *out) {
  fputs("nway: run a kernel every way the machine can, and know how it scales\n\nusage: nway COMMAND [options]\n", out);
  for (enum command_id id = 0; id < COMMANDS; id++) {
    char left[40];
    const struct command *command = &command_table[id];
    snprintf(left, sizeof left, "  %s", command->name);
    if ((command->typed & program) && !command->hidden)
      put_row(out, left, command->summary, 14);
  }
  fputc('\n', out);
  put_wrapped(out, runs_named, 0, 0);
  put_exits(out,
            "0 fine, 1 a wrong answer, a failed cell, a slowdown or an expectation not met, 2 bad input, 3 nothing "
            "could be measured or decided, 128 + n ended by signal n");
  fputs("'nway COMMAND --help' lists the options of a command.\n", out);
}

/* ---- for programs ---- */

static json_t *option_json(const struct option_row *row) {
  static const char *const kinds[] = {
      [OPTION_FLAG] = "flag",
      [OPTION_TEXT] = "text",
      [OPTION_CHOICE] = "choice",
      [OPTION_FOLDER] = "folder",
      [OPTION_FOLDER_IF_ANY] = "folder",
      [OPTION_RUNS] = "runs",
      [OPTION_COUNT] = "count",
      [OPTION_WHOLE] = "count",
      [OPTION_DURATION] = "duration",
      [OPTION_SHARE] = "share",
  };
  char letter[2] = {row->letter, '\0'};
  return json_pack("{ss ss* ss* ss* ss sb sb ss* ss* ss}", "name", row->name, "alias", row->alias, "letter",
                   row->letter ? letter : NULL, "value", row->value, "kind", kinds[row->kind], "value_optional",
                   row->kind == OPTION_FOLDER_IF_ANY, "repeatable", row->again || row->kind == OPTION_RUNS, "setting",
                   row->setting, "default", option_default(row), "help", option_help_text(row));
}

static json_t *command_json(enum command_id id) {
  const struct command *command = &command_table[id];
  json_t *options = json_array();
  for (enum option_id option = 0; option < OPTIONS; option++)
    if (command_takes(id, option) && json_array_append_new(options, option_json(&option_table[option])) != 0) {
      json_decref(options);
      return NULL;
    }
  return json_pack("{ss ss sb ss* ss* ss ss* ss so}", "name", command->name, "program",
                   command->typed == IN_REPORT ? "nway-report" : "nway", "hidden", command->hidden, "arguments",
                   command->usage, "or_arguments", command->or_usage, "summary", command->summary, "about",
                   command->about, "exit_codes", command->exits, "options", options);
}

static int put_json(FILE *out, struct fault *fault) {
  json_t *all = json_array();
  int failed = all ? 0 : -1;
  for (enum command_id id = 0; id < COMMANDS && !failed; id++)
    failed = json_array_append_new(all, command_json(id));
  if (failed || json_dumpf(all, out, JSON_INDENT(2)) != 0 || fputc('\n', out) == EOF)
    failed = fault_set(fault, EXIT_UNDECIDED, "cannot write the tables of options");
  json_decref(all);
  return failed;
}

int options_overview(const struct options *options, enum program program, FILE *out, struct fault *fault) {
  static const struct {
    const char *format;
    void (*print)(FILE *out);
  } formats[] = {{"man", options_man},
                 {"man-config", options_man_config},
                 {"man-samples", options_man_samples},
                 {"bash", options_bash},
                 {"zsh", options_zsh}};
  const char *format = option_text(options, OPTION_FORMAT);
  if (strcmp(format, "json") == 0)
    return put_json(out, fault);
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (strcmp(format, formats[i].format) == 0)
      return formats[i].print(out), EXIT_FINE;
  put_commands(program, out);
  return EXIT_FINE;
}

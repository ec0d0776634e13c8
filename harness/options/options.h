/* The command line of both programs: one table of commands, one of options, and the parser that reads them. */
#ifndef NWAY_OPTIONS_H
#define NWAY_OPTIONS_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum command_id {
#define COMMAND(id, ...) COMMAND_##id,
#include "commands.def"
#undef COMMAND
  COMMANDS
};

enum option_id {
#define OPTION(id, ...) OPTION_##id,
#include "options.def"
#undef OPTION
  OPTIONS
};

/* Where a command can be typed. */
enum program { IN_NWAY = 1, IN_REPORT = 2, IN_BOTH = IN_NWAY | IN_REPORT };

#define RUNS_MAX 64          /* runs that one command reads */
#define OPTIONS_WORDS_MAX 64 /* arguments of a command line that are not options */
#define OPTIONS_GIVEN_MAX 256

struct command {
  const char *name;
  enum program typed;
  bool hidden;                  /* for nway's own processes: neither listed nor suggested */
  bool takes_runs;              /* its arguments name runs */
  bool takes_program;           /* its arguments are a program with arguments of its own, behind "--" */
  const char *usage, *or_usage; /* its arguments as help shows them; NULL: no arguments, no second form */
  size_t least, most;           /* bounds of the number of arguments */
  const char *summary;          /* one line that starts with a verb */
  const char *about;            /* further explanation, or NULL */
  const char *exits;            /* its exit codes */
};

/* The kind of value that an option takes. */
enum option_kind {
  OPTION_FLAG,          /* nothing */
  OPTION_TEXT,          /* any text; its user checks it */
  OPTION_CHOICE,        /* one of the words of its placeholder: "text|json" */
  OPTION_FOLDER,        /* a name of at least one character */
  OPTION_FOLDER_IF_ANY, /* an optional folder, written --name=VALUE */
  OPTION_RUNS,          /* all words up to the next such option */
  OPTION_COUNT,         /* parse_count, from low to high */
  OPTION_WHOLE,         /* digits, from low to high */
  OPTION_DURATION,      /* parse_duration */
  OPTION_SHARE,         /* parse_share */
};

struct option_row {
  const char *name; /* "--name" */
  const char *alias;
  char letter;       /* '\0': none */
  const char *value; /* placeholder of its value; NULL: a flag */
  enum option_kind kind;
  uint32_t commands;   /* bits 1 << enum command_id: who takes it */
  bool again;          /* may be repeated: every value counts; otherwise the last one wins */
  const char *setting; /* the setting of [run] that it overrides, which explains it; NULL: none */
  const char *param;   /* the parameter of programs that it sets; NULL: none */
  int64_t low, high;
  const char *initial; /* default value; NULL: none */
  const char *help;    /* NULL: the meaning of its setting */
};

extern const struct command command_table[COMMANDS];
extern const struct option_row option_table[OPTIONS];

/* Returns true if the command takes the option. */
bool command_takes(enum command_id command, enum option_id option);

/* Returns the option that overrides this setting of [run] or sets this parameter of programs, or NULL. */
const struct option_row *option_of_setting(const char *name);

/* A command line as parsed. Texts point into argv. */
struct options {
  enum command_id command;
  const char *words[OPTIONS_WORDS_MAX];
  size_t word_count;
  struct given {
    enum option_id option;
    const char *text;         /* NULL: a flag, or an omitted optional value */
  } given[OPTIONS_GIVEN_MAX]; /* in the order of argv */
  size_t given_count;
};

/* Returns the command called `name` in `program`; "--help", "-h" and "--version" are commands too. For an unknown name
 * returns COMMANDS and a fault that suggests the nearest one. */
enum command_id command_find(const char *name, enum program program, struct fault *fault);

/* Parses argv, which starts after the command's name. Option names must be complete; "--" ends the options. Checks
 * values of numeric kinds. Refuses options of other commands, too many arguments and, unless --help is given, too few.
 * Returns 0, or -1 and a fault (EXIT_USAGE). */
int options_parse(struct options *options, enum command_id command, int argc, char *const *argv, struct fault *fault);

bool option_given(const struct options *options, enum option_id option);
/* Returns the last value given, or the default, or NULL. */
const char *option_text(const struct options *options, enum option_id option);
/* Returns the value as a number (a DURATION in ns), or 0 if there is no value. */
int64_t option_number(const struct options *options, enum option_id option);
/* Returns the value as a share: 0.03 for "3%". */
double option_share(const struct options *options, enum option_id option);
/* Copies all values to `out` in the order given. Returns their number, or -1 and a fault if there are more than `most`.
 */
int option_texts(const struct options *options, enum option_id option, const char **out, size_t most,
                 struct fault *fault);

/* ---- help ---- */

/* Returns what help says of an option, and the default that it shows, or NULL. Both come from the option's setting if
 * the table of options has none. */
const char *option_help_text(const struct option_row *row);
const char *option_default(const struct option_row *row);

/* Print man pages, in the roff language of man(7): nway(1) from the tables of commands and options, nway-config(5) from
 * settings.def and the options that set a parameter of programs, nway-samples(5) from columns.def, plan.def and
 * states.def. */
void options_man(FILE *out);
void options_man_config(FILE *out);
void options_man_samples(FILE *out);
/* Print completions for bash and zsh from the tables of commands and options. */
void options_bash(FILE *out);
void options_zsh(FILE *out);

/* Prints the output of `nway COMMAND --help`: usage, explanation, options, exit codes. */
void options_help(enum command_id command, FILE *out);
/* Prints the output of `nway help`: the commands of `program`, or with --format json both tables, for man pages and
 * completions. Returns EXIT_FINE, or -1 and a fault. */
int options_overview(const struct options *options, enum program program, FILE *out, struct fault *fault);

#endif

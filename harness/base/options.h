/* The command line of both programs: one table of commands, one of options, and the parser that reads them. */
#ifndef NWAY_OPTIONS_H
#define NWAY_OPTIONS_H

#include "fault.h"

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

#define RUNS_MAX 16          /* runs that one command reads */
#define OPTIONS_WORDS_MAX 64 /* words of a command line that belong to no option */
#define OPTIONS_GIVEN_MAX 256

struct command {
  const char *name;
  enum program typed;
  bool hidden;                  /* for nway itself: not in the list, never suggested */
  bool takes_runs;              /* its words name runs */
  const char *usage, *or_usage; /* its words, as help writes them; NULL: none, no other way */
  size_t least, most;           /* how many words */
  const char *summary;          /* one line, a verb first */
  const char *about;            /* more of it, or NULL */
  const char *exits;            /* its exit codes */
};

/* What stands after an option. */
enum option_kind {
  OPTION_FLAG,          /* nothing */
  OPTION_TEXT,          /* anything; who uses it checks it */
  OPTION_CHOICE,        /* one of the words of its placeholder: "text|json" */
  OPTION_FOLDER,        /* a name that is not empty */
  OPTION_FOLDER_IF_ANY, /* the same, only as --name=VALUE; may be left out */
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
  uint32_t commands;   /* bit 1 << enum command_id */
  bool again;          /* every value counts; else the last one */
  const char *setting; /* of [run], which it replaces; NULL: none */
  int64_t low, high;
  const char *initial; /* its value where it is not given; NULL: none */
  const char *help;
};

extern const struct command command_table[COMMANDS];
extern const struct option_row option_table[OPTIONS];

/* Whether the command takes the option. */
bool command_takes(enum command_id command, enum option_id option);

/* A command line as parsed. Texts point into argv. */
struct options {
  enum command_id command;
  const char *words[OPTIONS_WORDS_MAX];
  size_t word_count;
  struct given {
    enum option_id option;
    const char *text;         /* NULL: a flag, or no value where it may be left out */
  } given[OPTIONS_GIVEN_MAX]; /* in the order of argv */
  size_t given_count;
};

/* The command called `name` that can be typed in `program`; "--help", "-h" and "--version" are commands too. COMMANDS
 * and a fault that names the nearest one where there is none. */
enum command_id command_find(const char *name, enum program program, struct fault *fault);

/* Reads argv, which begins behind the command's name. Names are taken as written, never guessed; "--" ends the options.
 * Values of a numeric kind are checked. Refuses an option of another command, too many words, and, but for --help, too
 * few. Returns 0, or -1 and a fault (EXIT_USAGE). */
int options_parse(struct options *options, enum command_id command, int argc, char *const *argv, struct fault *fault);

bool option_given(const struct options *options, enum option_id option);
/* The last value, else the initial one, else NULL. */
const char *option_text(const struct options *options, enum option_id option);
/* The same as a number: of COUNT and WHOLE, ns of DURATION; 0 where there is none. */
int64_t option_number(const struct options *options, enum option_id option);
/* The same as a share: 0.03 of "3%". */
double option_share(const struct options *options, enum option_id option);
/* All values into `out`, in their order. Returns how many, or -1 and a fault if there are more than `most`. */
int option_texts(const struct options *options, enum option_id option, const char **out, size_t most,
                 struct fault *fault);

/* ---- help ---- */

/* What `nway COMMAND --help` prints: usage, words, options, exit codes. */
void options_help(enum command_id command, FILE *out);
/* What `nway help` prints: the commands that can be typed in `program`, or with --format json both tables, for man
 * pages and completions. Returns EXIT_FINE, or -1 and a fault. */
int options_overview(const struct options *options, enum program program, FILE *out, struct fault *fault);

#endif

/* Parses a command line with the tables of commands and options. */
#include "options.h"

#include "base/words.h"
#include "settings.h"

#include <string.h>

enum { COUNT_MAX = 1000000000 };

/* Bits of the commands, as options.def writes them: RUN | AB. */
enum takers {
#define COMMAND(id, ...) id = 1 << COMMAND_##id,
#include "commands.def"
#undef COMMAND
  EVERY = (1 << COMMANDS) - 1
};

static const char config_help[] = "what to measure (configs/default.conf): a file, or a ready one:"
#define READY(name, what) " " #name
#include "manual.def"
    ;

const char *const ready_names[READY_COUNT] = {
#define READY(name, what) #name,
#include "manual.def"
};

const struct command command_table[COMMANDS] = {
#define COMMAND(id, ...) [COMMAND_##id] = {__VA_ARGS__},
#include "commands.def"
#undef COMMAND
};

const struct option_row option_table[OPTIONS] = {
#define OPTION(id, takers, ...) [OPTION_##id] = {.commands = (takers), __VA_ARGS__},
#include "options.def"
#undef OPTION
};

bool command_takes(enum command_id command, enum option_id option) {
  return option_table[option].commands >> command & 1;
}

const char *option_help_text(const struct option_row *row) {
  return row->help ? row->help : setting_find(row->setting)->meaning;
}

const char *option_default(const struct option_row *row) {
  const struct setting_row *setting = row->help || !row->setting ? NULL : setting_find(row->setting);
  return setting ? setting->initial : row->initial;
}

static bool is_for(const char *of, const char *name) { return of && strcmp(of, name) == 0; }

const struct option_row *option_of_setting(const char *name) {
  for (enum option_id id = 0; id < OPTIONS; id++)
    if (is_for(option_table[id].setting, name) || is_for(option_table[id].param, name))
      return &option_table[id];
  return NULL;
}

/* ---- commands ---- */

static bool can_be_typed(enum command_id command, enum program program) {
  return (command_table[command].typed & program) != 0;
}

enum command_id command_find(const char *name, enum program program, struct fault *fault) {
  const char *names[COMMANDS];
  size_t count = 0;
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "--version") == 0)
    name = strcmp(name, "--version") == 0 ? "version" : "help";
  for (enum command_id id = 0; id < COMMANDS; id++) {
    if (can_be_typed(id, program) && strcmp(name, command_table[id].name) == 0)
      return id;
    if (can_be_typed(id, program) && !command_table[id].hidden)
      names[count++] = command_table[id].name;
  }
  unknown_word(fault, "command", name, names, count, "see 'nway help'");
  return COMMANDS;
}

/* ---- finding an option ---- */

/* An option as typed, split at '='. */
struct typed {
  const char *whole;
  char name[80];     /* up to '=' */
  const char *value; /* behind '=', or NULL */
};

static struct typed take_apart(const char *word) {
  const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
  struct typed typed = {.whole = word, .value = equals ? equals + 1 : NULL};
  snprintf(typed.name, sizeof typed.name, "%.*s", equals ? (int)(equals - word) : (int)sizeof typed.name, word);
  return typed;
}

/* Matches the option's name, alias or letter; "-cFILE" means "-c FILE". */
static bool is_called(const struct option_row *row, struct typed *typed) {
  if (strcmp(typed->name, row->name) == 0 || (row->alias && strcmp(typed->name, row->alias) == 0))
    return true;
  const char *word = typed->whole;
  if (!row->letter || word[0] != '-' || word[1] != row->letter || (word[2] && row->kind == OPTION_FLAG))
    return false;
  if (word[2])
    typed->value = word + 2;
  return true;
}

static enum option_id find_option(enum command_id command, struct typed *typed) {
  enum option_id id = 0;
  while (id < OPTIONS && !(command_takes(command, id) && is_called(&option_table[id], typed)))
    id++;
  return id;
}

/* Lists the visible commands that take the option, for a message. */
static size_t find_takers(struct typed *typed, const char *names[COMMANDS]) {
  size_t count = 0;
  for (enum command_id command = 0; command < COMMANDS; command++)
    if (can_be_typed(command, IN_NWAY) && !command_table[command].hidden && find_option(command, typed) != OPTIONS)
      names[count++] = command_table[command].name;
  return count;
}

/* True if `foreign`, a name or the beginning of several that ends with '-' or '_', stands for `name`. */
static int is_foreign(const char *foreign, void *name) {
  size_t length = strlen(foreign);
  bool beginning = strchr("-_", foreign[length - 1]) != NULL;
  return beginning ? strncmp(name, foreign, length) == 0 : strcmp(name, foreign) == 0;
}

/* What serves the purpose of another benchmark program's option here, or NULL. */
static const char *foreign_answer(char *name) {
  static const struct {
    const char *names, *answer;
  } rows[] = {
#define FOREIGN(names, answer) {names, answer},
#include "foreign.def"
#undef FOREIGN
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (each_part(rows[i].names, ' ', is_foreign, name))
      return rows[i].answer;
  return NULL;
}

/* The same for what was typed: "-j4" is "-j 4". */
static const char *foreign_answer_of(struct typed *typed) {
  const char *answer = foreign_answer(typed->name);
  char letter[3] = "";
  if (answer || typed->whole[0] != '-' || typed->whole[1] == '-')
    return answer;
  snprintf(letter, sizeof letter, "%.2s", typed->whole);
  return foreign_answer(letter);
}

static int unknown_option(enum command_id command, struct typed *typed, struct fault *fault) {
  const char *names[COMMANDS > 2 * OPTIONS ? COMMANDS : 2 * OPTIONS];
  char shown[80], see[80], takers[200];
  size_t count = find_takers(typed, names);
  const char *answer = command == COMMAND_RUN || command == COMMAND_AB ? foreign_answer_of(typed) : NULL;
  printable(typed->name, shown, sizeof shown);
  if (answer)
    return fault_set(fault, EXIT_USAGE, "no option '%s' here: %s", shown, answer);
  if (count > 0)
    return fault_set(fault, EXIT_USAGE, "%s: only %s take%s it", shown,
                     list_words(takers, sizeof takers, names, count, "and"), count == 1 ? "s" : "");
  for (enum option_id id = 0; id < OPTIONS; id++) {
    if (command_takes(command, id))
      names[count++] = option_table[id].name;
    if (command_takes(command, id) && option_table[id].alias)
      names[count++] = option_table[id].alias;
  }
  snprintf(see, sizeof see, "see 'nway %s --help'", command_table[command].name);
  return unknown_word(fault, "option", typed->name, names, count, see);
}

/* ---- values ---- */

static int in_range(const struct option_row *row, int64_t number, const char *text, struct fault *fault) {
  char shown[80];
  if (number >= row->low && number <= row->high)
    return 0;
  return fault_set(fault, EXIT_USAGE, "'%s' is outside %lld to %lld", printable(text, shown, sizeof shown),
                   (long long)row->low, (long long)row->high);
}

struct choice {
  const char *text;
  char words[8][32];
  const char *list[8];
  size_t count;
};

static int add_choice(const char *word, void *with) {
  struct choice *choice = with;
  snprintf(choice->words[choice->count], sizeof choice->words[0], "%s", word);
  choice->list[choice->count] = choice->words[choice->count];
  return strcmp(choice->text, choice->list[choice->count++]) == 0 || choice->count == 8;
}

static int check_choice(const struct option_row *row, const char *text, struct fault *fault) {
  struct choice choice = {.text = text};
  if (each_part(row->value, '|', add_choice, &choice) != 0)
    return 0;
  return unknown_word(fault, "value", text, choice.list, choice.count, NULL);
}

/* Parses and checks the value. Stores a SHARE in `share`, other numeric kinds in `number`. */
static int read_value(const struct option_row *row, const char *text, int64_t *number, double *share,
                      struct fault *fault) {
  char shown[80];
  switch (row->kind) {
  case OPTION_WHOLE:
    if (text[strspn(text, "0123456789")] != '\0' || parse_count(text, number, fault) != 0 || *number < row->low ||
        *number > row->high)
      return fault_set(fault, EXIT_USAGE, "'%s' is not a whole number from %lld to %lld",
                       printable(text, shown, sizeof shown), (long long)row->low, (long long)row->high);
    return 0;
  case OPTION_COUNT:
    return parse_count(text, number, fault) != 0 ? -1 : in_range(row, *number, text, fault);
  case OPTION_DURATION:
    return parse_duration(text, number, fault);
  case OPTION_SHARE:
    return parse_share(text, share, fault);
  case OPTION_CHOICE:
    return check_choice(row, text, fault);
  case OPTION_FOLDER:
  case OPTION_FOLDER_IF_ANY: /* "" usually comes from an unset shell variable; do not read it as '/' or as the latest
                                run */
    return *text ? 0 : fault_set(fault, EXIT_USAGE, "the folder's name is empty; name a folder or omit the option");
  default:
    return 0;
  }
}

static int add_given(struct options *options, enum option_id id, const char *text, struct fault *fault) {
  int64_t number;
  double share;
  if (options->given_count == OPTIONS_GIVEN_MAX)
    return fault_set(fault, EXIT_USAGE, "too many options; at most %d: leave some out", OPTIONS_GIVEN_MAX);
  if (text && read_value(&option_table[id], text, &number, &share, fault) != 0)
    return fault_at(fault, "%s", option_table[id].name);
  options->given[options->given_count++] = (struct given){id, text};
  return 0;
}

static int no_value(const struct option_row *row, struct fault *fault) {
  bool unusual = row->kind == OPTION_SHARE || row->kind == OPTION_DURATION; /* the notation needs an example */
  fault_set(fault, EXIT_USAGE, "%s needs a value; write %s %s", row->name, row->name, row->value);
  if (unusual && row->initial)
    append(fault->text, sizeof fault->text, ", such as %s %s", row->name, row->initial);
  return -1;
}

/* ---- parsing ---- */

static void usage_of(const struct command *command, char *out, size_t size) {
  const char *usage = command->usage ? command->usage : "", *gap = command->usage ? " " : "";
  if (command->takes_program)
    snprintf(out, size, "nway %s [options]%s%s", command->name, gap, usage);
  else
    snprintf(out, size, "nway %s%s%s [options]", command->name, gap, usage);
}

static int add_word(struct options *options, const char *word, bool behind, struct fault *fault) {
  const struct command *command = &command_table[options->command];
  char shown[80], usage[200];
  if (command->takes_program && !behind)
    return fault_set(fault, EXIT_USAGE, "'%s' is not an option; write a program behind '--': nway %s -- %s ...",
                     printable(word, shown, sizeof shown), command->name, shown);
  if (options->word_count < command->most) {
    options->words[options->word_count++] = word;
    return 0;
  }
  printable(word, shown, sizeof shown);
  if (command->most >= OPTIONS_WORDS_MAX && command->takes_program)
    return fault_set(fault, EXIT_USAGE, "too many arguments, from '%s' on; at most %d: write a script", shown,
                     (int)command->most);
  if (command->most >= OPTIONS_WORDS_MAX)
    return fault_set(fault, EXIT_USAGE, "too many arguments, from '%s' on; at most %d: leave some out", shown,
                     (int)command->most);
  if (command->most == 0)
    return fault_set(fault, EXIT_USAGE, "'%s' is not an option; see 'nway %s --help'", shown, command->name);
  usage_of(command, usage, sizeof usage);
  return fault_set(fault, EXIT_USAGE, "unexpected argument '%s'; usage: %s", shown, usage);
}

/* Takes the option at argv[0] with its value. Returns the number of words consumed, or -1. */
static int take_option(struct options *options, char *const *argv, bool last, enum option_id *under,
                       struct fault *fault) {
  struct typed typed = take_apart(argv[0]);
  enum option_id id = find_option(options->command, &typed);
  if (id == OPTIONS)
    return unknown_option(options->command, &typed, fault);
  const struct option_row *row = &option_table[id];
  bool next = !typed.value && row->kind != OPTION_FLAG && row->kind != OPTION_FOLDER_IF_ANY && row->kind != OPTION_RUNS;
  if (typed.value && row->kind == OPTION_FLAG)
    return fault_set(fault, EXIT_USAGE, "%s takes no value; write %s alone", row->name, row->name);
  if (next && last)
    return no_value(row, fault);
  if (row->kind == OPTION_RUNS)
    *under = id;
  if (row->kind == OPTION_RUNS && !typed.value)
    return 1;
  return add_given(options, id, next ? argv[1] : typed.value, fault) != 0 ? -1 : 1 + next;
}

int options_parse(struct options *options, enum command_id command, int argc, char *const *argv, struct fault *fault) {
  enum option_id under = OPTIONS; /* the OPTION_RUNS that the following words belong to */
  bool words_only = false;
  size_t words_before = 0;
  *options = (struct options){.command = command};
  for (int i = 0, taken; i < argc; i += taken) {
    bool word = words_only || argv[i][0] != '-' || argv[i][1] == '\0';
    taken = 1;
    if (word && under != OPTIONS)
      taken = add_given(options, under, argv[i], fault) != 0 ? -1 : 1;
    else if (word)
      taken = add_word(options, argv[i], words_only, fault) != 0 ? -1 : 1;
    else if (strcmp(argv[i], "--") == 0)
      words_only = true, words_before = options->word_count;
    else
      taken = take_option(options, argv + i, i + 1 == argc, &under, fault);
    if (taken < 0)
      return -1;
  }
  char usage[200];
  usage_of(&command_table[command], usage, sizeof usage);
  if (words_only && options->word_count == words_before && !option_given(options, OPTION_HELP))
    return fault_set(fault, EXIT_USAGE, "nothing stands behind '--'; usage: %s", usage);
  if (options->word_count < command_table[command].least && !option_given(options, OPTION_HELP))
    return fault_set(fault, EXIT_USAGE, "missing argument; usage: %s", usage);
  return 0;
}

/* ---- reading ---- */

static const struct given *last_given(const struct options *options, enum option_id option) {
  for (size_t i = options->given_count; i-- > 0;)
    if (options->given[i].option == option)
      return &options->given[i];
  return NULL;
}

bool option_given(const struct options *options, enum option_id option) { return last_given(options, option) != NULL; }

const char *option_text(const struct options *options, enum option_id option) {
  const struct given *given = last_given(options, option);
  return given ? given->text : option_table[option].initial;
}

int64_t option_number(const struct options *options, enum option_id option) {
  const char *text = option_text(options, option);
  int64_t number = 0;
  double share;
  struct fault ignored;
  if (text)
    read_value(&option_table[option], text, &number, &share, &ignored);
  return number;
}

double option_share(const struct options *options, enum option_id option) {
  const char *text = option_text(options, option);
  int64_t number;
  double share = 0;
  struct fault ignored;
  if (text)
    read_value(&option_table[option], text, &number, &share, &ignored);
  return share;
}

int option_texts(const struct options *options, enum option_id option, const char **out, size_t most,
                 struct fault *fault) {
  size_t count = 0;
  for (size_t i = 0; i < options->given_count; i++)
    if (options->given[i].option == option) {
      if (count == most)
        return fault_set(fault, EXIT_USAGE, "%s: more than %zu values; remove some", option_table[option].name, most);
      out[count++] = options->given[i].text;
    }
  return (int)count;
}

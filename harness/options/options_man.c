/* Writes the man pages from the tables of commands, options, settings, columns and states. */
#include "options.h"
#include "settings.h"

#include <string.h>

/* ---- roff ---- */

/* Prints text, with what roff would take for an instruction made plain; a list of choices may break behind each '|'. */
static void put(FILE *out, const char *text) {
  if (*text == '.' || *text == '\'')
    fputs("\\&", out);
  for (; *text; text++)
    fputs(*text == '\\' ? "\\e" : *text == '-' ? "\\-" : *text == '|' ? "|\\:" : (const char[]){*text, '\0'}, out);
}

static void put_bold(FILE *out, const char *text) {
  fputs("\\fB", out);
  put(out, text);
  fputs("\\fR", out);
}

static void put_italic(FILE *out, const char *text) {
  fputs("\\fI", out);
  put(out, text);
  fputs("\\fR", out);
}

/* A line of text of its own. */
static void put_line(FILE *out, const char *text) {
  put(out, text);
  fputc('\n', out);
}

/* The head of an entry: a word, and what stands behind it in brackets; NULL or "": nothing. */
static void put_head(FILE *out, const char *word, const char *bracket) {
  fputs(".TP\n", out);
  put_bold(out, word);
  if (bracket && *bracket) {
    fputs(" (", out);
    put(out, bracket);
    fputc(')', out);
  }
  fputc('\n', out);
}

static void put_entry(FILE *out, const char *word, const char *bracket, const char *meaning) {
  put_head(out, word, bracket);
  put_line(out, meaning);
}

static const char dated[] = "2026-11-29"; /* when the words of these pages were last gone over */

static void put_title(FILE *out, const char *name, const char *chapter, const char *summary) {
  fprintf(out,
          ".\\\" Generated from the tables of nway by 'nway help --format'.\n.TH \"%s\" %s \"%s\" \"nway\" \"nway\"\n",
          name, chapter, dated);
  fputs(".nh\n.ad l\n.SH NAME\n", out);
  put(out, name);
  fputs(" \\- ", out);
  put_line(out, summary);
}

/* ---- nway(1) ---- */

static void put_default(FILE *out, const char *initial) {
  if (!initial)
    return;
  fputs(" (default ", out);
  put(out, initial);
  fputc(')', out);
}

static void put_option(FILE *out, const struct option_row *row) {
  fputs(".TP\n", out);
  if (row->letter) {
    put_bold(out, (const char[]){'-', row->letter, '\0'});
    fputs(", ", out);
  }
  put_bold(out, row->name);
  if (row->alias) {
    fputs(", ", out);
    put_bold(out, row->alias);
  }
  bool optional = row->kind == OPTION_FOLDER_IF_ANY;
  if (row->value) {
    fputs(optional ? "[=" : " ", out);
    put_italic(out, row->value);
    fputs(optional ? "]" : "", out);
  }
  fputc('\n', out);
  put(out, option_help_text(row));
  put_default(out, option_default(row));
  fputs(row->again ? "; may be given again.\n" : ".\n", out);
}

static void put_usage(FILE *out, const struct command *command, const char *usage) {
  put_bold(out, "nway ");
  put_bold(out, command->name);
  if (usage && !command->takes_program) {
    fputc(' ', out);
    put_italic(out, usage);
  }
  fputs(" [", out);
  put_italic(out, "options");
  fputc(']', out);
  if (usage && command->takes_program) {
    fputc(' ', out);
    put_italic(out, usage);
  }
  fputc('\n', out);
}

static void put_command(FILE *out, enum command_id id) {
  const struct command *command = &command_table[id];
  fprintf(out, ".SS nway %s\n", command->name);
  put_usage(out, command, command->usage);
  if (command->or_usage) {
    fputs(".br\n", out);
    put_usage(out, command, command->or_usage);
  }
  fputs(".PP\n", out);
  fputc(command->summary[0] - 'a' + 'A', out);
  put(out, command->summary + 1);
  fputs(".\n", out);
  if (command->about)
    put_line(out, command->about);
  for (enum option_id option = 0; option < OPTIONS; option++)
    if (command_takes(id, option) && option != OPTION_HELP)
      put_option(out, &option_table[option]);
  fputs(".PP\nExit codes: ", out);
  put(out, command->exits);
  fputs(".\n", out);
}

static bool is_shown(const struct command *command) { return !command->hidden && (command->typed & IN_NWAY); }

void options_man(FILE *out) {
  put_title(out, "nway", "1", "run a kernel or a program every way the machine can, and know how it scales");
  fputs(".SH SYNOPSIS\n", out);
  put_bold(out, "nway");
  fputc(' ', out);
  put_italic(out, "COMMAND");
  fputs(" [", out);
  put_italic(out, "options");
  fputs("]\n.SH DESCRIPTION\n", out);
  put_line(out, "nway measures how code scales over cores: a kernel, written once, under every way to run it, or a "
                "program that is told its number of workers. Each answer is checked, each cell of the experiment runs "
                "in fresh processes, next to its baseline, in random order. A run is a folder of plain files.");
  fputs(".PP\n", out);
  put_line(out,
           "Where a command takes a RUN, it is a folder, a name under the results, or @0 (the newest run), @1 (the "
           "one before) and so on. Every command takes --help.");
  fputs(".SH COMMANDS\n", out);
  for (enum command_id id = 0; id < COMMANDS; id++)
    if (is_shown(&command_table[id]))
      put_command(out, id);
  fputs(".SH EXIT STATUS\n", out);
  put_line(out, "0 fine, 1 a wrong answer, a failed cell, a slowdown or an expectation not met, 2 bad input, 3 nothing "
                "could be measured or decided, 128 + n ended by signal n.");
  fputs(".SH FILES\n", out);
  put_entry(out, "results/", NULL, "the runs, a folder each; results/latest is a link to the newest.");
  put_entry(out, "configs/default.conf", NULL,
            "the default configuration, of this folder or of the installation (share/nway/configs).");
  fputs(".SH READY CONFIGURATIONS\nnway run \\-c NAME measures one of these from any folder.\n", out);
#define READY(name, what) put_entry(out, #name, NULL, what);
#include "manual.def"
  fputs(".SH ENVIRONMENT\n", out);
#define ENVIRONMENT(name, meaning) put_entry(out, name, NULL, meaning);
#include "manual.def"
  fputs(".SH EXAMPLES\n", out);
#define EXAMPLE(line, what) put_entry(out, line, NULL, what);
#include "manual.def"
  fputs(".SH SEE ALSO\n.BR nway-config (5),\n.BR nway-samples (5)\n", out);
}

/* ---- nway-config(5) ---- */

static void put_settings(FILE *out, enum setting_place where) {
  for (const struct setting_row *row = setting_table; row < setting_table + SETTINGS; row++)
    if (row->where & where) {
      put_head(out, row->name, NULL);
      put(out, row->meaning);
      put_default(out, row->initial);
      fputs(".\n", out);
    }
}

void options_man_config(FILE *out) {
  put_title(out, "nway-config", "5", "configuration of nway run: what is measured");
  fputs(".SH DESCRIPTION\n", out);
  put_line(out,
           "A configuration is a text of sections. A line is NAME = VALUE; a semicolon behind a blank begins a "
           "comment. A comma separates alternatives, of which every combination is measured; a plus joins the "
           "numbers of one list. Counts may be written 10k, 5M, 2G, 1e6 or 2^20; a range 2^10..2^20 doubles, 1k..1M:10 "
           "goes by tens.");
  fputs(".SH THE SECTION [run]\n", out);
  put_settings(out, IN_RUN);
  fputs(".SH SECTIONS [problem NAME]\n", out);
  put_line(out,
           "Each is a problem, or several. It also takes the parameters of its kernel, which 'nway list' shows, and "
           "overrides these settings of [run]:");
  put_settings(out, IN_PROBLEM);
  fputs(".SS Parameters of programs\n", out);
  for (enum option_id id = 0; id < OPTIONS; id++) {
    const struct option_row *row = &option_table[id];
    if (row->param || row->part)
      put_entry(out, row->param ? row->param : row->name + strlen("--"), row->name, option_help_text(row));
  }
  fputs(".SS Placeholders in commands\n", out);
#define PLACEHOLDER(word, meaning) put_entry(out, word, NULL, meaning);
#include "manual.def"
  fputs(".SH OTHER SECTIONS\n", out);
  put_entry(out, "[define]", NULL,
            "NAME = TEXT; ${NAME} in any other value is replaced by TEXT; --define NAME=TEXT overrides it.");
  put_entry(out, "[quick]", NULL, "definitions that hold for nway run --quick.");
  put_entry(out, "[choose NAME]", NULL,
            "gives a name of [define] the first of the alternatives in 'try' whose 'test' succeeds.");
  put_entry(out, "[expect]", NULL,
            "lines such as 'PROBLEM VARIANT workers=2 speedup>=1.5', which the run must meet: see nway expect.");
  fputs(".SH SEE ALSO\n.BR nway (1),\n.BR nway-samples (5)\n", out);
}

/* ---- nway-samples(5) ---- */

static void put_columns(FILE *out) {
  static const struct {
    const char *name, *type, *unit, *meaning;
  } rows[] = {
#define COLUMN(name, type, unit, meaning) {#name, #type, unit, meaning},
#include "base/columns.def"
#undef COLUMN
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    put_entry(out, rows[i].name, *rows[i].unit ? rows[i].unit : rows[i].type[0] == 'T' ? "text" : "", rows[i].meaning);
}

static void put_plan(FILE *out) {
#define PLAN_COLUMN(name, type, meaning) put_entry(out, #name, NULL, meaning);
#include "base/plan.def"
#undef PLAN_COLUMN
}

static void put_states(FILE *out) {
  fputs(".SS status\n", out);
#define STATUS(NAME, word, meaning) put_entry(out, word, NULL, meaning);
#include "base/states.def"
  fputs(".SS phase\n", out);
#define PHASE(NAME, word, meaning) put_entry(out, word, NULL, meaning);
#include "base/states.def"
  fputs(".SS trust\n", out);
#define TRUST(NAME, word, disturbs, meaning) put_entry(out, word, NULL, meaning);
#include "base/states.def"
  fputs(".SS state, in plan.csv\n", out);
#define CELL_STATE(NAME, word, meaning) put_entry(out, word, NULL, meaning);
#include "base/states.def"
  fputs(".SS scale\n", out);
#define SCALE(NAME, word, meaning) put_entry(out, word, NULL, meaning);
#include "base/states.def"
}

void options_man_samples(FILE *out) {
  put_title(out, "nway-samples", "5", "samples.csv and plan.csv, the rows of a run of nway");
  fputs(".SH DESCRIPTION\n", out);
  put_line(out,
           "samples.csv holds a row for each sample, written at once, and never a mean. plan.csv holds a row for each "
           "cell. Both are UTF-8 with LF, a comma between fields, a point in decimals; fields are quoted as in "
           "RFC 4180. An empty field means unknown or not applicable. Readers find columns by name: new ones may be "
           "added.");
  fputs(".SH COLUMNS OF samples.csv\n", out);
  put_columns(out);
  fputs(".SH COLUMNS OF plan.csv\n", out);
  put_plan(out);
  fputs(".SH WORDS IN COLUMNS\n", out);
  put_states(out);
  fputs(".SH SEE ALSO\n.BR nway (1),\n.BR nway-config (5)\n", out);
}

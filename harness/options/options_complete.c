/* Writes completions for bash and zsh from the tables of commands and options. */
#include "options.h"

#include <string.h>

static bool is_shown(enum command_id id) { return !command_table[id].hidden && (command_table[id].typed & IN_NWAY); }

static bool is_folder(const struct option_row *row) {
  return row->kind == OPTION_FOLDER || row->kind == OPTION_FOLDER_IF_ANY;
}

/* True if the value is a file, as its placeholder says. */
static bool is_file(const struct option_row *row) { return row->value && strncmp(row->value, "FILE", 4) == 0; }

/* True if the value is one of a few words, as its placeholder says: yes|no, but not nway|RE. */
static bool is_choice(const struct option_row *row) {
  return row->kind == OPTION_CHOICE ||
         (row->value && strchr(row->value, '|') && !row->value[strcspn(row->value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]);
}

/* True if nothing is known of the value. */
static bool is_free(const struct option_row *row) {
  return row->value && !row->names && !is_folder(row) && !is_file(row) && !is_choice(row);
}

/* ---- names, which the shell asks for while the user types ---- */

/* Each is asked for in the shell by its word. */
static const struct {
  enum names bit;
  const char *word, *shell; /* shell: prints the names; NULL: printed from a table */
} name_lists[] = {
    {NAMES_CONFIGS, "configs", NULL},
    {NAMES_KERNELS, "kernels", "nway list kernels 2>/dev/null | sed -n 's/^\\([^ ][^ ]*\\) .*/\\1/p'"},
    {NAMES_VARIANTS, "variants", "nway list variants 2>/dev/null | sed -n 's/^\\([^ ][^ ]*\\) .*/\\1/p'"},
    {NAMES_SAVED, "saved", "ls results/.saved 2>/dev/null"},
    {NAMES_RUNS, "runs", "echo @0 @1; ls results 2>/dev/null"},
};
enum { NAME_LISTS = sizeof name_lists / sizeof *name_lists };

/* The function of both shells that prints names. */
static void put_names(FILE *out) {
  fputs("_nway_names() {\n  local list\n  for list in \"$@\"; do\n    case $list in\n", out);
  for (size_t i = 0; i < NAME_LISTS; i++) {
    fprintf(out, "    %s) %s", name_lists[i].word, name_lists[i].shell ? name_lists[i].shell : "echo");
    for (size_t k = 0; !name_lists[i].shell && k < READY_COUNT; k++)
      fprintf(out, " %s", ready_names[k]);
    fputs(" ;;\n", out);
  }
  fputs("    esac\n  done\n}\n", out);
}

/* "$(_nway_names kernels variants)" */
static void put_asked(FILE *out, unsigned names) {
  fputs("$(_nway_names", out);
  for (size_t i = 0; i < NAME_LISTS; i++)
    if (names & name_lists[i].bit)
      fprintf(out, " %s", name_lists[i].word);
  fputc(')', out);
}

/* What a command's arguments may be, beside the words of its usage. */
static unsigned argument_names(enum command_id id) {
  return command_table[id].names | (command_table[id].takes_runs ? NAMES_RUNS : 0) |
         (id == COMMAND_LIST ? NAMES_KERNELS | NAMES_VARIANTS : 0);
}

/* The words of a choice, separated by spaces. */
static void put_words(FILE *out, const struct option_row *row) {
  for (const char *at = row->value; *at; at++)
    fputc(*at == '|' ? ' ' : *at, out);
}

/* ---- bash ---- */

/* The names of an option for a case: "--config|-c". */
static void bash_names(FILE *out, const struct option_row *row) {
  fputs(row->name, out);
  if (row->alias)
    fprintf(out, "|%s", row->alias);
  if (row->letter)
    fprintf(out, "|-%c", row->letter);
}

/* The options of a command that have values of this kind, joined by '|' for a case. */
static bool bash_case(FILE *out, enum command_id id, bool (*wanted)(const struct option_row *)) {
  bool started = false;
  for (enum option_id option = 0; option < OPTIONS; option++)
    if (command_takes(id, option) && wanted(&option_table[option])) {
      fputs(started ? "|" : "    ", out);
      bash_names(out, &option_table[option]);
      started = true;
    }
  return started;
}

static void bash_named(FILE *out, const struct option_row *row) {
  fputs("    ", out);
  bash_names(out, row);
  fputs(") _nway_offer \"", out);
  put_asked(out, row->names);
  fprintf(out, "\"%s; return ;;\n", is_file(row) ? "; COMPREPLY+=($(compgen -f -- \"$cur\"))" : "");
}

static void bash_values(FILE *out, enum command_id id) {
  for (enum option_id option = 0; option < OPTIONS; option++)
    if (command_takes(id, option) && option_table[option].names)
      bash_named(out, &option_table[option]);
  for (enum option_id option = 0; option < OPTIONS; option++) {
    const struct option_row *row = &option_table[option];
    if (!command_takes(id, option) || !is_choice(row))
      continue;
    fputs("    ", out);
    bash_names(out, row);
    fputs(") COMPREPLY=($(compgen -W '", out);
    put_words(out, row);
    fputs("' -- \"$cur\")); return ;;\n", out);
  }
  if (bash_case(out, id, is_folder))
    fputs(") COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n", out);
  if (bash_case(out, id, is_file))
    fputs(") COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", out);
  if (bash_case(out, id, is_free))
    fputs(") return ;;\n", out);
}

static void put_commands(FILE *out) {
  for (enum command_id id = 0; id < COMMANDS; id++)
    if (is_shown(id))
      fprintf(out, "%s ", command_table[id].name);
}

/* Writes the words that may stand behind a command: commands behind help, else those of its usage, "[kernels|RE]". */
static void put_arguments(FILE *out, enum command_id id) {
  static const char lower[] = "abcdefghijklmnopqrstuvwxyz", ends[] = "[]| ";
  const char *usage = command_table[id].usage;
  if (id == COMMAND_HELP)
    put_commands(out);
  for (const char *at = usage && id != COMMAND_HELP ? usage : ""; *at;
       at += strcspn(at, ends), at += strspn(at, ends)) {
    at += strspn(at, ends);
    size_t length = strspn(at, lower);
    if (length > 0 && (!at[length] || strchr(ends, at[length])))
      fprintf(out, "%.*s ", (int)length, at);
  }
}

/* Behind "--" stands a program, then its own arguments. */
static const char bash_program[] =
    "    for ((i = 2; i < COMP_CWORD; i++)); do\n"
    "      [ \"${COMP_WORDS[i]}\" = -- ] || continue\n"
    "      [ \"$i\" = $((COMP_CWORD - 1)) ] && COMPREPLY=($(compgen -c -- \"$cur\")) ||\n"
    "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
    "      return\n"
    "    done\n",
                  zsh_program[] = "      local -i at=${words[(i)--]}\n"
                                  "      if ((at < CURRENT)); then\n"
                                  "        words=(\"${(@)words[at + 1, -1]}\")\n"
                                  "        ((CURRENT -= at))\n"
                                  "        _normal\n"
                                  "        return\n"
                                  "      fi\n";

static void bash_command(FILE *out, enum command_id id) {
  const struct command *command = &command_table[id];
  fprintf(out, "  %s)\n%s    case $prev in\n", command->name, command->takes_program ? bash_program : "");
  bash_values(out, id);
  fputs("    esac\n    words='", out);
  for (enum option_id option = 0; option < OPTIONS; option++)
    if (command_takes(id, option))
      fprintf(out, "%s ", option_table[option].name);
  fputs("'\n    others='", out);
  put_arguments(out, id);
  fputs("'\n", out);
  if (argument_names(id)) {
    fputs("    others=\"$others", out);
    put_asked(out, argument_names(id));
    fputs("\"\n", out);
  }
  fputs("    ;;\n", out);
}

void options_bash(FILE *out) {
  fputs("# Completion of nway for bash, generated by 'nway help --format bash'.\n", out);
  put_names(out);
  fputs("_nway_offer() { # the last word of a list\n"
        "  local before=\n"
        "  [[ $cur == *,* ]] && before=${cur%,*},\n"
        "  COMPREPLY=($(compgen -P \"$before\" -W \"$1\" -- \"${cur##*,}\"))\n"
        "}\n"
        "_nway() {\n"
        "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= others= i\n"
        "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
        "    COMPREPLY=($(compgen -W '",
        out);
  put_commands(out);
  fputs("' -- \"$cur\"))\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n", out);
  for (enum command_id id = 0; id < COMMANDS; id++)
    if (is_shown(id))
      bash_command(out, id);
  fputs("  esac\n"
        "  [[ $cur == -* || ! $others ]] || words=$others\n"
        "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
        "  [ \"${#COMPREPLY[@]}\" -gt 0 ] || COMPREPLY=($(compgen -f -- \"$cur\"))\n"
        "}\n"
        "complete -F _nway nway\n",
        out);
}

/* ---- zsh ---- */

/* What stands behind a command: its words, files, or either. */
static void zsh_arguments(FILE *out, enum command_id id) {
  bool words = id == COMMAND_HELP || id == COMMAND_LIST;
  unsigned names = argument_names(id);
  fputs(words || names ? "{compadd -- " : "_files", out);
  if (words)
    put_arguments(out, id);
  if (names)
    put_asked(out, names);
  if (words || names)
    fputs(id == COMMAND_HELP ? "}" : "; _files}", out);
}

/* Text inside '...' and [...]. */
static void zsh_put(FILE *out, const char *text) {
  for (; *text; text++)
    if (*text == '\'')
      fputs("'\\''", out);
    else
      fprintf(out, "%s%c", strchr("[]:\\", *text) ? "\\" : "", *text);
}

/* What the value is: names, "(yes no)", files or folders. */
static void zsh_action(FILE *out, const struct option_row *row) {
  if (row->names) {
    fputs(is_file(row) ? "{compadd -- " : "{_sequence compadd - ", out);
    put_asked(out, row->names);
    fputs(is_file(row) ? "; _files}" : "}", out);
  } else if (is_choice(row)) {
    fputc('(', out);
    put_words(out, row);
    fputc(')', out);
  } else if (is_folder(row)) {
    fputs("_files -/", out);
  } else if (is_file(row)) {
    fputs("_files", out);
  }
}

/* One name of an option: `name` with what stands between it and its value. */
static void zsh_option(FILE *out, const struct option_row *row, const char *name, const char *before_value) {
  fprintf(out, " \\\n        '%s%s%s[", row->again || row->kind == OPTION_RUNS ? "*" : "", name,
          row->value ? before_value : "");
  zsh_put(out, option_help_text(row));
  fputc(']', out);
  if (row->value) {
    fputs(row->kind == OPTION_FOLDER_IF_ANY ? "::" : ":", out);
    zsh_put(out, row->value);
    fputc(':', out);
    zsh_action(out, row);
  }
  fputc('\'', out);
}

static void zsh_names(FILE *out, const struct option_row *row) {
  const char letter[] = {'-', row->letter, '\0'};
  zsh_option(out, row, row->name, row->kind == OPTION_FOLDER_IF_ANY ? "=-" : "=");
  if (row->letter)
    zsh_option(out, row, letter, "+");
}

void options_zsh(FILE *out) {
  fputs("#compdef nway\n# Completion of nway for zsh, generated by 'nway help --format zsh'.\n", out);
  put_names(out);
  fputs("_nway() {\n"
        "  local -a commands\n  commands=(\n",
        out);
  for (enum command_id id = 0; id < COMMANDS; id++)
    if (is_shown(id)) {
      fprintf(out, "    '%s:", command_table[id].name);
      zsh_put(out, command_table[id].summary);
      fputs("'\n", out);
    }
  fputs("  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
        "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n",
        out);
  for (enum command_id id = 0; id < COMMANDS; id++)
    if (is_shown(id)) {
      fprintf(out, "    %s)\n%s      _arguments", command_table[id].name,
              command_table[id].takes_program ? zsh_program : "");
      for (enum option_id option = 0; option < OPTIONS; option++)
        if (command_takes(id, option))
          zsh_names(out, &option_table[option]);
      fputs(" \\\n        '*:argument:", out);
      zsh_arguments(out, id);
      fputs("'\n      ;;\n", out);
    }
  fputs("  esac\n}\nif [ \"$funcstack[1]\" = _nway ]; then\n  _nway \"$@\"\nelse # sourced, not found by fpath\n"
        "  compdef _nway nway\nfi\n",
        out);
}

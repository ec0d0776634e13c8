#!/usr/bin/env bats
# Help and hints of every command of both programs, which come from one table of commands and one of options.

load helpers

REPORT=$NWAY-report

# commands PROGRAM: the names that its help lists
commands() { "$1" help | sed -n '/^usage:/,/^$/s/^  \([a-z]*\) .*/\1/p'; }

@test "--help of every command lists exactly its options, also as 'help COMMAND' and -h" {
  "$NWAY" help --format json >"$work/tables"
  names=$(jq -r '.[] | select(.program == "nway").name' "$work/tables")
  [ "$(wc -w <<<"$names")" -ge 14 ]
  for name in $names; do
    run "$NWAY" "$name" --help
    echo "$name: $output"
    [ "$status" = 0 ]
    [[ $output == "usage: nway $name"* ]]
    jq -r --arg name "$name" '.[] | select(.program == "nway" and .name == $name).options[].name' "$work/tables" |
      sort >"$work/expected"
    grep -o '^  [ -][ a-z][ ,] --[a-z-]*' <<<"$output" | grep -o -- '--.*' | sort | cmp - "$work/expected"
    [ "$output" = "$("$NWAY" help "$name")" ]
    [ "$output" = "$("$NWAY" "$name" -h)" ]
  done
}

@test "nway and nway-report agree, and list what each can do" {
  [ "$("$NWAY" help --format json)" = "$("$REPORT" help --format json)" ]
  [ "$(commands "$REPORT" | tr '\n' ' ')" = "show report compare fit export gate ab expect selftest help " ]
  for name in $(commands "$REPORT"); do
    [ "$name" = ab ] || commands "$NWAY" | grep -qx "$name"
    [ "$name" = ab ] || [ "$("$REPORT" "$name" --help)" = "$("$NWAY" "$name" --help)" ]
  done
  "$REPORT" ab --help | grep -q '^usage: nway ab \[RUN\]'
  refute grep -qxE 'cell|describe' <<<"$(commands "$NWAY")"
  [ "$("$NWAY")" = "$("$NWAY" help)" ]
  [ "$("$NWAY" --help)" = "$("$NWAY" -h)" ]
  [[ $("$NWAY" --version) == "nway "* ]]
}

@test "every command refuses an unknown option, and one of others says whose it is" {
  for name in $("$NWAY" help --format json | jq -r '.[] | select(.program == "nway").name'); do
    run "$NWAY" "$name" --xylophone
    echo "$name: $output"
    [ "$status" = 2 ]
    [[ $output == *"unknown option '--xylophone'; see 'nway $name --help'" ]]
  done
  run "$NWAY" doctor --csv
  [ "$status" = 2 ]
  [[ $output == *"--csv: only ab and gate take it" ]]
  run "$NWAY" shwo
  [ "$status" = 2 ]
  [ "$output" = "nway: unknown command 'shwo'; did you mean 'show'?" ]
  run "$NWAY" help shwo
  [ "$status" = 2 ]
}

@test "what a setting may be is said where the option is wrong" {
  conf=$(printf '[problem c]\nkernel = countdown\n' | config)
  run "$NWAY" run -c "$conf" --dry-run --order sequentail
  [ "$status" = 2 ]
  [[ $output == *"--order: unknown order 'sequentail'; did you mean 'sequential'?" ]]
  run "$NWAY" run -c "$conf" --dry-run --max-rounds 0
  [ "$status" = 2 ]
  [[ $output == *"--max-rounds: "* ]]
  run "$NWAY" cell measure --kernel "${NWAY%/nway}/kernels/countdown.so" --set itms=3
  [ "$status" = 2 ]
  [[ $output == *"kernel countdown has no parameter 'itms'; did you mean 'items'?" ]]
  run "$NWAY" list kernals
  [ "$status" = 2 ]
  [[ $output == *"unknown list, kernel or variant 'kernals'; did you mean 'kernels'?" ]]
  [ ! -e "$results" ]
}

@test "the man pages name every command, option, setting and column, and groff finds no fault in them" {
  for page in man man-config man-samples; do
    "$NWAY" help --format $page | sed 's/\\-/-/g' >"$work/$page"
    [ -z "$("$NWAY" help --format $page | groff -man -ww -Tutf8 -z - 2>&1)" ]
  done
  "$NWAY" help --format json | jq -r '.[] | select((.hidden | not) and .program == "nway") | .name, (.options[].name | select(. != "--help"))' |
    sort -u >"$work/words"
  [ "$(wc -l <"$work/words")" -ge 60 ]
  while read -r word; do
    grep -qE -- "(nway |\\\\fB)$word(\\\\fR|$)" "$work/man" || { echo "nway(1) lacks $word"; return 1; }
  done <"$work/words"
  for column in $(sed -n 's/^[A-Z_]*COLUMN[A-Z_]*(\([a-z_]*\),.*/\1/p' harness/base/columns.def harness/base/plan.def) variant env; do
    grep -qF "\\fB$column\\fR" "$work/man-samples" || { echo "nway-samples(5) lacks $column"; return 1; }
  done
  for setting in $(sed -n 's/^SETTING(\([a-z_]*\),.*/\1/p' harness/options/settings.def); do
    grep -qF "\\fB$setting\\fR" "$work/man-config" || { echo "nway-config(5) lacks $setting"; return 1; }
  done
}

@test "the pages show ready configurations, examples, the environment and what commands hold" {
  ready=$(basename -a -s .conf "$BATS_TEST_DIRNAME"/../../configs/*.conf | sort | tr '\n' ' ')
  [ "$(sed -n 's/^READY(\([a-z]*\),.*/\1/p' harness/options/manual.def | sort | tr '\n' ' ')" = "$ready" ]
  "$NWAY" help --format man | sed 's/\\-/-/g' >"$work/man"
  "$NWAY" help --format man-config | sed 's/\\-/-/g' >"$work/man-config"
  for word in $ready 'nway run -- xz -T{workers} -k -c FILE' NWAY_COUNTERS; do
    grep -qF "\fB$word\fR" "$work/man"
  done
  for word in command title '{workers}' '{workers-1}' '{NAME}'; do
    grep -qF "\fB$word\fR" "$work/man-config"
  done
  run "$NWAY" run -c nosuchconf
  [ "$status" = 2 ]
  for word in $ready; do
    [[ $output == *"--config: unknown configuration 'nosuchconf'; no such file here"*" $word"* ]]
    [[ $("$NWAY" run --help | tr -s ' \n' ' ') == *"or a ready one:"*" $word"* ]]
  done
  [[ $("$NWAY" run -c progams 2>&1) == *"did you mean 'programs'?" ]]
  [[ $("$NWAY" run -c no.conf 2>&1) == *"no.conf: cannot read the configuration: No such file"* ]]
}

@test "completions offer commands, options, choices and names" {
  "$NWAY" help --format bash >"$work/complete"
  complete_words() { # the last word is being typed
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _nway
    echo "${COMPREPLY[*]}"
  }
  source "$work/complete"
  [ "$(complete_words nway sh)" = show ]
  [ "$(complete_words nway run --time-b)" = --time-budget ]
  [[ " $(complete_words nway export --format "") " == *" junit "* ]]
  [ "$(complete_words nway report --lang x)" = "" ]
  [ "$(complete_words nway new-kernel --lang f)" = fortran ]
  [ "$(complete_words nway run --timer h)" = hyperfine ]
  [ "$(complete_words nway list ma)" = machine ]
  [[ " $(complete_words nway run --workers 1 -- gre) " == *" grep "* ]]
  [ "$(complete_words nway run -- grep --tim)" = "" ]
  [ "$(complete_words nway help sh)" = show ]
  touch "$work/some.conf"
  [ "$(complete_words nway run -c "$work/so")" = "$work/some.conf" ]
  program=$(realpath "$NWAY")
  nway() { "$program" "$@"; }
  cd "$work"
  mkdir -p results/monday results/.saved && touch results/.saved/before
  [ "$(complete_words nway run --variant pool,o)" = "pool,omp pool,own" ]
  [ "$(complete_words nway run --kernel countd)" = countdown ]
  [ "$(complete_words nway run --inner "")$(complete_words nway run --workers "")" = "" ]
  [ "$(complete_words nway run -c pro)" = programs ]
  [ "$(complete_words nway kernel tri)" = triad ]
  [ "$(complete_words nway list tri)" = triad ]
  [ "$(complete_words nway show "")" = "@0 @1 monday" ]
  [ "$(complete_words nway show --against "")" = "before @0 @1 monday" ]
  [[ " $(complete_words nway help "") " == " run "* ]]
  [[ "$(complete_words nway help "")" != *--* ]]
  [ "$(complete_words nway help --for)" = --format ]
  nway help --format zsh >"$work/_nway"
  grep -q "^ *'--time-budget=\[" "$work/_nway"
  grep -q "^ *'--variant=\[.*{_sequence compadd - \$(_nway_names variants)}'" "$work/_nway"
}

@test "zsh reads its completion without a complaint" {
  command -v zsh >/dev/null || skip "zsh is not installed"
  "$NWAY" help --format zsh >"$work/_nway"
  zsh -n "$work/_nway"
}

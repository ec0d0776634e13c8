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
  [ "$(commands "$REPORT" | tr '\n' ' ')" = "show report compare fit gate ab expect selftest help " ]
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

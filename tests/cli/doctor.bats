#!/usr/bin/env bats
# `nway doctor` as a user meets it: one verdict a check, plain words off a terminal, bad options.

load helpers

@test "doctor gives each check exactly one of pass, warn, fail, unknown" {
  run env NO_COLOR= timeout 300 "$NWAY" doctor
  [ "$status" = 0 ] || [ "$status" = 1 ]
  printf '%s\n' "${lines[@]}"
  verdicts=$(printf '%s\n' "${lines[@]}" | grep -cE '^(pass|warn|fail|unknown) +[A-Za-z]')
  [ "$verdicts" = 17 ]
  # nothing else but mending lines and the summary at the end
  [ "$(printf '%s\n' "${lines[@]}" | grep -cvE '^(pass|warn|fail|unknown) |^ +fix: ')" = 1 ]
  [ "$(printf '%s\n' "${lines[@]}" | grep -E '^(pass|warn|fail|unknown) ' | cut -c10-23 | sort -u | wc -l)" = 17 ]
  # whatever warns or fails says what mends it, on the line below
  printf '%s\n' "${lines[@]}" | awk '/^(warn|fail) / { open++; next } /^ +fix: ./ { open--; next } open { bad = 1 }
    END { exit bad || open }'
  # the exit code says what the lines say, and the summary names what failed
  failed=$(printf '%s\n' "${lines[@]}" | grep -c '^fail ' || true)
  if [ "$failed" = 0 ]; then
    [ "$status" = 0 ]
    [[ "${lines[-1]}" == fit:* ]]
  else
    [ "$status" = 1 ]
    [[ "${lines[-1]}" == "unfit because of "*" $failed failed,"* ]]
  fi
  # no colour off a terminal
  if printf '%s\n' "${lines[@]}" | grep -q $'\033'; then return 1; fi
}

@test "doctor on one CPU says that two cores are unknown, and warns that there is one CPU" {
  cpu=$(taskset -pc $$ | sed 's/.*: //; s/[-,].*//')
  run timeout 300 taskset -c "$cpu" "$NWAY" doctor
  [ "$status" = 0 ] || [ "$status" = 1 ]
  printf '%s\n' "${lines[@]}" | grep -q '^warn *usable CPUs *1 usable'
  printf '%s\n' "${lines[@]}" | grep -q '^unknown *two cores *only one'
}

@test "doctor refuses an unknown option with exit 2 and names the nearest one" {
  run "$NWAY" doctor --thorogh
  [ "$status" = 2 ]
  [ "$output" = "nway: unknown option '--thorogh'; did you mean '--thorough'?" ]
  run "$NWAY" doctor -x
  [ "$status" = 2 ]
  run "$NWAY" doctor something
  [ "$status" = 2 ]
  [[ "$output" == *"'something' is not an option"* ]]
}

@test "doctor --help gives every threshold with its reason, and help lists doctor" {
  run "$NWAY" doctor --help
  [ "$status" = 0 ]
  [[ "$output" == *--thorough* ]]
  [[ "$output" == *"two cores"*"warn 1.9 fail 1.8"* ]]
  "$NWAY" help | grep -q '^  doctor '
}

#!/usr/bin/env bats
# The rooms of the source tree: which includes which, and that a wrong arrow is found (tests/tools/arrows.sh).

load helpers

# A small tree with the rooms' headers as they are, and one source file more: FILE with TEXT in it.
plant() {
  mkdir -p "$work/tree" && cp -r harness reports "$work/tree"
  printf '%s\n' "$2" >>"$work/tree/$1"
}

@test "every include goes with the direction of the rooms, and names what its room offers" {
  run sh tests/tools/arrows.sh
  echo "$output"
  [ "$status" = 0 ] && [ -z "$output" ]
}

@test "a planted include against the direction is found" {
  plant harness/machine/host.c '#include "plan/plan.h"'
  run sh tests/tools/arrows.sh "$work/tree"
  [ "$status" = 1 ]
  [[ $output == harness/machine/host.c:*": machine must not include plan"* ]]
  [ "${#lines[@]}" = 1 ]
}

@test "a planted include of another room's private header is found" {
  plant reports/page/html.c '#include "stats/secret.h"'
  run sh tests/tools/arrows.sh "$work/tree"
  [ "$status" = 1 ]
  [[ $output == reports/page/html.c:*'"stats/secret.h" is private to stats; offer it in stats/offers.h'* ]]
}

@test "a file of no room is found" {
  mkdir -p "$work/tree/harness/attic" && cp -r harness reports "$work/tree"
  echo '#include "base/fault.h"' >"$work/tree/harness/attic/old.c"
  run sh tests/tools/arrows.sh "$work/tree"
  [ "$status" = 1 ]
  [[ $output == *'room "attic" is not in rooms.txt'* ]]
}

@test "what a room offers stands alone" {
  for header in harness/*/offers.h reports/*/offers.h; do
    ${CC:-cc} -std=c11 -D_GNU_SOURCE -Iharness -Ireports -Ikernels -fsyntax-only -x c "$header"
  done
}

@test "the walk through the rooms names files and functions that are there, in 20 stops at most" {
  sed -n '/^## One cell/,/^## Words/p' docs/architecture.md | grep '^| [0-9]' >"$work/walk"
  [ "$(wc -l <"$work/walk")" -le 20 ] && [ "$(wc -l <"$work/walk")" -ge 12 ]
  sed 's/.*| \([^|]*\) |$/\1/' "$work/walk" | grep -o '`[^`]*`' | tr -d '`' >"$work/names"
  while read -r name; do
    case $name in
    */*) [ -f "$name" ] || { echo "no file $name"; return 1; } ;;
    *.c) find harness reports kernels -name "$name" | grep -q . || { echo "no file $name"; return 1; } ;;
    *) grep -rqE "^[a-z].*\b$name\(" --include=*.c harness reports kernels || { echo "no function $name"; return 1; } ;;
    esac
  done <"$work/names"
}

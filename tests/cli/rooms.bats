#!/usr/bin/env bats
# The rooms of the source tree: which includes which, and that a wrong arrow is found (tests/tools/arrows.sh).

load helpers

# A small tree with the rooms' headers as they are, and one source file more: FILE with TEXT in it.
plant() {
  [ -d "$work/tree" ] || { mkdir -p "$work/tree" && cp -r harness reports kernels "$work/tree"; }
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

@test "a planted include is found in a kernel, a skeleton and a table too" {
  plant kernels/countdown.c '#include "base/fault.h"'
  plant harness/skeletons/skeleton.c.in '#include "variant.h"'
  plant harness/base/states.def '#include "machine/cpus.h"'
  run sh tests/tools/arrows.sh "$work/tree"
  [ "$status" = 1 ]
  [[ $output == *"kernels/countdown.c:"*": kernel must not include base"* ]]
  [[ $output == *"skeletons/skeleton.c.in:"*": skeletons must not include contract"* ]]
  [[ $output == *"base/states.def:"*": base must not include machine"* ]]
  [ "${#lines[@]}" = 3 ]
}

@test "a header that a room offers and no other includes is found" {
  plant reports/page/offers.h '#include "html.h"'
  run sh tests/tools/arrows.sh "$work/tree"
  [ "$status" = 1 ]
  [[ $output == reports/page/offers.h:*': no other room includes "page/html.h"; do not offer it' ]]
}

@test "a planted include of another room's private header is found" {
  plant reports/page/html.c '#include "stats/secret.h"'
  run sh tests/tools/arrows.sh "$work/tree"
  [ "$status" = 1 ]
  [[ $output == reports/page/html.c:*'"stats/secret.h" is private to stats; offer it in stats/offers.h'* ]]
}

@test "a file of no room is found" {
  mkdir -p "$work/tree/harness/attic" && cp -r harness reports kernels "$work/tree"
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

# Prints each stop of the walk in FILE that names a file or function that is not there, or more than 20 stops.
check_walk() {
  sed -n '/^## One cell/,/^## Words/p' "$1" | sed -n 's/^| [0-9].*| \([^|]*\) |$/\1/p' >"$work/walk"
  [ "$(wc -l <"$work/walk")" -le 20 ] && [ "$(wc -l <"$work/walk")" -ge 12 ] || echo "the walk has too many stops or too few"
  tr ';' '\n' <"$work/walk" | tr -d '` ' | while IFS=, read -r function file; do
    [ -n "$file" ] || { file=$function; function=; }
    found=$(find harness reports kernels -path "$file" -o -path "*/$file")
    [ -n "$found" ] || { echo "no file $file"; continue; }
    [ -z "$function" ] || grep -qE "^[a-z].*\b$function\(" $found || echo "no function $function in $file"
  done
}

@test "the walk through the rooms names files, and functions that are in them, in 20 stops at most" {
  run check_walk docs/architecture.md
  echo "$output"
  [ -z "$output" ]
}

@test "a stop that names a file or function that is not there is found" {
  sed 's/`plan_make`/`plan_fit`/; s/`hear.c`/`ear.c`/' docs/architecture.md >"$work/planted.md"
  run check_walk "$work/planted.md"
  [ "$output" = "no function plan_fit in harness/plan/plan.c
no file ear.c" ]
}

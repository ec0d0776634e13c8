#!/bin/sh
# Tells how many lines of the given files their unit tests reach, by gcovr: coverage.sh FILE=TEST[,TEST...]...
# Builds into build/coverage. Exits with 1 if under 90 % of all lines are reached.
command -v gcovr >/dev/null || { echo "gcovr is not installed; see: make deps-full"; exit 2; }
at=build/coverage
for pair in "$@"; do
  names="$names $(echo "${pair#*=}" | tr , ' ')" files="$files --filter ${pair%%=*}\$"
done
names=$(printf '%s\n' $names | sort -u)
# shellcheck disable=SC2046,SC2086 # names without blanks
make --no-print-directory BUILD=$at CFLAGS="-O0 -g --coverage" LDFLAGS=--coverage $(printf "$at/tests/%s " $names) || exit 2
find "$at" -name '*.gcda' -delete
for name in $names; do NWAY_BUILD=build "$at/tests/$name" >/dev/null 2>&1 || { echo "$name fails"; exit 2; }; done
# shellcheck disable=SC2086 # a list of options
exec gcovr --root . --object-directory "$at" $files --fail-under-line 90 "$at"

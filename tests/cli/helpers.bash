# What the end-to-end tests share: where the program is, and how to read its files.

NWAY=${NWAY_BUILD:-build}/nway
FIXTURES=${NWAY_BUILD:-build}/fixtures

setup() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  work=$(mktemp -d)
  results=$work/results
}

teardown() { rm -rf "$work"; }

# refute COMMAND: must fail; a bare `! command` in the middle of a test would never stop it
refute() {
  if "$@"; then return 1; fi
}

# Skips the rest of a slow test under sanitizers but for NWAY_FULL. Its code is still run there, by the matrix, by test
# programs or by the other tests of its file; what it asserts is then asserted of the plain build alone.
plain_is_enough() {
  [ -z "${NWAY_SANITIZED:-}" ] || [ -n "${NWAY_FULL:-}" ] || skip "NWAY_FULL=1 runs it under sanitizers too"
}

# config TEXT: writes a configuration and prints its path
config() {
  cat >"$work/test.conf"
  echo "$work/test.conf"
}

# column FILE NAME: the number of a column. Only `note` and what stands behind it may hold quotes and commas.
column() { head -1 "$1" | tr , '\n' | grep -nx "$2" | cut -d: -f1; }

# rows NAME=VALUE... [-- NAME...]: of the samples that match, the columns after --
rows() {
  file=$results/latest/samples.csv condition=1 wanted=
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    condition="$condition && \$$(column "$file" "${1%%=*}") == \"${1#*=}\""
    shift
  done
  [ $# -gt 0 ] && shift
  for name in "$@"; do wanted="$wanted \$$(column "$file" "$name")"; done
  awk -F, "NR > 1 && $condition { print $(echo ${wanted:-\$0} | sed 's/ / " " /g') }" "$file"
}

state() { jq -r "$1" "$results/latest/run.json"; }

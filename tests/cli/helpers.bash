# What the end-to-end tests share: where the program is, and how to read its files.

NWAY=${NWAY_BUILD:-build}/nway
FIXTURES=${NWAY_BUILD:-build}/fixtures
TOOLS=$(cd "$BATS_TEST_DIRNAME/../.." && realpath -m "${NWAY_BUILD:-build}")/tools
unset LC_ALL
export LANG=C.UTF-8 # where a test does not say another one

setup() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  work=$(mktemp -d)
  results=$work/results
  export ORPHAN=orphan-$$ # the name of what the fixture leaves behind: others may run the same test now
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

# full_only WHAT: skips a dear test but for NWAY_FULL; WHAT else runs its code
full_only() { [ -n "${NWAY_FULL:-}" ] || skip "NWAY_FULL=1 runs it; $1"; }

# fake_clock COMMAND...: it, and what it starts, on a clock that only waits put on, where nobody takes CPU time away
# (tests/tools/fake_clock.c): its times, and what follows from them, are the same at any speed of the machine
fake_clock() {
  FAKE_CLOCK=${work:-$BATS_FILE_TMPDIR}/clock preloaded fake_clock "$@"
}

# tool NAME: the path of a program or library of tests/tools, built where `make tests` did not
tool() {
  [ -e "$TOOLS/$1" ] || make -s -C "$BATS_TEST_DIRNAME/../.." BUILD="${TOOLS%/tools}" "$TOOLS/$1" >&2
  echo "$TOOLS/$1"
}

# preloaded NAMES COMMAND...: with the libraries of tests/tools/NAME.c
preloaded() {
  local libraries='' name
  for name in $1; do libraries="$libraries $(tool "$name.so")"; done
  env LD_PRELOAD="$libraries" ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" "${@:2}"
}

# fake_quiet COMMAND...: on the machine's own clock, but where nobody takes CPU time away, so that no row is distrusted;
# a wait of a minute or longer never ends, and is over any time limit at once
fake_quiet() { FAKE_CLOCK_RUNS=1 fake_clock "$@"; }

# until_ok COMMAND...: repeats it until it succeeds, for at most a minute
until_ok() {
  for _ in $(seq 1200); do
    "$@" && return 0
    sleep 0.05
  done
  return 1
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

# fenced LANGUAGE FILE: the code of that language which a guide prints
fenced() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$2" | sed '/^```/d'; }

# give_fortran_own GUIDE: puts the code that the guide to Fortran prints into the skeleton infort
give_fortran_own() {
  fenced fortran "$1" >"$work/own.f90"
  fenced c "$1" >"$work/own.c"
  awk -v own="$work/own.f90" '/^end module/ { while ((getline line < own) > 0) print line } 1' infort/infort.f90 >"$work/f90"
  awk -v own="$work/own.c" '/^NWAY_KERNEL/ { while ((getline line < own) > 0) print line }
    { sub(/\.check = check}/, ".check = check, .own = own}") } 1' infort/infort_kernel.c >"$work/c"
  cp "$work/f90" infort/infort.f90 && cp "$work/c" infort/infort_kernel.c
}

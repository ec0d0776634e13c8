#!/bin/sh
# Runs all tests and ends with one line that counts them: every cmocka program, then every bats file, then
# the same programs under ASan and UBSan, then clang's build; TSan's build is run by tests/matrix.bats. Exits
# with 1 if anything failed.
cd "$(dirname "$0")/.." || exit 2
log=$(mktemp -d) || exit 2
trap 'rm -rf "$log"' EXIT
passed=0 failed=0 skipped=0
jobs=$(nproc)

# count NAME PASSED FAILED SKIPPED
count() {
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
  [ "$3" = 0 ] && echo "ok    $1: $2 passed${4:+, $4 skipped}" || echo "FAIL  $1: $2 passed, $3 failed, $4 skipped"
}

# step NAME COMMAND...: one pass or fail by exit code
step() {
  name=$1
  shift
  if "$@" >"$log/out" 2>&1; then
    count "$name" 1 0 0
  else
    cat "$log/out"
    count "$name" 0 1 0
  fi
}

# number LABEL: the count that cmocka prints as "[  LABEL  ] N test(s)"
number() { sed -n "s/^\[ *$1 *\] \([0-9]*\) test.*/\1/p" "$log/out" | tail -1 | grep . || echo 0; }

# cmocka NAME PROGRAM: counts its tests; one that dies without a summary is a failure
cmocka() {
  if "$2" >"$log/out" 2>&1; then status=0; else status=$?; fi
  p=$(number PASSED) f=$(number FAILED) s=$(number SKIPPED)
  [ "$status" != 0 ] && [ "$f" = 0 ] && f=1
  [ "$f" = 0 ] || cat "$log/out"
  count "$1" "$p" "$f" "$s"
}

cmocka_all() {
  for program in "$1"/tests/test_*; do
    case $program in *.*) continue ;; esac
    NWAY_BUILD=$1 cmocka "$program" "$program"
  done
}

# bats_all BUILD NAME FILES...
bats_all() {
  for file in $(shift 2 && echo "$@"); do
    NWAY_BUILD=$1 bats --tap "$file" >"$log/out" 2>&1
    f=$(grep -c '^not ok' "$log/out") s=$(grep -c '^ok .*# skip' "$log/out") p=$(grep -c '^ok' "$log/out")
    planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$log/out" | head -1)
    [ "$((p + f))" = "${planned:-0}" ] && [ "${planned:-0}" -gt 0 ] || f=$((f + 1))
    [ "$f" = 0 ] || cat "$log/out"
    count "$2 $file" "$((p - s))" "$f" "$s"
  done
}

step "build" make -j"$jobs" all fixtures tests
step "build with TSan" make -j"$jobs" tsan
cmocka_all build
bats_all build build tests/*.bats
export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
step "build with ASan and UBSan" make -j"$jobs" asan
cmocka_all build/asan
# Sanitizers look at the C code, so the files that test scripts and documents are left out here.
sanitized=$(ls tests/*.bats | grep -v -e peers -e course -e notebook.bats)
NWAY_SANITIZED=1 bats_all build/asan asan $sanitized
unset ASAN_OPTIONS UBSAN_OPTIONS
step "build with clang" make -j"$jobs" all fixtures tests CC=clang BUILD=build/clang

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]

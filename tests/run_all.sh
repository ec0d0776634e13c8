#!/bin/sh
# Runs all tests and ends with one line that counts them. Everything is built by gcc, by gcc with ASan and UBSan, and what
# has threads by clang with TSan (tests/cli/matrix.bats and test_table); every cmocka program and bats file runs as it is
# and under ASan and UBSan. Exits with 1 if anything failed.
#
# Tests spend much of their time waiting, so two lanes take them from one queue, from its opposite ends.
cd "$(dirname "$0")/.." || exit 2
log=$(mktemp -d) || exit 2
trap 'rm -rf "$log"' EXIT
jobs=$(nproc)
out=$log/out
before=$(date +%s)

# count NAME PASSED FAILED SKIPPED: since the last one of this lane; the seconds tell which tests are dear
count() {
  echo "$2 $3 $4" >>"$log/counts"
  now=$(date +%s)
  took=$((now - before)) before=$now
  [ "$3" = 0 ] && echo "ok    $1: $2 passed, $4 skipped, $took s" ||
    echo "FAIL  $1: $2 passed, $3 failed, $4 skipped, $took s"
}

# step NAME COMMAND...: one pass or fail by exit code
step() {
  name=$1
  shift
  if "$@" >"$out" 2>&1; then
    count "$name" 1 0 0
  else
    cat "$out"
    count "$name" 0 1 0
  fi
}

# number LABEL: the count that cmocka prints as "[  LABEL  ] N test(s)"
number() { sed -n "s/^\[ *$1 *\] \([0-9]*\) test.*/\1/p" "$out" | tail -1 | grep . || echo 0; }

# cmocka NAME PROGRAM: counts its tests; one that dies without a summary is a failure
cmocka() {
  if "$2" >"$out" 2>&1; then status=0; else status=$?; fi
  p=$(number PASSED) f=$(number FAILED) s=$(number SKIPPED)
  [ "$status" != 0 ] && [ "$f" = 0 ] && f=1
  [ "$f" = 0 ] || cat "$out"
  count "$1" "$p" "$f" "$s"
}

# programs BUILD: all cmocka programs of a build folder; under sanitizers without the self-test, whose minute of
# arithmetic the programs of its parts do too (NWAY_FULL takes it)
programs() {
  for program in "$1"/tests/test_*; do
    case $program in *.*) continue ;; esac
    [ -z "${NWAY_SANITIZED:-}" ] || [ -n "${NWAY_FULL:-}" ] || [ "${program##*/}" != test_selftest ] || continue
    NWAY_BUILD=$1 cmocka "$program" "$program"
  done
}

# bats_file BUILD NAME FILE: counts its tests; fewer than it planned are a failure
bats_file() {
  NWAY_BUILD=$1 bats --tap "$3" >"$out" 2>&1
  f=$(grep -c '^not ok' "$out") s=$(grep -c '^ok .*# skip' "$out") p=$(grep -c '^ok' "$out")
  planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$out" | head -1)
  [ "$((p + f))" = "${planned:-0}" ] && [ "${planned:-0}" -gt 0 ] || f=$((f + 1))
  [ "$f" = 0 ] || cat "$out"
  count "$2 $3" "$((p - s))" "$f" "$s"
}

# plain FILE, asan FILE: that bats file as it is, and under the sanitizers
plain() { bats_file build build "$1"; }
asan() { (sanitized && spare_leaks "$1" && bats_file build/asan asan "$1"); before=$(date +%s); }
sanitized_programs() { (sanitized && programs "$1"); before=$(date +%s); }

# lane NAME: does each "FUNCTION ARGUMENT" of standard input that no other lane has taken
lane() {
  out=$log/$1 before=$(date +%s)
  while read -r what with; do
    mkdir "$log/$what-$(basename "$with")" 2>/dev/null && "$what" "$with" </dev/null
  done
}

# others FILES...: those of tests/cli/*.bats that are not among FILES
others() { printf '%s\n' tests/cli/*.bats | grep -vxF "$(printf '%s\n' "$@")"; }

# Settings of the sanitizers, for a subshell. GCC 12's runtime takes a dynamic TLS block at byte 16 of a page for one with
# the header of an older glibc, and LeakSanitizer then crashes on its made-up range: so it is not to follow such blocks
# (https://github.com/google/sanitizers/issues/1322; mended in GCC 14).
sanitized() {
  export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1:intercept_tls_get_addr=0
  export UBSAN_OPTIONS=print_stacktrace=1 NWAY_SANITIZED=1
}

# spare_leaks FILE: LeakSanitizer takes 40 of the 60 ms of a process, so it looks where commands differ; matrix.bats asks
# for it where kernels and variants do. Test programs have it always.
leaky=$(printf 'tests/cli/%s.bats ' command limits export help fit gate history)
spare_leaks() {
  case " ${NWAY_FULL:+$1} $leaky" in *" $1 "*) ;; *) ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 ;; esac
}

step "build" make -j"$jobs" all fixtures tests
step "build with clang and TSan" make -j"$jobs" tsan
cmocka "tsan test_table" build/tsan/tests/test_table
step "build with ASan and UBSan" make -j"$jobs" asan

# files NAME...: those bats files
files() { printf 'tests/cli/%s.bats ' "$@"; }

# Left out under sanitizers: what looks at the machine, at scripts, at sources and at documents. Unless NWAY_FULL is set,
# also the files of single kernels, which the matrix runs under every variant, those of reports, whose code the test
# programs run under sanitizers, and those of whole runs that take minutes (run, resume, ab, strangers, scaling,
# hyperfine, coro, answers).
left=$(files browser doctor facts peers course notebook rooms house promises guides outside faults canaries torture)
[ -n "${NWAY_FULL:-}" ] || left="$left $(files waits memory notebook_page report expect gate fit history help \
  run resume ab strangers scaling hyperfine coro answers)"

# The dearest first, from either end, so that the lanes meet among short ones.
dear=$(files matrix notebook course run strangers guides)
paths() { printf '%s\n' "$@"; }
{ paths $dear | sed 's/^/plain /'
  echo programs build
  others $dear | sed 's/^/plain /'
  others $left tests/cli/matrix.bats | sed 's/^/asan /'
  echo asan tests/cli/matrix.bats
  echo sanitized_programs build/asan; } >"$log/queue"
tac "$log/queue" | lane back &
lane front <"$log/queue"
wait

# What tells whether tests notice anything, and what finds what they do not look for; minutes each.
if [ -n "${NWAY_FULL:-}" ]; then
  step "lint" make lint
  step "coverage" make coverage
  step "mutation" make mutation
  step "fuzz" make fuzz SECONDS=60
  step "soak" make soak MINUTES=3
  step "reproducible" make reproducible
fi

awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }' "$log/counts"

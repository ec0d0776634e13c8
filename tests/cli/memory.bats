#!/usr/bin/env bats
# The kernels about memory and handing over (handoff, triad, false_sharing, grain, shared memos), as a user runs them.

load helpers

memory_matrix() {
  config <<'CONF'
[run]
workers = 1,2,3
rounds = 1
samples = 1
sample_time = 1ms

[problem handoff]
kernel = handoff
turns = 200
by = spin, futex
schedules = static, dynamic

[problem triad]
kernel = triad
n = 20000
passes = 2

[problem false sharing]
kernel = false_sharing
counters = 4
times = 1000
padding = none, line

[problem grain]
kernel = grain
grain = 0, 100
items = 8
steps = 3

[problem memo]
kernel = factorial
n = 100
method = memo
bound = 32
cache = private, exact, striped
CONF
}

@test "every one of them under every variant and 1..3 workers: every answer is checked and right" {
  run "$NWAY" run -c "$(memory_matrix)" --results "$results"
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  # 10 problem x method, each by seq and by 3 variants x 3 worker counts; handoff's two by a second schedule too
  [ "$(rows status=ok phase=sample -- kernel problem method variant schedule workers | sort -u | wc -l)" = "$((10 * (1 + 3 * 3) + 2 * 3 * 3))" ]
  # methods of a problem agree: handoff, triad, false_sharing and memo have one digest each; both grains the same one
  [ "$(rows phase=sample -- kernel digest | sort -u | wc -l)" = 5 ]
}

@test "a list of grains makes a problem of each, for one curve" {
  run "$NWAY" run --dry-run -c "$(printf '[problem metg]\nkernel = grain\ngrain = 0,100,1k,10k,100k\n' | config)"
  [ "$status" = 0 ]
  for grain in 0 100 1000 10k 100k; do
    [[ $output == *"grain=$grain items=64 steps=16"* ]]
  done
}

@test "a private memo keeps its old name, a shared one says what it is" {
  run "$NWAY" run --dry-run -c "$(memory_matrix)" --kernel factorial
  [ "$status" = 0 ]
  [[ $output == *"| memo bound=32 |"* ]]
  [[ $output == *"| memo bound=32 exact |"* ]]
  [[ $output == *"| memo bound=32 striped stripes=16 |"* ]]
}

@test "a worker alone is told apart from a pair" {
  "$NWAY" run -c "$(memory_matrix)" --kernel handoff --results "$results" --variant pthread
  [ "$(rows phase=sample workers=1 -- counters | sort -u)" = alone=1 ]
  rows phase=sample workers=2 schedule=static -- counters | grep -qx alone=0
}

refuses() {
  said=$1
  shift
  run "$NWAY" run --results "$results" "$@"
  [ "$status" = 2 ]
  [[ $output == *"$said"* ]] || { echo "$output"; return 1; }
  [ ! -e "$results/latest" ]
}

of_kernel() { printf '[problem x]\nkernel = %s\n%s\n' "$1" "$2" | config; }

@test "what they cannot serve is refused with the line and the reason" {
  refuses "test.conf:3: bound: '0' is outside the range of bound (1 to" -c "$(of_kernel factorial 'bound = 0')"
  refuses "stripes: 16 stripes for bound=8 entries; each stripe needs one" \
    -c "$(of_kernel factorial "$(printf 'bound = 8\nmethod = memo\ncache = striped')")"
  refuses "test.conf:3: n: three arrays of 1000000000 doubles need 2.4e+10 bytes" -c "$(of_kernel triad 'n = 1G')"
  refuses "test.conf:3: times: the increments of all counters" -c "$(of_kernel false_sharing 'times = 9223372036854775807')"
  refuses "test.conf:3: padding: 'lines' is not one of padding=none|line; did you mean 'line'?" \
    -c "$(of_kernel false_sharing 'padding = lines')"
  refuses "test.conf:3: turns: '0' is outside the range of turns" -c "$(of_kernel handoff 'turns = 0')"
  refuses "test.conf:3: grain: '-1' is" -c "$(of_kernel grain 'grain = -1')"
}

big_powers() {
  config <<'CONF'
[run]
workers = 2
rounds = 1
[problem powers]
kernel = power_digits
bases = 5+3
exponent = 1000M
method = divide
CONF
}

@test "a power that ulimit leaves no memory for is refused with figures, before anything is measured" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "AddressSanitizer maps more than any limit"
  run bash -c "ulimit -v 600000; '$NWAY' run -c '$(big_powers)' --results '$results'"
  [ "$status" = 2 ]
  [[ $output == *"test.conf:7: exponent: needs about 1.45 GB of memory for 1 worker; only 0."* ]]
  [[ $output == *"GB available (limited by ulimit -v)"* ]]
  [ ! -e "$results" ]
}

@test "memory is counted for every worker that has an item: what one may have is refused to more of them" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "AddressSanitizer maps more than any limit"
  cell() { # is it laid out, or refused? Nothing is computed.
    bash -c "ulimit -v 500000; exec '$NWAY' cell probe --kernel ${NWAY_BUILD:-build}/kernels/power_digits.so \
      --variant ${NWAY_BUILD:-build}/variants/pthread.so --set bases=$1 --set exponent=200M --workers 2"
  }
  run cell 5+3
  [[ $output == *nomem* ]]
  [[ $output == *"needs about 0.58 GB of memory for 2 workers; "* ]]
  run cell 5 # the other worker has no item
  [ "$status" = 0 ]
  [[ $output == *work_units=* && $output != *nomem* ]]
}

#!/usr/bin/env bats
# The kernels that wait, keep a log or chain calls, as a user runs them: every variant, 1 to 3 workers.

load helpers

# run_kernel NAME PARAMETERS: one round of every variant with 1, 2 and 3 workers; all rows must be ok
run_kernel() {
  config <<CONF >/dev/null
[run]
workers = 1,2,3
rounds = 1
samples = 1
sample_time = 1ms

[problem $1]
kernel = $1
$2
CONF
  run "$NWAY" run -c "$work/test.conf" --kernel "^$1$" --variant seq,pthread,fork,omp --results "$results"
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  for variant in pthread fork omp; do
    for workers in 1 2 3; do
      [ "$(rows phase=sample "variant=$variant" "workers=$workers" -- team_workers | sort -u)" = "$workers" ]
    done
  done
  # one answer for each method, whatever ran it
  [ "$(rows -- method digest | sort -u | wc -l)" = "$(rows -- method | sort -u | wc -l)" ]
}

# counter NAME CONDITION...: the values of a counter in the samples that match
counter() { rows "${@:2}" phase=sample -- counters | tr ' ;' '\n\n' | sed -n "s/^$1=//p" | sort -u; }

@test "sleep: waits of their own under every variant" {
  run_kernel sleep $'waits = 4\nwait = 300'
}

@test "sleep_print: each printer's lines in order, and workers by their names where a variant gives them" {
  run_kernel sleep_print $'printers = 3\nlines = 2\nwait = 200'
  [ "$(counter alternations variant=seq)" = 2 ]
  [ "$(counter named variant=seq)" = 0 ]
  [ "$(counter named variant=pthread)" = 1 ]
  [ "$(counter named variant=fork)" = 1 ]
}

@test "memo_wait: the same answers remembered or not, and as many waits as arguments" {
  run_kernel memo_wait $'calls = 1+1+2\nwait = 200\nmethod = none, private, shared'
  for method in private shared; do
    counts=$(rows phase=sample variant=seq -- method counters | grep "^$method" | sort -u)
    [[ $counts == *"hits=1;misses=2"* ]]
  done
  [ "$(rows phase=sample -- method counters | grep -c '^none hits=0;misses=3')" -gt 0 ]
}

@test "critical_section: turns are whole under the lock, with threads and with processes" {
  run_kernel critical_section $'writers = 3\nturns = 2\nwait = 100\nlock = on, off'
  [ "$(counter whole_turns method=on)" = 6 ]
  [ "$(counter whole_turns method=off variant=seq)" = 6 ]
}

@test "overlap: a name and the digits of two powers" {
  [ ! -e "${NWAY_BUILD:-build}/kernels/overlap.missing" ] || skip "GMP is missing"
  run_kernel overlap $'exponent = 3000\nwait = 500'
}

@test "call_chain: every order does what it says under every variant" {
  run_kernel call_chain $'calls = 50\nchains = 4\npayload = csv\norder = timer+memo, memo+timer, doc+guard+timer+memo'
  # a timer outside a memo sees all calls, inside only the misses
  [ "$(counter timed "method=timer+memo")" = 200 ]
  [ "$(counter timed "method=memo+timer")" = 32 ]
}

@test "what cannot be served is refused before anything runs, with the parameter's name" {
  for bad in sleep:wait=3600000001 sleep_print:lines=1M memo_wait:wait=1800000001 critical_section:turns=1M \
    call_chain:bad=9 sleep:waits=0; do
    problem=${bad#*:}
    config <<CONF >/dev/null
[problem bad]
kernel = ${bad%%:*}
${problem/=/ = }
CONF
    run "$NWAY" run -c "$work/test.conf" --results "$results"
    [ "$status" = 2 ]
    [[ $output == *"test.conf:3"* ]]
    [[ $output == *"${problem%%=*}"* ]]
    [ ! -e "$results/latest" ]
  done
}

#!/usr/bin/env bats
# `nway run` as a user meets it: rows, faults that stay in their cell, bad input, signals.

load helpers

# Answers and times of every kernel and variant are the matter of matrix.bats.
tiny() {
  config <<'CONF'
[run]
workers = 1,3
variants = pthread, omp
rounds = 1
samples = 1
sample_time = 1ms

[problem factorial list]
kernel = factorial
n = 60
method = plain, memo
bound = 16

[problem countdown]
kernel = countdown
items = 5k+3k+6k+10k
CONF
}

# How many columns columns.def names, those of cell_id.def among them.
named_columns() {
  echo '#include "harness/base/columns.def"' | ${CC:-cc} -E -P -I. '-DCOLUMN(...)=@' -x c - | tr -cd @ | wc -c
}

@test "a run's folder holds every file, latest points to it, and the run tells where its time went" {
  run "$NWAY" run -c "$(tiny)" --kernel countdown --results "$results" --name "my laptop"
  for part in "timed samples" "warm-up" "checks of answers" "starting processes"; do
    [[ $output == *"$part"*": "* ]]
  done
  [ "$(jq '.duty_ns | (.timed > 0) and (.warmup > 0) and (.starts > 0) and (.checks > 0)' "$results/latest/run.json")" = true ]
  for file in samples.csv plan.csv run.json machine.json catalog.json config.conf; do
    [ -s "$results/latest/$file" ]
  done
  cmp "$work/test.conf" "$results/latest/config.conf"
  [ "$(jq -r .label "$results/latest/machine.json")" = "my laptop" ]
  [ "$(state .state)" = complete ]
  [ "$(head -1 "$results/latest/samples.csv" | tr , '\n' | wc -l)" = "$(named_columns)" ]
  [ "$(jq -r '.kernels[] | select(.name == "countdown") | .params[0].name' "$results/latest/catalog.json")" = items ]
}

@test "the baseline stands several times in a block and is chosen once" {
  "$NWAY" run -c "$(tiny)" --kernel 'factorial list' --results "$results"
  plan=$results/latest/plan.csv
  [ "$(cut -d, -f"$(column "$plan" baseline)" "$plan" | grep -c best-serial)" = 1 ]
  best=$(grep best-serial "$plan" | cut -d, -f"$(column "$plan" method)")
  [ "$(rows phase=cold round=1 variant=seq "method=$best" -- order | wc -l)" -ge 3 ]
}

# ---- faults stay in their cell ----

modules() { for name in "$@"; do printf -- '--module\n%s\n' "$FIXTURES/$name.so"; done; }

faulty() {
  config <<'CONF'
[run]
workers = 1,2
rounds = 2
samples = 1
sample_time = 1ms
limit = 10min

[problem crash]
kernel = crash
how = segv, abort
solo = works

[problem hang]
kernel = hang
solo = works

[problem quits]
kernel = quits
solo = works

[problem lies]
kernel = lies

[problem noop]
kernel = noop

[problem optimised]
kernel = optimised

[problem good]
kernel = countdown
items = 4x1000
CONF
}

@test "a module that was cut short, or is none, is told by its path, once, with what to do" {
  head -c 9000 "${NWAY%/nway}/kernels/countdown.so" >"$work/cut.so"
  : >"$work/empty.so"
  for name in cut empty; do
    run "$NWAY" run -c "$(faulty)" --module "$work/$name.so" --results "$results"
    echo "$output"
    [ "$status" = 2 ]
    [[ ${lines[0]} == "nway: --module: $work/$name.so: cannot be loaded: "*"build it again"* ]]
    [ "$(grep -o "$name.so" <<<"$output" | wc -l)" = 1 ]
    run "$NWAY" ab "$work/$name.so" "$work/$name.so" -c "$(faulty)" --results "$results"
    [ "$status" = 2 ]
    [[ ${lines[0]} == "nway: $work/$name.so: cannot be loaded: "* ]]
  done
  [ ! -e "$results" ]
}

@test "crash, hang, exit, lie and doing nothing each give their row; all others stay intact" {
  mapfile -t extra < <(modules crash hang quits lies noop optimised)
  run fake_quiet "$NWAY" run -c "$(faulty)" --results "$results" "${extra[@]}"
  [ "$status" = 1 ]
  for pair in crash:crash hang:timeout quits:exit; do
    [ "$(rows "kernel=${pair%:*}" workers=1 -- status | sort -u)" = ok ]
    [ "$(rows "kernel=${pair%:*}" workers=2 -- status | sort -u)" = "${pair#*:}" ]
    [ "$(rows "kernel=${pair%:*}" workers=2 -- variant | sort -u | wc -l)" = 3 ]
  done
  [ "$(rows kernel=noop -- status | sort -u)" = wrong ]
  [ "$(rows kernel=optimised -- status | sort -u)" = wrong ]
  [ "$(rows kernel=lies workers=1 -- status | sort -u)" = ok ]
  [ "$(rows kernel=lies workers=2 -- status | sort -u)" = wrong ]
  rows kernel=lies workers=2 | grep -q 'square 0 is 2, not 1'
  # 7 cells, 2 rounds, the baseline twice in each block
  [ "$(rows kernel=countdown phase=sample status=ok -- status | wc -l)" -ge 14 ]
  [ "$(rows kernel=countdown -- status | sort -u)" = ok ]
  # a failure carries no time
  [ -z "$(rows status=crash -- wall_ns | tr -d '\n ')" ]
  [ -z "$(rows status=wrong -- wall_ns | tr -d '\n ')" ]
}

@test "a check that crashes or hangs over a wrong answer leaves it a wrong answer" {
  mapfile -t extra < <(modules lies)
  # the check has half a second by the fake clock, on which an execution takes some nanoseconds
  run fake_clock "$NWAY" run -c "$(config <<'CONF'
[run]
workers = 2
variants = pthread
rounds = 1
samples = 1
sample_time = 1us
limit = 1s
[problem l]
kernel = lies
check = crashes, hangs
CONF
)" --results "$results" "${extra[@]}"
  [ "$status" = 1 ]
  [ "$(rows workers=2 -- method status | sort -u | wc -l)" = 2 ]
  [ "$(rows workers=2 -- status | sort -u)" = wrong ]
  [ "$(rows workers=2 | grep -cE '"answer [0-9a-f]*, expected [0-9a-f]*(; execution [0-9]+ of the sample)?"')" = "$(rows workers=2 | wc -l)" ]
}

@test "a worker that dies alone, thread or process, ends its cell and not its siblings' wait" {
  mapfile -t extra < <(modules crash)
  run "$NWAY" run -c "$(config <<'CONF'
[run]
workers = 3
rounds = 1
limit = 10min
[problem crash]
kernel = crash
in = first, last
solo = works
CONF
)" --results "$results" "${extra[@]}"
  [ "$status" = 1 ]
  [ "$(rows workers=3 -- status | sort -u)" = crash ]
  [ "$(rows workers=3 -- variant method | sort -u | wc -l)" = 6 ]
}

@test "a process that fled its group by setsid is found and ended" {
  mapfile -t extra < <(modules orphan)
  "$NWAY" run -c "$(printf '[run]\nworkers=2\nrounds=1\nsamples=1\nsample_time=1ms\n[problem o]\nkernel=orphan\n' | config)" --results "$results" "${extra[@]}" || true
  [ -n "$(rows phase=cold -- status)" ]
  # the detector sees such a process while there is one
  (exec -a "$ORPHAN" sleep 30 3>&-) &
  until_ok pgrep -f "$ORPHAN"
  kill $!
  wait $! || true
  refute pgrep -x "$ORPHAN"
}

@test "kernels with locks, waits and dependent steps are right under every variant" {
  plain_is_enough
  mapfile -t extra < <(modules services steps)
  run "$NWAY" run -c "$(config <<'CONF'
[run]
workers = 2,4
rounds = 1
samples = 1
sample_time = 1ms
schedules = static, dynamic
[problem services]
kernel = services
[problem steps]
kernel = steps
CONF
)" --results "$results" "${extra[@]}"
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
}

@test "OpenMP that gives fewer threads than asked for is a failed row, never an N" {
  OMP_THREAD_LIMIT=1 run "$NWAY" run -c "$(tiny)" --kernel countdown --variant omp --results "$results"
  [ "$status" = 1 ]
  [ "$(rows variant=omp workers=1 -- status | sort -u)" = ok ]
  [ "$(rows variant=omp workers=3 -- status | sort -u)" = nores ]
}

@test "a kernel that could not be built is a skipped row with the reason" {
  mkdir -p "$work/tree/kernels"
  cp "$NWAY" "$NWAY-report" "$work/tree/"
  cp -r "${NWAY%/nway}/variants" "$work/tree/"
  cp "${NWAY%/nway}/kernels/countdown.so" "$work/tree/kernels/"
  echo "not built: no gmp" >"$work/tree/kernels/factorial.missing"
  run "$work/tree/nway" run -c "$(tiny)" --kernel 'countdown|factorial list' --results "$results"
  [ "$status" = 0 ]
  [ "$(rows kernel=factorial -- status)" = skipped ]
  rows kernel=factorial | grep -q 'no gmp'
  [ "$(rows kernel=countdown -- status | sort -u)" = ok ]
}

@test "nothing measured at all is exit 3" {
  mapfile -t extra < <(modules noop)
  run "$NWAY" run -c "$(printf '[run]\nrounds=1\n[problem n]\nkernel=noop\n' | config)" --results "$results" "${extra[@]}"
  [ "$status" = 3 ]
}

# ---- bad input: refused before anything is measured ----

# refuses PATTERN ARGUMENTS...: exit 2, the pattern in the message, no results
refuses() {
  pattern=$1
  shift
  run "$NWAY" run --results "$results" "$@"
  echo "$output"
  [ "$status" = 2 ]
  [[ $output == *"$pattern"* ]]
  [ ! -e "$results" ]
}

bad() { printf '[run]\nrounds = 1\n[problem a]\nkernel = factorial\n%b\n' "$1" | config; }

@test "an unknown word names the nearest known one, with file and line" {
  refuses "test.conf:4: kernel: unknown kernel 'factoral'; did you mean 'factorial'?" -c "$(printf '[run]\nrounds = 1\n[problem a]\nkernel = factoral\n' | config)"
  refuses "test.conf:5: variants: unknown variant 'pthred'; did you mean 'pthread'?" -c "$(bad 'variants = seq, pthred')"
  refuses "test.conf:5: kernel factorial has no parameter 'metod'; did you mean 'method'?" -c "$(bad 'metod = memo')"
  refuses "test.conf:5: method: 'memoo' is not one of" -c "$(bad 'method = memoo')"
  refuses "unknown option '--kernal'; did you mean '--kernel'?" --kernal x
  refuses "test.conf:2: unknown setting 'ronds'; did you mean 'rounds'?" -c "$(printf '[run]\nronds = 1\n' | config)"
}

@test "numbers that cannot be are refused where they stand" {
  refuses "test.conf:5: n: " -c "$(bad 'n = 10^12')"
  refuses "test.conf:5: n: '4abc'" -c "$(bad 'n = 4abc')"
  refuses "test.conf:5: workers: invalid worker count '0'" -c "$(bad 'workers = 0')"
  refuses "test.conf:5: workers: invalid worker count '-1'" -c "$(bad 'workers = 1,-1')"
  refuses "--workers: '4abc'" -c "$(bad '')" --workers 4abc
  refuses "workers: invalid worker count '1000000'" -c "$(bad '')" --workers 1000000
  refuses "test.conf:5: method: plain and memo compute what=list" -c "$(bad 'method = tree')"
}

@test "a config that cannot be read, and one that is no config" {
  refuses "cannot read the configuration" -c "$work/none.conf"
  refuses "not a regular file" -c /dev/zero
  refuses "not a regular file" -c "$work"
  printf '[run]\nrounds = 1\0\n' >"$work/nul.conf"
  refuses "NUL" -c "$work/nul.conf"
  refuses "missing kernel" -c "$(printf '[problem a]\nn = 3\n' | config)"
  refuses "first defined on line 1" -c "$(printf '[problem a]\nkernel=countdown\n[problem a]\n' | config)"
}

@test "a results folder that cannot be written is found before measuring" {
  run "$NWAY" run -c "$(tiny)" --results /proc/nway
  [ "$status" = 2 ]
  [[ $output == *"/proc/nway: cannot create the folder"* ]]
  touch "$work/file"
  run "$NWAY" run -c "$(tiny)" --results "$work/file/inside"
  [ "$status" = 2 ]
}

@test "a dry run lists the cells and measures nothing" {
  run "$NWAY" run -c "$(tiny)" --kernel countdown --dry-run --results "$results"
  [ "$status" = 0 ]
  [ "$(grep -c '^countdown | ' <<<"$output")" = 5 ]
  [ ! -e "$results" ]
}

@test "a dry run tells apart what differs in pin, memory or scale alone, and only where it does" {
  cells() { "$NWAY" run -c "$(tiny)" --kernel countdown --dry-run --workers 2 --variant pthread "$@" 2>/dev/null; }
  cells --pin none,0 --memory local,interleave --scale strong,weak >"$work/cells"
  [ "$(wc -l <"$work/cells")" = 16 ]
  [ "$(sort -u "$work/cells" | wc -l)" = 16 ]
  grep -q '| pthread | static | pin=0 | memory=interleave | scale=weak | 2 workers$' "$work/cells"
  cells --pin 0 --scale weak >"$work/cells"
  refute grep -q 'pin=\|memory=\|scale=\|build=' "$work/cells"
}

# ---- time and signals ----

@test "a budget that a hanging program used up is extended, and says so" {
  # by the fake clock: the first sleep never ends, the second one takes its 59 s
  run fake_clock "$NWAY" run --results "$results" -c "$(config <<'CONF'
[run]
variants = seq
limit = 100s
rounds = 6
samples = 1
time_budget = 200s
[problem hangs]
kernel = command
command = sleep 100
[problem long]
kernel = command
command = sleep 59
CONF
)"
  echo "$output"
  [ "$status" = 1 ] # the first program failed
  state ".notes[]" | grep -q "^the budget of 3 min 20 s is extended to .*: preparation, oracles and pilot took "
  [ "$(state .rounds_done)" = 1 ]
  [ "$(rows phase=sample status=ok -- problem | sort -u)" = "sleep 59" ]
}

# Nine cells, whose executions take 8 ms to 1 ms by the fake clock.
within_budget() {
  config <<'CONF' >/dev/null
[run]
workers = 1..8
variants = pthread
rounds = 16
samples = 3
sample_time = 10ms
[problem s]
kernel = sleep
waits = 8
wait = 1000
CONF
  run fake_clock "$NWAY" run -c "$work/test.conf" --time-budget "$1" --results "$results"
  echo "$output"
  [ "$status" = 0 ]
  plan=$results/latest/plan.csv
  thinned=$(grep ',thinned,' "$plan" | cut -d, -f"$(column "$plan" workers)" | tr '\n' ' ')
}

@test "a budget thins worker counts first, then samples and rounds, and says so" {
  plain_is_enough
  within_budget 6000ms
  state ".notes[]" | grep -qx "to keep the budget: worker counts left out: 7"
  [ "$(state .rounds_done)" = 16 ]
  [ "$thinned" = "7 " ]
  [ "$(rows phase=sample workers=8 status=ok -- status | wc -l)" = 48 ]
  within_budget 800ms
  state ".notes[]" | grep -qx "to keep the budget: worker counts left out: 3, 4, 5, 6, 7"
  state ".notes[]" | grep -qx "to keep the budget: samples of a process: 1 instead of 3"
  state ".notes[]" | grep -qx "to keep the budget: rounds: 7 instead of 16"
  [ "$(state .rounds_done)" = 7 ]
  [ "$thinned" = "3 4 5 6 7 " ]
  [ "$(rows phase=sample workers=8 status=ok -- status | wc -l)" = 7 ]
}

@test "programs that become slow after their pilot do not exceed the budget, by a turn of trials or a block each time" {
  plain_is_enough
  cat >"$work/tires" <<'TOOL'
#!/bin/sh
n=$(cat "$1" 2>/dev/null || echo 0)
echo $((n + 1)) >"$1"
if [ "$n" -lt "$2" ]; then sleep 0.01; else sleep 1; fi
TOOL
  chmod +x "$work/tires"
  for calls in 8 18; do # slow in the trials of the baseline, and in the rounds
    run fake_clock "$NWAY" run --results "$results" --time-budget 10s --rounds 12 --samples 1 --min-time 1ms \
      --command "$work/tires $work/a$calls $calls" --command "$work/tires $work/b$calls $calls" \
      --command "$work/tires $work/c$calls $calls" --command "$work/tires $work/d$calls $calls"
    echo "$output"
    [ "$(state .rounds_done)" -gt 0 ]
    [ "$(state '.elapsed_ns <= 10500000000')" = true ]
  done
}

long_run() {
  config <<'CONF'
[run]
rounds = 1000
workers = 1,2
samples = 1
sample_time = 1ms
[problem c]
kernel = countdown
items = 4x1000
CONF
}

has_samples() { grep -qs ',sample,[0-9]' "$results"/*/samples.csv; }

# waits until the run has measured something
wait_for_samples() {
  until_ok has_samples
}

@test "Ctrl-C keeps what is measured and ends with 130" {
  conf=$(long_run)
  # a shell ignores SIGINT for what it puts into the background; env gives the default back
  env --default-signal=INT "$NWAY" run -c "$conf" --results "$results" >"$work/out" 2>&1 3>&- &
  pid=$!
  wait_for_samples
  kill -INT $pid
  status=0
  wait $pid || status=$?
  cat "$work/out"
  [ "$status" = 130 ]
  [ "$(state .state)" = interrupted ]
  [ "$(rows phase=sample status=ok -- status | wc -l)" -ge 1 ]
  awk -F, -v n="$(head -1 "$results/latest/samples.csv" | tr , '\n' | wc -l)" 'NF < n { exit 1 }' "$results/latest/samples.csv"
}

@test "SIGTERM and SIGHUP end a run in the same way" {
  conf=$(long_run)
  for pair in TERM:143 HUP:129; do
    env --default-signal=HUP "$NWAY" run -c "$conf" --results "$results" >/dev/null 2>&1 3>&- &
    pid=$!
    wait_for_samples
    kill "-${pair%:*}" $pid
    status=0
    wait $pid || status=$?
    [ "$status" = "${pair#*:}" ]
    rm -rf "$results"
  done
}

# Waits until a process whose command line holds $1 is there.
wait_for_process() { until_ok pgrep -f "$1"; }

# Waits until no such process is there.
wait_until_gone() { until_ok refute pgrep -f "$1"; }

@test "F8 a harness that is killed takes its cells with it" {
  mapfile -t extra < <(modules hang)
  "$NWAY" run -c "$(printf '[run]\nrounds=1\nworkers=2\nlimit=100s\n[problem h]\nkernel=hang\n' | config)" --results "$results" "${extra[@]}" >/dev/null 2>&1 3>&- &
  pid=$!
  wait_for_process " cell oracle .*$FIXTURES/hang.so"
  kill -KILL $pid
  wait $pid || true
  wait_until_gone " cell oracle .*$FIXTURES/hang.so"
}

@test "F8 a harness that is killed takes along the programs of --command and requires, those too that fled by setsid" {
  cat >"$work/flees.sh" <<'SH'
#!/bin/sh
setsid sh -c 'exec sleep 987.125' &
exec sleep 987.25
SH
  chmod +x "$work/flees.sh"
  requires=$(printf '[run]\n[problem r]\nkernel=countdown\nrequires=%s\n' "$work/flees.sh" | config)
  for how in command requires; do
    if [ $how = command ]; then set -- --command "$work/flees.sh" --limit 100s; else set -- -c "$requires"; fi
    "$NWAY" run "$@" --results "$results" >/dev/null 2>&1 3>&- &
    pid=$!
    wait_for_process 'sleep 987.125'
    wait_for_process 'sleep 987.25'
    kill -KILL $pid
    wait $pid || true
    wait_until_gone 'sleep 987'
  done
}

@test "F17 a signal ends what a configuration requires, with the run's exit code and nothing left" {
  conf=$(printf '[run]\n[problem r]\nkernel=countdown\nrequires=sleep 987.5\n' | config)
  for pair in INT:130 TERM:143 HUP:129; do
    env --default-signal=INT,HUP "$NWAY" run -c "$conf" --results "$results" >/dev/null 2>&1 3>&- &
    pid=$!
    wait_for_process 'sleep 987.5'
    kill -s "${pair%:*}" $pid
    status=0
    wait $pid || status=$?
    [ "$status" = "${pair#*:}" ]
    refute pgrep -f 'sleep 987.5'
    [ ! -e "$results" ]
  done
}

@test "two runs into one folder: the second one is refused and told who measures" {
  conf=$(long_run)
  "$NWAY" run -c "$conf" --results "$results" >/dev/null 2>&1 3>&- &
  pid=$!
  wait_for_samples
  run "$NWAY" run -c "$conf" --results "$results"
  kill -TERM $pid
  wait $pid || true
  [ "$status" = 2 ]
  [[ $output == *"process $pid is measuring"* ]]
}

@test "closed stdin, stdout and stderr do no harm" {
  conf=$(tiny)
  "$NWAY" run -c "$conf" --kernel countdown --results "$results" <&- >&- 2>&-
  [ "$(rows -- status | sort -u)" = ok ]
}

@test "disk full is an error that names the file, and the rows before are kept" {
  [ "$(id -u)" = 0 ] || skip "needs root to mount a small tmpfs"
  mkdir "$results"
  mount -t tmpfs -o size=200k tmpfs "$results" || skip "cannot mount a tmpfs here"
  run "$NWAY" run -c "$(long_run)" --results "$results"
  written=$(wc -l <"$results/latest/samples.csv")
  umount "$results"
  [ "$status" = 3 ]
  [[ $output == *"$results/"*": cannot write: No space left on device"* ]]
  [ "$written" -gt 10 ]
}

@test "the README's kernel of your own builds without a warning, runs and agrees under every variant" {
  sed -n '/^```c$/,/^```$/p' README.md | sed '1d;$d' >"$work/squares.c"
  [ "$(wc -l <"$work/squares.c")" -le 12 ]
  ${CC:-cc} -O2 -Wall -Wextra -Werror -shared -fPIC -I kernels "$work/squares.c" -o "$work/squares.so"
  run "$NWAY" run -c "$(printf '[run]\nworkers=1,2,3\nrounds=1\nsamples=1\nsample_time=1ms\n' | config)" \
    --module "$work/squares.so" --kernel squares --results "$results"
  [ "$status" = 0 ]
  [ "$(rows kernel=squares status=ok phase=sample -- variant workers | sort -u | wc -l)" = 10 ]
}

# ---- placement ----

@test "workers are bound as asked and the row says where they ran" {
  first=$(awk '/Cpus_allowed_list/ { split($2, a, /[,-]/); print a[1] }' /proc/self/status)
  "$NWAY" run -c "$(tiny)" --kernel countdown --pin "none,$first" --workers 1,2 --results "$results"
  [ "$(rows pin=none phase=sample workers=2 -- cpus | sort -u | tr -d '\n')" = "" ]
  [ "$(rows pin="$first" phase=sample workers=1 -- cpus | sort -u)" = "$first" ]
  [ "$(rows pin="$first" phase=sample workers=2 -- cpus | sort -u)" = "$first+$first" ]
  [ "$(rows phase=sample -- trust | grep -c unpinned)" = 0 ]
}

@test "one thread stays on one CPU, the same for all of its problem in a round; more threads and programs do not" {
  "$NWAY" run -c "$(tiny)" --variant pthread,omp,coro --rounds 4 --results "$results"
  if grep -q 'efficiency.*efficiency' "$results/latest/machine.json"; then skip "nobody stays where cores are of several kinds"; fi
  homes() { rows phase=sample "$@" -- round block cpus | sort -u; }
  homes workers=1 >"$work/homes"
  [ "$(wc -l <"$work/homes")" = 8 ]
  [ "$(grep -c ' [0-9][0-9]*$' "$work/homes")" = 8 ]
  [ "$(homes kernel=countdown variant=coro)" = "$(homes kernel=countdown workers=1)" ]
  [ "$(rows phase=sample workers=3 variant=omp -- cpus | sort -u)" = '' ]
  [ "$(rows phase=sample -- trust | grep -c unpinned)" = 0 ]
  run "$NWAY" run --results "$results" --command true --workers 1 --rounds 1
  [ "$(rows phase=sample -- cpus | sort -u)" = '' ]
  "$NWAY" run -c "$(tiny)" --pin free --results "$results"
  [ "$(rows phase=sample -- cpus | sort -u)" = '' ]
}

@test "a process that may not stay on its CPU says so, and still measures" {
  run "$NWAY" cell measure --kernel "${NWAY%/*}/kernels/countdown.so" --variant "${NWAY%/*}/variants/seq.so" --home 60000
  [ "$status" = 0 ]
  [[ $output == *"trust"*"unpinned"* ]]
}

@test "a CPU outside the mask, and an unknown placement, are refused before measuring" {
  refuses "--pin: this process may not use CPU 8000" -c "$(tiny)" --pin 8000
  refuses "test.conf:5: pin: unknown placement 'compct'; did you mean 'compact'?" -c "$(bad 'pin = compct')"
}

@test "cells whose interval is narrow get no more rounds, wide ones do, up to the most" {
  plain_is_enough
  # times that differ by 10 % at most
  run_spread() { FAKE_CLOCK_SPREAD=10 fake_clock "$NWAY" run -c "$work/test.conf" "$@"; }
  run_spread -c "$(config <<'CONF'
[run]
workers = 1
variants = pthread
rounds = 12
max_rounds = 17
width = 1000%
samples = 1
sample_time = 1ms
[problem s]
kernel = sleep
waits = 4
wait = 300
CONF
)" --results "$results"
  [ "$(state .rounds_done)" = 12 ]
  run_spread --results "$results" --width 0.0001%
  [ "$(state .rounds_done)" = 17 ]
  [ "$(rows variant=pthread phase=sample -- round | sort -un | tail -1)" = 17 ]
  refuses_width() { run "$NWAY" run -c "$work/test.conf" --results "$results" --width "$1"; [ "$status" = 2 ]; }
  refuses_width 2 && refuses_width 0% && refuses_width 1001% && refuses_width nan% && refuses_width 0x2%
}

# ---- what a reviewer tripped over ----

@test "two sections on one problem both get their cells; two naive methods are an error" {
  run "$NWAY" run --dry-run -c "$(config <<'CONF'
[problem a]
kernel = countdown
workers = 1
variants = omp
[problem b]
kernel = countdown
workers = 2
variants = fork
CONF
)"
  [ "$status" = 0 ]
  [[ $output == *"| omp | static | 1 worker"* && $output == *"| fork | static | 2 workers"* ]]
  printf '[problem a]\nkernel=factorial\nmethod=plain,memo\nnaive=plain\n[problem b]\nkernel=factorial\nmethod=memo\nnaive=memo\n' | config
  refuses "test.conf:8: naive: duplicate naive method (line 4 chose 'plain')" -c "$work/test.conf"
}

@test "options are taken as they are written, never guessed" {
  refuses "unknown option '--s'" -c "$(tiny)" --s 3
  refuses "did you mean '--workers'?" -c "$(tiny)" --wrokers=1,2
  refuses "needs a value" -c
  refuses "did you mean 'countdown'?" -c "$(tiny)" --kernel countdwn
  refuses "'rounds' belongs in the [run] section" -c "$(bad 'rounds = 3')"
}

@test "an execution that cannot keep the time limit is refused before it is tried" {
  refuses "test.conf:3: items: one execution takes at least" -c "$(printf '[problem c]\nkernel=countdown\nitems=10^12\n' | config)"
}

@test "a budget too small for one execution is refused with the cost of each problem" {
  config >/dev/null <<'CONF'
[run]
time_budget = 10ms
[problem c]
kernel = countdown
items = 2x500M
[problem d]
kernel = countdown
items = 500M
CONF
  refuses "time_budget: 10 ms is too short for one cell; one execution takes at least: countdown items=2x500M " -c "$work/test.conf"
  [[ $output == *"; countdown items=500M "* ]]
  refuses "time_budget: 10 ms is too short for one cell" -c "$work/test.conf" --dry-run
  [ ! -e "$results" ] # the kernel's stated floor is enough to know
}

@test "a budget too small for a round of a problem keeps its cheapest cells, and is extended for one" {
  printf '[run]\nworkers=1,2\ntime_budget=1ms\n[problem c]\nkernel=countdown\nitems=1k\n' | config >/dev/null
  run "$NWAY" run -c "$work/test.conf" --results "$results"
  [ "$status" = 0 ]
  [ "$(state .rounds_done)" -ge 1 ]
  state ".notes[]" | grep -q "^the budget of 1 ms is extended to "
  state ".notes[]" | grep -q "cells left out, the most expensive first"
  [ "$(rows phase=sample status=ok -- variant | sort -u)" = seq ]
}

@test "processes that were there before the run are not its own to end" {
  sh -c 'sleep 60 & echo $! >"$1/pid"; exec "$2" run -c "$3" --kernel countdown --results "$1/r"' sh "$work" "$NWAY" "$(tiny)" >/dev/null 2>&1 3>&-
  kill "$(cat "$work/pid")"
}

@test "the README's configuration is one that runs" {
  sed -n '/^```ini$/,/^```$/p' README.md | sed '/^```/d' | config
  run "$NWAY" run -c "$work/test.conf" --dry-run
  [ "$status" = 0 ]
  [[ $output == *"factorial | list n=1000 | memo bound=128"* ]]
}

# ---- what there is ----

@test "the list of kernels says ranges and conditions in words, in lines of 100 columns" {
  "$NWAY" list kernels >"$work/kernels"
  [ "$(awk 'length > 100' "$work/kernels" | wc -l)" = 0 ]
  tr -s '\n ' ' ' <"$work/kernels" >"$work/line"
  grep -q 'turns=3 (1 to 1M) turns of each writer' "$work/line"
  grep -q 'wait=300 (at least 1) wait after each' "$work/line"
  grep -q 'command=true program and arguments' "$work/line"
  grep -q 'range: an item is a whole range; used only with ranges' "$work/line"
  grep -q 'the first x; used only without ranges' "$work/line"
  grep -q 'used only with method=private or method=shared' "$work/line"
  refute grep -q -e '!=' -e 9223372036854775807 "$work/line"
}

@test "the list of variants says the schedules of each, and so does the help for all" {
  "$NWAY" list variants >"$work/variants"
  grep -A1 '^omp ' "$work/variants" | grep -q 'schedules: static, dynamic:CHUNK, guided:CHUNK, task:CHUNK$'
  grep -A1 '^pthread ' "$work/variants" | grep -q 'schedules: static, dynamic:CHUNK, guided:CHUNK$'
  grep -A1 '^seq ' "$work/variants" | grep -q 'schedules: static$'
  "$NWAY" run --help | grep -q -- '--schedules LIST .*task:CHUNK'
}

@test "a setting that no task of its section heeds is told before anything is measured, with what it needs" {
  conf=$(config <<'CONF'
[problem idle]
kernel = factorial
method = plain
stripes = 4
[problem heeded by one]
kernel = factorial
method = plain, memo
bound = 16
[problem sums]
kernel = power_sum
n = 7
ranges = 5
[problem no ranges]
kernel = power_sum
n = 8
result = vector
CONF
)
  "$NWAY" run -c "$conf" --dry-run --results "$results" >/dev/null 2>"$work/stderr"
  stderr=$(cat "$work/stderr")
  [[ $stderr == *"test.conf:4: stripes has no effect here; it applies only with cache=striped"* ]]
  [[ $stderr == *"test.conf:11: n has no effect here; it applies only without ranges"* ]]
  [[ $stderr == *"test.conf:16: result has no effect here; it applies only with ranges"* ]]
  [ "$(grep -c 'has no effect' <<<"$stderr")" = 3 ]
}

# ---- which serial cell is the baseline ----

@test "the baseline is chosen from several processes of each serial cell, taken in turn" {
  printf '[run]\nworkers = 1\nvariants = seq\nrounds = 7\nsamples = 1\nsample_time = 1ms\n[problem f]\nkernel = factorial\nn = 50\nmethod = plain, memo\n' |
    config >/dev/null
  "$NWAY" run -c "$work/test.conf" --results "$results" >/dev/null 2>&1
  # a pilot each, then as many turns of both as there are rounds, seven at most; none of it counts as a sample
  [ "$(rows phase=pilot -- order | sort -un | wc -l)" = 16 ]
  [ "$(rows phase=pilot method=plain -- order | sort -un | wc -l)" = 8 ]
  [ "$(rows phase=sample round=0 -- order | wc -l)" = 0 ]
  [ "$(rows phase=sample -- order | wc -l)" -ge 2 ]
  sed -i 's/plain, memo/plain/' "$work/test.conf"
  "$NWAY" run -c "$work/test.conf" --results "$results" >/dev/null 2>&1
  [ "$(rows phase=pilot -- order | sort -un | wc -l)" = 1 ]
}

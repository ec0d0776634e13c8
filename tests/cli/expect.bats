#!/usr/bin/env bats
# [expect]: a run that is held against what its configuration says. The runs are synthetic, so that their truth is
# known (exact: the fast method's pthread has speedups 1, 1.9, 3.6, 6.4 without noise), but for the last tests.

load helpers

export LC_ALL=C COLUMNS=200 # one wording, and lines that do not wrap

setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  synth=$(tool synth_run)
  export synth
}

# judged SCENARIO COMMAND...: a run of that scenario with the expectations of standard input, shown on a wide screen
judged() {
  { echo "[expect]" && cat; } >"$work/ci.conf"
  mkdir -p "$results"
  "$synth" "$results/20251122-run" "$1" 1 1 "$work/ci.conf"
  run "$NWAY" "${@:2}" --results "$results"
}

@test "all met: one line, exit 0" {
  judged exact expect <<'CONF'
sum fast pthread workers=8 speedup>=6.3
sum fast pthread workers=max speedup<6.5
sum pthread workers=2 efficiency>=95%     ; of its own method
sum method=fast seq gain>=9.9x
sum pthread workers=4 time<=2.3ms
"sum n=1000" pthread workers=4 throughput>=440k
sum * workers=2 speedup>=1.8
CONF
  [ "$status" = 0 ]
  [ "$output" = "7 expectations met" ]
}

@test "failed: exit 1, file and line, figure and interval, what was asked" {
  judged exact expect <<'CONF'
sum fast pthread workers=8 speedup>=6.3
sum fast pthread workers=8 speedup>=7
CONF
  [ "$status" = 1 ]
  [ "${lines[0]}" = "  ! $work/ci.conf:3: sum fast pthread workers=8 speedup>=7" ]
  [ "${lines[1]}" = "      failed: sum n=1000: fast pthread x8: speedup 6.40 [6.40, 6.40], expected >=7" ] ||
    [ "${lines[1]}" = "      failed: sum n=1000: fast pthread x8: speedup 6.40, expected >=7" ]
  [ "${lines[2]}" = "1 of 2 expectations not met" ]
}

@test "an interval that straddles is not shown, exit 1; far below it, met" {
  mkdir -p "$results"
  "$synth" "$results/20251122-run" runs 1
  table=$("$NWAY" show --results "$results" | grep 'pthread *8\|^ *8 ' | tail -1)
  middle=$(grep -o '[0-9.]* \[' <<<"$table" | tail -1 | tr -d ' [')
  [ -n "$middle" ]
  rm -r "$results"
  judged runs expect <<CONF
sum fast pthread workers=8 speedup>=$middle
sum fast pthread workers=8 speedup>=1
CONF
  [ "$status" = 1 ]
  [[ $output == *"not shown: sum n=1000: fast pthread x8: speedup $middle ["* ]]
  [[ $output == *"1 of 2 expectations not met"* ]]
}

@test "under 6 rounds nothing is judged, exit 3" {
  judged few expect <<'CONF'
countdown omp workers=2 speedup>=0.1
CONF
  [ "$status" = 3 ]
  [[ $output == *"not judged: too few rounds: countdown"*"(3 rounds; an interval needs at least 6), expected >=0.1"* ]]
}

@test "on a busy machine what would fail is not judged, exit 3; show and report exit alike" {
  judged busy expect <<'CONF'
sum fast pthread workers=8 speedup>=6
sum fast pthread workers=8 speedup>=7
CONF
  [ "$status" = 3 ]
  [[ $output == *"not judged: machine busy: sum n=1000: fast pthread x8: speedup 6."*", expected >=7"* ]]
  [[ $output == *"1 of 2 expectations not judged"* ]]
  run "$NWAY" show --results "$results"
  [ "$status" = 3 ]
  [[ ${lines[1]} == "! BUSY: "* ]]
  said=$(tr -s '\n ' ' ' <<<"$output")
  [[ $said == *"no best is named: other programs took 12 % of the CPU time. Stop them and run again."* ]]
  [[ $output == *"BUSY, so not judged; this run alone says: Use"* && $output != *"best"$'\n'* ]]
  "$NWAY" export --format csv --results "$results" >"$work/csv"
  [ "$(awk -F, -v e="$(column "$work/csv" efficiency)" -v s="$(column "$work/csv" standing)" \
    'NR > 1 { print $e ":" $s }' "$work/csv" | sort -u)" = ":undecided" ]
  awk -F, -v low="$(column "$work/csv" speedup_low)" '$low > 6' "$work/csv" | grep -q ,fast,pthread, # speedups stay
  "$NWAY" export --format json --results "$results" | jq -e '[.problems[].cells[] | select(.efficiency or .standing != "undecided")] == []'
  "$NWAY" export --format markdown --results "$results" >"$work/md"
  grep -q 'no best is named: other programs took 12 %' "$work/md"
  refute grep -Eq 'best \|$|slower' "$work/md"
  "$NWAY" export --format junit --results "$results" >"$work/j.xml"
  grep -q '<property name="BUSY"' "$work/j.xml"
  grep -q '<testsuite name="expectations" .* tests="2" failures="0" errors="0" skipped="1"' "$work/j.xml"
  grep -q '"><skipped message="[^"]*ci.conf:3: .*not judged: machine busy' "$work/j.xml"
  run "$NWAY" fit --no-chart --results "$results"
  [[ $output == *"BUSY: not judged"* ]]
}

@test "no such cell: exit 1, and the nearest one is named" {
  judged exact expect <<'CONF'
sum fast pthread workers=9 speedup>=1
product speedup>=1
CONF
  [ "$status" = 1 ]
  [[ $output == *"ci.conf:2: sum fast pthread workers=9 speedup>=1"* ]]
  [[ $output == *"no such cell; the nearest is sum n=1000: fast pthread x8"* ]]
  [[ $output == *"ci.conf:3: product speedup>=1"*"no such cell; this run has sum"* ]]
  [[ $output == *"2 of 2 expectations not met"* ]]
}

@test "cells without a valid time are no proof" {
  judged failed expect <<'CONF'
countdown omp workers=2 time<1h
CONF
  [ "$status" = 1 ]
  [[ $output == *"failed: countdown"*": no time: exit: status 127"* ]]
}

@test "show and report say the same and exit alike; a mark for each line" {
  judged exact show <<'CONF'
sum fast pthread workers=8 speedup>=6.3
sum fast pthread workers=8 speedup>=7
CONF
  [ "$status" = 1 ]
  [[ $output == *"Expectations ---"* ]]
  [[ $output == *"+ $work/ci.conf:2: sum fast pthread workers=8 speedup>=6.3: speedup 6.40"* ]]
  [[ $output == *"! $work/ci.conf:3: sum fast pthread workers=8 speedup>=7"* ]]
  run "$NWAY" report --results "$results" --output "$work/page"
  [ "$status" = 1 ]
  [ ! -e "$results/20251122-run/report" ]
  page=$work/page/report.html
  grep -q '<h2 id="expectations">' "$page"
  grep -q '1 of 2 expectations not met' "$page"
  grep -q 'speedup&gt;=7' "$page"
  judged exact show <<<"sum fast pthread workers=8 speedup>=6.3"
  [ "$status" = 0 ]
}

@test "without expectations: expect decides nothing, exit 3; show is as before" {
  mkdir -p "$results"
  "$synth" "$results/20251122-run" exact
  run "$NWAY" expect --results "$results"
  [ "$status" = 3 ]
  [[ $output == *"states no expectation; add an [expect] section"* ]]
  run "$NWAY" show --results "$results"
  [ "$status" = 0 ]
  refute grep -q Expectations <<<"$output"
  run "$NWAY" expect @0 @0 --results "$results"
  [ "$status" = 2 ]
}

# measured EXPECTATION: a tiny real run
measured() {
  run fake_quiet "$NWAY" run --results "$results" -c "$(config <<CONF
[run]
workers = 1
variants = seq
rounds = 6
samples = 1
sample_time = 100us
[problem small one]
kernel = countdown
items = 4x20k
[expect]
$1
CONF
)"
}

@test "a real run that cannot meet its expectation ends with exit 1, the line and the figure" {
  measured 'countdown seq speedup>=100'
  [ "$status" = 1 ]
  [[ $output == *"$work/test.conf:11: countdown seq speedup>=100"* ]]
  [[ $output == *"failed: countdown items=4x20k: seq x1: speedup 1"*", expected >=100"* ]]
  measured '"small one" seq workers=1 time<1h'
  [ "$status" = 0 ]
  [[ $output == *"1 expectation met"* ]]
}

@test "a typo is refused before anything is measured, with file, line and the nearest word" {
  measured 'countdwon seq speedup>=100'
  [ "$status" = 2 ]
  [[ $output == *"$work/test.conf:11: unknown kernel 'countdwon'; did you mean 'countdown'?"* ]]
  measured 'countdown ompp speedup>=100'
  [ "$status" = 2 ]
  [[ $output == *"$work/test.conf:11: countdown: unknown variant or parameter value 'ompp'"*"'omp'?"* ]]
  measured 'countdown seq sppedup>=100'
  [ "$status" = 2 ]
  [[ $output == *"$work/test.conf:11: unknown quantity 'sppedup'; did you mean 'speedup'?"* ]]
  [ ! -e "$results" ]
}

@test "the help of expect is its own" {
  run "$NWAY" expect --help
  [ "$status" = 0 ]
  [[ $output == "usage: nway expect "* ]]
  [[ $output != *gate* ]]
  [[ $output == *"--config FILE"* ]]
  run "$NWAY" expect -c
  [ "$status" = 2 ]
  [[ $output == *"--config needs a value; write --config FILE"* ]]
  run "$NWAY" show -c x.conf
  [ "$status" = 2 ]
  [[ $output == *"-c: only run, ab and expect take it"* ]]
}

@test "an expectation that no cell can meet is told before anything is measured" {
  run "$NWAY" run --dry-run -c "$(config <<'CONF'
[run]
variants = pthread
workers = 1,2
[problem a b]
kernel = countdown
items = 4x10k
[expect]
"a b" pool workers=2 speedup>=1
countdown pthread workers=2 speedup>0.1
countdown workers=3 time<1s
countdown seq time<1s
countdown items=4x10k * workers=max speedup>0.1
CONF
)"
  [ "$status" = 0 ]
  [[ $output == *"test.conf:8: this run has no cell for the expectation '\"a b\" pool workers=2 speedup>=1'"* ]]
  [[ $output == *"test.conf:10: this run has no cell for the expectation 'countdown workers=3 time<1s'"* ]]
  [ "$(grep -c 'this run has no cell' <<<"$output")" = 2 ]
}

@test "a placement, a scale or a choice that no cell has is told before anything is measured, one that is there is not" {
  run "$NWAY" run --dry-run -c "$(config <<'CONF'
[run]
variants = pthread
workers = 1
[problem abc]
kernel = critical_section
lock = on, off
[problem list]
kernel = factorial
n = 20
method = memo
cache = private, exact
[expect]
critical_section pin=cores time<1s
critical_section memory=interleave time<1s
critical_section scale=weak time<1s
critical_section build=old time<1s
factorial cache=striped time<1s
critical_section lock=off pin=none memory=local scale=strong time<1s
factorial private time<1s
factorial cache=private time<1s
factorial cache=exact time<1s
CONF
)"
  [ "$status" = 0 ]
  [ "$(grep -o 'test.conf:[0-9]*: this run has no cell' <<<"$output" | grep -o '[0-9]*' | tr '\n' ' ')" = "13 14 15 16 17 " ]
  run "$NWAY" run --dry-run -c "$(config <<<$'[problem x]\nkernel = countdown\n[expect]\ncountdown pin=coers time<1s')"
  [ "$status" = 2 ]
  [[ $output == *"test.conf:4: unknown placement 'coers'; did you mean 'cores'?"* ]]
}

# fake_even_times: every execution of the last run took 1 us, so that no figure depends on the machine
fake_even_times() {
  local run=$results/latest
  awk -F, -v OFS=, -v w="$(column "$run/samples.csv" wall_ns)" -v n="$(column "$run/samples.csv" iterations)" \
    'NR > 1 && $w != "" { $w = 1000 * $n } 1' "$run/samples.csv" >"$work/even.csv"
  cp "$work/even.csv" "$run/samples.csv"
  rm "$run/blocks.csv" # it closes the rows as they were
  jq 'del(.listed)' "$run/run.json" >"$work/json" && cp "$work/json" "$run/run.json"
}

# examined EDIT [LINE]: a run of what `sed EDIT` makes of the examiner's configuration, judged by that with a line more
examined() {
  cat >"$work/examiner.conf" <<'CONF'
[define]
few = 20
[run]
workers = 1
variants = seq
rounds = 6
samples = 1
sample_time = 100us
[problem count]
kernel = countdown
items = 2k+3k
[problem list]
kernel = factorial
n = ${few}
method = plain, memo
[problem abc]
kernel = critical_section
wait = 1
lock = on, off
[expect]
"count" seq time<1h
"list" memo seq gain>=0.0001
"abc" lock=off time<1h
CONF
  [ $# = 1 ] || echo "$2" >>"$work/examiner.conf"
  sed "/^.expect/,\$d; $1" "$work/examiner.conf" >"$work/handed.conf"
  rm -rf "$results"
  fake_quiet "$NWAY" run -c "$work/handed.conf" --results "$results" >/dev/null || [ $? = 1 ] # a lack of locks may be found out
  fake_even_times
  run "$NWAY" expect -c "$work/examiner.conf" --results "$results"
  echo "$output"
}

@test "another's configuration judges a run of its own problems, also in another order and run in another way" {
  examined ''
  [ "$status" = 0 ]
  [[ $output == *"3 expectations met"* ]]
  examined 's/2k+3k/3k+2k/; s/^variants.*/variants = pthread/; s/^kernel = countdown/&\nschedules = dynamic/'
  [ "$status" = 0 ]
}

@test "a run of another kernel, value or method is not the examiner's problem, and it says what differs" {
  examined '/^kernel = countdown/,/^items/d; s/^.problem count.$/&\nkernel = sleep\nwait = 10/'
  [ "$status" = 1 ]
  [[ $output == *"failed: sleep "*": not this problem: kernel=sleep, where $work/examiner.conf:10 has countdown"* ]]
  [[ $output == *"1 of 3 expectations not met"* ]]
  examined 's/2k+3k/2x2k/; s/few = 20/few = 21/; s/^wait = 1/wait = 2/'
  [ "$status" = 1 ]
  [[ $output == *"not this problem: items=2x2000, where $work/examiner.conf:11 has 2k+3k"* ]]
  [[ $output == *"not this problem: n=21, where $work/examiner.conf:14 has 20"* ]]
  [[ $output == *"not this problem: wait=2, where $work/examiner.conf:18 has 1"* ]]
  [[ $output == *"3 of 3 expectations not met"* ]]
  examined 's/^lock.*/lock = off/; s/plain, memo/memo, plain/; s/^items.*/&\nscale = weak/'
  [ "$status" = 1 ]
  [[ $output == *"not this problem: the run has no lock=on, as $work/examiner.conf:19 has"* ]]
  [[ $output == *"not this problem: naive=memo bound=128, where $work/examiner.conf:12 leaves it at its first method"* ]]
  [[ $output == *"not this problem: scale=weak, where $work/examiner.conf:9 leaves it at strong"* ]]
}

@test "what a line leaves open may differ; a line that names the kernel is held against the problems of that kernel" {
  examined 's/few = 20/few = 21/' '"list" n=* plain time<1h'
  [ "$status" = 1 ]
  [[ $output == *"1 of 4 expectations not met"* ]]
  [[ $output == *"not this problem: n=21, where $work/examiner.conf:14 has 20"* ]]
  examined 's/2k+3k/2x2k/; s/.problem count/&ed/' 'countdown time<1h'
  [ "$status" = 1 ]
  [[ $output == *'"count" seq time<1h'*"no such cell"* ]]
  [[ $output == *"countdown time<1h"*"not this problem: items=2x2000, where $work/examiner.conf:11 has 2k+3k"* ]]
  examined '' 'countdown time<1h'
  [ "$status" = 0 ]
}

@test "a run whose catalog tells no parameters, or ones that cannot be, is no proof" {
  examined ''
  for broken in 'del(.params)' '.params[]?.when = "zz"' '.params[]? |= (.type = "choice" | .choices = null)'; do
    catalog=$(readlink -f "$results/latest")/catalog.json
    cp "$catalog" "$work/catalog.json"
    jq ".kernels[] |= ($broken | .params[]?.max = 9999)" "$work/catalog.json" >"$catalog"
    run "$NWAY" expect -c "$work/examiner.conf" --results "$results"
    cp "$work/catalog.json" "$catalog"
    echo "$broken: $output"
    [ "$status" = 1 ]
    [[ $output == *"not this problem: the run's catalog.json does not list its parameters"* ]]
  done
}

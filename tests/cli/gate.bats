#!/usr/bin/env bats
# `nway gate`: separate runs, base against new. The runs are synthetic, so that their truth is known.

load helpers

# base1..6 and same1..5 are alike, slow1..5 are 10 % slower; six cells each, the most that 5 against 5 can prove.
setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  synth=$(tool synth_run)
  export synth runs=$BATS_FILE_TMPDIR/runs
  mkdir "$runs"
  for i in 1 2 3 4 5 6; do
    "$synth" "$runs/base$i" runs "$i"
    "$synth" "$runs/same$i" runs "1$i"
    "$synth" "$runs/slow$i" runs "2$i" 1.1
  done
}

# gate BASES NEWS [option...]: patterns of folders under $runs
gate() {
  # shellcheck disable=SC2086
  run "$NWAY" gate --base "$runs"/$1 --new "$runs"/$2 "${@:3}"
}

# change FOLDER FILE FILTER: edits a JSON file of a copied run
change() { jq "$3" "$1/$2" >"$1/new.json" && mv "$1/new.json" "$1/$2"; }

# spoil FOLDER STATUS [ROUND]: the cell on 8 workers ends so in every round, or from that one on
spoil() {
  awk -F, -v OFS=, -v w="$(column "$1/samples.csv" workers)" -v s="$(column "$1/samples.csv" status)" -v to="$2" \
    -v r="$(column "$1/samples.csv" round)" -v from="${3:-1}" \
    'NR > 1 && $w == 8 && $r >= from { $s = to } 1' "$1/samples.csv" >"$1/new.csv"
  if cmp -s "$1/new.csv" "$1/samples.csv"; then return 1; fi
  mv "$1/new.csv" "$1/samples.csv"
}

# drop FOLDER: the cell on 8 workers was never in that run
drop() {
  for file in samples plan; do
    awk -F, -v w="$(column "$1/$file.csv" workers)" '$w != 8' "$1/$file.csv" >"$1/new.csv"
    mv "$1/new.csv" "$1/$file.csv"
  done
}

# copy NAME N: copies of runs NAME1..N to be changed, in $work
copy() { for i in $(seq "$2"); do cp -r "$runs/$1$i" "$work/$1$i"; done; }

@test "one run a side: the whole table, cannot decide, exit 3" {
  gate 'base1' 'slow1'
  [ "$status" = 3 ]
  [[ $output == *"unpaired, cannot decide"* ]]
  [ "$(grep -c 'unpaired  .* -> .*, ratio 0\.9' <<<"$output")" = 6 ]
  before=$output
  run "$NWAY" gate --results "$runs" base1 slow1
  [ "$status" = 3 ]
  [ "$output" = "$before" ]
}

@test "for programs: a line a cell, new over base; what is not judged has no figures but the ratio" {
  gate 'base[1-5]' 'slow[1-5]' --csv
  [ "$status" = 1 ]
  [ "${lines[0]}" = kernel,problem,method,variant,schedule,pin,scale,workers,runs,ratio,low,high,p,holm_p,verdict,memory,taken_out,whole,noisy,env ]
  [ "$(printf '%s\n' "${lines[@]:1}" |
    awk -F, 'NF == 20 && $9 == 5 && $11 <= $10 && $10 <= $12 && $11 > 1.05 && $13 < $14 && $15 == "slower"' | wc -l)" = 6 ]
  [ "${#lines[@]}" = 7 ]
  gate 'base1' 'slow1' --csv
  [ "$status" = 3 ]
  [ "$(printf '%s\n' "${lines[@]:1}" |
    awk -F, '$9 == 1 && $10 > 1.05 && $11 $12 $13 $14 == "" && $15 == "unpaired"' | wc -l)" = 6 ]
  copy slow 5
  for i in 1 2 3 4 5; do spoil "$work/slow$i" crash; done
  run "$NWAY" gate --base "$runs"/base[1-5] --new "$work"/slow[1-5] --csv
  [ "$status" = 1 ]
  [ "$(grep -c ',8,0,,,,,,broken,,0,,0,$' <<<"$output")" = 1 ]
}

@test "who has no table for programs refuses --csv" {
  for command in show report compare expect; do
    run "$NWAY" "$command" --results "$runs" base1 --csv
    echo "$command: $output"
    [ "$status" = 2 ]
    [[ $output == "nway $command: --csv: only ab and gate take it" ]]
  done
}

@test "four on either side cannot decide, however large the difference" {
  gate 'base[1-4]' 'slow[1-5]'
  [ "$status" = 3 ]
  [[ $output == *"4 base runs against 5 new"* ]]
  gate 'base[1-6]' 'slow[1-4]'
  [ "$status" = 3 ]
  [[ $output == *"cannot decide"* ]]
}

@test "five against five: a planted slowdown of 10 % is exit 1, the other way round faster and exit 0" {
  gate 'base[1-5]' 'slow[1-5]'
  [ "$status" = 1 ]
  [[ $output == *"6 slower, 0 faster, 0 same, 0 undecided"* && $output == *"REGRESSION: 6 slower by more than 3 %"* ]]
  [[ $output == *"p 0.048"* && $output == *"detects"* ]]
  gate 'slow[1-5]' 'base[1-5]'
  [ "$status" = 0 ]
  [[ $output == *"0 slower, 6 faster"* ]]
  gate 'base[1-5]' 'slow[1-5]' --worth 20%
  [ "$status" = 0 ]
  [[ $output == *"6 same"* ]]
}

@test "five against five without a difference: nothing is slower, exit 0; --strict makes undecided exit 3" {
  gate 'base[1-5]' 'same[1-5]'
  [ "$status" = 0 ]
  [[ $output == *" 0 slower, 0 faster"* ]]
  gate 'base[1-5]' 'same[1-5]' --worth 0.5%
  [ "$status" = 0 ]
  [[ $output == *"6 undecided"* ]]
  gate 'base[1-5]' 'same[1-5]' --worth 0.5% --strict
  [ "$status" = 3 ]
}

@test "so many cells that no p survives: more runs are asked for, exit 3 and never a green light" {
  for i in 1 2 3 4 5; do "$synth" "$work/a$i" two "$i"; "$synth" "$work/b$i" two "2$i" 1.1; done
  run "$NWAY" gate --base "$work"/a? --new "$work"/b?
  [ "$status" = 3 ]
  [[ $output == *"too few rounds or runs to detect a change"* && $output != *"detects"* ]]
  text=$(tr -s " \n" " " <<<"$output")
  [[ $text == *"more runs needed: "*"5 against 5 runs give no p below 0.0079"*"58 cells"*"at least 7 right runs"* ]]
  for i in 6 7; do "$synth" "$work/a$i" two "$i"; "$synth" "$work/b$i" two "2$i" 1.1; done
  run "$NWAY" gate --base "$work"/a? --new "$work"/b?
  [ "$status" = 1 ]
  [[ $output != *"more runs"* && $output == *REGRESSION* ]]
}

@test "with a history the spread of base is shown" {
  gate 'base[1-5]' 'same[1-5]'
  [[ $output != *"middle half"* ]]
  gate 'base[1-6]' 'same[1-5]'
  [ "$status" = 0 ]
  [ "$(grep -c 'the middle half of base: -.* to +.* %' <<<"$output")" = 6 ]
}

@test "a cell that fails in new and was right in base is exit 1, even with one run a side" {
  copy same 5
  spoil "$work/same3" crash
  run "$NWAY" gate --base "$runs"/base[1-5] --new "$work"/same?
  [ "$status" = 1 ]
  [[ $output == *"BROKEN "*"failed in 1 of 5 new runs (crash"* && $output == *"BROKEN: 1 right in the base runs"* ]]
  spoil "$work/same1" wrong
  run "$NWAY" gate "$runs/base1" "$work/same1"
  [ "$status" = 1 ]
  [[ $output == *"wrong answer"* && $output == *"cannot decide"* ]]
  # what failed before is no news, but told
  cp -r "$runs/base1" "$work/base1" && spoil "$work/base1" crash
  run "$NWAY" gate "$work/base1" "$work/same1"
  [ "$status" = 3 ]
  [[ $output == *"failed in 1 of 1 base run (crash)"*"failed in 1 of 1 new run (wrong answer)"* ]]
}

@test "a cell that is missing on a side is told; --strict makes it exit 3; none in common is exit 3" {
  copy same 5
  for i in 1 2 3 4 5; do drop "$work/same$i"; done
  run "$NWAY" gate --base "$runs"/base[1-5] --new "$work"/same?
  [ "$status" = 0 ]
  [[ $output == *"no match"*"not measured in 5 of 5 new runs"* ]]
  [[ $output == *"5 cells on both sides"*"1 not comparable"* ]]
  run "$NWAY" gate --base "$runs"/base[1-5] --strict --new "$work"/same?
  [ "$status" = 3 ]
  for i in 1 2 3 4 5; do "$synth" "$work/other$i" two "$i$i"; done
  run "$NWAY" gate --base "$runs"/base[1-5] --new "$work"/other?
  [ "$status" = 3 ]
  [[ $output == *"0 cells on both sides"* ]]
}

# I13
@test "the same run twice is refused, even under another name" {
  cp -r "$runs/base1" "$work/copy"
  run "$NWAY" gate "$runs/base1" "$work/copy"
  [ "$status" = 2 ]
  [[ $output == *"the same run twice"* ]]
  run "$NWAY" gate --base "$runs"/base[1-5] "$runs/base2" --new "$runs"/same[1-5]
  [ "$status" = 2 ]
  [[ $output == *base2* ]]
  rm "$work/copy/run.json"
  run "$NWAY" gate "$runs/base1" "$work/copy"
  [ "$status" = 2 ]
  [[ $output == *"no run_id"* ]]
}

# I28
@test "other machines are told on top, and no time is judged; one name does not make them one" {
  copy slow 5
  change "$work/slow2" run.json '.machine_id = "00000000cafecafe"'
  change "$work/slow2" machine.json '.machine_id = "00000000cafecafe"'
  run "$NWAY" gate --base "$runs"/base[1-5] --new "$work"/slow?
  [ "$status" = 3 ]
  [[ ${lines[1]} == "! SYNTHETIC: 5 of 5 base runs, 5 of 5 new runs."* ]]
  [[ ${lines[2]} == "! DIFFERENT MACHINES: "*"(00000000deadbeef); "*"(00000000cafecafe)"* ]]
  [[ $output == *"nway compare"* && $output != *slower* ]]
}

@test "other configurations, unfinished runs and one side after the other are told" {
  copy same 5
  for i in 1 2 3 4 5; do change "$work/same$i" run.json ".started_utc = \"2025-11-23T00:00:0${i}Z\""; done
  change "$work/same4" run.json '.config_text = "another" | .state = "interrupted"'
  spoil "$work/same4" interrupted 12
  run "$NWAY" gate --base "$runs"/base[1-5] --new "$work"/same?
  [ "$status" = 0 ]
  text=$(tr '\n' ' ' <<<"$output")
  [[ $text == *"configurations of '$work/same4' and"* ]]
  [[ $text == *"same4' is interrupted"* ]]
  [[ $text != *"failed in"* ]] # to be interrupted is no failure of the cell
  [[ $text == *"Every base run started before the first new run"* ]]
}

@test "usage and unreadable runs are refused with the reason" {
  for words in "" "base1" "base1 same1 same2" "--base base1" "--new same1" "base1 --new same1" "--base --new same1"; do
    # shellcheck disable=SC2086
    run "$NWAY" gate --results "$runs" $words
    [ "$status" = 2 ]
    [[ $output == *"gate needs runs of both sides"* ]]
  done
  run "$NWAY" gate --results "$runs" base1 same1 --worth 3
  [ "$status" = 2 ]
  [[ $output == *--worth* ]]
  run "$NWAY" gate --results "$runs" base1 same1 --strictt
  [ "$status" = 2 ]
  [[ $output == *"--strict"* ]]
  run "$NWAY" gate --results "$runs" base1 none1
  [ "$status" = 2 ]
  [[ $output == *"no such run"* ]]
  cp -r "$runs/same1" "$work/newer"
  sed -i '2s/^1,/2,/' "$work/newer/samples.csv"
  run "$NWAY" gate "$runs/base1" "$work/newer"
  [ "$status" = 2 ]
  [[ $output == *"newer nway"* ]]
  run "$NWAY" gate --help
  [ "$status" = 0 ]
  [[ $output == *"gate --base RUN"* ]]
}

@test "a run of two builds is refused" {
  cp -r "$runs/same1" "$work/two"
  for file in "$work"/two/{samples,plan}.csv; do
    awk -F, -v OFS=, -v b="$(column "$file" build)" 'NR > 1 { $b = "old" } 1' "$file" >"$work/x"
    mv "$work/x" "$file"
  done
  run "$NWAY" gate "$runs/base1" "$work/two"
  [ "$status" = 2 ]
  [[ $output == *"run of two builds"* ]]
}

@test "names from elsewhere cannot move the cursor" {
  "$synth" "$work/h1" hostile 1 && "$synth" "$work/h2" hostile 2
  run "$NWAY" gate "$work/h1" "$work/h2"
  [ "$status" = 3 ]
  [[ $output == *'\x1B[31m'* && $output != *$'\033'* ]]
}

@test "--report writes a page with a forest plot, its band and a row a cell; a page that fails is no green verdict" {
  gate 'base[1-5]' 'slow[1-5]' --output "$work/page"
  [ "$status" = 1 ]
  [ "${lines[-1]}" = "$work/page/gate.html" ]
  page=$work/page/gate.html
  grep -q '<h1 id="verdict">6 of 6 cells are slower by more than 3 %.</h1>' "$page"
  [ "$(grep -c '<td><b>slower</b></td>' "$page")" = 6 ]
  [ "$(grep -c '<svg' "$page")" = 2 ]
  awk -F, 'NR > 1 && ($3 != 3 || !($5 < $4 && $4 < $6 && $6 < 0.97)) { exit 1 } END { exit NR != 7 }' "$work/page/data/gate.csv"
  grep -q 'boxxyerror' "$work/page/gnuplot/gate.gp"
  mkdir "$work/taken" && : >"$work/taken/png"
  gate 'base[1-5]' 'same[1-5]' --output "$work/taken"
  [ "$status" = 2 ]
  gate 'base[1-5]' 'slow[1-5]' --output "$work/taken"
  [ "$status" = 1 ]
}

@test "a report draws a reference run: its times in the chart, a row a common cell; its own run and two builds are refused" {
  run "$NWAY" report "$runs/slow1" --reference "$runs/base1" --output "$work/page"
  [ "$status" = 0 ]
  page=$work/page/report.html
  grep -q 'Whether this run is slower or faster is not judged: one run a side.' "$page"
  [ "$(sed -n '/id="reference"/,/<\/section>/p' "$page" | grep -c '<td>not judged</td>')" = 6 ]
  [ "$(sed -n 1p "$work"/page/data/p01-m*-time-reference.csv | sort -u)" = workers,time_ns ]
  grep -q 'reference.csv' "$work"/page/gnuplot/p01-m*-time.gp
  run "$NWAY" report "$runs/slow1" --reference "$runs/slow1" --output "$work/own"
  [ "$status" = 2 ]
  [[ $output == *"is the run of the report"* ]]
  run "$NWAY" report "$runs/slow1" --reference "$runs/none" --output "$work/own"
  [ "$status" = 2 ]
}

@test "earlier runs judge a run against a reference: neither of the two is its own yardstick; few rounds are not judged" {
  mkdir "$work/beside"
  for i in 1 2 3 4 5 6 7; do
    "$synth" "$work/beside/2025110$i-x" runs "$i" "$([ "$i" = 7 ] && echo 1.3 || echo 1)"
    change "$work/beside/2025110$i-x" run.json ".run_id = \"2025110$i-x\" | .options = \"\" | .modules = \"m\""
  done
  judged() {
    "$NWAY" report "$work/beside/20251107-x" --reference "$work/beside/2025110$1-x" --output "$work/judged" >/dev/null
    sed -n '/id="reference"/,/<\/section>/p' "$work/judged/report.html" | grep -c "<td>\(<b>\)*$2\(</b>\)*</td>"
  }
  # short FOLDER ROUNDS: keeps so many rounds
  short() {
    awk -F, -v r="$(column "$1/samples.csv" round)" -v most="$2" 'NR == 1 || $r <= most' "$1/samples.csv" >"$1/new.csv"
    mv "$1/new.csv" "$1/samples.csv"
  }
  [ "$(judged 3 slower)" = 6 ]
  mv "$work/beside/20251105-x" "$work/gone"
  [ "$(judged 3 'not judged')" = 6 ] # four besides the two
  mv "$work/gone" "$work/beside/20251105-x"
  short "$work/beside/20251103-x" 5
  [ "$(judged 3 'not judged')" = 6 ]
}

@test "the configuration of a run may name its reference; one that is gone is told, and the report goes without" {
  cp -r "$runs/slow1" "$work/named"
  change "$work/named" run.json '.config_text = "[report]\nreference = base1\n" | .config_file = "c.conf"'
  "$NWAY" report "$work/named" --results "$runs" --alone --output "$work/page"
  grep -q 'id="reference"' "$work/page/report.html"
  run "$NWAY" report "$work/named" --results "$work" --alone --output "$work/page"
  [ "$status" = 0 ]
  [[ $output == *"c.conf:2: reference: 'base1': no such run"*"the report goes without it"* ]]
  refute grep -q 'id="reference"' "$work/page/report.html"
}

#!/usr/bin/env bats
# `nway run --resume`: a run that was interrupted is taken up, whole blocks only, and never mixed silently (F19-F21).

load helpers

small() {
  config <<'CONF'
[run]
workers = 1,2
variants = pthread
rounds = 6
samples = 2
sample_time = 1ms
seed = 7
[problem c]
kernel = countdown
items = 4x100k
[problem p]
kernel = power_sum
n = 2000
CONF
}

# The same order and number of processes at any speed of the machine: how often a baseline runs follows the pilot's times.
scripted() {
  sed -E 's/^kernel = .*/kernel = sleep/; s/^items = .*/waits = 4/; s/^n = .*/waits = 2\nwait = 2k/' "$(small)" >"$work/scripted.conf"
  echo "$work/scripted.conf"
}
by_script() { fake_clock "$NWAY" run -c "$(scripted)" --results "$results" "$@"; }

# where each process of the rounds ran, without what was superseded
order_of() { rows phase=cold status=ok -- round block order kernel variant workers | grep -v '^0 ' | sort -u; }

# one valid set of rows for each cell and round: as many as planned, each once
each_once() {
  [ "$(rows phase=sample status=ok -- round block order sample | sort | uniq -d | wc -l)" = 0 ]
  [ "$(rows phase=sample status=ok -- round | wc -l)" = "$1" ]
}

# killed LINES [CONFIGURATION]: a fresh run, killed with -9 when samples.csv has so many
killed() {
  local libraries=fake_kill
  [ "${2:-}" != scripted ] || libraries="fake_kill fake_clock"
  rm -rf "$results"
  FAKE_CLOCK=$work/clock FAKE_KILL_LINES=$1 preloaded "$libraries" \
    "$NWAY" run -c "$(${2:-small})" --results "$results" >/dev/null 2>&1 || true
  [ "$(wc -l <"$results/latest/samples.csv")" = "$1" ]
  [ "$(state .state)" = running ]
}

@test "F19 killed at any row, a run goes on where it was: the same blocks in the same order as without" {
  by_script >/dev/null 2>&1
  whole=$(rows phase=sample status=ok -- round | wc -l)
  order_of >"$work/whole"
  rows_in_all=$(wc -l <"$results/latest/samples.csv")
  for tenths in 4 7 9; do # the next tests but one kill a pilot
    at=$((rows_in_all * tenths / 10))
    rm -rf "$results"
    killed "$at" scripted
    run by_script --resume
    echo "$at: $output"
    [ "$status" = 0 ]
    [ "$(state .state)" = complete ]
    each_once "$whole"
    order_of | cmp - "$work/whole"
    # the pilot's memory is in all rows or, where the system does not tell, in none
    [ "$(rows phase=sample status=ok -- pss_bytes | awk '{ print ($1 > 0) }' | sort -u | wc -l)" = 1 ]
    # what it shows counts the new rows only
    "$NWAY" show --results "$results" >/dev/null
  done
}

# rounds, blocks, processes and samples of small
planned=$((6 * 2 * 3 * 2))

@test "F19 a run that ended by its budget, was taken up and killed in a block, gets that block whole" {
  killed 90 scripted
  jq '.state = "budget"' "$results/latest/run.json" >"$work/run.json"
  cp "$work/run.json" "$results/latest/run.json"
  FAKE_CLOCK=$work/clock FAKE_KILL_LINES=7 preloaded "fake_kill fake_clock" \
    "$NWAY" run -c "$(scripted)" --results "$results" --resume >/dev/null 2>&1 || true
  [ "$(state .state)" = running ] # written before anything was measured
  run by_script --resume
  [ "$status" = 0 ]
  [ "$(state .state)" = complete ]
  each_once $planned
  # rows that are lost in the middle are noticed: by whoever takes it up, and in what is shown
  jq '.state = "running"' "$results/latest/run.json" >"$work/run.json"
  cp "$work/run.json" "$results/latest/run.json"
  sed -i "$(($(wc -l <"$results/latest/samples.csv") - 30))d" "$results/latest/samples.csv"
  run by_script --resume
  [ "$status" = 2 ]
  [[ $output == *"/samples.csv:"*": round "*"rows are lost"* ]]
  "$NWAY" show --results "$results" | tr -s '\n ' ' ' | grep -F 'rows are lost'
}

@test "F19 a torn last line is dropped and told; a killed pilot begins anew" {
  killed 100
  truncate -s -9 "$results/latest/samples.csv"
  run "$NWAY" run -c "$(small)" --results "$results" --resume
  [ "$status" = 0 ]
  [[ $output == *"dropped the last line of samples.csv"* ]]
  rm -rf "$results"
  killed 5 # two rows of the pilot
  run "$NWAY" run -c "$(small)" --results "$results" --resume
  [ "$status" = 0 ]
  [ "$(state .state)" = complete ]
  [[ $output == *"starts over"* ]]
  [ "$(rows phase=oracle status=ok -- kernel | wc -l)" = 2 ]
}

@test "F20 a bad line in the middle is refused with its number, and nothing is touched" {
  killed 100
  sed -i '50s/,/;/' "$results/latest/samples.csv"
  before=$(cksum <"$results/latest/samples.csv")
  run "$NWAY" run -c "$(small)" --results "$results" --resume
  [ "$status" = 2 ]
  [[ $output == *"samples.csv:50:"* ]]
  [ "$(cksum <"$results/latest/samples.csv")" = "$before" ]
  # a figure that is none is a bad line too
  sed -i '50s/;/,/' "$results/latest/samples.csv"
  at=$(column "$results/latest/samples.csv" wall_ns)
  sed -i -E "50s/^(([^,]*,){$((at - 1))})[0-9]+/\\112x4/" "$results/latest/samples.csv"
  run "$NWAY" run -c "$(small)" --results "$results" --resume
  [ "$status" = 2 ]
  [[ $output == *"samples.csv:50: invalid row: wall_ns: '12x4' is not a whole number; start a new run"* ]]
}

@test "F21 another configuration, option or module is refused unless forced" {
  killed 100
  conf=$(small)
  sed -i 's/seed = 7/seed = 8/' "$conf"
  run "$NWAY" run -c "$conf" --results "$results" --resume
  [ "$status" = 2 ]
  [[ $output == *"another configuration"* ]]
  run "$NWAY" run -c "$(small)" --results "$results" --resume --rounds 7
  [ "$status" = 2 ]
  [[ $output == *"other options"* ]]
  ${CC:-cc} -O1 -shared -fPIC -I kernels kernels/countdown.c -o "$work/other.so"
  run "$NWAY" run -c "$(small)" --results "$results" --resume --module "$work/other.so"
  [ "$status" = 2 ]
  [[ $output == *"other builds"* ]]
  run "$NWAY" run -c "$(small)" --results "$results" --resume --module "$work/other.so" --force
  [ "$status" = 0 ]
  [ "$(state .state)" = complete ]
}

@test "a complete run, and no run at all, are told; an interrupted one by name is taken up" {
  run "$NWAY" run -c "$(small)" --results "$results" --resume
  [ "$status" = 2 ]
  [[ $output == *"no run to resume"* ]]
  killed 100
  run "$NWAY" run -c "$(small)" --results "$results" --resume="$(basename "$(readlink "$results/latest")")"
  [ "$status" = 0 ]
  run "$NWAY" run -c "$(small)" --results "$results" --resume
  [ "$status" = 2 ]
  [[ $output == *"is complete"* ]]
}

@test "a run of a program names the command line that resumes it, and takes none from its folder" {
  cd "$work"
  nway=$(realpath "$OLDPWD/$NWAY")
  FAKE_KILL_LINES=20 preloaded fake_kill "$nway" run --rounds 6 --workers 1,2 --name 'one two' --results "$results" -- true x{workers} \
    >/dev/null 2>&1 || true
  [ "$(state .state)" = running ]
  run "$nway" run --resume --results "$results"
  [ "$status" = 2 ]
  [ "$(state .state)" = running ]
  [[ $output == *"its command line was: nway run --resume --rounds 6 --workers 1,2 --name 'one two' -- true x{workers}" ]]
  run "$nway" run --resume --rounds 6 --workers 1,2 --name 'one two' --results "$results" -- true x{workers}
  [ "$status" != 2 ]
  [ "$(state .state)" = complete ]
}

@test "a run that was killed when all rounds were over gets no further one" {
  "$NWAY" run -c "$(small)" --results "$results" >/dev/null 2>&1
  whole=$(rows phase=sample -- round | wc -l)
  jq '.state = "running"' "$results/latest/run.json" >"$work/run.json"
  cp "$work/run.json" "$results/latest/run.json"
  run "$NWAY" run -c "$(small)" --results "$results" --resume
  [ "$status" = 0 ]
  [ "$(state .state)" = complete ]
  [ "$(rows phase=sample -- round | wc -l)" = "$whole" ]
}

@test "the same seed gives the same order, another one another; --order sequential the plan's" {
  plain_is_enough
  by_script --rounds 2 >/dev/null 2>&1
  order_of >"$work/one"
  rm -rf "$results"
  by_script --rounds 2 >/dev/null 2>&1
  order_of | cmp - "$work/one"
  rm -rf "$results"
  by_script --rounds 2 --seed 9 >/dev/null 2>&1
  if order_of | cmp -s - "$work/one"; then return 1; fi
  rm -rf "$results"
  by_script --rounds 2 --order sequential >/dev/null 2>&1
  [ "$(rows phase=cold status=ok round=1 -- block | uniq | tr '\n' ' ')" = "0 1 " ]
  [ "$(rows phase=cold status=ok round=1 block=0 -- variant workers | tr '\n' ' ')" = "pthread 1 seq 1 pthread 2 " ]
}

# begun STATE: a small run, once made, whose run.json then tells of STATE; kept to be broken again and again
begun() {
  if [ ! -e "$work/begun" ]; then
    config >/dev/null <<'CONF'
[run]
workers = 1,2
variants = pthread
rounds = 2
samples = 1
sample_time = 1ms
[problem c]
kernel = countdown
items = 4x1k
CONF
    "$NWAY" run -c "$work/test.conf" --results "$results" >/dev/null 2>&1
    folder=$(realpath "$results/latest")
    cp -r "$folder" "$work/begun"
  fi
  rm -rf "$folder"
  cp -r "$work/begun" "$folder"
  jq "$1" "$work/begun/run.json" >"$folder/run.json"
}

@test "a lost or torn header is written again before anything is measured, or refused where rows are lost" {
  for bytes in 0 100; do
    begun '.state = "running" | .planned = false | .rounds_done = 0'
    head -c $bytes "$work/begun/samples.csv" >"$folder/samples.csv"
    run "$NWAY" run -c "$work/test.conf" --results "$results" --resume
    [ "$status" = 0 ]
    [[ $output == *"rewrote the incomplete header of samples.csv"*"starts over"* ]]
    [ "$(head -1 "$folder/samples.csv")" = "$(head -1 "$work/begun/samples.csv")" ]
    # each cell in each round; how often the baseline runs in one depends on the times
    [ "$(rows phase=sample status=ok -- round variant workers | sort -u | wc -l)" = 6 ]
  done
  # the pilot's rows are gone: nothing would be checked
  for kept in 0 1; do
    begun '.state = "running" | .rounds_done = 1 | del(.listed)'
    head -n $kept "$work/begun/samples.csv" >"$folder/samples.csv"
    rm "$folder/blocks.csv" # as of an older nway
    run "$NWAY" run -c "$work/test.conf" --results "$results" --resume
    [ "$status" = 2 ]
    [[ $output == *"samples.csv:$((kept + 1)): the checked answer of countdown"*"is missing, so rows are lost"* ]]
    [ "$(wc -l <"$folder/samples.csv")" = $kept ]
  done
  begun '.state = "running"'
  sed -i 1d "$folder/samples.csv"
  run "$NWAY" run -c "$work/test.conf" --results "$results" --resume
  [ "$status" = 2 ]
  [[ $output == *"samples.csv:1: columns differ"* ]]
}

@test "a plan in which a cell stands twice, or not at all, is refused with its line" {
  begun '.state = "running" | .rounds_done = 1'
  sed -i -e 2p -e 3d "$folder/plan.csv"
  run "$NWAY" run -c "$work/test.conf" --results "$results" --resume
  [ "$status" = 2 ]
  [[ $output == *"plan.csv:3: duplicate cell 0 (first on line 2)"* ]]
  begun '.state = "running" | .rounds_done = 1'
  sed -i 3d "$folder/plan.csv"
  run "$NWAY" run -c "$work/test.conf" --results "$results" --resume
  [ "$status" = 2 ]
  [[ $output == *"plan.csv:3: cell 1 of 3 is missing"* ]]
}

# refuses FILE EDIT MESSAGE: a copy of the run, begun, whose FILE was edited by that sed script, is refused and left as it is
refuses() {
  begun '.state = "running" | .rounds_done = 1'
  sed -i "$2" "$folder/$1"
  before=$(cat "$folder"/*.csv "$folder/run.json" | cksum)
  run timeout 120 "$NWAY" run -c "$work/test.conf" --results "$results" --resume
  echo "$1 $2: $status $output"
  [ "$status" = 2 ]
  [[ $output == *"$3"* ]]
  [ "$(cat "$folder"/*.csv "$folder/run.json" | cksum)" = "$before" ]
}

@test "figures, words and names in plan.csv and run.json that nway never writes are refused with their place" {
  begun .
  at=$(column "$folder/plan.csv" iterations)
  for value in -5 0 '' 1e3 0x10 nan 99999999999999999999; do # of a planned cell
    refuses plan.csv "3s/^\\(\\([^,]*,\\)\\{$((at - 1))\\}\\)[^,]*/\\1$value/" "plan.csv:3: iterations: not a value that nway writes"
  done
  refuses plan.csv '3s/,planned,/,spare,/' "plan.csv:3: state: not a value"
  refuses plan.csv '3s/,planned,/,plannned,/' "plan.csv:3: state: not a value"
  refuses plan.csv '2s/^0,/1,/; 3s/^1,/0,/' "plan.csv:2: the line does not belong to this plan" # moved
  refuses plan.csv '3s/countdown/triad/' "plan.csv:3: the line does not belong to this plan"    # of another run
  refuses plan.csv '1s/cell/kind/' "plan.csv:1: columns differ"
  refuses plan.csv 's/$/\r/' "plan.csv:1: columns differ"
  for value in 0 -1 1e9 '"6"' 9223372036854775807 null; do
    refuses run.json "s/\"rounds_fitted\": [0-9]*/\"rounds_fitted\": $value/" "run.json: rounds_fitted: not a whole number from 1 to 100000"
  done
  refuses run.json 's/"elapsed_ns": /"elapsed_ns": -/' "run.json: elapsed_ns: not a whole number from 0"
  refuses run.json 's/"rounds_done": 1/"rounds_done": 1, "rounds_done": 2/' "run.json:"
  refuses run.json 's/"state": "running"/"state": "runing"/' "run.json: unknown state 'runing'; did you mean 'running'?"
}

@test "rows that are moved, doubled or lost are refused with their line, also without a blocks.csv" {
  begun .
  lines=$(wc -l <"$folder/samples.csv")
  first=$(awk -F, -v c="$(column "$folder/samples.csv" round)" '$c == 1 { print NR; exit }' "$folder/samples.csv")
  for edit in "$lines{h;d};${first}{p;x}" "${first}p" "$((lines - 1))d" "${first}{h;d};$lines{p;x}"; do
    refuses samples.csv "$edit" "samples.csv:"
  done
  for edit in "\$!{${first}{h;d}};\${p;x}" "$((first + 2)){h;d};$((first + 4)){p;x}"; do # to the end; two processes swapped
    begun '.state = "running" | .rounds_done = 1 | del(.listed)'
    rm "$folder/blocks.csv" # as of an older nway
    sed -i "$edit" "$folder/samples.csv"
    run "$NWAY" run -c "$work/test.conf" --results "$results" --resume
    echo "$edit: $output"
    [ "$status" = 2 ]
    [[ $output == *"samples.csv:"*": the row comes after later ones; start a new run"* ]]
  done
}

@test "F21 words of any length and in any bytes are compared whole, and a run with them is taken up" {
  long=$(head -c 3000 /dev/zero | tr '\0' a)
  printf '# caf\xe9\n[run]\nrounds=2\nsamples=1\nsample_time=1ms\nworkers=1\n' >"$work/latin.conf"
  begin() { "$NWAY" run -c "$work/latin.conf" --results "$results" --name $'caf\xe9' "$@" -- true "$long"; }
  begin >/dev/null
  folder=$(realpath "$results/latest")
  jq '.state = "running" | .rounds_done = 1' "$folder/run.json" >"$work/run.json"
  cp "$work/run.json" "$folder/run.json"
  run "$NWAY" run -c "$work/latin.conf" --results "$results" --name $'caf\xe9' --resume -- true "${long}b"
  [ "$status" = 2 ]
  [[ $output == *"other options"* ]]
  run begin --resume
  echo "$output" | cut -c 1-300
  [ "$status" = 0 ]
  [ "$(state .state)" = complete ]
  sed -i 's/rounds=2/rounds=3/' "$work/latin.conf"
  cp "$work/run.json" "$folder/run.json"
  run begin --resume
  [ "$status" = 2 ]
  [[ $output == *"another configuration"* ]]
}

@test "a run is taken up by its path from anywhere, or as @N, and the lock is that of the folder it lies in" {
  begun '.state = "running" | .rounds_done = 1'
  name=$(basename "$folder")
  # another process measures into that folder
  exec 9>>"$results/.lock"
  flock -n 9
  run "$NWAY" run -c "$work/test.conf" --results "$work/other" --resume="$folder"
  exec 9>&-
  [ "$status" = 2 ]
  [[ $output == *"is measuring into it"* ]]
  program=$(realpath "$NWAY")
  mkdir "$work/else"
  cd "$work/else"
  run "$program" run -c "$work/test.conf" --resume="$folder/"
  [ "$status" = 0 ]
  [ "$(state .run_id)" = "$name" ]
  [ -z "$(ls)" ]
  run "$program" run -c "$work/test.conf" --results "$results" --resume=@1
  [ "$status" = 2 ]
  [[ $output == *"--resume: '@1': no such run; 1 run under '$results'"* ]]
  mkdir "$results/20200101-000000-older"
  touch "$results/20200101-000000-older/samples.csv"
  begun '.state = "running" | .rounds_done = 1'
  run "$program" run -c "$work/test.conf" --results "$results" --resume=@0
  [ "$status" = 0 ]
  [ "$(state .state)" = complete ]
}

@test "an empty name, as of an unset variable, is neither the folder / nor the latest run" {
  for option in --results= --resume=; do
    run "$NWAY" run -c "$(small)" --dry-run $option
    [ "$status" = 2 ]
    [[ $output == *"${option%=}: the folder's name is empty"* ]]
  done
  run "$NWAY" run -c "$(small)" --dry-run --results ''
  [ "$status" = 2 ]
}

# without WHAT FILE...: what every command says of a run without that file; `said` is a line "COMMAND EXIT" and its text
without() {
  rm -rf "$work/a" && cp -a "$work/ended" "$work/a"
  rm -rf "$work/a/$1"
  : >"$work/said"
  for command in "show" "show --format json" "report --no-embed" "compare $work/other" "export --format csv"; do
    run "$NWAY" $command "$work/a" --results "$work/none"
    printf '%s\n%s\n' "-- ${command%% /*} $status" "$output" >>"$work/said"
  done
}

@test "whichever file of a run is removed or cut, every command that reads the run tells it" {
  plain_is_enough
  "$NWAY" run -c "$(small)" --results "$results" >/dev/null 2>&1
  cp -a "$results"/2* "$work/ended"
  "$NWAY" run -c "$work/test.conf" --results "$results" >/dev/null 2>&1
  cp -a "$(realpath "$results/latest")" "$work/other"
  # file, exit code of all, words
  while IFS='|' read -r file code words; do
    without "$file"
    echo "$file:" && cat "$work/said"
    if [ "$code" = 0 ]; then
      [ "$(grep -c '^-- .* 0$' "$work/said")" = 5 ]
    else
      [ "$(grep -c "^-- .* $code\$" "$work/said")" = 5 ]
    fi
    [ -z "$words" ] || [ "$(tr '\n' ' ' <"$work/said" | sed 's/  */ /g; s/-- /\n-- /g' | grep -c -- "$words")" = 5 ]
  done <<'TABLE'
nothing|0|
samples.csv|2|/samples.csv: missing, so the run has no rows; restore
plan.csv|2|/plan.csv: cannot read: No such file
blocks.csv|0|blocks.csv: missing, so lost or changed rows go unnoticed
run.json|0|run.json: No such file or directory; its values are shown as unknown
machine.json|0|machine.json: No such file or directory; its values are shown as unknown
catalog.json|0|catalog.json: No such file or directory; its values are shown as unknown
config.conf|0|
logs|0|
TABLE
  # a page says it too
  rm "$work/ended/blocks.csv"
  "$NWAY" report "$work/ended"
  grep -q "<li>blocks.csv: missing" "$work/ended/report/report.html"
}

@test "a blocks.csv that was cut at any line is told, and rows that it no longer closes are not lost" {
  plain_is_enough
  "$NWAY" run -c "$(small)" --results "$results" >/dev/null 2>&1
  folder=$(realpath "$results/latest")
  cp "$folder/blocks.csv" "$work/blocks"
  "$NWAY" show "$folder" >"$work/said"
  refute grep -q "blocks.csv" "$work/said"
  for kept in $(seq 0 $(($(wc -l <"$work/blocks") - 1))); do
    head -n "$kept" "$work/blocks" >"$folder/blocks.csv"
    run "$NWAY" show "$folder"
    echo "$kept: $output"
    tr -s ' \n' ' ' <<<"$output" | grep -q 'blocks.csv: its last line is missing\|blocks.csv does not list\|that blocks.csv\|blocks.csv:1: wrong header'
  done
}

@test "a resumed run writes again what it began with, and refuses to go on without its rows, plan, state or blocks" {
  plain_is_enough
  killed 100
  cp -a "$(realpath "$results/latest")" "$work/killed"
  while IFS='|' read -r file code words; do
    rm -rf "$(realpath "$results/latest")" && cp -a "$work/killed" "$(readlink -m "$results/latest")"
    rm -rf "$results/latest/$file"
    run "$NWAY" run -c "$work/test.conf" --results "$results" --resume
    echo "$file: $status $output"
    [ "$status" = "$code" ]
    [[ $output == *"$words"* ]]
    if [ "$code" = 0 ]; then
      [ -e "$results/latest/$file" ]
      [ "$(state .state)" = complete ]
    else
      [ ! -e "$results/latest/$file" ]
    fi
  done <<'TABLE'
samples.csv|2|/samples.csv: no run to resume: No such file
plan.csv|2|/plan.csv: cannot read: No such file
blocks.csv|2|/blocks.csv: missing, so nothing says which rows are whole; restore
run.json|2|/run.json: cannot be read: No such file
machine.json|0|resumed: machine.json was missing and is written again
catalog.json|0|resumed: catalog.json was missing and is written again
config.conf|0|resumed: config.conf was missing and is written again
logs|0|resumed: logs was missing and is written again
TABLE
}

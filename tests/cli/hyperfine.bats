#!/usr/bin/env bats
# hyperfine, really used: its clock in nway's blocks, its files as runs, and its second opinion. Stubs of it lie on PATH
# where a test is about its faults; nothing here asserts a time that was measured.

load helpers

# stub TEXT: puts a fake hyperfine on PATH that runs this shell text; $json is the file that it was told to write
stub() {
  mkdir -p "$work/bin"
  printf '#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" = --export-json ] && json=$2; shift; done\n%s\n' "$1" >"$work/bin/hyperfine"
  chmod +x "$work/bin/hyperfine"
  PATH=$work/bin:$PATH
}

once() {
  rm -rf "$results"
  run "$NWAY" run --results "$results" --rounds 1 --samples 1 --workers 1 "$@"
}

fake_json='{"results":[{"times":[%s],"user":0.25,"system":0.125,"exit_codes":[%s]}]}\n'

@test "hyperfine's time and CPU times are those of the sample, in one chart with nway's own if both are asked for" {
  stub "printf '$fake_json' 0.5 0 >\"\$json\""
  once --set timer=nway,hyperfine -- true
  [ "$status" = 0 ]
  [ "$(rows phase=sample method=hyperfine -- wall_ns work_ns user_ns sys_ns | sort -u)" = "500000000 500000000 250000000 125000000" ]
  [ -n "$(rows phase=sample method= -- wall_ns)$(rows phase=sample method=nway -- wall_ns)" ]
}

@test "the program gets its words, stdin and stdout through hyperfine itself" {
  command -v hyperfine >/dev/null || skip "no hyperfine"
  printf 'b\na\n' >"$work/in it's"
  printf 'printf "%%s|" "$@" >"%s/words"; sort\n' "$work" >"$work/tool.sh"
  once --timer hyperfine --input "$work/in it's" --check "grep -qx a" -- sh "$work/tool.sh" "it's" 'a "b" $c' 'd\e'
  [ "$status" = 0 ]
  [ "$(cat "$work/words")" = "it's|a \"b\" \$c|d\\e|" ]
  [ "$(rows phase=sample -- status)" = ok ]
  once --timer hyperfine -- sh -c 'exit 3'
  [ "$status" != 0 ]
  [[ $(rows status=wrong -- note) == *"exit code 3"* ]]
  once --timer hyperfine -- sh -c 'kill -9 $$'
  [[ $(rows status=wrong -- note) == *"signal 9"* ]]
  # the program's last words, not what hyperfine remarks behind them; where hyperfine fails, its own
  once --timer hyperfine -- sh -c 'echo why it failed >&2; exit 3'
  [[ $output == *"ended with exit code 3; stderr: why it failed; the run goes on"* ]]
  printf '\0\1' >"$work/no program" && chmod +x "$work/no program"
  once --timer hyperfine --command "'$work/no program'"
  [[ $output == *"nores: hyperfine gave no time (exit code 1): it is older than 1.13, or cannot run the program; use timer = nway; stderr: Error: "*"Exec format error"* ]]
}

@test "a missing, failing or hanging hyperfine and half a JSON are rows with the reason" {
  nway=$(realpath "$NWAY") program=$(type -P true)
  PATH=$work run "$nway" run --results "$results" --rounds 1 --timer hyperfine -- "$program"
  [ "$status" != 0 ]
  [[ $output == *"no hyperfine on PATH; install it (Debian: apt-get install hyperfine)"* ]]
  [ ! -e "$results" ] # before anything is measured
  for wrong in "exit 1|exit code 1" "printf '{\"results\": [{\"times\": [0.5' >\"\$json\"|cut off or broken in line 1" \
    "true|it wrote no JSON" "printf '$fake_json' -1 0 >\"\$json\"|no single positive time" \
    "printf '$fake_json' 1,2 0 >\"\$json\"|no single positive time" "printf '$fake_json' 1 null >\"\$json\"|no exit code"; do
    stub "${wrong%|*}"
    once --timer hyperfine -- true
    [ "$status" != 0 ]
    [[ $(rows status=nores -- note) == *"hyperfine"*"${wrong##*|}"* ]]
  done
  stub "sleep $((7200 + $$))"
  run fake_quiet "$NWAY" run --results "$results" --rounds 1 --timer hyperfine -- true
  [ "$(rows phase=oracle -- status)" = timeout ]
  refute pgrep -xf "sleep $((7200 + $$))"
}

@test "nway kernel runs a kernel once, says whether its answer is right, and prints a time that nway reads back" {
  run "$NWAY" kernel countdown --set items=3M --variant pthread --workers 2 --iterations 2
  [ "$status" = 0 ]
  [[ $output == "countdown items=3M, pthread, 2 workers, 2 executions: answer "*", right"*"nway: time "[0-9]*.*" s" ]]
  run "$NWAY" kernel command --set command=false
  [ "$status" = 1 ]
  [[ $output == *", wrong: "*"exit code 1"* ]]
  run "$NWAY" kernel countdwn
  [ "$status" = 2 ]
  [[ $output == *"unknown kernel 'countdwn'"*"countdown"* ]]
  once --inner nway -- "$NWAY" kernel countdown --set items=1M
  [ "$status" = 0 ]
  [[ $(rows phase=sample -- counters) == inner_ns=* ]]
}

@test "a second opinion by hyperfine stands in show, also from the page; without it the reason does" {
  stub "printf '{\"results\":[{\"times\":[0.05]},{\"times\":[0.45]}]}' >\"\$json\""
  run "$NWAY" run --results "$results" --kernel countdown --set items=1M --rounds 1 --samples 1 --variant seq --workers 1 --second-opinion
  [ "$status" = 0 ]
  [[ $output == *"Second opinion by hyperfine on countdown items=1M, seq ×1: undecided: "*" over 1 round."* ]]
  jq -e '.executions >= 1 and .skipped == null and .rounds[0].start_ns == 50000000 and .rounds[0].whole_ns == 450000000' "$results/latest/second.json"
  "$NWAY" report "$results/latest" >"$work/page"
  "$NWAY" show "$(cat "$work/page")" | grep -q "Second opinion by hyperfine on"
  stub 'echo "cannot time this" >&2; exit 1'
  run "$NWAY" run --results "$results" --kernel countdown --set items=1M --rounds 1 --samples 1 --variant seq --workers 1 --second-opinion
  [ "$status" = 0 ]
  [[ $output == *"Second opinion by hyperfine: skipped: hyperfine ended with 1: cannot time this."* ]]
}

@test "hyperfine's file becomes a run: its parameter the workers, what it does not know unknown" {
  cat >"$work/p.json" <<'JSON'
{"results": [
 {"command": "tool -2 -T1 'a,b'", "times": [4, 4, 4, 4, 4, 4], "exit_codes": [0, 0, 0, 0, 0, 0], "parameters": {"threads": "1"}},
 {"command": "tool -2 -T2 'a,b'", "times": [2, 2, 2, 2, 2, 2], "exit_codes": [0, 0, 0, 0, 0, 0], "parameters": {"threads": "2"}},
 {"command": "tool -2 -T4 'a,b'", "times": [1], "exit_codes": [3], "parameters": {"threads": "4"}}]}
JSON
  run "$NWAY" import "$work/p.json" --results "$results" --title pack
  [ "$status" = 1 ]
  [[ $output == *"IMPORTED: hyperfine measured one command after the other, not interleaved"* ]]
  [[ $output == *"hyperfine pack"*"2.00 s"*"2.00 [2.00, 2.00]"* ]]
  [[ $output == *"All intervals hold for this run only."* ]] && [[ $output != *"earlier runs"* ]] # imported runs predict none
  "$NWAY" export --format csv "$results/latest" >"$work/csv"
  grep -q "^,hyperfine,pack,\"tool -2 -T{threads} 'a,b'\",parallel,.*,2,6,2000000000," "$work/csv"
  grep -q ',4,0,,,.*wrong answer: ended with another exit code than 0' "$work/csv"
  jq -e '.facts == [] and .label == null' "$results/latest/machine.json"
  jq -e '.started_utc == null and .imported == "hyperfine"' "$results/latest/run.json"
  "$NWAY" report "$results/latest" | grep -q report.html
}

@test "Google Benchmark's file becomes a run with its repetitions, threads and counters; others are refused" {
  cat >"$work/g.json" <<'JSON'
{"context": {"date": "2025-11-22T10:00:00+00:00", "num_cpus": 8}, "benchmarks": [
 {"name": "BM_sum/8/threads:1", "run_name": "BM_sum/8/threads:1", "run_type": "iteration", "threads": 1, "iterations": 100, "real_time": 2.0, "time_unit": "us", "hits": 5.0, "items_per_second": 1e6, "hits/s": 7, "foo bar;=": 3},
 {"name": "BM_sum/8/threads:4", "run_name": "BM_sum/8/threads:4", "run_type": "iteration", "threads": 4, "iterations": 400, "real_time": 0.5, "time_unit": "us"},
 {"name": "BM_sum/8/threads:4_mean", "run_name": "BM_sum/8/threads:4", "run_type": "aggregate", "threads": 4, "iterations": 2, "real_time": 9, "time_unit": "us"}]}
JSON
  run "$NWAY" import "$work/g.json" --results "$results"
  [ "$status" = 0 ]
  [[ $output == *"google-benchmark BM_sum/8"*"2.00 µs"*"500 ns"*"4.00 [–]"* ]]
  [ "$(rows workers=1 -- iterations wall_ns counters usable_cpus user_ns)" = "100 200000 hits=5;items_per_second=1000000;hits/s=7;foo bar__=3  " ]
  # a benchmark's own rates stay as they are, and its numbers, perhaps of all iterations, get none
  "$NWAY" show --format json "$results/latest" >"$work/json"
  jq -e '[.. | .counters? // empty | .[]?.per_second] | length == 4 and all(. == null)' "$work/json"
  run "$NWAY" show "$results/latest" "$results/latest"
  [[ $output == *"unpaired"*"parallel ×4"*"1.00"* ]]
  for wrong in '{"a": 1}|neither JSON of hyperfine' '{"results": [{"command": "x", "times": [1|:1: ' \
    '{"results": [{"command": "x", "times": [0]}]}|results[0].times[0] is not a positive time' '{"benchmarks": []}|aggregates only'; do
    printf '%s' "${wrong%|*}" >"$work/wrong.json"
    run "$NWAY" import "$work/wrong.json" --results "$results/none"
    [ "$status" = 2 ]
    [[ $output == *"wrong.json"*"${wrong##*|}"* ]]
  done
  [ ! -e "$results/none" ]
}

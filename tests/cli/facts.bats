#!/usr/bin/env bats
# The facts of the machine as a user meets them, and worker lists that name what the machine has.

load helpers

fact() { jq -c --arg name "$1" '.facts[] | select(.name == $name) | .value' "$results/latest/machine.json"; }

@test "each fact has a source, the flags of each module are there, and the page shows them all" {
  cat >"$work/test.conf" <<'END'
[run]
rounds = 1
samples = 1
[problem few]
kernel = countdown
items = 10k
variants = pthread, omp
END
  GOMP_SPINCOUNT=7 run "$NWAY" run -c "$work/test.conf" --workers 1 --results "$results" --report
  [ "$status" = 0 ]
  machine=$results/latest/machine.json
  [ "$(jq '[.facts[] | select((.source // "") == "" or (has("value") | not))] | length' "$machine")" = 0 ]
  [[ "$(fact "flags of countdown")" == *"-O"*"["*[0-9]*"]"* ]]
  [[ "$(fact "flags of omp")" == *-fopenmp* ]]
  [[ "$(fact "flags of seq")" == *"-O"* ]]
  [ "$(fact "flags of factorial")" = "" ]
  [ "$(fact GOMP_SPINCOUNT)" = '"7"' ]
  [ "$(fact usable_cpus)" = "$(nproc)" ]
  page=$results/latest/report/report.html
  jq -r '.facts[].name' "$machine" | while read -r name; do
    grep -q "<td>$name</td>" "$page" || { echo "the page lacks $name"; exit 1; }
  done
}

@test "the id is the same from one CPU and from all, and the facts say which it was" {
  cpu=$(taskset -pc $$ | sed 's/.*: //; s/[-,].*//')
  all=$("$NWAY" list machine)
  one=$(taskset -c "$cpu" "$NWAY" list machine)
  [ "$(head -2 <<<"$all")" = "$(head -2 <<<"$one")" ]
  grep -q '^affinity_cpus *1 ' <<<"$one"
}

@test "phys and 2x are worker counts, and what is none is refused with the near word" {
  plan() { "$NWAY" run -c configs/quick.conf --kernel countdown --variant pthread --dry-run --workers "$1" 2>/dev/null; }
  plan 2x | grep -q "| pthread | .* | $((2 * $(nproc))) workers"
  plan 1..phys | grep -q '| pthread | .* | 1 worker$'
  cpu=$(taskset -pc $$ | sed 's/.*: //; s/[-,].*//')
  run taskset -c "$cpu" "$NWAY" run -c configs/quick.conf --kernel countdown --variant pthread --dry-run --workers phys,2x
  [ "$status" = 0 ]
  [ "$(grep -c '| pthread |' <<<"$output")" = 2 ]
  [[ "$output" == *"| 1 worker"*"| 2 workers"* ]]
  run "$NWAY" run -c configs/quick.conf --workers 1..phsy --dry-run
  [ "$status" = 2 ]
  [[ "$output" == *"--workers: invalid worker count 'phsy'; did you mean 'phys'?"* ]]
}

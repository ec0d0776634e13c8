#!/usr/bin/env bats
# What a report says of another run: nothing but "this run only" at first, an interval from five earlier runs on.

load helpers

tiny() {
  config <<'CONF'
[run]
workers = 1
variants = pthread
rounds = 6
samples = 1
sample_time = 1ms
[problem c]
kernel = countdown
items = 4x10k
CONF
}

# idle RUN_JSON: no other program took CPU time from that run; a busy one would be left out of the history
idle() { jq '.foreign_ns = 0' "$1" >"$work/idle.json" && cat "$work/idle.json" >"$1"; }

@test "with five earlier runs of the same configuration the report says what another run would show" {
  tiny >/dev/null
  for i in 1 2 3 4 5 6; do
    run "$NWAY" run -c "$(tiny)" --results "$results" --seed "$i" --name "run$i"
    [ "$status" = 0 ] || [ "$status" = 3 ]
    [ "$i" -lt 6 ] || break
    flat=$(echo "$output" | tr -s ' \n' ' ')
    echo "$i: $flat"
    [[ $flat == *"All intervals hold for this run only. After "[56]" earlier runs"*"($((i - 1)) so far)"* ]] # 6: this one was busy
    [[ $flat != *"in another run"* ]]
    idle "$results/latest/run.json"
    until [ "$(date +%s)" != "$(date -d "$(jq -r .started_utc "$results/latest/run.json")" +%s)" ]; do sleep 0.1; done
  done
  jq '.foreign_ns = .watched_ns' "$results/latest/run.json" >"$work/busy.json" && cat "$work/busy.json" >"$results/latest/run.json"
  run "$NWAY" show --results "$results"
  flat=$(echo "$output" | tr -s ' \n' ' ')
  echo "6, busy: $flat"
  [[ $flat == *"After 6 earlier runs"*"(5 so far)"* ]] # its own figures are no yardstick
  [[ $flat != *"in another run"* ]]
  idle "$results/latest/run.json"
  run "$NWAY" show --results "$results"
  flat=$(echo "$output" | tr -s ' \n' ' ')
  echo "6: $flat"
  [[ $flat == *"comes from 5 earlier runs"* ]]
  [[ $flat == *"here, ["*"] in another run"* ]]
  run "$NWAY" report --results "$results"
  grep -q "What another run would show" "$results/latest/report/report.html"
}

@test "another configuration has no history" {
  "$NWAY" run -c "$(tiny)" --results "$results" >/dev/null 2>&1 || [ $? = 3 ]
  run "$NWAY" run -c "$(tiny)" --results "$results" --rounds 7
  [[ $(echo "$output" | tr -s ' \n' ' ') == *"(0 so far)"* ]]
}

#!/bin/sh
# Measures the frozen default experiment, precision.conf, and prints how wide the intervals of its ratios are, beside
# what a loop in one process allows on this machine (bare.c). Variables:
#   PINS     values of pin that take turns (none)
#   TURNS    runs of each (1)
#   BARE     runs of the bare loop, before the first run and after the last (3)
#   RESULTS  where the runs go (results)
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
: "${PINS:=none}" "${TURNS:=1}" "${BARE:=3}" "${RESULTS:=results}" "${BUILD:=build}"
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# The widths in percent of a run's speedups, each behind its number of workers.
widths() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR > 1 && $at["speedup_low"] > 0 && $at["speedup_high"] > $at["speedup_low"] {
      print $at["workers"], 100 * ($at["speedup_high"] / $at["speedup_low"] - 1) }'
}

# summary NAME: of the widths that come in
summary() {
  sort -g | awk -v name="$1" '{ v[NR] = $1; ten += $1 > 10; five += $1 > 5; two += $1 > 2 }
    END { if (NR) printf "%-24s %8.1f %%   %d / %d / %d of %d\n", name, (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2,
          ten, five, two, NR }'
}

"$BUILD/bench/bare" "$BARE" 17 || exit 2
for turn in $(seq "$TURNS"); do
  for pin in $PINS; do
    "$BUILD/nway" run -c tests/bench/precision.conf --pin "$pin" --results "$RESULTS" >"$work/said" 2>&1 || {
      cat "$work/said"
      exit 2
    }
    "$BUILD/nway" show @0 --results "$RESULTS" --format csv >"$work/shown" || exit 2
    widths <"$work/shown" >>"$work/$pin"
    jq -r --arg pin "$pin" --arg turn "$turn" '"pin \($pin), run \($turn): timed samples \(.duty_ns |
      100 * .timed / (.timed + .warmup + .checks + .starts) | round) % of the time, other programs \(
      100 * .foreign_ns / .watched_ns | round) % of the CPU time"' "$RESULTS/latest/run.json"
  done
done
"$BUILD/bench/bare" "$BARE" 17 || exit 2
echo "                      median width   wider than 10 / 5 / 2 %"
for pin in $PINS; do
  awk '$1 == 1 { print $2 }' "$work/$pin" | summary "pin $pin, one worker"
  awk '$1 > 1 { print $2 }' "$work/$pin" | summary "pin $pin, several"
done

#!/bin/sh
# Times the report of a large run beside a script with pandas and matplotlib that computes the same medians and draws as
# many charts, in turn on this machine, and prints times, memory and ratios. Variables:
#   ROWS     rows of samples.csv, synthetic, 64 cores (1000000)
#   SCENARIO of tests/tools/synth_run.c (large: 159 charts; many: 91)
#   TURNS    runs of each contender (3)
#   PYTHON   the interpreter (python3)
# Needs: make deps-bench-report
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
: "${ROWS:=1000000}" "${SCENARIO:=large}" "${TURNS:=3}" "${PYTHON:=python3}" "${BUILD:=build}" "${CC:=cc}"
"$PYTHON" -c 'import pandas, matplotlib' 2>/dev/null || {
  echo "bench-report: pandas and matplotlib are missing; run make deps-bench-report" >&2
  exit 2
}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
run=$work/run

# The rounds of a synthetic run again and again, under new numbers, until the rows are as many.
$CC -O2 -o "$work/synth" tests/tools/synth_run.c -lm && "$work/synth" "$run" "$SCENARIO" >/dev/null || exit 2
rounds=$(jq .rounds_done "$run/run.json")
awk -F, -v OFS=, -v rows="$ROWS" -v rounds="$rounds" '
  NR == 1 { for (i = 1; i <= NF; i++) if ($i == "round") at = i; print; next }
  { row[++n] = $0; print }
  END {
    for (turn = 1; turn * n < rows; turn++)
      for (i = 1; i <= n; i++) { $0 = row[i]; if ($at > 0) { $at += turn * rounds; print } }
  }' "$run/samples.csv" >"$work/rows" && mv "$work/rows" "$run/samples.csv"
last=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "round") at = i } $at + 0 > most { most = $at + 0 } END { print most }' "$run/samples.csv")
jq ".rounds_done = $last | .rounds = $last | del(.listed)" "$run/run.json" >"$work/json" && mv "$work/json" "$run/run.json"
rm -f "$run/blocks.csv"

# timed NAME COMMAND...: a line "NAME seconds kilobytes" in $work/times
timed() {
  name=$1
  shift
  /usr/bin/time -o "$work/one" -f '%e %M' "$@" >"$work/out" 2>&1 || { cat "$work/out"; exit 2; }
  echo "$name $(tail -1 "$work/one")" >>"$work/times"
}

"$BUILD/nway" report "$run" --alone --no-embed --output "$work/first" >/dev/null || exit 2
charts=$(grep -o '<svg' "$work/first/report.html" | wc -l)
echo "$(wc -l <"$run/samples.csv") rows, $(du -m "$run/samples.csv" | cut -f1) MB, $charts charts; load $(cut -d' ' -f1 /proc/loadavg)"
for turn in $(seq "$TURNS"); do
  timed read "$BUILD/nway" show "$run" --format csv
  cp "$work/out" "$work/shown.csv"
  timed page "$BUILD/nway" report "$run" --alone --no-embed --output "$work/page$turn"
  timed whole "$BUILD/nway" report "$run" --embed --output "$work/whole$turn"
  timed pandas "$PYTHON" tests/bench/report_pandas.py "$run" "$work/pandas" "$charts"
  rm -rf "$work/page$turn" "$work/whole$turn"
done

# The medians of both, cell by cell.
"$PYTHON" - "$work/shown.csv" "$work/pandas/medians.csv" <<'CHECK'
import csv, sys
key = ["kernel", "problem", "method", "variant", "schedule", "workers"]
ours = {tuple(r[k] for k in key): float(r["time_ns"]) for r in csv.DictReader(open(sys.argv[1])) if r["time_ns"]}
theirs = {tuple(r[k] for k in key): float(r["ns"]) for r in csv.DictReader(open(sys.argv[2]))}
common = ours.keys() & theirs.keys()
worst = max((abs(ours[k] / theirs[k] - 1) for k in common), default=1)
print(f"{len(common)} of {len(ours)} medians in common, the largest difference {worst:.1e}")
sys.exit(len(common) != len(ours) or worst > 1e-6)
CHECK
[ $? = 0 ] || { echo "bench-report: nway and pandas differ" >&2; exit 1; }

for name in read page whole pandas; do
  awk -v name="$name" '$1 == name { print $2, $3 }' "$work/times" | sort -n >"$work/of"
  awk -v name="$name" '{ s[NR] = $1; m = $2 > m ? $2 : m } END { printf "%-7s %6.2f s [%.2f, %.2f]  %4.0f MB\n", name, s[int((NR + 1) / 2)], s[1], s[NR], m / 1024 }' "$work/of"
done
echo "read: nway show; page: the page with its charts; whole: with slides and embedded rows; pandas: medians and charts"
awk '$1 == "page" { p[++n] = $2 } $1 == "pandas" { q[++k] = $2 } END { for (i = 1; i <= n; i++) printf "page takes %.2f of the time of pandas in turn %d\n", p[i] / q[i], i }' "$work/times"

#!/usr/bin/env bats
# A run in the formats of other programs: what they require is there, and what went wrong is told.

load helpers

setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  export shared=$BATS_FILE_TMPDIR/synthetic
  synth=$(tool synth_run)
  "$synth" "$shared" bad
  "$synth" "$shared-slow" bad 2 1.5
  "$synth" "$shared-hostile" hostile
}

@test "Google Benchmark: every round a repetition, or one entry a cell; its compare.py reads them" {
  "$NWAY" export --format google-benchmark "$shared" >"$work/a.json"
  jq -e '.context.json_schema_version == 1 and (.context.caches | type) == "array" and .context.num_cpus == 2' "$work/a.json"
  jq -e '[.benchmarks[] | select(.name | startswith("countdown") and endswith("seq/static/pin=compact/x1"))]
    | length >= 12 and all(.run_type == "iteration" and .time_unit == "ns" and .real_time > 4e6 and .real_time < 7e6)
    and .[3].repetition_index == 3 and .[0].repetitions == length' "$work/a.json"
  "$NWAY" export --format google-benchmark --summary "$shared" >"$work/one.json"
  jq -e '.benchmarks | (map(.name) | unique | length) == length and length == 53' "$work/one.json"
  if [ -e /usr/share/benchmark/compare.py ] && python3 -c 'import scipy' 2>/dev/null; then
    "$NWAY" export --format google-benchmark "$shared-slow" >"$work/b.json"
    python3 /usr/share/benchmark/compare.py benchmarks "$work/a.json" "$work/b.json" >"$work/compared"
    grep 'countdown.*seq.*x1_pvalue' "$work/compared" | grep -q '0\.0000'
  fi
}

@test "hyperfine and github-action-benchmark: the fields that their readers require" {
  "$NWAY" export --format hyperfine "$shared" |
    jq -e '.results | length == 53 and all((.times | length) == (.exit_codes | length) and .min <= .median and .median <= .max
      and .stddev >= 0 and .mean > 0 and (.parameters.workers | tonumber) >= 1 and .user == 0 and .system == 0)'
  "$NWAY" export --format customSmallerIsBetter "$shared" |
    jq -e 'length == 53 and all((.name | length) > 0 and .unit == "ns" and .value > 0) and ([.[] | select(.range)] | length) > 40'
}

@test "JUnit: a failure is a failure, what was left out is skipped, hostile names stay text" {
  "$NWAY" export --format junit "$shared" >"$work/j.xml"
  python3 -c 'import sys, xml.dom.minidom as m
d = m.parse(sys.argv[1]); s = d.documentElement; n = lambda t: len(d.getElementsByTagName(t))
assert (n("testcase"), n("failure"), n("skipped")) == (58, 4, 1), (n("testcase"), n("failure"), n("skipped"))
assert (s.getAttribute("tests"), s.getAttribute("failures"), s.getAttribute("skipped")) == ("58", "4", "1")' "$work/j.xml"
  grep -q 'message="crash: signal 11' "$work/j.xml"
  "$NWAY" export --format junit "$shared-hostile" >"$work/h.xml"
  python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$work/h.xml"
  refute grep -q '<script' "$work/h.xml"
}

@test "CSV has a row a cell, failed ones too; on request no formula; Markdown has a table a problem" {
  "$NWAY" export --format csv "$shared" | python3 -c 'import csv, sys
rows = list(csv.DictReader(sys.stdin)); assert len(rows) == 58
crash = [r for r in rows if r["trouble"].startswith("crash")]; assert len(crash) == 1 and crash[0]["time_ns"] == ""'
  cp -r "$shared" "$work/formula"
  sed -i 's/,countdown,/,=HYPERLINK(1),/' "$work/formula/samples.csv" "$work/formula/plan.csv"
  "$NWAY" export --format csv "$work/formula" | grep -q '^,=HYPERLINK'
  "$NWAY" export --format csv --spreadsheet "$work/formula" >"$work/safe.csv"
  grep -q "^,'=HYPERLINK" "$work/safe.csv"
  refute grep -q '^,=' "$work/safe.csv"
  [ "$("$NWAY" export --format markdown "$shared" | grep -c '^|---')" = 5 ]
  run "$NWAY" export "$shared"
  [ "$status" = 2 ]
  [[ $output == *"needs --format"* ]]
}

@test "show prints a run for a pull request and for programs; nway ab shows a run that it measured" {
  "$NWAY" show --format md "$shared" >"$work/md" || [ $? = 1 ]
  grep -q '^> \*\*WRONG\*\*: ' "$work/md"
  [ "$(grep -c '^|---' "$work/md")" = 5 ]
  refute grep -q '&\\#' "$work/md"
  "$NWAY" show --format csv "$shared" >"$work/csv" || [ $? = 1 ]
  "$NWAY" export --format csv "$shared" | cmp - "$work/csv"
  "$NWAY" show --format json "$shared" >"$work/json" || [ $? = 1 ]
  jq -e '.schema == 1 and (.warnings | map(.name) | index("WRONG")) and (.problems | length) == 5
    and ([.problems[].cells[]] | length) == 58 and ([.problems[].cells[] | select(.trouble | . and startswith("crash")) | .time_ns.median] == [null])' "$work/json"
  "$NWAY" show --format json "$shared-hostile" | jq -e .problems >/dev/null
  run "$NWAY" show --format csv --against "$shared" "$shared-slow"
  [ "$status" = 2 ]
  run "$NWAY" ab --csv "$shared"
  [[ $output == "kernel,problem,"* ]]
}

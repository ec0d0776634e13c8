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

# follows_schemas FILE: what the schemas of JUnit that Ant (windyroad/JUnit-Schema) and Jenkins (junit-10.xsd) publish
# require and allow, of the elements that there are
follows_schemas() {
  python3 - "$1" <<'PY'
import re, sys, xml.etree.ElementTree as tree
suite = {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time"}
attributes = {"testsuites": (set(), set()), "testsuite": (suite, {"skipped"}), "properties": (set(), set()),
              "property": ({"name", "value"}, set()), "testcase": ({"name", "classname", "time"}, set()),
              "failure": ({"type"}, {"message"}), "skipped": (set(), {"message"}),
              "system-out": (set(), set()), "system-err": (set(), set())}
inside = {"testsuites": r"(testsuite )*", "testsuite": r"properties (testcase )*system-out system-err ",
          "properties": r"(property )*", "testcase": r"(failure |skipped )?"}
for element in tree.parse(sys.argv[1]).iter():
    must, may = attributes[element.tag]
    assert must <= set(element.attrib) <= must | may, (element.tag, element.attrib)
    children = "".join(child.tag + " " for child in element)
    assert re.fullmatch(inside.get(element.tag, ""), children), (element.tag, children[:80])
    if element.tag == "testsuite":
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", element.get("timestamp")) and element.get("hostname")
    if "time" in must:
        float(element.get("time"))
PY
}

@test "Google Benchmark: every round a repetition, or one entry a cell; its compare.py reads them" {
  "$NWAY" export --format google-benchmark "$shared" >"$work/a.json"
  jq -e '.context.json_schema_version == 1 and (.context.caches | type) == "array" and .context.num_cpus == 2' "$work/a.json"
  jq -e '[.benchmarks[] | select(.name | startswith("countdown") and endswith("seq/static/pin=compact/x1"))]
    | length >= 12 and all(.run_type == "iteration" and .time_unit == "ns" and .real_time > 4e6 and .real_time < 7e6)
    and .[3].repetition_index == 3 and .[0].repetitions == length' "$work/a.json"
  "$NWAY" export --format google-benchmark --summary "$shared" >"$work/one.json"
  jq -e '.benchmarks | (map(.name) | unique | length) == length and length == 53' "$work/one.json"
  python=python3 # the one on PATH may lack scipy where the system's has it
  "$python" -c 'import scipy' 2>/dev/null || python=/usr/bin/python3
  if [ -e /usr/share/benchmark/compare.py ] && "$python" -c 'import scipy' 2>/dev/null; then
    "$NWAY" export --format google-benchmark "$shared-slow" >"$work/b.json"
    "$python" /usr/share/benchmark/compare.py benchmarks "$work/a.json" "$work/b.json" >"$work/compared"
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
c = s.getElementsByTagName("testsuite")[0]
assert [c.getAttribute(a) for a in ("name", "tests", "failures", "skipped")] == ["cells", "58", "4", "1"]' "$work/j.xml"
  follows_schemas "$work/j.xml"
  grep -q 'message="crash: signal 11' "$work/j.xml"
  "$NWAY" export --format junit "$shared-hostile" >"$work/h.xml"
  follows_schemas "$work/h.xml"
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
  grep -A9 '^### Left out, and why$' "$work/md" | grep -q '^- .*: crash' # what has no figure is told too
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

#!/usr/bin/env bats
# From a real run to what a reader sees: terminal, page, slides, two machines.

load helpers

# One small run for all tests of this file, measured and reported once.
setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  export shared=$BATS_FILE_TMPDIR/results
  cat >"$BATS_FILE_TMPDIR/small.conf" <<'CONF'
[run]
workers = 1,2
rounds = 6
samples = 1
sample_time = 1ms
[problem f]
kernel = factorial
n = 60
method = plain, memo
[problem c]
kernel = countdown
items = 4x20k
CONF
  for name in "machine A" "machine <B>"; do
    fake_quiet "${NWAY_BUILD:-build}/nway" run -c "$BATS_FILE_TMPDIR/small.conf" --results "$shared" --name "$name" >"$BATS_FILE_TMPDIR/shown" 2>&1
  done
  "${NWAY_BUILD:-build}/nway" report --results "$shared" >/dev/null
}

@test "a run ends with its result, and show prints the same again" {
  grep -q 'countdown items=4x20k' "$BATS_FILE_TMPDIR/shown"
  run "$NWAY" show --results "$shared"
  [ "$status" = 0 ]
  [[ $output == *"factorial list n=60"* ]]
  [[ $output == *"1 (baseline)"* ]]
  [[ $output == *"Next"* ]]
}

@test "a time is the median of a process's samples, however many there are" {
  local samples
  for samples in 1 2 4 5 8 9 17; do
    run "$NWAY" run --results "$results" -c "$(printf '%s\n' '[run]' workers=1 variants=seq rounds=1 samples=$samples \
      sample_time=1us '[problem c]' kernel=countdown items=1k | config)"
    [ "$status" = 0 ]
    "$NWAY" show @0 --results "$results" --format json >"$work/shown"
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
      $at["phase"] == "sample" { print $at["wall_ns"] / $at["iterations"] }' "$results/latest/samples.csv" |
      sort -g | awk '{ v[NR] = $1 } END { print NR, (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }' >"$work/rows"
    read -r count median <"$work/rows"
    [ "$count" = $samples ]
    jq -e --argjson median "$median" '.problems[0].cells[0].time_ns.median / $median | . > 0.999 and . < 1.001' "$work/shown"
  done
}

@test "the style and the common part of all charts are built in byte by byte" {
  report=$shared/latest/report
  # the badges of the run, for slides, follow it
  cmp -n "$(wc -c <reports/charts/common.gp)" reports/charts/common.gp "$report/gnuplot/common.gp"
  sed -n '/<style>/,/<\/style>/p' "$report/report.html" | sed '1d;$d' | cmp reports/page/style.css -
}

# shown_row KERNEL VARIANT WORKERS: of a run's table
shown_row() {
  "$NWAY" show "$work/synthetic" | awk -v k="$1" -v v="$2" -v w="$3" '
    /^[a-z]/ { on = $1 == k } on && $1 == v { name = 1 } on && $1 != v && $1 !~ /^[0-9]/ { name = 0 }
    on && name && ($1 == w || $2 == w) { print; exit }'
}

@test "the mark in a bar stands at what the CPUs or the sizes of the items allow" {
  "$(tool synth_run)" "$work/synthetic" notebook
  echo "$(shown_row countdown pthread 8)"
  shown_row countdown pthread 8 | grep -Eq '█(▍|▌|▋) {5,8}│ {18,}30 %' # 4 of 8: it has 4 CPUs
  column=$(column "$work/synthetic/plan.csv" attainable_ratio)
  awk -F, -v OFS=, -v c="$column" '/,countdown,.*,pthread,/ { $c = 3 } { print }' "$work/synthetic/plan.csv" >"$work/plan.csv"
  mv "$work/plan.csv" "$work/synthetic/plan.csv"
  echo "$(shown_row countdown pthread 8)"
  shown_row countdown pthread 8 | grep -Eq '█(▍|▌|▋) {1,3}│ {22,}30 %'
}

@test "methods that differ are not cut to the same name" {
  "$NWAY" run -c "$(config <<'CONF'
[run]
workers = 1
variants = seq
rounds = 1
samples = 1
sample_time = 1us
[problem f]
kernel = factorial
n = 60
method = plain, memo
cache = private, exact, striped
CONF
)" --results "$results" >/dev/null 2>&1
  run "$NWAY" show --results "$results"
  echo "$output"
  [ "$(grep -c '^  memo bound=128 [es].* seq ' <<<"$output")" = 2 ]
  [ "$(grep '^  memo ' <<<"$output" | cut -c1-20 | sort -u | wc -l)" = 3 ]
}

@test "two runs side by side are told to be unpaired" {
  run "$NWAY" show @1 @0 --results "$shared"
  [ "$status" = 0 ]
  [[ $output == *unpaired* ]]
}

@test "report.html stands alone: charts inside, no request, foreign text escaped" {
  page=$(realpath "$shared/latest")/report/report.html
  [ "$(grep -c '<svg' "$page")" -ge 8 ]
  grep -q "default-src 'none'" "$page"
  if grep -Eq '(src|href)="https?://' "$page"; then return 1; fi
  [ "$(grep -c '<script' "$page")" = 1 ]
  grep -q 'machine &lt;B&gt;' "$page"
  refute grep -q 'machine <B>' "$page"
  grep -q 'every process</title>' "$page"
  grep -q 'time over the rounds</title>' "$page"
}

@test "a card is one whole picture of 1920 x 1080 beside the slides, which a report leaves there" {
  run "$NWAY" show --card --results "$shared"
  [[ ${lines[-1]} == */report/png/card.png ]]
  [ "$(od -An -tu1 -j16 -N8 "${lines[-1]}" | tr -s ' ')" = " 0 0 7 128 0 0 4 56" ]
  cp "${lines[-1]}" "$work/card.png"
  "$NWAY" report --results "$shared" >/dev/null
  cmp "$work/card.png" "$(realpath "$shared/latest")/report/png/card.png"
}

@test "the page allows no script but its own, byte by byte" {
  page=$(realpath "$shared/latest")/report/report.html
  hash=$(sha256sum reports/page/sort.js | cut -c1-64 | tr a-f A-F | basenc --base16 -d | base64)
  grep -qF "script-src 'sha256-$hash';" "$page"
  sed -n '/<script>/,/<\/script>/p' "$page" | sed '1s/<script>//; $d' | cmp reports/page/sort.js -
}

# All but the sentence on earlier runs, of which a page holds none
but_history() { sed -E '/^(BUSY: other programs took over|Earlier runs left|All intervals hold)/,/^$/d'; }

@test "a page alone is shown, compared, fitted and judged as its run is" {
  mkdir "$work/mail" "$work/tmp"
  export TMPDIR=$work/tmp
  cp "$(realpath "$shared/latest")/report/report.html" "$work/mail/old.html"
  "$NWAY" show --results "$shared" @0 | sed '/^Next/,$d' | but_history >"$work/folder"
  run "$NWAY" show "$work/mail/old.html"
  [[ $(tr '\n' ' ' <<<"$output") == *"for this run only; earlier runs, which predict another one, are not in a page."* ]]
  but_history <<<"$output" >"$work/shown"
  cmp -n "$(($(wc -c <"$work/folder") - 1))" "$work/folder" "$work/shown"
  "$NWAY" fit --format csv "$work/mail/old.html" >"$work/page.csv" || [ $? = 3 ]
  "$NWAY" fit --format csv --results "$shared" @0 | cmp - "$work/page.csv"
  run "$NWAY" compare "$work/mail/old.html" "$(realpath "$shared/latest")"
  [ "$status" = 0 ]
  [[ $output == *"$work/mail/report/compare.html"* ]]
  run "$NWAY" expect "$work/mail/old.html"
  [ "$status" = 3 ] || [ "$status" = 2 ]
  [[ $output == *"states no expectation"* ]]
  sed 's/^<template data-nway="plan.csv".*/&\nAAAA/' "$work/mail/old.html" >"$work/mail/edited.html"
  line=$(grep -n '^<template data-nway="plan.csv"' "$work/mail/old.html" | cut -d: -f1)
  run "$NWAY" show "$work/mail/edited.html"
  [ "$status" = 2 ]
  [[ $output == *"edited.html:$line: the embedded plan.csv was edited or cut"* ]]
  [ -z "$(ls "$work/tmp")" ]
}

@test "the sample report is of this version, can be read as its run, and has the headings of a page made now" {
  version=$(sed -n 's/^VERSION := \([0-9.]*\).*/\1/p' Makefile)
  grep -qF "nway-report $version. " docs/sample.html || { echo "docs/sample.html is of another version: make sample"; false; }
  [ "$(wc -c <docs/sample.html)" -le 2000000 ]
  refute grep -qE 'href="(data|png|gnuplot)/' docs/sample.html
  "$NWAY" report --alone docs/sample.html --output "$work/now"
  [ -z "$(ls "$work/now/png")" ]
  refute grep -nE '[^0-9.]-0\.0+[^0-9]' "$work/now/report.html" # a zero has no minus
  for page in docs/sample.html "$work/now/report.html"; do
    grep -oE '<(h[1-3]|summary|p class="chart-title")[^>]*>[^<]*|<section[^>]*>' "$page" >"$work/$(basename "$page").heads"
  done
  diff "$work/sample.html.heads" "$work/report.html.heads" || { echo "docs/sample.html is out of date: make sample"; false; }
}

@test "slides are whole PNGs of 1920 x 1080, one a chart" {
  count=0
  for png in "$shared"/latest/report/png/*.png; do
    [ "$(head -c 8 "$png" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ]
    [ "$(tail -c 8 "$png" | head -c 4)" = IEND ]
    [ "$(od -An -j16 -N8 -tx1 "$png" | tr -d ' \n')" = 0000078000000438 ]
    count=$((count + 1))
  done
  [ "$count" -ge 8 ]
}

@test "without gnuplot the page is whole and says what is missing; --strict is a failure" {
  mkdir -p "$work/bin"
  run env PATH="$work/bin" "$NWAY" report --results "$shared"
  [ "$status" = 0 ]
  grep -q 'Chart unavailable' "$shared/latest/report/report.html"
  grep -q 'factorial list n=60' "$shared/latest/report/report.html"
  run env PATH="$work/bin" "$NWAY" report --strict --results "$shared"
  [ "$status" != 0 ]
}

@test "two machines are compared by throughput and efficiency, never by speedup" {
  run "$NWAY" compare --results "$shared"
  [ "$status" = 0 ]
  [[ $output == *"machine A"* && $output == *"machine <B>"* ]]
  [[ $output == *"No speedup over another machine's baseline is shown"* ]]
  [ "$(grep -c speedup <<<"$output")" = 1 ]
}

@test "a results folder may be moved and read elsewhere" {
  cp -r "$(realpath "$shared/latest")" "$work/moved"
  cd "$work"
  program=$OLDPWD/$NWAY
  run "$program" show moved
  [ "$status" = 0 ]
  run "$program" report moved
  [ "$status" = 0 ]
  [ -s moved/report/report.html ]
}

@test "no such run, a broken file and an unknown option are refused with the reason" {
  run "$NWAY" show --results "$work/none"
  [ "$status" = 2 ]
  run "$NWAY" show @9 --results "$shared"
  [ "$status" = 2 ]
  run "$NWAY" report --sttrict --results "$shared"
  [ "$status" = 2 ]
  [[ $output == *"--strict"* ]]
  cp -r "$(realpath "$shared/latest")" "$work/broken"
  sed -i '3s/,/,"/' "$work/broken/samples.csv"
  run "$NWAY" show "$work/broken"
  [ "$status" = 2 ]
  [[ $output == *"samples.csv:3"* ]]
}

@test "a wrong answer in a run makes show exit with 1 and gives no speedup" {
  "$NWAY" run -c "$(printf '[run]\nworkers=1,2\nrounds=6\nsamples=1\nsample_time=1ms\n[problem l]\nkernel=lies\n' | config)" \
    --module "$FIXTURES/lies.so" --results "$results" || true
  run "$NWAY" show --results "$results"
  [ "$status" = 1 ]
  [[ $output == *wrong* ]]
  run "$NWAY" report --results "$results"
  [ "$status" = 1 ]
}

# without FILE NAME...: the CSV without those columns; for files without quoted commas
without() {
  file=$1
  shift
  awk -F, -v names="$*" 'BEGIN { n = split(names, list, " "); for (i = 1; i <= n; i++) gone[list[i]] = 1 }
    NR == 1 { for (i = 1; i <= NF; i++) out[i] = $i in gone }
    { line = ""; first = 1
      for (i = 1; i <= NF; i++) if (!out[i]) { line = line (first ? "" : ",") $i; first = 0 }
      print line }' "$file" >"$file.new" && mv "$file.new" "$file"
}

@test "a run from before the columns that came later is still read, and says the same" {
  "$(tool synth_run)" "$work/old" exact
  "$NWAY" show "$work/old" >"$work/before"
  without "$work/old/samples.csv" checked check_chance checked_by env
  without "$work/old/plan.csv" env
  [ "$(head -1 "$work/old/samples.csv" | grep -c 'checked\|env')" = 0 ]
  "$NWAY" show "$work/old" >"$work/after"
  diff "$work/before" "$work/after"
  without "$work/old/samples.csv" wall_ns
  run "$NWAY" show "$work/old"
  [ "$status" = 2 ] && [[ $output == *"samples.csv:1: column 'wall_ns' is missing"* ]]
}

@test "a report whose folder cannot be written names the option that chooses another" {
  as_other=()
  [ "$(id -u)" != 0 ] || as_other=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  cp -rL "$shared/latest" "$work/sealed"
  rm -rf "$work/sealed/report"
  chmod a+rx "$work" "$work/sealed" && chmod a+r "$work"/sealed/* && chmod a-w "$work/sealed"
  "${as_other[@]}" test -x "$(realpath "$NWAY-report")" || skip "the program is not there for another user"
  run "${as_other[@]}" "$NWAY" report "$work/sealed"
  chmod u+w "$work/sealed"
  [ "$status" = 2 ]
  [[ $output == *"cannot create the folder"*"; choose another place: --output DIR" ]]
}

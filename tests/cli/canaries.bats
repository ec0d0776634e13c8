# What a stranger writes into a run's files is text: no command of it runs, no script of it runs in a browser, nothing of
# it reaches a terminal raw, and numbers beside bytes that are no text stay as they are.

load helpers

# One small run, made once for the file.
setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  printf '[run]\nworkers=1,2\nvariants=seq,pthread\nrounds=6\nsamples=1\nsample_time=1us\n[problem c]\nkernel=countdown\nitems=1000\n[expect]\ncountdown pthread workers=2 speedup>=0.001\n' >"$BATS_FILE_TMPDIR/c.conf"
  "${NWAY_BUILD:-build}/nway" run -c "$BATS_FILE_TMPDIR/c.conf" --results "$BATS_FILE_TMPDIR/results" >/dev/null 2>&1 || [ "$?" != 2 ] # a busy machine judges no expectation: 3
  cp tests/fuzz/corpus/second_json/exact "$(echo "$BATS_FILE_TMPDIR"/results/2*)/second.json" # as if hyperfine had been asked
}

# planted WHICH: a copy of the run in $evil with hostile texts; $canary is the file that they would make
planted() {
  run_folder=$(echo "$BATS_FILE_TMPDIR"/results/2*) evil=$work/evil canary=$work/ran
  python3 tests/tools/canaries.py "$run_folder" "$evil" "$canary" "$1"
}

# is_clean FILE: holds no control character that acts on a terminal, and is UTF-8
is_clean() { iconv -f UTF-8 -t UTF-8 "$1" >/dev/null && ! LC_ALL=C grep -q "[$(printf '\001-\010\013-\037')]" "$1"; }

@test "I25 a command in a run's files is shown and never run; the same configuration given to a run does run it" {
  planted all
  for command in show report fit expect "gate $run_folder" "export --format csv" "export --format markdown" "export --format junit" \
    "export --format hyperfine" "export --format google-benchmark" "export --format customSmallerIsBetter" "export --format json" \
    "show --lang fr" "expect --lang fr" "report --lang fr --output $work/fr" "report --reference $run_folder --output $work/old" \
    "gate --output $work/gate $run_folder"; do
    "$NWAY" $command "$evil" >"$work/out" 2>"$work/err" || [ "$?" -le 3 ]
    is_clean "$work/err"
    [ "$command" = "export --format csv" ] || is_clean "$work/out" # raw and lossless
    refute grep -q "AddressSanitizer" "$work/err"
  done
  "$NWAY" show "$evil" 2>&1 | tr -d '\n' | grep -qF 'touch'
  for page in "$evil" "$work/fr" "$work/old" "$work/gate"; do
    grep -qF '&lt;script&gt;' "$page"/{report/,}*.html 2>/dev/null || { echo "$page"; ls "$page"; return 1; }
  done
  [ ! -e "$canary" ]
  # the detector: what was planted acts where a shell or a run gets it
  "$NWAY" run --dry-run -c "$evil/config.conf" >/dev/null 2>&1 || true
  [ -e "$canary" ]
}

@test "I17 I18 each place of each file, one after the other: taken as text or refused, and never run" {
  plain_is_enough
  planted count >"$work/count"
  [ "$(cat "$work/count")" -gt 100 ]
  step=12 # each place takes a process of Python and one of nway; NWAY_FULL=1 tries all
  [ -z "${NWAY_FULL:-}" ] || step=1
  for i in $(seq 1 $step "$(cat "$work/count")"); do
    planted "$i"
    "$NWAY" show "$evil" >"$work/out" 2>&1 || [ "$?" -le 3 ]
    is_clean "$work/out" || { echo "place $i"; cat -v "$work/out"; return 1; }
  done
  [ ! -e "$canary" ]
  printf 'a\033]0;x\007\n' >"$work/out" # the detector
  refute is_clean "$work/out"
  printf 'a\377\n' >"$work/out"
  refute is_clean "$work/out"
}

@test "I18 a configuration's names, and words of a command line, are shown and not sent, by a dry run, a run and a refusal" {
  evil=$'a\x1b]0;x\x07\xc2\x9b31m\xe2\x80\xae\xffb'
  printf '[run]\nname=%s\nworkers=1\nrounds=1\nsamples=1\nsample_time=1us\n[problem %s]\nkernel=command\ncommand=true %s\nname=%s\n[expect]\n%s speedup>=2\n' \
    "$evil" "$evil" "$evil" "$evil" "$evil" >"$work/$evil.conf"
  for words in "run --dry-run -c $work/$evil.conf" "run -c $work/$evil.conf --results $work/results" "run -c $work/no$evil" \
    "run --kernel $evil" "show $work/no$evil" "import $work/no$evil" "fit $work/no$evil" "run --results $work/$evil.conf -c $work/$evil.conf" \
    "list $evil" "kernel $evil" "run --set $evil=1 -- true" "run --module $work/$evil.so" "run --save $evil -- true" "$evil"; do
    # shellcheck disable=SC2086 # words
    "$NWAY" $words >"$work/out" 2>&1 </dev/null || true
    [ -s "$work/out" ]
    is_clean "$work/out" || { echo "$words"; cat -v "$work/out"; return 1; }
    refute grep -q $'\xe2\x80\xae\|\xc2\x9b' "$work/out"
  done
}

# in_browser PAGE: the page's document after its scripts had their chance
in_browser() {
  timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" --virtual-time-budget=2000 --dump-dom "file://$1" 2>/dev/null
}

@test "I17 no script of a stranger runs in Chromium: report and compare pages; a planted one is seen" {
  plain_is_enough
  browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || skip "Chromium is not installed"
  planted all
  cp -r "$evil" "$work/other"
  sed -i "s/$(jq -r .machine_id "$evil/machine.json")/0123456789abcdef/g" "$work/other"/*.{csv,json}
  "$NWAY" report "$evil" >/dev/null || [ "$?" -le 3 ]
  "$NWAY" compare "$evil" "$work/other" >/dev/null || [ "$?" -le 3 ]
  [ -e "$work/other/report/compare.html" ] || [ -e "$evil/report/compare.html" ]
  "$NWAY" gate "$run_folder" "$evil" --output "$work/gate/report" >/dev/null || [ "$?" -le 3 ]
  "$NWAY" report --lang fr --reference "$run_folder" --output "$work/fr/report" "$evil" >/dev/null || [ "$?" -le 3 ]
  [ -e "$work/gate/report/gate.html" ] && [ -e "$work/fr/report/report.html" ]
  for page in "$work"/*/report/*.html; do
    in_browser "$page" >"$work/dom"
    grep -q '</html>' "$work/dom"
    grep -q "CANARY-'+'RAN" "$work/dom" # it is there, as text
    refute grep -q 'CANARY-RAN' "$work/dom"
  done
  printf '<!doctype html><html><body><p>%s</p></body></html>' "<script>document.body.append('CANARY-'+'RAN')</script>" >"$work/planted.html"
  in_browser "$work/planted.html" | grep -q 'CANARY-RAN'
}

@test "I6 bytes that are no UTF-8 are shown as such in terminal and page, and the numbers stay" {
  run_folder=$(echo "$BATS_FILE_TMPDIR"/results/2*)
  cp -r "$run_folder" "$work/run"
  LC_ALL=C sed -i 's/items=1000/items=1\xff\xc3(00/g' "$work/run/samples.csv" "$work/run/plan.csv"
  "$NWAY" show "$run_folder" >"$work/before" || [ "$?" -le 3 ]
  "$NWAY" show "$work/run" >"$work/after" || [ "$?" -le 3 ]
  is_clean "$work/after"
  grep -qF 'items=1\xFF\xC3(00' "$work/after"
  [ "$(sed 's/items=1\\xFF\\xC3(00/items=1000/' "$work/after" | grep -o '[0-9.]* [mun]*s\b')" = "$(grep -o '[0-9.]* [mun]*s\b' "$work/before")" ]
  "$NWAY" report "$work/run" >/dev/null || [ "$?" -le 3 ]
  is_clean "$work/run/report/report.html"
  grep -qF 'items=1\xFF\xC3(00' "$work/run/report/report.html"
}

#!/usr/bin/env bats
# The page of a notebook's run. The run is synthetic (tests/tools/synth_notebook.h), so that its truth is known.

load helpers

# Made and reported once for all tests of this file.
setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  synth=$(tool synth_run)
  export synth shared=$BATS_FILE_TMPDIR/notebook
  "$synth" "$shared" notebook
  "${NWAY_BUILD:-build}/nway" report "$shared" >"$BATS_FILE_TMPDIR/said"
  export page=$shared/report/notebook.html broken=$BATS_FILE_TMPDIR/broken
  make_broken
}

# set_column FILE COLUMN VALUE PATTERN: in the lines that match, from standard input to standard output
set_column() { awk -F, -v OFS=, -v c="$(column "$1" "$2")" -v value="$3" "$4"' { $c = value } { print }'; }

# The same run with what may go wrong in it, each fault in an experiment of its own, for all tests that ask how the page
# tells them: one report for all.
make_broken() {
  cp -r "$shared" "$broken"
  rm -r "$broken/report"
  sed -i 's/"config_name": "notebook"/"config_name": "mine"/' "$broken/run.json"
  local several='^[^"]*,(sleep_print|critical_section),[^"]*,(pthread|fork|coro),'
  local unread='/,sleep,waits=1000 .*,fork,.*,strong,1000,/'
  # one worker took both sides of a switch; orders without counters, and one that crashed; memory that was not read; what
  # was left out with several workers; a way of which nothing ran
  grep -Ev "$several" "$shared/samples.csv" | grep -v ',grain,.*,fork,' |
    set_column "$shared/samples.csv" counters alone=1 '/,handoff,.*,pthread,/' |
    set_column "$shared/samples.csv" counters '' '/,call_chain,/' |
    set_column "$shared/samples.csv" pss_bytes '' "$unread" |
    sed '/,call_chain,.*bad=1,guard+timer,/s/,ok,/,crash,/' >"$broken/samples.csv"
  grep -Ev "$several" "$shared/plan.csv" | set_column "$shared/plan.csv" pss_bytes '' "$unread" |
    sed '/,grain,.*,fork,/s/,planned,.*/,skipped,no more <processes>,/' >"$broken/plan.csv"
  grep -E ',sleep_print,.*,pthread,.*,4,' "$shared/plan.csv" | sed 's/,planned,.*/,thinned,,/' >>"$broken/plan.csv"
  grep -E ',critical_section,.*,on,pthread,.*,4,' "$shared/plan.csv" |
    sed 's/,planned,.*/,skipped,no <threads>,/' >>"$broken/plan.csv"
  mkdir "$BATS_FILE_TMPDIR/none"
  printf '#!/bin/sh\nexit 1\n' >"$BATS_FILE_TMPDIR/none/gnuplot"
  chmod +x "$BATS_FILE_TMPDIR/none/gnuplot"
  PATH=$BATS_FILE_TMPDIR/none:$PATH "${NWAY_BUILD:-build}/nway" report "$broken" >"$BATS_FILE_TMPDIR/broken_said" 2>&1 ||
    [ $? = 1 ]
}

# row ID: an experiment's row of the table as plain text
row() { grep "^<tr id=\"$1\"" "$page" | sed 's/<[^>]*>/ /g; s/  */ /g'; }

# section ID: from its heading to its end
section() { sed -n "/<h2 id=\"$1\"/,/<\/section>/p" "$page"; }

# cells: rows of a table as text, a bar after each cell
cells() { sed 's/<\/t[dh]>/|/g; s/<[^>]*>//g'; }

# near VALUE TRUTH: within 4 %, where the run drifts by 2 % from round to round
near() { awk -v v="$1" -v t="$2" 'BEGIN { exit !(v > t * 0.96 && v < t * 1.04) }'; }

# english PAGE: its texts, also those in attributes, that hold an English word
english() {
  sed '/<style>/,/<\/style>/d; /<script>/,/<\/script>/d; /<template/,/<\/template>/d' "$1" | tr '\n' ' ' |
    sed 's/<[^>]* \(data-[a-z]*\|aria-label\|title\|alt\)="\([^"]*\)"/\n>\2<&/g' | grep -o '>[^<]*' | sed 's/^> *//; s/ *$//' |
    grep -wiE 'the|of|and|with|not|is|was|were|from|by|which|this|each|has|words|leaves|rows|workers|time' | sort -u
}

# without_charts: from here on gnuplot fails, for tests of words that need not wait for drawings
without_charts() {
  PATH=$BATS_FILE_TMPDIR/none:$PATH
}

@test "report tells both pages, and each links to the other" {
  grep -q '/report/report.html$' "$BATS_FILE_TMPDIR/said"
  grep -q '/report/notebook.html$' "$BATS_FILE_TMPDIR/said"
  grep -q 'href="notebook.html"' "$shared/report/report.html"
  grep -q 'href="report.html"' "$page"
}

@test "a run of another configuration has no notebook page and no link to one" {
  "$synth" "$work/two" two
  without_charts
  run "$NWAY" report "$work/two"
  [ "$status" = 0 ]
  [[ $output != *notebook* ]]
  [ ! -e "$work/two/report/notebook.html" ]
  refute grep -q notebook.html "$work/two/report/report.html"
}

@test "a notebook under another name has its page, part of one has none" {
  [ -e "$broken/report/notebook.html" ]
  cp -r "$broken" "$work/mine"
  without_charts
  for file in samples plan; do
    awk 'NR == 1 || /,countdown,/ || /countdown.py/' "$shared/$file.csv" >"$work/mine/$file.csv"
  done
  rm -r "$work/mine/report"
  "$NWAY" report "$work/mine"
  [ -e "$work/mine/report/report.html" ]
  [ ! -e "$work/mine/report/notebook.html" ]
}

@test "the page stands alone: policy, one script, no request, ids once and no dead link" {
  grep -q "default-src 'none'" "$page"
  [ "$(grep -ci '<script' "$page")" = 1 ]
  refute grep -Eq '(src|href)="?(https?:)?//' "$page"
  grep -o ' id="[^"]*"' "$page" | sort | uniq -d >"$work/twice"
  [ ! -s "$work/twice" ]
  for id in $(grep -o 'href="#[^"]*"' "$page" | cut -d'"' -f2 | tr -d '#' | sort -u); do
    grep -q " id=\"$id\"" "$page"
  done
  tail -1 "$page" | grep -q '</html>'
}

@test "the experiments come in the order of the notebook, each with its own figure" {
  ids=$(grep -o '^<tr id="[^"]*"' "$page" | cut -d'"' -f2 | tr '\n' ' ')
  [ "$ids" = "factorial-plain factorial-memo call-chain call-chain-wrapped names memo-wait printers thread-names lock no-lock overlap fetch fetch-summary fetch-blocking fetch-thread heavy-sums countdown digits coroutines not-awaited tasks " ]
  row factorial-plain | grep -q '0.07 s'
  row overlap | grep -q '20.70 s → 12.22 s'
  row fetch | grep -q '2.20 s → 0.50 s'
  row countdown | grep -q '1.65 s → 1.10 s'
  row tasks | grep -q '23.84 s → 12.80 s'
}

@test "a row holds CPython, sequential and best, each with its interval" {
  row factorial-plain | grep -Eq ' seq ×1 inside 30\.0 ms \[.* whole ×1 3[89]\.[0-9] ms \[3[789]\.[0-9] ms, [34][0-9]\.[0-9] ms\] '
  row factorial-plain | grep -Eq ' plain seq 2\.0[0-9] ms \['
  row factorial-plain | grep -Eq ' plain p(ool|thread) ×4 5[67][0-9] µs \['
  row factorial-plain | grep -Eq ' 3\.[56][0-9]× \[3\.[0-9]+, 3\.[0-9]+\] over its own seq'
}

@test "the memo's CPython is not the plain one's" {
  row factorial-memo | grep -Eq ' seq ×1 1[12]\.[0-9] ms '
  refute grep -q '39\.[0-9] ms' <(row factorial-memo)
}

@test "where a method makes the difference both sequential cells stand there" {
  row digits | grep -Eq ' string seq 4[12]\.[0-9] ms '
  near "$(row digits | grep -o ' divide seq [0-9.]* ms ' | cut -d' ' -f4)" 7.1
}

@test "a lock and its absence are two rows" {
  row lock | grep -q 'no way of running it with more workers is proven faster'
  row no-lock | grep -Eq ' off p(ool|thread) ×[0-9]+ '
  row no-lock | grep -Eq '[1-9]\.[0-9]+× \[.* over its own seq'
}

@test "a peer tells what more workers gain, also where that is nothing, and no more of its options than its input" {
  row countdown | grep -Eq 'threads ×1 .* ×1 → ×[24]: (0\.9[6-9]|1)[0-9.]*× .*pool ×4 .* ×1 → ×4: 2\.[34][0-9]*× '
  row memo-wait | grep -q -- ' --calls 1+1 --memo '
  refute grep -q 'exit\|--how\|{workers}' <(row countdown)
}

@test "a switch that one worker made alone is none" {
  page=$broken/report/notebook.html
  section switch | cells | grep -q '^pthread|spin|2|one worker took both sides'
  section switch | cells | grep -q '^fork|spin|2|[0-9]'
}

@test "a computation and a wait are told from two computations and a wait" {
  row overlap | grep -Eq ' seq (8[789]|9[0-3])\.[0-9] ms '
  row tasks | grep -Eq ' seq 1(1[6-9]|2[0-4]) ms '
}

@test "what was skipped says why, as text, and what is not in the run says so" {
  row heavy-sums | grep -q 'pool: *skipped: python3 has no numpy &lt;apt-get install python3-numpy&gt;'
  row fetch | grep -q 'not in this run'
}

@test "Python's threads stay flat in the chart, its processes and C do not" {
  csv=$shared/report/data/notebook-countdown.csv
  for series in "CPython threads,4 1" "CPython Pool,4 2.4" "CPython Process,4 2.4" "C pthread,4 2.4" "C fork,2 1.8" "C pool,8 2.4"; do
    value=$(grep "${series% *}," "$csv" | cut -d, -f4)
    near "$value" "${series##* }"
  done
  section gil | grep -q '<svg'
  section gil | grep -Eq 'CPython threads ×4: (0\.99|1\.0)'
  section gil | grep -q 'png/notebook-countdown.png'
}

@test "the slides are whole PNGs of 1920 x 1080" {
  for name in notebook-countdown notebook-memory metg; do
    png=$shared/report/png/$name.png
    [ "$(od -An -tx1 -j16 -N8 "$png" | tr -d ' \n')" = 0000078000000438 ]
    [ "$(tail -c 8 "$png" | head -c 4)" = IEND ]
  done
}

@test "the headline is explained and set right on the same ranges" {
  section headline | grep -q 'million'
  section headline | grep -q 'thousand'
  section headline | sed 's/<[^>]*>//g' | grep -Eq 'pow seq ×1 8\.[0-9]+ ms .* best parallel 3\.[345][0-9] ms .* by pow .*: 2\.(39|40|41)×'
}

@test "memory of a worker comes from what the workers took together" {
  table=$(section per-worker | cells)
  grep -q '^way|1 worker|10 workers|1000 workers|each, 1 to 10|each, 1 to 1000|' <<<"$(sed 's/.*way|/way|/' <<<"$table")"
  grep -q '^fork|2.00 MiB|6.50 MiB|502 MiB|512 KiB|512 KiB|' <<<"$table"
  grep -q '^pthread|2.00 MiB|2.14 MiB|17.6 MiB|16.0 KiB|16.0 KiB|' <<<"$table"
  grep -q '^coro|2.00 MiB|2.04 MiB|5.90 MiB|4.00 KiB|4.00 KiB|' <<<"$table"
}

@test "memory that was not read is told, with the workers of whom" {
  page=$broken/report/notebook.html
  section per-worker | cells | grep -q '^fork|2.00 MiB|6.50 MiB|–|512 KiB|–|×1000 not read: one execution took too long'
}

@test "the cost of a switch is the time of a game over its turns" {
  table=$(section switch | cells)
  value() { grep "^$1|$2|$3|" <<<"$table" | cut -d'|' -f4; }
  near "$(value seq spin 1 | sed 's/ ns$//')" 20
  near "$(value pthread spin 2 | sed 's/ ns$//')" 80
  near "$(value fork futex 2 | sed 's/ µs$//')" 5
  [ "$(grep -c '|\[' <<<"$table")" -ge 6 ]
}

@test "the cost of a wrapper is what it adds to a call of the bare function, and its order what it saw" {
  table=$(section wrappers | cells)
  of() { sed -n "/bad=$1/,/bad=/p" <<<"$table" | grep "^$2|"; }
  grep -q 'order|a call|\[95 %\]|more than none|\[95 %\]|of 80000 calls: ran|timer saw|guard refused|memo had|' <<<"$table"
  grep -Eq '^none\|13\.[0-9]+ ns\|\[.*\]\|–\|–\|80000\|–\|–\|–\|$' <<<"$(of 0 none)"
  near "$(of 0 timer | cut -d'|' -f4 | sed 's/^+\(.*\) ns$/\1/')" 13.75
  near "$(of 0 memo+timer | cut -d'|' -f4 | sed 's/^−\(.*\) ns$/\1/')" 8.25
  near "$(of 0 timer | cut -d'|' -f5 | sed 's/^\[+\(.*\) ns, +.* ns\]$/\1/')" 13.75
  near "$(of 0 memo+timer | cut -d'|' -f5 | sed 's/^\[−.* ns, −\(.*\) ns\]$/\1/')" 8.25
  grep -q '|64|64|–|79936|$' <<<"$(of 0 memo+timer)"
  grep -q '|70000|70000|10000|–|$' <<<"$(of 1 guard+timer)"
  grep -q '|70000|80000|10000|–|$' <<<"$(of 1 timer+guard)"
}

@test "an order of which nothing counts, or that has no time, is no row of zeros" {
  page=$broken/report/notebook.html
  section wrappers | cells | grep -Eq '^timer\|2[67]\.[0-9] ns\|.*\|–\|–\|–\|–\|$'
  section wrappers | cells | grep -Eq '^guard\+timer\|crash'
}

@test "a chart that a phone cuts off has its key under it: each mark as drawn, with its name" {
  items() { section gil | grep -o '<ul class="key".*</ul>' | sed 's/<li>/\n/g' | grep '</li>'; }
  [ "$(items | sed 's/<[^>]*>//g' | tr '\n' ',')" = "CPython threads,CPython Pool,CPython Process,C pthread,C fork,C pool,attainable," ]
  for name in "CPython Process" "C pool"; do
    item=$(items | grep ">$name<")
    for part in "xlink:href='#k[0-9]*-gpPt[0-9]*'" " color='[^']*'" " stroke-dasharray='[^']*'"; do
      found=$(grep -o -- "$part" <<<"$item")
      [ -n "$found" ]
      section gil | sed 's/<ul class="key".*//' | grep -qF -- "$found"
    done
  done
  section per-worker | grep -q '<ul class="key"'
  section metg | grep -q '<ul class="key"'
  grep -q '<ul class="key".*pthread' "$shared/report/report.html"
  # the first chart has a drawing of its own for phones, with its key
  overview=$(sed -n '/^<header>/,/^<\/header>/p' "$shared/report/report.html")
  [ "$(grep -c '<div class="broad">' <<<"$overview")" = 1 ]
  sed -n '/<div class="narrow">/,/<\/div>/p' <<<"$overview" | grep -q '<ul class="key".*<span>power_sum<'
  # hidden where the chart has room for its own names
  grep -A1 '^\.key {' "$page" | grep -q 'display: none;'
  grep -A2 '@container (max-width:559px) {' "$page" | grep -A1 '\.key {' | grep -q 'display: flex;'
  # and no heading is wider than a phone for a long word in it
  sed -n '/^body {/,/^}/p' "$page" | grep -q 'overflow-wrap: break-word;'
}

@test "METG is the planted overhead, on this page and on the ordinary report" {
  for file in "$page" "$shared/report/report.html"; do
    page=$file
    table=$(section metg | cells)
    near "$(grep '^pool|4|' <<<"$table" | cut -d'|' -f3 | sed 's/ µs$//')" 5
    near "$(grep '^pthread|4|' <<<"$table" | cut -d'|' -f3 | sed 's/ µs$//')" 50
    grep -q '^fork|4|over [0-9.]* µs|.*not reached at the largest measured size' <<<"$table"
    grep -Eq 'A thread of a standing team from items of (4\.9|5\.0)[0-9]* µs on \(pool ×4\); a newly created thread from items of (49|5[01])[.0-9]* µs on \(pthread ×4\); .*a newly created process at no size measured; a coroutine never for computation: its workers share one thread' <<<"$table"
    section metg | grep -q '<svg'
  done
}

@test "METG is claimed from two valid sizes on" {
  cp -r "$shared" "$work/lone"
  for file in samples plan; do grep -v 'grain=1000 items=\|grain=10000 items=' "$shared/$file.csv" >"$work/lone/$file.csv"; done
  grep -q ',grain=100000 items=' "$work/lone/samples.csv"
  sed -i '/,grain=0 items=/d' "$work/lone/samples.csv" "$work/lone/plan.csv"
  without_charts
  "$NWAY" report "$work/lone"
  page=$work/lone/report/notebook.html
  section metg | cells | grep -q '^pool|4|unknown|–|1|one valid size; METG needs two|'
  section metg | cells | grep -q 'A thread of a standing team has one valid size, where METG needs two;'
  refute grep -q 'items of – on' "$page"
}

@test "the story on top: what a method, workers and waits gained, each linked to its row" {
  top=$(sed -n '/<h1>/,/<nav/p' "$page")
  grep -q 'A better method gained <b>5.6[0-9]×</b> (Factorials, remembered), more workers <b>2.[34][0-9]*×</b> (Countdown), overlapped waits <b>[23]\.[.0-9]*×</b> (Three coroutines)\.' <<<"$top"
  for id in factorial-memo countdown coroutines; do grep -q "<a href=\"#$id\">.*<svg class=\"gain\"" <<<"$top"; done
}

@test "export --format notebook: the table of the page in Markdown, of a notebook's run alone; docs/notebook.md has its rows" {
  "$NWAY" export --format notebook "$shared" >"$work/table.md"
  grep -Eq '^A better method gained 5\.6[0-9]× \(Factorials, remembered\), ' "$work/table.md"
  grep -Eq '^\| Factorials<br>B In .*\| seq ×1 30\.0 ms \[.*\] \| seq ×1 3[89]\.[0-9] ms \[.*\] \| plain seq 2\.0[0-9] ms \[.*\| plain p(ool|thread) ×4 5[67][0-9] µs ' "$work/table.md"
  grep -Eq '^\| Countdown<br>.*<br>pool ×4 ' "$work/table.md"
  grep -q '^| Heavy sums<br>.*| 215.2 s → 0.55 s, not of the same ranges | pool – | pool skipped: python3 has no numpy &lt;apt-get' "$work/table.md"
  grep -q '^| 1000 | 6.00 µs .* | 20× |' "$work/table.md"
  experiments() { grep '^| .* | .* | .* | .* | .* | .* |$' "$1" | cut -d'|' -f2,3; }
  diff <(experiments "$work/table.md") <(experiments docs/notebook.md)
  "$synth" "$work/two" two
  run "$NWAY" export --format notebook "$work/two"
  [ "$status" = 2 ]
  [[ $output == *"is no run of configs/notebook.conf"* ]]
}

@test "what peers measured inside: a range against an array, the making of a worker, a message" {
  section range | cells | grep -Eq '^1000\|6\.00 µs\|.*\|300 ns\|.*\|20×\|'
  section creation | cells | grep -q '^CPython, thread|100 µs|'
  section creation | cells | grep -Eq '^C, pthread ×[24]\|[0-9.]+ (µs|ns)\|'
  section exchange | cells | grep -Eq '^CPython\|queue\|processes\|2\.00 µs\|.*\|500 MB/s\|–\|'
  section exchange | cells | grep -Eq '^C, seq\|pipe\|one worker, nobody to wait for\|(1\.0|9[89])[0-9.]* (µs|ns)\|.*\|–\|'
  section exchange | cells | grep -Eq '^C, pthread\|pipe\|threads\|(4\.0|3\.9)[0-9] µs\|.*\|2[45][0-9] MB/s\|–\|'
  section exchange | cells | grep -Eq '^C, fork\|pipe\|processes\|(5\.0|4\.9)[0-9] µs\|.*\|1\.2[45]× \['
  [ -s "$shared/report/data/notebook-range.csv" ]
}

@test "in French by --lang fr and by LANG, where only C.UTF-8 exists; numbers and the ordinary report stay as they are" {
  [ -e "${NWAY_BUILD:-build}/locale/fr/LC_MESSAGES/nway.mo" ] || skip "built without gettext"
  cp -r "$broken" "$work/fr" # with all that may go wrong
  rm -r "$work/fr/report"
  report() { "$NWAY" report "$work/fr" "$@" || [ $? = 1 ]; }
  without_charts
  page=$work/fr/report/notebook.html
  numbers() { sed 's/<[^>]*>/ /g' "$page" | grep -Eo '[0-9]+\.[0-9]+ (ms|µs|ns|×)' | sort; }
  LANG=de_DE.UTF-8 LC_ALL='' report
  english=$(numbers)
  grep -q '<html lang="en">' "$page"
  LC_ALL=C.UTF-8 report --lang fr
  grep -q '<html lang="fr">' "$page"
  row lock | grep -q 'ignoré.*: no &lt;threads&gt;' # a status is French too
  section wrappers | cells | grep -q '^guard+timer|plantage'
  row factorial-plain | grep -q 'Factorielles Mesure boucle(100)'
  section metg | grep -q 'METG se trouve là où une courbe la croise'
  grep -q 'METG lies near where a line crosses it' "$work/fr/report/report.html"
  grep -q 'Une meilleure méthode a fait gagner <b>5.6[0-9]×</b> (Factorielles, retenues), plus d’ouvriers' "$page"
  [ "$(numbers)" = "$english" ]
  grep -q '<html lang="en">' "$work/fr/report/report.html"
  cp "$page" "$work/asked.html"
  LC_ALL='' LC_MESSAGES='' LANG=fr_FR.UTF-8 report
  cmp "$page" "$work/asked.html"
  # no English is left but names and what a program said; a planted text is found
  [ "$(english "$page" | grep -vc 'python3 has no numpy')" = 0 ]
  sed 's/<main>/&<p title="Sort the rows">/' "$page" >"$work/planted.html"
  english "$work/planted.html" | grep -qx 'Sort the rows'
  run "$NWAY" report "$work/fr" --lang xx
  [ "$status" = 2 ]
  [[ $output == *"--lang: no texts in 'xx'; use en, or fr"* ]]
}

@test "show and expect in French, with the letters that the terminal has, and the same figures" {
  [ -e "${NWAY_BUILD:-build}/locale/fr/LC_MESSAGES/nway.mo" ] || skip "built without gettext"
  printf '[expect]\n%s\n%s\n' 'countdown pool workers=4 speedup>=1.3' 'countdown pool workers=4 speedup>=9' >"$work/fr.conf"
  export COLUMNS=200 LC_ALL='' LC_MESSAGES=''
  LANG=fr_FR.UTF-8 run "$NWAY" expect -c "$work/fr.conf" "$shared"
  echo "$output"
  [ "$status" = 1 ]
  [[ $output == *"en échec: countdown items=5M+3M+6M+10M: pool ×4: speedup 2.4"*", attendu >=9"* ]]
  [[ $output == *"critères non remplis : 1 sur 2"* ]]
  printf '[problem x]\nkernel = countdwn\n' >"$work/typo.conf"
  LANG=fr_FR.UTF-8 run "$NWAY" run -c "$work/typo.conf"
  [ "$status" = 2 ]
  [[ $output == *"typo.conf:2: kernel: noyau « countdwn » : inconnu ; vouliez-vous dire « countdown » ?" ]]
  LANG=fr_FR run "$NWAY" run -c "$work/typo.conf"
  [[ $output == *"typo.conf:2: kernel: unknown kernel 'countdwn'; did you mean 'countdown'?" ]]
  LANG=fr_FR run "$NWAY" expect -c "$work/fr.conf" "$shared"
  [[ $output == *"en echec: countdown items=5M+3M+6M+10M: pool x4"*"criteres non remplis : 1 sur 2"* ]]
  figures() { grep -Eo '[0-9]+(\.[0-9]+)? (ms|µs|s)\>' | sort; }
  LANG=C.UTF-8 "$NWAY" show "$shared" >"$work/english"
  LANG=C.UTF-8 "$NWAY" show --lang fr "$shared" >"$work/french"
  grep -q 'Combien d’ouvriers' "$work/french"
  grep -q 'rien n’est établi plus rapide que la meilleure séquentielle' "$work/french"
  diff <(figures <"$work/english") <(figures <"$work/french")
  refute grep -E 'cells|rounds|nothing|workers: ' "$work/french"
}

@test "under a French LANG rows, plan and notes stay English, with decimal points; what a run prints of them is French" {
  [ -e "${NWAY_BUILD:-build}/locale/fr/LC_MESSAGES/nway.mo" ] || skip "built without gettext"
  built=${NWAY%/nway} copy=$work/copy
  mkdir -p "$copy/kernels"
  cp -r "$NWAY" "$built/nway-report" "$built/variants" "$built/locale" "$copy"
  cp "$built/kernels/countdown.so" "$copy/kernels"
  head -c 9000 "$built/kernels/countdown.so" >"$copy/kernels/triad.so"
  sed 's/^  //' >"$work/notes.conf" <<'CONF'
  [run]
  rounds = 1
  samples = 1
  sample_time = 1us
  variants = pthread
  workers = 2
  [problem fine]
  kernel = countdown
  items = 2x1k
  [problem lacking]
  kernel = countdown
  items = 3x1k
  requires = sh -c 'exit 7'
  [problem broken]
  kernel = triad
  [problem idle]
  kernel = optimised
CONF
  export COLUMNS=300 LC_ALL='' LC_MESSAGES=''
  LANG=fr_FR.UTF-8 run "$copy/nway" run -c "$work/notes.conf" --module "$FIXTURES/optimised.so" --results "$results"
  echo "$output"
  [ "$status" = 1 ]
  [[ $output == *"notes.conf : 4 problèmes, "*" CPU utilisable"* ]]
  [[ $output == *"exige « sh -c 'exit 7' », qui a fini avec le code 7 ("* ]]
  [[ $output == *"triad.so : impossible à charger : "*"le construire à nouveau"* ]]
  [[ $output == *"le travail n’a pas été fait, ou le compilateur l’a supprimé"* ]]
  refute grep -P '[^\x00-\x7f]' "$results"/latest/*.csv "$results/latest/run.json"
  for note in "requires 'sh -c 'exit 7'', which ended with exit code 7" "cannot be loaded: .*; build it again"; do
    grep -q "$note" "$results/latest/plan.csv"
    grep -q "$note" "$results/latest/samples.csv"
  done
  grep -q "the work was not done, or the compiler removed it" "$results/latest/samples.csv"
  rows status=ok phase=sample -- attainable_ratio | grep -qx '2\(\.0*\)\?'
}

@test "every text is translated, and no translation is of a text that is gone; a planted one of each is found" {
  command -v xgettext >/dev/null || skip "gettext is missing"
  mkdir "$work/po"
  po/update.sh "$work/po"
  stale() { msgcmp "$1" "$work/po/nway.pot" 2>&1 | cat - <(msgcmp --use-untranslated "$work/po/nway.pot" "$1" 2>&1); }
  [ -z "$(stale po/fr.po)" ]
  # the template has every text of the page that the configuration gives
  grep -q 'msgid "Heavy sums"' "$work/po/nway.pot"
  # every message about a configuration, without a mark of its own
  grep -q "msgid \"duplicate setting '%s' (first defined on line %d); remove one\"" "$work/po/nway.pot"
  sed 's/^msgstr "Sommes lourdes"/msgstr ""/' po/fr.po >"$work/po/untranslated.po"
  stale "$work/po/untranslated.po" | grep -q "untranslated"
  sed 's/^msgid "Heavy sums"/msgid "Heavy sums of old"/' po/fr.po >"$work/po/stale.po"
  stale "$work/po/stale.po" | grep -q "not defined"
}

@test "what was left out with several workers says why" {
  page=$broken/report/notebook.html
  row printers | grep -q 'more workers were left out to keep the time budget'
  row lock | grep -q 'no &lt;threads&gt;'
  row memo-wait | grep -q 'not run with more workers'
}

@test "a way of which nothing ran has no METG but the reason" {
  grep -q "charts unavailable" "$BATS_FILE_TMPDIR/broken_said"
  page=$broken/report/notebook.html
  section metg | cells | grep -q '^fork|4|unknown|–|0|no valid cell: no more &lt;processes&gt;|'
  section metg | cells | grep -q 'a newly created process was not measured on several CPUs'
}

@test "on one CPU nothing is said to pay" {
  cp -r "$shared" "$work/one"
  sed -i 's/"usable_cpus", "value": 4/"usable_cpus", "value": 1/' "$work/one/machine.json"
  without_charts
  "$NWAY" report "$work/one"
  page=$work/one/report/notebook.html
  section metg | cells | grep -q 'A thread of a standing team was not measured on several CPUs; a newly created thread was not'
  section metg | cells | grep -q '^pool|1|'
}

@test "too few rounds: figures without intervals, and no METG" {
  cp -r "$shared" "$work/few"
  round=$(column "$work/few/samples.csv" round)
  awk -F, -v r="$round" 'NR == 1 || $r <= 3' "$shared/samples.csv" >"$work/few/samples.csv"
  without_charts
  "$NWAY" report "$work/few" || [ $? = 3 ]
  page=$work/few/report/notebook.html
  section metg | cells | grep -Eq '^pool\|4\|unknown\|–\|0\|efficiency withheld'
  section metg | grep -q 'has no efficiency: under 6 rounds'
  row factorial-plain | grep -Eq 'plain seq (1\.9|2\.[01])[0-9] ms –'
  row factorial-plain | grep -q 'over its own seq (not judged: too few rounds'
  grep -q 'reach 392' "$page" && grep -q '(not judged: [^)]*)\. No way' "$page"
}

@test "a busy machine: no gain, no best way and no METG is judged" {
  cp -r "$shared" "$work/busy"
  jq '.foreign_ns = 12 | .watched_ns = 100' "$shared/run.json" >"$work/busy/run.json"
  without_charts
  "$NWAY" report "$work/busy" || [ $? = 3 ]
  page=$work/busy/report/notebook.html
  section metg | cells | grep -Eq '^pool\|4\|unknown\|–\|0\|efficiency withheld: machine busy'
  section metg | grep -q 'Not judged: machine busy\.'
  refute grep -q 'A thread of a standing team' "$page"
  row factorial-plain | grep -q 'over its own seq (not judged: machine busy)'
  grep -q 'A better method gained <b>[^;]*; not judged: machine busy), more workers' "$page"
}

@test "without any of the kernels the page is whole and says what is missing" {
  without_charts
  "$synth" "$work/other" exact
  jq '.config_name = "notebook"' "$work/other/run.json" >"$work/run.json"
  cp "$work/run.json" "$work/other/run.json"
  run "$NWAY" report "$work/other"
  [ "$status" = 0 ]
  page=$work/other/report/notebook.html
  for id in wrappers gil headline per-worker switch metg; do
    section "$id" | grep -Eqi 'not in this run|this run lacks|no valid point'
  done
  [ "$(grep -c '^<tr id=.*not in this run' "$page")" = 21 ]
}

@test "hostile names show as text" {
  rm -f /tmp/canary
  cp -r "$shared" "$work/hostile"
  evil='<script>alert(1)<\/script>`touch \/tmp\/canary`'
  sed -i "s/,pthread,/,$evil,/" "$work/hostile/samples.csv" "$work/hostile/plan.csv"
  sed -i "s/--how threads/--how <img\/src=x>/" "$work/hostile/samples.csv" "$work/hostile/plan.csv"
  sed -i 's/"label": "[^"]*"/"label": "<b onclick=x>machine"/' "$work/hostile/machine.json"
  run "$NWAY" report "$work/hostile"
  [ "$status" = 0 ]
  page=$work/hostile/report/notebook.html
  [ "$(grep -ci '<script' "$page")" = 1 ]
  refute grep -q '<img' "$page"
  refute grep -q '<b onclick' "$page"
  grep -q '&lt;script&gt;alert(1)' "$page"
  grep -q '&lt;img/src=x&gt;' "$page"
  grep -q '&lt;b onclick=x&gt;machine' "$page"
  [ ! -e /tmp/canary ]
}

#!/usr/bin/env bats
# The course: exercises that build, fail and are solved for the reason they say, and pages whose commands and links are
# real. No timing is asserted, so speedups that exercises expect are not.

load helpers

COURSE=docs/course

# build SOURCE OUTPUT: as the project builds its kernels
build() {
  strict=$(sed -n 's/^STRICT *[:+]= //p' Makefile | grep -v '#' | tr '\n' ' ')
  # shellcheck disable=SC2086 # flags are words
  ${CC:-cc} $strict -O2 -shared -fPIC -I kernels "$1" -o "$2"
}

setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  for kind in exercises solutions; do
    mkdir "$BATS_FILE_TMPDIR/$kind"
    for source in "$COURSE/$kind"/*.c; do
      build "$source" "$BATS_FILE_TMPDIR/$kind/$(basename "$source" .c).so"
    done
  done
  # of the Pythons one that starts quickly: one of a version manager takes a shell first
  mkdir "$BATS_FILE_TMPDIR/bin"
  for python in /usr/bin/python3 "$(command -v python3)"; do
    [ ! -x "$python" ] || { ln -s "$python" "$BATS_FILE_TMPDIR/bin/python3" && break; }
  done
}

PATH=$BATS_FILE_TMPDIR/bin:$PATH

# config_of KIND NAME: that of the solution, where it has one of its own
config_of() {
  if [ -e "$COURSE/$1/$2.conf" ]; then echo "$COURSE/$1/$2.conf"; else echo "$COURSE/exercises/$2.conf"; fi
}

# One round, with all the time that it takes.
quick=(--rounds 1 --samples 1 --min-time 1us --time-budget 1h --limit 10min)

# try KIND NAME OPTION...: one quick round of an exercise (its intervals, hence its expectations, need more)
try() {
  module=$BATS_FILE_TMPDIR/$1/$2.so options=()
  [ "$2" != waits ] || options=(--variant coro --workers 10) # the cell that counts, since waits take their time
  [ ! -e "$module" ] || options+=(--module "$module")
  run "$NWAY" run "${options[@]}" -c "$(config_of "$1" "$2")" "${quick[@]}" --results "$results" "${@:3}"
  echo "$output"
}

# planted NAME FROM TO: a solution with a fault in it, built and tried
planted() {
  mkdir -p "$BATS_FILE_TMPDIR/planted"
  sed "s/$2/$3/" "$COURSE/solutions/$1.c" >"$work/$1.c"
  refute cmp -s "$COURSE/solutions/$1.c" "$work/$1.c"
  build "$work/$1.c" "$BATS_FILE_TMPDIR/planted/$1.so"
  try planted "$1"
  [ "$status" = 1 ] || [ "$status" = 3 ] # 3: wrong even on one worker, so nothing was measured
  rows -- status | grep -qx wrong
}

# quoted PATTERN: the command lines in the pages that match
quoted() { sed -n 's/^ \{4,\}//p' "$COURSE"/*.md | grep -E "$1"; }

@test "every file of an exercise builds without a warning, and has a solution" {
  for source in "$COURSE"/exercises/*.c; do
    [ -e "$BATS_FILE_TMPDIR/exercises/$(basename "$source" .c).so" ]
    [ -e "$BATS_FILE_TMPDIR/solutions/$(basename "$source" .c).so" ]
  done
  for config in "$COURSE"/exercises/*.conf; do
    name=$(basename "$config" .conf)
    [ -e "$COURSE/solutions/$name.c" ] || [ -e "$COURSE/solutions/$name.conf" ]
    grep -qx '\[expect\]' "$config"
  done
}

@test "what a solution's configuration expects is what the exercise expects" {
  for config in "$COURSE"/solutions/*.conf; do
    exercise=$COURSE/exercises/$(basename "$config")
    [ "$(sed -n '/^\[expect\]/,$p' "$config")" = "$(sed -n '/^\[expect\]/,$p' "$exercise")" ]
  done
}

@test "every exercise and solution is taken, and every lesson's run is quoted in a page" {
  for config in "$COURSE"/lessons/*.conf; do
    quoted '^build/nway run ' | grep -qF -- "-c $config"
  done
  for config in "$COURSE"/exercises/*.conf; do
    for kind in exercises solutions; do
      try "$kind" "$(basename "$config" .conf)" --dry-run
      [ "$status" = 0 ]
    done
  done
}

# The worker with the first number does not write back before the other one has written.
drawn_out='while (x == 1 \&\& job->workers > 1 \&\& *total == seen) ;'

@test "the race, drawn out so that it is met at any speed, is a wrong row on two workers, and only there" {
  mkdir "$BATS_FILE_TMPDIR/race"
  sed "s/^    seen += steps_to_1/    $drawn_out\n&/" "$COURSE/exercises/race.c" >"$work/race.c"
  refute cmp -s "$work/race.c" "$COURSE/exercises/race.c"
  build "$work/race.c" "$BATS_FILE_TMPDIR/race/race.so"
  try race race
  [ "$status" = 1 ]
  rows workers=2 -- status | grep -qx wrong
  [[ $output == *"wrong answer: the total is "*", expected 6590732"* ]]
  [ "$(rows workers=1 -- status | sort -u)" = ok ]
}

@test "skeletons that are only slow answer right, and yet do not pass" {
  for name in memo waits padding grain exchange lourd; do
    try exercises "$name"
    [ "$status" = 3 ] # one round has no interval, so no expectation is judged
    [[ $output == *"$name.conf:"* ]]
    [ "$(rows -- status | sort -u)" = ok ]
  done
}

@test "solutions answer right in every row" {
  for name in memo race waits padding uneven grain exchange lourd; do
    try solutions "$name"
    [ "$(rows -- status | sort -u)" = ok ]
    [ "$(rows phase=sample -- workers | sort -u | wc -l)" -ge 1 ]
  done
}

@test "a solution with a fault planted in it is wrong" {
  planted exchange 'numbers\[i\] = at + i' 'numbers[i] = at'
  planted lourd 'k <= STEPS' 'k < STEPS'
  planted memo 'remembered(memo, additions, n - 2)' 'remembered(memo, additions, n - 1)'
  planted memo 'memo\[N_MAX + 1\] = {0}' '*memo; static uint64_t kept[N_MAX + 1]; memo = kept'
  planted waits 'worker_wait(worker, ns);' '(void)worker, (void)ns;'
  planted padding 't < times' 't < times - 1'
  planted race 'BLOCK; x++) *$' 'BLOCK; x += 2)'
  planted race 'atomic_fetch_add(total, own);' "int64_t x = lo + 1, seen = *total; $drawn_out *total = seen + own;"
}

# handed MEMO OPTION...: a solution of memo.c whose two lines of recursion are MEMO, tried; 2: it does not build
handed() {
  awk -v body="$1" '/if \(memo\[n\] == 0\)/ { print body } { print }' "$COURSE/solutions/memo.c" |
    sed '1s/^/#include <unistd.h>\n/' >"$work/memo.c"
  mkdir -p "$BATS_FILE_TMPDIR/handed"
  build "$work/memo.c" "$BATS_FILE_TMPDIR/handed/memo.so" 2>"$work/built" || return 2
  try handed memo "${@:2}"
}

@test "a solution that hangs, crashes, prints, takes the answers from a table or does not build is judged for what it is" {
  handed '  while (n == 20) __asm__ volatile("");' --limit 300ms
  [ "$status" != 0 ]
  [ "$(rows method=memo -- status | sort -u)" = timeout ] # and the plain method has its rows
  rows method=plain -- status | grep -qx ok
  LANG=fr_FR.UTF-8 handed '  if (n == 20) __builtin_trap();'
  [ "$status" != 0 ]
  rows -- status | grep -qx crash
  [ ! -e "${NWAY_BUILD:-build}/locale/fr/LC_MESSAGES/nway.mo" ] || [[ $output == *plantage* ]]
  handed '  if (n == 20) (void)!write(1, "debug", 5);'
  [ "$(rows -- status | sort -u)" = ok ]
  handed '  static const uint64_t table[] = {0,1,1,2,3,5,8,13,21,34,55,89,144,233,377,610,987,1597,2584,4181,6765,10946,17711,28657,46368,75025}; return table[n];'
  [ "$status" != 0 ]
  rows method=memo -- status | grep -qx wrong
  [[ ${output//$'\n'/ } == *"0 additions were counted"* ]]
  refute handed '  return memo[n'
  grep -q 'error' "$work/built"
}

@test "a run of a configuration that was made easier does not meet the course's own expectations" {
  sed 's/^grain = 30k/grain = 3M/; s/^"grain" .*/grain workers=2 time<=1h/' "$COURSE/solutions/grain.conf" >"$work/grain.conf"
  fake_quiet "$NWAY" run -c "$work/grain.conf" "${quick[@]}" --rounds 6 --results "$results" >/dev/null
  run "$NWAY" expect --results "$results"
  [ "$status" = 0 ]
  run "$NWAY" expect -c "$COURSE/exercises/grain.conf" --results "$results"
  echo "$output"
  [ "$status" = 1 ]
  [[ ${output//$'\n'     /} == *"not this problem: grain=3M, where $COURSE/exercises/grain.conf:14 has 30k"* ]]
  run "$NWAY" expect -c "$work/none.conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"none.conf: cannot read the configuration: No such file"* ]]
}

# handed_in NAME EDIT: one round of a solution's configuration after `sed EDIT`, judged by the exercise's
handed_in() {
  sed "$2" "$COURSE/solutions/$1.conf" >"$work/$1.conf"
  refute cmp -s "$COURSE/solutions/$1.conf" "$work/$1.conf"
  "$NWAY" run -c "$work/$1.conf" "${quick[@]}" --results "$results" >/dev/null 2>&1 || true
  COLUMNS=400 run "$NWAY" expect -c "$COURSE/exercises/$1.conf" --results "$results"
  echo "$output"
  [ "$status" = 1 ] || [ "$status" = 3 ] # 3: one round has no interval, so nothing is judged
}

@test "a handed-in configuration may change what its exercise lets it change, and nothing of the problem" {
  handed_in uneven 's/^schedules.*/schedules = guided/; s/^items = 10M+6M+5M+3M/items = 6M+10M+3M+5M/'
  refute grep -q 'not this problem' <<<"$output"
  handed_in uneven 's/^kernel = countdown/kernel = sleep\nwait = 500/; s/^items = 1M.*/waits = 2/; s/^items.*/waits = 4/'
  [ "$(grep -c 'not this problem: kernel=sleep, where' <<<"$output")" = 2 ]
  handed_in grain 's/^variants = .*/variants = pool/'
  refute grep -q 'not this problem' <<<"$output"
  handed_in grain 's/^steps = 1/steps = 2/'
  [[ $output == *"not this problem: steps=2, where $COURSE/exercises/grain.conf:16 has 1"* ]]
}

@test "the Python exercise runs on threads and on processes" {
  command -v python3 >/dev/null || skip "python3 is missing"
  for kind in exercises solutions; do
    sed 's/4_000_000/1000/' "$COURSE/$kind/gil.py" >"$work/gil.py"
    refute cmp -s "$COURSE/$kind/gil.py" "$work/gil.py"
    for workers in 1 2 5; do
      python3 "$work/gil.py" "$workers"
    done
  done
}

@test "a Python exercise that leaves work out is wrong" {
  command -v python3 >/dev/null || skip "python3 is missing"
  sed 's/4_000_000/1000/; s/shares\[w\]\|ITEMS\[w::workers\]/ITEMS[w::workers][:2]/' "$COURSE/solutions/gil.py" >"$work/gil.py"
  sed "s|$COURSE/solutions/gil.py|$work/gil.py|" "$COURSE/solutions/gil.conf" >"$work/gil.conf"
  run "$NWAY" run -c "$work/gil.conf" "${quick[@]}" --results "$results"
  [ "$status" = 1 ]
  rows workers=2 -- status | grep -qx wrong
}

@test "the lesson about hanging has a time, a row timeout, and leaves no process behind" {
  command -v python3 >/dev/null || skip "python3 is missing"
  run "$NWAY" run -c "$COURSE/lessons/hang.conf" "${quick[@]}" --kernel small --results "$results"
  echo "$output"
  [ "$status" = 0 ]
  [ "$(rows phase=sample -- status problem | grep -c '^ok .*hang.py 1000$')" = 1 ]
  # the other never ends, so its limit may be any
  run "$NWAY" run -c "$COURSE/lessons/hang.conf" --time-budget 1h --kernel large --results "$results"
  echo "$output"
  [ "$status" = 3 ]
  [ "$(rows status=timeout -- problem | grep -c 'hang.py 1000000')" -ge 1 ]
  refute pgrep -f lessons/hang.py
}

@test "the commands that the pages quote are real" {
  [ "$(quoted '^cc ' | wc -l)" -ge 4 ]
  # one is run; the others differ from it by the name of their file alone, and `setup_file` builds each file
  eval "$(quoted '^cc ' | sed -n "1s|-o build/|-o $work/|p")"
  while read -r line; do
    name=${line##*/} name=${name%.so}
    [ "$line" = "cc -O2 -shared -fPIC -I kernels $COURSE/exercises/$name.c -o build/$name.so" ]
    [ -e "$COURSE/exercises/$name.c" ]
  done < <(quoted '^cc ')
  [ "$(quoted '^build/nway run ' | wc -l)" -ge 14 ]
  while read -r line; do
    line=${line//--module build\//--module $BATS_FILE_TMPDIR/exercises/}
    echo "$line"
    eval "$NWAY ${line#build/nway } --dry-run" >"$work/cells"
  done < <(quoted '^build/nway run ')
  help=$("$NWAY" help)
  for command in $(quoted '^build/nway ' | cut -d' ' -f2 | sort -u); do
    echo "$command"
    grep -q "^  $command " <<<"$help"
  done
  "$NWAY" list variants | grep -q '^prefork '
}

@test "the pages in French quote the same commands, for the exercises in French" {
  commands() { sed -n 's/^ \{4,\}//p' "$@" | grep -E '^(cc|make|build/nway) '; }
  commands "$COURSE"/*.md >"$work/english"
  commands "$COURSE"/fr/*.md | sed "s!$COURSE/fr/\(exercises\|lessons\)/!$COURSE/\1/!g" >"$work/french"
  diff "$work/english" "$work/french"
  for kind in exercises lessons; do
    [ "$(grep -c "$COURSE/$kind/" "$work/english")" = "$(cat "$COURSE"/fr/*.md | grep -c "^  .*$COURSE/fr/$kind/")" ]
  done
  # and each of those says to nway what its original says: without comments they are the same
  said() { sed "s|$COURSE/fr/|$COURSE/|g; s/^#.*//; s/ *;.*//" "$1" | grep .; }
  for config in "$COURSE"/fr/lessons/*.conf "$COURSE"/fr/exercises/*.conf "$COURSE"/fr/solutions/*.conf; do
    diff <(said "${config/fr\//}") <(said "$config")
  done
  sed 's/^rounds = .*/rounds = 99/' "$COURSE/fr/lessons/hang.conf" >"$work/planted.conf"
  refute diff <(said "$COURSE/lessons/hang.conf") <(said "$work/planted.conf") >/dev/null
}

# rewritten: writes the course of a copy of the tree from its texts, prints what that changes and what is untranslated
rewritten() {
  (cd "$work/tree" && po4a --quiet --force --variable pot="$work" po/course/po4a.cfg && po/exercises.sh .) || true
  diff -r "$COURSE/fr" "$work/tree/$COURSE/fr" || true
  msgattrib --no-obsolete --untranslated --no-wrap "$work/tree/po/course/fr.po"
  msgattrib --no-obsolete --only-fuzzy --no-wrap "$work/tree/po/course/fr.po"
}

@test "the course in French is what its texts give; an English sentence or a French page that was changed is found" {
  command -v po4a >/dev/null && command -v msgcat >/dev/null || skip "po4a or gettext is missing"
  mkdir -p "$work/tree/docs"
  cp -r po "$work/tree/po" && cp -r "$COURSE" "$work/tree/docs/course"
  sed -i 's/## Apports/## Avantages/' "$work/tree/$COURSE/fr/2-threads.md"
  refute diff -r "$COURSE/fr" "$work/tree/$COURSE/fr"
  run rewritten # also what was changed in it by hand
  echo "$output"
  [ -z "$output" ]
  sed -i 's/sent, and nothing is protected\./sent, and nothing is safe./' "$work/tree/$COURSE/2-threads.md"
  sed -i 's/the total is %lld, expected %lld/it is %lld, expected %lld/' "$work/tree/$COURSE/exercises/race.c"
  sed -i 's/^# Nothing but computing/# Nothing but counting/' "$work/tree/$COURSE/lessons/coroutines.conf"
  run rewritten
  echo "$output"
  [[ $output == *"nothing is safe"* ]]
  [[ $output == *"> "*"it is %lld, expected %lld"*"> # Nothing but counting."* ]]
}

# anchors FILE: of its headings, as they are linked to
anchors() { sed -n 's/^#\+ \(.*\)/\L\1/p' "$1" | sed 's/[^[:alnum:] -]//g; s/ /-/g'; }

@test "every link leads somewhere, every picture is there or one of those to be made" {
  count=0
  for page in "$COURSE"/*.md "$COURSE"/fr/*.md; do
    folder=$(dirname "$page")
    while read -r target; do
      file=${target%%#*}
      count=$((count + 1))
      echo "$page: $target"
      if [[ $file == *img/* ]]; then
        grep -qF "| \`${file#../}\` |" "$folder/README.md"
        [ "$folder/${file%%img/*}" -ef "$COURSE" ]
        continue
      fi
      [ -e "$folder/$file" ]
      [ "$target" = "$file" ] || anchors "$folder/$file" | grep -qx "${target#*#}"
    done < <(grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//')
  done
  [ "$count" -ge 40 ]
  [ "$(grep -c '^| `img/' "$COURSE/README.md")" = 6 ]
}

@test "how long a run takes at most is what its configuration says" {
  for config in "$COURSE"/lessons/*.conf "$COURSE"/exercises/*.conf; do
    seconds=$(sed -n 's/^time_budget = \([0-9]*\)s$/\1/p' "$config")
    echo "$config: $seconds"
    [ -n "$seconds" ]
    case $config in
    */lessons/*) grep -F "\`lessons/$(basename "$config")\`" "$COURSE/README.md" | grep -qF "| $seconds s |" ;;
    *) grep -E "^\| \[[0-9] $(basename "$config" .conf)\]" "$COURSE/README.md" | grep -qF "| $seconds s |" ;;
    esac
  done
}

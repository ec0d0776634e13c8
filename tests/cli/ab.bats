#!/usr/bin/env bats
# `nway ab`: two builds in the same blocks.

load helpers

small() {
  config <<'CONF'
[run]
workers = 1,2
variants = pthread
rounds = 12
samples = 1
sample_time = 2ms
[problem c]
kernel = countdown
items = 4x300k
CONF
}

# As small, of waits: on the fake clock they are all the time that passes.
scripted() {
  small | xargs sed 's/countdown/sleep/; s/^items = .*/waits = 4\nwait = 300/' >"$work/scripted.conf"
  echo "$work/scripted.conf"
}

# A build whose waits last five times as long.
plant_slowdown() {
  sed 's/worker_waited(worker, wait_ns(job))/worker_waited(worker, 5 * wait_ns(job))/' kernels/sleep.c >"$work/slow.c"
  refute cmp -s "$work/slow.c" kernels/sleep.c
  ${CC:-cc} -O2 -shared -fPIC -I kernels "$work/slow.c" -o "$work/slow.so"
}

@test "a build that does everything five times is slower, exit 1; the other way round it is faster, exit 0" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "a plain build against a sanitized one says nothing"
  plant_slowdown
  run fake_clock "$NWAY" ab build/kernels/sleep.so "$work/slow.so" -c "$(scripted)" --results "$results"
  echo "$output"
  [ "$status" = 1 ]
  [[ $output == *"3 pairs: 3 slower"* && $output == *REGRESSION* ]]
  [ "$(grep -c '1\.20 ms -> 6\.00 ms, +399\.9' <<<"$output")" = 3 ]
  run fake_clock "$NWAY" ab "$work/slow.so" build/kernels/sleep.so -c "$(scripted)" --results "$results"
  [ "$status" = 0 ]
  [[ $output == *"3 pairs: 0 slower, 3 faster"* ]]
  # the same for programs: a line a pair, new over old
  run "${NWAY}-report" ab --csv --results "$results"
  [ "$status" = 0 ]
  [ "${lines[0]}" = kernel,problem,method,variant,schedule,pin,scale,workers,rounds,ratio,low,high,p,holm_p,verdict,memory,taken_out,whole,noisy,env ]
  [ "$(printf '%s\n' "${lines[@]:1}" |
    awk -F, 'NF == 20 && $1 == "sleep" && $9 == 12 && $11 <= $10 && $10 <= $12 && $12 < 1 && $13 <= $14 && $15 == "faster" && $16 == "local" && $17 $18 == 0' |
    wc -l)" = 3 ]
}

# disturb ROUNDS: the new build's rows of the first rounds say that CPU time was stolen
disturb() {
  awk -F, -v OFS=, -v b="$(column "$work/before.csv" build)" -v r="$(column "$work/before.csv" round)" \
    -v t="$(column "$work/before.csv" trust)" -v rounds="$1" '$b == "new" && $r <= rounds { $t = "steal" } 1' \
    "$work/before.csv" >"$results/latest/samples.csv"
  refute cmp -s "$work/before.csv" "$results/latest/samples.csv"
}

@test "disturbed pairs are taken out and both figures told; too many of them are left in and told" {
  cp "${NWAY%/nway}/kernels/sleep.so" "$work/copy.so"
  FAKE_CLOCK_SPREAD=10 fake_clock "$NWAY" ab "$work/copy.so" "$work/copy.so" -c "$(scripted)" --results "$results" || true
  cp "$results/latest/samples.csv" "$work/before.csv"
  disturb 3
  run "${NWAY}-report" ab --results "$results"
  [ "$(grep -c ', 9 rounds; 3 disturbed pairs left out, with all pairs [+-].* %' <<<"$output")" = 3 ]
  run "${NWAY}-report" ab --csv --results "$results"
  [ "$(printf '%s\n' "${lines[@]:1}" | awk -F, '$9 == 9 && $17 == 3 && $18 > 0 && $19 == 0' | wc -l)" = 3 ]
  disturb 6
  run "${NWAY}-report" ab --results "$results"
  [ "$(grep -c ', 12 rounds; NOISY' <<<"$output")" = 3 ]
}

@test "for programs, too few rounds have no interval and a broken pair no figures, and a comma is quoted" {
  printf '[run]\nworkers = 1\nvariants = seq\nrounds = 3\nsamples = 1\nsample_time = 1ms\n[problem c]\nkernel = sleep\nwaits = 1\n' |
    config >/dev/null
  cp "${NWAY%/nway}/kernels/sleep.so" "$work/copy.so"
  fake_clock "$NWAY" ab "$work/copy.so" "$work/copy.so" --csv -c "$work/test.conf" --results "$results" >"$work/out"
  [ "$(wc -l <"$work/out")" = 2 ]
  [[ "$(tail -1 "$work/out")" == "sleep,waits=1 wait=10k,,seq,static,none,strong,1,3,"*,,,*,undecided,local,0,,0, ]]
  sed -i 's/,waits=1 wait=10k,/,"waits=1, a ""b""",/; /,new,/s/,ok,/,crash,/' "$results/latest/"{samples,plan}.csv
  run "${NWAY}-report" ab --csv --results "$results"
  [ "$status" = 1 ]
  [ "${lines[-1]}" = 'sleep,"waits=1, a ""b""",,seq,static,none,strong,1,0,,,,,,broken,local,0,,0,' ]
}

# One cell, three rounds: as little as there is of a run of two builds.
two_builds() {
  config <<'CONF' >/dev/null
[run]
workers = 1
variants = seq
rounds = 3
samples = 1
sample_time = 1ms
[problem s]
kernel = sleep
waits = 1
[expect]
sleep seq speedup>=1
CONF
  cp "${NWAY%/nway}/kernels/sleep.so" "$work/copy.so"
  fake_clock "$NWAY" ab "$work/copy.so" "$work/copy.so" -c "$work/test.conf" --results "$results" "$@"
}

@test "cells that differ in memory alone are told apart by it, and a dry run tells builds and memory apart" {
  two_builds --csv --memory local,interleave >"$work/out"
  [ "$(cut -d, -f16 "$work/out" | tr '\n' ' ')" = "memory local interleave " ]
  run two_builds --memory local,interleave --dry-run
  [ "$status" = 0 ]
  [ "$(grep -c '^sleep | ' <<<"$output")" = 4 ]
  [ "$(grep '^sleep | ' <<<"$output" | sort -u | wc -l)" = 4 ]
  [[ $output == *"sleep | waits=1 wait=10k | - | seq | static | build=new | memory=interleave | 1 worker"* ]]
  [[ $output == *", 3 rounds;"* ]]
  # a number of rounds that nobody gives is what judges a difference
  sed -i '/^rounds/d' "$work/test.conf"
  run "$NWAY" ab "$work/copy.so" "$work/copy.so" -c "$work/test.conf" --results "$results" --dry-run
  [[ $output == *", 24 rounds;"* ]]
}

@test "show and report tell of two builds what ab does, and deny no baseline that was never named" {
  two_builds >"$work/ab"
  run "$NWAY" show --results "$results"
  # what follows the badges
  [[ $output == *"$(sed -n '/^sleep /,$p' "$work/ab")"* ]]
  [[ $output == *"1 pair: 0 slower, 0 faster, 0 same, 1 undecided."* ]]
  [[ $output != *"speedup [95 %]"* ]]
  [[ $output != *"no valid time"* ]]
  [[ $output == *"speedup: a run of two builds has no"* ]] # of the expectation
  "$NWAY" report --results "$results" || [ $? = 1 ]
  page=$results/latest/report/report.html
  grep -q 'time of old over that of new: right of 1 new is faster' "$page"
  grep -q '^    undecided  .* -&gt; .*, 3 rounds' "$page"
  grep -q '^1 pair: 0 slower, 0 faster, 0 same, 1 undecided\.$' "$page"
  refute grep -q 'no valid time' "$page"
  refute grep -q '#overview' "$page"
  # in ASCII where the locale has no more
  "${NWAY}-report" ab --results "$results" | grep -q 'seq ×1'
  for command in ab show; do
    run env LANG=C "${NWAY}-report" $command --results "$results"
    grep -q 'seq x1' <<<"$output"
    refute grep -q '×' <<<"$output"
  done
  # another share that is worth attention
  run "$NWAY" show --worth 50% --results "$results"
  [[ $output == *"same: within +-50 %"* ]]
}

@test "both builds of a cell stand in one block, in random order, and the rows say which" {
  cp "${NWAY%/nway}/kernels/countdown.so" "$work/copy.so"
  "$NWAY" ab "${NWAY%/nway}/kernels/countdown.so" "$work/copy.so" -c "$(small)" --results "$results" --rounds 8 || true
  [ "$(rows phase=sample -- build | sort | uniq -c | awk '{ print $1 }' | tr '\n' ' ')" = "24 24 " ]
  # each block of a round holds one of each
  [ "$(rows phase=sample -- round block build | sort -u | wc -l)" = 48 ]
  [ "$(rows phase=sample build=old -- order | sort -u | tr '\n' ' ')" = "0 1 " ]
}

@test "both builds of a pair have the same iterations and warm-up, whatever the pilot of each found" {
  cp "${NWAY%/nway}/kernels/countdown.so" "$work/copy.so"
  "$NWAY" ab "${NWAY%/nway}/kernels/countdown.so" "$work/copy.so" -c "$(small)" --results "$results" --rounds 2 || true
  plan=$results/latest/plan.csv
  awk -F, -v w="$(column "$plan" warmup)" -v n="$(column "$plan" iterations)" -v b="$(column "$plan" block)" '
    NR > 1 { if ($b in seen && seen[$b] != $n " " $w) exit 1; seen[$b] = $n " " $w }' "$plan"
}

@test "a program that takes far longer than the other is given no more than it has time for" {
  printf '[run]\nrounds = 1\nsamples = 1\nsample_time = 5ms\nlimit = 5s\n' | config >/dev/null
  run "$NWAY" ab true "sleep 0.04" -c "$work/test.conf" --results "$results"
  [ "$status" = 0 ]
  [[ $output == *"1 undecided"* ]]
  plan=$results/latest/plan.csv
  [ "$(cut -d, -f"$(column "$plan" iterations)" "$plan" | tail -n +2 | tr '\n' ' ')" = "1 1 " ]
}

@test "a pair is settled by an interval as narrow as --worth, unless the user says how narrow" {
  plain_is_enough
  printf '[run]\nvariants = seq\nworkers = 1\nrounds = 1\nsamples = 1\nsample_time = 1ms\n[problem c]\nkernel = countdown\nitems = 10k\n' |
    config >/dev/null
  stops_at() {
    share=$1 module=${NWAY%/nway}/kernels/countdown.so
    shift
    "$NWAY" ab "$module" "$module" -c "$work/test.conf" --results "$results" "$@" || true
    [[ "$(state .options)" == *" stops_at=$share" ]]
  }
  stops_at 0.0005 --worth 0.05%
  stops_at 0.02 --worth=30%
  stops_at 0.01 --worth 0.05% --width 1%
  sed -i 's/^samples/width = 4%\nsamples/' "$work/test.conf"
  stops_at 0.04 --worth 0.05%
}

@test "too few rounds are undecided; --strict makes that exit 3" {
  cp "${NWAY%/nway}/kernels/countdown.so" "$work/copy.so"
  run "$NWAY" ab "${NWAY%/nway}/kernels/countdown.so" "$work/copy.so" -c "$(small)" --results "$results" --rounds 3
  [ "$status" = 0 ]
  [[ $output == *"3 undecided"* ]]
  [[ $output == *"3 rounds of 3 pairs cannot prove anything"* ]]
  run "$NWAY" ab "${NWAY%/nway}/kernels/countdown.so" "$work/copy.so" --strict -c "$(small)" --results "$results" --rounds 3
  [ "$status" = 3 ]
}

@test "builds that cannot be compared are refused before measuring" {
  conf=$(small)
  run "$NWAY" ab "${NWAY%/nway}/kernels/countdown.so" "$work/none.so" -c "$conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"is not a program on PATH, a kernel module"* ]]
  run "$NWAY" ab "${NWAY%/nway}/kernels/countdown.so" "$work" -c "$conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"not a build"* ]]
  sed 's/"items", PARAM_SIZE/"items", PARAM_PROBLEM/' kernels/countdown.c >"$work/other.c"
  ${CC:-cc} -O2 -shared -fPIC -I kernels "$work/other.c" -o "$work/other.so"
  run "$NWAY" ab "${NWAY%/nway}/kernels/countdown.so" "$work/other.so" -c "$conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"take different parameters"* ]]
  run "$NWAY" ab onlyone
  [ "$status" = 2 ]
  [ ! -e "$results" ]
}

@test "what was left out, or what the old build fails, is no regression; what only the new build fails is" {
  cp "${NWAY%/nway}/kernels/countdown.so" "$work/copy.so"
  # pthread has no tasks: those pairs are left out, seq is compared
  run "$NWAY" ab "$work/copy.so" "$work/copy.so" -c "$(small)" --schedules task --rounds 3 --results "$results"
  [ "$status" = 0 ]
  [[ $output == *"3 pairs: 0 slower, 0 faster, 0 same, 1 undecided, 2 left out"* ]]
  [[ $output == *"pthread has no task schedule"* ]]
  sed 's/last\[i\] = count_down(items\[i\]);/last[i] = 7;/' kernels/countdown.c >"$work/wrong.c"
  ${CC:-cc} -O2 -shared -fPIC -I kernels "$work/wrong.c" -o "$work/wrong.so"
  run "$NWAY" ab "$work/copy.so" "$work/wrong.so" -c "$(small)" --rounds 3 --results "$results"
  [ "$status" = 1 ]
  [[ $output == *"3 broken by the new build"* ]]
  [[ $output == *"only in the new build: wrong"* ]]
  run "$NWAY" ab "$work/wrong.so" "$work/copy.so" -c "$(small)" --rounds 3 --results "$results"
  [ "$status" = 3 ]
  [[ $output == *"3 failing in the old build"* ]]
}

@test "what the report is told is checked before anything is measured" {
  for bad in "--worth 3" "--worth 0%" "--worth=-1%" "--worth" "--report"; do
    run "$NWAY" ab "${NWAY%/nway}/kernels/countdown.so" "${NWAY%/nway}/kernels/countdown.so" -c "$(small)" --results "$results" $bad
    echo "$bad: $output"
    [ "$status" = 2 ]
  done
  [ ! -e "$results" ]
  run "$NWAY" ab a b --help
  [ "$status" = 0 ]
  [[ $output == *"usage: nway ab"* ]]
}

@test "Ctrl-C while a revision is built ends with 130" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  command -v git >/dev/null || skip "needs git"
  mkdir "$work/repo" && cd "$work/repo"
  git init -q . && git config user.email a@example.org && git config user.name a
  printf 'all:\n\tsleep 30.4173\n' >Makefile
  git add . && git commit -qm one
  program=$OLDPWD/$NWAY
  # once, to the whole group, as a terminal sends it
  TMPDIR=$work setsid env --default-signal=INT "$program" ab HEAD HEAD --results "$results" &
  pid=$!
  until_ok pgrep -xf "sleep 30.4173"
  kill -INT -- -$pid
  status=0
  wait $pid || status=$?
  [ "$status" = 130 ]
  [ ! -e "$results" ]
  if ls "$work" | grep -q nway-ab; then return 1; fi
  refute pgrep -xf "sleep 30.4173"
}

# repo MAKE_LINE: a repository of two commits, whose `make all` builds countdown after that line
repo() {
  mkdir "$work/repo" && cd "$work/repo"
  git init -q . && git config user.email a@example.org && git config user.name a
  mkdir kernels && cp "$OLDPWD/kernels/kernel.h" "$OLDPWD/kernels/countdown.c" kernels/
  printf 'all:\n\tmkdir -p build/kernels\n\t%s\n\tcc -O2 -shared -fPIC -Ikernels kernels/countdown.c -o build/kernels/countdown.so\n' "$1" >Makefile
  git add . && git commit -qm one && git commit -q --allow-empty -m two
}

# nothing_of_ab: no folder of nway ab is left, at the latest after ten seconds, and the repository is as it was
nothing_of_ab() {
  for _ in $(seq 100); do
    compgen -G "$work/nway-ab-*" >/dev/null || break
    sleep 0.1
  done
  refute compgen -G "$work/nway-ab-*"
  [ "$(git worktree list | wc -l)" = 1 ]
  [ ! -e .git/worktrees ]
  [ -z "$(git status --porcelain)" ]
}

@test "git revisions are built in checkouts of their own, which are gone afterwards, from a hook of git too" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  command -v git >/dev/null || skip "needs git"
  program=$(realpath "$NWAY")
  repo true
  small >/dev/null
  before=$(git rev-parse HEAD; git branch --show-current)
  for hook in "" "GIT_DIR=$work/repo/.git GIT_INDEX_FILE=$work/repo/.git/index GIT_WORK_TREE=$work/repo"; do
    TMPDIR=$work run env $hook "$program" ab HEAD~1 HEAD -c "$work/test.conf" --results "$results" --rounds 6
    echo "$output"
    [ "$status" -le 1 ]
    [[ $output == *"3 pairs:"* ]]
    nothing_of_ab
    [ "$(git rev-parse HEAD; git branch --show-current)" = "$before" ]
  done
}

@test "F8 nothing is left of a revision's checkout after kill -9 of nway ab, in make and in a measurement" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  command -v git >/dev/null || skip "needs git"
  program=$(realpath "$NWAY")
  # make writes on for as long as it lives
  repo "echo >$work/made; while [ -e $work/slow ]; do mkdir -p \$\$PWD/build/x; : >build/x/\$\$\$\$; done"
  small >/dev/null
  for phase in make measurement; do
    rm -rf "$work/made" "$results"
    [ $phase = measurement ] || touch "$work/slow"
    TMPDIR=$work "$program" ab HEAD~1 HEAD -c "$work/test.conf" --results "$results" --rounds 500 >"$work/out" 2>&1 3>&- &
    pid=$!
    for _ in $(seq 600); do
      if [ $phase = make ] && [ -e "$work/made" ]; then break; fi
      if [ $phase = measurement ] && [ -n "$(find "$results" -name samples.csv -size +1k 2>/dev/null)" ]; then break; fi
      sleep 0.1
    done
    compgen -G "$work/nway-ab-*/build" # it was there
    kill -KILL $pid
    wait $pid || true
    nothing_of_ab
    rm -f "$work/slow"
    refute pgrep -f "$work/nway-ab-"
  done
}

@test "both words are looked at before a revision is built" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  command -v git >/dev/null || skip "needs git"
  small >/dev/null
  program=$(realpath "$NWAY")
  mkdir "$work/repo" && cd "$work/repo"
  git init -q . && git config user.email a@example.org && git config user.name a
  printf 'all:\n\ttouch %s\n' "$work/built" >Makefile
  git add . && git commit -qm one
  echo broken >"$work/broken.so"
  for words in "nosuch HEAD" "HEAD nosuch" "HEAD $work/broken.so" "HEAD $work/repo"; do
    run "$program" ab $words -c "$work/test.conf" --results "$results"
    echo "$words: $output"
    [ "$status" = 2 ]
    [ ! -e "$work/built" ]
  done
  run "$program" ab HEAD nosuch -c "$work/test.conf" --results "$results"
  [[ $output == "nway: 'nosuch' is not a program on PATH, a kernel module"*"git revision; check the name" ]]
}

@test "a kernel that one build lacks is refused, though nway itself has it" {
  conf=$(small)
  for kernel in countdown factorial; do cp "${NWAY%/nway}/kernels/$kernel.so" "$work/$kernel.so"; done
  run "$NWAY" ab "$work/countdown.so" "$work/factorial.so" -c "$conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"the new build has no kernel 'countdown'"* ]]
  run "$NWAY" ab "$work/factorial.so" "$work/countdown.so" --kernel countdown -c "$conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"the old build has no kernel 'countdown'"* ]]
  run "$NWAY" ab "$work/factorial.so" "$work/factorial.so" --kernel countdown -c "$conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"build has no kernel 'countdown'"* ]]
  # a folder is a build as well
  mkdir -p "$work/build/kernels" && cp "$work/factorial.so" "$work/build/kernels"
  run "$NWAY" ab "$work/countdown.so" "$work/build" -c "$conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"the new build has no kernel 'countdown'"* ]]
  [ ! -e "$results" ]
}

@test "two methods of one kernel are held against each other without a file" {
  run "$NWAY" ab --kernel factorial method=plain method=memo --set n=50 --rounds 1 --max-rounds 1 --samples 1 --workers 1 --variant seq --results "$results"
  echo "$output"
  [[ $output == *"method=plain | memo"* && $output == *"1 pair"* ]]
  grep -q ',new,factorial,.*method=plain | memo' "$results/latest/plan.csv"
  for wrong in "method=plain method=memo|--kernel NAME" "--kernel factorial n=10 n=20|changes the problem" \
    "--kernel factorial metod=a metod=b|no measured kernel has a parameter 'metod'" "--kernel factorial method=plain method=nonsense|nonsense"; do
    run "$NWAY" ab ${wrong%%|*} --rounds 1 --results "$results/none"
    [ "$status" = 2 ]
    [[ $output == *"${wrong##*|}"* ]]
  done
}

#!/usr/bin/env bats
# External programs as cells: `nway run --command` and `nway ab` of two programs.

load helpers

quick() {
  config <<'CONF'
[run]
workers = 1,2,3
rounds = 1
samples = 1
sample_time = 1ms
limit = 10min
CONF
}

# I24
@test "a program is told its number of workers, without a shell" {
  cat >"$work/tool" <<'TOOL'
#!/bin/sh
echo "$#:$*" >>"$LOG"
TOOL
  chmod +x "$work/tool"
  LOG=$work/log run "$NWAY" run --command "$work/tool -T{workers} 'a b' \"\$HOME;\" c\\ d" -c "$(quick)" --results "$results"
  [ "$status" = 0 ]
  [ "$(sort -u "$work/log" | grep -c .)" = 3 ]
  for n in 1 2 3; do grep -qxF "4:-T$n a b \$HOME; c d" "$work/log"; done
  [ "$(rows phase=sample status=ok -- variant workers os_threads checked_by | sort -u | tr '\n' ',')" = "own 2 2 exit,own 3 3 exit,seq 1 1 exit," ]
}

@test "a program that nothing tells its workers is measured once, under whatever variants" {
  run "$NWAY" run --dry-run --variant all -c "$(quick)" --results "$results" -- true
  [ "$status" = 0 ]
  [[ $output == *"nothing tells the program its number of workers, so it is measured once"* ]]
  [[ $output != *"| own |"* ]]
  run "$NWAY" run --dry-run --results "$results" -- sh -c 'true {threads}'
  [[ $output == *"nothing tells the program its number of workers"* ]]
  run "$NWAY" run --dry-run --variant all -c "$(quick)" --results "$results" -- true {workers}
  [[ $output == *"| own | static | 3 workers"* ]]
}

@test "a program is bound to the CPUs of all its workers" {
  [ "$(nproc)" -ge 2 ] || skip "one usable CPU"
  printf '#!/bin/sh\ngrep Cpus_allowed_list /proc/self/status | sed "s/.*[^0-9,-]//; s/^/$1 /" >>"$LOG"\n' >"$work/tool"
  chmod +x "$work/tool"
  LOG=$work/log run "$NWAY" run --command "$work/tool {workers}" -c "$(quick)" --workers 1,2 --rounds 1 --pin cores --results "$results"
  [ "$status" = 0 ]
  [ "$(grep -c '^1 [0-9]*$' "$work/log")" -ge 1 ]
  [ "$(grep -c '^2 [0-9]*[,-][0-9]*$' "$work/log")" -ge 1 ]
  [[ $(rows phase=sample workers=2 -- cpus) =~ ^[0-9]+\+[0-9]+$ ]]
  [ -z "$(rows phase=sample -- trust | grep unpinned)" ]
}

# F28: there is no hyperfine in between
@test "a program that fails, dies or hangs is a row with the reason" {
  run "$NWAY" run --command false -c "$(quick)" --results "$results"
  [ "$status" != 0 ]
  [[ $(rows status=wrong -- note) == *"exit code 1"* ]]
  run "$NWAY" run --command "sh -c 'echo first >&2; echo why it failed >&2; exit 3'" -c "$(quick)" --results "$results"
  [[ $output == *"ended with exit code 3; stderr: why it failed; the run goes on"* ]]
  [[ $output != *"oracle"* ]]
  run "$NWAY" run --command "sort --nosuch" -c "$(quick)" --results "$results"
  [[ $output == *"stderr: sort: unrecognized option '--nosuch'"* ]]
  run "$NWAY" run --command "sh -c 'kill -9 \$\$'" -c "$(quick)" --results "$results"
  [ "$status" != 0 ]
  [[ $(rows status=wrong -- note) == *"signal 9"* ]]
  run fake_quiet "$NWAY" run --command "sleep $((7200 + $$))" -c "$(quick)" --results "$results"
  [ "$status" != 0 ]
  [ "$(rows phase=oracle -- status)" = timeout ]
  refute pgrep -xf "sleep $((7200 + $$))"
}

@test "what a program writes can be its answer: another output is wrong" {
  printf 'echo $(($(cat %s/n) + 0)); echo $(($(cat %s/n) + 1)) >%s/n\n' "$work" "$work" "$work" >"$work/counts.sh"
  cat >"$work/test.conf" <<CONF
[run]
rounds = 6
samples = 1
sample_time = 1ms
variants = seq
[problem counts]
kernel = command
title = output
command = sh $work/counts.sh
answer = stdout
[problem ends]
kernel = command
title = exit code
command = sh $work/counts.sh
CONF
  echo 0 >"$work/n"
  run "$NWAY" run -c "$work/test.conf" --results "$results"
  [ "$status" = 1 ]
  [ "$(rows phase=sample "problem=exit code" -- status | sort -u)" = ok ]
  [ "$(rows status=wrong -- problem | sort -u)" = output ]
}

@test "several programs are methods of one problem, each with its name" {
  run "$NWAY" run --rounds 1 --samples 1 --workers 1 --results "$results" -c "$(quick)" \
    --title "to {x} it's \$1" --name 'a_{b}' --command 'true 1' --name 'ü $2' --command 'true 2' -- true 'a b'
  [ "$status" = 0 ]
  [ "$(rows phase=sample -- problem | sort -u)" = "to {x} it's \$1" ]
  for name in 'a_{b}' 'ü $2' "true 'a b'"; do [ "$(rows phase=sample "method=$name" -- status)" = ok ]; done
  run "$NWAY" run --name a --command 'true 1' --name a --command 'true 2' --results "$results" -c "$(quick)"
  [ "$status" = 2 ]
  [[ $output == *"two programs are called 'a'"* ]]
}

@test "a list of values makes methods, or problems where the title has it" {
  run "$NWAY" run --dry-run -c "$(quick)" --set level=1,6 -- xz "-{level}" -T{workers} x
  [ "$status" = 0 ]
  [[ $output == *"2 problems"* ]] && return 1
  [[ $output == *"| level=1 | own |"*"| level=6 | own |"* ]]
  run "$NWAY" run --dry-run -c "$(quick)" --set level=1,6 --title 'to {level}' --name xz -- xz "-{level}" x
  [[ $output == *"| to 1 | xz |"*"| to 6 | xz |"* ]]
  run "$NWAY" run --dry-run -c "$(quick)" --set level=1,6 --title t --name 'at {level}' -- xz "-{level}" x
  [[ $output == *"| t | at 1 |"*"| t | at 6 |"* ]]
  run "$NWAY" run --dry-run -c "$(quick)" -- xz "-{level}" x
  [ "$status" = 2 ]
  [[ $output == *"'{level}' is replaced by nothing; give its values"* ]]
  run "$NWAY" run --dry-run -c "$(quick)" --set levl=1 -- xz x
  [ "$status" = 2 ]
  [[ $output == *"--set: no command has {levl}; write it where the values are to stand"* ]]
  # ranges are those of kernels' parameters
  run "$NWAY" run --dry-run -c "$(quick)" --set n=2^1..8 --title 'n {n}' -- true "{n}"
  [[ $output == *"| n 2 |"*"| n 4 |"*"| n 8 |"* ]]
  run "$NWAY" run --dry-run -c "$(quick)" --set n=8..2 -- true "{n}"
  [ "$status" = 2 ]
  [[ $output == *"n: '8..2' is not a range"* ]]
}

@test "a section without a command is refused, and a command that a comment cuts off is told" {
  printf '[problem b]\nkernel = command\n' >"$work/test.conf"
  run "$NWAY" run --dry-run -c "$work/test.conf"
  [ "$status" = 2 ]
  [[ $output == *"/test.conf:1: [problem b]: missing command; add command = PROGRAM"* ]]
  run "$NWAY" run --dry-run --kernel command -c "$(quick)"
  [ "$status" = 2 ]
  [[ $output == *"kernel command needs a program; write 'nway run -- PROGRAM'"* ]]
  printf '[problem b]\nkernel = command\ncommand = sleep 0.01 ; nice\n' >"$work/test.conf"
  run "$NWAY" run --dry-run -c "$work/test.conf"
  [[ $output == *"/test.conf:3: '; nice' is a comment, as all behind ' ;' is; where it belongs to the command"* ]]
  sed -i 's/ ; nice/   ; nice/' "$work/test.conf"
  run "$NWAY" run --dry-run -c "$work/test.conf"
  [ "$status" = 0 ]
  [[ $output != *comment* ]]
  printf '[problem b]\nkernel = command\ncommand = sh -c "true ; true"\n' >"$work/test.conf"
  run "$NWAY" run --dry-run -c "$work/test.conf"
  [ "$status" = 2 ]
  [[ $output == *"in a configuration ' ;' begins a comment"* ]]
}

@test "an argument may have line breaks, tabs and quotes" {
  printf -v script 'a="it\x27s"\nprintf "%%s\\n" "$a" >>"$0"\t# $1'
  run "$NWAY" run --rounds 1 --samples 1 --workers 1,2 --results "$results" -c "$(quick)" -- sh -c "$script" "$work/log" "{workers}"
  echo "$output"
  [ "$status" = 0 ]
  [ "$(sort -u "$work/log")" = "it's" ]
  [[ $output == *x27s*nprintf* ]] # one line everywhere, as bash would write it
}

@test "what is given twice, of which one would be lost, is refused" {
  for twice in --prepare --check --input --output --inner --title; do
    run "$NWAY" run --dry-run -c "$(quick)" $twice /dev/null $twice /dev/zero -- true
    [ "$status" = 2 ]
    [[ $output == *"is given twice, '/dev/null' and '/dev/zero'; give it once"* || $output == *"--title: more than 1 value"* ]]
  done
  run "$NWAY" run --dry-run -c "$(quick)" --set level=1 --set level=2 -- true "{level}"
  [[ $output == *"level is given twice, '1' and '2'; "*"values of --set by commas"* ]]
  run "$NWAY" run --dry-run -c "$(quick)" --command true --command true
  [[ $output == *"the program 'true' is given twice; remove one, or give each a --name"* ]]
  run "$NWAY" run --dry-run -c "$(quick)" --name a --command true --name b --command true
  [ "$status" = 0 ]
}

@test "a message names the option as help has it, and what to write" {
  local case
  nway=$(realpath "$NWAY")
  cd "$work"
  for case in "--min-time 0.5|--min-time: '0.5' has no unit; write 0.5s" "--variants nosuch|--variant: unknown variant 'nosuch'" \
    "--variant nosuch|--variant: unknown variant" "--folder /nosuch|'/nosuch' is not a folder"; do
    run "$nway" run ${case%%|*} -- true # split on purpose
    [ "$status" = 2 ]
    [[ $output == *"${case#*|}"* ]]
  done
  run "$nway" run --kernel countdown --set items=10k..1k
  [[ $output == *"--set items: '10k..1k' is not a range"* ]]
  run "$nway" show
  [ "$status" = 2 ]
  [[ $output == *"no run under 'results'; 'nway run' makes one"* ]]
  run "$nway" ab 'sleep 0' --rounds 3
  [ "$status" = 2 ]
  [[ $output == *"--rounds: only for measuring two builds or programs; one is given, so name the other too"* ]]
  run "$nway" ab sleep nosuchprogram
  [[ $output == *"'nosuchprogram' is not a program on PATH, a kernel module"* ]]
  run "$nway" ab how=plain n=20k --kernel factorial
  [[ $output == *"are of two parameters; give two values of one: how=A how=B"* ]]
  run "$nway" list sort
  [[ $output != *"did you mean"* ]]
}

@test "a value with a blank, a quote or a sign stays one argument" {
  local value
  for value in 'a b' "c'd" '*' 'é$x' 'a"b\' '-plain'; do
    run "$NWAY" run --rounds 1 --max-rounds 1 --workers 1 --results "$results" --set "d=$value" \
      -- sh -c 'printf "<%s>" "$@" >"$0"' "$work/one" {d} "x {d}"
    [ "$status" = 0 ]
    [ "$(cat "$work/one")" = "<$value><x $value>" ]
    run "$NWAY" run --rounds 1 --max-rounds 1 --workers 1 --results "$results" --set "d=$value" \
      --command "sh -c 'printf \"<%s>\" \"\$@\" >\"\$0\"' $work/two '{d}' \"{d}\""
    [ "$status" = 0 ]
    [ "$(cat "$work/two")" = "<$value><$value>" ]
  done
  run "$NWAY" run --rounds 1 --max-rounds 1 --workers 1 --results "$results" --set "d=a b" \
    --command "sh -c 'printf \"<%s>\" \"\$@\" >\"\$0\"' $work/three {d}"
  [ "$(cat "$work/three")" = "<a><b>" ]
}

@test "from an empty folder, without a configuration" {
  nway=$(realpath "$NWAY")
  mkdir "$work/empty"
  cd "$work/empty"
  run "$nway" run --rounds 1 --samples 1 --save main -- true
  [ "$status" = 0 ]
  [ -e results/latest/samples.csv ]
  jq -e '.width == null' results/latest/run.json # no more rounds than asked for
  [[ $output == *"Saved as main. A later run is compared with it by: nway show --against main"* ]]
  run "$nway" show --against main
  [ "$status" = 2 ]
  [[ $output == *"--against: 'main' is the run that is shown; measure another"* ]]
  run "$nway" run --rounds 1 --samples 1 -- true
  run "$nway" show --against main
  [ "$status" = 0 ]
  [[ $output == *"unpaired: two runs at two times"*"seq ×1"* ]]
  run "$nway" show --against main --worth 5%
  [ "$status" = 2 ]
  [[ $output == *"--worth: two runs are shown side by side and not judged"* ]]
  run "$nway" show main
  [[ $output == *"compare @1 @0"* ]] && [[ $output != *.saved\ * ]]
  run "$nway" show --against main --format md
  [ "$status" = 0 ]
  [[ $output == *"first:"*"second:"*"unpaired: "*"### command true"*"| cell | first | second | ratio |"*"| seq ×1 | "* ]]
  run "$nway" run --rounds 1 --samples 1 --save main -- true
  [[ $output == *"--save main: replaces 2"* ]]
  run "$nway" run --save ../main -- true
  [ "$status" = 2 ]
  [[ $output == *"--save: invalid name '../main'"* ]]
  run "$nway" run
  [ "$status" = 2 ]
  [[ $output == *"nway run -- PROGRAM"* ]]
  run "$nway" run --dry-run --module "${nway%/nway}/kernels/countdown.so" --set items=3M,5M --workers 1-2 --variant all
  [ "$status" = 0 ]
  [[ $output == *"2 problems"*"items=3M"*"items=5M"*"2 workers"* ]]
  [[ $output != *"| own |"* ]]
}

@test "what is done around a program, where its streams go and which codes are right" {
  printf 'a\nb\n' >"$work/in"
  mkdir "$work/there"
  cat >"$work/tool" <<'TOOL'
#!/bin/sh
sort -r
pwd >>"$LOG"
exit 3
TOOL
  chmod +x "$work/tool"
  LOG=$work/log run "$NWAY" run --rounds 1 --samples 1 --results "$results" -c "$(quick)" --variant seq \
    --input "$work/in" --output "file:$work/out" --folder "$work/there" --exits 0,3 --shell \
    --setup "echo setup >>$work/log" --prepare "echo prepare >>$work/log" --conclude "echo conclude >>$work/log" \
    --cleanup "echo cleanup >>$work/log" -- "$work/tool"
  echo "$output"
  [ "$status" = 0 ]
  [ "$(tr '\n' ' ' <"$work/out")" = "b a " ]
  [ "$(sed "s:$work/::" "$work/log" | tail -n 5 | tr '\n' ' ')" = "setup prepare there conclude cleanup " ] ||
    [ "$(sed "s:$work/::" "$work/log" | tail -n 4 | tr '\n' ' ')" = "prepare there conclude cleanup " ]
}

@test "conclude and cleanup follow an execution that failed, one that its limit ended, and Ctrl-C" {
  around() {
    rm -f "$work/log"
    LOG=$work/log "$@" --rounds 1 --max-rounds 1 --samples 1 --results "$results" -c "$(quick)" --variant seq --shell \
      --setup 'echo setup >>$LOG' --prepare 'echo prepare >>$LOG' --conclude 'echo conclude >>$LOG' \
      --cleanup 'echo cleanup >>$LOG; exit 3' --command "$command" >"$work/out" 2>&1
  }
  once="setup prepare conclude cleanup "
  command=false
  around "$NWAY" run || true
  [ "$(tr '\n' ' ' <"$work/log")" = "$once" ]
  command="sleep $((7200 + $$))"
  around fake_quiet "$NWAY" run || true
  [ "$(tr '\n' ' ' <"$work/log")" = "$once" ]
  [ "$(rows phase=oracle -- status)" = timeout ]
  [ "$(grep -c "cleanup: 'echo cleanup >>\$LOG; exit 3' ended with exit code 3" "$work/out")" -ge 1 ]
  rm "$work/log" # else the wait below may see the last one
  around "$NWAY" run &
  until_ok grep -q prepare "$work/log"
  until_ok pkill -INT -P $!
  refute wait $!
  [ "$(tr '\n' ' ' <"$work/log")" = "$once" ]
  grep -q 'cleaning up; Ctrl-C again ends this too' "$work/out"
}

@test "a check judges each execution's output and says what is wrong with it" {
  printf 'echo x; [ "$1" = 1 ] || echo y\n' >"$work/tool.sh"
  echo x >"$work/right"
  run "$NWAY" run --rounds 1 --samples 1 --workers 1,2 --results "$results" -c "$(quick)" --check "cmp - $work/right" \
    -- sh "$work/tool.sh" "{workers}"
  [ "$status" = 1 ]
  [ "$(rows phase=sample workers=1 -- status | sort -u)" = ok ]
  [[ $(rows status=wrong workers=2 -- note) == *"its 4 bytes"*"exit code 1: cmp: EOF on"* ]]
  [[ $output == *" own x2: wrong in the pilot: the check of its 4 bytes"*"the run goes on with the rest"*"timed samples"* ]]
}

@test "the time that a program prints stands beside the whole" {
  run "$NWAY" run --rounds 1 --samples 1 --results "$results" -c "$(quick)" --inner nway -- echo 'nway: time 0.25 s'
  [ "$status" = 0 ]
  [[ $(rows phase=sample -- counters) == *"inner_ns=250000000"* ]]
  [[ $output == *"inner  speedup"*" 250 ms     1.00"* ]]
  # a check reads the same output
  run "$NWAY" run --rounds 1 --samples 1 --workers 1 --results "$results" -c "$(quick)" --inner nway --check 'grep -q time' -- echo 'nway: time 0.25 s'
  [ "$status" = 0 ]
  [ "$(rows phase=sample -- counters checked_by | sort -u)" = "inner_ns=250000000 check" ]
  run "$NWAY" run --rounds 1 --samples 1 --results "$results" -c "$(quick)" --inner 'took ([0-9]+)' -- echo nothing
  [ "$status" != 0 ]
  [[ $(rows status=wrong -- note) == *"no time"* ]]
  for time in nan inf 0x10 1e999 1,5 -2 0; do # none of them is a time
    run "$NWAY" kernel command --set "command=echo took $time" --set 'inner=took (.*)'
    echo "$time: $output"
    [ "$status" = 1 ]
    [[ $output == *"no time"* ]]
  done

}

# Prints a fixed rate at once, so nothing here depends on time: 3 workers do twice as much as one, 2 less than one.
rates() {
  cat >"$work/rates" <<'SH'
#!/bin/sh
case $1 in 1) r=10.0k ;; 2) r=8192.0 ;; 3) r=20.0k ;; esac
echo "did 7 ops/s so far"
echo "did ${r}ops/s"
SH
  chmod +x "$work/rates"
}

@test "programs that run for a fixed time are compared by the rate that they print" {
  rates
  run fake_quiet "$NWAY" run --rounds 6 --max-rounds 6 --samples 1 --results "$results" -c "$(quick)" --rate 'did ([0-9.]+)(k?)ops/s' -- "$work/rates" "{workers}"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output == *"time/unit"*"100 µs  1 (baseline)"*"122 µs  0.819 [0.819, 0.819]"*"50.0 µs  2.00 [2.00, 2.00]"*"best"$'\n'* ]]
  [[ $(tr -s "\n " " " <<<"$output") == *"Use 3 workers: 2.00x"* ]]
  [[ $(rows phase=sample workers=2 -- counters | sort -u) == "rate_per_s=8192;"* ]]
  # the file of times has the time of executions; exports have that of a unit, and its rate
  "$NWAY" export --format csv "$results/latest" >"$work/csv"
  awk -F, -v time="$(column "$work/csv" time_ns)" -v rate="$(column "$work/csv" throughput)" -v workers="$(column "$work/csv" workers)" \
    '$workers == 3 { print $time, $rate }' "$work/csv" | grep -qx '50000 20000'
  "$NWAY" show --format md "$results/latest" | grep -F '| way | workers | time/unit |'
  grep -q 'time of one unit' "$("$NWAY" report "$results/latest" | tail -1)"
}

@test "several programs on many worker counts stand in one chart, each curve from one worker on" {
  printf '#!/bin/sh\necho "did $(($1 * $2)) ops/s"\n' >"$work/rates"
  chmod +x "$work/rates"
  "$NWAY" run --rounds 6 --max-rounds 6 --samples 1 --workers 1-4 --results "$results" -c "$(quick)" --rate 'did ([0-9]+)' \
    --name 'ü "1" {x}' --command "$work/rates 10 {workers}" --name two --command "$work/rates 20 {workers}" >/dev/null
  page=$("$NWAY" report "$results/latest" | tail -1)
  data=${page%/*}/data
  [ "$(ls "$data" | grep -c '^p01-m[0-9]*-speedup.csv')" = 1 ]
  for way in 'ü ""1"" {x}' two; do
    [ "$(awk -F, -v n="$(head -1 "$data/p01-m1-speedup.csv" | tr , '\n' | grep -nx workers | cut -d: -f1)" -v way="$way" \
      'index($0, way) { print $n }' "$data/p01-m1-speedup.csv" | sort -u | tr '\n' ' ')" = "1 2 3 4 " ]
  done
  [ "$(cut -d, -f2,3 "$data/overview.csv" | grep -c '^two,[1-4]$')" = 4 ] # the first chart has both
  grep -q 'ü ""1"" {x}' "$data/overview.csv"
  grep -q '<h1>[^<]*rates' "$page" # what they solve, not "command"
  # nothing limits a program but its CPUs
  refute grep -qi 'item sizes, which no way\|sizes of the items' "$page"
}

@test "a rate that is not there is wrong, and a program without one is not compared with those that have one" {
  rates
  for wrong in 'did ([0-9]+) bytes' 'did ()' 'far(.*)'; do
    run "$NWAY" kernel command --set "command=$work/rates 1" --set "rate=$wrong"
    [ "$status" = 1 ]
    [[ $output == *"wrong: the last 4096 bytes of its stdout have no rate that '$wrong' finds"* ]]
  done
  for right in '([0-9.]+)(k)=10000' '([0-9.]+)=10' '(7)=7'; do
    run "$NWAY" kernel command --set "command=$work/rates 1" --set "rate=${right%=*}"
    [[ $output == *"rate_per_s=${right#*=}"* ]]
  done
  for wrong in '(|is not a regular expression' 'x|has no group (...) that holds the rate'; do
    run "$NWAY" run --dry-run --rate "${wrong%%|*}" -c "$(quick)" -- true
    [ "$status" = 2 ]
    [[ $output == *"${wrong#*|}"* ]]
  done
  run "$NWAY" run --dry-run --rate '(7)' --inner nway -c "$(quick)" -- true
  [ "$status" = 2 ]
  [[ $output == *"inner is given too; give one"* ]]
  printf '[run]\nworkers = 1\nrounds = 1\nsamples = 1\nsample_time = 1ms\n' >"$work/test.conf"
  for name in a b; do
    printf '[problem %s]\nkernel = command\ntitle = t\nname = %s\ncommand = %s/rates 1\n' $name $name "$work" >>"$work/test.conf"
  done
  echo 'rate = did ([0-9]+)' >>"$work/test.conf"
  run "$NWAY" run -c "$work/test.conf" --results "$results"
  [ "$status" != 0 ]
  [[ $(rows status=skipped method=a -- note) == *"it has no rate"* ]]
  [ "$(rows phase=sample method=b -- status)" = ok ]
}

@test "two programs are held against each other; a planted slowdown is found" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  run fake_clock "$NWAY" ab "sh -c 'sleep 0.002'" "sh -c 'sleep 0.02'" -c "$(quick)" --results "$results" --rounds 12
  echo "$output"
  [ "$status" = 1 ]
  [[ $output == *"2.00 ms -> 20.0 ms, +"* ]]
  [[ $output == *"1 pair: 1 slower"* || $output == *"1 pairs: 1 slower"* ]]
}

# The tool takes least with 6 workers, fails with 3, and has a second minimum at 2: a search next to the fastest of 1, 2, 4
# and 8 alone would end there.
knee() {
  cat >"$work/tool" <<'TOOL'
#!/bin/sh
case $1 in 1) t=32 ;; 2) t=12 ;; 3) sleep 0.011; exit 7 ;; 4) t=17 ;; 5) t=15 ;; 6) t=08 ;; 7) t=11 ;; 8) t=14 ;; *) t=16 ;; esac
sleep 0.0$t
TOOL
  chmod +x "$work/tool"
}

@test "worker counts are added near the knee, once: a run that is killed is taken up with the same ones" {
  plain_is_enough
  knee
  set -- run --workers 1,2,4,8 --rounds 8 --max-rounds 8 --samples 1 --min-time 1ms --results "$results" -- "$work/tool" "{workers}"
  FAKE_KILL_LINES=100 FAKE_CLOCK=$work/clock LD_PRELOAD="$(tool fake_clock.so):$(tool fake_kill.so)" \
    "$NWAY" "$@" >/dev/null 2>&1 || true
  [ "$(state .state)" = running ]
  cut -d, -f1-14 "$results/latest/plan.csv" >"$work/plan"
  shift
  run fake_clock "$NWAY" run --resume "$@"
  echo "$output"
  # 3 fails: it is told, and makes no run bad
  [ "$status" = 0 ]
  [[ $output == *"3 workers, between those asked for, are left out: wrong in the pilot: "*"exit code 7"* ]]
  [[ $output == *": 5, 6, 7"* ]]
  said=$(tr -s '\n ' ' ' <<<"$output")
  [[ $said == *"Use 6 workers: 4.00x [4.00, 4.00]; 8 workers are slower, 2."*"; 3 was not measured, and time has several"* ]]
  cut -d, -f1-14 "$results/latest/plan.csv" | cmp - "$work/plan"
  for round in 1 8; do [ "$(rows phase=sample status=ok round=$round -- workers | sort -nu | tr '\n' ' ')" = "1 2 4 5 6 7 8 " ]; done
}

@test "bad commands are refused before anything is measured" {
  run "$NWAY" run --command "xz 'open" -c "$(quick)" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"quote is not closed"* ]]
  run "$NWAY" run --command "  " -c "$(quick)" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"empty"* ]]
  for wrong in "nosuchprogram x|no program 'nosuchprogram' on PATH" "./nosuch|no program './nosuch' that can be run" \
    "sort <x|--input FILE" "sort >x|--output file:FILE" "a | b|--shell" "ls *|quote it" "ls [M]akefile|quote it" "ls ~/x|write the folder" "ls ~|write the folder" "ls \$HOME|write its value" \
    "A=1 ls|write 'env A=1 PROGRAM'" "ls {threads}|write {workers}" "ls {wrkers}|write {workers}" "ls {Worker}|write {workers}" "ls \$workers|write {workers}"; do
    run "$NWAY" run --command "${wrong%|*}" -c "$(quick)" --results "$results"
    [ "$status" = 2 ]
    [[ $output == *"${wrong##*|}"* ]]
  done
  long=$(printf '%5000s' '' | tr ' ' x)
  for option in "--check=echo $long" "--prepare=echo $long"; do
    for shell in "" --shell; do
      run "$NWAY" run "$option" --results "$results" $shell --command true --rounds 1
      [ "$status" = 2 ]
      [[ $output == *"too long; at most 4095 bytes: write it into a script"* ]]
    done
  done
  run "$NWAY" run --title "$long" --results "$results" -- true
  [ "$status" = 2 ]
  [[ $output == "nway: [problem program 1]: the name 'xxxx"*"...' is too long; shorten lists (8x2M), or give programs a title and names"* ]]
  run "$NWAY" run --results "$results" -- echo $(seq 70)
  [ "$status" = 2 ]
  [[ $output == *"too many arguments, from '64' on; at most 64: write a script"* ]]
  for option in "--answer file:$work/out-{wrkers}" "--output file:$work/out-{threads}" "--check grep{n}" "--setup true{x}" \
    "--prepare true{workers*2}" "--conclude ls{jobs}" "--cleanup ls{{workers}}"; do
    run "$NWAY" run "${option%% *}" "${option#* }" -c "$(quick)" --results "$results" -- true "{workers}"
    [ "$status" = 2 ]
    [[ $output == *"is replaced by nothing"* || $output == *"keeps its outer braces"* ]]
    [[ $output == *"'{"*"write "* || $output == *"give its values"* ]]
  done
  for option in --input --folder; do
    run "$NWAY" run $option "$work/in-{workers}" -c "$(quick)" --results "$results" -- true "{workers}"
    [ "$status" = 2 ]
    [[ $output == *"{workers} is replaced in commands, and behind file:, not here"* ]]
  done
  run "$NWAY" run --output "file:$work/nosuch/x" -c "$(quick)" --results "$results" -- true
  [ "$status" = 2 ] || [ "$status" = 3 ]
  [[ $output == *"folder '$work/nosuch': No such file or directory"* ]]
  run "$NWAY" run --module "${NWAY%/nway}/kernels/countdown.so" -c "$(quick)" --results "$results" -- true
  [ "$status" = 2 ]
  [[ $output == *"--module names kernels; leave it out where programs are measured"* ]]
  run "$NWAY" run --kernel "" -c "$(quick)" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"--kernel: empty; write a name"* ]]
  # a shell has its own braces
  run "$NWAY" run --dry-run --shell --check 'grep -c "" >/dev/null; [ -n ${HOME} ]' -c "$(quick)" -- 'f() { echo ${HOME} {a,b}; }; f {workers}'
  [ "$status" = 0 ]
  for right in 'ls [0-9]+' 'ls a~' 'ls x/~/y' "ls '~'"; do
    run "$NWAY" run --dry-run --command "$right" -c "$(quick)"
    [ "$status" = 0 ]
  done
  run "$NWAY" run --results "$results" --
  [ "$status" = 2 ]
  [[ $output == *"nothing stands behind '--'; usage: nway run"* ]]
  # a program of the command line is named as the user wrote it
  run "$NWAY" run --dry-run -c "$(quick)" --name 'gzip é' --command 'true 1' -- true 2
  [[ $output == *"'gzip é': nothing tells the program its number"*"'true 2': nothing tells"* ]]
  run "$NWAY" ab ls "${NWAY%/nway}" -c "$(quick)" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"give two programs or two builds"* ]]
  [ ! -e "$results" ]
}

@test "a FIFO as input is refused, and as the file of an answer it is none: nothing waits for it" {
  mkfifo "$work/fifo"
  run timeout 120 "$NWAY" run --results "$results" -c "$(quick)" --input "$work/fifo" -- cat
  [ "$status" = 2 ]
  [[ $output == *"input"*"'$work/fifo' is a FIFO"* ]]
  run timeout 120 "$NWAY" kernel command --set command=true --set "answer=file:$work/fifo"
  [ "$status" -le 1 ]
}

@test "a program may report counters: lines NAME=VALUE, nothing else, and none where it writes none" {
  cat >"$work/tool" <<'TOOL'
#!/bin/sh
printf 'inner_ns=1234\nBad Name=1\nx=nan\ny=\nhex=0x10\nbig=1e999\nlast=0.5\ncut=1' >&"$NWAY_COUNTERS"
TOOL
  chmod +x "$work/tool"
  run "$NWAY" run --command "$work/tool" -c "$(quick)" --rounds 1 --results "$results"
  [ "$status" = 0 ]
  [ "$(rows phase=sample -- counters | sort -u)" = "inner_ns=1234;last=0.5" ]
  run "$NWAY" run --command true -c "$(quick)" --rounds 1 --results "$results"
  [ "$status" = 0 ]
  [ -z "$(rows phase=sample -- counters | tr -d '\n')" ]
}

@test "what a program leaves in the background does not hold up its output; an answer that is not there is wrong" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  run "$NWAY" run --rounds 1 --samples 1 --results "$results" -c "$(quick)" --answer stdout --limit 20s \
    -- sh -c "sleep $((7200 + $$)) & echo done"
  [ "$status" = 0 ]
  [ "$(rows phase=sample -- status | sort -u)" = ok ]
  refute pgrep -xf "sleep $((7200 + $$))"
  said=$(tr -s '\n ' ' ' <<<"$output")
  [[ $said == *"left processes in the background ("*", 'sleep'), which nway ended; until then they took time from what was measured: have it wait"* ]]
  [ "$(grep -c 'in the background' "$results/latest/run.json")" = 1 ]
  # a helper that ends by itself is none, nor are processes that the program waits for
  run "$NWAY" run --rounds 1 --samples 1 --results "$results" -c "$(quick)" -- sh -c 'sleep 0.01 & sleep 0.01 & wait'
  [ "$status" = 0 ]
  [[ $output != *"in the background"* ]]
  run "$NWAY" run --rounds 1 --samples 1 --results "$results" -c "$(quick)" --answer "file:$work/none" -- true
  [ "$status" != 0 ]
  [[ $output == *"its answer '$work/none': No such file or directory"* ]]
}

@test "an answer that differs says sizes and the first difference; files take {workers} as commands do" {
  printf 'echo a; echo b%%s; [ "$1" = 1 ] || echo more\n' >"$work/tool.sh"
  sed -i 's/b%s/b$(($1 \/ 2))/' "$work/tool.sh"
  run "$NWAY" run --rounds 1 --samples 1 --workers 1,2 --results "$results" -c "$(quick)" --answer "file:$work/out{workers}" \
    --output "file:$work/out{workers}" -- sh "$work/tool.sh" "{workers}"
  [ "$status" = 1 ]
  grep -q 'its file has 10 bytes on 2 workers and 5 on 1; the first difference is byte 4, in line 2' "$results/latest/samples.csv"
  [ "$(rows workers=1 phase=sample -- status | sort -u)" = ok ]
  [ "$(tail -1 "$work/out2")" = more ]
}

@test "the ready configurations plan their programs from any folder" {
  plain_is_enough # a build below another one has no configurations beside it
  nway=$(realpath "$NWAY") && mkdir "$work/empty" && cd "$work/empty"
  for conf in programs configs/make.conf python openmp; do
    run "$nway" run --dry-run -c "$conf" --workers 1,2
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *"| own | "*"| 2 workers"* ]]
  done
  mkdir programs # a folder of that name is none
  "$nway" run --dry-run -c programs >/dev/null
  run "$nway" run --dry-run -c program
  [ "$status" = 2 ]
}

@test "F35 ranks in sessions of their own, one of which dies while the others spin, are all ended, and the row says so" {
  cat >"$work/ranks" <<'SH'
#!/bin/sh
# Fakes an MPI launcher: rank 1 of 4 aborts, the others spin at a barrier. "waits" waits for all, "leaves" leaves them.
for rank in 0 1 2 3; do
  setsid sh -c 'echo >>"$2"; [ "$1" != 1 ] || kill -ABRT $$; while :; do :; done' "$2" "$rank" "$3" &
done
[ "$1" = waits ] && wait
until [ "$(wc -l <"$3")" -ge 4 ]; do sleep 0.01; done
exit 134
SH
  chmod +x "$work/ranks"
  launched() { run "$NWAY" run --rounds 1 --samples 1 --limit "$1" --results "$results" -- "$work/ranks" "$2" "$ORPHAN" "$work/$2"; }
  launched 10min leaves # it ends once all four ranks are there
  [ "$status" = 3 ]     # nothing could be measured
  [ "$(wc -l <"$work/leaves")" = 4 ]
  refute pgrep -f "$ORPHAN"
  [[ $(rows -- note) == *"134"* ]]
  launched 1s waits # however many ranks have started by then
  [ "$status" = 3 ]
  refute pgrep -f "$ORPHAN"
  [[ $(rows -- status note) == "timeout "*"did not end within 1 s"* ]]
}

@test "a script whose interpreter is missing, or that names none, is refused before anything runs" {
  cd "$work"
  program=$(realpath "$OLDPWD/$NWAY")
  printf '#!/nosuch/interp -x\n' >badint
  printf 'exit 0\n' >noshebang
  printf '#!/bin/sh\nexit 0\n' >good
  chmod +x badint noshebang good
  run "$program" run --results "$results" -- ./badint {workers}
  [ "$status" = 2 ]
  [[ $output == *"'./badint' is a script, and its interpreter '/nosuch/interp' is missing; install it"* ]]
  run "$program" run --results "$results" -- ./noshebang {workers}
  [ "$status" = 2 ]
  [[ $output == *"'./noshebang' has no '#!' line, so only a shell runs it; write 'sh ./noshebang', or --shell"* ]]
  [ ! -e "$results" ]
  "$program" run --dry-run -- ./good {workers}
}

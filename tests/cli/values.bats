#!/usr/bin/env bats
# Each option that takes a value, with three values or more, through run, show and report: a table, which must have all.

load helpers

# What `nway run` takes: GROUP OPTION VALUE | VALUE ... The n-th run of a group takes the n-th value of each of its rows,
# or the first again where a row has fewer. PLACE is the test's folder, FIRST a CPU
# that it may use.
run_table() {
  local first
  first=$(awk '/Cpus_allowed_list/ { split($2, a, /[,-]/); print a[1] }' /proc/self/status)
  sed "s|PLACE|$work|g; s|FIXTURES|$FIXTURES|g; s|FIRST|$first|g" <<'TABLE'
rounds --rounds 1 | 2 | 7 | 12
rounds --max-rounds 1 | 3 | 8 | 13
rounds --samples 1 | 5 | 9 | 40
rounds --min-time 1us | 20us | 1ms
rounds --width 0.1% | 2% | 50%
rounds --seed 0 | 1 | 9223372036854775807
rounds --order random | sequential | random
rounds --label A | two words | =é"<b>
cells --workers 1 | 1,2..max | 3-4 | 2x
cells --variant seq | pthread,omp | coro,pool | all
cells --schedules static | static,dynamic:2 | guided | task:3,static
cells --pin free | none,cores,compact | scatter | FIRST
cells --memory local | interleave | local,interleave
cells --scale strong | strong,weak | weak
cells --refine yes | no | yes
problems --config PLACE/base.conf | PLACE/two.conf | PLACE/expects.conf
problems --kernel countdown | ^c$ | c.unt
problems --define size=1 | size=10+20 | size=3x50
problems --set items=1 | items=1,2 | items=5+3
times --time-budget 2s | 1min | 1h30m
times --limit 5s | 60s | 10min
times --results PLACE/results | PLACE/other | PLACE/deep/er
times --save a | b.1 | c-d
times --module FIXTURES/steps.so | FIXTURES/services.so | FIXTURES/own_omp.so
resumed --resume @0 | PLACE/results/latest | latest
programs --command true | printf 7 | sh -c "exit 0{workers}"
programs --title T | a title | é "q" <b>
programs --name N | two words | 'q'
programs --input /dev/null | PLACE/base.conf | PLACE/two.conf
programs --folder . | / | PLACE
programs --exits 0 | 0,1 | any
programs --setup true | true 1 | echo setup
programs --prepare true | true 2 | echo prepare
programs --conclude true | true 3 | echo conclude
programs --cleanup true | true 4 | echo cleanup
programs --env A=1 | A=1|A=2 | N={workers-1} W='two words'
programs --timer nway | hyperfine | nway
printed --output null | pipe | file:PLACE/out
printed --answer exit | stdout | file:PLACE/out
checked --check true | grep -q 7 | cat >/dev/null
inner --inner nway | nway: time ([0-9.]+) s | took ([0-9.]+) (ms)
rated --rate ([0-9.]+) M/s | ([0-9.]+) (M)/s | took ([0-9]+)
TABLE
}

# What else the runs of a group need: a word a line.
also() {
  case $1 in
  rounds | cells) printf '%s\n' -c "$work/base.conf" ;;
  times) printf '%s\n' --rounds 1 --samples 1 --min-time 1us --workers 1 ;;
  resumed) printf '%s\n' -c "$work/base.conf" ;;
  programs) printf '%s\n' --rounds 1 --samples 1 --min-time 1us --workers 1,2 ;;
  printed | checked) printf '%s\n' --rounds 1 --samples 1 --workers 1 --command 'tee out' --folder "$work" --input "$work/seven" ;;
  inner | rated) printf '%s\n' --rounds 1 --samples 1 --workers 1 --command 'echo "nway: time 0.01 s" took 5 ms 12.5 M/s' ;;
  esac
}

# What the readers take: COMMAND OPTION VALUE | VALUE ...; read_words says what else they need.
reader_table() {
  sed "s|PLACE|$work|g" <<'TABLE'
show --results PLACE/results | PLACE/results/ | ./results
show --worth 0.1% | 3% | 50%
show --lang en | fr | en
show --format text | md | csv | json
show --against first | @1 | PLACE/results/latest/../.saved/first
report --results PLACE/results | PLACE/results/ | ./results
report --worth 0.1% | 3% | 50%
report --lang en | fr | en
report --reference first | @1 | PLACE/results/.saved/first
report --output PLACE/out1 | out2 | deep/er
compare --results PLACE/results | PLACE/results/ | ./results
fit --results PLACE/results | PLACE/results/ | ./results
fit --count n | m | workers
fit --time seconds | again | time
fit --throughput rate | rate2 | throughput
fit --group way | way,more | none
fit --format text | csv | json
fit --output PLACE/fit1 | fit2 | deep/fit
export --results PLACE/results | PLACE/results/ | ./results
export --format google-benchmark | hyperfine | customSmallerIsBetter | junit | markdown | csv | json | notebook
gate --results PLACE/results | PLACE/results/ | ./results
gate --base @0 | first | @0 first
gate --new @1 | second | @1 first
gate --worth 0.1% | 3% | 50%
gate --output PLACE/gate1 | gate2 | deep/gate
expect --results PLACE/results | PLACE/results/ | ./results
expect --config PLACE/base.conf | PLACE/two.conf | PLACE/expects.conf
expect --lang en | fr | en
TABLE
}

# value_of ROW N: the N-th value of a row, or the first where it has fewer
value_of() {
  local rest=${1#* --} values
  rest=${rest#* }
  mapfile -t values <<<"${rest// | /$'\n'}"
  echo "${values[$2]-${values[0]}}"
}

option_of() { cut -d' ' -f2 <<<"$1"; }

# sound TEXT: it has no number that is none, and no zero with a minus
sound() {
  if grep -nE '(^|[^[:alnum:]_./-])-?(nan|inf|NaN|Infinity)([^[:alnum:]_./=-]|$)|\(null\)|(^|[^[:alnum:].+-])-0(\.0+)?([^[:alnum:].-]|$)' <<<"$1"; then
    return 1
  fi
}

configs() {
  printf '%s\n' '[define]' 'size = 100' '[run]' 'workers = 1,2' 'variants = pthread' 'rounds = 1' 'samples = 1' 'sample_time = 1us' \
    '[problem c]' 'kernel = countdown' 'items = ${size}' >"$work/base.conf"
  { cat "$work/base.conf"; printf '%s\n' '[problem g]' 'kernel = grain' 'grain = 1,10' 'items = 2' 'steps = 1'; } >"$work/two.conf"
  { sed 's/^rounds = .*/rounds = 6/' "$work/base.conf"; printf '%s\n' '[expect]' 'countdown * time<=1h'; } >"$work/expects.conf"
  printf 7 >"$work/seven"
}

# interrupted: the newest run, as if a signal had ended it
interrupted() {
  "$NWAY" run -c "$work/base.conf" --results "$results" >/dev/null 2>&1
  jq '.state = "interrupted"' "$results/latest/run.json" >"$work/run.json"
  cp "$work/run.json" "$results/latest/run.json"
}

# shown: the newest run of $place is shown in each form, and its report is written
shown() {
  local form
  for form in text md csv json; do
    run "$NWAY" show --results "$place" --format "$form"
    [ "$status" = 0 ] || { echo "show --format $form: $status $output"; return 1; }
    sound "$output"
  done
  jq -e '[.problems[].cells[] | .time_ns.median | select(. != null and . <= 0)] == []' <<<"$output" >/dev/null
}

# group NAME: its runs, each shown, the last one with a report
group() {
  local rows words row n most
  mapfile -t rows < <(run_table | grep "^$1 ")
  most=$(printf '%s\n' "${rows[@]}" | awk -F' [|] ' 'NF > most { most = NF } END { print most }')
  for ((n = 0; n < most; n++)); do
    mapfile -t words < <(also "$1")
    place=$results
    for row in "${rows[@]}"; do
      words+=("$(option_of "$row")=$(value_of "$row" "$n")")
      [ "$(option_of "$row")" != --results ] || place=$(value_of "$row" "$n")
    done
    [ "$1" != resumed ] || interrupted
    run "$NWAY" run --results "$place" "${words[@]}"
    echo "run ${words[*]}: $status $output"
    [ "$status" = 0 ]
    sound "$output"
    shown
  done
  run "$NWAY" report --results "$place" --alone
  echo "report: $status $output"
  [ "$status" = 0 ]
  sound "$(sed '/<script>/,/<\/script>/d; s/<[^>]*>/\n/g' "$place/latest/report/report.html")"
}

# read_words COMMAND OPTION: what else it needs
read_words() {
  case $1$2 in
  fit--results) echo --no-chart ;;
  fit--output) echo table.csv --count n --time seconds --group none ;;
  fit--count) echo table.csv --time seconds --group none --no-chart ;;
  fit--group | fit--format) echo table.csv --count n --time seconds --no-chart ;;
  fit*) echo table.csv --count n --group none --no-chart ;;
  export--results) echo --format json ;;
  gate--base) echo --new second ;;
  gate--new) echo --base third ;;
  gate--output) echo first second --report ;;
  gate*) echo first second ;;
  esac
}

# exit_of COMMAND OPTION VALUE: its exit code, which is not 0 where two runs decide nothing or a run has no such thing
exit_of() {
  case $1$2=$3 in
  gate* | fit--results=* | expect--config=*/base.conf | expect--config=*/two.conf) echo 3 ;;
  export--format=notebook) echo 2 ;;
  *) echo 0 ;;
  esac
}

# read_row ROW: its command with each of its values
read_row() {
  local command=${1%% *} option n count wanted
  option=$(option_of "$1")
  count=$(awk -F' [|] ' '{ print NF }' <<<"$1")
  for ((n = 0; n < count; n++)); do
    wanted=$(exit_of "$command" "$option" "$(value_of "$1" "$n")")
    # shellcheck disable=SC2046 # several words
    run "$nway" "$command" $(read_words "$command" "$option") "$option" $(value_of "$1" "$n")
    echo "$command $option $(value_of "$1" "$n"): $status (expected $wanted) $output"
    [ "$status" = "$wanted" ]
    sound "$output"
  done
}

@test "a run takes each value of each option, and is shown and reported" {
  configs
  for name in $(run_table | cut -d' ' -f1 | uniq); do group "$name"; done
}

@test "what reads runs takes each value of each option" {
  configs
  nway=$(realpath "$NWAY")
  for name in first second third; do "$NWAY" run -c "$work/expects.conf" --save $name --results "$results" >/dev/null; done
  cd "$work" || return 1
  { echo n,m,workers,seconds,again,time,rate,rate2,throughput,way,more
    for n in 1 2 3 4 6 8; do echo $n,$n,$n,$(printf '%s,' 1{,,}.$((9 - n)) $n.5 $n.5 $n.5)a,b; done; } >table.csv
  mapfile -t rows < <(reader_table)
  for row in "${rows[@]}"; do read_row "$row"; done
}

@test "the table has each option of what measures or reads runs, with three values or more" {
  configs
  { run_table | sed 's/^[^ ]* /run /'; reader_table; } >"$work/rows"
  awk -F' [|] ' '{ split($0, word, " ") } NF < 3 { print word[1], word[2], "has", NF, "values"; few = 1 } END { exit few }' "$work/rows"
  cut -d' ' -f1,2 "$work/rows" | sort >"$work/have"
  "$NWAY" help --format json | jq -r '.[] | select(.hidden | not) |
    select(.name as $n | ["run", "show", "report", "compare", "fit", "export", "gate", "expect"] | index($n)) |
    .name as $c | .options[] | select(.value) | "\($c) \(.name)"' | sort -u >"$work/asked"
  diff "$work/asked" "$work/have"
}

#!/usr/bin/env bats
# The axis `env`: variables in the environment of a cell's process, each alternative a cell of its own.

load helpers

# asked ENV [COMMAND]: a program in these environments
asked() {
  default='true {workers}'
  config <<CONF
[run]
rounds = 2
samples = 1
sample_time = 1ms
[problem p]
kernel = command
command = ${2:-$default}
workers = 3
variants = own
env = $1
CONF
}

# envs FILE: the last column of a CSV without quotes in it, each value once
envs() { sed 1d "$1" | sed 's/.*,//' | sort -u | tr '\n' ';'; }

@test "each alternative is a cell of its own, by the name that the configuration gives it" {
  conf=$(asked 'A=1 | A=2   B=3 |')
  run sh -c '"$0" run -c "$1" --dry-run 2>/dev/null' "$NWAY" "$conf"
  [ "$status" = 0 ]
  [ "$(grep -c ' | env=A=1 | 3 workers' <<<"$output")" = 1 ]
  [ "$(grep -c ' | env=A=2 B=3 | 3 workers' <<<"$output")" = 1 ]
  [ "$(grep -c ' | env= | 3 workers' <<<"$output")" = 1 ]
  [ "${#lines[@]}" = 6 ] # and the serial ones
}

@test "the variables reach a program, with the number of workers filled in" {
  sees='test "$A $B" = "x$0 $(($0 - 1)) |{0}"'
  "$NWAY" run -c "$(asked 'A=x{workers} B="{workers-1} |{0}"' "sh -c '$sees' {workers}")" --results "$results"
  [ "$(rows variant=own status=ok phase=sample -- round | wc -l)" = 2 ]
  run "$NWAY" run -c "$(asked 'A=x{workers} B="{workers} |{0}"' "sh -c '$sees' {workers}")" --results "$results"
  [ "$status" = 3 ] # a planted other value: no cell is right
  "$NWAY" run -c "$(asked 'A=x{workers} B=2')" --results "$results"
  [ "$(envs "$results/latest/samples.csv")" = 'A=x{workers} B=2;' ]
  [ "$(envs "$results/latest/plan.csv")" = 'A=x{workers} B=2;' ]
}

@test "several --env are one environment" {
  "$NWAY" run --rounds 1 --samples 1 --min-time 1ms --workers 1,2 --results "$results" --env A=1 --env "B={workers} C='x y'" \
    -- sh -c 'echo "$A$B$C" >>"$0"' "$work/log" >/dev/null 2>&1
  [ "$(sort -u "$work/log" | tr '\n' ,)" = "11x y,12x y," ]
  run "$NWAY" run --dry-run --env 'A=1 | A=2' --env B=1 -- true
  [ "$status" = 2 ]
  [[ $output == *"write alternatives (A=1 B=2 | A=3) into one --env"* ]]
  run "$NWAY" run --dry-run --env A=1 --env A=2 -- true
  [ "$status" = 2 ]
  [[ $output == *"'A=2': given twice; remove one"* ]]
}

@test "the variables are set before a cell's runtime starts, and labels tell cells apart" {
  conf=$(config <<'CONF'
[run]
rounds = 2
samples = 1
sample_time = 1ms
variants = omp
workers = 2
env = OMP_THREAD_LIMIT=1 | OMP_THREAD_LIMIT={workers}
[problem c]
kernel = countdown
items = 1k+1k
CONF
)
  run "$NWAY" run -c "$conf" --results "$results"
  [ "$status" = 1 ]
  [ "$(rows variant=omp status=nores -- env | sort -u)" = OMP_THREAD_LIMIT=1 ]
  [ "$(rows variant=omp status=ok -- env | sort -u)" = 'OMP_THREAD_LIMIT={workers}' ]
  run "$NWAY" show --results "$results"
  echo "$output"
  [[ $output == *"OMP_THREAD_LIMIT=1 ×2"* ]]
}

@test "two OpenMP threads on one CPU are oversubscribed, by their real masks" {
  cpu=$(taskset -cp $$ | sed 's/.*: //; s/[^0-9].*//')
  conf=$(config <<CONF
[run]
rounds = 1
samples = 1
sample_time = 1ms
variants = omp
workers = 2
env = OMP_PLACES={$cpu} OMP_PROC_BIND=true | OMP_DYNAMIC=false
[problem c]
kernel = countdown
items = 1k+1k
CONF
)
  "$NWAY" run -c "$conf" --results "$results"
  [ "$(rows variant=omp workers=2 phase=sample env=OMP_DYNAMIC=false -- cpus | sort -u)" = "" ]
  [ "$(rows variant=omp workers=2 phase=sample -- cpus | grep . | sort -u)" = "$cpu+$cpu" ]
  run "$NWAY" show --results "$results"
  [[ $output == *"OVERSUBSCRIBED: "*"2 threads on 1 CPU by their"* ]]
}

@test "threads that a kernel brings are placed by their own masks, not by that of the thread that calls it" {
  plain_is_enough
  [ "$(nproc)" -ge 2 ] || skip "one CPU"
  cpu=$(taskset -cp $$ | sed 's/.*: //; s/[^0-9].*//')
  conf=$(config <<CONF
[run]
rounds = 1
samples = 1
sample_time = 1ms
variants = own
workers = 2
env = OMP_PLACES={$cpu} OMP_PROC_BIND=true | OMP_PROC_BIND=true | OMP_DYNAMIC=false
[problem o]
kernel = own_omp
n = 10k
CONF
)
  "$NWAY" run -c "$conf" --module "$FIXTURES/own_omp.so" --results "$results"
  at() { rows variant=own workers=2 phase=sample "env=$1" -- cpus | sort -u; }
  [ "$(at "OMP_PLACES={$cpu} OMP_PROC_BIND=true")" = "$cpu+$cpu" ]
  [[ "$(at OMP_PROC_BIND=true)" == *+* ]] # two CPUs; a mask that is shared is none of theirs
  [ "$(at OMP_PROC_BIND=true | tr + '\n' | sort -u | wc -l)" = 2 ]
  [ "$(at OMP_DYNAMIC=false)" = "" ]
}

@test "a bad environment is refused with file and line" {
  while IFS='#' read -r env says; do
    conf=$(asked "$env")
    run "$NWAY" run -c "$conf" --results "$results"
    echo "$env: $output"
    [ "$status" = 2 ]
    [[ $output == *"$conf:10: env: $says"* ]]
    [ ! -e "$results" ]
  done <<'TABLE'
A#'A': not a variable
A=1 | 2B=3#'2B=3': not a variable
A=1 A=2#'A=2': given twice
A="1 | B=2#'A="1 | B=2': a quote is not closed
NWAY_PADDING=#'NWAY_PADDING=': names starting with NWAY_ are reserved
TABLE
  sed 's/^env = .*//; s/^\[run\]/[run]\nenv = A-B=1/' "$conf" >"$work/run.conf"
  run "$NWAY" run -c "$work/run.conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"$work/run.conf:2: env: 'A-B=1': not a variable"* ]]
}

@test "a run is taken up by its environments: a cell's rows find it again" {
  conf=$(asked 'A=1 | A=2')
  "$NWAY" run -c "$conf" --results "$results" --rounds 3
  folder=$(readlink -f "$results/latest")
  last=$(awk -F, -v c="$(column "$folder/samples.csv" round)" '$c == 3 { print NR; exit }' "$folder/samples.csv")
  sed -i "$((last + 2)),\$d" "$folder/samples.csv"
  sed -i '/^block,3,/d; /^run,/d' "$folder/blocks.csv"
  jq '.state = "interrupted" | .rounds_done = 2' "$folder/run.json" >"$work/json" && cp "$work/json" "$folder/run.json"
  "$NWAY" run -c "$conf" --results "$results" --rounds 3 --resume
  [ "$(state .state)" = complete ]
  for env in A=1 A=2; do
    [ "$(rows variant=own phase=sample status=ok env=$env -- round | tr '\n' ' ')" = '1 2 3 ' ]
  done
}

@test "a run without the column is read as one that sets nothing" {
  conf=$(asked 'A=1')
  sed -i '/^env/d' "$conf"
  "$NWAY" run -c "$conf" --results "$results"
  "$NWAY" show --results "$results" >"$work/new"
  rm "$results/latest/blocks.csv" # older still
  jq 'del(.listed)' "$results/latest/run.json" >"$work/json" && cp "$work/json" "$results/latest/run.json"
  for file in samples.csv plan.csv; do
    path=$(readlink -f "$results/latest")/$file
    [[ $(head -1 "$path") == *,env ]]
    sed -i 's/,[^,]*$//' "$path"
  done
  "$NWAY" show --results "$results" | cmp - "$work/new"
}

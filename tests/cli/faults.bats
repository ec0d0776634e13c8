# Faults that need a whole run to be shown: leaks, threads and memory that are short, disks that fail late, and what
# strangers write into a configuration or a run's files. Each test fails if its fault did not happen.

load helpers

# leaking BYTES ROUNDS: a configuration whose kernel loses so many bytes in every iteration
leaking() {
  printf '[run]\nworkers=1\nvariants=seq\nrounds=%s\nsamples=3\nsample_time=1us\nlimit=10min\n[problem l]\nkernel=leaks\nbytes=%s\n' "$2" "$1" | config
}

@test "F9 a kernel that leaks shows its peak memory in every row, and each process begins anew" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "LeakSanitizer ends what leaks"
  "$NWAY" run -c "$(leaking 8000000 2)" --module "$FIXTURES/leaks.so" --results "$results" >/dev/null
  rows phase=sample status=ok round=1 -- sample iterations max_rss_bytes >"$work/first"
  rows phase=sample status=ok round=2 -- sample iterations max_rss_bytes >"$work/second"
  cat "$work/first" "$work/second"
  [ "$(wc -l <"$work/first")" -ge 3 ] && [ "$(wc -l <"$work/second")" -ge 3 ]
  for file in first second; do # within a process, by all that was lost
    awk '$1 > 0 && $3 - before < 0.9 * $2 * 8000000 { bad = 1 } { before = $3 } END { exit bad }' "$work/$file"
  done
  [ "$(head -1 "$work/second" | cut -d' ' -f3)" -lt "$(sed -n '3p' "$work/first" | cut -d' ' -f3)" ]
}

@test "F11 threads that cannot be created fail their cell; no row reports more workers than took part" {
  plain_is_enough
  export FAKE_THREADS_LOG=$work/injected
  conf=$(printf '[run]\nworkers=1,5\nvariants=seq,pthread,pool,omp\nrounds=1\nsamples=1\nsample_time=1us\nlimit=2min\n[problem c]\nkernel=countdown\nitems=100\n' | config)
  FAKE_THREADS_MOST=2 run preloaded fake_threads "$NWAY" run -c "$conf" --results "$results"
  [ "$status" = 1 ]
  [ "$(sort -u "$work/injected")" = INJECTED ]
  rows workers=5 -- variant status team_workers note
  for variant in pthread pool omp; do
    [ -n "$(rows workers=5 variant=$variant -- status)" ]
    refute grep -qvE '^(nores|exit)$' <<<"$(rows workers=5 variant=$variant -- status)"
  done
  [ -n "$(rows workers=1 status=ok variant=pthread phase=sample)" ]
  refute grep -qv '^1 1$' <<<"$(rows status=ok phase=sample -- workers team_workers)"
  [[ $(rows workers=5 variant=pthread -- note) == *"pthread_create of worker 2: Resource temporarily unavailable"* ]]
}

# In a memory cgroup of its own: `limited BYTES COMMAND...`; fails if none can be made
limited() {
  group=/sys/fs/cgroup/memory/nway-test-$$ limit=memory.limit_in_bytes
  [ -e /sys/fs/cgroup/cgroup.controllers ] && group=/sys/fs/cgroup/nway-test-$$ limit=memory.max
  mkdir "$group" 2>/dev/null && echo "$1" >"$group/$limit" 2>/dev/null && [ -e "$group/cgroup.procs" ] || return 99
  bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "${@:2}"
}

@test "F16 what the out-of-memory killer ends is nomem with the cgroup's evidence, and the run goes on" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "sanitizers take more memory than the cgroup has"
  conf=$(leaking 400000000 1)
  printf '[problem c]\nkernel=countdown\nitems=1000\n' >>"$conf"
  run limited 100000000 "$NWAY" run -c "$conf" --module "$FIXTURES/leaks.so" --results "$results"
  rmdir /sys/fs/cgroup/memory/nway-test-* /sys/fs/cgroup/nway-test-* 2>/dev/null || true
  [ "$status" != 99 ] || skip "no memory cgroup can be made here (needs root and a writable /sys/fs/cgroup)"
  echo "$output"
  [ "$status" = 1 ]
  [ "$(rows kernel=leaks -- status | sort -u)" = nomem ]
  [[ $(rows kernel=leaks) == *"out of memory: ended by the kernel (oom_kill of its memory cgroup rose by 1)"* ]]
  [ "$(rows kernel=countdown -- status | sort -u)" = ok ]
}

@test "F23 a failed flush or close is an error that names the file, and a short write is completed" {
  plain_is_enough
  export FAKE_DISK FAKE_DISK_FILE FAKE_DISK_LOG
  conf=$(printf '[run]\nworkers=1\nvariants=seq\nrounds=1\nsamples=1\nsample_time=1us\n[problem c]\nkernel=countdown\nitems=100\n' | config)
  while read -r FAKE_DISK FAKE_DISK_FILE says; do
    FAKE_DISK_LOG=$work/$FAKE_DISK-$FAKE_DISK_FILE
    run preloaded fake_disk "$NWAY" run -c "$conf" --results "$work/$FAKE_DISK.$FAKE_DISK_FILE.d"
    echo "$FAKE_DISK $FAKE_DISK_FILE: $status $output"
    [ "$(sort -u "$FAKE_DISK_LOG")" = INJECTED ]
    if [ "$says" = whole ]; then
      [ "$status" -le 1 ]
      run env -u FAKE_DISK "$NWAY" show --results "$work/$FAKE_DISK.$FAKE_DISK_FILE.d"
      [ "$status" -le 1 ]
    else
      [ "$status" = 3 ]
      [[ $output == *"/$FAKE_DISK_FILE: $says: Input/output error"* ]]
    fi
  done <<'CASES'
sync samples.csv cannot flush to disk
close samples.csv cannot flush to disk
close blocks.csv cannot write
short samples.csv whole
short blocks.csv whole
short plan.csv.new whole
CASES
}

# in_bounds COMMAND...: within 1 GB of address space and 20 s
in_bounds() { bash -c 'ulimit -v 1000000 && exec timeout 120 "$@"' bash "$@"; }

@test "I3 a table of 10 GB is refused by its size or at its first line, in bounded memory, by every reader" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "sanitizers take more address space than this test allows"
  conf=$(printf '[run]\nworkers=1\nvariants=seq\nrounds=1\nsamples=1\nsample_time=1us\n[problem c]\nkernel=countdown\nitems=100\n' | config)
  "$NWAY" run -c "$conf" --results "$results" >/dev/null
  folder=$(readlink -f "$results/latest")
  jq '.state = "interrupted" | .rounds_done = 0' "$folder/run.json" >"$work/run.json"
  cp "$work/run.json" "$folder/run.json"
  for file in samples.csv plan.csv blocks.csv config.conf; do
    cp "$folder/$file" "$work/whole"
    truncate -s 10G "$folder/$file"
    for command in "show $folder" "report $folder" "run -c $conf --resume=$folder"; do
      run in_bounds "$NWAY" $command
      echo "$file $command: $status $output"
      [ "$status" = 2 ]
      [[ $output == *"/$file: larger than 4 GiB"* || $output == *"/$file:"*": NUL byte"* ]]
    done
    cp "$work/whole" "$folder/$file"
  done
  printf 'threads,throughput\n1,10\n' >"$work/t.csv"
  truncate -s 10G "$work/t.csv"
  run in_bounds "$NWAY" fit "$work/t.csv"
  [ "$status" = 2 ]
  [[ $output == *"t.csv: larger than 4 GiB"* ]]
}

@test "I29 a configuration of a billion cells is counted without overflow and refused with the count" {
  v=$(seq -s , 64)
  printf '[define]\nv=%s\n[run]\nworkers=1,2,3,4,5,6,7,8\nvariants=seq,pthread,pool,omp\n[problem t]\nkernel=call_chain\npayload=empty,csv\n' "$v" | config >/dev/null
  printf '%s=${v}\n' calls chains arguments bad >>"$work/test.conf"
  run in_bounds "$NWAY" run --dry-run -c "$work/test.conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"test.conf:6: [problem t]: its lists make 33554432 combinations of parameters, up to 1073741824 cells; at most 20000 cells can be planned"* ]]
  [ ! -e "$results" ]
}

@test "F2 F4 F7 kernels that damage their own process end as rows, and all others stay" {
  plain_is_enough
  conf=$(printf '[run]\nworkers=1,2\nvariants=fork,pthread,prefork\nrounds=1\nsamples=1\nsample_time=1us\nlimit=10min\n[problem r]\nkernel=vandals\nway=not,shuts,floods,partial,twice,limits,files,environment,unmaps,handler,leaves,alarm,deaf\n[problem c]\nkernel=countdown\nitems=1000\n' | config)
  run "$NWAY" run -c "$conf" --module "$FIXTURES/vandals.so" --results "$results"
  echo "$output"
  [ "$status" = 1 ]
  refute pgrep -x "$ORPHAN"
  refute grep -F 'may be left' <<<"$output"
  # the row of a first execution may arrive before the process ends
  of() { rows kernel=vandals workers=2 "method=$1" "variant=$2" -- status | sort -u | { grep -vx ok || echo ok; }; }
  [ "$(rows kernel=vandals workers=1 -- status | sort -u)$(rows kernel=countdown -- status | sort -u)" = okok ]
  for variant in fork pthread prefork; do
    [ "$(of not $variant)" = ok ]
    [ "$(of partial $variant)$(of leaves $variant)" = exitexit ]
    [ "$(of floods $variant)" = exit ]
    [ "$(of unmaps $variant)$(of alarm $variant)" = crashcrash ]
    [ -z "$(rows kernel=vandals workers=2 status=timeout variant=$variant -- method)" ]
  done
  "$NWAY" show "$results/latest" >/dev/null
}

@test "F7 F8 processes that flee, kill their group, their parent or their keeper, or lose a child's status, end as rows" {
  conf=$(printf '[run]\nworkers=1,2\nvariants=fork,pthread\nrounds=1\nsamples=1\nsample_time=1us\nlimit=10min\n[problem r]\nkernel=rebels\nway=flees,ignores,group,parent,keeper,leaves\n[problem c]\nkernel=countdown\nitems=1000\n' | config)
  run "$NWAY" run -c "$conf" --module "$FIXTURES/rebels.so" --results "$results"
  [ "$status" = 1 ]
  refute pgrep -x "$ORPHAN"
  refute grep -F 'may be left' <<<"$output"
  # the row of a first execution may arrive before the process ends
  failed() { rows kernel=rebels workers=2 "method=$1" "variant=$2" -- status | sort -u | { grep -vx ok || echo ok; }; }
  [ "$(failed keeper fork)$(failed keeper pthread)" = exitexit ]
  [[ $(rows kernel=rebels method=keeper -- note) == *"its keeper was killed"* ]]
  [ "$(failed leaves fork)$(failed leaves pthread)" = exitexit ]
  [ "$(failed parent fork)$(failed group fork)$(failed group pthread)" = crashcrashcrash ]
  [ "$(failed parent pthread)" = exit ] # whose parent is the keeper
  [[ $(rows kernel=rebels method=ignores variant=fork -- note) == *"how worker 0 ended is lost"* ]]
  [ "$(failed flees fork)$(failed flees pthread)" = okok ]
  [ "$(rows kernel=countdown -- status | sort -u)" = ok ]
}

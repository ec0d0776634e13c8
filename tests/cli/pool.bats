#!/usr/bin/env bats
# Teams that live for a cell, threads (pool) and processes (prefork), as a user meets them: right answers under every
# schedule, and a worker that dies, hangs or leaves ends its cell as a row.

load helpers

modules() { for name in "$@"; do printf -- '--module\n%s\n' "$FIXTURES/$name.so"; done; }

@test "locks, waits and dependent steps are right under 1, 2 and 4 workers and every schedule" {
  plain_is_enough # matrix.bats has 3 workers and the kernels
  mapfile -t extra < <(modules services steps empty)
  run "$NWAY" run -c "$(config <<'CONF'
[run]
workers = 1,2,4
variants = seq,pool,prefork
rounds = 1
samples = 1
sample_time = 1ms
schedules = static, dynamic:2, guided
[problem countdown]
kernel = countdown
items = 5k+3k+6k+10k
[problem services]
kernel = services
[problem steps]
kernel = steps
[problem empty]
kernel = empty
steps = 100
items = 7
CONF
)" --results "$results" "${extra[@]}"
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  [ "$(rows phase=sample variant=pool -- problem schedule workers | sort -u | wc -l)" = 36 ]
  [ "$(rows phase=sample variant=prefork -- problem schedule workers | sort -u | wc -l)" = 36 ]
  [ "$(rows -- kernel problem method digest | sort -u | wc -l)" = 4 ]
  # as many workers and threads of the system as asked for
  rows phase=sample variant=pool -- workers team_workers os_threads | awk '$1 != $2 || $1 != $3 { exit 1 }'
  rows phase=sample variant=prefork -- workers team_workers os_threads | awk '$1 != $2 || $1 != $3 { exit 1 }'
}

@test "crash, abort, hang, exit and a stray grandchild each give their row; the others stay intact" {
  mapfile -t extra < <(modules crash hang quits orphan)
  run fake_quiet "$NWAY" run -c "$(config <<'CONF'
[run]
workers = 1,3
variants = seq,pool,prefork
rounds = 1
samples = 1
sample_time = 1ms
limit = 10min
[problem crash]
kernel = crash
how = segv, abort
in = first, last
solo = works
[problem hang]
kernel = hang
term = heed, ignore
solo = works
[problem quits]
kernel = quits
solo = works
[problem orphan]
kernel = orphan
[problem good]
kernel = countdown
items = 4x1000
CONF
)" --results "$results" "${extra[@]}"
  [ "$status" = 1 ]
  for pair in crash:crash hang:timeout quits:exit; do
    [ "$(rows "kernel=${pair%:*}" workers=1 -- status | sort -u)" = ok ]
    [ "$(rows "kernel=${pair%:*}" workers=3 -- status | sort -u)" = "${pair#*:}" ]
    [ "$(rows "kernel=${pair%:*}" workers=3 -- variant | sort -u | wc -l)" = 2 ]
  done
  [ "$(rows kernel=crash workers=3 -- variant method | sort -u | wc -l)" = 8 ]
  # nothing failed without a word; a failure carries no time
  [ -n "${NWAY_SANITIZED:-}" ] || rows kernel=crash workers=3 | grep -q 'signal 11' # a sanitizer aborts instead
  [ -z "$(rows status=crash -- wall_ns | tr -d '\n ')" ]
  [ "$(rows kernel=countdown -- status | sort -u)" = ok ]
  [ "$(rows kernel=orphan -- status | sort -u)" = ok ]
  ! pgrep -x "$ORPHAN"
}

# Starts a run of three workers that never end, and finds them; one alone ends at once.
start_endless_run() {
  "$NWAY" run -c "$(config <<'CONF'
[run]
workers = 3
variants = prefork
rounds = 1
samples = 1
sample_time = 1ms
limit = 10min
[problem h]
kernel = hang
solo = works
CONF
)" --module "$FIXTURES/hang.so" --results "$results" >"$work/out" 2>&1 3>&- &
  run_pid=$!
  until_ok find_workers
}

# A cell's process is a child of its keeper, which is a child of nway.
find_first_worker() {
  keeper=$(pgrep -P "$run_pid" -x nway-keeper) && cell=$(pgrep -P "$keeper" -x 'worker 0') &&
    first=$(pgrep -P "$cell" -x 'worker 1')
}

find_workers() { find_first_worker && second=$(pgrep -P "$cell" -x 'worker 2'); }

gone() { ! kill -0 "$1" 2>/dev/null; }

@test "a process killed with -9 from outside is noticed, its siblings end, and the run goes on to its row" {
  start_endless_run
  kill -KILL "$first"
  until_ok gone "$second"
  status=0
  wait "$run_pid" || status=$?
  cat "$work/out"
  [ "$status" = 1 ]
  [ "$(rows variant=prefork -- status)" = crash ]
  rows variant=prefork status=crash | grep -q 'worker 1 died: signal 9'
  gone "$first" && gone "$second" && gone "$cell"
}

@test "a process killed while the cell's own one waits for it in the middle of an item is noticed as well" {
  "$NWAY" run -c "$(config <<'CONF'
[run]
workers = 2
variants = prefork
rounds = 1
samples = 1
limit = 10min
[problem h]
kernel = handoff
turns = 300k
by = futex
CONF
)" --results "$results" >"$work/out" 2>&1 3>&- &
  run_pid=$!
  until_ok find_first_worker
  kill -KILL "$first"
  status=0
  wait "$run_pid" || status=$?
  cat "$work/out"
  [ "$status" = 1 ]
  [ "$(rows variant=prefork -- status)" = crash ]
  rows variant=prefork | grep -q 'worker 1 died: signal 9'
  gone "$cell"
}

@test "the processes of a cell that is killed with -9 die with it" {
  start_endless_run
  kill -KILL "$cell"
  until_ok gone "$first" && until_ok gone "$second"
  wait "$run_pid" || true
  [ "$(rows variant=prefork -- status | sort -u)" = crash ]
}

@test "CPU time is counted once, whether workers are threads or processes" {
  plain_is_enough
  "$NWAY" run -c "$(config <<'CONF'
[run]
workers = 1,2
variants = seq,pool,prefork
rounds = 1
samples = 1
sample_time = 1ms
[problem c]
kernel = countdown
items = 2x200M
CONF
)" --results "$results"
  # by the account of processes, in ticks of some ms, and by the clocks of workers
  rows phase=sample -- variant workers user_ns sys_ns cpu_mean_ns | awk '
    { ratio = ($3 + $4) / ($2 * $5); n++; print; if (ratio < 0.8 || ratio > 1.25) bad++ }
    END { exit !(n >= 5 && bad == 0) }'
}

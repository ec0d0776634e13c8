#!/usr/bin/env bats
# The variant coro as a user meets it: right answers, waits that overlap, faults that are told.

load helpers

setup_file() {
  if [ -e "${NWAY_BUILD:-build}/variants/coro.missing" ]; then skip "coro is not built: no libuv"; fi
}

modules() { for name in "$@"; do printf -- '--module\n%s\n' "$FIXTURES/$name.so"; done; }

# coro KERNEL... <<CONF: runs the configuration under coro, with these fixtures
coro() {
  mapfile -t extra < <(modules "$@")
  (printf '[run]\nvariants = coro\nrounds = 1\nsamples = 1\nsample_time = 1ms\n' && cat) >"$work/test.conf"
  run "$NWAY" run -c "$work/test.conf" --results "$results" "${extra[@]}"
}

@test "locks, waits, dependent steps and big numbers are right for 1 to 100 coroutines and every schedule" {
  coro services steps <<'CONF'
workers = 1,2,3,4,100
schedules = static, dynamic, dynamic:3, guided
[problem services]
kernel = services
[problem steps]
kernel = steps
[problem one]
kernel = factorial
what = one
n = 5000
method = tree
CONF
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  [ "$(rows variant=coro phase=sample -- kernel workers schedule | sort -u | wc -l)" = 60 ]
}

@test "waits overlap: all items start before any ends" {
  coro meets <<'CONF'
workers = 2,4,1000
[problem meets]
kernel = meets
items = 1000
CONF
  [ "$status" = 0 ]
  [ "$(rows variant=coro phase=sample workers=1000 -- status team_workers os_threads)" = "ok 1000 1" ]
  # stacks of 1 MiB are mapped, not taken
  [ "$(rows variant=coro phase=sample workers=1000 -- max_rss_bytes)" -lt 500000000 ]
}

@test "planted: items that cannot overlap are noticed" {
  coro meets <<'CONF'
workers = 1,3
schedules = dynamic
[problem meets]
kernel = meets
CONF
  [ "$status" = 1 ]
  [ "$(rows variant=coro -- status | sort -u)" = wrong ]
  rows variant=coro | grep -q 'answer [0-9a-f]*, expected'
}

@test "coroutines share a thread: busy times do not overlap, CPU clocks are left out, one CPU is named" {
  coro services <<'CONF'
workers = 2,3
pin = compact
[problem services]
kernel = services
variants = coro, pthread
CONF
  [ "$status" = 0 ]
  rows variant=coro phase=sample -- workers busy_mean_ns work_ns |
    awk '{ n++; if ($2 <= 0 || $1 * $2 > $3) bad++ } END { exit !(n == 2 && !bad) }'
  [ -z "$(rows variant=coro phase=sample -- cpu_min_ns cpu_mean_ns cpu_max_ns | tr -d '\n ')" ]
  [ "$(rows variant=pthread phase=sample -- cpu_max_ns | grep -c '^[0-9]')" = 2 ]
  [ "$(rows variant=coro phase=sample -- os_threads | sort -u)" = 1 ]
  rows variant=coro phase=sample workers=2 -- cpus | grep -qE '^([0-9]+)\+\1$'
  [ "$(rows variant=coro phase=sample -- trust | grep -c unpinned)" = 0 ]
}

@test "a stack that overflows is a crash and not a neighbour's data" {
  coro deep <<'CONF'
workers = 1,2,4
[problem deep]
kernel = deep
variants = coro, pthread
CONF
  [ "$status" = 1 ]
  [ "$(rows variant=coro workers=1 -- status | sort -u)" = ok ]
  [ "$(rows variant=pthread -- status | sort -u)" = ok ]
  for workers in 2 4; do
    [ "$(rows variant=coro workers=$workers -- status | sort -u)" = crash ]
    [ -n "$NWAY_SANITIZED" ] || rows variant=coro workers=$workers | grep -q 'signal 11'
  done
}

@test "a deadlock is told at once, with who waits for whom" {
  coro deadlock <<'CONF'
limit = 10min
workers = 1,2,4
[problem deadlock]
kernel = deadlock
CONF
  [ "$status" = 1 ]
  [ "$(rows variant=coro workers=1 -- status | sort -u)" = ok ]
  [ "$(rows variant=coro workers=2 -- status | sort -u)" = exit ]
  rows variant=coro workers=2 | grep -q 'deadlock: none of 2 workers can go on.*worker 1 waits for lock 0, which worker 0 has'
  [ "$(rows variant=coro workers=4 -- status | sort -u)" = exit ]
}

@test "a coroutine that crashes or leaves ends its cell alone" {
  coro crash quits <<'CONF'
workers = 2,3
[problem crash]
kernel = crash
in = first, last
solo = works
[problem quits]
kernel = quits
solo = works
[problem good]
kernel = countdown
items = 4x1000
CONF
  [ "$status" = 1 ]
  [ "$(rows kernel=crash variant=coro -- status | sort -u)" = crash ]
  [ "$(rows kernel=quits variant=coro -- status | sort -u)" = exit ]
  [ "$(rows kernel=countdown -- status | sort -u)" = ok ]
}

#!/usr/bin/env bats
# Every kernel and method under every variant, schedule and 1 to 4 workers: no answer is wrong, and nothing races.
# As it is, and under ASan and UBSan (NWAY_BUILD=build/asan); under TSan where build/tsan is there. NWAY_FULL=1 takes the
# whole matrix. Else it is 3 workers, every kernel under every variant by one schedule, and every variant and schedule
# with a few kernels: what they look for is in a kernel, a variant or a schedule, not in the three together (test_kernels*
# deal the items of every kernel in all orders). Under sanitizers every kernel meets a few variants.

load helpers

# Archer tells TSan what OpenMP's barriers and locks order; without it libomp itself looks like races.
archer() { ls /usr/lib/llvm-*/lib/libarcher.so /usr/lib/*/libarcher.so 2>/dev/null | head -1; }

# every status but ok and skipped, with what it belongs to
troubles() { rows -- status kernel method variant schedule workers note | grep -v '^ok\|^skipped' | sort | uniq -c | head -20; }

# matrix NWAY OPTION...: measures tests/matrix.conf; every row is ok, or skipped with a reason
matrix() {
  run "$1" run -c tests/matrix.conf "${@:2}" --results "$results"
  troubles
  [ "$(rows -- status | sort -u | tr -d '\n' | sed s/skipped//)" = ok ]
  [ "$(rows status=skipped -- note | grep -cv '[a-z]')" = 0 ]
}

# All orders of wrappers; a few of them are enough to meet every variant (test_kernels_wait.c has all).
orders=none,doc,timer,guard,memo,timer+memo,memo+timer,guard+timer,timer+guard,guard+memo,memo+guard
orders+=,guard+timer+memo,timer+guard+memo,guard+memo+timer,memo+guard+timer,timer+memo+guard,memo+timer+guard
orders+=,doc+guard+timer+memo

# Kernels without and with locks, and one whose workers wait for each other.
few='^(countdown|critical_section|handoff)$'

@test "the whole matrix: every answer is right, what cannot run is skipped with the reason" {
  thin=(--workers 3 --schedules dynamic:2) variants=5
  # the leaks of pthread are looked for below, in every kernel
  [ -z "${NWAY_SANITIZED:-}" ] || thin+=(--variant fork,coro) variants=2
  [ -z "${NWAY_FULL:-}" ] || thin=(--define "orders=$orders") variants=5
  matrix "$NWAY" "${thin[@]}"
  # every kernel of the tree but external programs is in it
  for file in kernels/*.c; do
    kernel=$(basename "$file" .c)
    [ "$kernel" = command ] && continue
    if [ -e "${NWAY%/nway}/kernels/$kernel.so" ]; then
      [ "$(rows "kernel=$kernel" phase=sample status=ok -- variant | sort -u | wc -l)" -ge "$variants" ] || { echo "$kernel"; return 1; }
    fi
  done
  # one digest for each problem and method, whatever ran it
  [ "$(rows status=ok -- kernel problem method digest | sort -u | wc -l)" = "$(rows status=ok -- kernel problem method | sort -u | wc -l)" ]
  # spawn, work and join sum exactly to the wall time
  rows status=ok -- phase wall_ns spawn_ns work_ns join_ns finish_ns | awk '
    $1 == "oracle" { next }
    { n++; if ($2 != $3 + $4 + $5 || $6 > $5 || $3 < 0 || $4 <= 0 || $5 < 0) bad++ }
    END { exit !(n > 50 && bad == 0) }'
}

@test "every variant by every schedule: the answers of a few kernels are right" {
  [ -z "${NWAY_FULL:-}" ] || skip "the whole matrix has them"
  [ -z "${NWAY_SANITIZED:-}" ] || skip "the search for leaks has them"
  matrix "$NWAY" --workers 3 --kernel "$few" --schedules static,guided,task
  [ "$(rows phase=sample status=ok -- variant schedule | sort -u | wc -l)" -ge 14 ]
}

# A leak is of the kernel or of the variant, not of the pair: each kernel under one variant, one kernel under each.
@test "nothing leaks: every kernel under one variant, every variant with one kernel" {
  [ -n "${NWAY_SANITIZED:-}" ] || skip "seen by sanitizers only"
  export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=1
  matrix "$NWAY" --workers 2 --variant pthread --schedules dynamic:2
  matrix "$NWAY" --workers 2 --kernel '^countdown$' --schedules dynamic:2,task
  [ "$(rows phase=sample status=ok -- variant | sort -u | wc -l)" -ge 7 ]
}

@test "F14 a team of forked processes after OpenMP's threads does not hang: each cell has a process of its own" {
  run "$NWAY" run -c "$(printf '[run]\nworkers=2\nvariants=omp,fork,prefork\nrounds=1\nsamples=1\nsample_time=1us\nlimit=10min\norder=sequential\n[problem c]\nkernel=countdown\nitems=1000\n' | config)" --results "$results"
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  [ "$(rows phase=sample -- variant | sort -u | tr '\n' ' ')" = "fork omp prefork seq " ]
}

@test "LeakSanitizer finds a planted leak" {
  [ -n "${NWAY_SANITIZED:-}" ] || skip "seen by sanitizers only"
  export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=1
  config <<'CONF' >/dev/null
[run]
workers = 1
rounds = 1
samples = 1
sample_time = 1us
variants = seq
[problem leaks]
kernel = leaks
CONF
  run "$NWAY" run --module "${NWAY%/nway}/fixtures/leaks.so" -c "$work/test.conf" --results "$results"
  [ "$(rows phase=sample status=ok -- status | wc -l)" = 0 ]
  grep -q "AddressSanitizer: [0-9]* byte(s) leaked" "$results/latest/samples.csv"
}

@test "TSan finds a planted race under threads, and nothing else in the matrix" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  [ -x build/tsan/nway ] || skip "build/tsan is not built (make tsan)"
  export TSAN_OPTIONS="ignore_noninstrumented_modules=1" OMP_TOOL_LIBRARIES
  OMP_TOOL_LIBRARIES=$(archer)
  [ -n "$OMP_TOOL_LIBRARIES" ]
  # by threads of two kinds, and by OpenMP's
  config <<'CONF' >/dev/null
[run]
workers = 2
rounds = 1
samples = 1
sample_time = 1us
[problem races]
kernel = races
CONF
  run build/tsan/nway run --module build/tsan/fixtures/races.so -c "$work/test.conf" --kernel '^races$' \
    --variant pthread,pool,omp --results "$results"
  [ "$status" = 1 ]
  for variant in pthread pool omp; do
    rows "variant=$variant" | grep -q "ThreadSanitizer: reported"
  done
  # The tasks of libomp reuse memory that TSan does not see freed: false reports, so no schedule task here. Processes
  # have no races that TSan could see.
  thin=(--workers 3 --schedules dynamic:2) few='^(countdown|factorial|critical_section)$'
  [ -z "${NWAY_FULL:-}" ] || thin=(--schedules static,dynamic:2,guided --define "orders=$orders") few=.
  matrix build/tsan/nway --variant pthread "${thin[@]}"
  matrix build/tsan/nway --variant omp,pool,coro --kernel "$few" "${thin[@]}"
}

#!/usr/bin/env bats
# fetch, power_sum's ranges and power_digits' certified digits as a user meets them: through `nway run`.

load helpers

present() { [ -e "${NWAY%/nway}/kernels/$1.so" ] || skip "$(cat "${NWAY%/nway}/kernels/$1.missing")"; }

every_variant() {
  config <<CONF
[run]
workers = 1,2,3
rounds = 1
samples = 1
sample_time = 1ms
variants = seq, pthread, omp, fork
schedules = static, dynamic
limit = 10min
$(cat)
CONF
}

@test "fetch: the same pages under every variant and 1..3 workers, and no server is left" {
  plain_is_enough
  present fetch
  NWAY_TEST=$work run "$NWAY" run --results "$results" -c "$(every_variant <<'CONF'
[problem sentences]
kernel = fetch
fetches = 6
latency = 2k
[problem summaries]
kernel = fetch
fetches = 6
pages = 6
latency = 1k
wait = 1k
return = summary
CONF
)"
  echo "$output"
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  [ "$(rows phase=sample -- problem variant schedule workers | sort -u | wc -l)" -ge "$((2 * (1 + 3 * 3 * 2)))" ]
  [ "$(rows -- problem digest | sort -u | wc -l)" = 2 ]
  [ "$(rows phase=sample variant=fork workers=3 -- counters | grep -c 'inversions=.*;bytes=[1-9].*;connections=')" -ge 1 ]
  [ -z "$(servers)" ]
}

# the servers of pages whose cells belong to this test's run
servers() {
  for pid in $(pgrep -x nway-pages); do
    tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "NWAY_TEST=$work" && echo "$pid"
  done
  true
}

@test "fetch: a port in use is refused before the run, and in a cell by hand a nores row" {
  present fetch
  mkfifo "$work/hold"
  build_holder
  "$work/hold-port" >"$work/port" <"$work/hold" 3>&- &
  exec 9>"$work/hold"
  until_ok test -s "$work/port"
  port=$(cat "$work/port")
  run "$NWAY" run --results "$results" -c "$(every_variant <<CONF
[problem p]
kernel = fetch
fetches = 2
latency = 1k
port = $port
CONF
)" 9>&-
  cell=$("$NWAY" cell oracle --kernel "${NWAY%/nway}/kernels/fetch.so" --variant "${NWAY%/nway}/variants/seq.so" \
    --set "port=$port" 9>&-)
  exec 9>&-
  wait
  echo "$output"
  echo "$cell"
  [ "$status" = 2 ]
  said="cannot listen on port $port of 127.0.0.1: Address already in use; choose another port, or 0 for any free one"
  [[ $output == *"test.conf:"*": port: $said"* ]]
  [ ! -e "$results" ]
  [[ $cell == *"status=nores"*"note=$said"* ]]
}

# a program that listens on a free port, says which, and ends with its input
build_holder() {
  cat >"$work/hold-port.c" <<'C'
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
int main(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, (struct sockaddr *)&at, size) || listen(fd, 1) || getsockname(fd, (struct sockaddr *)&at, &size))
    return 1;
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  return getchar() == 0;
}
C
  ${CC:-cc} -o "$work/hold-port" "$work/hold-port.c"
}

@test "fetch: a server killed in mid-run is a nores row with the reason, neither a wrong answer nor a hang" {
  present fetch
  conf=$(every_variant <<'CONF'
[problem p]
kernel = fetch
fetches = 40
latency = 50k
workers = 2
variants = pthread
CONF
)
  NWAY_TEST=$work "$NWAY" run --results "$results" -c "$conf" >"$work/out" 2>&1 3>&- &
  pid=$!
  killed=0
  for _ in $(seq 400); do
    # in the rounds, after the oracle has seen the pages
    if grep -qs ',oracle,' "$results"/*/samples.csv; then
      for server in $(servers); do kill -KILL "$server" && killed=1; done
    fi
    kill -0 $pid 2>/dev/null || break
    sleep 0.05
  done
  status=0
  wait $pid || status=$?
  cat "$work/out"
  [ "$killed" = 1 ]
  [ "$status" != 0 ]
  rows status=nores | grep -q 'of page .*: '
  refute grep -q ',wrong,' "$results/latest/samples.csv"
}

@test "fetch: descriptors that run out are a nores row that names the limit" {
  present fetch
  conf=$(every_variant <<'CONF'
[problem p]
kernel = fetch
fetches = 100
latency = 1k
workers = 64
variants = coro
CONF
)
  run bash -c 'ulimit -n 100 && exec "$@"' - "$NWAY" run --results "$results" -c "$conf"
  echo "$output"
  [ "$status" = 1 ]
  rows status=nores variant=coro | grep -q "a process may have 100 open files (ulimit -n)"
  [ "$(rows -- status | grep -c wrong)" = 0 ]
}

@test "fetch: pages and numbers that cannot be are refused before measuring" {
  present fetch
  refuses() {
    run "$NWAY" run --results "$results" -c "$(printf '[problem p]\nkernel=fetch\n%b\n' "$1" | config)"
    echo "$output"
    [ "$status" = 2 ] && [[ $output == *"$2"* ]] && [ ! -e "$results" ]
  }
  refuses 'first = 4' "test.conf:3: first: unknown page 6"
  refuses 'port = 70000' "test.conf:3: port: '70000' is outside the range of port"
  refuses 'latency = 6M' "test.conf:3: latency: 6000000 us; must be less than the limit of"
}

@test "power_sum: ranges, as sums and vectors, by blocks and whole, are the same bits under every variant" {
  plain_is_enough
  run "$NWAY" run --results "$results" -c "$(every_variant <<'CONF'
[problem ranges]
kernel = power_sum
ranges = 100+500+400+700
result = sum, vector
items = block, range
CONF
)"
  echo "$output"
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  [ "$(rows -- problem digest | sort -u | wc -l)" = 2 ]
  [ "$(cut -d, -f"$(column "$results/latest/plan.csv" method)" "$results/latest/plan.csv" | grep -c '^scalar range')" -ge 1 ]
}

@test "power_digits: certified digits under every variant, and a build without MPFR that says so" {
  plain_is_enough
  present power_digits
  mkdir "$work/bin"
  printf '#!/bin/sh\ncase " $* " in *" mpfr "*) exit 1 ;; esac\nexec %s "$@"\n' "$(command -v pkg-config)" >"$work/bin/pkg-config"
  chmod +x "$work/bin/pkg-config"
  # a build of its own, in a folder of its own
  PATH=$work/bin:$PATH make -s BUILD="$work/build" "$work/build/kernels/power_digits.built"
  conf=$(every_variant <<'CONF'
[problem digits]
kernel = power_digits
bases = 5+3+7
exponent = 3000
method = divide, certified
CONF
)
  run "$NWAY" run --results "$results" -c "$conf"
  echo "$output"
  if [[ $output == *"built without MPFR"* ]]; then skip "no MPFR here"; fi
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  [ "$(rows -- digest | sort -u | wc -l)" = 1 ]
  cell() { "$NWAY" cell oracle --kernel "$work/build/kernels/power_digits.so" --variant "${NWAY%/nway}/variants/seq.so" --set exponent=3000 --set "method=$1"; }
  [[ $(cell divide) == *"status=ok"* ]]
  [[ $(cell certified) == *"param=method"*"built without MPFR"* ]]
}

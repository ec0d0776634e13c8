#!/bin/sh
# Measures over and over under random faults, for so many minutes: soak.sh MINUTES [SEED]. At the end no row may be lost
# or doubled, no process and no temporary file be left, and the memory of nway be flat. Exits with 1 otherwise.
#
# Faults: kill -9, INT, TERM, HUP and STOP/CONT at random times, of nway, of the keeper or of the cell; kernels that crash,
# hang, exit and write nothing; a disk that is full or fails to flush; allocations that fail. A run that is ended is taken up
# until it is complete. What is measured changes with each run: kernels under all variants, weak scaling, environments,
# programs with a time of their own, by hyperfine, with a second opinion and with counts near the knee, rounds by need,
# two values of a parameter.
minutes=$1 random=${2:-1}
BUILD=${BUILD:-build}
nway=$BUILD/nway fixtures=$BUILD/fixtures
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
stop=$(($(date +%s) + minutes * 60))
runs=0 sessions=0 ended=0 lost=0 doubled=0 left=0 temporary=0 bad=0 early_kb="" late_kb=""

# roll MOST: sets $roll to a number below it, from a sequence that the seed fixes (Lehmer: doi.org/10.1145/63039.63042)
roll() {
  random=$((random * 48271 % 2147483647))
  roll=$((random % $1))
}

for name in fake_disk fake_malloc; do
  ${CC:-cc} -O2 -shared -fPIC -o "$work/$name.so" "tests/tools/$name.c" || exit 2
done

# configuration: sets $what, and writes what it measures
configuration() {
  roll 15
  what=run
  common='[run]\nrounds=3\nsamples=2\nsample_time=1ms\nlimit=2s\n' problem='[problem c]\nkernel=countdown\nitems=1000+2000\n'
  case $roll in
    0 | 1 | 2 | 3)
      printf "${common}workers=1,2\nvariants=seq,pthread,fork\n${problem}[problem f]\nkernel=%s\n" "$(echo crash quits hang noop0 | cut -d' ' -f$((roll + 1)))" ;;
    4 | 5) printf "${common}workers=1,2\nvariants=seq,omp,pool,prefork,coro\n${problem}" ;;
    6) printf "${common}workers=1,2\nvariants=seq,pthread\nscale=strong,weak\n${problem}" ;;
    7) printf "${common}workers=1,2\nvariants=seq,omp\nenv=OMP_SCHEDULE=static | OMP_SCHEDULE=dynamic\n${problem}" ;;
    8) printf '%b[problem p]\nkernel=command\ncommand=echo nway: time 0.00{workers} s\ninner=nway\nworkers=1,2\n' "$common" ;;
    9) printf '%b[problem p]\nkernel=command\ncommand=true\ntimer=nway,hyperfine\nworkers=1,2\n' "$common" ;;
    10) printf "${common}workers=1,6\nrefine=yes\nvariants=seq,pthread\n${problem}" ;;
    11) printf "${common}workers=1,2\nvariants=seq,pthread\nmax_rounds=6\nwidth=0.1%%\n${problem}" ;;
    12) what='ab --kernel factorial method=plain method=memo' && printf "${common}workers=1,2\nvariants=pthread\n" ;;
    13) what='run --second-opinion' && printf '%b[problem p]\nkernel=command\ncommand=sleep 0.0{workers}\nworkers=1,2\n' "$common" ;;
    *) printf "${common}workers=1,2\nvariants=seq,pthread,fork\n${problem}" ;;
  esac >"$work/c.conf"
}

# begin OPTION: starts a session in the background under a fault that comes from outside of it; sets $pid
begin() {
  roll 8
  case $roll in
    0) faults="LD_PRELOAD=$work/fake_disk.so FAKE_DISK=sync FAKE_DISK_FILE=samples.csv FAKE_DISK_LOG=$work/log" ;;
    1) roll 20000
       faults="LD_PRELOAD=$work/fake_malloc.so FAKE_MALLOC_PROGRAM=nway FAKE_MALLOC_NTH=$((roll + 1)) FAKE_MALLOC_LOG=$work/log" ;;
    2) faults="NWAY_SOAK_FULL=1" ;; # a small limit on the size of files, as a full disk
    *) faults= ;;
  esac
  # shellcheck disable=SC2086 # lists of settings and words
  env $faults sh -c '[ -z "$NWAY_SOAK_FULL" ] || ulimit -f 40; exec "$@"' sh \
    "$nway" $what -c "$work/c.conf" --results "$work/results" "$@" --module "$fixtures/crash.so" --module "$fixtures/quits.so" \
    --module "$fixtures/hang.so" --module "$fixtures/noop0.so" >"$work/out" 2>&1 </dev/null &
  pid=$!
}

# memory: the resident size of the steady run, in kB
memory() { sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$steady/status"; }

# children PID: those of a process
children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }

# disturb: hits the session at a random time, or lets it be
disturb() {
  roll 40
  for _ in $(seq "$roll"); do
    kill -0 $pid 2>/dev/null || break
    sleep 0.1
  done
  roll 10
  # shellcheck disable=SC2046 # lists of processes
  case $roll in
    8) kill -9 $(children $pid) 2>/dev/null ;;                # its keeper
    9) kill -9 $(children "$(children $pid)") 2>/dev/null ;; # the cell
    0 | 1 | 2) kill -9 $pid 2>/dev/null && ended=$((ended + 1)) ;;
    3) kill -INT $pid 2>/dev/null && ended=$((ended + 1)) ;;
    4) kill -TERM $pid 2>/dev/null && ended=$((ended + 1)) ;;
    5) kill -HUP $pid 2>/dev/null && ended=$((ended + 1)) ;;
    6) kill -STOP $pid 2>/dev/null; sleep 0.5; kill -CONT $pid 2>/dev/null ;;
  esac
  wait $pid
  sessions=$((sessions + 1))
}

# strays: processes whose command names this soak's folder, and keepers or cells that lived on after their nway
strays() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    stray=0
    for at in /proc/[0-9]*; do
      grep -qs nway "$at/comm" && grep -qsa "NWAY_SOAK=$work" "$at/environ" && stray=$((stray + 1))
    done
    [ "$stray" = 0 ] && return
    sleep 1
  done
  left=$((left + stray))
}

# check FOLDER: rows of a complete run, each planned sample once
check() {
  python3 tests/tools/soak_rows.py "$1" >"$work/rows" || bad=$((bad + 1))
  read -r l d <"$work/rows"
  [ "$l$d" = 00 ] || cp -r "$1" "$BUILD/soak-$(basename "$1")"
  lost=$((lost + l)) doubled=$((doubled + d))
}

# One run goes on all the time: its memory is to stay as it was after its first quarter.
printf '[run]\nworkers=1,2\nvariants=seq,pthread\nrounds=100000\nsamples=1\nsample_time=1ms\n[problem c]\nkernel=countdown\nitems=1000\n' >"$work/steady.conf"
"$nway" run -c "$work/steady.conf" --results "$work/steady" >"$work/steady.out" 2>&1 </dev/null &
steady=$!

export NWAY_SOAK="$work"
while [ "$(date +%s)" -lt "$stop" ]; do
  rm -rf "$work/results"
  configuration
  begin
  disturb
  for _ in $(seq 30); do # until it is complete
    folder=$(find "$work/results" -mindepth 1 -maxdepth 1 -name '2*' 2>/dev/null | head -1)
    [ -n "$folder" ] && [ -e "$folder/run.json" ] && [ -e "$folder/plan.csv" ] || break
    [ "$(jq -r .state "$folder/run.json")" = complete ] && break
    begin --resume="$folder"
    disturb
  done
  strays
  folder=$(find "$work/results" -mindepth 1 -maxdepth 1 -name '2*' 2>/dev/null | head -1)
  temporary=$((temporary + $(find "$work/results" -name '*.new' 2>/dev/null | wc -l)))
  [ -n "$folder" ] && [ -e "$folder/run.json" ] && [ "$(jq -r .state "$folder/run.json")" = complete ] || continue
  check "$folder"
  runs=$((runs + 1))
  [ -z "$early_kb" ] && [ "$(date +%s)" -gt $((stop - minutes * 45)) ] && early_kb=$(memory)
done
early_kb=${early_kb:-$(memory)} late_kb=$(memory)
kill -INT "$steady"
wait "$steady"
rounds=$(jq -r .rounds_done "$work/steady"/2*/run.json)

echo "$runs runs in $sessions sessions, $ended of them ended by a signal: rows lost $lost, doubled $doubled;" \
  "runs that do not add up $bad; processes left $left; temporary files left $temporary;" \
  "memory of a steady run of $rounds rounds: $early_kb kB after a quarter, $late_kb kB at the end"
[ "$runs" -gt 0 ] && [ "$rounds" -gt 0 ] && [ "$lost$doubled$bad$left$temporary" = 00000 ] &&
  [ "$late_kb" -le $((early_kb + early_kb / 10)) ]

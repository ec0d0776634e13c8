# F15: an allocation fails in the middle of a whole run, and of a whole report: a clean error or the right result, rows
# that can be read, nothing left behind. NWAY_FULL=1 fails many more of them.

load helpers

setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  printf '[run]\nworkers=1,2\nvariants=seq,pthread\nrounds=1\nsamples=1\nsample_time=1us\n[problem c]\nkernel=countdown\nitems=100\n' >"$BATS_FILE_TMPDIR/c.conf"
  "${NWAY_BUILD:-build}/nway" run -c "$BATS_FILE_TMPDIR/c.conf" --results "$BATS_FILE_TMPDIR/results" >/dev/null 2>&1
}

# nths MOST: which allocations fail, from the first to the last and denser at the start
nths() {
  step=3
  [ -z "${NWAY_FULL:-}" ] || step=1.1
  awk -v most="$1" -v step=$step 'BEGIN { for (n = 1; n <= most; n = (n * step > n + 1 ? int(n * step) : n + 1)) print n }'
}

# tortured PROGRAM NTH COMMAND...: that allocation fails; sets $status, and $fired if it was reached
tortured() {
  rm -f "$work/injected"
  export FAKE_MALLOC_PROGRAM=$1 FAKE_MALLOC_NTH=$2 FAKE_MALLOC_LOG=$work/injected
  run preloaded fake_malloc timeout 60 "${@:3}"
  unset FAKE_MALLOC_PROGRAM
  fired=
  [ -e "$work/injected" ] && fired=yes
  echo "allocation $2: status $status: $output"
  [ "$status" -le 3 ] # no signal, no time limit
  [ "$status" = 0 ] || [ -n "$output" ]
}

@test "F15 a run in which an allocation fails ends with a clean error or a whole run, and readable rows" {
  plain_is_enough
  count=0
  for n in $(nths 60000); do
    rm -rf "$results"
    tortured nway "$n" "$NWAY" run -c "$BATS_FILE_TMPDIR/c.conf" --results "$results"
    [ -n "$fired" ] || break
    count=$((count + 1))
    [ -z "$(find "$results" -name '*.new' 2>/dev/null)" ]
    for folder in "$results"/2*; do
      [ -e "$folder/samples.csv" ] || continue
      run "$NWAY" show "$folder"
      echo "show: $status $output"
      [ "$status" -le 1 ] || [ "$status" = 3 ] || [[ $output == *"/plan.csv: No such file"* ]]
    done
  done
  [ "$count" -ge 7 ] # the fault was there
}

@test "F15 a report in which an allocation fails is whole or a clean error" {
  plain_is_enough
  count=0
  for n in $(nths 1000000); do
    cp -r "$BATS_FILE_TMPDIR/results" "$work/r$n"
    tortured nway-report "$n" "${NWAY}-report" show --results "$work/r$n"
    [ -n "$fired" ] || break
    count=$((count + 1))
    [ -z "$(find "$work/r$n" -name '*.new')" ]
    rm -rf "$work/r$n"
  done
  [ "$count" -ge 6 ]
}

# What a machine or a shell withholds: each is said with its limit and what to do.

load helpers

small() { printf '[run]\nworkers=1,2\nvariants=seq,pthread\nrounds=2\nsamples=1\nsample_time=1ms\nlimit=10min\n[problem c]\nkernel=countdown\nitems=1000\n' | config; }

@test "F24 few file descriptors are refused before anything is loaded, with what to do" {
  conf=$(small)
  for n in 12 32 63; do
    run bash -c "ulimit -n $n; exec \"\$@\"" bash "$NWAY" run -c "$conf" --results "$results"
    [ "$status" = 2 ]
    [[ $output == *"only $n file descriptors (limited by 'ulimit -n'); nway needs 64: raise it"* ]]
    [ ! -e "$results" ]
  done
  run bash -c 'ulimit -n 64; exec "$@"' bash "$NWAY" run -c "$conf" --results "$results"
  [ "$status" -le 1 ]
  [ "$(rows -- status | sort -u)" = ok ]
}

@test "a small stack is refused with what to do, by whatever reads or measures" {
  conf=$(small)
  for command in "run -c $conf --results $results" "show $results" "report $results" "gate a b" "fit a"; do
    run bash -c 'ulimit -s 256; exec "$@"' bash "$NWAY" $command
    [ "$status" = 2 ]
    [[ $output == *"only 256 KiB of stack (limited by 'ulimit -s'); nway needs 2048: raise it"* ]]
  done
  run bash -c 'ulimit -s 2048; exec "$@"' bash "$NWAY" run -c "$conf" --results "$results"
  [ "$status" -le 1 ]
  [ "$(rows -- status | sort -u)" = ok ]
}

@test "F22 a limit on the size of files is an error with the file's name, the limit and what to do, not a signal" {
  conf=$(small)
  run bash -c 'ulimit -f 4; exec "$@"' bash "$NWAY" run -c "$conf" --results "$results"
  [ "$status" = 3 ]
  [[ $output == *"cannot write: File too large (limited to 4 by 'ulimit -f'; raise it)"* ]]
  [ -z "$(ls -d "$results"/2* 2>/dev/null)" ] # an incomplete folder would be taken for a run
  "$NWAY" run -c "$conf" --results "$results" >/dev/null
  run bash -c 'ulimit -f 4; exec "$@"' bash "$NWAY" report --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"report.html: cannot write: File too large (limited to 4 by 'ulimit -f'; raise it)"* ]]
}

@test "F33 without /proc a run measures, unknown facts are null, and strays are still ended" {
  unshare -m true 2>/dev/null || skip "needs root to hide /proc"
  [ -z "${NWAY_SANITIZED:-}" ] || skip "AddressSanitizer reads its options, stacks and threads from /proc"
  conf=$(printf '[run]\nworkers=2\nvariants=pthread\nrounds=1\nsamples=1\nsample_time=1ms\n[problem o]\nkernel=orphan\n[problem c]\nkernel=countdown\nitems=1000\n' | config)
  run unshare -m sh -c 'mount -t tmpfs none /proc && [ -z "$(ls /proc)" ] && exec "$@"' sh "$NWAY" run -c "$conf" --results "$results" --module "$FIXTURES/orphan.so"
  echo "$output"
  [ "$status" -le 1 ]
  [ "$(rows kernel=countdown -- status | sort -u)" = ok ]
  [ "$(rows kernel=orphan phase=cold -- status | wc -l)" -ge 1 ]
  jq -e '[.. | select(. == null)] | length > 0' "$results/latest/machine.json"
  refute pgrep -x "$ORPHAN"
}

@test "F10 a limit on processes that leaves nway none to look at its modules is named, with what to do" {
  plain_is_enough
  [ "$(id -u)" = 0 ] || skip "only root can run nway as a user without processes"
  other=(setpriv --reuid 64999 --regid 64999 --clear-groups)
  "${other[@]}" test -x "$(realpath "$NWAY")" || skip "the program is not there for another user"
  run bash -c 'ulimit -u 1; exec "$@"' bash "${other[@]}" "$NWAY" run --kernel countdown --dry-run
  [ "$status" = 2 ]
  [[ $output == *"no serial variant found; variant "*"Resource temporarily unavailable (limited to 1 by 'ulimit -u'; raise it)"* ]]
}

# Whether every execution did its work, and what the rows say of those that were not checked.

load helpers

# one KERNEL: runs it on 1 and 2 threads
one() {
  run "$NWAY" run -c "$(printf '[run]\nworkers=1,2\nvariants=seq,pthread\nrounds=2\nsamples=2\nsample_time=%s\nlimit=10min\n[problem k]\nkernel=%s\n' "${2:-20ms}" "$1" | config)" --results "$results" --module "$FIXTURES/$1.so"
}

@test "F34 a kernel that writes nothing is wrong, with a declared result and without" {
  one noop0
  [ "$status" != 0 ]
  [ "$(rows phase=oracle -- status)" = wrong ]
  [[ $(rows phase=oracle -- note) == *"byte 0 of the result (512 bytes) was not written"* ]]
  rm -rf "$results"
  one noop1
  [ "$status" != 0 ]
  [ "$(rows phase=oracle -- status)" = wrong ]
  [[ $(rows phase=oracle -- note) == *"the execution did not change the result that reset had erased"* ]]
}

@test "F34 an answer that is wrong once in 50 executions is found, where the last one of a sample is right" {
  one wrong50 400ms
  [ "$status" = 1 ]
  [ "$(rows workers=1 phase=sample -- status | sort -u)" = ok ]
  rows workers=2 -- phase iterations checked status note
  rows workers=2 -- status | grep -x wrong
  grep -E 'answer [0-9a-f]{16}, expected [0-9a-f]{16}; execution [0-9]+ of the sample' "$results/latest/samples.csv"
}

@test "F34 a row says how many executions were checked, and the chance to find one wrong in a hundred" {
  one wrong50 5ms
  # short answers of long executions are all checked
  rows workers=1 phase=sample -- iterations checked check_chance | awk '$1 != $2 || $3 != 1 { exit 1 }'
  rm -rf "$results"
  one costly
  rows workers=1 phase=sample -- iterations checked check_chance
  rows workers=1 phase=sample -- iterations checked check_chance |
    awk '{ n++; low = 1 - 0.99^$2; if ($2 >= $1 || $2 < 1 || $3 < low - 1e-9 || $3 > low + 1e-9) exit 1 } END { exit !n }'
}

# meddles WAY [ROUNDS]: beside a kernel that does its work
meddles() {
  rm -rf "$results" "$work/count"
  MEDDLES_COUNT=$work/count run "$NWAY" run -c "$(printf '[run]\nworkers=1,2\nvariants=seq,pthread\nrounds=%s\nsamples=2\nsample_time=1ms\nlimit=10min\n[problem m]\nkernel=meddles\nway=%s\n[problem c]\nkernel=countdown\nitems=1000\n' "${2:-2}" "$1" | config)" --results "$results" --module "$FIXTURES/meddles.so"
  echo "$output"
}

@test "F4 a kernel that writes into the pipe of its rows fails its cell, and only that; its lines reach no file" {
  for way in not guess; do
    meddles $way
    [ "$status" = 0 ]
    [ "$(rows -- status | sort -u)" = ok ]
  done
  for way in swallow forge imitate; do
    meddles $way
    [ "$status" = 1 ]
    [ "$(rows kernel=meddles workers=2 -- status | grep -cx exit)" -ge 1 ]
    [[ $(rows kernel=meddles workers=2 status=exit -- note) == *"rows are missing or written by the kernel"* ]]
    [ "$(rows kernel=meddles workers=1 -- status | sort -u)" = ok ]
    [ "$(rows kernel=countdown -- status | sort -u)" = ok ]
    refute grep -E '0x10|fine|,-5,|1e9' "$results/latest/samples.csv"
    "$NWAY" show --results "$results" | grep -F meddles
  done
}

@test "a cell whose processes all crash after its pilot has no result, and the run fails" {
  meddles late
  [ "$status" = 1 ]
  [[ $output == *"meddles"*"x2: planned, but without a result"* ]]
  [ "$(rows kernel=meddles workers=2 phase=sample status=crash -- round | wc -l)" = 2 ]
  [ "$(rows kernel=countdown -- status | sort -u)" = ok ]
}

@test "doubles that workers add in slots: both sums are told, and that the order counts, not two digests" {
  run "$NWAY" run --module "$FIXTURES/slots.so" --variant pool,fork --workers 2 --rounds 1 --results "$results"
  [ "$status" = 1 ]
  for variant in pool fork; do
    grep -qE ",$variant,.*of the result \(8 bytes\): 12\.0901461298[0-9]+, by one worker alone 12\.0901461298[0-9]+; .* its order" \
      "$results/latest/samples.csv"
  done
}

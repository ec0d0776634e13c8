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
  [[ $(rows phase=oracle -- note) == *"the result was not written at byte 0 of 512"* ]]
  rm -rf "$results"
  one noop1
  [ "$status" != 0 ]
  [ "$(rows phase=oracle -- status)" = wrong ]
  [[ $(rows phase=oracle -- note) == *"the work left the answer as reset had left it"* ]]
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

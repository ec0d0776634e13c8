#!/usr/bin/env bats
# Weak scaling, placement of memory and the facts of a row, as a user meets them.

load helpers

grows() {
  config <<'CONF'
[run]
workers = 1,2,3
variants = pthread
rounds = 6
samples = 1
sample_time = 1ms
scale = strong, weak
[problem c]
kernel = countdown
items = 20k+10k
CONF
}

@test "weak scaling: the work grows with the workers, the answer of every size is checked, the speedup is scaled" {
  run "$NWAY" run -c "$(grows)" --results "$results"
  [ "$status" = 0 ]
  [[ $output == *"items=20k+10k, weak scaling"* ]]
  # of one execution: 30k iterations a worker
  [ "$(rows phase=sample scale=weak status=ok -- workers work_units iterations | awk '{ print $1, $2 / $3 }' | sort -u | tr '\n' ,)" = "1 30000,2 60000,3 90000," ]
  [ "$(rows phase=sample scale=strong status=ok -- work_units iterations | awk '{ print $1 / $2 }' | sort -u)" = 30000 ]
  # an oracle for each size, and its digest in every row of that size
  [ "$(rows phase=oracle scale=weak status=ok -- workers digest | sort -u | wc -l)" = 3 ]
  [ "$(rows scale=weak status=ok -- workers digest | sort -u | wc -l)" = 3 ]
  # two workers do twice the work: the scaled speedup is twice the ratio of times
  "$NWAY" report --results "$results" >/dev/null
  [ -s "$results/latest/report/report.html" ]
}

@test "weak scaling of what cannot grow is refused before measuring, with the reason" {
  run "$NWAY" run -c configs/quick.conf --kernel '^factorial$' --scale weak --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"nway: --scale: weak scaling is not possible: kernel factorial has no parameter that grows with the workers"* ]]
  sed 's/^kernel = .*/kernel = factorial/; /^items/d' "$(grows)" >"$work/place.conf"
  line=$(grep -n '^scale' "$work/place.conf" | cut -d: -f1)
  run "$NWAY" run -c "$work/place.conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"place.conf:$line: scale: weak scaling is not possible: "* ]]
  run "$NWAY" run -c "$(grows)" --scale wide --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"unknown scale 'wide'; expected strong or weak"* ]]
  [ ! -e "$results" ]
}

@test "memory=local,interleave are cells of the same block; a wrong word is refused" {
  run "$NWAY" run -c "$(grows)" --scale strong --memory local,interleave --pin cores --results "$results"
  [ "$status" = 0 ]
  [ "$(rows phase=sample status=ok workers=2 -- memory block | sort -u | tr '\n' ,)" = "interleave 0,local 0," ]
  run "$NWAY" run -c "$(grows)" --memory interleafed --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"did you mean 'interleave'?"* ]]
}

@test "each row tells what its workers used: CPU clocks, memory, and null where there is no counter" {
  "$NWAY" run -c "$(grows)" --scale strong --variant pthread,omp,fork --results "$results"
  [ "$(rows phase=sample status=ok -- cpu_min_ns cpu_mean_ns cpu_max_ns busy_max_ns | awk '$1 > 0 && $1 <= $2 && $2 <= $3' | wc -l)" = "$(rows phase=sample status=ok -- phase | wc -l)" ]
  if [ -r /proc/self/smaps_rollup ]; then
    [ "$(rows phase=sample status=ok -- pss_bytes | awk '$1 < 100000' | wc -l)" = 0 ]
  fi
  # a counter is a positive number or nothing, never 0 for unknown
  [ "$(rows phase=sample status=ok -- cycles instructions | awk 'NF == 0 || ($1 > 0 && $2 > 0)' | wc -l)" = "$(rows phase=sample status=ok -- phase | wc -l)" ]
}

@test "a dry run lists the cells, measures nothing and estimates the least that it takes" {
  run "$NWAY" run -c "$(grows)" --dry-run --results "$results"
  [ "$status" = 0 ]
  [[ $output == *"countdown | items=20k+10k | - | pthread | static | scale=weak | 3 workers"* ]]
  [[ $output == *"estimate: "*" at the least, for 6 rounds of 8 processes"* ]]
  [ ! -e "$results" ]
}

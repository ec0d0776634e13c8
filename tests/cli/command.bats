#!/usr/bin/env bats
# External programs as cells: `nway run --command` and `nway ab` of two programs.

load helpers

quick() {
  config <<'CONF'
[run]
workers = 1,2,3
rounds = 6
samples = 1
sample_time = 1ms
limit = 10min
CONF
}

# I24
@test "a program is told its number of workers, without a shell" {
  cat >"$work/tool" <<'TOOL'
#!/bin/sh
echo "$#:$*" >>"$LOG"
TOOL
  chmod +x "$work/tool"
  LOG=$work/log run "$NWAY" run --command "$work/tool -T{workers} 'a b' \"\$HOME;\" c\\ d" -c "$(quick)" --results "$results"
  [ "$status" = 0 ]
  [ "$(sort -u "$work/log" | grep -c .)" = 3 ]
  for n in 1 2 3; do grep -qxF "4:-T$n a b \$HOME; c d" "$work/log"; done
  [ "$(rows phase=sample status=ok -- variant workers os_threads | sort -u | tr '\n' ',')" = "own 1 1,own 2 2,own 3 3,seq 1 1," ]
}

@test "a program is bound to the CPUs of all its workers" {
  [ "$(nproc)" -ge 2 ] || skip "one usable CPU"
  printf '#!/bin/sh\ngrep Cpus_allowed_list /proc/self/status | sed "s/.*[^0-9,-]//; s/^/$1 /" >>"$LOG"\n' >"$work/tool"
  chmod +x "$work/tool"
  LOG=$work/log run "$NWAY" run --command "$work/tool {workers}" -c "$(quick)" --workers 1,2 --rounds 1 --pin cores --results "$results"
  [ "$status" = 0 ]
  [ "$(grep -c '^1 [0-9]*$' "$work/log")" -ge 1 ]
  [ "$(grep -c '^2 [0-9]*[,-][0-9]*$' "$work/log")" -ge 1 ]
  [[ $(rows phase=sample workers=2 -- cpus) =~ ^[0-9]+\+[0-9]+$ ]]
  [ -z "$(rows phase=sample -- trust | grep unpinned)" ]
}

# F28: there is no hyperfine in between
@test "a program that fails, dies, hangs or is not there is a row with the reason" {
  run "$NWAY" run --command false -c "$(quick)" --results "$results"
  [ "$status" != 0 ]
  [[ $(rows status=wrong -- note) == *"exit code 1"* ]]
  run "$NWAY" run --command "sh -c 'kill -9 \$\$'" -c "$(quick)" --results "$results"
  [ "$status" != 0 ]
  [[ $(rows status=wrong -- note) == *"signal 9"* ]]
  run "$NWAY" run --command "nosuchprogram x" -c "$(quick)" --results "$results"
  [ "$status" != 0 ]
  [[ $(rows status=wrong -- note) == *"cannot run"* ]]
  run fake_quiet "$NWAY" run --command "sleep 7200" -c "$(quick)" --results "$results"
  [ "$status" != 0 ]
  [ "$(rows phase=oracle -- status)" = timeout ]
  refute pgrep -xf "sleep 7200"
}

@test "what a program writes can be its answer: another output is wrong" {
  printf 'echo $(($(cat %s/n) + 0)); echo $(($(cat %s/n) + 1)) >%s/n\n' "$work" "$work" "$work" >"$work/counts.sh"
  cat >"$work/test.conf" <<CONF
[run]
rounds = 6
samples = 1
sample_time = 1ms
variants = seq
[problem counts]
kernel = command
command = sh $work/counts.sh
answer = stdout, exit
CONF
  echo 0 >"$work/n"
  run "$NWAY" run -c "$work/test.conf" --results "$results"
  [ "$status" = 1 ]
  [ "$(rows phase=sample "problem=sh $work/counts.sh exit" -- status | sort -u)" = ok ]
  [[ $(rows status=wrong -- problem | sort -u) == "sh $work/counts.sh stdout" ]]
}

@test "two programs are held against each other; a planted slowdown is found" {
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  run fake_clock "$NWAY" ab "sh -c 'sleep 0.002'" "sh -c 'sleep 0.02'" -c "$(quick)" --results "$results" --rounds 12
  echo "$output"
  [ "$status" = 1 ]
  [[ $output == *"2.00 ms -> 20.0 ms, +"* ]]
  [[ $output == *"1 pair: 1 slower"* || $output == *"1 pairs: 1 slower"* ]]
}

@test "bad commands are refused before anything is measured" {
  run "$NWAY" run --command "xz 'open" -c "$(quick)" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"quote is not closed"* ]]
  run "$NWAY" run --command "  " -c "$(quick)" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"empty"* ]]
  run "$NWAY" ab ls "${NWAY%/nway}" -c "$(quick)" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"like with like"* ]]
  [ ! -e "$results" ]
}

#!/usr/bin/env bats
# The course notebook's experiments: the Python peers give the kernels' answers, and the configuration runs whole.

load helpers

# Everything as small as it goes.
tiny=(--define tenth=10 --define n=20 --define calls=16 --define exponent=100
  --define million=1k --define thousand=10 --define many=20 --define grains=0,1 --define turns=20 --define sample=1us
  --define py_million=10 --define made=2 --define messages=3)

# One round, with all the time that it takes.
quick=(--rounds 1 --time-budget 1h --limit 10min)

# The python3 on PATH may be one without numpy where the system's has it.
python=python3
for candidate in /usr/bin/python3 python3; do
  if "$candidate" -c 'import numpy' 2>/dev/null; then python=$candidate; fi
done

# peer NAME OPTIONS...: runs a script
peer() { "$python" -B "configs/notebook/$1.py" "${@:2}"; }

# in_step NAME OPTIONS...: runs a script of two threads, each of whose sleeps lasts until the other one sleeps too
in_step() {
  "$python" -B -c '
import runpy, sys, threading, time
both = threading.Barrier(2)
time.sleep = lambda seconds: both.wait()
sys.path.insert(0, "configs/notebook")
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")' "configs/notebook/$1.py" --how threads --workers 2 --print "${@:2}"
}

# every_how NAME "HOW ..." EXPECTED OPTIONS...: the same answer in every way; silence unless it is asked for
every_how() {
  for how in $2; do
    for workers in 1 2 4; do
      [ "$(peer "$1" --how "$how" --workers "$workers" "${@:4}" --print 2>&1)" = "$3" ]
    done
    [ -z "$(peer "$1" --how "$how" --workers 2 "${@:4}" 2>&1)" ]
  done
}

need_python() { "$python" -c '' 2>/dev/null || skip "python3 is missing"; }
need_numpy() { "$python" -c 'import numpy' 2>/dev/null || skip "numpy is missing"; }
once() { [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"; }

# ---- the peers ----

@test "factorial.py: 20!, the length of 500!, and what the memo met" {
  need_python
  once
  full_only "peers_once.py runs each script"
  every_how factorial seq 2432902008176640000 --n 20
  plain=$(peer factorial --n 500 --print)
  [ "${#plain}" = 1135 ]
  [[ $plain == 12201368259911100687*[1-9]"$(printf '%0124d' 0)" ]]
  [ "$(peer factorial --n 500 --memo --print | head -1)" = "$plain" ]
  [ "$(peer factorial --n 499 --memo --print | tail -1)" = "hits=498 misses=499 evictions=371" ]
}

@test "call_chain.py: the order of decorators decides what each sees" {
  need_python
  once
  full_only "peers_once.py runs each script"
  every_how call_chain seq $'importer_csv documented=0 timed=0 refused=0\n140 5976' --calls 16
  chain() { peer call_chain --calls 16 --print --order "$1" | head -1; }
  [ "$(chain guard+timer)" = "importer_csv documented=0 timed=14 refused=2" ]
  [ "$(chain timer+guard)" = "importer_csv documented=0 timed=16 refused=2" ]
  [ "$(chain timer+memo)" = "importer_csv documented=0 timed=16 refused=0" ]
  [ "$(chain memo+timer)" = "importer_csv documented=0 timed=8 refused=0" ]
  [ "$(chain doc+guard+timer+memo)" = "importer_csv documented=16 timed=14 refused=2" ]
}

@test "memo_wait.py: what is remembered is not waited for" {
  need_python
  once
  full_only "peers_once.py runs each script"
  every_how memo_wait seq $'hello 1\nhello 1\nhello 2\nhits=0 misses=3' --calls 1+1+2 --wait-us 100
  every_how memo_wait seq $'hello 1\nhello 1\nhello 2\nhits=1 misses=2' --calls 1+1+2 --wait-us 100 --memo
}

@test "sleep_print.py: each printer's lines are all there" {
  need_python
  once
  full_only "peers_once.py runs each script"
  [ "$(peer sleep_print --wait-us 0 --print | cut -c1-2 | tr '\n' ' ')" = "oo oo oo xx xx xx " ]
  every_how sleep_print "seq threads" $'oooooooooooo\noooooooooooo' --printers 1 --lines 2 --wait-us 100
  # waits that overlap make them alternate
  lines=$(in_step sleep_print)
  [ "$(sort <<<"$lines" | uniq -c | tr -s ' \n' ' ')" = " 3 oooooooooooo 3 xxxxxxxxxxxx " ]
  [ "$(head -2 <<<"$lines" | sort)" = $'oooooooooooo\nxxxxxxxxxxxx' ]
}

@test "critical_section.py: turns are whole under the lock, and torn without it" {
  need_python
  once
  full_only "peers_once.py runs each script"
  every_how critical_section "seq threads" ABCABCABCABCABCABC --wait-us 1k
  every_how critical_section seq ABCABCABCABCABCABC --wait-us 1k --lock off
  torn=$(in_step critical_section --lock off)
  [ "$torn" != ABCABCABCABCABCABC ]
  [ "$(fold -w1 <<<"$torn" | sort | uniq -c | tr -s ' \n' ' ')" = " 6 A 6 B 6 C " ]
}

@test "overlap.py, power_digits.py: the name, and the leading digits of powers that are known" {
  need_python
  once
  full_only "peers_once.py runs each script"
  every_how overlap "seq threads coroutines tasks" $'Daniel\n12' --bases 2 --exponent 100 --wait-us 1k
  every_how power_digits "seq threads pool" $'12676506002282294014\n51537752073201133103' --bases 2+3 --exponent 100
}

@test "power_digits.py: 5^1000000 begins with 10 and 3^1000000 with 17, and all ways give the same digits" {
  need_python
  once
  full_only "peers_once.py runs each script"
  for by in halves decimal; do
    [ "$(peer power_digits --by $by --bases 5+3 --exponent 1M --digits 2 --print)" = $'10\n17' ]
  done
  [ "$(peer overlap --bases 5+3 --how tasks --workers 3 --wait-us 1 --print)" = $'Daniel\n10\n17' ]
  for exponent in 1 2 100 1000 30k; do
    digits=$(peer power_digits --by str --exponent "$exponent" --print)
    for by in halves decimal; do [ "$(peer power_digits --by "$by" --exponent "$exponent" --print)" = "$digits" ]; done
  done
}

@test "sleep.py: every wait lasts as long as asked, in every way" {
  need_python
  once
  full_only "peers_once.py runs each script"
  every_how sleep "seq threads pool coroutines tasks" 3 --wait-us 2*2500
}

@test "example.py: a coroutine that is called runs nothing, one that is awaited runs, and Python does not complain" {
  need_python
  once
  full_only "peers_once.py runs each script"
  [ "$(peer example --print 2>&1)" = "<coroutine object exemple>" ]
  [ "$(peer example --await --print 2>&1)" = "Nous essayons les coroutines." ]
}

@test "decorators.py: the name that print_before prints is that of what it wraps, and wraps keeps the function's own" {
  need_python
  once
  full_only "peers_once.py runs each script"
  said() { peer decorators --print "$@" | tr '\n' '|'; }
  [ "$(said --order after+before)" = "execute_then_print: None|voici ce que renvoie la fonction print_hello_world|hello world|La fonction a fini de tourner|" ]
  [ "$(said --order before+after)" = "print_then_execute: None|voici ce que renvoie la fonction execute_then_print|hello world|La fonction a fini de tourner|" ]
  [ "$(said --order before+after --wraps)" = "print_hello_world: Description de ma fonction|voici ce que renvoie la fonction print_hello_world|hello world|La fonction a fini de tourner|" ]
}

@test "creation.py, exchange.py: all are made, all messages come back as they were" {
  need_python
  once
  full_only "peers_once.py runs each script"
  for what in coroutine thread process; do [ "$(peer creation --what $what --count 3 --print)" = 3 ]; done
  for by in pipe queue shared; do
    for between in threads processes; do
      [ "$(peer exchange --by $by --between $between --messages 20 --bytes 300 --print)" = 20 ]
    done
  done
}

@test "a peer reports the time that it measured, less than its whole process took, and other counters" {
  need_python
  once
  began=$(date +%s%N)
  NWAY_COUNTERS=3 peer sleep --how tasks --workers 3 --wait-us 20k 3>"$work/told"
  took=$(($(date +%s%N) - began)) inner=$(sed -n 's/^inner_ns=//p' "$work/told")
  [ "$inner" -ge 20000000 ] && [ "$inner" -lt "$took" ]
  NWAY_COUNTERS=3 peer exchange --messages 2 --bytes 10 3>"$work/told"
  [ "$(sed 's/inner_ns=.*/inner/' "$work/told" | tr '\n' ' ')" = "inner messages=4 bytes=40 " ]
}

@test "countdown.py: every countdown ends at 0" {
  need_python
  once
  full_only "peers_once.py runs each script"
  every_how countdown "seq threads pool process" "0 0 0 0" --items 5*10+3k+60+1
}

@test "fetch.py: sentences and summaries are those of the kernel's pages" {
  need_python
  once
  full_only "peers_once.py runs each script"
  sentences=$(peer fetch --print --latency-us 0)
  every_how fetch "seq threads coroutines tasks" "$sentences" --latency-us 1k
  summaries=$(peer fetch --print --latency-us 0 --summary --first 1)
  every_how fetch "seq threads coroutines" "$summaries" --latency-us 1k --wait-us 1k --summary --first 1
  for request in blocking thread; do
    [ "$(peer fetch --how coroutines --workers 3 --request $request --print --latency-us 0 --summary --first 1)" = "$summaries" ]
  done
  # the kernel's text, its literals joined
  tr '\n' ' ' <kernels/fetch.c | sed 's/"\(,\|\) *"/ /g; s/  */ /g; s/\\n/\n/g' >"$work/pages"
  while read -r line; do grep -qF "$line" "$work/pages"; done <<<"$sentences"
  [ "$(wc -l <<<"$sentences")" = 3 ]
  while read -r line; do grep -qF "$line" "$work/pages"; done <<<"$summaries"
  [ "$(wc -l <<<"$summaries")" = 4 ]
  refute pgrep -f configs/notebook/fetch.py
}

@test "power_sum.py: the sums of the powers, by numpy and by awk" {
  need_numpy
  once
  full_only "peers_once.py runs each script"
  for how in "seq --form range" "seq --form array" threads "pool --form range"; do
    # shellcheck disable=SC2086
    peer power_sum --ranges 10+1+100 --how $how --workers 2 --print | awk '
      BEGIN { n[1] = 10; n[2] = 1; n[3] = 100 }
      { sum = 0
        for (x = 0; x < n[NR]; x++) for (k = 1; k < 50; k++) sum += x * x ^ sqrt(k)
        off = $1 - sum
        if (off < 0) off = -off
        if (off > sum * 1e-12) bad = 1 }
      END { exit bad || NR != 3 }'
  done
  [ -z "$(peer power_sum --ranges 10)" ]
}

@test "a peer that fails in a thread, a process or a coroutine ends with an error" {
  need_python
  once
  full_only "peers_once.py runs each script"
  cat >"$work/fails.py" <<PY
import sys
sys.path.insert(0, "configs/notebook")
import peer
def fail(item): raise IndexError("planted")
async def fail_async(item): fail(item)
if __name__ == "__main__":
    peer.run(peer.parser("", "seq", "threads", "pool", "process", "coroutines", "tasks").parse_args(), fail, [1, 2, 3], fail_async)
PY
  for how in seq threads pool process coroutines tasks; do
    run "$python" -B "$work/fails.py" --how "$how" --workers 2
    [ "$status" = 1 ]
    [[ $output == *planted* ]]
  done
}

# ---- the configuration ----

# lacking CELLS: the patterns of standard input that no line of the file has
lacking() {
  awk 'FNR == NR { if ($0 != "") wanted[++n] = $0; next }
    { for (i = 1; i <= n; i++) if (!found[i] && $0 ~ wanted[i]) found[i] = 1 }
    END { for (i = 1; i <= n; i++) if (!found[i]) print wanted[i] }' - "$1"
}

@test "notebook.conf has cells for every experiment, and peers where there are any" {
  "$NWAY" run -c configs/notebook.conf --define "python=$work/none" --dry-run >"$work/cells"
  {
    cat <<'CELLS'
^factorial \| list n=499 \| plain \| seq 
^factorial \| list n=499 \| memo bound=128 \| seq 
^call_chain \| csv .* bad=0 \| guard\+timer \| 
^memo_wait \| calls=2x1 wait=50k \| private bound=128 
^sleep_print \| printers=2 lines=3 wait=3000 \| - \| pthread 
^critical_section \| .* \| on \| pthread 
^critical_section \| .* \| off \| pthread 
^overlap \| bases=5 exponent=1M digits=2 wait=35k \| - \| pthread 
^fetch \| fetches=3 pages=3 sentence latency=7000 \| - \| pthread 
^fetch \| fetches=3 pages=3 first=1 summary latency=7000 wait=60k \| - \| coro \| static \| 3 
^power_sum \| ranges=1000\+5000\+4000\+7000 vector \| scalar range \| fork 
^countdown \| items=5M\+3M\+6M\+10M \| - \| pool .* 4 workers
^power_digits \| bases=5\+3 exponent=1M digits=20 \| string \| 
^sleep \| waits=3 wait=100k \| - \| coro \| static \| 3 workers
^overlap \| bases=5\+3 exponent=1M digits=2 wait=40k \| - \| coro 
^handoff \| .* \| futex \| prefork 
^handoff \| .* \| spin \| coro 
^sleep \| waits=1000 wait=10 \| - \| coro \| static \| 1000 workers
^command \| .*overlap\.py --bases 5\+3 .*--exponent 1M .*--how tasks 
CELLS
    for order in none guard.timer timer.guard; do echo "^call_chain \\| csv .* bad=1 \\| $order \\| "; done
    for order in none doc timer guard memo; do echo "^call_chain \\| empty .* bad=0 \\| $order \\| "; done
    for order in memo memo.timer timer.memo; do echo "^call_chain \\| csv .* bad=0 \\| $order \\| "; done
    for by in pipe queue shared; do echo "^messages \\| count=500 bytes=1000 \\| $by \\| prefork "; done
    for grain in 0 100 1000 10k 100k; do echo "^grain \\| grain=$grain .* pool "; done
    for script in factorial call_chain memo_wait sleep_print critical_section overlap fetch power_sum countdown \
      power_digits sleep example decorators creation exchange; do echo "^command \\| .*configs/notebook/$script\\.py "; done
    for form in range array; do echo "^command \\| .*power_sum\\.py .*--form $form .*--how pool "; done
    for order in none guard.timer; do echo "^command \\| .*call_chain\\.py .*--order $order "; done
    for how in seq threads pool process; do echo "^command \\| .*countdown\\.py .*--how $how "; done
    for by in halves decimal; do echo "^command \\| .*power_digits\\.py --by $by --bases 5\\+3 --exponent 1M "; done
  } >"$work/wanted"
  lacking "$work/cells" <"$work/wanted"
  [ -z "$(lacking "$work/cells" <"$work/wanted")" ]
  [ "$(echo '^factorial.*coro' | lacking "$work/cells")" = '^factorial.*coro' ]
}

@test "notebook.conf runs whole where there is no Python: its peers are skipped and say why" {
  full_only "the next test runs its peers, test_experiments its plan"
  run "$NWAY" run -c configs/notebook.conf "${tiny[@]}" "${quick[@]}" --results "$results" --define "python=$work/none"
  [ "$status" = 0 ]
  [ "$(rows -- kernel status | grep -v '^command' | cut -d' ' -f2 | sort -u)" = ok ]
  [ "$(rows -- kernel status | grep '^command' | sort -u)" = "command skipped" ]
  [ "$(rows kernel=command -- problem | sort -u | wc -l)" = "$(grep -c "^kernel = command" configs/notebook.conf)" ]
  [ "$(grep -c "which cannot be run: No such file" "$results/latest/samples.csv")" = "$(rows kernel=command | wc -l)" ]
  # the scale is that of the command line
  [ "$(rows kernel=memo_wait phase=cold -- problem | sort -u)" = "calls=2x1 wait=500" ]
  refute grep -q "rounds_done\": 0" "$results/latest/run.json"
}

@test "notebook.conf's peers answer, the same with one worker and with two, and report the time inside" {
  need_python
  once
  "$NWAY" run -c configs/notebook.conf "${tiny[@]}" --workers 2 --define "python=$python -B" --dry-run >"$work/cells"
  "$python" -B tests/tools/peers_once.py <"$work/cells" >"$work/peers"
  cat "$work/peers"
  [ "$(wc -l <"$work/peers")" = "$(sed -n 's/^command | \(.*notebook.*\) | - | .*/\1/p' "$work/cells" | sort -u | wc -l)" ]
  if "$python" -c 'import numpy' 2>/dev/null; then lacks='pandas.*No module'; else lacks='\(power_sum\|pandas\).*No module'; fi
  [ -z "$(grep -v ': ok, ' "$work/peers" | grep -v "$lacks")" ]
  said() { grep -q -- "notebook/$1.* --print: ok, '$2" "$work/peers"; }
  said factorial.py '2432902008176640000\\n' && said 'factorial.py.*--memo' '2432902008176640000\\nhits=19 misses=20 evictions=0\\n'
  for by in halves decimal; do said "power_digits.py --by $by" '78886090522101180541\\n51537752073201133103\\n'; done
  said 'overlap.py --bases 5+3' 'Daniel\\n78\\n51\\n'
  said 'decorators.py.*before+after' 'print_then_execute: None\\nvoici ce que renvoie la fonction execute_then_print\\n'
  said example.py '<coroutine object exemple>' && said 'example.py --await' 'Nous essayons les coroutines'
}

@test "what runs the peers notices an answer that differs, none, a time that is missing and one that fails" {
  need_python
  once
  mkdir -p "$work/configs/notebook"
  cat >"$work/configs/notebook/planted.py" <<'PY'
import os, sys
if sys.argv[1] == "fails":
    raise IndexError("planted")
if sys.argv[1] != "mute":
    os.write(int(os.environ["NWAY_COUNTERS"]), b"inner_ns=1\n")
if sys.argv[1] not in ("none", "silent"):
    print(sys.argv[2] if sys.argv[1] == "differs" else "same")
PY
  for how in "differs {workers} --print" "none {workers} --print" "mute {workers} --print" "fails {workers} --print" \
    "talks {workers}" "silent {workers}" "fine {workers} --print"; do
    for workers in 1 2; do echo "command | python3 configs/notebook/planted.py $how | - | own | static | $workers workers"; done
  done >"$work/planted"
  driver=$PWD/tests/tools/peers_once.py
  [ "$(cd "$work" && "$python" -B "$driver" <planted | sed 's/^[^:]*: //' | tr '\n' ';')" = "answers differ: ['1\n', '2\n'];no answer;no time of its own;IndexError('planted');prints, though not asked to;ok, '';ok, 'same\n';" ]
}

@test "notebook.conf's peers run as cells" {
  need_python
  once
  run "$NWAY" run -c configs/notebook.conf "${tiny[@]}" "${quick[@]}" --workers 2 --kernel 'lock python' --results "$results" \
    --define "python=$python -B"
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  rows phase=sample variant=own workers=2 -- counters | grep -q inner_ns=
}

@test "all of notebook.conf's peers run as cells" {
  need_python
  once
  full_only "peers_once.py runs each script"
  run "$NWAY" run -c configs/notebook.conf "${tiny[@]}" "${quick[@]}" --workers 2 --kernel python --results "$results" \
    --define "python=$python -B"
  [ "$status" = 0 ]
  [ "$(rows status=ok phase=sample -- problem | sed 's/.*notebook.\([a-z_]*\).py.*/\1/' | sort -u | grep -cv power_sum)" = 14 ]
  if "$python" -c 'import numpy' 2>/dev/null; then
    [ "$(rows -- status problem | grep -v pandas | cut -d' ' -f1 | sort -u)" = ok ]
    [ "$(rows phase=sample "status=ok" -- problem counters | grep -c inner_ns=)" = "$(rows phase=sample status=ok -- problem | wc -l)" ]
  else
    [ "$(rows -- status | sort -u | tr '\n' ' ')" = "ok skipped " ]
    [ "$(rows status=skipped -- problem | grep -cv 'power_sum\|pandas')" = 0 ]
    grep -q "which ended with exit code 1: ModuleNotFoundError" "$results/latest/samples.csv"
  fi
}

# ---- what it takes: requires, definitions ----

requiring() {
  cat >"$work/test.conf" <<CONF
[define]
program = true
[run]
rounds = 1
samples = 1
sample_time = 1us
variants = pthread
workers = 2
[problem counted]
kernel = countdown
items = 2x1k
requires = $1
CONF
}

@test "requires: what is there is measured" {
  requiring "sh -c 'echo noise; echo noise >&2; exit 0'"
  run "$NWAY" run -c "$work/test.conf" --results "$results"
  [ "$status" = 0 ]
  [ "$(rows -- status | sort -u)" = ok ]
  refute grep -q noise <<<"$output"
}

@test "requires: what fails, dies or is missing skips the section's cells and says why" {
  for case in "sh -c 'echo first; echo the last line; exit 7'|ended with exit code 7: the last line" \
    "sh -c 'kill -9 \$\$'|ended with exit code 137" "nosuchprogram x|cannot be run: No such file" "\${program} x|"; do
    requiring "${case%|*}"
    run "$NWAY" run -c "$work/test.conf" --define program=false --results "$results"
    [ "$status" = 3 ]
    [ "$(rows -- status | sort -u)" = skipped ]
    [ "$(rows -- variant | sort -u | tr '\n' ' ')" = "pthread seq " ]
    grep -qF "${case#*|}" "$results/latest/samples.csv"
    [[ $(sed -n '$p' "$results/latest/samples.csv") == *"requires '"* ]]
  done
  # others go on
  requiring false
  printf '[problem other]\nkernel = countdown\nitems = 1k\n' >>"$work/test.conf"
  run "$NWAY" run -c "$work/test.conf" --results "$results"
  [ "$status" = 0 ]
  [ "$(rows "problem=items=2x1000" -- status | sort -u)" = skipped ]
  [ "$(rows "problem=items=1000" -- status | sort -u)" = ok ]
}

@test "requires: what is no command line is refused with its line" {
  requiring "sh -c 'open"
  run "$NWAY" run -c "$work/test.conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"test.conf:12: requires: 'sh -c 'open': a quote is not closed"* ]]
  [ ! -e "$results" ]
}

@test "definitions: names that nobody knows are refused before anything is measured" {
  requiring true
  run "$NWAY" run -c "$work/test.conf" --define progam=x --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"--define: "*"test.conf: unknown definition 'progam'; did you mean 'program'?"* ]]
  run "$NWAY" run -c "$work/test.conf" --define program=true --define program=false --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"--define: 'program' is given twice"* ]]
  run "$NWAY" run -c "$work/test.conf" --define program --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"invalid definition 'program'"* ]]
  requiring '${progam}'
  run "$NWAY" run -c "$work/test.conf" --results "$results"
  [ "$status" = 2 ]
  [[ $output == *"test.conf:12: requires: unknown definition 'progam'"* ]]
  [ ! -e "$results" ]
}

@test "definitions: a run is resumed only with the same ones" {
  requiring true
  run "$NWAY" run -c "$work/test.conf" --define program=true --results "$results"
  [ "$status" = 0 ]
  grep -q '"program=true"' "$results/latest/run.json"
  cmp "$work/test.conf" "$results/latest/config.conf"
  run "$NWAY" run -c "$work/test.conf" --define program=other --results "$results" --resume
  [ "$status" = 2 ]
  [[ $output == *"measured with other options"* ]]
}

@test "choose: the first candidate that passes, never one that fails or is missing; one that is given is kept" {
  requiring '${program}'
  printf '[choose program]\ntry = %s/missing, false , true\ntest = x\n' "$work" >>"$work/test.conf"
  run "$NWAY" run -c "$work/test.conf" --results "$results"
  [ "$status" = 0 ]
  [[ $output == *"program is 'true': its test takes "*"cannot be run: No such file"* ]]
  grep -q "program is 'true'" "$results/latest/run.json"
  run "$NWAY" run -c "$work/test.conf" --define program=false --dry-run
  [[ $output == *"program is 'false'; no candidate passes its test"*"ended with exit code 1"* ]]
  sed -i 's/^test = x/slow = 1ns\n&/' "$work/test.conf"
  run "$NWAY" run -c "$work/test.conf" --dry-run
  [[ $output == *", which is slow: "* ]]
}

@test "choose: sizes that follow the machine stand in run.json, with the values that the run had" {
  requiring true
  sed -i "s/^\\[define\\]/&\\nsize = 1\\nother = 2/" "$work/test.conf"
  printf '[choose size]\ncpus = 1:10, 1024:20\n[choose other]\ncpus = 1024:30\n' >>"$work/test.conf"
  "$NWAY" run -c "$work/test.conf" --define size=7 --results "$results"
  [ "$(jq -c .sizes "$results/latest/run.json")" = '{"size":"7","other":"30"}' ]
}

@test "choose: what is incomplete or unknown is refused with its line" {
  requiring true
  printf '[choose program]\ntry = true\n' >>"$work/test.conf"
  run "$NWAY" run -c "$work/test.conf" --dry-run
  [ "$status" = 2 ]
  [[ $output == *"test.conf:13: [choose program] lacks 'test'; add it"* ]]
  requiring true
  printf '[choose progam]\ntry = true\ntest = x\n' >>"$work/test.conf"
  run "$NWAY" run -c "$work/test.conf" --dry-run
  [ "$status" = 2 ]
  [[ $output == *"test.conf:13: [choose progam]: [define] lacks this name; add it"* ]]
}

@test "--quick: 6 rounds, a budget of a minute and the definitions of [quick], which --define and options override" {
  requiring '${program}'
  printf '[quick]\nprogram = false\n' >>"$work/test.conf"
  run "$NWAY" run -c "$work/test.conf" --quick --dry-run
  [[ $output == *"6 rounds at most, budget 60 s"* ]]
  [[ $output == *"requires 'false'"* ]]
  run "$NWAY" run -c "$work/test.conf" --quick --define program=true --rounds 2 --dry-run
  [[ $output == *"2 rounds at most, budget 60 s"* ]]
  refute grep -q "requires 'false'" <<<"$output"
  printf 'progam = x\n' >>"$work/test.conf"
  run "$NWAY" run -c "$work/test.conf" --quick --dry-run
  [ "$status" = 2 ]
  [[ $output == *"test.conf:15"*"unknown definition 'progam'; did you mean 'program'?"* ]]
}

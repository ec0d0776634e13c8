#!/usr/bin/env bats
# The live trial of tests/peers: its table on files of known counts, and its script without the peers.

load helpers

JUDGE=${NWAY_BUILD:-build}/peers/judge
SPIN=${NWAY_BUILD:-build}/peers/spin

# table ALARMS FOUND: a trial of 400 identical pairs, 40 that are 2 % slower, 12 of parity
table() {
  awk -v alarms="$1" -v found="$2" 'BEGIN {
    print "kind,contender,trial,load,seconds,ratio,p,different,verdict"
    for (i = 1; i <= 400; i++)
      printf "aa,nway,%d,0,1.250,%.4f,%g,%d,same\n", i, i % 2 ? 1.001 : 0.999, i <= alarms ? 0.01 : 0.7, i <= alarms
    printf "aa,nway,401,1,2.500,1.0200,0.001,1,undecided\n"
    for (i = 1; i <= 20; i++)
      printf "aa,hyperfine,%d,0,1.200,1.0170,0.02,%d,\n", i, i <= 10
    for (i = 1; i <= 40; i++)
      printf "slow2,nway,%d,0,1.250,1.0200,0.01,%d,%s\n", i, i <= found, i <= found ? "slower" : "undecided"
    for (i = 1; i <= 12; i++)
      printf "parity,nway,%d,0,0.200,0.9980,,,nway 0.25 ns\n", i
  }' >"$work/trials.csv"
}

@test "the table counts what the file holds, and a sound trial passes" {
  table 14 36
  run "$JUDGE" table "$work/trials.csv"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output == *"A/A         nway ab             400    14    3.5 [ 1.9,   5.8]       -    0.10    0.10    1.25  400 same"* ]]
  [[ $output == *"A/A         hyperfine            20    10   50.0 [27.2,  72.8]       -    1.70    1.70    1.20"* ]]
  [[ $output == *"2 % slower  nway ab              40    36   90.0 [76.3,  97.2]    90.0    0.00    0.00    1.25  36 slower, 4 undecided"* ]]
  [[ $output == *"With the last CPU kept busy"*"A/A         nway ab               1     1  100.0 [ 2.5, 100.0]"* ]]
  [[ $output == *"-0.200 % [-0.200, -0.200], 12 pairs"* ]]
}

@test "of each other kind of cell identical code is counted, together and by itself" {
  table 14 36
  for kind in omp pool fork triad program; do
    for i in $(seq 100); do echo "aa-$kind,nway,$i,0,1.2,1.001,0.5,0,same"; done
  done >>"$work/trials.csv"
  run "$JUDGE" table "$work/trials.csv"
  echo "$output"
  [ "$status" = 0 ]
  [[ $output == *"A/A omp x2  nway ab             100     0"* ]]
  [[ $output == *"pass     so it is of all kinds"*"14 of 900"* ]]
  sed -i '/^aa-fork,nway,[1-9],/s/,0.5,0,/,0.01,1,/; /^aa-fork,nway,1[0-4],/s/,0.5,0,/,0.01,1,/' "$work/trials.csv"
  run "$JUDGE" table "$work/trials.csv"
  echo "$output"
  [ "$status" = 1 ]
  [[ $output == *"FAIL     so it is of all kinds"*"28 of 900"*"proven of A/A fork x2"* ]]
}

@test "60 false alarms of 400 fail, and so does one slowdown in four that was missed" {
  table 60 36
  run "$JUDGE" table "$work/trials.csv"
  [ "$status" = 1 ]
  [[ $output == *"400    60   15.0 [11.6,  18.9]"* && $output == *"FAIL     identical code"*"60 of 400, upper end 18.88 %"* ]]
  table 14 30
  run "$JUDGE" table "$work/trials.csv"
  [ "$status" = 1 ]
  [[ $output == *"pass     identical code"*"FAIL     2 % slower is found"*"30 of 40"* ]]
}

@test "a file that is none is refused with its line, an empty trial decides nothing" {
  printf 'kind,contender,trial,load,seconds,ratio,p,different,verdict\n' >"$work/trials.csv"
  run "$JUDGE" table "$work/trials.csv"
  [ "$status" = 3 ]
  echo 'aa,nway,1,0,1,none,1,0,' >>"$work/trials.csv"
  run "$JUDGE" table "$work/trials.csv"
  [ "$status" = 2 ] && [[ $output == *"trials.csv:2"*none* ]]
  run "$JUDGE" table "$work/nothing.csv"
  [ "$status" = 2 ]
  run "$JUDGE" tabel x
  [ "$status" = 2 ]
}

@test "samples of a peer become its own ratio, p and word" {
  run "$JUDGE" u < <(for i in 0 1 2 3 4 5 6 7 8 9; do echo "A 10$i"; echo "B 20$i"; done)
  [ "$output" = "1.956938,0.0001827,1" ]
  run "$JUDGE" welch < <(printf 'A 1\nA 3\nB 3\nB 5\n')
  [ "$output" = "2.000000,0.2929,0" ]
  for bad in 'A 1\nA 2\nB 3\n' 'A 1\nA 2\nB 3\nB null\n' 'A 1\nA 2\nB 3\nB 0\n' 'A 1\nA 2\nC 3\nB 1\n' ''; do
    run "$JUDGE" welch < <(printf "$bad")
    [ "$status" = 2 ]
  done
}

# What trial.sh needs beside nway is faked or left out: tests do not ask for the peers.
small_trial() {
  sed 's/^rounds.*/rounds = 6/' tests/peers/trial.conf >"$work/trial.conf"
  PAIRS=0 KIND_PAIRS=0 PEER_PAIRS=0 PLANTED=0 LOAD_PAIRS=0 LOAD_PLANTED=0 PARITY=0 TRIES=1 SECONDS_EACH=0.2 CONTENDERS=nway \
    BUILD=${NWAY_BUILD:-build} CONF=$work/trial.conf RESULTS=$results TMPDIR=$work env "$@" sh tests/peers/trial.sh
}

@test "a trial of nway alone: a line a comparison, and the kept file gives the same table again" {
  full_only "judge and its table are tested above"
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  run small_trial PAIRS=3 PLANTED=1 LOAD_PAIRS=1
  echo "$output"
  [ "$status" = 3 ] || [ "$status" = 1 ]
  csv=$(echo "$results"/trials-*.csv)
  [ "$(wc -l <"$csv")" = 8 ]
  [ "$(awk -F, 'NR > 1 { print $1, $2, $4 }' "$csv" | sort | uniq -c | awk '{ print $1 $2 $4 }' | tr '\n' ' ')" = "3aa0 1aa1 1slow10 1slow20 1slow50 " ]
  [ "$(awk -F, 'NR > 1 && $5 > 0 && $6 > 0 && $7 <= 1 && $8 == ($7 <= 0.05)' "$csv" | wc -l)" = 7 ]
  run "$JUDGE" table "$csv"
  [[ "$(cat "${csv%.csv}.txt")" == *"$output"* ]]
  [ -z "$(ls "$work" | grep -v -e '^results$' -e '^trial.conf$')" ]
}

@test "a contender that fails is a line with its reason, and nothing is made again" {
  full_only "judge and its table are tested above"
  mkdir "$work/bin"
  cat >"$work/bin/hyperfine" <<'FAKE'
#!/bin/sh
# A fake: equal times nine times, as calibrating asks for, then a failure.
echo >>"$FAKE_COUNT"
[ "$(wc -l <"$FAKE_COUNT")" -le 9 ] || { echo 'Error: no "luck", today' >&2; exit 7; }
while [ "$1" != --export-json ]; do shift; done
echo '{"results": [{"times": [1, 2, 3]}, {"times": [1, 2, 3]}]}' >"$2"
FAKE
  chmod +x "$work/bin/hyperfine"
  run small_trial CONTENDERS=hyperfine PEER_PAIRS=2 FAKE_COUNT="$work/count" PATH="$work/bin:$PATH"
  echo "$output"
  [ "$status" = 3 ]
  [ "$(cut -d, -f 1-4,6- "$results"/trials-*.csv | tail -n +2)" = "aa,hyperfine,1,0,,,,failed: Error: no luck today
aa,hyperfine,2,0,,,,failed: Error: no luck today" ]
  [[ $output == *"A/A         hyperfine             0  2 FAILED"* ]]
  [ "$(wc -l <"$work/count")" = 11 ]
}

two_trials() { [ "$(cat "$results"/trials-*.csv 2>/dev/null | wc -l)" -ge 3 ]; }

@test "an interrupt keeps what is measured and ends the load" {
  full_only "judge and its table are tested above"
  [ -z "${NWAY_SANITIZED:-}" ] || skip "once is enough"
  small_trial LOAD_PAIRS=900 >"$work/said" 2>&1 &
  until_ok two_trials
  started=$! script=$(pgrep -P $!)
  load=$(pgrep -P "$script" -x spin)
  kill "$script"
  wait "$started" && status=0 || status=$?
  cat "$work/said"
  [ "$status" = 130 ]
  ! kill -0 "$load" 2>/dev/null
  grep -q "Interrupted after [0-9]* of 900" "$work/said"
  grep -q "A/A  *nway ab" "$work/said"
  [ "$(awk -F, 'NR > 1 && NF != 9' "$results"/trials-*.csv | wc -l)" = 0 ]
}

@test "the load ends with what started it, however that ends" {
  full_only "judge and its table are tested above"
  sh -c '"$0" --load 0 $$ & echo $! >"$1"; exec sleep 60' "$SPIN" "$work/pid" &
  starter=$!
  until_ok test -s "$work/pid"
  load=$(cat "$work/pid")
  kill -0 "$load"
  kill -9 "$starter"
  until_ok refute kill -0 "$load"
}

@test "a trial that cannot be made says why and measures nothing" {
  for wrong in PAIRS=many SECONDS_EACH=0 SECONDS_EACH=1x SEED=-1 CONTENDERS=perf; do
    run small_trial "$wrong"
    [ "$status" = 2 ]
    [[ $output == *"trial: "*"${wrong#*=}"* ]]
  done
  run small_trial CONTENDERS=gbench BUILD=/nonexistent
  [ "$status" = 2 ] && [[ $output == *"make deps-peers"* ]]
  [ ! -e "$results" ]
}

# agree COUNT: build/peers/agree on so many synthetic runs
agree() {
  for i in $(seq "$1"); do
    "$(tool synth_run)" "$work/agree$1/20260101-0000$(printf %02d "$i")-a" runs "$i"
  done
  run "${NWAY_BUILD:-build}/peers/agree" "$work/agree$1"
  echo "$output"
}

@test "agree holds each run out among any number of others, and tells each run's share" {
  for count in 7 40; do
    mkdir "$work/agree$count"
    agree "$count"
    [ "$status" = 0 ]
    [[ $output == "$count runs;"* ]]
    [ "$(grep -c '^ *[0-9]*  .*[0-9] of 5 .*[0-9] of 6' <<<"$output")" = "$count" ]
    grep -q "^over half of the cells .* of $count .* of $count .* of $((count - 6)) .* of $((count - 6)) *runs" <<<"$output"
  done
}

@test "agree: a run that is off is told by its own line; under 7 runs none is held out" {
  mkdir "$work/agree8" "$work/agree4"
  "$(tool synth_run)" "$work/agree8/20260102-000000-off" runs 99 3
  agree 8
  [ "$status" = 0 ]
  grep -q "^  9 .* 0.0 of 6 " <<<"$output" # three times as slow: no time is held
  agree 4
  [ "$status" = 0 ]
  [[ $output == *"Fewer than 7 runs: none can be held out."* ]]
}

#!/bin/sh
# The live trial: nway, Google Benchmark and hyperfine compare the same kernel with itself and with slower copies.
#
# Every comparison is a line of results/trials-DATE.csv, written when it ends; nothing is made again. An interrupt ends
# the trial and keeps what is there. docs/trials.md says why it is made like this. Variables:
#   PAIRS         comparisons of identical code by nway (400)
#   KIND_PAIRS    the same by nway of each other kind of cell: 2 workers of omp, pool and fork, triad, a program (100)
#   PEER_PAIRS    the same by each peer (60)
#   PLANTED       comparisons with each planted slowdown, by each (40)
#   LOAD_PAIRS    comparisons of identical code with a busy neighbour, by nway; a peer has PEER_PAIRS at most (100)
#   LOAD_PLANTED  with a busy neighbour, 2 % slower, by each (40)
#   PARITY        pairs of times of an iteration, nway and Google Benchmark (30)
#   SECONDS_EACH  time of a comparison, the same for all (1.2)
#   TRIES         how often to calibrate until a comparison is within 10 % of it (3)
#   SEED          of the order (1)
#   CONTENDERS    nway gbench gbench-interleaved hyperfine
#   RESULTS       where the CSV goes (results)
#   CONF          a comparison of nway (tests/peers/trial.conf)
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
: "${PAIRS:=400}" "${KIND_PAIRS:=100}" "${PEER_PAIRS:=60}" "${PLANTED:=40}" "${LOAD_PAIRS:=100}" "${LOAD_PLANTED:=40}" "${PARITY:=30}"
: "${SECONDS_EACH:=1.2}" "${TRIES:=3}" "${SEED:=1}" "${CONTENDERS:=nway gbench gbench-interleaved hyperfine}"
: "${RESULTS:=results}" "${CONF:=tests/peers/trial.conf}" "${BUILD:=build}" "${CC:=cc}"
SIZE=1000000       # iterations of a countdown of Google Benchmark, and of parity
REPETITIONS=10     # of Google Benchmark
RUNS=30            # of hyperfine
WORTH=1%           # what nway's words hold to be worth attention
BETWEEN=40         # ms between two comparisons: what trial.sh itself does
KINDS="aa-omp aa-pool aa-fork aa-triad aa-program"

name=$RESULTS/trials-$(date -u +%Y%m%d-%H%M%S)
csv=$name.csv log=$name.txt
child= load= stopped=

say() { printf '%s\n' "$*" | tee -a "$log"; }

fail() {
  echo "trial: $*" >&2
  exit 2
}

# ---- processes ----

end_load() {
  [ -z "$load" ] || kill "$load" 2>/dev/null
  [ -z "$load" ] || wait "$load" 2>/dev/null
  load=
}

stop() {
  stopped=1
  [ -z "$child" ] || kill "$child" 2>/dev/null
}

# run COMMAND...: its output in $work/out and err, its wall time in $took (ms). In the background, because a shell
# hears of a signal only while it waits.
run() {
  started=$(date +%s%N)
  "$@" >"$work/out" 2>"$work/err" &
  child=$!
  while :; do
    wait "$child"
    status=$?
    kill -0 "$child" 2>/dev/null || break
  done
  child=
  took=$((($(date +%s%N) - started) / 1000000))
  return "$status"
}

# ---- contenders: each makes one comparison and leaves "ratio,p,different,verdict" in $work/result ----

# The configuration of a kind of cell, from that of a comparison. $1: kind, $2: knob
conf_of() {
  case $1 in
  aa-omp | aa-pool | aa-fork)
    sed "s/^items.*/items = 2x$2/; s/^workers.*/workers = 2/; s/^variants.*/variants = ${1#aa-}/" "$CONF" ;;
  aa-triad) sed "/^\[problem/,\$d" "$CONF" && printf '[problem triad]\nkernel = triad\nn = %s\n' "$2" ;;
  aa-program) sed "/^\[problem/,\$d; /^variants/d" "$CONF" ;;
  *) sed "s/^items.*/items = $2/" "$CONF" ;;
  esac
}

# What is held against itself, or against a slower copy. $1: kind, $2: knob, $3: per mille planted
old_and_new() {
  case $1 in
  aa-triad) old=$work/A00/triad.so new=$work/B00/triad.so ;;
  aa-program) old="$work/spin $2" new="$work/spin $2" ;;
  *) old=$work/A00/countdown.so new=$work/B$3/countdown.so ;;
  esac
}

# The variant whose pair counts, where a kind has one.
variant_of() { case $1 in aa-omp | aa-pool | aa-fork) echo "${1#aa-}" ;; esac; }

# nway's own word and its own p. $1: knob, $2: per mille planted, $3: seed, $4: kind
compare_nway() {
  conf_of "$4" "$1" >"$work/trial.conf"
  old_and_new "$4" "$1" "$2"
  run "$BUILD/nway" ab "$old" "$new" --csv --worth "$WORTH" --seed "$3" -c "$work/trial.conf" --results "$work/run"
  code=$?
  rm -rf "$work/run"
  [ "$code" = 0 ] || [ "$code" = 1 ] || [ "$code" = 3 ] || return 1 # 3: its size is undecided, or doubted
  awk -F, -v variant="$(variant_of "$4")" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR > 1 && $at["p"] != "" && (variant == "" || $at["variant"] == variant) && !ok {
      printf "%s,%s,%d,%s\n", $at["ratio"], $at["p"], $at["p"] <= 0.05, $at["verdict"]
      ok = 1
    }
    END { exit !ok }' "$work/out" >"$work/result"
}

# As compare.py benchmarks or filters: a U test on the repetitions. $1: least time in us, $2: per mille, $4: interleaved
compare_repetitions() {
  run "$BUILD/peers/gbench_countdown" --benchmark_min_time="$(seconds_of "$1")" --benchmark_repetitions=$REPETITIONS \
    --benchmark_enable_random_interleaving="$4" --benchmark_format=json $SIZE "$(per_mille "$2")" || return 1
  jq -r '.benchmarks[] | select(.run_type == "iteration") | "\(.run_name) \(.real_time)"' "$work/out" |
    "$BUILD/peers/judge" u >"$work/answer" 2>>"$work/err" && with_word
}
compare_gbench() { compare_repetitions "$1" "$2" "$3" false; }
compare_gbench_interleaved() { compare_repetitions "$1" "$2" "$3" true; }

# As scripts/welch_ttest.py. $1: iterations of a run, $2: per mille
compare_hyperfine() {
  run hyperfine -N --style none --runs $RUNS --export-json "$work/times.json" \
    "$work/spin $1" "$work/spin $(($1 + $1 * $(per_mille "$2") / 1000))" || return 1
  jq -r '.results as [$a, $b] | ($a.times[] | "A \(.)"), ($b.times[] | "B \(.)")' "$work/times.json" |
    "$BUILD/peers/judge" welch >"$work/answer" 2>>"$work/err" && with_word
}

# The peers' scripts say only this.
with_word() { awk -F, '{ print $0 "," ($3 ? "different" : "") }' "$work/answer" >"$work/result"; }

# 00, 10, 20, 50 as a number without a leading 0
per_mille() { echo "${1#0}"; }
seconds_of() { awk -v us="$1" 'BEGIN { printf "%.6f\n", us / 1e6 }'; }

compare() { # CONTENDER KNOB PLANTED SEED [KIND]
  rm -f "$work/result" "$work/answer" "$work/times.json"
  "compare_$(echo "$1" | tr - _)" "$2" "$3" "$4" "${5:-aa}"
}

# Time of an iteration: 5 samples of 100 countdowns by nway, 5 repetitions of the same time by Google Benchmark.
parity_nway() {
  run "$BUILD/nway" cell measure --kernel "$work/A00/countdown.so" --variant "$BUILD/variants/seq.so" \
    --set items=$SIZE --iterations 100 --samples 5 || return 1
  grep 'phase=sample.*status=ok' "$work/out" | sed 's/.*wall_ns=\([0-9]*\).*/\1/' |
    sort -n | awk -v n=$SIZE '{ ns[NR] = $1 / 100 / n } END { if (NR != 5) exit 1; print ns[3] }' >"$work/nway_ns"
}
parity_gbench() {
  run "$BUILD/peers/gbench_countdown" --benchmark_filter='^A$' --benchmark_min_time=0.025 --benchmark_repetitions=5 \
    --benchmark_format=json $SIZE 0 || return 1
  jq -e ".benchmarks[] | select(.aggregate_name == \"median\") | .real_time / $SIZE" "$work/out" >"$work/gbench_ns"
}
compare_parity() { # COIN
  if [ "$1" = 0 ]; then set -- parity_nway parity_gbench; else set -- parity_gbench parity_nway; fi
  $1 || return 1
  before=$took
  $2 || return 1
  took=$((before + took))
  paste "$work/nway_ns" "$work/gbench_ns" |
    awk '{ printf "%.6f,,,nway %.5f ns Google Benchmark %.5f ns\n", $2 / $1, $1, $2 }' >"$work/result"
}

# ---- preparing ----

# A countdown that does $1 per mille more; the answer stays right.
build_copy() {
  mkdir "$work/B$1"
  sed "s|last\[i\] = count_down(items\[i\]);|last[i] = count_down(items[i] + items[i] * $(per_mille "$1") / 1000);|" \
    kernels/countdown.c >"$work/slow.c"
  ! cmp -s "$work/slow.c" kernels/countdown.c || fail "kernels/countdown.c has changed: the slowdown cannot be planted"
  $CC -O2 -g -fPIC -fvisibility=hidden -shared -I kernels "$work/slow.c" -o "$work/B$1/countdown.so" ||
    fail "cannot build a slower countdown"
}

prepare() {
  for c in $CONTENDERS; do
    case $c in
    nway) ;;
    gbench | gbench-interleaved) [ -x "$BUILD/peers/gbench_countdown" ] || fail "no Google Benchmark: make deps-peers" ;;
    hyperfine) command -v hyperfine >/dev/null || fail "no hyperfine: make deps-peers" ;;
    *) fail "CONTENDERS: '$c' is none of nway gbench gbench-interleaved hyperfine" ;;
    esac
  done
  for value in "$PAIRS" "$KIND_PAIRS" "$PEER_PAIRS" "$PLANTED" "$LOAD_PAIRS" "$LOAD_PLANTED" "$PARITY" "$TRIES" "$SEED"; do
    case $value in '' | *[!0-9]* | ??????*) fail "'$value' is not a count (0 to 99999)" ;; esac
  done
  target=$(awk -v s="$SECONDS_EACH" \
    'BEGIN { if (s ~ /^[0-9]*\.?[0-9]+$/ && s >= 0.1 && s <= 600) print int(s * 1000) }')
  [ -n "$target" ] || fail "SECONDS_EACH: '$SECONDS_EACH' is not 0.1 to 600 seconds"
  [ ! -e "$csv" ] || fail "$csv is there: one trial at a time"
  work=$(mktemp -d) || exit 2
  trap 'end_load; rm -rf "$work"' EXIT
  trap stop INT TERM HUP
  mkdir -p "$RESULTS" "$work/A00" "$work/B00" || exit 2
  for kernel in countdown triad; do
    cp "$BUILD/kernels/$kernel.so" "$work/A00" && cp "$BUILD/kernels/$kernel.so" "$work/B00" ||
      fail "build first: make bench-harness"
  done
  cp "$BUILD/peers/spin" "$work" || fail "build first: make bench-harness"
  for planted in 10 20 50; do build_copy $planted; done
}

# wall CONTENDER KNOB [KIND]: $took of a comparison of identical code
wall() {
  compare "$1" "$2" 00 "$SEED" "$3" || [ -n "$stopped" ] || fail "$1: $(reason)"
  [ -z "$stopped" ] || exit 130
}

# The same, $took the middle one of three.
middle_wall() {
  wall "$@"
  first=$took
  wall "$@"
  second=$took
  wall "$@"
  took=$(printf '%s\n' "$first" "$second" "$took" | sort -n | sed -n 2p)
}

# calibrate CONTENDER LOW [KIND]: the $knob with which a comparison takes about $target ms, and what it $took then. Time is a
# line in the knob, which two points fix; a machine that is not quiet may bend it, then once more.
calibrate() {
  tries=$TRIES
  while :; do
    middle_wall "$1" "$2" "$3"
    at_low=$took
    middle_wall "$1" $((2 * $2)) "$3"
    knob=$(($2 + $2 * (target - at_low) / (took > at_low ? took - at_low : 1)))
    [ "$knob" -ge $(($2 / 4)) ] || knob=$(($2 / 4))
    [ "$knob" -le $(($2 * 4)) ] || knob=$(($2 * 4))
    middle_wall "$1" "$knob" "$3"
    [ $((10 * took)) -lt $((9 * target)) ] || [ $((10 * took)) -gt $((11 * target)) ] || return 0
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || break
  done
  say "WARNING: $1${3:+ ($3)} takes $took ms where $target were wanted: is the machine quiet?"
}

# nway first: what it takes is what the peers get.
calibrate_all() {
  case " $CONTENDERS " in
  *" nway "*)
    calibrate nway $((9000 * target))
    knob_nway=$knob target=$took
    say "nway: $(sed -n 's/^rounds = //p' "$CONF") rounds of 2 processes, 3 samples of $knob iterations: $took ms"
    [ "$KIND_PAIRS" = 0 ] || for kind in $KINDS; do
      calibrate nway "$(low_of "$kind")" "$kind"
      eval "knob_$(echo "$kind" | tr - _)=\$knob"
      say "nway, $kind: $took ms with $knob"
    done
    ;;
  esac
  for c in $CONTENDERS; do
    case $c in
    gbench*)
      calibrate "$c" $((22 * target))
      say "$c: $REPETITIONS repetitions of at least $knob us: $took ms"
      ;;
    hyperfine)
      calibrate hyperfine $((35000 * target))
      say "hyperfine: $RUNS runs of $knob iterations: $took ms"
      ;;
    esac
    case $c in
    gbench) knob_gbench=$knob ;;
    gbench-interleaved) knob_interleaved=$knob ;;
    hyperfine) knob_hyperfine=$knob ;;
    esac
  done
}

# Where the calibration of a kind begins: iterations of a worker, or elements of an array.
low_of() { case $1 in aa-triad) echo 300000 ;; *) echo $((3000 * target)) ;; esac; }

knob_of() { # CONTENDER KIND
  case $1 in
  nway) case " $KINDS " in *" $2 "*) eval "echo \$knob_$(echo "$2" | tr - _)" ;; *) echo "$knob_nway" ;; esac ;;
  gbench) echo "$knob_gbench" ;;
  gbench-interleaved) echo "$knob_interleaved" ;;
  hyperfine) echo "$knob_hyperfine" ;;
  esac
}

# ---- the plan ----

# Lines of "load place kind contender trial coin", in order. The n trials of each kind and contender are spread over
# the whole time: each has a random place in its own n-th of it, so all meet the same machine.
plan() {
  both=0
  case " $CONTENDERS " in *" nway "*gbench* | *gbench*" nway "*) both=$PARITY ;; esac
  awk -v seed="$SEED" -v contenders="$CONTENDERS" -v pairs="$PAIRS" -v peers="$PEER_PAIRS" -v planted="$PLANTED" -v kinds="$KINDS" -v kind_pairs="$KIND_PAIRS" \
    -v loaded="$LOAD_PAIRS" -v loaded_planted="$LOAD_PLANTED" -v parity="$both" '
    function add(load, kind, contender, n, i) {
      for (i = 1; i <= n; i++)
        printf "%d %.9f %s %s %d %d\n", load, (i - 1 + rand()) / n, kind, contender, i, rand() < 0.5
    }
    BEGIN {
      srand(seed)
      count = split(contenders, names, " ")
      kind_count = split(kinds, kind_names, " ")
      for (c = 1; c <= count; c++) {
        nway = names[c] == "nway"
        add(0, "aa", names[c], nway ? pairs : peers)
        add(0, "slow1", names[c], planted)
        add(0, "slow2", names[c], planted)
        add(0, "slow5", names[c], planted)
        for (k = 1; nway && k <= kind_count; k++)
          add(0, kind_names[k], names[c], kind_pairs)
        add(1, "aa", names[c], nway || loaded < peers ? loaded : peers)
        add(1, "slow2", names[c], loaded_planted)
      }
      add(0, "parity", "nway", parity)
    }' | sort -k1,1n -k2,2n
}

planted_by() {
  case $1 in aa*) echo 00 ;; slow1) echo 10 ;; slow2) echo 20 ;; slow5) echo 50 ;; esac
}

# ---- measuring ----

reason() { tail -n 1 "$work/err" | tr -d '",\r' | tr -c '[:print:]\n' '?' | cut -c 1-200; }

# One line of the CSV.
trial() { # LOAD KIND CONTENDER TRIAL COIN SEED
  if [ "$2" = parity ]; then
    compare_parity "$5"
  else
    compare "$3" "$(knob_of "$3" "$2")" "$(planted_by "$2")" "$6" "$2"
  fi
  made=$?
  [ -z "$stopped" ] || return 0
  result=$(cat "$work/result" 2>/dev/null)
  [ "$made" = 0 ] && [ -n "$result" ] || result=",,,failed: $(reason)"
  rm -f "$work/result"
  printf '%s,%s,%d,%d,%d.%03d,%s\n' "$2" "$3" "$4" "$1" $((took / 1000)) $((took % 1000)) "$result" >>"$csv"
}

last_cpu() { sed -n 's/^Cpus_allowed_list:[^0-9]*\(.*[-,]\)*\([0-9]*\)$/\2/p' /proc/self/status; }

measure() {
  echo kind,contender,trial,load,seconds,ratio,p,different,verdict >"$csv"
  n=0
  while read -r want _ kind contender i coin <&3; do
    n=$((n + 1))
    if [ "$want" = 1 ] && [ -z "$load" ]; then
      "$work/spin" --load "$(last_cpu)" $$ &
      load=$!
    fi
    trial "$want" "$kind" "$contender" "$i" "$coin" $((SEED * 100000 + n))
    [ -z "$stopped" ] || break
    [ ! -t 2 ] || printf '\r%d of %d' "$n" "$planned" >&2
  done 3<"$work/plan"
  [ ! -t 2 ] || printf '\r\033[K' >&2
  end_load
}

prepare
say "Live trial of $("$BUILD/nway" version), seed $SEED, on $(uname -m), $(nproc) CPUs, Linux $(uname -r)," \
  "load $(cut -d' ' -f1 /proc/loadavg)"
say "  $(dpkg-query -W -f '${Package} ${Version}, ' libbenchmark-dev hyperfine 2>/dev/null)results in $csv"
calibrate_all
plan >"$work/plan"
planned=$(wc -l <"$work/plan")
comparisons=$(grep -vc ' parity ' "$work/plan")
minutes=$((((target + BETWEEN) * comparisons + 400 * (planned - comparisons)) / 60000 + 1))
say "$comparisons comparisons and $((planned - comparisons)) pairs of iteration times, about $minutes minutes"
measure
[ -z "$stopped" ] || say "Interrupted after $(($(wc -l <"$csv") - 1)) of $planned."
say ""
"$BUILD/peers/judge" table "$csv" >"$work/table" 2>&1
verdict=$?
tee -a "$log" <"$work/table"
[ -z "$stopped" ] || exit 130
exit "$verdict"

#!/bin/sh
# Ten runs of one configuration in turn: how often a cell's interval covers another run's figure.
#
# sh tests/peers/runs.sh, after make build/peers/agree. Prints shares beside those expected if runs differed by their rounds alone. Variables:
#   RUNS     how many (10)
#   RUN_CONF the configuration (configs/quick.conf)
#   RESULTS  the runs lie in RESULTS/runs-DATE and stay there (results)
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
: "${RUNS:=10}" "${RUN_CONF:=configs/quick.conf}" "${RESULTS:=results}" "${BUILD:=build}"
folder=$RESULTS/runs-$(date -u +%Y%m%d-%H%M%S)
mkdir -p "$folder" || exit 2
for i in $(seq "$RUNS"); do
  echo "run $i of $RUNS" >&2
  "$BUILD/nway" run -c "$RUN_CONF" --seed "$i" --results "$folder" >"$folder/run$i.txt" 2>&1
  code=$?
  # 1 and 3: measured, with a wrong answer or undecided
  [ "$code" = 0 ] || [ "$code" = 1 ] || [ "$code" = 3 ] || {
    echo "runs: run $i failed ($code): $folder/run$i.txt" >&2
    exit 1
  }
  sleep 1 # run folders are named by the second
done
"$BUILD/peers/agree" "$folder" | tee "$folder/agree.txt"

#!/bin/sh
# Fuzzes each target of tests/fuzz/targets.c for so many seconds, from its kept corpus: fuzz.sh SECONDS [TARGET...].
# New inputs stay in $BUILD/fuzz/corpus; a crash ends with its input in $BUILD/fuzz and is to be kept in the corpus.
seconds=$1
shift
BUILD=${BUILD:-build}
# shellcheck disable=SC2046 # names without blanks
[ $# -gt 0 ] || set -- $(sed -n 's/.*{"\([a-z_]*\)", fuzz_.*/\1/p' tests/fuzz/targets.c)
failed=0
for target in "$@"; do
  mkdir -p "$BUILD/fuzz/corpus/$target"
  FUZZ_TARGET=$target "$BUILD/fuzz/fuzz" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2000 -max_len=20000 \
    -close_fd_mask=1 -print_final_stats=1 -artifact_prefix="$BUILD/fuzz/$target-" \
    "$BUILD/fuzz/corpus/$target" "tests/fuzz/corpus/$target" >"$BUILD/fuzz/$target.log" 2>&1
  status=$?
  echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$BUILD/fuzz/$target.log") inputs, exit $status"
  [ "$status" = 0 ] || { failed=1; tail -40 "$BUILD/fuzz/$target.log"; }
done
exit "$failed"

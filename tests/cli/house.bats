#!/usr/bin/env bats
# No kernel or variant is known by name outside its own file (tests/tools/names.sh): the catalog tells what it is.

load helpers

# The names as the built modules give them.
names() { { "$NWAY" list kernels && "$NWAY" list variants; } | sed -n 's/^\([a-z_0-9]\{2,\}\) .*/\1/p' | sort -u >"$work/names"; }

plant() {
  [ -d "$work/harness" ] || cp -r harness reports "$work"
  printf '%s\n' "$2" >>"$work/$1"
}

@test "no kernel and no variant is known by name outside its own file" {
  names
  [ "$(wc -l <"$work/names")" -ge 20 ]
  run sh tests/tools/names.sh "$work/names"
  echo "$output"
  [ "$status" = 0 ] && [ -z "$output" ]
}

@test "a planted name is found: in a text, as an identifier, as a plain word" {
  names
  plant harness/plan/order.c 'static const char *const planted = "pthread";'
  plant reports/stats/metg.c 'static int is_sleep, factorial;'
  printf '%s\n' 'static int variant_pool; /* pthread in a comment is no matter */' >>"$work/reports/words/show.c"
  run sh tests/tools/names.sh "$work/names" "$work"
  echo "$output"
  [ "$status" = 1 ]
  [[ $output == *"harness/plan/order.c:"*": pthread"* && $output == *"reports/stats/metg.c:"*": sleep"* ]]
  [[ $output == *"reports/stats/metg.c:"*": factorial"* && $output == *"reports/words/show.c:"*": pool"* ]]
  [ "${#lines[@]}" = 4 ]
}

@test "an exception that excepts nothing is found" {
  names
  grep -vx omp "$work/names" >"$work/fewer"
  run sh tests/tools/names.sh "$work/fewer"
  [ "$status" = 1 ]
  [[ $output == *"names_allowed.txt: harness/base/expect.c omp allows nothing"* ]]
}

@test "make CFLAGS=... drops no flag that is needed: standard, warnings, hardening, and those of kernels" {
  for target in build/harness/base/text.o build/reports/data/table.o; do
    run make -n -B V=1 "$target" CFLAGS=-O1
    [ "$status" = 0 ]
    for flag in -O1 -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -D_FORTIFY_SOURCE=2 -fstack-protector-strong; do
      grep -q -- " $flag " <<<"$output" || { echo "$target: $flag"; return 1; }
    done
    refute grep -q -- ' -O2 ' <<<"$output"
  done
  run make -n -B V=1 build/kernels/lib/$(basename -s .c "$(ls kernels/lib/*.c | head -1)").o CFLAGS=-O1
  grep -q -- ' -O2 -g -std=c11 ' <<<"$output" # a kernel's times do not hang on what users set for nway
  refute grep -q -- ' -O1 ' <<<"$output"
}

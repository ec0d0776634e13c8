#!/bin/sh
# Tells how many mutants of the given files their unit tests kill: mutation.sh COUNT SEED FILE=TEST[,TEST...]...
# A mutant is compiled and linked into each test of its file; it is killed if one of them fails or does not end in time.
# Exits with 1 if under 80 % are killed. A mutant that does not compile, or whose object is that of the file itself, does
# not count. BUILD is built already; CC as in the Makefile.
count=$1 seed=$2
shift 2
BUILD=${BUILD:-build}
# Tests of mutants may leave files behind or write where they should not: a /tmp of their own, where that is possible.
if [ -z "${MUTATION_APART:-}" ] && unshare -m true 2>/dev/null; then
  MUTATION_APART=1 exec unshare -m sh -c 'mount -t tmpfs -o size=512m none /tmp && exec sh "$@"' sh "$0" "$count" "$seed" "$@"
fi
# Sanitizers see mutants that leak, overflow or read what was freed.
export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1:intercept_tls_get_addr=0
at=$BUILD/mutation
rm -rf "$at"
mkdir -p "$at"
flags="-std=c11 -D_GNU_SOURCE -O1 -w -fsanitize=address,undefined -fno-sanitize-recover=all -Iharness -Ireports -Ikernels -Iharness/variants -Itests"
libs="$BUILD/libreports.a $BUILD/libharness.a $BUILD/libkernels.a -lcmocka -lgmp -linih -ljansson -lhwloc -lpcre2-8 -lpthread -ldl -lm -lz -lmd -lgsl -lgslcblas"
wrapped=-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup

# link NAME OBJECT: that test with the object in place of the library's
link() {
  [ -e "$at/$1.o" ] || ${CC:-cc} $flags -c -o "$at/$1.o" tests/unit/*/"$1.c" || exit 2
  case $1 in test_memory) wrap=$wrapped ;; *) wrap= ;; esac
  ${CC:-cc} -fsanitize=address,undefined -rdynamic $wrap -o "$at/$1" "$at/$1.o" $2 $libs
}

passes() { (ulimit -f 10000000; exec timeout -k 1 20 nice "$at/$1" >/dev/null 2>&1); }

for pair in "$@"; do
  files="$files ${pair%%=*}"
  for name in $(echo "${pair#*=}" | tr , ' '); do
    [ -e "$at/$name" ] && continue
    link "$name" "" && passes "$name" || { echo "$name fails without a mutant"; exit 2; }
  done
done

tried=0 killed=0
"$BUILD/tools/mutate" sites "$seed" $files >"$at/sites"
while [ "$tried" -lt "$count" ] && read -r file site line kind; do
  "$BUILD/tools/mutate" make "$file" "$site" >"$at/mutant.c" || exit 2
  # from the file's own folder, for its includes
  ${CC:-cc} $flags -iquote "$(dirname "$file")" -c -o "$at/mutant.o" "$at/mutant.c" 2>/dev/null || continue
  ${CC:-cc} $flags -iquote "$(dirname "$file")" -S -o "$at/mutant.s" "$at/mutant.c" 2>/dev/null
  grep -v '^\s*\.file' "$at/mutant.s" >"$at/mutant.asm"
  own=$at/$(echo "$file" | tr / _).asm
  [ -e "$own" ] || ${CC:-cc} $flags -S -o - "$file" | grep -v '^\s*\.file' >"$own"
  cmp -s "$own" "$at/mutant.asm" && continue
  tried=$((tried + 1)) alive=1
  for pair in "$@"; do
    [ "${pair%%=*}" = "$file" ] || continue
    for name in $(echo "${pair#*=}" | tr , ' '); do
      link "$name" "$at/mutant.o" 2>/dev/null && passes "$name" || { alive=0; break; }
    done
  done
  [ "$alive" = 0 ] && killed=$((killed + 1)) || echo "survived: $file:$line: $kind (mutate make $file $site)"
done <"$at/sites"
rm -rf "$at"
echo "$killed of $tried mutants killed"
[ "$tried" -gt 0 ] && [ $((killed * 100)) -ge $((tried * 80)) ]

#!/bin/sh
# Asks clang-tidy (.clang-tidy), cppcheck, gcc's -fanalyzer and shellcheck for bugs, by default in all files:
# lint.sh [FILE.c...]. Exits with 1 if any of them finds one.
[ $# -gt 0 ] || set -- harness/*.c harness/*/*.c reports/*.c reports/*/*.c kernels/*.c kernels/lib/*.c
flags='-std=c11 -D_GNU_SOURCE -Iharness -Ireports -Ikernels -DNWAY_VERSION="lint" -DNWAY_FLAGS="" -DSORT_SHA256=""'
failed=0

# found NAME COMMAND...: one line if it finds nothing, else what it found
found() {
  name=$1
  shift
  command -v "$1" >/dev/null || { echo "$name: not installed; see: make deps-full"; failed=1; return; }
  if said=$("$@" 2>&1); then echo "$name: clean"; else echo "$name:" && echo "$said" && failed=1; fi
}

# analyzed FILE...: gcc's analyzer, file by file. Two of its warnings are off: gcc 12 loses sight of what a growing list
# owns, so that it calls texts in it leaked and the list NULL; LeakSanitizer and failing allocations look at these.
analyzed() {
  worst=0
  for file in "$@"; do
    eval gcc "$flags" -O1 -fopenmp -fanalyzer -Wno-analyzer-malloc-leak \
      -Wno-analyzer-null-dereference -Werror -c -o /dev/null "$file" || worst=1
  done
  return $worst
}

# tidied FILE...: clang-tidy
tidied() { eval clang-tidy --quiet "$(printf "'%s' " "$@")" -- "$flags" -fopenmp; }

found shellcheck shellcheck -S warning -e SC1007 po/*.sh harness/*.sh tests/*.sh tests/*/*.sh .ci/run
found cppcheck cppcheck -q --enable=warning,portability --std=c11 --inline-suppr --error-exitcode=1 \
  --suppressions-list=tests/tools/cppcheck.txt -Iharness -Ireports -Ikernels '-DNWAY_VERSION="lint"' "$@"
command -v clang-tidy >/dev/null && found clang-tidy tidied "$@"
found "gcc -fanalyzer" analyzed "$@"
exit "$failed"

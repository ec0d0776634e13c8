#!/bin/sh
# Asks shellcheck, cppcheck, clang-tidy (.clang-tidy) and gcc's -fanalyzer for bugs, by default in all files:
# lint.sh [FILE.c...]. Looks at JOBS (2) files at a time. Prints a line for each tool; exits with 1 if one finds a bug.
# It calls itself with --tidy FILE and --analyze FILE.

# flagged COMMAND...: with what the sources need to compile
flagged() {
  "$@" -std=c11 -D_GNU_SOURCE -Iharness -Ireports -Ikernels -fopenmp '-DNWAY_VERSION="lint"' '-DNWAY_FLAGS=""' \
    '-DSORT_SHA256=""'
}

# quiet COMMAND...: what it says, in one piece, if it fails
quiet() { said=$("$@" 2>&1) || { printf '%s\n' "$said"; exit 1; }; }

case $1 in
# NODES bounds the paths that clang's analyzer follows in a function: a third of its usual ones takes half of the time and
# finds the same here.
--tidy)
  quiet flagged clang-tidy --quiet --extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang \
    --extra-arg=max-nodes="${NODES:-75000}" "$2" --
  exit ;;
# Two warnings are off: gcc 12 loses sight of what a growing list owns, so that it calls texts in it leaked and the list
# NULL; LeakSanitizer and failing allocations look at these.
--analyze)
  quiet flagged gcc -O1 -fanalyzer -Wno-analyzer-malloc-leak -Wno-analyzer-null-dereference -Werror -c -o /dev/null "$2"
  exit ;;
esac

[ $# -gt 0 ] || set -- harness/*.c harness/*/*.c reports/*.c reports/*/*.c kernels/*.c kernels/lib/*.c
failed=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# found TOOL COMMAND...: one line if it finds nothing, else what it found
found() {
  tool=$1
  shift
  command -v "$tool" >/dev/null || { echo "$tool: not installed; see: make deps-full"; failed=1; return; }
  began=$(date +%s)
  if "$@" >"$said" 2>&1; then
    echo "$tool: clean, in $(($(date +%s) - began)) s"
  else
    echo "$tool:" && cat "$said" && failed=1
  fi
}

# each OPTION FILE...: this program with the option and each file
each() {
  option=$1
  shift
  printf '%s\0' "$@" | xargs -0 -P "${JOBS:-2}" -n 1 sh "$0" "$option"
}

echo "lint: $# C files, shell scripts"
found shellcheck shellcheck -S warning -e SC1007 po/*.sh harness/*.sh tests/*.sh tests/*/*.sh .ci/run
found cppcheck cppcheck -q -j "${JOBS:-2}" --enable=warning,portability --std=c11 --inline-suppr --error-exitcode=1 \
  --suppressions-list=tests/tools/cppcheck.txt -Iharness -Ireports -Ikernels '-DNWAY_VERSION="lint"' "$@"
found gcc each --analyze "$@"
found clang-tidy each --tidy "$@"
exit "$failed"

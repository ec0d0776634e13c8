#!/usr/bin/env bats
# Every command of docs/guides runs as it stands there, from an empty folder.

load helpers

# A folder with what the guides speak of, and an nway that measures as little as can be: its options come first, so
# those of a guide override them.
visit() {
  bin=$(realpath "${NWAY%/nway}") here=$PWD
  mkdir "$work/bin" "$work/at"
  cat >"$work/bin/nway" <<SH
#!/bin/sh
[ "\$1" = run ] || exec "$bin/nway" "\$@"
shift
exec "$bin/nway" run --rounds 1 --max-rounds 1 --samples 1 --min-time 1ms --time-budget 3s --workers 1,2 "\$@"
SH
  printf '#!/bin/sh\nsort -n "$1"\n' >"$work/at/solver"
  chmod +x "$work/bin/nway" "$work/at/solver"
  seq 2000 | tee "$work/at/FILE" >"$work/at/input.dat"
  export PATH=$work/bin:$PATH
  cd "$work/at" || return 1
}

# commands GUIDE: its indented lines, those that end in a backslash joined
commands() { awk '/^```/ { fenced = !fenced } !fenced && sub(/^    /, "")' "$1" | sed -e ':more' -e '/\\$/ { N; s/\\\n */ /; b more' -e '}'; }

# missing COMMAND: the first program of those that guides use that it names and that is not there
missing() {
  for program in xz zstd pigz openssl; do
    grep -qw "$program" <<<"$1" && ! command -v $program >/dev/null && echo $program && return
  done
  return 1
}

# after COMMAND: what a test does once the command has run
after() { :; }

# follow GUIDE: runs its commands in turn, each in the shell that the ones before it left
follow() {
  commands "$here/docs/guides/$1" >"$work/commands"
  [ "$(wc -l <"$work/commands")" -ge 2 ]
  while read -r line; do
    if program=$(missing "$line"); then
      left="$left $program"
      continue
    fi
    echo "$ $line"
    case $line in
    cd\ *) eval "$line" || return 1 ;;
    *) NWAY=nway sh -c "$line" >"$work/out" 2>&1 </dev/null || { cat "$work/out"; return 1; } ;;
    esac
    after "$line" || return 1
  done <"$work/commands"
  [ -z "${left:-}" ] || skip "not installed:$left"
}

@test "the commands of the guide to kernels" {
  visit
  follow kernel.md
  # the kernel that the guide prints is the README's, and no longer than it says
  diff <(sed -n '/^```c$/,/^```$/p' "$here/docs/guides/kernel.md") <(sed -n '/^```c$/,/^```$/p' "$here/README.md" | sed 's: /\* .* \*/$::')
}

@test "the commands of the guide to C++ and Fortran" {
  full_only "outside.bats does what this guide says"
  for program in g++ gfortran; do
    command -v $program >/dev/null || skip "$program is not installed"
  done
  visit
  after() {
    [[ $1 != "nway new-kernel infort"* ]] || give_fortran_own "$here/docs/guides/cxx-fortran.md"
  }
  follow cxx-fortran.md
  grep -q '^ *own ' "$work/out"
}

@test "the commands of the guide to parallel code, with the code that it prints" {
  visit
  guide=$here/docs/guides/parallel-code.md
  sed -n '/^static void own/,/^}/p' "$guide" >"$work/own"
  # what new-kernel has written gets the two pieces of code that the guide prints
  after() {
    [[ $1 == "nway new-kernel mine" ]] || return 0
    awk -v own="$work/own" '/^NWAY_KERNEL/ { while ((getline line < own) > 0) print line }
      { sub(/\.check = check}/, ".check = check, .own = own}") } 1' mine/mine.c >"$work/mine.c"
    cp "$work/mine.c" mine/mine.c
  }
  follow parallel-code.md
  cat "$work/out"
  grep -q '^ *own ' "$work/out" && grep -q '^ *pool ' "$work/out"
}

@test "the commands of the guide to programs" {
  visit
  follow programs.md
}

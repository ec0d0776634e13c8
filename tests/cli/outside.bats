#!/usr/bin/env bats
# Kernels from outside the tree: an installed nway, skeletons in three languages, code that brings its own workers.

load helpers

# What `make install` writes is looked at by this file alone, in a root of its own.
setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  make -s install BUILD="${NWAY_BUILD:-build}" DESTDIR="$BATS_FILE_TMPDIR/root" PREFIX=/usr >/dev/null
}

root() {
  ROOT=$BATS_FILE_TMPDIR/root HERE=$PWD
  export PATH=$ROOT/usr/bin:$PATH PKG_CONFIG_PATH=$ROOT/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$ROOT
  mkdir -p "$work/empty" && cd "$work/empty" || return 1
}

# answers MODULE [VARIANT...]: the digest and status of small executions under every variant, each line once
answers() {
  for variant in "$ROOT"/usr/lib/nway/variants/*.so; do
    case $variant in */own.so) continue ;; */seq.so) workers=1 ;; *) workers=3 ;; esac
    nway cell measure --kernel "$1" --variant "$variant" --workers $workers --set n=10001
  done | tr '\t' '\n' | grep -E '^(digest|status)=' | sort -u
}

has() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

@test "an installed nway finds its modules, its configuration and its header from an empty folder" {
  root
  run nway run --dry-run --kernel countdown
  [ "$status" = 0 ]
  [[ $output == *"countdown | items=16x5M"* ]]
  [ "$(pkg-config --variable=kernelsdir nway)" = /usr/lib/nway/kernels ] ||
    [ "$(pkg-config --variable=kernelsdir nway)" = "$ROOT/usr/lib/nway/kernels" ]
  [ -e "$(pkg-config --cflags nway | sed 's/^-I//; s/ *$//')/kernel.h" ]
  # the guides, and every file that they link to
  cd "$ROOT/usr/share/doc/nway/guides"
  [ -e programs.md ] && [ -e own_threads.cc ]
  for link in $(grep -oh ']([^)#:]*)' ./*.md | sed 's/^](//; s/)$//'); do [ -e "$link" ]; done
}

@test "make uninstall leaves nothing behind" {
  make -s install BUILD="${NWAY_BUILD:-build}" DESTDIR="$work/root" PREFIX=/opt/nway >/dev/null
  # but for a user's own module beside those of nway
  touch "$work/root/opt/nway/lib/nway/kernels/mine.so"
  make -s uninstall BUILD="${NWAY_BUILD:-build}" DESTDIR="$work/root" PREFIX=/opt/nway >/dev/null
  [ "$(find "$work/root" -type f)" = "$work/root/opt/nway/lib/nway/kernels/mine.so" ]
  [ ! -e "$work/root/opt/nway/include/nway" ]
  run make -s uninstall BUILD="${NWAY_BUILD:-build}" DESTDIR="$work/root" PREFIX=/opt/nway
  [ "$status" != 0 ]
  [[ $output == *"nothing of nway is installed here"* ]]
  run make -s install BUILD="${NWAY_BUILD:-build}" DESTDIR="$work/a root" PREFIX=/opt/nway
  [ "$status" != 0 ]
  [[ $output == *"take no blanks"* ]]
}

@test "make uninstall of a copied installation removes the copy and leaves the other one" {
  make -s install BUILD="${NWAY_BUILD:-build}" PREFIX="$work/one" >/dev/null
  cp -r "$work/one" "$work/two"
  before=$(find "$work/one" -type f | wc -l)
  make -s uninstall BUILD="${NWAY_BUILD:-build}" PREFIX="$work/two" >/dev/null
  [ -z "$(find "$work/two" -type f)" ]
  [ "$(find "$work/one" -type f | wc -l)" = "$before" ]
}

@test "a skeleton in C builds, runs under every variant and is checked" {
  root
  run nway new-kernel squares
  [ "$status" = 0 ]
  make -s -C squares CFLAGS='-O2 -Wall -Wextra -Werror'
  run answers squares/squares.so
  echo "$output"
  [ "${#lines[@]}" = 2 ] && [ "${lines[1]}" = status=ok ]
  nway cell oracle --kernel squares/squares.so --variant "$ROOT/usr/lib/nway/variants/seq.so" --set n=10001 | grep -q 'status=ok'
  # by a name that a library may have, without a digest of its own
  mv squares/squares.so squares/squares.so.1
  run nway kernel squares/squares.so.1 --set n=1000 --workers 2
  [ "$status" = 0 ]
  [[ $output == "squares n=1000, "*", 2 workers: answer "*", right"* ]]
  nway list squares/squares.so.1 | grep -q '^squares '
  run make -s -C squares check
  echo "$output"
  [ "$status" = 0 ]
  [[ $output == *"prefork"* ]]
  run nway new-kernel squares
  [ "$status" = 2 ]
  [ "$output" = "nway: squares already exists; choose another name" ]
  run nway new-kernel countdown
  [ "$status" = 2 ]
  [ "$output" = "nway: nway has a kernel 'countdown'; choose another name" ]
  run nway new-kernel ../up
  [ "$status" = 2 ]
  [[ $output == *"invalid kernel name '../up'"* ]]
}

@test "a skeleton in C++ is C++11 to C++20 of both compilers, and gives the answer of the one in C" {
  has g++
  root
  nway new-kernel squares
  nway new-kernel cpp --lang c++
  make -s -C squares
  make -s -C cpp CXX=g++
  [ "$(answers cpp/cpp.so)" = "$(answers squares/squares.so)" ]
  for compiler in g++ clang++; do
    for year in 11 14 17 20; do
      $compiler -std=c++$year -Wall -Wextra -Wpedantic -Werror -fsyntax-only $(pkg-config --cflags nway) cpp/cpp.cc
    done
  done
}

@test "a skeleton in Fortran gives the answer of the one in C" {
  has gfortran
  root
  nway new-kernel squares
  nway new-kernel forty --lang fortran
  make -s -C squares
  make -s -C forty
  [ "$(answers forty/forty.so)" = "$(answers squares/squares.so)" ]
}

@test "OpenMP in Fortran runs as a kernel's own workers, as the guide says" {
  has gfortran
  guide=$PWD/docs/guides/cxx-fortran.md
  root
  nway new-kernel infort --lang fortran >"$work/out"
  [ "$(head -1 "$work/out")" = "infort/infort.f90, infort/infort_kernel.c and infort/Makefile are written. Next:" ]
  give_fortran_own "$guide"
  make -s -C infort FFLAGS='-O2 -fopenmp'
  nway run --module infort/infort.so --set n=200k --variant pool,own --workers 1,2 --rounds 1 --samples 1 --results "$results" >"$work/out"
  [ "$(rows phase=sample status=ok -- variant workers | sort -u | tr '\n' ' ')" = "own 1 own 2 pool 1 pool 2 seq 1 " ]
}

@test "code that is parallel already stands beside the variants, and its wrong answer is found" {
  "$NWAY" run --module "$FIXTURES/own_omp.so" --set n=100k --set spoil=no,own --variant own,pool --workers 1,2 \
    --rounds 1 --max-rounds 1 --samples 1 --results "$results" >"$work/out" || [ $? = 1 ]
  [ "$(rows phase=sample status=ok method= -- variant workers | sort -u | tr '\n' ' ')" = "own 1 own 2 pool 1 pool 2 seq 1 " ]
  [ "$(rows phase=sample status=ok -- digest | sort -u | wc -l)" = 1 ]
  [ "$(rows method=own variant=own -- status | sort -u)" = wrong ]
  [ "$(rows method=own variant=pool -- status | sort -u)" = ok ]
  grep -q 'the sum is .* instead of' "$results/latest/samples.csv"
}

@test "std::thread and TBB stand beside the variants as a kernel's own workers" {
  plain_is_enough
  has g++
  [ -e /usr/include/tbb/task_arena.h ] || skip "TBB is not installed"
  for own in threads:-lpthread tbb:-ltbb; do
    g++ -std=c++17 -O1 -Wall -Wextra -Werror -shared -fPIC -Ikernels "tests/fixtures/own_${own%:*}.cc" -o "$work/${own%:*}.so" "${own#*:}"
  done
  "$NWAY" run --module "$work/threads.so" --module "$work/tbb.so" --variant own,pool --workers 1,3 \
    --rounds 1 --max-rounds 1 --samples 1 --min-time 1ms --results "$results" >"$work/out"
  # a configuration of settings alone leaves what is measured to the modules
  run "$NWAY" run --dry-run --module "$work/tbb.so" -c "$(printf '[run]\nworkers = 2\n' | config)"
  [ "$status" = 0 ]
  [[ $output == *"own_tbb | n=100k | - | own | static | 2 workers"* ]]
  for kernel in own_threads own_tbb; do
    [ "$(rows phase=sample status=ok kernel=$kernel -- variant workers | sort -u | tr '\n' ' ')" = "own 1 own 3 pool 1 pool 3 seq 1 " ]
  done
  [ "$(rows phase=sample -- status digest checked_by | sort -u | wc -l)" = 1 ]
}

@test "a range of sizes is measured, and show says how time grows over it" {
  run "$NWAY" run --kernel countdown --set items=50k..400k --variant seq --rounds 6 --max-rounds 6 --samples 1 \
    -c "$(printf '[run]\nsample_time = 1ms\n' | config)" --results "$results"
  echo "$output"
  [ "$status" = 0 ]
  [ "$(rows phase=sample -- problem | sort -u | wc -l)" = 4 ]
  tr -s '\n ' ' ' <<<"$output" | grep -q 'countdown: the serial time grows as items^.* from items=50k to 400k (4 sizes, 6 rounds)'
  "$NWAY" report --results "$results" >/dev/null
  grep -q '<li>countdown: the serial time grows as items^' "$results/latest/report/report.html"
  run "$NWAY" run --kernel countdown --set items=4..2 --dry-run
  [ "$status" = 2 ]
  [[ $output == *"'4..2' is not a range (write LOW..HIGH"* ]]
}

@test "rows say what an answer was held against, and show says which kernel has no check" {
  root
  nway new-kernel kept && nway new-kernel bare
  sed -i '/\.check = check}/d; s/\.finish = finish,/.finish = finish};/; /^static const char \*check/,/^}/d' bare/bare.c
  make -s -C kept && make -s -C bare
  cell() { nway cell measure --kernel "$1/$1.so" --variant "$ROOT/usr/lib/nway/variants/pool.so" --set n=1000 | tr '\t' '\n' | grep checked_by | sort -u; }
  [ "$(cell kept)" = checked_by=oracle ]
  [ "$(cell bare)" = "checked_by=vs seq" ]
  nway run --module bare/bare.so --set n=1000 --variant seq --rounds 1 --max-rounds 1 --samples 1 >out
  grep -q 'The kernel has no check of its own' out
  # a second module must not hide the first
  mkdir "a b" && cp bare/bare.so "a b/other.so"
  run nway run --dry-run --module bare/bare.so --module "a b/other.so"
  [ "$status" = 2 ]
  [[ $output == *"both have the kernel 'bare'; rename one, or compare two builds: nway ab bare/bare.so a b/other.so" ]]
  run nway run --dry-run --module "a b/other.so" --module kept/kept.so
  [ "$status" = 0 ]
  [[ $output == *"2 problems"* && $output == *"bare | n=20M"* && $output == *"kept | n=20M"* ]]
}

@test "a module that nothing measures is refused, and so is an empty pattern of kernels" {
  run "$NWAY" run --dry-run --module "$FIXTURES/lies.so" --results "$results" --kernel triad
  [ "$status" = 2 ]
  [[ $output == *"--module: nothing that is asked for runs $FIXTURES/lies.so, the kernel 'lies'; leave it out"* ]]
  run "$NWAY" run --dry-run --module "$FIXTURES/lies.so" --results "$results" -- true
  [ "$status" = 2 ]
  [[ $output == *"--module names kernels; leave it out"* ]]
  "$NWAY" run --dry-run --module "$FIXTURES/lies.so" --kernel 'lies|triad' --results "$results"
  run "$NWAY" run --dry-run --kernel ""
  [ "$status" = 2 ]
  [[ $output == *"--kernel: empty; write a name"* ]]
}

#!/usr/bin/env bats
# The promises of the source tree: no kernel or variant is known by name outside its own file (tests/tools/names.py).

load helpers

# The names of all kernels and variants that were built, a line each, and of what ends with missing packages too.
names() {
  for list in kernels variants; do "$NWAY" list "$list"; done | sed -n 's/^\([a-z_0-9]\{1,\}\) .*/\1/p' | sort -u
}

# known_by_name [TREE]
known_by_name() { names | python3 tests/tools/names.py "$@"; }

# A copy of the tree with TEXT at the end of FILE.
plant() {
  mkdir -p "$work/tree" && cp -r harness reports "$work/tree"
  printf '%s\n' "$2" >>"$work/tree/$1"
}

@test "the names are those of the built catalog" {
  [ "$(names | grep -cx -e countdown -e seq -e triad -e omp)" = 4 ]
  [ "$(names | wc -l)" = "$(for f in kernels/*.c harness/variants/*.c; do basename "$f" .c; done | grep -cvx spin)" ]
}

@test "no kernel and no variant is known by name" {
  run known_by_name
  echo "$output"
  [ "$status" = 0 ] && [ -z "$output" ]
}

@test "planted names are found: compared, in a list, in an identifier; not in comments and sentences" {
  while IFS='#' read -r text says; do
    rm -rf "$work/tree"
    plant reports/stats/best.c "$text"
    run known_by_name "$work/tree"
    echo "$text: $output"
    if [ -z "$says" ]; then
      [ "$status" = 0 ]
    else
      [ "$status" = 1 ] && [ "${#lines[@]}" = 1 ]
      [[ $output == reports/stats/best.c:*": $says by name;"* ]]
    fi
  done <<'TABLE'
bool a = strcmp(name, "seq") == 0;#literal "seq" knows 'seq'
const char *a = "pthread,omp";#literal "pthread,omp" knows 'pthread'
bool is_grain(void);#identifier is_grain knows 'grain'
int seq = 0;#identifier seq knows 'seq'
struct cell *omp_cells;#identifier omp_cells knows 'omp'
int TRIAD_KERNEL;#identifier TRIAD_KERNEL knows 'triad'
/* "seq" in a comment, and seq */#
const char *a = "cores that the kernel countdown fills";#
int sequence, grained;#
TABLE
}

@test "the names stay free in variants/ and course/, and a permission that nothing needs is told" {
  mkdir -p "$work/tree" && cp -r harness reports tests "$work/tree"
  echo 'const char *a = "seq";' >>"$work/tree/reports/course/notebook.c"
  echo 'const char *a = "omp";' >>"$work/tree/harness/variants/seq.c"
  run known_by_name "$work/tree"
  [ "$status" = 0 ]
  echo 'literal omp harness/nowhere.c no reason' >>"$work/tree/tests/tools/names.txt"
  run sh -c 'python3 "$0/tests/tools/names.py" "$0"' "$work/tree" < <(names)
  [ "$status" = 1 ]
  [[ $output == "names.txt: nothing needs the permission 'literal omp harness/nowhere.c'; take it out" ]]
}

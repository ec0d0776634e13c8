#!/bin/sh
# Measures the ready configurations and writes their charts and tables into docs/guides/examples.md, on a quiet machine,
# from the root of the tree: docs/guides/examples.sh [programs|sort|make|python|openmp]...
set -eu
page=docs/guides/examples.md images=docs/guides/img
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# measure NAME CONFIGURATION [OPTION...]
measure() {
  name=$1 conf=$2
  shift 2
  build/nway run -c "configs/$conf.conf" --results "$results/$name" "$@"
  build/nway report --results "$results/$name" >/dev/null
  mkdir -p "$images"
  cp "$(find "$results/$name/latest/" -path '*/png/*-speedup.png' | sort | head -n 1)" "$images/$name.png"
  {
    printf '![speedup over workers](img/%s.png)\n\n' "$name"
    build/nway show --format md --results "$results/$name"
  } >"$results/table"
  awk -v name="$name" -v table="$results/table" '
    $0 == "<!-- end of " name " -->" { skip = 0 }
    !skip
    $0 == "<!-- " name " -->" { skip = 1; while ((getline line < table) > 0) print line }' "$page" >"$results/page"
  cp "$results/page" "$page"
}

[ $# -gt 0 ] || set -- programs sort make python openmp
for which; do
  case $which in
  programs) measure programs programs --kernel '^(xz|zstd|pigz)$' --time-budget 2min ;;
  sort) measure sort programs --kernel '^sort$' --time-budget 1min ;;
  make) measure make make --max-rounds 6 ;;
  python) measure python python --time-budget 90s ;;
  openmp) measure openmp openmp --time-budget 1min ;;
  *) echo "$0: no example '$which'" >&2 && exit 2 ;;
  esac
done

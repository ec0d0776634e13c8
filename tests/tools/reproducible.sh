#!/bin/sh
# Builds the sources twice and compares programs and modules byte by byte: the same source gives the
# same program. Exits with 1 if a file differs.
here=$(pwd) work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export CCACHE_DISABLE=1 # the second build would be a copy of the first
mkdir "$work/src" && git ls-files -z | xargs -0 cp --parents -t "$work/src" || exit 2
for copy in one two; do # in the same folder, since debug information names it
  rm -rf "$work/src/build"
  (cd "$work/src" && make -j"$(nproc)" all >/dev/null) || exit 2
  (cd "$work/src/build" && find . -maxdepth 2 \( -name nway -o -name nway-report -o -name '*.so' \) -exec sha256sum {} + | sort -k 2) >"$work/$copy.sums"
done
cd "$here" || exit 2
diff "$work/one.sums" "$work/two.sums" || { echo "builds differ"; exit 1; }
echo "$(wc -l <"$work/one.sums") files, equal in both builds"
[ "$(wc -l <"$work/one.sums")" -gt 20 ]

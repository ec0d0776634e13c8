#!/bin/sh
# Builds the sources twice, in two folders, and compares programs and modules byte by byte: the same source gives the
# same program. Exits with 1 if a file differs.
here=$(pwd) work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
for copy in one two; do
  mkdir "$work/$copy" && git ls-files -z | xargs -0 cp --parents -t "$work/$copy" || exit 2
  (cd "$work/$copy" && make -j"$(nproc)" all CFLAGS="-O2 -g -ffile-prefix-map=$work/$copy=." \
    KERNEL_FLAGS="-O2 -g" SOURCE_DATE_EPOCH=1 >/dev/null) || exit 2
  (cd "$work/$copy/build" && find . -maxdepth 2 \( -name nway -o -name nway-report -o -name '*.so' \) -exec sha256sum {} + | sort -k 2) >"$work/$copy.sums"
done
cd "$here" || exit 2
diff "$work/one.sums" "$work/two.sums" || { echo "builds differ"; exit 1; }
echo "$(wc -l <"$work/one.sums") files, equal in both builds"
[ "$(wc -l <"$work/one.sums")" -gt 20 ]

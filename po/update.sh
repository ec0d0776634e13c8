#!/bin/sh
# Writes the template of all texts to $1/nway.pot; with a second argument also merges it into po/*.po.
set -eu
awk -f po/texts.awk configs/notebook/experiments.conf >"$1/experiments.c"
# shellcheck disable=SC2046
xgettext --language=C --from-code=UTF-8 --keyword=_ --keyword=dngettext:2,3 --no-location --sort-output \
  --package-name=nway --output="$1/nway.pot" "$1/experiments.c" $(grep -rl 'words/language.h\|"language.h"' reports --include='*.c' | sort)
sed -i 's/charset=CHARSET/charset=UTF-8/; /^"POT-Creation-Date/d' "$1/nway.pot"
if [ $# -gt 1 ]; then
  for file in po/*.po; do msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-location --sort-output "$file" "$1/nway.pot"; done
fi

#!/bin/sh
# Writes the exercises, lessons and solutions of the course in each language of po/*.po, with their comments and messages
# translated, to $1/docs/course/LANGUAGE.
set -eu
for po in po/*.po; do
  language=$(basename "$po" .po)
  folder=$1/docs/course/$language
  mkdir -p "$folder/exercises" "$folder/lessons" "$folder/solutions"
  catalog=$(mktemp)
  msgcat --no-wrap "$po" >"$catalog"
  for file in docs/course/exercises/* docs/course/lessons/* docs/course/solutions/*; do
    awk -v table="$catalog" -v language="$language" -f po/sources.awk "$catalog" "$file" \
      >"$folder/${file#docs/course/}"
  done
  rm -f "$catalog"
done

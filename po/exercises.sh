#!/bin/sh
# Writes the exercises of the course in each language of po/*.po, with their comments and messages translated, to
# $1/docs/course/LANGUAGE/exercises.
set -eu
for po in po/*.po; do
  language=$(basename "$po" .po)
  folder=$1/docs/course/$language/exercises
  mkdir -p "$folder"
  catalog=$(mktemp)
  msgcat --no-wrap "$po" >"$catalog"
  for file in docs/course/exercises/*; do
    awk -v table="$catalog" -v language="$language" -f po/sources.awk "$catalog" "$file" >"$folder/$(basename "$file")"
  done
  rm -f "$catalog"
done

#!/bin/sh
# Writes the template of all texts to $1/nway.pot; with a second argument also merges it into po/*.po, the pages of the
# course into po/course/*.po, and writes the course in those languages.
set -eu
{
  awk -f po/texts.awk configs/notebook/experiments.conf
  for file in docs/course/exercises/* docs/course/lessons/* docs/course/solutions/*; do awk -f po/sources.awk "$file"; done
} >"$1/texts.c"
# shellcheck disable=SC2046
xgettext --language=C --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=dngettext:2,3 --no-location --sort-output \
  --package-name=nway --output="$1/nway.pot" "$1/texts.c" \
  $(grep -rl '"\(words/\)\?language.h"\|"base/translate.h"' reports --include='*.c' | sort)
# What a reader of a configuration or a command line is told.
xgettext --language=C --from-code=UTF-8 --keyword=translated --keyword=N_ --keyword=fault_set:3 --keyword=refuse:2 \
  --keyword=unknown_word:2 --keyword=unknown:3 --keyword=suggest:6 --keyword=fault_word:2 --no-location --sort-output \
  --join-existing --output="$1/nway.pot" harness/base/config.c harness/base/define.c harness/base/expect.c \
  harness/base/params.c harness/base/words.c harness/options/options.c harness/plan/catalog.c harness/plan/choose.c \
  harness/plan/environment.c harness/plan/expect_lookup.c harness/plan/making.c harness/plan/plan.c \
  harness/plan/plan_cells.c harness/plan/plan_tasks.c harness/plan/programs.c harness/plan/workers.c
# Notes of rows and runs, which stay English: a report recognises them by these formats (reports/words/note_words.h).
xgettext --language=C --from-code=UTF-8 --keyword=N_ --keyword=job_say:2 --keyword=team_fail:3 --keyword=fault_note:3 \
  --keyword=note:2 --keyword=doubt:2 --keyword=run_note:2 --keyword=translated --keyword=progress_say:2 \
  --keyword=progress_step:2 --keyword=charts_complain:2 --no-location --sort-output --join-existing --output="$1/nway.pot" \
  kernels/*.c harness/cell/*.c harness/variants/*.c harness/process/launch.c harness/process/keeper.c harness/run/*.c \
  harness/plan/budget.c harness/plan/catalog.c harness/plan/choose.c harness/plan/plan_cells.c harness/plan/requires.c \
  reports/charts/draw.c reports/charts/charts.c
# The words for states, which rows and files have in English.
xgettext --language=C --from-code=UTF-8 --keyword=STATUS:2 --keyword=CELL_STATE:2 --no-location --sort-output \
  --join-existing --output="$1/nway.pot" harness/base/states.def
sed -i 's/charset=CHARSET/charset=UTF-8/; /^"POT-Creation-Date/d' "$1/nway.pot"
[ $# -gt 1 ] || exit 0
for file in po/*.po; do
  msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-location --sort-output "$file" "$1/nway.pot"
done
po4a --quiet --force --variable pot="$1" po/course/po4a.cfg
sed -i '/^"POT-Creation-Date/d' po/course/*.po
po/exercises.sh .

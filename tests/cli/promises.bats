# The promises that the docs make each name a test that exists.

load helpers

# missing FILE: the tests named in its tables that are nowhere
missing() {
  grep -E '^\|.*\| [a-z_]+\.(bats|c): .* \|$' "$1" | sed -E 's/.*\| ([a-z_]+\.(bats|c)): (.*) \|$/\1\t\3/' |
    while IFS=$'\t' read -r file name; do
      case $file in
        *.bats) grep -qF "@test \"$name" "tests/cli/$file" || echo "$file: $name" ;;
        *.c) grep -qF "static void $name(void **state)" tests/unit/*/"$file" || echo "$file: $name" ;;
      esac
    done
}

@test "every promise names a test that exists; a planted one that does not is found" {
  [ "$(grep -cE '^\| [FI-]' docs/promises.md)" -gt 40 ]
  missing docs/promises.md
  [ -z "$(missing docs/promises.md)" ]
  printf '| F99 | x | run.bats: no such test |\n| F98 | x | test_launch.c: no_such_test |\n' >"$work/planted.md"
  [ "$(missing "$work/planted.md" | wc -l)" = 2 ]
}

@test "every id of a promise stands in one place only, and each id is promised" {
  ids=$(grep -oE '^\| [FI][0-9 FI]+ \|' docs/promises.md | grep -oE '[FI][0-9]+')
  [ -z "$(echo "$ids" | sort | uniq -d)" ]
  for id in $(seq -f F%g 35) $(seq -f I%g 29); do grep -qx "$id" <<<"$ids" || { echo "$id"; return 1; }; done
}

#!/bin/sh
# Finds kernels and variants that the code knows by name, where it must know none.
#
# sh tests/tools/names.sh NAMES [TREE]: NAMES is a file with a name a line, as the catalog has them. Looks at the string
# literals and identifiers of harness/ without variants/, and of reports/ without course/, comments left out. What
# names_allowed.txt beside this script allows, "PATH NAME REASON", is left out too, and an entry that allows nothing is
# told. PATH * stands for a name that is a plain word as well: it then counts only where a literal is that word and no
# other, or an identifier is_NAME, variant_NAME, kernel_NAME. Prints "PATH:LINE: NAME" for each and exits with 1 if there is one.
names=$1
allowed=$(cd "$(dirname "$0")" && pwd)/names_allowed.txt
cd "${2:-.}" || exit 2
find harness reports -name '*.[ch]' -o -name '*.def' | grep -v -e '^harness/variants/' -e '^reports/course/' | sort |
  xargs awk -v names="$names" -v allowed="$allowed" '
  BEGIN {
    while ((getline line < names) > 0) if (line != "") known[line] = 1
    while ((getline line < allowed) > 0)
      if (line !~ /^#/ && split(line, part, " ") > 2) {
        if (part[1] == "*") plain[part[2]] = 1
        else reason[part[1], part[2]] = 1
      }
  }
  function tell(name) {
    if ((FILENAME, name) in reason) { used[FILENAME, name] = 1; return }
    print FILENAME ":" FNR ": " name
    bad = 1
  }
  FNR == 1 { comment = 0 }
  {
    code = $0
    if (comment) { if (!sub(/^.*\*\//, "", code)) next; comment = 0 }
    gsub(/\/\*([^*]|\*[^\/])*\*\//, " ", code)
    if (sub(/\/\*.*$/, "", code)) comment = 1
    if (code ~ /^ *#include/) next
    rest = code
    while (match(rest, /"([^"\\]|\\.)*"/)) {
      text = substr(rest, RSTART + 1, RLENGTH - 2)
      rest = substr(rest, RSTART + RLENGTH)
      n = split(text, words, /[^a-z0-9_]+/)
      for (i = 1; i <= n; i++)
        if (words[i] in known && (!(words[i] in plain) || text == words[i])) tell(words[i])
    }
    gsub(/"([^"\\]|\\.)*"/, " ", code)
    n = split(tolower(code), words, /[^a-z0-9_]+/)
    for (i = 1; i <= n; i++) {
      if (words[i] in known && !(words[i] in plain)) tell(words[i])
      else for (name in known) if (words[i] ~ "^(is|variant|kernel)_" name "$") tell(name)
    }
  }
  END {
    for (entry in reason) if (!(entry in used)) {
      split(entry, part, SUBSEP)
      print "names_allowed.txt: " part[1] " " part[2] " allows nothing; remove it"
      bad = 1
    }
    exit bad
  }' || exit 1

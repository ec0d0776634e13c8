#!/bin/sh
# Walks the #includes of a tree and names each one that goes against the direction of the rooms.
#
# sh tests/tools/arrows.sh [TREE]. rooms.txt beside this script says which room may include which. An include is wrong
# if its room may not, or if it names a file of another room that the room's own header (ROOM/offers.h) does not offer.
# So are an offer that no other room includes, and an include of another room's offers.h. offers.h includes the headers
# that it offers and names the .def files in its comment. Prints a line for each, "FILE:LINE: what is wrong", and exits with 1; with --count, the arrows between
# rooms instead.
rules_at=$(cd "$(dirname "$0")" && pwd)/rooms.txt
count=
[ "$1" = --count ] && count=1 && shift
cd "${1:-.}" || exit 2
find harness reports kernels -name '*.[ch]' -o -name '*.def' -o -name '*.in' | sort | xargs grep -n '^#include "' | awk -v rules="$rules_at" -v count="$count" '
  # The room of a file, from its path or from how an include names it.
  function room_of(path, parts, n) {
    if (path ~ /^(kernels\/|(\.\.\/)?kernel\.h$|lib\/)/) return "kernel"
    sub(/^(harness|reports)\//, "", path)
    if (path == "variant.h") return "contract"
    n = split(path, parts, "/")
    return n > 1 ? parts[1] : ""
  }
  BEGIN {
    while ((getline line < rules) > 0) {
      if (line ~ /^#/) continue
      n = split(line, words, " ")
      known[words[1]] = 1
      for (i = 2; i <= n; i++) may[words[1], words[i]] = 1
    }
    # What the header of a room offers.
    for (room in known) {
      for (t = 1; t <= 2; t++) {
        top = t == 1 ? "harness/" : "reports/"
        file = top room "/offers.h"
        for (at_line = 1; (getline line < file) > 0; at_line++)
          while (match(line, /#include "[^"]*"|[a-z_]+\.def/)) {
            name = substr(line, RSTART, RLENGTH)
            gsub(/#include |"/, "", name)
            offered[room "/" name] = file ":" at_line
            line = substr(line, RSTART + RLENGTH)
          }
        close(file)
      }
    }
  }
  {
    split($0, at, ":")
    file = at[1]
    match($0, /#include "[^"]*"/)
    name = substr($0, RSTART + 10, RLENGTH - 11)
    from = file == "harness/main.c" ? "harness-main" : file == "reports/main.c" ? "reports-main" : room_of(file)
    to = room_of(name)
    if (to == "" || to == from) next
    if (count) { arrows[from " -> " to]++; next }
    if (!(from in known)) { print file ":" at[2] ": room \"" from "\" is not in rooms.txt"; bad = 1 }
    else if (!((from, to) in may)) { print file ":" at[2] ": " from " must not include " to " (\"" name "\")"; bad = 1 }
    else if (to != "kernel" && to != "contract" && !(name in offered)) {
      print file ":" at[2] ": \"" name "\" is private to " to "; offer it in " to "/offers.h, or do without it"; bad = 1
    }
    used[name] = 1
  }
  END {
    if (count) for (arrow in arrows) print arrows[arrow], arrow
    else
      for (name in offered) if (!(name in used)) {
        print offered[name] ": no other room includes \"" name "\"; do not offer it"
        bad = 1
      }
    exit bad
  }'

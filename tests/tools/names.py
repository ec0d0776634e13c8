#!/usr/bin/env python3
"""Names each place of harness/ and reports/ that knows a kernel or variant by name.

python3 tests/tools/names.py TREE < NAMES: on standard input a name a line. Not looked at: harness/variants/,
reports/course/, and comments. A place is wrong if it is
  a string literal that is a name, or a list of words without blanks of which one is a name ("seq,omp");
  an identifier that is a name, or is bound to one: is_NAME, has_NAMEs, NAME_cell ...
and names.txt beside this script does not allow it, by lines "KIND NAME FILE REASON" (KIND: literal or identifier; FILE
may be *). Prints a line for each, and for each permission that nothing needs; exits with 1 if there is one."""
import fnmatch
import os
import re
import sys

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|#\s*include[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*', re.S)
BEFORE = r"(?:is|has|find|add|make|no|the|on|of)_"
BEHIND = r"_(?:cell|kernel|variant|name|module|path|base|problem|task|look|point|row)s?"


def files(tree):
    for top in ("harness", "reports"):
        for folder, folders, names in os.walk(os.path.join(tree, top)):
            at = os.path.relpath(folder, tree)
            if at in ("harness/variants", "reports/course"):
                folders[:] = []
                continue
            folders.sort()
            for name in sorted(names):
                if name.endswith((".c", ".h", ".def")):
                    yield os.path.join(at, name)


def permissions():
    """(kind, name, file) -> reason"""
    allowed = {}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "names.txt")) as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                kind, name, file, reason = line.split(None, 3)
                allowed[kind, name, file] = reason
    return allowed


def found_in(text, names, bound):
    for token in TOKEN.finditer(text):
        word = token.group()
        kind = hit = None
        if word.startswith('"'):
            inside = word[1:-1]
            kind, parts = "literal", re.split(r"[,|]", inside)
            hit = next((part for part in parts if part in names), None) if not re.search(r"\s", inside) else None
        elif re.match(r"[A-Za-z_]", word):
            kind, match = "identifier", bound.fullmatch(word.lower())
            hit = match and match.group(1)
        if hit:
            yield kind, hit, word, text.count("\n", 0, token.start()) + 1


def main(tree):
    names = set(sys.stdin.read().split())
    if not names:
        sys.exit("names.py: no names on standard input")
    bound = re.compile("(?:%s)?(%s)s?(?:%s)?" % (BEFORE, "|".join(sorted(map(re.escape, names))), BEHIND))
    allowed, used, wrong = permissions(), set(), 0
    for file in files(tree):
        with open(os.path.join(tree, file), encoding="utf-8") as source:
            text = source.read()
        for kind, name, word, line in found_in(text, names, bound):
            key = next((k for k in allowed if k[:2] == (kind, name) and fnmatch.fnmatch(file, k[2])), None)
            used.add(key)
            if key is None:
                wrong += 1
                print("%s:%d: %s %s knows '%s' by name; ask for what the catalog tells of it" %
                      (file, line, kind, word, name))
    for kind, name, file in sorted(set(allowed) - used):
        wrong += 1
        print("names.txt: nothing needs the permission '%s %s %s'; take it out" % (kind, name, file))
    return 1 if wrong else 0


sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))

# Finds the comments and messages of a C, Python or configuration file that people read: those of the course.
# Without `table` writes them as C that xgettext reads. With -v table=FILE (FILE named before the source), a catalog as
# `msgcat --no-wrap` writes it, writes the source in that language; -v language=fr also changes the paths of the course.
function trimmed(s) {
  gsub(/[ \t]+/, " ", s)
  gsub(/^ | $/, "", s)
  return s
}
# The translation of a text in the form of a C string.
function literal(s) {
  if (table == "" && s != "")
    printf "/* %s */ _(\"%s\");\n", FILENAME, s
  return s in texts ? texts[s] : s
}
function plain(s) {
  s = trimmed(s)
  gsub(/\\/, "\\\\", s)
  gsub(/"/, "\\\"", s)
  s = literal(s)
  gsub(/\\"/, "\"", s)
  gsub(/\\\\/, "\\", s)
  return s
}
function write(line) {
  if (table != "")
    print line
}
# Writes a comment of full lines: `first` before the first line, `next_` before the others, `last` after it.
function wrapped(text, first, next_, last, words, n, i, line) {
  n = split(plain(text) last, words, " ")
  line = first words[1]
  for (i = 2; i <= n; i++)
    if (length(line) + 1 + length(words[i]) > 120) {
      write(line)
      line = (words[i] == "*/" ? substr(next_, 1, length(next_) - 2) : next_) words[i]
    } else
      line = line " " words[i]
  write(line)
}
function indent_of(line) {
  match(line, /^[ \t]*/)
  return substr(line, 1, RLENGTH)
}
# The string after a keyword whose texts people read.
function messages(line, at, before, s) {
  if (!match(line, /(job_say\(job, |\.summary = |\.meaning = )"([^"\\]|\\.)*"/))
    return line
  before = substr(line, 1, RSTART - 1)
  s = substr(line, RSTART, RLENGTH)
  line = substr(line, RSTART + RLENGTH)
  at = index(s, "\"")
  return before substr(s, 1, at) literal(substr(s, at + 1, length(s) - at - 1)) "\"" line
}
function comment_of_c(text, indent) {
  sub(/^[ \t]*\/\*/, "", text)
  wrapped(text, indent "/* ", indent " * ", " */")
}
function line_of_c(line, at, comment) {
  if (match(line, /[^ \t].* \/\* .* \*\/$/) && line !~ /^[ \t]*\/\*/) {
    at = index(line, " /* ")
    comment = substr(line, at + 4, length(line) - at - 6)
    write(messages(substr(line, 1, at)) "/* " plain(comment) " */")
  } else
    write(messages(line))
}
function flush() {
  if (hash != "")
    wrapped(hash, hash_indent "# ", hash_indent "# ", "")
  hash = ""
}
# Also of a configuration, whose comments after a value begin with " ;".
function line_of_script(line, mark, at, i, rooms) {
  if (line ~ /^[ \t]*# /) {
    hash_indent = indent_of(line)
    sub(/^[ \t]*# /, "", line)
    hash = hash (hash == "" ? "" : " ") line
    return
  }
  flush()
  if (language != "")
    for (i = split("exercises lessons solutions", rooms, " "); i > 0; i--)
      gsub("docs/course/" rooms[i] "/", "docs/course/" language "/" rooms[i] "/", line)
  if (line ~ /^""".*"""$/)
    line = "\"\"\"" plain(substr(line, 4, length(line) - 6)) "\"\"\""
  mark = FILENAME ~ /\.py$/ ? "  # " : " ; "
  at = index(line, mark)
  write(at ? substr(line, 1, at + length(mark) - 1) plain(substr(line, at + length(mark))) : line)
}
table != "" && FILENAME == table {
  if (/^msgid "/)
    key = substr($0, 8, length($0) - 8)
  else if (/^msgstr "/ && length($0) > 9)
    texts[key] = substr($0, 9, length($0) - 9)
  next
}
FILENAME !~ /\.c$/ { line_of_script($0); next }
inside || /^[ \t]*\/\*/ {
  if (!inside) {
    block_indent = indent_of($0)
    block = ""
  }
  line = $0
  sub(/[ \t]*\*\/[ \t]*$/, "", line)
  if (inside)
    sub(/^[ \t]*\* ?/, " ", line)
  block = block line
  inside = $0 !~ /\*\/[ \t]*$/
  if (!inside)
    comment_of_c(block, block_indent)
  next
}
{ line_of_c($0) }
END { flush() }

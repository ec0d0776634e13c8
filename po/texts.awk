# Writes the texts of configs/notebook/experiments.conf as C that xgettext reads, joined as reports/course/experiments.c
# joins them: a value and its indented lines, with one blank between.
function flush() {
  if (text != "") {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    printf "/* %s %s */ _(\"%s\");\n", section, key, text
  }
  text = ""
}
function trim(line) {
  gsub(/^[ \t]+|[ \t]+$/, "", line)
  return line
}
/^#/ || /^$/ { next }
/^\[/ { flush(); section = $0; next }
/^[ \t]/ { if (text != "") text = text " " trim($0); next }
{
  flush()
  at = index($0, "=")
  key = trim(substr($0, 1, at - 1))
  if (section == "[text]" || key ~ /^(title|did|figure|shows)$/)
    text = trim(substr($0, at + 1))
}
END { flush() }

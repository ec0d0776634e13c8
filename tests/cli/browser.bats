#!/usr/bin/env bats
# Reports in Chromium, as tests/browser/look.mjs sees them; skipped where the browser or its driver is missing.

load helpers

setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  pages=$BATS_FILE_TMPDIR
  export pages
  lacking >"$pages/lacking" && return 0
  for scenario in two hostile; do
    "$(tool synth_run)" "$pages/$scenario" "$scenario"
    "${NWAY_BUILD:-build}/nway-report" report "$pages/$scenario" >/dev/null
  done
  plant
  status=0
  node tests/browser/look.mjs build/browser "$pages"/{two,hostile}/report/report.html >"$pages/found" 2>"$pages/said" ||
    status=$?
  echo "$status" >"$pages/status"
  node tests/browser/look.mjs "$pages/pictures" "$pages/planted/report/report.html" >"$pages/planted/found" 2>&1 || true
}

# lacking: says what is missing; fails where nothing is
lacking() {
  command -v "${CHROMIUM:-chromium}" >/dev/null || { echo "no chromium"; return 0; }
  command -v node >/dev/null || { echo "no node"; return 0; }
  [ "$(node -p 'Number(process.versions.node.split(".")[0])')" -ge 18 ] || { echo "node is older than 18"; return 0; }
  [ -d tests/browser/node_modules/axe-core ] || timeout 30 npm ci --silent --ignore-scripts --prefix tests/browser >/dev/null 2>&1
  [ -d tests/browser/node_modules/axe-core ] || { echo "no node_modules; make deps-browser installs them"; return 0; }
  return 1
}

# A small page with one fault of each kind.
plant() {
  mkdir -p "$pages/planted/report"
  cat >"$pages/planted/report/report.html" <<'PAGE'
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>planted</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src http:">
<style>a:focus{outline:none} .wide{width:1500px} .pale{color:#ddd;background:#fff} .high{height:6000px}</style></head><body>
<h1 style="margin-top:500px">planted</h1><a href="#gone">nowhere</a><p id="twice">a</p><p id="twice">b</p>
<p class="pale">pale words</p><img src="http://127.0.0.1:9/x.png"><svg width="9" height="9"></svg>
<figure><svg width="90" height="40"><rect width="9" height="9"/><text y="20">a label that is cut</text><text y="22">on</text></svg></figure>
<label class="filter">dead <input></label><table class="wide"><tbody><tr><td>wide</td></tr></tbody></table><div class="high"></div><script>alert(1)</script></body></html>
PAGE
}

skip_lacking() {
  [ ! -s "$pages/lacking" ] || skip "$(cat "$pages/lacking")"
}

@test "pages open without a request, an error, a violation, a wide line or a foreign script, in every kind of window" {
  skip_lacking
  cat "$pages/said" "$pages/found"
  [ "$(cat "$pages/status")" = 0 ]
  [ ! -s "$pages/found" ]
  [ "$(grep -c 'px high at' "$pages/said")" = 2 ]
  [ -s build/browser/two-dark.png ]
}

@test "each planted fault of a page is found" {
  skip_lacking
  cat "$pages/planted/found"
  grep -q "^planted: labels: 'a label that is cut' is cut" "$pages/planted/found"
  grep -q "^planted: labels: 'on' lies on 'a label that is cut'" "$pages/planted/found"
  for topic in request csp ids axe 'zoom 200 %' '320 px' phone keyboard print charts height choices 'first screen'; do
    grep -q "^planted: $topic: " "$pages/planted/found" || { echo "not found: $topic"; return 1; }
  done
}

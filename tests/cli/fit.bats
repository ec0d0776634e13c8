#!/usr/bin/env bats
# Laws fitted to any reader's table, and to a run: figures, charts, and what bad input must not do.

load helpers

# table NAME: writes stdin to a table and prints its path
table() {
  cat >"$work/$1"
  echo "$work/$1"
}

sdm91() {
  table sdm91.csv <<'CSV'
threads,throughput
1,64.9
18,995.9
36,1652.4
72,1853.2
108,1828.9
144,1775.0
216,1702.2
CSV
}

# near JSON PATH EXPECTED BY
near() { jq -e --argjson want "$3" --argjson by "$4" "($2) as \$got | (\$got - \$want) | fabs <= \$by" <<<"$1" >/dev/null; }

@test "SPEC SDM91 has the published coefficients, in JSON and CSV" {
  run "$NWAY" fit --format json "$(sdm91)"
  [ "$status" = 0 ]
  near "$output" .usl.alpha.value 0.0277285 5e-8
  near "$output" .usl.alpha.se 0.0091217 5e-8
  near "$output" .usl.beta.value 0.0001044 5e-8
  near "$output" .usl.beta.se 0.0000199 5e-8
  near "$output" .usl.gamma.value 89.995 5e-4
  near "$output" .usl.gamma.se 14.213 1e-3
  near "$output" .usl.residual_se 82.8 0.05
  near "$output" .peak.workers 96.52 5e-3
  near "$output" .peak.rate 1884 0.5
  [ "$(jq -r '.usl.df, .chosen, .held_out.hit' <<<"$output" | tr '\n' ' ')" = "4 usl true " ]
  [ "$(jq '[.usl.alpha.interval[0], .usl.alpha.value, .usl.alpha.interval[1]] == ([.usl.alpha.interval[0], .usl.alpha.value, .usl.alpha.interval[1]] | sort)' <<<"$output")" = true ]
  [ "$(jq -c '.amdahl | keys' <<<"$output")" = '["alpha","df","gamma","residual_se"]' ]
  [ "$(jq -c '.gustafson | keys' <<<"$output")" = '["alpha","df","gamma","residual_se"]' ]
  run "$NWAY" fit --format=csv "$work/sdm91.csv"
  [ "${lines[0]}" = "law,chosen,term,value,se,low,high,held,counts,note" ]
  [[ $output == *$'\nusl,1,alpha,0.02772'* ]]
}

@test "the text names law, peak and test, and the chart is an SVG and a PNG" {
  run "$NWAY" fit --output "$work/charts" "$(sdm91)"
  [ "$status" = 0 ]
  [[ $output == *"chosen     USL: beta is proven above 0."* ]]
  [[ $output == *"peak       1884 at 96.52 threads"* ]]
  [[ $output == *"measured 1702: hit"* ]]
  grep -q 'not measured' "$work/charts/fit-01.svg"
  [ "$(head -c 4 "$work/charts/png/fit-01.png" | tail -c 3)" = PNG ]
  awk -F, '$1 == 3 && $2 > 432.001 { far = 1 } END { exit far }' "$work/charts/data/fit-01.csv" # twice the largest count
}

@test "a chart goes beside the table's name where the user stands, and nowhere with --no-chart" {
  file=$(sdm91) nway=$(realpath "$NWAY")
  mkdir "$work/here"
  (cd "$work/here" && "$nway" fit "$file" >/dev/null)
  [ -s "$work/here/sdm91.fit/fit-01.svg" ]
  mkdir "$work/there"
  (cd "$work/there" && "$nway" fit --no-chart "$file" >/dev/null && "$nway" fit --format json "$file" >/dev/null)
  [ -z "$(ls -A "$work/there")" ]
}

@test "times are read as rates, rows of a count by their median, names in any case" {
  run "$NWAY" fit --format json "$(table t.csv <<'CSV'
Cores,Seconds
1,10
1,10
1,99
2,5.5
4,3.25
8,2.125
16,1.5625
CSV
)"
  [ "$status" = 0 ]
  [ "$(jq -r '.chosen, .counts, .rows' <<<"$output" | tr '\n' ' ')" = "amdahl 5 7 " ]
  near "$output" .amdahl.alpha.value 0.1 1e-9 # T = 1 + 9 / p: a tenth is serial
  near "$output" .amdahl.gamma.value 0.1 1e-9
}

groups() {
  table groups.csv <<'CSV'
machine,nodes,rep,time
"a, big",1,1,8
"a, big",2,2,4
"a, big",4,3,2
"a, big",8,4,1
b,1,5,8
b,2,6,5
b,4,7,3.5
b,8,8,2.75
CSV
}

@test "other columns make groups; --group chooses them" {
  run "$NWAY" fit --group machine --format json "$(groups)"
  [ "$status" = 0 ]
  [ "$(jq -c '[.groups[].group.machine]' <<<"$output")" = '["a, big","b"]' ]
  near "$output" '.groups[0].amdahl.alpha.value' 0 1e-9
  near "$output" '.groups[1].amdahl.alpha.value' 0.25 1e-9
  run "$NWAY" fit --group machine --format csv "$work/groups.csv"
  [ "${lines[0]}" = "machine,law,chosen,term,value,se,low,high,held,counts,note" ]
  [[ ${lines[1]} == '"a, big",amdahl,1,alpha,'* ]]
  run "$NWAY" fit --no-chart --group none "$work/groups.csv"
  [ "$status" = 0 ]
  [[ $output == *"4 counts of nodes from 1 to 8, 8 rows"* ]]
}

@test "too few counts are refused with 3, and groups of single rows say how to join them" {
  run "$NWAY" fit --no-chart "$(groups)" # rep tells all rows apart, so it forms no groups
  [ "$status" = 0 ]
  tr '\n' ' ' <<<"$output" | grep -qF "groups by machine; left out: rep (numbers repetitions)."
  run "$NWAY" fit --no-chart --group rep "$work/groups.csv"
  [ "$status" = 3 ]
  [[ $output == *"refused: a law needs at least 4 counts"* ]]
  [[ $output == *"--group none"* ]]
  run "$NWAY" fit --format json --group rep "$work/groups.csv"
  [ "$status" = 3 ]
  [ "$(jq '[.groups[].usl] | unique | .[0]' <<<"$output")" = null ]
}

# refused TEXT: the fit of stdin ends with 2 and a message that holds TEXT
refused() {
  run "$NWAY" fit --no-chart "$(table bad.csv)"
  echo "$output"
  [ "$status" = 2 ] && [[ $output == *"$1"* ]]
}

@test "bad input is refused with file, line and what to do" {
  printf 'speed,throughput\n1,2\n' | refused "bad.csv:1: no column is known as the number of workers (workers, threads"
  printf 'threads,size\n1,2\n' | refused "name it with --time COLUMN or --throughput COLUMN, or rename it"
  printf 'threads,cores,time\n1,2,3\n' | refused "bad.csv:1: columns 'threads' and 'cores' are alike; choose one with --count COLUMN"
  printf 'threads,time\n1,2\n2,x\n' | refused "bad.csv:3: time: 'x' is not a decimal number"
  printf 'threads,time\n1,2\n0,3\n' | refused "bad.csv:3: threads: '0' must be above 0; correct it"
  printf 'threads,time\n1,-2\n' | refused "bad.csv:2: time: '-2' must be above 0"
  printf 'threads,time\n1,\n' | refused "bad.csv:2: time: empty value; fill it in"
  printf 'threads,time\n1,2,3\n' | refused "bad.csv:2: 3 fields, but the header has 2"
  printf 'threads,time\n1,nan\n' | refused "bad.csv:2: time: 'nan' is not a decimal number"
  printf 'threads,time\n1,1e-320\n' | refused "bad.csv:2: time: '1e-320' must be above 0"
  printf 'threads,time\n' | refused "bad.csv: no data rows"
  printf '' | refused "bad.csv:1: missing header line"
  printf 'threads,time\n1,2' | refused "bad.csv: no data rows; end the last line with a line feed"
}

@test "a table as spreadsheets write it is read, and what was read as what is told" {
  printf '\xef\xbb\xbf# made by hand\r\nProcessors;"Time (s)";Lauf;Speedup\r\n' >"$work/x.csv"
  printf '1;10,0;1;1,00\r\n2;5,5;2;1,82\r\n4;3,25;3;3,08\r\n8;2,125;4;4,71\r\n16;1,5625;5;6,40\r\n' >>"$work/x.csv"
  run "$NWAY" fit --no-chart "$work/x.csv"
  [ "$status" = 0 ]
  tr '\n' ' ' <<<"$output" | grep -qF "Read: Processors as the number of workers; Time (s) as a time; left out: Lauf (no value at two counts), Speedup (another measured figure); semicolons between columns; decimal commas."
  run "$NWAY" fit --format json "$work/x.csv"
  near "$output" .amdahl.alpha.value 0.1 1e-9
  run "$NWAY" fit --format json --count Lauf --throughput Speedup --group none "$work/x.csv"
  [ "$(jq -r '.workers, .value' <<<"$output" | tr '\n' ' ')" = "Lauf Speedup " ]
}

@test "a cut last row is left out and told" {
  printf 'threads,throughput\n1,10\n2,19\n4,36\n8,60\n16,9' >"$work/cut.csv"
  "$NWAY" fit --format json "$work/cut.csv" >"$work/out" 2>"$work/told"
  [ "$(jq .counts "$work/out")" = 4 ]
  grep -q 'ignored the last line: it has no line feed' "$work/told"
}

@test "options that cannot be are refused before anything is read" {
  for options in "--format xml" "--fromat csv" "--group" "--output=" "--group thread $(sdm91)" "a b" "$work/none.csv"; do
    run "$NWAY" fit $options
    echo "$options: $output"
    [ "$status" = 2 ]
  done
  run "$NWAY" fit --fromat csv
  [[ $output == *"did you mean '--format'?"* ]]
  run "$NWAY" fit --help
  [ "$status" = 0 ]
  [[ $output == *"Exit codes"* ]]
}

@test "foreign names run nowhere and are shown as text" {
  canary=$work/canary
  printf 'a,threads,throughput\n"`touch %s`<script>\033[31m",1,10\n"`touch %s`<script>\033[31m",2,19\n' "$canary" "$canary" >"$work/x.csv"
  printf '"`touch %s`<script>\033[31m",4,36\n"`touch %s`<script>\033[31m",8,60\n' "$canary" "$canary" >>"$work/x.csv"
  printf 'other,1,1\n' >>"$work/x.csv"
  run "$NWAY" fit --output "$work/charts" "$work/x.csv"
  [ "$status" = 0 ]
  [ ! -e "$canary" ]
  refute grep -q '<script' "$work/charts/fit-01.svg"
  [[ $output != *$'\033'* ]]
}

@test "a run is fitted variant by variant, and its page says where the missing speedup went" {
  "$(tool synth_run)" "$work/many" many
  run "$NWAY" fit --no-chart --format json "$work/many"
  [ "$status" = 0 ]
  [ "$(jq -r '[.groups[] | select(.group.problem | startswith("triad")) | .chosen] | unique | join(" ")' <<<"$output")" = usl ]
  # contention 0.0005 and serial share 0.02 of the times: X = N / (1 + (N - 1)(0.02 + 0.0005 N))
  near "$(jq '.groups[] | select((.group.problem | startswith("triad")) and .group.variant == "omp")' <<<"$output")" .usl.alpha.value 0.02 0.002
  near "$(jq '.groups[] | select((.group.problem | startswith("triad")) and .group.variant == "omp")' <<<"$output")" .usl.beta.value 0.0005 0.00002
  fits=$output
  run "$NWAY" report "$work/many"
  [ "$status" = 0 ]
  grep -q 'Where the missing speedup went' "$work/many/report/report.html"
  grep -q 'bandwidth probe) explains' "$work/many/report/report.html"
  grep -q 'The item sizes limit the speedup to 32' "$work/many/report/report.html"
  # a bar holds what is missing: p - S
  speedup=$(jq '.groups[] | select((.group.problem | startswith("triad")) and .group.variant == "omp") | .points[-1][1]' <<<"$fits")
  awk -F, -v s="$speedup" '$2 == "64 workers" { sum += $4 } END { d = sum - (64 - s); exit !(d * d < 1e-6) }' \
    "$work/many/report/data/p02-loss.csv"
}

@test "the public tables give the figures that their page names" {
  rows=0
  for file in docs/tables/*.csv; do
    figures=$("$NWAY" fit --format csv "$file" | awk -F, -v table="$(basename "$file")" '
      NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
      $at["chosen"] == 1 && $at["term"] ~ /^(alpha|beta|peak)$/ {
        printf "| %s%s |\t%.4g [%.4g, %.4g]\n", table, (at["law"] > 1 ? " " $1 : ""), $at["value"], $at["low"], $at["high"] }')
    while IFS=$'\t' read -r name figure; do
      grep -F "$name" docs/tables/README.md | grep -qF "$figure" || { echo "README.md lacks: $name $figure"; return 1; }
      rows=$((rows + 1))
    done <<<"$figures"
  done
  [ "$rows" = 20 ]
}

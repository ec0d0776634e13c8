# A results folder that came from a stranger: what lies in it leads no read and no write out of it.

load helpers

# One small run, made once for the file; each test works on a copy of it.
setup_file() {
  cd "$BATS_TEST_DIRNAME/../.." || return 1
  nway=${NWAY_BUILD:-build}/nway
  printf '[run]\nworkers=1,2\nvariants=seq,pthread\nrounds=2\nsamples=1\nsample_time=1ms\n[problem c]\nkernel=countdown\nitems=1000\n' >"$BATS_FILE_TMPDIR/c.conf"
  "$nway" run -c "$BATS_FILE_TMPDIR/c.conf" --results "$BATS_FILE_TMPDIR/results" >/dev/null 2>&1
}

# A fresh copy of the run in $run, and a folder of the user's own in $mine with its checksum in $before.
fresh() {
  rm -rf "$work/theirs" "$work/mine"
  mkdir -p "$work/mine/folder"
  cp -r "$BATS_FILE_TMPDIR/results" "$work/theirs"
  run_folder=$(cd "$work/theirs" && echo "$PWD/$(ls -d 2*)")
  rm -rf "$work/theirs/latest"
  mine=$work/mine
  echo 'do not touch' >"$mine/file"
  echo 'do not touch' >"$mine/folder/p01-time.csv"
  echo 'do not touch' >"$mine/folder/report.html"
  before=$(state_of_mine)
}

state_of_mine() { (cd "$work/mine" && find . -type f -exec md5sum {} + | sort && find . ! -type f | sort); }

@test "the detector of these tests sees a write and a deletion through a link" {
  fresh
  ln -s "$mine/file" "$run_folder/out"
  echo x >>"$run_folder/out"
  [ "$(state_of_mine)" != "$before" ]
  fresh
  ln -s "$mine/folder" "$run_folder/out"
  rm "$run_folder/out/report.html"
  [ "$(state_of_mine)" != "$before" ]
}

@test "I23 report and compare refuse links where they would write, by name, and touch nothing behind them" {
  for place in report report/data report/png report/gnuplot; do
    fresh
    mkdir -p "$run_folder/$(dirname "$place")"
    ln -s "$mine/folder" "$run_folder/$place"
    run timeout 60 "$NWAY" report "$run_folder"
    [ "$status" = 2 ]
    [[ $output == *"/$place: is a symbolic link, expected a folder; remove it"* ]]
    [ "$(state_of_mine)" = "$before" ]
  done
  for place in report/report.html report/report.html.new report/gnuplot/common.gp.new report/gnuplot/all.gp.new; do
    fresh
    mkdir -p "$run_folder/$(dirname "$place")"
    ln -s "$mine/file" "$run_folder/$place"
    run timeout 60 "$NWAY" report --strict "$run_folder"
    [ "$status" = 2 ] || [ "$status" = 3 ]
    [[ $output == *"/$place: is a symbolic link, expected a plain file; remove it"* ]]
    [ "$(state_of_mine)" = "$before" ]
  done
  fresh
  mkdir -p "$run_folder/report"
  ln -s "$mine/file" "$run_folder/report/compare.html"
  run timeout 60 "$NWAY" compare "$run_folder" "$BATS_FILE_TMPDIR"/results/2*
  [ "$status" = 2 ]
  [[ $output == *"/report/compare.html: is a symbolic link"* ]]
  [ "$(state_of_mine)" = "$before" ]
}

@test "I23 a link at a chart's own file is not followed either" {
  fresh
  mkdir -p "$run_folder/report/data" "$run_folder/report/png" "$run_folder/report/gnuplot"
  "$NWAY" report "$run_folder" >/dev/null
  for file in "$run_folder"/report/data/*.csv "$run_folder"/report/png/*.png "$run_folder"/report/gnuplot/*.gp; do
    [ "${file##*/}" = common.gp ] || [ "${file##*/}" = all.gp ] || ln -sf "$mine/file" "$file"
  done
  for file in "$run_folder"/report/png/*.png; do
    ln -s "$mine/file" "$file.part"
    name=${file##*/}
    ln -s "$mine/file" "$run_folder/report/gnuplot/${name%.png}.svg"
  done
  timeout 60 "$NWAY" report --strict "$run_folder"
  [ "$(state_of_mine)" = "$before" ]
  [ -f "$run_folder/report/png/overview.png" ] && [ ! -L "$run_folder/report/png/overview.png" ]
}

@test "I4 a link or FIFO in place of a run's own file is refused by name, and nothing hangs" {
  for file in samples.csv plan.csv run.json machine.json catalog.json config.conf; do
    fresh
    cp "$run_folder/$file" "$mine/folder/$file"
    before=$(state_of_mine)
    ln -sf "$mine/folder/$file" "$run_folder/$file"
    for command in show report "run --resume=$run_folder -c $BATS_FILE_TMPDIR/c.conf"; do
      case $command in run*) set -- $command ;; *) set -- "$command" "$run_folder" ;; esac
      run timeout 60 "$NWAY" "$@"
      [ "$status" = 2 ]
      [[ $output == *"/$file: is a symbolic link, expected a plain file; remove it"* ]]
    done
    [ "$(state_of_mine)" = "$before" ]
    rm "$run_folder/$file"
    mkfifo "$run_folder/$file"
    run timeout 60 "$NWAY" report "$run_folder"
    [ "$status" = 2 ]
    [[ $output == *"/$file: is a FIFO, expected a plain file; remove it"* ]]
  done
}

@test "I4 FIFOs in a report's output places are refused by name and hang nothing" {
  for place in report/report.html report/report.html.new report/gnuplot/gnuplot.log; do
    fresh
    mkdir -p "$run_folder/report/gnuplot"
    mkfifo "$run_folder/$place"
    run timeout 60 "$NWAY" report --strict "$run_folder"
    [ "$status" = 2 ] || [ "$status" = 3 ]
    [[ $output == *"/$place: is a FIFO, expected a plain file; remove it"* ]]
  done
  fresh
  "$NWAY" report "$run_folder" >/dev/null
  for file in "$run_folder"/report/png/*.png; do
    name=${file##*/}
    mkfifo "$file.part" "$run_folder/report/gnuplot/${name%.png}.svg"
  done
  timeout 60 "$NWAY" report --strict "$run_folder"
}

@test "I4 a FIFO, a link or a huge file in an earlier run beside the one that is read hangs nothing and is left out" {
  fresh
  mkdir "$work/theirs/20200101-000000-earlier"
  earlier=$work/theirs/20200101-000000-earlier
  cp "$run_folder"/*.csv "$earlier"
  "$NWAY" show "$run_folder" >"$work/alone" || [ "$?" -le 3 ]
  mkfifo "$earlier/run.json"
  for kind in FIFO link huge; do
    case $kind in
      link) ln -sf "$mine/file" "$earlier/run.json" ;;
      huge) rm "$earlier/run.json"; truncate -s 10G "$earlier/run.json" ;;
    esac
    timeout 120 "$NWAY" show "$run_folder" >"$work/shown" || [ "$?" -le 3 ]
    cmp "$work/alone" "$work/shown"
  done
  # what another program measured of the run is a file of the run too
  ln -s "$mine/file" "$run_folder/second.json"
  run "$NWAY" show "$run_folder"
  [ "$status" = 2 ]
  [[ $output == *"/second.json: is a symbolic link, expected a plain file"* ]]
}

@test "I23 --resume in a stranger's folder follows no link, also where it is refused" {
  for place in .lock RUN/samples.csv.new RUN/plan.csv.new RUN/run.json.new RUN/logs; do
    fresh
    file=$work/theirs/${place/RUN/$(basename "$run_folder")}
    rm -rf "$file"
    case $place in *logs) ln -s "$mine/folder" "$file" ;; *) ln -s "$mine/file" "$file" ;; esac
    # as if it had been interrupted after its first round
    jq '.state = "interrupted" | .rounds_done = 1' "$run_folder/run.json" >"$work/run.json"
    cp "$work/run.json" "$run_folder/run.json"
    run timeout 60 "$NWAY" run -c "$BATS_FILE_TMPDIR/c.conf" --resume="$run_folder"
    case $place in
      .lock | *.new) [ "$status" != 0 ] && [[ $output == *"/${place##*/}: is a symbolic link"* ]] ;;
    esac
    [ "$(state_of_mine)" = "$before" ]
    run timeout 60 "$NWAY" run -c configs/quick.conf --resume="$run_folder"
    [ "$status" = 2 ]
    [ "$(state_of_mine)" = "$before" ]
  done
}

@test "a lock that has a second name elsewhere is not written to" {
  fresh
  rm -f "$work/theirs/.lock"
  ln "$mine/file" "$work/theirs/.lock"
  run "$NWAY" run -c "$BATS_FILE_TMPDIR/c.conf" --results "$work/theirs"
  [ "$status" = 2 ]
  [[ $output == *"/.lock: has a second hard link; remove it"* ]]
  [ "$(state_of_mine)" = "$before" ]
}

@test "a file called latest that is no link is not replaced" {
  fresh
  echo mine >"$work/theirs/latest"
  run "$NWAY" run -c "$BATS_FILE_TMPDIR/c.conf" --results "$work/theirs"
  [ "$status" = 0 ]
  [[ $output == *"/latest: cannot point to the run"* ]]
  [ "$(cat "$work/theirs/latest")" = mine ]
}

# gnuplot_that SCRIPT: puts a gnuplot first on PATH
gnuplot_that() {
  mkdir -p "$work/bin"
  printf '#!/bin/sh\n%s\n' "$1" >"$work/bin/gnuplot"
  chmod +x "$work/bin/gnuplot"
  PATH=$work/bin:$PATH
}

@test "F26 a signal to nway report ends a gnuplot that hangs, and what fled from it" {
  fresh
  gnuplot_that "setsid sleep 986.125 & exec sleep 986.25"
  for signal in TERM INT HUP KILL; do
    env --default-signal=INT "$NWAY" report "$run_folder" >/dev/null 2>&1 3>&- &
    pid=$!
    for _ in $(seq 200); do
      [ "$(pgrep -fc 'sleep 986')" = 2 ] && break
      sleep 0.1
    done
    [ "$(pgrep -fc 'sleep 986')" = 2 ]
    kill -s $signal $pid
    wait $pid || true
    for _ in $(seq 200); do
      pgrep -f 'sleep 986' >/dev/null || break
      sleep 0.1
    done
    refute pgrep -af 'sleep 986'
  done
}

@test "F26 a second report without gnuplot keeps the slides that are there" {
  fresh
  "$NWAY" report "$run_folder" >/dev/null
  slides=$(cd "$run_folder/report/png" && md5sum -- *.png)
  [ -n "$slides" ]
  touch "$run_folder/report/png/p09-old.png"
  gnuplot_that 'exit 1'
  run "$NWAY" report "$run_folder"
  [[ $output == *"charts unavailable: gnuplot failed with status 1"* ]]
  [ "$(cd "$run_folder/report/png" && rm -f p09-old.png && md5sum -- *.png)" = "$slides" ]
  rm "$work/bin/gnuplot"
  touch "$run_folder/report/png/p09-old.png"
  "$NWAY" report "$run_folder" >/dev/null
  [ ! -e "$run_folder/report/png/p09-old.png" ] # which belongs to no chart of the new page
}

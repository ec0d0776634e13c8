# Shared by all charts of this report. To draw them again: change what you like, then `gnuplot all.gp` here.
reset
set encoding utf8
set datafile separator ','
set border 3 lw 0.7 lc rgb '#000000'
set tics nomirror out scale 0.5
set grid xtics ytics lt 1 lw 0.5 lc rgb 'gray'
unset key
if (slide) {
  set tmargin 4; set bmargin 6.5; set lmargin 34
  set grid xtics ytics lt 1 lw 0.5 lc rgb '#dddddd'
}

/* Judges the samples of one comparison by a peer, and the CSV of a whole trial. */
#include "trials.h"
#include "two_samples.h"

#include "base/paired.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USAGE = 2, SIDES = 2 };

struct sample {
  double *values;
  size_t count, capacity;
};

/* Lines of "A 12.5" or "B 12.5" from standard input. */
static int read_samples(struct sample samples[SIDES]) {
  char side;
  double value;
  int got;
  while ((got = scanf(" %c %lf", &side, &value)) == 2) {
    if ((side != 'A' && side != 'B') || !(value > 0) || isinf(value))
      return -1;
    struct sample *s = &samples[side - 'A'];
    GROW(s->values, s->count, s->capacity);
    s->values[s->count++] = value;
  }
  return got == EOF && samples[0].count > 1 && samples[1].count > 1 ? 0 : -1;
}

static double median_of(struct sample *s) {
  sort_doubles(s->values, s->count);
  return median_sorted(s->values, s->count);
}

/* "ratio,p,different", as the peer has them: hyperfine's ratio is one of means. */
static int judge_samples(bool welch) {
  struct sample s[SIDES] = {{0}, {0}};
  int bad = read_samples(s);
  if (bad)
    fputs("judge: standard input: wanted lines of 'A number' and 'B number', at least 2 of each\n", stderr);
  else {
    double p = (welch ? welch_test : u_test)(s[0].values, s[0].count, s[1].values, s[1].count);
    double ratio = welch ? mean_of(s[1].values, s[1].count) / mean_of(s[0].values, s[0].count)
                         : median_of(&s[1]) / median_of(&s[0]);
    printf("%.6f,%.4g,%d\n", ratio, isnan(p) ? 1 : p, p < PEERS_ALPHA);
  }
  free(s[0].values);
  free(s[1].values);
  return bad ? USAGE : 0;
}

static int judge_table(const char *path) {
  struct trials trials;
  struct fault why = {0};
  struct text out = {0};
  int code = USAGE;
  if (trials_load(&trials, path, &why) == 0) {
    code = trials_print(&trials, &out);
    fputs(text_of(&out), stdout);
  } else
    fprintf(stderr, "judge: %s\n", why.text);
  text_free(&out);
  trials_free(&trials);
  return code;
}

int main(int argc, char **argv) {
  if (argc == 2 && (strcmp(argv[1], "u") == 0 || strcmp(argv[1], "welch") == 0))
    return judge_samples(strcmp(argv[1], "welch") == 0);
  if (argc == 3 && strcmp(argv[1], "table") == 0)
    return judge_table(argv[2]);
  fputs("usage: judge u|welch <SAMPLES   the two-sample test of Google Benchmark or hyperfine\n"
        "       judge table TRIALS.csv   the table and the criteria of a trial\n"
        "Exit codes of table: 0 all pass, 1 one fails, 2 bad input, 3 too few trials.\n",
        stderr);
  return USAGE;
}

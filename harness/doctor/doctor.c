/* Examines the machine stage by stage and prints each verdict as soon as it is known. */
#include "doctor.h"

#include "base/words.h"
#include "exam.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_WIDTH = 14 };

/* ---- printing ---- */

void doctor_thresholds(FILE *out) {
  fputs("\nThresholds:\n", out);
  for (int i = 0; i < check_count; i++) {
    if (!checks[i].reason[0])
      continue;
    fprintf(out, "  %-*s", NAME_WIDTH, checks[i].name);
    if (!isnan(checks[i].warn))
      fprintf(out, " warn %g", checks[i].warn);
    if (!isnan(checks[i].fail))
      fprintf(out, " fail %g", checks[i].fail);
    fprintf(out, "; %s\n", checks[i].reason);
  }
}

static bool wants_colour(void) {
  const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
  return isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && !(term && strcmp(term, "dumb") == 0);
}

static void print_finding(const struct check *check, const struct finding *finding, bool colour) {
  static const char *const colours[VERDICTS] = {"\033[2m", "\033[32m", "\033[33m", "\033[1;31m"};
  const char *means = check->means[finding->verdict];
  printf("%s%-7s%s  %-*s  %s%s%s\n", colour ? colours[finding->verdict] : "", verdict_words[finding->verdict],
         colour ? "\033[0m" : "", NAME_WIDTH, check->name, finding->found, means ? "; " : "", means ? means : "");
  if (finding->fix[0])
    printf("%*s  fix: %s\n", 7 + 2 + NAME_WIDTH, "", finding->fix);
  fflush(stdout);
}

struct summary {
  int count[VERDICTS];
  char failed[300]; /* names */
};

static void add(struct summary *summary, const struct check *check, enum verdict verdict) {
  summary->count[verdict]++;
  if (verdict == FAIL)
    append(summary->failed, sizeof summary->failed, "%s%s", summary->failed[0] ? ", " : "", check->name);
}

static void print_summary(const struct summary *summary) {
  const int *count = summary->count;
  printf("\n%s%s: %d passed, %d warned, %d failed, %d unknown\n", count[FAIL] ? "unfit because of " : "fit",
         summary->failed, count[PASS], count[WARN], count[FAIL], count[UNKNOWN]);
}

/* ---- examining ---- */

/* Ends the check if a core never runs the thread that is bound to it. */
static void on_timeout(int signal_number) {
  static const char text[] = "\nunfit: a thread bound to a core did not run on it; the check timed out\n";
  (void)signal_number;
  _exit(write(STDOUT_FILENO, text, sizeof text - 1) < 0 ? EXIT_UNDECIDED : EXIT_WRONG);
}

static void examine(struct exam *exam, bool thorough, struct summary *summary) {
  bool colour = wants_colour();
  for (enum stage stage = 0; stage < STAGES; stage++) {
    if (stage == STAGE_TRIAL) {
      alarm(0);
      if (!thorough)
        return;
      if (isatty(STDERR_FILENO))
        fputs("nway: identical processes in pairs for 2 min ...\n", stderr);
    }
    exam_stage(exam, stage);
    for (int i = 0; i < check_count; i++) {
      struct finding finding;
      if (checks[i].stage != stage)
        continue;
      check_judge(&checks[i], &exam->readings, &finding);
      print_finding(&checks[i], &finding, colour);
      add(summary, &checks[i], finding.verdict);
    }
  }
}

int doctor_examine(bool thorough, struct fault *fault) {
  static struct exam exam;
  struct summary summary = {0};
  signal(SIGALRM, on_timeout);
  alarm(EXAM_LIMIT_S);
  exam_start(&exam, "");
  examine(&exam, thorough, &summary);
  print_summary(&summary);
  if (fflush(stdout) != 0 || ferror(stdout))
    return fault_set(fault, EXIT_UNDECIDED, "standard output: %s", strerror(errno));
  return summary.count[FAIL] ? EXIT_WRONG : EXIT_FINE;
}

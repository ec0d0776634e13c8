/* Shows the progress of a run. */
#include "progress.h"

#include "base/clock.h"
#include "base/translate.h"
#include "base/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SAY_BYTES = 5000 };
static const int64_t step_ns = 5000000000;

void progress_begin(struct progress *progress) {
  *progress = (struct progress){.terminal = isatty(STDERR_FILENO), .stepped_ns = clock_ns()};
}

void progress_clear(struct progress *progress) {
  if (progress->shown)
    fputs("\r\033[K", stderr);
  progress->shown = false;
}

/* Prints the lines of a text, in which names come from a configuration. */
static void say_lines(const char *format, va_list args) {
  char text[SAY_BYTES], shown[4 * SAY_BYTES], *rest = text, *line;
  vsnprintf(text, sizeof text, format, args);
  while ((line = strsep(&rest, "\n")))
    fprintf(stderr, "%s\n", printable(line, shown, sizeof shown));
}

void progress_say(struct progress *progress, const char *format, ...) {
  va_list args;
  progress_clear(progress);
  va_start(args, format);
  say_lines(translated(format), args);
  va_end(args);
}

void progress_step(struct progress *progress, const char *format, ...) {
  va_list args;
  if (progress->terminal || clock_ns() - progress->stepped_ns < step_ns)
    return;
  progress->stepped_ns = clock_ns();
  va_start(args, format);
  say_lines(translated(format), args);
  va_end(args);
}

static int columns(void) {
  struct winsize size;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

void progress_at(struct progress *progress, double done_ratio, int64_t left_ns, const char *format, ...) {
  char line[400] = "", what[300], shown[4 * sizeof what], left[40] = "";
  va_list args;
  if (!progress->terminal)
    return;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  if (left_ns >= 0)
    format_duration(left_ns, left, sizeof left);
  snprintf(line, sizeof line, "%3.0f %%  %s%s  %s", done_ratio * 100, left[0] ? "ETA " : "", left,
           printable(what, shown, sizeof shown));
  fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
  progress->shown = true;
}

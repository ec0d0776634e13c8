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

static const int64_t step_ns = 5000000000;

void progress_begin(struct progress *progress) {
  *progress = (struct progress){.terminal = isatty(STDERR_FILENO), .stepped_ns = clock_ns()};
}

void progress_clear(struct progress *progress) {
  if (progress->shown)
    fputs("\r\033[K", stderr);
  progress->shown = false;
}

void progress_say(struct progress *progress, const char *format, ...) {
  va_list args;
  progress_clear(progress);
  va_start(args, format);
  vfprintf(stderr, translated(format), args);
  va_end(args);
  fputc('\n', stderr);
}

void progress_step(struct progress *progress, const char *format, ...) {
  va_list args;
  if (progress->terminal || clock_ns() - progress->stepped_ns < step_ns)
    return;
  progress->stepped_ns = clock_ns();
  va_start(args, format);
  vfprintf(stderr, translated(format), args);
  va_end(args);
  fputc('\n', stderr);
}

static int columns(void) {
  struct winsize size;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

void progress_at(struct progress *progress, double done_ratio, int64_t left_ns, const char *format, ...) {
  char line[400] = "", what[300], left[40] = "";
  va_list args;
  if (!progress->terminal)
    return;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  if (left_ns >= 0)
    format_duration(left_ns, left, sizeof left);
  snprintf(line, sizeof line, "%3.0f %%  %s%s  %s", done_ratio * 100, left[0] ? "ETA " : "", left, what);
  fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
  progress->shown = true;
}

/* Handles the signals with which a user stops nway. */
#include "stop.h"

#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t stop_signal;

static void on_signal(int signal_number) {
  if (stop_signal)
    _exit(128 + signal_number);
  stop_signal = signal_number;
}

static bool is_ignored(int signal_number) {
  struct sigaction now;
  return sigaction(signal_number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

void stop_on_signals(void) {
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction action = {.sa_handler = on_signal};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    if (signals[i] != SIGHUP || !is_ignored(SIGHUP)) /* nohup(1) */
      sigaction(signals[i], &action, NULL);
  signal(SIGPIPE, SIG_IGN);
}

const volatile sig_atomic_t *stop_flag(void) { return &stop_signal; }

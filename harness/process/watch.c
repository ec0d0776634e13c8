/* Decides when a program is sent TERM and KILL. */
#include "watch.h"

#include "base/clock.h"

static const int64_t grace_ns = 300000000, look_ns = 100000000, absent_ns = 1000000000;

struct watch watch_begin(const struct keeper *keeper, int64_t since, int64_t limit_ns,
                         const volatile sig_atomic_t *stop) {
  return (struct watch){.keeper = keeper,
                        .stop = stop,
                        .looked = clock_ns(),
                        .deadline = limit_ns > 0 && limit_ns < INT64_MAX - since ? since + limit_ns : INT64_MAX};
}

static void send_next(struct watch *watch, enum watch_why why, int64_t now) {
  if (watch->why == WATCH_NOTHING)
    watch->why = why;
  keeper_signal(watch->keeper, watch->signals++ == 0 ? SIGTERM : SIGKILL);
  watch->deadline = now + grace_ns;
}

int64_t watch_look(struct watch *watch) {
  int64_t now = clock_ns();
  bool absent = now - watch->looked > absent_ns;
  if (absent)
    watch->absence_ns += now - watch->looked;
  if (watch->waited_for && watch->deadline < INT64_MAX - watch->absence_ns)
    watch->deadline += watch->absence_ns;
  if (watch->waited_for || !absent)
    watch->absence_ns = 0;
  watch->looked = now;
  if (watch->stop && *watch->stop && watch->why == WATCH_NOTHING)
    send_next(watch, WATCH_STOP, now);
  else if (now >= watch->deadline && !watch->looked_again)
    return watch->looked_again = true, 0;
  else if (now >= watch->deadline)
    send_next(watch, WATCH_TIMEOUT, now);
  watch->looked_again = false;
  int64_t left = watch->deadline - now;
  return left < look_ns ? left : look_ns;
}

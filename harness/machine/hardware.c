/* Opens and reads hardware performance counters. */
#include "hardware.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *const hardware_names[HARDWARE_COUNTERS] = {"cycles", "instructions", "cache_misses", "branch_misses"};
static const uint64_t events[HARDWARE_COUNTERS] = {PERF_COUNT_HW_CPU_CYCLES, PERF_COUNT_HW_INSTRUCTIONS,
                                                   PERF_COUNT_HW_CACHE_MISSES, PERF_COUNT_HW_BRANCH_MISSES};

static int open_event(uint64_t config) {
  struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE,
                                 .size = sizeof attr,
                                 .config = config,
                                 .inherit = 1,
                                 .exclude_kernel = 1,
                                 .exclude_hv = 1,
                                 .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING};
  return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

struct hardware hardware_open(void) {
  struct hardware hardware;
  for (int i = 0; i < HARDWARE_COUNTERS; i++)
    hardware.fds[i] = open_event(events[i]);
  return hardware;
}

void hardware_close(struct hardware *hardware) {
  for (int i = 0; i < HARDWARE_COUNTERS; i++)
    if (hardware->fds[i] >= 0)
      close(hardware->fds[i]);
}

void hardware_read(const struct hardware *hardware, int64_t counts[HARDWARE_COUNTERS]) {
  for (int i = 0; i < HARDWARE_COUNTERS; i++) {
    struct {
      uint64_t value, enabled, running;
    } now;
    counts[i] = -1;
    if (hardware->fds[i] >= 0 && read(hardware->fds[i], &now, sizeof now) == sizeof now && now.running > 0)
      counts[i] = (int64_t)((double)now.value * (double)now.enabled / (double)now.running);
  }
}

/* Fakes the clock of a program and of all that it starts, so that its times are those of a script at any speed of the
 * machine. Load it by LD_PRELOAD; FAKE_CLOCK names a file through which all processes share one time.
 *
 * The time stands still but for waits: each puts it on by its length and returns at once. A reading takes 1 ns.
 * FAKE_CLOCK_RUNS=1 lets it go on as the machine's clock does. FAKE_CLOCK_SPREAD=10 makes waits up to 10 % longer, by the same random numbers every time.
 * A poll() of more than 101 ms that finds nothing takes its timeout. A shorter one, and a nanosleep() of 0.2 ms or less,
 * are looks: they are real and take no time, since the machine's load decides how many of them a loop needs.
 * A wait of a minute or longer puts the time on too, but never returns: it is over any time limit at once.
 * Nobody takes CPU time away: /proc/stat knows of no steal, and cpu.stat and scaling_cur_freq are not there.
 *
 * Workers share the clock, so their waits add up. A program that polls until the clock says so, as libuv's loop, is
 * not for a clock that stands still. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int64_t second = 1000000000, beginning = 1000000000000, endless = 60000000000, pause_ns = 200000;
enum { look_ms = 101 };

static struct clock {
  _Atomic int64_t passed_ns; /* by script */
  _Atomic uint64_t drawn;    /* random numbers so far */
} * fake;
static int runs;
static uint64_t spread; /* percent */

__attribute__((constructor)) static void share(void) {
  const char *path = getenv("FAKE_CLOCK"), *text = getenv("FAKE_CLOCK_SPREAD");
  int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
  runs = getenv("FAKE_CLOCK_RUNS") != NULL;
  spread = text ? strtoull(text, NULL, 10) : 0;
  if (fd < 0 || ftruncate(fd, sizeof *fake) != 0)
    abort();
  fake = mmap(NULL, sizeof *fake, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (fake == MAP_FAILED)
    abort();
  close(fd);
}

/* At most 68 years, as of `sleep infinity`. */
static int64_t ns_of(struct timespec t) {
  return t.tv_sec < INT32_MAX ? t.tv_sec * second + t.tv_nsec : INT32_MAX * second;
}

static int64_t machine_ns(void) {
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return ns_of(now);
}

/* The two clocks of time that passes are one here; those of CPU time and of the calendar are the machine's. */
int clock_gettime(clockid_t clock, struct timespec *now) {
  if (clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)
    return (int)syscall(SYS_clock_gettime, clock, now);
  int64_t at = atomic_fetch_add(&fake->passed_ns, !runs) + (runs ? machine_ns() : beginning);
  *now = (struct timespec){at / second, at % second};
  return 0;
}

/* 0 to 999, by splitmix64. */
static int64_t draw(void) {
  uint64_t z = (atomic_fetch_add(&fake->drawn, 1) + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return (int64_t)((z ^ (z >> 31)) % 1000);
}

static void wait_for(int64_t ns) {
  atomic_fetch_add(&fake->passed_ns, ns + (spread ? ns / 100000 * (int64_t)spread * draw() : 0));
  while (ns >= endless)
    pause();
}

/* A pause of 0.2 ms or less is one between two looks at what the machine does, however often that is: it is real. */
int nanosleep(const struct timespec *length, struct timespec *left) {
  if (ns_of(*length) <= pause_ns)
    return (int)syscall(SYS_nanosleep, length, left);
  wait_for(ns_of(*length));
  return (void)left, 0;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *length, struct timespec *left) {
  struct timespec now = {0};
  if (flags & TIMER_ABSTIME)
    clock_gettime(clock, &now);
  int64_t ns = ns_of(*length) - ns_of(now);
  if (ns > 0)
    wait_for(ns);
  return (void)left, 0;
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms) {
  struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
  int found = ppoll(fds, count, timeout_ms < 0 ? NULL : &timeout, NULL);
  if (found == 0 && !runs && timeout_ms > look_ms)
    atomic_fetch_add(&fake->passed_ns, ns_of(timeout));
  return found;
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), least = strlen(end);
  return length >= least && strcmp(text + length - least, end) == 0;
}

FILE *fopen(const char *path, const char *mode) {
  static char no_steal[] = "cpu 0 0 0 0 0 0 0 0 0 0\n";
  if (strcmp(path, "/proc/stat") == 0)
    return fmemopen(no_steal, sizeof no_steal - 1, "r");
  if (ends_with(path, "/cpu.stat") || ends_with(path, "/scaling_cur_freq"))
    return errno = ENOENT, NULL;
  FILE *(*real)(const char *, const char *) = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, "fopen");
  return real(path, mode);
}

/* The kernel countdown as a program for hyperfine, and the load of a loaded trial:
 *   spin N                  counts N down to 0
 *   spin --load CPU PARENT  keeps CPU busy until the process PARENT, which started it, ends */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* As in kernels/countdown.c. */
__attribute__((noinline)) static int64_t count_down(int64_t i) {
  for (; i != 0; i--)
    __asm__ volatile("" : "+r"(i));
  return i;
}

static int number(const char *text, int64_t *value) {
  char *end;
  errno = 0;
  *value = strtoll(text, &end, 10);
  return errno || end == text || *end || *value < 0 ? -1 : 0;
}

static int load(int64_t cpu, int64_t parent) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((size_t)cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) {
    fprintf(stderr, "spin: CPU %" PRId64 ": %s\n", cpu, strerror(errno));
    return 2;
  }
  /* However the parent ends, the load ends with it; the question after it is for one that ended before. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (getppid() == (pid_t)parent)
    count_down(100000000);
  return 0;
}

int main(int argc, char **argv) {
  int64_t n, cpu;
  if (argc == 2 && number(argv[1], &n) == 0)
    return count_down(n) != 0;
  if (argc == 4 && strcmp(argv[1], "--load") == 0 && number(argv[2], &cpu) == 0 && number(argv[3], &n) == 0)
    return load(cpu, n);
  fputs("usage: spin N | spin --load CPU PARENT\n", stderr);
  return 2;
}

/* Reads the resource usage of workers. */
#include "usage.h"

#include "sysfile.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static int64_t timeval_ns(struct timeval t) { return (int64_t)t.tv_sec * 1000000000 + t.tv_usec * 1000; }

static struct usage usage_of(int who) {
  struct rusage r;
  getrusage(who, &r);
  return (struct usage){.cpu_ns = timeval_ns(r.ru_utime) + timeval_ns(r.ru_stime),
                        .user_ns = timeval_ns(r.ru_utime),
                        .sys_ns = timeval_ns(r.ru_stime),
                        .minor_faults = r.ru_minflt,
                        .major_faults = r.ru_majflt,
                        .voluntary_switches = r.ru_nvcsw,
                        .involuntary_switches = r.ru_nivcsw,
                        .max_rss_bytes = r.ru_maxrss * 1024L};
}

struct usage usage_of_worker(void) {
  struct timespec t;
  struct usage usage = usage_of(RUSAGE_THREAD);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  usage.cpu_ns = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
  return usage;
}

struct usage usage_of_process(void) {
  struct usage own = usage_of(RUSAGE_SELF);
  usage_add(&own, usage_of(RUSAGE_CHILDREN), (struct usage){0});
  return own;
}

void usage_add(struct usage *sum, struct usage now, struct usage before) {
  sum->cpu_ns += now.cpu_ns - before.cpu_ns;
  sum->user_ns += now.user_ns - before.user_ns;
  sum->sys_ns += now.sys_ns - before.sys_ns;
  sum->minor_faults += now.minor_faults - before.minor_faults;
  sum->major_faults += now.major_faults - before.major_faults;
  sum->voluntary_switches += now.voluntary_switches - before.voluntary_switches;
  sum->involuntary_switches += now.involuntary_switches - before.involuntary_switches;
  sum->max_rss_bytes = now.max_rss_bytes > sum->max_rss_bytes ? now.max_rss_bytes : sum->max_rss_bytes;
}

int64_t usage_pss(pid_t pid) {
  char line[200];
  long long kilobytes = 0;
  FILE *file = sysfile_open("", "/proc/%d/smaps_rollup", (int)pid);
  while (file && fgets(line, sizeof line, file) && sscanf(line, "Pss: %lld kB", &kilobytes) != 1)
    ;
  if (file)
    fclose(file);
  return kilobytes * 1024;
}

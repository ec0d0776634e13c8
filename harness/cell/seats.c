/* Binds threads to CPUs, and finds which CPUs the workers' real affinity masks leave them, whoever set the masks. */
#include "seats.h"

#include "base/words.h"

#include <dirent.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MASK_CPUS = 64 * MASK_WORDS };

static void mask_of(pid_t thread, uint64_t mask[MASK_WORDS]) {
  memset(mask, 0, MASK_WORDS * sizeof *mask);
  if (syscall(SYS_sched_getaffinity, thread, MASK_WORDS * sizeof *mask, mask) < 0)
    memset(mask, 0, MASK_WORDS * sizeof *mask);
}

void seats_mask(uint64_t mask[MASK_WORDS]) { mask_of(0, mask); }

/* The set is allocated, as it may exceed the 1024 CPUs of cpu_set_t. */
int seats_bind(const int *cpus, int count) {
  int highest = 0;
  for (int i = 0; i < count; i++)
    highest = cpus[i] > highest ? cpus[i] : highest;
  size_t bytes = CPU_ALLOC_SIZE(highest + 1);
  cpu_set_t *set = CPU_ALLOC(highest + 1);
  if (!set)
    return -1;
  CPU_ZERO_S(bytes, set);
  for (int i = 0; i < count; i++)
    CPU_SET_S(cpus[i], bytes, set);
  int failed = sched_setaffinity(0, bytes, set);
  CPU_FREE(set);
  return failed;
}

static int cpu_of(const char *where) {
  int64_t number;
  struct fault ignored;
  if (strcmp(where, "here") == 0)
    return sched_getcpu();
  return parse_count(where, &number, &ignored) == 0 && number < MASK_CPUS ? (int)number : -1;
}

int seats_stay(const char *where) {
  int cpu = where ? cpu_of(where) : -1;
  return cpu >= 0 && seats_bind(&cpu, 1) == 0 ? cpu : -1;
}

static bool allows(const uint64_t mask[MASK_WORDS], int cpu) { return mask[cpu / 64] >> (cpu % 64) & 1; }

static int first_of(const uint64_t mask[MASK_WORDS]) {
  int cpu = 0;
  while (cpu < MASK_CPUS && !allows(mask, cpu))
    cpu++;
  return cpu < MASK_CPUS ? cpu : -1;
}

bool seats_are_moved(const struct stamps *stamps, int workers, const uint64_t own[MASK_WORDS]) {
  bool moved = false, known = first_of(own) >= 0;
  for (int i = 0; i < workers; i++) {
    known &= first_of(stamps[i].mask) >= 0;
    moved |= memcmp(stamps[i].mask, own, sizeof stamps[i].mask) != 0;
  }
  return known && moved;
}

void seats_of_threads(struct stamps *stamps, int workers) {
  DIR *tasks = opendir("/proc/self/task");
  int count = 0;
  for (struct dirent *task; tasks && (task = readdir(tasks));)
    if (task->d_name[0] != '.' && count++ < workers)
      mask_of((pid_t)strtol(task->d_name, NULL, 10), stamps[count - 1].mask);
  if (tasks)
    closedir(tasks);
  if (count == workers)
    return;
  seats_mask(stamps[0].mask);
  for (int i = 1; i < workers; i++)
    memset(stamps[i].mask, 0, sizeof stamps[i].mask);
}

struct seating {
  const struct stamps *stamps;
  int owner[MASK_CPUS]; /* the worker on a CPU, or -1 */
  bool seen[MASK_CPUS]; /* in the search for one worker */
};

/* Seats the worker; moves others on if that makes room. */
static bool seat(struct seating *s, int worker) {
  for (int cpu = 0; cpu < MASK_CPUS; cpu++) {
    if (!allows(s->stamps[worker].mask, cpu) || s->seen[cpu])
      continue;
    s->seen[cpu] = true;
    if (s->owner[cpu] < 0 || seat(s, s->owner[cpu])) {
      s->owner[cpu] = worker;
      return true;
    }
  }
  return false;
}

int seats_find(const struct stamps *stamps, int workers, int cpus[WORKERS_MAX]) {
  struct seating s = {.stamps = stamps};
  int seated = 0;
  memset(s.owner, -1, sizeof s.owner);
  for (int i = 0; i < workers; i++) {
    memset(s.seen, 0, sizeof s.seen);
    seated += seat(&s, i);
    cpus[i] = first_of(stamps[i].mask);
  }
  for (int cpu = 0; cpu < MASK_CPUS; cpu++)
    if (s.owner[cpu] >= 0)
      cpus[s.owner[cpu]] = cpu;
  return seated;
}

/* Binds the pages of a team to memory nodes. */
#include "memory.h"

#include "base/cell_id.h"
#include "base/words.h"

#include <dirent.h>
#include <errno.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NODES_MAX = 1024, WORD_BITS = 8 * sizeof(unsigned long) };

struct nodes {
  unsigned long bits[NODES_MAX / WORD_BITS];
};

static const char *const policies[] = {MEMORY_LOCAL, "interleave"};
enum { POLICIES = sizeof policies / sizeof *policies };

const char *memory_policy(const char *name, struct fault *fault) {
  for (int i = 0; i < POLICIES; i++)
    if (strcmp(policies[i], name) == 0)
      return policies[i];
  unknown_word(fault, "memory policy", name, policies, POLICIES, NULL);
  return NULL;
}

static long bind_pages(void *start, size_t bytes, int mode, const struct nodes *nodes) {
  return bytes == 0 ? 0 : syscall(SYS_mbind, start, bytes, mode, nodes->bits, (unsigned long)NODES_MAX, 0UL);
}

/* The memory node of a CPU, or -1 if the system names none. */
static int node_of(int cpu) {
  char path[64];
  int node = -1;
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d", cpu);
  DIR *folder = opendir(path);
  for (struct dirent *entry; folder && node < 0 && (entry = readdir(folder));)
    if (sscanf(entry->d_name, "node%d", &node) != 1)
      node = -1;
  if (folder)
    closedir(folder);
  return node < NODES_MAX ? node : -1;
}

static int interleave(struct team *team, struct fault *fault) {
  struct nodes nodes = {{0}};
  struct job *job = team->job;
  int mode;
  if (syscall(SYS_get_mempolicy, &mode, nodes.bits, (unsigned long)NODES_MAX, NULL,
              (unsigned long)MPOL_F_MEMS_ALLOWED) == 0 &&
      bind_pages(job->memory, job->bytes, MPOL_INTERLEAVE, &nodes) == 0 &&
      bind_pages(job->scratch, job->scratch_stride * (size_t)team->workers, MPOL_INTERLEAVE, &nodes) == 0)
    return 0;
  return fault_note(fault, EXIT_UNDECIDED, "memory=interleave: the system refuses to place pages: %s", strerror(errno));
}

static void place_share(struct team *team, int id) {
  struct job *job = team->job;
  struct nodes nodes = {{0}};
  int node = node_of(team->cpus[id % team->cpu_count]);
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  long lo, hi;
  if (node < 0)
    return;
  nodes.bits[node / WORD_BITS] = 1UL << (node % WORD_BITS);
  team_share((long)((job->bytes + page - 1) / page), team->workers, id, &lo, &hi);
  bind_pages((char *)job->memory + (size_t)lo * page, (size_t)(hi - lo) * page, MPOL_PREFERRED, &nodes);
  bind_pages(team->members[id].scratch, job->scratch_stride, MPOL_PREFERRED, &nodes);
}

int memory_place(struct team *team, const char *policy, struct fault *fault) {
  if (strcmp(policy, "interleave") == 0)
    return interleave(team, fault);
  for (int i = 0; i < team->workers && team->cpu_count > 0; i++)
    place_share(team, i);
  return 0;
}

/* Has hyperfine time one execution of a program, so that its clock stands in nway's blocks. */
#ifndef NWAY_HYPERFINE_H
#define NWAY_HYPERFINE_H

#include "program.h"

#include <stdint.h>

/* What hyperfine says of one execution; times in ns. */
struct hyperfine_times {
  int64_t wall_ns, user_ns, sys_ns;
  int code; /* exit code; 128 + n after signal n */
};

/* One call of hyperfine on its way. */
struct hyperfine {
  int json; /* where it writes its result: an unnamed file of this process */
};

/* True if it is on PATH. */
int hyperfine_is_there(void);

/* Starts `hyperfine --runs 1` of the program, without a shell of its own: stdin comes from `program->input` by a shell
 * (hyperfine 1.15 has no --input), stdout and stderr are the program's. Returns 0 or an errno; then the caller waits
 * for `pid` and calls hyperfine_end. */
int hyperfine_start(const struct program *program, struct hyperfine *call, pid_t *pid);

/* Reads and releases the result; `status` as waitpid gives it. Returns NULL, or `why`: what is wrong with hyperfine or
 * its JSON. */
const char *hyperfine_end(struct hyperfine *call, int status, struct hyperfine_times *times, char *why, size_t size);

/* Reads the times of one execution from hyperfine's JSON (any file descriptor at offset 0). Returns NULL or `why`. */
const char *hyperfine_read(int fd, struct hyperfine_times *times, char *why, size_t size);

#endif

/* Fakes a machine without memory: by LD_PRELOAD, allocation FAKE_MALLOC_NTH of each process called FAKE_MALLOC_PROGRAM
 * fails, and with FAKE_MALLOC_LASTS set all later ones too; the first failure appends a line INJECTED to the file
 * FAKE_MALLOC_LOG. Those of libhwloc never fail: it checks few of its allocations (2.9), all before anything is
 * measured. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static atomic_long count;
static long nth = -1; /* 0: none fails here */

static void read_settings(void) {
  const char *asked = getenv("FAKE_MALLOC_NTH"), *program = getenv("FAKE_MALLOC_PROGRAM");
  nth = asked && program && program_invocation_short_name && strcmp(program, program_invocation_short_name) == 0
            ? strtol(asked, NULL, 10)
            : 0;
}

static int is_exempt(const void *caller) {
  Dl_info about;
  return dladdr(caller, &about) && about.dli_fname && strstr(about.dli_fname, "libhwloc");
}

static int fails(const void *caller) {
  if (nth < 0)
    read_settings();
  if (nth == 0 || is_exempt(caller))
    return 0;
  long now = atomic_fetch_add(&count, 1) + 1;
  if (now == nth) {
    int log = (int)syscall(SYS_open, getenv("FAKE_MALLOC_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log < 0 || syscall(SYS_write, log, "INJECTED\n", 9) != 9)
      syscall(SYS_exit_group, 97);
    syscall(SYS_close, log);
  }
  if (now != nth && !(now > nth && getenv("FAKE_MALLOC_LASTS")))
    return 0;
  errno = ENOMEM;
  return 1;
}

void *malloc(size_t size) { return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size); }
void *calloc(size_t number, size_t size) {
  return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(number, size);
}
void *realloc(void *old, size_t size) { return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size); }

/* Fakes a machine that is short of threads: by LD_PRELOAD, pthread_create fails with EAGAIN once FAKE_THREADS_MOST
 * threads of the process are neither joined nor detached, and appends a line INJECTED to the file FAKE_THREADS_LOG. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_long started;

static void tell(void) {
  int fd = open(getenv("FAKE_THREADS_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, "INJECTED\n", 9) != 9)
    abort();
  close(fd);
}

int pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*start)(void *), void *with) {
  static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  const char *most = getenv("FAKE_THREADS_MOST");
  if (!real)
    real = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT, "pthread_create");
  if (most && atomic_load(&started) >= atol(most)) {
    tell();
    return EAGAIN;
  }
  int error = real(id, attributes, start, with);
  if (!error)
    atomic_fetch_add(&started, 1);
  return error;
}

int pthread_join(pthread_t id, void **result) {
  static int (*real)(pthread_t, void **);
  if (!real)
    real = (int (*)(pthread_t, void **))dlsym(RTLD_NEXT, "pthread_join");
  atomic_fetch_sub(&started, 1);
  return real(id, result);
}

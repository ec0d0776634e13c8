/* A fake tree of /sys and /proc for one test: planted by its setup, filled by put, felled by its teardown. */
#ifndef NWAY_FAKE_TREE_H
#define NWAY_FAKE_TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char root[64];

static inline int plant(void **state) {
  (void)state;
  strcpy(root, "/tmp/nway-tree-XXXXXX");
  return mkdtemp(root) ? 0 : -1;
}

static inline int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *at) {
  (void)facts, (void)kind, (void)at;
  return remove(path);
}

static inline int fell(void **state) {
  (void)state;
  return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Writes a file below the root, NULs and all, and makes the folders it needs. */
static inline void put_bytes(const char *name, const void *bytes, size_t size) {
  char path[300];
  snprintf(path, sizeof path, "%s%s", root, name);
  for (char *at = path + strlen(root) + 1; (at = strchr(at, '/')); at++) {
    *at = '\0';
    mkdir(path, 0700);
    *at = '/';
  }
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

static inline void put(const char *name, const char *text) { put_bytes(name, text, strlen(text)); }

#endif

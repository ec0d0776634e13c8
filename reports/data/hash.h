/* Finds things of a list by a hash of what tells them apart. */
#ifndef NWAY_REPORT_HASH_H
#define NWAY_REPORT_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Places in a list that the caller keeps. Starts as {0}; free with hash_free. */
struct hash {
  struct hash_slot {
    uint64_t hash;
    size_t place; /* 1 more than the place in the list; 0: free */
  } * slots;
  size_t used, room; /* room: a power of two, or 0 */
};
#define NOT_THERE SIZE_MAX

/* Whether the thing at `place` is the one that `key` describes. */
typedef bool hash_same(const void *list, size_t place, const void *key);

/* The place of a thing, or NOT_THERE. */
size_t hash_find(const struct hash *, uint64_t hash, hash_same *, const void *list, const void *key);
/* Adds a place that is not there yet. */
void hash_add(struct hash *, uint64_t hash, size_t place);
void hash_free(struct hash *);

/* The hash of texts, one after the other: start with HASH_START. Source: FNV-1a, Fowler, Noll, Vo, RFC 9923. */
#define HASH_START 14695981039346656037ULL
uint64_t hash_text(uint64_t hash, const char *text);
uint64_t hash_number(uint64_t hash, int64_t number);

#endif

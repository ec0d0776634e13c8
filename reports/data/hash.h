/* A hash index over a list that the caller keeps. */
#ifndef NWAY_REPORT_HASH_H
#define NWAY_REPORT_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Indexes into the caller's list. Initialise with {0}; free with hash_free. */
struct hash {
  struct hash_slot {
    uint64_t hash;
    size_t place; /* index in the list plus 1; 0: empty slot */
  } * slots;
  size_t used, room; /* room: a power of two, or 0 */
};
#define NOT_THERE SIZE_MAX

/* Returns whether the element at index `place` matches `key`. */
typedef bool hash_same(const void *list, size_t place, const void *key);

/* Returns the index of the matching element, or NOT_THERE. */
size_t hash_find(const struct hash *h, uint64_t hash, hash_same *same, const void *list, const void *key);
/* Adds an index; its key must be new. */
void hash_add(struct hash *, uint64_t hash, size_t place);
void hash_free(struct hash *);

/* Continues a hash with bytes, a text or a number; start with HASH_START. Source: FNV-1a, Fowler, Noll, Vo, RFC 9923.
 */
#define HASH_START 14695981039346656037ULL
uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t size);
uint64_t hash_text(uint64_t hash, const char *text);
uint64_t hash_number(uint64_t hash, int64_t number);

#endif

/* A bounded map that forgets the least recently used entry, with the semantics of Python's functools.lru_cache, or one
 * that forgets by SIEVE.
 *
 * All of it lives in memory that the caller owns, and every link inside is an index: it may be shared between
 * processes that map it at different addresses. It takes no lock; whoever shares one must. A recursive function
 * is memoised thus (here fact of factorial.c):
 *
 *   if ((value = memo_get(memo, k)))   a hit
 *     return *value;
 *   result = k * fact(k - 1);          a miss computes first, so the inner calls are stored before the outer one,
 *   if ((value = memo_put(memo, k)))   then stores, and may evict
 *     *value = result;
 */
#ifndef NWAY_MEMO_H
#define NWAY_MEMO_H

#include <stddef.h>
#include <stdint.h>

#define MEMO_BOUND_MAX ((uint32_t)1 << 30)

/* At the start of the memory; the rest of it is memo.c's business. */
struct memo {
  int64_t hits, misses, evictions; /* calls since memo_init; for the caller to read */
  uint32_t bound, count;           /* entries: at most, now */
  uint32_t hash_bits;
  uint32_t sieve, hand;         /* 1 if it forgets by SIEVE; the entry that the hand points at */
  size_t buckets_at, values_at; /* bytes from the start of the memory */
  size_t value_bytes;
};

/* Bytes for `bound` entries (1 .. MEMO_BOUND_MAX) with values of up to value_bytes each; 0 if that overflows. */
size_t memo_bytes(uint32_t bound, size_t value_bytes);

/* Makes an empty memo of memo_bytes(bound, value_bytes) bytes, aligned to 64; also the way to empty one.
 * Costs a few bytes written an entry, whatever the size of the values. */
struct memo *memo_init(void *memory, uint32_t bound, size_t value_bytes);

/* The same, but it forgets by SIEVE (Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is Simpler than LRU", NSDI 2024):
 * a hit only marks its entry and moves nothing. A hand goes from the oldest entry to newer ones and round again,
 * takes marks away, and evicts the first entry that has none. */
struct memo *memo_init_sieve(void *memory, uint32_t bound, size_t value_bytes);

/* The value of `key`, which becomes the most recently used; NULL if there is none. Counts a hit or a miss.
 * The pointer holds until the next memo_put. */
void *memo_get(struct memo *, uint64_t key);

/* Room (value_bytes, aligned to 64) for the value of a new key, the most recently used from now on; the least
 * recently used makes way if the memo is full. NULL if the key is there already: the value stands, as does its
 * age. */
void *memo_put(struct memo *, uint64_t key);

#endif

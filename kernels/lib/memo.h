/* A bounded map that evicts the least recently used entry, as Python's functools.lru_cache does, or evicts by SIEVE.
 *
 * The caller owns its memory. All links are indices, so processes may share a memo and map it at different addresses.
 * It takes no lock; callers that share a memo must lock it. To memoise a recursive function (factorial.c does so):
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

/* The head of a memo; entries and values follow, in memo.c's layout. */
struct memo {
  int64_t hits, misses, evictions; /* since memo_init; the caller may read them */
  uint32_t bound, count;           /* largest and current number of entries */
  uint32_t hash_bits;
  uint32_t sieve, hand;         /* 1 if it evicts by SIEVE; the entry at the hand */
  size_t buckets_at, values_at; /* offsets in bytes from the start of the memory */
  size_t value_bytes;
};

/* Bytes for `bound` entries (1 .. MEMO_BOUND_MAX) with values of up to value_bytes each; 0 if that overflows. */
size_t memo_bytes(uint32_t bound, size_t value_bytes);

/* Makes an empty memo in memo_bytes(bound, value_bytes) bytes, aligned to 64; also empties an existing one. Writes a
 * few bytes per entry, regardless of the size of the values. */
struct memo *memo_init(void *memory, uint32_t bound, size_t value_bytes);

/* As memo_init, but evicts by SIEVE (Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is Simpler than LRU", NSDI 2024): a
 * hit marks its entry and moves nothing. A hand moves from the oldest entry to newer ones and round again, clears
 * marks, and evicts the first unmarked entry. */
struct memo *memo_init_sieve(void *memory, uint32_t bound, size_t value_bytes);

/* Returns the value of `key`, which becomes the most recently used, or NULL if there is none. Counts a hit or a miss.
 * The pointer is valid until the next memo_put. */
void *memo_get(struct memo *, uint64_t key);

/* Adds `key` as the most recently used, and returns room for its value (value_bytes, aligned to 64). Evicts an entry if
 * the memo is full. Returns NULL if the memo holds the key: its value and age stay as they are. */
void *memo_put(struct memo *, uint64_t key);

#endif

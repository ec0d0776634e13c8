/* The bounded map of memo.h: a ring links entries by age, chains link entries with the same hash. */
#include "memo.h"

#include <string.h>

struct entry {
  uint64_t key;
  uint32_t newer, older; /* a ring; its root is the entry after the last: root.older is the newest entry */
  uint32_t chain;        /* 1 + the next entry with the same hash; 0 at the end */
  uint32_t marked;       /* SIEVE: 1 if hit since the hand last passed */
};

static size_t round_up(size_t bytes) { return (bytes + 63) / 64 * 64; }

/* Twice as many buckets as entries keep the chains short. */
static uint32_t hash_bits(uint32_t bound) {
  uint32_t bits = 1;
  while (((uint32_t)1 << bits) < bound)
    bits++;
  return bits + 1;
}

static size_t buckets_at(uint32_t bound) {
  return round_up(sizeof(struct memo) + ((size_t)bound + 1) * sizeof(struct entry));
}

static size_t values_at(uint32_t bound) {
  return round_up(buckets_at(bound) + ((size_t)1 << hash_bits(bound)) * sizeof(uint32_t));
}

size_t memo_bytes(uint32_t bound, size_t value_bytes) {
  size_t values, total;
  if (bound < 1 || bound > MEMO_BOUND_MAX || value_bytes > SIZE_MAX - 63)
    return 0;
  if (__builtin_mul_overflow((size_t)bound, round_up(value_bytes), &values) ||
      __builtin_add_overflow(values, values_at(bound), &total))
    return 0;
  return total;
}

static struct entry *entries(struct memo *memo) { return (struct entry *)(memo + 1); }

static uint32_t *bucket(struct memo *memo, uint64_t key) {
  uint64_t hash = key * 0x9e3779b97f4a7c15ULL >> (64 - memo->hash_bits);
  return (uint32_t *)((char *)memo + memo->buckets_at) + hash;
}

static void *value(struct memo *memo, uint32_t at) {
  return (char *)memo + memo->values_at + (size_t)at * memo->value_bytes;
}

static void unlink_entry(struct memo *memo, uint32_t at) {
  struct entry *e = entries(memo);
  e[e[at].newer].older = e[at].older;
  e[e[at].older].newer = e[at].newer;
}

static void link_newest(struct memo *memo, uint32_t at) {
  struct entry *e = entries(memo);
  uint32_t root = memo->bound;
  e[at].newer = root;
  e[at].older = e[root].older;
  e[e[at].older].newer = at;
  e[root].older = at;
}

/* The link (a bucket or an entry's chain) to the entry of `key`; if there is none, the 0 at the end of its chain. */
static uint32_t *find(struct memo *memo, uint64_t key) {
  struct entry *e = entries(memo);
  uint32_t *link = bucket(memo, key);
  while (*link != 0 && e[*link - 1].key != key)
    link = &e[*link - 1].chain;
  return link;
}

struct memo *memo_init(void *memory, uint32_t bound, size_t value_bytes) {
  struct memo *memo = memory;
  *memo = (struct memo){.bound = bound,
                        .hash_bits = hash_bits(bound),
                        .buckets_at = buckets_at(bound),
                        .values_at = values_at(bound),
                        .value_bytes = round_up(value_bytes)};
  memset((char *)memory + memo->buckets_at, 0, memo->values_at - memo->buckets_at);
  entries(memo)[bound] = (struct entry){.newer = bound, .older = bound};
  return memo;
}

struct memo *memo_init_sieve(void *memory, uint32_t bound, size_t value_bytes) {
  struct memo *memo = memo_init(memory, bound, value_bytes);
  memo->sieve = 1;
  memo->hand = bound; /* the root, whose next is the oldest */
  return memo;
}

static void touch(struct memo *memo, uint32_t at) {
  if (memo->sieve) {
    entries(memo)[at].marked = 1;
    return;
  }
  unlink_entry(memo, at);
  link_newest(memo, at);
}

void *memo_get(struct memo *memo, uint64_t key) {
  uint32_t found = *find(memo, key);
  if (found == 0) {
    memo->misses++;
    return NULL;
  }
  memo->hits++;
  touch(memo, found - 1);
  return value(memo, found - 1);
}

/* The next newer entry; after the newest, the oldest. */
static uint32_t next_in_turn(struct memo *memo, uint32_t at) {
  struct entry *e = entries(memo);
  return e[at].newer == memo->bound ? e[memo->bound].newer : e[at].newer;
}

/* Moves the hand past marked entries, clears their marks, and returns the first unmarked entry. Ends within one round:
 * by then all marks are cleared. */
static uint32_t sieved(struct memo *memo) {
  struct entry *e = entries(memo);
  uint32_t at = memo->hand == memo->bound ? e[memo->bound].newer : memo->hand;
  for (; e[at].marked; at = next_in_turn(memo, at))
    e[at].marked = 0;
  memo->hand = e[at].newer;
  return at;
}

static uint32_t evict(struct memo *memo) {
  struct entry *e = entries(memo);
  uint32_t at = memo->sieve ? sieved(memo) : e[memo->bound].newer;
  *find(memo, e[at].key) = e[at].chain;
  unlink_entry(memo, at);
  memo->evictions++;
  return at;
}

void *memo_put(struct memo *memo, uint64_t key) {
  if (*find(memo, key) != 0)
    return NULL;
  uint32_t at = memo->count < memo->bound ? memo->count++ : evict(memo);
  uint32_t *head = bucket(memo, key);
  entries(memo)[at] = (struct entry){.key = key, .chain = *head};
  *head = at + 1;
  link_newest(memo, at);
  return value(memo, at);
}

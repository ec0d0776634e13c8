/* A hash index by open addressing, at most half full. */
#include "hash.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

size_t hash_find(const struct hash *h, uint64_t hash, hash_same *same, const void *list, const void *key) {
  for (size_t i = hash & (h->room - 1); h->room && h->slots[i].place; i = (i + 1) & (h->room - 1))
    if (h->slots[i].hash == hash && same(list, h->slots[i].place - 1, key))
      return h->slots[i].place - 1;
  return NOT_THERE;
}

static void put(struct hash *h, struct hash_slot slot) {
  size_t i = slot.hash & (h->room - 1);
  while (h->slots[i].place)
    i = (i + 1) & (h->room - 1);
  h->slots[i] = slot;
}

static void grow(struct hash *h) {
  struct hash old = *h;
  h->room = old.room ? 2 * old.room : 16;
  h->slots = must_alloc(h->room, sizeof *h->slots);
  for (size_t i = 0; i < old.room; i++)
    if (old.slots[i].place)
      put(h, old.slots[i]);
  free(old.slots);
}

void hash_add(struct hash *h, uint64_t hash, size_t place) {
  if (2 * (h->used + 1) > h->room)
    grow(h);
  put(h, (struct hash_slot){hash, place + 1});
  h->used++;
}

void hash_free(struct hash *h) {
  free(h->slots);
  *h = (struct hash){0};
}

static uint64_t add_byte(uint64_t hash, unsigned char byte) { return (hash ^ byte) * 1099511628211ULL; }

uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++)
    hash = add_byte(hash, (unsigned char)bytes[i]);
  return hash;
}

/* With its NUL as a separator: "ab", "c" and "a", "bc" hash differently. */
uint64_t hash_text(uint64_t hash, const char *text) { return hash_bytes(hash, text, strlen(text) + 1); }

uint64_t hash_number(uint64_t hash, int64_t number) {
  for (int i = 0; i < 8; i++)
    hash = add_byte(hash, (unsigned char)((uint64_t)number >> (8 * i)));
  return hash;
}

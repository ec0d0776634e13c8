/* Converts states to words and words to states. */
#include "states.h"

#include "words.h"

#include <stdio.h>
#include <string.h>

/* Returns the index of `word`, or `count` if it is missing; words[0] is "". */
static int index_of(const char *const *words, int count, const char *word) {
  int i = 0;
  while (i < count && strcmp(words[i], word ? word : "") != 0)
    i++;
  return i;
}

static const char *word_at(const char *const *words, int count, int index) {
  return index >= 0 && index < count ? words[index] : "";
}

/* Defines both conversions of one enum. */
#define BOTH_WAYS(set)                                                                                                 \
  const char *set##_word(enum set state) {                                                                             \
    return word_at(set##_words, (int)(sizeof set##_words / sizeof *set##_words), (int)state);                          \
  }                                                                                                                    \
  enum set set##_of(const char *word) {                                                                                \
    return (enum set)index_of(set##_words, (int)(sizeof set##_words / sizeof *set##_words), word);                     \
  }

#define WORD(NAME, word, meaning) word,

static const char *const status_words[] = {
    "",
#define STATUS WORD
#include "states.def"
};
static const char *const run_state_words[] = {
    "",
#define RUN_STATE WORD
#include "states.def"
};
static const char *const phase_words[] = {
    "",
#define PHASE WORD
#include "states.def"
};
static const char *const mode_words[] = {
    "",
#define MODE WORD
#include "states.def"
};
static const char *const cell_state_words[] = {
    "",
#define CELL_STATE WORD
#include "states.def"
};
static const char *const scale_words[] = {
    "",
#define SCALE WORD
#include "states.def"
};
static const char *const build_role_words[] = {
    "",
#define BUILD WORD
#include "states.def"
};
static const char *const trust_words[] = {
    "",
#define TRUST(NAME, word, disturbs, meaning) word,
#include "states.def"
};

BOTH_WAYS(status)
BOTH_WAYS(run_state)
BOTH_WAYS(phase)
BOTH_WAYS(mode)
BOTH_WAYS(cell_state)
BOTH_WAYS(scale)
BOTH_WAYS(build_role)
BOTH_WAYS(trust)

static const char naive_word[] = "naive", best_word[] = "best-serial";

const char *baseline_words(bool naive, bool best_serial) {
  return naive && best_serial ? "naive best-serial" : naive ? naive_word : best_serial ? best_word : "";
}

bool baseline_is_naive(const char *words) { return text_has_word(words, naive_word); }
bool baseline_is_best(const char *words) { return text_has_word(words, best_word); }

void trust_add(char *words, size_t size, enum trust trust) {
  append(words, size, "%s%s", words[0] ? " " : "", trust_word(trust));
}

unsigned trust_bits(const char *words) {
  unsigned bits = 0;
  char word[40];
  for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
    size_t length = strcspn(words, " ");
    snprintf(word, sizeof word, "%.*s", (int)length, words);
    bits |= TRUST_BIT(trust_of(word));
    words += length;
  }
  return bits;
}

bool trust_disturbed(unsigned bits) {
  static const unsigned disturbing = 0
#define TRUST(NAME, word, disturbs, meaning) | (disturbs ? TRUST_BIT(TRUST_##NAME) : 0)
#include "states.def"
      ;
  return (bits & disturbing) != 0;
}

/* States as enums, converted to and from the words listed in states.def. */
#ifndef NWAY_STATES_H
#define NWAY_STATES_H

#include <stdbool.h>
#include <stddef.h>

/* In each enum NONE (0) is the empty word, and UNKNOWN (the last value) is any word missing from states.def. */
enum status {
  STATUS_NONE,
#define STATUS(NAME, word, meaning) STATUS_##NAME,
#include "states.def"
  STATUS_UNKNOWN
};

enum run_state {
  RUN_NONE,
#define RUN_STATE(NAME, word, meaning) RUN_##NAME,
#include "states.def"
  RUN_UNKNOWN
};

enum phase {
  PHASE_NONE,
#define PHASE(NAME, word, meaning) PHASE_##NAME,
#include "states.def"
  PHASE_UNKNOWN
};

enum mode {
  MODE_NONE,
#define MODE(NAME, word, meaning) MODE_##NAME,
#include "states.def"
  MODE_UNKNOWN
};

enum cell_state {
  CELL_NONE,
#define CELL_STATE(NAME, word, meaning) CELL_##NAME,
#include "states.def"
  CELL_UNKNOWN
};

enum scale {
  SCALE_NONE,
#define SCALE(NAME, word, meaning) SCALE_##NAME,
#include "states.def"
  SCALE_UNKNOWN
};

enum build_role {
  BUILD_NONE,
#define BUILD(NAME, word, meaning) BUILD_##NAME,
#include "states.def"
  BUILD_UNKNOWN
};

enum trust {
  TRUST_NONE,
#define TRUST(NAME, word, disturbs, meaning) TRUST_##NAME,
#include "states.def"
  TRUST_UNKNOWN
};
#define TRUST_BIT(trust) (1u << (trust))

/* Returns the word of a state; "" for NONE and for values outside the table. */
const char *status_word(enum status);
const char *run_state_word(enum run_state);
const char *phase_word(enum phase);
const char *mode_word(enum mode);
const char *cell_state_word(enum cell_state);
const char *scale_word(enum scale);
const char *build_role_word(enum build_role);
const char *trust_word(enum trust);

/* Returns the state of a word; NONE for NULL and "". */
enum status status_of(const char *word);
enum run_state run_state_of(const char *word);
enum phase phase_of(const char *word);
enum mode mode_of(const char *word);
enum cell_state cell_state_of(const char *word);
enum scale scale_of(const char *word);
enum build_role build_role_of(const char *word);
enum trust trust_of(const char *word);

/* The words of plan.csv's column `baseline`: "naive", "best-serial", both or "". */
const char *baseline_words(bool naive, bool best_serial);
bool baseline_is_naive(const char *words);
bool baseline_is_best(const char *words);

/* Appends a word to a blank-separated list. */
void trust_add(char *words, size_t size, enum trust trust);
/* Returns the TRUST_BITs of a blank-separated list. */
unsigned trust_bits(const char *words);
/* Returns true if any bit means that the machine disturbed the sample. */
bool trust_disturbed(unsigned bits);

#endif

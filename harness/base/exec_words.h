/* Words for exec(3), whose `char *const[]` is history: it changes none of them (POSIX.1-2017, rationale of exec). */
#ifndef NWAY_EXEC_WORDS_H
#define NWAY_EXEC_WORDS_H

/* The same list, as exec(3) and `environ` want it. */
static inline char **exec_words(const char *const *words) {
  union {
    const char *const *ours;
    char **theirs;
  } list = {.ours = words};
  return list.theirs;
}

#endif

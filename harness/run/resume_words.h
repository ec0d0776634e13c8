/* The command line that a bare `nway run --resume` stands for: that of the interrupted run. */
#ifndef NWAY_RESUME_WORDS_H
#define NWAY_RESUME_WORDS_H

#include "base/fault.h"
#include "options/options.h"

#include <jansson.h>

struct resume_words {
  json_t *words; /* as run.json has them */
  char **argv;   /* ends with NULL; its texts are those of `words` and of the user; NULL: the user's words say it all */
  int argc;
};

/* Looks whether the user names nothing but what to resume; then takes the words of that run, and before its program
 * those of the user. A run that is not found is left to resume_open to tell. Returns 0, or -1 and a fault if it was
 * another command's; free with resume_words_free in both cases. */
int resume_words_take(const struct options *, int argc, char *const *argv, struct resume_words *, struct fault *);
void resume_words_free(struct resume_words *);

#endif

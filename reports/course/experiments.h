/* The experiments of the course notebook and the words of its page, as configs/notebook/experiments.conf says them. */
#ifndef NWAY_REPORT_EXPERIMENTS_H
#define NWAY_REPORT_EXPERIMENTS_H

#include "base/fault.h"

#include <stddef.h>

/* One experiment: what tells its cells apart, and its words. Words of a problem or a command are those between
 * blanks. Sentences are HTML. What is NULL does not matter. */
struct experiment {
  char *id, *title;
  char *kernel, *with, *without; /* kernel NULL: only Python has it. Words of the problem: one of, none of */
  char *method;                  /* first word of the method */
  char *script;                  /* of the Python peer, in configs/notebook */
  char *option, *no_option;      /* words of its command: one of which must be there, none of which may */
  char *means;                   /* the variant that runs as the notebook did */
  char *did, *figure, *shows;
  int line; /* of its section */
};

struct experiments {
  struct experiment *list; /* in the order of the page */
  size_t count, capacity;
  struct page_words {
    char *table_note, *headline, *wrappers, *wrappers_note, *threads, *memory, *switch_note;
    int line;
  } words; /* paragraphs, HTML */
};

/* Reads the text of such a file. Returns 0, or -1 with "name:line: what is wrong; what to do"; then free it too. */
int experiments_read(struct experiments *, const char *name, const char *text, struct fault *);
/* The file that is built in. */
int experiments_built_in(struct experiments *, struct fault *);
void experiments_free(struct experiments *);

/* The one with this id, or NULL. Those that the page has a section of its own for are always there. */
#define HEADLINE_EXPERIMENT "heavy-sums"
#define THREADS_EXPERIMENT "countdown"
const struct experiment *experiment_by(const struct experiments *, const char *id);

#endif

/* The experiments of the course notebook and the text of its page, read from configs/notebook/experiments.conf. */
#ifndef NWAY_REPORT_EXPERIMENTS_H
#define NWAY_REPORT_EXPERIMENTS_H

#include "base/fault.h"

#include <stddef.h>

/* One experiment: how to recognise its cells, and its texts. The words of a problem or a command are separated by
 * blanks. Sentences are HTML. A NULL member imposes no condition. */
struct experiment {
  char *id, *title;
  char *kernel, *with,
      *without; /* kernel NULL: only in Python. The problem has one of the words `with`, and none of `without` */
  char *method; /* first word of the method */
  char *script; /* the Python peer's script in configs/notebook */
  char *option, *no_option; /* the command has one of the words `option`, and none of `no_option` */
  char *cell, *gain;        /* the notebook's cells and functions; "method", "workers" or "waits", for the story */
  char *means;              /* the variant that runs as the notebook did */
  char *did, *figure, *shows;
  int line; /* where its section starts */
};

struct experiments {
  struct experiment *list; /* in the order of the page */
  size_t count, capacity;
  struct page_words {
    char *table_note, *headline, *range, *wrappers, *wrappers_note, *threads, *memory, *creation, *exchange,
        *switch_note, *metg_note;
    int line;
  } words; /* paragraphs, HTML */
};

/* Reads the text of such a file. Returns 0, or -1 with "name:line: what is wrong; what to do". Free it in both cases.
 */
int experiments_read(struct experiments *, const char *name, const char *text, struct fault *);
/* Reads the built-in file. */
int experiments_built_in(struct experiments *, struct fault *);
void experiments_free(struct experiments *);

/* The experiment with this id, or NULL. These two have their own sections on the page and always exist. */
#define HEADLINE_EXPERIMENT "heavy-sums" /* also of the sums over one range, in two forms */
#define THREADS_EXPERIMENT "countdown"
const struct experiment *experiment_by(const struct experiments *, const char *id);

#endif

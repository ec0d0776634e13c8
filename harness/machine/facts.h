/* Tables of facts about the machine: each row gives a value's source and its reader. */
#ifndef NWAY_FACTS_H
#define NWAY_FACTS_H

#include "host.h"
#include "topology.h"
#include "vitals.h"

#include <jansson.h>

/* Input of the readers, collected before the facts are written. */
struct survey {
  const char *root; /* parent of the /proc, /sys, /etc and /var to read; "" for this machine */
  char model[256];  /* of the CPU; "" unknown */
  int highest;      /* the highest CPU number present; -1 unknown */
  int present;      /* number of CPUs present, including offline ones; 0 unknown */
  struct vitals vitals;
  struct shape shape;
  struct host host;
  char folder[80]; /* git commit of the working directory, with "-dirty" if it has changes; "" unknown */
};

struct fact {
  const char *name, *unit, *source;
  json_t *(*read)(const struct survey *survey, const struct fact *fact); /* NULL: unknown */
  size_t at;        /* offset of the value in the survey, for fact_*_at */
  const char *with; /* path, key or package that `read` needs */
};

/* Appends all facts of a table to the list; a row without a name ends the table. */
void facts_add(json_t **facts, const struct fact *table, const struct survey *survey);
/* Appends one fact and takes ownership of `value`; NULL means unknown. */
void facts_add_value(json_t **facts, const char *name, json_t *value, const char *unit, const char *source);

/* Returns the text with unprintable characters escaped, or NULL for "". */
json_t *fact_string(const char *text);

/* Readers of the survey at offset `at`: text; a positive count; any finite number. */
json_t *fact_text_at(const struct survey *survey, const struct fact *fact);
json_t *fact_count_at(const struct survey *survey, const struct fact *fact);
json_t *fact_real_at(const struct survey *survey, const struct fact *fact);
/* Reads the first line of the file `with`. */
json_t *fact_line(const struct survey *survey, const struct fact *fact);

/* The tables: CPUs and frequencies; memory, operating system and virtualisation; build and libraries of nway. */
extern const struct fact facts_of_cpus[], facts_of_system[], facts_of_build[];

/* Appends the environment variables that affect OpenMP, malloc or the loader. */
void facts_add_environment(json_t **facts);

#endif

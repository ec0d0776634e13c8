/* Facts of the machine as tables: each row says where a value comes from and how it is read. */
#ifndef NWAY_FACTS_H
#define NWAY_FACTS_H

#include "host.h"
#include "topology.h"
#include "vitals.h"

#include <jansson.h>

/* What has been read before the facts are written down. */
struct survey {
  const char *root; /* /proc, /sys, /etc and /var are read below it; "" for this machine */
  char model[256];  /* of the CPU; "" unknown */
  int highest;      /* the highest number of a CPU that there is; -1 unknown */
  int present;      /* CPUs there are, also those that are offline; 0 unknown */
  struct vitals vitals;
  struct shape shape;
  struct host host;
  char folder[80]; /* git's commit of the folder nway runs in, "-dirty" behind it; "" unknown */
};

struct fact {
  const char *name, *unit, *source;
  json_t *(*read)(const struct survey *survey, const struct fact *fact); /* NULL: unknown */
  size_t at;        /* of the value in the survey, for those that read it there */
  const char *with; /* path, key or package, as `read` needs it */
};

/* Puts all facts of a table, which ends with a row without a name, into the list. */
void facts_add(json_t **facts, const struct fact *table, const struct survey *survey);
/* One more fact; `value` is stolen, NULL is unknown. */
void facts_add_value(json_t **facts, const char *name, json_t *value, const char *unit, const char *source);

/* Printable text; NULL for "". */
json_t *fact_string(const char *text);

/* Readers. At `at` in the survey: text; a number above 0; a number of any kind. */
json_t *fact_text_at(const struct survey *survey, const struct fact *fact);
json_t *fact_count_at(const struct survey *survey, const struct fact *fact);
json_t *fact_real_at(const struct survey *survey, const struct fact *fact);
/* The first line of the file `with`, which the source names. */
json_t *fact_line(const struct survey *survey, const struct fact *fact);

/* The tables: CPUs and their clocks; memory, system and surroundings; what nway is made of. */
extern const struct fact facts_of_cpus[], facts_of_system[], facts_of_build[];

/* Variables of the environment that change how OpenMP, malloc or the loader work. */
void facts_add_environment(json_t **facts);

#endif

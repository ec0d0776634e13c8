/* Between the parts that load a run: rows to flat cells (load_plan.c, load_samples.c), these to problems
 * (load_group.c), and the JSON files beside them (load_catalog.c, load_json.c); results.c calls them. */
#ifndef NWAY_REPORT_LOAD_H
#define NWAY_REPORT_LOAD_H

#include "base/fault.h"
#include "hash.h"
#include "results.h"
#include "table.h"

#define SCHEMA_READ 1
#define CELLS_READ_MAX 40000 /* twice what nway plans: a run taken up with --force may hold cells of two plans */
#define COUNT_MAX 1000000000 /* of workers, rounds, blocks and places in them */
#define PATH_BYTES_MAX 4096

/* While loading: cells in one flat list, samples kept with their lines. */
struct sample {
  int64_t index;
  double ns;
  long line;
};

struct raw {
  struct process process;
  struct sample *samples;
  size_t count, capacity;
  double work_units, throttled_ns, user_ns, cycles, khz; /* sums; NAN if one of the last three is not known */
  long line, rows;
  bool failed, superseded;
};

struct entry {
  struct cell cell;
  struct raw *raws;
  size_t count, capacity;
};

struct oracle {
  char *kernel, *problem, *method, *scale, *digest;
  size_t next; /* of the same problem and method with another digest, or NOT_THERE */
};

struct loader {
  struct run *run;
  struct entry *entries;
  size_t count, capacity, last;
  struct hash by_identity; /* of entries */
  struct oracle *oracles;
  size_t oracle_count, oracle_capacity;
  struct hash by_method; /* of oracles, the first of each problem and method */
};

/* Where a cell keeps its text of an axis. */
char **cell_text_of(struct cell *, int axis);

/* Adds a line to what the reader should know about the files. */
void notice(struct run *, const char *text);
/* Puts a copy of the text in place of an old one. */
void replace(char **old, const char *text);

/* What the row says of a cell's place on every axis, given the columns of the axes and of the workers. */
struct cell_id identity_of(const struct field *, const int columns[CELL_IDS], int workers);
/* The cell in the list, or NULL. */
struct entry *find_entry(struct loader *, const struct cell_id *);
/* Adds a cell that is not there yet; NULL with a reason where there are too many. */
struct entry *add_entry(struct loader *, const struct table *, const struct cell_id *, struct fault *);
/* Refuses a number that no run has, before anything is added to it or taken from it. */
int in_range(const struct table *, int column, int64_t least, int64_t most, struct fault *);
/* Refuses a word that is none of a set. */
int refuse_word(const struct table *, int column, const char *const *known, size_t count, struct fault *);

/* Keeps the digest of a right answer, and its texts, or frees them if it is kept already. */
void oracle_add(struct loader *, struct oracle texts);
void oracle_free(struct oracle *);

/* plan.csv, then samples.csv. Each returns 0, or -1 with a reason. */
int load_plan(struct loader *, const char *path, struct fault *);
int load_samples(struct loader *, const char *path, struct fault *);
/* Moves the cells into the problems of the run. */
int load_group(struct loader *, struct fault *);
/* catalog.json, and by it the variants of the run and of the cells; then what it says of the kernel of a problem. */
int load_catalog(struct loader *, struct fault *);
void describe_problem(const struct run *, struct problem *);
/* run.json, machine.json; what is not there is told and stays unknown. */
int load_json_files(struct run *, struct fault *);

/* The root object of folder/name; NULL with a notice if the file is not there, with a reason if it is bad. */
struct json_t *load_json(struct run *, const char *name, struct fault *);
/* Puts a text or number of the object in place of an old text; nothing if there is none. */
void take_words(char **to, const struct json_t *object, const char *key);

#endif

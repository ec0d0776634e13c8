/* Shared by the parts that load a run: load_plan.c and load_samples.c read rows into a flat list of cells, load_group.c
 * groups the cells into problems, load_catalog.c and load_json.c read the JSON files. results.c calls them. */
#ifndef NWAY_REPORT_LOAD_H
#define NWAY_REPORT_LOAD_H

#include "base/fault.h"
#include "hash.h"
#include "results.h"
#include "table.h"

#define SCHEMA_READ 1
#define CELLS_READ_MAX 40000 /* twice the planning limit: a run resumed with --force may hold cells of two plans */
#define COUNT_MAX 1000000000 /* largest worker count, round, block or order */
#define PATH_BYTES_MAX 4096

/* One timed sample and its line in samples.csv. */
struct sample {
  int64_t index;
  double ns;
  long line;
};

enum { FEW_SAMPLES = 4 };

struct raw {
  struct process process;
  struct sample few[FEW_SAMPLES]; /* its samples, while they are so few; then they are in `many` */
  struct sample *many;
  size_t count, capacity; /* capacity: of `many` */
  double work_units, throttled_ns, user_ns, sys_ns, cycles,
      khz; /* sums; NAN if any sample lacks user_ns, sys_ns, cycles or khz */
  long line, rows;
  bool failed, superseded;
};

struct entry {
  struct cell cell;
  struct raw *raws;
  size_t count, capacity;
};

/* A right answer. */
struct oracle {
  char *text[CELL_IDS]; /* on the axes that fix the answer; else NULL */
  char *digest;
  size_t next; /* next oracle of the same texts with a different digest, or NOT_THERE */
};

struct loader {
  struct run *run;
  struct entry *entries;
  size_t count, capacity, last;
  struct hash by_identity; /* of entries */
  struct oracle *oracles;
  size_t oracle_count, oracle_capacity;
  struct hash by_answer; /* first oracle of each problem and method */
};

/* Returns the address of a cell's text on an axis, or of a problem's; NULL if the axis selects a way. */
char **cell_text_of(struct cell *, int axis);
char **problem_text_of(struct problem *, enum cell_axis);

/* Adds a notice about the run's files for the reader. */
void notice(struct run *, const char *text);
/* Frees the old text and stores a copy of the new one. */
void replace(char **old, const char *text);

/* Reads a cell's identity from a row; `columns` are those of the axes. */
struct cell_id identity_of(const struct field *, const int columns[CELL_IDS], int workers);
/* Returns the cell's entry, or NULL. */
struct entry *find_entry(struct loader *, const struct cell_id *);
/* Adds a new cell. Returns NULL with a reason if there are more than CELLS_READ_MAX. */
struct entry *add_entry(struct loader *, const struct table *, const struct cell_id *, struct fault *);
/* Frees the raw processes of a cell. */
void entry_free_raws(struct entry *);
/* Refuses a number outside least..most, so that later arithmetic cannot overflow. */
int in_range(const struct table *, int column, int64_t least, int64_t most, struct fault *);
/* Refuses an unknown word and lists the known ones. */
int refuse_word(const struct table *, int column, const char *const *known, size_t count, struct fault *);

/* Records the digest of a correct answer of the cell's problem and method, unless it is known. */
void oracle_add(struct loader *, const struct cell_id *, const char *digest);
void oracle_free(struct oracle *);

/* plan.csv, then samples.csv. Each returns 0, or -1 with a reason. */
int load_plan(struct loader *, const char *path, struct fault *);
int load_samples(struct loader *, const char *path, struct fault *);
/* Moves the cells into the problems of the run. */
int load_group(struct loader *, struct fault *);
/* Reads catalog.json and links each cell to its variant. */
int load_catalog(struct loader *, struct fault *);
/* Fills in a problem's kernel facts from the catalog. */
void describe_problem(const struct run *, struct problem *);
/* Reads run.json and machine.json. A missing file adds a notice; its values stay unknown. */
int load_json_files(struct run *, struct fault *);

/* Reads second.json, which only runs have that were asked for a second opinion. Returns 0, or -1 with a reason. */
int load_second(struct run *, struct fault *);
void second_free(struct second_facts *);

/* Returns the root object of folder/name. NULL with a notice if the file is missing, or with a reason if it is bad. */
struct json_t *load_json(struct run *, const char *name, struct fault *);
/* Replaces a text by the object's text or number under `key`; keeps the old one if the key is absent. */
void take_words(char **to, const struct json_t *object, const char *key);

#endif

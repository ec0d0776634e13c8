/* Sentences and facts that compare runs of several machines. */
#ifndef NWAY_REPORT_MACHINE_WORDS_H
#define NWAY_REPORT_MACHINE_WORDS_H

#include "stats/machines.h"
#include "terminal.h"

/* "A" to "Z", then "AA" and so on: how a run is named in charts and sentences. */
enum { RUN_CODE_MAX = 8 };
const char *run_code(char out[RUN_CODE_MAX], size_t run);
/* One name a run: code and machine, and the time if two machines have the same name. Raw foreign text; free with
 * run_names_free. */
char **run_names(const struct result *runs, size_t count);
void run_names_free(char **names, size_t count);

/* The first sentence: which machine is faster for what, at which worker counts, by how much. Raw foreign text. */
void machines_sentence(struct text *, const struct machines *, char *const *names);
/* Sentences that qualify it: single workers (of two runs), problems that a run lacks, outliers. Raw foreign text. */
void machines_qualified(struct text *, const struct machines *);
/* "B does 14.1x [13.9, 14.4] the work of A a second, 64 workers against 2" of one problem. */
void contest_words(struct text *, const struct machines *, const struct contest *);
/* "1.23x [1.20, 1.26]" */
void lead_words(struct text *, struct lead);

/* "[1.20 M, 1.26 M]", or "–" without an interval. */
void rate_range_words(struct text *, struct rate);

/* "2 sockets, 64 cores, 128 threads; 2 usable"; what is unknown is left out. */
void shape_words(struct text *, const struct run *);
/* The same beside a name; nothing where the name has it already. */
void shape_beside(struct text *, const char *name, const struct run *);
/* "1.2 %, one pair in ten over 3.4 %": the noise of the run's noisiest problem; "unknown" without pairs. */
void noise_words(struct text *, const struct result *);
/* "busy: 3.1 programs ready to run on 2 CPUs" */
void load_words(struct text *, double load, double cpus);

/* A fact of a machine that a reader of a comparison can use. */
enum fact_class { FACT_HARDWARE, FACT_SETTING, FACT_BUILD, FACT_STATE, FACT_CLASSES };
struct fact_meaning {
  const char *name, *label;
  enum fact_class class;
  const char *meaning; /* what a difference does to a comparison */
};
extern const struct fact_meaning fact_meanings[];
extern const size_t fact_meaning_count;
extern const char *const fact_class_names[FACT_CLASSES];
/* A fact's value for people: bytes in GiB, load in words; "unknown" if it is. */
void fact_words(struct text *, const struct run *, const char *name);

/* Warnings about the comparison: the same machine, other builds, busy machines, other parameters, other answers. Each
 * one sentence of raw foreign text. Free each text and the list. */
size_t machine_warnings(const struct machines *, struct text **);

/* The comparison in a terminal: the first sentence, the machines, warnings, and each problem's throughput. */
void machines_show(struct text *, const struct machines *, char *const *names, struct screen);

#endif

/* Tells from its name what a column of a reader's scaling table holds. Pure. */
#ifndef NWAY_REPORT_SCALING_COLUMNS_H
#define NWAY_REPORT_SCALING_COLUMNS_H

/* COUNT: of workers. TIME, RATE: what was measured. REPEAT: numbers repetitions if its values are whole numbers.
 * MEASURE: another measured figure, such as an efficiency or a standard deviation. OTHER: may name a group. */
enum column_kind { COLUMN_COUNT, COLUMN_TIME, COLUMN_RATE, COLUMN_REPEAT, COLUMN_MEASURE, COLUMN_OTHER };

struct column_role {
  enum column_kind kind;
  int rank; /* of two columns of one kind the one with the lower rank is meant */
};

/* The role of a column by its name: upper and lower case, units in brackets, "number of", "average" and the like do not
 * matter, so that "Threads", "n_threads" and "Number of threads" are alike, and "time (s)" and "mean_time_s" are. */
struct column_role column_role(const char *name);

/* The words for messages. */
#define COUNT_WORDS "workers, threads, processes, processors, cpus, cores, nodes, users"
#define VALUE_WORDS "time, seconds, elapsed, throughput, rate, requests/s"

#endif

/* A chart and the list of charts, shared by plotting, drawing and pages. */
#ifndef NWAY_REPORT_CHART_H
#define NWAY_REPORT_CHART_H

#include "base/fault.h"
#include "base/place.h"
#include "look.h"
#include "words/verdict.h"

enum { CHART_ID = 64 };

/* Meaning of a mark, for legends in text. */
struct chart_key {
  char *name; /* raw foreign text */
  struct look look;
  bool hollow, line; /* hollow mark; line through the marks */
};

struct chart {
  char id[CHART_ID]; /* names its files; never foreign text */
  char *title;       /* raw foreign text */
  char *caption;     /* explains the marks */
  int width, height; /* of the SVG, in its own units */
  bool slide;        /* also draw a PNG: expensive, so not of what only checks a measurement (samples, drift, phases) */
  char *svg;         /* ready to embed in a page, or NULL */
  bool png;          /* png/ID.png is complete */
  char prefix[32];   /* of the ids in `svg` */
  struct chart_key *keys;
  size_t key_count, key_capacity;
};

struct charts {
  char *folder;                        /* RUN/report */
  struct place at, png, data, gnuplot; /* that folder and its subfolders, opened once */
  const struct run *run;               /* the charted run; the first of several */
  struct look *looks;                  /* of the run's variants, in its order */
  const char *script;                  /* script that draws all charts: "all.gp" */
  const char *card;                    /* title of the overview as a card to share, "card"; NULL: a page's charts */
  bool alone;                          /* of a page that is sent alone: no slides, no links to files */
  struct chart *list;
  size_t count, capacity;
  struct fault why; /* why charts are missing; "" if none is */
};

/* One run at one worker count, for charts over several runs. */
struct run_point {
  int64_t workers;
  double throughput, low, high; /* units per second, interval or NAN */
  double efficiency, efficiency_low, efficiency_high;
};
struct run_line {
  const char *name; /* raw foreign text */
  size_t run;       /* decides its look */
  struct run_point *points;
  size_t count;
};
/* A worker count that means something on a machine, such as its physical cores. */
struct run_mark {
  int64_t workers;
  char label[48]; /* no foreign text */
};
enum { RUN_MARKS_MAX = 6 };
/* Throughput or efficiency over workers, a line a run. */
struct lines_chart {
  char id[CHART_ID];
  const char *title, *caption, *unit; /* raw foreign text; unit of the throughput, without "/s" */
  const struct run_line *lines;
  size_t count;
  bool efficiency, small; /* small: one of several side by side, without key and slide */
  struct run_mark marks[RUN_MARKS_MAX];
  size_t mark_count;
};
/* Throughput of each run over that of the first, by problem. */
struct ratio_point {
  size_t problem, run;
  double ratio, low, high; /* low and high NAN: no interval */
};
struct ratios_chart {
  const char *id, *title, *caption, *axis; /* foreign text only in title and caption */
  char *const *rows, *const *names;        /* of the problems and runs; raw foreign text */
  size_t row_count, run_count;
  const struct ratio_point *points;
  size_t count;
};
/* A chart under construction: its files and texts. */
struct sheet {
  struct text data, script, title, caption;
};
/* Writes the files of a finished chart, adds it to the list, and frees the sheet. */
void sheet_done(struct charts *, struct chart, struct sheet *);

const struct chart *chart_find(const struct charts *, const char *id);
/* Records why charts are missing; keeps the first reason. */
void charts_complain(struct charts *, const char *why);

enum { CURVES_FROM = 4 };
/* Returns whether a problem has enough worker counts for curves instead of dots. */
bool has_curves(const struct analysis *);
/* The methods of a problem in their order; at most `most`. */
enum { METHODS_MAX = 16 };
size_t methods_of(const struct analysis *, const char *methods[METHODS_MAX]);
/* The methods that have curves in charts of their own. Programs that solve one problem stand in one chart, so that they
 * are compared: one element, NULL. */
size_t panels_of(const struct analysis *, const char *methods[METHODS_MAX]);
/* Returns which of these a page shows at once: that of the best cell, else the first. */
size_t shown_panel(const struct analysis *, const char *const *methods, size_t count);
/* Returns the problem with the largest gain from naive to all cores. */
size_t most_telling(const struct result *);

/* Writes a file atomically through a temporary one. Returns 0, or -1 with a reason. */
int write_file(const struct place *, const char *name, const struct text *, struct fault *);

#endif

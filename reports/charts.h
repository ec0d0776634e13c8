/* Charts of a report: their data and gnuplot scripts are written here; one gnuplot draws them all. */
#ifndef NWAY_REPORT_CHARTS_H
#define NWAY_REPORT_CHARTS_H

#include "verdict.h"

enum { CHART_ID = 64 };

struct chart {
  char id[CHART_ID]; /* names its files; never foreign text */
  char *title;       /* for people, raw foreign text */
  char *caption;     /* what the marks are */
  int width, height; /* of the SVG, in its own units */
  bool slide;        /* a PNG is drawn too */
  char *svg;         /* ready to stand in a page; NULL if there is none */
  bool png;          /* png/ID.png is whole */
};

struct charts {
  char *folder;       /* RUN/report */
  const char *script; /* the one that draws all: "all.gp" */
  struct chart *list;
  size_t count, capacity;
  struct reason why; /* why charts are missing; "" if none is */
};

/* Makes RUN/report with png, data and gnuplot. Returns 0, or -1 with a reason. */
int charts_open(struct charts *, const char *run_folder, const char *script, struct reason *);
/* Each writes the data and script of its charts. Without a valid point there is no chart. */
void charts_overview(struct charts *, const struct result *);
void charts_problem(struct charts *, const struct result *, size_t problem);

/* One run at one worker count, for charts over several runs. */
struct run_point {
  int64_t workers;
  double throughput, low, high; /* units per second, interval or NAN */
  double efficiency, efficiency_low, efficiency_high;
};
struct run_line {
  const char *name; /* raw foreign text */
  struct run_point *points;
  size_t count;
};
/* Charts cNN-throughput and cNN-efficiency: a line a run. */
void charts_lines(struct charts *, size_t number, const char *title, const char *unit, const char *caption,
                  const struct run_line *, size_t count);
/* Draws all charts and reads them back; whatever goes wrong stands in `why`. */
void charts_draw(struct charts *);
const struct chart *chart_find(const struct charts *, const char *id);
void charts_free(struct charts *);

/* The problem whose picture tells most: the largest gain from naive to all cores. */
size_t most_telling(const struct result *);
/* The fastest valid cell on more than one worker, or NULL. */
const struct figures *fastest_parallel(const struct analysis *);
/* Whether a problem has enough worker counts to draw curves rather than dots. */
bool has_curves(const struct analysis *);
/* The methods of a problem in their order; at most `most`. */
enum { METHODS_MAX = 16 };
size_t methods_of(const struct analysis *, const char *methods[METHODS_MAX]);

/* Writes a whole file by way of a temporary one. Returns 0, or -1 with a reason. */
int write_file(const char *folder, const char *name, const struct text *, struct reason *);

#endif

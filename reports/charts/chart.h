/* A chart and the list of them: what those who plot, draw and show charts share. */
#ifndef NWAY_REPORT_CHART_H
#define NWAY_REPORT_CHART_H

#include "base/fault.h"
#include "base/place.h"
#include "look.h"
#include "words/verdict.h"

enum { CHART_ID = 64 };

/* What a mark means, for those who see only a part of the chart at a time. */
struct chart_key {
  char *name; /* raw foreign text */
  struct look look;
  bool hollow, line; /* the mark; whether a line goes through it */
};

struct chart {
  char id[CHART_ID]; /* names its files; never foreign text */
  char *title;       /* for people, raw foreign text */
  char *caption;     /* what the marks are */
  int width, height; /* of the SVG, in its own units */
  bool slide;        /* a PNG is drawn too */
  char *svg;         /* ready to stand in a page; NULL if there is none */
  bool png;          /* png/ID.png is whole */
  char prefix[32];   /* of the ids in `svg` */
  struct chart_key *keys;
  size_t key_count, key_capacity;
};

struct charts {
  char *folder;                        /* RUN/report */
  struct place at, png, data, gnuplot; /* that folder and those in it, opened once */
  const struct run *run;               /* what the charts are of; of the first run where they are of several */
  struct look *looks;                  /* of the run's variants, in its order */
  const char *script;                  /* the one that draws all: "all.gp" */
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
  struct run_point *points;
  size_t count;
};
/* One chart while it is written: its files and its words. */
struct sheet {
  struct text data, script, title, caption;
};
/* Writes the files of a finished chart, adds it to the list, and frees the sheet. */
void sheet_done(struct charts *, struct chart, struct sheet *);

const struct chart *chart_find(const struct charts *, const char *id);
/* Keeps a reason why charts are missing, the first one. */
void charts_complain(struct charts *, const char *why);

enum { CURVES_FROM = 4 };
/* Whether a problem has enough worker counts to draw curves rather than dots. */
bool has_curves(const struct analysis *);
/* The methods of a problem in their order; at most `most`. */
enum { METHODS_MAX = 16 };
size_t methods_of(const struct analysis *, const char *methods[METHODS_MAX]);
/* The problem whose picture tells most: the largest gain from naive to all cores. */
size_t most_telling(const struct result *);

/* Writes a whole file by way of a temporary one. Returns 0, or -1 with a reason. */
int write_file(const struct place *, const char *name, const struct text *, struct fault *);

#endif

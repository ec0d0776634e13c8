/* Shared by all kinds of charts: values, data rows, pieces of gnuplot scripts. */
#ifndef NWAY_REPORT_PLOT_H
#define NWAY_REPORT_PLOT_H

#include "chart.h"

enum { LABEL_MAX = 34, LABEL_NARROW = 22 };

/* Adds a series to the chart's key; `line`: its marks are joined. */
void key_add(struct chart *, const char *name, const struct look *, bool hollow, bool line);

enum kind { TIME, SPEEDUP, EFFICIENCY };
extern const char *const kind_names[];
struct kind_words {
  const char *axis, *title;
};
extern const struct kind_words kind_words[];
/* Its title for a problem: the time may be that of a unit. */
const char *kind_title(const struct analysis *, enum kind);

struct value {
  double middle, low, high; /* NAN: none */
};
struct value value_of(const struct figures *, enum kind);
struct range {
  double least, most; /* over values and interval ends */
};
#define NO_RANGE ((struct range){INFINITY, -INFINITY})
void take_in(struct range *, double value);
bool is_range(struct range);
/* Over all cells of a method, or of all methods if it is NULL. */
struct range range_of(const struct analysis *, const char *method, enum kind);

struct unit {
  double divisor; /* of the values in the data */
  const char *name;
};
struct unit unit_of(enum kind, struct range);

/* Data: one line per cell; `look` is the index of its variant in the run. Column numbers are used in scripts as $3
 * and so on. */
extern const char data_head[];
struct mark {
  double row; /* of a chart of rows */
  const char *label;
  size_t way;
  bool hollow;
  enum kind kind;
};
void data_row(struct text *csv, const struct analysis *, const struct figures *, const struct mark *);
void csv_word(struct text *csv, const char *foreign);
void csv_number(struct text *csv, double value); /* with the comma before it */

/* Returns the end of the way that starts at `from`; cells that differ only in workers are adjacent. */
size_t way_end(const struct analysis *, size_t from);
bool has_values(const struct analysis *, size_t from, size_t to, enum kind);
/* Adds the name of a way; omits the method if a heading shows it. */
void way_name(struct text *, const struct analysis *, const struct cell *, bool under_method);
int64_t most_workers(const struct analysis *);
bool has_limits(const struct analysis *);

/* Pieces of scripts. Foreign text is filtered by a whitelist; `most` is its length limit in characters. */
void quoted(struct text *script, const char *foreign, size_t most);
void tick(struct text *ticks, const char *foreign, double at);
void tick_cut(struct text *ticks, const char *foreign, double at, size_t most);
void slide_words(struct text *script, const char *title, const char *caption);
void log_ticks(struct text *script, const char *axis, double least, double most);
void log2_ticks(struct text *script, const char *axis, double least, double most);
/* The step of 1, 2 or 5 times a power of ten that puts at most `most` ticks on a span. */
double tick_step(double span, double most);
/* Ticks of a logarithmic x axis at worker counts, ascending. Labels stand at least `share` of the axis apart: at the
 * ends, then at powers of two, then at the others. */
void count_ticks(struct text *script, const double *counts, size_t n, double share);
/* A full-height line with its label above: "center", "left" or "right". */
void vertical(struct text *script, int tag, double x, const char *dash, const char *label, const char *side);
/* The last element of a plot: intervals on top of the marks, in the text colour. */
void intervals(struct text *script, const char *id, double divisor, bool upright);
/* The first element of a plot by row: short lines at the bound from the items' sizes, if below ideal. */
void limits(struct text *script, const char *id, double divisor, double half);
/* Adds a caption that explains the marks of a problem's charts. */
void describe(struct text *caption, const struct result *, const struct analysis *, bool dots, bool limits);

/* The end of a line and its label. */
struct end {
  double at, label; /* heights of the last point and its label, as shares of the graph */
  double x, y;      /* the last point, in axis units */
  const char *rgb;
  bool alone; /* the only point of its way */
  struct text name;
};
enum { ENDS_MAX = 40 };
/* Returns a value's position on an axis, as a share of it. */
double axis_share(double value, double least, double most, bool logarithmic);
/* Labels the ends of lines and, above or below, single points. `height`: of the graph, in points. Sorts the ends and
 * frees their names. */
void end_labels(struct text *script, struct end *, size_t count, double height, bool above);

/* The kinds of charts; each adds one to the list if it has a valid point. */
void plot_dots(struct charts *, const struct result *, size_t problem, enum kind);
/* The charts of one method of a problem, or of all, by worker count. */
struct curves_wanted {
  size_t problem, method_index;
  const char *method; /* NULL: all, see panels_of */
  enum kind kind;
  bool linear; /* time or speedup on linear axes from 0, with the suffix "-linear" and without a slide */
};
void plot_curves(struct charts *, const struct result *, const struct curves_wanted *);
/* `narrow`: drawn for a phone, with the suffix "-narrow" and without a slide. */
void plot_steps(struct charts *, const struct result *, size_t problem, const char *id, bool narrow);
void plot_overview(struct charts *, const struct result *, bool narrow);
/* Instead of plot_overview where some problem has curves (has_scaling): speedup over workers, a curve a problem. */
bool has_scaling(const struct result *);
void plot_scaling(struct charts *, const struct result *);
/* Charts over several runs, see chart.h. */
void plot_lines(struct charts *, const struct lines_chart *);
void plot_ratios(struct charts *, const struct ratios_chart *);

/* A chart of points: series over an axis. */
struct xy_point {
  double x, y, low, high; /* low and high NAN: no interval */
};
struct xy_series {
  struct text name; /* raw foreign text */
  struct look look;
  bool hollow;
  struct xy_point *points; /* by x */
  size_t count, capacity;
};
enum xy_line { NO_LINE, LINE_LEVEL, LINE_IDEAL }; /* LEVEL: horizontal at `level`; IDEAL: y = x, with log2 axes */
struct xy_chart {
  const char *id, *title, *caption, *x_label, *y_label; /* foreign text only in the caption */
  bool workers;         /* x are worker counts: a tick at each, log2 axis; else a log10 axis */
  bool log_y;           /* else linear from 0 */
  bool joined;          /* joined by lines; else single marks side by side */
  const char *y_format; /* gnuplot format; NULL: default */
  enum xy_line line;
  double level; /* of LINE_LEVEL; of LINE_IDEAL: where the line turns level, the CPUs; 0: nowhere */
  bool narrow;  /* drawn for a phone, without a slide */
  struct xy_series *series;
  size_t count, capacity;
};
struct xy_series *xy_add(struct xy_chart *, const char *name, const struct look *, bool hollow);
void xy_point(struct xy_series *, double x, double y, double low, double high);
void xy_free(struct xy_chart *);
/* Adds the chart to the list if it has a point. */
void plot_xy(struct charts *, const struct xy_chart *);

#endif

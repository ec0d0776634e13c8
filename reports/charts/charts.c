/* The charts of a report as files: written, drawn by one gnuplot, read back, and found by name. */
#include "charts.h"

#include "draw.h"
#include "plot.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

/* ---- files ---- */

static int make_folder(const char *folder, const char *name, struct fault *why) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%s%s%s", folder, *name ? "/" : "", name);
  return mkdir(path, 0777) == 0 || errno == EEXIST ? 0 : fault_set(why, EXIT_USAGE, "%s: %s", path, strerror(errno));
}

static const char common[] =
    "# Shared by all charts of this report. To draw them again: change what you like, then `gnuplot all.gp` here.\n"
    "reset\n"
    "set encoding utf8\n"
    "set datafile separator ','\n"
    "set border 3 lw 0.7 lc rgb '#000000'\n"
    "set tics nomirror out scale 0.5\n"
    "set grid xtics ytics lt 1 lw 0.5 lc rgb 'gray'\n"
    "unset key\n"
    "if (slide) {\n"
    "  set tmargin 4; set bmargin 6.5; set lmargin 34\n"
    "  set grid xtics ytics lt 1 lw 0.5 lc rgb '#dddddd'\n"
    "}\n";

/* Whether a file was made for an earlier page of the same kind: "cNN-" belongs to compare, the rest to report. */
static bool is_ours(const char *name, bool compare) {
  static const char *const endings[] = {".csv", ".gp", ".svg", ".png", ".png.part"};
  size_t length = strlen(name);
  bool numbered = (name[0] == 'p' || name[0] == 'c') && name[1] >= '0' && name[1] <= '9';
  static const char *const names[] = {"overview.", "waterfall.", "metg.", "notebook-"};
  bool named = false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    named |= strncmp(name, names[i], strlen(names[i])) == 0;
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    size_t end = strlen(endings[i]);
    if (length > end && strcmp(name + length - end, endings[i]) == 0)
      return compare ? numbered && name[0] == 'c' : named || (numbered && name[0] == 'p');
  }
  return false;
}

/* A chart that is no longer drawn must not lie beside the new page. */
static void forget_old(const char *folder, const char *name, bool compare) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  DIR *open = opendir(path);
  for (struct dirent *entry; open && (entry = readdir(open));)
    if (is_ours(entry->d_name, compare))
      unlinkat(dirfd(open), entry->d_name, 0);
  if (open)
    closedir(open);
}

int charts_open(struct charts *charts, const char *run_folder, const char *script_name, struct fault *why) {
  static const char *const names[] = {"", "png", "data", "gnuplot"};
  struct text folder = {0}, script = {0};
  text_format(&folder, "%s/report", run_folder);
  *charts = (struct charts){.folder = must_copy(text_of(&folder)), .script = script_name};
  text_free(&folder);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (make_folder(charts->folder, names[i], why) != 0)
      return -1;
  for (size_t i = 1; i < sizeof names / sizeof *names; i++)
    forget_old(charts->folder, names[i], strcmp(script_name, "compare.gp") == 0);
  text_add(&script, common);
  int result = write_file(charts->folder, "gnuplot/common.gp", &script, why);
  text_free(&script);
  return result;
}

void charts_free(struct charts *charts) {
  for (size_t i = 0; i < charts->count; i++) {
    struct chart *c = &charts->list[i];
    for (size_t j = 0; j < c->key_count; j++)
      free(c->keys[j].name);
    free(c->title), free(c->caption), free(c->svg), free(c->keys);
  }
  free(charts->list);
  free(charts->folder);
  *charts = (struct charts){0};
}

/* ---- which charts ---- */

void charts_overview(struct charts *charts, const struct result *result) {
  plot_overview(charts, result);
  if (result->run.problem_count)
    plot_steps(charts, result, most_telling(result), "waterfall");
}

void charts_lines(struct charts *charts, size_t number, const char *title, const char *unit, const char *caption,
                  const struct run_line *lines, size_t count) {
  plot_lines(charts, number, title, unit, caption, lines, count);
}

void charts_problem(struct charts *charts, const struct result *result, size_t problem) {
  const struct analysis *a = &result->analyses[problem];
  const char *methods[METHODS_MAX];
  char id[CHART_ID];
  size_t count = methods_of(a, methods);
  for (enum kind kind = TIME; kind <= EFFICIENCY; kind++) {
    if (!has_curves(a))
      plot_dots(charts, result, problem, kind);
    for (size_t i = 0; has_curves(a) && i < count; i++)
      plot_curves(charts, result, problem, i, methods[i], kind);
  }
  snprintf(id, sizeof id, "p%02zu-waterfall", problem + 1);
  plot_steps(charts, result, problem, id);
}

/* ---- drawing ---- */

static void draw_script(const struct charts *charts, struct text *all) {
  text_add(all, "# Draws every chart twice: as SVG for the page and as a slide of 1920 x 1080.\n");
  for (size_t i = 0; i < charts->count; i++) {
    const struct chart *c = &charts->list[i];
    text_format(all, "\nslide = 0\nset terminal svg size %d,%d dynamic font 'sans-serif,13' noenhanced name 'k%zu'\n",
                c->width, c->height, i + 1);
    text_format(all, "set output '%s.svg'\nload '%s.gp'\nset output\n", c->id, c->id);
    if (c->slide)
      text_format(all,
                  "slide = 1\nset terminal pngcairo size 1920,1080 font 'DejaVu Sans,24' linewidth 2.4 pointscale 2.6 "
                  "noenhanced\n"
                  "set output '../png/%s.png.part'\nload '%s.gp'\nset output\n",
                  c->id, c->id);
  }
}

static void take_chart(struct charts *charts, size_t i) {
  struct chart *c = &charts->list[i];
  char from[PATH_BYTES], to[PATH_BYTES];
  struct fault why;
  snprintf(c->prefix, sizeof c->prefix, "k%zu-", i + 1);
  snprintf(from, sizeof from, "%s/gnuplot/%s.svg", charts->folder, c->id);
  c->svg = embed_svg(from, c->prefix, c, &why);
  if (!c->svg)
    charts_complain(charts, why.text);
  unlink(from);
  snprintf(from, sizeof from, "%s/png/%s.png.part", charts->folder, c->id);
  snprintf(to, sizeof to, "%s/png/%s.png", charts->folder, c->id);
  c->png = c->slide && is_whole_png(from) && rename(from, to) == 0;
  if (c->slide && !c->png) {
    unlink(from);
    charts_complain(charts, "gnuplot left a cut PNG (is the disk full?)");
  }
}

void charts_draw(struct charts *charts) {
  struct text all = {0};
  struct fault why;
  char folder[PATH_BYTES];
  if (!charts->count) {
    charts_complain(charts, "there is no valid point to draw");
    return;
  }
  snprintf(folder, sizeof folder, "%s/gnuplot", charts->folder);
  draw_script(charts, &all);
  if (write_file(folder, charts->script, &all, &why) != 0 || run_gnuplot(folder, charts->script, &why) != 0)
    charts_complain(charts, why.text);
  text_free(&all);
  for (size_t i = 0; i < charts->count; i++)
    take_chart(charts, i);
}

/* The charts of a report as files: written, drawn by one gnuplot, read back, and found by name. */
#include "charts.h"

#include "base/words.h"
#include "draw.h"
#include "plot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* charts/common.gp, embedded at build time. */
extern const char common_gp[];

/* ---- files ---- */

/* Returns whether a file is from an earlier page of the same kind: "cNN-" belongs to compare, "fit-" to fit, "card." to
 * a card, "gate." and "gate-narrow." to gate, the rest to report. */
static bool is_ours(const char *name, const char *script) {
  static const char *const endings[] = {".csv", ".gp", ".svg", ".png"};
  size_t length = strlen(name);
  bool numbered = (name[0] == 'p' || name[0] == 'c') && name[1] >= '0' && name[1] <= '9';
  static const char *const names[] = {"overview.",  "overview-narrow.",  "waterfall.", "waterfall-narrow.",
                                      "reference.", "reference-narrow.", "metg.",      "notebook-"};
  bool named = false, compare = strcmp(script, "compare.gp") == 0, fit = strcmp(script, "fit.gp") == 0;
  bool card = strcmp(script, "all-card.gp") == 0, gate = strcmp(script, "all-gate.gp") == 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    named |= strncmp(name, names[i], strlen(names[i])) == 0;
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    size_t end = strlen(endings[i]);
    if (length > end && strcmp(name + length - end, endings[i]) == 0)
      return fit       ? strncmp(name, "fit-", 4) == 0
             : card    ? strncmp(name, "card.", 5) == 0
             : gate    ? strncmp(name, "gate.", 5) == 0 || strncmp(name, "gate-narrow.", 12) == 0
             : compare ? numbered && name[0] == 'c'
                       : named || (numbered && name[0] == 'p');
  }
  return false;
}

/* Removes charts of earlier pages, so that none is left beside the new page. */
static void forget_old(const struct place *place, const char *script) {
  int copy = openat(place->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *open = copy >= 0 ? fdopendir(copy) : NULL;
  for (struct dirent *entry; open && (entry = readdir(open));)
    if (is_ours(entry->d_name, script))
      unlinkat(place->fd, entry->d_name, 0);
  if (open)
    closedir(open);
  else if (copy >= 0)
    close(copy);
}

/* Opens the user's folder, or `name` in it. Treats `name` and its content as untrusted. */
static int open_places(struct charts *charts, const char *folder, const char *name, struct fault *why) {
  struct place named = {.fd = -1};
  if (!name && place_make(folder, "--output", why) != 0)
    return -1;
  int failed =
      place_open(name ? &named : &charts->at, folder, why) || (name && place_below(&charts->at, &named, name, why)) ||
      place_below(&charts->png, &charts->at, "png", why) || place_below(&charts->data, &charts->at, "data", why) ||
      place_below(&charts->gnuplot, &charts->at, "gnuplot", why);
  place_close(&named);
  why->code = EXIT_USAGE;
  if (failed && faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) != 0)
    append(why->text, sizeof why->text, "; choose another place: --output DIR");
  return failed ? -1 : 0;
}

int charts_open(struct charts *charts, const struct run *run, const char *script, struct fault *why) {
  int result = run->report ? charts_open_at(charts, run->report, NULL, script, why)
                           : charts_open_at(charts, run->folder, "report", script, why);
  charts->run = run, charts->looks = looks_of(run);
  return result;
}

int charts_open_at(struct charts *charts, const char *folder, const char *name, const char *script_name,
                   struct fault *why) {
  struct text whole = {0}, script = {0};
  text_format(&whole, "%s%s%s", folder, name ? "/" : "", name ? name : "");
  *charts = (struct charts){.folder = must_copy(text_of(&whole)),
                            .script = script_name,
                            .at.fd = -1,
                            .png.fd = -1,
                            .data.fd = -1,
                            .gnuplot.fd = -1};
  text_free(&whole);
  if (open_places(charts, folder, name, why) != 0)
    return -1;
  forget_old(&charts->data, script_name);
  forget_old(&charts->gnuplot, script_name);
  text_add(&script, common_gp);
  int result = write_file(&charts->gnuplot, "common.gp", &script, why);
  text_free(&script);
  return result;
}

void charts_stamp(struct charts *charts, const char *words) {
  struct text script = {0};
  struct fault why;
  text_add(&script, common_gp);
  if (*words)
    text_format(&script, "if (slide) {\n  set label 979 '%s' at screen 0.985,0.02 right font ',20'\n}\n", words);
  if (write_file(&charts->gnuplot, "common.gp", &script, &why) != 0)
    charts_complain(charts, why.text);
  text_free(&script);
}

struct look look_named(const struct charts *charts, const char *variant) {
  size_t i = 0;
  while (i < charts->run->variant_count && strcmp(charts->run->variants[i].name, variant) != 0)
    i++;
  return i < charts->run->variant_count ? charts->looks[i] : look_numbered(i);
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
  free(charts->looks);
  place_close(&charts->at), place_close(&charts->png), place_close(&charts->data), place_close(&charts->gnuplot);
  *charts = (struct charts){0};
}

/* ---- which charts ---- */

void charts_overview(struct charts *charts, const struct result *result) {
  if (has_scaling(result))
    plot_scaling(charts, result);
  else
    plot_overview(charts, result, false);
  if (!has_scaling(result) && !charts->card)
    plot_overview(charts, result, true);
  for (int narrow = 0; narrow < 2 && !charts->card && result->run.problem_count; narrow++)
    plot_steps(charts, result, most_telling(result), "waterfall", narrow);
}

void charts_lines(struct charts *charts, const struct lines_chart *chart) { plot_lines(charts, chart); }
void charts_ratios(struct charts *charts, const struct ratios_chart *chart) { plot_ratios(charts, chart); }

void charts_problem(struct charts *charts, const struct result *result, size_t problem) {
  const struct analysis *a = &result->analyses[problem];
  const char *methods[METHODS_MAX];
  char id[CHART_ID];
  size_t count = panels_of(a, methods), shown = shown_panel(a, methods, count);
  for (enum kind kind = TIME; kind <= EFFICIENCY; kind++) {
    if (!has_curves(a))
      plot_dots(charts, result, problem, kind);
    for (size_t i = 0; has_curves(a) && i < count; i++)
      plot_curves(charts, result, &(struct curves_wanted){problem, i, methods[i], kind, false});
    if (has_curves(a) && count && kind != EFFICIENCY)
      plot_curves(charts, result, &(struct curves_wanted){problem, shown, methods[shown], kind, true});
  }
  snprintf(id, sizeof id, "p%02zu-waterfall", problem + 1);
  for (int narrow = 0; narrow < 2; narrow++)
    plot_steps(charts, result, problem, id, narrow);
}

/* ---- drawing ---- */

/* Slides take most of the time and come last, so that a time limit costs slides before charts of the page. */
static void draw_script(const struct charts *charts, struct text *all) {
  text_add(all, "# Draws every chart as SVG for the page, then as a slide of 1920 x 1080.\n");
  for (size_t i = 0; i < charts->count; i++) {
    const struct chart *c = &charts->list[i];
    text_format(all, "\nslide = 0\nset terminal svg size %d,%d dynamic font 'sans-serif,13' noenhanced name 'k%zu'\n",
                c->width, c->height, i + 1);
    text_format(all, "set output '%s.svg'\nload '%s.gp'\nset output\n", c->id, c->id);
  }
  for (size_t i = 0; i < charts->count; i++) {
    const struct chart *c = &charts->list[i];
    if (c->slide)
      text_format(all,
                  "slide = 1\nset terminal pngcairo size 1920,1080 font 'DejaVu Sans,24' linewidth 2.4 pointscale 2.6 "
                  "noenhanced\n"
                  "set output '../png/%s.png.part'\nload '%s.gp'\nset output\n",
                  c->id, c->id);
  }
}

static bool is_whole(const struct place *place, const char *name) {
  struct fault ignored;
  int fd = place_read(place, name, &ignored);
  return fd >= 0 && is_whole_png(fd);
}

static void take_chart(struct charts *charts, size_t i) {
  struct chart *c = &charts->list[i];
  char name[CHART_ID + 16], part[CHART_ID + 16];
  struct fault why;
  snprintf(c->prefix, sizeof c->prefix, "k%zu-", i + 1);
  snprintf(name, sizeof name, "%s.svg", c->id);
  c->svg = embed_svg(&charts->gnuplot, name, c->prefix, c, &why);
  if (!c->svg)
    charts_complain(charts, why.text);
  unlinkat(charts->gnuplot.fd, name, 0);
  snprintf(part, sizeof part, "%s.png.part", c->id);
  snprintf(name, sizeof name, "%s.png", c->id);
  c->png = c->slide && is_whole(&charts->png, part) && place_rename(&charts->png, part, name, &why) == 0;
  if (c->slide && !c->png) {
    unlinkat(charts->png.fd, part, 0);
    charts_complain(charts, "gnuplot wrote an incomplete PNG; check for free disk space");
  }
}

/* Removes old outputs first: gnuplot opens them by name and would follow a link or block on a FIFO. */
static void clear_outputs(const struct charts *charts) {
  char name[CHART_ID + 16];
  for (size_t i = 0; i < charts->count; i++) {
    snprintf(name, sizeof name, "%s.svg", charts->list[i].id);
    unlinkat(charts->gnuplot.fd, name, 0);
    snprintf(name, sizeof name, "%s.png.part", charts->list[i].id);
    unlinkat(charts->png.fd, name, 0);
  }
}

/* Keeps the slides of an earlier report if gnuplot cannot draw new ones. */
void charts_draw(struct charts *charts) {
  struct text all = {0};
  struct fault why;
  if (!charts->count) {
    charts_complain(charts, "no valid point to draw");
    forget_old(&charts->png, charts->script);
    return;
  }
  clear_outputs(charts);
  draw_script(charts, &all);
  bool drawn = write_file(&charts->gnuplot, charts->script, &all, &why) == 0 &&
               run_gnuplot(&charts->gnuplot, charts->script, &why) == 0;
  text_free(&all);
  if (!drawn)
    charts_complain(charts, why.text);
  else
    forget_old(&charts->png, charts->script); /* new slides are still named .part */
  for (size_t i = 0; i < charts->count; i++)
    take_chart(charts, i);
}

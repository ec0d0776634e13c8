/* A chart and the list of them: its files on disk, and which charts a problem has. */
#include "chart.h"

#include <stdio.h>
#include <string.h>

int write_file(const struct place *place, const char *name, const struct text *content, struct fault *why) {
  if (place_write(place, name, text_of(content), content->length, why) == 0)
    return 0;
  why->code = EXIT_USAGE;
  return -1;
}

const struct chart *chart_find(const struct charts *charts, const char *id) {
  for (size_t i = 0; i < charts->count; i++)
    if (strcmp(charts->list[i].id, id) == 0)
      return &charts->list[i];
  return NULL;
}

void charts_complain(struct charts *charts, const char *why) {
  if (!charts->why.text[0])
    fault_set(&charts->why, EXIT_USAGE, "%s", why);
}

/* Writes a chart's data and script to disk. */
static void add_files(struct charts *charts, const struct chart *chart, const struct sheet *sheet) {
  char name[CHART_ID + 24];
  struct fault why;
  snprintf(name, sizeof name, "%s.csv", chart->id);
  if (write_file(&charts->data, name, &sheet->data, &why) != 0)
    charts_complain(charts, why.text);
  snprintf(name, sizeof name, "%s.gp", chart->id);
  if (write_file(&charts->gnuplot, name, &sheet->script, &why) != 0)
    charts_complain(charts, why.text);
}

void sheet_done(struct charts *charts, struct chart chart, struct sheet *sheet) {
  add_files(charts, &chart, sheet);
  chart.slide &= !charts->alone;
  chart.title = must_copy(text_of(&sheet->title));
  chart.caption = must_copy(text_of(&sheet->caption));
  GROW(charts->list, charts->count, charts->capacity);
  charts->list[charts->count++] = chart;
  text_free(&sheet->data), text_free(&sheet->script), text_free(&sheet->title), text_free(&sheet->caption);
}

bool has_curves(const struct analysis *a) { return a->worker_count >= CURVES_FROM; }

size_t methods_of(const struct analysis *a, const char *methods[METHODS_MAX]) {
  size_t count = 0;
  for (size_t i = 0; i < a->count && count < METHODS_MAX; i++)
    if (count == 0 || strcmp(methods[count - 1], a->figures[i].cell->method) != 0)
      methods[count++] = a->figures[i].cell->method;
  return count;
}

size_t panels_of(const struct analysis *a, const char *methods[METHODS_MAX]) {
  if (!a->problem->runs_programs)
    return methods_of(a, methods);
  methods[0] = NULL;
  return 1;
}

size_t shown_panel(const struct analysis *a, const char *const *methods, size_t count) {
  for (size_t m = 0; m < count && a->best; m++)
    if (methods[m] && strcmp(methods[m], a->best->cell->method) == 0)
      return m;
  return 0;
}

/* Exports a run as JSON of nway's own: warnings, verdicts and every figure, for programs. */
#include "export_cells.h"
#include "fields.h"
#include "words/advice_words.h"
#include "words/counter_words.h"
#include "words/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *estimate_json(const struct estimate *e, bool known) {
  return json_pack("{sI so so so}", "rounds", (json_int_t)(known ? e->n : 0), "median",
                   number_json(known && e->n ? e->median : NAN), "low",
                   number_json(known && e->coverage > 0 ? e->low : NAN), "high",
                   number_json(known && e->coverage > 0 ? e->high : NAN));
}

/* All counters of the last sample, each with its rate where it counts something. */
static json_t *counters_json(const struct figures *f) {
  json_t *counters = json_object();
  char name[COUNTER_NAME];
  double value;
  for (const char *at = f->cell->counters; counter_next(&at, name, &value);)
    json_object_set_new(
        counters, name,
        json_pack("{so so}", "value", number_json(value), "per_second", number_json(counter_rate(f, name, value))));
  return counters;
}

static json_t *cell_json(const struct figures *f) {
  struct text why = {0};
  json_t *cell = json_object();
  bool speed = f->valid && !f->no_speedup;
  for (enum cell_axis axis = 0; axis < CELL_IDS; axis++)
    if (cell_axes[axis].level == CELL_LEVEL_WAY)
      json_object_set_new(cell, cell_axes[axis].name, text_json(cell_text(f->cell, axis)));
  json_object_set_new(cell, "workers", json_integer((json_int_t)f->cell->workers));
  json_object_set_new(cell, "time_ns", estimate_json(&f->time, f->valid));
  json_object_set_new(cell, "speedup", estimate_json(&f->speedup, speed));
  json_object_set_new(cell, "own", estimate_json(&f->own, speed));
  json_object_set_new(cell, "efficiency", number_json(f->valid ? f->efficiency : NAN));
  json_object_set_new(cell, "throughput", number_json(f->valid ? f->throughput : NAN));
  json_object_set_new(cell, "standing", json_string(standing_word(f->standing)));
  json_object_set_new(cell, "counters", counters_json(f));
  trouble_words(&why, f);
  json_object_set_new(cell, "trouble", why.length ? text_json(text_of(&why)) : json_null());
  text_free(&why);
  return cell;
}

static json_t *problem_json(const struct analysis *a) {
  struct text title = {0}, verdict = {0}, advice = {0};
  json_t *cells = json_array();
  problem_title(&title, a->problem), verdict_sentence(&verdict, a), advice_sentence(&advice, a);
  for (size_t i = 0; i < a->count; i++)
    json_array_append_new(cells, cell_json(&a->figures[i]));
  json_t *problem = json_pack(
      "{so so so so so}", "title", text_json(text_of(&title)), "verdict", text_json(text_of(&verdict)), "advice",
      advice.length ? text_json(text_of(&advice)) : json_null(), "unit", text_json(a->problem->unit), "cells", cells);
  text_free(&title), text_free(&verdict), text_free(&advice);
  return problem;
}

json_t *export_report(const struct result *result) {
  const struct run *run = &result->run;
  struct badge badges[BADGES_MAX];
  json_t *warnings = json_array(), *problems = json_array();
  for (size_t i = 0, count = run_badges(result, badges); i < count; i++)
    json_array_append_new(warnings, json_pack("{ss so}", "name", badges[i].name, "text", text_json(badges[i].text)));
  for (size_t i = 0; i < run->problem_count; i++)
    json_array_append_new(problems, problem_json(&result->analyses[i]));
  return json_pack("{si so so so so so}", "schema", 1, "run", text_json(run->id), "machine",
                   text_json(run_machine(run)), "started_utc", *run->started ? text_json(run->started) : json_null(),
                   "warnings", warnings, "problems", problems);
}

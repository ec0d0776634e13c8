/* Fits of scaling laws as CSV and JSON, for programs. */
#include "fit_data.h"

#include "fields.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- CSV ---- */

static void csv_groups(struct text *out, const struct fits *f, const struct fit_group *g) {
  for (size_t i = 0; i < f->column_count; i++) {
    csv_text(out, g->texts[i]);
    text_add(out, ",");
  }
}

static void csv_law(struct text *out, const struct fits *f, const struct fit_group *g, enum law law) {
  const struct law_fit *l = &g->fit.laws[law];
  for (int i = 0; i < TERMS; i++) {
    const struct fit_term *t = &l->terms[i];
    if (!l->part[i] || !l->good)
      continue;
    csv_groups(out, f, g);
    text_format(out, "%s,%d,%s", law_names[law], law == g->fit.chosen, term_names[i]);
    csv_real(out, t->value), csv_real(out, t->se), csv_real(out, t->low), csv_real(out, t->high);
    text_format(out, ",%d,%zu,\n", t->held, g->fit.count);
  }
}

static void csv_peak(struct text *out, const struct fits *f, const struct fit_group *g) {
  const struct peak *p = &g->fit.peak;
  if (!p->known)
    return;
  csv_groups(out, f, g);
  text_add(out, "usl,1,peak");
  csv_real(out, p->workers), csv_real(out, NAN), csv_real(out, p->low), csv_real(out, p->high);
  text_format(out, ",0,%zu,%s\n", g->fit.count, p->far ? "beyond twice the largest count" : "");
}

void fit_csv(struct text *out, const struct fits *f) {
  for (size_t i = 0; i < f->column_count; i++) {
    csv_text(out, f->columns[i]);
    text_add(out, ",");
  }
  text_add(out, "law,chosen,term,value,se,low,high,held,counts,note\n");
  for (size_t i = 0; i < f->count; i++) {
    const struct fit_group *g = &f->groups[i];
    for (int law = 0; law < LAWS && !g->fit.refused; law++)
      csv_law(out, f, g, (enum law)law);
    csv_peak(out, f, g);
    if (g->fit.refused) {
      csv_groups(out, f, g);
      text_format(out, ",0,,,,,,0,%zu,%s\n", g->fit.count, g->fit.refused);
    }
  }
}

/* ---- JSON ---- */

static json_t *interval(double low, double high) { return json_pack("[o, o]", number_json(low), number_json(high)); }

static json_t *json_law(const struct law_fit *l) {
  if (!l->good)
    return json_null();
  json_t *object = json_object();
  for (int i = 0; i < TERMS; i++) {
    const struct fit_term *t = &l->terms[i];
    if (l->part[i])
      json_object_set_new(object, term_names[i],
                          json_pack("{s:o, s:o, s:o, s:b}", "value", number_json(t->value), "se", number_json(t->se),
                                    "interval", interval(t->low, t->high), "held", t->held));
  }
  json_object_set_new(object, "residual_se", number_json(l->sigma));
  json_object_set_new(object, "df", json_integer(l->df));
  return object;
}

static json_t *json_prediction(const struct prediction *p) {
  return json_pack("{s:o, s:o, s:o}", "workers", number_json(p->workers), "rate", number_json(p->rate), "interval",
                   interval(p->low, p->high));
}

static json_t *json_held_out(const struct held_out *h) {
  if (h->state == HELD_OUT_NONE)
    return json_null();
  json_t *object = json_prediction(&h->foretold);
  json_object_set_new(object, "law", json_string(law_names[h->law]));
  json_object_set_new(object, "measured", number_json(h->seen));
  json_object_set_new(object, "hit", json_boolean(h->state == HELD_OUT_HIT));
  return object;
}

static void json_fit(json_t *object, const struct fit *fit) {
  for (int law = 0; law < LAWS; law++)
    json_object_set_new(object, law_names[law], fit->refused ? json_null() : json_law(&fit->laws[law]));
  if (fit->refused) {
    json_object_set_new(object, "chosen", json_null());
    return;
  }
  const struct peak *p = &fit->peak;
  struct prediction beyond = fit_predict(fit->chosen, &fit->laws[fit->chosen], FIT_REACH * fit->most);
  json_object_set_new(object, "chosen", json_string(law_names[fit->chosen]));
  json_object_set_new(object, "peak",
                      !p->known
                          ? json_null()
                          : json_pack("{s:o, s:o, s:o, s:b}", "workers", number_json(p->workers), "rate",
                                      number_json(p->rate), "interval", interval(p->low, p->high), "far", p->far));
  json_object_set_new(object, "held_out", json_held_out(&fit->held_out));
  json_object_set_new(object, "beyond", fit->falls ? json_null() : json_prediction(&beyond));
  json_object_set_new(object, "falls", json_boolean(fit->falls));
}

static json_t *json_group(const struct fits *f, const struct fit_group *g) {
  const struct fit *fit = &g->fit;
  json_t *object = json_object(), *names = json_object(), *points = json_array();
  for (size_t i = 0; i < f->column_count; i++) {
    struct text name = {0};
    text_plain(&name, f->columns[i]); /* a key must be UTF-8 */
    json_object_set_new(names, text_of(&name), text_json(g->texts[i]));
    text_free(&name);
  }
  for (size_t i = 0; i < fit->count; i++)
    json_array_append_new(points, interval(g->points[i].workers, g->points[i].rate));
  json_object_set_new(object, "group", names);
  json_object_set_new(object, "refused", fit->refused ? json_string(fit->refused) : json_null());
  json_object_set_new(object, "counts", json_integer((json_int_t)fit->count));
  json_object_set_new(object, "rows", json_integer((json_int_t)g->row_count));
  json_object_set_new(object, "few", json_boolean(fit->few));
  json_object_set_new(object, "unfit_rows", json_integer((json_int_t)g->unfit));
  json_object_set_new(object, "points", points);
  json_fit(object, fit);
  return object;
}

void fit_json(struct text *out, const struct fit_source *s) {
  const struct fits *f = &s->fits;
  json_t *groups = json_array(), *object = json_object();
  for (size_t i = 0; i < f->count; i++)
    json_array_append_new(groups, json_group(f, &f->groups[i]));
  json_object_set_new(object, "schema", json_integer(1));
  json_object_set_new(object, "source", text_json(text_of(&s->name)));
  json_object_set_new(object, "workers", text_json(f->workers));
  json_object_set_new(object, "value", text_json(f->value));
  if (s->read.length)
    json_object_set_new(object, "read", text_json(text_of(&s->read)));
  if (s->badges.length)
    json_object_set_new(object, "warnings", text_json(text_of(&s->badges)));
  json_object_set_new(object, "level", json_real(FIT_LEVEL));
  if (f->count == 1 && !f->column_count)
    json_object_update(object, json_array_get(groups, 0));
  else
    json_object_set(object, "groups", groups);
  json_decref(groups);
  put_json(out, object, 12);
}

/* Reads catalog.json: the properties of a run's kernels and variants. */
#include "load.h"

#include "base/param_json.h"
#include "base/params.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ---- variants ---- */

static bool has_name(const void *variants, size_t at, const void *name) {
  return strcmp(((const struct variant_facts *)variants)[at].name, name) == 0;
}

/* Index by name of a run's variants, used while loading. */
struct variants {
  struct run *run;
  struct hash by_name;
  size_t capacity;
};

static struct variant_facts *variant_of(struct variants *v, const char *name, bool *is_new) {
  uint64_t hash = hash_text(HASH_START, name);
  size_t at = hash_find(&v->by_name, hash, has_name, v->run->variants, name);
  *is_new = at == NOT_THERE;
  if (!*is_new)
    return &v->run->variants[at];
  GROW(v->run->variants, v->run->variant_count, v->capacity);
  hash_add(&v->by_name, hash, at = v->run->variant_count++);
  v->run->variants[at] = (struct variant_facts){.name = must_copy(name)};
  return &v->run->variants[at];
}

static char *copy_or_null(const json_t *object, const char *key) {
  const char *word = json_string_value(json_object_get(object, key));
  return word ? must_copy(word) : NULL;
}

static void take_variant(struct variants *v, const json_t *json) {
  const char *name = json_string_value(json_object_get(json, "name")),
             *lifetime = json_string_value(json_object_get(json, "lifetime"));
  const json_t *look = json_object_get(json, "look");
  bool is_new;
  struct variant_facts *facts = name ? variant_of(v, name, &is_new) : NULL;
  if (!facts || !is_new) /* a duplicate name: the first entry counts */
    return;
  facts->per_iteration = lifetime && strcmp(lifetime, "iteration") == 0;
  facts->by_processes = json_is_true(json_object_get(json, "processes"));
  facts->serial = json_is_true(json_object_get(json, "serial"));
  facts->one_worker = json_integer_value(json_object_get(json, "max_workers")) == 1;
  facts->usual =
      json_array_size(json_object_get(json, "only")) ? 0 : json_integer_value(json_object_get(json, "usual"));
  facts->colour = copy_or_null(look, "colour");
  facts->marker = copy_or_null(look, "marker");
  facts->dash = copy_or_null(look, "dash");
}

/* Marks the serial variant. Older catalogs lack the mark: take the variant of the baselines, else the one limited to
 * one worker. */
static void find_serial(struct run *run, const struct loader *l, struct variants *v) {
  bool known = false, is_new;
  for (size_t i = 0; i < run->variant_count; i++)
    known |= run->variants[i].serial;
  for (size_t i = 0; !known && i < l->count; i++) {
    const struct cell *c = &l->entries[i].cell;
    if (c->naive || c->best_serial)
      variant_of(v, c->variant, &is_new)->serial = true;
  }
  for (size_t i = 0; i < run->variant_count; i++)
    known |= run->variants[i].serial;
  for (size_t i = 0; !known && i < run->variant_count; i++)
    run->variants[i].serial = run->variants[i].one_worker;
}

/* Order: the serial variant, the usual ones by rank, then the rest as in the catalog and the plan. */
static int by_place(const void *a, const void *b) {
  const struct variant_facts *x = a, *y = b;
  if (x->serial != y->serial)
    return y->serial - x->serial;
  if ((x->usual > 0) != (y->usual > 0))
    return (y->usual > 0) - (x->usual > 0);
  if (x->usual != y->usual)
    return (x->usual > y->usual) - (x->usual < y->usual);
  return (x->place > y->place) - (x->place < y->place);
}

static void sort_variants(struct variants *v) {
  struct run *run = v->run;
  for (size_t i = 0; i < run->variant_count; i++)
    run->variants[i].place = i;
  if (run->variant_count)
    qsort(run->variants, run->variant_count, sizeof *run->variants, by_place);
  hash_free(&v->by_name);
  for (size_t i = 0; i < run->variant_count; i++)
    hash_add(&v->by_name, hash_text(HASH_START, run->variants[i].name), i);
}

int load_catalog(struct loader *l, struct fault *why) {
  struct run *run = l->run;
  json_t *root = load_json(run, "catalog.json", why), *json;
  struct variants v = {.run = run};
  size_t i;
  bool is_new;
  if (!root && why->text[0])
    return -1;
  json_array_foreach(json_object_get(root, "variants"), i, json) take_variant(&v, json);
  for (i = 0; i < l->count; i++)
    variant_of(&v, l->entries[i].cell.variant, &is_new);
  find_serial(run, l, &v);
  sort_variants(&v);
  for (i = 0; i < l->count; i++) {
    struct cell *c = &l->entries[i].cell;
    struct variant_facts *facts = variant_of(&v, c->variant, &is_new);
    facts->used = true;
    c->variant_at = (size_t)(facts - run->variants);
    c->serial = facts->serial, c->per_iteration = facts->per_iteration, c->by_processes = facts->by_processes;
  }
  hash_free(&v.by_name);
  run->catalog = root; /* kept: the parameters' texts point into it */
  return 0;
}

/* ---- kernels ---- */

static const json_t *named(const json_t *list, const char *name) {
  size_t i;
  json_t *one;
  json_array_foreach(list, i, one) {
    const char *own = json_string_value(json_object_get(one, "name"));
    if (own && strcmp(own, name) == 0)
      return one;
  }
  return NULL;
}

static void take_params(struct problem *p, const json_t *kernel) {
  json_t *list = json_object_get(kernel, "params");
  p->params = list ? params_from_json(list) : NULL;
  if (p->params && !params_sound(p->params)) {
    free(p->params);
    p->params = NULL;
  }
}

void describe_problem(const struct run *run, struct problem *p) {
  const json_t *kernel = named(json_object_get(run->catalog, "kernels"), p->kernel);
  const char *probes = json_string_value(json_object_get(kernel, "probes"));
  take_words(&p->unit, kernel, "unit");
  take_words(&p->bound, kernel, "bound");
  take_words(&p->summary, kernel, "summary");
  take_words(&p->doc, kernel, "doc");
  take_words(&p->flags, kernel, "flags");
  take_params(p, kernel);
  p->lacks_check = json_is_false(json_object_get(kernel, "oracle"));
  p->runs_programs = json_string_value(json_object_get(kernel, "command")) != NULL;
  p->probes_granularity = probes && strcmp(probes, "granularity") == 0;
  p->probes_bandwidth = probes && strcmp(probes, "bandwidth") == 0;
}

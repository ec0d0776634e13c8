/* Looks of variants: what the catalog declares, checked, and free ones for the others. */
#include "look.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- tables ---- */

enum part { COLOUR, MARKER, DASH, PARTS };
enum { PART_MAX = 9 }; /* the longest table */

/* Okabe and Ito's colours (2008, jfly.uni-koeln.de/color), for colour-blind readers; the yellow is darkened for
 * contrast on white. The first entry of each table is the serial variant's and the last choice of the others. */
static const struct {
  size_t count;
  const char *values[PART_MAX];
} tables[PARTS] = {
    [COLOUR] = {9, {"#000000", "#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#A89500", "#555555"}},
    [MARKER] = {SHAPES, {"circle", "square", "triangle-up", "diamond", "triangle-down", "pentagon"}},
    [DASH] = {9, {"solid", "12,4", "24,3", "4,4", "16,4,3,4", "8,3,2,3,2,3", "2,3", "10,3,2,3", "6,2"}},
};

/* gnuplot's point types, filled and hollow, of the markers in the table. */
static const int points[SHAPES][2] = {{7, 6}, {5, 4}, {9, 8}, {13, 12}, {11, 10}, {15, 14}};

/* ---- valid declarations ---- */

static bool is_colour(const char *word) {
  size_t digits = 0;
  while (*word == '#' && isxdigit((unsigned char)word[1 + digits]))
    digits++;
  return digits == 6 && word[7] == '\0';
}

static bool is_marker(const char *word) {
  for (size_t i = 0; i < SHAPES; i++)
    if (strcmp(tables[MARKER].values[i], word) == 0)
      return true;
  return false;
}

/* A valid dash: an even number, two to eight, of lengths from 1 to 99. */
static bool is_dash(const char *word) {
  size_t numbers = 0;
  if (strcmp(word, "solid") == 0)
    return true;
  for (const char *at = word; *at; at += *at == ',') {
    size_t digits = strspn(at, "0123456789");
    if (digits < 1 || digits > 2 || *at == '0')
      return false;
    at += digits, numbers++;
    if (*at != '\0' && (*at != ',' || at[1] == '\0'))
      return false;
  }
  return numbers >= 2 && numbers <= 8 && numbers % 2 == 0;
}

/* A look in the words of a catalog; NULL: not chosen yet. */
struct choice {
  const char *of[PARTS];
};

static struct choice declared_by(const struct variant_facts *v) {
  return (struct choice){{v->colour && is_colour(v->colour) ? v->colour : NULL,
                          v->marker && is_marker(v->marker) ? v->marker : NULL,
                          v->dash && is_dash(v->dash) ? v->dash : NULL}};
}

/* ---- assignment ---- */

static size_t uses(const struct choice *choices, size_t count, enum part part, const char *value) {
  size_t times = 0;
  for (size_t i = 0; i < count; i++)
    times += choices[i].of[part] && strcasecmp(choices[i].of[part], value) == 0;
  return times;
}

static bool is_taken(const struct choice *choices, size_t count, const struct choice *one) {
  for (size_t i = 0; i < count; i++) {
    size_t same = 0;
    for (enum part part = 0; part < PARTS; part++)
      same += &choices[i] != one && choices[i].of[part] && one->of[part] &&
              strcasecmp(choices[i].of[part], one->of[part]) == 0;
    if (same == PARTS)
      return true;
  }
  return false;
}

/* The table's value at a step of the walk from the variant's position to the serial variant's. */
static const char *at_step(enum part part, bool serial, size_t own, size_t step) {
  size_t others = tables[part].count - 1;
  if (serial)
    return tables[part].values[step];
  return tables[part].values[step == others ? 0 : 1 + (own + step) % others];
}

static size_t place_of(const char *name) {
  size_t place = 0;
  for (const char *at = name; *at; at++)
    place = place * 31 + (unsigned char)*at;
  return place;
}

/* The least used value; the first in the walk among equals. */
static const char *least_used(const struct choice *choices, size_t count, enum part part, bool serial, size_t own) {
  const char *best = NULL;
  size_t least = SIZE_MAX;
  for (size_t step = 0; step < tables[part].count; step++) {
    const char *value = at_step(part, serial, own, step);
    size_t times = uses(choices, count, part, value);
    if (times < least)
      best = value, least = times;
  }
  return best;
}

/* Changes the dash, then the marker, then the colour until the combination is unique. */
static void set_apart(struct choice *choices, size_t count, struct choice *one, bool serial, size_t own) {
  const size_t all = tables[COLOUR].count * tables[MARKER].count * tables[DASH].count;
  for (size_t i = 0; i < all && is_taken(choices, count, one); i++) {
    size_t rest = i;
    for (int part = DASH; part >= COLOUR; rest /= tables[part].count, part--)
      one->of[part] = at_step((enum part)part, serial, own, rest % tables[part].count);
  }
}

static void keep_declared(struct choice *choices, size_t count, const struct run *run, const size_t *order, bool few) {
  for (size_t i = 0; i < count; i++) {
    struct choice declared = declared_by(&run->variants[order[i]]);
    for (enum part part = 0; part < PARTS; part++)
      if (declared.of[part] && (!few || uses(choices, i, part, declared.of[part]) == 0))
        choices[i].of[part] = declared.of[part];
    if (is_taken(choices, i, &choices[i]))
      choices[i].of[DASH] = NULL;
  }
}

static struct look look_from(const struct choice *choice) {
  struct look look = {.filled = points[0][0], .hollow = points[0][1]};
  for (size_t i = 0; i < SHAPES; i++)
    if (strcmp(tables[MARKER].values[i], choice->of[MARKER]) == 0)
      look.filled = points[i][0], look.hollow = points[i][1];
  for (size_t i = 0; i < sizeof look.rgb - 1; i++)
    look.rgb[i] = (char)toupper((unsigned char)choice->of[COLOUR][i]);
  if (strcmp(choice->of[DASH], "solid") == 0)
    snprintf(look.dash, sizeof look.dash, "1");
  else
    snprintf(look.dash, sizeof look.dash, "(%s)", choice->of[DASH]);
  return look;
}

/* Assigns missing values to positions `from` to `to` of the order. */
static void fill(struct choice *choices, size_t from, size_t to, const struct run *run, const size_t *order) {
  for (size_t i = from; i < to; i++) {
    const struct variant_facts *v = &run->variants[order[i]];
    size_t own = place_of(v->name);
    for (enum part part = 0; part < PARTS; part++)
      if (!choices[i].of[part])
        choices[i].of[part] = least_used(choices, to, part, v->serial, own);
    set_apart(choices, to, &choices[i], v->serial, own);
  }
}

struct look *looks_of(const struct run *run) {
  size_t count = run->variant_count, used = 0, next = 0;
  struct look *looks = must_alloc(count, sizeof *looks);
  struct choice *choices = must_alloc(count, sizeof *choices);
  size_t *order = must_alloc(count, sizeof *order); /* variants with cells in the run first */
  for (size_t i = 0; count > APART_MAX && i < count; i++)
    looks[i] = look_numbered(i);
  for (int pass = 1; count <= APART_MAX && pass >= 0; pass--)
    for (size_t i = 0; i < count; i++)
      if (run->variants[i].used == pass)
        order[next++] = i, used += (size_t)pass;
  keep_declared(choices, used, run, order, used <= SHAPES);
  fill(choices, 0, used, run, order);
  for (size_t i = used; i < next; i++) {
    choices[i] = declared_by(&run->variants[order[i]]);
    fill(choices, i, i + 1, run, order);
  }
  for (size_t i = 0; i < next; i++)
    looks[order[i]] = look_from(&choices[i]);
  free(choices), free(order);
  return looks;
}

struct look look_numbered(size_t number) {
  struct choice choice;
  for (enum part part = 0; part < PARTS; part++)
    choice.of[part] = at_step(part, false, number, 0);
  return look_from(&choice);
}

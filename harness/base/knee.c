/* Chooses the worker counts to measure near the knee of a scaling curve. */
#include "knee.h"

#include <math.h>

size_t knee_spares(const int *asked, size_t count, int *spare, size_t room) {
  size_t n = 0;
  for (size_t i = 0; i + 1 < count; i++) {
    int inside = asked[i + 1] - asked[i] - 1, stride = (inside + KNEE_GAP_MAX - 1) / KNEE_GAP_MAX;
    for (int w = asked[i] + stride; inside > 0 && w < asked[i + 1] && n < room; w += stride)
      spare[n++] = w;
  }
  return n;
}

/* Two places among the tried counts that have a time; `count` if there is none. */
struct knee {
  size_t fastest, fewest; /* fewest: the smallest count within KNEE_WORTH of the fastest */
};

static struct knee knee_of(const struct knee_point *tried, size_t count) {
  struct knee knee = {count, count};
  for (size_t i = 0; i < count; i++)
    if (!isnan(tried[i].time) && (knee.fastest == count || tried[i].time < tried[knee.fastest].time))
      knee.fastest = i;
  for (size_t i = count; knee.fastest < count && i-- > 0;)
    if (tried[i].time <= tried[knee.fastest].time * (1 + KNEE_WORTH))
      knee.fewest = i;
  return knee;
}

/* The nearest place above or below that has a time; `count` if there is none. */
static size_t neighbour(const struct knee_point *tried, size_t count, size_t at, int step) {
  for (size_t i = at + (size_t)step; i < count; i += (size_t)step) /* -1 wraps, to beyond the count */
    if (!isnan(tried[i].time))
      return i;
  return count;
}

static bool was_tried(const struct knee_point *tried, size_t count, int workers) {
  for (size_t i = 0; i < count; i++)
    if (tried[i].workers == workers)
      return true;
  return false;
}

static void add(int *next, size_t *n, int workers) {
  for (size_t i = 0; i < *n; i++)
    if (next[i] == workers)
      return;
  next[(*n)++] = workers;
}

/* ---- one gap ---- */

struct search {
  const struct knee_point *tried;
  size_t count;
  const int *spare;
  size_t spares;
  int *next;
  size_t found;
};

/* The spare count number `nth` (from 0) between two that was not tried yet; 0: there are no more. */
static int untried(const struct search *s, int low, int high, size_t nth) {
  for (size_t i = 0; i < s->spares; i++)
    if (s->spare[i] > low && s->spare[i] < high && !was_tried(s->tried, s->count, s->spare[i]) && nth-- == 0)
      return s->spare[i];
  return 0;
}

/* Adds the spare counts to try between the counts at two places. */
static void look_between(struct search *s, size_t low_at, size_t high_at) {
  enum { PARTS = 4 };
  size_t inside = 0;
  if (low_at >= s->count || high_at >= s->count)
    return;
  int low = s->tried[low_at].workers, high = s->tried[high_at].workers;
  while (untried(s, low, high, inside))
    inside++;
  for (size_t i = 0; i < inside && inside < PARTS; i++)
    add(s->next, &s->found, untried(s, low, high, i));
  for (size_t part = 1; part < PARTS && inside >= PARTS; part++)
    add(s->next, &s->found, untried(s, low, high, (inside + 1) * part / PARTS - 1));
}

size_t knee_next(const struct knee_point *tried, size_t count, const int *spare, size_t spares,
                 int next[KNEE_NEXT_MAX]) {
  struct search search = {tried, count, spare, spares, next, 0};
  struct knee knee = knee_of(tried, count);
  if (knee.fastest == count)
    return 0;
  look_between(&search, neighbour(tried, count, knee.fewest, -1), knee.fewest);
  look_between(&search, neighbour(tried, count, knee.fastest, -1), knee.fastest);
  look_between(&search, knee.fastest, neighbour(tried, count, knee.fastest, 1));
  return search.found;
}

int knee_elsewhere(const struct knee_point *tried, size_t count, const int *spare, size_t spares) {
  const struct search s = {tried, count, spare, spares, NULL, 0};
  double widest = 0;
  int middle = 0;
  for (size_t i = 0; i + 1 < count; i++) {
    int low = tried[i].workers, high = tried[i + 1].workers;
    size_t inside = 0;
    while (untried(&s, low, high, inside))
      inside++;
    double width = inside ? (double)high / low : 0;
    if (width > widest)
      widest = width, middle = untried(&s, low, high, (inside - 1) / 2);
  }
  return middle;
}

/* How many counts are faster; of equal ones the smaller. */
static size_t faster_than(const struct knee_point *tried, size_t count, size_t index) {
  size_t faster = 0;
  for (size_t i = 0; i < count; i++)
    faster += tried[i].time < tried[index].time || (i < index && tried[i].time == tried[index].time);
  return faster;
}

bool knee_is_near(const struct knee_point *tried, size_t count, size_t index) {
  struct knee knee = knee_of(tried, count);
  if (knee.fastest == count || isnan(tried[index].time) || faster_than(tried, count, index) >= KNEE_NEAR_MAX)
    return false;
  return tried[index].time <= tried[knee.fastest].time * (1 + KNEE_BEYOND) ||
         index == neighbour(tried, count, knee.fastest, -1) || index == neighbour(tried, count, knee.fastest, 1) ||
         index == neighbour(tried, count, knee.fewest, -1);
}

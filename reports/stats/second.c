/* Whether another program that timed one cell from outside agrees with nway. Pure. */
#include "second.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_cell(const struct second_facts *second, const struct cell *c) {
  bool same = c->workers == second->workers;
  for (int axis = 0; axis < CELL_IDS && same; axis++)
    same = strcmp(cell_text(c, (enum cell_axis)axis), second->text[axis]) == 0;
  return same;
}

static void find_cell(const struct result *result, struct second_opinion *opinion) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++)
      if (is_cell(&result->run.second, result->analyses[i].figures[j].cell)) {
        opinion->of = &result->analyses[i];
        opinion->cell = result->analyses[i].figures[j].cell;
      }
}

/* Median of the cell's processes in a round; NAN without one. `room` holds as many values as it has processes. */
static double own_ns(const struct cell *c, int64_t round, double *room) {
  size_t n = 0;
  for (size_t i = 0; i < c->process_count; i++)
    if (c->processes[i].round == round && c->processes[i].ok && isfinite(c->processes[i].ns))
      room[n++] = c->processes[i].ns;
  sort_doubles(room, n);
  return n ? median_sorted(room, n) : NAN;
}

static double median_of(double *values, size_t n) {
  sort_doubles(values, n);
  return n ? median_sorted(values, n) : NAN;
}

static enum agreement agreement_of(const struct estimate *ratio) {
  if (!(ratio->coverage > 0))
    return SECOND_UNDECIDED;
  if (ratio->low >= 1 - WORTH && ratio->high <= 1 + WORTH)
    return SECOND_AGREES;
  return ratio->low > 1 + WORTH || ratio->high < 1 - WORTH ? SECOND_DIFFERS : SECOND_UNDECIDED;
}

struct second_opinion second_opinion_of(const struct result *result) {
  const struct second_facts *second = &result->run.second;
  struct second_opinion opinion = {.agreement = second->by ? SECOND_SKIPPED : SECOND_NOT_ASKED};
  if (second->by)
    find_cell(result, &opinion);
  if (!opinion.cell)
    return opinion;
  double *values = must_alloc(4 * second->count + opinion.cell->process_count, sizeof *values);
  double *logs = values, *own = logs + second->count, *other = own + second->count, *start = other + second->count;
  size_t n = 0;
  for (size_t i = 0; i < second->count; i++) {
    const struct second_round *r = &second->rounds[i];
    double ours = own_ns(opinion.cell, r->round, start + second->count);
    double theirs = (r->whole_ns - r->start_ns) / (double)second->executions;
    if (!(ours > 0 && theirs > 0))
      continue;
    logs[n] = log(theirs / ours), own[n] = ours, other[n] = theirs, start[n] = r->start_ns, n++;
  }
  if (n) {
    opinion.ratio = ratio_of(logs, n);
    opinion.own_ns = median_of(own, n), opinion.other_ns = median_of(other, n), opinion.start_ns = median_of(start, n);
    opinion.agreement = agreement_of(&opinion.ratio);
  }
  free(values);
  return opinion;
}

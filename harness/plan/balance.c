/* The order of a block in a round: random, and each cell runs after each class of cells about equally often. */
#include "balance.h"

#include "base/random.h"

#include <stdlib.h>

enum { CYCLE = 12, TRIES = 8 };
enum class { SERIAL, PARALLEL, PER_ITERATION, CLASSES };

struct balance {
  int count, base;
  int *order;
  enum class *class;     /* by cell of the plan */
  int (*after)[CLASSES]; /* by cell of the plan: how often it ran after each class in earlier rounds */
  double share[CLASSES]; /* how often a cell should run after that class */
  int *times;            /* by cell of the plan: processes in earlier rounds */
};

uint64_t plan_random(const struct plan *plan, int round, int block) {
  uint64_t state = (uint64_t)plan->seed ^ ((uint64_t)round << 32) ^ (uint64_t)(block + 1);
  return random_next(&state);
}

static enum class class_of(const struct plan_cell *cell) {
  return cell->workers == 1             ? SERIAL
         : cell->variant->per_iteration ? PER_ITERATION
                                        : PARALLEL;
}

/* How far the class before place `i` is above its share for the cell at that place. 0 for the baseline: its places are
 * fixed, and giving it its share of serial cells would put them before it most of the time. */
static double excess(const struct balance *b, int i) {
  if (i < 1 || i >= b->count)
    return 0;
  int cell = b->order[i];
  if (cell == b->base)
    return 0;
  enum class before = b->class[b->order[i - 1]];
  return b->after[cell][before] - b->share[before] * b->times[cell];
}

/* The excess of all places that swapping i and j (i < j) affects. */
static double excess_around(const struct balance *b, int i, int j) {
  double sum = excess(b, i) + excess(b, i + 1) + excess(b, j + 1);
  return j > i + 1 ? sum + excess(b, j) : sum;
}

static void swap(struct balance *b, int i, int j) {
  int cell = b->order[i];
  b->order[i] = b->order[j], b->order[j] = cell;
}

/* Tries random swaps and keeps those that reduce the excess; the baseline keeps its places. */
static void improve(struct balance *b, uint64_t *random) {
  for (int tries = TRIES * b->count; b->count > 2 && tries > 0; tries--) {
    int i = (int)(random_next(random) % (uint64_t)b->count), j = (int)(random_next(random) % (uint64_t)b->count);
    int first = i < j ? i : j, second = i < j ? j : i;
    if (first == second || b->order[first] == b->base || b->order[second] == b->base)
      continue;
    double before = excess_around(b, first, second);
    swap(b, first, second);
    if (excess_around(b, first, second) >= before)
      swap(b, first, second);
  }
}

static void count_round(struct balance *b) {
  for (int i = 1; i < b->count; i++) {
    b->after[b->order[i]][b->class[b->order[i - 1]]]++;
    b->times[b->order[i]]++;
  }
}

/* Shares of the classes before the other cells in a random order. Each baseline runs before one of the others and after
 * another one, which it takes away from its class. */
static void find_shares(struct balance *b) {
  double bases = 0, others[CLASSES] = {0}, all;
  for (int i = 0; i < b->count; i++)
    *(b->order[i] == b->base ? &bases : &others[b->class[b->order[i]]]) += 1;
  all = b->count - bases;
  for (int c = 0; c < CLASSES; c++)
    b->share[c] = all > 0 ? (others[c] - bases * others[c] / all + (c == SERIAL ? bases : 0)) / all : 0;
}

/* Repeats the rounds of this cycle up to `round`; the last one's order stays in b->order. */
static int order_cycle(struct balance *b, const struct plan *plan, int block, int round, struct fault *fault) {
  for (int i = block_first(plan, block); i >= 0; i = block_next(plan, i))
    b->class[i] = class_of(&plan->cells[i]);
  for (int r = round - (round - 1) % CYCLE; r <= round; r++) {
    uint64_t random = plan_random(plan, r, block);
    b->count = plan_order(plan, block, &random, b->order, fault);
    if (b->count < 0)
      return -1;
    find_shares(b);
    if (!plan->sequential)
      improve(b, &random);
    count_round(b);
  }
  return b->count;
}

int plan_round_order(const struct plan *plan, int block, int round, int *order, struct fault *fault) {
  size_t cells = (size_t)plan->cell_count + 1;
  struct balance b = {.order = order,
                      .base = plan_baseline(plan, block),
                      .class = calloc(cells, sizeof *b.class),
                      .after = calloc(cells, sizeof *b.after),
                      .times = calloc(cells, sizeof *b.times)};
  int count = b.class && b.after && b.times ? order_cycle(&b, plan, block, round, fault) : fault_memory(fault);
  free(b.class), free(b.after), free(b.times);
  return count;
}

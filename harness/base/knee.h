/* Chooses the worker counts to measure near the knee of a scaling curve. Pure. */
#ifndef NWAY_KNEE_H
#define NWAY_KNEE_H

#include <stdbool.h>
#include <stddef.h>

/* A worker count that was tried, and its time in any unit; NAN if it has none, as it failed. */
struct knee_point {
  int workers;
  double time;
};

enum {
  KNEE_NEXT_MAX = 9, /* counts of one step */
  KNEE_GAP_MAX = 15, /* spare counts between two that were asked for */
  KNEE_NEAR_MAX = 8  /* counts near the knee: each one more needs more rounds to be told from the others */
};
#define KNEE_WORTH 0.02  /* two times that differ by less are equal */
#define KNEE_BEYOND 0.10 /* a count that is slower than the fastest by more is not measured further */
#define KNEE_RIVAL 0.25  /* a way that is slower than the fastest one by more does not win by counts in between */

/* Fills `spare` (room for `room`) with counts between those asked for, which are ascending: all of a gap, or every
 * second, third ... so that a gap has at most KNEE_GAP_MAX. Returns their number. */
size_t knee_spares(const int *asked, size_t count, int *spare, size_t room);

/* Fills `next` with the spare counts to try now, given those that were tried, ascending; returns their number, 0 at the
 * end of the search. Looks into the gaps next to the fastest count, and below the smallest count within KNEE_WORTH of
 * it: all spare counts of a gap of three, else those at its quarters, so that each step divides a gap by four. It
 * finds the minimum of a curve that has one, as under Amdahl's law, the USL, and a machine that runs out of CPUs. (A
 * search by repeated bracketing of one minimum: Kiefer 1953, doi 10.1090/S0002-9939-1953-0055639-3.) */
size_t knee_next(const struct knee_point *tried, size_t count, const int *spare, size_t spares,
                 int next[KNEE_NEXT_MAX]);

/* The spare count to look at once that search has ended: the middle of the widest gap, by the ratio of its ends; 0:
 * every spare count was tried. A curve with several minima, such as that of a program which is fast on 2 and on 6
 * workers and slow on 4, hides one in a gap that the search passed by. */
int knee_elsewhere(const struct knee_point *tried, size_t count, const int *spare, size_t spares);

/* Whether a count that was tried is near the knee: at most KNEE_BEYOND slower than the fastest, or next to the fastest
 * or to the smallest count within KNEE_WORTH of it; and among the KNEE_NEAR_MAX fastest. */
bool knee_is_near(const struct knee_point *tried, size_t count, size_t index);

#endif

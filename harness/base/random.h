/* Seeded random numbers, the same on every machine, so that a resumed run repeats its order. */
#ifndef NWAY_RANDOM_H
#define NWAY_RANDOM_H

#include <stdint.h>

/* Returns the next number of a splitmix64 generator (Steele, Lea & Flood 2014, doi 10.1145/2660193.2660195). */
uint64_t random_next(uint64_t *state);

/* Shuffles `count` numbers by the Fisher-Yates method (Durstenfeld 1964, doi 10.1145/364520.364540). */
void random_shuffle(int *order, int count, uint64_t *random);

#endif

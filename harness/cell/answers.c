/* Poisons results, finds poison that survived, and decides how many executions can be checked. */
#include "answers.h"

#include "base/clock.h"
#include "base/random.h"

#include <math.h>

enum { CHECK_SHARE = 100 }; /* an execution takes at least so many times as long as its check */
static const uint64_t stride = 0x9e3779b97f4a7c15;

struct answers answers_begin(uint64_t seed) {
  return (struct answers){.random = seed};
}

void answers_begin_sample(struct answers *answers) { answers->executions = answers->checked = 0; }

/* Word i of the poison; the last word ends with the result, wherever it begins. */
static unsigned char *word_at(const struct job *job, size_t i) {
  size_t last = job->result_bytes - sizeof(uint64_t), at = i * sizeof(uint64_t);
  return (unsigned char *)job->memory + job->result_at + (at < last ? at : last);
}

static size_t words_of(const struct job *job) {
  return job->result_bytes < sizeof(uint64_t) ? 0 : (job->result_bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

static void poison(const struct job *job, uint64_t seed) {
  size_t words = words_of(job);
  memset((char *)job->memory + job->result_at, (int)(seed >> 56) | 1, words ? 0 : job->result_bytes);
  for (size_t i = 0; i < words; i++) {
    uint64_t word = seed + i * stride;
    memcpy(word_at(job, i), &word, sizeof word);
  }
}

/* The first word that is still as it was, or the number of words. */
static size_t survivor(const struct job *job, uint64_t seed) {
  size_t words = words_of(job);
  for (size_t i = 0; i < words; i++) {
    uint64_t word;
    memcpy(&word, word_at(job, i), sizeof word);
    if (word == seed + i * stride)
      return i;
  }
  return words;
}

/* 2^-53 to 1. */
static double draw(struct answers *answers) { return (double)((random_next(&answers->random) >> 11) + 1) * 0x1p-53; }

static bool choose(struct answers *answers) {
  if (answers->check_ns == 0 || answers->execution_ns >= CHECK_SHARE * answers->check_ns)
    return true;
  return draw(answers) * CHECK_SHARE * (double)answers->check_ns < (double)answers->execution_ns;
}

void answers_before(struct answers *answers, struct job *job, bool must, bool untouched) {
  answers->chosen = must || choose(answers);
  answers->poisoned = answers->chosen && job->result_bytes > 0 && !untouched;
  if (!answers->poisoned)
    return;
  int64_t start = clock_ns();
  answers->poison = random_next(&answers->random);
  poison(job, answers->poison);
  answers->poison_ns = clock_ns() - start;
}

const char *answers_after(struct answers *answers, struct job *job, int64_t execution_ns) {
  answers->execution_ns = execution_ns;
  answers->executions++;
  if (!answers->chosen)
    return NULL;
  int64_t start = clock_ns();
  size_t at = answers->poisoned ? survivor(job, answers->poison) : words_of(job);
  answers->digest = job_digest(job);
  int64_t cost = clock_ns() - start + (answers->poisoned ? answers->poison_ns : 0);
  if (cost > 0 && (answers->check_ns == 0 || cost < answers->check_ns) && (answers->poisoned || !job->result_bytes))
    answers->check_ns = cost;
  answers->checked++;
  if (at == words_of(job))
    return NULL;
  return job_say(job, "byte %zu of the result (%zu bytes) was not written: it still holds nway's fill pattern",
                 (size_t)(word_at(job, at) - (unsigned char *)job->memory) - job->result_at, job->result_bytes);
}

double answers_chance(const struct answers *answers) {
  return answers->checked >= answers->executions ? 1 : 1 - pow(0.99, (double)answers->checked);
}

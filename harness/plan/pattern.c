/* Compiles and matches regular expressions by PCRE2. */
#include "pattern.h"

#include "base/words.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum { PATTERN_BYTES_MOST = 2000, STEPS_MOST = 1000000, DEPTH_MOST = 10000, HEAP_KIB_MOST = 16384 };

struct pattern {
  pcre2_code *code;
  pcre2_match_context *limits;
  pcre2_match_data *data;
  bool overran;
};

static int no_pattern(const char *text, int error, size_t offset, struct fault *fault) {
  char why[120] = "", shown[200];
  pcre2_get_error_message(error, (PCRE2_UCHAR *)why, sizeof why);
  return fault_set(fault, EXIT_USAGE, "'%s' is not a regular expression: %s, at character %zu",
                   printable(text, shown, sizeof shown), why, offset + 1);
}

/* What an expression may compile to is bounded, as its repeats multiply. */
static pcre2_code *compile(const char *text, struct fault *fault) {
  int error = 0;
  size_t offset = 0;
  pcre2_compile_context *limits = pcre2_compile_context_create(NULL);
  if (!limits)
    return fault_memory(fault), NULL;
  pcre2_set_max_pattern_length(limits, PATTERN_BYTES_MOST);
  pcre2_set_parens_nest_limit(limits, 50);
  pcre2_code *code =
      pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, PCRE2_DOLLAR_ENDONLY, &error, &offset, limits);
  pcre2_compile_context_free(limits);
  if (!code && error == PCRE2_ERROR_HEAP_FAILED)
    fault_memory(fault);
  else if (!code)
    no_pattern(text, error, offset, fault);
  return code;
}

struct pattern *pattern_open(const char *text, struct fault *fault) {
  struct pattern *pattern = calloc(1, sizeof *pattern);
  if (!pattern)
    return fault_memory(fault), NULL;
  pattern->code = compile(text, fault);
  pattern->limits = pattern->code ? pcre2_match_context_create(NULL) : NULL;
  pattern->data = pattern->limits ? pcre2_match_data_create(1, NULL) : NULL;
  if (pattern->data) {
    pcre2_set_match_limit(pattern->limits, STEPS_MOST);
    pcre2_set_depth_limit(pattern->limits, DEPTH_MOST);
    pcre2_set_heap_limit(pattern->limits, HEAP_KIB_MOST);
    return pattern;
  }
  if (pattern->code)
    fault_memory(fault);
  pattern_close(pattern);
  return NULL;
}

void pattern_close(struct pattern *pattern) {
  if (!pattern)
    return;
  pcre2_match_data_free(pattern->data);
  pcre2_match_context_free(pattern->limits);
  pcre2_code_free(pattern->code);
  free(pattern);
}

bool pattern_matches(struct pattern *pattern, const char *text) {
  int found = pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0, pattern->data, pattern->limits);
  pattern->overran |= found < 0 && found != PCRE2_ERROR_NOMATCH;
  return found >= 0;
}

bool pattern_overran(const struct pattern *pattern) { return pattern->overran; }

/* Reads the JSON that hyperfine exports: a list of commands, each with the times of its executions. */
#include "hyperfine.h"

#include <math.h>
#include <string.h>

static const json_t *list_of(const json_t *root, size_t result, const char *key) {
  return json_object_get(json_array_get(json_object_get(root, "results"), result), key);
}

size_t hyperfine_results(const json_t *root) { return json_array_size(json_object_get(root, "results")); }

size_t hyperfine_times(const json_t *root, size_t result) { return json_array_size(list_of(root, result, "times")); }

double hyperfine_ns(const json_t *root, size_t result, size_t execution) {
  const json_t *time = json_array_get(list_of(root, result, "times"), execution);
  double seconds = json_is_number(time) ? json_number_value(time) : NAN;
  return seconds > 0 && seconds <= 1e9 ? seconds * 1e9 : NAN;
}

bool hyperfine_failed(const json_t *root, size_t result, size_t execution) {
  const json_t *codes = list_of(root, result, "exit_codes"), *code = json_array_get(codes, execution);
  return codes && !(json_is_integer(code) && json_integer_value(code) == 0);
}

bool hyperfine_remarks(const char *line, size_t length) {
  static const char remark[] = "Warning: Ignoring non-zero exit code";
  return length >= sizeof remark - 1 && strncmp(line, remark, sizeof remark - 1) == 0;
}

/* Reads second.json: what another program measured of one cell of the run. */
#include "load.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void take_rounds(struct second_facts *second, const json_t *list) {
  size_t i;
  json_t *one;
  second->rounds = must_alloc(json_array_size(list), sizeof *second->rounds);
  json_array_foreach(list, i, one) {
    struct second_round round = {.round = (int64_t)json_integer_value(json_object_get(one, "round")),
                                 .start_ns = json_number_value(json_object_get(one, "start_ns")),
                                 .whole_ns = json_number_value(json_object_get(one, "whole_ns"))};
    if (round.start_ns > 0 && round.whole_ns > 0)
      second->rounds[second->count++] = round;
  }
}

int load_second(struct run *run, struct fault *why) {
  char path[PATH_BYTES_MAX];
  struct second_facts *second = &run->second;
  snprintf(path, sizeof path, "%s/second.json", run->folder);
  if (access(path, F_OK) != 0)
    return 0;
  json_t *root = load_json(run, "second.json", why), *cell = json_object_get(root, "cell");
  if (!root)
    return why->text[0] ? -1 : 0;
  second->by = must_copy("another program");
  take_words(&second->by, root, "by");
  take_words(&second->skipped, root, "skipped");
  for (int axis = 0; axis < CELL_IDS; axis++) {
    second->text[axis] = must_copy("");
    take_words(&second->text[axis], cell, cell_axes[axis].name);
  }
  second->workers = (int64_t)json_integer_value(json_object_get(cell, "workers"));
  second->executions = (int64_t)json_integer_value(json_object_get(root, "executions"));
  if (second->executions > 0)
    take_rounds(second, json_object_get(root, "rounds"));
  json_decref(root);
  return 0;
}

void second_free(struct second_facts *second) {
  free(second->by), free(second->skipped), free(second->rounds);
  for (int axis = 0; axis < CELL_IDS; axis++)
    free(second->text[axis]);
}

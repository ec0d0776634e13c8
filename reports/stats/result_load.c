/* Loads and analyses a run, and the earlier runs beside it: the only file of this room that reads others. */
#include "result.h"

#include "base/scratch.h"
#include "data/earlier.h"
#include "data/embed.h"

#include <stdlib.h>
#include <string.h>

int result_load(struct result *result, const char *folder, struct fault *why) {
  *result = (struct result){.worth = WORTH};
  if (run_load(&result->run, folder, why) != 0)
    return -1;
  result_analyse(result);
  return 0;
}

/* Replaces the name of the temporary folder in a message by the page's. */
static void name_page(struct fault *why, const char *folder, const char *page) {
  size_t length = strlen(folder);
  struct text text = {0};
  const char *found = strstr(why->text, folder);
  if (!found)
    return;
  text_bytes(&text, why->text, (size_t)(found - why->text));
  text_format(&text, "%s: embedded %s", page, found + length + (found[length] == '/'));
  fault_set(why, why->code, "%s", text_of(&text));
  text_free(&text);
}

int result_load_page(struct result *result, const char *page, struct fault *why) {
  *result = (struct result){0};
  struct scratch *scratch = scratch_open("nway-page", why);
  if (!scratch || embed_unpack(page, scratch->folder, why) != 0) {
    scratch_close(scratch);
    return -1;
  }
  int code = result_load(result, scratch->folder, why);
  if (code != 0)
    name_page(why, scratch->folder, page);
  const char *slash = strrchr(page, '/');
  struct text beside = {0};
  text_bytes(&beside, slash ? page : ".", slash && slash > page ? (size_t)(slash - page) : 1);
  free(result->run.folder);
  result->run.folder = must_copy(text_of(&beside));
  result->run.unpacked = scratch;
  text_free(&beside);
  return code;
}

void result_refer(struct result *result, const struct result *reference) {
  result->reference = reference;
  run_history_free(&result->history);
  result_remember(result);
}

bool result_has_history(const struct result *result) {
  return !of_two_builds(&result->run) && !result->run.unpacked && !result->run.imported;
}

void result_remember(struct result *result) {
  struct run *earlier;
  if (!result_has_history(result))
    return;
  size_t count = earlier_load(&result->run, HISTORY_MOST, &earlier);
  result->history =
      run_history(&result->run, result->analyses, earlier, count, result->reference ? &result->reference->run : NULL);
  for (size_t i = 0; i < count; i++)
    run_free(&earlier[i]);
  free(earlier);
}

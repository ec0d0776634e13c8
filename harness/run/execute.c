/* Runs one kernel from the command line: finds its module and a variant, then is its cell. */
#include "execute.h"

#include "base/exec_words.h"
#include "base/words.h"
#include "cell/cell.h"
#include "plan/catalog.h"

#include <string.h>

/* The variant that runs the kernel where the user names none. */
static const struct known_variant *usual_variant(const struct catalog *catalog, const struct known_kernel *kernel,
                                                 int64_t workers, struct fault *fault) {
  const struct known_variant *usual[64];
  int count = catalog->variant_count <= 64 && workers > 1 ? catalog_usual(catalog, kernel, usual) : 0;
  for (int i = 0; i < count; i++)
    if (!usual[i]->serial)
      return usual[i];
  return catalog_serial(catalog, fault);
}

/* Finds the modules of kernel and variant; a FILE.so is its own. `catalog` owns the paths. */
static int find_modules(const struct options *o, struct catalog *catalog, const char **kernel, const char **variant,
                        struct fault *fault) {
  const char *name = o->words[0], *way = option_text(o, OPTION_ONE_VARIANT);
  *kernel = name, *variant = way;
  if (catalog_is_file(name) && way && catalog_is_file(way))
    return 0;
  if (catalog_load(catalog, fault) != 0 || (catalog_is_file(name) && catalog_add_kernel(catalog, name, fault) != 0))
    return -1;
  const struct known_kernel *found =
      catalog_is_file(name) ? &catalog->kernels[catalog->kernel_count - 1] : catalog_kernel(catalog, name, fault);
  if (!found)
    return -1;
  if (found->missing)
    return fault_set(fault, EXIT_UNDECIDED, "kernel %s cannot be used: %s; see 'nway list'", found->name,
                     found->missing);
  const struct known_variant *run_by =
      way ? catalog_is_file(way) ? NULL : catalog_variant(catalog, way, fault)
          : usual_variant(catalog, found, option_number(o, OPTION_CELL_WORKERS), fault);
  if (!run_by && !(way && catalog_is_file(way)))
    return -1;
  if (run_by && run_by->missing)
    return fault_set(fault, EXIT_UNDECIDED, "variant %s cannot be used: %s; see 'nway list'", run_by->name,
                     run_by->missing);
  if (run_by && !catalog_fits(found, run_by))
    return fault_set(fault, EXIT_USAGE, "variant %s does not offer what the kernel %s needs; see 'nway list'",
                     run_by->name, found->name);
  if (run_by && run_by->max_workers && option_number(o, OPTION_CELL_WORKERS) > run_by->max_workers)
    return fault_set(fault, EXIT_USAGE, "variant %s runs at most %d worker%s; lower --workers", run_by->name,
                     run_by->max_workers, plural(run_by->max_workers));
  *kernel = found->path;
  *variant = run_by ? run_by->path : way;
  return 0;
}

int execute_main(const struct options *o, struct fault *fault) {
  const char *words[2 * OPTIONS_GIVEN_MAX + 8] = {"once", "--kernel", NULL, "--variant", NULL};
  struct catalog catalog = {0};
  struct options cell;
  int count = 5, failed = find_modules(o, &catalog, &words[2], &words[4], fault);
  for (size_t i = 0; i < o->given_count; i++) {
    if (!command_takes(COMMAND_CELL, o->given[i].option) || !o->given[i].text)
      continue;
    words[count++] = option_table[o->given[i].option].name;
    words[count++] = o->given[i].text;
  }
  if (!failed)
    failed = options_parse(&cell, COMMAND_CELL, count, exec_words(words), fault);
  if (!failed)
    failed = cell_main(&cell, fault);
  catalog_free(&catalog);
  return failed;
}

/* Finds the modules; one process describes those of a folder, and where it fails each has one of its own. */
#include "catalog.h"

#include "base/json_list.h"
#include "base/param_json.h"
#include "base/translate.h"
#include "cell/module.h"
#include "cell/team.h"
#include "process/launch.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t describe_limit_ns = 10000000000;

/* ---- from JSON to structs ---- */

static const char *text_of(json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static void kernel_free(struct known_kernel *k) {
  free(k->name), free(k->path), free(k->unit), free(k->missing), free(k->params);
  json_decref(k->json);
}

static void variant_free(struct known_variant *v) {
  free(v->name), free(v->path), free(v->missing);
  json_decref(v->json);
}

/* The text of `key`, or NULL if there is none; it lives as long as the JSON. */
static const char *optional(json_t *object, const char *key) { return json_string_value(json_object_get(object, key)); }

static unsigned bits_of(json_t *list, const char *const *names, int count) {
  unsigned bits = 0;
  size_t i;
  json_t *name;
  json_array_foreach(list, i, name) bits |= 1u << index_of_name(names, count, json_string_value(name));
  return bits;
}

/* Adds a kernel and takes ownership of its parts; -1 if memory runs out or it is not `whole`, with all parts freed.
 * add_variant does the same for a variant. */
static int add_kernel(struct catalog *catalog, struct known_kernel kernel, bool whole) {
  struct known_kernel *grown =
      whole ? realloc(catalog->kernels, ((size_t)catalog->kernel_count + 1) * sizeof *grown) : NULL;
  if (!grown) {
    kernel_free(&kernel);
    return -1;
  }
  catalog->kernels = grown;
  grown[catalog->kernel_count++] = kernel;
  return 0;
}

static int add_variant(struct catalog *catalog, struct known_variant variant, bool whole) {
  struct known_variant *grown =
      whole ? realloc(catalog->variants, ((size_t)catalog->variant_count + 1) * sizeof *grown) : NULL;
  if (!grown) {
    variant_free(&variant);
    return -1;
  }
  catalog->variants = grown;
  grown[catalog->variant_count++] = variant;
  return 0;
}

/* Takes ownership of `json`, also on failure; so does add_variant_json. */
static int add_kernel_json(struct catalog *catalog, const char *path, json_t *json) {
  struct known_kernel kernel = {.name = strdup(text_of(json, "name")),
                                .path = strdup(path),
                                .unit = strdup(text_of(json, "unit")),
                                .params = params_from_json(json_object_get(json, "params")),
                                .needs = bits_of(json_object_get(json, "needs"), need_names, NEEDS),
                                .own = json_is_true(json_object_get(json, "own")),
                                .min_unit_ns = json_number_value(json_object_get(json, "min_unit_ns")),
                                .weak = optional(json, "weak"),
                                .command = optional(json, "command"),
                                .calibrates = json_is_true(json_object_get(json, "calibrates")),
                                .json = json};
  return add_kernel(catalog, kernel, kernel.name && kernel.path && kernel.unit && kernel.params);
}

static int add_variant_json(struct catalog *catalog, const char *path, json_t *json) {
  const char *missing = optional(json, "unavailable");
  struct known_variant variant = {.name = strdup(text_of(json, "name")),
                                  .path = strdup(path),
                                  .missing = missing ? strdup(missing) : NULL,
                                  .offers = bits_of(json_object_get(json, "offers"), need_names, NEEDS),
                                  .only = bits_of(json_object_get(json, "only"), need_names, NEEDS),
                                  .schedules = bits_of(json_object_get(json, "schedules"), schedule_names, SCHEDULES),
                                  .max_workers = (int)json_integer_value(json_object_get(json, "max_workers")),
                                  .serial = json_is_true(json_object_get(json, "serial")),
                                  .one_thread = json_is_true(json_object_get(json, "one_thread")),
                                  .per_iteration = strcmp(text_of(json, "lifetime"), "iteration") == 0,
                                  .usual = (int)json_integer_value(json_object_get(json, "usual")),
                                  .json = json};
  return add_variant(catalog, variant, variant.name && variant.path && !variant.missing == !missing);
}

/* ---- describing a module ---- */

static void keep_json(char *line, void *with) {
  json_t **json = with;
  json_t *read = json_loads(line, 0, NULL);
  if (read && !*json)
    *json = read;
  else
    json_decref(read);
}

/* Sets the fault, with the path in front exactly once: the process's own message may already begin with "nway: PATH: ",
 * while a note on a signal does not name the file. */
static void not_described(const char *path, struct outcome *outcome, fault_sayer *say, struct fault *fault) {
  static const char me[] = "nway: ";
  char shown[800];
  size_t length = strlen(path);
  bool refused = outcome->status == STATUS_EXIT && outcome->output[0];
  const char *message = refused ? outcome->output : outcome->note;
  outcome->output[strcspn(outcome->output, "\n")] = '\0';
  message += strncmp(message, me, strlen(me)) == 0 ? strlen(me) : 0;
  message += strncmp(message, path, length) == 0 && strncmp(message + length, ": ", 2) == 0 ? length + 2 : 0;
  printable(message, shown, sizeof shown);
  if (refused)
    say(fault, EXIT_USAGE, "%s: %s", path, shown);
  else
    say(fault, EXIT_USAGE, N_("%s: cannot be loaded: %s; build it again, the file may be cut short"), path, shown);
}

/* The descriptions that a process has given so far, in the order of its paths. */
struct descriptions {
  json_t **list;
  int count, most;
};

static void keep_next(char *line, void *with) {
  struct descriptions *all = with;
  json_t *json = json_loads(line, 0, NULL);
  if (json && all->count < all->most)
    all->list[all->count++] = json;
  else
    json_decref(json);
}

/* Has one process describe all `count` modules, whose paths stand from argv[2] on. Returns their descriptions, which
 * the caller owns, or NULL where any has failed: then each module is to be asked alone. */
static json_t **describe_together(const char *const *argv, int count) {
  struct descriptions all = {.list = calloc((size_t)count + 1, sizeof *all.list), .most = count};
  struct launch launch = {.argv = argv, .limit_ns = describe_limit_ns, .line = keep_next, .with = &all};
  struct outcome outcome;
  struct fault ignored;
  if (all.list && count > 0 && launch_run(&launch, &outcome, &ignored) == 0 && outcome.status == STATUS_OK &&
      all.count == count)
    return all.list;
  for (int i = 0; i < all.count; i++)
    json_decref(all.list[i]);
  free(all.list);
  return NULL;
}

/* `say`: fault_set, or fault_note where the reason becomes a note. */
static json_t *describe(const char *path, fault_sayer *say, struct fault *fault) {
  json_t *json = NULL;
  const char *argv[] = {"nway", "describe", path, NULL};
  struct launch launch = {.argv = argv, .limit_ns = describe_limit_ns, .line = keep_json, .with = &json};
  struct outcome outcome;
  if (launch_run(&launch, &outcome, fault) != 0)
    return NULL;
  if (outcome.status == STATUS_OK && json)
    return json;
  json_decref(json);
  not_described(path, &outcome, say, fault);
  return NULL;
}

bool catalog_is_file(const char *word) {
  const char *end = strstr(word, ".so");
  return end && end > word && (end[3] == '\0' || (end[3] == '.' && strspn(end + 4, "0123456789.") == strlen(end + 4)));
}

int catalog_add_kernel(struct catalog *catalog, const char *path, struct fault *fault) {
  char full[4096];
  if (!realpath(path, full))
    return fault_set(fault, EXIT_USAGE, "no kernel module at '%s'; check the path", path);
  json_t *json = describe(full, fault_set, fault);
  if (!json)
    return -1;
  if (!json_object_get(json, "params")) {
    json_decref(json);
    return fault_set(fault, EXIT_USAGE, "%s is a variant, not a kernel; give a kernel module", path);
  }
  return add_kernel_json(catalog, full, json) == 0 ? 0 : fault_memory(fault);
}

/* The first line of a .missing file, left by the build. */
static char *reason_in(const char *path) {
  char line[300] = "not built";
  FILE *file = fopen(path, "re");
  if (file) {
    if (fgets(line, sizeof line, file))
      line[strcspn(line, "\n")] = '\0';
    fclose(file);
  }
  return strdup(line);
}

/* Takes ownership of `reason`. */
static int add_broken(struct catalog *catalog, const char *folder, const char *name, char *reason) {
  char *own = strdup(name), *path = strdup("");
  struct known_variant variant = {.name = own, .path = path, .missing = reason};
  if (strcmp(folder, "kernels") != 0)
    return add_variant(catalog, variant, own && path && reason);
  struct known_kernel kernel = {.name = own, .path = path, .unit = strdup(""), .missing = reason};
  return add_kernel(catalog, kernel, own && path && kernel.unit && reason);
}

/* Adds a module of a folder by its description, which it takes over; NULL: not yet described. */
static int add_module(struct catalog *catalog, const char *folder, const char *path, json_t *json) {
  char name[256];
  struct fault fault;
  const char *file = strrchr(path, '/') + 1, *dot = strrchr(file, '.');
  snprintf(name, sizeof name, "%.*s", (int)(dot - file), file);
  if (strcmp(dot, ".missing") == 0)
    return add_broken(catalog, folder, name, reason_in(path));
  json = json ? json : describe(path, fault_note, &fault);
  if (!json)
    return add_broken(catalog, folder, name, strdup(fault.text));
  return json_object_get(json, "params") ? add_kernel_json(catalog, path, json) : add_variant_json(catalog, path, json);
}

static bool ends_in(const char *name, const char *suffix) {
  const char *dot = strrchr(name, '.');
  return dot && strcmp(dot, suffix) == 0;
}

static int is_module(const struct dirent *entry) {
  return ends_in(entry->d_name, ".so") || ends_in(entry->d_name, ".missing");
}

/* Where the modules of this program lie: beside it, or where it was installed. */
static void folder_path(const char *folder, char *path, size_t size) {
  char self[4096];
  launch_self(self, sizeof self);
  *(strrchr(self, '/') ? strrchr(self, '/') : self) = '\0';
  snprintf(path, size, "%s/%s", self, folder);
  if (access(path, R_OK) != 0)
    snprintf(path, size, "%s/../lib/nway/%s", self, folder);
}

/* Adds the modules at these paths; -1 if memory runs out. */
static int add_modules(struct catalog *catalog, const char *folder, char *const *paths, int count) {
  const char **argv = calloc((size_t)count + 3, sizeof *argv);
  int asked = 0, failed = argv ? 0 : -1, next = 0;
  if (!argv)
    return -1;
  argv[0] = "nway", argv[1] = "describe";
  for (int i = 0; i < count; i++)
    if (ends_in(paths[i], ".so"))
      argv[2 + asked++] = paths[i];
  json_t **described = describe_together(argv, asked);
  for (int i = 0; i < count; i++) {
    json_t *json = described && ends_in(paths[i], ".so") ? described[next++] : NULL;
    if (failed)
      json_decref(json);
    else
      failed = add_module(catalog, folder, paths[i], json);
  }
  free(described);
  free(argv);
  return failed;
}

/* Adds the modules of a folder. Returns how many, 0 if the folder cannot be read, or -1 if memory runs out. */
static int load_folder(struct catalog *catalog, const char *folder) {
  char path[8192];
  struct dirent **entries;
  folder_path(folder, path, sizeof path);
  errno = 0;
  int count = scandir(path, &entries, is_module, alphasort), failed = 0;
  if (count < 0)
    return errno == ENOMEM ? -1 : 0;
  char **paths = calloc((size_t)count + 1, sizeof *paths);
  for (int i = 0; i < count; i++) {
    if (!paths)
      failed = -1;
    else if (asprintf(&paths[i], "%s/%s", path, entries[i]->d_name) < 0)
      failed = -1, paths[i] = NULL; /* asprintf leaves it undefined */
    free(entries[i]);
  }
  free(entries);
  failed = failed ? failed : add_modules(catalog, folder, paths, count);
  for (int i = 0; paths && i < count; i++)
    free(paths[i]);
  free(paths);
  return failed ? -1 : count;
}

int catalog_load(struct catalog *catalog, struct fault *fault) {
  *catalog = (struct catalog){0};
  int kernels = load_folder(catalog, "kernels"), variants = kernels < 0 ? -1 : load_folder(catalog, "variants");
  if (variants < 0)
    return fault_memory(fault);
  return variants > 0 ? 0
                      : fault_set(fault, EXIT_USAGE, "no variants found beside the program; run 'make' to build them");
}

void catalog_free(struct catalog *catalog) {
  for (int i = 0; i < catalog->kernel_count; i++)
    kernel_free(&catalog->kernels[i]);
  for (int i = 0; i < catalog->variant_count; i++)
    variant_free(&catalog->variants[i]);
  free(catalog->kernels);
  free(catalog->variants);
  *catalog = (struct catalog){0};
}

/* ---- looking up ---- */

const struct known_kernel *catalog_kernel(const struct catalog *catalog, const char *name, struct fault *fault) {
  const char *names[256];
  int count = catalog->kernel_count < 256 ? catalog->kernel_count : 256;
  for (int i = count; i-- > 0;)
    if (strcmp(names[i] = catalog->kernels[i].name, name) == 0)
      return &catalog->kernels[i];
  unknown_word(fault, "kernel", name, names, (size_t)count, NULL);
  return NULL;
}

const struct known_variant *catalog_variant(const struct catalog *catalog, const char *name, struct fault *fault) {
  const char *names[256];
  int count = catalog->variant_count < 256 ? catalog->variant_count : 256;
  for (int i = count; i-- > 0;)
    if (strcmp(names[i] = catalog->variants[i].name, name) == 0)
      return &catalog->variants[i];
  unknown_word(fault, "variant", name, names, (size_t)count, NULL);
  return NULL;
}

const struct known_variant *catalog_serial(const struct catalog *catalog, struct fault *fault) {
  for (int i = catalog->variant_count; i-- > 0;)
    if (catalog->variants[i].serial)
      return &catalog->variants[i];
  for (int i = 0; i < catalog->variant_count; i++)
    if (catalog->variants[i].missing) {
      fault_set(fault, EXIT_USAGE, "no serial variant found; variant %s: %s", catalog->variants[i].name,
                catalog->variants[i].missing);
      return NULL;
    }
  fault_set(fault, EXIT_USAGE, "no serial variant found; run 'make' to rebuild the variants");
  return NULL;
}

const struct known_kernel *catalog_commander(const struct catalog *catalog, struct fault *fault) {
  for (int i = catalog->kernel_count; i-- > 0;)
    if (catalog->kernels[i].command)
      return &catalog->kernels[i];
  fault_set(fault, EXIT_USAGE, "no kernel that runs programs found; run 'make' to rebuild the kernels");
  return NULL;
}

const struct known_kernel *catalog_calibrator(const struct catalog *catalog, struct fault *fault) {
  for (int i = catalog->kernel_count; i-- > 0;)
    if (catalog->kernels[i].calibrates && catalog->kernels[i].weak)
      return &catalog->kernels[i];
  fault_set(fault, EXIT_USAGE, "no calibration kernel found; run 'make' to rebuild the kernels");
  return NULL;
}

static int by_usual(const void *a, const void *b) {
  const struct known_variant *const *x = a, *const *y = b;
  return (*x)->usual - (*y)->usual;
}

/* What the kernel needs, and what it can do without. */
static unsigned brings(const struct known_kernel *kernel) { return kernel->needs | (kernel->own ? NEED_OWN : 0U); }

bool catalog_fits(const struct known_kernel *kernel, const struct known_variant *variant) {
  return !(kernel->needs & ~variant->offers) && !(variant->only & ~brings(kernel));
}

int catalog_usual(const struct catalog *catalog, const struct known_kernel *kernel, const struct known_variant **out) {
  int count = 0;
  bool own_only = (kernel->needs & NEED_OWN) != 0;
  for (int i = 0; i < catalog->variant_count; i++) {
    const struct known_variant *v = &catalog->variants[i];
    if (v->usual && (v->only ? !(v->only & ~brings(kernel)) : !own_only))
      out[count++] = v;
  }
  qsort(out, (size_t)count, sizeof *out, by_usual);
  return count;
}

static json_t *missing_json(const char *name, const char *reason) {
  return json_pack("{ss ss}", "name", name, "unavailable", reason);
}

json_t *catalog_json(const struct catalog *catalog) {
  json_t *kernels = json_array(), *variants = json_array();
  for (int i = 0; i < catalog->kernel_count; i++) {
    struct known_kernel *k = &catalog->kernels[i];
    json_list_add(&kernels, k->json ? json_deep_copy(k->json) : missing_json(k->name, k->missing));
  }
  for (int i = 0; i < catalog->variant_count; i++) {
    struct known_variant *v = &catalog->variants[i];
    json_list_add(&variants, v->json ? json_deep_copy(v->json) : missing_json(v->name, v->missing));
  }
  return json_pack("{si so so}", "schema", 1, "kernels", kernels, "variants", variants);
}

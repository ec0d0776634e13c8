/* Opens kernels and variants and describes them. */
#include "module.h"

#include "base/json_list.h"
#include "base/param_json.h"
#include "base/words.h"
#include "team.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

const char *const need_names[NEEDS] = {"shared", "locks", "wait", "poll", "names", "own"};

static void *open_symbol(const char *path, const char *symbol, struct fault *fault) {
  char full[4096];
  /* Without a slash dlopen would search the system's libraries for it. */
  snprintf(full, sizeof full, "%s%s", strchr(path, '/') ? "" : "./", path);
  void *handle = dlopen(full, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *why = dlerror(); /* names the file, or a library that it needs */
    size_t length = strlen(full);
    why += strncmp(why, full, length) == 0 && strncmp(why + length, ": ", 2) == 0 ? length + 2 : 0;
    return fault_set(fault, EXIT_USAGE, "%s: cannot be loaded: %s; name a shared object, or build it again", path, why),
           NULL;
  }
  void *found = dlsym(handle, symbol);
  if (!found)
    fault_set(fault, EXIT_USAGE, "%s: has no symbol %s; end a kernel's file with NWAY_KERNEL = {...}; (kernel.h)", path,
              symbol);
  return found;
}

static int abi_fits(const char *path, const char *what, int has, int wants, struct fault *fault) {
  if (has == wants)
    return 0;
  return fault_set(fault, EXIT_USAGE, "%s: built for %s ABI %d, this nway has %d; build it again", path, what, has,
                   wants);
}

int module_kernel(const char *path, const struct kernel **kernel, struct fault *fault) {
  const struct kernel *k = open_symbol(path, "nway_kernel", fault);
  if (!k || abi_fits(path, "kernel", k->abi, KERNEL_ABI, fault) != 0)
    return -1;
  if (!k->name || !k->layout || !k->work)
    return fault_set(fault, EXIT_USAGE, "%s: incomplete kernel; set its name, layout and work", path);
  *kernel = k;
  return 0;
}

int module_variant(const char *path, const struct variant **variant, struct fault *fault) {
  const struct variant *v = open_symbol(path, "nway_variant", fault);
  if (!v || abi_fits(path, "variant", v->abi, VARIANT_ABI, fault) != 0)
    return -1;
  if (!v->name || !v->run || !v->os_threads)
    return fault_set(fault, EXIT_USAGE, "%s: incomplete variant; set its name, run and os_threads", path);
  *variant = v;
  return 0;
}

char *needs_text(unsigned bits, char *out, size_t size) {
  out[0] = '\0';
  for (int i = 0; i < NEEDS; i++)
    if (bits & (1u << i))
      append(out, size, "%s%s", out[0] ? ", " : "", need_names[i]);
  return out;
}

static json_t *bits_json(unsigned bits, const char *const *names, int count) {
  json_t *list = json_array();
  for (int i = 0; i < count; i++)
    if (bits & (1u << i))
      json_list_add(&list, json_string(names[i]));
  return list;
}

static json_t *text_or_null(const char *text) { return text ? json_string(text) : json_null(); }

static json_t *param_json(const struct param *param) {
  return json_pack("{ss ss ss ss sI sI so so ss ss}", "name", param->name, "role", role_names[param->role], "type",
                   type_names[param->type], "initial", param->initial, "min", (json_int_t)param->min, "max",
                   (json_int_t)param->max, "choices", text_or_null(param->choices), "when", text_or_null(param->when),
                   "unit", param->unit ? param->unit : "", "meaning", param->meaning ? param->meaning : "");
}

static json_t *kernel_json(const char *path, const struct kernel *kernel, const char *flags) {
  static const char *const bounds[] = {"cpu", "wait", "mixed"};
  json_t *params = json_array();
  for (const struct param *p = kernel->params; p && p->name; p++)
    json_list_add(&params, param_json(p));
  return json_pack("{ss ss so ss ss so sf sb sb so so so sb ss ss so}", "name", kernel->name, "summary",
                   kernel->summary ? kernel->summary : "", "doc", text_or_null(kernel->doc), "unit",
                   kernel->unit ? kernel->unit : "", "bound", bounds[kernel->bound], "needs",
                   bits_json(kernel->needs, need_names, NEEDS), "min_unit_ns", kernel->min_unit_ns, "oracle",
                   kernel->check != NULL, "own", kernel->own != NULL, "weak", text_or_null(kernel->weak), "command",
                   text_or_null(kernel->command), "probes", text_or_null(kernel->probes), "calibrates",
                   kernel->calibrates, "file", path, "flags", flags, "params", params);
}

static json_t *look_json(const struct look *look) {
  if (!look->colour || !look->marker || !look->dash)
    return json_null();
  return json_pack("{ss ss ss}", "colour", look->colour, "marker", look->marker, "dash", look->dash);
}

static json_t *variant_json(const char *path, const struct variant *variant, const char *flags) {
  const char *why = variant->unavailable ? variant->unavailable() : NULL;
  return json_pack("{ss ss ss so so so si sb sb si so sb so ss ss}", "name", variant->name, "summary",
                   variant->summary ? variant->summary : "", "lifetime",
                   variant->lifetime == TEAM_PER_CELL ? "cell" : "iteration", "offers",
                   bits_json(variant->offers, need_names, NEEDS), "only", bits_json(variant->only, need_names, NEEDS),
                   "schedules", bits_json(variant->schedules, schedule_names, SCHEDULES), "max_workers",
                   variant->max_workers, "serial", variant->serial, "one_thread", variant->os_threads(2) == 1, "usual",
                   variant->usual, "look", look_json(&variant->look), "processes", variant->processes, "unavailable",
                   text_or_null(why), "file", path, "flags", flags);
}

/* `errno` is 0 before the description is made; jansson sets it only by a failed allocation. */
static json_t *described(json_t *json, const char *path, struct fault *fault) {
  if (!json && errno == ENOMEM)
    fault_memory(fault);
  else if (!json)
    fault_set(fault, EXIT_USAGE, "%s: a text in it is not valid UTF-8; write all its texts in UTF-8", path);
  return json;
}

json_t *module_describe(const char *path, struct fault *fault) {
  const char *flags = open_symbol(path, "nway_flags", fault);
  const struct kernel *kernel = NULL;
  const struct variant *variant = NULL;
  if (!flags)
    return NULL;
  bool is_kernel = module_kernel(path, &kernel, fault) == 0;
  errno = 0;
  if (is_kernel && kernel)
    return described(kernel_json(path, kernel, flags), path, fault);
  struct fault as_kernel = *fault;
  bool is_variant = module_variant(path, &variant, fault) == 0;
  errno = 0;
  if (is_variant && variant)
    return described(variant_json(path, variant, flags), path, fault);
  if (strstr(as_kernel.text, "no symbol") == NULL)
    *fault = as_kernel;
  return NULL;
}

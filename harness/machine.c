/* Collects the facts of this host from /proc, /sys and the libraries. */
#include "machine.h"

#include "../kernels/kernel.h"
#include "sysfile.h"
#include "words.h"

#include <ctype.h>
#include <gnu/libc-version.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ---- reading ---- */

/* The value of the first line "key<blanks>separator value" of a file. */
static bool keyed_line(const char *path, const char *key, char separator, char *out, size_t size) {
  char line[1024];
  FILE *file = fopen(path, "re");
  out[0] = '\0';
  while (file && !out[0] && fgets(line, sizeof line, file)) {
    char *at = strchr(line, separator);
    if (strncmp(line, key, strlen(key)) != 0 || !at)
      continue;
    at += 1 + strspn(at + 1, " \t\"");
    at[strcspn(at, "\"\n")] = '\0';
    snprintf(out, size, "%s", at);
  }
  if (file)
    fclose(file);
  return out[0] != '\0';
}

/* ---- facts ---- */

static void fact(json_t *facts, const char *name, json_t *value, const char *unit, const char *source) {
  json_array_append_new(facts, json_pack("{ss so ss ss}", "name", name, "value", value ? value : json_null(), "unit",
                                         unit, "source", source));
}

static void fact_text(json_t *facts, const char *name, const char *value, const char *source) {
  char shown[600];
  fact(facts, name, value && value[0] ? json_string(printable(value, shown, sizeof shown)) : NULL, "", source);
}

static void fact_int(json_t *facts, const char *name, int64_t value, const char *unit, const char *source) {
  fact(facts, name, value > 0 ? json_integer(value) : NULL, unit, source);
}

static void fact_file(json_t *facts, const char *name, const char *path) {
  char line[512];
  fact_text(facts, name, sysfile_line("", line, sizeof line, "%s", path) ? line : NULL, path);
}

/* Distinct (package, core) pairs, or packages, of the CPUs under /sys; 0 if unknown. */
static int count_topology(bool cores) {
  enum { SEEN_MAX = 4096 };
  static int seen[SEEN_MAX][2];
  int count = 0;
  for (int cpu = 0; cpu < SEEN_MAX; cpu++) {
    char path[128], package[32], core[32];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/physical_package_id", cpu);
    if (!sysfile_line("", package, sizeof package, "%s", path))
      break;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/core_id", cpu);
    sysfile_line("", core, sizeof core, "%s", path);
    int pair[2] = {atoi(package), cores ? atoi(core) : 0}, i = 0;
    while (i < count && (seen[i][0] != pair[0] || seen[i][1] != pair[1]))
      i++;
    if (i == count && count < SEEN_MAX)
      seen[count][0] = pair[0], seen[count++][1] = pair[1];
  }
  return count;
}

static const char *turbo(void) {
  char line[64];
  if (sysfile_line("", line, sizeof line, "/sys/devices/system/cpu/cpufreq/boost"))
    return line[0] == '1' ? "on" : "off";
  if (sysfile_line("", line, sizeof line, "/sys/devices/system/cpu/intel_pstate/no_turbo"))
    return line[0] == '0' ? "on" : "off";
  return NULL;
}

/* What the CPU flags and DMI say of a hypervisor; NULL if they cannot be read. */
static const char *virtualisation(char *out, size_t size) {
  char flags[4096], vendor[128];
  bool known = keyed_line("/proc/cpuinfo", "flags", ':', flags, sizeof flags);
  if (!known)
    return NULL;
  if (!strstr(flags, " hypervisor"))
    return "none";
  sysfile_line("", vendor, sizeof vendor, "/sys/class/dmi/id/sys_vendor");
  snprintf(out, size, "virtual machine%s%s", vendor[0] ? ", " : "", vendor);
  return out;
}

static const char *container(void) {
  if (access("/.dockerenv", F_OK) == 0)
    return "docker";
  if (access("/run/.containerenv", F_OK) == 0)
    return "podman";
  const char *name = getenv("container");
  return name && name[0] ? name : "none seen";
}

static void cpu_facts(json_t *facts, const struct cpus *cpus, const char *model) {
  char source[64];
  fact_text(facts, "cpu_model", model, "/proc/cpuinfo");
  fact_int(facts, "sockets", count_topology(false), "", "/sys/devices/system/cpu");
  fact_int(facts, "physical_cores", count_topology(true), "", "/sys/devices/system/cpu");
  fact_int(facts, "logical_cpus", cpus->logical, "", "sysconf");
  fact_int(facts, "usable_cpus", cpus->usable, "", "affinity and cgroup quota");
  fact(facts, "usable_ratio", json_real(cpus->ratio), "CPUs", "affinity and cgroup quota");
  fact(facts, "cpu_quota", isinf(cpus->quota) ? json_string("none") : json_real(cpus->quota), "CPUs", "cgroup v1, v2");
  for (int i = 0; i < 5; i++) {
    char path[128], level[16], type[32], size[32], name[64];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/level", i);
    if (!sysfile_line("", level, sizeof level, "%s", path))
      break;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/type", i);
    sysfile_line("", type, sizeof type, "%s", path);
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", i);
    sysfile_line("", size, sizeof size, "%s", path);
    snprintf(name, sizeof name, "cache_l%s%s", level,
             strcmp(type, "Instruction") == 0 ? "i"
             : strcmp(type, "Data") == 0      ? "d"
                                              : "");
    snprintf(source, sizeof source, "/sys/devices/system/cpu/cpu0/cache/index%d", i);
    fact_text(facts, name, size, source);
  }
  fact_file(facts, "governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  fact_text(facts, "turbo", turbo(), "/sys/devices/system/cpu");
}

static void system_facts(json_t *facts) {
  struct utsname system;
  char text[512], kernel[256], load[64];
  uname(&system);
  snprintf(kernel, sizeof kernel, "%s %s %s", system.sysname, system.release, system.machine);
  fact_int(facts, "memory_bytes", (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE), "B", "sysconf");
  fact_text(facts, "virtualisation", virtualisation(text, sizeof text), "/proc/cpuinfo, DMI");
  fact_text(facts, "container", container(), "files and environment");
  fact_text(facts, "kernel", kernel, "uname");
  fact_text(facts, "os", keyed_line("/etc/os-release", "PRETTY_NAME", '=', text, sizeof text) ? text : NULL,
            "/etc/os-release");
  fact_file(facts, "huge_pages", "/sys/kernel/mm/transparent_hugepage/enabled");
  fact_file(facts, "aslr", "/proc/sys/kernel/randomize_va_space");
  sysfile_line("", load, sizeof load, "/proc/loadavg");
  load[strcspn(load, " ")] = '\0';
  fact(facts, "load_1min", load[0] ? json_real(atof(load)) : NULL, "", "/proc/loadavg");
}

static void build_facts(json_t *facts) {
  char libc[64];
  snprintf(libc, sizeof libc, "glibc %s", gnu_get_libc_version());
  fact_text(facts, "libc", libc, "gnu_get_libc_version");
#ifdef __clang__
  fact_text(facts, "compiler", "clang " __clang_version__, "predefined macro, of the harness");
#else
  fact_text(facts, "compiler", "gcc " __VERSION__, "predefined macro, of the harness");
#endif
  fact_text(facts, "malloc", "glibc, M_MMAP_THRESHOLD 32 MiB, M_TRIM_THRESHOLD 2 GiB, in every cell", "mallopt");
  fact_text(facts, "nway", NWAY_VERSION, "git describe at build");
  for (const char *const *name =
           (const char *const[]){"OMP_NUM_THREADS", "OMP_PROC_BIND", "OMP_PLACES", "OMP_WAIT_POLICY", "OMP_DYNAMIC",
                                 "OMP_THREAD_LIMIT", "GOMP_SPINCOUNT", NULL};
       *name; name++)
    if (getenv(*name))
      fact_text(facts, *name, getenv(*name), "environment");
}

/* ---- identity and label ---- */

/* "Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz" -> "Intel Xeon Platinum 8488C". */
static void clean_model(const char *model, char *out, size_t size) {
  static const char *const noise[] = {"(R)", "(TM)", "(r)", "(tm)", " CPU", " Processor"};
  char text[256];
  snprintf(text, sizeof text, "%.*s", (int)strcspn(model, "@"), model);
  for (size_t i = 0; i < sizeof noise / sizeof *noise; i++)
    for (char *at; (at = strstr(text, noise[i]));)
      memmove(at, at + strlen(noise[i]), strlen(at + strlen(noise[i])) + 1);
  for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
    text[n - 1] = '\0';
  snprintf(out, size, "%s", text[0] ? text : "unknown CPU");
}

char *slug_of(const char *text, char *out, size_t size) {
  size_t used = 0;
  for (; *text && used + 1 < size; text++) {
    if (isalnum((unsigned char)*text))
      out[used++] = (char)tolower((unsigned char)*text);
    else if (used > 0 && out[used - 1] != '-')
      out[used++] = '-';
  }
  while (used > 0 && out[used - 1] == '-')
    used--;
  out[used] = '\0';
  return out;
}

/* Hardware, memory and the system's own id; nothing that a reboot, a clock or a load changes. */
static void identify(struct machine *machine, const char *model) {
  char host[128];
  int64_t numbers[] = {count_topology(false), count_topology(true), machine->cpus.logical,
                       ((int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE)) >> 28};
  sysfile_line("", host, sizeof host, "/etc/machine-id");
  uint64_t digest = digest_of(0, model, strlen(model));
  digest = digest_of(digest, numbers, sizeof numbers);
  snprintf(machine->id, sizeof machine->id, "%016" PRIx64, digest_of(digest, host, strlen(host)));
}

void machine_read(struct machine *machine, const char *name) {
  char model[256], clean[80];
  *machine = (struct machine){.cpus = cpus_read("")};
  keyed_line("/proc/cpuinfo", "model name", ':', model, sizeof model);
  clean_model(model, clean, sizeof clean);
  int cores = count_topology(true) > 0 ? count_topology(true) : machine->cpus.logical;
  if (name)
    snprintf(machine->label, sizeof machine->label, "%s", name);
  else
    snprintf(machine->label, sizeof machine->label, "%s, %d core%s", clean, cores, cores == 1 ? "" : "s");
  identify(machine, model);
  if (slug_of(machine->label, machine->slug, sizeof machine->slug)[0] == '\0')
    snprintf(machine->slug, sizeof machine->slug, "%s", machine->id); /* a label without a letter of ASCII */
  json_t *facts = json_array();
  cpu_facts(facts, &machine->cpus, model);
  system_facts(facts);
  build_facts(facts);
  machine->json =
      json_pack("{si ss ss so}", "schema", 1, "machine_id", machine->id, "label", machine->label, "facts", facts);
}

void machine_free(struct machine *machine) {
  json_decref(machine->json);
  machine->json = NULL;
}

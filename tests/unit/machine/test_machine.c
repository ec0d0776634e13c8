/* Tests the facts and the identity of machines on fake trees of /proc, /sys, /etc and /var. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/host.h"
#include "machine/machine.h"
#include "machine/sysfile.h"
#include "plan/revision.h"
#include "tools/fake_tree.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define CPU "/sys/devices/system/cpu"
#define DMI "/sys/class/dmi/id"

static void take_away(const char *name) {
  char path[300];
  snprintf(path, sizeof path, "%s%s", root, name);
  assert_int_equal(unlink(path), 0);
}

/* Two packages of two cores of two hardware threads, as sysfs and /proc tell of them; bare metal. */
static void put_machine(void) {
  put("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\n"
                       "model name\t: Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz\nstepping\t: 8\n"
                       "cpu MHz\t\t: 2400.125\nflags\t\t: fpu sse2\n\n");
  put(CPU "/present", "0-7\n");
  put(CPU "/possible", "0-7\n");
  put(CPU "/online", "0-7\n");
  for (int cpu = 0; cpu < 8; cpu++) {
    char path[100], text[40];
#define PUT(file, format, number)                                                                                      \
  snprintf(path, sizeof path, CPU "/cpu%d/topology/" file, cpu);                                                       \
  snprintf(text, sizeof text, format "\n", number);                                                                    \
  put(path, text)
    PUT("physical_package_id", "%d", cpu / 4);
    PUT("core_id", "%d", cpu / 2 % 2);
    PUT("thread_siblings", "%02x", 3 << (cpu / 2 * 2));
    PUT("core_siblings", "%02x", 15 << (cpu / 4 * 4));
#undef PUT
  }
  put(DMI "/sys_vendor", "Dell Inc.\n");
  put(DMI "/product_name", "PowerEdge R760\n");
  put("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  put("/proc/loadavg", "0.50 0.40 0.30 1/100 4711\n");
  put("/proc/meminfo", "MemTotal:       8062648 kB\nMemAvailable:   7000000 kB\nHugePages_Total:       0\n"
                       "Hugepagesize:       2048 kB\n");
}

static void put_clocks(const char *least, const char *now) {
  put(CPU "/cpu0/cpufreq/cpuinfo_min_freq", least);
  put(CPU "/cpu0/cpufreq/cpuinfo_max_freq", "3800000\n");
  put(CPU "/cpu1/cpufreq/cpuinfo_max_freq", "3900000\n");
  put(CPU "/cpu0/cpufreq/scaling_max_freq", "3800000\n");
  put(CPU "/cpu1/cpufreq/scaling_max_freq", "2000000\n");
  put(CPU "/cpu0/cpufreq/base_frequency", "2400000\n");
  put(CPU "/cpu0/cpufreq/scaling_cur_freq", now);
  put(CPU "/cpu7/cpufreq/scaling_cur_freq", "1200000\n");
}

static const char *id_of_tree(void) {
  static char ids[8][17];
  static int next;
  struct machine machine;
  machine_read(&machine, root, NULL, "");
  char *id = strcpy(ids[next++ % 8], machine.id);
  machine_free(&machine);
  assert_int_equal(strlen(id), 16);
  return id;
}

/* ---- identity ---- */

static void nothing_that_a_reboot_or_a_load_changes_is_in_the_id(void **state) {
  (void)state;
  put_machine();
  put_clocks("800000\n", "2400000\n");
  put("/proc/sys/kernel/random/boot_id", "11111111-1111-1111-1111-111111111111\n");
  const char *before = id_of_tree();
  put_clocks("800000\n", "3100000\n");
  put("/proc/sys/kernel/random/boot_id", "22222222-2222-2222-2222-222222222222\n");
  put("/proc/loadavg", "63.50 40.40 30.30 99/1000 12345\n");
  put("/proc/meminfo", "MemTotal:       7062648 kB\nMemAvailable:   100 kB\n");
  put("/proc/sys/kernel/osrelease", "6.12.1\n");
  put(CPU "/cpu0/cpufreq/scaling_governor", "powersave\n");
  put("/proc/cpuinfo", "processor\t: 1\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\n"
                       "model name\t: Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz\nstepping\t: 8\n"
                       "cpu MHz\t\t: 3100.000\nflags\t\t: fpu sse2\n\n");
  put("/proc/self/cgroup", "0::/job\n");
  put("/sys/fs/cgroup/job/cpu.max", "50000 100000\n");
  put("/etc/hostname", "another\n");
  assert_string_equal(before, id_of_tree());
  put(CPU "/online", "0-3\n"); /* half of the machine is taken offline */
  for (int cpu = 4; cpu < 8; cpu++) {
    char path[100];
    snprintf(path, sizeof path, CPU "/cpu%d/topology/core_id", cpu);
    take_away(path);
  }
  assert_string_equal(before, id_of_tree());
}

/* I28. */
static void another_machine_has_another_id(void **state) {
  static const struct {
    const char *what, *path, *text;
  } changes[] = {
      {"CPU model", "/proc/cpuinfo",
       "vendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Intel(R) Xeon(R) Platinum 8468\n"
       "stepping\t: 8\n"},
      {"stepping", "/proc/cpuinfo",
       "vendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\n"
       "model name\t: Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz\nstepping\t: 7\n"},
      {"CPUs", CPU "/present", "0-3\n"},
      {"product", DMI "/product_name", "PowerEdge R660\n"},
      {"twin", "/etc/machine-id", "fedcba9876543210fedcba9876543210\n"},
  };
  for (size_t i = 0; i < LENGTH(changes); i++) {
    assert_int_equal(plant(state), 0);
    put_machine();
    const char *before = id_of_tree();
    put(changes[i].path, changes[i].text);
    if (strcmp(before, id_of_tree()) == 0)
      fail_msg("another %s gives the same id", changes[i].what);
    assert_int_equal(fell(state), 0);
  }
}

/* In a container the file belongs to the image: rebuilt, the machine is the same. */
static void in_a_container_the_id_of_its_image_does_not_count(void **state) {
  (void)state;
  put_machine();
  put("/run/.containerenv", "");
  const char *before = id_of_tree();
  put("/etc/machine-id", "fedcba9876543210fedcba9876543210\n");
  assert_string_equal(before, id_of_tree());
  take_away("/etc/machine-id");
  assert_string_equal(before, id_of_tree());
  put(CPU "/present", "0-3\n");
  assert_string_not_equal(before, id_of_tree());
}

/* What only root may read must not give root another id than everybody else. */
static void a_sign_that_not_everybody_sees_leaves_the_id_alone(void **state) {
  static const char environment[] = "container=lxc";
  (void)state;
  put_machine();
  const char *before = id_of_tree();
  put_bytes("/proc/1/environ", environment, sizeof environment);
  assert_string_equal(before, id_of_tree());
}

static void assert_label(const char *name, const char *label, const char *slug) {
  struct machine machine;
  machine_read(&machine, root, name, "");
  assert_string_equal(machine.label, label);
  assert_string_equal(machine.slug, slug);
  machine_free(&machine);
}

static void the_label_is_model_and_cores_or_what_the_user_says(void **state) {
  (void)state;
  put_machine();
  assert_label(NULL, "Intel Xeon Platinum 8488C, 4 cores", "intel-xeon-platinum-8488c-4-cores");
  assert_label("My Laptop!", "My Laptop!", "my-laptop");
}

/* ---- facts ---- */

/* The value of a fact as JSON writes it; the caller frees it. */
static char *value_of(const struct machine *machine, const char *name) {
  size_t i;
  json_t *fact;
  json_array_foreach(json_object_get(machine->json, "facts"), i,
                     fact) if (strcmp(json_string_value(json_object_get(fact, "name")), name) ==
                               0) return json_dumps(json_object_get(fact, "value"),
                                                    JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
  return NULL;
}

struct expected {
  const char *name, *value;
};

static void assert_facts(const struct expected *expected, size_t count) {
  struct machine machine;
  machine_read(&machine, root, NULL, "");
  for (size_t i = 0; i < count; i++) {
    char *value = value_of(&machine, expected[i].name);
    if (!value || strcmp(value, expected[i].value) != 0)
      fail_msg("%s is %s, not %s", expected[i].name, value ? value : "not there", expected[i].value);
    free(value);
  }
  machine_free(&machine);
}

static void facts_are_those_of_the_tree(void **state) {
  (void)state;
  static const struct expected expected[] = {
      {"cpu_model", "\"Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz\""},
      {"sockets", "2"},
      {"physical_cores", "4"},
      {"threads_per_core", "2"},
      {"present_cpus", "8"},
      {"governor", "\"performance\""},
      {"frequency_driver", "\"intel_pstate\""},
      {"turbo", "\"off\""},
      {"frequency_min", "800.0"},
      {"frequency_max", "3900.0"},
      {"frequency_limit", "2000.0"},
      {"frequency_base", "2400.0"},
      {"frequency_now_low", "1200.0"},
      {"frequency_now_high", "2500.0"},
      {"frequency_cpuinfo", "2400.12"},
      {"memory_bytes", "8256151552"},
      {"memory_available", "7168000000"},
      {"huge_pages", "\"always [madvise] never\""},
      {"huge_pages_reserved", "0"},
      {"huge_page_bytes", "2097152"},
      {"aslr", "\"on\""},
      {"virtualisation", "\"none, Dell Inc.\""},
      {"container", "\"none seen\""},
      {"power", "\"battery\""},
      {"load_1min", "0.5"},
      {"cpu_quota", "1.5"},
      {"usable_cpus", "1"},
      {"os", "\"Debian GNU/Linux 12 (bookworm)\""},
      {"gmp", "\"2:6.2.1+dfsg1-1.1\""},
      {"libgomp", "null"}, /* removed, its settings left behind */
  };
  put_machine();
  put_clocks("800000\n", "2500000\n");
  put(CPU "/cpu0/cpufreq/scaling_governor", "performance\n");
  put(CPU "/cpu0/cpufreq/scaling_driver", "intel_pstate\n");
  put(CPU "/intel_pstate/no_turbo", "1\n");
  put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  put("/proc/sys/kernel/randomize_va_space", "2\n");
  put("/sys/class/power_supply/BAT0/type", "Battery\n");
  put("/sys/class/power_supply/BAT0/status", "Discharging\n");
  put("/proc/self/cgroup", "0::/job\n");
  put("/sys/fs/cgroup/job/cpu.max", "150000 100000\n");
  put("/etc/os-release", "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
  put("/var/lib/dpkg/status", "Package: libgomp1\nStatus: deinstall ok config-files\nVersion: 11\n\n"
                              "Package: libgmp10\nStatus: install ok installed\nVersion: 2:6.2.1+dfsg1-1.1\n");
  assert_facts(expected, LENGTH(expected));
}

static void what_a_tree_does_not_tell_is_null(void **state) {
  (void)state;
  static const char *const names[] = {"sockets",
                                      "physical_cores",
                                      "threads_per_core",
                                      "numa_nodes",
                                      "cpu_kinds",
                                      "cache_l1d",
                                      "cpu_model",
                                      "present_cpus",
                                      "governor",
                                      "frequency_driver",
                                      "turbo",
                                      "frequency_min",
                                      "frequency_max",
                                      "frequency_limit",
                                      "frequency_base",
                                      "frequency_now_low",
                                      "smt",
                                      "frequency_now_high",
                                      "frequency_cpuinfo",
                                      "memory_bytes",
                                      "memory_available",
                                      "huge_pages",
                                      "huge_page_bytes",
                                      "aslr",
                                      "virtualisation",
                                      "power",
                                      "huge_pages_reserved",
                                      "clock_source",
                                      "load_1min",
                                      "os",
                                      "gmp"};
  for (size_t i = 0; i < LENGTH(names); i++)
    assert_facts(&(struct expected){names[i], "null"}, 1);
}

static void nonsense_in_a_file_is_unknown_not_a_number(void **state) {
  (void)state;
  put_machine();
  put(CPU "/cpu0/cpufreq/cpuinfo_max_freq", "<unknown>\n");
  put("/proc/meminfo", "MemTotal:       lots kB\nMemAvailable:   -5 kB\n");
  put("/proc/loadavg", "busy\n");
  put(CPU "/present", "7-0,banana\n");
  assert_facts((const struct expected[]){{"frequency_max", "null"},
                                         {"memory_bytes", "null"},
                                         {"memory_available", "null"},
                                         {"load_1min", "null"},
                                         {"present_cpus", "null"}},
               5);
}

static void every_fact_has_a_name_of_its_own_and_a_source(void **state) {
  (void)state;
  struct machine machine;
  json_t *fact;
  size_t i;
  machine_read(&machine, "", NULL, "");
  json_t *seen = json_object(), *facts = json_object_get(machine.json, "facts");
  assert_true(json_array_size(facts) > 50);
  json_array_foreach(facts, i, fact) {
    const char *name = json_string_value(json_object_get(fact, "name"));
    const char *source = json_string_value(json_object_get(fact, "source"));
    json_t *value = json_object_get(fact, "value");
    assert_null(json_object_get(seen, name));
    json_object_set_new(seen, name, json_true());
    assert_true(source && source[0] && json_string_value(json_object_get(fact, "unit")));
    assert_false(!value || json_is_object(value) || json_is_array(value)); /* the report shows one value */
  }
  json_decref(seen);
  machine_free(&machine);
}

static void variables_that_change_openmp_are_facts_and_others_are_not(void **state) {
  (void)state;
  setenv("GOMP_SPINCOUNT", "0", 1);
  setenv("KMP_BLOCKTIME", "200", 1);
  setenv("OMP_PLACES", "", 1);
  setenv("LIBOMP_NUM_HIDDEN_HELPER_THREADS", "1", 1);
  setenv("NWAY_SECRET_OMP_", "1", 1);
  assert_facts((const struct expected[]){{"GOMP_SPINCOUNT", "\"0\""},
                                         {"KMP_BLOCKTIME", "\"200\""},
                                         {"OMP_PLACES", "\"\""},
                                         {"LIBOMP_NUM_HIDDEN_HELPER_THREADS", "\"1\""}},
               4);
  struct machine machine;
  machine_read(&machine, root, NULL, "");
  char *other = value_of(&machine, "NWAY_SECRET_OMP_");
  assert_null(other);
  machine_free(&machine);
  unsetenv("GOMP_SPINCOUNT"), unsetenv("KMP_BLOCKTIME"), unsetenv("OMP_PLACES");
  unsetenv("LIBOMP_NUM_HIDDEN_HELPER_THREADS"), unsetenv("NWAY_SECRET_OMP_");
}

static void the_flags_of_a_module_become_a_fact(void **state) {
  (void)state;
  struct machine machine;
  json_t *described = json_pack("{ss ss}", "flags", "cc -O3 [gcc 12.2.0]", "file", "kernels/sum.so");
  machine_read(&machine, root, NULL, "");
  machine_add_module(&machine, "sum", described);
  machine_add_module(&machine, "bare", NULL);
  char *flags = value_of(&machine, "flags of sum"), *none = value_of(&machine, "flags of bare");
  assert_string_equal(flags, "\"cc -O3 [gcc 12.2.0]\"");
  assert_string_equal(none, "null");
  free(flags), free(none);
  json_decref(described);
  machine_free(&machine);
}

/* ---- hosts ---- */

static void signs_of_hypervisors_are_seen(void **state) {
  static const struct {
    const char *path, *text;
    int is;
    const char *vendor;
  } table[] = {
      {"/proc/cpuinfo", "flags\t\t: fpu hypervisor sse2\n", 1, ""},
      {"/proc/cpuinfo", "flags\t\t: fpu sse2\n", 0, ""},
      {"/proc/cpuinfo", "Features\t: fp asimd\n", -1, ""},
      {"/sys/hypervisor/type", "xen\n", 1, "xen"},
      {DMI "/sys_vendor", "QEMU\n", 1, "QEMU"},
      {DMI "/sys_vendor", "Amazon EC2\n", 1, "Amazon EC2"},
      {DMI "/sys_vendor", "Ampere(R)\n", -1, "Ampere(R)"},
      {DMI "/product_name", "Virtual Machine\n", 1, "Virtual Machine"},
      {DMI "/product_name", "m7g.metal\n", 0, "m7g.metal"},
      {"/proc/device-tree/hypervisor/compatible", "linux,kvm", 1, "linux,kvm"},
      {"/proc/device-tree/compatible", "linux,dummy-virt", 1, "QEMU"},
      {"/proc/device-tree/compatible", "raspberrypi,4-model-b", -1, ""},
      {"/proc/device-tree/ibm,partition-name", "lpar7", 1, "PowerVM"},
      {"/proc/sysinfo", "Manufacturer: IBM\nVM00 Control Program: z/VM 7.2\n", 1, "s390 hypervisor"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct host host;
    assert_int_equal(plant(state), 0);
    put(table[i].path, table[i].text);
    host_read(root, &host);
    if (host.virtual_machine != table[i].is || strcmp(host.vendor, table[i].vendor) != 0)
      fail_msg("%s: %d, '%s'", table[i].text, host.virtual_machine, host.vendor);
    assert_int_equal(fell(state), 0);
  }
}

static void a_hypervisor_that_hides_its_flag_is_found_by_dmi(void **state) {
  (void)state;
  struct host host;
  put("/proc/cpuinfo", "flags\t\t: fpu sse2\n");
  put(DMI "/sys_vendor", "QEMU\n");
  host_read(root, &host);
  assert_int_equal(host.virtual_machine, 1);
  put(DMI "/sys_vendor", "Amazon EC2\n");
  put(DMI "/product_name", "c7i.metal-24xl\n");
  host_read(root, &host);
  assert_int_equal(host.virtual_machine, 0);
}

static void a_flag_far_down_a_long_line_is_seen(void **state) {
  (void)state;
  static char text[7000];
  struct host host;
  strcpy(text, "flags\t\t:");
  while (strlen(text) < 6000)
    strcat(text, " avx512_something");
  strcat(text, " hypervisor\n");
  put("/proc/cpuinfo", text);
  host_read(root, &host);
  assert_int_equal(host.virtual_machine, 1);
}

static void signs_of_containers_are_seen(void **state) {
  static const char environment[] = "PATH=/bin\0container=lxc\0HOME=/";
  static const struct {
    const char *path, *text;
    size_t size;
    const char *name;
  } table[] = {
      {"/etc/hostname", "docker\n", 7, ""},
      {"/.dockerenv", "", 0, "docker"},
      {"/run/.containerenv", "", 0, "podman"},
      {"/run/systemd/container", "systemd-nspawn\n", 15, "systemd-nspawn"},
      {"/proc/1/environ", environment, sizeof environment, "lxc"},
      {"/proc/1/environ", "XDG_container=a", 16, ""},
      {"/proc/self/cgroup", "3:cpu:/docker/0abc\n", 19, "docker"},
      {"/proc/self/cgroup", "0::/system.slice/docker-0abc.scope\n", 35, "docker"},
      {"/proc/self/cgroup", "0::/system.slice/docker.service\n", 32, ""},
      {"/proc/self/cgroup", "9:x:/\n0::/kubepods/besteffort/pod1\n", 35, "kubernetes"},
      {"/proc/1/cgroup", "0::/lxc.payload.c1\n", 19, "lxc"},
      {"/proc/1/cgroup", "0::/init.scope\n", 15, ""},
      {"/proc/sys/kernel/osrelease", "5.15.90.1-microsoft-standard-WSL2\n", 34, "wsl"},
  };
  for (size_t i = 0; i < LENGTH(table); i++) {
    struct host host;
    assert_int_equal(plant(state), 0);
    put_bytes(table[i].path, table[i].text, table[i].size);
    host_read(root, &host);
    if (strcmp(host.container, table[i].name) != 0)
      fail_msg("%s: '%s'", table[i].path, host.container);
    assert_int_equal(fell(state), 0);
  }
}

/* ---- keys and git ---- */

static void a_key_is_taken_whole(void **state) {
  (void)state;
  char value[40];
  put("/keys", "model name\t: a\nmodel\t\t: 7 \nquoted=\"x y\"\nempty :\nmodel: 8\n");
  assert_true(sysfile_value(root, "/keys", "model", ':', value, sizeof value));
  assert_string_equal(value, "7");
  assert_true(sysfile_value(root, "/keys", "quoted", '=', value, sizeof value));
  assert_string_equal(value, "x y");
  assert_false(sysfile_value(root, "/keys", "mode", ':', value, sizeof value));
  assert_false(sysfile_value(root, "/keys", "empty", ':', value, sizeof value));
  assert_false(sysfile_value(root, "/nothing", "model", ':', value, sizeof value));
  assert_string_equal(value, "");
}

static int quiet(const char *command) {
  char line[400];
  snprintf(line, sizeof line, "cd %s && %s >/dev/null 2>&1", root, command);
  return system(line);
}

static void the_commit_of_a_folder_and_whether_it_differs_are_told(void **state) {
  (void)state;
  char before[4096], clean[80], text[80];
  if (system("git --version >/dev/null 2>&1") != 0)
    skip();
  assert_non_null(getcwd(before, sizeof before));
  assert_int_equal(chdir(root), 0);
  assert_string_equal(revision_here(text, sizeof text), "");
  put("/file", "a\n");
  assert_int_equal(quiet("git init -q && git add file && git -c user.name=n -c user.email=e commit -qm one"), 0);
  revision_here(clean, sizeof clean);
  put("/file", "b\n");
  revision_here(text, sizeof text);
  assert_int_equal(chdir(before), 0);
  assert_int_equal(strlen(clean), 12);
  assert_int_equal(strspn(clean, "0123456789abcdef"), 12);
  assert_int_equal(strncmp(text, clean, 12), 0);
  assert_string_equal(text + 12, "-dirty");
}

#define TREE_TEST(test) cmocka_unit_test_setup_teardown(test, plant, fell)

int main(void) {
  const struct CMUnitTest tests[] = {
      TREE_TEST(nothing_that_a_reboot_or_a_load_changes_is_in_the_id),
      cmocka_unit_test(another_machine_has_another_id),
      TREE_TEST(in_a_container_the_id_of_its_image_does_not_count),
      TREE_TEST(a_sign_that_not_everybody_sees_leaves_the_id_alone),
      TREE_TEST(the_label_is_model_and_cores_or_what_the_user_says),
      TREE_TEST(facts_are_those_of_the_tree),
      TREE_TEST(what_a_tree_does_not_tell_is_null),
      TREE_TEST(nonsense_in_a_file_is_unknown_not_a_number),
      cmocka_unit_test(every_fact_has_a_name_of_its_own_and_a_source),
      TREE_TEST(variables_that_change_openmp_are_facts_and_others_are_not),
      TREE_TEST(the_flags_of_a_module_become_a_fact),
      cmocka_unit_test(signs_of_hypervisors_are_seen),
      TREE_TEST(a_hypervisor_that_hides_its_flag_is_found_by_dmi),
      TREE_TEST(a_flag_far_down_a_long_line_is_seen),
      cmocka_unit_test(signs_of_containers_are_seen),
      TREE_TEST(a_key_is_taken_whole),
      TREE_TEST(the_commit_of_a_folder_and_whether_it_differs_are_told),
  };
  setenv("HWLOC_HIDE_ERRORS", "2", 1); /* it says aloud what a fake tree lacks */
  return cmocka_run_group_tests(tests, NULL, NULL);
}

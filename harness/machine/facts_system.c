/* The facts about memory, operating system, power and virtualisation. */
#include "facts.h"

#include "base/clock.h"
#include "sysfile.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

/* "MemTotal:  8062648 kB" in bytes; lines without a unit are plain counts. */
static json_t *meminfo(const struct survey *survey, const struct fact *fact) {
  char text[64], *end;
  if (!sysfile_value(survey->root, "/proc/meminfo", fact->with, ':', text, sizeof text))
    return NULL;
  long long number = strtoll(text, &end, 10);
  return end == text || number < 0 ? NULL : json_integer(*end == ' ' ? number * 1024 : number);
}

static json_t *page_bytes(const struct survey *survey, const struct fact *fact) {
  (void)survey, (void)fact;
  return json_integer(sysconf(_SC_PAGESIZE));
}

static json_t *aslr(const struct survey *survey, const struct fact *fact) {
  static const char *const words[] = {"off", "on, but not for the heap", "on"};
  (void)fact;
  int level = survey->vitals.aslr;
  return level < 0 || level > 2 ? NULL : json_string(words[level]);
}

static json_t *power(const struct survey *survey, const struct fact *fact) {
  static const char *const words[] = {"no battery", "mains, with a battery behind it", "battery"};
  (void)fact;
  return survey->vitals.battery < 0 ? NULL : json_string(words[survey->vitals.battery]);
}

static json_t *virtualisation(const struct survey *survey, const struct fact *fact) {
  char text[120];
  (void)fact;
  const struct host *host = &survey->host;
  if (host->virtual_machine < 0)
    return NULL;
  snprintf(text, sizeof text, "%s%s%s", host->virtual_machine ? "virtual machine" : "none", host->vendor[0] ? ", " : "",
           host->vendor);
  return json_string(text);
}

static json_t *container(const struct survey *survey, const struct fact *fact) {
  (void)fact;
  return json_string(survey->host.container[0] ? survey->host.container : "none seen");
}

static json_t *kernel(const struct survey *survey, const struct fact *fact) {
  struct utsname system;
  char text[256];
  (void)survey, (void)fact;
  if (uname(&system) != 0)
    return NULL;
  snprintf(text, sizeof text, "%s %s %s", system.sysname, system.release, system.machine);
  return fact_string(text);
}

static json_t *os(const struct survey *survey, const struct fact *fact) {
  char text[200];
  return sysfile_value(survey->root, "/etc/os-release", fact->with, '=', text, sizeof text) ? fact_string(text) : NULL;
}

static json_t *timer_overhead(const struct survey *survey, const struct fact *fact) {
  (void)survey, (void)fact;
  return json_integer(clock_measure().overhead_ns);
}

static json_t *timer_resolution(const struct survey *survey, const struct fact *fact) {
  (void)survey, (void)fact;
  return json_integer(clock_measure().resolution_ns);
}

#define IN(member) offsetof(struct survey, member)
#define CLOCKS "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define HUGE_PAGES "/sys/kernel/mm/transparent_hugepage/enabled"

const struct fact facts_of_system[] = {
    {"memory_bytes", "B", "/proc/meminfo MemTotal", meminfo, 0, "MemTotal"},
    {"memory_available", "B", "/proc/meminfo MemAvailable", meminfo, 0, "MemAvailable"},
    {"timer_overhead", "ns", "measured, CLOCK_MONOTONIC", timer_overhead, 0, NULL},
    {"timer_resolution", "ns", "measured, CLOCK_MONOTONIC", timer_resolution, 0, NULL},
    {"page_bytes", "B", "sysconf", page_bytes, 0, NULL},
    {"huge_pages", "", HUGE_PAGES, fact_line, 0, HUGE_PAGES},
    {"huge_pages_reserved", "", "/proc/meminfo HugePages_Total", meminfo, 0, "HugePages_Total"},
    {"huge_page_bytes", "B", "/proc/meminfo Hugepagesize", meminfo, 0, "Hugepagesize"},
    {"aslr", "", "/proc/sys/kernel/randomize_va_space", aslr, 0, NULL},
    {"virtualisation", "", "CPU flags, /sys/hypervisor, DMI, device tree", virtualisation, 0, NULL},
    {"container", "", "files, environment, cgroup names", container, 0, NULL},
    {"power", "", "/sys/class/power_supply", power, 0, NULL},
    {"clock_source", "", CLOCKS, fact_text_at, IN(vitals.clocksource), NULL},
    {"load_1min", "", "/proc/loadavg", fact_real_at, IN(vitals.load), NULL},
    {"kernel", "", "uname", kernel, 0, NULL},
    {"os", "", "/etc/os-release", os, 0, "PRETTY_NAME"},
    {0},
};

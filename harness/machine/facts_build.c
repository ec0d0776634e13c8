/* The facts about software: nway's build, its libraries, and environment variables that affect them. */
#include "facts.h"

#include "sysfile.h"

#include <gnu/libc-version.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *plain_text(const struct survey *survey, const struct fact *fact) {
  (void)survey;
  return fact_string(fact->with);
}

static json_t *libc(const struct survey *survey, const struct fact *fact) {
  char text[64];
  (void)survey, (void)fact;
  snprintf(text, sizeof text, "glibc %s", gnu_get_libc_version());
  return json_string(text);
}

/* ---- git ---- */

/* commit_of and dirty_of split "57f831f-dirty" into the commit and the flag; NULL for "". */
static json_t *commit_of(const char *text) {
  const char *dirty = strstr(text, "-dirty");
  return text[0] ? json_stringn(text, dirty ? (size_t)(dirty - text) : strlen(text)) : NULL;
}

static json_t *dirty_of(const char *text) { return text[0] ? json_boolean(strstr(text, "-dirty") != NULL) : NULL; }

/* Returns "57f831f-dirty" from "0.1.0-g57f831f-dirty", or "" for a build outside git. */
static const char *revision_of_build(void) {
  const char *at = strstr(NWAY_VERSION, "-g");
  return at ? at + 2 : "";
}

static json_t *build_commit(const struct survey *survey, const struct fact *fact) {
  (void)survey, (void)fact;
  return commit_of(revision_of_build());
}

static json_t *build_dirty(const struct survey *survey, const struct fact *fact) {
  (void)survey, (void)fact;
  return dirty_of(revision_of_build());
}

static json_t *folder_commit(const struct survey *survey, const struct fact *fact) {
  (void)fact;
  return commit_of(survey->folder);
}

static json_t *folder_dirty(const struct survey *survey, const struct fact *fact) {
  (void)fact;
  return dirty_of(survey->folder);
}

/* ---- libraries ---- */

static json_t *hwloc_version(const struct survey *survey, const struct fact *fact) {
  char text[32];
  unsigned version = hwloc_get_api_version();
  (void)survey, (void)fact;
  snprintf(text, sizeof text, "API %u.%u.%u", version >> 16, version >> 8 & 0xff, version & 0xff);
  return json_string(text);
}

static json_t *jansson_version(const struct survey *survey, const struct fact *fact) {
  (void)survey, (void)fact;
  return json_string(jansson_version_str());
}

/* Reads the version of an installed Debian package, for libraries without a version function. */
static json_t *package(const struct survey *survey, const struct fact *fact) {
  char *line = NULL, version[100] = "";
  size_t room = 0;
  bool here = false, installed = false;
  FILE *file = sysfile_open(survey->root, "/var/lib/dpkg/status");
  while (file && !version[0] && getline(&line, &room, file) > 0) {
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "Package: ", 9) == 0)
      here = strcmp(line + 9, fact->with) == 0, installed = false;
    installed |= strcmp(line, "Status: install ok installed") == 0;
    if (here && installed && strncmp(line, "Version: ", 9) == 0)
      snprintf(version, sizeof version, "%s", line + 9);
  }
  if (file)
    fclose(file);
  free(line);
  return fact_string(version);
}

#ifdef __clang__
#define TEXT_OF(number) #number
#define LIBOMP(major) "libomp5-" TEXT_OF(major)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

const struct fact facts_of_build[] = {
    {"libc", "", "gnu_get_libc_version", libc, 0, NULL},
    {"compiler", "", "predefined macro, of the harness", plain_text, 0, COMPILER},
    {"malloc", "", "mallopt", plain_text, 0, "glibc, M_MMAP_THRESHOLD 32 MiB, M_TRIM_THRESHOLD 2 GiB, in every cell"},
    {"nway", "", "git describe at build", plain_text, 0, NWAY_VERSION},
    {"nway_commit", "", "git describe at build", build_commit, 0, NULL},
    {"nway_dirty", "", "git describe at build", build_dirty, 0, NULL},
    {"folder_commit", "", "git describe where nway runs", folder_commit, 0, NULL},
    {"folder_dirty", "", "git describe where nway runs", folder_dirty, 0, NULL},
    {"gmp", "", "package libgmp10", package, 0, "libgmp10"},
    {"libgomp", "", "package libgomp1", package, 0, "libgomp1"},
#ifdef __clang__
    {"libomp", "", "package " LIBOMP(__clang_major__), package, 0, LIBOMP(__clang_major__)},
#endif
    {"hwloc", "", "hwloc_get_api_version", hwloc_version, 0, NULL},
    {"jansson", "", "jansson_version_str", jansson_version, 0, NULL},
    {"inih", "", "package libinih1", package, 0, "libinih1"},
    {0},
};

/* ---- environment ---- */

extern char **environ;

void facts_add_environment(json_t **facts) {
  static const char *const starts[] = {"OMP_",    "GOMP_",      "KMP_",           "LIBOMP",
                                       "MALLOC_", "LD_PRELOAD", "GLIBC_TUNABLES", "LD_BIND_NOW"};
  for (char **entry = environ; entry && *entry; entry++)
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
      char name[100];
      const char *equals = strchr(*entry, '=');
      if (!equals || strncmp(*entry, starts[i], strlen(starts[i])) != 0)
        continue;
      snprintf(name, sizeof name, "%.*s", (int)(equals - *entry), *entry);
      json_t *shown = fact_string(name), *value = fact_string(equals + 1);
      facts_add_value(facts, json_string_value(shown), value ? value : json_string(""), "", "environment");
      json_decref(shown);
    }
}

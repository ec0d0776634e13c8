/* Fills the skeletons of harness/skeletons, which the build embeds, and writes them into a folder of their own. */
#include "new_kernel.h"

#include "base/limits.h"
#include "base/place.h"
#include "base/words.h"
#include "process/launch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const char skeleton_c_in[], skeleton_cc_in[], skeleton_f90_in[], skeleton_shim_in[], skeleton_mk_in[];

enum { NAME_MOST = 40, SOURCES_MOST = 2 };

/* A language, its source files and how a Makefile builds them. */
struct language {
  const char *name;
  struct source {
    const char *suffix, *text;
  } sources[SOURCES_MOST];
  const char *tools, *rule, *files;
};

static const struct language languages[] = {
    {.name = "c",
     .sources = {{".c", skeleton_c_in}},
     .tools = "CFLAGS   ?= -O2 -g -Wall -Wextra",
     .rule = "@NAME@.so: @NAME@.c\n"
             "\t$(CC) $(CFLAGS) $(HEADER) -DNWAY_FLAGS='\"$(CC) $(CFLAGS)\"' $(MODULE) -o $@ $< $(LDFLAGS)",
     .files = "@NAME@.so"},
    {.name = "c++",
     .sources = {{".cc", skeleton_cc_in}},
     .tools = "CXXFLAGS ?= -O2 -g -Wall -Wextra",
     .rule = "@NAME@.so: @NAME@.cc\n"
             "\t$(CXX) $(CXXFLAGS) $(HEADER) -DNWAY_FLAGS='\"$(CXX) $(CXXFLAGS)\"' $(MODULE) -o $@ $< $(LDFLAGS)",
     .files = "@NAME@.so"},
    {.name = "fortran",
     .sources = {{".f90", skeleton_f90_in}, {"_kernel.c", skeleton_shim_in}},
     .tools = "FC       := $(if $(filter default undefined,$(origin FC)),gfortran,$(FC))\n"
              "FFLAGS   ?= -O2 -g -Wall\n"
              "CFLAGS   ?= -O2 -g -Wall -Wextra",
     .rule = "@NAME@.so: @NAME@.f90 @NAME@_kernel.c\n"
             "\t$(FC) $(FFLAGS) -fPIC -c -o @NAME@.o @NAME@.f90\n"
             "\t$(CC) $(CFLAGS) $(HEADER) -DNWAY_FLAGS='\"$(FC) $(FFLAGS)\"' -fPIC -c -o @NAME@_kernel.o "
             "@NAME@_kernel.c\n"
             "\t$(FC) $(FFLAGS) $(MODULE) -o $@ @NAME@.o @NAME@_kernel.o $(LDFLAGS)",
     .files = "@NAME@.so @NAME@.o @NAME@_kernel.o @NAME@.mod"},
};

static const struct language *find_language(const char *name) {
  for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
    if (strcmp(languages[i].name, name) == 0)
      return &languages[i];
  return NULL;
}

/* ---- where this nway is ---- */

/* The first of these folders, seen from that of this program, that has `file` ("": the folder itself); "." if none. */
static void find_folder(const char *const *places, size_t count, const char *file, char *out, size_t size) {
  char self[PATH_MAX], path[PATH_MAX + 100], full[PATH_MAX];
  snprintf(out, size, ".");
  launch_self(self, sizeof self);
  for (size_t i = 0; i < count && strrchr(self, '/'); i++) {
    int folder = (int)(strrchr(self, '/') - self);
    snprintf(path, sizeof path, "%.*s/%s/%s", folder, self, places[i], file);
    if (access(path, R_OK) != 0)
      continue;
    path[strlen(path) - strlen(file) - 1] = '\0';
    snprintf(out, size, "%s", realpath(path, full) ? full : path);
    return;
  }
}

/* The folder of kernel.h: include/nway of an installation, kernels/ of the source tree that this was built in. */
static void find_header(char *out, size_t size) {
  static const char *const places[] = {"../include/nway", "../kernels", "../../kernels"};
  find_folder(places, sizeof places / sizeof *places, "kernel.h", out, size);
}

/* The folder in which this nway looks for kernels. */
static void find_kernels(char *out, size_t size) {
  static const char *const places[] = {"kernels", "../lib/nway/kernels"};
  find_folder(places, sizeof places / sizeof *places, "", out, size);
}

/* "nway" where that is this program, by PATH; else its path. */
static void find_program(char *out, size_t size) {
  char self[PATH_MAX], path[PATH_MAX + 100], full[PATH_MAX];
  const char *folders = getenv("PATH");
  snprintf(out, size, "%s", launch_self(self, sizeof self));
  for (const char *at = folders; at && *at; at += strcspn(at, ":"), at += *at == ':') {
    snprintf(path, sizeof path, "%.*s/nway", (int)strcspn(at, ":"), at);
    if (access(path, X_OK) != 0 || !realpath(path, full))
      continue;
    if (strcmp(full, self) == 0)
      snprintf(out, size, "nway");
    return;
  }
}

/* ---- filling ---- */

struct mark {
  const char *name, *text;
};

/* Copies `text` with each mark replaced by its text. Marks may hold marks. */
static void fill(FILE *out, const char *text, const struct mark *marks, size_t count) {
  while (*text) {
    size_t i = 0;
    while (i < count && strncmp(text, marks[i].name, strlen(marks[i].name)) != 0)
      i++;
    if (i == count)
      fputc(*text++, out);
    else
      fill(out, marks[i].text, marks, count), text += strlen(marks[i].name);
  }
}

static int write_file(const struct place *place, const char *file, const char *text, const struct mark *marks,
                      size_t count, struct fault *fault) {
  char *filled = NULL;
  size_t bytes = 0;
  FILE *out = open_memstream(&filled, &bytes);
  if (!out)
    return fault_memory(fault);
  fill(out, text, marks, count);
  int failed = fclose(out) != 0 ? fault_memory(fault) : place_write(place, file, filled, bytes, fault);
  free(filled);
  return failed;
}

static int write_files(const struct place *place, const char *name, const struct language *language,
                       struct fault *fault) {
  char header[PATH_MAX], kernels[PATH_MAX], program[PATH_MAX], file[NAME_MAX];
  find_header(header, sizeof header);
  find_kernels(kernels, sizeof kernels);
  find_program(program, sizeof program);
  const struct mark marks[] = {{"@NAME@", name},
                               {"@NWAY@", program},
                               {"@INCLUDE@", header},
                               {"@KERNELS@", kernels},
                               {"@TOOLS@", language->tools},
                               {"@RULE@", language->rule},
                               {"@FILES@", language->files}};
  size_t count = sizeof marks / sizeof *marks;
  for (int i = 0; i < SOURCES_MOST && language->sources[i].suffix; i++) {
    snprintf(file, sizeof file, "%s%s", name, language->sources[i].suffix);
    if (write_file(place, file, language->sources[i].text, marks, count, fault) != 0)
      return -1;
  }
  return write_file(place, "Makefile", skeleton_mk_in, marks, count, fault);
}

/* ---- the command ---- */

static int check_name(const char *name, struct fault *fault) {
  static const char first[] = "abcdefghijklmnopqrstuvwxyz", rest[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
  char shown[80];
  size_t length = strlen(name);
  if (length > 0 && length <= NAME_MOST && strchr(first, name[0]) && strspn(name, rest) == length)
    return 0;
  return fault_set(fault, EXIT_USAGE,
                   "invalid kernel name '%s'; use at most %d of a-z, 0-9 and _, starting with a letter",
                   printable(name, shown, sizeof shown), NAME_MOST);
}

static void tell_next(const char *name, const struct language *language) {
  for (int i = 0; i < SOURCES_MOST && language->sources[i].suffix; i++)
    printf("%s%s/%s%s", i ? ", " : "", name, name, language->sources[i].suffix);
  printf(" and %s/Makefile are written. Next:\n"
         "  cd %s\n"
         "  make check    run it under every variant, each answer checked\n"
         "  make run      measure it and write its report\n",
         name, name);
}

/* Refuses the name of a kernel that this nway has: installed, the new one would replace it. */
static int check_free(const char *name, struct fault *fault) {
  char kernels[PATH_MAX], path[PATH_MAX + 100];
  find_kernels(kernels, sizeof kernels);
  snprintf(path, sizeof path, "%s/%s.so", kernels, name);
  return access(path, F_OK) != 0 ? 0
                                 : fault_set(fault, EXIT_USAGE, "nway has a kernel '%s'; choose another name", name);
}

int new_kernel(const char *name, const char *language_name, struct fault *fault) {
  const struct language *language = find_language(language_name);
  struct place place;
  char why[LIMIT_TEXT];
  if (!language)
    return fault_set(fault, EXIT_USAGE, "unknown language '%s'; see 'nway new-kernel --help'", language_name);
  if (check_name(name, fault) != 0 || check_free(name, fault) != 0)
    return -1;
  if (mkdir(name, 0777) != 0)
    return errno == EEXIST ? fault_set(fault, EXIT_USAGE, "%s already exists; choose another name", name)
                           : fault_set(fault, EXIT_USAGE, "%s: cannot create the folder: %s", name,
                                       error_text(errno, why, sizeof why));
  if (place_open(&place, name, fault) != 0)
    return -1;
  int failed = write_files(&place, name, language, fault);
  place_close(&place);
  if (!failed)
    tell_next(name, language);
  return failed;
}

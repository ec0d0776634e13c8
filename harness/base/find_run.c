/* Resolves the user's name for a run to its folder. */
#include "find_run.h"

#include "place.h"
#include "words.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MOST ((off_t)4 << 30)

static bool is_run(const char *folder) {
  char path[4400];
  snprintf(path, sizeof path, "%s/samples.csv", folder);
  return access(path, F_OK) == 0;
}

static int newest_first(const struct dirent **a, const struct dirent **b) { return strcmp((*b)->d_name, (*a)->d_name); }

static int may_be_run(const struct dirent *entry) {
  return entry->d_name[0] != '.' && strcmp(entry->d_name, "latest") != 0;
}

/* When the rows of a run were last written, in ns since 1970. */
static int64_t written_ns(const char *results, const char *name) {
  char path[4400];
  struct stat about;
  snprintf(path, sizeof path, "%s/%s/samples.csv", results, name);
  return stat(path, &about) == 0 ? about.st_mtim.tv_sec * (int64_t)1000000000 + about.st_mtim.tv_nsec : 0;
}

/* Names begin with the second of their start; the runs of one second go by their rows, the latest first. */
static void sort_seconds(const char *results, char **names, size_t count) {
  enum { SECOND = sizeof "20260101-000000" - 1 };
  for (size_t i = 1; i < count; i++)
    for (size_t j = i; j > 0 && strncmp(names[j], names[j - 1], SECOND) == 0 &&
                       written_ns(results, names[j]) > written_ns(results, names[j - 1]);
         j--) {
      char *later = names[j];
      names[j] = names[j - 1];
      names[j - 1] = later;
    }
}

int runs_list(const char *results, char ***names, size_t *count, struct fault *fault) {
  struct dirent **entries;
  int found = scandir(results, &entries, may_be_run, newest_first);
  bool room = found >= 0 || errno != ENOMEM;
  *count = 0;
  *names = found > 0 ? calloc((size_t)found, sizeof **names) : NULL;
  room = room && (found <= 0 || *names);
  for (int i = 0; i < found; i++) {
    char path[4400];
    snprintf(path, sizeof path, "%s/%s", results, entries[i]->d_name);
    if (room && is_run(path) && (room = ((*names)[*count] = strdup(entries[i]->d_name))))
      ++*count;
    free(entries[i]);
  }
  if (found >= 0)
    free(entries);
  sort_seconds(results, *names, *count);
  return room ? 0 : fault_memory(fault);
}

void runs_free(char **names, size_t count) {
  for (size_t i = 0; i < count; i++)
    free(names[i]);
  free(names);
}

/* Whether the user names a folder that this user may not read. */
static bool is_closed(const char *folder) { return !is_run(folder) && errno == EACCES; }

/* Whether the user names a folder that had a run whose rows are gone. */
static bool is_without_rows(const char *folder) {
  char path[4400];
  snprintf(path, sizeof path, "%s/plan.csv", folder);
  return !is_run(folder) && access(path, F_OK) == 0;
}

/* Whether the name is of a run, though one that cannot be read. */
static bool is_there(const char *folder) { return is_closed(folder) || is_without_rows(folder); }

static int no_such_run(const char *results, const char *word, char **names, size_t count, struct fault *fault) {
  char shown[200], hint[500], there[400];
  if (count == 0 && *word == '@')
    return fault_set(fault, EXIT_USAGE,
                     "no run under '%.300s'; 'nway run' makes one, --results DIR names another folder", results);
  snprintf(there, sizeof there, "%zu run%s under '%.300s'", count, plural((int64_t)count), results);
  return fault_set(fault, EXIT_USAGE, "'%s': no such run; %s", printable(word, shown, sizeof shown),
                   suggest(hint, sizeof hint, word, (const char *const *)names, count, there));
}

/* Returns N of @N, or -1 if the word is not of that form. */
static long nth_of(const char *word) {
  char *end;
  long nth = strtol(word + 1, &end, 10);
  return word[1] >= '0' && word[1] <= '9' && *end == '\0' ? nth : -1;
}

/* Refuses a file that no run of nway has: reading it would take minutes. */
static int is_bounded(const struct place *place, const char *name, struct fault *fault) {
  struct stat about;
  if (fstatat(place->fd, name, &about, AT_SYMLINK_NOFOLLOW) != 0 || about.st_size <= FILE_BYTES_MOST)
    return 0;
  return fault_set(fault, EXIT_USAGE,
                   "%s/%s: larger than 4 GiB, which no file of a run is; restore it as nway wrote it", place->path,
                   name);
}

int run_is_plain(const char *folder, struct fault *fault) {
  static const char *const files[] = {"samples.csv",  "plan.csv",     "run.json",   "config.conf",
                                      "machine.json", "catalog.json", "blocks.csv", "second.json"};
  struct place place;
  if (place_open(&place, folder, fault) != 0)
    return -1;
  int failed = 0;
  for (size_t i = 0; i < sizeof files / sizeof *files && !failed; i++)
    failed = place_plain(&place, files[i], fault) != 0 || is_bounded(&place, files[i], fault) != 0 ? -1 : 0;
  place_close(&place);
  return failed;
}

bool run_may_be_called(const char *name) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return *name && *name != '.' && strlen(name) <= 100 && name[strspn(name, letters)] == '\0';
}

int find_run(const char *results, const char *word, char *folder, size_t size, struct fault *fault) {
  char **names, shown[300];
  size_t count;
  if (runs_list(results, &names, &count, fault) != 0) {
    runs_free(names, count);
    return -1;
  }
  long nth = word[0] == '@' ? nth_of(word) : -1;
  snprintf(folder, size, "%s", word);
  if (nth >= 0 && (size_t)nth < count)
    snprintf(folder, size, "%s/%s", results, names[nth]);
  else if (word[0] != '@' && !is_run(folder) && !is_there(folder))
    snprintf(folder, size, "%s/%s", results, word);
  if (word[0] != '@' && !is_run(folder) && !is_there(folder) && run_may_be_called(word))
    snprintf(folder, size, "%s/" SAVED_RUNS "/%s", results, word);
  bool found = (word[0] != '@' || (nth >= 0 && (size_t)nth < count)) && is_run(folder);
  if (!found && is_closed(folder))
    fault_set(fault, EXIT_USAGE, "%s: cannot read: %s; check its permissions", printable(folder, shown, sizeof shown),
              strerror(EACCES));
  else if (!found && is_without_rows(folder))
    fault_set(fault, EXIT_USAGE,
              "%s/samples.csv: missing, so the run has no rows; restore the file as nway wrote it, or name another run",
              printable(folder, shown, sizeof shown));
  else if (!found)
    no_such_run(results, word, names, count, fault);
  runs_free(names, count);
  return found ? run_is_plain(folder, fault) : -1;
}

/* Makes, locks and fills the folder of a run. */
#include "folder.h"

#include "base/find_run.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

char *utc_text(time_t when, char *out, size_t size) {
  struct tm utc;
  gmtime_r(&when, &utc);
  strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return out;
}

static int make_parents(const char *path, struct fault *fault) {
  char part[4096];
  for (const char *at = path; *at; at++) {
    at += strspn(at, "/");
    at += strcspn(at, "/");
    snprintf(part, sizeof part, "%.*s", (int)(at - path), path);
    if (mkdir(part, 0777) != 0 && errno != EEXIST)
      return fault_set(fault, EXIT_USAGE, "%s: cannot make the results folder: %s", part, strerror(errno));
    if (*at == '\0')
      break;
  }
  return 0;
}

/* Two runs beside each other would measure each other. The lock dies with its holder. */
static int lock_root(struct folder *folder, const char *root, struct fault *fault) {
  char path[4200], holder[32] = "";
  snprintf(path, sizeof path, "%s/.lock", root);
  folder->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (folder->lock < 0)
    return fault_set(fault, EXIT_USAGE, "%s: cannot write into the results folder: %s", root, strerror(errno));
  if (flock(folder->lock, LOCK_EX | LOCK_NB) != 0) {
    ssize_t n = read(folder->lock, holder, sizeof holder - 1);
    holder[n > 0 ? strcspn(holder, "\n") : 0] = '\0';
    close(folder->lock);
    return fault_set(fault, EXIT_USAGE, "%s: process %s is measuring into it; two runs would measure each other", root,
                     holder[0] ? holder : "(unknown)");
  }
  if (ftruncate(folder->lock, 0) == 0)
    dprintf(folder->lock, "%d\n", (int)getpid());
  return 0;
}

static int make_folder(struct folder *folder, const char *root, const char *machine, const char *config,
                       struct fault *fault) {
  char date[32];
  time_t now = time(NULL);
  struct tm utc;
  gmtime_r(&now, &utc);
  strftime(date, sizeof date, "%Y%m%d-%H%M%S", &utc);
  for (int again = 0; again < 100; again++) {
    char suffix[16] = "";
    if (again)
      snprintf(suffix, sizeof suffix, "-%d", again + 1);
    snprintf(folder->run_id, sizeof folder->run_id, "%s-%s-%s%s", date, machine, config, suffix);
    snprintf(folder->path, sizeof folder->path, "%s/%s", root, folder->run_id);
    if (mkdir(folder->path, 0777) == 0)
      return 0;
    if (errno != EEXIST)
      break;
  }
  return fault_set(fault, EXIT_USAGE, "%s: cannot make the folder of this run: %s", folder->path, strerror(errno));
}

int folder_create(struct folder *folder, const char *root, const char *machine, const char *config,
                  struct fault *fault) {
  *folder = (struct folder){.lock = -1};
  if (make_parents(root, fault) != 0 || lock_root(folder, root, fault) != 0)
    return -1;
  return make_folder(folder, root, machine, config, fault);
}

/* From what the user names to the folder itself, whatever links lead there; "" is the latest. */
static int find_folder(const char *root, const char *name, char *real, struct fault *fault) {
  char path[4300], samples[4400];
  snprintf(path, sizeof path, "%s/latest", root);
  if (*name && find_run(root, name, path, sizeof path, fault) != 0)
    return fault_at(fault, "--resume");
  snprintf(samples, sizeof samples, "%s/samples.csv", path);
  if (access(samples, R_OK | W_OK) != 0 || !realpath(path, real))
    return fault_set(fault, EXIT_USAGE, "--resume: %.900s: no run to take up: %s", path, strerror(errno));
  return 0;
}

int folder_reopen(struct folder *folder, const char *root, const char *name, struct fault *fault) {
  char real[PATH_MAX], below[PATH_MAX];
  *folder = (struct folder){.lock = -1};
  if (find_folder(root, name, real, fault) != 0)
    return -1;
  char *slash = strrchr(real, '/');
  snprintf(folder->run_id, sizeof folder->run_id, "%s", slash + 1);
  /* As short as the user would write it, if that is the same folder. */
  snprintf(folder->path, sizeof folder->path, "%s/%s", root, folder->run_id);
  if (!realpath(folder->path, below) || strcmp(below, real) != 0)
    snprintf(folder->path, sizeof folder->path, "%s", real);
  /* The run's own parent, whatever `root` is: two that take up one run must meet. */
  *slash = '\0';
  return lock_root(folder, *real ? real : "/", fault);
}

char *folder_file(const struct folder *folder, const char *name, char *out, size_t size) {
  snprintf(out, size, "%s/%s", folder->path, name);
  return out;
}

int folder_make(const struct folder *folder, const char *name, struct fault *fault) {
  char path[4200];
  if (mkdir(folder_file(folder, name, path, sizeof path), 0777) == 0)
    return 0;
  return fault_set(fault, EXIT_USAGE, "%s: cannot make the folder: %s", path, strerror(errno));
}

int folder_write(const struct folder *folder, const char *name, const char *text, size_t bytes, struct fault *fault) {
  char path[4200], temporary[4300];
  folder_file(folder, name, path, sizeof path);
  snprintf(temporary, sizeof temporary, "%s.new", path);
  FILE *file = fopen(temporary, "we");
  size_t written = file ? fwrite(text, 1, bytes, file) : 0;
  if (file && (fclose(file) == 0) & (written == bytes) && rename(temporary, path) == 0)
    return 0;
  int error = errno;
  unlink(temporary);
  return fault_set(fault, EXIT_UNDECIDED, "%s: cannot write: %s", path, strerror(error));
}

int folder_write_json(const struct folder *folder, const char *name, const json_t *json, struct fault *fault) {
  char *text = json ? json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) : NULL;
  if (!text)
    return fault_set(fault, EXIT_UNDECIDED, "%s: cannot be expressed as JSON", name);
  size_t length = strlen(text);
  text[length] = '\n'; /* instead of the NUL, which fwrite does not need */
  int failed = folder_write(folder, name, text, length + 1, fault);
  free(text);
  return failed;
}

void folder_point_latest(const struct folder *folder) {
  char latest[4200], temporary[4300];
  snprintf(latest, sizeof latest, "%.*s/latest", (int)(strrchr(folder->path, '/') - folder->path), folder->path);
  snprintf(temporary, sizeof temporary, "%s.new", latest);
  unlink(temporary);
  if (symlink(folder->run_id, temporary) != 0 || rename(temporary, latest) != 0)
    fprintf(stderr, "nway: %s: cannot point to the run: %s\n", latest, strerror(errno));
}

static int remove_one(const char *path, const struct stat *facts, int type, struct FTW *place) {
  (void)facts, (void)type, (void)place;
  return remove(path);
}

void folder_remove(const struct folder *folder) {
  if (nftw(folder->path, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
    fprintf(stderr, "nway: %s: cannot be removed: %s\n", folder->path, strerror(errno));
}

void folder_close(struct folder *folder) {
  if (folder->lock >= 0)
    close(folder->lock);
  folder->lock = -1;
}

/* Makes, locks and fills the folder of a run. */
#include "folder.h"

#include "base/find_run.h"
#include "base/limits.h"
#include "base/scratch.h"

#include <errno.h>
#include <fcntl.h>
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

/* Opens the lock file, creating it if missing. Refuses a link, or a file with a second hard link: it may be the user's.
 */
static int open_lock(const struct place *root, struct fault *fault) {
  struct stat facts;
  char why[LIMIT_TEXT];
  if (place_plain(root, ".lock", fault) != 0)
    return -1;
  int fd = openat(root->fd, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
  if (fd < 0)
    return fault_set(fault, EXIT_USAGE, "%s: cannot write into the results folder: %s; choose another with --results",
                     root->path, error_text(errno, why, sizeof why));
  if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink <= 1)
    return fd;
  close(fd);
  return fault_set(fault, EXIT_USAGE, "%s/.lock: has a second hard link; remove it", root->path);
}

/* Locks the results folder, since two runs at a time would disturb each other. The lock ends with its process. */
static int lock_root(struct folder *folder, const struct place *root, struct fault *fault) {
  char holder[32] = "";
  folder->lock = open_lock(root, fault);
  if (folder->lock < 0)
    return -1;
  if (flock(folder->lock, LOCK_EX | LOCK_NB) != 0) {
    ssize_t n = read(folder->lock, holder, sizeof holder - 1);
    holder[n > 0 ? strcspn(holder, "\n") : 0] = '\0';
    close(folder->lock);
    folder->lock = -1;
    return fault_set(fault, EXIT_USAGE,
                     "%s: process %s is measuring into it; wait until it ends, since two runs disturb each other",
                     root->path, holder[0] ? holder : "(unknown)");
  }
  if (ftruncate(folder->lock, 0) == 0)
    dprintf(folder->lock, "%d\n", (int)getpid());
  return 0;
}

static int make_folder(struct folder *folder, const struct place *root, const char *machine, const char *config,
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
    snprintf(folder->path, sizeof folder->path, "%s/%s", root->path, folder->run_id);
    if (mkdirat(root->fd, folder->run_id, 0777) == 0)
      return place_below(&folder->at, root, folder->run_id, fault);
    if (errno != EEXIST)
      break;
  }
  return fault_set(fault, EXIT_USAGE,
                   "%s: cannot create the folder of this run: %s; choose another place with --results", folder->path,
                   strerror(errno));
}

int folder_create(struct folder *folder, const char *root, const char *machine, const char *config,
                  struct fault *fault) {
  struct place at;
  *folder = (struct folder){.lock = -1, .at.fd = -1};
  if (place_make(root, "--results", fault) != 0 || place_open(&at, root, fault) != 0)
    return -1;
  int failed = lock_root(folder, &at, fault) != 0 || make_folder(folder, &at, machine, config, fault) != 0;
  place_close(&at);
  return failed ? -1 : 0;
}

/* Resolves the name of a run to its real folder; "" is the latest run. */
static int find_folder(const char *root, const char *name, char *real, struct fault *fault) {
  char path[4300], samples[4400];
  snprintf(path, sizeof path, "%s/latest", root);
  if (*name && find_run(root, name, path, sizeof path, fault) != 0)
    return fault_at(fault, "--resume");
  snprintf(samples, sizeof samples, "%s/samples.csv", path);
  if (access(samples, R_OK | W_OK) != 0 || !realpath(path, real))
    return fault_set(fault, EXIT_USAGE, "--resume: %.900s: no run to resume: %s; name the folder of a run", samples,
                     strerror(errno));
  return run_is_plain(real, fault) == 0 ? 0 : fault_at(fault, "--resume");
}

int folder_reopen(struct folder *folder, const char *root, const char *name, struct fault *fault) {
  char real[PATH_MAX] = "", below[PATH_MAX];
  struct place root_at;
  *folder = (struct folder){.lock = -1, .at.fd = -1};
  if (find_folder(root, name, real, fault) != 0 || place_open(&folder->at, real, fault) != 0)
    return -1;
  char *slash = strrchr(real, '/');
  snprintf(folder->run_id, sizeof folder->run_id, "%s", slash + 1);
  /* As short as the user would write it, if that is the same folder. */
  snprintf(folder->path, sizeof folder->path, "%s/%s", root, folder->run_id);
  if (!realpath(folder->path, below) || strcmp(below, real) != 0)
    snprintf(folder->path, sizeof folder->path, "%s", real);
  /* Lock the run's real parent, not `root`: two processes that resume one run must use the same lock. */
  *slash = '\0';
  snprintf(folder->at.path, sizeof folder->at.path, "%s", folder->path);
  int failed = place_open(&root_at, *real ? real : "/", fault) != 0 || lock_root(folder, &root_at, fault) != 0;
  place_close(&root_at);
  return failed ? -1 : 0;
}

char *folder_file(const struct folder *folder, const char *name, char *out, size_t size) {
  snprintf(out, size, "%s/%s", folder->path, name);
  return out;
}

int folder_make(const struct folder *folder, const char *name, struct fault *fault) {
  struct place new;
  int failed = place_below(&new, &folder->at, name, fault);
  place_close(&new);
  return failed;
}

int folder_write(const struct folder *folder, const char *name, const char *text, size_t bytes, struct fault *fault) {
  struct place below;
  char part[100];
  const char *slash = strchr(name, '/');
  if (!slash)
    return place_write(&folder->at, name, text, bytes, fault);
  snprintf(part, sizeof part, "%.*s", (int)(slash - name), name);
  if (place_below(&below, &folder->at, part, fault) != 0)
    return -1;
  int failed = place_write(&below, slash + 1, text, bytes, fault);
  place_close(&below);
  return failed;
}

int folder_write_json(const struct folder *folder, const char *name, const json_t *json, struct fault *fault) {
  char *text = json ? json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) : NULL;
  if (!text)
    return fault_set(fault, EXIT_UNDECIDED,
                     "%s: cannot be written as JSON: a text is not valid UTF-8, or memory ran out", name);
  size_t length = strlen(text);
  text[length] = '\n'; /* instead of the NUL, which fwrite does not need */
  int failed = folder_write(folder, name, text, length + 1, fault);
  free(text);
  return failed;
}

/* Replaces only a link: any other file of these names is the user's. */
static int replace_link(const struct place *root, const char *target) {
  static const char *const names[] = {"latest.new", "latest"};
  struct stat facts;
  for (int i = 0; i < 2; i++)
    if (fstatat(root->fd, names[i], &facts, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISLNK(facts.st_mode))
      return errno = EEXIST, -1;
  unlinkat(root->fd, names[0], 0);
  return symlinkat(target, root->fd, names[0]) == 0 ? renameat(root->fd, names[0], root->fd, names[1]) : -1;
}

void folder_point_latest(const struct folder *folder) {
  struct place root;
  struct fault fault;
  char path[sizeof folder->path];
  snprintf(path, sizeof path, "%.*s", (int)(strrchr(folder->path, '/') - folder->path), folder->path);
  if (place_open(&root, *path ? path : "/", &fault) != 0 || replace_link(&root, folder->run_id) != 0)
    fprintf(stderr, "nway: %s/latest: cannot point to the run: %s\n", path, strerror(errno));
  place_close(&root);
}

int folder_save(const char *path, const char *name, struct fault *fault) {
  struct place root, saved;
  char parent[4096], target[4200], fresh[120];
  const char *slash = strrchr(path, '/');
  snprintf(parent, sizeof parent, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
  snprintf(target, sizeof target, "../%s", slash ? slash + 1 : path);
  snprintf(fresh, sizeof fresh, ".%s.new", name);
  if (place_open(&root, *parent ? parent : "/", fault) != 0)
    return -1;
  int failed = place_below(&saved, &root, SAVED_RUNS, fault);
  place_close(&root);
  if (failed)
    return -1;
  char old[4200];
  ssize_t length = readlinkat(saved.fd, name, old, sizeof old - 1);
  old[length > 0 ? length : 0] = '\0';
  if (length > 0)
    fprintf(stderr, "--save %s: replaces %s\n", name, strrchr(old, '/') ? strrchr(old, '/') + 1 : old);
  unlinkat(saved.fd, fresh, 0);
  if (symlinkat(target, saved.fd, fresh) != 0 || renameat(saved.fd, fresh, saved.fd, name) != 0)
    failed = fault_set(fault, EXIT_UNDECIDED, "%s/%s: cannot be saved: %s", saved.path, name, strerror(errno));
  place_close(&saved);
  return failed;
}

void folder_remove(const struct folder *folder) {
  if (scratch_remove(folder->path) != 0)
    fprintf(stderr, "nway: %s: cannot be removed: %s\n", folder->path, strerror(errno));
}

void folder_close(struct folder *folder) {
  if (folder->lock >= 0)
    close(folder->lock);
  folder->lock = -1;
  place_close(&folder->at);
}

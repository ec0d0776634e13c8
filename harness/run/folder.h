/* The folder of a run under results/: created and locked before the run measures. */
#ifndef NWAY_FOLDER_H
#define NWAY_FOLDER_H

#include "base/fault.h"
#include "base/place.h"

#include <jansson.h>
#include <stddef.h>
#include <time.h>

struct folder {
  char path[4096];
  char run_id[200];
  struct place at; /* the folder itself, opened once */
  int lock;        /* file descriptor, held while the run measures */
};

/* Formats a time as "2026-01-31T12:00:00Z". Returns `out`. */
char *utc_text(time_t when, char *out, size_t size);

/* Makes results/<UTC date>-<machine>-<config> below `root`, which is made if need be. Refuses a root that
 * cannot be written, and one in which another run is measuring (naming its process). */
int folder_create(struct folder *folder, const char *root, const char *machine, const char *config,
                  struct fault *fault);

/* Opens the folder that an earlier run made: `name` of `root`, @N, a path, or "" for the latest. Locks the folder that
 * it lies in, which need not be `root`. */
int folder_reopen(struct folder *folder, const char *root, const char *name, struct fault *fault);

/* The path of `name` in the folder. Returns `out`. */
char *folder_file(const struct folder *folder, const char *name, char *out, size_t size);

/* Makes a folder inside. */
int folder_make(const struct folder *folder, const char *name, struct fault *fault);

/* Writes a file whole or not at all (by a temporary file and rename), in the folder or in one of its folders
 * ("logs/NAME"), through no link. */
int folder_write(const struct folder *folder, const char *name, const char *text, size_t bytes, struct fault *fault);
int folder_write_json(const struct folder *folder, const char *name, const json_t *json, struct fault *fault);

/* Points results/latest to this run. */
void folder_point_latest(const struct folder *folder);

/* Points .saved/NAME below the results to this run, in place of an earlier one; `path` is the run's folder. Returns 0,
 * or -1 and a fault. */
int folder_save(const char *path, const char *name, struct fault *fault);

/* Removes the folder and its content; keeps the lock. Warns on stderr if that fails. */
void folder_remove(const struct folder *folder);

/* Releases the lock. */
void folder_close(struct folder *folder);

#endif

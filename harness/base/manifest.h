/* blocks.csv of a run: counts and a digest of the rows of samples.csv, block by block, so that lost or changed rows are
 * noticed. Lines: pilot (round 0), block (a whole block of a round), cut (one that a signal ended), run (all of them).
 */
#ifndef NWAY_MANIFEST_H
#define NWAY_MANIFEST_H

#include "fault.h"
#include "place.h"

#include <stdbool.h>
#include <stdint.h>

struct samples;

/* Makes the file with its header. */
int manifest_create(const struct place *run, struct fault *fault);

/* From here on the file is that of these rows, as it is now. A run without it is from an older nway. */
void manifest_follow(const struct place *run, struct samples *samples);

/* Flushes the rows written since the last call to the disk and adds their line. Does nothing in a run without the file.
 * Fails by samples_check if another program changed the rows, and likewise if one changed or removed the file. */
int manifest_add(const struct place *run, struct samples *samples, const char *what, int64_t round, int64_t block,
                 struct fault *fault);

/* Adds a cut line for rows that are not closed, and the line of the run. */
int manifest_end(const struct place *run, struct samples *samples, struct fault *fault);

/* Before a run is resumed: drops the lines of what will be measured again, and a torn one. */
int manifest_reopen(const struct place *run, struct fault *fault);

/* Rows behind the last block that is closed. */
struct manifest_tail {
  bool known; /* the run has the file */
  bool ended; /* and that ends with the line of the run */
  int64_t rows, round, block;
};

/* Checks the rows of FOLDER/samples.csv, superseded ones left out, by the file. Returns -1 with a fault
 * ("samples.csv:LINE: round 2, block 0: 11 of 12 rows; rows are lost") unless all lines hold. Reads both files once, in
 * constant memory. */
int manifest_check(const char *folder, struct manifest_tail *tail, struct fault *fault);

#endif

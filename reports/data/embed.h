/* A page that holds its run: the files of the run, compressed, inside the page, and read back bit for bit. */
#ifndef NWAY_REPORT_EMBED_H
#define NWAY_REPORT_EMBED_H

#include "base/fault.h"
#include "base/text.h"

#define EMBED_BYTES_MAX ((size_t)2000000)    /* compressed; a larger run is named by file and SHA-256 instead */
#define UNPACKED_BYTES_MAX ((size_t)1 << 30) /* of one file; a page that claims more is refused */
#define PAGE_BYTES_MAX ((size_t)1 << 29)

/* What embed_run did. */
enum embedded { EMBED_DONE, EMBED_TOO_LARGE };

/* Appends the run's files to a page: one <template> a file, gzip (RFC 1952) in base64, with its name and size. If all
 * of them exceed EMBED_BYTES_MAX and `force` is false, appends none of them but each file's name, size and SHA-256 as a
 * list. `folder` holds the files; those that are missing are left out. Returns 0, or -1 with a reason. */
int embed_run(struct text *page, const char *folder, bool force, enum embedded *, struct fault *);

/* Whether a path is a page: a regular file that begins with "<!doctype html>". */
bool embed_is_page(const char *path);

/* Unpacks the files of a page into a folder. Returns 0, or -1 with "page:line: ..." if the page holds no run, or was
 * edited or cut; some files may then be there. */
int embed_unpack(const char *page, const char *folder, struct fault *);

#endif

/* Puts a run's files into a page, compressed. */
#include "embed.h"

#include "base/place.h"
#include "embed_files.h"

#include <errno.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 1 << 16, RATIO_MOST = 64 }; /* RATIO_MOST: no table of numbers is compressed by so much */

/* One file while it is compressed. */
struct packing {
  struct text gzip;
  size_t bytes; /* uncompressed */
};

/* ---- compression ---- */

static void deflate_chunk(z_stream *z, struct packing *p, int flush) {
  unsigned char out[CHUNK];
  do {
    z->next_out = out, z->avail_out = sizeof out;
    deflate(z, flush); /* cannot fail with a sound stream */
    text_bytes(&p->gzip, (const char *)out, sizeof out - z->avail_out);
  } while (z->avail_out == 0);
}

/* Compresses a file. Stops early once the result exceeds `most` bytes. Returns 0, or -1 with a reason. */
static int pack_fd(int fd, size_t most, struct packing *p, struct fault *why) {
  enum { GZIP = 15 + 16, MEMORY = 8 };
  unsigned char in[CHUNK];
  z_stream z = {0};
  ssize_t got = 0;
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
    return fault_set(why, EXIT_UNDECIDED, "cannot compress the rows for the page: out of memory");
  while (p->gzip.length <= most && (got = read(fd, in, sizeof in)) > 0) {
    z.next_in = in, z.avail_in = (unsigned)got, p->bytes += (size_t)got;
    deflate_chunk(&z, p, Z_NO_FLUSH);
  }
  if (got == 0)
    deflate_chunk(&z, p, Z_FINISH);
  deflateEnd(&z);
  return got < 0 ? fault_set(why, EXIT_USAGE, "cannot read the rows for the page: %s", strerror(errno)) : 0;
}

static void base64(struct text *out, const struct text *bytes) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  enum { LINE = 76 };
  const unsigned char *at = (const unsigned char *)text_of(bytes);
  for (size_t i = 0, column = 0; i < bytes->length; i += 3, column += 4) {
    size_t left = bytes->length - i;
    unsigned group = (unsigned)at[i] << 16 | (left > 1 ? (unsigned)at[i + 1] << 8 : 0) | (left > 2 ? at[i + 2] : 0);
    char four[4] = {digits[group >> 18], digits[group >> 12 & 63], left > 1 ? digits[group >> 6 & 63] : '=',
                    left > 2 ? digits[group & 63] : '='};
    if (column == LINE)
      text_add(out, "\n"), column = 0;
    text_bytes(out, four, sizeof four);
  }
}

/* ---- the page ---- */

static void name_file(struct text *out, const struct place *place, const char *name) {
  char hex[SHA256_DIGEST_STRING_LENGTH];
  SHA2_CTX context;
  unsigned char in[CHUNK];
  struct fault ignored;
  size_t bytes = 0;
  int fd = place_read(place, name, &ignored);
  if (fd < 0)
    return;
  SHA256Init(&context);
  for (ssize_t got; (got = read(fd, in, sizeof in)) > 0; bytes += (size_t)got)
    SHA256Update(&context, in, (size_t)got);
  close(fd);
  SHA256End(&context, hex);
  text_format(out, "<li><code>%s</code>, %zu bytes, SHA-256 <code>%s</code></li>\n", name, bytes, hex);
}

static void name_files(struct text *page, const struct place *place) {
  text_add(page,
           "<p>The rows are too many for this page. They are in these files of the run:</p>\n<ul class=\"files\">\n");
  for (size_t i = 0; i < EMBED_FILES; i++)
    name_file(page, place, embed_files[i]);
  text_add(page, "</ul>\n");
}

/* Compresses all files there are; stops early above `most` bytes in all. */
static int pack_all(const struct place *place, struct packing packed[EMBED_FILES], size_t most, size_t *total,
                    struct fault *why) {
  *total = 0;
  for (size_t i = 0; i < EMBED_FILES && *total <= most; i++) {
    if (faccessat(place->fd, embed_files[i], F_OK, 0) != 0)
      continue;
    struct stat about;
    int fd = place_read(place, embed_files[i], why);
    bool fits = fd >= 0 && fstat(fd, &about) == 0 && (size_t)about.st_size / RATIO_MOST <= most;
    int code = fd < 0 ? -1 : fits ? pack_fd(fd, most - *total, &packed[i], why) : 0;
    if (fd >= 0)
      close(fd);
    if (code != 0)
      return -1;
    *total = fits ? *total + packed[i].gzip.length : SIZE_MAX;
  }
  return 0;
}

int embed_run(struct text *page, const char *folder, bool force, enum embedded *what, struct fault *why) {
  struct packing packed[EMBED_FILES] = {0};
  struct place place = {.fd = -1};
  size_t most = force ? UNPACKED_BYTES_MAX : EMBED_BYTES_MAX, total = 0;
  int code = place_open(&place, folder, why);
  code = code == 0 ? pack_all(&place, packed, most, &total, why) : code;
  *what = total > most ? EMBED_TOO_LARGE : EMBED_DONE;
  if (code == 0 && *what == EMBED_TOO_LARGE)
    name_files(page, &place);
  for (size_t i = 0; i < EMBED_FILES; i++) {
    if (code == 0 && *what == EMBED_DONE && packed[i].gzip.length) {
      text_format(page, EMBED_START "%s" EMBED_SIZE "%zu" EMBED_DATA, embed_files[i], packed[i].bytes);
      base64(page, &packed[i].gzip);
      text_add(page, EMBED_END);
    }
    text_free(&packed[i].gzip);
  }
  place_close(&place);
  return code;
}

/* Reads the run's files back from a page that holds them. Treats the page as untrusted. */
#include "base/place.h"
#include "embed.h"
#include "embed_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Not a fault of the page. */
static const char full[] = "the folder is full or cannot be written";

#define ADVICE "ask for the page again, or name the run's folder"

/* ---- the page as text ---- */

bool embed_is_page(const char *path) {
  static const char first[] = "<!doctype html>";
  char head[sizeof first - 1];
  struct stat about;
  if (stat(path, &about) != 0 || !S_ISREG(about.st_mode))
    return false;
  FILE *file = fopen(path, "r");
  bool page = file && fread(head, 1, sizeof head, file) == sizeof head && memcmp(head, first, sizeof head) == 0;
  if (file)
    fclose(file);
  return page;
}

static int read_page(const char *path, struct text *page, struct fault *why) {
  struct stat about;
  FILE *file = fopen(path, "r");
  if (!file || fstat(fileno(file), &about) != 0) {
    fault_set(why, EXIT_USAGE, "%s: cannot read: %s; check the path", path, strerror(errno));
    if (file)
      fclose(file);
    return -1;
  }
  int code = 0;
  char chunk[1 << 16];
  if ((size_t)about.st_size > PAGE_BYTES_MAX)
    code = fault_set(why, EXIT_USAGE, "%s: larger than a page can be (512 MiB); name the run's folder", path);
  for (size_t got; code == 0 && (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
    text_bytes(page, chunk, got);
  if (code == 0 && ferror(file))
    code = fault_set(why, EXIT_USAGE, "%s: cannot read: %s; check the path", path, strerror(errno));
  fclose(file);
  return code;
}

static long line_of(const struct text *page, const char *at) {
  long line = 1;
  for (const char *c = text_of(page); c < at; c++)
    line += *c == '\n';
  return line;
}

/* ---- one file ---- */

/* One file in the page. */
struct piece {
  const char *start, *data, *end; /* its tag, its base64 and the end of that */
  size_t bytes;                   /* stated */
};

static const char *find_piece(const struct text *page, const char *name, struct piece *piece) {
  char tag[128], *end;
  snprintf(tag, sizeof tag, EMBED_START "%s" EMBED_SIZE, name);
  piece->start = strstr(text_of(page), tag);
  if (!piece->start)
    return NULL;
  errno = 0;
  piece->bytes = strtoull(piece->start + strlen(tag), &end, 10);
  if (errno || strncmp(end, EMBED_DATA, strlen(EMBED_DATA)) != 0)
    return "its size is not a number";
  piece->data = end + strlen(EMBED_DATA);
  piece->end = strstr(piece->data, EMBED_END);
  if (!piece->end)
    return "it is cut off";
  return piece->bytes > UNPACKED_BYTES_MAX ? "it claims to be over 1 GiB" : NULL;
}

static int digit_of(char c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decodes base64 with line feeds; false at any other character. */
static bool decode(const struct piece *piece, struct text *gzip) {
  unsigned bits = 0, held = 0;
  for (const char *at = piece->data; at < piece->end; at++) {
    int digit = digit_of(*at);
    if (*at == '\n' || *at == '\r' || (*at == '=' && piece->end - at <= 3))
      continue;
    if (digit < 0)
      return false;
    bits = bits << 6 | (unsigned)digit, held += 6;
    if (held >= 8) {
      char byte = (char)(bits >> (held - 8) & 0xff);
      text_bytes(gzip, &byte, 1), held -= 8;
    }
  }
  return true;
}

/* Inflates into a file; gzip's own checksum finds an edited byte. Returns NULL, or what is wrong. */
static const char *inflate_to(int fd, const struct text *gzip, size_t stated) {
  unsigned char out[1 << 16];
  z_stream z = {.next_in = (unsigned char *)gzip->bytes, .avail_in = (unsigned)gzip->length};
  size_t total = 0;
  int state = inflateInit2(&z, 15 + 16);
  const char *wrong = state == Z_OK ? NULL : "out of memory";
  while (!wrong && state == Z_OK) {
    z.next_out = out, z.avail_out = sizeof out;
    state = inflate(&z, Z_NO_FLUSH);
    size_t got = sizeof out - z.avail_out;
    total += got;
    if (total > stated)
      wrong = "it holds more than it states";
    else if (got && write(fd, out, got) != (ssize_t)got)
      wrong = full;
  }
  inflateEnd(&z);
  return wrong ? wrong : state != Z_STREAM_END || total != stated ? "its checksum or size differs" : NULL;
}

static const char *unpack_piece(const struct piece *piece, const struct place *place, const char *name) {
  struct text gzip = {0};
  struct fault ignored;
  const char *wrong = decode(piece, &gzip) ? NULL : "it holds a character that is not base64";
  int fd = wrong ? -1 : place_create(place, name, &ignored);
  if (!wrong)
    wrong = fd < 0 ? full : inflate_to(fd, &gzip, piece->bytes);
  if (fd >= 0 && close(fd) != 0 && !wrong)
    wrong = full;
  text_free(&gzip);
  return wrong;
}

/* ---- all files ---- */

static int unpack_all(const char *path, const struct text *page, const struct place *place, struct fault *why) {
  if (!strstr(text_of(page), "</html>"))
    return fault_set(why, EXIT_USAGE, "%s:%ld: the page is cut off here; " ADVICE, path,
                     line_of(page, text_of(page) + page->length));
  for (size_t i = 0; i < EMBED_FILES; i++) {
    struct piece piece = {0};
    const char *wrong = find_piece(page, embed_files[i], &piece);
    if (!piece.start && i >= EMBED_REQUIRED)
      continue;
    if (!piece.start)
      return fault_set(why, EXIT_USAGE,
                       strstr(text_of(page), "<ul class=\"files\">")
                           ? "%s: holds no rows, because they are too many; name the run's folder, or write the page "
                             "again with nway report --embed"
                           : "%s: holds no run; pass a page of nway report, or the run's folder",
                       path);
    wrong = wrong ? wrong : unpack_piece(&piece, place, embed_files[i]);
    if (wrong == full)
      return fault_set(why, EXIT_USAGE, "%s: cannot unpack %s into %s: %s; set TMPDIR to a folder with space", path,
                       embed_files[i], place->path, full);
    if (wrong)
      return fault_set(why, EXIT_USAGE, "%s:%ld: the embedded %s was edited or cut: %s; " ADVICE, path,
                       line_of(page, piece.start), embed_files[i], wrong);
  }
  return 0;
}

int embed_unpack(const char *path, const char *folder, struct fault *why) {
  struct text page = {0};
  struct place place = {.fd = -1};
  int code = read_page(path, &page, why);
  code = code == 0 ? place_open(&place, folder, why) : code;
  code = code == 0 ? unpack_all(path, &page, &place, why) : code;
  place_close(&place);
  text_free(&page);
  return code;
}

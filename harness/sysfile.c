/* Reads small files of /proc and /sys. */
#include "sysfile.h"

#include <stdarg.h>
#include <string.h>

static FILE *open_below(const char *root, const char *format, va_list args) {
  char path[4096];
  int used = snprintf(path, sizeof path, "%s", root);
  if (used < 0 || used >= (int)sizeof path)
    return NULL;
  vsnprintf(path + used, sizeof path - (size_t)used, format, args);
  return fopen(path, "re");
}

FILE *sysfile_open(const char *root, const char *format, ...) {
  va_list args;
  va_start(args, format);
  FILE *file = open_below(root, format, args);
  va_end(args);
  return file;
}

bool sysfile_line(const char *root, char *out, size_t size, const char *format, ...) {
  va_list args;
  va_start(args, format);
  FILE *file = open_below(root, format, args);
  va_end(args);
  out[0] = '\0';
  if (!file)
    return false;
  if (!fgets(out, (int)size, file))
    out[0] = '\0';
  fclose(file);
  out[strcspn(out, "\n")] = '\0';
  return out[0] != '\0';
}

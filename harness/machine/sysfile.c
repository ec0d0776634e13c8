/* Reads small files of /proc and /sys. */
#include "sysfile.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
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

/* Returns the value in a line that has the key, else NULL; terminates the value in place. */
static char *value_of(char *line, const char *key, char separator) {
  size_t length = strlen(key);
  if (strncmp(line, key, length) != 0)
    return NULL;
  char *at = line + length + strspn(line + length, " \t");
  if (*at != separator)
    return NULL;
  at += 1 + strspn(at + 1, " \t\"");
  at[strcspn(at, "\"\n")] = '\0';
  for (size_t n = strlen(at); n > 0 && isspace((unsigned char)at[n - 1]); n--)
    at[n - 1] = '\0';
  return at;
}

bool sysfile_value(const char *root, const char *path, const char *key, char separator, char *out, size_t size) {
  char *line = NULL, *value = NULL; /* a growing line, because CPU flags can be very long */
  size_t room = 0;
  FILE *file = sysfile_open(root, "%s", path);
  out[0] = '\0';
  while (file && !value && getline(&line, &room, file) > 0)
    value = value_of(line, key, separator);
  if (value)
    snprintf(out, size, "%s", value);
  if (file)
    fclose(file);
  free(line);
  return out[0] != '\0';
}

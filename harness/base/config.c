/* Reads a configuration file through inih and records the line of each section and setting. */
#include "config.h"

#include "translate.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const kinds[] = {"run", "problem", "define", "choose", "quick", "report", "expect"};
static const char *const kinds_written[] = {"[run]",   "[problem]", "[define]", "[choose]",
                                            "[quick]", "[report]",  "[expect]"};
enum { KINDS = sizeof kinds / sizeof *kinds, LINE_BYTES = 198 }; /* inih truncates lines of 200 bytes and more */

struct reader {
  struct config *config;
  const char *at; /* next byte to read */
  int line;
  struct fault *fault;
  int failed;
};

/* ---- sections and settings ---- */

struct section *config_add(struct config *config, const char *kind, const char *label, int line) {
  struct section *grown = realloc(config->sections, ((size_t)config->count + 1) * sizeof *grown);
  if (!grown)
    return NULL;
  config->sections = grown;
  struct section *section = &grown[config->count];
  *section = (struct section){.kind = strdup(kind), .label = strdup(label), .line = line};
  if (section->kind && section->label)
    return config->count++, section;
  free(section->kind), free(section->label);
  return NULL;
}

const struct setting *section_find(const struct section *section, const char *name) {
  for (int i = 0; i < section->count; i++)
    if (strcmp(section->settings[i].name, name) == 0)
      return &section->settings[i];
  return NULL;
}

int section_put(struct section *section, const char *name, const char *value, int line, struct fault *fault) {
  char *copy = strdup(value);
  for (int i = 0; copy && i < section->count; i++) {
    struct setting *old = &section->settings[i];
    if (strcmp(old->name, name) != 0)
      continue;
    free(old->value);
    old->value = copy;
    old->line = line;
    return 0;
  }
  char *own = copy ? strdup(name) : NULL;
  struct setting *grown = own ? realloc(section->settings, ((size_t)section->count + 1) * sizeof *grown) : NULL;
  if (!grown) {
    free(copy), free(own);
    return fault_memory(fault);
  }
  section->settings = grown;
  grown[section->count++] = (struct setting){own, copy, line};
  return 0;
}

struct section *config_run(struct config *config) {
  for (int i = 0; i < config->count; i++)
    if (strcmp(config->sections[i].kind, "run") == 0)
      return &config->sections[i];
  return config_add(config, "run", "", 0);
}

static void section_free(struct section *section) {
  for (int j = 0; j < section->count; j++)
    free(section->settings[j].name), free(section->settings[j].value);
  free(section->settings), free(section->kind), free(section->label);
}

void config_drop(struct config *config, const char *kind) {
  int kept = 0;
  for (int i = 0; i < config->count; i++) {
    if (strcmp(config->sections[i].kind, kind) == 0)
      section_free(&config->sections[i]);
    else
      config->sections[kept++] = config->sections[i];
  }
  config->count = kept;
}

void config_free(struct config *config) {
  for (int i = 0; i < config->count; i++)
    section_free(&config->sections[i]);
  free(config->sections), free(config->file), free(config->text);
  *config = (struct config){0};
}

/* ---- lines ---- */

static int refuse(struct reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int refuse(struct reader *reader, const char *format, ...) {
  char message[700];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, translated(format), args);
  va_end(args);
  if (!reader->failed)
    fault_set(reader->fault, EXIT_USAGE, "%s:%d: %s", reader->config->file, reader->line, message);
  return reader->failed = 1;
}

/* Opens the section of a "[kind label]" line, because inih reports a section only with its first setting. */
static int open_section(struct reader *reader, const char *line) {
  char inside[LINE_BYTES + 1], shown[220];
  snprintf(inside, sizeof inside, "%.*s", (int)strcspn(line + 1, "]"), line + 1);
  char *label = inside + strcspn(inside, " \t");
  if (*label)
    *label++ = '\0';
  label += strspn(label, " \t");
  for (char *end = label + strlen(label); end > label && (end[-1] == ' ' || end[-1] == '\t');)
    *--end = '\0';
  const char *behind = line + strcspn(line, "]") + 1;
  behind += strspn(behind, " \t\r\n");
  if (*behind && *behind != ';' && *behind != '#')
    return refuse(reader, "unexpected '%s' after a section's ']'; remove it", printable(behind, shown, sizeof shown));
  bool known = false;
  for (int i = 0; i < KINDS; i++)
    known |= strcmp(inside, kinds[i]) == 0;
  if (!known) {
    char written[LINE_BYTES + 3], hint[200];
    snprintf(written, sizeof written, "[%s]", inside);
    return refuse(reader, "unknown section '[%s]'; %s", printable(inside, shown, sizeof shown),
                  suggest(hint, sizeof hint, written, kinds_written, KINDS,
                          "expected [run], [problem NAME], [define], [choose NAME], [quick], [report] or [expect]"));
  }
  bool named = strcmp(inside, "problem") == 0 || strcmp(inside, "choose") == 0;
  if (strcmp(inside, "expect") != 0 && named != (*label != '\0'))
    return *label ? refuse(reader, "[%s] takes no name; write [%s]", inside, inside)
                  : refuse(reader, "a %s needs a name: [%s NAME]", inside, inside);
  for (int i = 0; i < reader->config->count; i++)
    if (strcmp(reader->config->sections[i].kind, inside) == 0 && strcmp(reader->config->sections[i].label, label) == 0)
      return refuse(reader, "duplicate section '[%s%s%s]' (first defined on line %d); merge the two", inside,
                    *label ? " " : "", printable(label, shown, sizeof shown), reader->config->sections[i].line);
  if (config_add(reader->config, inside, label, reader->line))
    return 0;
  fault_memory(reader->fault);
  return reader->failed = 1;
}

/* Returns true for a line of [expect], which is not a setting: expect.c reads it from the text, and inih gets a blank
 * line instead. */
static bool is_expectation(const struct reader *reader, const char *line) {
  const struct config *config = reader->config;
  return *line != '[' && config->count > 0 && strcmp(config->sections[config->count - 1].kind, "expect") == 0;
}

/* Returns what is wrong with the form of a line, or NULL; `ended`: by a newline. Checked here because the message can
 * name the reason, which inih does not report. */
static const char *fault_in_line(const char *line, bool ended, bool expectation) {
  size_t length = strlen(line) - 1; /* without the newline */
  const char *lone = memchr(line, '\r', length);
  if (lone && (lone + 1 != line + length || !ended))
    return N_("carriage return within a line; end lines with LF or CRLF");
  bool section = *line == '[', setting = !expectation && length > 0 && !strchr("[;#\r", *line);
  if ((section && !memchr(line, ']', length)) || (setting && !strpbrk(line, "=:")))
    return N_("expected '[section]' or 'name = value'");
  return NULL;
}

/* Reader for inih: returns one line without leading blanks, which inih would read as a continuation. */
static char *next_line(char *out, int size, void *stream) {
  struct reader *reader = stream;
  if (*reader->at == '\0' || reader->failed)
    return NULL;
  reader->line++;
  size_t length = strcspn(reader->at, "\n");
  const char *start = reader->at + strspn(reader->at, " \t");
  const char *end = reader->at + length;
  reader->at = *end ? end + 1 : end;
  if (length > LINE_BYTES || (int)length + 2 > size)
    return refuse(reader, "the line is %zu bytes long; shorten it to %d", length, LINE_BYTES), NULL;
  if (start > end)
    start = end;
  snprintf(out, (size_t)size, "%.*s\n", (int)(end - start), start);
  bool expectation = is_expectation(reader, out);
  const char *fault = fault_in_line(out, *end == '\n', expectation);
  if (fault)
    return refuse(reader, "%s", translated(fault)), NULL;
  if (*out == '[' && strchr(out, ']') && open_section(reader, out) != 0)
    return NULL;
  if (expectation)
    snprintf(out, (size_t)size, "\n");
  return out;
}

static int take_setting(void *with, const char *ini_section, const char *name, const char *value) {
  struct reader *reader = with;
  char shown[220];
  (void)ini_section;
  if (reader->failed)
    return 1;
  if (reader->config->count == 0)
    return refuse(reader, "setting '%s' precedes the first section; put it under [run] or [problem NAME]",
                  printable(name, shown, sizeof shown)),
           1;
  struct section *section = &reader->config->sections[reader->config->count - 1];
  const struct setting *old = section_find(section, name);
  if (old)
    return refuse(reader, "duplicate setting '%s' (first defined on line %d); remove one",
                  printable(name, shown, sizeof shown), old->line),
           1;
  if (section_put(section, name, value, reader->line, reader->fault) != 0)
    reader->failed = 1;
  return 1;
}

/* ---- files ---- */

static int slurp(const char *path, struct config *config, struct fault *fault) {
  struct stat facts;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 || fstat(fd, &facts) != 0) {
    int error = errno;
    if (fd >= 0)
      close(fd);
    return fault_set(fault, EXIT_USAGE, "%s: cannot read the configuration: %s", config->file, strerror(error));
  }
  ssize_t n = -1;
  bool fits = S_ISREG(facts.st_mode) && facts.st_size <= CONFIG_BYTES_MAX;
  if (fits && (config->text = malloc((size_t)facts.st_size + 1)))
    n = read(fd, config->text, (size_t)facts.st_size);
  close(fd);
  if (!S_ISREG(facts.st_mode))
    return fault_set(fault, EXIT_USAGE, "%s: not a regular file; give a plain file", path);
  if (facts.st_size > CONFIG_BYTES_MAX)
    return fault_set(fault, EXIT_USAGE, "%s: %lld bytes; shorten the configuration to %d", path,
                     (long long)facts.st_size, CONFIG_BYTES_MAX);
  if (!config->text)
    return fault_memory(fault);
  if (n < 0)
    return fault_set(fault, EXIT_USAGE, "%s: cannot read the configuration: %s", path, strerror(errno));
  if (n != facts.st_size)
    return fault_set(fault, EXIT_USAGE, "%s: changed while it was read; run again", path);
  config->text[n] = '\0';
  config->text_bytes = (size_t)n;
  if (memchr(config->text, '\0', (size_t)n))
    return fault_set(fault, EXIT_USAGE, "%s: contains a NUL byte; save it as plain text", path);
  return 0;
}

/* Reads config->text. */
static int read_lines(struct config *config, struct fault *fault) {
  struct reader reader = {.config = config, .at = config->text, .fault = fault};
  /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): slurp fails without a text */
  if (strncmp(reader.at, "\xef\xbb\xbf", 3) == 0)
    reader.at += 3;
  int line = ini_parse_stream(next_line, &reader, take_setting, &reader);
  if (reader.failed)
    return -1;
  if (line != 0)
    return fault_set(fault, EXIT_USAGE, "%s:%d: expected '[section]' or 'name = value'", config->file, line);
  return 0;
}

int config_read(const char *path, struct config *config, struct fault *fault) {
  char shown[4096];
  *config = (struct config){.file = strdup(printable(path, shown, sizeof shown))};
  if (!config->file)
    return fault_memory(fault);
  return slurp(path, config, fault) != 0 ? -1 : read_lines(config, fault);
}

int config_read_text(const char *name, const char *text, struct config *config, struct fault *fault) {
  *config = (struct config){.file = strdup(name), .text = strdup(text), .text_bytes = strlen(text)};
  return config->file && config->text ? read_lines(config, fault) : fault_memory(fault);
}

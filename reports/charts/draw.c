/* Runs gnuplot once over all scripts of a report; accepts only complete and safe files. */
#include "draw.h"

#include "base/limits.h"
#include "process/spawn.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SVG_BYTES_MAX = 4 << 20 };
static const int64_t limit_ns = 60000000000;

/* ---- the process ---- */

/* Passes only a few environment variables, since gnuplot reads settings from others. The caller frees each. */
enum { KEPT = 5 };
static void make_environment(char *environment[KEPT + 2]) {
  static const char *const kept[KEPT] = {"PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_PATH"};
  size_t count = 0;
  environment[count++] = must_copy("LC_ALL=C");
  for (size_t i = 0; i < KEPT; i++) {
    struct text text = {0};
    if (!getenv(kept[i]))
      continue;
    text_format(&text, "%s=%s", kept[i], getenv(kept[i]));
    environment[count++] = must_copy(text_of(&text));
    text_free(&text);
  }
  environment[count] = NULL;
}

static void first_complaint(const struct place *folder, char *line, size_t size) {
  struct fault ignored;
  int fd = place_read(folder, "gnuplot.log", &ignored);
  FILE *log = fd >= 0 ? fdopen(fd, "r") : NULL;
  line[0] = '\0';
  while (log && fgets(line, (int)size, log))
    if (strspn(line, " \t\r\n^") != strlen(line) && !strstr(line, "warning:"))
      break;
  line[strcspn(line, "\r\n")] = '\0';
  if (log)
    fclose(log);
}

static int judge(int code, int error, const struct place *folder, struct fault *why) {
  char text[LIMIT_TEXT];
  if (code == 0)
    return 0;
  if (code == SPAWN_NOT_STARTED && error == ENOENT)
    return fault_note(why, EXIT_USAGE, "gnuplot is not installed (Debian: apt-get install gnuplot-nox)");
  if (code == SPAWN_NOT_STARTED)
    return fault_note(why, EXIT_USAGE, "cannot start gnuplot: %s", error_text(error, text, sizeof text));
  if (code == SPAWN_TIMEOUT)
    return fault_note(why, EXIT_USAGE, "gnuplot took longer than %d s and was stopped; see gnuplot.log",
                      (int)(limit_ns / 1000000000));
  first_complaint(folder, text, sizeof text);
  if (code > 128)
    return fault_note(why, EXIT_USAGE, "gnuplot was killed by signal %d; see gnuplot.log", code - 128);
  return fault_note(why, EXIT_USAGE, "gnuplot failed with status %d: %s; see gnuplot.log", code, text);
}

int run_gnuplot(const struct place *folder, const char *script, struct fault *why) {
  const char *const argv[] = {"gnuplot", "-d", script, NULL};
  char *environment[KEPT + 2];
  int log = place_create(folder, "gnuplot.log", why);
  if (log < 0)
    return -1;
  fflush(NULL);
  make_environment(environment);
  int code = spawn_run(&(struct spawn){.argv = argv,
                                       .environment = (const char *const *)environment,
                                       .output = log,
                                       .folder = folder->fd,
                                       .limit_ns = limit_ns});
  int error = errno;
  for (char **word = environment; *word; word++)
    free(*word);
  close(log);
  return judge(code, error, folder, why);
}

/* ---- its output ---- */

bool is_whole_png(int fd) {
  static const unsigned char start[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  static const unsigned char end[12] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};
  unsigned char first[sizeof start], last[sizeof end];
  FILE *file = fdopen(fd, "rb");
  bool whole = file && fread(first, 1, sizeof first, file) == sizeof first && memcmp(first, start, sizeof start) == 0 &&
               fseek(file, -(long)sizeof end, SEEK_END) == 0 && fread(last, 1, sizeof last, file) == sizeof last &&
               memcmp(last, end, sizeof end) == 0;
  if (file)
    fclose(file);
  else
    close(fd);
  return whole;
}

static char *read_text(const struct place *place, const char *name, struct fault *why) {
  int fd = place_read(place, name, why);
  FILE *file = fd >= 0 ? fdopen(fd, "rb") : NULL;
  if (!file) {
    fault_note(why, EXIT_USAGE, "gnuplot did not write %s; see gnuplot.log", name);
    return NULL;
  }
  struct stat about;
  size_t room = fstat(fd, &about) == 0 && about.st_size < SVG_BYTES_MAX ? (size_t)about.st_size + 1 : SVG_BYTES_MAX + 1;
  char *bytes = must_grow(NULL, room + 1, 1);
  size_t length = fread(bytes, 1, room, file);
  fclose(file);
  bytes[length] = '\0';
  if (length == 0 || length > SVG_BYTES_MAX || memchr(bytes, '\0', length)) {
    fault_note(why, EXIT_USAGE, "%s: empty, over 4 MiB, or binary; see gnuplot.log", name);
    free(bytes);
    return NULL;
  }
  return bytes;
}

/* Returns whether an attribute "on...=" starts at a blank. */
static bool is_handler(const char *at) {
  if ((at[1] | 0x20) != 'o' || (at[2] | 0x20) != 'n' || !isspace((unsigned char)at[0]))
    return false;
  const char *end = at + 3;
  while (isalpha((unsigned char)*end))
    end++;
  bool named = end > at + 3;
  while (isspace((unsigned char)*end))
    end++;
  return named && *end == '=';
}

/* Finds unsafe content: active elements anywhere; active attributes and external links inside tags only, since text
 * between tags is inert. A tag ends at the first '>' outside quotes. */
static const char *harm_in(const char *svg) {
  static const char *const elements[] = {"<script", "<foreignobject", "<!entity", "<iframe", "<image"};
  bool inside = false;
  char quote = '\0';
  for (const char *at = svg; *at; at++) {
    for (size_t i = 0; *at == '<' && i < sizeof elements / sizeof *elements; i++)
      if (strncasecmp(at, elements[i], strlen(elements[i])) == 0)
        return elements[i];
    if (!inside) {
      inside = *at == '<';
      continue;
    }
    if (is_handler(at))
      return "on...=";
    if ((*at | 0x20) == 'j' && strncasecmp(at, "javascript:", 11) == 0)
      return "javascript:";
    if ((*at | 0x20) == 'h' && strncasecmp(at, "href", 4) == 0 && strncmp(at + 4, "='#", 3) != 0 &&
        strncmp(at + 4, "=\"#", 3) != 0)
      return "external href";
    if (quote)
      quote = *at == quote ? '\0' : quote;
    else if (*at == '"' || *at == '\'')
      quote = *at;
    else
      inside = *at != '>';
  }
  return NULL;
}

/* Replacements in gnuplot's output; "%" stands for the prefix of the chart's ids. */
static const char *const replacements[][2] = {
    /* the usual line and word, by the classes of style.css: a third of a chart */
    {"<g fill=\"none\" color=\"black\" stroke=\"currentColor\"", "<g class=\"l\""},
    {"<g fill=\"none\" color=\"black\" stroke=\"black\"", "<g class=\"l\""},
    {"<g fill=\"none\" color=\"black\" stroke=\"rgb(  0,   0,   0)\"", "<g class=\"l\""},
    {"<path stroke='rgb(  0,   0,   0)'  d='", "<path class=\"b\" d='"},
    {"<path stroke='black'  d='", "<path class=\"b\" d='"},
    {"<path stroke='rgb(190, 190, 190)' class=\"gridline\"  d='", "<path class=\"gridline\" d='"},
    {" stroke=\"none\" fill=\"rgb(0,0,0)\" font-family=\"sans-serif\" font-size=\"13.00\" ", " class=\"t\""},
    {" stroke=\"none\" fill=\"black\" font-family=\"sans-serif\" font-size=\"13.00\" ", " class=\"t\""},
    {"id='gp", "id='%gp"},
    {"'#gp", "'#%gp"},
    {"id='textbox'", "id='%textbox'"},
    {"id='greybox'", "id='%greybox'"},
    {"id=\"gnuplot_canvas\"", "id=\"%canvas\""},
    {"\"black\"", "\"currentColor\""},
    {"'black'", "'currentColor'"},
    {"'rgb(  0,   0,   0)'", "'currentColor'"},
    {"\"rgb(  0,   0,   0)\"", "\"currentColor\""},
    {"\"rgb(0,0,0)\"", "\"currentColor\""},
    /* what a browser takes anyway: a sixth of a page */
    {" stroke-linecap=\"butt\" stroke-linejoin=\"miter\"", ""},
    {" stroke-width=\"1.00\"", ""},
    {"\n\t\t", "\n"},
    {"\n\t", "\n"},
    {"  '/>", "'/>"},
};

static size_t replace_at(struct text *out, const char *at, const char *prefix) {
  for (size_t i = 0; i < sizeof replacements / sizeof *replacements; i++) {
    const char *from = replacements[i][0];
    if (from[0] != at[0] || from[1] != at[1])
      continue;
    size_t length = strlen(from);
    if (strncmp(at, from, length) != 0)
      continue;
    for (const char *to = replacements[i][1]; *to; to++)
      if (*to == '%')
        text_add(out, prefix);
      else
        text_bytes(out, to, 1);
    return length;
  }
  return 0;
}

/* Skips a path that only moves. */
static size_t move_at(const char *at) {
  const char *end = strchr(at, '>'), *path = end ? memmem(at, (size_t)(end - at), " d='M", 5) : NULL;
  if (!path)
    return 0;
  path += 5, path += strspn(path, "0123456789.,- ");
  return strncmp(path, "'/>", 3) == 0 ? (size_t)(path - at) + 3 : 0;
}

/* Skips gnuplot's empty groups and titles that repeat ids. */
static size_t empty_at(const char *at) {
  if (strncmp(at, "<path ", 6) == 0)
    return move_at(at);
  if (strncmp(at, "<title>", 7) == 0) {
    const char *end = strstr(at, "</title>");
    return end ? (size_t)(end - at) + 8 : 0;
  }
  if (strncmp(at, "<g fill=\"none\"", 14) != 0)
    return 0;
  const char *end = strchr(at, '>');
  return end && strncmp(end, ">\n</g>\n", 7) == 0 ? (size_t)(end - at) + 7 : 0;
}

/* The mark "gpPtN" that is defined on a line; -1 if none is. */
static long defined_on(const char *line) {
  const char *end = strchr(line, '\n'), *id = end ? memmem(line, (size_t)(end - line), " id='gpPt", 9) : NULL;
  return id ? strtol(id + strlen(" id='gpPt"), NULL, 10) : -1;
}

/* Whether a mark "gpPtN" is used, in the chart, by another mark that is used, or in the key below it. */
static bool is_used(const char *svg, const struct chart *chart, long point) {
  char reference[32];
  for (size_t i = 0; i < chart->key_count; i++)
    if ((chart->keys[i].hollow ? chart->keys[i].look.hollow : chart->keys[i].look.filled) - 1 == point)
      return true;
  snprintf(reference, sizeof reference, "'#gpPt%ld'", point);
  for (const char *at = strstr(svg, reference); at; at = strstr(at + 1, reference)) {
    const char *line = at;
    while (line > svg && line[-1] != '\n')
      line--;
    long other = defined_on(line);
    if (other < 0 || (other > point && is_used(svg, chart, other)))
      return true;
  }
  return false;
}

/* Skips, with the line feed before it, a definition that nothing uses: a filter for boxes behind words, a mark. */
static size_t unused_at(const char *at, const char *svg, const struct chart *chart) {
  if (strncmp(at, "\n\t<", 3) != 0)
    return 0;
  if (strncmp(at, "\n\t<filter ", 10) == 0) {
    const char *end = strstr(at, "</filter>");
    return end && !strstr(svg, "url(#") ? (size_t)(end - at) + strlen("</filter>") : 0;
  }
  long point = defined_on(at + 1);
  return point < 0 || is_used(svg, chart, point) ? 0 : 1 + strcspn(at + 1, "\n");
}

static void add_body(struct text *out, const char *at, const char *prefix, const struct chart *chart) {
  static const char starts[] = "\n<i'\" "; /* of what is skipped or replaced */
  const char *svg = at;
  while (*at) {
    size_t plain = strcspn(at, starts);
    text_bytes(out, at, plain);
    at += plain;
    if (!*at)
      break;
    size_t skipped = unused_at(at, svg, chart);
    skipped = skipped ? skipped : empty_at(at);
    size_t replaced = skipped ? 0 : replace_at(out, at, prefix);
    if (!skipped && !replaced)
      text_bytes(out, at, 1);
    at += skipped ? skipped : replaced ? replaced : 1;
  }
}

char *embed_svg(const struct place *place, const char *name, const char *prefix, const struct chart *chart,
                struct fault *why) {
  char *svg = read_text(place, name, why);
  if (!svg)
    return NULL;
  const char *start = strstr(svg, "<svg"), *body = start ? strstr(start, "</desc>") : NULL,
             *end = strstr(svg, "</svg>");
  const char *harm = harm_in(svg);
  char *result = NULL;
  if (harm)
    fault_note(why, EXIT_USAGE, "%s: unsafe content '%s'; the chart is left out", name, harm);
  else if (!body || !end)
    fault_note(why, EXIT_USAGE, "%s: incomplete; check for free disk space", name);
  else {
    struct text out = {0};
    text_format(&out,
                "<svg viewBox=\"0 0 %d %d\" xmlns=\"http://www.w3.org/2000/svg\" "
                "xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" aria-labelledby=\"%stitle %sdesc\">\n"
                "<title id=\"%stitle\">",
                chart->width, chart->height, prefix, prefix, prefix);
    text_html(&out, chart->title);
    text_format(&out, "</title>\n<desc id=\"%sdesc\">", prefix);
    text_html(&out, chart->caption);
    text_add(&out, "</desc>");
    add_body(&out, body + strlen("</desc>"), prefix, chart);
    result = out.bytes;
  }
  free(svg);
  return result;
}

/* Runs gnuplot once over all scripts of a report and takes back only what is whole and harmless. */
#include "draw.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TIME_LIMIT_MS = 60000, NOT_FOUND = 127, SVG_BYTES_MAX = 4 << 20 };

/* ---- the process ---- */

static void become_gnuplot(const char *folder, const char *script) {
  char *const argv[] = {"gnuplot", "-d", strdup(script), NULL};
  static const char *const kept[] = {"PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_PATH"};
  char *values[sizeof kept / sizeof *kept];
  int log = -1, null = open("/dev/null", O_RDONLY);
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    values[i] = getenv(kept[i]) ? strdup(getenv(kept[i])) : NULL;
  clearenv();
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (values[i])
      setenv(kept[i], values[i], 1);
  setenv("LC_ALL", "C", 1);
  if (chdir(folder) == 0)
    log = open("gnuplot.log", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0666);
  if (log >= 0 && null >= 0 && setpgid(0, 0) == 0 && dup2(null, 0) == 0 && dup2(log, 1) == 1 && dup2(log, 2) == 2)
    execvp(argv[0], argv);
  _exit(NOT_FOUND);
}

static bool wait_for(pid_t child, int *status) {
  const struct timespec pause = {0, 5000000};
  for (int ms = 0; ms < TIME_LIMIT_MS; ms += 5) {
    pid_t got = waitpid(child, status, WNOHANG);
    if (got == child)
      return true;
    if (got < 0 && errno != EINTR)
      return false;
    nanosleep(&pause, NULL);
  }
  kill(-child, SIGKILL);
  kill(child, SIGKILL);
  waitpid(child, status, 0);
  return false;
}

static void first_complaint(const char *folder, char *line, size_t size) {
  char path[4096];
  snprintf(path, sizeof path, "%s/gnuplot.log", folder);
  FILE *log = fopen(path, "r");
  line[0] = '\0';
  while (log && fgets(line, (int)size, log))
    if (strspn(line, " \t\r\n^") != strlen(line) && !strstr(line, "warning:"))
      break;
  line[strcspn(line, "\r\n")] = '\0';
  if (log)
    fclose(log);
}

int run_gnuplot(const char *folder, const char *script, struct fault *why) {
  int status = 0;
  fflush(NULL);
  pid_t child = fork();
  if (child < 0)
    return fault_set(why, EXIT_USAGE, "cannot start gnuplot: %s", strerror(errno));
  if (child == 0)
    become_gnuplot(folder, script);
  if (!wait_for(child, &status))
    return fault_set(why, EXIT_USAGE, "gnuplot took longer than %d s and was stopped", TIME_LIMIT_MS / 1000);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return 0;
  if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
    return fault_set(why, EXIT_USAGE, "gnuplot is not installed (Debian: apt-get install gnuplot-nox)");
  char line[200];
  first_complaint(folder, line, sizeof line);
  if (WIFSIGNALED(status))
    return fault_set(why, EXIT_USAGE, "gnuplot died by signal %d", WTERMSIG(status));
  return fault_set(why, EXIT_USAGE, "gnuplot failed with status %d: %s", WEXITSTATUS(status), line);
}

/* ---- what it made ---- */

bool is_whole_png(const char *path) {
  static const unsigned char start[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  static const unsigned char end[12] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};
  unsigned char first[sizeof start], last[sizeof end];
  FILE *file = fopen(path, "rb");
  bool whole = file && fread(first, 1, sizeof first, file) == sizeof first && memcmp(first, start, sizeof start) == 0 &&
               fseek(file, -(long)sizeof end, SEEK_END) == 0 && fread(last, 1, sizeof last, file) == sizeof last &&
               memcmp(last, end, sizeof end) == 0;
  if (file)
    fclose(file);
  return whole;
}

static char *read_text(const char *path, struct fault *why) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    fault_set(why, EXIT_USAGE, "gnuplot made no %s", path);
    return NULL;
  }
  char *bytes = must_alloc(SVG_BYTES_MAX + 1, 1);
  size_t length = fread(bytes, 1, SVG_BYTES_MAX + 1, file);
  fclose(file);
  if (length == 0 || length > SVG_BYTES_MAX || memchr(bytes, '\0', length)) {
    fault_set(why, EXIT_USAGE, "%s: empty, over 4 MiB, or binary", path);
    free(bytes);
    return NULL;
  }
  return bytes;
}

/* An attribute "on...=" at a blank. */
static bool is_handler(const char *at) {
  if (!isspace((unsigned char)at[0]) || tolower(at[1]) != 'o' || tolower(at[2]) != 'n')
    return false;
  const char *end = at + 3;
  while (isalpha((unsigned char)*end))
    end++;
  bool named = end > at + 3;
  while (isspace((unsigned char)*end))
    end++;
  return named && *end == '=';
}

/* Elements that do things anywhere; attributes that do, and links that leave the chart, inside of tags: what stands
 * between them is only shown. A tag ends at the first '>' outside of quotes. */
static const char *harm_in(const char *svg) {
  static const char *const elements[] = {"<script", "<foreignobject", "<!entity", "<iframe", "<image"};
  bool inside = false;
  char quote = '\0';
  for (const char *at = svg; *at; at++) {
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
      if (strncasecmp(at, elements[i], strlen(elements[i])) == 0)
        return elements[i];
    if (!inside) {
      inside = *at == '<';
      continue;
    }
    if (is_handler(at))
      return "on...=";
    if (strncasecmp(at, "javascript:", 11) == 0)
      return "javascript:";
    if (strncasecmp(at, "href", 4) == 0 && strncmp(at + 4, "='#", 3) != 0 && strncmp(at + 4, "=\"#", 3) != 0)
      return "href to outside";
    if (quote)
      quote = *at == quote ? '\0' : quote;
    else if (*at == '"' || *at == '\'')
      quote = *at;
    else
      inside = *at != '>';
  }
  return NULL;
}

/* What gnuplot writes -> what fits a page; "%" stands for the prefix of the chart's ids. */
static const char *const replacements[][2] = {
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
};

static size_t replace_at(struct text *out, const char *at, const char *prefix) {
  for (size_t i = 0; i < sizeof replacements / sizeof *replacements; i++) {
    size_t length = strlen(replacements[i][0]);
    if (strncmp(at, replacements[i][0], length) != 0)
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

/* Groups that gnuplot opens and closes with nothing in them, and titles that repeat ids. */
static size_t empty_at(const char *at) {
  if (strncmp(at, "<title>", 7) == 0) {
    const char *end = strstr(at, "</title>");
    return end ? (size_t)(end - at) + 8 : 0;
  }
  if (strncmp(at, "<g fill=\"none\"", 14) != 0)
    return 0;
  const char *end = strchr(at, '>');
  return end && strncmp(end, ">\n</g>\n", 7) == 0 ? (size_t)(end - at) + 7 : 0;
}

static void add_body(struct text *out, const char *at, const char *prefix) {
  while (*at) {
    size_t skipped = empty_at(at), replaced = skipped ? 0 : replace_at(out, at, prefix);
    if (!skipped && !replaced)
      text_bytes(out, at, 1);
    at += skipped ? skipped : replaced ? replaced : 1;
  }
}

char *embed_svg(const char *path, const char *prefix, const struct chart *chart, struct fault *why) {
  char *svg = read_text(path, why);
  if (!svg)
    return NULL;
  const char *start = strstr(svg, "<svg"), *body = start ? strstr(start, "</desc>") : NULL,
             *end = strstr(svg, "</svg>");
  const char *harm = harm_in(svg);
  char *made = NULL;
  if (harm)
    fault_set(why, EXIT_USAGE, "%s: holds '%s' and is not shown", path, harm);
  else if (!body || !end)
    fault_set(why, EXIT_USAGE, "%s: cut off", path);
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
    add_body(&out, body + strlen("</desc>"), prefix);
    made = out.bytes;
  }
  free(svg);
  return made;
}

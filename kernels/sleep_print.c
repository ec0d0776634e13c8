/* Printers write lines with a wait after each; a log keeps the order in which the lines arrive. */
#include "kernel.h"
#include "lib/waits.h"

#include <stdatomic.h>
#include <sys/prctl.h>

#define PRINTERS_MAX 1000
#define LINES_MAX 1000000 /* in the whole log */
#define LINE_WIDTH 12

struct line {
  int32_t printer, number; /* the printer and the number of its line, both from 0 */
  char text[16];           /* LINE_WIDTH letters, then zeros */
};

/* A printer's record, and fields that check and digest use. */
struct printer {
  int64_t waited; /* waits that lasted as long as asked */
  int64_t named;  /* 1 if the system shows its worker's name */
  int64_t seen;   /* used by check: number of lines so far */
  uint64_t lines; /* used by digest: digest of its lines so far */
};

/* At the start of the memory; printers and lines follow. */
struct log {
  _Alignas(64) atomic_long arrived; /* lines so far */
};

static struct printer *printer_at(const struct job *job, long printer) {
  return (struct printer *)((struct log *)job->memory + 1) + printer;
}
static struct line *line_at(const struct job *job, long line) {
  return (struct line *)printer_at(job, job->items) + line;
}
static long lines_each(const struct job *job) { return (long)job_int(job, "lines"); }
static long lines_in_all(const struct job *job) { return job->items * lines_each(job); }

static int layout(struct job *job) {
  int64_t printers = job_int(job, "printers"), lines = job_int(job, "lines"), wait = job_int(job, "wait");
  if (printers * lines > LINES_MAX)
    return job_refuse(job, "lines", "%lld printers of %lld lines each; at most %d lines in all", (long long)printers,
                      (long long)lines, LINES_MAX);
  if (waits_too_long(printers * lines, wait))
    return job_refuse(job, "wait", "%lld lines with a wait of %lld us each take more than an hour",
                      (long long)(printers * lines), (long long)wait);
  job->bytes =
      sizeof(struct log) + (size_t)printers * sizeof(struct printer) + (size_t)(printers * lines) * sizeof(struct line);
  job->steps = 1;
  job->items = (long)printers;
  job->units = (double)(printers * lines);
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* The letter of a printer's lines: o and x as in the notebook, then others. */
static char letter_of(long printer) {
  static const char letters[] = "oxabcdefghijklmnpqrstuvwyz";
  return letters[(size_t)printer % (sizeof letters - 1)];
}

static void print(struct job *job, long printer, long number) {
  long at = atomic_fetch_add(&((struct log *)job->memory)->arrived, 1);
  struct line *line = line_at(job, at);
  line->printer = (int32_t)printer;
  line->number = (int32_t)number;
  memset(line->text, letter_of(printer), LINE_WIDTH);
}

static int goes_by_its_name(const struct worker *worker) {
  char expected[16], name[17] = "";
  snprintf(expected, sizeof expected, "worker %d", worker->id);
  return prctl(PR_GET_NAME, name) == 0 && strcmp(name, expected) == 0;
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  int64_t wait = job_int(job, "wait") * 1000;
  for (long i = lo; i < hi; i++) {
    struct printer *printer = printer_at(job, i);
    printer->named = goes_by_its_name(worker);
    for (long number = 0; number < lines_each(job); number++) {
      print(job, i, number);
      printer->waited += worker_waited(worker, wait);
    }
  }
}

/* The number of lines, limited to the log in case the index is corrupt. */
static long arrived(const struct job *job) {
  long lines = atomic_load(&((struct log *)job->memory)->arrived);
  return lines < 0 ? 0 : lines < lines_in_all(job) ? lines : lines_in_all(job);
}

static int is_printer(const struct job *job, int32_t printer) { return printer >= 0 && printer < job->items; }

/* Digests each printer's lines in the order of their arrival, so that interleaving does not change the digest. */
static uint64_t digest(struct job *job) {
  uint64_t whole = digest_of(0, job->memory, sizeof(atomic_long)), strange = 0;
  for (long i = 0; i < job->items; i++)
    printer_at(job, i)->lines = 0;
  for (long at = 0; at < arrived(job); at++) {
    const struct line *line = line_at(job, at);
    uint64_t *of = is_printer(job, line->printer) ? &printer_at(job, line->printer)->lines : &strange;
    *of = digest_of(*of, line, sizeof *line);
  }
  for (long i = 0; i < job->items; i++) {
    whole = digest_of(whole, &printer_at(job, i)->waited, sizeof(int64_t));
    whole = digest_of(whole, &printer_at(job, i)->lines, sizeof(uint64_t));
  }
  return digest_of(whole, &strange, sizeof strange);
}

static int is_text_of(long printer, const char *text) {
  char letter = letter_of(printer);
  for (int i = 0; i < 16; i++)
    if (text[i] != (i < LINE_WIDTH ? letter : '\0'))
      return 0;
  return 1;
}

static const char *check(struct job *job) {
  long lines = atomic_load(&((struct log *)job->memory)->arrived);
  if (lines != lines_in_all(job))
    return job_say(job, "%ld lines arrived, expected %ld", lines, lines_in_all(job));
  for (long i = 0; i < job->items; i++)
    printer_at(job, i)->seen = 0;
  for (long at = 0; at < lines; at++) {
    const struct line *line = line_at(job, at);
    if (!is_printer(job, line->printer))
      return job_say(job, "line %ld is from printer %d of %ld", at, line->printer, job->items);
    if (line->number != printer_at(job, line->printer)->seen++)
      return job_say(job, "line %ld: printer %d wrote its line %d out of order", at, line->printer, line->number);
    if (!is_text_of(line->printer, line->text))
      return job_say(job, "line %ld: wrong text \"%.16s\" from printer %d", at, line->text, line->printer);
  }
  for (long i = 0; i < job->items; i++)
    if (printer_at(job, i)->waited != lines_each(job))
      return job_say(job, "printer %ld: %lld of %ld waits lasted as long as asked", i,
                     (long long)printer_at(job, i)->waited, lines_each(job));
  return NULL;
}

/* Counts named workers rather than require NEED_NAMES: seq has no names, and without seq there is no base. */
static int counters(struct job *job, struct counter *out) {
  long alternations = 0, named = 0;
  for (long at = 1; at < arrived(job); at++)
    alternations += line_at(job, at)->printer != line_at(job, at - 1)->printer;
  for (long i = 0; i < job->items; i++)
    named += printer_at(job, i)->named != 0;
  out[0] = (struct counter){"alternations", (double)alternations};
  out[1] = (struct counter){"named", (double)named / (double)job->items};
  return 2;
}

static const struct param params[] = {
    {"printers", PARAM_PROBLEM, PARAM_INT, "2", 1, PRINTERS_MAX, .unit = "",
     .meaning = "number of printers, each an item"},
    {"lines", PARAM_SIZE, PARAM_INT, "3", 1, LINES_MAX, .unit = "", .meaning = "lines of each printer"},
    {"wait", PARAM_PROBLEM, PARAM_INT, "300", 1, INT64_MAX, .unit = "us",
     .meaning = "wait after each line, in microseconds"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "sleep_print",
               .summary = "printers that repeatedly write a line and wait",
               .doc = "The notebook's two printers write ooo and xxx three times with 0.3 s between: one after the "
                      "other in a sequential program, alternately as two threads. The default wait here is 0.3 ms. "
                      "The log keeps the lines in the order of arrival; each printer's lines must be in order. The "
                      "counter alternations is the number of changes from one printer to another (1 for two printers "
                      "one after the other, 5 if they alternate); named is the share of printers whose worker's name "
                      "the system shows.",
               .unit = "lines",
               .params = params,
               .needs = NEED_SHARED | NEED_WAIT,
               .bound = BOUND_WAIT,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .counters = counters};

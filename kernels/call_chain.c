/* Calls a function through a chain of wrappers, like stacked decorators, to measure each wrapper and their order. */
#include "kernel.h"
#include "lib/memo.h"
#include "lib/waits.h"

#include <stdlib.h>

#define ARGUMENTS_MAX 128 /* the default maxsize of functools.lru_cache */
#define LINKS_MAX 4
#define PATH_MAX_LINKS 8
#define TEXT_MAX 64

enum payload { EMPTY, CSV };

/* The result of one call. The path has the first letter of each wrapper called, then how the call ended: f the function
 * ran, = the memo had the result, ! the guard refused. */
struct outcome {
  int64_t value;
  char path[PATH_MAX_LINKS]; /* padded with zero bytes */
};

/* What the wrappers of one chain recorded. */
struct record {
  int64_t timed_ns; /* not part of the digest */
  int64_t timed, refused, hits, misses, documented;
  char name[24];         /* of the wrapped function, as the outermost link gives it */
  char doc[TEXT_MAX];    /* what the doc wrapper printed last */
  char reason[TEXT_MAX]; /* why the guard refused last */
};

static int64_t calls_each(const struct job *job) { return job_int(job, "calls"); }
static struct record *record_at(const struct job *job, long chain) { return (struct record *)job->memory + chain; }
static struct outcome *outcome_at(const struct job *job, long chain) {
  return (struct outcome *)record_at(job, job->items) + chain * calls_each(job);
}

static int layout(struct job *job) {
  int64_t calls = calls_each(job), chains = job_int(job, "chains"), total;
  size_t bytes;
  if (job_int(job, "bad") > job_int(job, "arguments"))
    return job_refuse(job, "bad", "%lld bad arguments; at most arguments=%lld", (long long)job_int(job, "bad"),
                      (long long)job_int(job, "arguments"));
  if (mul_overflows(calls, chains, &total) || mul_overflows((size_t)total, sizeof(struct outcome), &bytes) ||
      add_overflows(bytes, (size_t)chains * sizeof(struct record), &bytes) || bytes > JOB_BYTES_MAX)
    return job_refuse(job, "calls", "%lld chains of %lld calls need more than %zu bytes", (long long)chains,
                      (long long)calls, JOB_BYTES_MAX);
  job->bytes = bytes;
  job->scratch_bytes = memo_bytes(ARGUMENTS_MAX, sizeof(int64_t));
  job->steps = 1;
  job->items = (long)chains;
  job->units = (double)total;
  return 0;
}

static void reset(struct job *job) { memset(job->memory, 0, job->bytes); }

/* ---- the functions that are wrapped ---- */

/* A table like the notebook's, after the "adult" data of the UCI repository (Becker & Kohavi 1996, CC BY 4.0). */
static const char adult_csv[] =
    "age;workclass;education;educational-num;marital-status;occupation;relationship;race;gender;capital-gain;"
    "capital-loss;hours-per-week;native-country;income\n"
    "60;Self-emp-not-inc;5th-6th;3;Married-civ-spouse;Farming-fishing;Husband;White;Male;0;0;20;United-States;<=50K\n"
    "40;Private;HS-grad;9;Widowed;Sales;Not-in-family;White;Female;0;0;60;United-States;<=50K\n"
    "18;Private;Some-college;10;Never-married;Adm-clerical;Own-child;White;Male;0;0;20;United-States;<=50K\n"
    "80;Self-emp-not-inc;7th-8th;4;Never-married;Farming-fishing;Unmarried;White;Male;0;0;20;United-States;<=50K\n"
    "18;Private;11th;7;Never-married;Other-service;Own-child;White;Female;0;0;20;United-States;<=50K\n"
    "18;Private;11th;7;Never-married;Other-service;Own-child;White;Female;0;0;16;United-States;<=50K\n"
    "37;Private;Bachelors;13;Divorced;Machine-op-inspct;Unmarried;White;Female;0;0;70;United-States;<=50K\n"
    "37;Private;HS-grad;9;Married-civ-spouse;Sales;Husband;White;Male;0;0;45;United-States;<=50K\n"
    "32;Self-emp-inc;HS-grad;9;Married-civ-spouse;Craft-repair;Husband;White;Male;5178;0;45;United-States;>50K\n"
    "22;Private;HS-grad;9;Never-married;Machine-op-inspct;Other-relative;Black;Male;0;0;40;United-States;<=50K\n";

/* Counted by hand, without the header: 140 fields in 10 rows. Sums: age 362, educational-num 80, capital-gain 5178,
 * capital-loss 0, hours 356. */
#define CSV_FIELDS 140
#define CSV_SUM (362 + 80 + 5178 + 0 + 356)

struct argument {
  int64_t key;
  char text[24]; /* "adult-7.csv"; a bad one lacks the ending */
};

/* A call in progress. */
struct call {
  const struct argument *argument;
  char *path; /* where the next letter of its path goes */
};

static int64_t empty(const struct argument *argument) { return argument->key; }

/* Counts the fields of all rows after the header, and sums those that are whole numbers. */
static int64_t import_csv(const struct argument *argument) {
  int64_t fields = 0, sum = 0;
  for (const char *at = strchr(adult_csv, '\n') + 1; *at; fields++) {
    size_t length = strcspn(at, ";\n");
    char *end;
    long number = strtol(at, &end, 10);
    sum += end == at + length ? number : 0;
    at += length + 1;
  }
  return argument->key + 1000000 * fields + 1000 * sum;
}

static const struct {
  const char *name, *doc;
  int64_t (*function)(const struct argument *);
} payloads[] = {[EMPTY] = {"empty", "Returns what it is given.", empty},
                [CSV] = {"import_csv", "Imports a csv file into a table.", import_csv}};

/* ---- wrappers: each calls the next through a pointer set at run time ---- */

struct link {
  int64_t (*call)(struct link *, struct call *);
  struct link *inner;
  const char *name, *doc; /* of the wrapped function, passed on as functools.wraps does */
  int64_t (*function)(const struct argument *);
  struct record *record;
  struct memo *memo;
};

#define REFUSED INT64_C(-1)
static const char ending[] = ".csv";

static int64_t call_inner(struct link *self, struct call *call) { return self->inner->call(self->inner, call); }

static int64_t call_function(struct link *self, struct call *call) {
  *call->path++ = 'f';
  return self->function(call->argument);
}

/* Prints into a buffer, to measure the wrapper and not a terminal. */
static int64_t call_doc(struct link *self, struct call *call) {
  *call->path++ = 'd';
  self->record->documented++;
  memcpy(self->record->doc, self->doc, strlen(self->doc) + 1);
  return call_inner(self, call);
}

static int64_t call_timer(struct link *self, struct call *call) {
  *call->path++ = 't';
  int64_t start = waits_clock_ns(), value = call_inner(self, call);
  self->record->timed_ns += waits_clock_ns() - start;
  self->record->timed++;
  return value;
}

static int64_t call_guard(struct link *self, struct call *call) {
  *call->path++ = 'g';
  if (strstr(call->argument->text, ending))
    return call_inner(self, call);
  *call->path++ = '!';
  self->record->refused++;
  snprintf(self->record->reason, TEXT_MAX, "the first argument must contain %s", ending);
  return REFUSED;
}

static int64_t call_memo(struct link *self, struct call *call) {
  *call->path++ = 'm';
  int64_t *kept = memo_get(self->memo, (uint64_t)call->argument->key), value;
  if (kept) {
    *call->path++ = '=';
    return *kept;
  }
  value = call_inner(self, call);
  if ((kept = memo_put(self->memo, (uint64_t)call->argument->key)))
    *kept = value;
  return value;
}

static const struct {
  const char *word;
  int64_t (*call)(struct link *, struct call *);
} wrappers[] = {{"doc", call_doc}, {"timer", call_timer}, {"guard", call_guard}, {"memo", call_memo}};

#define WRAPPERS (sizeof wrappers / sizeof *wrappers)

/* Outermost first, in the order in which decorators are written. */
#define ORDERS                                                                                                         \
  "none|doc|timer|guard|memo|timer+memo|memo+timer|guard+timer|timer+guard|guard+memo|memo+guard|guard+timer+memo|"    \
  "timer+guard+memo|guard+memo+timer|memo+guard+timer|timer+memo+guard|memo+timer+guard|doc+guard+timer+memo"

/* The word of the chosen order; it ends at '|' or at the end of the text. */
static const char *order_of(const struct job *job) {
  const char *order = ORDERS;
  for (int i = job_choice(job, "order"); i > 0; i--)
    order = strchr(order, '|') + 1;
  return order;
}

/* Writes the wrappers of the chosen order, outermost first, as indices into `wrappers`. Returns their number. */
static int wrappers_of(const struct job *job, size_t *out) {
  int count = 0;
  for (const char *at = order_of(job);; at++) {
    size_t length = strcspn(at, "+|");
    for (size_t w = 0; w < WRAPPERS; w++)
      if (strlen(wrappers[w].word) == length && strncmp(wrappers[w].word, at, length) == 0)
        out[count++] = w;
    at += length;
    if (*at != '+')
      return count;
  }
}

/* Wraps the function from the inside out. Returns the outermost link. */
static struct link *make_chain(const struct job *job, struct link *links, struct record *record, struct memo *memo) {
  enum payload payload = (enum payload)job_choice(job, "payload");
  size_t order[LINKS_MAX];
  struct link *outer = &links[LINKS_MAX];
  *outer = (struct link){.call = call_function,
                         .name = payloads[payload].name,
                         .doc = payloads[payload].doc,
                         .function = payloads[payload].function};
  for (int i = wrappers_of(job, order); i > 0; i--) {
    struct link *inner = outer--;
    *outer = (struct link){.call = wrappers[order[i - 1]].call,
                           .inner = inner,
                           .name = inner->name,
                           .doc = inner->doc,
                           .record = record,
                           .memo = memo};
  }
  return outer;
}

static int is_bad(const struct job *job, int64_t argument) {
  return argument >= job_int(job, "arguments") - job_int(job, "bad");
}

static void name_arguments(const struct job *job, struct argument *arguments) {
  for (int64_t i = 0; i < job_int(job, "arguments"); i++) {
    arguments[i].key = i;
    snprintf(arguments[i].text, sizeof arguments[i].text, "adult-%d%s", (int)i, is_bad(job, i) ? "" : ending);
  }
}

/* Each item builds its own chain, so that its memo does not depend on other items. */
static void run_chain(struct job *job, long chain, struct worker *worker) {
  struct argument arguments[ARGUMENTS_MAX];
  struct link links[LINKS_MAX + 1];
  struct record *record = record_at(job, chain);
  struct outcome *outcome = outcome_at(job, chain);
  struct memo *memo = memo_init(worker->scratch, ARGUMENTS_MAX, sizeof(int64_t));
  struct link *outer = make_chain(job, links, record, memo);
  int64_t count = job_int(job, "arguments"), next = 0;
  name_arguments(job, arguments);
  for (int64_t i = 0; i < calls_each(job); i++) {
    struct call call = {&arguments[next], outcome[i].path};
    outcome[i].value = outer->call(outer, &call);
    next = next + 1 < count ? next + 1 : 0;
  }
  record->hits = memo->hits;
  record->misses = memo->misses;
  snprintf(record->name, sizeof record->name, "%s", outer->name);
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  for (long chain = lo; chain < hi; chain++)
    run_chain(job, chain, worker);
}

static uint64_t digest(struct job *job) {
  uint64_t digest_so_far =
      digest_of(0, outcome_at(job, 0), (size_t)job->items * (size_t)calls_each(job) * sizeof(struct outcome));
  for (long chain = 0; chain < job->items; chain++)
    digest_so_far =
        digest_of(digest_so_far, &record_at(job, chain)->timed, sizeof(struct record) - offsetof(struct record, timed));
  return digest_so_far;
}

/* ---- the oracle: derives each call from the words of the order, without a chain or a memo ---- */

#define ORDER_MAX 32

/* Copies the word of the chosen order to `out` and returns it. */
static const char *order_text(const struct job *job, char *out) {
  snprintf(out, ORDER_MAX, "%.*s", (int)strcspn(order_of(job), "|"), order_of(job));
  return out;
}

static const char *next_word(const char *word) {
  const char *plus = strchr(word, '+');
  return plus ? plus + 1 : NULL;
}

/* A wrapper's letter in the path is the first letter of its word. Arguments are used in turn, so after the first round
 * a memo holds each of them. */
static void expect_path(const char *order, int bad, int again, char *path, struct record *record) {
  for (const char *word = strcmp(order, "none") == 0 ? NULL : order; word; word = next_word(word)) {
    *path++ = *word;
    record->timed += *word == 't';
    record->documented += *word == 'd';
    record->refused += *word == 'g' && bad;
    record->hits += *word == 'm' && again;
    record->misses += *word == 'm' && !again;
    if ((*word == 'g' && bad) || (*word == 'm' && again)) {
      *path = *word == 'g' ? '!' : '=';
      return;
    }
  }
  *path = 'f';
}

static int64_t expect_value(const struct job *job, const char *order, int64_t argument) {
  if (is_bad(job, argument) && strstr(order, "guard"))
    return -1;
  return argument + (job_choice(job, "payload") == CSV ? INT64_C(1000000) * CSV_FIELDS + 1000 * CSV_SUM : 0);
}

static void expect_texts(const struct job *job, struct record *record) {
  int csv = job_choice(job, "payload") == CSV;
  strcpy(record->name, csv ? "import_csv" : "empty");
  if (record->documented)
    strcpy(record->doc, csv ? "Imports a csv file into a table." : "Returns what it is given.");
  if (record->refused)
    strcpy(record->reason, "the first argument must contain .csv");
}

static const char *fault_in_record(struct job *job, long chain, struct record *expected) {
  const struct record *found = record_at(job, chain);
  expect_texts(job, expected);
  expected->timed_ns = found->timed_ns;
  if (found->timed_ns < 0 || (found->timed_ns > 0) > (expected->timed > 0))
    return job_say(job, "chain %ld: the timer counted %lld calls but %lld ns", chain, (long long)expected->timed,
                   (long long)found->timed_ns);
  if (memcmp(found, expected, sizeof *found) == 0)
    return NULL;
  return job_say(job,
                 "chain %ld: timed %lld, refused %lld, hits %lld, misses %lld, expected %lld, %lld, %lld, %lld; or a "
                 "wrong text for %.23s",
                 chain, (long long)found->timed, (long long)found->refused, (long long)found->hits,
                 (long long)found->misses, (long long)expected->timed, (long long)expected->refused,
                 (long long)expected->hits, (long long)expected->misses, expected->name);
}

static const char *fault_in_chain(struct job *job, long chain, const char *order) {
  struct record record = {0};
  const struct outcome *found = outcome_at(job, chain);
  int64_t arguments = job_int(job, "arguments");
  for (int64_t i = 0; i < calls_each(job); i++) {
    struct outcome expected = {.value = expect_value(job, order, i % arguments)};
    expect_path(order, is_bad(job, i % arguments), i >= arguments, expected.path, &record);
    if (memcmp(&found[i], &expected, sizeof expected) != 0)
      return job_say(job, "chain %ld, call %lld: path %.8s, value %lld; expected path %.8s, value %lld", chain,
                     (long long)i, found[i].path, (long long)found[i].value, expected.path, (long long)expected.value);
  }
  return fault_in_record(job, chain, &record);
}

static const char *check(struct job *job) {
  char order[ORDER_MAX];
  const char *fault = NULL;
  order_text(job, order);
  for (long chain = 0; chain < job->items && !fault; chain++)
    fault = fault_in_chain(job, chain, order);
  return fault;
}

static int counters(struct job *job, struct counter *out) {
  struct record sum = {0};
  for (long chain = 0; chain < job->items; chain++) {
    const struct record *record = record_at(job, chain);
    sum.timed_ns += record->timed_ns;
    sum.timed += record->timed;
    sum.refused += record->refused;
    sum.hits += record->hits;
    sum.misses += record->misses;
  }
  out[0] = (struct counter){"timed", (double)sum.timed};
  out[1] = (struct counter){"refused", (double)sum.refused};
  out[2] = (struct counter){"hits", (double)sum.hits};
  out[3] = (struct counter){"misses", (double)sum.misses};
  out[4] = (struct counter){"timed_ns_a_call", sum.timed ? (double)sum.timed_ns / (double)sum.timed : 0};
  return 5;
}

/* The order is a method, so that all orders run in one block, where their costs are compared. Results differ by order
 * too, since a guard refuses calls; the oracle derives the right result from the order. */
static const struct param params[] = {
    {"payload", PARAM_PROBLEM, PARAM_CHOICE, "empty", .choices = "empty|csv", .unit = "",
     .meaning = "the wrapped function: empty does nothing, csv imports a small table"},
    {"calls", PARAM_SIZE, PARAM_INT, "10000", 1, INT64_MAX, .unit = "", .meaning = "calls of each chain"},
    {"chains", PARAM_SIZE, PARAM_INT, "8", 1, 1000000, .unit = "",
     .meaning = "number of chains; each is an item and is built anew in each execution"},
    {"arguments", PARAM_PROBLEM, PARAM_INT, "8", 1, ARGUMENTS_MAX, .unit = "",
     .meaning = "different arguments, used in turn"},
    {"bad", PARAM_PROBLEM, PARAM_INT, "1", 0, ARGUMENTS_MAX, .unit = "", .meaning = "arguments that a guard refuses"},
    {"order", PARAM_METHOD, PARAM_CHOICE, "none", .choices = ORDERS, .unit = "",
     .meaning = "wrappers around the function, outermost first"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "call_chain",
               .summary = "calls of a function through a chain of wrappers",
               .doc =
                   "Measures decorators: each wrapper (doc, timer, guard, memo) does its own work and makes one call "
                   "through a pointer set at run time. The order changes the result, so each call's path is "
                   "checked: a timer outside a memo sees all calls, one inside it only the misses; a guard refuses "
                   "a first argument without .csv and records why, and the wrappers inside it are not called. The "
                   "notebook wraps the import of a csv table, which takes 0.003 s there.",
               .unit = "calls",
               .params = params,
               .bound = BOUND_CPU,
               .min_unit_ns = 0.3,
               .layout = layout,
               .reset = reset,
               .work = work,
               .digest = digest,
               .check = check,
               .counters = counters};

/* Calls a function through a chain of wrappers, as decorators stack them: what each costs, and what order changes. */
#include "kernel.h"
#include "lib/memo.h"
#include "lib/waits.h"

#include <stdlib.h>

#define ARGUMENTS_MAX 128 /* as many as functools.lru_cache keeps unless told otherwise */
#define LINKS_MAX 4
#define PATH_MAX_LINKS 8
#define TEXT_MAX 64

enum payload { EMPTY, CSV };

/* What became of one call. The path has the first letter of each wrapper it went through, and how it ended:
 * f the function ran, = the memo had the result, ! the guard refused. */
struct made {
  int64_t value;
  char path[PATH_MAX_LINKS]; /* padded with zero bytes */
};

/* What the wrappers of one chain have to tell. */
struct told {
  int64_t timed_ns; /* not part of the result */
  int64_t timed, refused, hits, misses, documented;
  char name[24];         /* of the wrapped function, as the outermost link gives it */
  char doc[TEXT_MAX];    /* what the doc wrapper printed last */
  char reason[TEXT_MAX]; /* why the guard refused last */
};

static int64_t calls_each(const struct job *job) { return job_int(job, "calls"); }
static struct told *told_at(const struct job *job, long chain) { return (struct told *)job->memory + chain; }
static struct made *made_at(const struct job *job, long chain) {
  return (struct made *)told_at(job, job->items) + chain * calls_each(job);
}

static int layout(struct job *job) {
  int64_t calls = calls_each(job), chains = job_int(job, "chains"), total;
  size_t bytes;
  if (job_int(job, "bad") > job_int(job, "arguments"))
    return job_refuse(job, "bad", "%lld of %lld arguments cannot be bad", (long long)job_int(job, "bad"),
                      (long long)job_int(job, "arguments"));
  if (mul_overflows(calls, chains, &total) || mul_overflows((size_t)total, sizeof(struct made), &bytes) ||
      add_overflows(bytes, (size_t)chains * sizeof(struct told), &bytes) || bytes > JOB_BYTES_MAX)
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

/* By hand: 140 fields in 10 rows under the header; ages 362, educational-num 80, gains 5178, losses 0, hours 356. */
#define CSV_FIELDS 140
#define CSV_SUM (362 + 80 + 5178 + 0 + 356)

struct argument {
  int64_t key;
  char text[24]; /* "adult-7.csv"; a bad one lacks the ending */
};

/* How far into a call is, for its path. */
struct call {
  const struct argument *argument;
  char *path; /* where its next letter goes */
};

static int64_t empty(const struct argument *argument) { return argument->key; }

/* Fields, and the sum of those that are whole numbers, of all rows but the first. */
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

/* ---- wrappers: each calls the next by a pointer that is set when the chain is made ---- */

struct link {
  int64_t (*call)(struct link *, struct call *);
  struct link *inner;
  const char *name, *doc; /* of the function within, as functools.wraps hands them on */
  int64_t (*function)(const struct argument *);
  struct told *told;
  struct memo *memo;
};

#define REFUSED INT64_C(-1)
static const char ending[] = ".csv";

static int64_t call_inner(struct link *self, struct call *call) { return self->inner->call(self->inner, call); }

static int64_t call_function(struct link *self, struct call *call) {
  *call->path++ = 'f';
  return self->function(call->argument);
}

/* Prints into a buffer, so that it is the wrapper that is measured and not a terminal. */
static int64_t call_doc(struct link *self, struct call *call) {
  *call->path++ = 'd';
  self->told->documented++;
  memcpy(self->told->doc, self->doc, strlen(self->doc) + 1);
  return call_inner(self, call);
}

static int64_t call_timer(struct link *self, struct call *call) {
  *call->path++ = 't';
  int64_t start = waits_clock_ns(), value = call_inner(self, call);
  self->told->timed_ns += waits_clock_ns() - start;
  self->told->timed++;
  return value;
}

static int64_t call_guard(struct link *self, struct call *call) {
  *call->path++ = 'g';
  if (strstr(call->argument->text, ending))
    return call_inner(self, call);
  *call->path++ = '!';
  self->told->refused++;
  snprintf(self->told->reason, TEXT_MAX, "the first argument must contain %s", ending);
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

/* Outermost first, as decorators are written. */
#define ORDERS                                                                                                         \
  "none|doc|timer|guard|memo|timer+memo|memo+timer|guard+timer|timer+guard|guard+memo|memo+guard|guard+timer+memo|"    \
  "timer+guard+memo|guard+memo+timer|memo+guard+timer|timer+memo+guard|memo+timer+guard|doc+guard+timer+memo"

/* The word of the chosen order; it ends at a '|' or with the text. */
static const char *order_of(const struct job *job) {
  const char *order = ORDERS;
  for (int i = job_choice(job, "order"); i > 0; i--)
    order = strchr(order, '|') + 1;
  return order;
}

/* Each wrapper of an order, outermost first, as indices into `wrappers`; returns how many there are. */
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
static struct link *make_chain(const struct job *job, struct link *links, struct told *told, struct memo *memo) {
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
                           .told = told,
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

/* Each item makes a chain of its own, so that what its memo knows depends on no other. */
static void run_chain(struct job *job, long chain, struct worker *worker) {
  struct argument arguments[ARGUMENTS_MAX];
  struct link links[LINKS_MAX + 1];
  struct told *told = told_at(job, chain);
  struct made *made = made_at(job, chain);
  struct memo *memo = memo_init(worker->scratch, ARGUMENTS_MAX, sizeof(int64_t));
  struct link *outer = make_chain(job, links, told, memo);
  int64_t count = job_int(job, "arguments"), next = 0;
  name_arguments(job, arguments);
  for (int64_t i = 0; i < calls_each(job); i++) {
    struct call call = {&arguments[next], made[i].path};
    made[i].value = outer->call(outer, &call);
    next = next + 1 < count ? next + 1 : 0;
  }
  told->hits = memo->hits;
  told->misses = memo->misses;
  snprintf(told->name, sizeof told->name, "%s", outer->name);
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  for (long chain = lo; chain < hi; chain++)
    run_chain(job, chain, worker);
}

static uint64_t digest(struct job *job) {
  uint64_t digest_so_far =
      digest_of(0, made_at(job, 0), (size_t)job->items * (size_t)calls_each(job) * sizeof(struct made));
  for (long chain = 0; chain < job->items; chain++)
    digest_so_far =
        digest_of(digest_so_far, &told_at(job, chain)->timed, sizeof(struct told) - offsetof(struct told, timed));
  return digest_so_far;
}

/* ---- the oracle: what the order's words imply for each call; no chain is made and no memo kept ---- */

#define ORDER_MAX 32

/* Copies the chosen order, and returns it. */
static const char *order_text(const struct job *job, char *out) {
  snprintf(out, ORDER_MAX, "%.*s", (int)strcspn(order_of(job), "|"), order_of(job));
  return out;
}

static const char *next_word(const char *word) {
  const char *plus = strchr(word, '+');
  return plus ? plus + 1 : NULL;
}

/* The first letter of a wrapper's word is its letter in the path. Arguments come round in turn, so a memo has met
 * each of them once the first round is over. */
static void expect_path(const char *order, int bad, int again, char *path, struct told *told) {
  for (const char *word = strcmp(order, "none") == 0 ? NULL : order; word; word = next_word(word)) {
    *path++ = *word;
    told->timed += *word == 't';
    told->documented += *word == 'd';
    told->refused += *word == 'g' && bad;
    told->hits += *word == 'm' && again;
    told->misses += *word == 'm' && !again;
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

static void expect_texts(const struct job *job, struct told *told) {
  int csv = job_choice(job, "payload") == CSV;
  strcpy(told->name, csv ? "import_csv" : "empty");
  if (told->documented)
    strcpy(told->doc, csv ? "Imports a csv file into a table." : "Returns what it is given.");
  if (told->refused)
    strcpy(told->reason, "the first argument must contain .csv");
}

static const char *fault_in_told(struct job *job, long chain, struct told *expected) {
  const struct told *found = told_at(job, chain);
  expect_texts(job, expected);
  expected->timed_ns = found->timed_ns;
  if (found->timed_ns < 0 || (found->timed_ns > 0) > (expected->timed > 0))
    return job_say(job, "chain %ld: a timer that saw %lld calls tells %lld ns", chain, (long long)expected->timed,
                   (long long)found->timed_ns);
  if (memcmp(found, expected, sizeof *found) == 0)
    return NULL;
  return job_say(job,
                 "chain %ld: timed %lld, refused %lld, hits %lld, misses %lld, expected %lld, %lld, %lld, %lld; or a "
                 "text is not that of %.23s",
                 chain, (long long)found->timed, (long long)found->refused, (long long)found->hits,
                 (long long)found->misses, (long long)expected->timed, (long long)expected->refused,
                 (long long)expected->hits, (long long)expected->misses, expected->name);
}

static const char *fault_in_chain(struct job *job, long chain, const char *order) {
  struct told told = {0};
  const struct made *found = made_at(job, chain);
  int64_t arguments = job_int(job, "arguments");
  for (int64_t i = 0; i < calls_each(job); i++) {
    struct made expected = {.value = expect_value(job, order, i % arguments)};
    expect_path(order, is_bad(job, i % arguments), i >= arguments, expected.path, &told);
    if (memcmp(&found[i], &expected, sizeof expected) != 0)
      return job_say(job, "chain %ld, call %lld went %.8s and gave %lld, expected %.8s and %lld", chain, (long long)i,
                     found[i].path, (long long)found[i].value, expected.path, (long long)expected.value);
  }
  return fault_in_told(job, chain, &told);
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
  struct told sum = {0};
  for (long chain = 0; chain < job->items; chain++) {
    const struct told *told = told_at(job, chain);
    sum.timed_ns += told->timed_ns;
    sum.timed += told->timed;
    sum.refused += told->refused;
    sum.hits += told->hits;
    sum.misses += told->misses;
  }
  out[0] = (struct counter){"timed", (double)sum.timed};
  out[1] = (struct counter){"refused", (double)sum.refused};
  out[2] = (struct counter){"hits", (double)sum.hits};
  out[3] = (struct counter){"misses", (double)sum.misses};
  out[4] = (struct counter){"timed_ns_a_call", sum.timed ? (double)sum.timed_ns / (double)sum.timed : 0};
  return 5;
}

/* The order is a method: around the same function it is the wrappers' cost that differs, and in one block that is
 * what is compared. What a guard refuses differs too; the oracle says by order what is right. */
static const struct param params[] = {
    {"payload", PARAM_PROBLEM, PARAM_CHOICE, "empty", .choices = "empty|csv", .unit = "",
     .meaning = "the wrapped function: empty does nothing, csv imports a small table"},
    {"calls", PARAM_SIZE, PARAM_INT, "10000", 1, INT64_MAX, .unit = "", .meaning = "calls of each chain"},
    {"chains", PARAM_SIZE, PARAM_INT, "8", 1, 1000000, .unit = "",
     .meaning = "number of chains; a chain is an item, made anew each time"},
    {"arguments", PARAM_PROBLEM, PARAM_INT, "8", 1, ARGUMENTS_MAX, .unit = "",
     .meaning = "different arguments, used in turn"},
    {"bad", PARAM_PROBLEM, PARAM_INT, "1", 0, ARGUMENTS_MAX, .unit = "", .meaning = "arguments that a guard refuses"},
    {"order", PARAM_METHOD, PARAM_CHOICE, "none", .choices = ORDERS, .unit = "",
     .meaning = "wrappers around the function, outermost first"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "call_chain",
               .summary = "calls of a function through a chain of wrappers",
               .doc = "What decorators cost: each wrapper (doc, timer, guard, memo) is one call through a pointer that "
                      "is set at run time, besides what it does. Order changes what happens and each call's path is "
                      "checked: a timer outside a memo sees all calls, inside only the misses; a guard refuses a "
                      "first argument without .csv, says so, and what is within it never sees that call. The "
                      "notebook wraps the import of a csv table, which takes it 0.003 s.",
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

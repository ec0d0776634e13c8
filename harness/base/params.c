/* Turns parameter texts into typed values and values into canonical names. */
#include "params.h"

#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 100000 /* numbers in one list */

int params_count(const struct param *params) {
  int n = 0;
  while (params && params[n].name && n < PARAMS_MAX)
    n++;
  return n;
}

int params_find(const char *kernel, const struct param *params, const char *name, struct fault *fault) {
  const char *names[PARAMS_MAX] = {NULL};
  int count = 0;
  for (; params && params[count].name && count < PARAMS_MAX; count++)
    if (strcmp(names[count] = params[count].name, name) == 0)
      return count;
  char shown[80], hint[400];
  return fault_set(fault, EXIT_USAGE, "kernel %s has no parameter '%s'; %s", kernel,
                   printable(name, shown, sizeof shown), suggest(hint, sizeof hint, name, names, (size_t)count, NULL));
}

/* ---- choices ---- */

/* Length of the word at `at` in "a|b|c". */
static size_t word_length(const char *at) { return strcspn(at, "|"); }

/* Index of `text` in "a|b|c", or -1. */
static int choice_index(const char *choices, const char *text) {
  int index = 0;
  for (const char *at = choices;; at += word_length(at) + 1, index++) {
    if (strlen(text) == word_length(at) && strncmp(at, text, word_length(at)) == 0)
      return index;
    if (at[word_length(at)] == '\0')
      return -1;
  }
}

static void choice_word(const char *choices, int64_t index, char *out, size_t size) {
  const char *at = choices;
  while (index-- > 0 && at[word_length(at)] != '\0')
    at += word_length(at) + 1;
  snprintf(out, size, "%.*s", (int)word_length(at), at);
}

static int set_choice(const struct param *param, struct value *value, void **owned, const char *text,
                      struct fault *fault) {
  (void)owned;
  value->number = choice_index(param->choices, text);
  if (value->number >= 0)
    return 0;
  char words[16][64], shown[80], hint[100];
  const char *list[16];
  int count = 0;
  for (const char *at = param->choices; count < 16; at += word_length(at) + 1) {
    choice_word(param->choices, count, words[count], sizeof words[count]);
    list[count] = words[count];
    count++;
    if (at[word_length(at)] == '\0')
      break;
  }
  return fault_set(fault, EXIT_USAGE, "'%s' is not one of %s=%s; %s", printable(text, shown, sizeof shown), param->name,
                   param->choices, suggest(hint, sizeof hint, text, list, (size_t)count, "write one of these"));
}

/* ---- numbers and lists ---- */

static int in_range(const struct param *param, int64_t number, const char *text, struct fault *fault) {
  if (number >= param->min && number <= param->max)
    return 0;
  char low[32], high[32], range[80];
  snprintf(range, sizeof range, "%s%s%s", format_count(param->min, low, sizeof low),
           param->max == INT64_MAX ? "" : translated(" to "),
           param->max == INT64_MAX ? "" : format_count(param->max, high, sizeof high));
  return fault_set(fault, EXIT_USAGE, "'%s' is outside the range of %s (%s%s)", text, param->name,
                   param->max == INT64_MAX ? translated("at least ") : "", range);
}

static int refuse_range(const char *text, struct fault *fault) {
  char shown[80];
  return fault_set(fault, EXIT_USAGE,
                   "'%s' is not a range (write LOW..HIGH, which doubles, or LOW..HIGH:10; %d numbers at most)",
                   printable(text, shown, sizeof shown), RANGE_MAX);
}

static int set_int(const struct param *param, struct value *value, void **owned, const char *text,
                   struct fault *fault) {
  (void)owned;
  if (strstr(text, ".."))
    return refuse_range(text, fault);
  return parse_count(text, &value->number, fault) || in_range(param, value->number, text, fault) ? -1 : 0;
}

/* Refuses control characters, which would corrupt lines, names and terminals. */
static int set_text(const struct param *param, struct value *value, void **owned, const char *text,
                    struct fault *fault) {
  char shown[80];
  for (const char *at = text; *at; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      return fault_set(fault, EXIT_USAGE, "'%s' is not one line of text for %s; remove control characters",
                       printable(text, shown, sizeof shown), param->name);
  char *copy = strdup(text);
  if (!copy)
    return fault_memory(fault);
  free(*owned);
  value->text = *owned = copy;
  return 0;
}

struct list {
  const struct param *param;
  int64_t *numbers;
  size_t count;
  struct fault *fault;
};

/* Adds one part of a list: a number, or TIMESxNUMBER. */
static int add_part(const char *part, void *with) {
  struct list *list = with;
  int64_t times = 1, number;
  const char *cross = strchr(part, 'x');
  char first[1024];
  snprintf(first, sizeof first, "%.*s", cross ? (int)(cross - part) : 0, part);
  if ((cross && parse_count(first, &times, list->fault)) ||
      parse_count(cross ? cross + 1 : part, &number, list->fault) || in_range(list->param, number, part, list->fault))
    return -1;
  if (times < 1 || times > LIST_MAX - (int64_t)list->count)
    return fault_set(list->fault, EXIT_USAGE, "'%s': a list holds 1 to %d numbers", part, LIST_MAX);
  int64_t *grown = realloc(list->numbers, (list->count + (size_t)times) * sizeof *grown);
  if (!grown)
    return fault_memory(list->fault);
  list->numbers = grown;
  for (; times > 0; times--)
    list->numbers[list->count++] = number;
  return 0;
}

static int set_list(const struct param *param, struct value *value, void **owned, const char *text,
                    struct fault *fault) {
  struct list list = {.param = param, .fault = fault};
  if (strstr(text, ".."))
    return refuse_range(text, fault);
  if (each_part(text, '+', add_part, &list) != 0) {
    free(list.numbers);
    return -1;
  }
  free(*owned);
  value->list = *owned = list.numbers;
  value->count = list.count;
  return 0;
}

static void list_text(const struct value *value, char *out, size_t size) {
  char number[32];
  out[0] = '\0';
  for (size_t i = 0, same; i < value->count; i += same) {
    for (same = 1; i + same < value->count && value->list[i + same] == value->list[i];)
      same++;
    append(out, size, "%s", i ? "+" : "");
    if (same > 1)
      append(out, size, "%zux", same);
    append(out, size, "%s", format_count(value->list[i], number, sizeof number));
  }
}

/* ---- settings ---- */

int params_set(struct settings *settings, int index, const char *text, struct fault *fault) {
  static int (*const readers[])(const struct param *, struct value *, void **, const char *, struct fault *) = {
      [PARAM_INT] = set_int, [PARAM_CHOICE] = set_choice, [PARAM_TEXT] = set_text, [PARAM_LIST] = set_list};
  const struct param *param = &settings->params[index];
  return readers[param->type](param, &settings->values[index], &settings->owned[index], text, fault);
}

/* ---- alternatives ---- */

int params_range(const char *part, int64_t numbers[RANGE_MAX]) {
  const char *dots = strstr(part, ".."), *colon = dots ? strchr(dots, ':') : NULL;
  char low[64], high[64];
  int64_t n, last, factor = 2;
  struct fault ignored;
  int count = 0;
  if (!dots || (size_t)(dots - part) >= sizeof low)
    return 0;
  snprintf(low, sizeof low, "%.*s", (int)(dots - part), part);
  snprintf(high, sizeof high, "%.*s", colon ? (int)(colon - dots - 2) : (int)sizeof high - 1, dots + 2);
  if (parse_count(low, &n, &ignored) != 0 || parse_count(high, &last, &ignored) != 0 ||
      (colon && parse_count(colon + 1, &factor, &ignored) != 0) || n < 1 || last < n || factor < 2)
    return 0;
  for (bool over = false; n < last && !over; over = mul_overflows(n, factor, &n)) {
    if (count == RANGE_MAX - 1)
      return 0;
    numbers[count++] = n;
  }
  numbers[count] = last;
  return count + 1;
}

struct alternatives {
  const struct param *param;
  int (*each)(const char *text, void *with);
  void *with;
};

static int each_number(const char *part, void *with) {
  const struct alternatives *a = with;
  int64_t numbers[RANGE_MAX];
  char text[32];
  int count = a->param->type == PARAM_INT || a->param->type == PARAM_LIST ? params_range(part, numbers) : 0, result = 0;
  if (count == 0)
    return a->each(part, a->with);
  for (int i = 0; i < count && result == 0; i++)
    result = a->each(format_count(numbers[i], text, sizeof text), a->with);
  return result;
}

int params_each(const struct param *param, const char *text, int (*each)(const char *text, void *with), void *with) {
  if (param->type == PARAM_TEXT)
    return each(text, with);
  return each_part(text, ',', each_number, &(struct alternatives){param, each, with});
}

int params_init(const struct param *params, struct settings *settings, struct fault *fault) {
  memset(settings, 0, sizeof *settings);
  settings->params = params;
  for (int i = 0; i < params_count(params); i++)
    if (params_set(settings, i, params[i].initial, fault) != 0) {
      params_free(settings);
      return fault_at(fault, "default of parameter %s", params[i].name);
    }
  return 0;
}

static int grow_int(const struct param *param, struct value *value, int times, struct fault *fault) {
  char text[64];
  if (mul_overflows(value->number, (int64_t)times, &value->number))
    value->number = INT64_MAX;
  return in_range(param, value->number, format_count(value->number, text, sizeof text), fault);
}

static int grow_list(struct value *value, void **owned, int times, struct fault *fault) {
  size_t count = value->count * (size_t)times;
  if (count > LIST_MAX)
    return fault_set(fault, EXIT_USAGE, "%d times %zu numbers: a list holds 1 to %d", times, value->count, LIST_MAX);
  int64_t *numbers = malloc(count * sizeof *numbers);
  if (!numbers)
    return fault_memory(fault);
  for (size_t i = 0; i < count; i++)
    numbers[i] = value->list[i % value->count];
  *value = (struct value){.list = numbers, .count = count};
  *owned = numbers;
  return 0;
}

int params_grow(struct settings *settings, int index, int times, struct ungrown *before, struct fault *fault) {
  const struct param *param = &settings->params[index];
  struct value *value = &settings->values[index];
  *before = (struct ungrown){*value, settings->owned[index]};
  int failed = param->type == PARAM_LIST ? grow_list(value, &settings->owned[index], times, fault)
                                         : grow_int(param, value, times, fault);
  if (failed)
    *value = before->value;
  return failed;
}

void params_ungrow(struct settings *settings, int index, struct ungrown before) {
  if (settings->owned[index] != before.owned)
    free(settings->owned[index]);
  settings->values[index] = before.value;
  settings->owned[index] = before.owned;
}

void params_free(struct settings *settings) {
  for (int i = 0; i < params_count(settings->params); i++)
    free(settings->owned[i]);
  memset(settings, 0, sizeof *settings);
}

/* Returns the index of the parameter that `when` tests, or -1. */
static int asked_about(const struct settings *settings, const char *when) {
  char other[64];
  struct fault ignored;
  snprintf(other, sizeof other, "%.*s", (int)strcspn(when, "!="), when);
  return params_find("", settings->params, other, &ignored);
}

/* Returns true if the parameter has no condition, or one on itself that only omits its idle value from names. */
static bool always_means(const struct settings *settings, int index) {
  const char *when = settings->params[index].when;
  return !when || asked_about(settings, when) == index;
}

/* True for a condition such as "port=" of parameter port: names never have it. */
static bool is_unnamed(const struct param *param) {
  size_t length = strlen(param->name);
  return param->when && strncmp(param->when, param->name, length) == 0 && strcmp(param->when + length, "=") == 0;
}

bool params_counts(const struct settings *settings, int index) {
  const char *when = settings->params[index].when;
  if (!when)
    return true;
  int at = asked_about(settings, when);
  if (at < 0 || (!always_means(settings, at) && !params_counts(settings, at)))
    return false;
  char word[64];
  params_text(settings, at, word, sizeof word);
  const char *words = when + strcspn(when, "=") + 1;
  if (at == index && is_unnamed(&settings->params[index]))
    return false;
  bool unequal = words >= when + 2 && words[-2] == '!';
  return (choice_index(words, word) >= 0) != unequal;
}

bool params_means(const struct settings *settings, int index) {
  return always_means(settings, index) || params_counts(settings, index);
}

char *params_condition(const struct param *params, int index, char *out, size_t size) {
  const char *when = params[index].when ? params[index].when : "", *words = when + strcspn(when, "=");
  int length = (int)strcspn(when, "!=");
  bool unequal = when[length] == '!', own = strncmp(when, params[index].name, (size_t)length) == 0;
  out[0] = '\0';
  if (!*when || (own && params[index].name[length] == '\0'))
    return out;
  words++;
  for (int i = 0; params[i].name; i++)
    if (strncmp(params[i].name, when, (size_t)length) == 0 && params[i].name[length] == '\0' &&
        params[i].type != PARAM_CHOICE && strcmp(params[i].initial, words) == 0) {
      append(out, size, "%s %s", unequal ? "with" : "without", params[i].name); /* its default means absence */
      return out;
    }
  append(out, size, unequal ? "without" : "with");
  for (const char *at = words; *at; at += word_length(at), at += *at == '|')
    append(out, size, "%s %.*s=%.*s", at == words ? "" : " or", length, when, (int)word_length(at), at);
  return out;
}

char *params_text(const struct settings *settings, int index, char *out, size_t size) {
  const struct param *param = &settings->params[index];
  const struct value *value = &settings->values[index];
  if (param->type == PARAM_INT)
    format_count(value->number, out, size);
  else if (param->type == PARAM_CHOICE)
    choice_word(param->choices, value->number, out, size);
  else if (param->type == PARAM_TEXT)
    snprintf(out, size, "%s", value->text);
  else
    list_text(value, out, size);
  return out;
}

/* Returns true for an option at its default, which names omit. */
static bool is_default_option(const struct settings *settings, int index) {
  char text[512];
  const struct param *param = &settings->params[index];
  return param->role == PARAM_OPTION && strcmp(params_text(settings, index, text, sizeof text), param->initial) == 0;
}

static char *name_of(const struct settings *settings, bool method, char *out, size_t size) {
  out[0] = '\0';
  for (int i = 0; i < params_count(settings->params); i++) {
    const struct param *param = &settings->params[i];
    if ((param->role >= PARAM_METHOD) != method || !params_counts(settings, i) || is_default_option(settings, i))
      continue;
    char text[512];
    append(out, size, "%s", out[0] ? " " : "");
    if (param->type != PARAM_CHOICE && param->type != PARAM_TEXT)
      append(out, size, "%s=", param->name);
    append(out, size, "%s", params_text(settings, i, text, sizeof text));
  }
  return out;
}

char *params_problem(const struct settings *settings, char *out, size_t size) {
  return name_of(settings, false, out, size);
}
char *params_method(const struct settings *settings, char *out, size_t size) {
  return name_of(settings, true, out, size);
}

/* ---- names read back ---- */

struct names {
  struct settings *settings;
  const char *problem, *method;
  int tries; /* remaining; texts with blanks make a name ambiguous */
};

static bool read_from(struct names *names, int index, const char *problem, const char *method);

/* Parses the first `length` bytes of the role's name as the parameter. */
static bool read_part(struct names *names, int index, size_t length, const char *problem, const char *method) {
  const struct param *param = &names->settings->params[index];
  const char **name = param->role >= PARAM_METHOD ? &method : &problem;
  char text[512];
  struct fault ignored;
  size_t key = param->type == PARAM_INT || param->type == PARAM_LIST ? strlen(param->name) + 1 : 0;
  if (key && (length < key || strncmp(*name, param->name, key - 1) != 0 || (*name)[key - 1] != '='))
    return false;
  snprintf(text, sizeof text, "%.*s", (int)(length - key), *name + key);
  *name += length + ((*name)[length] == ' ');
  return params_set(names->settings, index, text, &ignored) == 0 && read_from(names, index + 1, problem, method);
}

static bool all_read(const struct names *names) {
  char text[512];
  return strcmp(params_problem(names->settings, text, sizeof text), names->problem) == 0 &&
         strcmp(params_method(names->settings, text, sizeof text), names->method) == 0;
}

/* Parses parameter `index` and those after it from the rest of the names, by backtracking. */
static bool read_from(struct names *names, int index, const char *problem, const char *method) {
  if (names->tries-- <= 0)
    return false;
  if (index == params_count(names->settings->params))
    return *problem == '\0' && *method == '\0' && all_read(names);
  const struct param *param = &names->settings->params[index];
  const char *name = param->role >= PARAM_METHOD ? method : problem;
  for (size_t length = strcspn(name, " "); *name && !is_unnamed(param); length += 1 + strcspn(name + length + 1, " ")) {
    if (read_part(names, index, length, problem, method))
      return true;
    if (param->type != PARAM_TEXT || name[length] == '\0')
      break;
  }
  struct fault ignored;
  return params_set(names->settings, index, param->initial, &ignored) == 0 &&
         read_from(names, index + 1, problem, method);
}

bool params_read(const struct param *params, const char *problem, const char *method, struct settings *settings) {
  struct names names = {settings, problem, method, 1000};
  struct fault ignored;
  bool found = params_init(params, settings, &ignored) == 0 && read_from(&names, 0, problem, method);
  if (!found)
    params_free(settings);
  return found;
}

/* Follows the chain of conditions from this parameter; returns false if it is circular or malformed. */
static bool conditions_end(const struct settings *settings, int index) {
  for (int steps = params_count(settings->params); steps > 0; steps--) {
    const char *when = settings->params[index].when;
    if (when && !strchr(when, '='))
      return false;
    int other = when ? asked_about(settings, when) : index;
    if (other < 0 || other == index)
      return true;
    index = other;
  }
  return false;
}

bool params_sound(const struct param *params) {
  struct settings settings = {.params = params};
  for (int i = 0; i < params_count(params); i++)
    if ((params[i].type == PARAM_CHOICE && !(params[i].choices && *params[i].choices)) || !conditions_end(&settings, i))
      return false;
  return true;
}

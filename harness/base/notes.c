/* Recognises the format that wrote a note, and writes the note by its translation. */
#include "notes.h"

#include <ctype.h>
#include <string.h>

enum {
  PARTS_MAX = 9,    /* conversions of a format */
  LETTERS_MIN = 6,  /* of a format with conversions: fewer may be in any text */
  STEPS_MAX = 5000, /* of one comparison; longer ones are given up */
  DEPTH_MAX = 4     /* of notes within notes */
};

/* What stood for a conversion. */
struct part {
  const char *at;
  size_t length;
  bool quoted;
};

/* A note, or a part of one, under comparison with a format. */
struct match {
  struct part parts[PARTS_MAX];
  const char *end; /* of the note */
  size_t count, letters, steps;
};

/* ---- conversions ---- */

/* The length of a conversion such as "%.3g" or "%2$s", "%%" included; 0: none begins here. */
static size_t conversion(const char *at) {
  if (*at != '%')
    return 0;
  size_t length = 1 + strspn(at + 1, "0123456789.$#-+*lhzjt");
  return at[length] && strchr("diouxXeEfgGcsp%", at[length]) ? length + 1 : 0;
}

static char kind_of(const char *at) { return at[conversion(at) - 1]; }

static bool is_number(const char *at, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (!strchr("0123456789+-.einfa", at[i]))
      return false;
  return length > 0;
}

static bool may_stand_for(char kind, const char *at, size_t length) {
  return kind == 's' || (kind == 'c' || kind == 'p' ? length > 0 : is_number(at, length));
}

/* ---- a note and a format ---- */

static bool fits(struct match *, const char *format, const char *at, char before);

/* Tries every length of what stands for the conversion, the shortest first. */
static bool fits_part(struct match *m, const char *format, const char *at, char before) {
  const char *rest = format + conversion(format);
  size_t own = m->count;
  if (own == PARTS_MAX)
    return false;
  bool quoted = before == '\'' || before == '"';
  for (size_t length = 0; at + length <= m->end; length++) {
    if (*rest && !quoted && length > 1 && strncmp(at + length - 2, "; ", 2) == 0)
      break; /* a list goes on there, of which this is an item */
    if (!may_stand_for(kind_of(format), at, length))
      continue;
    m->count = own + 1;
    m->parts[own] = (struct part){at, length, quoted};
    if (fits(m, rest, at + length, '\0'))
      return true;
    if (m->steps > STEPS_MAX)
      return false;
  }
  m->count = own;
  return false;
}

/* Whether the note from `at` on is what the format from `format` on writes; `before`: the byte in front of it. */
static bool fits(struct match *m, const char *format, const char *at, char before) {
  for (; *format; before = *at, format++, at++) {
    size_t length = conversion(format);
    if (++m->steps > STEPS_MAX)
      return false;
    if (length && format[length - 1] != '%')
      return fits_part(m, format, at, before);
    if (at == m->end || *format != *at)
      return false;
    format += length ? length - 1 : 0;
  }
  return at == m->end;
}

static size_t letters_of(const char *format) {
  size_t letters = 0;
  for (; *format; format++) {
    size_t length = conversion(format);
    letters += !length && isalpha((unsigned char)*format);
    format += length ? length - 1 : 0;
  }
  return letters;
}

/* A text without conversions must be a phrase: a word alone may be a name. */
static bool is_candidate(const char *format, size_t letters) {
  return strchr(format, '%') ? letters >= LETTERS_MIN : strchr(format, ' ') != NULL;
}

/* ---- the translation ---- */

static void add_note(struct text *, const struct texts *, const char *note, size_t length, int depth);

/* The conversion's place in the format: its own number, as in "%2$s", or the next. */
static size_t place_of(const char *at, size_t *next) {
  size_t digits = strspn(at + 1, "0123456789");
  return digits == 1 && at[2] == '$' ? (size_t)(at[1] - '1') : (*next)++;
}

static void add_translation(struct text *out, const struct texts *texts, const struct match *m, const char *format,
                            int depth) {
  size_t next = 0;
  for (; *format; format++) {
    size_t length = conversion(format);
    size_t place = length && format[length - 1] != '%' ? place_of(format, &next) : PARTS_MAX;
    if (place < m->count && m->parts[place].quoted)
      text_bytes(out, m->parts[place].at, m->parts[place].length);
    else if (place < m->count)
      add_note(out, texts, m->parts[place].at, m->parts[place].length, depth + 1);
    else
      text_bytes(out, format, 1);
    format += length ? length - 1 : 0;
  }
}

/* Finds the format with most letters that fits; the number of texts: none. */
static size_t find_format(const struct texts *texts, const char *note, size_t length, struct match *best) {
  size_t found = texts->count;
  *best = (struct match){.letters = 0};
  for (size_t i = 0; i < texts->count; i++) {
    const char *format = texts_original(texts, i);
    struct match m = {.end = note + length, .letters = letters_of(format)};
    if (is_candidate(format, m.letters) && (found == texts->count || m.letters > best->letters) &&
        fits(&m, format, note, '\0'))
      *best = m, found = i;
  }
  return found;
}

/* Where the note is to be cut: at the first "; ", else at the first ": "; `length`: nowhere. */
static size_t cut_of(const char *note, size_t length) {
  static const char *const marks[] = {"; ", ": "};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    for (size_t at = 0; at + 2 <= length; at++)
      if (strncmp(note + at, marks[i], 2) == 0)
        return at;
  return length;
}

static void add_note(struct text *out, const struct texts *texts, const char *note, size_t length, int depth) {
  struct match m;
  size_t found = depth < DEPTH_MAX ? find_format(texts, note, length, &m) : texts->count;
  size_t cut = depth < DEPTH_MAX ? cut_of(note, length) : length;
  if (found < texts->count)
    add_translation(out, texts, &m, texts_translation(texts, found), depth);
  else if (cut == length)
    text_bytes(out, note, length);
  else {
    add_note(out, texts, note, cut, depth);
    text_bytes(out, note + cut, 2);
    add_note(out, texts, note + cut + 2, length - cut - 2, depth);
  }
}

void notes_translate(struct text *out, const struct texts *texts, const char *note) {
  add_note(out, texts, note, strlen(note), 0);
}

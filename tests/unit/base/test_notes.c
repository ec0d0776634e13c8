/* Tests the notes of rows in another language: recognised by the format that wrote them, else left as they are. */
#include "base/notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* English, then the other language. */
static const char *const catalog[][2] = {
    {"", "Content-Type: text/plain; charset=UTF-8\n"},
    {"the total is %lld, expected %lld", "le total est %lld, attendu %lld"},
    {"item %ld %s", "élément %ld %s"},
    {"did not run", "n’a pas tourné"},
    {"requires '%s', which ended with exit code %d%s%s", "exige « %s », qui a fini avec le code %2$d%3$s%4$s"},
    {"%s needs what %s does not offer: %s", "%2$s n’offre pas ce que %1$s exige : %3$s"},
    {"left out to keep the time budget", "omis pour tenir le budget de temps"},
    {"skipped", "sauté"},
    {"%s of %s", "%s de %s"},
    {"over 2 %% longer than %s", "plus de 2 %% plus long que %s"},
    {"%.3g GB of memory", "%.3g Go de mémoire"},
    {"problems left out: %s", "problèmes omis : %s"},
    {"%s (%s a round)", "%s (%s par tour)"},
    {"oracle: the total is %lld, expected %s", "oracle : le total est %lld, attendu %s"},
};
enum { TEXTS = sizeof catalog / sizeof *catalog, HEAD = 28 };

static void put(char *bytes, size_t at, size_t number) {
  uint32_t value = (uint32_t)number;
  memcpy(bytes + at, &value, sizeof value);
}

/* A catalog as msgfmt writes it; 0 < cut: that many bytes are missing at its end. */
static bool make(struct texts *texts, size_t cut) {
  size_t size = HEAD + 16 * TEXTS, end = size;
  for (size_t i = 0; i < TEXTS; i++)
    size += strlen(catalog[i][0]) + strlen(catalog[i][1]) + 2;
  char *bytes = calloc(size, 1);
  assert_non_null(bytes);
  const size_t head[] = {0x950412de, 0, TEXTS, HEAD, HEAD + 8 * TEXTS, 0, 0};
  for (size_t i = 0; i < sizeof head / sizeof *head; i++)
    put(bytes, 4 * i, head[i]);
  for (size_t i = 0; i < 2 * TEXTS; i++) {
    const char *text = catalog[i % TEXTS][i / TEXTS];
    put(bytes, HEAD + 8 * i, strlen(text)), put(bytes, HEAD + 8 * i + 4, end);
    memcpy(bytes + end, text, strlen(text));
    end += strlen(text) + 1;
  }
  return texts_take(texts, bytes, size - cut);
}

static void says(const char *note, const char *words) {
  struct texts texts;
  struct text out = {0};
  assert_true(make(&texts, 0));
  notes_translate(&out, &texts, note);
  assert_string_equal(text_of(&out), words);
  text_free(&out), texts_free(&texts);
}

static void a_note_is_said_by_the_format_that_wrote_it(void **state) {
  (void)state;
  says("the total is 12, expected -7", "le total est 12, attendu -7");
  says("left out to keep the time budget", "omis pour tenir le budget de temps");
  says("over 2 % longer than the rest", "plus de 2 % plus long que the rest");
  says("1.5e+03 GB of memory", "1.5e+03 Go de mémoire");
  says("", "");
}

static void its_parts_are_said_in_turn_and_what_is_quoted_is_kept(void **state) {
  (void)state;
  says("item 3 did not run", "item 3 did not run"); /* its format has too few letters to be recognised */
  says("requires 'did not run', which ended with exit code 2: did not run",
       "exige « did not run », qui a fini avec le code 2: n’a pas tourné");
  says("lock needs what coro does not offer: did not run", "coro n’offre pas ce que lock exige : n’a pas tourné");
  says("oracle: the total is 1, expected did not run", "oracle : le total est 1, attendu n’a pas tourné");
}

static void what_no_format_fits_is_cut_where_notes_are_joined(void **state) {
  (void)state;
  says("pilot: the total is 1, expected 2; execution 3 of the sample",
       "pilot: le total est 1, attendu 2; execution 3 of the sample");
  says("problems left out: a (1 s a round); b c (2 ms a round)",
       "problèmes omis : a (1 s par tour); b c (2 ms par tour)");
  says("a: did not run", "a: n’a pas tourné");
  says("no such: thing", "no such: thing");
}

static void a_number_stands_for_no_word_and_a_word_alone_is_a_name(void **state) {
  (void)state;
  says("the total is many, expected 7", "the total is many, expected 7");
  says("skipped", "skipped");
  says("first letter of all", "first letter of all"); /* "%s of %s" may be in any text */
}

static void a_catalog_that_is_not_whole_has_no_texts(void **state) {
  (void)state;
  for (size_t cut = 1; cut < 300; cut += 13) {
    struct texts texts;
    assert_false(make(&texts, cut));
    assert_int_equal(texts.count, 0);
    texts_free(&texts);
  }
  struct texts texts;
  assert_false(texts_take(&texts, calloc(8, 1), 8));
  texts_free(&texts);
  assert_false(texts_read(&texts, "/nonexistent", "fr"));
  texts_free(&texts);
}

static void a_note_made_to_take_long_is_given_up(void **state) {
  (void)state;
  char note[4000] = "";
  for (size_t i = 0; i + 30 < sizeof note; i += 12)
    memcpy(note + i, "requires 'a'", 12);
  says(note, note);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_note_is_said_by_the_format_that_wrote_it),
      cmocka_unit_test(its_parts_are_said_in_turn_and_what_is_quoted_is_kept),
      cmocka_unit_test(what_no_format_fits_is_cut_where_notes_are_joined),
      cmocka_unit_test(a_number_stands_for_no_word_and_a_word_alone_is_a_name),
      cmocka_unit_test(a_catalog_that_is_not_whole_has_no_texts),
      cmocka_unit_test(a_note_made_to_take_long_is_given_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

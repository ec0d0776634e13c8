/* Tests a page that holds its run: bit for bit back, and every edit found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/scratch.h"
#include "data/embed.h"

struct scene {
  char folder[64], page[128], out[128]; /* out: where the page is unpacked */
};

static void put(const char *folder, const char *name, const void *bytes, size_t length) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static char *get(const char *folder, const char *name, size_t *length) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *bytes = calloc(1, 1 << 20);
  *length = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  return bytes;
}

static int make_scene(void **state) {
  struct scene *s = calloc(1, sizeof *s);
  strcpy(s->folder, "/tmp/nway-test-XXXXXX");
  if (!mkdtemp(s->folder))
    return -1;
  snprintf(s->page, sizeof s->page, "%s/old.html", s->folder);
  snprintf(s->out, sizeof s->out, "%s/out", s->folder);
  if (mkdir(s->out, 0700) != 0)
    return -1;
  *state = s;
  return 0;
}

static int drop_scene(void **state) {
  struct scene *s = *state;
  scratch_remove(s->out);
  scratch_remove(s->folder);
  free(s);
  return 0;
}

static const char hostile[] =
    "</template>\0<script>\xff\xfe,\"a\nb\"\r\n<template data-nway=\"samples.csv\" data-bytes=\"9\">\n";

/* Writes files that a page could be confused by, and the page. */
static void make_page(const struct scene *s, bool force, enum embedded *what) {
  struct text page = {0};
  struct fault why = {0};
  put(s->folder, "samples.csv", hostile, sizeof hostile - 1);
  put(s->folder, "plan.csv", "", 0);
  put(s->folder, "run.json", "{}", 2);
  text_add(&page, "<!doctype html>\n<p>x</p>\n");
  assert_int_equal(embed_run(&page, s->folder, force, what, &why), 0);
  text_add(&page, "</html>\n");
  put(s->folder, "old.html", page.bytes, page.length);
  text_free(&page);
}

static void what_went_in_comes_out_bit_for_bit(void **state) {
  struct scene *s = *state;
  struct fault why = {0};
  enum embedded what;
  size_t length;
  make_page(s, false, &what);
  assert_int_equal(what, EMBED_DONE);
  assert_true(embed_is_page(s->page));
  assert_false(embed_is_page(s->folder));
  assert_int_equal(embed_unpack(s->page, s->out, &why), 0);
  char *bytes = get(s->out, "samples.csv", &length);
  assert_int_equal(length, sizeof hostile - 1);
  assert_memory_equal(bytes, hostile, length);
  free(bytes);
  bytes = get(s->out, "plan.csv", &length);
  assert_int_equal(length, 0);
  free(bytes);
}

/* Any other base64 digit anywhere in the rows is found, and the message has the page's line. */
static void every_edit_is_found(void **state) {
  struct scene *s = *state;
  enum embedded what;
  size_t length, unharmed = 0;
  make_page(s, false, &what);
  char *page = get(s->folder, "old.html", &length), *start = strstr(page, "data-bytes="),
       *end = strstr(page, "\n</template>");
  start = strchr(start, '\n') + 1;
  for (char *at = start; at < end; at++) {
    struct fault why = {0};
    char was = *at;
    if (was == '\n' || was == '=')
      continue;
    *at = was == 'A' ? 'B' : 'A';
    put(s->folder, "old.html", page, length);
    if (embed_unpack(s->page, s->out, &why) ==
        0) { /* gzip's time and system, and the last digit's spare bits, do not reach the content */
      size_t got;
      char *rows = get(s->out, "samples.csv", &got);
      assert_int_equal(got, sizeof hostile - 1);
      assert_memory_equal(rows, hostile, got);
      free(rows);
      unharmed++;
    } else {
      assert_non_null(strstr(why.text, "old.html:3: the embedded samples.csv was edited or cut"));
    }
    *at = was;
  }
  assert_true(unharmed < 14);
  for (size_t cut = (size_t)(start - page); cut < length; cut += 7) {
    struct fault why = {0};
    put(s->folder, "old.html", page, cut);
    if (cut < length - strlen("</html>\n"))
      assert_int_not_equal(embed_unpack(s->page, s->out, &why), 0);
  }
  free(page);
}

/* The page is sound: the message blames the folder. */
static void a_folder_that_takes_no_file_is_named(void **state) {
  struct scene *s = *state;
  enum embedded what;
  struct fault why = {0};
  char in_the_way[256];
  make_page(s, false, &what);
  snprintf(in_the_way, sizeof in_the_way, "%s/samples.csv", s->out);
  assert_int_equal(mkdir(in_the_way, 0700), 0);
  assert_int_not_equal(embed_unpack(s->page, s->out, &why), 0);
  assert_non_null(strstr(why.text, "old.html: cannot unpack samples.csv into "));
  assert_int_equal(rmdir(in_the_way), 0);
}

/* Random bytes do not compress. */
static void too_much_is_named_with_its_digest(void **state) {
  struct scene *s = *state;
  enum embedded what;
  enum { BYTES = 2100000 };
  uint64_t random = 88172645463325252ULL;
  unsigned char *bytes = malloc(BYTES);
  struct text page = {0};
  struct fault why = {0};
  for (size_t i = 0; i < BYTES; i++) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    bytes[i] = (unsigned char)(random >> 32);
  }
  put(s->folder, "samples.csv", bytes, BYTES);
  put(s->folder, "plan.csv", "abc", 3);
  assert_int_equal(embed_run(&page, s->folder, false, &what, &why), 0);
  assert_int_equal(what, EMBED_TOO_LARGE);
  assert_null(strstr(text_of(&page), "<template"));
  /* FIPS 180-2, appendix B.1: the digest of "abc" */
  assert_non_null(strstr(text_of(&page), "plan.csv</code>, 3 bytes, SHA-256 "
                                         "<code>ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  text_add(&page, "</html>\n");
  put(s->folder, "old.html", page.bytes, page.length);
  assert_int_not_equal(embed_unpack(s->page, s->out, &why), 0);
  assert_non_null(strstr(why.text, "--embed"));
  text_free(&page);
  assert_int_equal(embed_run(&page, s->folder, true, &what, &why), 0);
  assert_int_equal(what, EMBED_DONE);
  assert_non_null(strstr(text_of(&page), "<template"));
  text_free(&page);
  free(bytes);
}

/* Whether the folder is gone, at the latest after ten seconds. */
static bool is_gone(const char *folder) {
  for (int i = 0; i < 1000 && access(folder, F_OK) == 0; i++)
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  return access(folder, F_OK) != 0;
}

static void a_scratch_folder_goes_with_its_owner(void **state) {
  struct scene *s = *state;
  struct fault why = {0};
  char folder[256] = "";
  int names[2];
  setenv("TMPDIR", s->folder, 1);
  struct scratch *scratch = scratch_open("x", &why);
  assert_non_null(scratch);
  put(scratch->folder, "samples.csv", "x", 1);
  snprintf(folder, sizeof folder, "%s", scratch->folder);
  scratch_close(scratch);
  assert_int_equal(access(folder, F_OK), -1);
  assert_int_equal(pipe(names), 0);
  pid_t owner = fork();
  if (owner == 0) {
    scratch = scratch_open("x", &why);
    put(scratch->folder, "samples.csv", "x", 1);
    _exit(write(names[1], scratch->folder, strlen(scratch->folder)) < 0 || pause());
  }
  assert_true(read(names[0], folder, sizeof folder - 1) > 0);
  assert_int_equal(access(folder, F_OK), 0);
  kill(owner, SIGKILL);
  assert_int_equal(waitpid(owner, NULL, 0), owner);
  assert_true(is_gone(folder));
  close(names[0]), close(names[1]);
}

static void a_scratch_folder_without_room_is_refused(void **state) {
  (void)state;
  struct fault why = {0};
  setenv("TMPDIR", "/proc/none", 1);
  assert_null(scratch_open("x", &why));
  assert_non_null(strstr(why.text, "/proc/none/x-XXXXXX: No such file or directory; set TMPDIR"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(what_went_in_comes_out_bit_for_bit, make_scene, drop_scene),
      cmocka_unit_test_setup_teardown(every_edit_is_found, make_scene, drop_scene),
      cmocka_unit_test_setup_teardown(a_folder_that_takes_no_file_is_named, make_scene, drop_scene),
      cmocka_unit_test_setup_teardown(too_much_is_named_with_its_digest, make_scene, drop_scene),
      cmocka_unit_test_setup_teardown(a_scratch_folder_goes_with_its_owner, make_scene, drop_scene),
      cmocka_unit_test(a_scratch_folder_without_room_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What embed.c writes into a page and unpack.c reads from it. */
#ifndef NWAY_REPORT_EMBED_FILES_H
#define NWAY_REPORT_EMBED_FILES_H

/* The files of a run that a report reads, the required ones first. */
enum { EMBED_FILES = 8, EMBED_REQUIRED = 2 };
static const char *const embed_files[EMBED_FILES] = {"samples.csv",  "plan.csv",    "run.json",   "machine.json",
                                                     "catalog.json", "config.conf", "blocks.csv", "second.json"};

/* <template data-nway="samples.csv" data-bytes="123">\nBASE64\n</template>\n */
#define EMBED_START "<template data-nway=\""
#define EMBED_SIZE "\" data-bytes=\""
#define EMBED_DATA "\">\n"
#define EMBED_END "\n</template>\n"

#endif

/* The settings of a configuration's sections [run] and [problem NAME], one table for parser, help and man page. */
#ifndef NWAY_SETTINGS_H
#define NWAY_SETTINGS_H

enum setting_place { IN_RUN = 1, IN_PROBLEM = 2 };

struct setting_row {
  const char *name;
  unsigned where;                /* bits of enum setting_place */
  const char *initial, *meaning; /* initial: default value; NULL: none */
};

enum {
  SETTINGS = 0
#define SETTING(name, where, initial, meaning) +1
#include "settings.def"
#undef SETTING
};

extern const struct setting_row setting_table[SETTINGS];

/* Returns the row of that name, or NULL. */
const struct setting_row *setting_find(const char *name);

#endif

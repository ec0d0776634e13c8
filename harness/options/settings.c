/* Defines the table of settings and finds a setting in it. */
#include "settings.h"

#include <stddef.h>
#include <string.h>

const struct setting_row setting_table[SETTINGS] = {
#define SETTING(name, where, initial, meaning) {#name, where, initial, meaning},
#include "settings.def"
#undef SETTING
};

const struct setting_row *setting_find(const char *name) {
  for (int i = 0; i < SETTINGS; i++)
    if (strcmp(setting_table[i].name, name) == 0)
      return &setting_table[i];
  return NULL;
}

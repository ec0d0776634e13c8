/* The command line of both programs: tables of commands, options and settings; parser, help, man pages, completions.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_OPTIONS_OFFERS_H
#define NWAY_OPTIONS_OFFERS_H

#include "options.h"
#include "settings.h"

#endif

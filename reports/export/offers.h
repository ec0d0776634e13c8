/* Runs, fits and comparisons in formats for programs: CSV, JSON, XML, Markdown.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_EXPORT_OFFERS_H
#define NWAY_EXPORT_OFFERS_H

#include "change_csv.h"
#include "export.h"
#include "fit_data.h"

#endif

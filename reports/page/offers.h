/* The HTML pages: report and comparison.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_PAGE_OFFERS_H
#define NWAY_PAGE_OFFERS_H

#include "card.h"
#include "changes.h"
#include "compare.h"
#include "page.h"
#include "page_metg.h"
#include "page_parts.h"

#endif

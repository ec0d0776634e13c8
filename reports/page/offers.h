/* The HTML pages: report and comparison.
 * Other rooms may include what stands here; every other header of this room is private to it. */
#ifndef NWAY_PAGE_OFFERS_H
#define NWAY_PAGE_OFFERS_H

#include "card.h"
#include "changes.h"
#include "compare.h"
#include "page.h"
#include "page_metg.h"
#include "page_parts.h"

#endif

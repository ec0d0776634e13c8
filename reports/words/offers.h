/* Figures and verdicts as sentences and tables, also for the terminal.
 * Other rooms may include the headers listed here; the other headers of this room are private. */
#ifndef NWAY_WORDS_OFFERS_H
#define NWAY_WORDS_OFFERS_H

#include "ab.h"
#include "advice_words.h"
#include "change_rows.h"
#include "change_words.h"
#include "counter_words.h"
#include "expectation_words.h"
#include "fit_words.h"
#include "gate.h"
#include "growth_words.h"
#include "history_words.h"
#include "language.h"
#include "loss_words.h"
#include "machine_words.h"
#include "markdown.h"
#include "note_words.h"
#include "program_words.h"
#include "second_words.h"
#include "show.h"
#include "show_two.h"
#include "terminal.h"
#include "times_words.h"
#include "verdict.h"
#include "work_words.h"

#endif

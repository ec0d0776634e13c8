/* The user's wish to stop: the one flag that INT, TERM and HUP set. */
#ifndef NWAY_STOP_H
#define NWAY_STOP_H

#include <signal.h>

/* From now on the first signal sets the flag; a second one ends this process at once. SIGPIPE is ignored. */
void stop_on_signals(void);

/* The number of the signal, or 0. */
const volatile sig_atomic_t *stop_flag(void);

#endif

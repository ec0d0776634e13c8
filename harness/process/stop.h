/* The flag that SIGINT, SIGTERM and SIGHUP set when the user stops nway. */
#ifndef NWAY_STOP_H
#define NWAY_STOP_H

#include <signal.h>

/* Installs the handlers: the first signal sets the flag, a second one ends this process immediately. Ignores SIGPIPE.
 */
void stop_on_signals(void);

/* Points to the number of the signal received, or 0. */
const volatile sig_atomic_t *stop_flag(void);

#endif

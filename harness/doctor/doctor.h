/* `nway doctor`: says whether this machine is fit to measure on, and what would mend it. */
#ifndef NWAY_DOCTOR_H
#define NWAY_DOCTOR_H

/* `nway doctor [--thorough]`; argv[0] is the command. Prints a line for each check and returns the exit code: 0 fit,
 * 1 unfit, 2 a bad option. */
int doctor_main(int argc, char **argv);

#endif

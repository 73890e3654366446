/* Command lines of the form --name value, and how a program gives up. */
#ifndef OPTIONS_H
#define OPTIONS_H

/* The text after --name, or `otherwise`. */
const char *textOption(int argc, char **argv, const char *name, const char *otherwise);
/* A whole number from `least` to `most`; anything else ends the program. */
long numberOption(int argc, char **argv, const char *name, long otherwise, long least, long most);
/* Ends the program when an option is not among `known`, a list that ends with NULL. */
void checkOptions(int argc, char **argv, const char *const *known);
/* Prints what and why (errno), and ends the program with status 1. */
_Noreturn void fail(const char *what);

/* CPU time of this process, user and system together. */
double cpuUs(void);
/* CLOCK_MONOTONIC. */
double nowUs(void);
/* VmRSS of this process. */
long residentBytes(void);
/* The soft limit of open files, after raising it to the hard one. */
long openFiles(void);

#endif

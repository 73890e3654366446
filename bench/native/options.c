#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

_Noreturn void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, errno == 0 ? "not possible" : strerror(errno));
  exit(1);
}

static const char *valueOf(int argc, char **argv, const char *name) {
  for (int i = 1; i + 1 < argc; i += 2)
    if (strncmp(argv[i], "--", 2) == 0 && strcmp(argv[i] + 2, name) == 0) return argv[i + 1];
  return NULL;
}

const char *textOption(int argc, char **argv, const char *name, const char *otherwise) {
  const char *value = valueOf(argc, argv, name);
  return value == NULL ? otherwise : value;
}

long numberOption(int argc, char **argv, const char *name, long otherwise, long least, long most) {
  const char *value = valueOf(argc, argv, name);
  if (value == NULL) return otherwise;
  char *end;
  errno = 0;
  long number = strtol(value, &end, 10);
  if (*value != '\0' && *end == '\0' && errno == 0 && number >= least && number <= most) return number;
  fprintf(stderr, "--%s takes a whole number from %ld to %ld\n", name, least, most);
  exit(2);
}

void checkOptions(int argc, char **argv, const char *const *known) {
  for (int i = 1; i < argc; i += 2) {
    const char *const *name = known;
    while (*name != NULL && (strncmp(argv[i], "--", 2) != 0 || strcmp(argv[i] + 2, *name) != 0)) name++;
    if (*name != NULL && i + 1 < argc) continue;
    fprintf(stderr, "%s: %s; options, each with a value:", argv[i], *name == NULL ? "not known" : "has no value");
    for (name = known; *name != NULL; name++) fprintf(stderr, " --%s", *name);
    fprintf(stderr, "\n");
    exit(2);
  }
}

double cpuUs(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

double nowUs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

long residentBytes(void) {
  long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL) return 0;
  if (fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
  fclose(file);
  return resident * sysconf(_SC_PAGESIZE);
}

long openFiles(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) fail("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("setrlimit");
  /* An unlimited one would make tables without end. */
  return limit.rlim_cur > 4000000 ? 4000000 : (long)limit.rlim_cur;
}

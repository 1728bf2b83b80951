/* A load for the benchmarks. For each line on stdin: as many rounds as the second argument says of the system calls
 * that the first one names; then the processor time of one round in ns on stdout. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int count, char **arguments) {
  const char *mode = arguments[1];
  long rounds = count > 2 ? atol(arguments[2]) : 1;
  char line[16], path[64];
  while (fgets(line, sizeof(line), stdin)) {
    double start = now();
    for (long i = 0; i < rounds; i++) {
      if (!strcmp(mode, "getppid")) {
        syscall(SYS_getppid);
      } else {
        snprintf(path, sizeof(path), "/etc/absent-%05ld.conf", i % 10000);
        int fd = syscall(SYS_openat, AT_FDCWD, strcmp(mode, "open") ? path : "/etc/passwd", O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
          syscall(SYS_close, fd);
        }
      }
    }
    printf("%.1f\n", (now() - start) / rounds);
    fflush(stdout);
  }
  return 0;
}

/* A load for the benchmarks: `load MODE ROUNDS [FOLDER]`. For each line on stdin: as many rounds of the system calls that
 * the mode names; then the processor time of one round in ns on stdout. The modes that open files of the folder make
 * them first. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PATHS = 10000, LONG_NAMES = 10 };

/* What the next open of a mode gets. */
struct call {
  int directory;
  char path[512];
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static void make(const char *path) {
  close(open(path, O_CREAT | O_RDONLY, 0600));
}

static int is(const char *mode, const char *name) {
  return !strcmp(mode, name);
}

/* Files in the folder and below, as the mode needs them. */
static void prepare(const char *mode, const char *folder, struct call *call) {
  char name[64];
  if (chdir(folder)) {
    exit(1);
  }
  mkdir("some", 0700);
  mkdir("some/place", 0700);
  make("some/place/file.txt");
  if (is(mode, "unique")) {
    for (int i = 0; i < PATHS; i++) {
      snprintf(name, sizeof(name), "some/place/%05d.txt", i);
      make(name);
    }
  }
  call->directory = is(mode, "dirfd") ? open("some", O_RDONLY | O_DIRECTORY) : AT_FDCWD;
  if (is(mode, "relative")) {
    strcpy(call->path, "some/place/file.txt");
  } else if (is(mode, "dirfd")) {
    strcpy(call->path, "place/file.txt");
  } else if (is(mode, "long")) {
    strcpy(call->path, folder);
    for (int i = 0; i < LONG_NAMES; i++) {
      strcat(call->path, "/a-directory-of-20-b");
      mkdir(call->path, 0700);
    }
    strcat(call->path, "/file.txt");
    make(call->path);
  } else {
    snprintf(call->path, sizeof(call->path), "%s/some/place/file.txt", folder);
  }
}

static void one_round(const char *mode, const char *folder, struct call *call, long i) {
  if (is(mode, "getppid")) {
    syscall(SYS_getppid);
    return;
  }
  if (is(mode, "absent")) {
    snprintf(call->path, sizeof(call->path), "/etc/absent-%05ld.conf", i % PATHS);
  } else if (is(mode, "unique")) {
    snprintf(call->path, sizeof(call->path), "%s/some/place/%05ld.txt", folder, i % PATHS);
  }
  int fd = syscall(SYS_openat, call->directory, call->path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    syscall(SYS_close, fd);
  }
}

int main(int count, char **arguments) {
  const char *mode = arguments[1], *folder = count > 3 ? arguments[3] : "";
  long rounds = count > 2 ? atol(arguments[2]) : 1;
  char line[16];
  struct call call = {AT_FDCWD, "/etc/passwd"};
  if (*folder) {
    prepare(mode, folder, &call);
  }
  while (fgets(line, sizeof(line), stdin)) {
    double start = now();
    for (long i = 0; i < rounds; i++) {
      one_round(mode, folder, &call, i);
    }
    printf("%.1f\n", (now() - start) / rounds);
    fflush(stdout);
  }
  return 0;
}

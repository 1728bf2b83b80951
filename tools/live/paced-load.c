/* System calls at a steady pace, and processes that live for a moment, for measuring what the sensor needs.
 * Usage: paced-load CALLS PROCESSES SECONDS, both numbers in a second. Prints how many there were. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CALLS_OF_A_ROUND = 8, TURNS_OF_A_SECOND = 200, PATHS = 10000 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void sleep_until(double then) {
  struct timespec time = {(time_t)then, (long)((then - (time_t)then) * 1e9)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
  }
}

/* Calls that change what is known of a process, so that all of them are told of. */
static void one_round(long i) {
  char path[64];
  snprintf(path, sizeof(path), "/tmp/lanner-load-%05ld", i % PATHS);
  int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  int copy = dup(file);
  close(copy);
  close(file);
  unlink(path);
  int end = socket(AF_INET, SOCK_STREAM, 0);
  close(end);
  if (chdir(i % 2 ? "/tmp" : "/") != 0) {
    exit(1);
  }
}

static void one_process(long i) {
  pid_t child = fork();
  if (child == 0) {
    /* One in four becomes another program. */
    if (i % 4 == 0) {
      execl("/bin/true", "true", "a short life", (char *)NULL);
    }
    one_round(i);
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

int main(int count, char **arguments) {
  if (count != 4) {
    return 2;
  }
  double calls = atof(arguments[1]), processes = atof(arguments[2]), seconds = atof(arguments[3]);
  double start = now();
  long rounds = 0, children = 0;
  for (long turn = 1; turn <= seconds * TURNS_OF_A_SECOND; turn++) {
    double due = (double)turn / TURNS_OF_A_SECOND;
    while (rounds * CALLS_OF_A_ROUND < due * calls) {
      one_round(rounds++);
    }
    while (children < due * processes) {
      one_process(children++);
    }
    sleep_until(start + due);
  }
  printf("%ld %ld %.1f\n", rounds * CALLS_OF_A_ROUND, children, now() - start);
  return 0;
}

"""Opens a file that is not there, as often as the first argument says; in as many processes as the second says."""

import os
import sys

count, processes = int(sys.argv[1]), int(sys.argv[2])
for _ in range(processes - 1):
    if os.fork() == 0:
        break
for number in range(count):
    try:
        os.open("/nonexistent/%d" % number, os.O_RDONLY)
    except OSError:
        pass
try:
    while True:
        os.wait()
except ChildProcessError:
    pass

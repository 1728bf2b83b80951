"""For each number on a line of standard input: opens so many files that are not there, each once, and ends a line when it has."""

import os
import sys

opened = 0
for line in sys.stdin:
    for _ in range(int(line)):
        try:
            os.open("/nonexistent/%08d" % opened, os.O_RDONLY)
        except OSError:
            opened += 1
    os.write(1, b"\n")

import type { CommandEnvironment } from '../command.ts';

export interface ProgressLine {
  /** Bytes that are done, and of how many. */
  readonly show: (done: number, total: number) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const everyMs = 200;

/** One line on a terminal, after a second; nothing in pipes. */
export function progressLine({ err, errColour }: CommandEnvironment, what: string): ProgressLine {
  const start = performance.now();
  let shown = start + 800;
  let width = 0;
  return {
    show(done, total) {
      if (!errColour || performance.now() - shown < everyMs) {
        return;
      }
      shown = performance.now();
      const line = `${what}: ${mebibytes(done)} of ${mebibytes(total)} MiB`;
      err(`\r${line.padEnd(width)}`);
      width = line.length;
    },
    end() {
      if (width > 0) {
        err(`\r${' '.repeat(width)}\r`);
      }
    },
  };
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

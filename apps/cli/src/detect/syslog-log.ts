import type { ChildProcess } from 'node:child_process';

/** Facility "user" of syslog(3). */
const facility = 1;
/** Bytes that may wait for a syslog that does not read; further lines are left out. */
const maxWaitingBytes = 1 << 20;

export interface SyslogLog {
  readonly write: (severity: number, line: string) => void;
  readonly close: () => void;
}

/**
 * Log lines to the local syslog (tag falco) through logger(1). A syslog that cannot be reached is told once to
 * `onFailure`, and left alone then: the log is no reason for a detection to fail.
 */
export function syslogLog(
  spawn: (argv: readonly string[]) => ChildProcess,
  onFailure: (reason: string) => void,
): SyslogLog {
  let child: ChildProcess | null = null;
  let hasFailed = false;
  const fail = (reason: string): void => {
    if (!hasFailed) {
      hasFailed = true;
      onFailure(reason);
    }
  };
  const start = (): ChildProcess => {
    const started = spawn(['logger', '--tag', 'falco', '--prio-prefix', '--size', '64KiB']);
    started.on('error', (error) => {
      fail(error.message);
    });
    started.on('exit', (code) => {
      if (code !== 0) {
        fail(`logger ended with ${code ?? 'a signal'}`);
      }
    });
    started.stdin?.on('error', (error) => {
      fail(error.message);
    });
    return started;
  };
  return {
    write(severity, line) {
      if (!hasFailed) {
        child ??= start();
        const { stdin } = child;
        if (stdin?.writable === true && stdin.writableLength < maxWaitingBytes) {
          stdin.write(`<${facility * 8 + severity}>${line}\n`);
        }
      }
    },
    close() {
      child?.stdin?.end();
    },
  };
}

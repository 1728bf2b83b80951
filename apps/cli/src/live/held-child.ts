import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Writable } from 'node:stream';
import { AppError } from '@lanner/core';

/** A command whose process exists and waits: it has not run an instruction of its own. */
export interface HeldChild {
  readonly pid: number;
  /** Lets the command begin. */
  readonly release: () => void;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Its exit code, as a shell tells it: 128 and more for the end by a signal. */
  readonly exit: Promise<number>;
}

// A shell that waits for a line on a descriptor of its own, then becomes the command. The line does not come when
// Lanner ends before. The name is one that no environment has, so that the command inherits what it would without us.
const waitAndBecome =
  'IFS= read -r lanner_held_go <&3 || exit 125; exec 3<&-; unset lanner_held_go; exec "$@"';

/** Starts a command that waits. It has this process's standard streams, terminal, environment and directory. */
export function holdChild(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): HeldChild {
  const [name = ''] = command;
  checkCommand(name, env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin');
  const child = spawn('/bin/sh', ['-c', waitAndBecome, 'lanner', ...command], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env,
  });
  const exit = exitCode(child);
  const gate = child.stdio[3] as Writable | null;
  // The command may have ended before it began: by a signal.
  gate?.on('error', () => undefined);
  if (child.pid === undefined || gate === null) {
    throw new AppError('usage.invalid', `${name} cannot be started`, {
      hint: 'It is started through /bin/sh.',
    });
  }
  return {
    pid: child.pid,
    release: () => gate.end('go\n'),
    kill: (signal) => child.kill(signal),
    exit,
  };
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + osConstants.signals[signal ?? 'SIGKILL']);
    });
  });
}

/** A command that is not there costs a clear message instead of a sensor. Exit codes are those of a shell. */
function checkCommand(name: string, path: string): void {
  const candidates = name.includes('/') ? [name] : path.split(delimiter).map((folder) => join(folder, name));
  if (!candidates.some(isExecutable)) {
    throw new AppError('usage.invalid', `the command ${name} is not found`, {
      hint: 'Write it as you would in a shell, after --.',
    });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Absent, or not for us.
    return false;
  }
}

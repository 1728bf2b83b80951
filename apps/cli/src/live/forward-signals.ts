import { readFileSync } from 'node:fs';

const forwarded = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT', 'SIGCONT'] as const;
/** A terminal sends these to every process of its foreground group, the command included. */
const fromTerminal: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** Hands signals on to the command, but for those that it gets from the terminal anyway. Gives what ends it. */
export function forwardSignals(kill: (signal: NodeJS.Signals) => void): () => void {
  const listeners = forwarded.map((signal) => {
    const listener = (): void => {
      if (!fromTerminal.has(signal) || !isForeground(statOf())) {
        kill(signal);
      }
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    listeners.forEach(([signal, listener]) => process.off(signal, listener));
  };
}

function statOf(): string {
  return readFileSync('/proc/self/stat', 'latin1');
}

/** True when a terminal's foreground group is that of the process whose stat line this is. */
export function isForeground(stat: string): boolean {
  // State, parent, group, session, terminal, foreground group of the terminal.
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return group !== undefined && group === foreground;
}

import type { CommandEnvironment } from '../command.ts';
import { consoleLog } from './console-log.ts';
import { Screen } from './screen.ts';

/** A terminal that shows a state at its end; everything else that the command writes comes above it. */
export interface TerminalView {
  /** The environment of what runs behind the view. */
  readonly environment: CommandEnvironment;
  readonly write: (text: string) => void;
  readonly show: (lines: readonly string[]) => void;
  readonly close: () => void;
}

/** Null where nobody sits in front, or in front of a terminal that cannot move its cursor. */
export function terminalView(environment: CommandEnvironment): TerminalView | null {
  const { errIsTerminal, env, errColumns, errColour } = environment;
  if (!errIsTerminal || env['TERM'] === 'dumb') {
    return null;
  }
  const screen = new Screen({ write: environment.err, columns: errColumns });
  const write = (text: string): void => {
    screen.above(text);
  };
  return {
    environment: {
      ...environment,
      err: write,
      log: consoleLog(write, errColour),
      // The same terminal shows alerts for people already.
      ...(environment.outColumns === null ? {} : { out: () => undefined, outTaken: () => Promise.resolve() }),
    },
    write,
    show: (lines) => {
      screen.show(lines);
    },
    close: () => {
      screen.close();
    },
  };
}

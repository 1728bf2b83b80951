import type { StoredAlert } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { CommandEnvironment } from '../command.ts';
import { fit, plainText } from '../lib/terminal-text.ts';
import { pause } from '../lib/pause.ts';
import type { TerminalView } from '../lib/terminal-view.ts';
import { alertLine } from './alert-line.ts';
import { serverFigures } from './figures.ts';
import type { RunningServer } from './open-server.ts';
import { summaryLine, type SummaryParts, summaryLines } from './summary-lines.ts';

export interface Summary {
  readonly close: () => Promise<void>;
}

const everyMs = 1000;
/** Figures are asked for again after so many turns although no alert came: scans change them, too. */
const restTurns = 5;
/** Alerts that are shown in a second; nobody reads more. */
const shownInTurn = 10;
const readAtOnce = 500;

/** In front of a terminal: alerts as they come, and the state below them. */
export function startSummary(
  server: RunningServer,
  view: TerminalView,
  parts: () => SummaryParts,
  environment: Pick<CommandEnvironment, 'now' | 'errColumns' | 'errColour'>,
): Summary {
  const stop = new AbortController();
  const alerts = new NewAlerts(server);
  const draw = (): Promise<void> => drawOnce(server, alerts, view, parts(), environment);
  const running = (async () => {
    let turns = 0;
    let wakes = -1;
    while (!stop.signal.aborted) {
      if (wakes !== server.tail.wakes || turns % restTurns === 0) {
        ({ wakes } = server.tail);
        await draw();
      }
      turns++;
      await pause(everyMs, stop.signal);
    }
    await draw();
  })();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}

async function drawOnce(
  server: RunningServer,
  alerts: NewAlerts,
  view: TerminalView,
  parts: SummaryParts,
  { now, errColumns, errColour }: Pick<CommandEnvironment, 'now' | 'errColumns' | 'errColour'>,
): Promise<void> {
  const columns = errColumns();
  try {
    const lines = await alerts.lines(errColour);
    if (lines.length > 0) {
      view.write(`${lines.map((line) => fit(line, columns - 1)).join('\n')}\n`);
    }
    view.show(summaryLines(await serverFigures(server, now().getTime()), parts, columns, errColour));
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    // The server goes on all the same, and the store is asked again.
    view.show([summaryLine('Store', `cannot be asked: ${plainText(error.message)}`, errColour, 'red')]);
  }
}

/** Follows the alerts that are worth a line: the first of each group, whether people are told of it or not. */
class NewAlerts {
  readonly #server: Pick<RunningServer, 'tail' | 'store'>;
  #position: number | null = null;

  constructor(server: Pick<RunningServer, 'tail' | 'store'>) {
    this.#server = server;
  }

  async lines(colour: boolean): Promise<string[]> {
    const lines: string[] = [];
    let left = 0;
    for await (const alert of this.#next()) {
      if (lines.length < shownInTurn) {
        lines.push(alertLine(alert, colour));
      } else {
        left++;
      }
    }
    return left === 0 ? lines : [...lines, `… and ${left} more`];
  }

  /** Those since the last time. */
  async *#next(): AsyncGenerator<StoredAlert> {
    const { tail, store } = this.#server;
    this.#position ??= await store.alerts.lastPosition();
    let alerts: readonly StoredAlert[];
    do {
      alerts = await tail.after(this.#position, readAtOnce);
      this.#position = alerts.at(-1)?.position ?? this.#position;
      yield* alerts.filter(({ held }) => held === null || held === 'muted' || held === 'budget');
    } while (alerts.length > 0);
  }
}

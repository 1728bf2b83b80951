import type { CommandEnvironment } from '../command.ts';
import { fit } from '../lib/terminal-text.ts';
import { pause } from '../lib/pause.ts';
import type { TerminalView } from '../lib/terminal-view.ts';
import { alertLine } from './alert-line.ts';
import { serverFigures } from './figures.ts';
import type { RunningServer } from './open-server.ts';
import { type SummaryParts, summaryLines } from './summary-lines.ts';

export interface Summary {
  readonly close: () => Promise<void>;
}

const everyMs = 1000;
/** Figures are asked for again after so many turns although no alert came: scans change them, too. */
const restTurns = 5;
/** Alerts that are shown in a second; nobody reads more. */
const shownInTurn = 10;

/** In front of a terminal: alerts as they come, and the state below them. */
export function startSummary(
  server: RunningServer,
  view: TerminalView,
  parts: () => SummaryParts,
  environment: Pick<CommandEnvironment, 'now' | 'errColumns' | 'errColour'>,
): Summary {
  const stop = new AbortController();
  const alerts = new NewAlerts(server);
  const running = (async () => {
    let turns = 0;
    let wakes = -1;
    while (!stop.signal.aborted) {
      if (wakes !== server.tail.wakes || turns % restTurns === 0) {
        ({ wakes } = server.tail);
        await drawOnce(server, alerts, view, parts(), environment);
      }
      turns++;
      await pause(everyMs, stop.signal);
    }
    await drawOnce(server, alerts, view, parts(), environment);
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
  const lines = await alerts.lines(errColour);
  view.show(summaryLines(await serverFigures(server, now().getTime()), parts, columns, errColour));
  if (lines.length > 0) {
    view.write(`${lines.map((line) => fit(line, columns - 1)).join('\n')}\n`);
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
    const { tail, store } = this.#server;
    this.#position ??= await store.alerts.lastPosition();
    const lines: string[] = [];
    let left = 0;
    for (;;) {
      const alerts = await tail.after(this.#position, 500);
      const last = alerts.at(-1);
      if (last === undefined) {
        break;
      }
      this.#position = last.position;
      for (const alert of alerts) {
        if (alert.held !== null && alert.held !== 'muted' && alert.held !== 'budget') {
          continue;
        }
        if (lines.length < shownInTurn) {
          lines.push(alertLine(alert, colour));
        } else {
          left++;
        }
      }
    }
    return left === 0 ? lines : [...lines, `… and ${left} more`];
  }
}

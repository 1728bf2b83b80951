import type { StoredAlert } from '@lanner/api';
import { priorityNames } from '@lanner/api';
import type { CommandEnvironment } from '../command.ts';
import type { RunningServer } from './open-server.ts';

export interface Summary {
  readonly close: () => Promise<void>;
}

const dayUs = 86_400_000_000;
const everyMs = 2000;
const shownAtOnce = 20;

/** On a terminal: alerts as they come, and a line of the state below. Elsewhere nothing: the log says enough. */
export function startSummary(server: RunningServer, environment: CommandEnvironment): Summary {
  if (!environment.errIsTerminal) {
    return { close: () => Promise.resolve() };
  }
  const stop = new AbortController();
  const drawer = new Drawer(environment);
  const running = Promise.all([
    follow(server, drawer, stop.signal),
    refresh(server, drawer, environment, stop.signal),
  ]);
  return {
    async close() {
      stop.abort();
      await running;
      drawer.clear();
    },
  };
}

async function follow({ tail, store }: RunningServer, drawer: Drawer, signal: AbortSignal): Promise<void> {
  let position = await store.alerts.lastPosition();
  while (!signal.aborted) {
    const { wakes } = tail;
    const alerts = await tail.after(position, 500);
    position = alerts.at(-1)?.position ?? position;
    const told = alerts.filter(({ held }) => held === null);
    told.slice(0, shownAtOnce).forEach((alert) => {
      drawer.alert(alert);
    });
    if (told.length > shownAtOnce) {
      drawer.line(`… and ${told.length - shownAtOnce} more`);
    }
    if (alerts.length === 0) {
      await tail.next(wakes, signal);
    }
  }
}

async function refresh(
  server: RunningServer,
  drawer: Drawer,
  { now }: CommandEnvironment,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    drawer.status(await stateLine(server, now().getTime()));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Such as `24 h: 12 alerts, 3 critical · 41 findings critical or high · slack waits (7)`. */
export async function stateLine(
  { store, destinations }: Pick<RunningServer, 'store' | 'destinations'>,
  nowMs: number,
): Promise<string> {
  const day = { fromUs: nowMs * 1000 - dayUs };
  const [all, critical, findings, last, health] = await Promise.all([
    store.alerts.count(day),
    store.alerts.count({ ...day, minPriority: 'Critical' }),
    store.findings.count({ severities: ['CRITICAL', 'HIGH'] }),
    store.alerts.lastPosition(),
    store.health(),
  ]);
  const waiting = destinations
    .statuses()
    .filter(({ failures }) => failures > 0)
    .map(({ name, position }) => `${name} fails (${Math.max(0, last - position)} wait)`);
  return [
    `24 h: ${all} alerts, ${critical} critical`,
    `${findings} findings critical or high`,
    ...waiting,
    ...(health.state === 'ok' ? [] : [`store ${health.state}: ${health.reason}`]),
  ].join(' · ');
}

/** Writes lines above a last line that is drawn anew. */
class Drawer {
  #status = '';
  readonly #environment: CommandEnvironment;

  constructor(environment: CommandEnvironment) {
    this.#environment = environment;
  }

  alert({ event }: StoredAlert): void {
    const urgent = priorityNames.indexOf(event.priority) <= priorityNames.indexOf('Error');
    this.line(
      `${event.time.slice(11, 19)} ${this.#coloured(event.priority.padEnd(13), urgent ? 31 : 33)} ${event.rule}`,
    );
  }

  line(text: string): void {
    this.#environment.err(`\r\u001b[2K${text}\n${this.#status}`);
  }

  status(text: string): void {
    const width = (this.#environment.outColumns ?? 80) - 1;
    this.#status = this.#coloured(text.length > width ? `${text.slice(0, width - 1)}…` : text, 2);
    this.#environment.err(`\r\u001b[2K${this.#status}`);
  }

  clear(): void {
    this.#environment.err('\r\u001b[2K');
  }

  #coloured(text: string, code: number): string {
    return this.#environment.errColour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

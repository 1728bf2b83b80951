import type { Finding, Store } from '@lanner/hub';
import type { RunningServer } from './open-server.ts';

/** What somebody in front of a server wants to know of it at one moment. */
export interface ServerFigures {
  /** Of the last 24 hours. */
  readonly alerts: { readonly all: number; readonly critical: number };
  readonly hosts: { readonly count: number; readonly packages: number; readonly system: string };
  readonly images: { readonly count: number; readonly packages: number };
  readonly findings: Readonly<Record<Finding['severity'], number>>;
  /** Destinations that fail. */
  readonly failing: readonly { readonly name: string; readonly waiting: number; readonly reason: string }[];
  /** What is wrong with the store; empty when nothing is. */
  readonly store: string;
}

const dayUs = 86_400_000_000;

export async function serverFigures(
  { store, destinations }: Pick<RunningServer, 'store' | 'destinations'>,
  nowMs: number,
): Promise<ServerFigures> {
  const day = { fromUs: nowMs * 1000 - dayUs };
  const [all, critical, found, last, health] = await Promise.all([
    store.alerts.count(day),
    store.alerts.count({ ...day, minPriority: 'Critical' }),
    artifactFigures(store),
    store.alerts.lastPosition(),
    store.health(),
  ]);
  return {
    alerts: { all, critical },
    ...found,
    failing: destinations
      .statuses()
      .filter(({ failures }) => failures > 0)
      .map(({ name, position, lastError }) => ({
        name,
        waiting: Math.max(0, last - position),
        reason: lastError ?? '',
      })),
    store: health.state === 'ok' ? '' : `${health.state}: ${health.reason}`,
  };
}

async function artifactFigures(store: Store): Promise<Pick<ServerFigures, 'hosts' | 'images' | 'findings'>> {
  const hosts = { count: 0, packages: 0, system: '' };
  const images = { count: 0, packages: 0 };
  const findings = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };
  for (const { kind, packages, system, open, retiredMs } of await store.findings.artifacts()) {
    if (retiredMs !== null) {
      continue;
    }
    const sum = kind === 'image' ? images : hosts;
    sum.count++;
    sum.packages += packages;
    if (kind !== 'image') {
      hosts.system = system;
    }
    for (const [severity, count] of Object.entries(open)) {
      findings[severity as Finding['severity']] += count;
    }
  }
  return { hosts, images, findings };
}

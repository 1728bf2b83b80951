import { paint } from '../lib/colour.ts';
import type { Behaviour } from './behaviour.ts';

/** What came of a behaviour. */
export type Observation = Pick<Behaviour, 'id' | 'family' | 'doc'> & {
  /** From the system call to the alert; null when no alert came. */
  readonly latencyMs: number | null;
};

export interface SelftestReport {
  readonly ok: boolean;
  readonly seen: number;
  readonly missing: readonly string[];
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null };
  readonly behaviours: readonly Observation[];
}

export function reportJson(observations: readonly Observation[]): SelftestReport {
  const latencies = observations
    .flatMap(({ latencyMs }) => latencyMs ?? [])
    .map(rounded)
    .sort((a, b) => a - b);
  const missing = observations.filter(({ latencyMs }) => latencyMs === null).map(({ id }) => id);
  return {
    ok: missing.length === 0,
    seen: latencies.length,
    missing,
    latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
    behaviours: observations.map((each) => ({
      ...each,
      latencyMs: each.latencyMs === null ? null : rounded(each.latencyMs),
    })),
  };
}

export function reportText(observations: readonly Observation[], colour: boolean): string {
  const { seen, missing, latencyMs } = reportJson(observations);
  const lines = observations.map(({ id, doc, latencyMs: latency }) => {
    const mark =
      latency === null ? paint('not seen', colour, 'brightRed', 'bold') : paint('seen', colour, 'green');
    const time = latency === null ? '' : `${latency.toFixed(1)} ms`;
    return `${mark.padEnd(latency === null ? 8 : 8 + mark.length - 4)}  ${id.padEnd(18)} ${time.padStart(9)}  ${doc}\n`;
  });
  const end =
    missing.length === 0
      ? `All ${seen} behaviours were seen`
      : `${seen} behaviours were seen, ${missing.length} were not`;
  return `${lines.join('')}${end}; from system call to alert ${latencyMs.p50 ?? '-'} ms (p50), ${latencyMs.p99 ?? '-'} ms (p99).\n`;
}

/** The smallest value that the share of the values does not exceed; null without any. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

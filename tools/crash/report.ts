import type { DeliveryFaults, Faults } from './ledger.ts';

/** What came of one part of the job. */
export interface CrashResult {
  /** The day of the run. */
  readonly day: string;
  readonly seconds: number;
  /** Kills, or cuts of the power. */
  readonly cuts: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly faults: Faults;
  /** Null where nothing is delivered. */
  readonly deliveries: (DeliveryFaults & { readonly repeats: number }) | null;
  /** What was wrong with searches that did not become right. */
  readonly wrongSearches: readonly string[];
  /** Milliseconds from a start until searches were right; null where nobody measures it. */
  readonly searchMs: { readonly median: number; readonly most: number } | null;
  /** What else is worth telling, as a sentence. */
  readonly note: string;
}

/** A part of the job as the report names it. */
export interface PartTitle {
  readonly id: string;
  readonly title: string;
  /** The part is to show that losses are found: it breaks something on purpose. */
  readonly expectsLoss: boolean;
}

/** How long a server may take until searches are right. */
export const searchLimitMs = 5000;

/** Why a result is not good enough, one sentence each; empty when it is. */
export function shortcomings(
  { faults, deliveries, searchMs, wrongSearches }: CrashResult,
  { expectsLoss }: Pick<PartTitle, 'expectsLoss'>,
): string[] {
  if (expectsLoss) {
    return faults.lost > 0 ? [] : ['nothing was lost although nothing was synced: this part shows nothing'];
  }
  // What comes again after a crash is no fault.
  const counts = { ...faults, ...deliveries, repeats: 0 };
  const wrong = Object.entries(counts).filter(([, count]) => count > 0);
  const slow = searchMs !== null && searchMs.most > searchLimitMs;
  return [
    ...wrongSearches.map((told) => `a search stayed wrong: ${told}`),
    ...wrong.map(([what, count]) => `${what}: ${count}`),
    ...(slow ? [`searches were right after ${Math.round(searchMs.most)} ms only`] : []),
  ];
}

export function summarize(values: readonly number[]): CrashResult['searchMs'] {
  const sorted = values.map(Math.round).sort((a, b) => a - b);
  const most = sorted.at(-1);
  return most === undefined ? null : { median: sorted[Math.floor(sorted.length / 2)] ?? most, most };
}

/** The page docs/crash.md, of results by the ids of their parts. */
export function reportPage(
  parts: readonly PartTitle[],
  results: Readonly<Partial<Record<string, CrashResult>>>,
): string {
  const found = parts.flatMap((part) => {
    const result = results[part.id];
    return result === undefined ? [] : [{ part, result }];
  });
  const rows = found.map(({ part, result }) => `| ${cellsOf(part, result).join(' | ')} |`);
  const notes = found.map(({ part, result }) => `- **${part.title}**: ${result.note}`);
  return [
    '# Kills and power cuts',
    '',
    'What is left of acknowledged alerts when server or agent end without a warning. `npm run crash` makes this page;',
    'name parts to run only those: `npm run crash -- server-kills`. It is a long job and no part of `npm test`, which has',
    'a short version of the kills (`e2e/server.test.ts`, `e2e/agents.test.ts`).',
    '',
    'Alerts come from the seeded generator, each with a mark of its own. Lost: acknowledged and not stored. Doubled:',
    'stored twice. Out of order: stored or delivered before what the same sender had acknowledged earlier. Sent again:',
    'deliveries that came a second time after a crash, which [decision 9](decisions/009-one-order-of-alerts.md) allows.',
    'Searchable: from the start of the server until the number of alerts, the words of the last round and single old',
    'and new alerts were found again (median, longest).',
    '',
    '| part | cuts | acknowledged | stored | lost | doubled | out of order | sent again | searchable (ms) | run (s) | day |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...notes,
    '',
  ].join('\n');
}

function cellsOf({ id }: PartTitle, result: CrashResult): (string | number)[] {
  const { cuts, acknowledged, stored, faults, deliveries, searchMs, seconds, day } = result;
  return [
    id,
    cuts,
    acknowledged,
    stored,
    faults.lost + (deliveries?.undelivered ?? 0),
    faults.doubled,
    faults.misordered + (deliveries?.overtaking ?? 0),
    deliveries?.repeats ?? '-',
    searchMs === null ? '-' : `${searchMs.median}, ${searchMs.most}`,
    seconds,
    day,
  ];
}

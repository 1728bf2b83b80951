import type { Answer } from '../api/client.ts';

type Finding = Answer<'getFinding'>['finding'];
type Acceptance = Answer<'getFinding'>['acceptances'][number];

/** Something that happened to a finding, or will. */
export interface HistoryEvent {
  readonly atMs: number;
  readonly kind: 'seen' | 'fixed' | 'back' | 'accepted' | 'ends';
  readonly text: string;
  readonly detail: string;
}

/** What happened to a finding and what is to come, the oldest first. */
export function historyOf(
  { intervals }: Pick<Finding, 'intervals'>,
  acceptances: readonly Acceptance[],
): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const [index, { fromMs, toMs }] of intervals.entries()) {
    const first = index === 0;
    events.push({
      atMs: fromMs,
      kind: first ? 'seen' : 'back',
      text: first ? 'First seen' : 'Back again',
      detail: '',
    });
    if (toMs !== null) {
      events.push({ atMs: toMs, kind: 'fixed', text: 'Fixed or gone', detail: '' });
    }
  }
  for (const { acceptedMs, untilMs, by, reason } of acceptances) {
    events.push({ atMs: acceptedMs, kind: 'accepted', text: `Accepted by ${by}`, detail: reason });
    if (untilMs !== null) {
      events.push({ atMs: untilMs, kind: 'ends', text: 'The acceptance ends', detail: '' });
    }
  }
  return events.sort((a, b) => a.atMs - b.atMs);
}

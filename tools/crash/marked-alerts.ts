import type { FalcoEvent } from '@lanner/api';
import { alertGenerator } from '../../packages/hub/src/testkit/alert-generator.ts';

/** The field with what tells an alert from every other one. It is one word, so that a search finds it. */
export const markField = 'crash.mark';
/** The field with a word that all alerts of one lane share. */
export const laneField = 'crash.lane';

export interface MarkedAlert {
  readonly mark: string;
  readonly event: FalcoEvent;
}

/** Alerts of the seeded generator, each with a mark. A lane is a word of letters and digits. */
export function* markedAlerts(lane: string, seed: number): Generator<MarkedAlert, never> {
  const generator = alertGenerator({ seed });
  for (let index = 0; ; index++) {
    const mark = `${lane}n${index}`;
    const { event } = generator.next().value;
    yield {
      mark,
      event: { ...event, output_fields: { ...event.output_fields, [markField]: mark, [laneField]: lane } },
    };
  }
}

/** The mark of an event that came back; empty for one that has none. */
export function markOf(event: Pick<FalcoEvent, 'output_fields'>): string {
  const mark = event.output_fields[markField];
  return typeof mark === 'string' ? mark : '';
}

import type { MadeContainer } from './workload.ts';

/** What alerts said of containers, by what they had to say. */
export interface Tally {
  readonly containers: number;
  /** Containers with an alert. */
  readonly seen: number;
  readonly id: number;
  readonly image: number;
  readonly pod: number;
  readonly namespace: number;
  /** Containers whose namespace a condition knew when they started. */
  readonly atOnce: number;
  /** The first few alerts that are wrong. */
  readonly wrong: readonly string[];
}

interface Alert {
  readonly rule: string;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

const maxWrong = 20;
const shortIdLength = 12;

/** Compares alerts, one JSON a line, with the containers that were made. */
export function tally(made: readonly MadeContainer[], alerts: string, image: string): Tally {
  const byMark = new Map<string, Alert['output_fields']>();
  let atOnce = 0;
  for (const line of alerts.split('\n').filter((text) => text.startsWith('{'))) {
    const { rule, output_fields: fields } = JSON.parse(line) as Alert;
    const mark = /mark-\d+$/.exec(String(fields['proc.args']))?.[0];
    if (mark !== undefined && rule !== 'Marked') {
      atOnce++;
    } else if (mark !== undefined) {
      byMark.set(mark, fields);
    }
  }
  const right = { seen: 0, id: 0, image: 0, pod: 0, namespace: 0 };
  const wrong: string[] = [];
  for (const container of made) {
    const fields = byMark.get(container.mark);
    const found = {
      seen: fields !== undefined,
      id: fields?.['container.id'] === container.id.slice(0, shortIdLength),
      image: fields?.['container.image'] === image,
      pod: fields?.['k8s.pod.name'] === container.pod,
      namespace: fields?.['k8s.ns.name'] === container.namespace,
    };
    for (const what of Object.keys(found) as (keyof typeof found)[]) {
      right[what] += Number(found[what]);
    }
    if (Object.values(found).includes(false) && wrong.length < maxWrong) {
      wrong.push(JSON.stringify({ ...container, alert: fields ?? null }));
    }
  }
  return { containers: made.length, ...right, atOnce, wrong };
}

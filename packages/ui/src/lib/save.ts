import { call } from '../api/client.ts';
import type { Alert } from './follow.ts';
import { count, csvLine } from './format.ts';

const most = 10_000;
const atOnce = 1000;
const columns = ['time', 'priority', 'rule', 'hostname', 'namespace', 'pod', 'container', 'image', 'output'];

/** Hands the newest ten thousand alerts of a query to the browser as a file, and says how many they are. */
export async function saveAlerts(query: URLSearchParams, form: 'csv' | 'json'): Promise<string> {
  const alerts: Alert[] = [];
  let cursor: string | null = null;
  do {
    const asked = new URLSearchParams([...query, ['limit', String(atOnce)]]);
    if (cursor !== null) {
      asked.set('cursor', cursor);
    }
    const page: { alerts: Alert[]; cursor: string | null } = await call('searchAlerts', { query: asked });
    alerts.push(...page.alerts);
    ({ cursor } = page);
  } while (cursor !== null && alerts.length < most);
  const text =
    form === 'json'
      ? `${JSON.stringify(
          alerts.map(({ event }) => event),
          null,
          1,
        )}\n`
      : `${[columns, ...alerts.map(rowOf)].map(csvLine).join('\r\n')}\r\n`;
  save(text, form === 'json' ? 'application/json' : 'text/csv', `lanner-events.${form}`);
  const rest = cursor === null ? '' : ', the newest of more';
  return `${count(alerts.length)} events saved${rest}`;
}

function rowOf({ event, node, workload }: Alert): string[] {
  return [
    event.time,
    event.priority,
    event.rule,
    node,
    workload.namespace,
    workload.pod,
    workload.container,
    workload.image,
    event.output,
  ];
}

function save(text: string, type: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}

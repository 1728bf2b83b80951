import { exactJson } from '@lanner/api';
import { call } from '../api/client.ts';
import type { Alert } from './follow.ts';
import { count, csvLine } from './format.ts';

/** A table as it is saved. */
export interface SavedTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  /** What stands in a file of JSON, where that is more than the columns. */
  readonly items?: readonly unknown[];
  /** There are more than were saved. */
  readonly isCut?: boolean;
}

const mostAlerts = 10_000;
const atOnce = 1000;
const alertColumns = [
  'time',
  'priority',
  'rule',
  'hostname',
  'namespace',
  'pod',
  'container',
  'image',
  'output',
];

/** The newest ten thousand alerts of a query. */
export async function alertTable(query: URLSearchParams): Promise<SavedTable> {
  const { items, isCut } = await everyPage(mostAlerts, async (cursor) => {
    const asked = new URLSearchParams([...query, ['limit', String(atOnce)], ...cursorOf(cursor)]);
    const { alerts, cursor: next } = await call('searchAlerts', { query: asked });
    return { items: alerts, cursor: next };
  });
  return { columns: alertColumns, rows: items.map(rowOf), items: items.map(({ event }) => event), isCut };
}

export function cursorOf(cursor: string | null): [string, string][] {
  return cursor === null ? [] : [['cursor', cursor]];
}

/** Items of page after page, until there are enough. */
export async function everyPage<Item>(
  most: number,
  load: (
    cursor: string | null,
  ) => Promise<{ readonly items: readonly Item[]; readonly cursor: string | null }>,
): Promise<{ items: Item[]; isCut: boolean }> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: { readonly items: readonly Item[]; readonly cursor: string | null } = await load(cursor);
    items.push(...page.items);
    ({ cursor } = page);
  } while (cursor !== null && items.length < most);
  return { items, isCut: cursor !== null };
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

/** Hands a table to the browser as a file, and says how many rows it has. */
export function saveTable(name: string, form: 'csv' | 'json', table: SavedTable): string {
  saveFile(
    form === 'json' ? jsonOf(table) : csvOf(table),
    form === 'json' ? 'application/json' : 'text/csv',
    `lanner-${name}.${form}`,
  );
  const { length } = table.rows;
  const rows = `${count(length)} ${length === 1 ? 'row' : 'rows'} saved`;
  return table.isCut === true ? `${rows}, the first of more` : rows;
}

export function csvOf({ columns, rows }: SavedTable): string {
  const lines = [columns, ...rows.map((row) => row.map((value) => String(value ?? '')))];
  return `${lines.map(csvLine).join('\r\n')}\r\n`;
}

/** Items, or rows with the names of their columns. */
export function jsonOf({ columns, rows, items }: SavedTable): string {
  const objects =
    items ?? rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
  return `${exactJson(objects, 1)}\n`;
}

/** Hands a text to the browser as a file. */
export function saveFile(text: string, type: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}

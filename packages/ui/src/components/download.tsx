import type { JSX } from 'preact';
import { type SavedTable, saveTable } from '../lib/save.ts';
import { attempt } from '../lib/toast.ts';

/** What a table shows, as a file of comma separated values or JSON. */
export function Download({
  name,
  table,
}: {
  /** Of the file, after `lanner-`. */
  readonly name: string;
  readonly table: () => SavedTable | Promise<SavedTable>;
}): JSX.Element {
  return (
    <select
      aria-label={`Download ${name}`}
      value=""
      onChange={({ currentTarget }) => {
        const form = currentTarget.value === 'csv' ? 'csv' : 'json';
        currentTarget.value = '';
        void attempt(async () => saveTable(name, form, await table()));
      }}
    >
      <option value="">Download …</option>
      <option value="csv">CSV</option>
      <option value="json">JSON</option>
    </select>
  );
}

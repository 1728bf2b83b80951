import type { JSX } from 'preact';
import { call } from '../api/client.ts';
import { Empty, Panel, Shown, Title } from '../components/basic.tsx';
import { Download } from '../components/download.tsx';
import { Table } from '../components/table.tsx';
import { exactMoment, valueText } from '../lib/format.ts';
import { iso } from '../lib/finding-table.ts';
import { useLoaded } from '../lib/load.ts';
import { place, setQuery } from '../lib/place.ts';
import { everyPage, type SavedTable } from '../lib/save.ts';
import { zone } from '../lib/settings.ts';

const shown = 100;

/** Who changed what, newest first. */
export function Audit(): JSX.Element {
  const before = place.value.query.get('before') ?? '';
  const loaded = useLoaded(`audit ${before}`, (signal) =>
    call('auditLog', {
      query: { limit: shown, ...(before === '' ? {} : { before: Number(before) }) },
      signal,
    }),
  );
  return (
    <>
      <Title title="Audit log">
        <Download name="audit" table={auditTable} />
      </Title>
      <div class="stack">
        <Panel title="Changes">
          <Shown of={loaded}>
            {({ entries }) =>
              entries.length === 0 ? (
                <Empty title="Nothing was changed yet">
                  Every change that a person or a token makes stands here.
                </Empty>
              ) : (
                <>
                  <Table heads={['When', 'Who', 'From', 'What', 'Details']}>
                    {entries.map(({ id, atMs, by, address, action, target, details }) => (
                      <tr key={id}>
                        <td class="nowrap">{exactMoment(atMs, zone.value).slice(0, 19)}</td>
                        <td>{by}</td>
                        <td class="mono nowrap">{address}</td>
                        <td class="mono">
                          <span class="nowrap">{action}</span> {target}
                        </td>
                        <td class="mono small">{detailText(details)}</td>
                      </tr>
                    ))}
                  </Table>
                  {entries.length === shown && (
                    <button onClick={() => setQuery({ before: String(entries.at(-1)?.id ?? '') })}>
                      Older
                    </button>
                  )}
                </>
              )
            }
          </Shown>
        </Panel>
      </div>
    </>
  );
}

function detailText(details: Readonly<Record<string, unknown>>): string {
  return Object.values(details)
    .filter((part) => typeof part === 'object' && part !== null && Object.keys(part).length > 0)
    .map((part) => valueText(part))
    .join(' ');
}

const mostSaved = 50_000;
const atOnce = 1000;

/** The whole log, not only the page that is shown. */
async function auditTable(): Promise<SavedTable> {
  const { items, isCut } = await everyPage(mostSaved, async (before) => {
    const { entries } = await call('auditLog', {
      query: { limit: atOnce, ...(before === null ? {} : { before: Number(before) }) },
    });
    const last = entries.at(-1);
    return { items: entries, cursor: entries.length === atOnce && last ? String(last.id) : null };
  });
  return {
    columns: ['time', 'by', 'address', 'action', 'target', 'details'],
    rows: items.map(({ atMs, by, address, action, target, details }) => [
      ...[iso(atMs), by, address, action, target, detailText(details)],
    ]),
    items,
    isCut,
  };
}

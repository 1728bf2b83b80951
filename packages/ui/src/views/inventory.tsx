import type { JSX } from 'preact';
import { call } from '../api/client.ts';
import { Chip, Empty, Panel, Shown, Title } from '../components/basic.tsx';
import { Table } from '../components/table.tsx';
import { ago, count } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { now } from '../lib/settings.ts';

/** What is there: hosts, images and folders that were scanned, and the agents that watch. */
export function Inventory(): JSX.Element {
  const loaded = useLoaded('inventory', async (signal) => {
    const [{ artifacts }, { agents }] = await Promise.all([
      call('listArtifacts', { signal }),
      call('listAgents', { signal }),
    ]);
    return { artifacts, agents };
  });
  return (
    <>
      <Title title="Inventory" />
      <Shown of={loaded}>
        {({ artifacts, agents }) => (
          <div class="stack">
            {agents.length > 0 && (
              <Panel title="Agents">
                <Table heads={['Node', 'State', 'Version', 'Last heard', 'Waiting', 'Blind']}>
                  {agents.map(({ id, name, state, health, seenMs }) => (
                    <tr key={id}>
                      <td>{name}</td>
                      <td>
                        <Chip kind={state === 'connected' ? 'done' : 'critical'}>{state}</Chip>
                      </td>
                      <td>{health?.version ?? ''}</td>
                      <td>{seenMs === null ? 'never' : ago(seenMs, now.value)}</td>
                      <td>{count(health?.spool.waiting ?? 0)}</td>
                      <td>{count(health?.blindRules ?? 0)} rules</td>
                    </tr>
                  ))}
                </Table>
              </Panel>
            )}
            <Panel title="Scanned">
              {artifacts.length === 0 ? (
                <Empty title="Nothing was scanned yet">
                  <code>lanner up</code> scans this machine and its images.
                </Empty>
              ) : (
                <Table
                  heads={[
                    'Name',
                    'Kind',
                    'System',
                    { title: 'Packages', as: 'number' },
                    { title: 'Critical', as: 'number' },
                    { title: 'High', as: 'number' },
                    { title: 'Medium', as: 'number' },
                    { title: 'Low', as: 'number' },
                    'Scanned',
                  ]}
                >
                  {artifacts.map(
                    ({ key, kind, names, system, packages, open, scannedMs, notes, retiredMs }) => (
                      <tr key={key} class={retiredMs === null ? '' : 'done'}>
                        <td>
                          <a href={`/vulnerabilities?artifact=${encodeURIComponent(key)}`}>
                            {names[0] ?? key}
                          </a>
                          {notes.map((note) => (
                            <small key={note}>{note}</small>
                          ))}
                        </td>
                        <td>{kind}</td>
                        <td>{system}</td>
                        <td class="number">{count(packages)}</td>
                        <td class="number">{count(open.CRITICAL)}</td>
                        <td class="number">{count(open.HIGH)}</td>
                        <td class="number">{count(open.MEDIUM)}</td>
                        <td class="number">{count(open.LOW + open.UNKNOWN)}</td>
                        <td class="nowrap">{ago(scannedMs, now.value)}</td>
                      </tr>
                    ),
                  )}
                </Table>
              )}
            </Panel>
          </div>
        )}
      </Shown>
    </>
  );
}

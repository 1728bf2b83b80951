import type { JSX } from 'preact';
import { type AgentRules, momentMs, rulesStateOf } from '@lanner/api';
import { type Answer, call } from '../api/client.ts';
import { AsOf, PastNote } from '../components/as-of.tsx';
import { Chip, Empty, Panel, Shown, Title } from '../components/basic.tsx';
import { Download } from '../components/download.tsx';
import { Name } from '../components/name.tsx';
import { Scanning } from '../components/scanning.tsx';
import { Table } from '../components/table.tsx';
import { rulesWords, unmatchedText } from '../lib/agent-rules.ts';
import { ago, count } from '../lib/format.ts';
import { scanningMs, useLoaded } from '../lib/load.ts';
import { iso } from '../lib/finding-table.ts';
import { place, withChanges } from '../lib/place.ts';
import type { SavedTable } from '../lib/save.ts';
import { now } from '../lib/settings.ts';

/** Images come and go, and agents are heard of. */
const restMs = 15_000;

/** What is there: hosts, images and folders that were scanned, and the agents that watch. */
export function Inventory(): JSX.Element {
  const asOf = place.value.query.get('as_of') ?? '';
  const loaded = useLoaded(
    `inventory ${asOf}`,
    async (signal) => {
      const [{ artifacts, scan }, { agents, rulesRevision }] = await Promise.all([
        call('listArtifacts', { query: asOf === '' ? {} : { as_of: asOf }, signal }),
        call('listAgents', { signal }),
      ]);
      return { artifacts, scan, agents, rulesRevision, atMs: momentMs(asOf, Date.now()) ?? Date.now() };
    },
    { everyMs: (value) => ((value?.scan ?? null) === null ? restMs : scanningMs) },
  );
  return (
    <>
      <Title title="Inventory">
        <AsOf />
        {loaded.value !== null && (
          <Download name="inventory" table={() => artifactTable(loaded.value?.artifacts ?? [])} />
        )}
      </Title>
      <Shown of={loaded}>
        {({ artifacts, scan, agents, rulesRevision, atMs }) => (
          <div class="stack">
            <PastNote atMs={atMs} />
            {agents.length > 0 && asOf === '' && (
              <Panel title="Agents" tools={<Download name="agents" table={() => agentTable(agents)} />}>
                <Table
                  heads={['Node', 'State', 'Version', 'Last heard', 'Waiting', 'Blind', 'Rules of the page']}
                >
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
                      <td>
                        <RulesThere rules={health?.rules} revision={rulesRevision} />
                      </td>
                    </tr>
                  ))}
                </Table>
              </Panel>
            )}
            <Panel title="Scanned">
              <Scanning scan={scan} />
              {artifacts.length === 0 ? (
                <Empty title="Nothing was scanned yet">
                  <code>lanner up</code> begins with this machine and its images when it starts; they appear
                  here by themselves.
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
                    { title: 'Unknown', as: 'number' },
                    'Scanned',
                  ]}
                >
                  {artifacts.map(
                    ({ key, kind, names, system, packages, open, scannedMs, notes, retiredMs }) => (
                      <tr key={key} class={retiredMs === null ? '' : 'done'}>
                        <td class="named">
                          <a href={linkTo({ artifact: key, as_of: asOf })}>
                            <Name of={names[0] ?? key} />
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
                        <td class="number">{count(open.LOW)}</td>
                        <td class="number">{count(open.UNKNOWN)}</td>
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

/** Whether the rules, exceptions and switches of the page run at an agent, and why not. */
function RulesThere({
  rules,
  revision,
}: {
  readonly rules: AgentRules | null | undefined;
  readonly revision: string | null;
}): JSX.Element {
  const state = rulesStateOf(rules, revision);
  const unmatched = rules?.unmatched ?? 0;
  return (
    <>
      {state === 'refused' ? <Chip kind="critical">refused</Chip> : rulesWords[state]}
      {state === 'refused' && <small>{rules?.refused?.reason}</small>}
      {state === 'current' && unmatched > 0 && <small>{unmatchedText(unmatched)}</small>}
    </>
  );
}

function linkTo(changes: Readonly<Record<string, string>>): string {
  return `/vulnerabilities?${withChanges(new URLSearchParams(), changes).toString()}`;
}

function artifactTable(artifacts: Answer<'listArtifacts'>['artifacts']): SavedTable {
  return {
    columns: [
      ...['name', 'key', 'kind', 'system', 'packages', 'critical', 'high', 'medium', 'low', 'unknown'],
      ...['scanned', 'retired', 'notes'],
    ],
    rows: artifacts.map(({ key, kind, names, system, packages, open, scannedMs, retiredMs, notes }) => [
      ...[names[0] ?? key, key, kind, system, packages],
      ...[open.CRITICAL, open.HIGH, open.MEDIUM, open.LOW, open.UNKNOWN],
      ...[iso(scannedMs), iso(retiredMs), notes.join(' ')],
    ]),
    items: artifacts,
  };
}

function agentTable(agents: Answer<'listAgents'>['agents']): SavedTable {
  return {
    columns: ['node', 'state', 'version', 'last_heard', 'waiting', 'blind_rules', 'rules_revision'],
    rows: agents.map(({ name, state, health, seenMs }) => [
      ...[name, state, health?.version ?? null, iso(seenMs)],
      ...[health?.spool.waiting ?? null, health?.blindRules ?? null, health?.rules?.revision ?? null],
    ]),
    items: agents,
  };
}

import type { JSX } from 'preact';
import { type Answer, call, may, queryText } from '../api/client.ts';
import { Empty, Panel, Shown, Title } from '../components/basic.tsx';
import { Table } from '../components/table.tsx';
import { ago, exactMoment, since } from '../lib/format.ts';
import { type Loaded, useLoaded } from '../lib/load.ts';
import { now, zone } from '../lib/settings.ts';
import { attempt } from '../lib/toast.ts';

/** What people are not told of, until when and why; and what rules leave out. */
export function Silences(): JSX.Element {
  const silences = useLoaded('silences', (signal) => call('listSilences', { signal }));
  const exceptions = useLoaded('exceptions', (signal) => call('listExceptions', { signal }));
  return (
    <>
      <Title title="Silences" />
      <div class="stack">
        <Panel title="Silences in force">
          <Shown of={silences}>{(answer) => <SilenceTable answer={answer} loaded={silences} />}</Shown>
        </Panel>
        <Panel title="Exceptions of rules">
          <Shown of={exceptions}>{(answer) => <ExceptionTable answer={answer} loaded={exceptions} />}</Shown>
        </Panel>
      </div>
    </>
  );
}

function SilenceTable({
  answer: { silences },
  loaded,
}: {
  readonly answer: Answer<'listSilences'>;
  readonly loaded: Loaded<unknown>;
}): JSX.Element {
  if (silences.length === 0) {
    return (
      <Empty title="Nothing is silenced">
        Choose alerts under <a href="/events">Events</a> and “Silence …”: nobody is told of them until it
        ends. They are kept and counted all the same.
      </Empty>
    );
  }
  return (
    <Table heads={['Alerts of', 'Reason', 'By', 'Since', 'Ends', { title: 'Act', as: 'hidden' }]}>
      {silences.map(({ id, conditions, reason, by, createdMs, expiresMs }) => (
        <tr key={id}>
          <td>
            <a href={`/events${queryText(conditions)}`}>{conditionText(conditions)}</a>
          </td>
          <td>{reason}</td>
          <td>{by}</td>
          <td class="nowrap">{since(createdMs, now.value)}</td>
          <td class="nowrap" title={exactMoment(expiresMs, zone.value)}>
            {ago(expiresMs, now.value)}
          </td>
          <td class="acts">
            <Act
              title="End now"
              done="The silence has ended"
              work={() => call('endSilence', { params: { id } })}
              loaded={loaded}
            />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function ExceptionTable({
  answer: { exceptions },
  loaded,
}: {
  readonly answer: Answer<'listExceptions'>;
  readonly loaded: Loaded<unknown>;
}): JSX.Element {
  if (exceptions.length === 0) {
    return (
      <Empty title="No exception is saved">
        Open an alert under <a href="/events">Events</a> and choose “Exception …”: it shows what would have
        been hidden before you save it.
      </Empty>
    );
  }
  return (
    <Table heads={['Rule', 'Left out', 'By', 'Saved', { title: 'Act', as: 'hidden' }]}>
      {exceptions.map(({ id, proposal: { rule, name, fields, comps, values }, by, savedMs }) => (
        <tr key={id}>
          <td>
            <a href={`/events${queryText({ rule })}`}>{rule}</a> <span class="muted">{name}</span>
          </td>
          <td class="mono small">
            {values
              .map((row) => rowText(fields, comps, row))
              .slice(0, 3)
              .join(' or ')}
            {values.length > 3 ? ` and ${values.length - 3} more` : ''}
          </td>
          <td>{by}</td>
          <td class="nowrap">{since(savedMs, now.value)}</td>
          <td class="acts">
            <Act
              title="Remove"
              done="The exception is removed"
              work={() => call('removeException', { params: { id } })}
              loaded={loaded}
            />
          </td>
        </tr>
      ))}
    </Table>
  );
}

interface ActProps {
  readonly title: string;
  /** What is said when it has worked. */
  readonly done: string;
  readonly work: () => Promise<unknown>;
  readonly loaded: Loaded<unknown>;
}

/** Something that ends a row of a list, for those who may. */
function Act({ title, done, work, loaded }: ActProps): JSX.Element | null {
  if (!may('triage')) {
    return null;
  }
  const act = async (): Promise<string> => {
    await work();
    return done;
  };
  return (
    <button class="plain" onClick={() => void attempt(act).then(loaded.reload)}>
      {title}
    </button>
  );
}

function conditionText(conditions: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(conditions).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`);
  return parts.length === 0 ? 'everything' : parts.join(' · ');
}

function rowText(
  fields: readonly string[],
  comps: readonly string[],
  row: readonly (string | readonly string[])[],
): string {
  return fields
    .map((field, i) => `${field} ${comps[i] ?? '='} ${[row[i] ?? ''].flat().join(', ')}`)
    .join(' and ');
}

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Answer, call, Failure } from '../api/client.ts';
import { Chip, FailureBox, Panel } from '../components/basic.tsx';
import { Table } from '../components/table.tsx';
import { count, moment } from '../lib/format.ts';
import { now, zone } from '../lib/settings.ts';

type Result = Answer<'tryRule'>;
type Verdict = Result['examples'][number]['verdict'];

const ranges = {
  '24h': 'of the last day',
  '7d': 'of the last week',
  '30d': 'of the last month',
  all: 'of all times',
};
const verdicts: Readonly<Record<Verdict, readonly [text: string, kind: string]>> = {
  fires: ['would fire', 'open'],
  quiet: ['would not', ''],
  unknown: ['unknown', 'critical'],
};

interface Tried {
  readonly rule: string;
  readonly text: string;
  readonly result: Result | null;
  readonly failure: Failure | null;
}

/** Asks one of the rules in the editor about stored alerts. */
export function RuleTrial({
  text,
  rule: first,
  rules,
}: {
  readonly text: string;
  /** The rule that is edited; empty for none. */
  readonly rule: string;
  /** Those that the text is about. */
  readonly rules: readonly string[];
}): JSX.Element {
  const [chosen, setChosen] = useState(first);
  const [range, setRange] = useState<keyof typeof ranges>('7d');
  const [withOthers, setOthers] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState<Tried | null>(null);
  const names = [...new Set([...(first === '' ? [] : [first]), ...rules])];
  const rule = names.includes(chosen) ? chosen : (names[0] ?? '');
  const ask = (): void => {
    setBusy(true);
    const of = { rule, text };
    call('tryRule', { body: { text, rule, all: withOthers, ...(range === 'all' ? {} : { from: range }) } })
      .then(
        (result) => {
          setTried({ ...of, result, failure: null });
        },
        (error: unknown) => {
          const failure = error instanceof Failure ? error : new Failure(0, String(error), '');
          setTried({ ...of, result: null, failure });
        },
      )
      .finally(() => {
        setBusy(false);
      });
  };
  return (
    <Panel title="Try it on stored alerts">
      <div class="choices">
        <label>
          Rule
          <select value={rule} onChange={({ currentTarget: { value } }) => setChosen(value)}>
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Alerts
          <select
            value={range}
            onChange={({ currentTarget: { value } }) => {
              if (value in ranges) {
                setRange(value as keyof typeof ranges);
              }
            }}
          >
            {Object.entries(ranges).map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={withOthers}
            onChange={({ currentTarget: { checked } }) => setOthers(checked)}
          />
          also those of other rules
        </label>
        <button disabled={isBusy || rule === ''} onClick={ask}>
          {isBusy ? 'Trying …' : 'Try'}
        </button>
      </div>
      <p class="pad muted">
        Stored alerts are of events for which some rule fired: what no rule has seen is not among them, so
        that this tells what a change would lose, not all that it would find.
      </p>
      {tried?.failure && <FailureBox failure={tried.failure} />}
      {tried?.result && <Outcome result={tried.result} rule={tried.rule} isOld={tried.text !== text} />}
    </Panel>
  );
}

function Outcome({
  result: { fires, quiet, unknown, examined, complete, missing, examples },
  rule,
  isOld,
}: {
  readonly result: Result;
  readonly rule: string;
  readonly isOld: boolean;
}): JSX.Element {
  if (examined === 0) {
    return (
      <p class="summary" role="status">
        No alert is stored that it could be asked about.
      </p>
    );
  }
  return (
    <>
      <p class="summary" role="status">
        <strong>{rule}</strong> would fire for {count(fires)} of {count(examined)}
        {complete ? '' : ' (the newest of more)'} stored alerts, and not for {count(quiet)}; of{' '}
        {count(unknown)} nothing can be said. {isOld && 'The text was changed since.'}
      </p>
      {missing.length > 0 && (
        <p class="pad muted">
          They do not say: {missing.map(({ field, alerts }) => `${field} (${count(alerts)})`).join(', ')}.
        </p>
      )}
      <Table heads={['When', 'It', 'Fired as', 'Event']}>
        {examples.map(({ verdict, id, rule: fired, timeUs, output, missing: lacking }) => {
          const [told, kind] = verdicts[verdict];
          return (
            <tr key={id}>
              <td class="nowrap">
                <a href={`/events?from=all&sel=${id}`}>{moment(timeUs / 1000, now.value, zone.value)}</a>
              </td>
              <td>
                <Chip kind={kind} title={lacking.join(', ')}>
                  {told}
                </Chip>
              </td>
              <td>{fired}</td>
              <td>
                <small class="mono">{output}</small>
              </td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}

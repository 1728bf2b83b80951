import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { type Answer, call } from '../api/client.ts';
import { Chip, Empty, Level, Panel, Shown, Title } from '../components/basic.tsx';
import { RulePlace } from '../components/rule-place.tsx';
import { RuleSwitch } from '../components/rule-switch.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { type Head, Table } from '../components/table.tsx';
import { TimeRange } from '../components/time-range.tsx';
import { ago, count } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { place, setQuery } from '../lib/place.ts';
import {
  alertsOf,
  chosenRules,
  costText,
  nsText,
  percentText,
  type RuleChoice,
  ruleChoiceOf,
  type RuleOrder,
  type RuleRow,
  ruleStates,
} from '../lib/rule-rows.ts';
import { now } from '../lib/settings.ts';

const usual = '7d';
const refreshMs = 15_000;
const costsMs = 1500;

const columns: readonly (readonly [title: string, order: RuleOrder | null, as?: 'number'])[] = [
  ['Rule', 'name'],
  ['Priority', 'priority'],
  ['On', null],
  ['Alerts', 'noise', 'number'],
  ['Groups', 'groups', 'number'],
  ['Silenced', 'silenced', 'number'],
  ['Last fired', 'last'],
  ['Cost', 'time', 'number'],
  ['Events', 'cost'],
];

/** Every rule: whether it runs, how noisy it is, when it last fired, and what it costs. */
export function RuleList(): JSX.Element {
  const { query } = place.value;
  const from = query.get('from') ?? usual;
  const to = query.get('to') ?? '';
  const loaded = useLoaded(
    `rules ${from} ${to}`,
    (signal) =>
      call('listRules', {
        query: { ...(from === 'all' ? {} : { from }), ...(to === '' ? {} : { to }) },
        signal,
      }),
    { everyMs: refreshMs },
  );
  const { value, reload } = loaded;
  useEffect(() => {
    if (value?.costsPending !== true) {
      return undefined;
    }
    const timer = setTimeout(reload, costsMs);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  const choice = ruleChoiceOf(query);
  return (
    <>
      <Title title="Rules">
        <SearchBox placeholder="Name, tag, file …" />
        <label class="hidden" for="rule-state">
          Which
        </label>
        <select
          id="rule-state"
          value={choice.state}
          onChange={({ currentTarget: { value: state } }) =>
            setQuery({ state: state === 'all' ? '' : state })
          }
        >
          {Object.entries(ruleStates).map(([state, title]) => (
            <option key={state} value={state}>
              {title}
            </option>
          ))}
        </select>
        <TimeRange usual={usual} />
        <a href="/rules?edit=1">Own rules</a>
      </Title>
      <Shown of={loaded}>
        {({ rules, elsewhere, place: where, agents, costsPending, evaluation }) => (
          <div class="stack">
            <Panel title="Where they run">
              <RulePlace place={where} agents={agents} />
            </Panel>
            <Panel
              title={`${count(rules.filter(({ enabled }) => enabled).length)} of ${count(rules.length)} are on`}
              tools={
                <small title={timeNote}>
                  {evaluationText(evaluation, where.applied !== 'nowhere' || agents.length > 0)}
                </small>
              }
            >
              <RuleTable rules={rules} {...{ choice, costsPending, reload }} />
            </Panel>
            {elsewhere.length > 0 && <Elsewhere rules={elsewhere} />}
          </div>
        )}
      </Shown>
    </>
  );
}

function RuleTable({
  rules,
  choice,
  costsPending,
  reload,
}: {
  readonly rules: readonly RuleRow[];
  readonly choice: RuleChoice;
  readonly costsPending: boolean;
  readonly reload: () => void;
}): JSX.Element {
  const chosen = chosenRules(rules, choice);
  const all = alertsOf(rules);
  if (chosen.length === 0) {
    return rules.length === 0 ? (
      <Empty title="No rule is loaded">
        Name rule files with <code>-r</code>, or write an own rule.
      </Empty>
    ) : (
      <Empty title="No rule is like that">
        <a href="/rules">Show all of them</a>
      </Empty>
    );
  }
  return (
    <Table heads={columns.map(([title, order, as]) => headOf(title, order, as, choice))}>
      {chosen.map((rule) => (
        <tr key={rule.name} class={rule.enabled ? '' : 'off'}>
          <td class="id">
            <a href={addressOf(rule.name)}>{rule.name}</a>
            {rule.changed && <Chip kind="open">changed here</Chip>}
            {rule.exceptions > 0 && (
              <Chip>
                {rule.exceptions} {rule.exceptions === 1 ? 'exception' : 'exceptions'}
              </Chip>
            )}
            <small class="brief">{rule.description}</small>
          </td>
          <td>
            <Level name={rule.priority} />
          </td>
          <td>
            <RuleSwitch rule={rule} onDone={reload} />
          </td>
          <td class="number">
            {count(rule.alerts)}
            {rule.alerts > 0 && <small>{percentText(rule.alerts, all)}</small>}
          </td>
          <td class="number">{count(rule.groups)}</td>
          <td class="number">{percentText(rule.silenced, rule.alerts)}</td>
          <td class="nowrap">{rule.lastMs === null ? 'never' : ago(rule.lastMs, now.value)}</td>
          <td class="number nowrap">
            {rule.timed === null ? '' : percentText(rule.timed.share, 1)}
            {rule.timed !== null && <small>{nsText(rule.timed.nsPerEvent)}</small>}
          </td>
          <td>{rule.cost === null ? (costsPending && rule.enabled ? '…' : '') : costText(rule.cost)}</td>
        </tr>
      ))}
    </Table>
  );
}

const timeNote =
  'One of about a thousand events is timed, rule by rule, since the rules were loaded; what rules have in common is spread over them. It takes less than one percent itself.';

/** `isRun`: there is a place where rules run. */
function evaluationText(evaluation: Answer<'listRules'>['evaluation'], isRun: boolean): string {
  if (evaluation === null) {
    return isRun ? 'What rules cost is not known yet' : '';
  }
  const { events, nsPerEvent, machines } = evaluation;
  const where = machines === 1 ? 'one machine' : `${count(machines)} machines`;
  return `${nsText(nsPerEvent)} for each event that rules want · ${count(events)} timed on ${where}`;
}

function headOf(
  title: string,
  order: RuleOrder | null,
  as: 'number' | undefined,
  { order: now_, isReversed }: RuleChoice,
): Head {
  if (order === null) {
    return title;
  }
  const isNow = order === now_;
  // What comes first is the most, but the first letter of a name.
  const rises = order === 'name';
  return {
    title,
    as,
    sort: {
      now: isNow ? (rises === isReversed ? 'descending' : 'ascending') : null,
      onSort: () => setQuery({ sort: isNow && !isReversed ? `-${order}` : order }),
    },
  };
}

/** Rules of other machines, such as those of a real Falco: only their alerts are known here. */
function Elsewhere({ rules }: { readonly rules: Answer<'listRules'>['elsewhere'] }): JSX.Element {
  return (
    <Panel title="Only known from alerts">
      <Table
        heads={[
          'Rule',
          { title: 'Alerts', as: 'number' },
          { title: 'Groups', as: 'number' },
          { title: 'Silenced', as: 'number' },
          'Last fired',
        ]}
      >
        {[...rules]
          .sort((a, b) => b.alerts - a.alerts || (a.name < b.name ? -1 : 1))
          .map(({ name, alerts, groups, silenced, lastMs }) => (
            <tr key={name}>
              <td class="id">
                <a href={`/events?from=all&rule=${encodeURIComponent(name)}`}>{name}</a>
              </td>
              <td class="number">{count(alerts)}</td>
              <td class="number">{count(groups)}</td>
              <td class="number">{percentText(silenced, alerts)}</td>
              <td class="nowrap">{lastMs === null ? 'never' : ago(lastMs, now.value)}</td>
            </tr>
          ))}
      </Table>
    </Panel>
  );
}

function addressOf(name: string): string {
  return `/rules?rule=${encodeURIComponent(name)}`;
}

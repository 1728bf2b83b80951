import type { JSX } from 'preact';
import { type Answer, call, may } from '../api/client.ts';
import { Empty, Facts, Level, Panel, Shown, Title } from '../components/basic.tsx';
import { RuleSwitch } from '../components/rule-switch.tsx';
import { Table } from '../components/table.tsx';
import { useLoaded } from '../lib/load.ts';
import { costText, offReasons } from '../lib/rule-rows.ts';

type Detail = Answer<'getRule'>;

/** One rule: its text, what it means as a whole, and what it asks of the kernel. */
export function RuleDetail({ name }: { readonly name: string }): JSX.Element {
  const loaded = useLoaded(`rule ${name}`, (signal) => call('getRule', { params: { name }, signal }));
  const events = `/events?from=all&rule=${encodeURIComponent(name)}`;
  return (
    <>
      <Title title={name}>
        <a href="/rules">All rules</a>
        <a href={events}>Its events</a>
        {loaded.value !== null && may('triage') && (
          <a href={`/rules?edit=1&rule=${encodeURIComponent(name)}`}>Edit</a>
        )}
      </Title>
      {loaded.failure?.status === 404 ? (
        <div class="stack">
          <Panel title="Not loaded here">
            <Empty title="No rule file of this process has it">
              It may be a rule of another machine, or one that was renamed. Its events, above, are kept all
              the same.
            </Empty>
          </Panel>
        </div>
      ) : (
        <Shown of={loaded}>
          {(detail) => (
            <div class="grid">
              <div class="stack-plain">
                <Panel title="As it is written">
                  <pre class="rule-text" tabIndex={0} aria-label="Text of the rule">
                    {detail.text}
                  </pre>
                </Panel>
                <Panel title="Condition as a whole">
                  <p class="pad muted">Macros, lists and exceptions are part of it.</p>
                  <pre class="rule-text wrapped" tabIndex={0} aria-label="Whole condition">
                    {detail.condition}
                  </pre>
                </Panel>
              </div>
              <div class="stack-plain">
                <Panel title="About it" tools={<RuleSwitch rule={detail.rule} onDone={loaded.reload} />}>
                  <About detail={detail} />
                </Panel>
                <Cost detail={detail} />
                <Uses detail={detail} />
              </div>
            </div>
          )}
        </Shown>
      )}
    </>
  );
}

function About({ detail: { rule, output } }: { readonly detail: Detail }): JSX.Element {
  const { description, priority, source, tags, file, line, offBy, exceptions, changed } = rule;
  return (
    <>
      {description !== '' && <p class="pad">{description}</p>}
      <Facts
        rows={[
          ['Priority', <Level name={priority} />],
          ['Runs', offBy === null ? 'yes' : `no: ${offReasons[offBy]}`],
          ['Source', source],
          ['Tags', tags.join(', ')],
          ['Exceptions', exceptions],
          ['File', `${file}:${line}${changed ? ', changed by the own rules' : ''}`],
          ['Output', <code>{output}</code>],
        ]}
      />
    </>
  );
}

function Cost({ detail: { rule, kept } }: { readonly detail: Detail }): JSX.Element | null {
  const { cost } = rule;
  if (cost === null) {
    return null;
  }
  return (
    <Panel title="What it costs">
      <Facts
        rows={[
          ['Events', costText(cost)],
          [
            'Types',
            cost.events.map(({ name, filter }) => (filter === 'all' ? `${name} (all)` : name)).join(', '),
          ],
          ['In kernel', `${cost.inKernel} checks`],
          ['Above it', `${cost.inUserSpace} checks`],
        ]}
      />
      <p class="pad muted">
        Worked out from the filter that the kernel runs for it: of a type with “all” every event is recorded,
        of the others those that may match.
      </p>
      {kept.length > 0 && (
        <Table heads={['Not decided by the kernel', 'Since']}>
          {kept.map(({ check, reason }) => (
            <tr key={check}>
              <td class="mono">{check}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

function Uses({ detail: { macros, lists, fields } }: { readonly detail: Detail }): JSX.Element {
  return (
    <Panel title="What it uses">
      {macros.map(({ name, condition }) => (
        <details key={name} class="pad">
          <summary class="mono">{name}</summary>
          <pre class="wrapped" tabIndex={0}>
            {condition}
          </pre>
        </details>
      ))}
      {lists.map(({ name, items }) => (
        <details key={name} class="pad">
          <summary class="mono">
            {name} ({items.length})
          </summary>
          <p class="mono">{items.join(', ')}</p>
        </details>
      ))}
      <Facts mono rows={fields.map(({ name, doc }) => [name, doc ?? ''] as const)} />
    </Panel>
  );
}

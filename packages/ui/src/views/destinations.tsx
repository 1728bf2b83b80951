import type { JSX } from 'preact';
import { type Answer, call, may } from '../api/client.ts';
import { Chip, Empty, Facts, Panel, Shown, Title } from '../components/basic.tsx';
import { Download } from '../components/download.tsx';
import { Table } from '../components/table.tsx';
import { ago, count } from '../lib/format.ts';
import { iso } from '../lib/finding-table.ts';
import { useLoaded } from '../lib/load.ts';
import type { SavedTable } from '../lib/save.ts';
import { now } from '../lib/settings.ts';
import { attempt } from '../lib/toast.ts';

const refreshMs = 5000;

const audiences = { machines: 'every alert', people: 'what people are told of' } as const;

/** Where alerts go on to, and how that goes. */
export function Destinations(): JSX.Element {
  const loaded = useLoaded(
    'destinations',
    async (signal) => {
      const [{ destinations, unsupported }, { letters }] = await Promise.all([
        call('listDestinations', { signal }),
        call('listDeadLetters', { query: { limit: 50 }, signal }),
      ]);
      return { destinations, unsupported, letters };
    },
    { everyMs: refreshMs },
  );
  const act = (work: () => Promise<string>): void => {
    void attempt(work).then(loaded.reload);
  };
  return (
    <>
      <Title title="Destinations">
        {loaded.value !== null && (
          <Download name="destinations" table={() => destinationTable(loaded.value?.destinations ?? [])} />
        )}
      </Title>
      <Shown of={loaded}>
        {({ destinations, unsupported, letters }) => (
          <div class="stack">
            {unsupported.length > 0 && (
              <p class="failure">Configured, but not there yet: {unsupported.join(', ')}.</p>
            )}
            {destinations.length === 0 ? (
              <Empty title="Alerts go nowhere else">
                Name a destination in falcosidekick’s <code>config.yaml</code> and start with{' '}
                <code>-c config.yaml</code>.
              </Empty>
            ) : (
              <div class="cards">
                {destinations.map((each) => (
                  <Panel
                    key={each.name}
                    title={each.title}
                    tools={<Chip kind={each.failures > 0 ? 'critical' : 'done'}>{each.state}</Chip>}
                  >
                    <Facts
                      rows={[
                        ['Delivered', count(each.delivered)],
                        ['Waiting', count(each.waiting)],
                        ['Refused', count(each.deadLetters)],
                        ['Lost', count(each.lost)],
                        [
                          'Last',
                          each.lastDeliveredMs === null
                            ? 'not since the start'
                            : ago(each.lastDeliveredMs, now.value),
                        ],
                        ['Gets', audiences[each.audience]],
                      ]}
                    />
                    {each.lastError !== null && <p class="failure">{each.lastError}</p>}
                    <div class="deeds">
                      {may('admin') && (
                        <button
                          onClick={() =>
                            act(async () => {
                              await call('testDestination', { params: { name: each.name } });
                              return `${each.title} took the test alert`;
                            })
                          }
                        >
                          Send a test
                        </button>
                      )}
                      {may('triage') && each.failures > 0 && (
                        <button
                          onClick={() =>
                            act(async () => {
                              await call('retryDestination', { params: { name: each.name } });
                              return 'It is tried again';
                            })
                          }
                        >
                          Try now
                        </button>
                      )}
                    </div>
                  </Panel>
                ))}
              </div>
            )}
            {letters.length > 0 && (
              <Panel
                title="Refused for good"
                tools={<Download name="dead-letters" table={() => letterTable(letters)} />}
              >
                <Table heads={['When', 'Destination', 'Rule', 'Why', { title: 'Act', as: 'hidden' }]}>
                  {letters.map(({ id, atMs, destination, alert, reason }) => (
                    <tr key={id}>
                      <td class="nowrap">{ago(atMs, now.value)}</td>
                      <td>{destination}</td>
                      <td>
                        <a href={`/events?from=all&sel=${alert.id}`}>{alert.event.rule}</a>
                      </td>
                      <td>{reason}</td>
                      <td>
                        {may('admin') && (
                          <button
                            class="plain"
                            onClick={() =>
                              act(async () => {
                                const { delivered, failed } = await call('replayDeadLetters', {
                                  body: { ids: [id] },
                                });
                                return delivered === 1
                                  ? 'It arrived'
                                  : `Refused again: ${failed[0]?.reason ?? ''}`;
                              })
                            }
                          >
                            Send again
                          </button>
                        )}
                      </td>
                    </tr>
                  ))}
                </Table>
              </Panel>
            )}
          </div>
        )}
      </Shown>
    </>
  );
}

function destinationTable(destinations: Answer<'listDestinations'>['destinations']): SavedTable {
  return {
    columns: [
      ...['name', 'title', 'audience', 'state', 'delivered', 'waiting', 'failures', 'refused', 'lost'],
      ...['over_budget', 'last_delivered', 'last_error'],
    ],
    rows: destinations.map((each) => [
      ...[each.name, each.title, each.audience, each.state, each.delivered, each.waiting],
      ...[each.failures, each.deadLetters, each.lost, each.overBudget],
      ...[iso(each.lastDeliveredMs), each.lastError],
    ]),
    items: destinations,
  };
}

function letterTable(letters: Answer<'listDeadLetters'>['letters']): SavedTable {
  return {
    columns: ['time', 'destination', 'rule', 'attempts', 'reason', 'alert'],
    rows: letters.map(({ atMs, destination, alert, attempts, reason }) => [
      ...[iso(atMs), destination, alert.event.rule, attempts, reason, alert.id],
    ]),
    items: letters,
  };
}

import type { JSX } from 'preact';
import { call } from '../api/client.ts';
import { Panel, Shown } from '../components/basic.tsx';
import { Changes, Compared } from '../components/changes.tsx';
import { DayBars } from '../components/day-bars.tsx';
import { Trend } from '../components/trend.tsx';
import { count } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';

const refreshMs = 300_000;

/** The last seven days beside the seven before. */
export function WeekPanel(): JSX.Element {
  const loaded = useLoaded('weeks', (signal) => call('compareWeeks', { signal }), { everyMs: refreshMs });
  return (
    <Panel title="Seven days beside the seven before" tools={<a href="/report">Weekly report</a>}>
      <Shown of={loaded}>
        {({ alerts: { now, before, days, daysBefore }, changes, trend }) => (
          <div class="weeks">
            <div>
              <p>
                <b>{count(now.count)}</b> alerts <Compared now={now.count} before={before.count} />
              </p>
              <DayBars days={days} before={daysBefore} />
            </div>
            <div>
              <p>Findings</p>
              <Changes
                now={changes.now}
                before={changes.before}
                linkOf={(kind) => `/vulnerabilities?change=${kind}`}
              />
              <Trend steps={trend} title="Open" />
            </div>
          </div>
        )}
      </Shown>
    </Panel>
  );
}

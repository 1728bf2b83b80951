import { exactJson } from '@lanner/api';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Answer, call, may, session } from '../api/client.ts';
import { Chip, Facts, Level, Shown } from '../components/basic.tsx';
import type { Alert } from '../lib/follow.ts';
import { ago, exactMoment, valueText } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { setQuery } from '../lib/place.ts';
import { now, zone } from '../lib/settings.ts';
import { AlertRule } from './alert-rule.tsx';
import { acknowledge, type Deed, reopen } from './deeds.tsx';
import { attempt } from '../lib/toast.ts';
import { useDetailTitle } from '../lib/page-title.ts';

/** Everything that is known of one alert, and what can be done about its group. */
export function AlertPanel({
  id,
  turn,
  onDeed,
  onChange,
}: {
  readonly id: string;
  /** Grows when something was done to a group. */
  readonly turn: number;
  readonly onDeed: (deed: Deed) => void;
  readonly onChange: () => void;
}): JSX.Element {
  const loaded = useLoaded(`${id} ${turn}`, (signal) => call('getAlert', { params: { id }, signal }));
  useDetailTitle(loaded.value?.alert.event.rule ?? '');
  return (
    <section class="detail" aria-label="Details" key={id}>
      <button
        class="plain close"
        aria-label="Close"
        title="Escape"
        onClick={() => setQuery({ sel: '' }, true)}
      >
        ✕
      </button>
      <Shown of={loaded}>
        {({ alert, triage }) => (
          <>
            <h2>{alert.event.rule}</h2>
            <p class="line">
              <Level name={alert.event.priority} />
              <span title={alert.event.time}>{exactMoment(alert.timeUs / 1000, zone.value)}</span>
              <span class="muted">{ago(alert.timeUs / 1000, now.value)}</span>
            </p>
            <Triage alert={alert} triage={triage} onDeed={onDeed} onChange={onChange} />
            <p class="text">{alert.event.output}</p>
            {alert.held !== null && <p class="muted">Nobody was told: {heldText(alert.held)}.</p>}
            <Where alert={alert} />
            <Fields event={alert.event} />
            <Lineage alert={alert} />
            <AlertRule rule={alert.event.rule} matched={alert.matched ?? []} />
            <Related alert={alert} />
            <Raw alert={alert} />
          </>
        )}
      </Shown>
    </section>
  );
}

const heldTexts: Readonly<Record<string, string>> = {
  known: 'its group was active within a day',
  budget: 'its rule had used up its budget of notifications',
  muted: 'the installation was too new',
};

function heldText(held: string): string {
  return heldTexts[held] ?? `the silence ${held}`;
}

function Triage({
  alert,
  triage,
  onDeed,
  onChange,
}: {
  readonly alert: Alert;
  readonly triage: Answer<'getAlert'>['triage'];
  readonly onDeed: (deed: Deed) => void;
  readonly onChange: () => void;
}): JSX.Element {
  const query = new URLSearchParams({ fingerprint: alert.fingerprint });
  const isOpen = triage.status === 'open';
  const me = session.value?.you?.name ?? '';
  return (
    <>
      {may('triage') && (
        <div class="deeds">
          <button
            class={isOpen ? 'primary' : ''}
            title="a"
            onClick={() => {
              void (isOpen ? acknowledge(query) : reopen(query)).then(onChange);
            }}
          >
            {isOpen ? 'Acknowledge' : 'Open again'}
          </button>
          {triage.assignee !== me && (
            <button
              onClick={() => {
                void attempt(async () => {
                  await call('triageAlerts', { query, body: { kind: 'assign', to: me } });
                  return 'It is yours';
                }).then(onChange);
              }}
            >
              Take it
            </button>
          )}
          <button title="c" onClick={() => onDeed({ kind: 'comment', query })}>
            Comment …
          </button>
          <button title="s" onClick={() => onDeed({ kind: 'silence', query })}>
            Silence …
          </button>
          <button title="e" onClick={() => onDeed({ kind: 'exception', query })}>
            Exception …
          </button>
        </div>
      )}
      <p class="line">
        <Chip kind={isOpen ? 'open' : 'done'}>
          {isOpen ? 'Open' : `Acknowledged by ${triage.acknowledgedBy ?? 'somebody'}`}
        </Chip>
        {triage.assignee !== null && <Chip>{triage.assignee}</Chip>}
      </p>
      {triage.comments.map(({ author, atMs, text }) => (
        <blockquote key={atMs}>
          <small>
            {author} · {ago(atMs, now.value)}
          </small>
          {text}
        </blockquote>
      ))}
    </>
  );
}

function Where({ alert: { workload, node, event } }: { readonly alert: Alert }): JSX.Element {
  const { namespace, pod, container, containerId, image } = workload;
  const rows = [
    ['Host', 'hostname', node],
    ['Namespace', 'namespace', namespace],
    ['Pod', 'pod', pod],
    ['Container', 'container', container],
    ['Container id', '', containerId],
    ['Image', 'image', image],
    ['Rule', 'rule', event.rule],
  ] as const;
  return (
    <Facts
      rows={rows
        .filter(([, , value]) => value !== '')
        .map(([title, facet, value]) => [
          title,
          facet === '' ? value : <a href={`/events?${facet}=${encodeURIComponent(value)}`}>{value}</a>,
        ])}
    />
  );
}

function Fields({ event }: { readonly event: Alert['event'] }): JSX.Element | null {
  // The event is open for more keys; this one is a map where it is there.
  const fields = Object.entries((event['output_fields'] ?? {}) as Record<string, unknown>);
  return fields.length === 0 ? null : (
    <>
      <h3>Fields</h3>
      <Facts mono rows={fields.map(([name, value]) => [name, valueText(value)])} />
    </>
  );
}

function Lineage({ alert: { lineage = [] } }: { readonly alert: Alert }): JSX.Element | null {
  return lineage.length === 0 ? null : (
    <>
      <h3>Processes</h3>
      <ol class="lineage">
        {[...lineage].reverse().map(({ pid, name, exe, args }) => (
          <li key={pid}>
            <b>{name}</b> <small>{pid}</small>
            <code>{[exe, args].join(' ')}</code>
          </li>
        ))}
      </ol>
    </>
  );
}

const aroundMs = 300_000;

/** Where to go on from here: what else happened there at that time. */
function Related({ alert: { workload, node, timeUs, fingerprint } }: { readonly alert: Alert }): JSX.Element {
  const at = timeUs / 1000;
  const span = {
    from: new Date(at - aroundMs).toISOString(),
    to: new Date(at + aroundMs).toISOString(),
    group: '0',
  };
  const places = [
    ['pod', workload.pod, 'in this pod'],
    ['container', workload.pod === '' ? workload.container : '', 'in this container'],
    ['hostname', node, 'on this host'],
  ] as const;
  return (
    <>
      <h3>Related</h3>
      <ul class="related">
        <li>
          <a href={`/events?from=all&group=0&fingerprint=${fingerprint}`}>The whole group</a>
        </li>
        {places
          .filter(([, value]) => value !== '' && value !== 'host')
          .map(([facet, value, where]) => (
            <li key={facet}>
              <a href={`/events?${new URLSearchParams({ ...span, [facet]: value }).toString()}`}>
                Five minutes before and after, {where}
              </a>
            </li>
          ))}
      </ul>
    </>
  );
}

function Raw({ alert }: { readonly alert: Alert }): JSX.Element {
  const [isShown, setShown] = useState(false);
  const text = isShown ? exactJson(alert.event, 2) : '';
  return (
    <>
      <button class="plain" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
        {isShown ? 'Hide JSON' : 'Show JSON'}
      </button>
      {isShown && <pre tabIndex={0}>{text}</pre>}
    </>
  );
}

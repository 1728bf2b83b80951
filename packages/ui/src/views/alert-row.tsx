import type { JSX } from 'preact';
import type { Answer } from '../api/client.ts';
import { Level } from '../components/basic.tsx';
import type { Alert } from '../lib/follow.ts';
import { count, moment } from '../lib/format.ts';
import { now, zone } from '../lib/settings.ts';

/** As in the style sheet. Pixels. */
export const rowHeights = { wide: 32, narrow: 54 } as const;

/** An alert, or a group of them by its latest. */
export interface Row {
  readonly key: string;
  readonly fingerprint: string;
  readonly alert: Answer<'eventsView'>['rows'][number]['alert'];
  readonly times: number;
  readonly isOpen: boolean;
  readonly assignee: string | null;
}

export function rowOfAlert(alert: Alert): Row {
  const { id, fingerprint, status } = alert;
  return { key: id, fingerprint, alert, times: 1, isOpen: status === 'open', assignee: null };
}

/** Groups are known by their fingerprint, alerts by themselves. */
export function rowOfEvent(
  { alert, times, status, assignee }: Answer<'eventsView'>['rows'][number],
  isGroup: boolean,
): Row {
  const { id, fingerprint } = alert;
  return { key: isGroup ? fingerprint : id, fingerprint, alert, times, isOpen: status === 'open', assignee };
}

export function AlertRow({
  row: { alert, times, isOpen, assignee },
  isActive,
  isChosen,
  onOpen,
  onMark,
}: {
  readonly row: Row;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly onOpen: () => void;
  readonly onMark: () => void;
}): JSX.Element {
  const { event, timeUs } = alert;
  const classes = ['row', isActive ? 'active' : '', isOpen ? '' : 'done'].join(' ');
  return (
    <div class={classes} onClick={onOpen}>
      <input
        type="checkbox"
        aria-label={`Choose ${event.rule}`}
        checked={isChosen}
        onClick={(click) => {
          click.stopPropagation();
        }}
        onChange={onMark}
      />
      <time>{moment(timeUs / 1000, now.value, zone.value)}</time>
      <Level name={event.priority} />
      <button class="plain rule" title={event.rule}>
        {event.rule}
      </button>
      <span class="times" title="How often">
        {times > 1 ? `×${count(times)}` : ''}
      </span>
      <span class="where">{whereOf(alert)}</span>
      <span class="output">{withoutHead(event)}</span>
      <span class="assignee">{assignee ?? ''}</span>
    </div>
  );
}

/** What an alert says, without the time and the priority that its row has already. */
function withoutHead({ output, priority }: Row['alert']['event']): string {
  const [head = ''] = /^\d\d:\d\d:\d\d\.\d+: \w+ /.exec(output) ?? [];
  return head.endsWith(`: ${priority} `) ? output.slice(head.length) : output;
}

export function whereOf({ workload, node }: Pick<Alert, 'workload' | 'node'>): string {
  const { namespace, pod, container } = workload;
  const place = pod === '' ? container : namespace === '' ? pod : `${namespace}/${pod}`;
  return place === '' || place === 'host' ? node : place;
}

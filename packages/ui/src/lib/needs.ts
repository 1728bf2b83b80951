import { blindRule } from '@lanner/api';
import type { Answer } from '../api/client.ts';
import { count, withinText } from './format.ts';

/** Something that somebody should look at. */
export interface Need {
  readonly level: 'critical' | 'warning' | 'info';
  readonly text: string;
  readonly detail: string;
  /** Where to go; null where the text says it all. */
  readonly to: string | null;
}

export type Facts = Pick<
  Answer<'overviewView'>,
  'server' | 'destinations' | 'agents' | 'groups' | 'findings' | 'blind'
>;

/** What needs somebody now, the most urgent first. */
export function needsOf(facts: Facts): Need[] {
  const { server, destinations, agents, groups, blind, findings } = facts;
  const { exploited, expiring } = findings;
  const { state, reason } = server.store;
  return [
    ...(state === 'ok'
      ? []
      : [{ level: 'critical', text: `The store is ${state}`, detail: reason, to: null } as const]),
    ...groups.map(({ alert, times }): Need => {
      const where = [alert.workload.namespace, alert.workload.pod].filter((part) => part !== '').join('/');
      const at = where === '' ? alert.node : where;
      return {
        level: 'critical',
        text: alert.event.rule,
        detail: `${at === '' ? '' : `${withinText(at)} · `}${count(times)} ${times === 1 ? 'time' : 'times'}`,
        to: `/events?fingerprint=${alert.fingerprint}&sel=${alert.id}`,
      };
    }),
    ...destinations
      .filter(({ failures, deadLetters, lost }) => failures > 0 || deadLetters > 0 || lost > 0)
      .map(({ title, failures, waiting, lastError, deadLetters, lost }): Need => {
        const worst = failures > 0 || lost > 0;
        return {
          level: worst ? 'critical' : 'warning',
          text: worst
            ? `${withinText(title)} does not get its alerts`
            : `${title} refused ${count(deadLetters)} alerts`,
          detail:
            failures > 0
              ? `${count(waiting)} wait · ${withinText(lastError ?? '')}`
              : lost > 0
                ? `${count(lost)} lost`
                : 'They are kept, with the reason.',
          to: '/destinations',
        };
      }),
    ...some('exploited', exploited),
    ...some('blind', blind),
    ...some('expiring', expiring),
    ...agents.away.map((name): Need => ({
      level: 'warning',
      text: `${withinText(name)} says nothing`,
      detail: 'Its agent has not been heard for a minute.',
      to: '/inventory',
    })),
    ...server.notes.map((note): Need => ({ level: 'info', text: note, detail: '', to: null })),
  ];
}

/** How urgent it is, what is said of one and of several, what to do, and where. */
const counted = {
  exploited: {
    level: 'critical',
    one: 'A vulnerability that is known to be exploited has a fix',
    several: (times: string) => `${times} vulnerabilities that are known to be exploited have a fix`,
    detail: 'Upgrade these packages first.',
    to: '/vulnerabilities?kev=true&fixable=true',
  },
  blind: {
    level: 'warning',
    one: 'Rules were blind once within a day',
    several: (times: string) => `Rules were blind ${times} times within a day`,
    detail: 'The sensor lost events that they need.',
    to: `/events?from=24h&group=0&rule=${encodeURIComponent(blindRule)}`,
  },
  expiring: {
    level: 'warning',
    one: 'An accepted risk ends',
    several: (times: string) => `${times} accepted risks end`,
    detail: 'Within a week: mend what it is about, or accept it again.',
    to: '/vulnerabilities?accepted=true',
  },
} as const;

function some(what: keyof typeof counted, times: number): Need[] {
  const { level, one, several, detail, to } = counted[what];
  return times === 0 ? [] : [{ level, text: times === 1 ? one : several(count(times)), detail, to }];
}

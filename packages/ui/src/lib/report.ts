import type { Answer } from '../api/client.ts';
import { count } from './format.ts';
import type { Need } from './needs.ts';
import type { SavedTable } from './save.ts';

export type Report = Answer<'report'>;

type Attention = Omit<Need, 'to'>;

interface Facts {
  readonly report: Pick<
    Report,
    'criticals' | 'newCriticals' | 'exploited' | 'blind' | 'coverage' | 'acceptances' | 'refused'
  >;
  /** How destinations and agents are now; empty where that says nothing about the week. */
  readonly destinations: Answer<'listDestinations'>['destinations'];
  readonly agents: Answer<'listAgents'>['agents'];
}

/** What somebody should look at after this week, the most urgent first. */
export function attentionOf({ report, destinations, agents }: Facts): Attention[] {
  const { criticals, newCriticals, exploited, blind, coverage, acceptances, refused } = report;
  const open = criticals.groups.filter(({ triage }) => triage.status === 'open').length;
  const failing = destinations.filter(({ failures, lost }) => failures > 0 || lost > 0);
  const away = agents.filter(({ state }) => state === 'away');
  const ending = acceptances.filter(({ findings }) => findings > 0);
  let refusedAlerts = 0;
  for (const { count: times } of refused) {
    refusedAlerts += times;
  }
  return [
    ...say('open', open),
    ...say('exploited', exploited),
    ...say('failing', failing.length, failing.map(({ title }) => title).join(', ')),
    ...say('new', newCriticals.count),
    ...say('blind', blind.count),
    ...say('refused', refusedAlerts),
    ...say('ending', ending.length),
    ...say('away', away.length, away.map(({ name }) => name).join(', ')),
    ...say('stale', coverage.artifacts - coverage.scanned),
  ];
}

/** How urgent it is, what is said of one and of several, and what to do. */
const sentences = {
  open: [
    'critical',
    'A critical alert is open',
    'kinds of critical alerts are open',
    'Acknowledge them, or mend what raises them.',
  ],
  exploited: [
    'critical',
    'A vulnerability that is known to be exploited has a fix',
    'vulnerabilities that are known to be exploited have a fix',
    'Upgrade these packages first.',
  ],
  failing: ['critical', 'A destination does not get its alerts', 'destinations do not get their alerts', ''],
  new: ['warning', 'A critical finding is new', 'critical findings are new', 'They are listed below.'],
  blind: [
    'warning',
    'Rules were blind once',
    'times rules were blind',
    'The sensor lost events that they need.',
  ],
  refused: [
    'warning',
    'An alert was refused by its destination',
    'alerts were refused by destinations',
    'They are kept, and can be sent again.',
  ],
  ending: [
    'warning',
    'An accepted risk ends',
    'accepted risks end',
    'Mend what they are about, or accept it again.',
  ],
  away: ['warning', 'An agent says nothing', 'agents say nothing', ''],
  stale: [
    'info',
    'One image or host was not scanned',
    'images and hosts were not scanned',
    'What is new in them is not known.',
  ],
} as const;

function say(what: keyof typeof sentences, amount: number, names = ''): Attention[] {
  const [level, one, several, todo] = sentences[what];
  return amount === 0
    ? []
    : [
        {
          level,
          text: amount === 1 ? one : `${count(amount)} ${several}`,
          detail: names === '' ? todo : names,
        },
      ];
}

/** The figures of a report, and all of it as JSON. */
export function reportTable(report: Report | null): SavedTable {
  if (report === null) {
    return { columns: [], rows: [] };
  }
  const { alerts, changes, open, newCriticals, fixed, exploited, blind, coverage } = report;
  return {
    columns: ['figure', 'this_week', 'week_before'],
    rows: [
      ['alerts', alerts.now.count, alerts.before.count],
      ['critical alerts', alerts.now.critical, alerts.before.critical],
      ['new findings', changes.now.new, changes.before.new],
      ['fixed findings', changes.now.fixed, changes.before.fixed],
      ['findings that are back', changes.now.reappeared, changes.before.reappeared],
      ...Object.entries(open).map(([severity, value]): [string, number, null] => [
        `open ${severity.toLowerCase()}`,
        value,
        null,
      ]),
      ['new critical findings', newCriticals.count, null],
      ['fixed or gone', fixed.count, null],
      ['exploited with a fix', exploited, null],
      ['blind intervals', blind.count, null],
      ['scanned', coverage.scanned, null],
      ['images and hosts', coverage.artifacts, null],
    ],
    items: [report],
  };
}

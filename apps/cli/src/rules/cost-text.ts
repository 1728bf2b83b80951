import { paint } from '../lib/colour.ts';
import { tableText } from '../lib/table-text.ts';
import type { CaptureSummary, CostReport, CostRow } from './cost.ts';

interface Layout {
  readonly colour: boolean;
}

/** Event types of a capture that are shown. */
const shownTypes = 15;
const shownEvents = 4;

/** The report for a terminal: a line a rule, what stays in user space, and the capture. */
export function costText(report: CostReport, { colour }: Layout): string {
  const { rules, notes, automaton, capture, descriptors } = report;
  const rows = rules.map((rule) => rowOf(rule));
  const heads = [
    'rule',
    'events',
    'in kernel',
    'in user space',
    'state',
    ...(capture === null ? [] : captureHeads),
  ];
  const sections = [
    tableText(heads, rows, colour),
    reasonsText(rules, colour),
    capture === null ? '' : captureText(capture, colour),
    `\nDescriptors: ${descriptors}. ${automatonText(automaton)}\n`,
    ...notes.map((note) => `Note: ${note}\n`),
  ];
  return sections.join('');
}

const captureHeads = ['offered', 'pass', 'removed', 'core'];

function rowOf({ rule, events, pushed, kept, state, offered, passed, corePercent }: CostRow): string[] {
  const families = [...new Set(state.map(({ family }) => family))];
  const cells = [
    rule,
    eventsText(events),
    `${pushed.length} checks`,
    `${kept.length} checks`,
    families.length === 0 ? '-' : families.join(', '),
  ];
  return offered === null || passed === null
    ? cells
    : [...cells, String(offered), String(passed), removedText(offered, passed), `${corePercent ?? 0} %`];
}

function eventsText(events: CostRow['events']): string {
  if (events.length === 0) {
    return 'none';
  }
  const names = events.map(({ name, filter }) => (filter === 'all' ? `${name}*` : name));
  const shown = names.slice(0, shownEvents).join(' ');
  return names.length > shownEvents ? `${shown} +${names.length - shownEvents}` : shown;
}

function removedText(offered: number, passed: number): string {
  return offered === 0 ? '-' : `${((100 * (offered - passed)) / offered).toFixed(1)} %`;
}

function reasonsText(rules: readonly CostRow[], colour: boolean): string {
  const counts = new Map<string, number>();
  for (const { reason } of rules.flatMap(({ kept }) => kept)) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1]).map(([reason, count]) => [String(count), reason]);
  const star =
    'An event with * passes always for the rule: nothing of what it asks is known in the kernel.\n';
  return `${star}\n${paint('Checks left to user space', colour, 'bold')}\n${tableText(['checks', 'because'], rows, colour)}`;
}

function captureText(capture: CaptureSummary, colour: boolean): string {
  const { events, passed, seconds, corePercent, corePercentUnfiltered, types } = capture;
  const rows = types
    .slice(0, shownTypes)
    .map(({ name, events: offered, passed: kept }) => [
      name,
      String(offered),
      String(kept),
      removedText(offered, kept),
    ]);
  const total = ['all', String(events), String(passed), removedText(events, passed)];
  return [
    `\n${paint('Capture', colour, 'bold')}, all rules together and what the state needs\n`,
    tableText(['event', 'offered', 'pass', 'removed'], [...rows, total], colour),
    `Estimate at this rate (${seconds.toFixed(1)} s): ${corePercent} % of a core, `,
    `${corePercentUnfiltered} % if nothing were dropped.\n`,
  ].join('');
}

function automatonText(automaton: CostReport['automaton']): string {
  return automaton === null
    ? 'No path is tested.'
    : `Paths: ${automaton.states} states, ${Math.ceil(automaton.bytes / 1024)} KiB.`;
}

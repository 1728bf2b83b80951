import { priorityNames, type StoredAlert } from '@lanner/api';
import { paint } from '../lib/colour.ts';
import { paintPriority } from '../lib/paint-priority.ts';
import { plainText } from '../lib/terminal-text.ts';

/** The most telling fields of an alert, of which the first that it has is shown. */
const programs = ['proc.cmdline', 'proc.name', 'ka.user.name'];
const targets = ['fd.name', 'evt.arg.path', 'ka.target.name'];

/** An alert as one line for people: when, how bad, what, by whom, where. */
export function alertLine({ event, workload }: StoredAlert, colour: boolean): string {
  const { priority, rule, time, output_fields: fields } = event;
  const first = (names: readonly string[]): string => {
    const value = names.map((name) => fields[name]).find(isTelling);
    return value === undefined ? '' : plainText(value);
  };
  const place = workload.pod === '' ? workload.container : `${workload.namespace}/${workload.pod}`;
  const details = [first(programs), first(targets), place === '' ? '' : `in ${plainText(place)}`];
  return [
    paint(time.slice(11, 19), colour, 'dim'),
    paintPriority(priority.slice(0, 9).padEnd(9), priorityNames.indexOf(priority), colour),
    paint(plainText(rule), colour, 'bold'),
    ...details.filter((text) => text !== '').map((text) => paint(text, colour, 'dim')),
  ].join('  ');
}

function isTelling(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== '<NA>';
}

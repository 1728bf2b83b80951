import { type Colour, paint } from '../lib/colour.ts';
import { columnsOf, plainText, wrap } from '../lib/terminal-text.ts';
import type { ServerFigures } from './figures.ts';

/** What runs beside the server, each as one sentence; null where that is no part of the command. */
export interface SummaryParts {
  readonly sensor: { readonly isWell: boolean; readonly text: string } | null;
  /** What is being scanned, such as `this host`; null between scans. */
  readonly scanning: string | null;
  /** What is missing, and the command that brings it. */
  readonly notes: readonly string[];
}

const labelColumns = 10;
const maxNotes = 5;
const maxFailing = 3;

/** The summary as lines of a terminal. */
export function summaryLines(
  figures: ServerFigures,
  parts: SummaryParts,
  columns: number,
  colour: boolean,
): string[] {
  const { alerts, failing, store } = figures;
  const line = (label: string, text: string, ...colours: readonly Colour[]): string =>
    `${paint(label.padEnd(labelColumns), colour, ...(colours.length === 0 ? (['dim'] as const) : colours))}${text}`;
  const urgent = (count: number, text: string, ...colours: readonly Colour[]): string =>
    paint(text, colour && count > 0, ...colours);
  const { sensor, notes } = parts;
  const found = foundText(figures, urgent);
  const packages = packagesText(figures, parts.scanning);
  return [
    paint('─'.repeat(Math.min(columns, 100) - 1), colour, 'dim'),
    ...(sensor === null
      ? []
      : [line('Sensor', plainText(sensor.text), ...(sensor.isWell ? [] : ['red' as const]))]),
    line(
      'Alerts',
      `${number(alerts.all)} in 24 h · ${urgent(alerts.critical, `${number(alerts.critical)} critical`, 'brightRed')}`,
    ),
    ...(packages === '' ? [] : [line('Packages', packages)]),
    ...(found === '' ? [] : [line('Findings', found)]),
    ...failing
      .slice(0, maxFailing)
      .map(({ name, waiting, reason }) =>
        line('Waiting', `${number(waiting)} for ${name}: ${plainText(reason)}`, 'yellow'),
      ),
    ...(store === '' ? [] : [line('Store', plainText(store), 'red')]),
    ...notes
      .slice(0, maxNotes)
      .flatMap((note) =>
        noteLines(plainText(note), Math.max(20, columns - labelColumns - 1)).map((text, i) =>
          line(i === 0 ? 'Missing' : '', text, 'yellow'),
        ),
      ),
    ...(notes.length > maxNotes ? [line('', `… and ${notes.length - maxNotes} more`)] : []),
  ];
}

/** Such as `412 on debian 12.8 · 3 images with 1,230 · scanning this host …`. */
export function packagesText({ hosts, images }: ServerFigures, scanning: string | null): string {
  return [
    ...(hosts.count > 1 ? [`${number(hosts.packages)} on ${hosts.count} hosts`] : []),
    ...(hosts.count === 1
      ? [`${number(hosts.packages)} on ${hosts.system === '' ? 'this host' : plainText(hosts.system)}`]
      : []),
    ...(images.count > 0
      ? [`${images.count} ${images.count === 1 ? 'image' : 'images'} with ${number(images.packages)}`]
      : []),
    ...(scanning === null ? [] : [`scanning ${plainText(scanning)} …`]),
  ].join(' · ');
}

/** What is to be typed, behind the last colon, is not broken where it fits into a line of its own. */
function noteLines(note: string, columns: number): string[] {
  const colon = note.lastIndexOf(': ');
  const command = note.slice(colon + 2);
  return columnsOf(note) <= columns || colon < 0 || columnsOf(command) > columns
    ? wrap(note, columns)
    : [...wrap(note.slice(0, colon + 1), columns), command];
}

function foundText(
  { findings, hosts, images }: ServerFigures,
  urgent: (count: number, text: string, ...colours: readonly Colour[]) => string,
): string {
  const { CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN } = findings;
  if (hosts.count + images.count === 0) {
    return '';
  }
  return [
    urgent(CRITICAL, `${number(CRITICAL)} critical`, 'brightRed'),
    urgent(HIGH, `${number(HIGH)} high`, 'red'),
    urgent(MEDIUM, `${number(MEDIUM)} medium`, 'yellow'),
    `${number(LOW + UNKNOWN)} low`,
  ].join(' · ');
}

function number(value: number): string {
  return value.toLocaleString('en');
}

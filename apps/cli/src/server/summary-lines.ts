import { type ScanProgress, scanProgressText } from '@lanner/api';
import { type Colour, paint } from '../lib/colour.ts';
import { columnsOf, plainText, wrap } from '../lib/terminal-text.ts';
import type { ServerFigures } from './figures.ts';

/** What runs beside the server, each as one sentence; null where that is no part of the command. */
export interface SummaryParts {
  readonly sensor: { readonly isWell: boolean; readonly text: string } | null;
  /** What is being scanned; null between scans. */
  readonly scanning: ScanProgress | null;
  /** What is missing, and the command that brings it. */
  readonly notes: readonly string[];
}

const labelColumns = 10;
const maxNotes = 5;
const maxFailing = 3;

/** What stands in front, what behind, and the colours of the former when it is something to look at. */
type Row = readonly [label: string, text: string, ...colours: readonly Colour[]];

/** The summary as lines of a terminal. */
export function summaryLines(
  figures: ServerFigures,
  parts: SummaryParts,
  columns: number,
  colour: boolean,
): string[] {
  const { alerts, failing, store } = figures;
  const rows: readonly Row[] = [
    ...sensorRows(parts),
    ['Alerts', `${number(alerts.all)} in 24 h · ${urgent(alerts.critical, 'critical', colour, 'brightRed')}`],
    ['Packages', packagesText(figures, parts.scanning)],
    ['Findings', foundText(figures, colour)],
    ...failing
      .slice(0, maxFailing)
      .map(
        ({ name, waiting, reason }) =>
          ['Waiting', `${number(waiting)} for ${name}: ${plainText(reason)}`, 'yellow'] as const,
      ),
    ['Store', plainText(store), 'red'],
    ...noteRows(parts, Math.max(20, columns - labelColumns - 1)),
  ];
  return [
    paint('─'.repeat(Math.min(columns, 100) - 1), colour, 'dim'),
    ...rows
      .filter(([, text]) => text !== '')
      .map(([label, text, ...colours]) => summaryLine(label, text, colour, ...colours)),
  ];
}

export function summaryLine(
  label: string,
  text: string,
  colour: boolean,
  ...colours: readonly Colour[]
): string {
  const labelColours: readonly Colour[] = colours.length === 0 ? ['dim'] : colours;
  return `${paint(label.padEnd(labelColumns), colour, ...labelColours)}${text}`;
}

function sensorRows({ sensor }: SummaryParts): readonly Row[] {
  if (sensor === null) {
    return [];
  }
  const text = plainText(sensor.text);
  return [sensor.isWell ? ['Sensor', text] : ['Sensor', text, 'red']];
}

function noteRows({ notes }: SummaryParts, columns: number): readonly Row[] {
  const lines = notes
    .slice(0, maxNotes)
    .flatMap((note) =>
      noteLines(plainText(note), columns).map((text, i): Row => [i === 0 ? 'Missing' : '', text, 'yellow']),
    );
  return notes.length > maxNotes ? [...lines, ['', `… and ${notes.length - maxNotes} more`]] : lines;
}

/** Such as `412 on debian 12.8 · 3 images with 1,230 · scanning this host …`. */
function packagesText({ hosts, images }: ServerFigures, scanning: ScanProgress | null): string {
  return [
    ...(hosts.count > 1 ? [`${number(hosts.packages)} on ${hosts.count} hosts`] : []),
    ...(hosts.count === 1
      ? [`${number(hosts.packages)} on ${hosts.system === '' ? 'this host' : plainText(hosts.system)}`]
      : []),
    ...(images.count > 0
      ? [`${images.count} ${images.count === 1 ? 'image' : 'images'} with ${number(images.packages)}`]
      : []),
    ...(scanning === null ? [] : [`scanning ${plainText(scanProgressText(scanning))} …`]),
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

function foundText({ findings, hosts, images }: ServerFigures, colour: boolean): string {
  const { CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN } = findings;
  if (hosts.count + images.count === 0) {
    return '';
  }
  return [
    urgent(CRITICAL, 'critical', colour, 'brightRed'),
    urgent(HIGH, 'high', colour, 'red'),
    urgent(MEDIUM, 'medium', colour, 'yellow'),
    `${number(LOW + UNKNOWN)} low`,
  ].join(' · ');
}

/** Such as `3 critical`; in its colour when there are any. */
function urgent(count: number, name: string, colour: boolean, ofAny: Colour): string {
  return paint(`${number(count)} ${name}`, colour && count > 0, ofAny);
}

function number(value: number): string {
  return value.toLocaleString('en');
}

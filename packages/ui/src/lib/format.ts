import { exactJson } from '@lanner/api';
import { timeZoneOf, type Zone } from './zone.ts';

const units: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** Such as `3 min ago`. */
export function ago(ms: number, nowMs: number): string {
  const passed = nowMs - ms;
  for (const [size, unit] of units) {
    if (passed >= size) {
      return `${Math.floor(passed / size)} ${unit} ago`;
    }
  }
  return passed < -1000 ? `in ${ago(nowMs, ms).replace(' ago', '')}` : 'now';
}

/** How long ago something is that has happened already, also when the page's clock is a little behind. */
export function since(ms: number, nowMs: number): string {
  return ago(Math.min(ms, nowMs), nowMs);
}

export function count(value: number): string {
  return value.toLocaleString('en');
}

export function bytes(value: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(names.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 2 ** (10 * power);
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${names[power] ?? ''}`;
}

/** Time of day in a zone, with the day when it is not today. */
export function moment(ms: number, nowMs: number, zone: Zone): string {
  const timeZone = timeZoneOf(zone);
  const day = (at: number): string => new Date(at).toLocaleDateString('sv', { timeZone });
  const time = new Date(ms).toLocaleTimeString('sv', { timeZone });
  return day(ms) === day(nowMs) ? time : `${day(ms).slice(5)} ${time}`;
}

export function exactMoment(ms: number, zone: Zone): string {
  const timeZone = timeZoneOf(zone);
  const date = new Date(ms);
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${date.toLocaleString('sv', { timeZone })}.${millis}${zone === 'local' ? '' : ` ${timeZone ?? ''}`}`;
}

/** The name of an image without its registry, which many have in common. */
export function shortName(name: string): string {
  const [registry = '', ...rest] = name.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(registry) && !name.startsWith('/')
    ? rest.join('/')
    : name;
}

/**
 * A name in three parts: where it is from, which goes first where there is no room, its own name, which can be cut at its
 * end, and what tells it from others that begin alike, such as a tag. A path has no registry that many have in common.
 */
export function nameParts(name: string, isPath = false): readonly [from: string, own: string, end: string] {
  const short = (isPath ? name : shortName(name)).replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1…');
  const own = /[^/]+\/*$/.exec(short)?.[0] ?? short;
  const end = endOf(own);
  return [short.slice(0, short.length - own.length), own.slice(0, own.length - end.length), end];
}

/** A tag, or the last characters of what is long. */
function endOf(own: string): string {
  const [tag = ''] = /(?<=[^:]):[^:]{1,20}$/.exec(own) ?? [];
  return tag === '' && own.length > 24 ? Array.from(own).slice(-8).join('') : tag;
}

/** Text that stands in a sentence: what turns the direction of writing would turn the rest of the sentence, too. */
export function withinText(text: string): string {
  return text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** A value of an event or a finding as people read it; numbers keep all their digits. */
export function valueText(value: unknown): string {
  if (value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : exactJson(value);
}

/** One line of CSV; what a spreadsheet would take for a formula is made plain text. */
export function csvLine(values: readonly string[]): string {
  return values
    .map((value) => {
      const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}

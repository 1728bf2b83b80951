import { printValue } from '../print.ts';
import type { Value } from '../value.ts';
import { failure, toInteger } from './failure.ts';

/** Date functions under the names of the Sprig library; the clock comes in. Times are UTC. */
export function dateFunctions(now: () => Date): Record<string, (...values: never[]) => Value> {
  return {
    now: () => now(),
    date: (layout: Value, time: Value) => formatDate(printValue(layout), toDate(time, now)),
    dateInZone: (layout: Value, time: Value) => formatDate(printValue(layout), toDate(time, now)),
    date_in_zone: (layout: Value, time: Value) => formatDate(printValue(layout), toDate(time, now)),
    htmlDate: (time: Value) => formatDate('2006-01-02', toDate(time, now)),
    unixEpoch: (time: Value) => String(Math.floor(toDate(time, now).getTime() / 1000)),
    ago: (time: Value) => duration(Math.round((now().getTime() - toDate(time, now).getTime()) / 1000)),
    duration: (seconds: Value) => duration(toInteger(seconds)),
    toDate(_layout: Value, text: Value) {
      const time = new Date(printValue(text));
      if (Number.isNaN(time.getTime())) {
        throw failure(`${JSON.stringify(printValue(text))} is not a date`);
      }
      return time;
    },
  };
}

function toDate(value: Value, now: () => Date): Date {
  if (value instanceof Date) {
    return value;
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    return new Date(Number(value) * 1000);
  }
  const parsed = new Date(printValue(value));
  return Number.isNaN(parsed.getTime()) ? now() : parsed;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** A date in one of Go's layouts, which write the moment 2006-01-02 15:04:05. */
export function formatDate(layout: string, date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const hour12 = date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12;
  const parts: Readonly<Record<string, string>> = {
    '2006': String(date.getUTCFullYear()).padStart(4, '0'),
    '06': two(date.getUTCFullYear() % 100),
    January: months[date.getUTCMonth()] ?? '',
    Jan: (months[date.getUTCMonth()] ?? '').slice(0, 3),
    '01': two(date.getUTCMonth() + 1),
    '1': String(date.getUTCMonth() + 1),
    Monday: days[date.getUTCDay()] ?? '',
    Mon: (days[date.getUTCDay()] ?? '').slice(0, 3),
    '02': two(date.getUTCDate()),
    _2: String(date.getUTCDate()).padStart(2, ' '),
    '2': String(date.getUTCDate()),
    '15': two(date.getUTCHours()),
    '03': two(hour12),
    '3': String(hour12),
    '04': two(date.getUTCMinutes()),
    '4': String(date.getUTCMinutes()),
    '05': two(date.getUTCSeconds()),
    '5': String(date.getUTCSeconds()),
    PM: date.getUTCHours() < 12 ? 'AM' : 'PM',
    pm: date.getUTCHours() < 12 ? 'am' : 'pm',
    MST: 'UTC',
    'Z07:00': 'Z',
    '-07:00': '+00:00',
    '-0700': '+0000',
  };
  const pattern =
    /2006|January|Jan|Monday|Mon|MST|Z07:00|-07:00|-0700|[.,](0+|9+)(?!\d)|_2|01|02|03|04|05|06|15|PM|pm|1|2|3|4|5/g;
  return layout.replace(pattern, (token, fraction: string | undefined) => {
    if (fraction === undefined) {
      return parts[token] ?? token;
    }
    const digits = `${String(date.getUTCMilliseconds()).padStart(3, '0')}000000`.slice(0, fraction.length);
    const shown = fraction.startsWith('9') ? digits.replace(/0+$/, '') : digits;
    return shown === '' ? '' : `${token.charAt(0)}${shown}`;
  });
}

function duration(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  const total = Math.abs(seconds);
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60)];
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${sign}${head}${total % 60}s`;
}

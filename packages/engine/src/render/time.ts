import { belowBillion, billions, nineDigits } from '../lib/decimal.ts';

// Times come as the halves of an unsigned number of ns since 1970. Local time is UTC plus a fixed offset, as Falco
// takes the offset of the moment at which it runs for every event.

interface SecondTexts {
  readonly second: number;
  readonly date: string;
  readonly clock: string;
}

// Events come in order, so the second before is nearly always the one at hand.
let recent: SecondTexts = textsOf(0);

/** `HH:MM:SS.nnnnnnnnn` in local time. */
export function clockText(hi: number, lo: number, offsetS: number): string {
  return `${at(billions(hi, lo) + offsetS).clock}.${nineDigits(belowBillion(hi, lo))}`;
}

/** `HH:MM:SS` in local time. */
export function clockSecondsText(hi: number, lo: number, offsetS: number): string {
  return at(billions(hi, lo) + offsetS).clock;
}

/** `YYYY-MM-DD HH:MM:SS.nnnnnnnnn` in local time. */
export function dateTimeText(hi: number, lo: number, offsetS: number): string {
  return `${dateTimeSecondsText(hi, lo, offsetS)}.${nineDigits(belowBillion(hi, lo))}`;
}

/** `YYYY-MM-DD HH:MM:SS` in local time. */
export function dateTimeSecondsText(hi: number, lo: number, offsetS: number): string {
  const { date, clock } = at(billions(hi, lo) + offsetS);
  return `${date} ${clock}`;
}

/** `YYYY-MM-DDTHH:MM:SS.nnnnnnnnn` in UTC, without its zone. */
export function isoText(hi: number, lo: number): string {
  const { date, clock } = at(billions(hi, lo));
  return `${date}T${clock}.${nineDigits(belowBillion(hi, lo))}`;
}

function at(second: number): SecondTexts {
  if (recent.second !== second) {
    recent = textsOf(second);
  }
  return recent;
}

function textsOf(second: number): SecondTexts {
  const iso = new Date(second * 1000).toISOString();
  const split = iso.indexOf('T');
  return { second, date: iso.slice(0, split), clock: iso.slice(split + 1, split + 9) };
}

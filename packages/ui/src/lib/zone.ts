/** `local` for the browser's own, `utc`, or a name such as `Europe/Berlin`. */
export type Zone = string;

/** As the browser's functions take it; undefined for its own. */
export function timeZoneOf(zone: Zone): string | undefined {
  return zone === 'utc' ? 'UTC' : zone === 'local' ? undefined : zone;
}

/** Whether the browser knows a zone of this name. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('sv', { timeZone: timeZoneOf(name) }).format(0) !== '';
  } catch {
    return false;
  }
}

/** Every zone that has a name, in order. */
export function namedZones(): readonly string[] {
  return Intl.supportedValuesOf('timeZone');
}

/** Such as `2026-01-31T12:00`: what clocks of a zone show, as fields for a date and a time take it. */
export function wallTime(ms: number, zone: Zone): string {
  return wallSeconds(ms, zone).slice(0, 16);
}

/**
 * The moment at which clocks of a zone show this; null for what is no time. Of an hour that clocks show twice it is one of
 * the two, and one that they leave out is taken as an hour beside it.
 */
export function fromWallTime(text: string, zone: Zone): number | null {
  const shown = Date.parse(`${text.length === 16 ? `${text}:00` : text}Z`);
  if (Number.isNaN(shown)) {
    return null;
  }
  const guess = shown - aheadOf(shown, zone);
  return shown - aheadOf(guess, zone);
}

/** How far clocks of a zone are ahead of UTC then. Milliseconds. */
function aheadOf(ms: number, zone: Zone): number {
  return Date.parse(`${wallSeconds(ms, zone)}Z`) - Math.floor(ms / 1000) * 1000;
}

function wallSeconds(ms: number, zone: Zone): string {
  return new Date(ms).toLocaleString('sv', { timeZone: timeZoneOf(zone) }).replace(' ', 'T');
}

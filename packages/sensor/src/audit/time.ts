const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * The ns since 1970 of a time in the form of RFC 3339; null for other texts, for days and hours that do not exist, and
 * for times before 1970. Digits beyond the ninth of a fraction are dropped.
 */
export function timeNs(text: string): bigint | null {
  const match = form.exec(text);
  if (match === null) {
    return null;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [, , , , , , , fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match;
  const [zoneHours, zoneMinutes] = [Number(offsetHours), Number(offsetMinutes)];
  const isDay = day >= 1 && day <= daysIn(year, month);
  if (!isDay || hour > 23 || minute > 59 || second > 59 || zoneHours > 24 || zoneMinutes > 60) {
    return null;
  }
  const offsetMs = (sign === '-' ? -1 : 1) * (zoneHours * 60 + zoneMinutes) * 60_000;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) - offsetMs;
  return ms < 0 || year < 100 ? null : BigInt(ms) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

/** 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  return month >= 1 && month <= 12 ? new Date(Date.UTC(year, month, 0)).getUTCDate() : 0;
}

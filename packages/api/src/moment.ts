const units: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  y: 31_536_000,
};

/** A moment: RFC 3339, milliseconds since the epoch, or how long ago, such as `90m`, `24h`, `7d`. Milliseconds. */
export function momentMs(text: string, nowMs: number): number | null {
  const [, amount, unit] = /^(\d{1,9})([smhdwMy])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    return nowMs - Number(amount) * (units[unit] ?? 0) * 1000;
  }
  if (/^\d{10,16}$/.test(text)) {
    return Number(text);
  }
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

const unitsMs: Readonly<Record<string, number>> = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/**
 * Milliseconds of a duration in Prometheus' form (`1h30m`, `500ms`); 0 for any other text, which means "never".
 * Units may each stand once, longer ones first.
 */
export function parseDuration(text: string): number {
  const match = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(
    text.trim(),
  );
  if (match === null) {
    return 0;
  }
  let total = 0;
  Object.values(unitsMs).forEach((size, i) => {
    total += Number(match[i + 1] ?? 0) * size;
  });
  return total;
}

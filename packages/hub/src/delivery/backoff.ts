const firstMs = 1000;
const longestMs = 300_000;

/** The pause after so many failures in a row: it doubles up to five minutes, and is up to half shorter by chance. */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(full * (1 - random / 2));
}

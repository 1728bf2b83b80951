const firstMs = 1000;
const longestMs = 60_000;
/** When the server has said no: somebody has to do something about it. */
const refusedMs = 300_000;
/** Whatever a server asks for. */
const longestAskedMs = 600_000;

/** How long to wait after `failures` attempts in a row; half of it is chance, so that agents do not come all at once. */
export function waitAfter(
  failures: number,
  random: () => number,
  {
    askedMs = null,
    isRefused = false,
  }: { readonly askedMs?: number | null; readonly isRefused?: boolean } = {},
): number {
  if (askedMs !== null) {
    return Math.min(askedMs, longestAskedMs) * (1 + random() / 2);
  }
  const most = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), isRefused ? refusedMs : longestMs);
  return (most / 2) * (1 + random());
}

/** Of a terminal that does not say how wide it is, as those of containers and of remote commands may. */
const usualColumns = 80;

/** How many columns a stream shows; null where it is no terminal. */
export function terminalColumns({ isTTY, columns }: { isTTY?: boolean; columns?: number }): number | null {
  if (isTTY !== true) {
    return null;
  }
  return columns === undefined || columns < 1 ? usualColumns : columns;
}

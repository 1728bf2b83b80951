/** Everything that can be reached from the given ids over `edges`, the ids themselves included. */
export function reachable(
  from: Iterable<string>,
  edges: (id: string) => readonly string[] | undefined,
): Set<string> {
  const reached = new Set<string>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (!reached.has(id)) {
      reached.add(id);
      // One by one: spreading ends at some ten thousand.
      for (const next of edges(id) ?? []) {
        open.push(next);
      }
    }
  }
  return reached;
}

/** Kernels and drivers call some control group controllers differently; Falco shows one name. */
const names: ReadonlyMap<string, string> = new Map([
  ['perf', 'perf_event'],
  ['mem', 'memory'],
  ['io', 'blkio'],
]);

const suffix = '_cgroup';

/** The name under which Falco shows a controller. */
export function renameSubsystem(subsystem: string): string {
  const name = subsystem.replace(suffix, '');
  return names.get(name) ?? name;
}

/** Pairs of controller and path from texts `controller=path`; null when one of them has another form. */
export function parseCgroups(
  texts: readonly string[],
): readonly (readonly [subsystem: string, path: string])[] | null {
  const cgroups: (readonly [string, string])[] = [];
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals < 0) {
      return null;
    }
    cgroups.push([renameSubsystem(text.slice(0, equals)), text.slice(equals + 1)]);
  }
  return cgroups;
}

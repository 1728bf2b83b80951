/** Labels that a container runtime or Kubernetes adds for itself. */
const internalPrefixes = ['annotation.', 'io.kubernetes.'];

/** Labels as `key:value`, by key, joined by a comma and a space; internal ones are left out, `:` where there is no value. */
export function labelsText(labels: ReadonlyMap<string, string>): string {
  return [...labels]
    .filter(([key]) => !internalPrefixes.some((prefix) => key.startsWith(prefix)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => (value === '' ? key : `${key}:${value}`))
    .join(', ');
}

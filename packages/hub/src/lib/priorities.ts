import { type PriorityName, priorityNames } from '@lanner/api';

/** The priority of a name in any case; null where there is none of it. */
export function priorityNamed(name: string): PriorityName | null {
  const lower = name.trim().toLowerCase();
  return (
    priorityNames.find((candidate) => candidate.toLowerCase() === lower) ??
    (lower === 'info' ? 'Informational' : null)
  );
}

/** How grave a match is: 0 is the gravest. */
export type Priority = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** As printed, in order of their numbers. */
export const priorityNames = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;

/** Number of a priority's name in any case, `info` included; null for anything else. */
export function parsePriority(text: string): Priority | null {
  const wanted = text.toLowerCase();
  const found = priorityNames.findIndex(
    (name) => name.toLowerCase() === (wanted === 'info' ? 'informational' : wanted),
  );
  // `findIndex` gives -1 or an index of the list, which are the priorities.
  return found < 0 ? null : (found as Priority);
}

export function priorityName(priority: Priority): (typeof priorityNames)[number] {
  return priorityNames[priority];
}

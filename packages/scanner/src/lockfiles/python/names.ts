/** Python's tools take names that differ in case and in `-`, `_` and `.` for the same. */
export function normalizePythonName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** The name in front of a requirement such as `Flask[async]>=1.0; python_version > "3"`; normalised. */
export function requirementName(requirement: string): string {
  return normalizePythonName(/^\s*([\w.-]+)/.exec(requirement)?.[1] ?? '');
}

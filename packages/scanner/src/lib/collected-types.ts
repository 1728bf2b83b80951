/** Types whose packages prove themselves by a file each, and are collected over the whole artifact. */
export const collectedTypes: ReadonlySet<string> = new Set([
  'conda-pkg',
  'gemspec',
  'jar',
  'node-pkg',
  'python-pkg',
]);

import type { Application } from '../model/index.ts';

/** Names of what is collected over a whole artifact. */
const collected: Readonly<Record<string, string>> = {
  'python-pkg': 'Python',
  'conda-pkg': 'Conda',
  gemspec: 'Ruby',
  'node-pkg': 'Node.js',
  jar: 'Java',
  kubernetes: 'Kubernetes',
};

/** Whether an application is of a file, or of a kind that is collected, and not only a row of an SBOM. */
export function hasPlace({ type, filePath }: Application): boolean {
  return filePath !== '' || collected[type] !== undefined;
}

/** What a result about an application is called. */
export function applicationTarget({ type, filePath }: Application): string {
  return filePath === '' ? (collected[type] ?? type) : (collected[type] ?? filePath);
}

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

/** What a result about an application is called. */
export function applicationTarget({ type, filePath }: Application): string {
  return filePath === '' ? (collected[type] ?? type) : (collected[type] ?? filePath);
}

import { AppError } from '@lanner/core';
import { defineAnalyzer, installed } from '../analyzer.ts';
import { baseName, isDirectlyIn } from '../lib/path.ts';

export const analyzer = defineAnalyzer({
  id: 'redhat-dockerfile',
  revision: 1,
  doc: "Name, version and architecture of an image of Red Hat's, from the Dockerfile that it carries.",
  scope: 'file',
  targets: installed,
  scanners: ['vuln'],
  wants: ({ path }) => isDirectlyIn(path, 'root/buildinfo/') && baseName(path).startsWith('Dockerfile'),
  analyze(file) {
    const labels = labelsOf(file.text());
    const component = labels.get('com.redhat.component') ?? labels.get('bzcomponent');
    const arch = labels.get('architecture');
    if (component === undefined || arch === undefined) {
      throw new AppError('artifact.parse', 'The Dockerfile has no label for the component or architecture', {
        details: { path: file.path },
      });
    }
    // Dockerfile-<name>-<version>-<release>
    const version = /[^-]+-[^-]+$/.exec(baseName(file.path))?.[0] ?? '';
    return { buildInfo: { nvr: `${component}-${version}`, arch } };
  },
});

/** Labels by their lower-case names, variables of earlier ENV and ARG instructions filled in. */
function labelsOf(dockerfile: string): Map<string, string> {
  const variables = new Map<string, string>();
  const labels = new Map<string, string>();
  for (const line of instructionsOf(dockerfile)) {
    const [, instruction = '', rest = ''] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
    const target = targetOf(instruction.toUpperCase(), variables, labels);
    if (target === null) {
      continue;
    }
    for (const [key, value] of pairsOf(rest)) {
      const name = target === labels ? key.toLowerCase() : key;
      target.set(name, filledIn(value, variables));
    }
  }
  return labels;
}

function targetOf<T>(instruction: string, variables: T, labels: T): T | null {
  if (instruction === 'LABEL') {
    return labels;
  }
  return instruction === 'ENV' || instruction === 'ARG' ? variables : null;
}

/** Lines without comments, continued ones joined. */
function instructionsOf(dockerfile: string): string[] {
  const lines = dockerfile.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  return lines
    .join('\n')
    .replaceAll(/\\[ \t]*\r?\n/g, ' ')
    .split('\n');
}

/** `a="b c" d=e`, or the older `a b c` of one pair. */
function* pairsOf(text: string): Generator<readonly [string, string]> {
  const word = /(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s=]+))(=?)/y;
  const value = /(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|(?<bare>[^\s]*))/y;
  for (let at = 0; at < text.length;) {
    word.lastIndex = at + spacesAt(text, at);
    const [whole, double, single, bare, equals] = word.exec(text) ?? [];
    if (whole === undefined) {
      return;
    }
    const key = double ?? single ?? bare ?? '';
    at = word.lastIndex;
    if (equals === '') {
      yield [key, text.slice(at).trim()];
      return;
    }
    value.lastIndex = at;
    const groups = value.exec(text)?.groups;
    yield [key, groups?.['double'] ?? groups?.['single'] ?? groups?.['bare'] ?? ''];
    at = value.lastIndex;
  }
}

function spacesAt(text: string, at: number): number {
  let end = at;
  while (text[end] === ' ' || text[end] === '\t') {
    end++;
  }
  return end - at;
}

/** Cut, so that variables which are made of each other do not grow. */
function filledIn(value: string, variables: ReadonlyMap<string, string>): string {
  const filled = value
    .slice(0, maxValue)
    .replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, plain?: string) => {
      return variables.get(braced ?? plain ?? '') ?? '';
    });
  return filled.slice(0, maxValue);
}

const maxValue = 2000;

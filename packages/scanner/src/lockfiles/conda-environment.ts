import { AppError } from '@lanner/core';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { oneLine } from './lines.ts';
import type { FoundPackage } from './packages.ts';

interface CondaEnvironment {
  readonly packages: readonly FoundPackage[];
  /** Folder of the environment on the machine that wrote the file; empty if it does not tell. */
  readonly prefix: string;
}

/** Throws AppError 'artifact.parse' for a list that holds anything but texts and one level of `manager: [texts]`. */
export function parseCondaEnvironment(text: string): CondaEnvironment {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  if (document.errors.length > 0 || !isMap(document.contents)) {
    throw new AppError('artifact.parse', 'invalid YAML', { cause: document.errors[0] });
  }
  function packagesOf(node: unknown, nested: boolean): FoundPackage[] {
    if (isScalar(node) && typeof node.value === 'string') {
      const found = parseSpec(node.value);
      return found === null ? [] : [{ ...found, locations: [oneLine(lineOf(node))] }];
    }
    if (isMap(node) && !nested) {
      return node.items.flatMap(({ value }) => {
        if (!isSeq(value)) {
          throw unsupported(value);
        }
        return value.items.flatMap((item) => packagesOf(item, true));
      });
    }
    throw unsupported(node);
  }
  function lineOf(node: Node): number {
    return lines.linePos(node.range?.[0] ?? 0).line;
  }
  function unsupported(node: unknown): AppError {
    const line = isScalar(node) || isMap(node) || isSeq(node) ? lineOf(node) : undefined;
    return new AppError('artifact.parse', 'unsupported kind of dependency', { details: { line } });
  }
  const dependencies = document.contents.get('dependencies');
  const prefix = document.contents.get('prefix');
  return {
    packages: isSeq(dependencies) ? dependencies.items.flatMap((item) => packagesOf(item, false)) : [],
    prefix: typeof prefix === 'string' ? prefix : '',
  };
}

/** `name=version=build`; only an exact version counts as one. */
function parseSpec(spec: string): FoundPackage | null {
  const [, name, rest = ''] = /^\s*(?:[^\s:]+::)?([^\s=<>!~|,]+)(.*)$/.exec(spec) ?? [];
  if (name === undefined) {
    return null;
  }
  const version = /^(?:\s+|={1,2})([^\s=<>!~|,*]+)(?:[\s=].*)?$/.exec(rest.trimEnd())?.[1];
  return { name, version };
}

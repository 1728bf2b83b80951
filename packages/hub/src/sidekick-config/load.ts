import type { ConfigProblem } from '@lanner/api';
import { AppError, nearest } from '@lanner/core';
import { parse, YAMLParseError } from 'yaml';
import { type Coerced, fromText, fromYaml } from './coerce.ts';
import {
  isSection,
  type SidekickKey,
  sidekickKey,
  sidekickKeys,
  type SidekickValue,
  whyIneffective,
} from './keys.ts';
import { type GivenOrigin, SidekickConfig } from './sidekick-config.ts';

export interface LoadSidekickInput {
  /** The text of config.yaml; null when there is none. */
  readonly text: string | null;
  /** Its path, for messages. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values that the command line gives, by their key. */
  readonly options?: ReadonlyMap<string, string>;
  /** Unknown keys are warnings instead of errors. */
  readonly lenient: boolean;
}

export interface LoadedSidekickConfig {
  readonly config: SidekickConfig;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads falcosidekick's configuration: command line before environment before file before
 * default. Keys are taken in any case. Values that
 * cannot be read and unknown keys are problems; throws AppError 'config.invalid' when the file is no YAML at all.
 */
export function loadSidekickConfig(input: LoadSidekickInput): LoadedSidekickConfig {
  const problems: ConfigProblem[] = [];
  const values = new Map<string, { value: SidekickValue; from: GivenOrigin }>();
  const take = (key: SidekickKey, coerced: Coerced, from: GivenOrigin, name: string): void => {
    if ('problem' in coerced) {
      problems.push({ severity: 'error', key: name, message: coerced.problem });
      return;
    }
    values.set(key.key, { value: coerced.value, from });
  };
  walk(parseFile(input), '', (path, value) => {
    const key = sidekickKey(path);
    if (key === undefined) {
      problems.push(unknownKey(path, input.lenient));
    } else if (value !== null) {
      take(key, fromYaml(key, value), 'file', path);
    }
  });
  for (const key of sidekickKeys) {
    // Upstream reads no variable for some keys; a variable that is there is meant.
    const name = key.env ?? key.key.replaceAll('.', '_').toUpperCase();
    const text = input.env[name];
    if (text !== undefined && text !== '') {
      take(key, fromText(key, text), 'environment', name);
    }
  }
  for (const [name, text] of input.options ?? []) {
    const key = sidekickKey(name);
    if (key !== undefined) {
      take(key, fromText(key, text), 'option', name);
    }
  }
  for (const key of values.keys()) {
    const why = whyIneffective(key);
    if (why !== null) {
      problems.push({ severity: 'info', key, message: `has no effect: ${why}` });
    }
  }
  return { config: new SidekickConfig(values, input.env), problems };
}

function parseFile({ text, path }: LoadSidekickInput): unknown {
  if (text === null) {
    return {};
  }
  try {
    return parse(text, { maxAliasCount: 100 }) ?? {};
  } catch (error) {
    if (error instanceof YAMLParseError || error instanceof ReferenceError) {
      // Without the lines that it is about, which may hold secrets.
      const [what = ''] = error.message.split('\n');
      throw new AppError('config.invalid', `${path}: ${what.replace(/:$/, '')}`, {
        cause: error,
        hint: 'Mend the YAML at the place named.',
      });
    }
    throw error;
  }
}

/** Tells of every leaf with its path in lower case. A section without keys is none. */
function walk(node: unknown, path: string, onLeaf: (path: string, value: unknown) => void): void {
  if (path !== '' && (sidekickKey(path) !== undefined || !isSection(path))) {
    onLeaf(path, node);
    return;
  }
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    if (node !== null && node !== '') {
      throw new AppError('config.invalid', `${path || 'the configuration'}: a map of keys is expected`, {
        hint: 'Is this a configuration of falcosidekick? Its keys stand in sections, such as slack.',
      });
    }
    return;
  }
  for (const [name, value] of Object.entries(node)) {
    walk(value, path === '' ? name.toLowerCase() : `${path}.${name.toLowerCase()}`, onLeaf);
  }
}

function unknownKey(path: string, lenient: boolean): ConfigProblem {
  const guess = nearest(path, [...sidekickKeys.map(({ key }) => key)]);
  return {
    severity: lenient ? 'warning' : 'error',
    key: path,
    message: 'is no key of the configuration',
    ...(guess === null ? {} : { hint: `Did you mean ${guess}?` }),
  };
}

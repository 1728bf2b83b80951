import { configKeys, findKey } from './keys.ts';
import { readBoolean, readNumber } from './scalar.ts';
import type { Tree, TreeMap } from './tree.ts';

/** An entry of `append_output`. */
export interface AppendOutput {
  readonly source: string;
  readonly tags: readonly string[];
  readonly rule: string;
  readonly format: string;
  /** Names of fields, or pairs of a key and a format. */
  readonly fields: readonly (string | readonly [key: string, format: string])[];
  readonly suggested: boolean;
}

/** An entry of `rules`. */
export interface RuleSelection {
  readonly enable: boolean;
  readonly rule: string | null;
  readonly tag: string | null;
}

/**
 * What falco.yaml says, typed. A key that the document lacks has Falco's default; without any document, the value that
 * Falco ships. The document must have been checked: a value of a wrong type gives the default.
 */
export class FalcoConfig {
  readonly #root: TreeMap;
  readonly #shipped: boolean;

  constructor(root: TreeMap, shipped: boolean) {
    this.#root = root;
    this.#shipped = shipped;
  }

  text(key: string): string {
    const value = this.#find(key);
    if (typeof value === 'string') {
      return value;
    }
    const fallback = this.#fallback(key);
    return typeof fallback === 'string' ? fallback : '';
  }

  flag(key: string): boolean {
    const value = this.#find(key);
    return (typeof value === 'string' ? readBoolean(value) : null) ?? this.#fallback(key) === true;
  }

  number(key: string): number {
    const value = this.#find(key);
    return (typeof value === 'string' ? readNumber(value) : null) ?? Number(this.#fallback(key) ?? 0);
  }

  /** A list of texts; a single text is a list of one, as in Falco. */
  texts(key: string): string[] {
    const value = this.#find(key);
    if (value === undefined || value === null) {
      const fallback = this.#fallback(key);
      return Array.isArray(fallback) ? fallback.filter((item) => typeof item === 'string') : [];
    }
    return (Array.isArray(value) ? value : [value]).filter(
      (item) => typeof item === 'string' && item !== '',
    ) as string[];
  }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  get appendOutput(): AppendOutput[] {
    const value = this.#find('append_output');
    const entries =
      value === undefined && this.#shipped ? [new Map<string, Tree>([['suggested_output', 'true']])] : value;
    return (Array.isArray(entries) ? entries : [])
      .filter((entry) => entry instanceof Map)
      .map(toAppendOutput);
  }

  get staticFields(): Record<string, string> {
    const value = this.#find('static_fields');
    return value instanceof Map
      ? Object.fromEntries([...value].map(([key, item]) => [key, typeof item === 'string' ? item : '']))
      : {};
  }

  get ruleSelections(): RuleSelection[] {
    const value = this.#find('rules');
    return (Array.isArray(value) ? value : []).flatMap((entry) =>
      entry instanceof Map ? toSelections(entry) : [],
    );
  }

  /** Names of the entries of `plugins`. */
  get pluginNames(): string[] {
    const value = this.#find('plugins');
    return (Array.isArray(value) ? value : []).flatMap((entry) => {
      const name = entry instanceof Map ? entry.get('name') : undefined;
      return typeof name === 'string' ? [name] : [];
    });
  }

  /** The `init_config` and `open_params` of a built-in plugin. */
  plugin(name: string): { initConfig: Tree; openParams: string } {
    const value = this.#find('plugins');
    const entry = (Array.isArray(value) ? value : []).find(
      (item) => item instanceof Map && item.get('name') === name,
    );
    const map = entry instanceof Map ? entry : new Map<string, Tree>();
    const openParams = map.get('open_params');
    return {
      initConfig: map.get('init_config') ?? null,
      openParams: typeof openParams === 'string' ? openParams : '',
    };
  }

  /** The effective value of every single key, for support output. */
  effective(): Record<string, unknown> {
    const single = configKeys.filter(({ key, type }) => !key.includes('[]') && type !== 'object');
    return Object.fromEntries(single.map(({ key, type }) => [key, this.#typed(key, type)]));
  }

  #typed(key: string, type: string): unknown {
    switch (type) {
      case 'boolean':
        return this.flag(key);
      case 'integer':
      case 'number':
        return this.number(key);
      case 'string':
        return this.text(key);
      default:
        return plain(this.#find(key) ?? null) ?? this.#fallback(key) ?? [];
    }
  }

  #find(key: string): Tree | undefined {
    let node: Tree | undefined = this.#root;
    for (const name of key.split('.')) {
      node = node instanceof Map ? node.get(name) : undefined;
    }
    return node === null ? undefined : node;
  }

  #fallback(key: string): unknown {
    const entry = findKey(key);
    return this.#shipped ? (entry?.shipped ?? entry?.default) : entry?.default;
  }
}

function toAppendOutput(entry: TreeMap): AppendOutput {
  const match = entry.get('match');
  const matchMap = match instanceof Map ? match : new Map<string, Tree>();
  const fields = entry.get('extra_fields');
  return {
    source: textOf(matchMap.get('source')),
    tags: listOf(matchMap.get('tags')).map(textOf),
    rule: textOf(matchMap.get('rule')),
    format: textOf(entry.get('extra_output')),
    fields: listOf(fields).flatMap((item): (string | readonly [string, string])[] =>
      item instanceof Map ? [...item].map(([key, format]) => [key, textOf(format)] as const) : [textOf(item)],
    ),
    suggested: readBoolean(textOf(entry.get('suggested_output'))) ?? false,
  };
}

function toSelections(entry: TreeMap): RuleSelection[] {
  return [...entry].flatMap(([action, target]) => {
    if ((action !== 'enable' && action !== 'disable') || !(target instanceof Map)) {
      return [];
    }
    const rule = target.get('rule');
    const tag = target.get('tag');
    return [
      {
        enable: action === 'enable',
        rule: typeof rule === 'string' ? rule : null,
        tag: typeof tag === 'string' ? tag : null,
      },
    ];
  });
}

function textOf(tree: Tree | undefined): string {
  return typeof tree === 'string' ? tree : '';
}

function listOf(tree: Tree | undefined): Tree[] {
  return tree === undefined || tree === null ? [] : Array.isArray(tree) ? tree : [tree];
}

function plain(tree: Tree): unknown {
  if (tree instanceof Map) {
    return Object.fromEntries([...tree].map(([key, value]) => [key, plain(value)]));
  }
  return Array.isArray(tree) ? tree.map(plain) : tree;
}

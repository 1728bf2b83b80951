import { findKey, findRemoved, openObjects, respelt } from './keys.ts';
import type { ConfigProblem } from './problem.ts';
import type { Tree, TreeMap } from './tree.ts';

/**
 * Brings forms that users really have into the right one, and says so: a document nested under `falco:`, `driver:`
 * from the chart's values, camelCase keys, `rules_file`. Gives a new tree.
 */
export function repair(root: TreeMap, problems: ConfigProblem[]): TreeMap {
  const unwrapped = unwrap(root, problems);
  const renamed = respell(unwrapped, '', problems);
  liftDriver(renamed, problems);
  renameRulesFile(renamed, problems);
  return renamed;
}

// Helm values have Falco's own configuration under `falco:`.
function unwrap(root: TreeMap, problems: ConfigProblem[]): TreeMap {
  const inner = root.get('falco');
  if (!(inner instanceof Map)) {
    return new Map(root);
  }
  problems.push({
    severity: 'warning',
    key: 'falco',
    message: 'the keys under falco: belong at the top of this file',
    hint: 'falco: is the form of the Helm chart’s values; remove that line here.',
  });
  const outer = new Map([...root].filter(([key]) => key !== 'falco'));
  return new Map([...inner, ...outer]);
}

function respell(map: TreeMap, parent: string, problems: ConfigProblem[]): TreeMap {
  const result: TreeMap = new Map();
  for (const [name, value] of map) {
    const pattern = parent === '' ? name : `${parent}.${name}`;
    const known =
      findKey(pattern) !== undefined || findRemoved(pattern) !== undefined || openObjects.has(parent);
    const right = known ? null : respelt(parent, name);
    if (right !== null) {
      problems.push({
        severity: 'warning',
        key: pattern,
        message: `${name} is written ${right}`,
        hint: `Write ${parent === '' ? right : `${parent}.${right}`}.`,
      });
    }
    const rightName = right ?? name;
    // The right form wins over a respelt one.
    if (right === null || !map.has(right)) {
      result.set(
        rightName,
        respellInside(value, parent === '' ? rightName : `${parent}.${rightName}`, problems),
      );
    }
  }
  return result;
}

function respellInside(value: Tree, pattern: string, problems: ConfigProblem[]): Tree {
  if (openObjects.has(pattern)) {
    return value;
  }
  if (value instanceof Map) {
    return respell(value, pattern, problems);
  }
  return Array.isArray(value) ? value.map((item) => respellInside(item, `${pattern}[]`, problems)) : value;
}

const driverKinds: Readonly<Record<string, string>> = {
  module: 'kmod',
  'modern-bpf': 'modern_ebpf',
  modern_bpf: 'modern_ebpf',
};

function liftDriver(root: TreeMap, problems: ConfigProblem[]): void {
  const driver = root.get('driver');
  if (driver === undefined) {
    return;
  }
  root.delete('driver');
  const kind = driver instanceof Map ? driver.get('kind') : driver;
  const engine = root.get('engine');
  const engineMap: TreeMap = engine instanceof Map ? engine : new Map<string, Tree>();
  const present = engineMap.get('kind');
  const used = typeof present === 'string' ? `engine.kind: ${present} is used` : 'it is taken as engine.kind';
  problems.push({
    severity: 'warning',
    key: 'driver',
    message: `driver is a value of the Helm chart; ${used}`,
    hint: `Write engine: {kind: ${typeof kind === 'string' ? kind : 'modern_ebpf'}}.`,
  });
  if (!engineMap.has('kind') && typeof kind === 'string' && kind !== 'auto') {
    engineMap.set('kind', driverKinds[kind] ?? kind);
    root.set('engine', engineMap);
  }
}

function renameRulesFile(root: TreeMap, problems: ConfigProblem[]): void {
  for (const old of ['rules_file', 'rule_files']) {
    const value = root.get(old);
    if (value === undefined) {
      continue;
    }
    root.delete(old);
    problems.push({
      severity: 'warning',
      key: old,
      message: `${old} is written rules_files`,
      hint: 'Write rules_files.',
    });
    if (!root.has('rules_files')) {
      root.set('rules_files', value);
    }
  }
}

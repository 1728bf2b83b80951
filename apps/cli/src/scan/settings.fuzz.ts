import { AppError, silentLog } from '@lanner/core';
import { type Random, randomNumbers } from '@lanner/core/testkit';
import { readConfigFile } from './config-file.ts';
import { type Flag, flags, type FlagType } from './flags.ts';
import { scannersOf, ScanSettings } from './options.ts';
import { readSettings } from './settings.ts';

export interface SettingsFuzz {
  readonly inputs: number;
  /** Inputs that were refused. */
  readonly refused: number;
}

/** Longest processor time of one input, in ms. */
const maxMs = 2000;

/**
 * Gives the settings of a scan files, variables and flags that may be anything. They are refused with an AppError, or
 * every setting has a value of its type. Throws an Error with the input otherwise. The same seed gives the same inputs.
 */
export function fuzzScanSettings(inputs: number, seed: number): SettingsFuzz {
  const random = randomNumbers(seed);
  let refused = 0;
  for (let i = 0; i < inputs; i++) {
    const input = makeInput(random);
    const before = process.cpuUsage();
    try {
      refused += isRefused(input) ? 1 : 0;
      const elapsedMs = process.cpuUsage(before).user / 1000;
      if (elapsedMs > maxMs) {
        throw new Error(`took ${Math.round(elapsedMs)} ms`);
      }
    } catch (error) {
      throw new Error(`settings are not stood: ${JSON.stringify(input)}`, { cause: error });
    }
  }
  return { inputs, refused };
}

interface Input {
  readonly text: string;
  readonly lenient: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string | string[]>>;
}

function isRefused({ text, lenient, env, values }: Input): boolean {
  try {
    const file = readConfigFile({ path: 'trivy.yaml', text }, { lenient, log: silentLog });
    checkTypes(readSettings({ values, env, file, log: silentLog }));
    return false;
  } catch (error) {
    if (error instanceof AppError) {
      return true;
    }
    throw error;
  }
}

function checkTypes(read: ReturnType<typeof readSettings>): void {
  const settings = new ScanSettings(read);
  for (const { key, type, choices } of flags) {
    const value = read.get(key)?.value;
    const isSound =
      value === undefined ||
      (type === 'switch' && typeof value === 'boolean') ||
      ((type === 'number' || type === 'duration') && Number.isFinite(value)) ||
      (type === 'text' && typeof value === 'string') ||
      (type === 'list' && Array.isArray(value) && value.every((item) => typeof item === 'string')) ||
      type === 'map';
    const all = type === 'list' ? settings.list(key) : [];
    if (!isSound || (choices !== undefined && !all.every((item) => choices.includes(item)))) {
      throw new Error(`${key} of type ${type} is ${JSON.stringify(value)}`);
    }
  }
  scannersOf('fs', settings, false);
}

/** Values of every kind, as YAML writes them. */
const values = [
  'true|false|T|0|1|-1|1.5|.inf|.nan|0x10|1e400|99999999999999999999|""|null|~|2026-01-01|"\\0"|"\\u2028"',
  '5m|1h30m|0s|1.5h|-5m|5|1d|1µs|HIGH|high,LOW|[HIGH, low]|vuln|[vuln, secret]|json|table|[[]]|[]|{}',
  '{toString: x}|[{toString: x}]|{a: {b: [c]}}|!!binary aGk=|!x y|*a|&a b|__proto__|constructor|a: b: c|? x',
]
  .join('|')
  .split('|');

const keys = [
  ...flags.map(({ key }) => key),
  'scan|db|unknown|__proto__|toString|a.b.c.d.e.f.g.h.i.j'.split('|'),
].flat();

const soundValues: Readonly<Record<FlagType, readonly string[]>> = {
  text: ['a', '/tmp/a'],
  switch: ['true', 'false'],
  list: ['a', 'a,b', '[a, b]'],
  number: ['3', '0'],
  duration: ['5m', '1h30m'],
  map: ['{}', '[{a: b}]'],
};

function pick(list: readonly string[], random: Random): string {
  return list[random(list.length)] ?? '';
}

function valueOf(flag: Flag | undefined, random: Random): string {
  return flag === undefined || random(4) === 0
    ? pick(values, random)
    : pick(flag.choices ?? soundValues[flag.type], random);
}

/** Lines of sound keys, mostly with sound values, and lines that were damaged. */
function makeInput(random: Random): Input {
  const some = (): Flag[] =>
    Array.from({ length: random(3) }, () => flags[random(flags.length)] ?? []).flat();
  return {
    text: makeText(random),
    lenient: random(2) === 0,
    env: Object.fromEntries(
      some().flatMap((flag) => [flag.env ?? []].flat().map((name) => [name, valueOf(flag, random)])),
    ),
    values: Object.fromEntries(
      some().flatMap((flag) =>
        [flag.name ?? [], flag.aliases ?? []].flat().map((name) => [name, valueOf(flag, random)]),
      ),
    ),
  };
}

function makeText(random: Random): string {
  const lines: string[] = [];
  for (let count = random(4); count > 0; count--) {
    const key = pick(keys, random);
    const flag = flags.find((one) => one.key === key);
    const parts = key.split('.');
    parts.forEach((part, depth) => {
      const isLast = depth === parts.length - 1;
      lines.push(`${'  '.repeat(depth)}${part}:${isLast ? ` ${valueOf(flag, random)}` : ''}`);
    });
  }
  return random(3) === 0 ? damaged(lines, random).join('\n') : lines.join('\n');
}

const runs = [' ', ':', '-', '[', '{', '&a ', '*a', '\t', '\0', '#', "'", '"', '%', '---\n'];

function damaged(lines: readonly string[], random: Random): string[] {
  const at = random(lines.length);
  const line = lines[at] ?? '';
  const cut = random(line.length + 1);
  const run = pick(runs, random).repeat(random(8) === 0 ? 500 : 1 + random(3));
  const changes = [[line.slice(0, cut) + run + line.slice(cut)], [line, line], [line.slice(0, cut)], []];
  return lines.toSpliced(at, 1, ...(changes[random(changes.length)] ?? []));
}

import { AppError, type ErrorCode, type Log, nearest } from '@lanner/core';
import type { OptionValues } from '../command.ts';
import { type Flag, flags } from './flags.ts';

/** Where a value comes from; earlier ones win. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

export interface Setting {
  readonly value: unknown;
  readonly origin: Origin;
}

export interface SettingSources {
  readonly values: OptionValues;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What trivy.yaml says, by keys. */
  readonly file: ReadonlyMap<string, unknown>;
  readonly log: Log;
}

/** Variables with the prefix of Trivy's that are read elsewhere, or by other programs. */
const otherVariables = new Set(['TRIVY_NON_SSL', 'TRIVY_EXPERIMENTAL_RPM_ARCHIVE', 'TRIVY_LENIENT']);

/**
 * The settings of a scan by their key of trivy.yaml. Says on `log` what was removed or is satisfied otherwise. Throws
 * AppError 'config.invalid' for what is unknown or cannot be, 'usage.invalid' for flags that cannot be and for what has no
 * effect yet.
 */
export function readSettings(sources: SettingSources): ReadonlyMap<string, Setting> {
  warnOfVariables(sources);
  const settings = new Map<string, Setting>();
  for (const flag of flags) {
    const setting = settingOf(flag, sources);
    if (setting !== null && setting.origin !== 'default') {
      takeNote(flag, setting, sources.log);
    }
    if (setting !== null && flag.class === 'honoured') {
      settings.set(flag.key, { ...setting, value: checked(flag, setting) });
    }
  }
  return settings;
}

function settingOf(flag: Flag, { values, env, file }: SettingSources): Setting | null {
  for (const name of [flag.name ?? [], flag.aliases ?? []].flat()) {
    const value = values[name];
    if (value !== undefined) {
      return { value, origin: 'flag' };
    }
  }
  const variable = variablesOf(flag).find((name) => (env[name] ?? '') !== '');
  if (variable !== undefined) {
    return { value: env[variable], origin: 'environment' };
  }
  const inFile = file.get(flag.key) ?? null;
  // A key without a value is not set.
  if (inFile !== null) {
    return { value: inFile, origin: 'file' };
  }
  return flag.default === undefined ? null : { value: flag.default, origin: 'default' };
}

function variablesOf({ env, aliases = [] }: Flag): string[] {
  return [env ?? [], aliases.map((name) => `TRIVY_${name.replaceAll('-', '_').toUpperCase()}`)].flat();
}

/** Turned off is what it would be without it. */
function isOff(value: unknown): boolean {
  return value === false || value === 'false' || value === '' || (Array.isArray(value) && value.length === 0);
}

function takeNote(flag: Flag, { value, origin }: Setting, log: Log): void {
  const name = flag.name === null ? flag.key : `--${flag.name}`;
  if (flag.class === 'honoured' || isOff(value)) {
    return;
  }
  if (flag.class === 'pending') {
    throw new AppError('usage.invalid', `${name} has no effect yet`, { hint: flag.note });
  }
  const details = { setting: name, origin, note: flag.note };
  if (flag.class === 'removed') {
    log.warn('a setting was removed', details);
  } else {
    log.info('a setting is satisfied otherwise', details);
  }
}

/** Others may have set variables for a real Trivy: they are named, not refused. */
function warnOfVariables({ env, log }: SettingSources): void {
  const known = new Set(flags.flatMap(variablesOf));
  for (const name of Object.keys(env)) {
    if (name.startsWith('TRIVY_') && !known.has(name) && !otherVariables.has(name)) {
      const near = nearest(name, known);
      log.warn('unknown environment variable', { name, ...(near === null ? {} : { nearest: near }) });
    }
  }
}

/** The value in the type of the flag. */
function checked(flag: Flag, { value, origin }: Setting): unknown {
  const place = placeOf(flag, origin);
  switch (flag.type) {
    case 'switch':
      return switchValue(place, value);
    case 'number':
      return numberValue(place, value);
    case 'duration':
      return durationMs(place, value);
    case 'list':
      return listValue(flag, place, value);
    case 'text':
      return choice(flag, place, value);
    case 'map':
      return value;
  }
}

/** Where a value comes from, for the error when it cannot be: a wrong flag is a wrong use of the command. */
interface Place {
  readonly name: string;
  readonly code: ErrorCode;
}

function placeOf({ key, name, env }: Flag, origin: Origin): Place {
  if (origin === 'environment') {
    return { name: env ?? key, code: 'config.invalid' };
  }
  return origin === 'file' || name === null
    ? { name: key, code: 'config.invalid' }
    : { name: `--${name}`, code: 'usage.invalid' };
}

function switchValue(place: Place, value: unknown): boolean {
  if (typeof value === 'boolean') {
    return value;
  }
  const text = scalarText(place, value).toLowerCase();
  if (['true', '1', 't'].includes(text)) {
    return true;
  }
  if (['false', '0', 'f'].includes(text)) {
    return false;
  }
  throw wrong(place, value, 'Use true or false.');
}

function numberValue(place: Place, value: unknown): number {
  const text = scalarText(place, value);
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) {
    throw wrong(place, value, 'Use a number.');
  }
  return number;
}

const unitMs: Readonly<Record<string, number>> = {
  ...{ ns: 1e-6, us: 1e-3, '\u00b5s': 1e-3, '\u03bcs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
};

/** `1h30m`, `90s`, `0`, as Go writes durations. */
function durationMs(place: Place, value: unknown): number {
  const text = scalarText(place, value);
  const [, sign = '', amounts = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const parts = [...amounts.matchAll(/(\d+\.?\d*|\.\d+)(ns|[u\u00b5\u03bcm]s|s|m|h)/g)];
  if (amounts !== '0' && (parts.length === 0 || parts.map(([part]) => part).join('') !== amounts)) {
    throw wrong(place, value, 'Use a duration such as 5m or 1h30m.');
  }
  let sum = 0;
  for (const [, number, unit = 's'] of parts) {
    sum += Number(number) * (unitMs[unit] ?? 0);
  }
  return sign === '-' ? -sum : sum;
}

function listValue(flag: Flag, place: Place, value: unknown): string[] {
  const items = (Array.isArray(value) ? value : [value])
    .map((item: unknown) => scalarText(place, item))
    .flatMap((item) => (splitsAtCommas(flag) ? item.split(',') : [item]))
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.map((item) => choice(flag, place, item));
}

/** Regular expressions may hold commas. */
function splitsAtCommas({ name }: Flag): boolean {
  return name !== 'file-patterns';
}

/** Older names of values. */
const valueAliases: Readonly<Record<string, string>> = {
  config: 'misconfig',
  vulnerability: 'vuln',
  vulnerabilities: 'vuln',
};

function choice(flag: Flag, place: Place, value: unknown): string {
  const text = scalarText(place, value);
  if (flag.choices === undefined) {
    return text;
  }
  const candidates = [
    text,
    text.toUpperCase(),
    ...(flag.name === 'scanners' ? [valueAliases[text] ?? text] : []),
  ];
  const found = flag.choices.find((one) => candidates.includes(one));
  if (found === undefined) {
    const near = nearest(text, flag.choices);
    throw wrong(
      place,
      value,
      near === null ? `Use one of: ${flag.choices.join(', ')}` : `Did you mean ${near}?`,
    );
  }
  return found;
}

/** Throws AppError 'config.invalid' for lists and maps. */
function scalarText(place: Place, value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw wrong(place, value, 'Use a single value.');
}

function wrong(place: Place, value: unknown, hint: string): AppError {
  const shown = typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
  return new AppError(place.code, `${place.name} cannot be '${shown}'`, { hint });
}

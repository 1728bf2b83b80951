import type { CommandOption } from '../command.ts';
import flagList from './flags.json' with { type: 'json' };

/** What becomes of a setting: see `docs/reference/scan-settings.md`. */
export type FlagClass = 'honoured' | 'satisfied' | 'removed' | 'pending';
export type FlagType = 'text' | 'switch' | 'list' | 'number' | 'duration' | 'map';

/** A setting of Trivy: a flag, an environment variable and a key of trivy.yaml. */
export interface Flag {
  /** null for one that only trivy.yaml has. */
  readonly name: string | null;
  /** Key of trivy.yaml, with dots. */
  readonly key: string;
  readonly env: string | null;
  readonly type: FlagType;
  readonly short?: string;
  readonly aliases?: readonly string[];
  readonly default?: unknown;
  readonly choices?: readonly string[];
  readonly class: FlagClass;
  /** For all but honoured ones: what is so, or what to do. */
  readonly note?: string;
  readonly doc?: string;
}

// The file is checked by its test; JSON imports know no literal types.
export const flags = flagList as readonly Flag[];

/** Settings that Trivy does not have. */
const ownOptions: Readonly<Record<string, CommandOption>> = {
  progress: {
    type: 'string',
    value: 'FORM',
    choices: ['auto', 'none', 'json'],
    doc: 'Progress on standard error: for people on a terminal, none, or as JSON lines.',
  },
  'memory-limit': {
    type: 'string',
    value: 'MIB',
    doc: 'Memory that reading an artifact may take; a file that needs more is left out and named. Default 512.',
  },
  store: {
    type: 'boolean',
    doc: 'Keep what the artifact contains in the cache folder: lanner db update then tells what became vulnerable.',
  },
  lenient: { type: 'boolean', doc: 'Unknown keys of trivy.yaml are warnings, not errors.' },
};

/** All options of `lanner scan`. A switch may be given a value: `--list-all-pkgs=false`. */
export const scanOptions: Readonly<Record<string, CommandOption>> = Object.fromEntries([
  ...flags.flatMap((flag) =>
    [flag.name ?? [], flag.aliases ?? []].flat().map((name) => [name, optionOf(flag, name)] as const),
  ),
  ...Object.entries(ownOptions),
]);

function optionOf(flag: Flag, name: string): CommandOption {
  const isAlias = name !== flag.name;
  return {
    type: 'string',
    ...(flag.short === undefined || isAlias ? {} : { short: flag.short }),
    ...(flag.type === 'list' ? { multiple: true } : {}),
    ...(flag.type === 'switch' ? { implicit: 'true', choices: ['true', 'false'], value: '[=BOOL]' } : {}),
    ...(flag.type === 'text' && flag.choices !== undefined ? { choices: flag.choices } : {}),
    ...(flag.class === 'honoured' && !isAlias ? {} : { hidden: true }),
    doc: docOf(flag, isAlias),
  };
}

function docOf({ doc, note, name, class: kind }: Flag, isAlias: boolean): string {
  if (isAlias) {
    return `The same as --${name ?? ''}.`;
  }
  return doc ?? (kind === 'pending' ? `Not yet: ${note ?? ''}` : (note ?? ''));
}

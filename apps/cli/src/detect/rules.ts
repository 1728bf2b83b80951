import type { AppendOutput } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import {
  type Diagnostic,
  type ExtraOutput,
  fromByteString,
  loadRules,
  type LoadResult,
  parsePriority,
  type RuleSelection,
  type RuleSet,
  rawField,
  toByteString,
} from '@lanner/engine';
import { builtInPlugins } from './plugins.ts';
import { builtInRules, findRuleFiles, type FoundRules, type FoundRuleFile } from './rule-files.ts';
import type { DetectSettings } from './settings.ts';
import { fieldClassesWith } from './static-fields.ts';

export interface ConfiguredRules {
  readonly found: FoundRules;
  readonly set: RuleSet;
}

/** Finds and loads the rules that the settings name. Problems of the files are in the set's results. */
export function loadConfiguredRules(
  settings: DetectSettings,
  extraText: string | undefined,
): ConfiguredRules {
  const { rulePaths, rulesOptional, usesBuiltInRules } = settings;
  const found = usesBuiltInRules
    ? findRuleFiles([builtInRules], false)
    : findRuleFiles(rulePaths, rulesOptional);
  return { found, set: loadFiles(found.files, settings, extraText) };
}

export function loadFiles(
  files: readonly FoundRuleFile[],
  { config }: DetectSettings,
  extraText: string | undefined,
): RuleSet {
  const priority = parsePriority(config.text('priority'));
  if (priority === null) {
    throw new AppError('config.invalid', `priority: '${config.text('priority')}' is no priority`, {
      hint: 'Use one of emergency, alert, critical, error, warning, notice, informational, debug.',
    });
  }
  return loadRules(
    files.map(({ path, content }) => ({ name: toByteString(path), content })),
    {
      plugins: builtInPlugins,
      fieldClasses: fieldClassesWith(config.staticFields),
      extraOutputs: [
        ...(extraText === undefined ? [] : [{ format: extraText }]),
        ...config.appendOutput.flatMap((entry) => toExtraOutputs(entry, config.staticFields)),
      ],
      selections: config.ruleSelections.map(toSelection),
      minPriority: priority,
    },
  );
}

function toSelection({
  enable,
  rule,
  tag,
}: {
  enable: boolean;
  rule: string | null;
  tag: string | null;
}): RuleSelection {
  return {
    action: enable ? 'enable' : 'disable',
    ...(rule === null ? {} : { rule: toByteString(rule) }),
    ...(tag === null ? {} : { tag: toByteString(tag) }),
  };
}

function toExtraOutputs(
  { source, tags, rule, format, fields, suggested }: AppendOutput,
  staticFields: Readonly<Record<string, string>>,
): ExtraOutput[] {
  const match = { source, tags: tags.map(toByteString), rule: toByteString(rule) };
  const extraFields = fields.map((field) =>
    typeof field === 'string'
      ? rawField(field)
      : { key: toByteString(field[0]), format: toByteString(field[1]), raw: false },
  );
  const outputs: ExtraOutput[] = [];
  if (format !== '' || extraFields.length > 0) {
    outputs.push({
      ...match,
      ...(format === '' ? {} : { format: toByteString(format) }),
      fields: extraFields,
    });
  }
  return suggested ? [...outputs, ...suggestedOutputs(match, staticFields)] : outputs;
}

/** Fields that say where an alert comes from, in Falco's order. */
const suggestedFields = [
  'container.id',
  'container.name',
  'container.image.repository',
  'container.image.tag',
  'k8s.pod.name',
  'k8s.ns.name',
];

/** What `suggested_output` appends: origin for syscalls, fixed values for all, under names that fit into a text. */
function suggestedOutputs(
  match: Pick<ExtraOutput, 'source' | 'tags' | 'rule'>,
  staticFields: Readonly<Record<string, string>>,
): ExtraOutput[] {
  const format = (names: readonly string[]): string =>
    names.map((name) => `${name.replaceAll('.', '_')}=%${name}`).join(' ');
  const fixed = Object.keys(staticFields)
    .sort()
    .map((key) => `static.${key}`);
  const wantsSyscalls = match.source === '' || match.source === 'syscall';
  return [
    ...(wantsSyscalls ? [{ ...match, source: 'syscall', format: format(suggestedFields) }] : []),
    ...(fixed.length > 0 ? [{ ...match, format: format(fixed) }] : []),
  ];
}

/** Logs what loading had to say; throws AppError 'rules.invalid' when a file was not accepted. */
export function reportLoading({ set, found }: ConfiguredRules, log: Log): void {
  for (const path of found.missing) {
    log.debug('configured rule path does not exist', { path });
  }
  for (const result of set.results) {
    for (const warning of result.warnings) {
      log.warn('rule file has a warning', describe(warning));
    }
  }
  const failed = set.results.find(({ successful }) => !successful);
  if (failed !== undefined) {
    throw invalidRules(failed);
  }
}

export function invalidRules(result: LoadResult): AppError {
  const [first] = result.errors;
  const where =
    first === undefined ? fromByteString(result.name) : `${first.file}:${first.line}:${first.column}`;
  return new AppError(
    'rules.invalid',
    `${where}: ${first?.code ?? ''} ${first?.message ?? 'not accepted'}\n${first?.snippet ?? ''}`.trimEnd(),
    {
      hint: first?.hint ?? 'Run lanner detect -V FILE for all that was found.',
    },
  );
}

function describe({ code, message, file, line, column, hint }: Diagnostic): Record<string, unknown> {
  return { code, message, at: `${file}:${line}:${column}`, ...(hint === null ? {} : { hint }) };
}

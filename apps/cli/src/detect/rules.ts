import type { AppendOutput } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import {
  type Diagnostic,
  type ExtraOutput,
  fromByteString,
  type LoadResult,
  parsePriority,
  type RuleMatching,
  type RuleSelection,
  type RuleSet,
  rawField,
  toByteString,
} from '@lanner/engine';
import type { CommandEnvironment } from '../command.ts';
import { builtInRules, findRuleFiles, type FoundRules, type FoundRuleFile } from './rule-files.ts';
import type { RuleLoadSettings, RuleProgram } from './rule-program.ts';
import type { DetectSettings } from './settings.ts';

/** Finds the rule files that the settings name. */
export function findConfiguredRules({
  rulePaths,
  rulesOptional,
  usesBuiltInRules,
}: DetectSettings): FoundRules {
  return usesBuiltInRules ? findRuleFiles([builtInRules], false) : findRuleFiles(rulePaths, rulesOptional);
}

/** All that the settings make of rule files. `extraText` is appended to every output. */
export function ruleProgram(
  files: readonly FoundRuleFile[],
  settings: DetectSettings,
  extraText: string | undefined,
  environment: Pick<CommandEnvironment, 'hostname'>,
  inside = false,
): RuleProgram {
  const { config, json } = settings;
  return {
    files,
    load: ruleLoadSettings(settings, extraText),
    matching: matchingOf(settings),
    print: {
      alert: {
        hostname: environment.hostname(),
        isoTime: config.flag('time_format_iso_8601'),
        includeOutput: config.flag('json_include_output_property'),
        includeMessage: config.flag('json_include_message_property'),
        includeFields: config.flag('json_include_output_fields_property'),
        includeTags: config.flag('json_include_tags_property'),
      },
      json,
      buffers: config.flag('buffer_format_base64') ? 'base64' : 'dots',
      inside,
    },
  };
}

function matchingOf({ config }: DetectSettings): RuleMatching {
  const matching = config.text('rule_matching');
  if (matching !== 'first' && matching !== 'all') {
    throw new AppError('config.invalid', `rule_matching: '${matching}' is none of first, all`, {
      hint: 'first stops at the first rule that matches an event, all goes on.',
    });
  }
  return matching;
}

/** How the settings have rule files loaded. `extraText` is appended to every output. */
export function ruleLoadSettings(
  { config }: DetectSettings,
  extraText: string | undefined,
): RuleLoadSettings {
  const priority = parsePriority(config.text('priority'));
  if (priority === null) {
    throw new AppError('config.invalid', `priority: '${config.text('priority')}' is no priority`, {
      hint: 'Use one of emergency, alert, critical, error, warning, notice, informational, debug.',
    });
  }
  return {
    extraOutputs: [
      ...(extraText === undefined ? [] : [{ format: extraText }]),
      ...config.appendOutput.flatMap((entry) => toExtraOutputs(entry, config.staticFields)),
    ],
    selections: config.ruleSelections.map(toSelection),
    minPriority: priority,
    staticFields: { ...config.staticFields },
  };
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
export function reportLoading(
  { results }: Pick<RuleSet, 'results'>,
  { missing }: Pick<FoundRules, 'missing'>,
  log: Log,
): void {
  for (const path of missing) {
    log.debug('configured rule path does not exist', { path });
  }
  for (const result of results) {
    for (const warning of result.warnings) {
      log.warn('rule file has a warning', describe(warning));
    }
  }
  const failed = results.find(({ successful }) => !successful);
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

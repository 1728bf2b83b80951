import { explainRule, formatConditionTree, type RuleExplanation, toByteString } from '@lanner/engine';
import { type CommandEnvironment, type CommandInput, flagOption, listOption } from '../command.ts';
import { invalidRules } from '../detect/rules.ts';
import { paint } from '../lib/colour.ts';
import { missingArgument } from '../lib/subcommands.ts';
import { entry, wrap } from '../listing/table.ts';
import { asRuleFile, loadWithPlugins, ruleFilesOf } from './load.ts';

/** `rules explain`: a rule with all that it uses. Throws AppError 'rules.invalid' for one that is not loaded. */
export function explain(environment: CommandEnvironment, { values, positionals }: CommandInput): number {
  // Names hold blanks; quotes around them may be left out.
  const name = positionals.join(' ');
  if (name === '') {
    throw missingArgument('rules explain', 'RULE [-r FILE…]', 'the name of a rule');
  }
  const set = loadWithPlugins(ruleFilesOf(listOption(values, 'rules')).map(asRuleFile));
  const failed = set.results.find(({ successful }) => !successful);
  if (failed !== undefined) {
    throw invalidRules(failed);
  }
  const explanation = explainRule(set, toByteString(name));
  environment.out(
    flagOption(values, 'json')
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : explanationText(explanation, { colour: environment.outColour, width: widthOf(environment.env) }),
  );
  return 0;
}

interface Layout {
  readonly colour: boolean;
  /** Characters a line. */
  readonly width: number;
}

function widthOf(env: CommandEnvironment['env']): number {
  const columns = Number(env['COLUMNS']);
  return Number.isInteger(columns) && columns >= 40 ? columns : 100;
}

/** The explanation for a terminal. */
export function explanationText(explanation: RuleExplanation, layout: Layout): string {
  const { name, description, condition, macros, lists, exceptions, output } = explanation;
  const sections = [
    section('Condition', indent(formatConditionTree(condition).split('\n'), layout), layout),
    section(
      'Macros',
      macros.map((macro) => named(macro.name, macro.condition, layout)),
      layout,
    ),
    section(
      'Lists',
      lists.map(({ name: list, items }) => named(list, items.join(', '), layout)),
      layout,
    ),
    section(
      'Exceptions',
      exceptions.map((exception) => `  ${exception.name}: ${exception.values} values\n`),
      layout,
    ),
    section('Fields', fieldLines(explanation.fields, layout), layout),
    section('Output', indent([output], layout), layout),
    section('Fields of the output', fieldLines(explanation.outputFields, layout), layout),
  ];
  const text = wrap(description, layout.width).map((line) => `${line}\n`);
  return `${paint(name, layout.colour, 'bold')}\n${text.join('')}\n${facts(explanation, layout)}${sections.join('')}`;
}

function facts(explanation: RuleExplanation, { colour, width }: Layout): string {
  const { priority, source, tags, enabled, definedAt, events } = explanation;
  const rows: readonly [string, string][] = [
    ['priority', priority],
    ['source', source],
    ['tags', tags.length === 0 ? 'none' : tags.join(', ')],
    ['enabled', enabled ? 'yes' : 'no'],
    ['defined', `${definedAt.file}:${definedAt.line}:${definedAt.column}`],
    ['events', events.join(', ')],
  ];
  const nameWidth = 12;
  return rows
    .map(([label, value]) =>
      entry(`  ${label}`, value, nameWidth, width - nameWidth).replace(label, paint(label, colour, 'dim')),
    )
    .join('');
}

function section(title: string, lines: readonly string[], { colour }: Layout): string {
  return lines.length === 0 ? '' : `\n${paint(title, colour, 'bold')}\n${lines.join('')}`;
}

function named(name: string, text: string, layout: Layout): string {
  return `  ${paint(name, layout.colour, 'cyan')}\n${indent([`  ${text}`], layout).join('')}`;
}

/** Lines behind two blanks; what is too long goes on behind two more than the line has. */
function indent(lines: readonly string[], { width }: Layout): string[] {
  return lines.flatMap((line) => {
    if (line.trim() === '') {
      return [];
    }
    const blanks = `  ${/^ */.exec(line)?.[0] ?? ''}`;
    const room = Math.max(20, width - blanks.length - 2);
    return wrap(line, room).map((part, i) => `${blanks}${i === 0 ? '' : '  '}${part}\n`);
  });
}

function fieldLines(fields: RuleExplanation['fields'], { width, colour }: Layout): string[] {
  const seen = new Map(fields.map(({ name, doc }) => [name, doc ?? '']));
  const nameWidth = 2 + Math.min(32, 2 + Math.max(0, ...[...seen.keys()].map(({ length }) => length)));
  return [...seen].map(([name, doc]) =>
    entry(`  ${name}`, doc, nameWidth, Math.max(20, width - nameWidth)).replace(
      name,
      paint(name, colour, 'cyan'),
    ),
  );
}

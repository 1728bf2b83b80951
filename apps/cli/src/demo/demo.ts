import {
  type Alert,
  alertWriter,
  compileOutput,
  compileRuleset,
  createFieldLookup,
  type EventView,
  fieldClasses,
  type LoadedRule,
  loadRules,
  priorityName,
  toByteString,
} from '@lanner/engine';
import type { CommandEnvironment } from '../command.ts';
import { builtInPlugins } from '../detect/plugins.ts';
import { replaySyscalls } from '../detect/replay.ts';
import { builtInRules, findRuleFiles } from '../detect/rule-files.ts';
import { invalidRules } from '../detect/rules.ts';
import { RuleCounts } from '../detect/summary.ts';
import { paint } from '../lib/colour.ts';
import { paintPriority } from '../lib/paint-priority.ts';

/** Replays a capture against the default rules and shows each alert for people to read, then a summary. */
export async function runDemo(environment: CommandEnvironment, capture: string): Promise<number> {
  const { files } = findRuleFiles([builtInRules], false);
  const set = loadRules(
    files.map(({ path, content }) => ({ name: toByteString(path), content })),
    { plugins: builtInPlugins },
  );
  const failed = set.results.find(({ successful }) => !successful);
  if (failed !== undefined) {
    throw invalidRules(failed);
  }
  const counts = new RuleCounts();
  const print = alertPrinter(environment);
  const { out, outColour, signal } = environment;
  out(
    `${paint('A recorded attack against the default rules', outColour, 'bold')} (${set.enabled.length} rules)\n\n`,
  );
  const started = performance.now();
  const { events } = await replaySyscalls(
    capture,
    {
      ruleset: compileRuleset(set.enabled),
      signal,
      pause: () => undefined,
      isFull: false,
      state: null,
      events: 0,
      onAlert(rule, event) {
        counts.add(rule);
        out(print(rule, event));
      },
    },
    { hostname: environment.hostname(), maxThreads: 262_144, utcOffsetS: 0 },
  );
  out(summary(counts, events, performance.now() - started, outColour));
  return 0;
}

function alertPrinter({
  outColour,
  hostname,
}: CommandEnvironment): (rule: LoadedRule, event: EventView) => string {
  const fields = createFieldLookup(fieldClasses);
  return function print(rule, event) {
    const output = compileOutput(rule.output, { fields, source: rule.source });
    if (!output.ok) {
      // Loading has checked the same text.
      throw new Error(output.message);
    }
    const alert = alertWriter(
      {
        rule: rule.name,
        source: rule.source,
        priority: priorityName(rule.priority),
        tags: rule.tags,
        output: output.output,
      },
      { hostname: hostname() },
    ).alert(event);
    return alertText(alert, rule.priority, outColour);
  };
}

/** Two lines: what happened, and by whom. */
function alertText(alert: Alert, priority: number, colour: boolean): string {
  const [time = ''] = (alert.output ?? '').split('.', 1);
  const label = paintPriority(alert.priority.toUpperCase().padEnd(13), priority, colour);
  const tags = (alert.tags ?? []).filter((tag) => /^T\d/.test(tag)).join(' ');
  const details = ['proc.cmdline', 'proc.pname', 'fd.name', 'user.name', 'container.id']
    .map((name) => [name, alert.fields?.[name]] as const)
    .flatMap(([name, value]) =>
      typeof value === 'string' && value !== '' && value !== '<NA>'
        ? [`${paint(name, colour, 'dim')} ${value}`]
        : [],
    );
  return `${paint(time, colour, 'dim')} ${label} ${paint(alert.rule, colour, 'bold')} ${paint(tags, colour, 'dim')}\n${' '.repeat(23)}${details.join('  ')}\n`;
}

function summary(counts: RuleCounts, events: number, ms: number, colour: boolean): string {
  const rows = [...counts.entries()]
    .sort((a, b) => a.rule.priority - b.rule.priority || b.count - a.count)
    .map(
      ({ rule, count }) =>
        `  ${String(count).padStart(4)}  ${paintPriority(priorityName(rule.priority).padEnd(13), rule.priority, colour)} ${rule.name}\n`,
    );
  return [
    `\n${paint(`${counts.total} alerts`, colour, 'bold')} from ${events.toLocaleString('en')} events in ${Math.round(ms)} ms\n`,
    ...rows,
    `\nNext: lanner detect --capture FILE, lanner rules explain RULE, lanner help\n`,
  ].join('');
}

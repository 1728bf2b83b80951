import { compileRule } from './compile-rule.ts';
import { type CompileEnv, compileMacros } from './compile-text.ts';
import type { Report } from './diagnostic.ts';
import { type CompiledList, compileLists, listTable } from './lists.ts';
import type { CompiledMacro } from './macros.ts';
import type { LoadedRule } from './ruleset.ts';

/** All definitions with references replaced. */
export interface CompileOutput {
  readonly lists: ReadonlyMap<string, CompiledList>;
  readonly macros: ReadonlyMap<string, CompiledMacro>;
  readonly rules: readonly LoadedRule[];
}

/** Compiles everything that was collected; null when an error ended it, which is then in the report. */
export function compileCollected(env: CompileEnv): CompileOutput | null {
  const { collector, report } = env;
  let output: CompileOutput | null = null;
  report.attempt(() => {
    const lists = compileLists(collector.lists);
    const table = listTable(lists);
    const macros = compileMacros(table, env);
    const rules: LoadedRule[] = [];
    for (const info of collector.rules.values()) {
      const rule = info.unknownSource ? null : compileRule(info, table, macros, env);
      if (rule !== null) {
        rules.push(rule);
      }
    }
    output = { lists, macros, rules };
    warnAboutUnused(lists, macros, report);
  });
  return output;
}

function warnAboutUnused(
  lists: ReadonlyMap<string, CompiledList>,
  macros: ReadonlyMap<string, CompiledMacro>,
  report: Report,
): void {
  for (const { used, info } of macros.values()) {
    if (!used) {
      report.warn('LOAD_UNUSED_MACRO', 'Macro not referred to by any other rule/macro', info.context);
    }
  }
  for (const { used, info } of lists.values()) {
    if (!used) {
      report.warn('LOAD_UNUSED_LIST', 'List not referred to by any other rule/macro', info.context);
    }
  }
}

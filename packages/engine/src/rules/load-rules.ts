import { falcoLanguage, type LanguageOptions } from './falco-language.ts';
import { type LoaderOptions, type RuleFile, RuleLoader } from './loader.ts';
import type { PluginInfo } from './plugins.ts';
import type { RuleSet } from './ruleset.ts';

export interface LoadRulesOptions extends Partial<LoaderOptions>, Pick<LanguageOptions, 'fieldClasses'> {
  /** Plugins that are loaded or built in: their sources are known, and requirements are checked against them. */
  readonly plugins?: readonly PluginInfo[];
}

/** A loader for Falco's rule language. */
export function createRuleLoader(options: LoadRulesOptions = {}): RuleLoader {
  const { plugins, fieldClasses, ...rest } = options;
  const sources = (plugins ?? []).flatMap(({ source }) => (source === undefined ? [] : [source]));
  const language = falcoLanguage({
    ...(fieldClasses === undefined ? {} : { fieldClasses }),
    asyncEvents: (plugins ?? []).flatMap(({ asyncEvents }) => asyncEvents ?? []),
  });
  return new RuleLoader({
    sources: ['syscall', ...sources],
    language,
    ...(plugins === undefined ? {} : { plugins }),
    ...rest,
  });
}

/** Loads rule files in order. No text makes it throw: what is wrong is in the results. */
export function loadRules(files: readonly RuleFile[], options: LoadRulesOptions = {}): RuleSet {
  const loader = createRuleLoader(options);
  for (const file of files) {
    loader.load(file);
  }
  return loader.ruleSet();
}

import { loadRules, type RuleFile, type RuleSet, toByteString } from '@lanner/engine';
import { builtInPlugins } from '../detect/plugins.ts';
import { builtInRules, findRuleFiles, type FoundRuleFile } from '../detect/rule-files.ts';

/** Rule files in the order given, a folder standing for its files; those that come with Lanner when there are none. */
export function ruleFilesOf(paths: readonly string[]): readonly FoundRuleFile[] {
  return findRuleFiles(paths.length === 0 ? [builtInRules] : paths, false).files;
}

export function asRuleFile({ path, content }: FoundRuleFile): RuleFile {
  return { name: toByteString(path), content };
}

/** Loads rules with the plugins that are built in. */
export function loadWithPlugins(files: readonly RuleFile[]): RuleSet {
  return loadRules(files, { plugins: builtInPlugins });
}

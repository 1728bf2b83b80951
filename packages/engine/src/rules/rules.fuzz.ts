import { compileRuleset } from '../compile/ruleset.ts';
import { describeText } from './describe.ts';
import { explainRule, formatConditionTree } from './explain.ts';
import { falcoLanguage } from './falco-language.ts';
import { lintRules } from './lint.ts';
import { RuleLoader } from './loader.ts';
import { loadResultsJson, validationText, verboseText } from './results.ts';
import { rewriteDeprecated } from './rewrite.ts';
import type { RuleSet } from './ruleset.ts';
import { damageRules } from './testkit/damage-rules.ts';
import { makeItems } from './testkit/make-rules.ts';
import { pick, type Random, randomFrom } from './testkit/random.ts';
import { writeYaml } from './testkit/write-yaml.ts';

export interface FuzzRulesOptions {
  /** Rule files to take pieces from, as byte strings. */
  readonly corpus?: readonly string[];
  /** Most processor time for one input, in ms. Default 2000; an input takes about one. */
  readonly maxMs?: number;
}

export interface FuzzRulesReport {
  readonly inputs: number;
  /** Inputs without errors. */
  readonly accepted: number;
  /** Rules that were loaded, of all inputs. */
  readonly rules: number;
  /** Codes of all errors and warnings. */
  readonly codes: ReadonlySet<string>;
  /** Processor time of the slowest input. */
  readonly slowestMs: number;
}

const language = falcoLanguage();
const plugins = [{ name: 'k8saudit', version: '0.18.0' }];
/** Items of a rule file of the corpus that make an input at most: small inputs find more than large ones. */
const maxPieces = 3;

/**
 * Loads rule files that are made after the grammar, or put together from a corpus, and damaged in their structure
 * and their bytes, and does with what was loaded all that the commands do. Nothing may be thrown, and each input
 * has to end in time. Throws an Error with the input in base64 for the first that breaks this. The same seed gives
 * the same inputs.
 */
export function fuzzRules(inputs: number, seed: number, options: FuzzRulesOptions = {}): FuzzRulesReport {
  const random = randomFrom(seed);
  const corpus = (options.corpus ?? []).flatMap((text) => text.split(/^(?=- )/m));
  const codes = new Set<string>();
  let accepted = 0;
  let rules = 0;
  let slowestMs = 0;
  for (let i = 0; i < inputs; i++) {
    const files = makeFiles(random, corpus);
    const before = process.cpuUsage();
    const set = examineRules(files);
    const elapsedMs = process.cpuUsage(before).user / 1000;
    slowestMs = Math.max(slowestMs, elapsedMs);
    if (elapsedMs > (options.maxMs ?? 2000)) {
      throw findingError(`take ${Math.round(elapsedMs)} ms`, files);
    }
    accepted += set.successful ? 1 : 0;
    rules += set.rules.length;
    for (const { code } of set.results.flatMap(({ errors, warnings }) => [...errors, ...warnings])) {
      codes.add(code);
    }
  }
  return { inputs, accepted, rules, codes, slowestMs };
}

/** Does with rule files all that can be done with them; throws an Error when something throws. */
export function examineRules(files: readonly string[]): RuleSet {
  try {
    const loader = new RuleLoader({ language, sources: ['syscall', 'k8s_audit'], plugins });
    for (const [i, content] of files.entries()) {
      loader.load({ name: `f${i}.yaml`, content });
    }
    const set = loader.ruleSet();
    use(set);
    for (const content of files) {
      rewriteDeprecated(content);
    }
    return set;
  } catch (error) {
    throw findingError(error instanceof Error ? (error.stack ?? error.message) : String(error), files);
  }
}

function use(set: RuleSet): void {
  lintRules(set);
  loadResultsJson(set.results);
  validationText(set.results);
  for (const result of set.results) {
    verboseText(result);
  }
  const [rule] = set.rules;
  if (rule !== undefined) {
    formatConditionTree(explainRule(set, rule.name).condition);
    describeText(set, { rule: rule.name });
    checkPrinter(set);
    compileRuleset(set.rules);
  }
}

/** A printed condition is read again as the condition that it was. */
function checkPrinter({ rules }: RuleSet): void {
  for (const { condition } of rules) {
    const text = language.print(condition);
    const again = language.parse(text, 2000);
    if (!again.ok || language.print(again.expr) !== text) {
      throw new Error(`a condition is printed as ${text.slice(0, 1000)} and read otherwise`);
    }
  }
}

function makeFiles(random: Random, corpus: readonly string[]): string[] {
  const files = [makeFile(random, corpus)];
  if (random(8) === 0) {
    files.push(makeFile(random, corpus));
  }
  return files;
}

function makeFile(random: Random, corpus: readonly string[]): string {
  const made = writeYaml(random, makeItems(random));
  let text = made;
  if (corpus.length > 0 && random(3) === 0) {
    text = '';
    for (let i = random(maxPieces); i >= 0; i--) {
      text += pick(random, corpus);
    }
  }
  return random(3) > 0 ? text : damageRules(random, text, [...corpus, made]);
}

function findingError(problem: string, files: readonly string[]): Error {
  const inputs = files.map((content) => btoa(content.replaceAll(/[^\0-\xff]/g, '?')));
  return new Error(`rule files ${problem}\n${inputs.join('\n')}`);
}

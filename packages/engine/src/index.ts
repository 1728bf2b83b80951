export * from './event.ts';
export * from './event-table.ts';
export * from './field.ts';
export { fieldClasses } from './fields/registry.gen.ts';
export * from './operator.ts';
export * from './plan.ts';
export * from './state.ts';
export * from './transformer.ts';
export * from './value.ts';
export * from './lang/ast.ts';
export { allCapabilities } from './lib/capabilities.ts';
export { ipText } from './lib/ip.ts';
export { parseIpv4, parseIpv6 } from './lib/net.ts';
export { collapseSlashes, joinPath } from './lib/path.ts';
export { tupleText } from './lib/socket-text.ts';
export {
  type OperandParseResult,
  parseCondition,
  type ParseOptions,
  parseOperandAt,
  type ParseResult,
} from './lang/parser.ts';
export { printCondition, printOperand } from './lang/printer.ts';
export {
  findOperator,
  modifiers,
  operatorNames,
  supportedOperators,
  supportedTransformers,
} from './lang/words.ts';
export { evaluateOperand, interpret, readOperand } from './interpret.ts';
export { resolveCondition, type ResolveResult, type ResolveScope } from './resolve/condition.ts';
export { eventTypeNames } from './resolve/event-names.ts';
export { createFieldLookup, type FieldLookup, type FoundField } from './resolve/lookup.ts';
export { type OperandScope, resolveOperand } from './resolve/operand.ts';
export { type OperandReading, readOperandText, readOutputOperand } from './resolve/output-operand.ts';
export { type ConditionWarning, literalWarnings } from './resolve/warnings.ts';
export { insideReader, type InsideReader } from './facts/inside.ts';
export { factReplayer, type KnownFacts, type Replayed } from './facts/replay.ts';
export * from './format/index.ts';
export { numberShape, paramIndex, paramValue } from './lib/params.ts';
export type { BufferFormat } from './render/buffer.ts';
export { errnoName } from './render/errno.ts';
export { printableText } from './render/printable.ts';
export { allParamsText, paramText } from './render/param.ts';
export { clockText, isoText } from './render/time.ts';
export { type EventSet, eventSet, ruleEventIds, ruleEventNames } from './event-sets.ts';
export {
  compactJson,
  findJsonMember,
  jsonAt,
  jsonElements,
  type JsonNode,
  jsonString,
  skipJson,
  skipJsonSpace,
  skipJsonText,
} from './lib/json-text.ts';
export { auditSource } from './lib/k8s-audit.ts';
export { fromByteString, toByteString } from './rules/bytes.ts';
export type { ItemType, Location } from './rules/context.ts';
export { describeRules, describeText, type DescribeOptions } from './rules/describe.ts';
export type { Diagnostic, LoadCode } from './rules/diagnostic.ts';
export {
  type ConditionTree,
  explainRule,
  formatConditionTree,
  type RuleExplanation,
} from './rules/explain.ts';
export { falcoLanguage, type LanguageOptions } from './rules/falco-language.ts';
export { hostNamesOf } from './rules/host-names.ts';
export { implies, isContradiction, type Verdict } from './rules/implies.ts';
export type { RuleLanguage } from './rules/language.ts';
export { lintRules, type LintFinding, type LintKind, type LintOptions } from './rules/lint.ts';
export type { CompiledList } from './rules/lists.ts';
export { createRuleLoader, loadRules, type LoadRulesOptions } from './rules/load-rules.ts';
export type { LoaderOptions, RuleFile, RuleLoader } from './rules/loader.ts';
export type { CompiledMacro } from './rules/macros.ts';
export { type ExtraField, type ExtraOutput, rawField, suggestedOutput } from './rules/outputs.ts';
export { checkPlugins, type PluginInfo } from './rules/plugins.ts';
export { parsePriority, type Priority, priorityName, priorityNames } from './rules/priority.ts';
export {
  loadResultsJson,
  schemaValidation,
  summaryText,
  validationText,
  verboseText,
  verdict,
} from './rules/results.ts';
export { type Rewrite, rewriteDeprecated, type RewriteNote } from './rules/rewrite.ts';
export type { LoadedRule, LoadResult, RuleSet } from './rules/ruleset.ts';
export { checkSchema, type JsonSchema, ruleSchema } from './rules/schema.ts';
export { type RuleSelection } from './rules/select.ts';
export type {
  CheckTrace,
  GivenField,
  GivenValue,
  RuleTest,
  RuleTestCase,
  RuleTestFile,
  RuleTestProblem,
  RuleTestReport,
  RuleTestResult,
} from './rules/rule-tests/model.ts';
export { type ReadRuleTests, readRuleTests } from './rules/rule-tests/read.ts';
export { type RuleTestRun, testRuleFile } from './rules/rule-tests/report.ts';
export { runRuleTests } from './rules/rule-tests/run.ts';
export { engineVersion, formatVersion } from './rules/version.ts';
export {
  type CompilableRule,
  type CompiledRuleset,
  compileRuleset,
  type RuleMatching,
} from './compile/ruleset.ts';
export type { RuleSampling, RuleTimes } from './compile/rule-times.ts';
export { createFilter, type KernelKnowledge } from './filter/evaluate.ts';
export { type RuleCost, ruleCosts } from './filter/costs.ts';
export type { DescriptorKnowledge, StateUser } from './filter/state-needs.ts';
export { maxPathPlaces, type PathPlace, pathPlaces } from './lib/path-places.ts';
export { pairLanguages, reachedLanguages } from './filter/automaton-facts.ts';
export { deriveFilter, filteredRules, type FilterOptions } from './filter/derive.ts';
export type {
  FilterAlternative,
  FilterAtom,
  KernelFilter,
  TypeFilter,
  TypeTest,
} from './filter/kernel-filter.ts';
export type { Automaton } from './filter/automaton.ts';

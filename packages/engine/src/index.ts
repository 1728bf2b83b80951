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
export { ipText, ipv4Bytes } from './lib/ip.ts';
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
export * from './format/index.ts';
export { paramIndex, paramValue } from './lib/params.ts';
export type { BufferFormat } from './render/buffer.ts';
export { errnoName } from './render/errno.ts';
export { printableText } from './render/printable.ts';
export { allParamsText, paramText } from './render/param.ts';
export { clockText, isoText } from './render/time.ts';
export { type EventSet, eventSet, ruleEventIds, ruleEventNames } from './event-sets.ts';

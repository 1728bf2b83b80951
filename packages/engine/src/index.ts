export * from './event.ts';
export * from './event-table.ts';
export * from './field.ts';
export * from './operator.ts';
export * from './plan.ts';
export * from './state.ts';
export * from './transformer.ts';
export * from './value.ts';
export * from './lang/ast.ts';
export { collapseSlashes, joinPath } from './lib/path.ts';
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

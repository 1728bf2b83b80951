export * from './alert.ts';
export * from './alert-writer.ts';
export { jsonText, type JsonValue } from './json.ts';
export {
  type CompiledOutput,
  compileOutput,
  formatOutput,
  missingText,
  type OutputCompilation,
  outputFields,
  type OutputOptions,
} from './output.ts';

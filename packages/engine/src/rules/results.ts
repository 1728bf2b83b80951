import { fromByteString } from './bytes.ts';
import type { Location } from './context.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { LoadResult } from './ruleset.ts';

interface JsonDiagnostic {
  readonly code: string;
  readonly codedesc: string;
  readonly context: {
    readonly locations: readonly {
      readonly item_name: string;
      readonly item_type: string;
      readonly position: {
        readonly column: number;
        readonly line: number;
        readonly name: string;
        readonly offset: number;
      };
    }[];
    readonly snippet: string;
  };
  readonly deprecated_field?: string;
  readonly message: string;
}

/** One element of `falco_load_results`. */
export interface JsonLoadResult {
  readonly errors: readonly JsonDiagnostic[];
  readonly name: string;
  readonly schema_valid?: boolean;
  readonly schema_warnings?: readonly string[];
  readonly successful: boolean;
  readonly warnings: readonly JsonDiagnostic[];
}

/** Results in the form that `falco -V` prints as JSON, keys in its order. */
export function loadResultsJson(results: readonly LoadResult[]): { falco_load_results: JsonLoadResult[] } {
  return { falco_load_results: results.map(resultJson) };
}

function resultJson({ name, successful, schemaStatus, errors, warnings }: LoadResult): JsonLoadResult {
  const valid = schemaStatus[0] === 'ok';
  return {
    errors: errors.map(diagnosticJson),
    name: fromByteString(name),
    ...(schemaStatus.length === 0
      ? {}
      : { schema_valid: valid, schema_warnings: valid ? [] : schemaStatus.map(fromByteString) }),
    successful,
    warnings: warnings.map(diagnosticJson),
  };
}

function diagnosticJson({
  code,
  codedesc,
  context,
  snippet,
  deprecatedField,
  message,
}: Diagnostic): JsonDiagnostic {
  return {
    code,
    codedesc,
    context: { locations: context.map(locationJson), snippet },
    ...(deprecatedField === undefined ? {} : { deprecated_field: deprecatedField }),
    message,
  };
}

function locationJson({
  itemName,
  itemType,
  column,
  line,
  name,
  offset,
}: Location): JsonDiagnostic['context']['locations'][number] {
  return { item_name: itemName, item_type: itemType, position: { column, line, name, offset } };
}

/** `ok`, `failed for …` or `none`: what the log says about the schema check of a file. */
export function schemaValidation(result: LoadResult): string {
  return result.schemaStatus[0] ?? 'none';
}

/** The verdict on one file: `name: Ok`, `Ok, with warnings` or `Invalid`. */
export function verdict({ name, successful, warnings }: LoadResult): string {
  if (!successful) {
    return `${fromByteString(name)}: Invalid`;
  }
  return `${fromByteString(name)}: Ok${warnings.length > 0 ? ', with warnings' : ''}`;
}

/** The verdict and the codes of what was found, for one line of a log. */
export function summaryText(result: LoadResult): string {
  const { schemaStatus, errors, warnings } = result;
  const lines = [verdict(result)];
  if (schemaStatus.length > 0 && schemaStatus[0] !== 'ok') {
    lines.push(` ${schemaStatus.length} schema warnings: [${schemaStatus.map(fromByteString).join(' ')}]`);
  }
  for (const [kind, diagnostics] of [
    ['errors', errors],
    ['warnings', warnings],
  ] as const) {
    if (diagnostics.length > 0) {
      lines.push(` ${diagnostics.length} ${kind}: [${diagnostics.map(headline).join(' ')}]`);
    }
  }
  return lines.join('\n');
}

/** The verdict and everything that was found, with places and snippets. */
export function verboseText(result: LoadResult): string {
  const { schemaStatus, errors, warnings } = result;
  let text = verdict(result);
  if (schemaStatus.length > 0 && schemaStatus[0] !== 'ok') {
    const entries = schemaStatus.map((status) => `------\n${fromByteString(status)}\n`).join('');
    text += `\n${schemaStatus.length} Schema warnings:\n${entries}------\n`;
  }
  for (const [title, diagnostics] of [
    ['Errors', errors],
    ['Warnings', warnings],
  ] as const) {
    if (diagnostics.length > 0) {
      text += `\n${diagnostics.length} ${title}:\n${diagnostics.map(verboseDiagnostic).join('')}`;
    }
  }
  return text;
}

function verboseDiagnostic(diagnostic: Diagnostic): string {
  const { context, snippet, message, hint } = diagnostic;
  const places = context.map(({ itemType, itemName, name, line, column }, i) => {
    const item = itemName === '' ? itemType : `${itemType} '${itemName}'`;
    return `${i === 0 ? 'In ' : '    '}${item}: (${name}:${line}:${column})\n`;
  });
  const help = hint === null ? '' : `Hint: ${hint}\n`;
  return `${places.join('')}------\n${snippet}------\n${headline(diagnostic)}: ${message}\n${help}`;
}

function headline({ code, title, deprecatedField }: Diagnostic): string {
  return `${code} (${title}${deprecatedField === undefined ? '' : `: field '${deprecatedField}'`})`;
}

/**
 * What `falco -V` prints on standard output: the verdict on each file; with all that was found where it is not
 * accepted, and without warnings (which go to the log) where it is.
 */
export function validationText(results: readonly LoadResult[]): string {
  return results
    .map((result) =>
      result.successful && result.warnings.length > 0 ? verdict(result) : verboseText(result),
    )
    .join('\n');
}

import { fromByteString } from './bytes.ts';
import codes from './codes.json' with { type: 'json' };
import { type Context, contextSnippet, type Location, locationsOf } from './context.ts';
import { Halt } from './halt.ts';

export type ErrorLoadCode = keyof typeof codes.errors;
export type WarningLoadCode = keyof typeof codes.warnings;
export type LoadCode = ErrorLoadCode | WarningLoadCode;

/** Something that is wrong with a rule file, or may be. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: LoadCode;
  /** Short title of the code. */
  readonly title: string;
  /** What Falco prints as `codedesc`. */
  readonly codedesc: string;
  readonly message: string;
  /** What to do about it; null when there is nothing better to say than the message. */
  readonly hint: string | null;
  readonly file: string;
  /** Where it is in the file, both from 1 and in bytes. */
  readonly line: number;
  readonly column: number;
  /** The text around the place, with a marker line. */
  readonly snippet: string;
  /** The places that Falco names, outermost first. */
  readonly context: readonly Location[];
  /** The field in question, for warnings about deprecated fields. */
  readonly deprecatedField?: string;
}

/** A place in a file that is more exact than the context tells. */
export interface ExactPlace {
  readonly source: Context['source'];
  readonly offset: number;
}

interface Extras {
  readonly hint?: string | null;
  readonly place?: ExactPlace | null;
  readonly deprecatedField?: string;
}

/** An error that ends the loading of a file. */
export interface Failure extends Extras {
  readonly code: ErrorLoadCode;
  readonly context: Context;
}

/** Makes the exception that ends the loading of a file. */
export function failure(
  code: ErrorLoadCode,
  message: string,
  context: Context,
  extras: Extras = {},
): Halt<Failure> {
  return new Halt(message, { code, context, ...extras });
}

const maxWarnings = 10_000;

/** Collects the diagnostics of one file. */
export class Report {
  readonly errors: Diagnostic[] = [];
  readonly warnings: Diagnostic[] = [];
  /** Warnings that were not kept because there were too many. */
  omitted = 0;

  warn(code: WarningLoadCode, message: string, context: Context, extras: Extras = {}): void {
    if (this.warnings.length >= maxWarnings) {
      this.omitted++;
      return;
    }
    const { title, description } = codes.warnings[code];
    this.warnings.push(
      diagnostic({ severity: 'warning', code, title, codedesc: description }, message, context, extras),
    );
  }

  error(code: ErrorLoadCode, message: string, context: Context, extras: Extras = {}): void {
    const title = codes.errors[code];
    this.errors.push(
      diagnostic({ severity: 'error', code, title, codedesc: title }, message, context, extras),
    );
  }

  /** Runs a step of loading; false when it was ended by an error, which is then recorded. */
  attempt(step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      if (error instanceof Halt) {
        // What reaches this place was made by `failure`.
        const { payload } = error as Halt<Failure>;
        this.error(payload.code, error.message, payload.context, payload);
        return false;
      }
      throw error;
    }
  }
}

function diagnostic(
  head: Pick<Diagnostic, 'severity' | 'code' | 'title' | 'codedesc'>,
  message: string,
  context: Context,
  { hint, place, deprecatedField }: Extras,
): Diagnostic {
  const source = place?.source ?? context.source;
  const position = source.position(place?.offset ?? context.at);
  return {
    ...head,
    message: fromByteString(message),
    hint: hint === undefined || hint === null ? null : fromByteString(hint),
    file: fromByteString(source.name),
    line: position.line + 1,
    column: position.column + 1,
    snippet: contextSnippet(context),
    context: locationsOf(context),
    ...(deprecatedField === undefined ? {} : { deprecatedField }),
  };
}

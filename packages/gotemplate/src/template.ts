import type { Definitions } from './ast.ts';
import { execute, type ExecuteOptions, type Functions } from './execute.ts';
import { builtinFunctions } from './functions/builtin.ts';
import { collectionFunctions } from './functions/collections.ts';
import { dateFunctions } from './functions/dates.ts';
import { encodingFunctions } from './functions/encoding.ts';
import { numberFunctions } from './functions/numbers.ts';
import { patternFunctions } from './functions/patterns.ts';
import { stringFunctions } from './functions/strings.ts';
import { parseTemplate } from './parser.ts';

export interface TemplateOptions extends ExecuteOptions {
  /** Appears in error messages. Default `template`. */
  readonly name?: string;
  /** The clock of `now` and `ago`. */
  readonly now: () => Date;
  /** More functions, or others under the same names. */
  readonly functions?: Readonly<Record<string, (...values: never[]) => unknown>>;
}

/**
 * A Go text/template, parsed once: actions, pipelines, variables, `define` and `block`, the built-in functions and
 * the usual ones of the Sprig library except those that read files, the environment, the network or randomness.
 * Integers are numbers or bigint, maps are Maps or plain objects, nil is null.
 */
export class Template {
  readonly #name: string;
  readonly #definitions: Definitions;
  readonly #functions: Functions;
  readonly #options: ExecuteOptions;

  /** Throws AppError 'template.syntax' with the line. */
  constructor(source: string, options: TemplateOptions) {
    this.#name = options.name ?? 'template';
    this.#options = options;
    this.#functions = new Map(
      Object.entries({
        ...stringFunctions,
        ...collectionFunctions,
        ...numberFunctions,
        ...encodingFunctions,
        ...patternFunctions,
        ...dateFunctions(options.now),
        ...builtinFunctions,
        ...options.functions,
      } as Record<string, (...values: never[]) => unknown>),
    );
    this.#definitions = parseTemplate(this.#name, source, new Set(this.#functions.keys()));
  }

  /** The text for `data`. Throws AppError 'template.execution'. */
  execute(data: unknown): string {
    return execute(this.#definitions, this.#name, data, this.#functions, this.#options);
  }
}

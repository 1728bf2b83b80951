import { Collector } from './collector.ts';
import { compileCollected, type CompileOutput } from './compile.ts';
import { CompileCache } from './compile-cache.ts';
import { type Context, fileContext, at as placeAt } from './context.ts';
import { failure, Report } from './diagnostic.ts';
import type { RuleLanguage } from './language.ts';
import type { ExtraOutput } from './outputs.ts';
import { checkPlugins, type PluginInfo } from './plugins.ts';
import type { Priority } from './priority.ts';
import { readItem } from './read.ts';
import type { LoadResult, RuleSet } from './ruleset.ts';
import { checkSchema, ruleSchema } from './schema.ts';
import { type RuleSelection, selectRules } from './select.ts';
import { SourceText } from './source-text.ts';
import { formatVersion } from './version.ts';
import { parseYaml, type YamlNode } from './yaml/parse.ts';

/** A rule file; `content` are its bytes as a byte string (latin1). */
export interface RuleFile {
  readonly name: string;
  readonly content: string;
}

export interface LoaderOptions {
  readonly language: RuleLanguage;
  /** Event sources that are known; rules of others are left out with a warning. Default: syscall alone. */
  readonly sources?: readonly string[];
  readonly extraOutputs?: readonly ExtraOutput[];
  readonly selections?: readonly RuleSelection[];
  /** When given, the requirements of rule files are checked against these. */
  readonly plugins?: readonly PluginInfo[];
  /** Rules less grave than this are not run. Default: 7, all. */
  readonly minPriority?: Priority;
}

const nothing: CompileOutput = { lists: new Map(), macros: new Map(), rules: [] };

/**
 * Loads rule files one after the other. Each file sees and may change what earlier ones defined, and everything is
 * compiled anew with it, so that an error anywhere shows up in the result of the file that brought it about.
 * No text makes it throw: errors and warnings are values.
 */
export class RuleLoader {
  readonly #options: LoaderOptions;
  readonly #collector: Collector;
  readonly #results: LoadResult[] = [];
  readonly #cache: CompileCache;
  #output: CompileOutput = nothing;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#cache = new CompileCache(options.language);
    this.#collector = new Collector(options.language, new Set(options.sources ?? ['syscall']));
  }

  /** Loads one file. After an error the rules of the last successful load stay; definitions before it are kept. */
  load({ name, content }: RuleFile): LoadResult {
    const report = new Report();
    const { schemaStatus, accepted } = this.#read(new SourceText(name, content), report);
    if (accepted) {
      this.#compile(report);
    }
    const result: LoadResult = {
      name,
      successful: report.errors.length === 0,
      schemaStatus,
      errors: report.errors,
      warnings: report.warnings,
      omittedWarnings: report.omitted,
    };
    this.#results.push(result);
    return result;
  }

  /** What has been loaded so far. */
  ruleSet(): RuleSet {
    const { lists, macros, rules } = this.#output;
    const { selections, minPriority, plugins } = this.#options;
    const { pluginRequirements } = this.#collector;
    return {
      results: [...this.#results],
      successful: this.#results.every(({ successful }) => successful),
      rules,
      enabled: selectRules(rules, selections ?? [], minPriority ?? 7),
      macros: [...macros.values()],
      lists: [...lists.values()],
      requiredEngineVersion: formatVersion(
        this.#collector.engineRequirement?.version ?? { major: 0, minor: 0, patch: 0 },
      ),
      requiredPlugins: [...pluginRequirements],
      pluginProblem: plugins === undefined ? null : checkPlugins(pluginRequirements, plugins),
      language: this.#options.language,
    };
  }

  #read(source: SourceText, report: Report): { schemaStatus: string[]; accepted: boolean } {
    const context = fileContext(source);
    const parsed = parseYaml(source.text);
    if (!parsed.ok) {
      const { line, column } = source.position(parsed.at);
      // Tools look for this form of message.
      const message = `yaml-cpp: error at line ${line + 1}, column ${column + 1}: ${parsed.message}`;
      report.error('LOAD_ERR_YAML_PARSE', message, placeAt(context, 'value for', parsed.at));
      return { schemaStatus: [], accepted: false };
    }
    const schemaStatus = parsed.documents.flatMap((document) => checkSchema(document, ruleSchema));
    const accepted = report.attempt(() => {
      for (const document of parsed.documents) {
        this.#readDocument(document, context, report);
      }
    });
    return { schemaStatus, accepted };
  }

  #readDocument(document: YamlNode, context: Context, report: Report): void {
    if (document.kind === 'scalar') {
      throw failure('LOAD_ERR_YAML_VALIDATE', 'Rules content is not yaml', context);
    }
    if (document.kind !== 'sequence') {
      throw failure('LOAD_ERR_YAML_VALIDATE', 'Rules content is not yaml array of objects', context);
    }
    for (const item of document.items) {
      if (item.kind !== 'null') {
        readItem(item, context, { collector: this.#collector, report });
      }
    }
  }

  #compile(report: Report): void {
    this.#cache.startLoad();
    const output = compileCollected({
      collector: this.#collector,
      extras: this.#options.extraOutputs ?? [],
      report,
      cache: this.#cache,
    });
    this.#output = output ?? this.#output;
  }
}

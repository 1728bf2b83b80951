import {
  type AlertSettings,
  type AlertWriter,
  alertWriter,
  type BufferFormat,
  compileOutput,
  type CompiledOutput,
  type EventView,
  type FieldLookup,
  type InsideReader,
  insideReader,
  type LoadedRule,
  priorityName,
} from '@lanner/engine';
import type { AlertMessage } from '@lanner/hub';

export interface AlertPrinterOptions {
  readonly fields: FieldLookup;
  readonly settings: AlertSettings;
  readonly json: boolean;
  readonly buffers: BufferFormat;
  /** Somebody keeps what alerts have inside. */
  readonly inside: boolean;
}

interface Prepared {
  readonly writer: AlertWriter;
  /** Null when nobody wants it. */
  readonly inside: InsideReader | null;
  alerts: number;
}

/** The first alerts of a rule tell which leaves of the condition were true, then one in so many: that is read anew. */
const matchedAtFirst = 64;
const matchedEvery = 16;

/** Prints alerts of loaded rules; what does not depend on the event is put together at a rule's first alert. */
export class AlertPrinter {
  readonly #options: AlertPrinterOptions;
  readonly #prepared = new Map<LoadedRule, Prepared>();

  constructor(options: AlertPrinterOptions) {
    this.#options = options;
  }

  message(rule: LoadedRule, event: EventView): AlertMessage {
    let prepared = this.#prepared.get(rule);
    if (prepared === undefined) {
      prepared = this.#prepare(rule);
      this.#prepared.set(rule, prepared);
    }
    const { writer, inside } = prepared;
    const line = this.#options.json ? writer.json(event) : writer.text(event);
    if (inside === null) {
      return { line, priority: rule.priority };
    }
    prepared.alerts++;
    const withMatched = prepared.alerts <= matchedAtFirst || prepared.alerts % matchedEvery === 0;
    return { line, priority: rule.priority, inside: inside.json(event, withMatched) };
  }

  #prepare(rule: LoadedRule): Prepared {
    const { settings, fields, inside } = this.#options;
    const output = this.#compile(rule.output, rule.source);
    const extraFields = rule.extraFields.map(({ key, format, raw }) => ({
      name: key,
      output: this.#compile(format, rule.source),
      typed: raw,
    }));
    const outputs = [output, ...extraFields.map((extra) => extra.output)];
    return {
      writer: alertWriter(
        {
          rule: rule.name,
          source: rule.source,
          priority: priorityName(rule.priority),
          tags: rule.tags,
          output,
          extraFields,
        },
        settings,
      ),
      inside: inside ? insideReader(rule, outputs, { fields, source: rule.source }) : null,
      alerts: 0,
    };
  }

  #compile(text: string, source: string): CompiledOutput {
    const { fields, buffers } = this.#options;
    const compiled = compileOutput(text, { fields, source, buffers });
    if (!compiled.ok) {
      // Loading has checked the same text.
      throw new Error(`the output of a loaded rule does not compile: ${compiled.message}`);
    }
    return compiled.output;
  }
}

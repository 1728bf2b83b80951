import {
  type AlertSettings,
  type AlertWriter,
  alertWriter,
  type BufferFormat,
  compileOutput,
  type CompiledOutput,
  type EventView,
  type FieldLookup,
  type LoadedRule,
  priorityName,
} from '@lanner/engine';
import type { AlertMessage } from '@lanner/hub';

export interface AlertPrinterOptions {
  readonly fields: FieldLookup;
  readonly settings: AlertSettings;
  readonly json: boolean;
  readonly buffers: BufferFormat;
}

/** Prints alerts of loaded rules; what does not depend on the event is put together at a rule's first alert. */
export class AlertPrinter {
  readonly #options: AlertPrinterOptions;
  readonly #writers = new Map<LoadedRule, AlertWriter>();

  constructor(options: AlertPrinterOptions) {
    this.#options = options;
  }

  message(rule: LoadedRule, event: EventView): AlertMessage {
    let writer = this.#writers.get(rule);
    if (writer === undefined) {
      writer = this.#prepare(rule);
      this.#writers.set(rule, writer);
    }
    return { line: this.#options.json ? writer.json(event) : writer.text(event), priority: rule.priority };
  }

  #prepare(rule: LoadedRule): AlertWriter {
    const template = {
      rule: rule.name,
      source: rule.source,
      priority: priorityName(rule.priority),
      tags: rule.tags,
      output: this.#compile(rule.output, rule.source),
      extraFields: rule.extraFields.map(({ key, format, raw }) => ({
        name: key,
        output: this.#compile(format, rule.source),
        typed: raw,
      })),
    };
    return alertWriter(template, this.#options.settings);
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

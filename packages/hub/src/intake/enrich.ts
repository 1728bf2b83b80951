import { eventJson, type FalcoEvent } from '@lanner/api';
import { AppError } from '@lanner/core';
import { Template } from '@lanner/gotemplate';
import type { SidekickConfig } from '../sidekick-config/sidekick-config.ts';
import type { ReceivedEvent } from './decode.ts';

/** What the server adds to an event, in falcosidekick's order. */
export interface Enrichment {
  readonly customFields: Readonly<Record<string, string>>;
  readonly customTags: readonly string[];
  readonly templatedFields: readonly (readonly [name: string, template: Template])[];
  /** What stands for `[` in names of fields; empty leaves them as they are. */
  readonly bracketReplacer: string;
  readonly outputFormat: string;
}

/** Throws AppError 'config.invalid' for a template that cannot be read. */
export function enrichmentOf(config: SidekickConfig, now: () => Date): Enrichment {
  return {
    customFields: config.map('customfields'),
    customTags: config.list('customtags').map((tag) => tag.replaceAll(' ', '')),
    templatedFields: Object.entries(config.map('templatedfields')).map(
      ([name, source]) => [name, templateOf(name, source, now)] as const,
    ),
    bracketReplacer: config.text('bracketreplacer'),
    outputFormat: config.text('outputfieldformat'),
  };
}

function templateOf(name: string, source: string, now: () => Date): Template {
  try {
    return new Template(source, { name: `templatedfields.${name}`, now });
  } catch (error) {
    throw new AppError('config.invalid', `templatedfields.${name}: ${(error as Error).message}`, {
      cause: error,
      hint: 'Mend the Go template.',
    });
  }
}

/** The event as it is stored and sent on. Throws AppError 'alert.invalid' when it ends up without output fields. */
export function enrich(received: ReceivedEvent, uuid: string, enrichment: Enrichment): FalcoEvent {
  const { output, priority, rule, time, source, hostname } = received;
  const custom = { ...received.output_fields, ...enrichment.customFields };
  const templated = templatedOf(custom, enrichment);
  const fields = { ...custom, ...templated };
  if (Object.keys(fields).length === 0) {
    throw new AppError('alert.invalid', 'output_fields is empty', {
      hint: 'Falco writes them with json_include_output_fields_property: true.',
    });
  }
  const tags = [...(received.tags ?? []), ...enrichment.customTags].sort();
  const event: FalcoEvent = {
    uuid,
    output,
    priority,
    rule,
    time,
    source,
    output_fields: bracketsReplaced(fields, enrichment.bracketReplacer),
    ...(tags.length === 0 ? {} : { tags }),
    ...(hostname === undefined ? {} : { hostname }),
  };
  return truncate({ ...event, output: formatOutput(event, templated, enrichment) });
}

function templatedOf(
  fields: Readonly<Record<string, unknown>>,
  { templatedFields }: Enrichment,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, template] of templatedFields) {
    try {
      result[name] = template.execute(fields);
    } catch (error) {
      // An event without the field that a template names is no mistake of the event.
      if (!(error instanceof AppError)) {
        throw error;
      }
    }
  }
  return result;
}

function bracketsReplaced(
  fields: Readonly<Record<string, unknown>>,
  replacer: string,
): Readonly<Record<string, unknown>> {
  if (replacer === '') {
    return fields;
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name.includes('[') ? name.replaceAll('[', replacer).replaceAll(']', '') : name,
      value,
    ]),
  );
}

const falcoOutput = /^([\d:]+\.\d+): (?:debug|informational|notice|warning|error|critical|alert|emergency) /i;

function formatOutput(
  { output, priority, tags }: FalcoEvent,
  templated: Readonly<Record<string, string>>,
  { outputFormat, customFields }: Enrichment,
): string {
  const match = falcoOutput.exec(output);
  if (outputFormat === '' || match === null) {
    return output;
  }
  const [prefix, timestamp = ''] = match;
  const values: Readonly<Record<string, string>> = {
    timestamp,
    priority,
    output: output.slice(prefix.length),
    custom_fields: listed(customFields),
    templated_fields: listed(templated),
    tags: (tags ?? []).join(','),
  };
  return outputFormat
    .replace(
      /<(timestamp|priority|output|custom_fields|templated_fields|tags)>/g,
      (_token, name: string) => values[name] ?? '',
    )
    .replace(/ ?(?:\( ?\))? ?$/, '');
}

function listed(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

const longEvent = 4096;
const longField = 512;

/** Cuts long texts of an event that is longer than 4096 bytes, in the output too. */
function truncate(event: FalcoEvent): FalcoEvent {
  if (Buffer.byteLength(eventJson(event)) <= longEvent) {
    return event;
  }
  let { output } = event;
  const output_fields = Object.fromEntries(
    Object.entries(event.output_fields).map(([name, value]) => {
      if (typeof value !== 'string' || Buffer.byteLength(value) <= longField) {
        return [name, value];
      }
      const short = `${cut(value, longField - 5)}[...]`;
      output = output.replaceAll(value, () => short);
      return [name, short];
    }),
  );
  return { ...event, output, output_fields };
}

/** The longest beginning of so many bytes that ends between two characters. */
function cut(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

import type { FalcoEvent } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { DestinationEffects, DestinationSettings } from '../destination.ts';
import { GoTime } from './go-time.ts';

/** The text of a message, or an empty one where no template is configured or it cannot be carried out. */
export type MessageTemplate = (event: FalcoEvent) => string;

/**
 * The Go template under `messageformat`. `escape` makes a text of the event harmless in the receiver's markup; what the
 * template itself says is the user's. Throws AppError 'config.invalid' for a template that cannot be read.
 */
export async function messageTemplate(
  section: string,
  settings: DestinationSettings,
  { log, now }: Pick<DestinationEffects, 'log' | 'now'>,
  escape: (text: string) => string,
): Promise<MessageTemplate> {
  const source = settings.text('messageformat');
  if (source === '') {
    return () => '';
  }
  const { formatDate, Template } = await import('@lanner/gotemplate');
  const template = parse();

  function parse(): InstanceType<typeof Template> {
    try {
      return new Template(source, { name: `${section}.messageformat`, now });
    } catch (error) {
      throw new AppError('config.invalid', `${section}.messageformat: ${(error as Error).message}`, {
        cause: error,
        hint: 'Write it as a Go template, such as `Alert: rule *{{ .Rule }}*`.',
      });
    }
  }
  return (event) => {
    try {
      return template.execute(new TemplateData(event, escape, formatDate));
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      // The alert is worth more than the text before it.
      log.warn('message template failed', { section, reason: error.message });
      return '';
    }
  };
}

class TemplateTime extends GoTime {
  readonly #format: (layout: string, time: Date) => string;

  constructor(text: string, format: (layout: string, time: Date) => string) {
    super(text);
    this.#format = format;
  }

  Format(layout: string): string {
    return this.#format(layout, this.toDate());
  }
}

/** An event under falcosidekick's names. */
class TemplateData {
  readonly UUID: string;
  readonly Output: string;
  readonly Priority: string;
  readonly Rule: string;
  readonly Time: TemplateTime;
  readonly OutputFields: Readonly<Record<string, unknown>>;
  readonly Source: string;
  readonly Tags: readonly string[];
  readonly Hostname: string;

  constructor(
    event: FalcoEvent,
    escape: (text: string) => string,
    format: (layout: string, time: Date) => string,
  ) {
    this.UUID = event.uuid;
    this.Output = escape(event.output);
    this.Priority = event.priority;
    this.Rule = escape(event.rule);
    this.Time = new TemplateTime(event.time, format);
    this.OutputFields = Object.fromEntries(
      Object.entries(event.output_fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? escape(value) : value,
      ]),
    );
    this.Source = escape(event.source);
    this.Tags = (event.tags ?? []).map(escape);
    this.Hostname = escape(event.hostname ?? '');
  }
}

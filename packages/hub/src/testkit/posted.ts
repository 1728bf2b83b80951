import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { FalcoEvent } from '@lanner/api';
import { silentLog } from '@lanner/core';
import type { Destination, DestinationEffects } from '../destination.ts';
import { nodeEffects } from '../node-effects.ts';
import { messageOf } from './events.ts';
import { sectionSettings, type SettingValue } from './settings.ts';

export interface Posted {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as JSON, or null. */
  readonly json: unknown;
}

interface PostedOptions {
  readonly effects?: Partial<DestinationEffects>;
  readonly addedFields?: readonly string[];
  /** The answer to each request, in turn; then 200 and nothing more. */
  readonly answers?: readonly { readonly status: number; readonly body?: string }[];
}

/** The requests that a destination makes of some events, without a network. */
export async function postedBy(
  destination: Destination,
  values: Readonly<Record<string, SettingValue>>,
  events: readonly FalcoEvent[],
  { effects = {}, addedFields = [], answers = [] }: PostedOptions = {},
): Promise<Posted[]> {
  const posted: Posted[] = [];
  const request: DestinationEffects['request'] = (url, options, body) => {
    const { status, body: text = '' } = answers[posted.length] ?? { status: 200 };
    posted.push({
      url: url.href,
      method: options.method ?? '',
      headers: options.headers as Record<string, string>,
      body: body.toString(),
      json: jsonOf(body.toString()),
    });
    const answer = Object.assign(Readable.from([Buffer.from(text)]), { statusCode: status, headers: {} });
    return Promise.resolve(answer as unknown as IncomingMessage);
  };
  const settings = sectionSettings(destination.sidekick?.section ?? '', values, { addedFields });
  const open = await destination.open(settings, {
    ...nodeEffects(silentLog, () => Promise.resolve()),
    now: () => new Date('2026-11-24T23:30:00Z'),
    environment: () => undefined,
    request,
    ...effects,
  });
  await open.send(events.map(messageOf));
  await open.close();
  return posted;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not every body is JSON.
    return null;
  }
}

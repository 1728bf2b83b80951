import { randomUUID } from 'node:crypto';
import type { AlertQuery } from '@lanner/api';
import { alertMatcher, type MatchedAlert } from '../store/alert-match.ts';
import { alertQueryOf } from '../server/query.ts';
import type { DocumentStore } from '../store/document-store.ts';

export interface KeptSilence {
  readonly id: string;
  /** As they were asked for, so that they can be shown and changed. */
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly by: string;
  readonly createdMs: number;
  readonly expiresMs: number;
}

interface Active {
  readonly silence: KeptSilence;
  readonly matches: (alert: MatchedAlert) => boolean;
}

/** So long is one kept that has ended: a clock that jumped ahead may be set right again. */
const goneMs = 86_400_000;

/** Silences in force: people are told nothing of alerts that one of them matches. */
export class Silences {
  readonly #documents: DocumentStore;
  readonly #active = new Map<string, Active>();

  private constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  static async load(documents: DocumentStore): Promise<Silences> {
    const silences = new Silences(documents);
    for (const { value } of await documents.list('silence')) {
      // Written by this class only.
      silences.#activate(value as KeptSilence);
    }
    return silences;
  }

  list(nowMs: number): KeptSilence[] {
    return [...this.#active.values()]
      .map(({ silence }) => silence)
      .filter(({ expiresMs }) => expiresMs > nowMs);
  }

  async create(
    input: {
      readonly conditions: Readonly<Record<string, unknown>>;
      readonly reason: string;
      readonly expiresMs: number;
    },
    by: string,
    nowMs: number,
  ): Promise<KeptSilence> {
    const silence: KeptSilence = { id: randomUUID(), ...input, by, createdMs: nowMs };
    await this.#documents.put('silence', silence.id, silence);
    this.#activate(silence);
    return silence;
  }

  /** Forgets what has expired; called once a minute. */
  async tidy(nowMs: number): Promise<void> {
    for (const { value } of await this.#documents.list('silence')) {
      const { id, expiresMs } = value as KeptSilence;
      if (expiresMs <= nowMs) {
        await this.end(id);
      }
    }
  }

  async end(id: string): Promise<boolean> {
    // It holds for as long as the disk has it.
    const known = await this.#documents.remove('silence', id);
    this.#active.delete(id);
    return known;
  }

  /** The id of the first silence that matches; null for none. */
  matching(alert: MatchedAlert, nowMs: number): string | null {
    for (const [id, { silence, matches }] of this.#active) {
      if (silence.expiresMs <= nowMs - goneMs) {
        this.#active.delete(id);
      } else if (silence.expiresMs > nowMs && matches(alert)) {
        return id;
      }
    }
    return null;
  }

  #activate(silence: KeptSilence): void {
    const query: AlertQuery = alertQueryOf(silence.conditions, 0);
    this.#active.set(silence.id, { silence, matches: alertMatcher(query) });
  }
}

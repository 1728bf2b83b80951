import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredAlert } from '@lanner/api';
import { markOf } from './marked-alerts.ts';

/** The API allows 50 requests a second. */
const pauseMs = 20;

/** Asks the API of a server. */
export type Ask = <T>(path: string) => Promise<T>;

/** The marks of all stored alerts in the order of the store. */
export async function storedMarks(ask: Ask): Promise<string[]> {
  const found: { mark: string; position: number }[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { alerts: StoredAlert[]; cursor: string | null } = await ask(
      `/api/v1/alerts?limit=1000${query}`,
    );
    found.push(...page.alerts.map(({ event, position }) => ({ mark: markOf(event), position })));
    cursor = page.cursor;
    await sleep(pauseMs);
  }
  return found.sort((a, b) => a.position - b.position).map(({ mark }) => mark);
}

/** A question about alerts, and between which numbers of them the answer has to be. */
export interface Expectation {
  /** The query of `/api/v1/alerts/count`. */
  readonly query: string;
  readonly least: number;
  readonly most: number;
}

/** What is wrong with the answers; null when all are right. */
export async function wrongAnswer(ask: Ask, expectations: readonly Expectation[]): Promise<string | null> {
  for (const { query, least, most } of expectations) {
    const { count } = await ask<{ count: number }>(`/api/v1/alerts/count?${query}`);
    if (count < least || count > most) {
      return `count?${query} gave ${count}, not ${least === most ? least : `${least} to ${most}`}`;
    }
    await sleep(pauseMs);
  }
  return null;
}

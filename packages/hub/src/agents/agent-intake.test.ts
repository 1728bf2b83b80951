import { batchRecord } from '@lanner/api';
import { AppError, silentLog } from '@lanner/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { openMemoryStore } from '../testkit/memory-store.ts';
import { AgentIntake, readBatch } from './agent-intake.ts';

describe('a batch', () => {
  test('comes back as it was written', () => {
    const payload = fc.array(fc.json(), { minLength: 1, maxLength: 2 }).map((texts) => texts.join('\n'));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('alert', 'findings'), payload)), (items) => {
        const records = items.map(([kind, text], i) => ({ number: i + 1, kind, payload: text }));
        const text = records.map((each) => batchRecord(each.number, each.kind, each.payload)).join('');
        expect(readBatch(text)).toEqual({ records, malformed: 0 });
      }),
    );
  });

  test('that is noise gives records in growing order, or none', () => {
    const noise = fc.array(
      fc.constantFrom('1', '2', '9007199254740993', ' ', '\x1e', 'alert', '{}', '-', '\0', 'ü'),
    );
    fc.assert(
      fc.property(noise, (parts) => {
        let before = 0;
        for (const { number } of readBatch(parts.join('')).records) {
          expect(number).toBeGreaterThan(before);
          expect(Number.isSafeInteger(number)).toBe(true);
          before = number;
        }
      }),
    );
  });
});

describe('what is taken', () => {
  let store: Store;
  let taken: string[];
  let failure: AppError | null;
  let intake: AgentIntake;
  const source = { agent: 'a', node: 'n', spool: 's' };
  const record = (number: number): { number: number; kind: string; payload: string } => ({
    number,
    kind: 'alert',
    payload: String(number),
  });

  beforeEach(async () => {
    store = await openMemoryStore({ now: () => 0 });
    taken = [];
    failure = null;
    intake = new AgentIntake({
      alerts: store.alerts,
      findings: store.findings,
      intake: {
        async takeAll(bodies, origin) {
          if (failure !== null) {
            throw failure;
          }
          taken.push(...bodies);
          await store.alerts.append([], [], origin);
        },
      },
      log: silentLog,
    });
  });

  test('is taken once, also by another process', async () => {
    expect(await intake.take(source, [record(1), record(2)])).toBe(2);
    expect(await intake.take(source, [record(1), record(2), record(3)])).toBe(3);
    const after = new AgentIntake({
      alerts: store.alerts,
      findings: store.findings,
      intake: { takeAll: () => Promise.reject(new Error('twice')) },
      log: silentLog,
    });
    expect(await after.take(source, [record(2), record(3)])).toBe(3);
    expect(taken).toEqual(['1', '2', '3']);
    expect({ records: intake.records, repeated: intake.repeated }).toEqual({ records: 3, repeated: 2 });
  });

  test('is counted anew for another spool', async () => {
    await intake.take(source, [record(1)]);
    await intake.take({ ...source, spool: 't' }, [record(1)]);
    await intake.take({ ...source, agent: 'b' }, [record(1)]);
    expect(taken).toEqual(['1', '1', '1']);
  });

  test('is not lost when the store fails', async () => {
    failure = new AppError('store.full', 'full');
    await expect(intake.take(source, [record(1)])).rejects.toBe(failure);
    failure = null;
    expect(await intake.take(source, [record(1)])).toBe(1);
    expect(taken).toEqual(['1']);
  });

  test('is not forgotten by who asked before it was stored', async () => {
    let answer: () => void = () => undefined;
    const asked = new Promise<number>((resolve) => {
      answer = () => resolve(0);
    });
    let questions = 0;
    const slow = new AgentIntake({
      alerts: {
        append: store.alerts.append.bind(store.alerts),
        lastSequence: () => (questions++ === 0 ? asked : Promise.resolve(0)),
      },
      findings: store.findings,
      intake: {
        takeAll: (bodies) => {
          taken.push(...bodies);
          return Promise.resolve();
        },
      },
      log: silentLog,
    });
    const early = slow.lastOf(source);
    expect(await slow.take(source, [record(1)])).toBe(1);
    answer();
    expect(await early).toBe(1);
    await slow.take(source, [record(1)]);
    expect(taken).toEqual(['1']);
  });

  test('waits for the batch before it, and for few of them', async () => {
    const batches = [1, 2, 3, 4].map((number) => intake.take(source, [record(number)]));
    expect(() => intake.take(source, [record(5)])).toThrow('not on disk yet');
    expect(await Promise.all(batches)).toEqual([1, 2, 3, 4]);
    expect(await intake.take(source, [record(5)])).toBe(5);
    expect(taken).toEqual(['1', '2', '3', '4', '5']);
  });
});

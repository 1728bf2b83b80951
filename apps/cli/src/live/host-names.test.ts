import { silentLog } from '@lanner/core';
import { afterEach, expect, test, vi } from 'vitest';
import { HostNames, namesByAddress } from './host-names.ts';
import type { ResolvedName } from './protocol.ts';

afterEach(() => {
  vi.useRealTimers();
});

function bench(answers: Record<string, readonly string[] | Error>): {
  names: HostNames;
  told: (readonly ResolvedName[])[];
  warnings: unknown[];
  asked: string[];
} {
  const told: (readonly ResolvedName[])[] = [];
  const warnings: unknown[] = [];
  const asked: string[] = [];
  const names = new HostNames({
    resolve: (name) => {
      asked.push(name);
      const answer = answers[name] ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    tell: (resolved) => told.push(resolved),
    log: { ...silentLog, warn: (_message, details) => void warnings.push(details) },
  });
  return { names, told, warnings, asked };
}

test('names are asked for at once, told when they change, and asked for less and less while they do not', async () => {
  vi.useFakeTimers();
  const answers = { 'a.example': ['192.0.2.1'], 'b.example': ['192.0.2.2', '2001:db8::2'] };
  const { names, told, asked } = bench(answers);
  await names.use(['a.example', 'b.example']);
  const first = [
    ['a.example', ['192.0.2.1']],
    ['b.example', ['192.0.2.2', '2001:db8::2']],
  ];
  expect(told).toEqual([first]);
  await vi.advanceTimersByTimeAsync(70_000);
  expect(told).toHaveLength(1);
  // After 10, 20 and 40 seconds.
  expect(asked).toHaveLength(8);
  answers['a.example'] = ['192.0.2.9'];
  await vi.advanceTimersByTimeAsync(80_000);
  expect(told[1]?.[0]).toEqual(['a.example', ['192.0.2.9']]);
  names.close();
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(1_000_000);
  expect(asked).toHaveLength(before);
});

test('a name that fails is named once and keeps its addresses', async () => {
  vi.useFakeTimers();
  const answers: Record<string, readonly string[] | Error> = { 'a.example': ['192.0.2.1'] };
  const { names, told, warnings } = bench(answers);
  await names.use(['a.example']);
  answers['a.example'] = new Error('no server');
  await vi.advanceTimersByTimeAsync(100_000);
  expect(told).toEqual([[['a.example', ['192.0.2.1']]]]);
  expect(warnings).toEqual([{ name: 'a.example', reason: 'no server' }]);
  names.close();
});

test('names of rules that no longer run are forgotten', async () => {
  const { names, told } = bench({ 'a.example': ['192.0.2.1'], 'b.example': ['192.0.2.2'] });
  await names.use(['a.example']);
  await names.use(['b.example']);
  expect(told.at(-1)).toEqual([['b.example', ['192.0.2.2']]]);
  names.close();
});

test('an address has all names that lead to it', () => {
  const names = namesByAddress([
    ['a.example', ['1.2.3.4', '::1']],
    ['b.example', ['1.2.3.4', 'nonsense']],
  ]);
  expect([...names]).toEqual([
    ['\x01\x02\x03\x04', ['a.example', 'b.example']],
    [`${'\0'.repeat(15)}\x01`, ['a.example']],
  ]);
});

import type { RulesTaker } from '@lanner/agent';
import { agentPaths, maxServedRulesBytes, type ServedRules } from '@lanner/api';
import { expect, test } from 'vitest';
import { agentBench, health, until } from './testkit/agent-bench.ts';

const bench = agentBench();

/** Takes what it is given. */
class Taker implements RulesTaker {
  readonly taken: ServedRules[] = [];
  wants(revision: string): boolean {
    return this.taken.at(-1)?.revision !== revision;
  }
  take(set: ServedRules): Promise<void> {
    this.taken.push(set);
    return Promise.resolve();
  }
}

const set = (revision: string): ServedRules => ({
  revision,
  own: '# é\n',
  exceptions: [{ rule: 'a', text: '- rule: a\n' }],
  switches: [],
});

test('an agent fetches what the page has, and again when it changed', async () => {
  bench.rules = set('one');
  const rules = new Taker();
  bench.connect(await bench.join(), bench.openSpool(), { rules });
  await until(() => rules.taken.length === 1);
  bench.rules = set('two');
  await until(() => rules.taken.length === 2);
  expect(rules.taken).toEqual([set('one'), set('two')]);
});

test('what it says of them is shown', async () => {
  const told = { revision: 'one', unmatched: 2, refused: { revision: 'two', reason: 'line 3: no' } };
  bench.connect(await bench.join(), bench.openSpool(), { health: () => ({ ...health, rules: told }) });
  await until(() => bench.port.registry.list()[0]?.health?.rules?.revision === 'one');
  expect(bench.port.registry.list()[0]?.health?.rules).toEqual(told);
});

test('an agent that takes none is well all the same', async () => {
  bench.rules = set('one');
  const link = bench.connect(await bench.join(), bench.openSpool());
  await until(() => link.stats().state === 'connected');
  expect(bench.port.registry.list()[0]?.health?.rules).toBeNull();
});

test('nobody else gets them, and not more than an agent takes', async () => {
  const identity = await bench.join();
  const stranger = bench.client(identity, null);
  expect((await stranger.get(agentPaths.rules)).status).toBe(403);
  bench.rules = { ...set('long'), own: 'x'.repeat(maxServedRulesBytes) };
  const answer = await bench.client(identity).get(agentPaths.rules);
  expect(answer.status).toBe(413);
  expect(answer.body).toContain('Remove exceptions');
});

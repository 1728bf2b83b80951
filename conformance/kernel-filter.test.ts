import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  compileOutput,
  compileRuleset,
  createFieldLookup,
  createFilter,
  deriveFilter,
  EventView,
  fieldClasses,
  filteredRules,
  type FilterOptions,
  formatOutput,
  type LoadedRule,
  loadRules,
  type RuleSet,
} from '@lanner/engine';
import { latin1, replayCapture, StateTables } from '@lanner/sensor';
import { describe, expect, test } from 'vitest';

// Every rule of Falco on every capture; ../shared lies beside the repository.
const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const upstream = join(shared, 'reference/falco/upstream-rules');

if (!existsSync(upstream)) {
  test.skip('the kernel filter on recorded events (needs ../shared/reference, which is absent)', () =>
    undefined);
} else {
  const stable = load(['falco']);
  const all = load(['falco', 'falco-incubating', 'falco-sandbox']);
  const captures = globSync(['oracle/falco/captures/work*.scap', 'reference/falco/captures/**/*.scap'], {
    cwd: shared,
  }).sort();

  describe.each(captures)('%s', (path) => {
    test.each([
      ['history', stable.enabled],
      ['verified', stable.enabled],
      ['verified', all.rules],
    ] as const)('no rule matches an event that is dropped (descriptors: %s)', async (descriptors, rules) => {
      const dropped = await droppedMatches(join(shared, path), rules, all, { descriptors });
      expect(dropped).toEqual([]);
    });
  });

  // Dropped before the state sees them, which then knows less.
  test.each(['host', 'lxc'])(
    'the alerts are the same without what is dropped: workload1-%s',
    async (name) => {
      const path = join(shared, `oracle/falco/captures/workload1-${name}.scap`);
      const rules = all.rules.filter(({ source }) => source === 'syscall');
      const wanted = await alertsOf(path, rules, () => true);
      expect(wanted.length).toBeGreaterThan(10);
      const filter = createFilter(deriveFilter(filteredRules({ ...all, enabled: rules })));
      expect(await alertsOf(path, rules, filter)).toEqual(wanted);
    },
  );

  test('most events of a workload are dropped', async () => {
    const path = join(shared, 'oracle/falco/captures/workload1-host.scap');
    for (const [descriptors, atMost] of [
      ['history', 0.2],
      ['verified', 0.06],
    ] as const) {
      const passes = createFilter(deriveFilter(filteredRules(stable), { descriptors }));
      let events = 0;
      let passed = 0;
      await replay(path, (event) => {
        events++;
        passed += passes(event) ? 1 : 0;
      });
      expect(passed / events).toBeLessThan(atMost);
    }
  });
}

function load(names: readonly string[]): RuleSet {
  return loadRules(
    names.map((name) => ({ name, content: readFileSync(join(upstream, `${name}_rules.yaml`), 'latin1') })),
    { plugins: [{ name: 'container', version: '0.7.1' }] },
  );
}

function inContainer({ thread }: EventView): boolean | null {
  return thread === null ? null : thread.containerId !== '';
}

async function droppedMatches(
  path: string,
  rules: readonly LoadedRule[],
  set: RuleSet,
  options: FilterOptions,
): Promise<string[]> {
  const passes = createFilter(deriveFilter(filteredRules({ ...set, enabled: rules }), options), {
    inContainer,
  });
  const compiled = compileRuleset(rules, 'all');
  const dropped: string[] = [];
  await replay(path, (event) => {
    if (!passes(event)) {
      compiled.match(event, ({ name }) => dropped.push(`${name}: ${event.info.code} ${event.num}`));
    }
  });
  return dropped;
}

async function replay(path: string, onEvent: (event: EventView) => void): Promise<void> {
  const state = new StateTables();
  const event = new EventView(state, latin1);
  await replayCapture(path, {
    event,
    sink: state.sink,
    onEvent() {
      state.apply(event);
      if (state.isStarted) {
        event.num++;
        onEvent(event);
      }
    },
  });
}

/** Alerts as text, of the events that the kernel would have let through. */
async function alertsOf(
  path: string,
  rules: readonly LoadedRule[],
  passes: (event: EventView) => boolean,
): Promise<string[]> {
  const state = new StateTables();
  const event = new EventView(state, latin1);
  const compiled = compileRuleset(rules, 'all');
  const fields = createFieldLookup(fieldClasses);
  const alerts: string[] = [];
  await replayCapture(path, {
    event,
    sink: state.sink,
    onEvent() {
      if (!passes(event)) {
        return;
      }
      state.apply(event);
      compiled.match(event, (rule) => {
        const output = compileOutput(rule.output, { fields, source: rule.source });
        expect(output.ok).toBe(true);
        alerts.push(`${event.ts} ${rule.name} ${output.ok ? formatOutput(output.output, event) : ''}`);
      });
    },
  });
  return alerts;
}
